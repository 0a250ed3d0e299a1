import type { Point } from "@parterre/geometry";
import { seatAt } from "../../hit.ts";
import { onRay } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";

export class Measuring extends State {
  private from: Point = [0, 0];

  /** The middle of a seat under the pointer, else the place itself. */
  private aim(p: Point): Point {
    const id = seatAt(this.editor, p),
      seat = id === null ? undefined : this.editor.plan.seats.get(id);
    return seat === undefined ? [Math.round(p[0]), Math.round(p[1])] : [seat.x, seat.y];
  }

  override enter(e: PointerInfo | undefined): void {
    if (e !== undefined) this.from = this.aim(e.point);
  }

  override pointerMove(e: PointerInfo): void {
    const to = e.shift ? onRay(this.from, e.point) : this.aim(e.point),
      dx = to[0] - this.from[0],
      dy = to[1] - this.from[1];
    const angle = Math.round((Math.atan2(-dy, dx) * 1800) / Math.PI) / 10;
    this.show({ line: [this.from, to], note: `${Math.round(Math.hypot(dx, dy))} mm  ${angle}°` });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    this.tool.go("idle");
  }
}
