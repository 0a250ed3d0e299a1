import type { Point } from "@parterre/geometry";
import { addRow, followRows, plainSeat, sectionFor } from "../../content.ts";
import type { Editor } from "../../editor.ts";
import { ofSeats } from "../../selection.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";

/** Single seats: a click adds one to the row whose seat stands within a row's width, else begins a free row. */
export class SeatTool extends Tool {
  readonly id = "seat";
  constructor(editor: Editor) {
    super(editor, { idle: Idle });
  }

  commit(at: Point): void {
    const { editor } = this,
      { model } = editor,
      reach = 2 * editor.options.seatPitch;
    const near = model.grid.near(at[0], at[1], reach, (i) => model.seats.row[i]! >= 0),
      neighbour = near < 0 ? undefined : editor.plan.seats.get(model.seats.ids[near]!);
    const seats = editor.change("add-seat", (store) => {
      const row = neighbour?.row ?? null;
      if (row === null) {
        const section = sectionFor(editor, [at]),
          ids = addRow(editor, section, [at], "free");
        followRows(editor, section);
        return ids;
      }
      let most = 0;
      for (const s of editor.plan.seats.values()) if (s.row === row && /^\d{1,6}$/.test(s.number)) most = Math.max(most, Number(s.number));
      const id = store.allocateSeatId();
      store.put("seats", plainSeat(id, row, String(most + 1), at));
      followRows(editor, editor.plan.rows.get(row)!.section);
      return [id];
    });
    editor.select(ofSeats(seats));
  }
}
