import { pickAt } from "../../hit.ts";
import { NOTHING } from "../../selection.ts";
import { State, type PointerInfo } from "../../state.ts";

/** Pressed on the ground or inside a section: a drag is a marquee, a click selects the section or nothing. */
export class PointingCanvas extends State {
  override pointerMove(e: PointerInfo): void {
    if (this.editor.isDragging) this.tool.go("marquee", e);
  }

  override pointerUp(e: PointerInfo): void {
    const under = pickAt(this.editor, e.point);
    if (under !== null && e.shift) this.editor.addToSelection(under);
    else if (!e.shift) this.editor.select(under ?? NOTHING);
    this.tool.go("idle");
  }
}
