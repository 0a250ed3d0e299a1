import { neighbour } from "@parterre/planrender";
import type { SeatId } from "@parterre/planmodel";
import type { Editor } from "../../editor.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";

/** Walks from seat to seat by the arrow keys and selects by Space: the plan without a mouse. */
export class CursorTool extends Tool {
  readonly id = "cursor";
  override readonly cursor = "default";
  seat: SeatId | null = null;

  constructor(editor: Editor) {
    super(editor, { idle: Idle });
  }

  /** The seat that the keys are at: a selected one or the nearest to the middle of the picture to begin with. */
  begin(): SeatId | null {
    const { editor } = this,
      { model, camera, view, selection } = editor,
      [chosen] = selection.seats;
    if (this.seat !== null && editor.plan.seats.has(this.seat)) return this.seat;
    if (chosen !== undefined) return this.reach(chosen);
    const rank = model.grid.near(camera.cx, camera.cy, Math.hypot(view.width, view.height) / camera.scale, this.shown());
    return rank < 0 ? null : this.reach(model.seats.ids[rank]!);
  }

  /** Steps to the neighbour in a direction; null where there is none. */
  step(dx: number, dy: number): SeatId | null {
    const { model } = this.editor,
      rank = this.seat === null ? undefined : model.rankOf.get(this.seat);
    if (rank === undefined) return this.begin();
    const next = neighbour(model, rank, dx, dy, this.shown());
    return next < 0 ? null : this.reach(model.seats.ids[next]!);
  }

  private shown(): (rank: number) => boolean {
    const { model, level } = this.editor,
      at = level === null ? -1 : model.levels.findIndex((l) => l.id === level);
    return (rank) => at < 0 || model.level[rank] === at;
  }

  private reach(id: SeatId): SeatId {
    const { editor } = this,
      s = editor.plan.seats.get(id)!,
      [x, y] = editor.toScreen([s.x, s.y]),
      m = 60;
    this.seat = id;
    // Into view, and near enough to tell one seat from the next.
    const scale = Math.max(editor.camera.scale, 0.016);
    if (scale > editor.camera.scale || x < m || y < m || x > editor.view.width - m || y > editor.view.height - m)
      editor.setCamera({ cx: s.x, cy: s.y, scale });
    return id;
  }
}
