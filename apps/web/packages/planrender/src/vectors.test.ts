import { readFileSync } from "node:fs";
import { decodePlan, formatPlan, parsePlan } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import {
  CodecError,
  decodeDelta,
  decodeGeometry,
  decodeSnapshot,
  encodeDelta,
  encodeGeometry,
  encodeSnapshot,
  runsBetween,
  StatusBoard,
  type Run,
} from "./index.ts";

// The files that the Go package writes and reads: both languages make and take the same bytes.
const shared = (name: string): string =>
  readFileSync(new URL(`../../../../../modules/ticketmap/plan/testdata/${name}`, import.meta.url), "utf8");
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));
const digits = (text: string): Uint8Array => Uint8Array.from(text, Number);

interface GeometryCase {
  name: string;
  unit: number;
  plan: unknown;
  hex: string;
  decoded: {
    ids: number[];
    row: number[];
    x: number[];
    y: number[];
    kind: number[];
    view: number[];
    numbers: string[];
    extras: [number, number, string, string][];
  };
}
interface Bad {
  name: string;
  seats?: number;
  hex: string;
}
const geometry = JSON.parse(shared("codec/geometry.json")) as { cases: GeometryCase[]; bad: Bad[] };
const status = JSON.parse(shared("codec/status.json")) as {
  snapshots: { name: string; version: number; states: string; hex: string }[];
  badSnapshots: Bad[];
  badDeltas: Bad[];
  deltas: { name: string; from: number; to: number; before: string; after: string; runs: [number, number, Run["state"]][]; hex: string }[];
};

describe("the newest plan as Go writes it", () => {
  it("is written back byte for byte", () => {
    const text = shared("versions/v2.json");
    expect(formatPlan(parsePlan(text))).toBe(text);
  });
});

describe("geometry bytes of Go", () => {
  it.each(geometry.cases)("$name: are what we make", (c) => expect(hex(encodeGeometry(decodePlan(c.plan), c.unit))).toBe(c.hex));
  it.each(geometry.cases)("$name: are read alike", (c) => {
    const g = decodeGeometry(bytes(c.hex));
    expect({
      ids: [...g.ids],
      row: [...g.row],
      x: [...g.x],
      y: [...g.y],
      kind: [...g.kind],
      view: [...g.view],
      numbers: g.numbers,
      extras: [...g.extras].map(([rank, e]) => [rank, e.companionOf ?? 0, e.entrance ?? "", e.note ?? ""]),
    }).toEqual(c.decoded);
  });
  it.each(geometry.bad)("refused: $name", (c) => expect(() => decodeGeometry(bytes(c.hex))).toThrow(CodecError));
});

describe("status bytes of Go", () => {
  it.each(status.snapshots)("snapshot $name", (c) => {
    expect(hex(encodeSnapshot(c.version, digits(c.states)))).toBe(c.hex);
    expect(decodeSnapshot(bytes(c.hex))).toEqual({ version: c.version, states: digits(c.states) });
  });
  it.each(status.deltas)("delta $name", (c) => {
    const runs = c.runs.map(([start, length, state]) => ({ start, length, state }));
    expect(runsBetween(digits(c.before), digits(c.after))).toEqual(runs);
    expect(hex(encodeDelta({ from: c.from, to: c.to, runs }))).toBe(c.hex);
    const board = new StatusBoard(c.before.length);
    board.reset({ version: c.from, states: digits(c.before) });
    expect(board.apply(decodeDelta(bytes(c.hex), c.before.length))).toBe(true);
    expect(board.states).toEqual(digits(c.after));
  });
  it.each(status.badSnapshots)("snapshot refused: $name", (c) => expect(() => decodeSnapshot(bytes(c.hex))).toThrow(CodecError));
  it.each(status.badDeltas)("delta refused: $name", (c) => expect(() => decodeDelta(bytes(c.hex), c.seats!)).toThrow(CodecError));
});
