import { decodePlan, encodePlan, formatPlan, sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { findings } from "./checks.ts";
import { GenerateError, GENERATORS, insertPlan } from "./generate/index.ts";
import { proposeViews, sightFrom, stageOf, takeProposals, viewOf } from "./sight.ts";
import { TestEditor } from "./testeditor.ts";

describe("generators", () => {
  it.each(GENERATORS.map((g) => [g.id, g] as const))("%s: a valid plan of its usual size without faults, the same each time", (id, g) => {
    const plan = g.make(g.defaults),
      seats = { theatre: [1200, 2200], cinema: [200, 240], thrust: [350, 500], arena: [10_000, 14_000], stadium: [50_000, 75_000] }[id]!;
    decodePlan(JSON.parse(JSON.stringify(encodePlan(plan))));
    expect(plan.seats.size).toBeGreaterThan(seats[0]!);
    expect(plan.seats.size).toBeLessThan(seats[1]!);
    expect(
      findings(plan)
        .map((f) => `${f.code} ${f.args.join(" ")}`)
        .slice(0, 5),
    ).toEqual([]);
    if (id !== "stadium") expect(formatPlan(g.make(g.defaults))).toBe(formatPlan(plan));
  });
  it.each(GENERATORS.map((g) => [g.id, g] as const))("%s: refuses parameters that no hall has, by name", (_, g) => {
    for (const name of Object.keys(g.defaults))
      for (const bad of [-1, 1e9, Number.NaN]) {
        expect(() => g.make({ ...g.defaults, [name]: bad })).toThrow(GenerateError);
      }
  });
  it.each(GENERATORS.map((g) => [g.id, g] as const))("%s: the plan says how its floors rise, so nothing of a view is guessed", (_, g) => {
    const e = new TestEditor(g.make(g.defaults)),
      seats = [...e.plan.seats.values()],
      some = seats.filter((_, i) => i % Math.ceil(seats.length / 300) === 0).map((s) => sightFrom(e, s.id)!);
    expect(some.every((s) => s.known)).toBe(true);
    // Wherever one sits behind somebody, one sees over every second row at least; the flat floor of an arena is what the screens are for.
    const flat = (id: number): boolean =>
      e.plan.levels.get(e.plan.sections.get(e.plan.rows.get(e.plan.seats.get(id)!.row!)!.section)!.level)!.name === "内场";
    const raked = some.filter(
        (s) => s.clearance !== null && !flat(s.seat) && e.plan.rows.get(e.plan.seats.get(s.seat)!.row!)!.kind !== "free",
      ),
      over = raked.filter((s) => s.clearance! >= 40);
    expect(raked.length).toBeGreaterThan(20);
    expect(over.length / raked.length).toBeGreaterThan(0.9);
    for (const level of [...e.plan.levels.values()].slice(g.id === "arena" ? 2 : 1)) expect(level.rake!.parapet).toBeDefined();
  });
  it("go into an empty plan and beside what is drawn, each as one step", () => {
    const e = new TestEditor(),
      theatre = GENERATORS[0]!,
      plan = theatre.make(theatre.defaults);
    e.does(() => insertPlan(e, plan));
    // The level of that name that a new plan begins with takes over the rake.
    expect([...e.plan.levels.values()].filter((l) => l.rake === undefined)).toEqual([]);
    expect(e.plan.seats.size).toBe(plan.seats.size);
    e.does(() => insertPlan(e, GENERATORS[1]!.make(GENERATORS[1]!.defaults)));
    expect(e.checked).toBe(2);
    decodePlan(JSON.parse(JSON.stringify(encodePlan(e.plan))));
  });
});

describe("the view from a seat", () => {
  it("sees the stage, farther and more from the side where the seat is", () => {
    const e = new TestEditor(sampleTheatre()),
      seats = [...e.plan.seats.values()].filter((s) => s.row === "R-L1-10"),
      mid = seats[seats.length >> 1]!,
      end = seats[0]!;
    const a = sightFrom(e, mid.id)!,
      b = sightFrom(e, end.id)!;
    expect(stageOf(e)!.axis).toEqual([0, 1]);
    expect(a.floor.length).toBeGreaterThan(3);
    expect(b.angle).toBeGreaterThan(a.angle);
    expect(a.heads.length).toBeGreaterThan(20);
  });
  it("a flat floor hides more than a raked one, and is proposed as blocked", () => {
    const e = new TestEditor(sampleTheatre()),
      last = [...e.plan.seats.values()].filter((s) => s.row === "R-L1-20")[15]!;
    const flat = sightFrom(e, last.id, { perMetre: 0, perLevel: 0, stageHeight: 0 })!,
      raked = sightFrom(e, last.id, { perMetre: 300, perLevel: 4500, stageHeight: 1000 })!;
    expect(flat.hidden).toBeGreaterThan(raked.hidden);
    expect(viewOf({ ...raked, hidden: 0.2 })).toBe("clear");
    expect(viewOf({ ...raked, hidden: 0.2, angle: 80 })).toBe("partial");
    expect(viewOf(flat)).toBe("blocked");
    const found = proposeViews(e, [last.id], { perMetre: 0, perLevel: 0, stageHeight: 0 });
    expect(found).toHaveLength(1);
    e.does(() => takeProposals(e, found));
    expect(e.plan.seats.get(last.id)!.note).not.toBeNull();
    expect(proposeViews(new TestEditor(), [1])).toEqual([]);
  });
});
