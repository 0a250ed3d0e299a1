import { contentOf, transform } from "../../content.ts";
import { handleAt } from "../../handles.ts";
import { objectAt, seatAt, widen } from "../../hit.ts";
import { isEmpty, refKey } from "../../selection.ts";
import { State, type KeyInfo, type PointerInfo } from "../../state.ts";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Waits for a press. Arrows nudge the selection by 10 mm, with shift by 100, with alt by 1. */
export class Idle extends State {
  override pointerDown(e: PointerInfo): void {
    const handle = handleAt(this.editor, e.point);
    if (handle !== null) {
      this.tool.go(handle.kind === "corner" || handle.kind === "edge" ? "reshaping" : "transforming", e);
      return;
    }
    const seat = seatAt(this.editor, e.point),
      object = seat === null ? objectAt(this.editor, e.point) : null;
    // A section is grabbed only once it is selected: a drag inside it is a marquee over its seats.
    const grabbed =
      seat !== null || (object !== null && (object.table !== "sections" || this.editor.selection.objects.has(refKey(object))));
    this.tool.go(grabbed && !e.alt ? "pointing-thing" : "pointing-canvas", e);
  }

  override doubleClick(e: PointerInfo): void {
    const seat = seatAt(this.editor, e.point);
    if (seat !== null) this.editor.select(widen(this.editor, seat, "row"));
  }

  override keyDown(e: KeyInfo): boolean {
    const arrow = ARROWS[e.key],
      { editor } = this;
    if (arrow === undefined || e.ctrl || isEmpty(editor.selection) || editor.readOnly) return false;
    const step = e.shift ? 100 : e.alt ? 1 : 10;
    editor.change("nudge", (store) => transform(store, contentOf(editor), (p) => [p[0] + arrow[0] * step, p[1] + arrow[1] * step]));
    return true;
  }
}
