import type { Point } from "@parterre/geometry";
import { contentOf, placesOf, transform } from "../../content.ts";
import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";

/** Moves the selection and what it holds. shift: along one axis; ctrl: without snapping; alt on release: a copy stays. */
export class Dragging extends State {
  private anchor: Point = [0, 0];
  private by: Point = [0, 0];

  override enter(e: PointerInfo | undefined): void {
    // The place nearest to the pointer is the one that snaps.
    const { origin } = this.editor;
    let best: Point = origin,
      least = Infinity;
    for (const p of placesOf(this.editor, this.editor.selection)) {
      const d = Math.hypot(p[0] - origin[0], p[1] - origin[1]);
      if (d < least) {
        least = d;
        best = p;
      }
    }
    this.anchor = best;
    this.by = [0, 0];
    if (e !== undefined) this.pointerMove(e);
  }

  override pointerMove(e: PointerInfo): void {
    const { origin } = this.editor;
    let dx = e.point[0] - origin[0],
      dy = e.point[1] - origin[1];
    if (e.shift) {
      if (Math.abs(dx) > Math.abs(dy)) dy = 0;
      else dx = 0;
    }
    const { point, guides } = snap(this.editor, [this.anchor[0] + dx, this.anchor[1] + dy], e.ctrl);
    this.by = [
      e.shift && dx === 0 ? 0 : Math.round(point[0] - this.anchor[0]),
      e.shift && dy === 0 ? 0 : Math.round(point[1] - this.anchor[1]),
    ];
    this.show({ moved: this.by, guides, note: `${this.by[0]}, ${this.by[1]} mm` });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    const [dx, dy] = this.by,
      { editor } = this;
    this.show(null);
    this.tool.go("idle");
    if (dx !== 0 || dy !== 0) editor.change("move", (store) => transform(store, contentOf(editor), (p) => [p[0] + dx, p[1] + dy]));
  }
}
