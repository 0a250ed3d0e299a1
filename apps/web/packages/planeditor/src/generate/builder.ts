import { mm, type Point } from "@parterre/geometry";
import {
  planBounds,
  PlanStore,
  type Plan,
  type Rake,
  type Seat,
  type SeatId,
  type SeatKind,
  type ShapeKind,
  type View,
} from "@parterre/planmodel";
import { runsOf } from "../actions/categories.ts";

/** A parameter that no hall has: its name and what it may be. */
export class GenerateError extends Error {
  constructor(
    readonly parameter: string,
    readonly low: number,
    readonly high: number,
  ) {
    super(`${parameter} must lie between ${low} and ${high}`);
    this.name = "GenerateError";
  }
}
/** Refuses a parameter outside its range before it costs memory. */
export function between(parameter: string, value: number, low: number, high: number, whole = true): void {
  if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) throw new GenerateError(parameter, low, high);
}

export const polar = (c: Point, r: number, t: number): Point => [c[0] + r * Math.sin(t), c[1] + r * Math.cos(t)];
export const radians = (deg: number): number => (deg * Math.PI) / 180;
export const rect = (x0: number, y0: number, x1: number, y1: number): Point[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

/** Distances of n = floor(length / pitch) seats from the start of a stretch, spread so that the ends are flush with the aisles. */
export function spread(length: number, pitch: number): number[] {
  const n = Math.max(0, Math.floor(length / pitch + 1e-9));
  return Array.from({ length: n }, (_, i) => ((i + 0.5) * length) / n);
}

/** Hands out ids and collects records. The same parameters give the same plan. */
export class Builder {
  readonly store = new PlanStore();
  private readonly counts = new Map<string, number>();
  private readonly inCategory = new Map<string, SeatId[]>();

  constructor(name: string) {
    this.store.update("doc", "doc", { name });
  }

  private id(prefix: string): string {
    const n = (this.counts.get(prefix) ?? 0) + 1;
    this.counts.set(prefix, n);
    return `${prefix}${n}`;
  }
  private points(list: readonly Point[]): Point[] {
    const out: Point[] = [];
    for (const p of list) {
      const q: Point = [mm(p[0]), mm(p[1])],
        last = out.at(-1);
      if (last === undefined || last[0] !== q[0] || last[1] !== q[1]) out.push(q);
    }
    return out;
  }
  level(name: string, rake?: Rake): string {
    const id = this.id("L");
    this.store.put("levels", { id, name, order: this.store.plan.levels.size, ...(rake === undefined ? {} : { rake }) });
    return id;
  }
  category(id: string, name: string, color: string): void {
    this.store.put("categories", { id, name, color });
  }
  section(
    level: string,
    label: string,
    outline: readonly Point[],
    more: { name?: string; focal?: Point; entrance?: string; gate?: string; rake?: Rake | undefined } = {},
  ): string {
    const id = this.id("s");
    this.store.put("sections", {
      id,
      level,
      name: more.name ?? label,
      label,
      outline: this.points(outline),
      ...(more.focal === undefined ? {} : { focal: [mm(more.focal[0]), mm(more.focal[1])] as Point }),
      ...(more.entrance === undefined ? {} : { entrance: more.entrance }),
      ...(more.gate === undefined ? {} : { gate: more.gate }),
      ...(more.rake === undefined ? {} : { rake: more.rake }),
    });
    return id;
  }
  row(section: string, label: string, kind: "straight" | "curved" | "free"): string {
    const id = this.id("r");
    this.store.put("rows", { id, section, label, kind });
    return id;
  }
  seat(
    row: string,
    number: string,
    at: Point,
    category: string,
    kind: SeatKind = "normal",
    view: View = "clear",
    note: string | null = null,
  ): SeatId {
    const id = this.store.allocateSeatId(),
      s: Seat = { id, row, number, x: mm(at[0]), y: mm(at[1]), kind, view, companionOf: null, entrance: null, note };
    this.store.put("seats", s);
    const list = this.inCategory.get(category);
    if (list === undefined) this.inCategory.set(category, [id]);
    else list.push(id);
    return id;
  }
  /** Links each companion seat with an accessible neighbour in walking order. */
  pair(ids: readonly SeatId[]): void {
    const taken = new Set<SeatId>();
    ids.forEach((id, i) => {
      if (this.store.get("seats", id)!.kind !== "companion") return;
      const beside = [ids[i - 1], ids[i + 1]].find(
        (o) => o !== undefined && !taken.has(o) && this.store.get("seats", o)!.kind === "accessible",
      );
      if (beside !== undefined) {
        taken.add(beside);
        this.store.update("seats", id, { companionOf: beside });
      }
    });
  }
  box(level: string, name: string, outline: readonly Point[], seats: readonly SeatId[]): void {
    this.store.put("boxes", { id: this.id("b"), level, name, outline: this.points(outline), seats });
  }
  shape(kind: ShapeKind, outline: readonly Point[], text = "", level?: string, height?: number): void {
    this.store.put("shapes", {
      id: this.id("g"),
      kind,
      ...(level === undefined ? {} : { level }),
      outline: this.points(outline),
      ...(text === "" ? {} : { text }),
      ...(height === undefined ? {} : { height }),
    });
  }
  mark(kind: ShapeKind, at: Point, text: string, level?: string): void {
    this.store.put("shapes", { id: this.id("g"), kind, ...(level === undefined ? {} : { level }), at: [mm(at[0]), mm(at[1])], text });
  }

  finish(): Plan {
    for (const c of [...this.store.plan.categories.values()]) {
      const seats = runsOf(this.inCategory.get(c.id) ?? []);
      if (seats.length > 0) this.store.update("categories", c.id, { seats });
    }
    const [x0, y0, x1, y1] = planBounds(this.store.plan);
    this.store.update("doc", "doc", { bounds: [mm(x0 - 2000), mm(y0 - 2000), mm(x1 + 2000), mm(y1 + 2000)] });
    return this.store.plan;
  }
}
