import { boxOf, GridIndex, union, type Box } from "@parterre/geometry";
import { docOf, type Level, type Plan, type Row, type Section } from "@parterre/planmodel";
import type { SeatGeometry } from "./codec.ts";
import { objectOfSeat } from "./objects.ts";
import { SeatRanks } from "./ranks.ts";

/** A hall ready to be drawn: the skeleton's records and the seats by rank, tied together. */
export interface MapModel {
  readonly plan: Plan;
  readonly seats: SeatGeometry;
  readonly rows: readonly Row[];
  readonly sections: readonly Section[];
  /** Levels from the lowest up. */
  readonly levels: readonly Level[];
  /** By rank: index of the section, 65535 for none. */
  readonly section: Uint16Array;
  /** By rank: index of the level, 255 for none. */
  readonly level: Uint8Array;
  readonly grid: GridIndex;
  readonly bounds: Box;
  /** Diameter of a seat's mark in millimetres, from how close the seats stand. */
  readonly seatSize: number;
  /** Rank by seat id. */
  readonly rankOf: SeatRanks;
}

const NO_SECTION = 65_535,
  NO_LEVEL = 255;

/** plan: the skeleton or the whole plan; seats: decoded geometry or geometryOf(plan). */
export function mapModel(plan: Plan, seats: SeatGeometry): MapModel {
  const rows = [...plan.rows.values()],
    sections = [...plan.sections.values()];
  const levels = [...plan.levels.values()].sort((a, b) => a.order - b.order);
  const grid = new GridIndex(seats.x, seats.y),
    rankOf = new SeatRanks(seats.ids);
  return {
    plan,
    seats,
    rows,
    sections,
    levels,
    ...placeSeats(plan, seats, { rows, sections, levels, rankOf }),
    grid,
    bounds: boundsOf(plan, seats),
    seatSize: seatSizeOf(seats, grid),
    rankOf,
  };
}

/** The section and the level of each seat, by rank. */
export function placeSeats(
  plan: Plan,
  seats: SeatGeometry,
  of: Pick<MapModel, "rows" | "sections" | "levels" | "rankOf">,
): Pick<MapModel, "section" | "level"> {
  const sectionIndex = new Map(of.sections.map((s, i) => [s.id as string, i])),
    levelIndex = new Map(of.levels.map((l, i) => [l.id as string, i]));
  const levelOfSection = Uint8Array.from(of.sections, (s) => levelIndex.get(s.level) ?? NO_LEVEL),
    rowSection = Uint16Array.from(of.rows, (r) => sectionIndex.get(r.section) ?? NO_SECTION);
  const section = new Uint16Array(seats.count).fill(NO_SECTION),
    level = new Uint8Array(seats.count).fill(NO_LEVEL),
    { row } = seats;
  for (let rank = 0; rank < seats.count; rank++) {
    const at = row[rank]! < 0 ? NO_SECTION : rowSection[row[rank]!]!;
    if (at === NO_SECTION) continue;
    section[rank] = at;
    level[rank] = levelOfSection[at]!;
  }
  for (const t of plan.tables.values()) {
    const at = sectionIndex.get(t.section);
    if (at === undefined) continue;
    for (const id of t.seats) {
      const rank = of.rankOf.get(id);
      if (rank !== undefined) {
        section[rank] = at;
        level[rank] = levelOfSection[at]!;
      }
    }
  }
  for (const b of plan.boxes.values()) {
    for (const id of b.seats) {
      const rank = of.rankOf.get(id);
      if (rank !== undefined && level[rank] === NO_LEVEL) level[rank] = levelIndex.get(b.level) ?? NO_LEVEL;
    }
  }
  return { section, level };
}

function boundsOf(plan: Plan, seats: SeatGeometry): Box {
  const given = docOf(plan).bounds;
  if (given[2] > given[0] && given[3] > given[1]) return given;
  const points = function* (): Generator<readonly [number, number]> {
    for (let i = 0; i < seats.count; i++) yield [seats.x[i]!, seats.y[i]!];
  };
  return union(boxOf(points()), null) ?? [0, 0, 1000, 1000];
}

/** 86 % of the usual distance to the nearest neighbour, between 300 and 900 mm, from a sample of 400 seats. */
export function seatSizeOf(seats: SeatGeometry, grid: GridIndex): number {
  const gaps: number[] = [];
  const step = Math.max(1, Math.floor(seats.count / 400));
  for (let i = 0; i < seats.count; i += step) {
    const other = grid.near(seats.x[i]!, seats.y[i]!, 2000, (j) => j !== i);
    if (other >= 0) gaps.push(Math.hypot(seats.x[other]! - seats.x[i]!, seats.y[other]! - seats.y[i]!));
  }
  gaps.sort((a, b) => a - b);
  return Math.min(900, Math.max(300, 0.86 * (gaps[gaps.length >> 1] ?? 500)));
}

/** What is printed for a seat. */
export interface SeatName {
  readonly level: string;
  readonly section: string;
  readonly row: string;
  readonly number: string;
}
export function seatName(m: MapModel, rank: number): SeatName {
  const row = m.seats.row[rank]! < 0 ? undefined : m.rows[m.seats.row[rank]!];
  // A seat without a row is known by its table or box, as on the ticket.
  return {
    level: m.levels[m.level[rank]!]?.name ?? "",
    section: m.sections[m.section[rank]!]?.label ?? "",
    row: row?.label ?? objectOfSeat(m, rank)?.label ?? "",
    number: m.seats.numbers[rank] ?? "",
  };
}

/** For the level switcher: seats and free seats of each level. */
export function levelCounts(m: MapModel, states: Uint8Array): { id: string; name: string; seats: number; free: number }[] {
  const out = m.levels.map((l) => ({ id: l.id, name: l.name, seats: 0, free: 0 }));
  for (let rank = 0; rank < m.seats.count; rank++) {
    const line = out[m.level[rank]!];
    if (line === undefined) continue;
    line.seats++;
    if (states[rank] === 0) line.free++;
  }
  return out;
}

/**
 * The nearest seat in a direction, for arrow keys: inside a cone of 45 degrees each way, distance across counted
 * double. accept leaves seats out. -1 when there is none.
 */
export function neighbour(m: MapModel, rank: number, dx: number, dy: number, accept: (rank: number) => boolean): number {
  const x = m.seats.x[rank]!,
    y = m.seats.y[rank]!;
  for (const radius of [2000, 6000, 20_000, 80_000]) {
    let best = -1,
      bestCost = Infinity;
    m.grid.forEachIn([x - radius, y - radius, x + radius, y + radius], (i) => {
      const along = (m.seats.x[i]! - x) * dx + (m.seats.y[i]! - y) * dy,
        across = Math.abs((m.seats.x[i]! - x) * dy - (m.seats.y[i]! - y) * dx);
      if (i === rank || along <= 0 || across > along * 1.001) return;
      const cost = along + 2 * across;
      if ((cost < bestCost || (cost === bestCost && i < best)) && cost <= radius && accept(i)) {
        best = i;
        bestCost = cost;
      }
    });
    if (best >= 0) return best;
  }
  return -1;
}
