/** One sold package: its parts, and giving it back. */
import { ErrorState, format, Link, Loading, placeWords, toast, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, StepDialog } from "../lib/parts.tsx";
import { newId } from "../pages/order.tsx";
import { BUNDLE_TONE, titleOf, type Bundle, type Pack } from "./packagewire.ts";
import "./messages.ts";

interface Quote {
  readonly possible: boolean;
  readonly paid: number;
  readonly fee: number;
  readonly back: number;
}

export function BundlePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [giving, setGiving] = useState<Quote | null>(null),
    [id] = useState(() => newId());
  const { data, error, reload } = useLoad(`bundle ${props.id}`, async (h, s) => {
    const b = await h.get<Bundle>(`/api/v1/bundles/${props.id}`, {}, s);
    return { b, pack: await h.get<Pack>(`/api/v1/packages/${b.package}`, {}, s) };
  });
  if (data === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const { b } = data,
    name = titleOf(lang, b.name, data.pack.content.nameEn);
  const style = format.priceStyle([b.amount, ...b.parts.flatMap((p) => [p.amount, ...p.places.map((x) => x.price)])]);
  return (
    <>
      <PageHead
        back={{ to: `/packages/${b.package}`, label: name }}
        title={<span className="mono">{b.number}</span>}
        tags={<Chip tone={BUNDLE_TONE[b.state] ?? "quiet"}>{text(`ms.b-${b.state}`)}</Chip>}
        lead={`${name} ${b.option} · ${format.price(b.amount, style)}`}
        actions={
          b.state === "confirmed" && can("sales.refund") ? (
            <button
              type="button"
              className="button main"
              onClick={() => {
                void http.get<Quote>(`/api/v1/bundles/${b.id}/refund-quote`).then(setGiving, () => undefined);
              }}
            >
              {text("ms.p-give")}
            </button>
          ) : undefined
        }
      />
      <Card flush title={text("ms.p-parts")}>
        <DataTable
          name="bundle-parts"
          label={text("ms.p-parts")}
          rows={b.parts}
          rowKey={(p) => p.session}
          empty={<Empty title="–" />}
          columns={[
            {
              key: "when",
              title: text("m.starts"),
              render: (p) => format.dateTime(p.startsAt, lang, { now: new Date() }),
              csv: (p) => p.startsAt,
            },
            {
              key: "places",
              title: text("m.seat"),
              render: (p) => p.places.map((x) => `${placeWords(x.text, lang)} ${format.price(x.price, style)}`).join(text("m.comma")),
              csv: (p) => p.places.map((x) => x.text).join(" "),
            },
            {
              key: "amount",
              title: text("ms.p-amount"),
              num: true,
              render: (p) => format.price(p.amount, style),
              csv: (p) => p.amount / 100,
            },
            {
              key: "order",
              title: text("m.order"),
              render: (p) =>
                p.order === undefined ? (
                  "–"
                ) : (
                  <Link to={`/orders/${p.order.id}`}>
                    <span className="mono">{p.order.number}</span>
                  </Link>
                ),
              csv: (p) => p.order?.number ?? "",
            },
          ]}
        />
      </Card>
      {giving !== null && (
        <StepDialog
          open
          danger
          reason
          title={text("ms.p-give")}
          ok={text("ms.p-give")}
          onClose={() => setGiving(null)}
          lead={text(giving.possible ? "ms.p-give-lead" : "ms.p-give-none", {
            n: b.tickets,
            back: format.price(giving.back, style),
            fee: format.price(giving.fee, style),
          })}
          run={async (reason) => {
            await http.send("POST", `/api/v1/bundles/${b.id}/refunds`, { id, fee: giving.fee, reason });
            toast("success", text("ms.p-give-done"));
            reload();
          }}
        />
      )}
    </>
  );
}
