import type { Box } from "@parterre/geometry";
import { intersects } from "@parterre/geometry";
import type { MapModel } from "./model.ts";
import { zoneOf } from "./palette.ts";

/**
 * Where a zone's letter stands while seats are too small to carry it: colour alone must not tell zones (票档) apart.
 * A section of one zone has the letter on its plate; in one of several zones letters stand on seats here and there.
 */
export interface ZoneMarks {
  /** By section: its one zone's number, 0 where it has several or none. */
  readonly whole: Uint8Array;
  /** For sections of several zones: seats in the midst of their zone, those with most around them first. */
  readonly spots: readonly { readonly rank: number; readonly zone: number; readonly seats: number }[];
}

/** Seats whose letters are drawn upon them need none beside. */
export const LETTERED = 11;
/** This share of a section's seats makes it one of one zone. */
const MOST = 0.95;
/** Side of the squares that have a letter for each of their zones, in seats. */
const CELL = 14;

export function zoneMarks(model: Pick<MapModel, "sections" | "section" | "seats" | "seatSize">, display: Uint8Array): ZoneMarks {
  const { sections, section, seats } = model,
    n = sections.length,
    counts = new Uint32Array(n * 32),
    whole = new Uint8Array(n),
    mixed = new Uint8Array(n);
  for (let rank = 0; rank < seats.count; rank++) {
    const s = section[rank]!;
    if (s < n) counts[s * 32 + zoneOf(display[rank]!)]!++;
  }
  for (let s = 0; s < n; s++) {
    let sum = 0,
      best = 0,
      zones = 0;
    for (let z = 0; z < 32; z++) {
      const c = counts[s * 32 + z]!;
      sum += c;
      if (z > 0 && c > 0) {
        zones++;
        if (best === 0 || c > counts[s * 32 + best]!) best = z;
      }
    }
    if (zones === 0) continue;
    if (counts[s * 32 + best]! >= sum * MOST) whole[s] = best;
    else mixed[s] = 1;
  }
  const spots = mixed.includes(1) ? spotsOf(section, seats, display, mixed, Math.max(1, model.seatSize * CELL)) : [];
  return { whole, spots: spots.sort((a, b) => b.seats - a.seats || a.rank - b.rank) };
}

/**
 * The seat in the midst of each zone's seats in each square of each mixed section. Squares are found by a table of lists,
 * not by keys in a Map: a stadium is gone through twice within a few milliseconds.
 */
function spotsOf(
  section: ArrayLike<number>,
  { count, x, y }: MapModel["seats"],
  display: Uint8Array,
  mixed: Uint8Array,
  side: number,
): { rank: number; zone: number; seats: number }[] {
  const heads = new Int32Array(TABLE).fill(-1),
    next: number[] = [],
    key: number[] = [],
    sx: number[] = [],
    sy: number[] = [],
    seats: number[] = [],
    cellOf = new Int32Array(count).fill(-1);
  for (let rank = 0; rank < count; rank++) {
    const s = section[rank]!,
      zone = zoneOf(display[rank]!);
    if (s >= mixed.length || mixed[s] === 0 || zone === 0) continue;
    // A plan is at most 10 km wide: 11 bits are enough for squares of five metres and more.
    const square = ((Math.floor(x[rank]! / side) & 2047) << 11) | (Math.floor(y[rank]! / side) & 2047),
      own = s * 32 + zone,
      slot = (Math.imul(square, 0x9e37_79b1) + Math.imul(own, 0x85eb_ca6b)) >>> (32 - TABLE_BITS);
    let cell = heads[slot]!;
    while (cell >= 0 && (key[cell * 2] !== square || key[cell * 2 + 1] !== own)) cell = next[cell]!;
    if (cell < 0) {
      cell = next.length;
      next.push(heads[slot]!);
      heads[slot] = cell;
      key.push(square, own);
      sx.push(0);
      sy.push(0);
      seats.push(0);
    }
    sx[cell]! += x[rank]!;
    sy[cell]! += y[rank]!;
    seats[cell]!++;
    cellOf[rank] = cell;
  }
  const best = new Int32Array(next.length).fill(-1),
    least = new Float64Array(next.length).fill(Infinity);
  for (let rank = 0; rank < count; rank++) {
    const cell = cellOf[rank]!;
    if (cell < 0) continue;
    const d = (x[rank]! - sx[cell]! / seats[cell]!) ** 2 + (y[rank]! - sy[cell]! / seats[cell]!) ** 2;
    if (d < least[cell]!) {
      least[cell] = d;
      best[cell] = rank;
    }
  }
  return [...best].map((rank, cell) => ({ rank, zone: key[cell * 2 + 1]! & 31, seats: seats[cell]! }));
}

/** Slots of the table in which squares are looked up. */
const TABLE_BITS = 12,
  TABLE = 1 << TABLE_BITS;

/** Side of the squares in which Spacing looks for neighbours, in pixels. */
const SQUARE = 64;

/** Keeps letters of one zone apart, and off what is written already: a few hundred a frame, so each looks near itself only. */
export class Spacing {
  private readonly same = new Map<number, { x: number; y: number }[]>();
  private readonly near = new Map<number, Box[]>();
  constructor(
    private readonly taken: Box[],
    private readonly apart: number,
  ) {
    for (const box of taken) this.note(box);
  }

  private squares(box: Box, visit: (key: number) => boolean): boolean {
    for (let gx = Math.floor(box[0] / SQUARE); gx <= Math.floor(box[2] / SQUARE); gx++)
      for (let gy = Math.floor(box[1] / SQUARE); gy <= Math.floor(box[3] / SQUARE); gy++) if (visit(gx * 65_536 + gy)) return true;
    return false;
  }

  private note(box: Box): void {
    this.squares(box, (key) => {
      const list = this.near.get(key);
      if (list === undefined) this.near.set(key, [box]);
      else list.push(box);
      return false;
    });
  }

  /** Whether a letter of this size may stand here; if so the place is taken. */
  take(zone: number, x: number, y: number, size: number): boolean {
    const h = size / 2 + 1,
      box: Box = [x - h, y - h, x + h, y + h],
      { apart } = this;
    const cell = (dx: number, dy: number): number => (zone * 4096 + Math.floor(x / apart) + dx) * 4096 + Math.floor(y / apart) + dy;
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        if (this.same.get(cell(dx, dy))?.some((o) => Math.hypot(o.x - x, o.y - y) < apart) === true) return false;
    if (this.squares(box, (key) => this.near.get(key)?.some((t) => intersects(t, box)) === true)) return false;
    this.taken.push(box);
    this.note(box);
    const own = this.same.get(cell(0, 0));
    if (own === undefined) this.same.set(cell(0, 0), [{ x, y }]);
    else own.push({ x, y });
    return true;
  }
}
