import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";
import type { PolygonTool } from "./tool.ts";

export class Idle extends State<PolygonTool> {
  override pointerMove(e: PointerInfo): void {
    this.show({ guides: snap(this.editor, e.point, e.ctrl).guides });
  }

  override pointerDown(e: PointerInfo): void {
    if (this.editor.readOnly) return;
    this.tool.points = [snap(this.editor, e.point, e.ctrl).point];
    this.tool.go("sizing", e);
  }
}
