/** Why a price is what it is, and which prices changed when. */
import { ErrorState, format, Loading, useLanguage, useT } from "@parterre/ui";
import { Select } from "antd";
import { useState, type ReactNode } from "react";
import { useLoad } from "../lib/load.ts";
import { Card, Facts } from "../lib/parts.tsx";
import type { TicketMap } from "../lib/wire.ts";
import type { PriceChange, Why } from "./program.ts";
import { CHANNEL_NAMES, CHANNELS, KIND_NAMES, nameIn } from "./rules.ts";
import { fen, lineName, Steps, zoneName } from "./words.tsx";

/** "Why this price", zone by zone. */
export function WhyCard(props: { map: TicketMap; round: number }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    l = lang === "en" ? "en" : "zh",
    [zone, setZone] = useState(props.map.zones[0]?.no ?? 0),
    [channel, setChannel] = useState("online"),
    [kind, setKind] = useState("full"),
    kinds = ["full", ...(props.map.kinds ?? []).map((k) => k.code)];
  const why = useLoad(
    zone === 0 ? null : `why ${props.map.id} ${zone} ${channel} ${kind} ${props.round}`,
    (h, s) => h.get<Why>(`/api/v1/maps/${props.map.id}/price`, { zone, channel, kind }, s),
    15_000,
  );
  return (
    <Card
      title={text("m.why-price")}
      actions={
        <Select
          aria-label={text("m.zone")}
          value={zone}
          onChange={setZone}
          options={props.map.zones.map((z) => ({ value: z.no, label: `${z.letter} ${z.name}` }))}
          style={{ minWidth: 120 }}
        />
      }
    >
      <div className="stack">
        <div className="row">
          <Select
            aria-label={text("m.rf-c-channels")}
            value={channel}
            onChange={setChannel}
            options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, l) }))}
          />
          {kinds.length > 1 && (
            <Select
              aria-label={text("m.rf-c-ticketKinds")}
              value={kind}
              onChange={setKind}
              options={kinds.map((k) => ({ value: k, label: nameIn(KIND_NAMES, k, l) }))}
              style={{ minWidth: 110 }}
            />
          )}
        </div>
        {why.data === null ? (
          why.error === null ? (
            <Loading />
          ) : (
            <ErrorState error={why.error} onRetry={why.reload} />
          )
        ) : (
          <div className="stack tight">
            <Facts
              columns={1}
              items={[
                [text("m.on-sale-price"), <b key="p">{fen(why.data.onSale)}</b>],
                [text("m.in-force"), why.data.applied.revision >= why.data.revision ? text("m.in-force-yes") : text("m.in-force-no")],
                ...(why.data.last === undefined
                  ? []
                  : [
                      [
                        text("m.last-change"),
                        `${format.dateTime(why.data.last.at, lang)} · ${text(why.data.last.source === "hand" ? "m.by-hand" : "m.by-program")}`,
                      ] as const,
                    ]),
              ]}
            />
            {why.data.byHand && <p>{text("m.by-hand-lead")}</p>}
            <Steps steps={why.data.steps} />
            {why.data.now !== undefined && (
              <>
                <h3>{text("m.rules-say", { price: fen(why.data.now.price) })}</h3>
                <Steps steps={why.data.now.steps} />
              </>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

export function Changes(props: { map: TicketMap; round: number }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  const list = useLoad(
      `price-changes ${props.map.id} ${props.round}`,
      (h, s) => h.get<{ items: readonly PriceChange[] | null }>(`/api/v1/maps/${props.map.id}/price-changes`, { limit: 20 }, s),
      15_000,
    ),
    rows = list.data?.items ?? [];
  return (
    <Card flush title={text("m.price-changes")}>
      {list.data === null ? (
        <div className="pad">{list.error === null ? <Loading /> : <ErrorState error={list.error} onRetry={list.reload} />}</div>
      ) : rows.length === 0 ? (
        <p className="quiet pad">{text("m.price-changes-none")}</p>
      ) : (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{text("m.when")}</th>
              <th scope="col">{text("m.zone")}</th>
              <th scope="col" className="num">
                {text("m.price-from")}
              </th>
              <th scope="col" className="num">
                {text("m.price-to")}
              </th>
              <th scope="col">{text("m.why")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((c) => (
              <tr key={`${c.revision} ${c.zone} ${c.channel} ${c.kind} ${c.package ?? ""}`}>
                <td>{format.dateTime(c.at, lang)}</td>
                <td data-label={text("m.zone")}>
                  {zoneName(props.map.zones, c.zone)}
                  {lineName(c.channel, c.kind, lang)}
                </td>
                <td className="num" data-label={text("m.price-from")}>
                  {fen(c.old)}
                </td>
                <td className="num" data-label={text("m.price-to")}>
                  {fen(c.new)}
                </td>
                <td data-label={text("m.why")}>{text(c.source === "hand" ? "m.by-hand" : "m.by-program")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
