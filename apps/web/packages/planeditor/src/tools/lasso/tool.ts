import type { Editor } from "../../editor.ts";
import { Tool } from "../../state.ts";
import { Drawing } from "./drawing.ts";
import { Idle } from "./idle.ts";

/** Selects what a line drawn by hand goes round. */
export class LassoTool extends Tool {
  readonly id = "lasso";
  constructor(editor: Editor) {
    super(editor, { idle: Idle, drawing: Drawing });
  }
}
