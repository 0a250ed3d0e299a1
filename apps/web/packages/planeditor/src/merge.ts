import { decodePlan, encodePlan, PlanStore, sameRecord, squash, type Change, type Plan, type PlanDiff } from "@parterre/planmodel";

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
  const fits: Change[] = [],
    conflicts: Change[] = [];
  for (const c of renumbered(
    plan,
    diffs.reduce<PlanDiff>((a, b) => squash(a, b), []),
  )) {
    const now = plan[c.table].get(c.id) ?? null;
    if (sameRecord(now, c.after)) continue;
    (sameRecord(now, c.before) ? fits : conflicts).push(c);
  }
  // A seat of a row that could not be made would have no home.
  const missing = new Set(conflicts.filter((c) => c.before === null || c.after === null).map((c) => c.id)),
    gone = new Set(fits.filter((c) => c.after === null).map((c) => c.id));
  const kept = fits.filter((c) => {
    const r = c.after as { row?: unknown; section?: unknown; level?: unknown; seats?: unknown } | null;
    const points =
      r === null ? [] : [r.row, r.section, r.level, ...(Array.isArray(r.seats) && c.table !== "categories" ? (r.seats as unknown[]) : [])];
    if (!points.some((p) => missing.has(p as never) || gone.has(p as never))) return true;
    conflicts.push(c);
    return false;
  });
  return { fits: kept, conflicts };
}

/**
 * Their plan with what fits of mine and those conflicts in which mine shall stand (by place in the list), as changes of
 * their plan. Throws PlanError where the choice would leave a document that does not hold together: a seat whose row
 * they took away, a section that I took away and they filled.
 */
export function chosen(plan: Plan, m: Merge, mine: ReadonlySet<number>): PlanDiff {
  const trial = new PlanStore(plan),
    forced = m.conflicts.filter((_, i) => mine.has(i)).map((c): Change => ({ ...c, before: plan[c.table].get(c.id) ?? null }));
  trial.apply(m.fits, false);
  trial.apply(forced, false);
  decodePlan(JSON.parse(JSON.stringify(encodePlan(trial.plan))));
  return squash(
    m.fits,
    forced.map((c) => ({ ...c, before: m.fits.find((f) => f.table === c.table && f.id === c.id)?.after ?? c.before })),
  );
}

/**
 * Both made new seats and the plan gave both the same ids: mine get others, for they are not on the server yet. What
 * in the diff points at them follows. Categories, which list seats by runs, are left to the person.
 */
function renumbered(plan: Plan, diff: PlanDiff): PlanDiff {
  const to = new Map<number, number>();
  let next = Math.max(plan.nextSeatId, 1 + Math.max(0, ...diff.filter((c) => c.table === "seats").map((c) => c.id as number)));
  for (const c of diff) {
    const now = c.table === "seats" && c.before === null ? plan.seats.get(c.id) : undefined;
    if (now !== undefined && !sameRecord(now, c.after)) to.set(c.id as number, next++);
  }
  if (to.size === 0) return diff;
  const id = (v: number): number => to.get(v) ?? v;
  return diff.map((c) => {
    const r = c.after as { companionOf?: number | null; seats?: readonly number[]; id: number } | null;
    if (r === null) return c;
    if (c.table === "seats")
      return {
        ...c,
        id: id(c.id as number),
        after: {
          ...r,
          id: id(r.id),
          companionOf: r.companionOf === null || r.companionOf === undefined ? null : id(r.companionOf),
        } as unknown as Change["after"],
      };
    if (c.table === "tables" || c.table === "boxes")
      return { ...c, after: { ...r, seats: r.seats!.map(id) } as unknown as Change["after"] };
    return c;
  });
}
