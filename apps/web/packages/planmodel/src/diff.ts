import { TABLE_NAMES, type AnyRecord, type Key, type Plan, type TableName } from "./types.ts";

/** What became of one record. before null: added; after null: removed. */
export interface Change {
  readonly table: TableName;
  readonly id: Key;
  readonly before: AnyRecord | null;
  readonly after: AnyRecord | null;
}

/** A set of changes, at most one per record, in the order first made. A JSON value. */
export type PlanDiff = readonly Change[];

/** Records are plain JSON data, so equality is structural. */
export function sameRecord(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const ka = Object.keys(a),
    kb = Object.keys(b);
  return (
    ka.length === kb.length &&
    ka.every((k) => Object.hasOwn(b, k) && sameRecord((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k]))
  );
}

/** The changes that undo d. */
export function invert(d: PlanDiff): PlanDiff {
  return d.map((c) => ({ table: c.table, id: c.id, before: c.after, after: c.before }));
}

/** One diff for a then b. A record that ends as it began drops out. */
export function squash(a: PlanDiff, b: PlanDiff): PlanDiff {
  return onePerRecord([a, b]).filter((c) => !sameRecord(c.before, c.after));
}

/** The changes of several lists, at most one per record, in the order first made; also those that end as they began. */
export function onePerRecord(lists: readonly PlanDiff[]): Change[] {
  const out: Change[] = [],
    at = new Map<TableName, Map<Key, number>>();
  for (const list of lists)
    for (const c of list) {
      let of = at.get(c.table);
      if (of === undefined) at.set(c.table, (of = new Map()));
      const i = of.get(c.id);
      if (i === undefined) {
        of.set(c.id, out.length);
        out.push(c);
      } else out[i] = { table: c.table, id: c.id, before: out[i]!.before, after: c.after };
    }
  return out;
}

/** The changes that turn plan a into plan b. */
export function diffPlans(a: Plan, b: Plan): PlanDiff {
  const out: Change[] = [];
  for (const table of TABLE_NAMES) {
    const from: ReadonlyMap<Key, AnyRecord> = a[table],
      to: ReadonlyMap<Key, AnyRecord> = b[table];
    for (const [id, before] of from) {
      const after = to.get(id) ?? null;
      if (!sameRecord(before, after)) out.push({ table, id, before, after });
    }
    for (const [id, after] of to) if (!from.has(id)) out.push({ table, id, before: null, after });
  }
  return out;
}

/** Counts by kind of change and table, for a summary on the page. */
export function summarize(d: PlanDiff): Partial<Record<TableName, { added: number; removed: number; changed: number }>> {
  const out: Partial<Record<TableName, { added: number; removed: number; changed: number }>> = {};
  for (const c of d) {
    const line = (out[c.table] ??= { added: 0, removed: 0, changed: 0 });
    if (c.before === null) line.added++;
    else if (c.after === null) line.removed++;
    else line.changed++;
  }
  return out;
}

/** The seats that exist in `sold` but no longer in `next`: a version that drops them is refused (PT-6.3.2.4). */
export function droppedSeats(next: Plan, sold: Iterable<number>): number[] {
  return [...sold].filter((id) => !next.seats.has(id)).sort((x, y) => x - y);
}
