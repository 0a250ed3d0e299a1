import { invert, squash, type Change, type PlanDiff } from "./diff.ts";
import type { PlanStore } from "./store.ts";

type Entry = { readonly kind: "mark"; readonly name: string } | { readonly kind: "diff"; readonly diff: PlanDiff };

/**
 * Undo and redo without limit, by marks and diffs. A mark is a place to come back to; everything changed between two
 * marks is one step. cancelTo(mark) takes changes back without a redo (a drag that is given up); squashTo(mark)
 * makes one step of many (a drag that is kept).
 */
export class History {
  private undos: Entry[] = [];
  private redos: Entry[] = [];
  private pending: Change[] = [];
  private replaying = false;
  private readonly stop: () => void;

  constructor(private readonly store: PlanStore) {
    this.stop = store.listen((change) => {
      if (this.replaying) return;
      this.pending.push(change);
      this.redos = []; // a new change ends the other future
    });
  }

  dispose(): void {
    this.stop();
  }

  get canUndo(): boolean {
    return this.pending.length > 0 || this.undos.some((e) => e.kind === "diff");
  }

  get canRedo(): boolean {
    return this.redos.some((e) => e.kind === "diff");
  }

  /** The names of the marks from the oldest on; for the history panel. */
  get marks(): readonly string[] {
    return this.undos.flatMap((e) => (e.kind === "mark" ? [e.name] : []));
  }

  mark(name: string): void {
    this.flush();
    this.undos.push({ kind: "mark", name });
  }

  /** Takes back to the last mark that something happened after. False when there is nothing to take back. */
  undo(): boolean {
    this.flush();
    if (!this.canUndo) return false;
    let undone = false;
    for (let entry = this.undos.pop(); entry !== undefined; entry = this.undos.pop()) {
      this.redos.push(entry);
      if (entry.kind === "diff") {
        this.replay(invert(entry.diff));
        undone = true;
      } else if (undone) break;
    }
    return undone;
  }

  /** Does the last undone step again. */
  redo(): boolean {
    if (!this.canRedo) return false;
    let redone = false;
    for (let entry = this.redos.at(-1); entry !== undefined; entry = this.redos.at(-1)) {
      if (entry.kind === "mark" && redone) break;
      this.redos.pop();
      this.undos.push(entry);
      if (entry.kind === "diff") {
        this.replay(entry.diff);
        redone = true;
      }
    }
    return redone;
  }

  /** Takes back everything since the mark and forgets it: not to be redone. Throws when there is no such mark. */
  cancelTo(name: string): void {
    this.flush();
    const at = this.find(name);
    for (const entry of this.undos.splice(at).reverse()) {
      if (entry.kind === "diff") this.replay(invert(entry.diff));
    }
  }

  /** Makes one step of everything since the mark. */
  squashTo(name: string): void {
    this.flush();
    const at = this.find(name);
    let diff: PlanDiff = [];
    for (const entry of this.undos.splice(at + 1)) if (entry.kind === "diff") diff = squash(diff, entry.diff);
    if (diff.length > 0) this.undos.push({ kind: "diff", diff });
  }

  private find(name: string): number {
    const at = this.undos.findLastIndex((e) => e.kind === "mark" && e.name === name);
    if (at < 0) throw new RangeError(`no mark ${name}`);
    return at;
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const diff = squash([], this.pending);
    this.pending = [];
    if (diff.length > 0) this.undos.push({ kind: "diff", diff });
  }

  private replay(diff: PlanDiff): void {
    this.replaying = true;
    try {
      this.store.apply(diff);
    } finally {
      this.replaying = false;
    }
  }
}
