import { State, type PointerInfo } from "../../state.ts";
import type { RowTool } from "./tool.ts";

/** The button is down: the row grows to the pointer. Released at once: the other end is clicked next. */
export class Drawing extends State<RowTool> {
  override pointerMove(e: PointerInfo): void {
    if (!this.editor.isDragging) return;
    const { point, guides } = this.tool.snapped(e);
    this.tool.to = point;
    const dots = this.tool.places();
    this.show({ dots, guides, note: this.tool.note(dots) });
  }

  override pointerUp(e: PointerInfo): void {
    if (!this.editor.isDragging) this.tool.go("placing", e);
    else if (e.alt) this.tool.go("bending", e);
    else this.tool.commit();
  }
}
