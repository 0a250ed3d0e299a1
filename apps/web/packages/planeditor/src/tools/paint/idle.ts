import { State, type PointerInfo } from "../../state.ts";
import type { PaintTool } from "./tool.ts";

export class Idle extends State<PaintTool> {
  override pointerMove(e: PointerInfo): void {
    this.show({ circles: [{ at: e.point, radius: this.tool.radius }] });
  }
  override pointerDown(e: PointerInfo): void {
    if (!this.editor.readOnly) this.tool.go("painting", e);
  }
}
