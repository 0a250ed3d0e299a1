import { ErrorState, format, hasKey, Link, Loading, placeWords, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, Facts, PageHead, Stat, StepDialog, type Column, type Tone } from "../lib/parts.tsx";
import type { OrderDetail, OrderTicket, RefundQuote } from "../lib/orderwire.ts";
import { ORDER_TONE } from "./orders.tsx";

const TICKET_TONE: Readonly<Record<string, Tone>> = {
  ordered: "info",
  valid: "success",
  refunded: "quiet",
  exchanged: "quiet",
  void: "danger",
};
const REFUND_TONE: Readonly<Record<string, Tone>> = { asked: "info", seats_back: "info", done: "success", refused: "danger" };

export function OrderPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    [refunding, setRefunding] = useState(false);
  const { data: o, error, reload } = useLoad<OrderDetail>(`order ${props.id}`, (h, s) => h.get(`/api/v1/orders/${props.id}`, {}, s));
  if (o === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const style = format.priceStyle([
      o.amount,
      o.paid,
      o.back,
      ...o.tickets.map((t) => t.price),
      ...o.refunds.flatMap((r) => [r.fee, r.back]),
    ]),
    price = (fen: number): string => format.price(fen, style);
  const columns: readonly Column<OrderTicket>[] = [
    { key: "place", title: text("m.seat"), render: (t) => placeWords(t.text, lang), csv: (t) => t.text },
    {
      key: "person",
      title: text("m.person"),
      render: (t) =>
        t.person === undefined ? (
          <span className="quiet">{text("m.person-none")}</span>
        ) : (
          <span>
            {t.person.name} <span className="mono quiet">{t.person.number}</span>
          </span>
        ),
      csv: (t) => `${t.person?.name ?? ""} ${t.person?.number ?? ""}`,
    },
    { key: "code", title: text("m.ticket-code"), render: (t) => <span className="mono">{t.code}</span>, csv: (t) => t.code ?? "" },
    { key: "price", title: text("m.price"), num: true, render: (t) => price(t.price), csv: (t) => t.price / 100 },
    {
      key: "state",
      title: text("m.state"),
      render: (t) => <Chip tone={TICKET_TONE[t.state] ?? "quiet"}>{text(`m.ticket-${t.state}`)}</Chip>,
      csv: (t) => t.state,
    },
    { key: "prints", title: text("m.prints"), num: true, spare: true, render: (t) => t.prints, csv: (t) => t.prints },
  ];
  return (
    <>
      <PageHead
        back={{ to: "/orders", label: text("manage.orders") }}
        title={
          <>
            {text("m.order")} <span className="mono order-number">{o.number}</span>
          </>
        }
        tags={<Chip tone={ORDER_TONE[o.state] ?? "quiet"}>{text(`m.order-${o.state}`)}</Chip>}
        lead={
          <>
            <Link to={`/sessions/${o.session}`}>{lang === "en" && o.titleEn !== "" ? o.titleEn : o.title}</Link> ·{" "}
            {format.dateTime(o.startsAt, lang, { now: new Date() })} · {o.venue} {o.hall}
          </>
        }
        actions={
          <>
            {o.pdf !== undefined && can("sales.sell") && (
              <a className="button" href={o.pdf} target="_blank" rel="noreferrer">
                {text("m.tickets-pdf")}
              </a>
            )}
            {o.refundable && can("sales.refund") && (
              <button type="button" className="button main" onClick={() => setRefunding(true)}>
                {text("m.refund")}
              </button>
            )}
          </>
        }
      />
      <div className="stack">
        <div className="stats">
          <Stat label={text("m.amount")} value={price(o.amount)} note={text("m.tickets-count", { n: o.places })} />
          <Stat
            label={text("m.paid")}
            value={price(o.paid)}
            note={[...new Set(o.payments.map((p) => text(payKey(p.provider))))].join(text("m.comma"))}
          />
          <Stat label={text("m.returned")} value={price(o.back)} />
          <Stat label={text("m.sold-at")} value={text(`m.channel-${o.channel}`)} note={format.dateTime(o.createdAt, lang)} />
        </div>
        <Card flush title={text("m.tickets")}>
          <DataTable
            name={`tickets-${o.number}`}
            label={text("m.tickets")}
            columns={columns}
            rows={o.tickets}
            rowKey={(t) => `${t.seat} ${t.code ?? ""} ${t.state}`}
            empty={<Empty title={text("m.tickets-none")} />}
          />
        </Card>
        <div className="split">
          <div className="stack">
            {o.refunds.length > 0 && (
              <Card title={text("m.refunds")}>
                <ul className="plain refund-list">
                  {o.refunds.map((r) => (
                    <li key={r.id}>
                      <span className="row">
                        <strong>{price(r.back)}</strong>
                        <Chip tone={REFUND_TONE[r.state] ?? "quiet"}>
                          {text(r.state === "asked" ? "m.refund-asked-state" : `m.refund-${r.state}`)}
                        </Chip>
                      </span>
                      <span className="quiet">
                        {text("m.refund-line", { n: r.seats.length, fee: price(r.fee) })} · {format.dateTime(r.createdAt, lang)}
                        {r.reason === "" ? "" : ` · ${r.reason}`}
                      </span>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
            <Card title={text("m.payments")}>
              {o.payments.length === 0 ? (
                <p className="quiet">{text("m.payments-none")}</p>
              ) : (
                <ul className="plain refund-list">
                  {o.payments.map((p) => (
                    <li key={p.id}>
                      <span className="row">
                        <strong>{price(p.amount)}</strong>
                        <Chip tone={p.state === "paid" ? "success" : p.state === "waiting" ? "info" : "quiet"}>
                          {text(`m.payment-${p.state}`)}
                        </Chip>
                      </span>
                      <span className="quiet">
                        {text(payKey(p.provider))}
                        {p.ref === "" ? (
                          ""
                        ) : (
                          <>
                            {" "}
                            · <span className="mono">{p.ref}</span>
                          </>
                        )}
                        {p.paidAt === undefined ? "" : ` · ${format.dateTime(p.paidAt, lang)}`}
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
          </div>
          <div className="stack">
            <Card title={text("m.refund-tiers")}>
              <Tiers order={o} />
            </Card>
            <Card title={text("m.order-about")}>
              <Facts
                columns={1}
                items={[
                  [text("m.phone"), o.phone],
                  [text("m.organiser"), o.organiser],
                  [
                    text("m.order-id"),
                    <span key="i" className="mono">
                      {o.id}
                    </span>,
                  ],
                ]}
              />
            </Card>
          </div>
        </div>
      </div>
      {refunding && <RefundDialog order={o} onClose={() => setRefunding(false)} onDone={reload} />}
    </>
  );
}

/** Names of ways to pay; a provider that the page does not know is shown by its own name. */
const payKey = (provider: string): string => (hasKey(`m.pay-${provider}`) ? `m.pay-${provider}` : provider);

/** The tiers as a line in time; the one that holds now stands out. */
function Tiers(props: { order: OrderDetail }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    tiers = props.order.tiers ?? [],
    now = Date.now(),
    current = tiers.findIndex((t) => new Date(t.until).getTime() >= now);
  if (tiers.length === 0) return <p className="quiet">{text("m.refund-never")}</p>;
  return (
    <ol className="tier-line">
      {tiers.map((t, i) => (
        <li key={t.until} className={i === current ? "now" : new Date(t.until).getTime() < now ? "past" : ""}>
          <strong>{t.feePerMille === 0 ? text("m.fee-free") : text("m.fee-share", { fee: t.feePerMille / 10 })}</strong>
          <span className="quiet">
            {text("m.tier-until", { when: format.dateTime(t.until, lang) })}
            {i === current ? ` · ${text("m.tier-now")}` : ""}
          </span>
        </li>
      ))}
      <li className={current < 0 ? "now" : ""}>
        <strong>{text("m.fee-none")}</strong>
        <span className="quiet">{text("m.tier-after")}</span>
      </li>
    </ol>
  );
}

function RefundDialog(props: { order: OrderDetail; onClose: () => void; onDone: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { order } = props,
    [chosen, setChosen] = useState<readonly number[] | null>(null),
    [id] = useState(() => newId());
  const quote = useLoad<RefundQuote>(`quote ${order.id}`, (h, s) => h.get(`/api/v1/orders/${order.id}/refund-quote`, {}, s));
  const lines = (quote.data?.tickets ?? []).filter((t) => t.possible),
    seats = chosen ?? lines.map((l) => l.seat),
    picked = lines.filter((l) => seats.includes(l.seat)),
    fee = picked.reduce((n, l) => n + l.fee, 0),
    back = picked.reduce((n, l) => n + l.back, 0);
  const style = format.priceStyle([fee, back, ...lines.flatMap((l) => [l.price, l.back])]);
  return (
    <StepDialog
      open
      danger
      reason
      title={text("m.refund-title")}
      ok={text("m.refund-ok", { n: picked.length, amount: format.price(back, style) })}
      onClose={props.onClose}
      lead={
        quote.data === null ? (
          quote.error === null ? (
            <Loading />
          ) : (
            <ErrorState error={quote.error} onRetry={quote.reload} />
          )
        ) : (
          <div className="stack tight">
            {quote.data.free && (
              <div className="note success">
                <div className="body">{text("m.refund-free")}</div>
              </div>
            )}
            {lines.length === 0 ? (
              <p>{text("m.refund-impossible")}</p>
            ) : (
              lines.map((l) => {
                const t = order.tickets.find((x) => x.seat === l.seat);
                return (
                  <Checkbox
                    key={l.seat}
                    checked={seats.includes(l.seat)}
                    onChange={(e) => setChosen(e.target.checked ? [...seats, l.seat] : seats.filter((s) => s !== l.seat))}
                  >
                    {t === undefined ? l.seat : placeWords(t.text, lang)} · {format.price(l.price, style)} − {format.price(l.fee, style)} ={" "}
                    <strong>{format.price(l.back, style)}</strong>
                  </Checkbox>
                );
              })
            )}
            <p>
              <strong>{text("m.refund-sum", { n: picked.length, back: format.price(back, style), fee: format.price(fee, style) })}</strong>
            </p>
          </div>
        )
      }
      run={async (reason) => {
        if (picked.length === 0) return;
        await http.send("POST", `/api/v1/orders/${order.id}/refunds`, { id, seats: picked.map((l) => l.seat), fee, reason });
        toast("success", text("m.refund-asked", { n: picked.length, amount: format.price(back, style) }));
        props.onDone();
      }}
    />
  );
}

/** UUIDv7 (RFC 9562): the time first, so that ids made later sort later. */
export function newId(now: number = Date.now()): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) b[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
  b[6] = (b[6]! & 0x0f) | 0x70;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
