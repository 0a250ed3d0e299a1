import { uuidv7 } from "@parterre/api";
import { Field, format, ProblemNote, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useRef, useState, type ReactNode } from "react";
import { useLoad } from "../parts.tsx";
import { cleanNumber, KINDS, NOBODY, type Person } from "../people.ts";
import { buyerGet, buyerPost, type OrderDetail } from "../wire.ts";
import "./messages.ts";

interface Invoice {
  readonly id: string;
  readonly title: string;
  readonly amount: number;
  readonly state: string;
  readonly number: string;
  readonly reason: string;
}

/** Invoices of an order (or of a package order), and the form that asks for one (RL-18). */
export function Invoices(props: { order: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = useLoad(`invoices ${props.order}`, () => buyerGet<{ items: readonly Invoice[] }>(`/shop/orders/${props.order}/invoices`)),
    [open, setOpen] = useState(false),
    id = useRef(uuidv7());
  const [kind, setKind] = useState("personal"),
    [title, setTitle] = useState(""),
    [tax, setTax] = useState(""),
    [email, setEmail] = useState(""),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  if (list.data === null) return null;
  const told = error === null ? {} : showProblem(error, lang).fields,
    live = list.data.items.some((v) => v.state === "requested" || v.state === "issued" || v.state === "void_due"),
    style = format.priceStyle(list.data.items.map((v) => v.amount));
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await buyerPost(
        `/shop/orders/${props.order}/invoices`,
        { id: id.current, kind, title: title.trim(), email: email.trim(), ...(kind === "enterprise" ? { taxNumber: tax } : {}) },
        id.current,
      );
      id.current = uuidv7();
      setOpen(false);
      toast("success", text("inv.sent"));
      list.again();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card person" aria-labelledby="invoice">
      <div className="row between">
        <h2 id="invoice">{text("inv.title")}</h2>
        {!live && !open && (
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {text("inv.ask")}
          </button>
        )}
      </div>
      {list.data.items.length > 0 && (
        <ul className="chosen">
          {list.data.items.map((v) => (
            <li key={v.id}>
              <span>
                {v.title} <small className="quiet">{text(`inv.st.${v.state}`, { n: v.number, why: v.reason })}</small>
              </span>
              <b>{format.price(v.amount, style)}</b>
            </li>
          ))}
        </ul>
      )}
      {!live && !open && <p className="quiet small">{text("inv.lead")}</p>}
      {open && (
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault();
            void send();
          }}
        >
          {error !== null && <ProblemNote error={error} />}
          <div className="grid">
            <div className="field">
              <label htmlFor="inv-kind">{text("inv.kind")}</label>
              <div className="box">
                <select id="inv-kind" value={kind} onChange={(e) => setKind(e.currentTarget.value)}>
                  {["personal", "enterprise"].map((k) => (
                    <option key={k} value={k}>
                      {text(`inv.${k}`)}
                    </option>
                  ))}
                </select>
              </div>
            </div>
            <Field
              id="inv-title"
              name="inv-title"
              label={text("inv.head")}
              value={title}
              onChange={setTitle}
              error={told["title"] ?? null}
            />
            {kind === "enterprise" && (
              <Field
                id="inv-tax"
                name="inv-tax"
                label={text("inv.tax")}
                value={tax}
                onChange={(v) => setTax(v.toUpperCase())}
                error={told["taxNumber"] ?? null}
              />
            )}
            <Field
              id="inv-email"
              name="inv-email"
              label={text("inv.email")}
              autoComplete="email"
              value={email}
              onChange={setEmail}
              error={told["email"] ?? null}
            />
          </div>
          <button className="button main" disabled={busy}>
            {busy && <span className="busy" />}
            {text("inv.send")}
          </button>
        </form>
      )}
    </section>
  );
}

/** Seats of an order that nobody is named for (RL-3). */
export function Bindings(props: { o: OrderDetail & { readonly bindBy?: string }; onDone: (o: OrderDetail) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { o } = props;
  if (o.bindBy === undefined) return null;
  return (
    <section className="card person" aria-labelledby="bind">
      <h2 id="bind">{text("bindp.title")}</h2>
      <p className="note warning">
        <span className="body">{text("bindp.lead", { when: format.dateTime(o.bindBy, lang, { zone: o.zone }) })}</span>
      </p>
      {o.tickets
        .filter((t) => t.state === "valid" && t.person === undefined)
        .map((t) => (
          <BindOne key={t.seat} order={o.id} seat={t.seat} place={t.text} onDone={props.onDone} />
        ))}
    </section>
  );
}

function BindOne(props: { order: string; seat: number; place: string; onDone: (o: OrderDetail) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [p, setP] = useState<Person>(NOBODY),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    id = useRef(uuidv7()),
    told = error === null ? {} : showProblem(error, lang).fields,
    at = (f: string): string | null => told[`person.${f}`] ?? told[`people[0].${f}`] ?? null;
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      props.onDone(
        await buyerPost<OrderDetail>(
          `/shop/orders/${props.order}/bindings`,
          { id: id.current, seat: props.seat, person: { name: p.name.trim(), kind: p.kind, number: cleanNumber(p.number) } },
          id.current,
        ),
      );
      toast("success", text("bindp.done"));
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void go();
      }}
    >
      <b>{props.place}</b>
      {error !== null && <ProblemNote error={error} />}
      <div className="grid">
        <Field
          id={`bn-${props.seat}`}
          name={`bn-${props.seat}`}
          label={text("shop.name")}
          value={p.name}
          onChange={(v) => setP({ ...p, name: v })}
          error={at("name")}
        />
        <div className="field">
          <label htmlFor={`bk-${props.seat}`}>{text("shop.kind")}</label>
          <div className="box">
            <select id={`bk-${props.seat}`} value={p.kind} onChange={(e) => setP({ ...p, kind: e.currentTarget.value })}>
              {KINDS.map((k) => (
                <option key={k} value={k}>
                  {text(`shop.doc.${k}`)}
                </option>
              ))}
            </select>
          </div>
        </div>
        <Field
          id={`bd-${props.seat}`}
          name={`bd-${props.seat}`}
          label={text("shop.number")}
          value={p.number}
          onChange={(v) => setP({ ...p, number: v.toUpperCase() })}
          error={at("number")}
        />
      </div>
      <button className="button" disabled={busy}>
        {text("bindp.go")}
      </button>
    </form>
  );
}
