import type { Point } from "@parterre/geometry";
import { GenerateError } from "./builder.ts";

/** Runs clockwise on the screen from direction t0 to t1, measured from "up"; r at offset 0. */
export interface Arc {
  readonly c: Point;
  readonly r: number;
  readonly t0: number;
  readonly t1: number;
}
const long = (a: Arc, d: number): number => (a.r + d) * (a.t1 - a.t0);
export const onArc = (a: Arc, t: number, d: number): Point => [a.c[0] + Math.sin(t) * (a.r + d), a.c[1] - Math.cos(t) * (a.r + d)];
export interface Mark {
  readonly arc: number;
  readonly t: number;
}

/**
 * A closed curve of eight arcs with common tangents: the parallel curves of a bowl. A row at offset d has every radius
 * longer by d, so aisles are normals that all rows share.
 */
export class Oval {
  readonly arcs: readonly Arc[];
  constructor(halfWidth: number, halfHeight: number, top: number, side: number, corner: number) {
    const ct: Point = [0, top - halfHeight],
      cs: Point = [halfWidth - side, 0],
      p = top - corner,
      q = side - corner,
      dx = cs[0] - ct[0],
      dy = cs[1] - ct[1],
      dist = Math.hypot(dx, dy);
    if (p <= 0 || q <= 0 || dist > p + q || dist < Math.abs(p - q) || dist === 0)
      throw new GenerateError("cornerRadius", 1000, Math.floor(Math.min(top, side) / 3));
    const l = (p * p - q * q + dist * dist) / (2 * dist),
      h = Math.sqrt(Math.max(0, p * p - l * l));
    const best = [-1, 1]
      .map((s): Point => [ct[0] + (l * dx) / dist + (s * h * dy) / dist, ct[1] + (l * dy) / dist - (s * h * dx) / dist])
      .filter((c) => c[0] > 0 && c[1] < 0)
      .sort((a, b) => b[0] - a[0])[0];
    if (best === undefined) throw new GenerateError("cornerRadius", 1000, Math.floor(Math.min(top, side) / 3));
    const t1 = Math.atan2(best[0] - ct[0], -(best[1] - ct[1])),
      t2 = Math.atan2(best[0] - cs[0], -(best[1] - cs[1])),
      H = Math.PI,
      flip = (c: Point, x: number, y: number): Point => [c[0] * x, c[1] * y];
    this.arcs = [
      { c: ct, r: top, t0: -t1, t1 },
      { c: best, r: corner, t0: t1, t1: t2 },
      { c: cs, r: side, t0: t2, t1: H - t2 },
      { c: flip(best, 1, -1), r: corner, t0: H - t2, t1: H - t1 },
      { c: flip(ct, 1, -1), r: top, t0: H - t1, t1: H + t1 },
      { c: flip(best, -1, -1), r: corner, t0: H + t1, t1: H + t2 },
      { c: flip(cs, -1, 1), r: side, t0: H + t2, t1: 2 * H - t2 },
      { c: flip(best, -1, 1), r: corner, t0: 2 * H - t2, t1: 2 * H - t1 },
    ];
  }

  /** The normal at a share 0 … 1 of the length at offset d, from the top clockwise. */
  markAt(share: number, d: number): Mark {
    const total = this.arcs.reduce((n, a) => n + long(a, d), 0);
    let want = ((((share % 1) + 1) % 1) * total + long(this.arcs[0]!, d) / 2) % total;
    for (const [i, a] of this.arcs.entries()) {
      const l = long(a, d);
      if (want <= l || i === this.arcs.length - 1) return { arc: i, t: a.t0 + want / (a.r + d) };
      want -= l;
    }
    return { arc: 0, t: this.arcs[0]!.t0 };
  }

  /** The arcs from mark m to mark n, clockwise. */
  between(m: Mark, n: Mark): Arc[] {
    const out: Arc[] = [];
    for (let i = m.arc, first = true; ; i = (i + 1) % this.arcs.length, first = false) {
      const a = { ...this.arcs[i]!, ...(first ? { t0: m.t } : {}) };
      if (i === n.arc && (!first || n.t > m.t)) return [...out, { ...a, t1: n.t }];
      out.push(a);
    }
  }
}

export const pathLength = (ps: readonly Arc[], d: number): number => ps.reduce((n, a) => n + long(a, d), 0);
/** The point at distance s along ps at offset d. */
export function walk(ps: readonly Arc[], d: number, s: number): Point {
  let rest = s;
  for (const [i, a] of ps.entries()) {
    const l = long(a, d);
    if (rest <= l || i === ps.length - 1) return onArc(a, a.t0 + rest / (a.r + d), d);
    rest -= l;
  }
  return [0, 0];
}
/** The outline between two offsets, cut back by trim at both ends. */
export function strip(ps: readonly Arc[], inner: number, outer: number, trim: number): Point[] {
  const chain = (d: number): Point[] => {
    const l = pathLength(ps, d) - 2 * trim,
      n = Math.max(3, Math.floor(l / 3500));
    return Array.from({ length: n + 1 }, (_, i) => walk(ps, d, trim + (l * i) / n));
  };
  return [...chain(inner), ...chain(outer).reverse()];
}
