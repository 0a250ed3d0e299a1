import type { Point } from "@parterre/geometry";
import { State, type PointerInfo } from "../../state.ts";

export class Panning extends State {
  private last: Point = [0, 0];
  override enter(e: PointerInfo | undefined): void {
    if (e !== undefined) this.last = e.screen;
  }
  override pointerMove(e: PointerInfo): void {
    this.editor.panBy(e.screen[0] - this.last[0], e.screen[1] - this.last[1]);
    this.last = e.screen;
  }
  override pointerUp(): void {
    this.tool.go("idle");
  }
}
