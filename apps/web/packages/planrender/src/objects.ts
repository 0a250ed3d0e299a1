import { polygon, type Point } from "@parterre/geometry";
import { couplesOf } from "./couples.ts";
import type { MapModel } from "./model.ts";

/** What is sold other than seat by seat: a standing area (站席) by count, a table as a whole or by seat, a box (包厢). */
export interface MapObject {
  readonly kind: "area" | "table" | "box";
  readonly id: string;
  readonly label: string;
  /** Index of the level, -1 for none. */
  readonly level: number;
  /** Of an area, else the number of seats. */
  readonly capacity: number;
  /** Ranks of its seats; none for an area. */
  readonly ranks: readonly number[];
  /** A table that is sold as one piece only. */
  readonly whole: boolean;
}

interface Objects {
  readonly list: readonly MapObject[];
  readonly ofRank: ReadonlyMap<number, MapObject>;
  readonly units: ReadonlyMap<number, readonly number[]>;
}
const known = new WeakMap<MapModel, Objects>();

function objects(m: MapModel): Objects {
  const have = known.get(m);
  if (have !== undefined) return have;
  const list: MapObject[] = [],
    ofRank = new Map<number, MapObject>(),
    units = new Map<number, readonly number[]>();
  const level = (id: string | undefined): number => m.levels.findIndex((l) => l.id === id);
  for (const a of m.plan.areas.values())
    list.push({
      kind: "area",
      id: a.id,
      label: a.label,
      level: level(m.plan.sections.get(a.section)?.level),
      capacity: a.capacity,
      ranks: [],
      whole: false,
    });
  const add = (kind: "table" | "box", id: string, label: string, at: number, seats: readonly number[], whole: boolean): void => {
    const ranks = seats.flatMap((s) => m.rankOf.get(s) ?? []),
      o: MapObject = { kind, id, label, level: at, capacity: ranks.length, ranks, whole };
    list.push(o);
    for (const r of ranks) {
      ofRank.set(r, o);
      if (whole && ranks.length > 1) units.set(r, ranks);
    }
  };
  for (const b of m.plan.boxes.values()) add("box", b.id, b.name, level(b.level), b.seats, false);
  for (const t of m.plan.tables.values()) add("table", t.id, t.label, level(m.plan.sections.get(t.section)?.level), t.seats, t.whole);
  for (const pair of couplesOf(m)) for (const r of pair) if (!units.has(r)) units.set(r, pair);
  const made = { list, ofRank, units };
  known.set(m, made);
  return made;
}

/** All areas, boxes and tables of a plan. */
export const objectsOf = (m: MapModel): readonly MapObject[] => objects(m).list;
/** The table or box that a seat belongs to. */
export const objectOfSeat = (m: MapModel, rank: number): MapObject | null => objects(m).ofRank.get(rank) ?? null;
/** The seats that are sold together with one: a whole table, a couple seat; the seat alone otherwise. */
export const unitOf = (m: MapModel, rank: number): readonly number[] => objects(m).units.get(rank) ?? [rank];

/** The area, table or box under a place of the plan, on one level or (-1) on any. Tables lie over boxes, boxes over areas. */
export function objectAt(m: MapModel, at: Point, level = -1): MapObject | null {
  let found: MapObject | null = null;
  for (const o of objects(m).list) {
    if (level >= 0 && o.level >= 0 && o.level !== level) continue;
    if (o.kind === "table") {
      const t = m.plan.tables.get(o.id)!;
      if (Math.hypot(t.x - at[0], t.y - at[1]) <= t.radius) found = o;
    } else if (polygon.contains((o.kind === "area" ? m.plan.areas.get(o.id)! : m.plan.boxes.get(o.id)!).outline, at)) found = o;
  }
  return found;
}

/** How an area is drawn: its zone (index + 1, 0 none), what is written under its name, how many of it are the viewer's. */
export interface AreaLook {
  readonly zone: number;
  readonly note: string;
  readonly mine: number;
  readonly off: boolean;
}
