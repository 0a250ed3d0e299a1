import { mm } from "@parterre/geometry";
import { PlanStore } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { couplesOf, geometryOf, mapModel, rowEndsOf, type MapModel } from "./index.ts";

/** A row of seats at these places, the ids in this order; a kind for each, or all normal. */
function rowOf(
  places: readonly (readonly [number, number])[],
  kinds: readonly ("normal" | "couple-left" | "couple-right")[] = [],
): MapModel {
  const store = new PlanStore();
  store.put("levels", { id: "L", name: "L", order: 0 });
  store.put("sections", {
    id: "s",
    level: "L",
    name: "s",
    label: "s",
    outline: [
      [-9000, -9000],
      [9000, -9000],
      [9000, 9000],
      [-9000, 9000],
    ],
  });
  store.put("rows", { id: "r", section: "s", label: "1", kind: "straight" });
  places.forEach(([x, y], i) =>
    store.put("seats", {
      id: store.allocateSeatId(),
      row: "r",
      number: String(i + 1),
      x: mm(x),
      y: mm(y),
      kind: kinds[i] ?? "normal",
      view: "clear",
      companionOf: null,
      entrance: null,
      note: null,
    }),
  );
  return mapModel(store.plan, geometryOf(store.plan));
}
const ends = (m: MapModel): unknown => {
  const { rank, out } = rowEndsOf(m);
  return [...rank].map((r, i) => [
    m.seats.numbers[r],
    Math.round(out[i * 2]! * 100) / 100 + 0,
    Math.round(out[i * 2 + 1]! * 100) / 100 + 0,
  ]);
};

describe("the ends of a row", () => {
  it("lie left and right of a level row, whatever the order of its ids", () =>
    expect(
      ends(
        rowOf([
          [500, 0],
          [-500, 0],
          [0, 0],
        ]),
      ),
    ).toEqual([
      ["2", -1, 0],
      ["1", 1, 0],
    ]));
  it("lie above and below a row that runs down, and point along it", () =>
    expect(
      ends(
        rowOf([
          [0, 500],
          [0, -500],
          [0, 0],
        ]),
      ),
    ).toEqual([
      ["2", 0, -1],
      ["1", 0, 1],
    ]));
  it("follow the bend of a curved row", () =>
    expect(
      ends(
        rowOf([
          [0, 0],
          [500, 0],
          [1000, 0],
          [1300, 400],
        ]),
      ),
    ).toEqual([
      ["1", -1, 0],
      ["4", 0.6, 0.8],
    ]));
  it("stand beside a seat that is alone", () =>
    expect(ends(rowOf([[0, 0]]))).toEqual([
      ["1", -1, 0],
      ["1", 1, 0],
    ]));
});

describe("couple seats", () => {
  it("are a left and a right half beside each other", () => {
    const m = rowOf(
      [
        [0, 0],
        [550, 0],
        [1100, 0],
        [1650, 0],
        [4000, 0],
      ],
      ["couple-left", "couple-right", "normal", "couple-left", "couple-right"],
    );
    expect(couplesOf(m)).toEqual([[0, 1]]); // the last two stand too far apart
  });
});
