import { boxOf, GridIndex, union, type Box, type Point } from "@parterre/geometry";
import { SEAT_KINDS, VIEWS, type Plan, type PlanDiff, type Row, type Seat, type TableName } from "@parterre/planmodel";
import type { SeatGeometry } from "./codec.ts";
import { isCouple } from "./couples.ts";
import { placeSeats, seatSizeOf, type MapModel } from "./model.ts";
import { SeatRanks } from "./ranks.ts";

/** What a change of the plan means for a drawn model. */
export interface ModelPatch {
  readonly model: MapModel;
  /** Seats whose place, kind, row or number is another, by rank; null: seats came or went, so that ranks are others. */
  readonly ranks: readonly number[] | null;
  /** Something that lies under the seats is another: a section, shape or table, or what joins couple seats. */
  readonly ground: boolean;
}

type Numbers = string[];
type Extra = SeatGeometry["extras"] extends ReadonlyMap<number, infer E> ? E : never;
const extraOf = (s: Seat): Extra | null =>
  s.companionOf !== null || s.entrance !== null || s.note !== null
    ? { companionOf: s.companionOf, entrance: s.entrance, note: s.note }
    : null;

/**
 * The model of a plan that changed by `diff`, made from the model before. Its arrays are changed in place where no seat
 * came or went: the model before is used up. Costs what changed, not what there is; when seats come or go it copies
 * arrays once.
 */
export function patchModel(old: MapModel, plan: Plan, diff: PlanDiff): ModelPatch {
  const touched = new Set<TableName>(),
    changed = new Set<number>();
  let structural = false;
  for (const c of diff) {
    touched.add(c.table);
    if (c.table !== "seats" || changed.has(c.id as number)) continue;
    changed.add(c.id as number);
    structural ||= plan.seats.has(c.id) !== (old.rankOf.get(c.id as number) !== undefined);
  }
  const rows = touched.has("rows") ? [...plan.rows.values()] : old.rows,
    moved = touched.has("rows") ? newRowIndex(old.rows, rows) : null;
  if (moved !== null)
    for (let i = 0; i < old.seats.count; i++) {
      const r = old.seats.row[i]!;
      if (r >= 0) old.seats.row[i] = moved[r]!;
    }
  const base = {
    ...old,
    plan,
    rows,
    sections: touched.has("sections") ? [...plan.sections.values()] : old.sections,
    levels: touched.has("levels") ? [...plan.levels.values()].sort((a, b) => a.order - b.order) : old.levels,
  };
  const placed = ["rows", "sections", "levels", "tables", "boxes"].some((t) => touched.has(t as TableName));
  if (structural) return { model: renewed(base, changed, placed), ranks: null, ground: true };
  const out = inPlace(base, changed);
  return {
    model: placed || out.rehomed ? { ...base, ...placeSeats(plan, base.seats, base) } : base,
    ranks: out.ranks,
    ground: out.rehomed || out.coupled || [...touched].some((t) => t !== "seats" && t !== "categories"),
  };
}

/** Where each row of the list before stands in the new one; null when all stand where they stood. -1: gone. */
function newRowIndex(before: readonly Row[], after: readonly Row[]): Int32Array | null {
  if (after.length >= before.length && before.every((r, i) => r.id === after[i]!.id)) return null;
  const at = new Map(after.map((r, i) => [r.id as string, i]));
  return Int32Array.from(before, (r) => at.get(r.id) ?? -1);
}

function rowIndexOf(rows: readonly Row[]): (id: string | null) => number {
  let known: Map<string, number> | null = null,
    last: string | null = null,
    lastAt = -1;
  return (id) => {
    if (id === last) return lastAt;
    last = id;
    return (lastAt = id === null ? -1 : ((known ??= new Map(rows.map((r, i) => [r.id as string, i]))).get(id) ?? -1));
  };
}

function inPlace(model: MapModel, changed: ReadonlySet<number>): { ranks: number[]; rehomed: boolean; coupled: boolean } {
  const { seats, grid, rankOf, plan } = model,
    rowAt = rowIndexOf(model.rows),
    ranks: number[] = [];
  let rehomed = false,
    coupled = false;
  for (const id of changed) {
    const rank = rankOf.get(id),
      s = plan.seats.get(id);
    if (rank === undefined || s === undefined) continue;
    ranks.push(rank);
    const row = s.row === null ? -1 : seats.row[rank]! >= 0 && model.rows[seats.row[rank]!]?.id === s.row ? seats.row[rank]! : rowAt(s.row);
    rehomed ||= row !== seats.row[rank];
    coupled ||= isCouple(seats.kind[rank]!);
    write(seats, rank, s, row);
    coupled ||= isCouple(seats.kind[rank]!);
    grid.moved(rank);
  }
  return { ranks, rehomed, coupled };
}

function write(seats: SeatGeometry, rank: number, s: Seat, row: number): void {
  seats.x[rank] = s.x;
  seats.y[rank] = s.y;
  seats.row[rank] = row;
  seats.kind[rank] = SEAT_KINDS.indexOf(s.kind);
  seats.view[rank] = VIEWS.indexOf(s.view);
  (seats.numbers as Numbers)[rank] = s.number;
  const extra = extraOf(s),
    extras = seats.extras as Map<number, Extra>;
  if (extra !== null) extras.set(rank, extra);
  else if (extras.size > 0) extras.delete(rank);
}

/** Where seats come or go in a list by rank: before the seat of the old rank `at` a new id stands, or that seat goes (id null). */
interface Cut {
  readonly at: number;
  readonly id: number | null;
}

function cutsOf(base: MapModel, changed: ReadonlySet<number>): Cut[] {
  const out: Cut[] = [];
  for (const id of changed) {
    const rank = base.rankOf.get(id),
      there = base.plan.seats.has(id);
    if (rank === undefined && there) out.push({ at: base.rankOf.from(id), id });
    else if (rank !== undefined && !there) out.push({ at: rank, id: null });
  }
  // Those that come have smaller ids than the seat they stand before.
  return out.sort((a, b) => a.at - b.at || (a.id ?? Infinity) - (b.id ?? Infinity));
}

/** Calls copy for each run of old ranks that stays, with its place in the new list, and come with each new id and its place. */
function forEachRun(
  cuts: readonly Cut[],
  count: number,
  copy: (start: number, end: number, to: number) => void,
  come: (rank: number, id: number) => void,
): void {
  let start = 0,
    to = 0;
  for (const { at, id } of [...cuts, { at: count, id: null }]) {
    if (at > start) copy(start, at, to);
    to += at - start;
    start = at;
    if (id === null) start++;
    else come(to++, id);
  }
}

/** Seats came or went: everything of a seat that stays is copied, in runs. placed: rows or what holds them is another too. */
function renewed(base: MapModel, changed: ReadonlySet<number>, placed: boolean): MapModel {
  const { plan, seats: old } = base,
    cuts = cutsOf(base, changed),
    count = old.count + cuts.reduce((n, c) => n + (c.id === null ? -1 : 1), 0);
  const arrays = {
    ids: new Int32Array(count),
    x: new Int32Array(count),
    y: new Int32Array(count),
    row: new Int32Array(count),
    kind: new Uint8Array(count),
    view: new Uint8Array(count),
  };
  // Whole stretches of the list: the engine copies those as blocks, one by one takes ten times as long.
  const numbers: Numbers[] = [],
    extras = new Map<number, Extra>(),
    section = new Uint16Array(count),
    level = new Uint8Array(count);
  forEachRun(
    cuts,
    old.count,
    (start, end, to) => {
      for (const key of ["ids", "x", "y", "row", "kind", "view"] as const) arrays[key].set(old[key].subarray(start, end), to);
      section.set(base.section.subarray(start, end), to);
      level.set(base.level.subarray(start, end), to);
      numbers.push(old.numbers.slice(start, end));
      if (old.extras.size === 0) return;
      for (let i = start; i < end; i++) {
        const extra = old.extras.get(i);
        if (extra !== undefined) extras.set(to + i - start, extra);
      }
    },
    (rank, id) => {
      arrays.ids[rank] = id;
      numbers.push([""]); // written below
    },
  );
  const seats: SeatGeometry = {
    count,
    ...arrays,
    numbers: numbers.length < 1000 ? ([] as Numbers).concat(...numbers) : numbers.flat(),
    extras,
  };
  const rankOf = new SeatRanks(seats.ids),
    rowAt = rowIndexOf(base.rows);
  let written = 0;
  for (const id of changed) {
    const rank = rankOf.get(id);
    if (rank === undefined) continue;
    const s = plan.seats.get(id)!;
    write(seats, rank, s, rowAt(s.row));
    written++;
  }
  const grid = new GridIndex(seats.x, seats.y),
    model = { ...base, seats, grid, rankOf, seatSize: seatSizeOf(seats, grid), section, level };
  return placed || written > 0 ? { ...model, ...placeSeats(plan, seats, model) } : model;
}

/** The smallest box round everything drawn, from the model's arrays; null for an empty plan. As planExtent of planmodel. */
export function modelExtent(model: MapModel): Box | null {
  const { plan } = model,
    { x, y, count } = model.seats;
  let minx = Infinity,
    miny = Infinity,
    maxx = -Infinity,
    maxy = -Infinity;
  for (let i = 0; i < count; i++) {
    const a = x[i]!,
      b = y[i]!;
    if (a < minx) minx = a;
    if (a > maxx) maxx = a;
    if (b < miny) miny = b;
    if (b > maxy) maxy = b;
  }
  const points = function* (): Generator<Point> {
    for (const t of ["sections", "areas", "boxes", "shapes"] as const)
      for (const r of plan[t].values()) {
        if (r.outline !== undefined) yield* r.outline;
        if ("at" in r && r.at !== undefined) yield r.at;
        if ("focal" in r && r.focal !== undefined) yield r.focal;
      }
    for (const t of plan.tables.values()) {
      yield [t.x - t.radius, t.y - t.radius];
      yield [t.x + t.radius, t.y + t.radius];
    }
  };
  return union(count === 0 ? null : [minx, miny, maxx, maxy], boxOf(points()));
}
