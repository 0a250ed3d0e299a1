/** What a buyer has chosen of a session: seats and standing places, kept in the tab, and given up when others were faster. */
import { VIEWS } from "@parterre/planmodel/types";
import { seatName, unitOf, type MapObject, type StatusBoard, type Zone } from "@parterre/planrender";
import { format, placeText, term, toast, useLanguage, useT, type AreaItem } from "@parterre/ui";
import { useEffect, useRef, useState } from "react";
import { areaItems } from "./areas.ts";
import { isPublic } from "./event.tsx";
import { keepSeats, keepStanding, keptSeats, keptStanding } from "./seatchoice.ts";
import { holdOf, releaseHold, type SessionMap, type ShopDetail, type ShopZone } from "./wire.ts";

/** How a session's places are called, what they cost, and what is to be known of them before they are bought. */
export function useWords(
  s: ShopDetail,
  { model, zoneOf }: SessionMap,
): {
  zoneAt: (rank: number) => ShopZone | undefined;
  name: (rank: number) => string;
  price: (rank: number) => string;
  /** What limits the view, or null. */
  limited: (rank: number) => string | null;
  style: "whole" | "full";
} {
  const text = useT(),
    lang = useLanguage(),
    style = format.priceStyle(s.zones.map((z) => z.price)),
    zoneAt = (rank: number): ShopZone | undefined => s.zones[zoneOf[rank]! - 1];
  return {
    style,
    zoneAt,
    name: (rank) => placeText(seatName(model, rank), lang),
    price: (rank) => `${term(zoneAt(rank)?.name ?? "", lang)} ${format.price(zoneAt(rank)?.price ?? 0, style)}`.trim(),
    limited: (rank) =>
      model.seats.view[rank]! === 0 ? null : (model.seats.extras.get(rank)?.note ?? text(`view.${VIEWS[model.seats.view[rank]!]!}`)),
  };
}

/** A hold that this tab had is given back; until the live status tells of it, its seats stand as held: by this buyer, not by somebody else. */
function useGivenBack(s: ShopDetail, { model }: SessionMap): Set<number> {
  const back = useRef<Set<number>>(new Set());
  useEffect(() => {
    const old = holdOf(s.id);
    if (old === null) return;
    for (const p of old.places) {
      const rank = model.rankOf.get(p.seat);
      if (rank !== undefined) back.current.add(rank);
    }
    void releaseHold(s.id, old.hold).catch(() => undefined);
  }, []);
  return back.current;
}

export interface Choice {
  /** Ranks of the seats. */
  readonly mine: ReadonlySet<number>;
  readonly standing: ReadonlyMap<number, number>;
  readonly areas: readonly AreaItem[];
  /** How many more places may be chosen. */
  readonly room: number;
  /** Takes seats, or gives them up when all of them are chosen; several at once are all or nothing. */
  readonly choose: (ranks: readonly number[]) => void;
  readonly count: (area: number, n: number) => void;
  /** A seat; those that are sold together come and go together. */
  readonly toggle: (rank: number) => void;
  /** A tap on a table or a box takes all of it that is free; one on an area takes a first place and answers with its id. */
  readonly pickObject: (o: MapObject) => number | null;
}

/** busy: the choice is being held, and is not to be given up meanwhile. onChange comes before each change; say speaks it aloud. */
export function useChoice(p: {
  s: ShopDetail;
  map: SessionMap;
  zones: readonly Zone[];
  board: StatusBoard;
  version: number;
  live: ReadonlyMap<number, number> | null;
  busy: boolean;
  onChange: () => void;
  say: (words: string) => void;
}): Choice {
  const text = useT(),
    lang = useLanguage(),
    { s, board } = p,
    { model } = p.map,
    { name, price, limited, zoneAt } = useWords(s, p.map),
    [mine, setMine] = useState<ReadonlySet<number>>(() => new Set(keptSeats(s.id).flatMap((id) => model.rankOf.get(id) ?? []))),
    [standing, setStanding] = useState(() => keptStanding(s.id)),
    back = useGivenBack(s, p.map),
    areas = areaItems(s, p.zones, p.live, standing, lang);
  useEffect(
    () =>
      keepSeats(
        s.id,
        [...mine].map((r) => model.seats.ids[r]!),
      ),
    [mine],
  );
  useEffect(() => keepStanding(s.id, standing), [standing]);
  // Seats that were taken meanwhile.
  useEffect(() => {
    if (p.busy || p.version < 0) return;
    for (const rank of back) if (board.states[rank] !== 1) back.delete(rank);
    const lost = [...mine].filter((rank) => board.states[rank] !== 0 && !back.has(rank));
    if (lost.length === 0) return;
    for (const rank of lost) toast("warning", text("shop.gone", { seat: name(rank) }));
    setMine(new Set([...mine].filter((r) => !lost.includes(r))));
  }, [p.version, p.busy]);
  const stands = [...standing.values()].reduce((n, x) => n + x, 0),
    room = s.rules.maxTickets - mine.size - stands;
  const sold = (rank: number): boolean => {
    const zone = zoneAt(rank);
    return zone !== undefined && isPublic(zone);
  };
  const choose = (ranks: readonly number[]): void => {
    p.onChange();
    if (ranks.every((r) => mine.has(r))) {
      setMine(new Set([...mine].filter((r) => !ranks.includes(r))));
      return;
    }
    const wanted = ranks.filter((r) => !mine.has(r));
    if (wanted.some((r) => board.states[r] !== 0 || !sold(r))) return;
    if (wanted.length > room) {
      toast("info", text("shop.max", { n: s.rules.maxTickets }));
      return;
    }
    setMine(new Set([...mine, ...wanted]));
    p.say(`${text("seat.mine")} ${wanted.map((r) => `${name(r)} ${price(r)}`).join(", ")}`);
    const why = wanted.map(limited).find((w) => w !== null);
    if (why != null) toast("warning", text("shop.limited", { why }));
  };
  const count = (id: number, n: number): void => {
    p.onChange();
    setStanding(new Map([...standing, [id, n] as const].filter(([, x]) => x > 0)));
  };
  // Standing places that were taken meanwhile.
  useEffect(() => {
    if (p.busy || p.live === null) return;
    const short = areas.find((a) => a.mine > a.free);
    if (short === undefined) return;
    toast("warning", text("shop.gone", { seat: short.label }));
    count(short.id, short.free);
  }, [p.live]);
  const pickObject = (o: MapObject): number | null => {
    if (o.kind !== "area") {
      const free = o.whole ? o.ranks : o.ranks.filter((r) => mine.has(r) || (board.states[r] === 0 && sold(r)));
      if (free.length > 0) choose(free);
      return null;
    }
    const found = s.areas.find((a) => a.code === o.id),
      item = areas.find((a) => a.id === found?.id);
    if (item === undefined || item.off) return null;
    if (item.mine === 0 && item.free > 0 && room > 0) count(item.id, 1);
    return item.id;
  };
  return { mine, standing, areas, room, choose, count, toggle: (rank) => choose(unitOf(model, rank)), pickObject };
}
