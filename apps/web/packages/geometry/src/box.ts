import type { Point } from "./vec.ts";

/** An axis-aligned box: minx, miny, maxx, maxy. */
export type Box = readonly [minx: number, miny: number, maxx: number, maxy: number];

/** The smallest box around the points, or null when there is none. */
export function boxOf(points: Iterable<Point>): Box | null {
  let minx = Infinity,
    miny = Infinity,
    maxx = -Infinity,
    maxy = -Infinity;
  for (const [x, y] of points) {
    if (x < minx) minx = x;
    if (y < miny) miny = y;
    if (x > maxx) maxx = x;
    if (y > maxy) maxy = y;
  }
  return minx === Infinity ? null : [minx, miny, maxx, maxy];
}

export const union = (a: Box | null, b: Box | null): Box | null =>
  a === null ? b : b === null ? a : [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];

export const grow = (b: Box, by: number): Box => [b[0] - by, b[1] - by, b[2] + by, b[3] + by];
export const intersects = (a: Box, b: Box): boolean => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
export const containsPoint = (b: Box, p: Point): boolean => p[0] >= b[0] && p[0] <= b[2] && p[1] >= b[1] && p[1] <= b[3];
export const width = (b: Box): number => b[2] - b[0];
export const height = (b: Box): number => b[3] - b[1];
export const centre = (b: Box): Point => [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2];
/** The box between two corners given in any order (a marquee). */
export const boxBetween = (a: Point, b: Point): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
];
