import {
  onePerRecord,
  PlanStore,
  type AnyRecord,
  type Change,
  type Key,
  type Plan,
  type PlanDiff,
  type TableName,
} from "@parterre/planmodel";

/** What became of one record: enough to follow, half of what an undo needs. */
export interface TwinChange {
  readonly table: TableName;
  readonly id: Key;
  readonly after: AnyRecord | null;
}

/** A second copy of a plan that follows the first by what changes: the worker writes and checks it while one draws on. */
export class TwinStore {
  private readonly store: PlanStore;
  constructor(from?: Plan) {
    this.store = new PlanStore(from);
  }
  get plan(): Plan {
    return this.store.plan;
  }

  /** next: the first plan's nextSeatId, which an undo does not take back. */
  take(changes: readonly TwinChange[], next: number): void {
    this.store.apply(
      changes.map((c): Change => ({ ...c, before: null })),
      false,
    );
    this.store.reserveSeatIds(next);
  }
}

/**
 * Diffs on their way to the twin. A record that comes and goes, or goes and comes back, between two sendings must be
 * told as it was: only what stays there is told once.
 */
export class TwinQueue {
  private lists: PlanDiff[] = [];

  push(diff: PlanDiff): void {
    this.lists.push(diff);
  }
  get empty(): boolean {
    return this.lists.length === 0;
  }

  take(): TwinChange[] {
    const lists = this.lists;
    this.lists = [];
    const steady = lists.every((l) => l.every((c) => c.before !== null && c.after !== null));
    return (steady ? onePerRecord(lists) : lists.flat()).map(({ table, id, after }) => ({ table, id, after }));
  }
}
