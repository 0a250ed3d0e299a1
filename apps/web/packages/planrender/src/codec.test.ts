import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { mm } from "@parterre/geometry";
import { PlanStore, sampleBowl, sampleTheatre, SEAT_KINDS, VIEWS, type Plan } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { ByteReader, ByteWriter, CodecError } from "./bytes.ts";
import { decodeGeometry, encodeGeometry, geometryOf } from "./codec.ts";
import { decodeDelta, decodeSnapshot, encodeDelta, encodeSnapshot, runsBetween, StatusBoard } from "./status.ts";

const seatSpec = fc.record({
  row: fc.integer({ min: -1, max: 3 }),
  gap: fc.integer({ min: 1, max: 1000 }),
  x: fc.integer({ min: -5_000_000, max: 5_000_000 }),
  y: fc.integer({ min: -99_999, max: 99_999 }),
  number: fc.oneof(fc.nat(99_999_999).map(String), fc.constantFrom("A1", "甲", "007")),
  kind: fc.constantFrom(...SEAT_KINDS),
  view: fc.constantFrom(...VIEWS),
  entrance: fc.option(fc.constantFrom("A门", "3号门")),
  note: fc.option(fc.constantFrom("立柱")),
  companionOf: fc.option(fc.integer({ min: 1, max: 99 })),
});

function planOf(seats: readonly (typeof seatSpec extends fc.Arbitrary<infer T> ? T : never)[]): Plan {
  const store = new PlanStore();
  for (let r = 0; r < 4; r++) store.put("rows", { id: `r${r}`, section: "s", label: String(r), kind: "free" });
  let id = 0;
  for (const s of seats) {
    id += s.gap;
    store.put("seats", { ...s, id, row: s.row < 0 ? null : `r${s.row}`, x: mm(s.x), y: mm(s.y) });
  }
  return store.plan;
}

const plain = (g: ReturnType<typeof geometryOf>): unknown => ({
  ...g,
  ids: [...g.ids],
  x: [...g.x],
  y: [...g.y],
  row: [...g.row],
  kind: [...g.kind],
  view: [...g.view],
  extras: [...g.extras],
});

describe("geometry codec", () => {
  it("gives back any seats exactly at 1 mm", () => {
    fc.assert(
      fc.property(fc.array(seatSpec, { maxLength: 60 }), (seats) => {
        const plan = planOf(seats);
        expect(plain(decodeGeometry(encodeGeometry(plan, 1)))).toEqual(plain(geometryOf(plan)));
      }),
    );
  });
  it("is at most half a unit off at 10 mm, and encodes what it decoded to the same bytes", () => {
    const plan = sampleTheatre();
    const bytes = encodeGeometry(plan, 10);
    const got = decodeGeometry(bytes),
      want = geometryOf(plan);
    for (let i = 0; i < want.count; i++) {
      expect(Math.abs(got.x[i]! - want.x[i]!)).toBeLessThanOrEqual(5);
      expect(Math.abs(got.y[i]! - want.y[i]!)).toBeLessThanOrEqual(5);
    }
    expect(got.numbers).toEqual(want.numbers);
  });
  it("takes at most 4 bytes a seat compressed, for 100,000 seats on curves", () => {
    const plan = sampleBowl(100_000);
    const bytes = gzipSync(encodeGeometry(plan));
    expect(plan.seats.size).toBe(100_000);
    expect(bytes.length / plan.seats.size).toBeLessThanOrEqual(4);
  });
  it("refuses every shortened text and every other byte at the head", () => {
    const bytes = encodeGeometry(
      planOf([{ row: 0, gap: 1, x: 5, y: 5, number: "1", kind: "normal", view: "clear", entrance: null, note: "立柱", companionOf: null }]),
    );
    for (let n = 0; n < bytes.length; n++) expect(() => decodeGeometry(bytes.subarray(0, n)), `cut at ${n}`).toThrow(CodecError);
    expect(() => decodeGeometry(Uint8Array.of(...bytes, 0))).toThrow(CodecError);
    expect(() => decodeGeometry(Uint8Array.of(0x50, 0x54, 0x47, 2, ...bytes.subarray(4)))).toThrow(/version/);
  });
  it("answers any bytes with seats or a CodecError", () => {
    const real = encodeGeometry(sampleTheatre());
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.nat(255), (at, value) => {
        const bytes = real.slice();
        bytes[at] = value;
        try {
          decodeGeometry(bytes);
        } catch (e) {
          expect(e).toBeInstanceOf(CodecError);
        }
      }),
    );
  });
});

describe("varints", () => {
  it("come back, in their shortest form only", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer(), (u, s) => {
        const r = new ByteReader(new ByteWriter().varint(u).zigzag(s).done());
        expect([r.varint(53), r.zigzag()]).toEqual([u, s]);
      }),
    );
    expect(() => new ByteReader(Uint8Array.of(0x80, 0)).varint()).toThrow(/longer/);
    expect(() => new ByteReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f)).varint()).toThrow(CodecError);
  });
});

const states = fc.uint8Array({ max: 3, maxLength: 300 });

describe("status codec", () => {
  it("packs four seats a byte", () => {
    expect([...encodeSnapshot(300, Uint8Array.of(0, 1, 2, 3, 2))]).toEqual([0x50, 0x53, 1, 0xac, 2, 5, 0b11100100, 0b10]);
  });
  it("gives back any snapshot", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), states, (version, s) => {
        expect(decodeSnapshot(encodeSnapshot(version, s))).toEqual({ version, states: s });
      }),
    );
  });
  it("refuses set bits behind the last seat, short and long texts", () => {
    const bytes = encodeSnapshot(1, Uint8Array.of(1));
    expect(() => decodeSnapshot(bytes.map((b, i) => (i === bytes.length - 1 ? b | 0x10 : b)))).toThrow(/unused/);
    expect(() => decodeSnapshot(bytes.subarray(0, -1))).toThrow(CodecError);
    expect(() => decodeSnapshot(Uint8Array.of(...bytes, 0))).toThrow(/trailing/);
  });
  it("leads from any states to any others by a delta", () => {
    fc.assert(
      fc.property(
        states.chain((a) => fc.tuple(fc.constant(a), fc.uint8Array({ max: 3, minLength: a.length, maxLength: a.length }))),
        ([a, b]) => {
          const delta = { from: 7, to: 9, runs: runsBetween(a, b) };
          const board = new StatusBoard(a.length);
          board.reset({ version: 7, states: a });
          expect(board.apply(decodeDelta(encodeDelta(delta), a.length))).toBe(true);
          expect(board.states).toEqual(b);
          expect(board.version).toBe(9);
        },
      ),
    );
  });
  it("writes a run as gap and length with state", () => {
    const bytes = encodeDelta({
      from: 1,
      to: 2,
      runs: [
        { start: 5, length: 3, state: 2 },
        { start: 8, length: 1, state: 1 },
      ],
    });
    expect([...bytes]).toEqual([0x50, 0x44, 1, 1, 1, 2, 5, 14, 0, 5]);
    expect(() => decodeDelta(bytes, 8)).toThrow(/run/);
  });
  it("refuses a run that only continues the one before", () => {
    expect(() =>
      decodeDelta(
        encodeDelta({
          from: 1,
          to: 2,
          runs: [
            { start: 0, length: 1, state: 2 },
            { start: 1, length: 1, state: 2 },
          ],
        }),
        9,
      ),
    ).toThrow(/run/);
  });
  it("asks for a snapshot after a gap and changes nothing; a repeated delta is harmless", () => {
    const board = new StatusBoard(4);
    board.reset({ version: 3, states: new Uint8Array(4) });
    expect(board.apply({ from: 4, to: 5, runs: [{ start: 0, length: 4, state: 2 }] })).toBe(false);
    expect([...board.states]).toEqual([0, 0, 0, 0]);
    expect(board.apply({ from: 2, to: 3, runs: [{ start: 0, length: 4, state: 2 }] })).toBe(true);
    expect([...board.states]).toEqual([0, 0, 0, 0]);
    expect(() => board.reset({ version: 4, states: new Uint8Array(5) })).toThrow(RangeError);
  });
});
