import { cross, distanceToSegment, sub, type Point } from "./vec.ts";

/** A closed ring; the last point is not repeated. */
export type Polygon = readonly Point[];

/** Twice the signed area; positive when the ring runs clockwise on a screen (y down). */
export function signedArea2(ring: Polygon): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i++) sum += cross(ring[i]!, ring[(i + 1) % ring.length]!);
  return sum;
}

export const area = (ring: Polygon): number => Math.abs(signedArea2(ring)) / 2;

/** The centre of mass; the mean of the points when the ring has no area. */
export function centroid(ring: Polygon): Point {
  const twice = signedArea2(ring);
  let x = 0,
    y = 0;
  if (twice === 0) {
    for (const p of ring) {
      x += p[0];
      y += p[1];
    }
    return ring.length === 0 ? [0, 0] : [x / ring.length, y / ring.length];
  }
  for (let i = 0; i < ring.length; i++) {
    const a = ring[i]!,
      b = ring[(i + 1) % ring.length]!;
    const k = cross(a, b);
    x += (a[0] + b[0]) * k;
    y += (a[1] + b[1]) * k;
  }
  return [x / (3 * twice), y / (3 * twice)];
}

/** Even-odd rule; points on the edge count as inside. */
export function contains(ring: Polygon, p: Point): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!,
      b = ring[j]!;
    if (distanceToSegment(p, a, b) < 1e-9) return true;
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside;
}

const side = (a: Point, b: Point, c: Point): number => Math.sign(cross(sub(b, a), sub(c, a)));
const within = (a: Point, b: Point, p: Point): boolean =>
  Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1]);

/** Whether segments ab and cd share a point. */
export function segmentsMeet(a: Point, b: Point, c: Point, d: Point): boolean {
  const s1 = side(a, b, c),
    s2 = side(a, b, d),
    s3 = side(c, d, a),
    s4 = side(c, d, b);
  if (s1 !== s2 && s3 !== s4) return true;
  return (s1 === 0 && within(a, b, c)) || (s2 === 0 && within(a, b, d)) || (s3 === 0 && within(c, d, a)) || (s4 === 0 && within(c, d, b));
}

/** The indices of two edges that cross, or null. Quadratic: for drawn outlines, not for imported coastlines. */
export function selfCrossing(ring: Polygon): readonly [number, number] | null {
  const n = ring.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue; // neighbours through the closing edge
      if (segmentsMeet(ring[i]!, ring[(i + 1) % n]!, ring[j]!, ring[(j + 1) % n]!)) return [i, j];
    }
  }
  return null;
}

/** The convex hull (Andrew's monotone chain), clockwise on a screen, without collinear points. */
export function convexHull(points: readonly Point[]): Polygon {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (list: readonly Point[]): Point[] => {
    const out: Point[] = [];
    for (const p of list) {
      while (out.length >= 2 && cross(sub(out.at(-1)!, out.at(-2)!), sub(p, out.at(-1)!)) <= 0) out.pop();
      out.push(p);
    }
    out.pop();
    return out;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
