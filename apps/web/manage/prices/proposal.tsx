/** A price revision that waits for a person: each price with the rules that led to it. */
import { useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import type { TicketMap } from "../lib/wire.ts";
import type { Proposal } from "./program.ts";
import { fen, lineName, Steps, zoneName } from "./words.tsx";

/** The prices that a proposal would set, each with the rules that led to it. */
export function ProposalTable(props: { map: TicketMap; proposal: Proposal }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  return (
    <table className="data">
      <thead>
        <tr>
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
        {(props.proposal.lines ?? []).map((l) => (
          <tr key={`${l.zone} ${l.facts.channel} ${l.facts.ticketKind}`}>
            <th scope="row">
              {zoneName(props.map.zones, l.zone)}
              {lineName(l.facts.channel, l.facts.ticketKind, lang)}
            </th>
            <td className="num" data-label={text("m.price-from")}>
              {fen(l.from)}
            </td>
            <td className="num" data-label={text("m.price-to")}>
              <b>{fen(l.price)}</b>
            </td>
            <td data-label={text("m.why")}>
              <Steps steps={l.steps} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
