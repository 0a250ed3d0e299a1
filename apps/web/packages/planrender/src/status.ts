import { ByteReader, ByteWriter, CodecError } from "./bytes.ts";

/**
 * Who may buy a seat, as it goes over the wire: 2 bits a seat in a snapshot, sorted runs in a delta. Byte for byte as
 * modules/ticketmap/plan/FORMAT.md says:
 *
 *   snapshot  'P' 'S' 1, varint version, varint n, ceil(n/4) bytes: rank i in bits 2*(i mod 4) of byte i div 4; unused bits 0
 *   delta     'P' 'D' 1, varint from, varint (to - from) >= 1, varint runs, per run:
 *               varint gap (from the end of the run before, rank 0 at first), varint (length << 2 | state), length >= 1
 *             a run with gap 0 has another state than the run before; no run reaches past n
 *
 * Versions are varints of at most 53 bits. A delta applies only to the version `from`; otherwise ask for a snapshot.
 */
export const STATES = ["free", "held", "sold", "off"] as const;
export type WireState = 0 | 1 | 2 | 3;

export interface Snapshot {
  readonly version: number;
  readonly states: Uint8Array;
}
export interface Run {
  readonly start: number;
  readonly length: number;
  readonly state: WireState;
}
export interface Delta {
  readonly from: number;
  readonly to: number;
  readonly runs: readonly Run[];
}

const MAX_SEATS = 250_000;

/** states: one byte a seat by rank, 0..3. */
export function encodeSnapshot(version: number, states: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(Math.ceil(states.length / 4));
  for (let i = 0; i < states.length; i++) {
    const s = states[i]!;
    if (s > 3) throw new RangeError(`state ${s} of rank ${i}`);
    packed[i >> 2]! |= s << (2 * (i & 3));
  }
  return new ByteWriter().ascii("PS").byte(1).varint(version).varint(states.length).bytes(packed).done();
}

export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const r = new ByteReader(bytes);
  r.magic("PS", 1);
  const version = r.varint(53),
    n = r.varint();
  if (n > MAX_SEATS) throw new CodecError("count", r.at);
  const packed = r.take(Math.ceil(n / 4));
  const states = new Uint8Array(n);
  for (let i = 0; i < n; i++) states[i] = (packed[i >> 2]! >> (2 * (i & 3))) & 3;
  if (n % 4 !== 0 && packed[packed.length - 1]! >> (2 * (n & 3)) !== 0) throw new CodecError("unused bits", r.at);
  r.end();
  return { version, states };
}

/** The runs that turn one array of states into the other, ascending and apart. */
export function runsBetween(before: Uint8Array, after: Uint8Array): Run[] {
  if (before.length !== after.length) throw new RangeError("the two have different seats");
  const runs: Run[] = [];
  for (let i = 0; i < after.length;) {
    if (before[i] === after[i]) {
      i++;
      continue;
    }
    const start = i,
      state = after[i]! as WireState;
    while (i < after.length && after[i] === state && before[i] !== after[i]) i++;
    runs.push({ start, length: i - start, state });
  }
  return runs;
}

export function encodeDelta(delta: Delta): Uint8Array<ArrayBuffer> {
  const w = new ByteWriter()
    .ascii("PD")
    .byte(1)
    .varint(delta.from)
    .varint(delta.to - delta.from)
    .varint(delta.runs.length);
  let at = 0;
  for (const run of delta.runs) {
    w.varint(run.start - at).varint(run.length * 4 + run.state);
    at = run.start + run.length;
  }
  return w.done();
}

/** seats: how many the plan has; a run past that is refused. */
export function decodeDelta(bytes: Uint8Array, seats: number): Delta {
  const r = new ByteReader(bytes);
  r.magic("PD", 1);
  const from = r.varint(53),
    step = r.varint(53),
    n = r.varint();
  if (step < 1 || !Number.isSafeInteger(from + step)) throw new CodecError("version", r.at);
  if (n > seats) throw new CodecError("count", r.at);
  const runs: Run[] = [];
  let at = 0;
  for (let i = 0; i < n; i++) {
    const gap = r.varint(),
      word = r.varint();
    const length = Math.floor(word / 4),
      state = (word % 4) as WireState;
    if (length < 1 || at + gap + length > seats || (i > 0 && gap === 0 && runs[i - 1]!.state === state)) throw new CodecError("run", r.at);
    runs.push({ start: at + gap, length, state });
    at += gap + length;
  }
  r.end();
  return { from, to: from + step, runs };
}

/**
 * The states of one session as they arrive. apply() answers false when a delta does not follow on what is here: the
 * caller asks for a snapshot and nothing is changed.
 */
export class StatusBoard {
  version = -1;
  states: Uint8Array;
  private readonly listeners = new Set<(start: number, end: number) => void>();

  constructor(readonly count: number) {
    this.states = new Uint8Array(count);
  }

  /** Called with the ranks that may have changed: start included, end not. */
  listen(listener: (start: number, end: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  reset(snapshot: Snapshot): void {
    if (snapshot.states.length !== this.count)
      throw new RangeError(`the snapshot has ${snapshot.states.length} seats, the plan ${this.count}`);
    this.states.set(snapshot.states);
    this.version = snapshot.version;
    this.tell(0, this.count);
  }

  apply(delta: Delta): boolean {
    if (delta.to <= this.version) return true; // seen already: a stream may repeat itself
    if (delta.from !== this.version) return false;
    for (const run of delta.runs) this.states.fill(run.state, run.start, run.start + run.length);
    this.version = delta.to;
    for (const run of delta.runs) this.tell(run.start, run.start + run.length);
    return true;
  }

  private tell(start: number, end: number): void {
    for (const listener of this.listeners) listener(start, end);
  }
}
