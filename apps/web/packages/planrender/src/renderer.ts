import type { Box } from "@parterre/geometry";
import type { View } from "./camera.ts";
import type { PaintState } from "./ground.ts";
import type { MapModel } from "./model.ts";

/** Draws the seats on a canvas of its own with a clear ground. */
export interface SeatRenderer {
  readonly kind: "webgl" | "pixels";
  /** No graphics card is at work: the browser most likely puts its pages together on the processor too. */
  readonly software: boolean;
  /** CSS size and device pixels per CSS pixel. */
  resize(view: View, dpr: number): void;
  /** The seats of these ranks stand elsewhere or are of another kind now: the model's arrays were changed in place. */
  patch(ranks: readonly number[]): void;
  /** Draws other seats from now on: only what lies in memory for each seat is made anew, all of them free. */
  replace(model: MapModel): void;
  /** Ranks start..end-1 have new display bytes. */
  update(display: Uint8Array, start: number, end: number): void;
  /** RGB for each of the 256 display bytes. */
  setColours(table: Uint8Array): void;
  /** Draws the seats of the state; the pixel renderer also what stands on them. False: a quick picture, to be drawn again once the map rests. */
  draw(state: PaintState): boolean;
  /** Waits until the picture is really made; for measuring. */
  finish(): void;
  destroy(): void;
}

/** A run of neighbouring seats in drawing order with the box round them: what lies outside the view is not drawn. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly box: Box;
}

/** Drawing order (position -> rank) along a coarse grid, cut into chunks of at most `size` seats. */
export function chunksOf(model: MapModel, size = 1024): { order: Uint32Array; chunks: Chunk[] } {
  const { x, y, count } = model.seats,
    b = model.bounds;
  const cells = Math.max(1, Math.ceil(Math.sqrt(count / size)));
  const w = Math.max(1, b[2] - b[0]) / cells,
    h = Math.max(1, b[3] - b[1]) / cells;
  const clamp = (v: number): number => Math.max(0, Math.min(cells - 1, Math.floor(v)));
  const cell = (i: number): number => clamp((y[i]! - b[1]) / h) * cells + clamp((x[i]! - b[0]) / w);
  const cellOfRank = new Uint32Array(count);
  for (let i = 0; i < count; i++) cellOfRank[i] = cell(i);
  const order = new Uint32Array(count),
    next = new Uint32Array(cells * cells + 1);
  for (let i = 0; i < count; i++) next[cellOfRank[i]! + 1]!++;
  for (let c = 1; c < next.length; c++) next[c]! += next[c - 1]!;
  for (let i = 0; i < count; i++) order[next[cellOfRank[i]!]!++] = i;
  const chunks: Chunk[] = [];
  for (let start = 0; start < count;) {
    let end = start,
      minx = Infinity,
      miny = Infinity,
      maxx = -Infinity,
      maxy = -Infinity;
    while (end < count && end - start < size && cellOfRank[order[end]!] === cellOfRank[order[start]!]) {
      const i = order[end++]!;
      minx = Math.min(minx, x[i]!);
      maxx = Math.max(maxx, x[i]!);
      miny = Math.min(miny, y[i]!);
      maxy = Math.max(maxy, y[i]!);
    }
    chunks.push({ start, end, box: [minx, miny, maxx, maxy] });
    start = end;
  }
  return { order, chunks };
}

/** Makes the box of the chunk that holds a drawing position hold a place too: a seat was moved. */
export function growChunk(chunks: Chunk[], position: number, x: number, y: number): void {
  let low = 0,
    high = chunks.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (chunks[mid]!.start <= position) low = mid;
    else high = mid - 1;
  }
  const c = chunks[low]!,
    b = c.box;
  if (x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]) return;
  chunks[low] = { ...c, box: [Math.min(b[0], x), Math.min(b[1], y), Math.max(b[2], x), Math.max(b[3], y)] };
}

/** Neighbouring visible chunks as one range each: fewer draw calls. */
export function visibleRanges(chunks: readonly Chunk[], box: Box): [start: number, end: number][] {
  const out: [number, number][] = [];
  for (const c of chunks) {
    if (c.box[0] > box[2] || c.box[2] < box[0] || c.box[1] > box[3] || c.box[3] < box[1]) continue;
    const last = out.at(-1);
    if (last !== undefined && last[1] === c.start) last[1] = c.end;
    else out.push([c.start, c.end]);
  }
  return out;
}

/** True for renderer strings of software GL, where writing pixels by hand is ten times faster. */
export const isSoftwareGl = (rendererString: string): boolean =>
  /swiftshader|llvmpipe|softpipe|software|basic render|lavapipe/i.test(rendererString);
