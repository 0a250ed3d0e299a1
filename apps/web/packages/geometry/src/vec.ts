/** A point or a vector; readonly, so that records can share it. */
export type Point = readonly [x: number, y: number];

export const add = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1]];
export const sub = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1]];
export const scale = (a: Point, k: number): Point => [a[0] * k, a[1] * k];
export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1];
/** z of the cross product; positive when b is clockwise of a on a screen (y down). */
export const cross = (a: Point, b: Point): number => a[0] * b[1] - a[1] * b[0];
export const length = (a: Point): number => Math.hypot(a[0], a[1]);
export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
export const lerp = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

/** Turns a about centre by angle radians (clockwise on a screen). */
export function rotate(a: Point, centre: Point, angle: number): Point {
  const c = Math.cos(angle),
    s = Math.sin(angle);
  const x = a[0] - centre[0],
    y = a[1] - centre[1];
  return [centre[0] + x * c - y * s, centre[1] + x * s + y * c];
}

/** Distance from p to the segment ab. */
export function distanceToSegment(p: Point, a: Point, b: Point): number {
  const ab = sub(b, a);
  const along = dot(ab, ab);
  const t = along === 0 ? 0 : Math.max(0, Math.min(1, dot(sub(p, a), ab) / along));
  return distance(p, lerp(a, b, t));
}
