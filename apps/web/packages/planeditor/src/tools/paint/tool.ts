import type { Point } from "@parterre/geometry";
import type { SeatId, SeatKind, View } from "@parterre/planmodel";
import { putIntoCategory } from "../../actions/categories.ts";
import type { Editor } from "../../editor.ts";
import { objectAt } from "../../hit.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";
import { Painting } from "./painting.ts";

/** Paints what the option says onto the seats that the brush goes over: a zone, a view or a kind. One stroke is one step. */
export class PaintTool extends Tool {
  readonly id = "paint";
  override readonly cursor = "none";
  readonly seats = new Set<SeatId>();
  readonly objects = new Set<string>();

  constructor(editor: Editor) {
    super(editor, { idle: Idle, painting: Painting });
  }

  get radius(): number {
    return Math.max(this.editor.options.brush, this.editor.mmOf(5));
  }

  /** Takes what lies within the brush on its way from a to b. */
  take(a: Point, b: Point): void {
    const { editor, radius: r } = this,
      { model, level } = editor,
      at = level === null ? -1 : model.levels.findIndex((l) => l.id === level),
      dx = b[0] - a[0],
      dy = b[1] - a[1],
      long = dx * dx + dy * dy;
    model.grid.forEachIn([Math.min(a[0], b[0]) - r, Math.min(a[1], b[1]) - r, Math.max(a[0], b[0]) + r, Math.max(a[1], b[1]) + r], (i) => {
      if (at >= 0 && model.level[i] !== at) return;
      const x = model.seats.x[i]! - a[0],
        y = model.seats.y[i]! - a[1],
        t = long === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / long));
      if (Math.hypot(x - dx * t, y - dy * t) <= r) this.seats.add(model.seats.ids[i]!);
    });
    const under = objectAt(editor, b);
    if (under !== null && (under.table === "areas" || under.table === "tables")) this.objects.add(`${under.table}/${under.id}`);
  }

  commit(): void {
    const { editor } = this,
      what = { seats: new Set(this.seats), objects: new Set(this.objects) },
      [sort, value] = split(editor.options.paint);
    this.seats.clear();
    this.objects.clear();
    this.go("idle");
    editor.setPreview(null);
    if (what.seats.size === 0 && (what.objects.size === 0 || sort !== "zone")) return;
    if (sort === "zone") {
      if (value === "-" || editor.plan.categories.has(value)) putIntoCategory(editor, what, value === "-" ? null : value);
      return;
    }
    const note = editor.options.paintNote.trim().slice(0, 200);
    editor.change(sort, (store) => {
      for (const id of what.seats) {
        const s = store.get("seats", id)!;
        if (sort === "view")
          store.update("seats", id, { view: value as View, ...(value === "clear" ? { note: null } : note === "" ? {} : { note }) });
        else store.update("seats", id, { kind: value as SeatKind, companionOf: value === "companion" ? s.companionOf : null });
      }
      // Who was the companion of a seat that is no longer accessible is nobody's.
      if (sort === "kind" && value !== "accessible")
        for (const s of [...store.plan.seats.values()])
          if (s.companionOf !== null && what.seats.has(s.companionOf)) store.update("seats", s.id, { companionOf: null });
    });
  }

  override reset(): void {
    this.seats.clear();
    this.objects.clear();
    super.reset();
  }
}

function split(paint: string): ["zone" | "view" | "kind", string] {
  const at = paint.indexOf(":");
  return [paint.slice(0, at) as "zone", paint.slice(at + 1)];
}
