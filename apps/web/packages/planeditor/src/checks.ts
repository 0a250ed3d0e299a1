import { polygon, type Point } from "@parterre/geometry";
import { check, checkForPublishing, Problems, type Plan, type Problem, type Seat } from "@parterre/planmodel";
import { seatsOfRows } from "./walk.ts";

/** A problem with the seats and things that it is about, so that a click can go there. */
export interface Finding extends Problem {
  readonly seats: readonly number[];
  readonly objects: readonly string[];
}

/** Distances in millimetres, those of modules/ticketmap/plan/check.go. */
const OVERLAP = 300,
  PASS = 600,
  HALF = 270,
  CELL = 1000;
/** At most this many are told. */
const MOST = 200;

/**
 * What a designer should see while drawing: double labels, overlapping seats, gaps in the numbers, rows that nobody can
 * reach, accessible places without a companion, restricted views without a note. Linear in the size of the plan.
 */
export function findings(plan: Plan): Finding[] {
  const steps = findingsInSteps(plan);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps of some ten milliseconds at 60,000 seats, so that a worker can hear about a change in between. */
export function* findingsInSteps(plan: Plan): Generator<undefined, Finding[]> {
  const out: Finding[] = [],
    add = (
      severity: Problem["severity"],
      code: string,
      seats: readonly number[],
      objects: readonly string[],
      ...args: (string | number)[]
    ): void => {
      if (out.length < MOST) out.push({ severity, code, path: "", args, seats, objects });
    };
  const rows = seatsOfRows(plan),
    context: Context = { plan, name: namesOf(plan), rows, levels: levelsOf(plan), grid: new Map(), add };
  for (const part of [labels, areaLabels, overlaps, numbers, reach, kinds, outside]) {
    yield;
    part(context);
  }
  yield;
  for (const p of [...check(plan).list, ...checkForPublishing(plan, new Problems()).list])
    if (p.code !== "plan.bounds" && p.code !== "plan.duplicate_label") add(p.severity, p.code, [], [], ...p.args);
  return out;
}

interface Context {
  readonly plan: Plan;
  /** What a person calls a seat; its id is nothing that anybody has seen. */
  readonly name: (s: Seat) => string;
  readonly rows: ReadonlyMap<string, readonly Seat[]>;
  readonly levels: ReadonlyMap<number, string>;
  readonly grid: Map<string, Seat[]>;
  readonly add: (
    severity: Problem["severity"],
    code: string,
    seats: readonly number[],
    objects: readonly string[],
    ...args: (string | number)[]
  ) => void;
}

function levelsOf(plan: Plan): Map<number, string> {
  const out = new Map<number, string>();
  for (const s of plan.seats.values()) {
    const section = s.row === null ? undefined : plan.rows.get(s.row)?.section;
    out.set(s.id, (section === undefined ? undefined : plan.sections.get(section)?.level) ?? "");
  }
  for (const t of plan.tables.values()) for (const s of t.seats) out.set(s, plan.sections.get(t.section)?.level ?? "");
  for (const b of plan.boxes.values()) for (const s of b.seats) if (out.get(s) === "") out.set(s, b.level);
  return out;
}

const nameOfRow = (plan: Plan, row: string): string => {
  const r = plan.rows.get(row)!;
  return `${plan.sections.get(r.section)?.label ?? ""} ${r.label}`;
};

function namesOf(plan: Plan): (s: Seat) => string {
  const homes = new Map<number, string>();
  for (const t of plan.tables.values()) for (const id of t.seats) homes.set(id, `${plan.sections.get(t.section)?.label ?? ""} ${t.label}`);
  for (const b of plan.boxes.values()) for (const id of b.seats) homes.set(id, b.name);
  return (s) => `${s.row === null ? (homes.get(s.id) ?? "") : nameOfRow(plan, s.row)} ${s.number}`.trim();
}

function labels({ plan, add }: Context): void {
  const seen = new Map<string, number[]>(),
    levels = plan.levels.size > 1;
  for (const s of plan.seats.values()) {
    if (s.row === null) continue;
    const section = plan.sections.get(plan.rows.get(s.row)!.section),
      level = levels && section !== undefined ? plan.levels.get(section.level)?.name : "",
      key = `${level} ${nameOfRow(plan, s.row)} ${s.number}`;
    const list = seen.get(key);
    if (list === undefined) seen.set(key, [s.id]);
    else list.push(s.id);
  }
  const byRow = new Map<string, { label: string; number: string; ids: number[] }[]>();
  for (const [label, ids] of seen) {
    if (ids.length < 2) continue;
    const first = plan.seats.get(ids[0]!)!,
      list = byRow.get(first.row!),
      one = { label: label.trim(), number: first.number, ids };
    if (list === undefined) byRow.set(first.row!, [one]);
    else list.push(one);
  }
  for (const [row, list] of byRow)
    if (list.length === 1) add("error", "plan.duplicate_label", list[0]!.ids.slice(0, 20), [], list[0]!.label, list[0]!.ids.length);
    else {
      const numbers = list.map((l) => l.number);
      add(
        "error",
        "plan.duplicate_labels",
        list.flatMap((l) => l.ids).slice(0, 1000),
        [],
        nameOfRow(plan, row),
        list.length,
        numbers.slice(0, 10).join(", ") + (numbers.length > 10 ? ", …" : ""),
      );
    }
}

function areaLabels({ plan, add }: Context): void {
  const seen = new Set<string>();
  for (const table of ["areas", "tables"] as const)
    for (const r of plan[table].values()) {
      const key = `${r.section} ${r.label}`;
      if (seen.has(key)) add("error", "plan.duplicate_area", [], [`${table}/${r.id}`], r.label);
      seen.add(key);
    }
}

const cellOf = (level: string, x: number, y: number): string => `${level} ${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;

/** Seats within a cell of a place, on its level. */
function* near(c: Context, level: string, x: number, y: number): Generator<Seat> {
  if (c.grid.size === 0)
    for (const s of c.plan.seats.values()) {
      const key = cellOf(c.levels.get(s.id)!, s.x, s.y),
        list = c.grid.get(key);
      if (list === undefined) c.grid.set(key, [s]);
      else list.push(s);
    }
  for (let dx = -1; dx <= 1; dx++)
    for (let dy = -1; dy <= 1; dy++) yield* (c.grid.get(cellOf(level, x + dx * CELL, y + dy * CELL)) ?? []).slice(0, 64);
}

function overlaps(c: Context): void {
  // By the two rows (or tables): a block that was set upon another is one mistake, not hundreds.
  const pairs = new Map<string, { a: Seat; b: Seat; least: number; ids: Set<number>; count: number }>();
  for (const s of c.plan.seats.values())
    for (const o of near(c, c.levels.get(s.id)!, s.x, s.y)) {
      const d = o.id > s.id ? Math.hypot(o.x - s.x, o.y - s.y) : Infinity;
      if (d >= OVERLAP) continue;
      const key = s.row === null || o.row === null ? `${s.id} ${o.id}` : `${s.row} ${o.row}`,
        known = pairs.get(key);
      if (known === undefined) pairs.set(key, { a: s, b: o, least: d, ids: new Set([s.id, o.id]), count: 1 });
      else {
        known.count++;
        known.least = Math.min(known.least, d);
        known.ids.add(s.id).add(o.id);
      }
      break;
    }
  for (const { a, b, least, ids, count } of pairs.values())
    if (count === 1) c.add("warning", "plan.overlap", [...ids], [], c.name(a), c.name(b), Math.floor(least));
    else c.add("warning", "plan.overlaps", [...ids], [], nameOfRow(c.plan, a.row!), nameOfRow(c.plan, b.row!), count, Math.floor(least));
}

function numbers({ plan, rows, add }: Context): void {
  for (const [row, seats] of rows) {
    if (seats.length === 0) {
      add("warning", "plan.empty_row", [], [], nameOfRow(plan, row));
      continue;
    }
    const parity: [number[], number[]] = [[], []];
    if (!seats.every((s) => /^(0|[1-9]\d{0,7})$/.test(s.number))) continue;
    for (const s of seats) parity[(Number(s.number) % 2) as 0 | 1].push(Number(s.number));
    const gaps: number[] = [];
    for (const list of parity) {
      list.sort((a, b) => a - b);
      for (let i = 1; i < list.length && gaps.length <= 10; i++)
        for (let m = list[i - 1]! + 2; m < list[i]! && gaps.length <= 10; m += 2) gaps.push(m);
    }
    if (gaps.length > 0)
      add(
        "warning",
        "plan.missing_number",
        seats.map((s) => s.id),
        [],
        nameOfRow(plan, row),
        gaps.slice(0, 10).join(", ") + (gaps.length > 10 ? ", …" : ""),
      );
  }
}

function reach(c: Context): void {
  const walls = [...c.plan.shapes.values()].filter((s) => s.kind === "wall" && s.outline !== undefined);
  for (const [row, seats] of c.rows) {
    if (seats.length < 2 || c.plan.rows.get(row)!.kind === "free") continue;
    if (seats.some((s, i) => i > 0 && Math.hypot(s.x - seats[i - 1]!.x, s.y - seats[i - 1]!.y) >= 2 * HALF + PASS)) continue;
    const n = seats.length;
    if (closed(c, seats[0]!, seats[1]!, walls) && closed(c, seats[n - 1]!, seats[n - 2]!, walls))
      c.add(
        "warning",
        "plan.unreachable_row",
        seats.map((s) => s.id),
        [],
        nameOfRow(c.plan, row),
      );
  }
}

/** Whether the way past the end seat a (beside its neighbour b) is blocked. */
function closed(c: Context, a: Seat, b: Seat, walls: readonly { readonly level?: string; readonly outline?: readonly Point[] }[]): boolean {
  const dx = a.x - b.x,
    dy = a.y - b.y,
    d = Math.hypot(dx, dy),
    level = c.levels.get(a.id)!;
  if (d === 0) return false;
  const way = HALF + PASS;
  for (const o of near(c, level, a.x + (dx / d) * (way / 2), a.y + (dy / d) * (way / 2))) {
    if (o.row === a.row) continue;
    const along = ((o.x - a.x) * dx + (o.y - a.y) * dy) / d,
      across = Math.abs((o.x - a.x) * dy - (o.y - a.y) * dx) / d;
    if (along > 0 && along < way + HALF - 1 && across < 250) return true;
  }
  const end: Point = [a.x + (dx / d) * way, a.y + (dy / d) * way];
  return walls.some(
    (w) => (w.level === undefined || w.level === level) && polygon.contains(w.outline!, end) !== polygon.contains(w.outline!, [a.x, a.y]),
  );
}

function kinds({ plan, name, rows, add }: Context): void {
  const accompanied = new Set([...plan.seats.values()].map((s) => s.companionOf)),
    silent: Seat[] = [];
  for (const s of plan.seats.values()) {
    if (s.kind === "accessible" && !accompanied.has(s.id)) add("warning", "plan.no_companion", [s.id], [], name(s));
    if (s.view !== "clear" && s.note === null) silent.push(s);
  }
  if (silent.length === 1) add("warning", "plan.view_note", [silent[0]!.id], [], name(silent[0]!));
  else if (silent.length > 1)
    add(
      "warning",
      "plan.view_notes",
      silent.map((s) => s.id),
      [],
      name(silent[0]!),
      silent.length,
    );
  for (const seats of rows.values())
    seats.forEach((s, k) => {
      if (s.kind !== "couple-left" && s.kind !== "couple-right") return;
      const other = s.kind === "couple-left" ? "couple-right" : "couple-left",
        beside = [seats[k - 1], seats[k + 1]].some((o) => o?.kind === other && Math.hypot(o.x - s.x, o.y - s.y) < 1000);
      if (!beside) add("warning", "plan.half_couple", [s.id], [], name(s));
    });
}

function outside({ plan, rows, add }: Context): void {
  const lost = new Map<string, number[]>();
  for (const [row, seats] of rows) {
    const section = plan.rows.get(row)!.section,
      outline = plan.sections.get(section)?.outline;
    if (outline !== undefined)
      for (const s of seats) if (!polygon.contains(outline, [s.x, s.y])) lost.set(section, [...(lost.get(section) ?? []), s.id]);
  }
  for (const [section, ids] of lost)
    add("warning", "plan.outside_section", ids.slice(0, 1000), [`sections/${section}`], plan.sections.get(section)!.name, ids.length);
}
