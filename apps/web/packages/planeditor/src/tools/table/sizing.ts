import { State, type PointerInfo } from "../../state.ts";
import type { TableTool } from "./tool.ts";

export class Sizing extends State<TableTool> {
  override pointerMove(e: PointerInfo): void {
    if (!this.editor.isDragging) return;
    const [x, y] = this.tool.centre;
    this.tool.radius = Math.max(200, Math.round(Math.hypot(e.point[0] - x, e.point[1] - y) / 50) * 50);
    this.show({
      circles: [{ at: this.tool.centre, radius: this.tool.radius }],
      dots: this.tool.places(),
      note: `⌀ ${2 * this.tool.radius} mm`,
    });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    this.tool.commit();
  }
}
