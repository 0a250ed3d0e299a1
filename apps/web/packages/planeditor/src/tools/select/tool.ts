import type { Editor } from "../../editor.ts";
import { Tool } from "../../state.ts";
import { Dragging } from "./dragging.ts";
import { Idle } from "./idle.ts";
import { Marquee } from "./marquee.ts";
import { PointingCanvas } from "./pointing-canvas.ts";
import { PointingThing } from "./pointing-thing.ts";
import { Reshaping } from "./reshaping.ts";
import { Transforming } from "./transforming.ts";

/** Click, shift and click, marquee, drag, nudge by arrows, double click for the whole row; corners, scaling and turning by handles. */
export class SelectTool extends Tool {
  readonly id = "select";
  override readonly cursor = "default";
  constructor(editor: Editor) {
    super(editor, {
      idle: Idle,
      "pointing-thing": PointingThing,
      "pointing-canvas": PointingCanvas,
      marquee: Marquee,
      dragging: Dragging,
      reshaping: Reshaping,
      transforming: Transforming,
    });
  }
}
