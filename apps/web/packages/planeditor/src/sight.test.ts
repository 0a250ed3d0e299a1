import { decodePlan, encodePlan, PlanStore, type Plan, type Rake } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { proposeInSteps, proposeViews, setHeight, setRake, sightFrom, takeProposals, viewOf } from "./sight.ts";
import { TestEditor } from "./testeditor.ts";
import { mm } from "@parterre/geometry";

/** Ten straight rows of eleven behind a stage, one behind the other, 950 mm apart; the focal point at the stage's front. */
function room(rake?: Rake, at = 4000): Plan {
  const store = new PlanStore();
  store.put("levels", { id: "L1", name: "池座", order: 0, ...(rake === undefined ? {} : { rake }) });
  store.put("shapes", {
    id: "stage",
    kind: "stage",
    outline: [
      [mm(-6000), mm(-8000)],
      [mm(6000), mm(-8000)],
      [mm(6000), mm(0)],
      [mm(-6000), mm(0)],
    ],
    height: 1000,
  });
  store.put("sections", {
    id: "s",
    level: "L1",
    name: "池座",
    label: "池座",
    outline: [
      [mm(-9000), mm(1000)],
      [mm(9000), mm(1000)],
      [mm(9000), mm(at + 12_000)],
      [mm(-9000), mm(at + 12_000)],
    ],
    focal: [mm(0), mm(0)],
  });
  for (let r = 0; r < 10; r++) {
    store.put("rows", { id: `r${r}`, section: "s", label: `${r + 1}排`, kind: "straight" });
    for (let i = 0; i < 11; i++)
      store.put("seats", {
        id: r * 11 + i + 1,
        row: `r${r}`,
        number: String(i + 1),
        x: mm((i - 5) * 550),
        y: mm(at + r * 950),
        kind: "normal",
        view: "clear",
        companionOf: null,
        entrance: null,
        note: null,
      });
  }
  return store.plan;
}
const MIDDLE = (row: number): number => row * 11 + 6;

describe("heights from rakes", () => {
  it("a flat floor hides the stage behind heads; a step of 300 mm a row shows it", () => {
    const flat = new TestEditor(room({ base: 0 })),
      stepped = new TestEditor(room({ base: 0, steps: [300] }));
    const a = sightFrom(flat, MIDDLE(9))!,
      b = sightFrom(stepped, MIDDLE(9))!;
    expect([a.known, b.known]).toEqual([true, true]);
    expect(a.hidden).toBeGreaterThan(0.5);
    expect(b.hidden).toBeLessThan(0.1);
    expect(viewOf(b)).toBe("clear");
  });
  it("gives the clearance over the eye in front (C value) as one works it out by hand", () => {
    // Row 10 stands 12,550 mm off, its eye at 1200 + 9 x 300; the row in front is 950 mm nearer and 300 lower.
    const s = sightFrom(new TestEditor(room({ base: 0, steps: [300] })), MIDDLE(9))!,
      eye = 1200 + 2700,
      over = eye + ((1000 - eye) * 950) / 12_550 - (eye - 300);
    expect(s.clearance).toBe(Math.round(over));
    expect(sightFrom(new TestEditor(room({ base: 0 })), MIDDLE(9))!.clearance).toBeLessThan(0);
    expect(sightFrom(new TestEditor(room({ base: 0 })), MIDDLE(0))!.clearance).toBeNull();
  });
  it("a curved rake keeps the back rows' clearance that a slope loses", () => {
    const slope = sightFrom(new TestEditor(room({ base: 0, slope: 150 })), MIDDLE(9))!,
      curved = sightFrom(new TestEditor(room({ base: 0, slope: 100, curve: 12 })), MIDDLE(9))!;
    expect(curved.clearance!).toBeGreaterThan(slope.clearance!);
  });
  it("a parapet hides the stage from the rows whose eyes come too low behind it, and a lower one does not", () => {
    const balcony = (height: number): TestEditor =>
      new TestEditor(room({ base: 4500, steps: [200], parapet: { height, before: 700 } }, 14_000));
    const high = balcony(1400),
      low = balcony(500),
      first = MIDDLE(0);
    expect(sightFrom(high, first)!.byRail).toBe(1);
    expect(viewOf(sightFrom(high, first)!)).toBe("blocked");
    expect(sightFrom(low, first)!.byRail).toBe(0);
    expect(sightFrom(low, first)!.rail).not.toBeNull();
    const found = proposeViews(high, [first]);
    expect(found).toEqual([{ id: first, view: "blocked", why: "rail" }]);
    high.does(() => takeProposals(high, found));
    expect(high.plan.seats.get(first)).toMatchObject({ view: "blocked", note: "栏板严重遮挡舞台" });
    expect(high.checked).toBe(1);
  });
  it("a section's own rake goes before its level's", () => {
    const e = new TestEditor(room({ base: 0 }));
    e.does(() => setRake(e, { table: "sections", id: "s" }, { base: 0, steps: [300] }));
    expect(sightFrom(e, MIDDLE(9))!.hidden).toBeLessThan(0.1);
    e.does(() => setRake(e, { table: "sections", id: "s" }, null));
    expect(sightFrom(e, MIDDLE(9))!.hidden).toBeGreaterThan(0.5);
    e.does(() => setHeight(e, "stage", 1200));
    expect(e.checked).toBe(3);
    decodePlan(JSON.parse(JSON.stringify(encodePlan(e.plan))));
  });
  it("guesses where the plan says nothing, and says so", () => {
    const s = sightFrom(new TestEditor(room()), MIDDLE(9))!;
    expect(s.known).toBe(false);
    expect(s.rail).toBeNull();
  });
  it("looks from many seats in steps", () => {
    const e = new TestEditor(room({ base: 0 })),
      steps = proposeInSteps(
        e,
        [...Array(110).keys()].map((i) => i + 1),
      );
    expect(steps.next()).toEqual({ done: false, value: 100 });
    const end = steps.next();
    expect(end.done === true && end.value.length > 20 && end.value.every((p) => p.why === "heads" || p.why === "angle")).toBe(true);
  });
});
