/** What is worked out from the document as it changes: the model for drawing, patched, and the values kept between changes. */
import { union, type Box } from "@parterre/geometry";
import type { Change, PlanStore } from "@parterre/planmodel";
import { geometryOf, mapModel, modelExtent, patchModel, type MapModel } from "@parterre/planrender";
import type { Selection } from "./selection.ts";

/** Space round the plan in which one can draw, mm. */
const WORKSPACE = 20_000;

/** A model, its version, and the ranks of the seats that became others since an earlier one; null when ranks are others too. */
export interface ModelSince {
  readonly model: MapModel;
  readonly version: number;
  readonly ranks: readonly number[] | null;
  /** Something under the seats is another too. */
  readonly ground: boolean;
}

/**
 * The plan ready for drawing and hit tests. After a change the model is patched, not made anew: at 60,000 seats that
 * is the difference between a nudge and a wait. Its bounds leave room to draw in.
 */
export class LiveModel {
  private readonly store: PlanStore;
  private modelNow: MapModel | null = null;
  private extentNow: Box = [-9000, -7000, 9000, 7000];
  /** Changes that the model does not show yet, and what the last patches of it were: ranks, or null for "all". */
  private unmodelled: Change[] = [];
  private patches: { readonly version: number; readonly ranks: readonly number[] | null; readonly ground: boolean }[] = [];
  private version = 0;

  constructor(store: PlanStore) {
    this.store = store;
  }

  /** Takes a change up; the model shows it when it is next asked for. */
  note(change: Change): void {
    this.unmodelled.push(change);
  }

  get model(): MapModel {
    const diff = this.unmodelled,
      { plan } = this.store;
    if (this.modelNow !== null && diff.length === 0) return this.modelNow;
    this.unmodelled = [];
    // Nothing of the model says which zone a seat is suggested for: painting leaves it as it is, and all that is known of it.
    if (this.modelNow !== null && diff.every((c) => c.table === "categories")) return this.modelNow;
    const patch =
      this.modelNow === null
        ? { model: mapModel(plan, geometryOf(plan)), ranks: null, ground: true }
        : patchModel(this.modelNow, plan, diff);
    this.patches.push({ version: ++this.version, ranks: patch.ranks, ground: patch.ground });
    if (this.patches.length > 64) this.patches.shift();
    const tight = modelExtent(patch.model) ?? [-8000, -6000, 8000, 6000];
    this.extentNow = [tight[0] - 1000, tight[1] - 1000, tight[2] + 1000, tight[3] + 1000];
    const wide = union(this.extentNow, [-10_000, -10_000, 10_000, 10_000])!;
    this.modelNow = { ...patch.model, bounds: [wide[0] - WORKSPACE, wide[1] - WORKSPACE, wide[2] + WORKSPACE, wide[3] + WORKSPACE] };
    return this.modelNow;
  }

  since(version: number): ModelSince {
    const { model } = this,
      later = this.patches.filter((p) => p.version > version);
    const known = later.length === this.version - version && later.every((p) => p.ranks !== null);
    return {
      model,
      version: this.version,
      ranks: known ? later.flatMap((p) => p.ranks as number[]) : null,
      ground: !known || later.some((p) => p.ground),
    };
  }

  /** What is drawn, with a margin. */
  get extent(): Box {
    void this.model;
    return this.extentNow;
  }
}

/**
 * Values worked out from the document and kept until it changes. Buttons and panels ask for the same things many times
 * between two changes, and a stadium has 60,000 seats.
 */
export class DerivedValues {
  private readonly values = new Map<string, { changes: number; selection: Selection | null; value: unknown }>();
  /** Grows with every changed record, also inside a step that is under way. */
  private changes = 0;
  /** The same without those of categories. */
  private placings = 0;

  note(change: Change): void {
    this.changes++;
    if (change.table !== "categories") this.placings++;
  }

  /** selection: what the value is also worked out from, or null; heedless: it says nothing of categories. */
  of<T>(name: string, work: () => T, selection: Selection | null, heedless: boolean): T {
    const known = this.values.get(name),
      changes = heedless ? this.placings : this.changes;
    if (known !== undefined && known.changes === changes && known.selection === selection) return known.value as T;
    const value = work();
    this.values.set(name, { changes, selection, value });
    return value;
  }
}
