import type { Editor } from "../../editor.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";
import { Measuring } from "./measuring.ts";

/** Distance and angle between two places. Changes nothing. */
export class MeasureTool extends Tool {
  readonly id = "measure";
  constructor(editor: Editor) {
    super(editor, { idle: Idle, measuring: Measuring });
  }
}
