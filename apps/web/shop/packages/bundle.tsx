import { ApiProblem, uuidv7 } from "@parterre/api";
import { ErrorState, Field, format, Link, Loading, placeText, ProblemNote, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Invoices } from "../after/invoice.tsx";
import { StateChip } from "../orders.tsx";
import { PayChoice } from "../pay.tsx";
import { Steps, Timer, titleOf, useLoad } from "../parts.tsx";
import { Check } from "../peoplepage.tsx";
import { cleanNumber, draftOf, formFaults, isUnder14, keepDraft, keptPeople, KINDS, NOBODY, type Fault, type Person } from "../people.ts";
import { buyerGet, buyerPost } from "../wire.ts";
import { nameOf } from "./links.tsx";
import "./packages.css";
import type { Bundle, BundleQuote } from "./wire.ts";

const ASKS = 3000;

export function BundlePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data: b, error, again, set } = useLoad(props.id, () => buyerGet<Bundle>(`/shop/bundles/${props.id}`));
  if (error !== null && b === null) return <ErrorState error={error} onRetry={again} />;
  if (b === null) return <Loading lines={8} />;
  const style = format.priceStyle([b.amount, ...b.parts.flatMap((p) => [p.amount, ...p.places.map((x) => x.price)])]),
    begun = b.state === "held" || b.state === "placing";
  return (
    <article className="order">
      <header className="head">
        <div className="title">
          <h1>
            {nameOf(b, lang)} {b.option}
          </h1>
          <small className="quiet">{text("pack.order", { n: b.number })}</small>
        </div>
        {begun ? <Steps at={1} /> : b.state === "pending" ? <Steps at={2} /> : <StateChip state={b.state} />}
      </header>
      {begun && b.secondsLeft > 0 && <People b={b} style={style} set={set} again={again} />}
      {(b.state === "pending" || b.state === "paid") && <Paying b={b} style={style} set={set} again={again} />}
      {(b.state === "expired" || (begun && b.secondsLeft === 0)) && (
        <div className="note warning">
          <div className="body">
            <p>{text("pack.expired")}</p>
            <Link to={`/packages/${b.package}`}>{text("shop.choose-again")}</Link>
          </div>
        </div>
      )}
      {b.state === "refund_due" && (
        <div className="note info">
          <div className="body">{text("pack.failed")}</div>
        </div>
      )}
      {b.parts.map((p) => (
        <section key={p.session} className="card">
          <div className="row between">
            <h2>
              {titleOf(p, lang)} · {format.dateTime(p.startsAt, lang, { zone: p.zone })}
            </h2>
            {p.order?.pdf !== undefined && (
              <Link to={`/orders/${p.order.id}`} className="button">
                {text("pack.show-tickets")}
              </Link>
            )}
          </div>
          <ul className="chosen">
            {p.places.map((x) => {
              const t = p.order?.tickets.find((k) => k.seat === x.seat);
              return (
                <li key={x.seat}>
                  <span>
                    {placeText(x, lang)}
                    {t?.person !== undefined && (
                      <small className="quiet">
                        {" "}
                        · {t.person.name} {t.person.number}
                      </small>
                    )}
                    {x.note !== "" && <small className="quiet"> · {x.note}</small>}
                  </span>
                  <small className="quiet">{text("pack.share")}</small>
                  <b>{format.price(x.price, style)}</b>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      <p className="due">
        <span>{text("pack.total")}</span>
        <b>{format.price(b.amount, style)}</b>
      </p>
      {b.state === "confirmed" && <Invoices order={b.id} />}
      {b.state === "confirmed" && <GiveBack b={b} style={style} onDone={again} />}
    </article>
  );
}

interface Part {
  readonly b: Bundle;
  readonly style: "whole" | "full";
  readonly set: (b: Bundle) => void;
  readonly again: () => void;
}

function People(props: Part): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { b } = props,
    slot = `bundle.${b.id}`,
    first = useRef(draftOf(slot)),
    now = new Date(),
    [endsAt] = useState(() => Date.now() + b.secondsLeft * 1000);
  const [people, setPeople] = useState<readonly Person[]>(() =>
      Array.from({ length: b.people }, (_, i) => first.current?.people[i] ?? NOBODY),
    ),
    [phone, setPhone] = useState(first.current?.phone ?? ""),
    [consent, setConsent] = useState(false);
  const [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [tried, setTried] = useState(false),
    kept = keptPeople();
  useEffect(() => {
    keepDraft(slot, { people, phone, order: b.id });
  }, [people, phone]);
  const faults = formFaults(people, phone, consent, true, now),
    told = error === null ? {} : showProblem(error, lang).fields,
    words = (f: Fault | undefined): string | null =>
      f === undefined
        ? null
        : text(
            f.key,
            f.params === undefined
              ? {}
              : { ...f.params, ...(typeof f.params["form"] === "string" ? { form: text(f.params["form"]) } : {}) },
          );
  const at = (path: string): string | null => told[path] ?? (tried ? words(faults.get(path)) : null),
    change = (i: number, part: Partial<Person>): void => setPeople(people.map((p, k) => (k === i ? { ...p, ...part } : p)));
  const submit = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (faults.size > 0) {
      setTimeout(() => document.querySelector<HTMLElement>('.people [aria-invalid="true"]')?.focus());
      return;
    }
    setBusy(true);
    try {
      const made = await buyerPost<Bundle>(`/shop/bundles/${b.id}/order`, {
        phone: phone.replace(/[\s-]/g, ""),
        consent,
        rulesHash: b.rulesHash,
        people: people.map((p) => ({
          name: p.name.trim(),
          kind: p.kind,
          number: cleanNumber(p.number),
          ...(p.guardian ? { guardian: true } : {}),
        })),
      });
      keepDraft(slot, null);
      props.set(made);
    } catch (e) {
      setError(e);
      setBusy(false);
      if (e instanceof ApiProblem && (e.status === 409 || e.status === 410)) props.again();
    }
  };
  return (
    <form
      className="people"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Timer endsAt={endsAt} onEnd={props.again} />
      {error !== null && <ProblemNote error={error} />}
      {b.people > 0 && <p className="quiet">{text("pack.people-lead")}</p>}
      {people.map((p, i) => (
        <fieldset key={i} className="card person">
          <legend>
            <b>{text("shop.person", { n: i + 1 })}</b>
          </legend>
          {kept.length > 0 && (
            <div className="kept" role="group" aria-label={text("shop.kept")}>
              {kept
                .filter((k) => !people.some((q) => cleanNumber(q.number) === cleanNumber(k.number)))
                .map((k) => (
                  <button key={k.number} type="button" className="button" onClick={() => change(i, k)}>
                    {k.name} <small className="quiet">{format.maskDocument(k.number)}</small>
                  </button>
                ))}
            </div>
          )}
          <div className="grid">
            <Field
              id={`name-${i}`}
              name={`name-${i}`}
              label={text("shop.name")}
              value={p.name}
              onChange={(v) => change(i, { name: v })}
              error={at(`people[${i}].name`)}
            />
            <div className="field">
              <label htmlFor={`kind-${i}`}>{text("shop.kind")}</label>
              <div className="box">
                <select id={`kind-${i}`} value={p.kind} onChange={(e) => change(i, { kind: e.currentTarget.value })}>
                  {KINDS.map((k) => (
                    <option key={k} value={k}>
                      {text(`shop.doc.${k}`)}
                    </option>
                  ))}
                </select>
              </div>
            </div>
            <Field
              id={`number-${i}`}
              name={`number-${i}`}
              label={text("shop.number")}
              value={p.number}
              onChange={(v) => change(i, { number: v.toUpperCase() })}
              error={at(`people[${i}].number`)}
            />
          </div>
          {isUnder14(p, now) && (
            <Check id={`guardian-${i}`} on={p.guardian} set={(v) => change(i, { guardian: v })} error={at(`people[${i}].guardian`)}>
              {text("shop.guardian")}
            </Check>
          )}
        </fieldset>
      ))}
      <section className="card person">
        <Field
          id="phone"
          name="phone"
          label={text("shop.phone")}
          inputMode="tel"
          autoComplete="tel"
          value={phone}
          onChange={setPhone}
          hint={text("shop.phone-hint")}
          error={at("phone")}
        />
        <details className="rules">
          <summary>{text("shop.read-rules")}</summary>
          <ul>
            {b.rules.map((r) => (
              <li key={r.zh}>{lang === "zh" ? r.zh : r.en}</li>
            ))}
          </ul>
        </details>
        <Check id="consent" on={consent} set={setConsent} error={at("consent")}>
          {text("shop.consent")}
        </Check>
      </section>
      <button className="button main block" disabled={busy}>
        {busy && <span className="busy" />}
        {text(busy ? "shop.submitting" : "shop.to-pay")}
      </button>
    </form>
  );
}

function Paying(props: Part): ReactNode {
  const text = useT(),
    { b } = props,
    [busy, setBusy] = useState<"pay" | "cancel" | null>(null),
    [error, setError] = useState<unknown>(null),
    [endsAt] = useState(() => Date.now() + b.secondsLeft * 1000),
    latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let stop = false,
      timer = 0;
    const ask = (): void => {
      buyerPost<Bundle>(`/shop/bundles/${b.id}/check`, undefined)
        .then(
          (d) => {
            if (!stop) latest.current.set(d);
          },
          () => undefined,
        )
        .finally(() => {
          if (!stop) timer = window.setTimeout(ask, ASKS);
        });
    };
    ask();
    return () => {
      stop = true;
      clearTimeout(timer);
    };
  }, [b.id]);
  const run = async (which: "cancel", work: () => Promise<void>): Promise<void> => {
    setBusy(which);
    setError(null);
    try {
      await work();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(null);
    }
  };
  if (b.state === "paid")
    return (
      <div className="note info" role="status">
        <div className="body">{text("shop.paid-lead")}</div>
      </div>
    );
  return (
    <section className="card paying">
      <Timer endsAt={endsAt} onEnd={props.again} />
      <p className="due">
        <span>{text("shop.amount")}</span>
        <b>{format.price(b.amount, props.style)}</b>
      </p>
      <p className="quiet small">{text("shop.pay-lead")}</p>
      {error !== null && <ProblemNote error={error} />}
      {b.parts[0]?.order !== undefined && (
        <PayChoice
          order={b.parts[0].order.id}
          at={`/shop/bundles/${b.id}`}
          amount={b.amount}
          busy={busy !== null}
          onBusy={(on) => setBusy(on ? "pay" : null)}
        />
      )}
      <button
        type="button"
        className="button plain"
        disabled={busy !== null}
        onClick={() =>
          void run("cancel", async () => {
            props.set(await buyerPost<Bundle>(`/shop/bundles/${b.id}/cancel`, undefined));
            toast("success", text("shop.cancelled-toast"));
          })
        }
      >
        {text("shop.cancel")}
      </button>
    </section>
  );
}

function GiveBack(props: { b: Bundle; style: "whole" | "full"; onDone: () => void }): ReactNode {
  const text = useT(),
    { b } = props,
    [open, setOpen] = useState(false),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    id = useRef(uuidv7()),
    quote = useLoad(`${b.id} ${open}`, () => (open ? buyerGet<BundleQuote>(`/shop/bundles/${b.id}/refund-quote`) : Promise.resolve(null)));
  const go = async (q: BundleQuote): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await buyerPost<Bundle>(`/shop/bundles/${b.id}/refunds`, { id: id.current, fee: q.fee }, id.current);
      toast("success", text("pack.give-done", { price: format.price(q.back, props.style) }));
      props.onDone();
    } catch (e) {
      if (e instanceof ApiProblem) {
        id.current = uuidv7();
        quote.again();
      }
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card refund" aria-labelledby="give">
      <div className="row between">
        <h2 id="give">{text("pack.give-back")}</h2>
        {!open && (
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {text("shop.refund")}
          </button>
        )}
      </div>
      <p className="quiet">{text(b.refund === "whole" ? "pack.whole" : "pack.part")}</p>
      {open &&
        quote.data !== null &&
        (quote.data.possible ? (
          <>
            <p>
              {text("pack.give-lead", { n: b.tickets })} {text("shop.fee")} {format.price(quote.data.fee, props.style)}
            </p>
            {error !== null && <ProblemNote error={error} />}
            <div className="go">
              <button type="button" className="button" onClick={() => setOpen(false)}>
                {text("action.cancel")}
              </button>
              <button type="button" className="button main" disabled={busy} onClick={() => void go(quote.data!)}>
                {busy && <span className="busy" />}
                {text("pack.give-go", { price: format.price(quote.data.back, props.style) })}
              </button>
            </div>
          </>
        ) : (
          <p className="note warning">
            <span className="body">{text("pack.give-none")}</span>
          </p>
        ))}
    </section>
  );
}
