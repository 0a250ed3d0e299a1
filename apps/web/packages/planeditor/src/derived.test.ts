import { sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { assignCategory, categoryNumbers, seatsOf, selectedRows, setView, ofSeats } from "./index.ts";
import { TestEditor } from "./testeditor.ts";

describe("what painting seats costs", () => {
  it("leaves the model, the rows and the seats of the selection as they are, and the zones become others", () => {
    const e = new TestEditor(sampleTheatre()),
      ids = [...e.plan.seats.keys()].map(Number).slice(0, 200);
    e.change("category", (store) => {
      for (const k of ["k0", "k1"]) store.put("categories", { id: k, name: k, color: "#355cc9" });
    });
    e.select(ofSeats(ids));
    assignCategory(e, "k0");
    const model = e.model,
      rows = selectedRows(e),
      seats = seatsOf(e),
      numbers = categoryNumbers(e),
      { version } = e.modelSince(-1);
    assignCategory(e, "k1");
    expect(e.model).toBe(model);
    expect(selectedRows(e)).toBe(rows);
    expect(seatsOf(e)).toBe(seats);
    expect(categoryNumbers(e)).not.toEqual(numbers);
    expect(e.modelSince(version).ranks).toEqual([]);
    // A change of the seats themselves is seen.
    setView(e, "partial");
    expect(seatsOf(e).every((s) => s.view === "partial")).toBe(true);
    expect(e.modelSince(version).model.seats.view[e.model.rankOf.get(ids[0]!)!]).toBe(1);
  });
});
