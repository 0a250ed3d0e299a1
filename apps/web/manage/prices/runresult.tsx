/** What a dry run gave, beside the prices as they were or another version: its sums, and zone by zone. */
import { format, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { Stat } from "../lib/parts.tsx";
import type { TicketMap } from "../lib/wire.ts";
import type { RunResult } from "./program.ts";
import { fen, zoneName } from "./words.tsx";

/** Money with its sign: "+¥12", "−¥6,230". */
const signed = (v: number): string => (v > 0 ? `+${fen(v)}` : v < 0 ? `−${fen(-v)}` : fen(0));

/** What a run is held against: another version's run, or the prices as they were. */
export interface Against {
  readonly name: string;
  readonly revenue: number;
  readonly sold: number;
  readonly changes: number;
  readonly zones: readonly { readonly zone: number; readonly sold: number; readonly revenue: number }[];
}
export const asMarked = (name: string, run: RunResult): Against => ({
  name,
  revenue: run.wasRevenue,
  sold: run.wasSold,
  zones: (run.zones ?? []).map((z) => ({ zone: z.zone, sold: z.wasSold, revenue: z.wasRevenue })),
  changes: 0,
});
export const asRun = (name: string, run: RunResult): Against => ({
  name,
  revenue: run.revenue,
  sold: run.sold,
  zones: run.zones ?? [],
  changes: run.changes,
});

/** Revenue, occupancy, tickets and price changes of a run; named: the other's changes are told too. */
export function RunStats(props: { run: RunResult; other: Against; named: boolean }): ReactNode {
  const text = useT(),
    { run: a, other } = props,
    change = other.revenue === 0 ? null : (a.revenue - other.revenue) / other.revenue,
    full = (sold: number, of: number): string => format.percent(of === 0 ? 0 : sold / of),
    places = (a.zones ?? []).reduce((n, z) => n + z.capacity, 0);
  return (
    <div className="stats">
      <Stat
        label={text("m.run-revenue")}
        value={fen(a.revenue)}
        note={
          change === null
            ? undefined
            : `${other.name} ${fen(other.revenue)}（${change >= 0 ? "+" : "−"}${format.percent(Math.abs(change))}）`
        }
      />
      <Stat label={text("m.run-occupancy")} value={full(a.sold, places)} note={`${other.name} ${full(other.sold, places)}`} />
      <Stat label={text("m.run-sold")} value={format.count(a.sold)} note={`${other.name} ${format.count(other.sold)}`} />
      <Stat
        label={text("m.run-changes")}
        value={format.count(a.changes)}
        note={!props.named ? undefined : `${other.name} ${format.count(other.changes)}`}
      />
    </div>
  );
}

/** A run zone by zone beside the other. */
export function RunTable(props: { zones: TicketMap["zones"]; run: RunResult; other: Against }): ReactNode {
  const text = useT(),
    { run: a, other } = props;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={text("m.dry-run")}>
      <table className="data">
        <thead>
          <tr>
            <th scope="col">{text("m.zone")}</th>
            <th scope="col" className="num">
              {text("m.run-price")}
            </th>
            <th scope="col" className="num">
              {text("m.run-sold")}
            </th>
            <th scope="col" className="num">
              {other.name}
            </th>
            <th scope="col" className="num">
              {text("m.run-revenue")}
            </th>
            <th scope="col" className="num">
              {other.name}
            </th>
            <th scope="col" className="num">
              {text("m.dr-diff")}
            </th>
          </tr>
        </thead>
        <tbody>
          {(a.zones ?? []).map((z) => {
            const o = other.zones.find((x) => x.zone === z.zone);
            return (
              <tr key={z.zone}>
                <th scope="row">{zoneName(props.zones, z.zone)}</th>
                <td className="num" data-label={text("m.run-price")}>
                  {fen(z.low)}–{fen(z.high)}
                </td>
                <td className="num" data-label={text("m.run-sold")}>
                  {format.count(z.sold)} / {format.count(z.capacity)}
                </td>
                <td className="num" data-label={`${other.name} · ${text("m.run-sold")}`}>
                  {format.count(o?.sold ?? 0)}
                </td>
                <td className="num" data-label={text("m.run-revenue")}>
                  {fen(z.revenue)}
                </td>
                <td className="num" data-label={`${other.name} · ${text("m.run-revenue")}`}>
                  {fen(o?.revenue)}
                </td>
                <td className="num" data-label={text("m.dr-diff")}>
                  {signed(z.revenue - (o?.revenue ?? 0))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
