import type { Point } from "@parterre/geometry";
import { addSection, outlineOf, sectionFor } from "../../content.ts";
import { ofObjects } from "../../selection.ts";
import { PolygonTool } from "../polygon/tool.ts";

/** Standing areas (站席), sold by count. */
export class AreaTool extends PolygonTool {
  readonly id = "area";

  protected make(outline: readonly Point[]): void {
    const { editor } = this;
    const id = editor.change("add-area", (store) => {
      const inside = [...editor.plan.sections.values()].length > 0 ? sectionFor(editor, outline) : addSection(editor, outline);
      const label = `站席${editor.plan.areas.size + 1}`,
        made = editor.ids.next("a");
      store.put("areas", {
        id: made,
        section: inside,
        name: label,
        label,
        capacity: Math.max(1, editor.options.areaCapacity),
        outline: outlineOf(outline),
      });
      return made;
    });
    editor.select(ofObjects({ table: "areas", id }));
  }
}
