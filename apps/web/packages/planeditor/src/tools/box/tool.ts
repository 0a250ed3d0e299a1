import { boxOf, polygon, type Point } from "@parterre/geometry";
import type { SeatId } from "@parterre/planmodel";
import { levelToDrawOn, outlineOf, plainSeat } from "../../content.ts";
import type { Editor } from "../../editor.ts";
import { ofObjects } from "../../selection.ts";
import { PolygonTool } from "../polygon/tool.ts";

/** Boxes (包厢): the outline takes the seats inside that no other box has; an empty one gets as many as the option says. */
export class BoxTool extends PolygonTool {
  readonly id = "box";

  protected make(outline: readonly Point[]): void {
    const { editor } = this,
      ring = outlineOf(outline);
    const id = editor.change("add-box", (store) => {
      const level = levelToDrawOn(editor),
        made = editor.ids.next("b"),
        taken = new Set([...editor.plan.boxes.values()].flatMap((b) => b.seats)),
        used = new Set([...editor.plan.boxes.values()].map((b) => b.name));
      let seats: SeatId[] = seatsInside(editor, ring, level).filter((s) => !taken.has(s));
      if (seats.length === 0)
        seats = placesInside(ring, editor.options.boxSeats, editor.options.seatPitch, editor.options.rowPitch).map((p, i) => {
          const seat = store.allocateSeatId();
          store.put("seats", plainSeat(seat, null, String(i + 1), p));
          return seat;
        });
      let n = 1;
      while (used.has(`包厢${n}`)) n++;
      store.put("boxes", { id: made, level, name: `包厢${n}`, outline: ring, seats: seats.sort((a, b) => a - b) });
      return made;
    });
    editor.select(ofObjects({ table: "boxes", id }));
  }
}

function seatsInside(editor: Editor, ring: readonly Point[], level: string): SeatId[] {
  const { model } = editor,
    at = model.levels.findIndex((l) => l.id === level),
    out: SeatId[] = [];
  model.grid.forEachIn(boxOf(ring)!, (i) => {
    if (model.level[i] === at && polygon.contains(ring, [model.seats.x[i]!, model.seats.y[i]!])) out.push(model.seats.ids[i]!);
  });
  return out;
}

/** Up to n places in rows inside an outline, about its middle. */
export function placesInside(ring: readonly Point[], n: number, seatPitch: number, rowPitch: number): Point[] {
  const [x0, y0, x1, y1] = boxOf(ring)!,
    found: Point[] = [],
    across = Math.floor((x1 - x0 - 400) / seatPitch),
    down = Math.floor((y1 - y0 - 400) / rowPitch),
    cx = (x0 + x1) / 2,
    cy = (y0 + y1) / 2;
  for (let r = 0; r <= down; r++)
    for (let c = 0; c <= across; c++) {
      const p: Point = [Math.round(cx + (c - across / 2) * seatPitch), Math.round(cy + (r - down / 2) * rowPitch)];
      if (polygon.contains(ring, p)) found.push(p);
    }
  // The nearest to the middle, then in reading order again.
  return found
    .map((p) => ({ p, d: Math.hypot(p[0] - cx, p[1] - cy) }))
    .sort((a, b) => a.d - b.d)
    .slice(0, n)
    .map((x) => x.p)
    .sort((a, b) => a[1] - b[1] || a[0] - b[0]);
}
