import fc from "fast-check";
import { sampleBowl, sampleTheatre, diffPlans } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { centreOf, labelRows, numberSeats } from "./actions/number.ts";
import { letters, nextStart, numbersFrom, numbersOf, rowLabels, SCHEMES, SchemeError, type Scheme } from "./numbering.ts";
import { TestEditor } from "./testeditor.ts";
import { seatsOfRows } from "./walk.ts";

const schemes = fc.record({
  kind: fc.constantFrom(...SCHEMES),
  start: fc.integer({ min: 1, max: 300 }),
  skipLetters: fc.constantFrom("", "IO", "IOQ", "abc"),
  skipNumbers: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }),
  prefix: fc.constantFrom("", "A", "东"),
}) as fc.Arbitrary<Scheme>;

describe("schemes", () => {
  it("print every number once in a row, whatever the scheme", () => {
    fc.assert(
      fc.property(schemes, fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 80 }), (scheme, n, centre) => {
        const out = numbersOf(scheme, n, Math.min(n, centre));
        expect(out).toHaveLength(n);
        expect(new Set(out).size).toBe(n);
        expect(out.every((v) => v.length <= 32 && v.trim() === v)).toBe(true);
      }),
    );
  });
  it("go on from row to row without a number twice, also where numbers are left out", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("left-to-right" as const, "right-to-left" as const, "letters" as const),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 10 }),
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }),
        (kind, skipNumbers, rows) => {
          let start = 1;
          const all: string[] = [];
          for (const n of rows) {
            all.push(...numbersOf({ kind, skipNumbers, start }, n));
            start = nextStart({ kind, skipNumbers, start }, n);
          }
          expect(new Set(all).size).toBe(all.length);
        },
      ),
    );
    expect(nextStart({ kind: "left-to-right", start: 1, skipNumbers: [4] }, 12)).toBe(14);
  });
  it("put odd numbers on one side of the aisle, even on the other, growing outwards", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.boolean(), (n, at, swap) => {
        const mid = Math.min(n, at),
          out = numbersOf({ kind: swap ? "even-odd" : "odd-even" }, n, mid).map(Number);
        const left = out.slice(0, mid),
          right = out.slice(mid);
        expect(left.every((v) => v % 2 === (swap ? 0 : 1))).toBe(true);
        expect(right.every((v) => v % 2 === (swap ? 1 : 0))).toBe(true);
        expect(left).toEqual([...left].sort((a, b) => b - a));
        expect(right).toEqual([...right].sort((a, b) => a - b));
      }),
    );
  });
  it("mirror: from the right is from the left read backwards", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 99 }), (n, start) => {
        expect(numbersOf({ kind: "right-to-left", start }, n)).toEqual(numbersOf({ kind: "left-to-right", start }, n).reverse());
        for (const kind of ["odd", "even"] as const)
          expect(numbersOf({ kind: `${kind}-back`, start }, n)).toEqual(numbersOf({ kind, start }, n).reverse());
        expect(numbersOf({ kind: "letters-back", start }, n)).toEqual(numbersOf({ kind: "letters", start }, n).reverse());
      }),
    );
  });
  it("leave out letters and numbers that one does not want", () => {
    fc.assert(
      fc.property(schemes, fc.integer({ min: 1, max: 80 }), (scheme, n) => {
        const bare = numbersOf({ ...scheme, prefix: "" }, n);
        if (scheme.kind.startsWith("letters"))
          expect(bare.every((v) => [...v].every((c) => !scheme.skipLetters!.toUpperCase().includes(c)))).toBe(true);
        else if (scheme.kind.includes("left")) expect(bare.every((v) => !scheme.skipNumbers!.includes(Number(v)))).toBe(true);
      }),
    );
    expect([1, 8, 9, 26, 27].map((v) => letters(v))).toEqual(["A", "H", "I", "Z", "AA"]);
    expect([8, 9, 14].map((v) => letters(v, "IO"))).toEqual(["H", "J", "P"]);
    expect(numbersFrom(3, 3, [4, 5])).toEqual([3, 6, 7]);
  });
  it("agree with the server's numbers", () => {
    expect(numbersOf({ kind: "odd-even" }, 7, 3)).toEqual(["5", "3", "1", "2", "4", "6", "8"]);
    expect(numbersOf({ kind: "odd", start: 2 }, 3)).toEqual(["3", "5", "7"]);
    expect(numbersOf({ kind: "even" }, 3)).toEqual(["2", "4", "6"]);
    expect(rowLabels({ kind: "letters", skipLetters: "I", start: 8, fromBack: true, suffix: "" }, 3)).toEqual(["K", "J", "H"]);
  });
  it("refuse what cannot number", () => {
    expect(() => numbersOf({ kind: "letters", skipLetters: "ABCDEFGHIJKLMNOPQRSTUVWXY" }, 3)).toThrow(SchemeError);
    expect(() => numbersOf({ kind: "odd", start: 0 }, 3)).toThrow(SchemeError);
    expect(() => numbersOf({ kind: "odd", prefix: " A" }, 3)).toThrow(SchemeError);
  });
});

describe("renumbering a plan", () => {
  it("changes numbers only: identity, place, row and everything else stay (PT-6.3.2.4)", () => {
    fc.assert(
      fc.property(schemes, fc.boolean(), (scheme, through) => {
        const e = new TestEditor(sampleTheatre()),
          before = e.store.snapshot();
        e.does(() => numberSeats(e, { scheme, through }));
        for (const c of diffPlans(before, e.plan)) {
          expect(c.table).toBe("seats");
          expect({ ...c.before, number: "" }).toEqual({ ...c.after, number: "" });
        }
        for (const row of seatsOfRows(e.plan).values()) expect(new Set(row.map((s) => s.number)).size).toBe(row.length);
      }),
      { numRuns: 12 },
    );
  });
  it("goes for the selected rows alone and finds the aisle by itself", () => {
    const e = new TestEditor();
    e.use("row").drag([-4400, 0], [-1100, 0]).drag([1100, 0], [3300, 0]);
    e.select({ seats: new Set(e.plan.seats.keys() as Iterable<number>), objects: new Set() });
    e.run("join").run("number.odd-even");
    const row = [...seatsOfRows(e.plan).values()][0]!;
    expect(row.map((s) => s.number)).toEqual(["13", "11", "9", "7", "5", "3", "1", "2", "4", "6", "8", "10"]);
    expect(centreOf(row, null)).toBe(7);
  });
  it("numbers rows of one name over the sections beside each other: odd left, even right of the aisle between them", () => {
    const e = new TestEditor();
    e.use("block").drag([1100, 0], [3300, 1900]); // the right block is drawn first
    e.use("block").drag([-4400, 0], [-1100, 1900]);
    e.select({ seats: new Set(), objects: new Set() });
    expect(e.plan.sections.size).toBe(2);
    e.does(() => numberSeats(e, { scheme: { kind: "odd-even" }, across: true }));
    const byRow = [...seatsOfRows(e.plan).values()].sort((a, b) => a[0]!.x - b[0]!.x),
      left = byRow[0]!.map((s) => Number(s.number)),
      right = byRow.at(-1)!.map((s) => Number(s.number));
    expect(left).toEqual(left.map((_, i) => 2 * (left.length - i) - 1));
    expect(right).toEqual(right.map((_, i) => 2 * (i + 1)));
    e.does(() => numberSeats(e, { scheme: { kind: "left-to-right" }, across: true }));
    expect(byRow.at(-1)![0]!.id).not.toBe(byRow[0]![0]!.id);
    expect(Number(e.plan.seats.get(byRow.at(-1)![0]!.id)!.number)).toBe(left.length + 1);
    e.does(() => numberSeats(e, { scheme: { kind: "left-to-right" } })); // without: each section by itself
    expect(e.plan.seats.get(byRow.at(-1)![0]!.id)!.number).toBe("1");
  });
  it("names the rows of each section from the front, or from the back", () => {
    const e = new TestEditor(sampleTheatre());
    e.does(() => labelRows(e, { kind: "letters", skipLetters: "IO", suffix: "" }));
    const first = seatsOfRows(e.plan).get("R-L1-1")!;
    expect(e.plan.rows.get(first[0]!.row!)!.label).toBe("A");
    e.does(() => labelRows(e, { kind: "numbers", fromBack: true }));
    expect(e.plan.rows.get("R-L1-1")!.label).toBe("22排");
  });
  it("numbers 60,000 seats as one step", () => {
    const e = new TestEditor(sampleBowl(60_000));
    e.checkUndo = false;
    expect(numberSeats(e, { scheme: { kind: "right-to-left" } })).toBe(60_000);
    expect(e.undo()).toBe(true);
    expect(e.history.canUndo).toBe(false);
  });
});
