import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";
import type { SeatTool } from "./tool.ts";

export class Idle extends State<SeatTool> {
  override pointerMove(e: PointerInfo): void {
    const { point, guides } = snap(this.editor, e.point, e.ctrl);
    this.show({ dots: [point], guides });
  }

  override pointerUp(e: PointerInfo): void {
    if (!this.editor.readOnly) this.tool.commit(snap(this.editor, e.point, e.ctrl).point);
  }
}
