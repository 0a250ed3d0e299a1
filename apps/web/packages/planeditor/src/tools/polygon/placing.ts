import type { Point } from "@parterre/geometry";
import { onRay, snap } from "../../snap.ts";
import { State, type KeyInfo, type PointerInfo } from "../../state.ts";
import type { PolygonTool } from "./tool.ts";

/** Corner after corner. */
export class Placing extends State<PolygonTool> {
  private at(e: PointerInfo): Point {
    return e.shift ? onRay(this.tool.points.at(-1)!, e.point) : snap(this.editor, e.point, e.ctrl).point;
  }

  private closes(e: PointerInfo): boolean {
    const [first] = this.tool.points;
    return this.tool.points.length >= 3 && Math.hypot(e.point[0] - first![0], e.point[1] - first![1]) <= this.editor.mmOf(10);
  }

  override pointerMove(e: PointerInfo): void {
    const to = this.closes(e) ? this.tool.points[0]! : this.at(e),
      last = this.tool.points.at(-1)!;
    this.show({ line: [...this.tool.points, to], dots: [], note: `${Math.round(Math.hypot(to[0] - last[0], to[1] - last[1]))} mm` });
  }

  override pointerDown(e: PointerInfo): void {
    if (this.closes(e)) {
      this.tool.finish(this.tool.points);
      return;
    }
    this.tool.points.push(this.at(e));
    this.pointerMove(e);
  }

  override doubleClick(): void {
    this.complete();
  }

  override keyDown(e: KeyInfo): boolean {
    if (e.key !== "Backspace" || this.tool.points.length < 2) return false;
    this.tool.points.pop();
    this.show({ line: this.tool.points });
    return true;
  }

  override complete(): void {
    if (this.tool.points.length >= 3) this.tool.finish(this.tool.points);
  }
}
