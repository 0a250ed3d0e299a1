import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";
import type { BlockTool } from "./tool.ts";

export class Sizing extends State<BlockTool> {
  override pointerMove(e: PointerInfo): void {
    const { point, guides } = snap(this.editor, e.point, e.ctrl);
    this.tool.to = point;
    const rows = this.tool.rows();
    this.show({ dots: rows.flat(), guides, note: `${rows.length} × ${rows[0]!.length} = ${rows.length * rows[0]!.length}` });
  }

  override pointerUp(e: PointerInfo): void {
    if (!this.editor.isDragging) {
      this.show(null);
      this.tool.go("idle");
      return;
    }
    this.pointerMove(e);
    this.tool.commit();
  }
}
