import { boxOf, union, type Box, type Point } from "@parterre/geometry";
import { docOf, FORMAT, SEAT_COLUMNS, SEAT_KINDS, VERSION, VIEWS, type Plan, type Rake, type Seat, type TableName } from "./types.ts";

/** The smallest box around everything drawn, in millimetres; null for an empty plan. */
export function planExtent(plan: Plan): Box | null {
  const points = function* (): Generator<Point> {
    for (const s of plan.seats.values()) yield [s.x, s.y];
    for (const t of ["sections", "areas", "boxes", "shapes"] as const) {
      for (const r of plan[t].values()) {
        if (r.outline !== undefined) yield* r.outline;
        if ("at" in r && r.at !== undefined) yield r.at;
        if ("focal" in r && r.focal !== undefined) yield r.focal;
      }
    }
    for (const t of plan.tables.values()) {
      yield [t.x - t.radius, t.y - t.radius];
      yield [t.x + t.radius, t.y + t.radius];
    }
  };
  return boxOf(points());
}

/** The bounds of the document, widened where something lies outside. */
export function planBounds(plan: Plan): Box {
  const given = docOf(plan).bounds,
    extent = planExtent(plan);
  const empty = given[0] === given[2] && given[1] === given[3];
  return (empty ? extent : union(given, extent)) ?? given;
}

/** One seat as its tuple; trailing nulls are dropped. */
export function seatTuple(s: Seat): (number | string | null)[] {
  const tuple = [s.id, s.row, s.number, s.x, s.y, SEAT_KINDS.indexOf(s.kind), VIEWS.indexOf(s.view), s.companionOf, s.entrance, s.note];
  while (tuple.at(-1) === null) tuple.pop();
  return tuple;
}

/** Fields in the order of the canonical form; absent ones are left out. */
const FIELDS: Record<Exclude<TableName, "doc" | "seats">, readonly string[]> = {
  levels: ["id", "name", "order", "rake"],
  categories: ["id", "name", "color", "seats", "objects"],
  sections: ["id", "level", "name", "label", "outline", "focal", "entrance", "gate", "rake"],
  rows: ["id", "section", "label", "kind"],
  areas: ["id", "section", "name", "label", "capacity", "outline"],
  tables: ["id", "section", "label", "x", "y", "radius", "whole", "seats"],
  boxes: ["id", "level", "name", "outline", "seats"],
  shapes: ["id", "kind", "level", "outline", "at", "text", "rotation", "height"],
};

const canonicalRake = (r: Rake): Rake => ({
  base: r.base,
  ...(r.slope ? { slope: r.slope } : {}),
  ...(r.curve ? { curve: r.curve } : {}),
  ...(r.steps?.length ? { steps: r.steps } : {}),
  ...(r.parapet ? { parapet: { height: r.parapet.height, before: r.parapet.before } } : {}),
});

function records(plan: Plan, table: Exclude<TableName, "doc" | "seats">): Record<string, unknown>[] {
  return [...plan[table].values()].map((record) => {
    const out: Record<string, unknown> = {};
    for (const field of FIELDS[table]) {
      const value = (record as unknown as Record<string, unknown>)[field];
      if (value !== undefined) out[field] = field === "rake" ? canonicalRake(value as Rake) : value;
    }
    return out;
  });
}

/** Seats in rank order: ascending by id. The rank is what the wire codecs speak of. */
export const seatsByRank = (plan: Plan): Seat[] => [...plan.seats.values()].sort((a, b) => a.id - b.id);

/** The document as a JSON value of the newest version, members in canonical order. */
export function encodePlan(plan: Plan, withSeats = true): Record<string, unknown> {
  return {
    format: FORMAT,
    version: VERSION,
    name: docOf(plan).name,
    unit: "mm",
    nextSeatId: plan.nextSeatId,
    levels: records(plan, "levels"),
    categories: records(plan, "categories"),
    sections: records(plan, "sections"),
    rows: records(plan, "rows"),
    seatColumns: [...SEAT_COLUMNS],
    seats: withSeats ? seatsByRank(plan).map(seatTuple) : [],
    areas: records(plan, "areas"),
    tables: records(plan, "tables"),
    boxes: records(plan, "boxes"),
    shapes: records(plan, "shapes"),
    bounds: [...planBounds(plan)],
  };
}

/**
 * The canonical text: what the content hash is taken of. One record per line, no spaces, a newline at the end; the
 * same bytes as modules/ticketmap/plan writes.
 */
export function formatPlan(plan: Plan, withSeats = true): string {
  const document = encodePlan(plan, withSeats);
  const members = Object.entries(document).map(([name, value]) => {
    const lines = Array.isArray(value) && name !== "seatColumns" && name !== "bounds" && value.length > 0;
    const text = lines ? `[\n${value.map((v) => JSON.stringify(v)).join(",\n")}\n]` : JSON.stringify(value);
    return `${Array.isArray(value) ? "\n" : ""}${JSON.stringify(name)}:${text}`;
  });
  return `{${members.join(",")}}\n`;
}
