import type { Point } from "@parterre/geometry";
import { addRow, addSection, hullRound, sectionFor } from "../../content.ts";
import type { Editor } from "../../editor.ts";
import { countBetween, layRow } from "../../layout.ts";
import { ofSeats } from "../../selection.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";
import { Sizing } from "./sizing.ts";

/** A block of rows: drag from one corner to the other. Rows run across; the option's bend goes for each. */
export class BlockTool extends Tool {
  readonly id = "block";
  from: Point = [0, 0];
  to: Point = [0, 0];

  constructor(editor: Editor) {
    super(editor, { idle: Idle, sizing: Sizing });
  }

  /** Places by row, the front row (top) first. */
  rows(): Point[][] {
    const { seatCount, seatPitch, rowPitch, sagitta } = this.editor.options;
    const x0 = Math.min(this.from[0], this.to[0]),
      x1 = Math.max(this.from[0], this.to[0]),
      y0 = Math.min(this.from[1], this.to[1]),
      y1 = Math.max(this.from[1], this.to[1]);
    const n = seatCount > 0 ? seatCount : countBetween([x0, 0], [x1, 0], seatPitch);
    return Array.from({ length: Math.floor((y1 - y0) / rowPitch + 1e-6) + 1 }, (_, i) =>
      layRow([x0, y0 + i * rowPitch], [x1, y0 + i * rowPitch], n, seatPitch, sagitta),
    );
  }

  commit(): void {
    const { editor } = this,
      rows = this.rows(),
      bent = Math.abs(editor.options.sagitta) >= 1;
    this.go("idle");
    editor.setPreview(null);
    const seats = editor.change("add-block", () => {
      const places = rows.flat(),
        holding = [...editor.selection.objects].some((o) => o.startsWith("sections/"));
      // A block is a section of its own unless one drew the section first.
      const inside =
        holding || [...editor.plan.sections.values()].some((s) => !editor.autoSections.has(s.id))
          ? sectionFor(editor, places)
          : addSection(editor, hullRound(places), true);
      return rows.flatMap((r) => addRow(editor, inside, r, bent && r.length > 2 ? "curved" : "straight"));
    });
    editor.select(ofSeats(seats));
  }
}
