import { visibleBox } from "./camera.ts";
import type { PaintState } from "./ground.ts";
import type { MapModel } from "./model.ts";
import { LOOK, lookOf, MAP_COLOURS } from "./palette.ts";

const LEFT = 3,
  RIGHT = 4; // of SEAT_KINDS

/** Whether a seat of this kind (its index in SEAT_KINDS) is half of a couple seat. */
export const isCouple = (kind: number): boolean => kind === LEFT || kind === RIGHT;

const known = new WeakMap<MapModel, readonly (readonly [number, number])[]>();

/** Couple seats (情侣座) as pairs of ranks: neighbours of a row of which one is the left and one the right half, as the server pairs them. */
export function couplesOf(m: MapModel): readonly (readonly [number, number])[] {
  const have = known.get(m);
  if (have !== undefined) return have;
  const byRow = new Map<number, number[]>(),
    out: [number, number][] = [];
  for (let rank = 0; rank < m.seats.count; rank++) {
    if (!isCouple(m.seats.kind[rank]!)) continue;
    const row = m.seats.row[rank]!,
      list = byRow.get(row);
    if (row < 0) continue;
    if (list === undefined) byRow.set(row, [rank]);
    else list.push(rank);
  }
  for (const list of byRow.values()) {
    list.sort((a, b) => m.seats.x[a]! - m.seats.x[b]! || m.seats.y[a]! - m.seats.y[b]!);
    for (let i = 1; i < list.length; i++) {
      const a = list[i - 1]!,
        b = list[i]!;
      if (m.seats.kind[a] === m.seats.kind[b] || Math.hypot(m.seats.x[a]! - m.seats.x[b]!, m.seats.y[a]! - m.seats.y[b]!) >= 1000) continue;
      out.push([a, b]);
      i++;
    }
  }
  known.set(m, out);
  return out;
}

/** Below so many CSS pixels a seat is too small for what joins it to another. */
const SMALLEST = 4;

/** A sofa under each couple seat: one rounded shape round both its halves, so that a pair is seen as one piece. Units are the plan's. */
export function paintCouples(ctx: CanvasRenderingContext2D, state: PaintState): void {
  const { model, camera, view, theme, display } = state,
    { x, y } = model.seats,
    size = model.seatSize,
    pixel = 1 / camera.scale;
  if (size * camera.scale < SMALLEST) return;
  const box = visibleBox(camera, view),
    c = MAP_COLOURS[theme];
  ctx.beginPath();
  for (const [a, b] of couplesOf(model)) {
    if (Math.max(x[a]!, x[b]!) < box[0] - size || Math.min(x[a]!, x[b]!) > box[2] + size) continue;
    if (Math.max(y[a]!, y[b]!) < box[1] - size || Math.min(y[a]!, y[b]!) > box[3] + size) continue;
    if (lookOf(display[a]!) === LOOK.hidden || lookOf(display[b]!) === LOOK.hidden) continue;
    ctx.moveTo(x[a]!, y[a]!);
    ctx.lineTo(x[b]!, y[b]!);
  }
  ctx.lineCap = "round";
  // An edge in the ink of quiet texts; the section's ground inside, on which every look of a seat keeps its contrast.
  ctx.strokeStyle = c.quiet;
  ctx.lineWidth = size * 1.06;
  ctx.stroke();
  ctx.strokeStyle = c.section;
  ctx.lineWidth = Math.max(pixel, size * 1.06 - 2.4 * pixel);
  ctx.stroke();
  ctx.lineCap = "butt";
}
