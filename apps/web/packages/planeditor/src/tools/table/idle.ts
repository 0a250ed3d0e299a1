import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";
import type { TableTool } from "./tool.ts";

export class Idle extends State<TableTool> {
  private aim(e: PointerInfo): void {
    this.tool.centre = snap(this.editor, e.point, e.ctrl).point;
    this.tool.radius = this.editor.options.tableRadius;
  }

  override pointerMove(e: PointerInfo): void {
    this.aim(e);
    this.show({ circles: [{ at: this.tool.centre, radius: this.tool.radius }], dots: this.tool.places() });
  }

  override pointerDown(e: PointerInfo): void {
    if (this.editor.readOnly) return;
    this.aim(e);
    this.tool.go("sizing", e);
  }
}
