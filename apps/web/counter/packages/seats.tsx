/** Named seats of one session of a package, on the same map as any sale. */
import { seatName } from "@parterre/planrender";
import { ErrorState, Loading, placeText, toast, useLanguage, useT } from "@parterre/ui";
import { useMemo, type ReactNode } from "react";
import { useLoad } from "../../shop/parts.tsx";
import { useStatus } from "../../shop/seats.tsx";
import { loadMap, type SessionMap, type ShopDetail } from "../../shop/wire.ts";
import { DeskMap, useZones } from "../deskmap.tsx";
import { get } from "../wire.ts";
import type { PackOption } from "./wire.ts";

interface Props {
  readonly session: string;
  readonly title: string;
  readonly option: PackOption;
  readonly tickets: number;
  /** Seat ids in the order in which they were picked. */
  readonly ids: readonly number[];
  readonly onPick: (ids: readonly number[]) => void;
  readonly onBest: () => void;
}

export function PackSeats(props: Props): ReactNode {
  const { data, error, again } = useLoad(props.session, async () => {
    const s = await get<ShopDetail>(`/shop/sessions/${props.session}`);
    return { s, map: await loadMap(s) };
  });
  if (error !== null && data === null) return <ErrorState error={error} onRetry={again} />;
  return data === null ? <Loading lines={8} /> : <Seats key={data.s.planId} {...props} s={data.s} map={data.map} onMoved={again} />;
}

function Seats(props: Props & { s: ShopDetail; map: SessionMap; onMoved: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s, option, ids } = props,
    { model, zoneOf } = props.map,
    { board, version } = useStatus(s.id, model, s.planId, props.onMoved),
    zones = useZones(s),
    mine = useMemo(() => new Set(ids.flatMap((id) => model.rankOf.get(id) ?? [])), [ids, model]),
    fits = (rank: number): boolean => option.zones.includes(s.zones[zoneOf[rank]! - 1]?.no ?? 0),
    any = useMemo(() => model.seats.ids.some((_, rank) => fits(rank)), [model, option]);
  const pick = (rank: number): void => {
    const id = model.seats.ids[rank]!;
    if (mine.has(rank)) props.onPick(ids.filter((x) => x !== id));
    else if (board.states[rank] !== 0) return;
    else if (!fits(rank)) toast("info", text("cp.other-zone"));
    else if (ids.length >= props.tickets) toast("info", text("cp.enough", { n: props.tickets }));
    else props.onPick([...ids, id]);
  };
  return (
    <section className="pack-seats" aria-label={text("seats.map")}>
      <header>
        <h2>{props.title}</h2>
        <p className="row between">
          <b role="status">{text("cp.picked", { n: props.tickets, m: ids.length })}</b>
          <button type="button" className="button" onClick={props.onBest}>
            {text("cp.back-best")}
          </button>
        </p>
        {any ? (
          <p className="quiet small">
            {ids.length === 0
              ? text("cp.tap")
              : [...mine].map((r) => placeText(seatName(model, r), lang)).join(lang === "en" ? "; " : "、")}
          </p>
        ) : (
          <p className="note warning">
            <span className="body">{text("cp.no-seats")}</span>
          </p>
        )}
      </header>
      <div className="pack-map">
        <DeskMap map={props.map} zones={zones} board={board} version={version} mine={mine} onPick={pick} />
      </div>
    </section>
  );
}
