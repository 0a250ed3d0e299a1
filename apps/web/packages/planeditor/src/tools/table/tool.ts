import { mm, type Point } from "@parterre/geometry";
import { addSection, followRows, hullRound, plainSeat, sectionFor } from "../../content.ts";
import type { Editor } from "../../editor.ts";
import { roundTable } from "../../layout.ts";
import { ofObjects } from "../../selection.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";
import { Sizing } from "./sizing.ts";

/** Round tables: a click sets one of the options' size, a drag from its centre sets how large. Seats stand 350 mm off its edge. */
export class TableTool extends Tool {
  readonly id = "table";
  centre: Point = [0, 0];
  radius = 0;

  constructor(editor: Editor) {
    super(editor, { idle: Idle, sizing: Sizing });
  }

  places(): Point[] {
    return roundTable(this.centre, this.radius + 350, this.editor.options.tableSeats);
  }

  commit(): void {
    const { editor } = this,
      places = this.places(),
      { tableWhole } = editor.options;
    this.go("idle");
    editor.setPreview(null);
    const id = editor.change("add-table", (store) => {
      const section =
        editor.plan.sections.size > 0 ? sectionFor(editor, places, this.centre, true) : addSection(editor, hullRound(places), true);
      let n = 1;
      const used = new Set([...editor.plan.tables.values()].filter((t) => t.section === section).map((t) => t.label));
      while (used.has(`${n}桌`)) n++;
      const seats = places.map((p, i) => {
        const seat = store.allocateSeatId();
        store.put("seats", plainSeat(seat, null, String(i + 1), p));
        return seat;
      });
      const made = editor.ids.next("t");
      store.put("tables", {
        id: made,
        section,
        label: `${n}桌`,
        x: mm(this.centre[0]),
        y: mm(this.centre[1]),
        radius: this.radius,
        whole: tableWhole,
        seats,
      });
      followRows(editor, section);
      return made;
    });
    editor.select(ofObjects({ table: "tables", id }));
  }
}
