/** What the buyer has chosen, line by line with its price. */
import { objectOfSeat, seatName, unitOf, type MapModel, type Zone } from "@parterre/planrender";
import { format, placeText, term, useLanguage, useT, type AreaItem } from "@parterre/ui";
import type { ReactNode } from "react";
import type { ShopDetail, ShopZone } from "./wire.ts";
import { WhyPrice } from "./why/why.tsx";

/** Chosen seats, those that are sold together as one line. */
function groups(model: MapModel, ranks: readonly number[]): readonly (readonly number[])[] {
  const done = new Set<number>();
  return ranks.flatMap((r) => {
    if (done.has(r)) return [];
    const unit = unitOf(model, r).filter((x) => ranks.includes(x));
    for (const x of unit) done.add(x);
    return [unit];
  });
}

/** The chosen seats and standing places, and the way on: to the people, or to the best seats instead. */
export function SeatBasket(props: {
  s: ShopDetail;
  model: MapModel;
  /** One-based place in the zones, by rank; 0: none. */
  zoneOf: ArrayLike<number>;
  zones: readonly Zone[];
  ranks: readonly number[];
  areas: readonly AreaItem[];
  standing: ReadonlyMap<number, number>;
  style: "whole" | "full";
  accessible: boolean;
  busy: boolean;
  /** Why the view from a seat is limited; null when it is clear. */
  limited: (rank: number) => string | null;
  onDrop: (ranks: readonly number[]) => void;
  onCount: (area: number, n: number) => void;
  onBest: () => void;
  onTake: (choice: object) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s, model, zoneOf, zones, ranks, areas, standing, style, accessible, busy, limited } = props;
  const zoneAt = (rank: number): ShopZone | undefined => s.zones[zoneOf[rank]! - 1],
    name = (rank: number): string => placeText(seatName(model, rank), lang),
    standingPrice = (id: number): number => s.zones.find((z) => z.no === s.areas.find((a) => a.id === id)?.zone)?.price ?? 0,
    stands = [...standing.values()].reduce((n, x) => n + x, 0),
    sum = ranks.reduce((n, r) => n + (zoneAt(r)?.price ?? 0), 0) + [...standing].reduce((n, [id, x]) => n + x * standingPrice(id), 0);
  return (
    <section className="basket" aria-label={text("shop.your-seats")}>
      {ranks.length === 0 && standing.size === 0 ? (
        <p className="quiet">{text("shop.none-chosen")}</p>
      ) : (
        <ul className="chosen">
          {groups(model, ranks).map((g) => {
            const r = g[0]!,
              box = g.length > 1 ? objectOfSeat(model, r) : null,
              why = limited(r),
              title = box === null ? g.map(name).join(" · ") : text("seat.box", { name: term(box.label, lang), n: g.length });
            return (
              <li key={r}>
                <i className="swatch" style={{ background: zones[zoneOf[r]! - 1]?.colour }}>
                  {zones[zoneOf[r]! - 1]?.letter}
                </i>
                <span>
                  {title}
                  {why !== null && <small className="warn">{text("shop.view-note", { why })}</small>}
                </span>
                <WhyPrice session={s.id} zone={zoneAt(r)?.no ?? 0} timeZone={s.zone}>
                  {format.price(
                    g.reduce((n, x) => n + (zoneAt(x)?.price ?? 0), 0),
                    style,
                  )}
                </WhyPrice>
                <button
                  type="button"
                  className="button plain icon"
                  aria-label={text("shop.drop", { seat: title })}
                  onClick={() => props.onDrop(g)}
                >
                  ×
                </button>
              </li>
            );
          })}
          {areas
            .filter((a) => a.mine > 0)
            .map((a) => (
              <li key={`a${a.id}`}>
                <i className="swatch" style={{ background: a.colour }}>
                  {a.letter}
                </i>
                <span>
                  {a.label} × {a.mine}
                </span>
                <WhyPrice session={s.id} zone={s.areas.find((x) => x.id === a.id)!.zone} timeZone={s.zone}>
                  {format.price(a.mine * standingPrice(a.id), style)}
                </WhyPrice>
                <button
                  type="button"
                  className="button plain icon"
                  aria-label={text("shop.drop", { seat: a.label })}
                  onClick={() => props.onCount(a.id, 0)}
                >
                  ×
                </button>
              </li>
            ))}
        </ul>
      )}
      <div className="go">
        <button type="button" className="button" onClick={props.onBest}>
          {text("shop.best")}
        </button>
        <button
          type="button"
          className="button main"
          disabled={(ranks.length === 0 && stands === 0) || busy}
          onClick={() =>
            props.onTake({
              ...(ranks.length === 0 ? {} : { seats: ranks.map((r) => model.seats.ids[r]!) }),
              ...(stands === 0 ? {} : { standing: [...standing].map(([id, n]) => ({ area: id, n })) }),
              ...(accessible ? { accessible } : {}),
            })
          }
        >
          {busy && <span className="busy" />}
          {busy ? text("shop.taking") : text("shop.to-people")}
          {sum > 0 && !busy && <span> {format.price(sum, style)}</span>}
        </button>
      </div>
    </section>
  );
}
