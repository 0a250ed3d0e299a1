import { sampleBowl, sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { displayByte, geometryOf, LOOK, mapModel, zoneOf } from "./index.ts";
import { Spacing, zoneMarks } from "./zonemarks.ts";

describe("letters of zones from afar", () => {
  it("a section of one zone has its letter on the plate, one without zones none", () => {
    const plan = sampleBowl(4000),
      model = mapModel(plan, geometryOf(plan)),
      display = Uint8Array.from(model.section, (s) => displayByte(LOOK.free, s % 3));
    const marks = zoneMarks(model, display);
    expect([...marks.whole]).toEqual(model.sections.map((_, i) => i % 3));
    expect(marks.spots).toEqual([]);
  });
  it("every zone of a section of several has letters, each on a seat of that zone, sold or not", () => {
    const plan = sampleTheatre(),
      model = mapModel(plan, geometryOf(plan)),
      display = Uint8Array.from(model.seats.row, (r, i) =>
        displayByte(i % 2 === 0 ? LOOK.free : LOOK.sold, r < 0 ? 0 : 1 + (r % 2 === 0 ? 0 : 1 + (model.seats.x[i]! > 0 ? 1 : 0))),
      );
    const marks = zoneMarks(model, display);
    expect(marks.spots.length).toBeGreaterThan(5);
    for (const s of marks.spots) {
      expect(zoneOf(display[s.rank]!)).toBe(s.zone);
      expect(marks.whole[model.section[s.rank]!]).toBe(0);
    }
    const zones = new Set([...display].map(zoneOf).filter((z) => z > 0));
    expect(new Set(marks.spots.map((s) => s.zone))).toEqual(zones);
  });
  it("letters keep off what is written and apart from their like", () => {
    const spacing = new Spacing([[0, 0, 20, 20]], 72);
    expect(spacing.take(1, 10, 10, 13)).toBe(false);
    expect(spacing.take(1, 100, 10, 13)).toBe(true);
    expect(spacing.take(1, 150, 10, 13)).toBe(false);
    expect(spacing.take(2, 150, 10, 13)).toBe(true);
    expect(spacing.take(1, 101, 10, 13)).toBe(false);
    expect(spacing.take(1, 180, 10, 13)).toBe(true);
  });
});
