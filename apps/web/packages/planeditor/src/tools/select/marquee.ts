import { boxBetween } from "@parterre/geometry";
import { inRing } from "../../hit.ts";
import { rectangle } from "../../layout.ts";
import { combine, NOTHING, type Selection } from "../../selection.ts";
import { State, type PointerInfo } from "../../state.ts";

/** Draws a box and selects what lies inside; with shift added to what was selected. */
export class Marquee extends State {
  private before: Selection = NOTHING;

  override enter(e: PointerInfo | undefined): void {
    this.before = this.editor.selection;
    if (e !== undefined) this.pointerMove(e);
  }

  override pointerMove(e: PointerInfo): void {
    const { origin } = this.editor,
      ring = rectangle(origin, e.point),
      found = inRing(this.editor, ring, boxBetween(origin, e.point));
    this.editor.select(e.shift ? combine(this.before, found) : found);
    this.show({ ring, select: true });
  }

  override pointerUp(e: PointerInfo): void {
    this.pointerMove(e);
    this.show(null);
    this.tool.go("idle");
  }

  override cancel(): void {
    this.editor.select(this.before);
  }
}
