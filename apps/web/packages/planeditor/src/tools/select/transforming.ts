import type { Point } from "@parterre/geometry";
import { scaleFrom, scaling, turnAbout, turning } from "../../actions/outline.ts";
import { handleAt, type Handle } from "../../handles.ts";
import { State, type PointerInfo } from "../../state.ts";

/** Turns the selection by its handle (whole degrees, with shift by 15) or scales it from the opposite corner (with shift evenly). */
export class Transforming extends State {
  private handle: Extract<Handle, { kind: "scale" | "rotate" }> | null = null;
  private degrees = 0;
  private by: readonly [number, number] = [1, 1];

  override enter(e: PointerInfo | undefined): void {
    const h = e === undefined ? null : handleAt(this.editor, e.point);
    this.handle = h?.kind === "scale" || h?.kind === "rotate" ? h : null;
    this.degrees = 0;
    this.by = [1, 1];
  }

  private get middle(): Point {
    const [x0, y0, x1, y1] = this.handle!.box;
    return [(x0 + x1) / 2, (y0 + y1) / 2];
  }
  /** The corner of the box that stays while the opposite one is dragged. */
  private get fixed(): Point {
    const h = this.handle!,
      [x0, y0, x1, y1] = h.box,
      i = h.kind === "scale" ? h.index : 0;
    return [i === 0 || i === 3 ? x1 : x0, i < 2 ? y1 : y0];
  }

  override pointerMove(e: PointerInfo): void {
    const h = this.handle;
    if (h === null || !this.editor.isDragging) return;
    if (h.kind === "rotate") {
      const c = this.middle,
        raw = (Math.atan2(e.point[0] - c[0], c[1] - e.point[1]) * 180) / Math.PI;
      this.degrees = e.shift ? Math.round(raw / 15) * 15 : Math.round(raw);
      this.show({ through: turning(c, this.degrees), note: `${this.degrees}°` });
      return;
    }
    const from = this.fixed,
      { origin } = this.editor,
      [x0, y0, x1, y1] = h.box;
    // A corner is dragged by as much as the pointer moves: the handle stands off the box.
    const factor = (size: number, corner: number, start: number, now: number, away: number): number =>
      size === 0 ? 1 : Math.max(0.05, Math.min(20, (corner + now - start - away) / (corner - away)));
    const corner: Point = [from[0] === x0 ? x1 : x0, from[1] === y0 ? y1 : y0];
    let sx = factor(x1 - x0, corner[0], origin[0], e.point[0], from[0]),
      sy = factor(y1 - y0, corner[1], origin[1], e.point[1], from[1]);
    if (e.shift) sx = sy = Math.max(sx, sy);
    this.by = [sx, sy];
    this.show({ through: scaling(from, sx, sy), note: `${Math.round(sx * 100)} × ${Math.round(sy * 100)} %` });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    const { editor, handle: h } = this,
      c = h === null ? null : h.kind === "rotate" ? this.middle : this.fixed;
    this.show(null);
    this.tool.go("idle");
    if (h?.kind === "rotate") turnAbout(editor, c!, this.degrees);
    else if (h?.kind === "scale") scaleFrom(editor, c!, ...this.by);
  }
}
