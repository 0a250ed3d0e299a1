import { readFileSync } from "node:fs";
import { parsePlan } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { geometryOf, mapModel, objectAt, objectOfSeat, objectsOf, seatName, unitOf } from "./index.ts";

const document = readFileSync(new URL("../../../../parterre/demo/plans/livehouse.plan.json", import.meta.url), "utf8");
const model = mapModel(parsePlan(document), geometryOf(parsePlan(document)));
const rank = (id: number): number => model.rankOf.get(id)!;

describe("areas, tables and boxes of the demo's live house", () => {
  it("are all there", () => {
    const kinds = objectsOf(model).map((o) => o.kind);
    expect([
      kinds.filter((k) => k === "area").length,
      kinds.filter((k) => k === "table").length,
      kinds.filter((k) => k === "box").length,
    ]).toEqual([2, 6, 4]);
    expect(objectsOf(model).find((o) => o.id === "a1")!.capacity).toBe(240);
  });
  it("are found under the pointer, on their level only", () => {
    expect(objectAt(model, [0, 4000])?.id).toBe("a1");
    expect(objectAt(model, [-7000, 15_800])?.id).toBe("t1");
    expect(objectAt(model, [-12_500, 4_500])?.id).toBe("b1");
    expect(objectAt(model, [0, 7_500])).toBeNull();
    const lower = model.levels.findIndex((l) => l.id === "L1");
    expect(objectAt(model, [-12_500, 4_500], lower)).toBeNull();
    expect(objectAt(model, [0, 4000], lower)?.id).toBe("a1");
  });
  it("sell whole tables together and other seats alone", () => {
    expect(unitOf(model, rank(2))).toEqual([1, 2, 3, 4].map(rank));
    expect(unitOf(model, rank(13))).toEqual([rank(13)]); // table 4 is sold by seat
    expect(objectOfSeat(model, rank(13))?.id).toBe("t4");
    expect(unitOf(model, rank(30))).toEqual([rank(30)]);
  });
  it("name seats without a row by their table or box", () => {
    expect(seatName(model, rank(2))).toEqual({ level: "一层", section: "圆桌区", row: "1号桌", number: "2" });
    expect(seatName(model, rank(97))).toEqual({ level: "二层", section: "", row: "左1包厢", number: "1" });
  });
});
