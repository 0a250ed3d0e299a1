import { geometryOf, mapModel } from "@parterre/planrender";
import { sampleTheatre } from "@parterre/planmodel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ZONE_COLOURS } from "@parterre/planrender";
import { csvOf } from "../lib/parts.tsx";
import { insidePolygon } from "../lib/plan.ts";
import { newId } from "../pages/order.tsx";
import { pretty } from "../pages/delivery.tsx";
import { headerText } from "../lib/http.ts";
import { namePath } from "../lib/form.tsx";
import { ALLOT, MapDraft } from "./draft.ts";

const model = mapModel(sampleTheatre(), geometryOf(sampleTheatre())),
  colours = ZONE_COLOURS.light;
const fresh = (buffer: Iterable<number> = []): MapDraft => new MapDraft(model, new Set(buffer), { zones: [], holds: [] });
const seatsOf = (runs: readonly (readonly [number, number])[]): number => runs.reduce((n, [a, b]) => n + b - a + 1, 0);

describe("MapDraft", () => {
  it("gives each zone a number, letter and colour of its own", () => {
    const d = fresh(),
      nos = [1, 2, 3].map((n) => d.addZone(`z${n}`, colours, "add"));
    expect(nos).toEqual([1, 2, 3]);
    expect(new Set(d.zones.map((z) => z.letter)).size).toBe(3);
    expect(new Set(d.zones.map((z) => z.color)).size).toBe(3);
    d.removeZone(3, "x");
    d.removeZone(1, "x");
    expect(d.zones.map((z) => z.letter)).toEqual(["B"]);
  });
  it("writes runs that read back to the same seats, whatever was painted", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: model.seats.count - 1 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 3 })),
          { maxLength: 12 },
        ),
        (strokes) => {
          const d = fresh();
          for (let i = 0; i < 3; i++) d.addZone(`z${i}`, colours, "add");
          for (const [start, length, no] of strokes)
            d.paintZone(
              Array.from({ length: Math.min(length, model.seats.count - start) }, (_, i) => start + i),
              no,
              "paint",
            );
          const again = new MapDraft(model, new Set(), d.content());
          expect([...again.zone]).toEqual([...d.zone]);
          expect(d.content().zones.reduce((n, z) => n + seatsOf(z.seats), 0)).toBe([...d.zone].filter((z) => z > 0).length);
        },
      ),
      { numRuns: 40 },
    );
  });
  it("paints allotments beside holds, never both on a seat, and reads them back", () => {
    const d = fresh(),
      no = d.addAllot("代理", "agent", "add"),
      hold = d.holdFor("security", "hold");
    d.paintHold([0, 1, 2, 3], ALLOT + no, "allot");
    d.paintHold([2], hold, "hold");
    const c = d.content(),
      again = new MapDraft(model, new Set(), c);
    expect([seatsOf(c.allotments![0]!.seats), seatsOf(c.holds[0]!.seats)]).toEqual([3, 1]);
    expect([...again.hold]).toEqual([...d.hold]);
    expect(d.counts().byHold.get(ALLOT + no)).toBe(3);
    d.removeAllot(no, "remove");
    expect([d.content().allotments, d.hold[0], d.hold[2]]).toEqual([[], 0, hold]);
    d.undo();
    expect(d.content()).toEqual(c);
    d.replace({ zones: [], holds: [] }, "content that says nothing of allotments leaves them");
    expect(seatsOf(d.content().allotments![0]!.seats)).toBe(3);
  });
  it("sends channel prices only when one was touched, and lets kinds of a zone with another price follow it", () => {
    const zone = {
      no: 1,
      name: "A",
      letter: "A",
      color: "#355cc9",
      price: 100_00,
      kind: "public" as const,
      areas: [],
      seats: [[model.seats.ids[0]!, model.seats.ids[0]!]] as const,
    };
    const d = new MapDraft(model, new Set(), {
      zones: [zone],
      holds: [],
      prices: [
        { zone: 1, channel: "online", kind: "child", price: 40_00 },
        { zone: 1, channel: "counter", kind: "full", price: 90_00 },
      ],
    });
    expect(d.content().prices).toBeUndefined();
    expect([d.channelPrice(1, "counter"), d.channelPrice(1, "agent")]).toEqual([90_00, null]);
    d.setChannelPrice(1, "agent", 95_00, "price");
    expect(d.content().prices!.length).toBe(3);
    d.setZone(1, { price: 120_00 }, "price");
    expect(d.content().prices!.map((p) => p.kind)).toEqual(["full", "full"]);
    d.undo();
    d.undo();
    expect(d.content().prices).toBeUndefined();
  });
  it("undoes to the beginning and redoes to the end", () => {
    const d = fresh(),
      a = d.addZone("A", colours, "add"),
      states: string[] = [],
      look = (): string => JSON.stringify(d.content());
    states.push(look());
    d.paintZone([1, 2, 3], a, "paint");
    states.push(look());
    const h = d.holdFor("security", "hold");
    states.push(look());
    d.paintHold([2], h, "hold");
    states.push(look());
    d.removeZone(a, "remove");
    states.push(look());
    for (let i = states.length - 2; i >= 0; i--) {
      expect(d.undo()).toBe(true);
      expect(look()).toBe(states[i]);
    }
    expect(d.dirty).toBe(true);
    for (let i = 1; i < states.length; i++) {
      expect(d.redo()).toBe(true);
      expect(look()).toBe(states[i]);
    }
    expect(d.redo()).toBe(false);
  });
  it("takes a stroke back as one", () => {
    const d = fresh(),
      a = d.addZone("A", colours, "add");
    d.paintZone([1], a, "stroke");
    d.paintZone([2], a, "stroke", true);
    d.paintZone([1, 2, 3], a, "stroke", true);
    expect([...d.zone].filter((z) => z === a)).toHaveLength(3);
    d.undo();
    expect([...d.zone].every((z) => z === 0)).toBe(true);
    d.redo();
    expect([1, 2, 3].map((r) => d.zone[r])).toEqual([a, a, a]);
  });
  it("typing a price is one step, and taking all back is clean", () => {
    const d = fresh(),
      a = d.addZone("A", colours, "add");
    d.markClean();
    for (const price of [2, 28, 280]) d.setZone(a, { price: price * 100 }, "price");
    expect(d.dirty).toBe(true);
    expect(d.undo()).toBe(true);
    expect(d.zones[0]!.price).toBe(0);
  });
  it("RL-8: never paints or holds a seat of the buffer area", () => {
    const d = fresh([5, 6]),
      a = d.addZone("A", colours, "add"),
      h = d.holdFor("press", "hold");
    expect(d.paintZone([4, 5, 6, 7], a, "paint")).toBe(2);
    expect(d.paintHold([5], h, "hold")).toBe(0);
    expect(d.counts().unzoned).toBe(model.seats.count - 4);
  });
  it("counts a held seat as held, not as on sale", () => {
    const d = fresh(),
      a = d.addZone("A", colours, "add"),
      h = d.holdFor("press", "hold");
    d.paintZone([0, 1, 2], a, "paint");
    d.paintHold([1], h, "hold");
    expect([d.counts().byZone.get(a), d.counts().byHold.get(h)]).toEqual([2, 1]);
  });
});

describe("small parts", () => {
  it("CSV is quoted and holds no formula", () => {
    const text = csvOf([{ key: "a", title: "名", render: () => null, csv: (r: string) => r }], ["=1+1", 'a"b', "x,y"]);
    expect(text).toBe('\uFEFF名\r\n\'=1+1\r\n"a""b"\r\n"x,y"\r\n');
  });
  it("knows inside from outside", () => {
    const l = [
      [0, 0],
      [10, 0],
      [10, 5],
      [5, 5],
      [5, 10],
      [0, 10],
    ] as const;
    expect([insidePolygon(l, 2, 8), insidePolygon(l, 8, 8), insidePolygon(l, 8, 2)]).toEqual([true, false, true]);
  });
  it("makes ids of version 7 that sort by time", () => {
    const a = newId(1_700_000_000_000),
      b = newId(1_700_000_000_001);
    expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(a < b).toBe(true);
  });
  it("lays out JSON and XML and leaves the rest alone", () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty('<?xml version="1.0"?><a><b>1</b><c/></a>')).toBe('<?xml version="1.0"?>\n<a>\n  <b>1</b>\n  <c/>\n</a>');
    expect(pretty("plain")).toBe("plain");
  });
  it("carries Chinese reasons in a header as UTF-8", () => {
    const value = headerText("主演\n患病");
    expect([...value].every((c) => c.charCodeAt(0) < 256 && c !== "\n")).toBe(true);
    expect(new TextDecoder().decode(Uint8Array.from(value, (c) => c.charCodeAt(0)))).toBe("主演 患病");
  });
  it("reads the server's field paths", () => expect(namePath("rules.refunds[0].fee")).toEqual(["rules", "refunds", 0, "fee"]));
});
