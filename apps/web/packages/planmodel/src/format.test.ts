/** The canonical form, the JSON Schema, publishing and the identity of seats. */
import { readFileSync } from "node:fs";
import { mm } from "@parterre/geometry";
import { describe, expect, it } from "vitest";
import {
  checkForPublishing,
  decodePlan,
  diffPlans,
  droppedSeats,
  formatPlan,
  parsePlan,
  parseSkeleton,
  PlanError,
  PlanStore,
  sampleBowl,
  sampleTheatre,
  seatsByRank,
} from "./index.ts";
import { document } from "./testplan.ts";

describe("formatPlan", () => {
  it("writes the canonical form: one record per line, a newline at the end", () => {
    const text = formatPlan(decodePlan(document()));
    expect(
      text.startsWith('{"format":"parterre.plan","version":2,"name":"小剧场","unit":"mm","nextSeatId":10,\n"levels":[\n{"id":"L1"'),
    ).toBe(true);
    expect(text).toContain(
      '\n"seats":[\n[1,"r1","1",1000,1000,1,0],\n[2,"r1","2",1500,1000,2,1,1,"A门","立柱"],\n[3,null,"1",4000,4000,0,0]\n],\n"areas"',
    );
    expect(text.endsWith('\n"bounds":[-1000,-4000,10000,10000]}\n')).toBe(true);
    expect(formatPlan(parsePlan(text))).toBe(text);
  });
  it("opens a skeleton whose tables name seats that come apart", () => {
    const text = formatPlan(decodePlan(document()), false);
    const skeleton = parseSkeleton(text);
    expect([skeleton.seats.size, skeleton.tables.get("t1")!.seats, formatPlan(skeleton, false)]).toEqual([0, [3], text]);
    expect(() => parsePlan(text)).toThrow(/no seat/);
  });
  it("makes a theatre and a bowl that open again", () => {
    for (const plan of [sampleTheatre(), sampleBowl(5000)]) {
      const again = parsePlan(formatPlan(plan));
      expect(diffPlans(plan, again)).toEqual([]);
      expect(checkForPublishing(again).list).toEqual([]);
    }
    expect(sampleBowl(5000).seats.size).toBe(5000);
    expect(sampleTheatre().seats.size).toBeGreaterThan(1400);
  });
  it("numbers odd on the left and even on the right of the centre", () => {
    for (const s of sampleTheatre().seats.values()) expect(Number(s.number) % 2 === 1).toBe(s.x < 0);
  });
});

describe("the JSON Schema", () => {
  const own = readFileSync(new URL("../schema/plan-2.schema.json", import.meta.url), "utf8");
  it("is the one that Go embeds", () => {
    expect(own).toBe(readFileSync(new URL("../../../../../modules/ticketmap/plan/schema.json", import.meta.url), "utf8"));
  });
  it("names the members that the decoder takes, and no others", () => {
    const schema = JSON.parse(own) as { properties: Record<string, unknown>; required: string[] };
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(document()).sort());
    for (const member of schema.required) {
      const d = document();
      delete d[member];
      expect(() => decodePlan(d), member).toThrow(PlanError);
    }
  });
});

describe("publishing", () => {
  it("finds a label printed twice and an outline that crosses itself", () => {
    const d = document();
    d.seats[1][2] = "1";
    d.sections[0].outline = [
      [0, 0],
      [9000, 9000],
      [9000, 0],
      [0, 9000],
    ];
    expect(checkForPublishing(decodePlan(d)).list.map((p) => [p.code, p.severity])).toEqual([
      ["plan.duplicate_label", "error"],
      ["plan.self_crossing", "warning"],
    ]);
  });
  it("names the sold seats that a new version drops", () => {
    const store = new PlanStore(decodePlan(document()));
    store.remove("seats", 2);
    expect(droppedSeats(store.plan, [2, 1])).toEqual([2]);
    expect(droppedSeats(decodePlan(document()), [2, 1])).toEqual([]);
  });
});

describe("seat identity", () => {
  it("is never handed out twice, whatever is removed", () => {
    const store = new PlanStore(decodePlan(document()));
    const id = store.allocateSeatId();
    store.put("seats", {
      id,
      row: "r1",
      number: "9",
      x: mm(0),
      y: mm(0),
      kind: "normal",
      view: "clear",
      companionOf: null,
      entrance: null,
      note: null,
    });
    store.remove("seats", id);
    expect(new PlanStore(store.snapshot()).allocateSeatId()).toBe(id + 1);
  });
  it("does not follow the printed number", () => {
    const store = new PlanStore(decodePlan(document()));
    store.update("seats", 1, { number: "77" });
    expect(seatsByRank(store.plan)[0]).toMatchObject({ id: 1, number: "77" });
  });
});
