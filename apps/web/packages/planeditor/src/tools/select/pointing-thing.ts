import { pickAt } from "../../hit.ts";
import { NOTHING, type Selection } from "../../selection.ts";
import { State, type PointerInfo } from "../../state.ts";

/** Pressed on something: a click selects it, a drag moves the selection. */
export class PointingThing extends State {
  private picked: Selection = NOTHING;

  override enter(e: PointerInfo | undefined): void {
    this.picked = e === undefined ? NOTHING : (pickAt(this.editor, e.point) ?? NOTHING);
  }

  override pointerMove(e: PointerInfo): void {
    if (!this.editor.isDragging || this.editor.readOnly) return;
    const { selection } = this.editor,
      own = [...this.picked.seats].every((s) => selection.seats.has(s)) && [...this.picked.objects].every((o) => selection.objects.has(o));
    if (!own) this.editor.select(this.picked);
    this.tool.go("dragging", e);
  }

  override pointerUp(e: PointerInfo): void {
    if (e.shift) this.editor.addToSelection(this.picked);
    else this.editor.select(this.picked);
    this.tool.go("idle");
  }
}
