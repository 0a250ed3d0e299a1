import { boxOf, type Point } from "@parterre/geometry";
import { inRing } from "../../hit.ts";
import { combine, NOTHING } from "../../selection.ts";
import { State, type PointerInfo } from "../../state.ts";

export class Drawing extends State {
  private ring: Point[] = [];

  override enter(e: PointerInfo | undefined): void {
    this.ring = e === undefined ? [] : [e.point];
  }

  override pointerMove(e: PointerInfo): void {
    const last = this.ring.at(-1)!,
      step = this.editor.mmOf(4);
    if (Math.hypot(e.point[0] - last[0], e.point[1] - last[1]) >= step) this.ring = [...this.ring, e.point];
    this.show({ ring: this.ring, select: true });
  }

  override pointerUp(e: PointerInfo): void {
    const box = this.ring.length < 3 ? null : boxOf(this.ring),
      found = box === null ? NOTHING : inRing(this.editor, this.ring, box);
    this.show(null);
    this.tool.go("idle");
    this.editor.select(e.shift ? combine(this.editor.selection, found) : found);
  }
}
