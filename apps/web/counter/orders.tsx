import { uuidv7 } from "@parterre/api";
import { EmptyState, ErrorState, format, Link, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useRef, useState, type ReactNode } from "react";
import { titleOf, useLoad } from "../shop/parts.tsx";
import type { OrderDetail, Quote } from "../shop/wire.ts";
import "../shop/messages.ts";
import { get, post, type OrderItem } from "./wire.ts";

export function OrdersPage(props: { id?: string }): ReactNode {
  const text = useT(), lang = useLanguage(), list = useLoad("orders", () => get<{ items: readonly OrderItem[] }>("/orders?size=60"));
  if (list.error !== null && list.data === null) return <ErrorState error={list.error} onRetry={list.again} />;
  return (
    <div className="orders">
      <section aria-label={text("counter.last")}>
        <h1>{text("counter.last")}</h1>
        {list.data === null ? <Loading /> : list.data.items.length === 0 ? <EmptyState title={text("counter.last-none")} /> : (
          <ul>{list.data.items.map((o) => <li key={o.id}><Link to={`/orders/${o.id}`} className="order-row" aria-current={o.id === props.id ? "page" : undefined}><span><b>{o.number}</b><small>{format.date(o.createdAt, lang)} {format.time(o.createdAt)}</small></span><span>{titleOf(o, lang)}<small>{text("counter.n-tickets", { n: o.places })} · {text(`shop.st.${o.state}`)}</small></span><b>{format.price(o.amount)}</b></Link></li>)}</ul>
        )}
      </section>
      <section className="one" aria-label={text("counter.detail")}>{props.id !== undefined && <One key={props.id} id={props.id} onChange={list.again} />}</section>
    </div>
  );
}

function One(props: { id: string; onChange: () => void }): ReactNode {
  const text = useT(), lang = useLanguage(), both = useLoad(props.id, async () => { const [o, quote] = await Promise.all([get<OrderDetail>(`/orders/${props.id}`), get<Quote>(`/orders/${props.id}/refund-quote`)]); return { o, quote }; });
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set()), [busy, setBusy] = useState(false), [error, setError] = useState<unknown>(null), id = useRef(uuidv7());
  if (both.error !== null && both.data === null) return <ErrorState error={both.error} onRetry={both.again} />;
  if (both.data === null) return <Loading lines={6} />;
  const { o, quote } = both.data, lines = quote.tickets.filter((l) => picked.has(l.seat)), fee = lines.reduce((n, l) => n + l.fee, 0), back = lines.reduce((n, l) => n + l.back, 0);
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
    } catch (e) { setError(e); } finally { setBusy(false); }
  };
  return (
    <>
      <header className="row between"><h2>{titleOf(o, lang)} <small className="quiet">{o.number} · {text(`shop.st.${o.state}`)}</small></h2>{o.pdf !== undefined && <a className="button" href={`${o.pdf}?medium=stock`} target="_blank" rel="noreferrer">{text("counter.print")}</a>}</header>
      <p className="quiet">{format.dateTime(o.startsAt, lang, { zone: o.zone })} · {o.venue} {o.hall}</p>
      {error !== null && <ProblemNote error={error} />}
      <table><thead><tr><td /><th scope="col">{text("shop.seat-label")}</th><th scope="col">{text("shop.holder")}</th><th scope="col">{text("shop.price")}</th><th scope="col">{text("counter.fee")}</th><th scope="col">{text("counter.back")}</th></tr></thead>
        <tbody>{o.tickets.map((t) => { const l = quote.tickets.find((q) => q.seat === t.seat && t.state === "valid"); return (
          <tr key={`${t.seat} ${t.code ?? ""}`}><td><input type="checkbox" aria-label={t.text} disabled={l?.possible !== true} checked={picked.has(t.seat)} onChange={(e) => { const next = new Set(picked); if (e.currentTarget.checked) next.add(t.seat); else next.delete(t.seat); setPicked(next); }} /></td>
            <td>{t.text}<small>{t.code}</small></td><td>{t.person !== undefined && <>{t.person.name}<small>{t.person.number}</small></>}</td><td>{format.price(t.price)}</td><td>{l === undefined ? text(`shop.${t.state === "exchanged" ? "exchange" : t.state === "ordered" ? "st.pending" : "used"}`) : l.possible ? format.price(l.fee) : text("counter.not-possible")}</td><td>{l?.possible === true ? format.price(l.back) : ""}</td></tr>
        ); })}</tbody></table>
      <div className="foot"><button type="button" className="button main" disabled={busy || lines.length === 0} onClick={() => void refund()}>{busy && <span className="busy" />}{lines.length === 0 ? text("counter.refund-none") : text("counter.refund-go", { n: lines.length, price: format.price(back) })}</button></div>
    </>
  );
}
