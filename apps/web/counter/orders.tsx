import { uuidv7 } from "@parterre/api";
import {
  EmptyState,
  ErrorState,
  format,
  Link,
  Loading,
  navigate,
  ProblemNote,
  shortcuts,
  showProblem,
  toast,
  useLanguage,
  useT,
} from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { titleOf, useLoad } from "../shop/parts.tsx";
import type { OrderDetail, Quote, SaleTicket, ShopSession } from "../shop/wire.ts";
import "../shop/messages.ts";
import { onCard } from "./devices/hub.ts";
import { printTickets } from "./print.ts";
import { get, post, type OrderItem } from "./wire.ts";

interface FoundPass {
  readonly id: string;
  readonly organisation: string;
  readonly role: string;
  readonly areas: readonly string[];
  readonly state: "active" | "revoked";
  readonly person?: { readonly name: string };
  readonly pdf?: string;
}
interface Found {
  readonly items: readonly OrderItem[];
  readonly passes: readonly FoundPass[];
}
/** What was found stays while one goes from order to order; what was typed does not. */
let kept: Found | null = null;
/** The last orders, or what was found by number, phone, name or a card that was laid down; what was typed stays on this page. */
export function OrdersPage(props: { id?: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = useLoad("orders", () => get<{ items: readonly OrderItem[] }>("/orders?size=60")),
    sessions = useLoad("sessions", () => get<{ items: readonly ShopSession[] }>("/shop/sessions?size=100"));
  const [typed, setTyped] = useState(""),
    [session, setSession] = useState(""),
    [found, show] = useState<Found | null>(kept),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const setFound = (next: Found | null): void => {
    kept = next;
    show(next);
  };
  const find = async (what: string, kind = ""): Promise<void> => {
    if (what.trim() === "" || busy) return;
    setBusy(true);
    setError(null);
    try {
      const { items, passes } = await post<Found>("/orders/find", {
        text: what.trim(),
        ...(kind === "" ? {} : { kind }),
        ...(session === "" ? {} : { session }),
      });
      setFound({ items, passes });
      setTyped("");
      if (items.length === 1 && passes.length === 0) navigate(`/orders/${items[0]!.id}`);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const latest = useRef(find);
  latest.current = find;
  useEffect(() => onCard((c) => void latest.current(c.number, c.kind)), []);
  const rows = found?.items ?? list.data?.items ?? null;
  if (list.error !== null && list.data === null) return <ErrorState error={list.error} onRetry={list.again} />;
  return (
    <div className="orders">
      <section aria-label={text("counter.last")}>
        <form
          className="find"
          role="search"
          onSubmit={(e) => {
            e.preventDefault();
            void find(typed);
          }}
        >
          <label className="visually-hidden" htmlFor="find">
            {text("d.find")}
          </label>
          <input
            id="find"
            autoComplete="off"
            placeholder={text("d.f.placeholder")}
            value={typed}
            onChange={(e) => setTyped(e.currentTarget.value)}
          />
          <select aria-label={text("counter.sessions")} value={session} onChange={(e) => setSession(e.currentTarget.value)}>
            <option value="">{text("d.f.any")}</option>
            {(sessions.data?.items ?? []).map((s) => (
              <option key={s.id} value={s.id}>
                {titleOf(s, lang)} {format.dateTime(s.startsAt, lang, { zone: s.zone })}
              </option>
            ))}
          </select>
          <button className="button" disabled={busy || typed.trim() === ""}>
            {busy && <span className="busy" />}
            {text("d.f.go")} <kbd>F3</kbd>
          </button>
        </form>
        {error !== null && <ProblemNote error={error} />}
        <div className="row between">
          <h1>{found === null ? text("counter.last") : text("d.f.found", { n: found.items.length })}</h1>
          {found !== null && (
            <button
              type="button"
              className="button plain"
              onClick={() => {
                setFound(null);
                list.again();
              }}
            >
              {text("d.f.clear")}
            </button>
          )}
        </div>
        {found !== null && found.passes.length > 0 && (
          <ul aria-label={text("d.f.passes")}>
            {found.passes.map((p) => (
              <li key={p.id} className="order-row">
                <span>
                  <b>{text("d.f.pass")}</b>
                  <small>{text(`d.f.pass-${p.state}`)}</small>
                </span>
                <span>
                  {p.person?.name} · {p.organisation} {p.role}
                  <small>{p.areas.join("、")}</small>
                </span>
                {p.pdf !== undefined && (
                  <a className="button" href={p.pdf} target="_blank" rel="noreferrer">
                    PDF
                  </a>
                )}
              </li>
            ))}
          </ul>
        )}
        {rows === null ? (
          <Loading />
        ) : found !== null && found.passes.length > 0 && rows.length === 0 ? null : rows.length === 0 ? (
          found === null ? (
            <EmptyState title={text("counter.last-none")} />
          ) : (
            <EmptyState title={text("d.f.none")}>{text("d.f.none-lead")}</EmptyState>
          )
        ) : (
          <ul>
            {rows.map((o) => (
              <li key={o.id}>
                <Link to={`/orders/${o.id}`} className="order-row" aria-current={o.id === props.id ? "page" : undefined}>
                  <span>
                    <b>{o.number}</b>
                    <small>
                      {format.date(o.createdAt, lang)} {format.time(o.createdAt)}
                    </small>
                  </span>
                  <span>
                    {titleOf(o, lang)}
                    <small>
                      {text("counter.n-tickets", { n: o.places })} · {text(`shop.st.${o.state}`)}
                    </small>
                  </span>
                  <b>{format.price(o.amount)}</b>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="one" aria-label={text("counter.detail")}>
        {props.id !== undefined && <One key={props.id} id={props.id} onChange={list.again} />}
      </section>
    </div>
  );
}

type Printed = SaleTicket & { readonly prints?: number };
function One(props: { id: string; onChange: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    both = useLoad(props.id, async () => {
      const [o, quote] = await Promise.all([get<OrderDetail>(`/orders/${props.id}`), get<Quote>(`/orders/${props.id}/refund-quote`)]);
      return { o, quote };
    });
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set()),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [reprint, setReprint] = useState<Printed | null>(null),
    id = useRef(uuidv7());
  const tickets = (both.data?.o.tickets ?? []) as readonly Printed[],
    valid = tickets.filter((t) => t.state === "valid"),
    fresh = valid.every((t) => (t.prints ?? 0) === 0);
  const told = (e: unknown): void => {
    toast(
      "warning",
      text("d.print-bad", {
        why:
          e instanceof Error && (e.message.startsWith("edge.") || e instanceof TypeError) ? text("d.print-why") : showProblem(e, lang).text,
      }),
    );
  };
  // The first print is free; paper that went out before is ended by a reprint, with its reason.
  const print = (): void => {
    if (both.data === null || valid.length === 0) return;
    if (fresh) void printTickets({ id: props.id, tickets }).then(both.again, told);
    else setReprint(valid.find((t) => picked.has(t.seat)) ?? valid[0]!);
  };
  const all = (): void => {
    setPicked(new Set(both.data?.quote.tickets.filter((l) => l.possible).map((l) => l.seat)));
    requestAnimationFrame(() => document.getElementById("refund")?.focus());
  };
  const keys = useRef({ print, all });
  keys.current = { print, all };
  useEffect(
    () =>
      shortcuts.add(
        { id: "print", keys: "F8", label: "counter.k.print", run: () => keys.current.print() },
        { id: "refund", keys: "F7", label: "d.k.refund", run: () => keys.current.all() },
      ),
    [],
  );
  if (both.error !== null && both.data === null) return <ErrorState error={both.error} onRetry={both.again} />;
  if (both.data === null) return <Loading lines={6} />;
  const { o, quote } = both.data,
    lines = quote.tickets.filter((l) => picked.has(l.seat)),
    fee = lines.reduce((n, l) => n + l.fee, 0),
    back = lines.reduce((n, l) => n + l.back, 0);
  const refund = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await post(`/orders/${o.id}/refunds`, { id: id.current, seats: lines.map((l) => l.seat), fee }, id.current);
      toast("success", text("counter.refund-done", { n: lines.length, price: format.price(back) }));
      id.current = uuidv7();
      setPicked(new Set());
      both.again();
      props.onChange();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <header className="row between">
        <h2>
          {titleOf(o, lang)}{" "}
          <small className="quiet">
            {o.number} · {text(`shop.st.${o.state}`)}
          </small>
        </h2>
        {valid.length > 0 && (
          <button type="button" className="button" onClick={print}>
            {text(fresh ? "d.f.first" : "d.f.reprint")} <kbd>F8</kbd>
          </button>
        )}
      </header>
      <p className="quiet">
        {format.dateTime(o.startsAt, lang, { zone: o.zone })} · {o.venue} {o.hall}
        {o.phone !== "" && <> · {text("d.f.phone", { phone: o.phone })}</>}
      </p>
      {error !== null && <ProblemNote error={error} />}
      {reprint !== null && (
        <Reprint
          order={o.id}
          ticket={reprint}
          onClose={() => setReprint(null)}
          onDone={() => {
            setReprint(null);
            both.again();
          }}
          onPrintFault={told}
        />
      )}
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{text("shop.seat-label")}</th>
            <th scope="col">{text("shop.holder")}</th>
            <th scope="col">{text("shop.price")}</th>
            <th scope="col">{text("counter.fee")}</th>
            <th scope="col">{text("counter.back")}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((t) => {
            const l = quote.tickets.find((q) => q.seat === t.seat && t.state === "valid");
            return (
              <tr key={`${t.seat} ${t.code ?? ""}`}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={t.text}
                    disabled={l?.possible !== true}
                    checked={picked.has(t.seat)}
                    onChange={(e) => {
                      const next = new Set(picked);
                      if (e.currentTarget.checked) next.add(t.seat);
                      else next.delete(t.seat);
                      setPicked(next);
                    }}
                  />
                </td>
                <td>
                  {t.text}
                  <small>{t.code}</small>
                  {(t.prints ?? 0) > 0 && <small>{text("d.f.printed", { n: t.prints! })}</small>}
                </td>
                <td>
                  {t.person !== undefined && (
                    <>
                      {t.person.name}
                      <small>{t.person.number}</small>
                    </>
                  )}
                </td>
                <td>{format.price(t.price)}</td>
                <td>
                  {l === undefined
                    ? text(`shop.${t.state === "exchanged" ? "exchange" : t.state === "ordered" ? "st.pending" : "used"}`)
                    : l.possible
                      ? format.price(l.fee)
                      : text("counter.not-possible")}
                </td>
                <td>{l?.possible === true ? format.price(l.back) : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="foot row">
        {quote.tickets.some((l) => l.possible) && (
          <button type="button" className="button" onClick={all}>
            {text("d.f.all")} <kbd>F7</kbd>
          </button>
        )}
        <button id="refund" type="button" className="button main" disabled={busy || lines.length === 0} onClick={() => void refund()}>
          {busy && <span className="busy" />}
          {lines.length === 0 ? text("counter.refund-none") : text("counter.refund-go", { n: lines.length, price: format.price(back) })}
        </button>
      </div>
    </>
  );
}

function Reprint(props: {
  order: string;
  ticket: Printed;
  onClose: () => void;
  onDone: () => void;
  onPrintFault: (e: unknown) => void;
}): ReactNode {
  const text = useT(),
    [reason, setReason] = useState(""),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await post(`/orders/${props.order}/tickets/${props.ticket.seat}/reprint`, { reason: reason.trim() });
      toast("success", text("d.f.reprint-done"));
      await printTickets({ id: props.order, tickets: [] }, props.ticket.seat, false).catch(props.onPrintFault);
      props.onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="card inline"
      aria-label={text("d.f.reprint")}
      onSubmit={(e) => {
        e.preventDefault();
        void go();
      }}
      onKeyDown={(e) => {
        if (e.key === "Escape") props.onClose();
      }}
    >
      {error !== null && <ProblemNote error={error} />}
      <p>{props.ticket.text}</p>
      <label>
        {text("d.f.reprint-reason")}
        <input autoFocus maxLength={200} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
      </label>
      <button className="button main" disabled={busy || reason.trim() === ""}>
        {text("d.f.reprint-go")}
      </button>
    </form>
  );
}
