import { diffPlans, formatPlan, type Plan, type PlanDiff } from "@parterre/planmodel";
import type { Editor } from "./editor.ts";
import type { Journal } from "./journal.ts";
import { chosen, merge, type Merge } from "./merge.ts";

/** Somebody else saved meanwhile. */
export class StaleError extends Error {
  constructor() {
    super("stale");
    this.name = "StaleError";
  }
}
/** The line is down or the server is busy: the same request may succeed later. */
export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super("offline", { cause });
    this.name = "OfflineError";
  }
}

export interface Stored {
  readonly version: number;
  /** RFC 3339 */ readonly changedAt: string;
  readonly changedBy: string | null;
}
/** The canonical text, or the same compressed with gzip. */
export type Document = string | Blob;
/** The server as the designer sees it. */
export interface PlanServer {
  load(): Promise<{ readonly stored: Stored; readonly plan: Plan }>;
  /** Throws StaleError when `version` is not the newest, OfflineError when it may be tried again. */
  save(version: number, document: Document): Promise<Stored>;
}

export type SaveState = "saved" | "unsaved" | "saving" | "offline" | "conflict" | "refused";
/** Two designers at once: theirs stands on the server, mine here; nothing is written until one decides. */
export interface Conflict {
  readonly theirs: Stored;
  readonly plan: Plan;
  readonly merge: Merge;
}

export interface AutosaveOptions {
  readonly plan: string;
  readonly editor: Editor;
  readonly server: PlanServer;
  readonly journal: Journal;
  readonly version: number;
  /** Milliseconds from the last change to the save. */
  readonly delay?: number;
  /** Writes and packs the document elsewhere (a worker); absent: it is written here. */
  readonly pack?: () => Promise<Blob>;
  /** Timers of the host; tests drive their own. */
  readonly later?: (run: () => void, ms: number) => () => void;
}

/**
 * Saves a draft behind the designer's back. Every change goes to the journal first; the server gets the whole document a
 * moment after the last change. A lost line is tried again with growing pauses; a version conflict stops saving.
 */
export class Autosave {
  state: SaveState = "saved";
  /** Why the server refused the document. */
  refusal: unknown = null;
  conflict: Conflict | null = null;
  version: number;
  private seq = 0;
  private stored = 0;
  private tries = 0;
  private cancel: (() => void) | null = null;
  private running: Promise<void> | null = null;
  private readonly unsaved: { seq: number; diff: PlanDiff }[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly stop: () => void;
  private readonly later: (run: () => void, ms: number) => () => void;

  constructor(private readonly o: AutosaveOptions) {
    this.version = o.version;
    this.later =
      o.later ??
      ((run, ms) => {
        const t = setTimeout(run, ms);
        return () => clearTimeout(t);
      });
    this.stop = o.editor.onDiff((diff) => this.changed(diff));
  }

  listen(l: () => void): () => void {
    this.listeners.add(l);
    return () => this.listeners.delete(l);
  }
  private tell(): void {
    for (const l of this.listeners) l();
  }

  /**
   * Brings back what a crash left in the journal. Call once after loading. Answers how many changes came back; changes
   * that no longer fit make a conflict, in which the person decides.
   */
  async recover(): Promise<number> {
    const left = await this.o.journal.read(this.o.plan);
    if (left === null) return 0;
    this.seq = left.diffs.at(-1)!.seq;
    this.stored = this.seq;
    const found = merge(
      this.o.editor.plan,
      left.diffs.map((d) => d.diff),
    );
    if (found.conflicts.length > 0) {
      this.unsaved.push(...left.diffs);
      await this.stale();
      return 0;
    }
    await this.o.journal.clear(this.o.plan);
    if (found.fits.length > 0) this.o.editor.apply("recover", found.fits);
    return found.fits.length;
  }

  private changed(diff: PlanDiff): void {
    const seq = ++this.seq;
    this.unsaved.push({ seq, diff });
    // A journal that cannot be written (private window, full disk) must not stop the work; the server save still runs.
    this.journalled = this.journalled
      .then(() => this.o.journal.append(this.o.plan, this.version, seq, diff))
      .catch((e: unknown) => {
        this.journalFault = e;
        this.tell();
      });
    if (this.state !== "conflict" && this.state !== "saving") this.state = "unsaved";
    this.schedule(this.o.delay ?? 1500);
    this.tell();
  }
  /** Set when the journal could not be written. */
  journalFault: unknown = null;
  private journalled: Promise<void> = Promise.resolve();
  /** Settles when every change so far is in the journal. */
  async written(): Promise<void> {
    await this.journalled;
  }

  private schedule(ms: number): void {
    this.cancel?.();
    this.cancel = this.later(() => {
      this.cancel = null;
      void this.save();
    }, ms);
  }

  get dirty(): boolean {
    return this.seq > this.stored;
  }

  /** Saves now; settles when the server has answered. */
  async save(): Promise<void> {
    if (this.running !== null) {
      await this.running;
      if (this.dirty && this.state === "saved") return this.save();
      return;
    }
    if (!this.dirty || this.state === "conflict") return;
    this.running = this.send();
    try {
      await this.running;
    } finally {
      this.running = null;
    }
    if (this.dirty && (this.state === "saved" || this.state === "unsaved")) {
      this.state = "unsaved";
      this.schedule(this.o.delay ?? 1500);
      this.tell();
    }
  }

  private async send(): Promise<void> {
    const upTo = this.seq;
    this.state = "saving";
    this.tell();
    try {
      const stored = await this.o.server.save(this.version, await this.packed());
      this.version = stored.version;
      this.stored = upTo;
      this.tries = 0;
      this.unsaved.splice(0, this.unsaved.findLastIndex((d) => d.seq <= upTo) + 1);
      this.state = "saved";
      this.refusal = null;
      await this.journalled;
      await this.o.journal.settle(this.o.plan, upTo, stored.version).catch((e: unknown) => {
        this.journalFault = e;
      });
    } catch (e) {
      if (e instanceof StaleError) await this.stale();
      else if (e instanceof OfflineError) {
        this.state = "offline";
        this.schedule(Math.min(30_000, 2000 * 2 ** this.tries++));
      } else {
        this.state = "refused";
        this.refusal = e;
      }
    }
    this.tell();
  }

  /** The document as it is at the call. A worker that has stopped is no reason to save nothing. */
  private async packed(): Promise<Document> {
    if (this.o.pack === undefined) return formatPlan(this.o.editor.plan);
    return this.o.pack().catch(() => formatPlan(this.o.editor.plan));
  }

  private async stale(): Promise<void> {
    try {
      const { stored, plan } = await this.o.server.load();
      this.conflict = {
        theirs: stored,
        plan,
        merge: merge(
          plan,
          this.unsaved.map((d) => d.diff),
        ),
      };
      this.state = "conflict";
    } catch (e) {
      if (!(e instanceof OfflineError)) throw e;
      this.state = "offline";
      this.schedule(5000);
    }
    this.tell();
  }

  /**
   * Ends a conflict. "merge": their version with those of my changes that fit, and with mine in the conflicts named by
   * their place (PlanError, and nothing changed, when that does not hold together); "theirs": their version alone. Either
   * way the editor holds their document first, as one step that can be undone: nothing of mine is out of reach.
   */
  async resolve(how: "merge" | "theirs", mineWins: ReadonlySet<number> = new Set()): Promise<void> {
    const { conflict } = this;
    if (conflict === null) return;
    const merged = how === "merge" ? chosen(conflict.plan, conflict.merge, mineWins) : [];
    this.conflict = null;
    this.version = conflict.theirs.version;
    this.unsaved.length = 0;
    await this.journalled;
    await this.o.journal.clear(this.o.plan);
    const mine = this.o.editor.plan;
    this.state = "saved";
    this.stored = this.seq;
    this.o.editor.store.reserveSeatIds(conflict.plan.nextSeatId);
    const before = this.seq;
    this.o.editor.apply("take-theirs", diffPlans(mine, conflict.plan));
    if (merged.length > 0) this.o.editor.apply("merge", merged);
    if (how === "theirs") {
      this.stored = this.seq;
      this.cancel?.();
      this.unsaved.length = 0;
      this.state = "saved";
      await this.journalled;
      await this.o.journal.clear(this.o.plan);
    } else if (this.seq === before) this.state = "saved";
    this.tell();
  }

  /** The line is back, the window is about to close: save without waiting. */
  hurry(): void {
    this.cancel?.();
    this.cancel = null;
    void this.save();
  }

  dispose(): void {
    this.cancel?.();
    this.stop();
    this.listeners.clear();
  }
}
