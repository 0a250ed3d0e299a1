import { mm, polygon, type Point } from "@parterre/geometry";
import type { PlanStore } from "@parterre/planmodel";
import { contentOf, outlineOf, transform } from "../content.ts";
import type { Editor } from "../editor.ts";
import { refsOf, type ObjectRef, type Selection } from "../selection.ts";

/** Why an outline cannot be that: fewer than three corners, no area, or edges that cross each other. Null: it can. */
export function outlineFault(outline: readonly Point[]): "few" | "flat" | "crossing" | null {
  if (outline.length < 3) return "few";
  if (polygon.area(outline) < 1) return "flat";
  return polygon.selfCrossing(outline) === null ? null : "crossing";
}

/** Gives a section, area, box or shape another outline, as one step. False, and nothing changed, when it cannot be that. */
export function setOutline(editor: Editor, of: ObjectRef, points: readonly Point[], name = "outline"): boolean {
  const outline = outlineOf(points);
  if (of.table === "tables" || outlineFault(outline) !== null) return false;
  const table = of.table;
  editor.autoSections.delete(of.id); // drawn by hand from now on: it does not follow its rows
  editor.change(name, (store) => store.update(table, of.id, { outline }));
  return true;
}

const outlineIn = (editor: Editor, of: ObjectRef): readonly Point[] =>
  of.table === "tables" ? [] : (editor.plan[of.table].get(of.id)?.outline ?? []);

export const moveCorner = (editor: Editor, of: ObjectRef, index: number, to: Point): boolean =>
  setOutline(
    editor,
    of,
    outlineIn(editor, of).map((p, i) => (i === index ? to : p)),
  );
/** Adds a corner after the one of that index. */
export const addCorner = (editor: Editor, of: ObjectRef, index: number, at: Point): boolean => {
  const o = outlineIn(editor, of);
  return setOutline(editor, of, [...o.slice(0, index + 1), at, ...o.slice(index + 1)], "corner-add");
};
export const removeCorner = (editor: Editor, of: ObjectRef, index: number): boolean =>
  setOutline(
    editor,
    of,
    outlineIn(editor, of).filter((_, i) => i !== index),
    "corner-remove",
  );

/** Turns the selection and what it holds about a place; degrees clockwise. */
export function turnAbout(editor: Editor, c: Point, degrees: number): void {
  if (degrees % 360 === 0) return;
  const what = contentOf(editor),
    f = turning(c, degrees);
  editor.change("rotate", (store) => transform(store, what, f, Math.round(degrees)));
}
export function turning(c: Point, degrees: number): (p: Point) => Point {
  const a = (degrees * Math.PI) / 180,
    cos = Math.cos(a),
    sin = Math.sin(a);
  return (p) => [c[0] + (p[0] - c[0]) * cos - (p[1] - c[1]) * sin, c[1] + (p[0] - c[0]) * sin + (p[1] - c[1]) * cos];
}

/** Makes the selection and what it holds larger or smaller from a place that stays; seats keep their size, tables grow. */
export function scaleFrom(editor: Editor, from: Point, sx: number, sy: number): void {
  if (sx === 1 && sy === 1) return;
  const what = contentOf(editor);
  editor.change("scale", (store) => {
    transform(store, what, scaling(from, sx, sy));
    growTables(store, what, Math.sqrt(Math.abs(sx * sy)));
  });
}
export const scaling =
  (from: Point, sx: number, sy: number) =>
  (p: Point): Point => [from[0] + (p[0] - from[0]) * sx, from[1] + (p[1] - from[1]) * sy];

function growTables(store: PlanStore, what: Selection, k: number): void {
  for (const { table, id } of refsOf(what)) {
    const t = table === "tables" ? store.get("tables", id) : undefined;
    if (t !== undefined) store.update("tables", id, { radius: Math.max(200, mm(t.radius * k)) });
  }
}
