import type { Point } from "@parterre/geometry";
import { State, type PointerInfo } from "../../state.ts";
import type { RowTool } from "./tool.ts";

/** Both ends are set; the pointer pulls the middle. Click or Enter keeps it. */
export class Bending extends State<RowTool> {
  private sagitta = 0;

  override enter(): void {
    this.sagitta = this.editor.options.sagitta;
    this.draw();
  }

  override pointerMove(e: PointerInfo): void {
    const { from, to } = this.tool,
      long = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const off = long === 0 ? 0 : ((e.point[1] - from[1]) * (to[0] - from[0]) - (e.point[0] - from[0]) * (to[1] - from[1])) / long;
    // Within a few pixels of the line it is straight.
    this.sagitta = Math.abs(off) < this.editor.mmOf(6) ? 0 : Math.round(Math.max(-long / 2, Math.min(long / 2, off)));
    this.draw();
  }

  private draw(): void {
    const dots: Point[] = this.tool.places(this.sagitta);
    this.show({ dots, note: `${this.tool.note(dots)} ⌒ ${this.sagitta} mm` });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    this.tool.commit(this.sagitta);
  }

  override complete(): void {
    this.tool.commit(this.sagitta);
  }
}
