import type { Editor } from "../../editor.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";
import { Panning } from "./panning.ts";

/** Moves the picture. The middle button and a held space do the same in every tool. */
export class PanTool extends Tool {
  readonly id = "pan";
  override readonly cursor = "grab";
  constructor(editor: Editor) {
    super(editor, { idle: Idle, panning: Panning });
  }
}
