import { toScreen } from "./camera.ts";
import { FONT, type PaintState } from "./ground.ts";
import type { MapModel } from "./model.ts";
import { LOOK, lookOf, MAP_COLOURS } from "./palette.ts";

/** Where a row's labels stand: beyond its two end seats, along the row. */
export interface RowEnds {
  /** Two a row: the rank of an end seat, -1 for a row without seats; the left one first, of a row straight up and down the upper one. */
  readonly rank: Int32Array;
  /** Two an end: the unit vector out of the row, from the end seat's neighbour to it. */
  readonly out: Float32Array;
}

const known = new WeakMap<MapModel, RowEnds>();

/** The ends of each row by row index, whatever the order of its seats' ids; worked out once for a model. */
export function rowEndsOf(model: MapModel): RowEnds {
  const have = known.get(model);
  if (have !== undefined) return have;
  const { x, y, row, count } = model.seats,
    n = model.rows.length;
  // The seat farthest from any seat of a row is an end of it, the seat farthest from that the other.
  const farthest = (from: Int32Array): Int32Array => {
    const best = from.slice(),
      most = new Float64Array(n);
    for (let rank = 0; rank < count; rank++) {
      const r = row[rank]!;
      if (r < 0) continue;
      if (best[r]! < 0) {
        best[r] = from[r] = rank;
        continue;
      }
      const d = (x[rank]! - x[from[r]!]!) ** 2 + (y[rank]! - y[from[r]!]!) ** 2;
      if (d > most[r]!) {
        most[r] = d;
        best[r] = rank;
      }
    }
    return best;
  };
  const first = farthest(new Int32Array(n).fill(-1)),
    last = farthest(first.slice()),
    rank = new Int32Array(n * 2);
  for (let r = 0; r < n; r++) {
    const a = first[r]!,
      b = last[r]!,
      swap = a >= 0 && (x[a] === x[b] ? y[a]! > y[b]! : x[a]! > x[b]!);
    rank[r * 2] = swap ? b : a;
    rank[r * 2 + 1] = swap ? a : b;
  }
  const made = { rank, out: outward(model, rank) };
  known.set(model, made);
  return made;
}

function outward(model: MapModel, ends: Int32Array): Float32Array {
  const { x, y, row, count } = model.seats,
    near = new Int32Array(ends.length).fill(-1),
    least = new Float64Array(ends.length).fill(Infinity),
    out = new Float32Array(ends.length * 2);
  for (let rank = 0; rank < count; rank++) {
    const r = row[rank]!;
    if (r < 0) continue;
    for (const at of [r * 2, r * 2 + 1]) {
      const end = ends[at]!,
        d = end === rank ? Infinity : (x[rank]! - x[end]!) ** 2 + (y[rank]! - y[end]!) ** 2;
      if (d > 0 && d < least[at]!) {
        least[at] = d;
        near[at] = rank;
      }
    }
  }
  ends.forEach((end, at) => {
    const other = near[at]!,
      length = Math.sqrt(least[at]!);
    out[at * 2] = other < 0 ? (at % 2 === 0 ? -1 : 1) : (x[end]! - x[other]!) / length; // a seat alone: beside it
    out[at * 2 + 1] = other < 0 ? 0 : (y[end]! - y[other]!) / length;
  });
  return out;
}

/** How wide labels are at a size of one pixel; measured once each. */
const widths = new Map<string, number>();
function widthOf(ctx: CanvasRenderingContext2D, text: string, size: number): number {
  let width = widths.get(text);
  if (width === undefined) widths.set(text, (width = ctx.measureText(text).width / size));
  return width * size;
}

/** Gap between the end seat's edge and the label, in seats. */
const GAP = 0.22;

export function paintRowLabels(ctx: CanvasRenderingContext2D, state: PaintState, seat: number): void {
  const { camera, view, theme, model, display } = state,
    size = Math.min(12, seat * 0.8);
  if (size < 7) return;
  const { rank: ends, out } = rowEndsOf(model);
  ctx.font = `${size}px ${FONT}`;
  ctx.fillStyle = MAP_COLOURS[theme].quiet;
  const margin = 40;
  for (let at = 0; at < ends.length; at++) {
    const rank = ends[at]!;
    if (rank < 0 || lookOf(display[rank]!) === LOOK.hidden) continue;
    const [x, y] = toScreen(camera, view, [model.seats.x[rank]!, model.seats.y[rank]!]);
    if (x < -margin || y < -margin || x > view.width + margin || y > view.height + margin) continue;
    const text = model.rows[at >> 1]!.label,
      dx = out[at * 2]!,
      dy = out[at * 2 + 1]!,
      half = widthOf(ctx, text, size) / 2;
    // The text stays upright; its nearest edge keeps the gap whichever way the row runs.
    const reach = Math.min(half / Math.max(1e-6, Math.abs(dx)), size / 2 / Math.max(1e-6, Math.abs(dy))),
      far = seat * (0.5 + GAP) + reach;
    ctx.fillText(text, x + dx * far, y + dy * far);
  }
}
