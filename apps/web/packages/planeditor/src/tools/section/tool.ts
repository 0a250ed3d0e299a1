import type { Point } from "@parterre/geometry";
import { addSection } from "../../content.ts";
import { ofObjects } from "../../selection.ts";
import { PolygonTool } from "../polygon/tool.ts";

/** Sections (区). */
export class SectionTool extends PolygonTool {
  readonly id = "section";

  protected make(outline: readonly Point[]): void {
    const id = this.editor.change("add-section", () => addSection(this.editor, outline));
    this.editor.select(ofObjects({ table: "sections", id }));
  }
}
