import type { Point } from "@parterre/geometry";
import type { Editor } from "./editor.ts";
import type { Preview } from "./preview.ts";

export interface Snapped {
  readonly point: Point;
  readonly guides: NonNullable<Preview["guides"]>;
}

/**
 * Where a drawn point goes: onto the line of a seat within 6 pixels, else onto the grid. Seats of the selection do not
 * attract (one would stick to oneself). With ctrl, or with snapping off, the point stays but is rounded to millimetres.
 */
export function snap(editor: Editor, p: Point, free = false): Snapped {
  if (free || !editor.options.snap) return { point: [Math.round(p[0]), Math.round(p[1])], guides: [] };
  const { model, selection } = editor,
    reach = editor.mmOf(6),
    far = 6000,
    g = editor.options.grid;
  let x: number | null = null,
    y: number | null = null,
    dx = reach,
    dy = reach;
  const own = (i: number): boolean => selection.seats.has(model.seats.ids[i]!);
  model.grid.forEachIn([p[0] - reach, p[1] - far, p[0] + reach, p[1] + far], (i) => {
    const d = Math.abs(model.seats.x[i]! - p[0]);
    if (d < dx && !own(i)) {
      dx = d;
      x = model.seats.x[i]!;
    }
  });
  model.grid.forEachIn([p[0] - far, p[1] - reach, p[0] + far, p[1] + reach], (i) => {
    const d = Math.abs(model.seats.y[i]! - p[1]);
    if (d < dy && !own(i)) {
      dy = d;
      y = model.seats.y[i]!;
    }
  });
  const round = (v: number): number => Math.round(v / g) * g;
  const guides: { axis: "x" | "y"; at: number }[] = [];
  if (x !== null) guides.push({ axis: "x", at: x });
  if (y !== null) guides.push({ axis: "y", at: y });
  return { point: [x ?? round(p[0]), y ?? round(p[1])], guides };
}

/** The point on one of 24 rays from origin (15 degrees apart) that is nearest to p: what shift does while drawing. */
export function onRay(origin: Point, p: Point): Point {
  const long = Math.hypot(p[0] - origin[0], p[1] - origin[1]),
    step = Math.PI / 12,
    a = Math.round(Math.atan2(p[1] - origin[1], p[0] - origin[0]) / step) * step;
  return [Math.round(origin[0] + long * Math.cos(a)), Math.round(origin[1] + long * Math.sin(a))];
}
