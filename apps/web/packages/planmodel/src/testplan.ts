/** The smallest plan with one of everything; tests break one thing at a time. */
export function document(): any {
  return {
    format: "parterre.plan",
    version: 2,
    name: "小剧场",
    unit: "mm",
    nextSeatId: 10,
    levels: [{ id: "L1", name: "池座", order: 0, rake: { base: 0, slope: 110, curve: 3 } }],
    categories: [{ id: "c1", name: "甲票", color: "#b4232c", seats: [[1, 2]], objects: ["a1"] }],
    sections: [
      {
        id: "s1",
        level: "L1",
        name: "池座",
        label: "池座",
        outline: [
          [0, 0],
          [9000, 0],
          [9000, 9000],
          [0, 9000],
        ],
        focal: [4500, -2000],
        rake: { base: 4200, steps: [250, 300], parapet: { height: 900, before: 700 } },
      },
    ],
    rows: [{ id: "r1", section: "s1", label: "1排", kind: "straight" }],
    seatColumns: ["id", "row", "number", "x", "y", "kind", "view", "companionOf", "entrance", "note"],
    seats: [
      [1, "r1", "1", 1000, 1000, 1, 0],
      [2, "r1", "2", 1500, 1000, 2, 1, 1, "A门", "立柱"],
      [3, null, "1", 4000, 4000, 0, 0],
    ],
    areas: [
      {
        id: "a1",
        section: "s1",
        name: "站席",
        label: "站席A",
        capacity: 200,
        outline: [
          [0, 5000],
          [3000, 5000],
          [3000, 9000],
        ],
      },
    ],
    tables: [{ id: "t1", section: "s1", label: "1桌", x: 4500, y: 4000, radius: 400, whole: true, seats: [3] }],
    boxes: [
      {
        id: "b1",
        level: "L1",
        name: "1号包厢",
        outline: [
          [9000, 0],
          [9900, 0],
          [9900, 900],
        ],
        seats: [1],
      },
    ],
    shapes: [
      {
        id: "x1",
        kind: "stage",
        outline: [
          [0, -3000],
          [9000, -3000],
          [9000, -1000],
        ],
        text: "舞台",
        height: 1050,
      },
    ],
    bounds: [-1000, -4000, 10_000, 10_000],
  };
}
