import type { PlanDiff } from "@parterre/planmodel";

/** Unsaved changes of one plan: the version that they were made on, and the diffs in order. */
export interface Unsaved {
  readonly base: number;
  readonly diffs: readonly { readonly seq: number; readonly diff: PlanDiff }[];
}

/** Where changes are kept until the server has them: a crash or a lost line loses nothing. */
export interface Journal {
  append(plan: string, base: number, seq: number, diff: PlanDiff): Promise<void>;
  read(plan: string): Promise<Unsaved | null>;
  /** The server has everything up to seq: what comes after was made on `base`. */
  settle(plan: string, seq: number, base: number): Promise<void>;
  clear(plan: string): Promise<void>;
}

export class MemoryJournal implements Journal {
  private readonly plans = new Map<string, { base: number; diffs: { seq: number; diff: PlanDiff }[] }>();
  async append(plan: string, base: number, seq: number, diff: PlanDiff): Promise<void> {
    const entry = this.plans.get(plan) ?? { base, diffs: [] };
    entry.diffs.push({ seq, diff: structuredClone(diff) });
    this.plans.set(plan, entry);
  }
  async read(plan: string): Promise<Unsaved | null> {
    const entry = this.plans.get(plan);
    return entry === undefined || entry.diffs.length === 0 ? null : structuredClone(entry);
  }
  async settle(plan: string, seq: number, base: number): Promise<void> {
    const entry = this.plans.get(plan);
    if (entry !== undefined) this.plans.set(plan, { base, diffs: entry.diffs.filter((d) => d.seq > seq) });
  }
  async clear(plan: string): Promise<void> {
    this.plans.delete(plan);
  }
}

const DIFFS = "diffs",
  HEADS = "heads";
const done = <T>(r: IDBRequest<T>): Promise<T> =>
  new Promise((yes, no) => {
    r.onsuccess = () => yes(r.result);
    r.onerror = () => no(r.error ?? new Error("IndexedDB"));
  });
const ended = (t: IDBTransaction): Promise<void> =>
  new Promise((yes, no) => {
    t.oncomplete = () => yes();
    t.onabort = t.onerror = () => no(t.error ?? new Error("IndexedDB"));
  });

/** In the browser's IndexedDB, one entry per diff: appending does not write what is there already. */
export class BrowserJournal implements Journal {
  private opened: Promise<IDBDatabase> | null = null;
  constructor(private readonly name = "parterre.designer") {}

  private open(): Promise<IDBDatabase> {
    this.opened ??= new Promise((yes, no) => {
      const r = indexedDB.open(this.name, 1);
      r.onupgradeneeded = () => {
        r.result.createObjectStore(DIFFS, { keyPath: ["plan", "seq"] });
        r.result.createObjectStore(HEADS, { keyPath: "plan" });
      };
      r.onsuccess = () => yes(r.result);
      r.onerror = () => no(r.error ?? new Error("IndexedDB"));
    });
    return this.opened;
  }

  private range(plan: string, to = Number.MAX_SAFE_INTEGER): IDBKeyRange {
    return IDBKeyRange.bound([plan, 0], [plan, to]);
  }

  async append(plan: string, base: number, seq: number, diff: PlanDiff): Promise<void> {
    const t = (await this.open()).transaction([DIFFS, HEADS], "readwrite");
    t.objectStore(DIFFS).put({ plan, seq, diff });
    const heads = t.objectStore(HEADS);
    if ((await done(heads.get(plan))) === undefined) heads.put({ plan, base });
    await ended(t);
  }

  async read(plan: string): Promise<Unsaved | null> {
    const t = (await this.open()).transaction([DIFFS, HEADS], "readonly");
    const [head, diffs] = (await Promise.all([
      done(t.objectStore(HEADS).get(plan)),
      done(t.objectStore(DIFFS).getAll(this.range(plan))),
    ])) as [{ base: number } | undefined, { seq: number; diff: PlanDiff }[]];
    return head === undefined || diffs.length === 0 ? null : { base: head.base, diffs: diffs.map(({ seq, diff }) => ({ seq, diff })) };
  }

  async settle(plan: string, seq: number, base: number): Promise<void> {
    const t = (await this.open()).transaction([DIFFS, HEADS], "readwrite");
    t.objectStore(DIFFS).delete(this.range(plan, seq));
    t.objectStore(HEADS).put({ plan, base });
    await ended(t);
  }

  async clear(plan: string): Promise<void> {
    const t = (await this.open()).transaction([DIFFS, HEADS], "readwrite");
    t.objectStore(DIFFS).delete(this.range(plan));
    t.objectStore(HEADS).delete(plan);
    await ended(t);
  }
}
