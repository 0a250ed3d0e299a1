import { boxOf, type Box, type Point } from "@parterre/geometry";
import { contentOf, placesOf } from "./content.ts";
import type { Editor } from "./editor.ts";
import { refsOf, type ObjectRef } from "./selection.ts";

/** What one takes hold of on a selection: a corner of an outline, the middle of an edge, a corner of its box, the turning handle. */
export type Handle =
  | { readonly kind: "corner"; readonly of: ObjectRef; readonly index: number; readonly at: Point }
  | { readonly kind: "edge"; readonly of: ObjectRef; readonly index: number; readonly at: Point }
  | { readonly kind: "scale"; readonly box: Box; readonly index: 0 | 1 | 2 | 3; readonly at: Point }
  | { readonly kind: "rotate"; readonly box: Box; readonly at: Point };

/** How far the box stands off the selection, how far the turning handle stands off the box, how near one must press, how far apart corners must be: pixels. */
const OFF = 14,
  STALK = 26,
  REACH = 9,
  APART = 16;
/** An outline of more corners than this is not edited by corner: it came from an arc. */
const MOST_CORNERS = 120;

/** The one selected thing with an outline that can be edited, or null. */
export function outlined(editor: Editor): { readonly of: ObjectRef; readonly outline: readonly Point[] } | null {
  const refs = refsOf(editor.selection),
    [of] = refs;
  if (of === undefined || refs.length !== 1 || editor.selection.seats.size > 0 || of.table === "tables") return null;
  const outline = editor.plan[of.table].get(of.id)?.outline;
  return outline === undefined || outline.length > MOST_CORNERS ? null : { of, outline };
}

/** The box round the selection and what it holds; null for nothing and for a single place. */
export function selectionBox(editor: Editor): Box | null {
  return editor.derived(
    "selection-box",
    () => {
      const box = boxOf(placesOf(editor, contentOf(editor)));
      return box === null || (box[0] === box[2] && box[1] === box[3]) ? null : box;
    },
    true,
    true,
  );
}

/** All handles of the selection; none while nothing may be changed. Places are millimetres. */
export function handlesOf(editor: Editor): Handle[] {
  if (editor.readOnly || editor.currentTool.id !== "select") return [];
  const box = selectionBox(editor),
    one = outlined(editor),
    out: Handle[] = [];
  if (one !== null) {
    const { of, outline } = one;
    let last: Point | null = null;
    outline.forEach((at, index) => {
      // Corners of an arc lie too close to be told apart from far off: nearer they are all there.
      if (last !== null && Math.hypot(at[0] - last[0], at[1] - last[1]) * editor.camera.scale < APART) return;
      last = at;
      out.push({ kind: "corner", of, index, at });
    });
    outline.forEach((a, index) => {
      const b = outline[(index + 1) % outline.length]!;
      if (Math.hypot(b[0] - a[0], b[1] - a[1]) * editor.camera.scale > 40)
        out.push({ kind: "edge", of, index, at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] });
    });
  }
  if (box === null) return out;
  const off = editor.mmOf(OFF),
    [x0, y0, x1, y1] = [box[0] - off, box[1] - off, box[2] + off, box[3] + off];
  (
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ] as const
  ).forEach((at, i) => out.push({ kind: "scale", box, index: i as 0, at }));
  out.push({ kind: "rotate", box, at: [(x0 + x1) / 2, y0 - editor.mmOf(STALK)] });
  return out;
}

/** The handle under a place, or null. */
export function handleAt(editor: Editor, p: Point): Handle | null {
  const reach = editor.mmOf(REACH);
  let best: Handle | null = null,
    least = reach;
  for (const h of handlesOf(editor)) {
    const d = Math.hypot(h.at[0] - p[0], h.at[1] - p[1]);
    if (d <= least) {
      best = h;
      least = d;
    }
  }
  return best;
}
