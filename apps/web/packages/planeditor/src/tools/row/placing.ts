import { State, type PointerInfo } from "../../state.ts";
import type { RowTool } from "./tool.ts";

/** One end is set; the next click sets the other. */
export class Placing extends State<RowTool> {
  override pointerMove(e: PointerInfo): void {
    const { point, guides } = this.tool.snapped(e);
    this.tool.to = point;
    const dots = this.tool.places();
    this.show({ dots, guides, note: this.tool.note(dots) });
  }

  override pointerDown(e: PointerInfo): void {
    this.pointerMove(e);
  }

  override pointerUp(e: PointerInfo): void {
    this.tool.go("bending", e);
  }

  override complete(): void {
    this.tool.commit();
  }
}
