import { seatName } from "@parterre/planrender";
import { contentOf, transform } from "../../content.ts";
import { pickAt, widen } from "../../hit.ts";
import { isEmpty, ofSeats } from "../../selection.ts";
import { State, type KeyInfo, type PointerInfo } from "../../state.ts";
import type { CursorTool } from "./tool.ts";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Arrows walk, with shift they select on the way, with alt they nudge the selection. Space takes a seat into the selection or out
 * of it, R its row, G its section. What stands under the cursor is said in the preview's `said`.
 */
export class Idle extends State<CursorTool> {
  override enter(): void {
    this.tell();
  }

  override pointerDown(e: PointerInfo): void {
    const found = pickAt(this.editor, e.point),
      [seat] = found?.seats ?? [];
    if (found === null) return;
    if (seat !== undefined) this.tool.seat = seat;
    this.editor.select(found);
    this.tell();
  }

  override keyDown(e: KeyInfo): boolean {
    const { editor, tool } = this,
      arrow = ARROWS[e.key];
    if (arrow !== undefined && !e.ctrl) {
      if (e.alt) {
        if (!isEmpty(editor.selection) && !editor.readOnly)
          editor.change("nudge", (store) => transform(store, contentOf(editor), (p) => [p[0] + arrow[0] * 10, p[1] + arrow[1] * 10]));
      } else {
        const from = tool.seat,
          to = tool.step(...arrow);
        if (e.shift && to !== null)
          editor.select({
            seats: new Set([...editor.selection.seats, ...(from === null ? [] : [from]), to]),
            objects: editor.selection.objects,
          });
      }
      this.tell();
      return true;
    }
    if (e.ctrl || e.alt) return false;
    if (e.key === " ") return this.pick(tool.begin(), "seat");
    if (e.key === "r" || e.key === "R") return this.pick(tool.begin(), "row");
    if (e.key === "g" || e.key === "G") return this.pick(tool.begin(), "section");
    return false;
  }

  private pick(id: number | null, how: "seat" | "row" | "section"): boolean {
    if (id !== null) this.editor.addToSelection(how === "seat" ? ofSeats([id]) : widen(this.editor, id, how));
    this.tell();
    return true;
  }

  private tell(): void {
    const { editor, tool } = this,
      seat = tool.seat === null ? undefined : editor.plan.seats.get(tool.seat),
      rank = seat === undefined ? undefined : editor.model.rankOf.get(seat.id);
    if (seat === undefined || rank === undefined) {
      this.show(null);
      return;
    }
    const n = seatName(editor.model, rank);
    this.show({
      focus: [seat.x, seat.y],
      said: {
        seat: seat.id,
        level: n.level,
        section: n.section,
        row: n.row,
        number: n.number,
        kind: seat.kind,
        view: seat.view,
        selected: editor.selection.seats.has(seat.id),
        count: editor.selection.seats.size,
      },
    });
  }
}
