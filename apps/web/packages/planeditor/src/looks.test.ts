import { describe, expect, it } from "vitest";
import { assignNearestEntrance, effectiveEntrances } from "./actions/entrances.ts";
import { colouredSeats } from "./looks.ts";
import { TestEditor } from "./testeditor.ts";

/** Two blocks, a marked entrance beside each. */
function hall(): TestEditor {
  const e = new TestEditor();
  e.use("block").drag([-4400, 0], [-1100, 3000]).drag([1100, 0], [4400, 3000]);
  e.setOptions({ shapeKind: "entrance" });
  e.use("shape").click([-6000, 1500]).click([6000, 1500]);
  e.select({ seats: new Set(), objects: new Set() });
  return e;
}

describe("entrances", () => {
  it("get names that count on, and are given to the nearest sections, or to the selected seats each by itself", () => {
    const e = hall();
    expect([...e.plan.shapes.values()].map((s) => s.text)).toEqual(["1号门", "2号门"]);
    e.run("entrance.nearest");
    expect([...e.plan.sections.values()].map((s) => s.entrance)).toEqual(["1号门", "2号门"]);
    const one = [...e.plan.seats.values()].find((s) => s.x < 0)!;
    e.select({ seats: new Set([one.id]), objects: new Set() });
    e.does(() => e.change("move", (s) => s.update("seats", one.id, { x: 5000 as typeof one.x })));
    expect(assignNearestEntrance(e)).toBe(1);
    expect(effectiveEntrances(e.plan).get(one.id)).toBe("2号门");
    expect([...e.plan.sections.values()].map((s) => s.entrance)).toEqual(["1号门", "2号门"]);
  });
});

describe("a section between two doors", () => {
  it("has the door of most of its seats, and those nearer to the other one theirs", () => {
    const e = new TestEditor();
    e.use("block").drag([-6600, 0], [3300, 0]);
    e.setOptions({ shapeKind: "entrance" });
    e.use("shape").click([-8000, 0]).click([8000, 0]);
    e.select({ seats: new Set(), objects: new Set() });
    e.run("entrance.nearest");
    expect([...e.plan.sections.values()].map((s) => s.entrance)).toEqual(["1号门"]);
    for (const s of e.plan.seats.values()) expect(s.entrance).toBe(s.x > 0 ? "2号门" : null);
    expect(new Set(effectiveEntrances(e.plan).values())).toEqual(new Set(["1号门", "2号门"]));
  });
});

describe("colours", () => {
  it("tell seats apart by zone, view, kind or entrance, with how many of each", () => {
    const e = hall(),
      n = e.plan.seats.size,
      [a, b] = [...e.plan.seats.keys()] as number[];
    e.select({ seats: new Set([a!, b!]), objects: new Set() });
    e.run("view.blocked").run("kind.sofa");
    const by = (look: "zone" | "view" | "kind" | "entrance"): Record<string, number> => {
      e.setOptions({ look });
      const { groups, rest, numbers } = colouredSeats(e);
      expect(numbers).toHaveLength(n);
      return { ...Object.fromEntries(groups.filter((g) => g.count > 0).map((g) => [g.en, g.count])), rest };
    };
    expect(by("zone")).toEqual({ rest: n });
    expect(by("view")).toEqual({ "Clear view": n - 2, "Blocked view": 2, rest: 0 });
    expect(by("kind")).toEqual({ "Normal seat": n - 2, Sofa: 2, rest: 0 });
    expect(by("entrance")).toEqual({ rest: n });
    e.select({ seats: new Set(), objects: new Set() });
    e.run("entrance.nearest");
    expect(by("entrance")).toEqual({ "1号门": n / 2, "2号门": n / 2, rest: 0 });
  });
  it("the brush writes a note with the view it paints, and takes it off with a clear one (RL-18)", () => {
    const e = hall();
    e.setOptions({ paint: "view:partial", paintNote: " 立柱遮挡 " });
    e.use("paint").drag([-4400, 0], [-1100, 0]);
    const painted = [...e.plan.seats.values()].filter((s) => s.view === "partial");
    expect(painted.length).toBeGreaterThan(3);
    expect(new Set(painted.map((s) => s.note))).toEqual(new Set(["立柱遮挡"]));
    e.setOptions({ paint: "view:clear" });
    e.drag([-4400, 0], [-1100, 0]);
    expect([...e.plan.seats.values()].every((s) => s.view === "clear" && s.note === null)).toBe(true);
  });
});
