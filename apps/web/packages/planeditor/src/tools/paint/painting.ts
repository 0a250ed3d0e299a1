import type { Point } from "@parterre/geometry";
import { State, type PointerInfo } from "../../state.ts";
import type { PaintTool } from "./tool.ts";

export class Painting extends State<PaintTool> {
  private last: Point = [0, 0];

  override enter(e: PointerInfo | undefined): void {
    if (e === undefined) return;
    this.last = e.point;
    this.pointerMove(e);
  }

  override pointerMove(e: PointerInfo): void {
    const { tool } = this;
    tool.take(this.last, e.point);
    this.last = e.point;
    this.show({ circles: [{ at: e.point, radius: tool.radius }], seats: tool.seats, note: String(tool.seats.size) });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    this.tool.commit();
  }
}
