import type { Point } from "@parterre/geometry";
import type { Editor } from "../../editor.ts";
import { Tool } from "../../state.ts";
import { Idle } from "./idle.ts";
import { Placing } from "./placing.ts";
import { Sizing } from "./sizing.ts";

/**
 * Outlines. Drag: a rectangle. Click corner after corner: a polygon, closed by a click on the first corner, a double
 * click or Enter; Backspace takes the last corner back.
 */
export abstract class PolygonTool extends Tool {
  points: Point[] = [];

  constructor(editor: Editor) {
    super(editor, { idle: Idle, sizing: Sizing, placing: Placing });
  }

  /** Makes the thing of the outline. */
  protected abstract make(outline: readonly Point[]): void;

  finish(outline: readonly Point[]): void {
    this.points = [];
    this.go("idle");
    this.editor.setPreview(null);
    const apart = outline.filter((p, i) => {
      const q = outline[(i + 1) % outline.length]!;
      return p[0] !== q[0] || p[1] !== q[1];
    });
    if (apart.length >= 3) this.make(apart);
  }

  override reset(): void {
    this.points = [];
    super.reset();
  }
}
