import type { Point } from "@parterre/geometry";
import { addCorner, moveCorner, outlineFault, removeCorner } from "../../actions/outline.ts";
import { handleAt, outlined, type Handle } from "../../handles.ts";
import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";

/** Drags a corner of an outline; from the middle of an edge it draws a new one out; alt and click takes a corner away. */
export class Reshaping extends State {
  private handle: Extract<Handle, { kind: "corner" | "edge" }> | null = null;
  private to: Point | null = null;

  override enter(e: PointerInfo | undefined): void {
    const h = e === undefined ? null : handleAt(this.editor, e.point);
    this.handle = h?.kind === "corner" || h?.kind === "edge" ? h : null;
    this.to = null;
  }

  private changed(to: Point): readonly Point[] {
    const { outline } = outlined(this.editor)!,
      h = this.handle!;
    return h.kind === "corner"
      ? outline.map((p, i) => (i === h.index ? to : p))
      : [...outline.slice(0, h.index + 1), to, ...outline.slice(h.index + 1)];
  }

  override pointerMove(e: PointerInfo): void {
    if (this.handle === null || !this.editor.isDragging) return;
    const { point, guides } = snap(this.editor, e.point, e.ctrl);
    this.to = point;
    const ring = this.changed(point),
      fault = outlineFault(ring);
    this.show({ ring, guides, note: fault === null ? `${point[0]}, ${point[1]} mm` : "✕" });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    const { editor, handle, to } = this;
    this.show(null);
    this.tool.go("idle");
    if (handle === null) return;
    if (to === null) {
      if (e.alt && handle.kind === "corner") removeCorner(editor, handle.of, handle.index);
    } else if (handle.kind === "corner") moveCorner(editor, handle.of, handle.index, to);
    else addCorner(editor, handle.of, handle.index, to);
  }
}
