import { type Change, type PlanDiff, sameRecord } from "./diff.ts";
import { MAX_SEAT_ID, TABLE_NAMES, type AnyRecord, type Key, type Plan, type SeatId, type TableName, type Tables } from "./types.ts";

type Mutable = { [T in TableName]: Map<Key, Tables[T]> };

/** A change does not fit the plan it is applied to: someone else changed the record in between. */
export class ConflictError extends Error {
  constructor(readonly change: Change) {
    super(`${change.table} ${change.id} is not as the change expects it`);
    this.name = "ConflictError";
  }
}

/**
 * A plan that can be changed. Records themselves are immutable: put() replaces one. Every change goes out to the
 * listeners as a Change with the record before and after, which is all that undo, autosave and drawing need.
 */
export class PlanStore {
  private readonly data: Mutable;
  private next = 1;
  /** When each record of a table was first put in: a record that comes back (undo) takes its old place. Seats have no order of their own. */
  private readonly firstPut: { [T in TableName]: Map<Key, number> };
  private puts = 0;
  private readonly listeners = new Set<(change: Change) => void>();
  /** A live read-only view; snapshot() makes a copy that stays. */
  readonly plan: Plan;

  constructor(from?: Plan) {
    this.data = Object.fromEntries(TABLE_NAMES.map((t) => [t, new Map<Key, AnyRecord>(from?.[t] ?? [])])) as unknown as Mutable;
    this.firstPut = Object.fromEntries(
      TABLE_NAMES.map((t) => [t, new Map<Key, number>(t === "seats" ? [] : [...this.data[t].keys()].map((k) => [k, this.puts++]))]),
    ) as { [T in TableName]: Map<Key, number> };
    if (from === undefined) this.data.doc.set("doc", { id: "doc", name: "-", bounds: [0, 0, 0, 0] });
    this.next = from?.nextSeatId ?? 1;
    const store = this;
    this.plan = Object.freeze({
      ...this.data,
      get nextSeatId() {
        return store.next;
      },
    }) as Plan;
  }

  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get<T extends TableName>(table: T, id: Key): Tables[T] | undefined {
    return this.data[table].get(id);
  }

  /** Adds or replaces a record. Equal records change nothing. */
  put<T extends TableName>(table: T, record: Tables[T]): void {
    const before = this.data[table].get(record.id) ?? null;
    if (sameRecord(before, record)) return;
    this.data[table].set(record.id, record);
    if (table !== "seats" && !this.firstPut[table].has(record.id)) this.firstPut[table].set(record.id, this.puts++);
    if (table === "seats") this.reserveSeatIds((record.id as number) + 1);
    this.tell({ table, id: record.id, before, after: record });
  }

  /** Changes fields of a record that exists; throws RangeError when it does not. */
  update<T extends TableName>(table: T, id: Key, patch: Partial<Omit<Tables[T], "id">>): void {
    const before = this.data[table].get(id);
    if (before === undefined) throw new RangeError(`no ${table} ${id}`);
    this.put(table, { ...before, ...patch } as Tables[T]);
  }

  remove(table: Exclude<TableName, "doc">, id: Key): void {
    const before = this.data[table].get(id) ?? null;
    if (before === null) return;
    this.data[table].delete(id);
    this.tell({ table, id, before, after: null });
  }

  /** A seat id that was never used in this plan. */
  allocateSeatId(): SeatId {
    if (this.next > MAX_SEAT_ID) throw new RangeError("seat ids are used up");
    return this.next++;
  }

  /** Ids below next count as used, whether their seats exist or not. */
  reserveSeatIds(next: number): void {
    if (next > this.next) this.next = next;
  }

  /** A record id that no table uses: prefix and a number. */
  allocateId(prefix: string): string {
    for (let n = 1; ; n++) {
      const id = `${prefix}${n}`;
      if (TABLE_NAMES.every((t) => !this.data[t].has(id))) return id;
    }
  }

  /**
   * Applies changes in order. With strict, a change whose `before` is not what stands there throws ConflictError and
   * nothing is changed. Seat ids only ever grow, whatever is undone.
   */
  apply(diff: PlanDiff, strict = true): void {
    if (strict) {
      for (const c of diff) {
        if (!sameRecord(this.data[c.table].get(c.id) ?? null, c.before)) throw new ConflictError(c);
      }
    }
    const returned = new Set<TableName>();
    for (const c of diff) {
      if (c.after !== null) {
        if (c.table !== "seats" && !this.data[c.table].has(c.id) && this.firstPut[c.table].has(c.id)) returned.add(c.table);
        this.put(c.table, c.after as never);
      } else if (c.table !== "doc") this.remove(c.table, c.id);
    }
    for (const table of returned) this.restoreOrder(table);
  }

  /** Puts the records of a table back into the order in which they first came: what is drawn last lies on top. */
  private restoreOrder(table: TableName): void {
    const map: Map<Key, AnyRecord> = this.data[table],
      first = this.firstPut[table];
    const records = [...map].sort(([a], [b]) => first.get(a)! - first.get(b)!);
    map.clear();
    for (const [id, record] of records) map.set(id, record);
  }

  snapshot(): Plan {
    return new PlanStore(this.plan).plan;
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}

export type { AnyRecord };
