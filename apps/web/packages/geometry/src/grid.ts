import type { Box } from "./box.ts";

/**
 * A uniform grid over points: near(x, y) and inside(box) without looking at all of them.
 * Points are numbered 0..n-1 in the order given; moved() tells that one has gone elsewhere. Memory: three typed arrays,
 * whatever the shape of the plan.
 */
export class GridIndex {
  private readonly start: Uint32Array;
  private readonly item: Uint32Array;
  private readonly minx: number;
  private readonly miny: number;
  private readonly cell: number;
  private readonly cols: number;
  private readonly lines: number;
  /** Points that left their cell since the cells were filled: 1 by index, and as a list. */
  private readonly away: Uint8Array;
  private readonly loose = new Set<number>();

  constructor(
    private readonly xs: ArrayLike<number>,
    private readonly ys: ArrayLike<number>,
    cell?: number,
  ) {
    const n = xs.length;
    let minx = Infinity,
      miny = Infinity,
      maxx = -Infinity,
      maxy = -Infinity;
    for (let i = 0; i < n; i++) {
      const x = xs[i]!,
        y = ys[i]!;
      if (x < minx) minx = x;
      if (x > maxx) maxx = x;
      if (y < miny) miny = y;
      if (y > maxy) maxy = y;
    }
    if (n === 0) minx = miny = maxx = maxy = 0;
    this.minx = minx;
    this.miny = miny;
    // About two points a cell when none is asked for; never more than a million cells for one far-off point.
    const w = maxx - minx,
      h = maxy - miny;
    const wanted = cell ?? Math.sqrt((Math.max(1, w) * Math.max(1, h)) / Math.max(1, n / 2));
    this.cell = Math.max(wanted, Math.sqrt((Math.max(1, w) * Math.max(1, h)) / 1e6), Math.max(w, h) / 1e6, 1e-9);
    this.cols = Math.floor(w / this.cell) + 1;
    this.lines = Math.floor(h / this.cell) + 1;
    this.start = new Uint32Array(this.cols * this.lines + 1);
    this.item = new Uint32Array(n);
    this.away = new Uint8Array(n);
    this.fill(n);
  }

  private fill(n: number): void {
    const { start, item } = this;
    for (let i = 0; i < n; i++) start[this.cellOf(this.xs[i]!, this.ys[i]!) + 1]!++;
    for (let c = 1; c < start.length; c++) start[c]! += start[c - 1]!;
    const next = start.slice();
    for (let i = 0; i < n; i++) item[next[this.cellOf(this.xs[i]!, this.ys[i]!)]!++] = i;
  }

  /**
   * Tells that point i has other coordinates now (the arrays that the index was made of are changed in place). A few
   * moved points are looked at one by one; when they are many the cells are filled anew.
   */
  moved(i: number): void {
    const { start, item, away, loose } = this,
      cell = this.cellOf(this.xs[i]!, this.ys[i]!);
    let home = false;
    for (let k = start[cell]!; k < start[cell + 1]! && !home; k++) home = item[k] === i;
    away[i] = home ? 0 : 1;
    if (home) loose.delete(i);
    else loose.add(i);
    if (loose.size <= 64 + (item.length >> 6)) return;
    loose.clear();
    away.fill(0);
    start.fill(0);
    this.fill(item.length);
  }

  private col(x: number): number {
    return Math.max(0, Math.min(this.cols - 1, Math.floor((x - this.minx) / this.cell)));
  }

  private line(y: number): number {
    return Math.max(0, Math.min(this.lines - 1, Math.floor((y - this.miny) / this.cell)));
  }

  private cellOf(x: number, y: number): number {
    return this.line(y) * this.cols + this.col(x);
  }

  /** Calls visit for every point inside the box, edges included. */
  forEachIn(box: Box, visit: (index: number) => void): void {
    const { xs, ys, start, item, away } = this;
    const c0 = this.col(box[0]),
      c1 = this.col(box[2]),
      l0 = this.line(box[1]),
      l1 = this.line(box[3]);
    for (let l = l0; l <= l1; l++) {
      for (let k = start[l * this.cols + c0]!; k < start[l * this.cols + c1 + 1]!; k++) {
        const i = item[k]!,
          x = xs[i]!,
          y = ys[i]!;
        if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && away[i] === 0) visit(i);
      }
    }
    for (const i of this.loose) {
      const x = xs[i]!,
        y = ys[i]!;
      if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]) visit(i);
    }
  }

  /** The indices inside the box, edges included, in rising order. */
  inside(box: Box): number[] {
    const out: number[] = [];
    this.forEachIn(box, (i) => out.push(i));
    return out.sort((a, b) => a - b);
  }

  /** The nearest point not farther than radius that passes accept, or -1. Ties go to the lower index. */
  near(x: number, y: number, radius: number, accept: (index: number) => boolean = () => true): number {
    let best = -1,
      bestSq = radius * radius;
    this.forEachIn([x - radius, y - radius, x + radius, y + radius], (i) => {
      const dx = this.xs[i]! - x,
        dy = this.ys[i]! - y;
      const sq = dx * dx + dy * dy;
      if ((sq < bestSq || (sq === bestSq && (best < 0 || i < best))) && accept(i)) {
        best = i;
        bestSq = sq;
      }
    });
    return best;
  }
}
