import type { Point } from "@parterre/geometry";
import { nextDoorName } from "../../actions/entrances.ts";
import { outlineOf } from "../../content.ts";
import { ofObjects } from "../../selection.ts";
import { PolygonTool } from "../polygon/tool.ts";
import { mm } from "@parterre/geometry";
import type { PointerInfo } from "../../state.ts";

/** Texts that a new shape begins with. */
const TEXTS: Readonly<Record<string, string>> = { stage: "舞台", screen: "银幕", entrance: "入口", label: "文字", buffer: "缓冲区" };
/** Kinds that a click sets as a mark with a text. */
const MARKS = new Set(["entrance", "label"]);

/** Stage, screen, aisle, wall, buffer (缓冲区) as outlines; entrances and labels by a click. */
export class ShapeTool extends PolygonTool {
  readonly id = "shape";

  protected make(outline: readonly Point[]): void {
    const { editor } = this,
      kind = editor.options.shapeKind,
      text = editor.options.shapeText || TEXTS[kind];
    const id = editor.change("add-shape", (store) => {
      const made = editor.ids.next("g");
      store.put("shapes", {
        id: made,
        kind,
        ...(editor.level === null ? {} : { level: editor.level }),
        outline: outlineOf(outline),
        ...(text === undefined ? {} : { text }),
      });
      return made;
    });
    editor.select(ofObjects({ table: "shapes", id }));
  }

  override go(name: string, info?: PointerInfo): void {
    const { editor } = this,
      kind = editor.options.shapeKind,
      at = this.points[0];
    if (name !== "placing" || !MARKS.has(kind) || at === undefined) {
      super.go(name, info);
      return;
    }
    this.points = [];
    super.go("idle");
    const id = editor.change("add-shape", (store) => {
      const made = editor.ids.next("g");
      store.put("shapes", {
        id: made,
        kind,
        ...(editor.level === null ? {} : { level: editor.level }),
        at: [mm(at[0]), mm(at[1])],
        text: editor.options.shapeText || (kind === "entrance" ? nextDoorName(editor.plan) : TEXTS[kind]!),
      });
      return made;
    });
    editor.select(ofObjects({ table: "shapes", id }));
  }
}
