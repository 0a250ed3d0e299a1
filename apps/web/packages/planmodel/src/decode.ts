import { check } from "./check.ts";
import { migrate } from "./migrations.ts";
import { PlanError, Problems } from "./problems.ts";
import { LIMITS, Reader } from "./read.ts";
import { PlanStore } from "./store.ts";
import {
  ROW_KINDS,
  SEAT_COLUMNS,
  SEAT_KINDS,
  SHAPE_KINDS,
  VERSION,
  VIEWS,
  type Key,
  type Plan,
  type Seat,
  type TableName,
  type Tables,
} from "./types.ts";

/** Opens the text of a plan file. Throws PlanError with every problem found (up to 200). */
export function parsePlan(text: string): Plan {
  return decodePlan(parseJson(text));
}

/**
 * Opens a skeleton: the canonical document without its seats, which come apart in the geometry codec. Tables and boxes
 * may name seats that are not here.
 */
export function parseSkeleton(text: string): Plan {
  return decodePlan(parseJson(text), false);
}

function parseJson(text: string): unknown {
  if (text.length > LIMITS.bytes) throw new PlanError([{ severity: "error", code: "plan.too_large", path: ".", args: [LIMITS.bytes] }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (e) {
    throw new PlanError([{ severity: "error", code: "plan.syntax", path: ".", args: [e instanceof Error ? e.message : "", 0] }]);
  }
  return value;
}

/** Opens a plan document given as a JSON value of any known version; older ones are migrated first. */
export function decodePlan(value: unknown, withSeats = true): Plan {
  const document = migrate(value);
  const problems = new Problems();
  const plan = readDocument(document, new Reader(problems));
  if (plan !== null && problems.list.length === 0) check(plan, problems, withSeats);
  if (plan === null || problems.list.length > 0) throw new PlanError(problems.list);
  return plan;
}

const TOP_REQUIRED = ["format", "version", "name", "unit", "nextSeatId", "levels", "sections", "rows", "seatColumns", "seats", "bounds"];
const TOP_OPTIONAL = ["categories", "areas", "tables", "boxes", "shapes"];

function readDocument(value: unknown, r: Reader): Plan | null {
  const top = r.object(value, "", TOP_REQUIRED, TOP_OPTIONAL);
  if (top === null || r.problems.list.length > 0) return null;
  if (top["unit"] !== "mm") r.problems.add("plan.unit", "unit");
  if (r.int(top["version"], "version", 0, 2 ** 30) !== VERSION) r.problems.add("plan.version", "version", String(top["version"]), VERSION);
  const columns = r.array(top["seatColumns"], "seatColumns", SEAT_COLUMNS.length);
  if (columns.length !== SEAT_COLUMNS.length || columns.some((c, i) => c !== SEAT_COLUMNS[i]))
    r.problems.add("plan.columns", "seatColumns");
  const nextSeatId = r.int(top["nextSeatId"], "nextSeatId", 1, 2 ** 31 - 1);
  const store = new PlanStore();
  store.put("doc", { id: "doc", name: r.name(top["name"], "name"), bounds: r.box(top["bounds"], "bounds") });
  const seen = new Set<Key>();
  for (const table of Object.keys(READERS) as (keyof typeof READERS)[]) {
    r.array(top[table] ?? [], table, MAX_RECORDS[table] ?? LIMITS.others).forEach((v, i) => {
      const path = `${table}[${i}]`;
      const record = r.problems.full ? null : READERS[table](r, v, path);
      if (record === null) return;
      if (seen.has(record.id)) r.problems.add("plan.duplicate_id", table === "seats" ? `${path}[0]` : `${path}.id`, record.id);
      seen.add(record.id);
      store.put(table, record as never);
    });
  }
  if (store.plan.nextSeatId > nextSeatId) r.problems.add("plan.next_seat_id", "nextSeatId", store.plan.nextSeatId - 1);
  store.reserveSeatIds(nextSeatId);
  return store.plan;
}

const MAX_RECORDS: Partial<Record<TableName, number>> = { seats: LIMITS.seats, rows: LIMITS.rows, sections: LIMITS.sections };

/** Leaves out what is undefined: an optional field that is not given is absent, not undefined. */
function present<T extends object>(record: { [K in keyof T]: T[K] | undefined }): T {
  for (const key of Object.keys(record) as (keyof T)[]) if (record[key] === undefined) delete record[key];
  return record as T;
}

type RecordReader<T extends TableName> = (r: Reader, value: unknown, path: string) => Tables[T] | null;
const READERS: { [T in Exclude<TableName, "doc">]: RecordReader<T> } = {
  levels(r, v, p) {
    const o = r.object(v, p, ["id", "name", "order"], ["rake"]);
    return (
      o &&
      present<Tables["levels"]>({
        id: r.id(o["id"], `${p}.id`),
        name: r.name(o["name"], `${p}.name`),
        order: r.int(o["order"], `${p}.order`, -1000, 1000),
        rake: r.optional(o, "rake", r.rake, p),
      })
    );
  },
  categories(r, v, p) {
    const o = r.object(v, p, ["id", "name", "color"], ["seats", "objects"]);
    if (o === null) return null;
    const color = r.string(o["color"], `${p}.color`);
    if (!/^#[0-9a-f]{6}$/.test(color)) r.problems.add("plan.color", `${p}.color`);
    const filled = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list?.length ? list : undefined);
    return present<Tables["categories"]>({
      id: r.id(o["id"], `${p}.id`),
      name: r.name(o["name"], `${p}.name`),
      color,
      seats: filled(r.optional(o, "seats", (x, q) => r.list(x, q, LIMITS.seats, r.run), p)),
      objects: filled(r.optional(o, "objects", (x, q) => r.list(x, q, 2 * LIMITS.others, r.id), p)),
    });
  },
  sections(r, v, p) {
    const o = r.object(v, p, ["id", "level", "name", "label", "outline"], ["focal", "entrance", "gate", "rake"]);
    return (
      o &&
      present<Tables["sections"]>({
        id: r.id(o["id"], `${p}.id`),
        level: r.id(o["level"], `${p}.level`),
        name: r.name(o["name"], `${p}.name`),
        label: r.label(o["label"], `${p}.label`),
        outline: r.outline(o["outline"], `${p}.outline`),
        focal: r.optional(o, "focal", r.point, p),
        entrance: r.optional(o, "entrance", r.label, p),
        gate: r.optional(o, "gate", r.label, p),
        rake: r.optional(o, "rake", r.rake, p),
      })
    );
  },
  rows(r, v, p) {
    const o = r.object(v, p, ["id", "section", "label", "kind"]);
    return (
      o && {
        id: r.id(o["id"], `${p}.id`),
        section: r.id(o["section"], `${p}.section`),
        label: r.label(o["label"], `${p}.label`),
        kind: r.oneOf(o["kind"], `${p}.kind`, ROW_KINDS),
      }
    );
  },
  seats(r, v, p): Seat | null {
    const t = r.array(v, p, SEAT_COLUMNS.length);
    if (t.length < 7) {
      r.problems.add("plan.seat_length", p);
      return null;
    }
    const maybe = <T>(i: number, read: (value: unknown, path: string) => T): T | null =>
      t[i] === undefined || t[i] === null || (i >= 8 && t[i] === "") ? null : read.call(r, t[i], `${p}[${i}]`);
    return {
      id: r.seatId(t[0], `${p}[0]`),
      row: maybe(1, r.id),
      number: r.label(t[2], `${p}[2]`),
      x: r.mm(t[3], `${p}[3]`),
      y: r.mm(t[4], `${p}[4]`),
      kind: r.code(t[5], `${p}[5]`, SEAT_KINDS),
      view: r.code(t[6], `${p}[6]`, VIEWS),
      companionOf: maybe(7, r.seatId),
      entrance: maybe(8, r.label),
      note: maybe(9, r.note),
    };
  },
  areas(r, v, p) {
    const o = r.object(v, p, ["id", "section", "name", "label", "capacity", "outline"]);
    return (
      o && {
        id: r.id(o["id"], `${p}.id`),
        section: r.id(o["section"], `${p}.section`),
        name: r.name(o["name"], `${p}.name`),
        label: r.label(o["label"], `${p}.label`),
        capacity: r.int(o["capacity"], `${p}.capacity`, 1, LIMITS.capacity),
        outline: r.outline(o["outline"], `${p}.outline`),
      }
    );
  },
  tables(r, v, p) {
    const o = r.object(v, p, ["id", "section", "label", "x", "y", "radius", "whole", "seats"]);
    if (o === null) return null;
    if (typeof o["whole"] !== "boolean") r.problems.add("plan.type", `${p}.whole`, "true 或 false", "true or false");
    return {
      id: r.id(o["id"], `${p}.id`),
      section: r.id(o["section"], `${p}.section`),
      label: r.label(o["label"], `${p}.label`),
      x: r.mm(o["x"], `${p}.x`),
      y: r.mm(o["y"], `${p}.y`),
      radius: r.int(o["radius"], `${p}.radius`, 1, 5_000_000),
      whole: o["whole"] === true,
      seats: r.seatIds(o["seats"], `${p}.seats`),
    };
  },
  boxes(r, v, p) {
    const o = r.object(v, p, ["id", "level", "name", "outline", "seats"]);
    return (
      o && {
        id: r.id(o["id"], `${p}.id`),
        level: r.id(o["level"], `${p}.level`),
        name: r.name(o["name"], `${p}.name`),
        outline: r.outline(o["outline"], `${p}.outline`),
        seats: r.seatIds(o["seats"], `${p}.seats`),
      }
    );
  },
  shapes(r, v, p) {
    const o = r.object(v, p, ["id", "kind"], ["level", "outline", "at", "text", "rotation", "height"]);
    if (o === null) return null;
    const shape = present<Tables["shapes"]>({
      id: r.id(o["id"], `${p}.id`),
      kind: r.oneOf(o["kind"], `${p}.kind`, SHAPE_KINDS),
      level: r.optional(o, "level", r.id, p),
      outline: r.optional(o, "outline", r.outline, p),
      at: r.optional(o, "at", r.point, p),
      text: r.optional(o, "text", r.note, p),
      rotation: r.optional(o, "rotation", (x, q) => r.int(x, q, -359, 359), p) || undefined,
      height: r.optional(o, "height", (x, q) => r.int(x, q, -20_000, 200_000), p) || undefined,
    });
    if ((shape.outline === undefined) === (shape.at === undefined)) r.problems.add("plan.shape_place", p);
    return shape;
  },
};
