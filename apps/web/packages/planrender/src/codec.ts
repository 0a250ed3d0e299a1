import { seatsByRank, SEAT_KINDS, VIEWS, type Plan, type Seat } from "@parterre/planmodel";
import { ByteReader, ByteWriter, CodecError } from "./bytes.ts";

/**
 * The wire codecs of a seat plan, byte for byte as described in modules/ticketmap/plan/FORMAT.md ("Wire codecs").
 *
 * Geometry "PTG1" goes with the skeleton (the plan document without seats) and is sent gzip- or br-encoded: seats in
 * rank order (ascending by id), coordinates quantised to q millimetres and coded as second differences, so that a
 * straight or evenly bent row costs next to nothing. A decoder refuses longer varints than needed, trailing bytes and
 * counts beyond the limits.
 */
const MAX_SEATS = 250_000;

/** Rounds to the nearest unit of q millimetres, halves up; as integers, so Go gets the same. */
const quantise = (v: number, q: number): number => Math.floor((v + Math.floor(q / 2)) / q);

interface Group {
  readonly row: number;
  readonly seats: readonly Seat[];
}

function groupsOf(seats: readonly Seat[], rowIndex: ReadonlyMap<string, number>): Group[] {
  const groups: { row: number; seats: Seat[] }[] = [];
  for (const seat of seats) {
    const row = seat.row === null ? 0 : rowIndex.get(seat.row)! + 1;
    const last = groups.at(-1);
    if (last !== undefined && last.row === row) last.seats.push(seat);
    else groups.push({ row, seats: [seat] });
  }
  return groups;
}

/** First against the first of the group before, second as a difference, later as a difference of differences. */
class Curve {
  private first = 0;
  private n = 0;
  private last = 0;
  private step = 0;

  startGroup(): void {
    this.n = 0;
  }

  /** What to write for v. */
  residue(v: number): number {
    const out = this.n === 0 ? v - this.first : this.n === 1 ? v - this.last : v - this.last - this.step;
    this.take(v);
    return out;
  }

  /** What v was, from what was written. */
  value(residue: number): number {
    const v = this.n === 0 ? this.first + residue : this.n === 1 ? this.last + residue : this.last + this.step + residue;
    this.take(v);
    return v;
  }

  private take(v: number): void {
    if (this.n === 0) this.first = v;
    else this.step = v - this.last;
    this.last = v;
    this.n++;
  }
}

const DECIMAL = /^(0|[1-9]\d{0,7})$/;
const flagsOf = (s: Seat): number => SEAT_KINDS.indexOf(s.kind) | (VIEWS.indexOf(s.view) << 3);

/** Encodes the seats of a plan. q: millimetres per unit, 1..1000. */
export function encodeGeometry(plan: Plan, q = 10): Uint8Array<ArrayBuffer> {
  const seats = seatsByRank(plan);
  const groups = groupsOf(seats, new Map([...plan.rows.keys()].map((id, i) => [id as string, i])));
  const out = new ByteWriter().ascii("PTG").byte(1).varint(q).varint(seats.length).varint(plan.rows.size);
  const stream = (write: (w: ByteWriter) => void): void => {
    const w = new ByteWriter();
    write(w);
    out.varint(w.length).bytes(w.done());
  };
  stream((w) => {
    let before = 0;
    for (const g of groups) {
      w.zigzag(g.row - before).varint(g.seats.length);
      before = g.row;
    }
  });
  stream((w) => {
    let before = 0;
    for (const s of seats) {
      w.zigzag(s.id - before - 1);
      before = s.id;
    }
  });
  for (const axis of ["x", "y"] as const) {
    stream((w) => {
      const curve = new Curve();
      for (const g of groups) {
        curve.startGroup();
        for (const s of g.seats) w.zigzag(curve.residue(quantise(s[axis], q)));
      }
    });
  }
  stream((w) => writeRuns(w, seats.map(flagsOf)));
  stream((w) => writeNumbers(w, groups));
  stream((w) => writeExtras(w, seats));
  return out.done();
}

function writeRuns(w: ByteWriter, values: readonly number[]): void {
  for (let i = 0; i < values.length;) {
    let end = i;
    while (end < values.length && values[end] === values[i]) end++;
    w.varint(values[i]!).varint(end - i);
    i = end;
  }
}

function writeNumbers(w: ByteWriter, groups: readonly Group[]): void {
  const curve = new Curve();
  for (const g of groups) {
    if (g.seats.every((s) => DECIMAL.test(s.number))) {
      w.byte(0);
      curve.startGroup();
      for (const s of g.seats) w.zigzag(curve.residue(Number(s.number)));
    } else {
      w.byte(1);
      for (const s of g.seats) w.string(s.number);
    }
  }
}

function writeExtras(w: ByteWriter, seats: readonly Seat[]): void {
  const extras = seats.flatMap((s, rank) => (s.companionOf !== null || s.entrance !== null || s.note !== null ? [{ s, rank }] : []));
  w.varint(extras.length);
  let before = 0;
  for (const { s, rank } of extras) {
    w.varint(rank - before)
      .varint(s.companionOf ?? 0)
      .string(s.entrance ?? "")
      .string(s.note ?? "");
    before = rank;
  }
}

/** The seats of a hall as arrays by rank: what drawing and hit tests need, 100,000 seats in a few megabytes. */
export interface SeatGeometry {
  readonly count: number;
  readonly ids: Int32Array;
  /** Millimetres. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Index of the row in the skeleton, -1 for a seat of a table or box. */
  readonly row: Int32Array;
  /** Index into SEAT_KINDS. */
  readonly kind: Uint8Array;
  /** Index into VIEWS. */
  readonly view: Uint8Array;
  readonly numbers: readonly string[];
  /** By rank; only where something is said. */
  readonly extras: ReadonlyMap<
    number,
    { readonly companionOf: number | null; readonly entrance: string | null; readonly note: string | null }
  >;
}

/** The same arrays from a plan that is already open (the designer). Coordinates are exact. */
export function geometryOf(plan: Plan): SeatGeometry {
  const seats = seatsByRank(plan),
    rows = new Map([...plan.rows.keys()].map((id, i) => [id as string, i]));
  return {
    count: seats.length,
    ids: Int32Array.from(seats, (s) => s.id),
    x: Int32Array.from(seats, (s) => s.x),
    y: Int32Array.from(seats, (s) => s.y),
    row: Int32Array.from(seats, (s) => (s.row === null ? -1 : rows.get(s.row)!)),
    kind: Uint8Array.from(seats, (s) => SEAT_KINDS.indexOf(s.kind)),
    view: Uint8Array.from(seats, (s) => VIEWS.indexOf(s.view)),
    numbers: seats.map((s) => s.number),
    extras: new Map(
      seats.flatMap((s, rank) =>
        s.companionOf !== null || s.entrance !== null || s.note !== null
          ? [[rank, { companionOf: s.companionOf, entrance: s.entrance, note: s.note }] as const]
          : [],
      ),
    ),
  };
}

/** Decodes PTG1. Throws CodecError for anything that the encoder would not have written. */
export function decodeGeometry(bytes: Uint8Array): SeatGeometry {
  const r = new ByteReader(bytes);
  r.magic("PTG", 1);
  const q = r.varint();
  if (q < 1 || q > 1000) throw new CodecError("unit", r.at);
  const count = r.varint(),
    rows = r.varint();
  if (count > MAX_SEATS || rows > MAX_SEATS) throw new CodecError("count", r.at);
  const { sizes, row } = readGroups(r.stream(), count, rows);
  const ids = readIds(r.stream(), count);
  const x = readCurve(r.stream(), count, sizes, q),
    y = readCurve(r.stream(), count, sizes, q);
  const { kind, view } = readFlags(r.stream(), count);
  const numbers = readNumbers(r.stream(), sizes);
  const extras = readExtras(r.stream(), count);
  r.end();
  return { count, ids, x, y, row, kind, view, numbers, extras };
}

function readGroups(r: ByteReader, count: number, rows: number): { sizes: number[]; row: Int32Array } {
  const sizes: number[] = [],
    row = new Int32Array(count);
  let at = 0,
    current = 0;
  while (at < count) {
    const step = r.zigzag();
    if (sizes.length > 0 && step === 0) throw new CodecError("two groups of one row", r.at);
    current += step;
    const size = r.varint();
    if (current < 0 || current > rows || size < 1 || at + size > count) throw new CodecError("group", r.at);
    row.fill(current - 1, at, at + size);
    sizes.push(size);
    at += size;
  }
  r.end();
  return { sizes, row };
}

function readIds(r: ByteReader, count: number): Int32Array {
  const ids = new Int32Array(count);
  let before = 0;
  for (let i = 0; i < count; i++) {
    before = before + 1 + r.zigzag();
    if (before < 1 || before > 2_147_483_646 || (i > 0 && before <= ids[i - 1]!)) throw new CodecError("id", r.at);
    ids[i] = before;
  }
  r.end();
  return ids;
}

function readCurve(r: ByteReader, count: number, sizes: readonly number[], q: number): Int32Array {
  const out = new Int32Array(count),
    curve = new Curve();
  let at = 0;
  for (const size of sizes) {
    curve.startGroup();
    for (const end = at + size; at < end; at++) {
      const mm = curve.value(r.zigzag()) * q;
      // Rounding may carry a coordinate half a unit past the limit.
      if (Math.abs(mm) > 5_000_000 + q) throw new CodecError("coordinate", r.at);
      out[at] = mm;
    }
  }
  r.end();
  return out;
}

function readFlags(r: ByteReader, count: number): { kind: Uint8Array; view: Uint8Array } {
  const kind = new Uint8Array(count),
    view = new Uint8Array(count);
  let at = 0,
    before = -1;
  while (at < count) {
    const value = r.varint(),
      run = r.varint();
    const k = value & 7,
      v = value >> 3;
    if (k >= SEAT_KINDS.length || v >= VIEWS.length || run < 1 || at + run > count || value === before) throw new CodecError("flags", r.at);
    kind.fill(k, at, at + run);
    view.fill(v, at, at + run);
    at += run;
    before = value;
  }
  r.end();
  return { kind, view };
}

function readNumbers(r: ByteReader, sizes: readonly number[]): string[] {
  const out: string[] = [],
    curve = new Curve();
  for (const size of sizes) {
    const mode = r.byte();
    if (mode > 1) throw new CodecError("number mode", r.at);
    if (mode === 0) curve.startGroup();
    let plain = true;
    for (let i = 0; i < size; i++) {
      const text = mode === 0 ? String(curve.value(r.zigzag())) : r.string(128);
      plain &&= DECIMAL.test(text);
      if ((mode === 0 && !plain) || text === "") throw new CodecError("number", r.at);
      out.push(text);
    }
    if (mode === 1 && plain) throw new CodecError("number mode", r.at);
  }
  r.end();
  return out;
}

function readExtras(r: ByteReader, count: number): SeatGeometry["extras"] {
  const out = new Map<number, { companionOf: number | null; entrance: string | null; note: string | null }>();
  const n = r.varint();
  let rank = 0;
  for (let i = 0; i < n; i++) {
    const gap = r.varint();
    rank += gap;
    if ((i > 0 && gap < 1) || rank >= count) throw new CodecError("extra", r.at);
    const companionOf = r.varint() || null,
      entrance = r.string(128) || null,
      note = r.string(800) || null;
    if (companionOf === null && entrance === null && note === null) throw new CodecError("empty extra", r.at);
    out.set(rank, { companionOf, entrance, note });
  }
  r.end();
  return out;
}
