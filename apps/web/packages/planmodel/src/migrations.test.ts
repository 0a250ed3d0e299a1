/** The steps from earlier versions of the format, and that what was ever published opens. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chainFaults, decodePlan, encodePlan, formatPlan, migrate, MIGRATIONS, parsePlan, rakeAt, VERSION } from "./index.ts";
import { document } from "./testplan.ts";

describe("migrations", () => {
  // One entry per step of MIGRATIONS, by the version it starts from; the tests stand below.
  const tested: number[] = [1];
  it("is a chain without gaps where every step has a test", () => {
    expect(chainFaults(MIGRATIONS, VERSION, tested)).toEqual([]);
  });
  it("from 1: a document without heights is the same plan in version 2", () => {
    const d = document();
    d.version = 1;
    delete d.levels[0].rake;
    delete d.sections[0].rake;
    delete d.shapes[0].height;
    expect(encodePlan(decodePlan(d))).toEqual({ ...d, version: 2 });
  });
  // What was ever published opens: by Go in plan_test.go, here by the same files.
  it.each(Array.from({ length: VERSION }, (_, i) => i + 1))(
    "opens the sample of version %i that Go opens, and writes what Go writes",
    (v) => {
      const read = (n: number): string =>
          readFileSync(new URL(`../../../../../modules/ticketmap/plan/testdata/versions/v${n}.json`, import.meta.url), "utf8"),
        plan = parsePlan(read(v));
      expect([plan.seats.size, plan.rows.size, plan.sections.size, plan.areas.size, plan.tables.size, plan.categories.size]).toEqual([
        15, 3, 2, 1, 1, 2,
      ]);
      const text = formatPlan(plan);
      if (v === VERSION) expect(text).toBe(read(v));
      else expect(formatPlan(parsePlan(text))).toBe(text);
    },
  );
  it("works heights out as Go does", () => {
    expect(rakeAt({ base: -300, slope: 90 }, 9, 10_000)).toBe(600);
    expect(rakeAt({ base: 4200, steps: [250, 280, 310] }, 4, 99_000)).toBe(5350);
    expect(rakeAt({ base: 100, slope: 100, curve: 4 }, 5, 10_000)).toBe(1500);
  });
  it("would notice a gap, a step without a test and one that leads nowhere", () => {
    const step = { from: 1, about: "", up: (d: Record<string, unknown>) => d };
    expect(chainFaults([step], 3, [1])).toEqual(["version 2 has 0 steps, wants 1", "the step from version 2 has no test"]);
    expect(chainFaults([{ ...step, from: 5 }], 1, [])).toEqual(["a step from version 5 leads nowhere"]);
  });
  it("runs the steps in order and leaves the given document alone", () => {
    const given = { format: "parterre.plan", version: 1, path: "a" };
    const chain = [2, 1].map((from) => ({
      from,
      about: "",
      up: (d: Record<string, unknown>) => ({ ...d, path: `${String(d["path"])}${from}` }),
    }));
    expect(migrate(given, chain, 3)).toEqual({ format: "parterre.plan", version: 3, path: "a12" });
    expect(given).toEqual({ format: "parterre.plan", version: 1, path: "a" });
  });
});
