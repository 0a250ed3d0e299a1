import { polygon, type Box, type Polygon } from "@parterre/geometry";
import { planExtent } from "./encode.ts";
import { Problems } from "./problems.ts";
import { docOf, type Key, type Plan, type TableName } from "./types.ts";

/**
 * Rules between records that every document keeps: references, one home per seat, companions, categories apart,
 * bounds. Linear in the size of the plan. withSeats: false for a skeleton, whose seats are elsewhere.
 */
export function check(plan: Plan, problems: Problems = new Problems(), withSeats = true): Problems {
  checkReferences(plan, problems);
  if (withSeats) {
    checkHomes(plan, problems);
    checkCompanions(plan, problems);
  }
  checkCategories(plan, problems);
  const bounds = docOf(plan).bounds,
    extent = planExtent(plan);
  if (extent !== null && !holds(bounds, extent)) problems.add("plan.bounds", "bounds");
  return problems;
}

const holds = (outer: Box, inner: Box): boolean =>
  outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];

const KIND_ZH = { levels: "楼层", sections: "区", rows: "排", seats: "座位" } as const;
const KIND_EN = { levels: "level", sections: "section", rows: "row", seats: "seat" } as const;

function refer(plan: Plan, problems: Problems, table: keyof typeof KIND_ZH, id: Key, path: string): boolean {
  if (plan[table].has(id)) return true;
  problems.add("plan.dangling", path, id, KIND_ZH[table], KIND_EN[table]);
  return false;
}

function checkReferences(plan: Plan, problems: Problems): void {
  const each = <T extends TableName>(table: T, field: string, to: "levels" | "sections"): void => {
    let i = 0;
    for (const record of plan[table].values()) {
      const id = (record as unknown as Record<string, string | undefined>)[field];
      if (id !== undefined) refer(plan, problems, to, id, `${table}[${i}].${field}`);
      i++;
    }
  };
  each("sections", "level", "levels");
  each("boxes", "level", "levels");
  each("shapes", "level", "levels");
  each("rows", "section", "sections");
  each("areas", "section", "sections");
  each("tables", "section", "sections");
  let i = 0;
  for (const s of plan.seats.values()) {
    if (s.row !== null) refer(plan, problems, "rows", s.row, `seats[${i}][1]`);
    i++;
  }
}

/** A seat has one home: its row, one table or one box. Only a box may also list seats of rows. */
function checkHomes(plan: Plan, problems: Problems): void {
  const home = new Map<number, string>();
  for (const table of ["tables", "boxes"] as const) {
    let i = 0;
    for (const holder of plan[table].values()) {
      const path = `${table}[${i++}].seats`;
      for (const id of holder.seats) {
        if (!refer(plan, problems, "seats", id, path)) continue;
        const other = home.get(id) ?? (table === "tables" ? plan.seats.get(id)!.row : null);
        if (other !== null) problems.add("plan.seat_two_homes", path, id, other, holder.id);
        else home.set(id, holder.id);
      }
    }
  }
  let i = 0;
  for (const s of plan.seats.values()) {
    if (s.row === null && !home.has(s.id)) problems.add("plan.seat_homeless", `seats[${i}]`, s.id);
    i++;
  }
}

function checkCompanions(plan: Plan, problems: Problems): void {
  let i = 0;
  for (const s of plan.seats.values()) {
    if (s.companionOf !== null && (s.kind !== "companion" || plan.seats.get(s.companionOf)?.kind !== "accessible")) {
      problems.add("plan.companion", `seats[${i}][7]`, s.id);
    }
    i++;
  }
}

/** Runs ascend and stay apart; nothing stands in two categories. Runs may name ids that no seat has. */
function checkCategories(plan: Plan, problems: Problems): void {
  const runs: { first: number; last: number; id: string; path: string }[] = [];
  const objects = new Map<string, string>();
  let i = 0;
  for (const c of plan.categories.values()) {
    const path = `categories[${i++}]`;
    let before = -1;
    for (const [first, last] of c.seats ?? []) {
      if (last < first || (before > 0 && first <= before + 1)) {
        problems.add("plan.runs", `${path}.seats`);
        break;
      }
      before = last;
      runs.push({ first, last, id: c.id, path: `${path}.seats` });
    }
    for (const id of c.objects ?? []) {
      const other = objects.get(id);
      if (!plan.areas.has(id) && !plan.tables.has(id)) problems.add("plan.dangling", `${path}.objects`, id, "站席或桌", "area or table");
      else if (other !== undefined) problems.add("plan.two_categories", `${path}.objects`, id, other);
      objects.set(id, c.id);
    }
  }
  runs.sort((a, b) => a.first - b.first);
  for (let k = 1; k < runs.length; k++) {
    if (runs[k]!.first <= runs[k - 1]!.last) problems.add("plan.two_categories", runs[k]!.path, runs[k]!.first, runs[k - 1]!.id);
  }
}

/**
 * What a plan must not have when it is published, and what one should look at: printed labels used twice inside a
 * section and row label, outlines that cross themselves (above 500 points not looked at).
 */
export function checkForPublishing(plan: Plan, problems: Problems = new Problems()): Problems {
  const printed = new Map<string, number>();
  for (const s of plan.seats.values()) {
    const row = s.row === null ? undefined : plan.rows.get(s.row);
    if (row === undefined) continue;
    const section = plan.sections.get(row.section);
    const label = `${section?.label ?? ""} ${row.label} ${s.number}`;
    printed.set(label, (printed.get(label) ?? 0) + 1);
  }
  for (const [label, count] of printed) if (count > 1) problems.add("plan.duplicate_label", "seats", label, count);
  const crossing = (outline: Polygon, path: string): void => {
    const edges = outline.length > 500 ? null : polygon.selfCrossing(outline);
    if (edges !== null) problems.warn("plan.self_crossing", path, edges[0], edges[1]);
  };
  for (const table of ["sections", "areas", "boxes"] as const) {
    let i = 0;
    for (const r of plan[table].values()) crossing(r.outline, `${table}[${i++}].outline`);
  }
  return problems;
}
