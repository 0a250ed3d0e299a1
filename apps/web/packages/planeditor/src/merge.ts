import { sameRecord, squash, type Change, type Plan, type PlanDiff } from "@parterre/planmodel";

/** What of a diff can be done on another version of the plan. */
export interface Merge {
  /** Changes of records that stand as the diff expects them. */
  readonly fits: PlanDiff;
  /** Changes of records that somebody else changed otherwise. */
  readonly conflicts: readonly Change[];
}

/**
 * Holds a diff made on an older version against the plan as it is now: what is done already drops out, what still fits
 * is kept, the rest is a conflict. References of kept records to conflicting new ones are conflicts too.
 */
export function merge(plan: Plan, diffs: readonly PlanDiff[]): Merge {
  const fits: Change[] = [], conflicts: Change[] = [];
  for (const c of diffs.reduce<PlanDiff>((a, b) => squash(a, b), [])) {
    const now = plan[c.table].get(c.id) ?? null;
    if (sameRecord(now, c.after)) continue;
    (sameRecord(now, c.before) ? fits : conflicts).push(c);
  }
  // A seat of a row that could not be made would have no home.
  const missing = new Set(conflicts.filter((c) => c.before === null || c.after === null).map((c) => c.id)), gone = new Set(fits.filter((c) => c.after === null).map((c) => c.id));
  const kept = fits.filter((c) => {
    const r = c.after as { row?: unknown; section?: unknown; level?: unknown; seats?: unknown } | null;
    const points = r === null ? [] : [r.row, r.section, r.level, ...(Array.isArray(r.seats) && c.table !== "categories" ? (r.seats as unknown[]) : [])];
    if (!points.some((p) => missing.has(p as never) || gone.has(p as never))) return true;
    conflicts.push(c);
    return false;
  });
  return { fits: kept, conflicts };
}
