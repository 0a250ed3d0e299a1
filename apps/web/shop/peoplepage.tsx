import { ApiProblem, uuidv7 } from "@parterre/api";
import {
  EmptyState,
  ErrorState,
  Field,
  format,
  Link,
  Loading,
  navigate,
  placeText,
  ProblemNote,
  showProblem,
  toast,
  useLanguage,
  useT,
} from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import {
  cleanNumber,
  draftOf,
  forgetPeople,
  formFaults,
  isUnder14,
  keepDraft,
  keepPeople,
  keptPeople,
  KINDS,
  nameFault,
  NOBODY,
  numberFault,
  phoneFault,
  type Fault,
  type Person,
} from "./people.ts";
import { KindPicker } from "./kinds.tsx";
import { Steps, Timer, titleOf, useLoad } from "./parts.tsx";
import { PriceBox, type Priced, type PriceQuote } from "./offers/price.tsx";
import { buyerPost, get, holdOf, keepHold, releaseHold, type KeptHold, type OrderDetail, type SaleHold, type ShopDetail } from "./wire.ts";

export function PeoplePage(props: { id: string }): ReactNode {
  const { data: s, error, again } = useLoad(props.id, () => get<ShopDetail>(`/shop/sessions/${props.id}`)),
    [hold, setHold] = useState(() => holdOf(props.id)),
    [over, setOver] = useState(hold === null || hold.endsAt <= Date.now());
  if (error !== null && s === null) return <ErrorState error={error} onRetry={again} />;
  if (s === null) return <Loading lines={8} />;
  if (over || hold === null) return <Expired id={props.id} />;
  return (
    <Form
      s={s}
      hold={hold}
      onHold={(h) => {
        keepHold(props.id, h);
        setHold(holdOf(props.id));
      }}
      onOver={() => {
        keepHold(props.id, null);
        setOver(true);
      }}
    />
  );
}

function Expired(props: { id: string }): ReactNode {
  const text = useT();
  return (
    <EmptyState
      title={text("shop.expired")}
      actions={
        <Link to={`/sessions/${props.id}/seats`} className="button main">
          {text("shop.choose-again")}
        </Link>
      }
    >
      {text("shop.expired-lead")}
    </EmptyState>
  );
}

function Form(props: { s: ShopDetail; hold: KeptHold; onHold: (h: SaleHold) => void; onOver: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s, hold } = props,
    real = s.rules.realName,
    wanted = real.perTicket ? hold.places.length : real.perOrder ? 1 : 0;
  const first = useRef(draftOf(s.id)),
    [people, setPeople] = useState<readonly Person[]>(() => Array.from({ length: wanted }, (_, i) => first.current?.people[i] ?? NOBODY));
  const [phone, setPhone] = useState(first.current?.phone ?? ""),
    [consent, setConsent] = useState(false),
    [keep, setKeep] = useState(keptPeople().length > 0),
    [kept, setKept] = useState(keptPeople);
  const [order] = useState(() =>
    first.current?.order.startsWith(`${hold.hold} `) === true ? first.current.order.split(" ")[1]! : uuidv7(),
  );
  const [price, setPrice] = useState<Priced | null>(null);
  const [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [tried, setTried] = useState(false),
    top = useRef<HTMLDivElement>(null);
  // Written down with the keystroke, not after the next drawing: a reload may come at once.
  const typed = useRef({ people, phone });
  const write = (part: Partial<{ people: readonly Person[]; phone: string }>): void => {
    typed.current = { ...typed.current, ...part };
    keepDraft(s.id, { ...typed.current, order: `${hold.hold} ${order}` });
    setPeople(typed.current.people);
    setPhone(typed.current.phone);
  };
  useEffect(() => write({}), []);
  const change = (i: number, part: Partial<Person>): void =>
    write({ people: typed.current.people.map((p, j) => (j === i ? { ...p, ...part } : p)) });
  const now = new Date(),
    faults = formFaults(people, phone, consent, real.perTicket, now),
    told = error === null ? {} : showProblem(error, lang).fields;
  const words = (f: Fault | null | undefined): string | null =>
    f == null
      ? null
      : text(
          f.key,
          f.params === undefined ? {} : { ...f.params, ...(typeof f.params["form"] === "string" ? { form: text(f.params["form"]) } : {}) },
        );
  const faultAt = (path: string): string | null => told[path] ?? (tried ? words(faults.get(path)) : null);
  const submit = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (faults.size > 0) {
      setTimeout(() => document.querySelector<HTMLElement>('.people [aria-invalid="true"]')?.focus());
      return;
    }
    setBusy(true);
    try {
      const made = await buyerPost<OrderDetail>(
        "/shop/orders",
        {
          id: order,
          session: s.id,
          hold: hold.hold,
          phone: phone.replace(/[\s-]/g, ""),
          consent,
          ...(price === null ? {} : { due: price.due, codes: price.codes }),
          people: people.map((p) => ({
            name: p.name.trim(),
            kind: p.kind,
            number: cleanNumber(p.number),
            ...(p.guardian ? { guardian: true } : {}),
          })),
        },
        order,
      );
      if (keep) keepPeople(people);
      keepHold(s.id, null);
      keepDraft(s.id, null);
      try {
        sessionStorage.removeItem(`parterre.shop.seats.${s.id}`);
      } catch {
        /* not kept */
      }
      navigate(`/orders/${made.id}`, { replace: true });
    } catch (e) {
      if (e instanceof ApiProblem && e.status === 410) {
        props.onOver();
        return;
      }
      setError(e);
      setBusy(false);
      top.current?.scrollIntoView({ block: "start" });
    }
  };
  const style = format.priceStyle(hold.places.map((p) => p.price)),
    due = price?.due ?? hold.amount;
  // People who are whole already: discounts by age count them before the order does.
  const full = people
    .filter((p) => nameFault(p.name) === null && numberFault(p.kind, p.number, now) === null)
    .map((p) => ({ name: p.name.trim(), kind: p.kind, number: cleanNumber(p.number) }));
  return (
    <form
      className="people"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <header className="head" ref={top}>
        <div className="title">
          <h1>{text("shop.people")}</h1>
          <small className="quiet">
            {titleOf(s, lang)} · {format.dateTime(s.startsAt, lang, { zone: s.zone })}
          </small>
        </div>
        <Steps at={1} />
      </header>
      <Timer endsAt={hold.endsAt} onEnd={props.onOver} />
      {error !== null && <ProblemNote error={error} />}
      {tried && faults.size > 0 && (
        <div className="note warning" role="alert">
          <div className="body">{text("errors.count", { n: faults.size })}</div>
        </div>
      )}
      <KindPicker at="shop" hold={hold} onHold={props.onHold} />
      {wanted > 0 && <p className="quiet">{text("shop.people-lead")}</p>}
      {wanted === 0 && (
        <ul className="chosen card">
          {hold.places.map((p) => (
            <li key={p.seat}>
              <span>{placeText(p, lang)}</span>
              <b>{format.price(p.price, style)}</b>
            </li>
          ))}
        </ul>
      )}
      {people.map((p, i) => (
        <fieldset key={i} className="card person">
          <legend>
            <b>{text("shop.person", { n: i + 1 })}</b>
            {real.perTicket && (
              <span>
                {placeText(hold.places[i]!, lang)}
                <small>{format.price(hold.places[i]!.price, style)}</small>
              </span>
            )}
          </legend>
          {hold.places[i]?.note !== undefined && hold.places[i].note !== "" && (
            <div className="note warning">
              <div className="body">{text("shop.limited", { why: hold.places[i].note })}</div>
            </div>
          )}
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
              error={faultAt(`people[${i}].name`)}
              validate={(v) => (v === "" ? null : words(nameFault(v)))}
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
              error={faultAt(`people[${i}].number`)}
              validate={(v) => (v === "" ? null : words(numberFault(p.kind, v, now)))}
            />
          </div>
          {isUnder14(p, now) && (
            <Check id={`guardian-${i}`} on={p.guardian} set={(v) => change(i, { guardian: v })} error={faultAt(`people[${i}].guardian`)}>
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
          onChange={(v) => write({ phone: v })}
          hint={text("shop.phone-hint")}
          error={faultAt("phone")}
          validate={(v) => (v === "" ? null : words(phoneFault(v)))}
        />
        {wanted > 0 && (
          <Check id="keep" on={keep} set={setKeep}>
            {text("shop.keep")}
          </Check>
        )}
        {kept.length > 0 && (
          <button
            type="button"
            className="button plain"
            onClick={() => {
              forgetPeople();
              setKept([]);
              setKeep(false);
            }}
          >
            {text("shop.forget")}
          </button>
        )}
        <PriceBox
          of={`${hold.hold} ${hold.amount} ${full.map((p) => p.number).join(" ")}`}
          amount={hold.amount}
          onPrice={setPrice}
          ask={(codes) =>
            buyerPost<PriceQuote>("/shop/prices", {
              session: s.id,
              hold: hold.hold,
              codes,
              ...(full.length === wanted && wanted > 0 ? { people: full } : {}),
            })
          }
        />
        <details className="rules">
          <summary>{text("shop.read-rules")}</summary>
          <ul>
            {s.disclosures.rules.map((r) => (
              <li key={r.zh}>{lang === "zh" ? r.zh : r.en}</li>
            ))}
          </ul>
        </details>
        <Check id="consent" on={consent} set={setConsent} error={faultAt("consent")}>
          {text("shop.consent")}
        </Check>
      </section>
      <footer className="act">
        <div>
          <b>{format.price(due, due % 100 === 0 ? style : "full")}</b>
          <button
            type="button"
            className="link"
            onClick={() => {
              void releaseHold(s.id, hold.hold).catch(() => toast("warning", text("problem.network")));
              navigate(`/sessions/${s.id}/seats`);
            }}
          >
            {text("shop.change-seats")}
          </button>
        </div>
        <button className="button main" disabled={busy}>
          {busy && <span className="busy" />}
          {text(busy ? "shop.submitting" : "shop.to-pay")}
        </button>
      </footer>
    </form>
  );
}

export function Check(props: {
  id: string;
  on: boolean;
  set: (on: boolean) => void;
  error?: string | null;
  children: ReactNode;
}): ReactNode {
  const wrong = props.error != null;
  return (
    <div>
      <label className="check" htmlFor={props.id}>
        <input
          id={props.id}
          type="checkbox"
          checked={props.on}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${props.id}-note` : undefined}
          onChange={(e) => props.set(e.currentTarget.checked)}
        />
        <span>{props.children}</span>
      </label>
      {wrong && (
        <span id={`${props.id}-note`} className="error" role="alert">
          {props.error}
        </span>
      )}
    </div>
  );
}
