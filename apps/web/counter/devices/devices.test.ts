import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checks18, command, COMMANDS, frame, parseRead, parseText, Scanner, type Card } from "./frames.ts";
import { Burst, looksLikeNumber, readCard } from "./wedge.ts";
import { watchReader, type SerialLine } from "./serial.ts";

interface Vectors {
  commands: Record<string, string>;
  cards: { frame: string; kind: string; holder: string; number: string; until: string }[];
  streams: { why: string; bytes: string; bodies: string[] }[];
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../../integrations/reader/testdata/vectors.json", import.meta.url), "utf8"),
) as Vectors;
const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (h) => parseInt(h, 16));
const hex = (b: Uint8Array): string => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
const all = (stream: Uint8Array, piece: number): string[] => {
  const scan = new Scanner(),
    out: string[] = [];
  for (let i = 0; i < stream.length; i += piece) {
    scan.push(stream.slice(i, i + piece));
    for (let got = scan.next(); got !== "more"; got = scan.next()) out.push(got === "checksum" ? "" : hex(got));
  }
  return out;
};

describe("frames, by the vectors of the Go side", () => {
  it("writes the commands", () => {
    for (const [name, want] of Object.entries(vectors.commands))
      expect(hex(command(COMMANDS[name as keyof typeof COMMANDS])), name).toBe(want);
  });
  it.each(vectors.cards.map((c, i) => [i, c] as const))("reads card %i", (_, c) => {
    const scan = new Scanner();
    scan.push(bytes(c.frame));
    expect(parseRead(scan.next() as Uint8Array)).toEqual({ kind: c.kind, name: c.holder, number: c.number, until: c.until });
  });
  it.each(vectors.streams.map((s) => [s.why, s] as const))("finds frames: %s", (_, s) => {
    for (const piece of [1, 3, 1000]) expect(all(bytes(s.bytes), piece)).toEqual(s.bodies);
  });
  it("finds the same frames however a stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 2, maxLength: 20 }).map(frame))),
        fc.integer({ min: 1, max: 9 }),
        (parts, piece) => {
          const stream = Uint8Array.from(parts.flatMap((p) => [...p]));
          expect(all(stream, piece)).toEqual(all(stream, stream.length + 1));
        },
      ),
    );
  });
  it("never throws over a card's text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 250, maxLength: 260 }), (b) => {
        parseText(b);
      }),
    );
  });
  it("refuses a wrong check digit", () => {
    const body = bytes(vectors.cards[0]!.frame).slice(7, -1);
    body[7 + 122 + 34] = 0x31;
    expect(parseRead(body)).toBeNull();
  });
});

describe("a reader that types", () => {
  const number = "11010519491231002X";
  it("takes the number from between prefix and suffix, with the name when it is there", () => {
    const card = (name: string): Card => ({ kind: "1", name, number, until: "" });
    expect(readCard(number.toLowerCase())).toEqual(card(""));
    expect(readCard(`张三|男|${number}`)).toEqual(card("张三"));
    expect(readCard(`\u0002ID:${number}\u0003`)).toEqual(card(""));
    expect(readCard(`姓名:张三,身份证号码:${number};`)).toEqual(card("张三"));
    expect(readCard(`{${number}}`)).toEqual(card(""));
  });
  it("takes no number that fails its check, is longer, or is part of a word", () => {
    expect(["110105194912310021", `2${number}`, `A${number}`, "1101051949", "110105194913310026"].map(readCard)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(checks18("110105194912310021")).toBe(false);
    expect([looksLikeNumber("110105194912310021"), looksLikeNumber(number), looksLikeNumber("PT:123")]).toEqual([true, false, false]);
  });
  const type = (text: string, every: number, from = 1000): { key: string; at: number }[] =>
    [...text].map((key, i) => ({ key, at: from + i * every }));
  it("tells a burst from a person by its pace", () => {
    const fast = new Burst(),
      slow = new Burst();
    for (const k of type(number, 8)) expect(fast.push(k)).toBeNull();
    expect(fast.push({ key: "Enter", at: 1000 + 18 * 8 })).toBe(number);
    for (const k of type(number, 90)) slow.push(k);
    expect(slow.push({ key: "Enter", at: 1000 + 18 * 90 })).toBeNull();
  });
  it("takes a burst without an end sign at the pause, and no short one", () => {
    const a = new Burst(),
      b = new Burst();
    for (const k of type(number, 8)) a.push(k);
    expect(a.settle()).toBe(number);
    for (const k of type("300", 8)) b.push(k);
    expect(b.settle()).toBeNull();
  });
  it("begins anew once a card was read, however soon the next key comes", () => {
    const b = new Burst();
    for (const k of type(number, 8)) b.push(k);
    expect(b.begins(1000 + 18 * 8)).toBe(false);
    b.reset();
    expect(b.begins(1000 + 18 * 8)).toBe(true);
  });
});

/** A line in memory whose other end answers like a reader with one card; it stands for the cable only. */
function line(answers: (c: number) => Uint8Array | null): SerialLine {
  let out: ReadableStreamDefaultController<Uint8Array> | null = null;
  const scan = new Scanner();
  return {
    open: async () => undefined,
    close: async () => undefined,
    readable: new ReadableStream<Uint8Array>({
      start: (c) => {
        out = c;
      },
    }),
    writable: new WritableStream<Uint8Array>({
      write: (b) => {
        scan.push(b);
        for (let got = scan.next(); got instanceof Uint8Array; got = scan.next()) {
          const a = answers((got[0]! << 8) | got[1]!);
          if (a !== null) for (let i = 0; i < a.length; i += 50) out!.enqueue(a.slice(i, i + 50));
        }
      },
    }),
  };
}

it("reads a card over a serial line and tells it once", async () => {
  const stop = new AbortController(),
    told: string[] = [];
  let finds = 0;
  const empty = frame([0, 0, 0x80]);
  await watchReader(
    line((c) => {
      if (c === COMMANDS.find) {
        finds++;
        if (finds === 4) stop.abort();
        return finds === 1 ? empty : frame([0, 0, 0x9f, 0, 0, 0, 0]);
      } // the card stays on the reader
      return c === COMMANDS.select ? frame([0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0]) : bytes(vectors.cards[0]!.frame);
    }),
    115_200,
    { card: (c) => told.push(c.number), fault: (f) => told.push(f), ready: () => told.push("ready") },
    stop.signal,
  );
  expect(told).toEqual(["ready", "11010519491231002X"]);
});
