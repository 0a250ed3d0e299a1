import { distance, type Point } from "@parterre/geometry";
import { addRow, followRows, sectionFor } from "../../content.ts";
import type { Editor } from "../../editor.ts";
import { countBetween, layRow } from "../../layout.ts";
import { ofSeats } from "../../selection.ts";
import { onRay, snap, type Snapped } from "../../snap.ts";
import { Tool, type PointerInfo } from "../../state.ts";
import { Bending } from "./bending.ts";
import { Drawing } from "./drawing.ts";
import { Idle } from "./idle.ts";
import { Placing } from "./placing.ts";

/**
 * Rows of seats. Press and drag: a row from here to there. Click, click, click: one end, the other end, then how far
 * it bends. Count and spacing come from the options; a count of 0 takes as many as fit.
 */
export class RowTool extends Tool {
  readonly id = "row";
  from: Point = [0, 0];
  to: Point = [0, 0];

  constructor(editor: Editor) {
    super(editor, { idle: Idle, drawing: Drawing, placing: Placing, bending: Bending });
  }

  snapped(e: PointerInfo): Snapped {
    const s = snap(this.editor, e.point, e.ctrl);
    return e.shift ? { point: onRay(this.from, e.point), guides: [] } : s;
  }

  places(sagitta = this.editor.options.sagitta): Point[] {
    const { seatCount, seatPitch } = this.editor.options;
    if (seatCount > 0) return layRow(this.from, this.to, seatCount, distance(this.from, this.to) < seatPitch ? seatPitch : null, sagitta);
    return layRow(this.from, this.to, countBetween(this.from, this.to, seatPitch), seatPitch, sagitta);
  }

  note(places: readonly Point[]): string {
    return `${places.length} × ${places.length < 2 ? this.editor.options.seatPitch : Math.round(distance(places[0]!, places[1]!))} mm`;
  }

  /** Puts the row into the document as one step and selects it. */
  commit(sagitta = this.editor.options.sagitta): void {
    const { editor } = this,
      places = this.places(sagitta);
    this.go("idle");
    editor.setPreview(null);
    const seats = editor.change("add-row", () => {
      const section = sectionFor(editor, places),
        ids = addRow(editor, section, places, Math.abs(sagitta) >= 1 && places.length > 2 ? "curved" : "straight");
      followRows(editor, section);
      return ids;
    });
    editor.select(ofSeats(seats));
  }
}
