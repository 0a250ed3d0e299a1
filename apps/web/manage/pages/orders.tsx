import { format, Link, useLanguage, useQuery, useT } from "@parterre/ui";
import { Select } from "antd";
import { useState, type ReactNode } from "react";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, type Column, type Tone } from "../lib/parts.tsx";
import { OrderFind } from "../orders/find.tsx";
import { CHANNELS, ORDER_STATES, type Order } from "../lib/orderwire.ts";
import { type Session } from "../lib/wire.ts";

export const ORDER_TONE: Readonly<Record<string, Tone>> = {
  pending: "info",
  paid: "info",
  confirmed: "success",
  expired: "quiet",
  cancelled: "quiet",
  refund_due: "warning",
  refunded: "quiet",
};

export function OrdersPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [session, setSession] = useQuery("session"),
    [state, setState] = useQuery("state"),
    [channel, setChannel] = useQuery("channel"),
    [buyer, setBuyer] = useQuery("buyer");
  const list = usePages<Order>("/api/v1/orders", { session, state, channel, buyer });
  const of = useLoad<Session>(session === null ? null : `session-line ${session}`, (h, s) => h.get(`/api/v1/sessions/${session}`, {}, s));
  const style = format.priceStyle((list.rows ?? []).map((o) => o.amount));
  const columns: readonly Column<Order>[] = [
    { key: "number", title: text("m.order-number"), render: (o) => <span className="mono">{o.number}</span>, csv: (o) => o.number },
    { key: "show", title: text("m.show"), render: (o) => (lang === "en" && o.titleEn !== "" ? o.titleEn : o.title), csv: (o) => o.title },
    {
      key: "starts",
      title: text("m.session"),
      render: (o) => <span className="nowrap">{format.dateTime(o.startsAt, lang)}</span>,
      csv: (o) => o.startsAt,
    },
    { key: "places", title: text("m.tickets"), num: true, render: (o) => o.places, csv: (o) => o.places },
    { key: "amount", title: text("m.amount"), num: true, render: (o) => format.price(o.amount, style), csv: (o) => o.amount / 100 },
    { key: "channel", title: text("m.sold-at"), render: (o) => text(`m.channel-${o.channel}`), csv: (o) => o.channel },
    {
      key: "state",
      title: text("m.state"),
      render: (o) => <Chip tone={ORDER_TONE[o.state] ?? "quiet"}>{text(`m.order-${o.state}`)}</Chip>,
      csv: (o) => o.state,
    },
    {
      key: "created",
      title: text("m.ordered-at"),
      render: (o) => <span className="nowrap">{format.dateTime(o.createdAt, lang)}</span>,
      csv: (o) => o.createdAt,
    },
  ];
  const [found, setFound] = useState<readonly Order[] | null>(null);
  const { can } = useMe(),
    filtered = [session, state, channel, buyer].some((v) => v !== null);
  const clear = (): void => {
    setSession(null);
    setState(null);
    setChannel(null);
    setBuyer(null);
  };
  return (
    <>
      <PageHead
        title={text("manage.orders")}
        lead={text("m.orders-lead")}
        actions={
          can("sales.export") ? (
            <>
              <Link to="/day-totals" className="button">
                {text("mt.day")}
              </Link>
              <Link to="/invoices" className="button">
                {text("mt.invoices")}
              </Link>
            </>
          ) : undefined
        }
      />
      <OrderFind session={session} found={found} onFound={setFound} />
      <Card flush>
        <DataTable
          name="orders"
          label={text("manage.orders")}
          columns={columns}
          rows={found ?? list.rows}
          rowKey={(o) => o.id}
          to={(o) => `/orders/${o.id}`}
          error={list.error}
          onRetry={list.reload}
          hasMore={found === null && list.hasMore}
          more={list.more}
          loading={list.loading}
          filters={
            <>
              <Select
                allowClear
                aria-label={text("m.state")}
                placeholder={text("m.state")}
                value={state}
                onChange={(v) => setState(v ?? null)}
                options={ORDER_STATES.map((s) => ({ value: s, label: text(`m.order-${s}`) }))}
                style={{ minWidth: 130 }}
              />
              <Select
                allowClear
                aria-label={text("m.sold-at")}
                placeholder={text("m.sold-at")}
                value={channel}
                onChange={(v) => setChannel(v ?? null)}
                options={CHANNELS.map((c) => ({ value: c, label: text(`m.channel-${c}`) }))}
                style={{ minWidth: 130 }}
              />
              {session !== null && (
                <button type="button" className="button small" onClick={() => setSession(null)}>
                  {of.data === null ? text("m.session") : format.dateTime(of.data.startsAt, lang)} ×
                </button>
              )}
              {buyer !== null && (
                <button type="button" className="button small" onClick={() => setBuyer(null)}>
                  {text("m.buyer")} ×
                </button>
              )}
            </>
          }
          empty={
            filtered ? (
              <Empty
                title={text("m.filter-none")}
                action={
                  <button type="button" className="button" onClick={clear}>
                    {text("m.filter-clear")}
                  </button>
                }
              />
            ) : (
              <Empty
                title={text("m.orders-none")}
                lead={text("m.orders-none-lead")}
                action={
                  <Link to="/shows" className="button">
                    {text("manage.shows")}
                  </Link>
                }
              />
            )
          }
        />
      </Card>
    </>
  );
}
