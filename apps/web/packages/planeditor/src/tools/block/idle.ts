import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";
import type { BlockTool } from "./tool.ts";

export class Idle extends State<BlockTool> {
  override pointerMove(e: PointerInfo): void {
    const { point, guides } = snap(this.editor, e.point, e.ctrl);
    this.show({ dots: [point], guides });
  }

  override pointerDown(e: PointerInfo): void {
    if (this.editor.readOnly) return;
    this.tool.from = this.tool.to = snap(this.editor, e.point, e.ctrl).point;
    this.tool.go("sizing", e);
  }
}
