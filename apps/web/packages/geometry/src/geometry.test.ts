import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxOf, distanceToSegment, GridIndex, isMm, mm, polygon, rotate, type Point } from "./index.ts";

const coordinate = fc.integer({ min: -50_000, max: 50_000 });
const points = fc.array(fc.tuple(coordinate, coordinate), { maxLength: 200 });

describe("mm", () => {
  it("rounds to whole millimetres without minus zero", () => {
    expect(mm(12.5)).toBe(13);
    expect(Object.is(mm(-0.2), 0)).toBe(true);
  });
  it.each([NaN, Infinity, 1e8])("refuses %s", (bad) => {
    expect(() => mm(bad)).toThrow(RangeError);
    expect(isMm(bad)).toBe(false);
  });
});

describe("GridIndex", () => {
  it("finds the same points inside a box as looking at all of them", () => {
    fc.assert(
      fc.property(points, coordinate, coordinate, fc.nat(40_000), (list, x, y, size) => {
        const grid = new GridIndex(
          list.map((p) => p[0]),
          list.map((p) => p[1]),
        );
        const want = list.flatMap((p, i) => (p[0] >= x && p[0] <= x + size && p[1] >= y && p[1] <= y + size ? [i] : []));
        expect(grid.inside([x, y, x + size, y + size])).toEqual(want);
      }),
    );
  });
  it("finds the same nearest point as looking at all of them", () => {
    fc.assert(
      fc.property(points, coordinate, coordinate, fc.nat(40_000), (list, x, y, radius) => {
        const grid = new GridIndex(
          list.map((p) => p[0]),
          list.map((p) => p[1]),
        );
        let best = -1,
          bestSq = radius * radius;
        list.forEach((p, i) => {
          const sq = (p[0] - x) ** 2 + (p[1] - y) ** 2;
          if (sq < bestSq || (sq === bestSq && best < 0)) {
            best = i;
            bestSq = sq;
          }
        });
        expect(grid.near(x, y, radius)).toBe(best);
      }),
    );
  });
  it("passes over what accept refuses", () => {
    const grid = new GridIndex([0, 1], [0, 0]);
    expect(grid.near(0, 0, 5, (i) => i !== 0)).toBe(1);
  });
  it("stays small when one point is far away", () => {
    const grid = new GridIndex([0, 4e6, 5], [0, 4e6, 5]);
    expect(grid.inside([0, 0, 10, 10])).toEqual([0, 2]);
  });
  it("takes an empty plan", () => {
    expect(new GridIndex([], []).inside([-1, -1, 1, 1])).toEqual([]);
  });
});

describe("polygon", () => {
  const square: Point[] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];
  it("measures", () => {
    expect(polygon.area(square)).toBe(100);
    expect(polygon.centroid(square)).toEqual([5, 5]);
    expect(polygon.signedArea2(square)).toBeGreaterThan(0);
  });
  it.each([
    [[5, 5], true],
    [[0, 5], true],
    [[10, 10], true],
    [[10.01, 5], false],
    [[-1, -1], false],
  ] as const)("contains %j: %s", (p, want) => {
    expect(polygon.contains(square, p)).toBe(want);
  });
  it("finds a bow tie and passes a square", () => {
    expect(
      polygon.selfCrossing([
        [0, 0],
        [10, 10],
        [10, 0],
        [0, 10],
      ]),
    ).toEqual([0, 2]);
    expect(polygon.selfCrossing(square)).toBeNull();
  });
  it("has a hull that holds all points", () => {
    fc.assert(
      fc.property(
        points.filter((p) => p.length >= 3),
        (list) => {
          const hull = polygon.convexHull(list);
          if (hull.length >= 3) {
            for (const p of list) {
              for (let i = 0; i < hull.length; i++) {
                const a = hull[i]!,
                  b = hull[(i + 1) % hull.length]!;
                expect((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])).toBeGreaterThanOrEqual(0);
              }
            }
          }
        },
      ),
    );
  });
});

describe("vectors", () => {
  it("turns clockwise on a screen", () => {
    const [x, y] = rotate([1, 0], [0, 0], Math.PI / 2);
    expect(x).toBeCloseTo(0);
    expect(y).toBeCloseTo(1);
  });
  it("measures to the nearest part of a segment", () => {
    expect(distanceToSegment([5, 3], [0, 0], [10, 0])).toBe(3);
    expect(distanceToSegment([13, 4], [0, 0], [10, 0])).toBe(5);
    expect(distanceToSegment([3, 4], [0, 0], [0, 0])).toBe(5);
  });
  it("has no box without points", () => {
    expect(boxOf([])).toBeNull();
    expect(
      boxOf([
        [3, 4],
        [-1, 9],
      ]),
    ).toEqual([-1, 4, 3, 9]);
  });
});
