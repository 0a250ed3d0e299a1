import type { Box, Point } from "@parterre/geometry";

/** Where the picture looks: the plan's point in the middle of the view, and CSS pixels per millimetre. Immutable. */
export interface Camera {
  readonly cx: number;
  readonly cy: number;
  readonly scale: number;
}
export const sameCamera = (a: Camera, b: Camera): boolean => a.cx === b.cx && a.cy === b.cy && a.scale === b.scale;
/** The view in CSS pixels. */
export interface View {
  readonly width: number;
  readonly height: number;
}
export interface ZoomLimits {
  readonly min: number;
  readonly max: number;
}

export const toScreen = (c: Camera, v: View, p: Point): Point => [
  (p[0] - c.cx) * c.scale + v.width / 2,
  (p[1] - c.cy) * c.scale + v.height / 2,
];
export const toPlan = (c: Camera, v: View, p: Point): Point => [
  (p[0] - v.width / 2) / c.scale + c.cx,
  (p[1] - v.height / 2) / c.scale + c.cy,
];

/** What part of the plan the view shows. */
export function visibleBox(c: Camera, v: View): Box {
  const w = v.width / 2 / c.scale,
    h = v.height / 2 / c.scale;
  return [c.cx - w, c.cy - h, c.cx + w, c.cy + h];
}

/** Shows the whole box with a margin in pixels round it. */
export function fit(box: Box, v: View, margin: number, limits: ZoomLimits): Camera {
  const w = Math.max(1, box[2] - box[0]),
    h = Math.max(1, box[3] - box[1]);
  const scale = Math.min(Math.max(1, v.width - 2 * margin) / w, Math.max(1, v.height - 2 * margin) / h);
  return { cx: (box[0] + box[2]) / 2, cy: (box[1] + box[3]) / 2, scale: clampScale(scale, limits) };
}

const clampScale = (s: number, l: ZoomLimits): number => Math.min(l.max, Math.max(l.min, s));

/** Zooms by a factor and keeps the plan's point under `at` (pixels) where it is. */
export function zoomAt(c: Camera, v: View, at: Point, factor: number, limits: ZoomLimits): Camera {
  const scale = clampScale(c.scale * factor, limits);
  const p = toPlan(c, v, at);
  return { scale, cx: p[0] - (at[0] - v.width / 2) / scale, cy: p[1] - (at[1] - v.height / 2) / scale };
}

/** Moves the picture by pixels. */
export const panBy = (c: Camera, dx: number, dy: number): Camera => ({ ...c, cx: c.cx - dx / c.scale, cy: c.cy - dy / c.scale });

/** Keeps the middle of the view inside the box, so that the plan cannot be lost off screen. */
export function keepInside(c: Camera, box: Box): Camera {
  const cx = Math.min(box[2], Math.max(box[0], c.cx)),
    cy = Math.min(box[3], Math.max(box[1], c.cy));
  return cx === c.cx && cy === c.cy ? c : { ...c, cx, cy };
}

/** Two fingers: the plan's points under them stay under them. */
export function pinch(c: Camera, v: View, before: readonly [Point, Point], after: readonly [Point, Point], limits: ZoomLimits): Camera {
  const mid = (p: readonly [Point, Point]): Point => [(p[0][0] + p[1][0]) / 2, (p[0][1] + p[1][1]) / 2];
  const span = (p: readonly [Point, Point]): number => Math.max(1, Math.hypot(p[0][0] - p[1][0], p[0][1] - p[1][1]));
  const m0 = mid(before),
    m1 = mid(after);
  return zoomAt(panBy(c, m1[0] - m0[0], m1[1] - m0[1]), v, m1, span(after) / span(before), limits);
}
