import { distance, type Point } from "@parterre/geometry";

/** How far apart seats stand unless one says otherwise, millimetres (GB 50226: at least 500). */
export const SEAT_PITCH = 550;
export const ROW_PITCH = 950;

/** How many seats at a pitch fit on a line from a to b when both ends hold one. */
export const countBetween = (a: Point, b: Point, pitch: number): number => Math.max(1, Math.floor(distance(a, b) / pitch + 1e-6) + 1);

/**
 * Places of `count` seats from a towards b. pitch null: spread so that the first stands at a and the last at b.
 * sagitta bends the row: how far its middle stands off the straight line, in millimetres, positive to the right of
 * the way from a to b (down on a screen when a is left of b). Places are not rounded.
 */
export function layRow(a: Point, b: Point, count: number, pitch: number | null, sagitta = 0): Point[] {
  const long = distance(a, b),
    ux = long === 0 ? 1 : (b[0] - a[0]) / long,
    uy = long === 0 ? 0 : (b[1] - a[1]) / long;
  const chord = pitch === null ? long : pitch * (count - 1);
  if (count <= 1) return [a];
  if (Math.abs(sagitta) < 1 || chord < 1)
    return Array.from({ length: count }, (_, i): Point => [a[0] + (ux * chord * i) / (count - 1), a[1] + (uy * chord * i) / (count - 1)]);
  const h = Math.sign(sagitta) * Math.min(Math.abs(sagitta), chord / 2),
    r = (chord * chord) / (8 * Math.abs(h)) + Math.abs(h) / 2;
  const half = Math.asin(Math.min(1, chord / 2 / r)),
    sign = Math.sign(h);
  return Array.from({ length: count }, (_, i): Point => {
    const t = -half + (2 * half * i) / (count - 1),
      along = chord / 2 + r * Math.sin(t),
      across = sign * (r * Math.cos(t) - r * Math.cos(half));
    return [a[0] + ux * along - uy * across, a[1] + uy * along + ux * across];
  });
}

/** How a row lies: its ends, how many, how far apart on average, and how bent. Places are in walking order. */
export interface RowShape {
  readonly from: Point;
  readonly to: Point;
  readonly count: number;
  readonly pitch: number;
  readonly sagitta: number;
}
export function shapeOfRow(places: readonly Point[]): RowShape {
  const from = places[0] ?? [0, 0],
    to = places.at(-1) ?? from,
    long = distance(from, to),
    mid = places[places.length >> 1] ?? from;
  const ux = long === 0 ? 1 : (to[0] - from[0]) / long,
    uy = long === 0 ? 0 : (to[1] - from[1]) / long;
  const odd =
    places.length % 2 === 1 || places.length < 2
      ? mid
      : ([(mid[0] + places[(places.length >> 1) - 1]![0]) / 2, (mid[1] + places[(places.length >> 1) - 1]![1]) / 2] as Point);
  const sagitta = places.length < 3 ? 0 : -(odd[0] - from[0]) * uy + (odd[1] - from[1]) * ux;
  return {
    from,
    to,
    count: places.length,
    pitch: places.length < 2 ? SEAT_PITCH : long / (places.length - 1),
    sagitta: Math.round(sagitta),
  };
}

/** Places of n seats round a table, the first at the top, clockwise. */
export const roundTable = (centre: Point, radius: number, n: number): Point[] =>
  Array.from({ length: n }, (_, i): Point => [
    centre[0] + radius * Math.sin((2 * Math.PI * i) / n),
    centre[1] - radius * Math.cos((2 * Math.PI * i) / n),
  ]);

export const rectangle = (a: Point, b: Point): Point[] => [
  [Math.min(a[0], b[0]), Math.min(a[1], b[1])],
  [Math.max(a[0], b[0]), Math.min(a[1], b[1])],
  [Math.max(a[0], b[0]), Math.max(a[1], b[1])],
  [Math.min(a[0], b[0]), Math.max(a[1], b[1])],
];
