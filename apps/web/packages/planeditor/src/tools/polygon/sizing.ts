import { rectangle } from "../../layout.ts";
import { snap } from "../../snap.ts";
import { State, type PointerInfo } from "../../state.ts";
import type { PolygonTool } from "./tool.ts";

/** The first press: dragged it is a rectangle, released at once it is the first corner. */
export class Sizing extends State<PolygonTool> {
  override pointerMove(e: PointerInfo): void {
    if (!this.editor.isDragging) return;
    const { point, guides } = snap(this.editor, e.point, e.ctrl),
      [a] = this.tool.points;
    this.show({ ring: rectangle(a!, point), guides, note: `${Math.abs(point[0] - a![0])} × ${Math.abs(point[1] - a![1])} mm` });
  }

  override pointerUp(e: PointerInfo): void {
    if (!this.editor.isDragging) {
      this.tool.go("placing", e);
      return;
    }
    this.tool.finish(rectangle(this.tool.points[0]!, snap(this.editor, e.point, e.ctrl).point));
  }
}
