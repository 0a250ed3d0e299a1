import { readFileSync } from "node:fs";
import fc from "fast-check";
import { mm } from "@parterre/geometry";
import { describe, expect, it } from "vitest";
import {
  chainFaults,
  checkForPublishing,
  decodePlan,
  diffPlans,
  droppedSeats,
  encodePlan,
  formatPlan,
  migrate,
  MIGRATIONS,
  parsePlan,
  parseSkeleton,
  PlanError,
  PlanStore,
  rakeAt,
  sampleBowl,
  sampleTheatre,
  seatsByRank,
  SENTENCES,
  sentence,
  VERSION,
} from "./index.ts";

/** The smallest plan with one of everything; tests break one thing at a time. */
function document(): any {
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

const problemsOf = (value: unknown): string[] => {
  try {
    decodePlan(value);
    return [];
  } catch (e) {
    if (e instanceof PlanError) return e.problems.map((p) => `${p.code} ${p.path}`);
    throw e;
  }
};

describe("decodePlan", () => {
  it("opens one of everything and writes the same document back", () => {
    expect(encodePlan(decodePlan(document()))).toEqual(document());
  });

  it.each<[string, (d: any) => void, string]>([
    [
      "another format",
      (d) => {
        d.format = "svg";
      },
      "plan.format format",
    ],
    [
      "a later version",
      (d) => {
        d.version = 3;
      },
      "plan.version version",
    ],
    [
      "steps and a slope",
      (d) => {
        d.levels[0].rake.steps = [200];
      },
      "plan.rake levels[0].rake",
    ],
    [
      "a parapet of nothing",
      (d) => {
        d.sections[0].rake.parapet.height = 0;
      },
      "plan.range sections[0].rake.parapet.height",
    ],
    [
      "an unknown member",
      (d) => {
        d.levels[0].colour = "red";
      },
      "plan.unknown_member levels[0]",
    ],
    [
      "a missing member",
      (d) => {
        delete d.rows;
      },
      "plan.missing_member ",
    ],
    [
      "half a millimetre",
      (d) => {
        d.seats[0][3] = 1000.5;
      },
      "plan.not_integer seats[0][3]",
    ],
    [
      "a coordinate out of range",
      (d) => {
        d.seats[0][4] = 5_000_001;
      },
      "plan.range seats[0][4]",
    ],
    [
      "a number as text",
      (d) => {
        d.seats[0][2] = 1;
      },
      "plan.type seats[0][2]",
    ],
    [
      "a blank at the end",
      (d) => {
        d.rows[0].label = "1排 ";
      },
      "plan.text rows[0].label",
    ],
    [
      "a control character",
      (d) => {
        d.name = "a\u0007b";
      },
      "plan.text name",
    ],
    [
      "a lone surrogate",
      (d) => {
        d.name = "a\ud800b";
      },
      "plan.text name",
    ],
    [
      "a bad id",
      (d) => {
        d.shapes[0].id = "a b";
      },
      "plan.id shapes[0].id",
    ],
    [
      "an id used twice",
      (d) => {
        d.rows[0].id = "s1";
      },
      "plan.duplicate_id rows[0].id",
    ],
    [
      "a seat id used twice",
      (d) => {
        d.seats[1][0] = 1;
      },
      "plan.duplicate_id seats[1][0]",
    ],
    [
      "a row that does not exist",
      (d) => {
        d.seats[0][1] = "r9";
      },
      "plan.dangling seats[0][1]",
    ],
    [
      "a seat without a home",
      (d) => {
        d.tables[0].seats = [];
      },
      "plan.seat_homeless seats[2]",
    ],
    [
      "a seat with two homes",
      (d) => {
        d.tables[0].seats = [3, 1];
      },
      "plan.seat_two_homes tables[0].seats",
    ],
    [
      "a companion of a normal seat",
      (d) => {
        d.seats[0][5] = 0;
      },
      "plan.companion seats[1][7]",
    ],
    [
      "a reused seat id",
      (d) => {
        d.nextSeatId = 3;
      },
      "plan.next_seat_id nextSeatId",
    ],
    [
      "runs that touch",
      (d) => {
        d.categories[0].seats = [
          [1, 1],
          [2, 2],
        ];
      },
      "plan.runs categories[0].seats",
    ],
    [
      "a seat in two categories",
      (d) => {
        d.categories.push({ id: "c2", name: "乙票", color: "#2463c2", seats: [[2, 5]] });
      },
      "plan.two_categories categories[1].seats",
    ],
    [
      "an upper-case colour",
      (d) => {
        d.categories[0].color = "#B4232C";
      },
      "plan.color categories[0].color",
    ],
    [
      "a shape in two places",
      (d) => {
        d.shapes[0].at = [0, 0];
      },
      "plan.shape_place shapes[0]",
    ],
    [
      "bounds that are too small",
      (d) => {
        d.bounds = [0, 0, 100, 100];
      },
      "plan.bounds bounds",
    ],
    [
      "a short seat",
      (d) => {
        d.seats[0].pop();
      },
      "plan.seat_length seats[0]",
    ],
    [
      "moved columns",
      (d) => {
        d.seatColumns.reverse();
      },
      "plan.columns seatColumns",
    ],
    [
      "too many levels",
      (d) => {
        d.levels = Array(20_001).fill(d.levels[0]);
      },
      "plan.too_many levels",
    ],
    [
      "a line as an outline",
      (d) => {
        d.sections[0].outline = [
          [0, 0],
          [1, 1],
        ];
      },
      "plan.outline sections[0].outline",
    ],
  ])("refuses %s with code and path", (_, breakIt, want) => {
    const d = document();
    breakIt(d);
    expect(problemsOf(d)).toContain(want);
  });

  it("has a sentence in both languages for every code it can give", () => {
    for (const [code, [zh, en]] of Object.entries(SENTENCES)) {
      expect(zh, code).not.toBe("");
      expect(en, code).not.toBe("");
    }
    expect(sentence({ severity: "error", code: "plan.range", path: "x", args: [1, 9] }, "en")).toBe("The number must lie between 1 and 9.");
    for (const line of problemsOf({ ...document(), levels: 7, name: "" })) expect(SENTENCES).toHaveProperty([line.split(" ")[0]!]);
  });

  it("stops listing problems at 200", () => {
    const d = document();
    d.seats = Array.from({ length: 1000 }, (_, i) => [i + 1, "r1", "", 0, 0, 0, 0]);
    expect(problemsOf(d)).toHaveLength(200);
  });

  it.each(["", "{", "null", "[]", "7", '{"format":"parterre.plan"}', '{"format":"parterre.plan","version":"1"}'])(
    "answers %j with a PlanError",
    (text) => {
      expect(() => parsePlan(text)).toThrow(PlanError);
    },
  );

  it("survives any JSON at all", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(document())), (value, member) => {
        const d = document();
        d[member] = value;
        try {
          decodePlan(d);
        } catch (e) {
          expect(e).toBeInstanceOf(PlanError);
        }
      }),
    );
  });
});

describe("formatPlan", () => {
  it("writes the canonical form: one record per line, a newline at the end", () => {
    const text = formatPlan(decodePlan(document()));
    expect(
      text.startsWith('{"format":"parterre.plan","version":2,"name":"小剧场","unit":"mm","nextSeatId":10,\n"levels":[\n{"id":"L1"'),
    ).toBe(true);
    expect(text).toContain(
      '\n"seats":[\n[1,"r1","1",1000,1000,1,0],\n[2,"r1","2",1500,1000,2,1,1,"A门","立柱"],\n[3,null,"1",4000,4000,0,0]\n],\n"areas"',
    );
    expect(text.endsWith('\n"bounds":[-1000,-4000,10000,10000]}\n')).toBe(true);
    expect(formatPlan(parsePlan(text))).toBe(text);
  });
  it("opens a skeleton whose tables name seats that come apart", () => {
    const text = formatPlan(decodePlan(document()), false);
    const skeleton = parseSkeleton(text);
    expect([skeleton.seats.size, skeleton.tables.get("t1")!.seats, formatPlan(skeleton, false)]).toEqual([0, [3], text]);
    expect(() => parsePlan(text)).toThrow(/no seat/);
  });
  it("makes a theatre and a bowl that open again", () => {
    for (const plan of [sampleTheatre(), sampleBowl(5000)]) {
      const again = parsePlan(formatPlan(plan));
      expect(diffPlans(plan, again)).toEqual([]);
      expect(checkForPublishing(again).list).toEqual([]);
    }
    expect(sampleBowl(5000).seats.size).toBe(5000);
    expect(sampleTheatre().seats.size).toBeGreaterThan(1400);
  });
  it("numbers odd on the left and even on the right of the centre", () => {
    for (const s of sampleTheatre().seats.values()) expect(Number(s.number) % 2 === 1).toBe(s.x < 0);
  });
});

describe("the JSON Schema", () => {
  const own = readFileSync(new URL("../schema/plan-2.schema.json", import.meta.url), "utf8");
  it("is the one that Go embeds", () => {
    expect(own).toBe(readFileSync(new URL("../../../../../modules/ticketmap/plan/schema.json", import.meta.url), "utf8"));
  });
  it("names the members that the decoder takes, and no others", () => {
    const schema = JSON.parse(own) as { properties: Record<string, unknown>; required: string[] };
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(document()).sort());
    for (const member of schema.required) {
      const d = document();
      delete d[member];
      expect(() => decodePlan(d), member).toThrow(PlanError);
    }
  });
});

describe("publishing", () => {
  it("finds a label printed twice and an outline that crosses itself", () => {
    const d = document();
    d.seats[1][2] = "1";
    d.sections[0].outline = [
      [0, 0],
      [9000, 9000],
      [9000, 0],
      [0, 9000],
    ];
    expect(checkForPublishing(decodePlan(d)).list.map((p) => [p.code, p.severity])).toEqual([
      ["plan.duplicate_label", "error"],
      ["plan.self_crossing", "warning"],
    ]);
  });
  it("names the sold seats that a new version drops", () => {
    const store = new PlanStore(decodePlan(document()));
    store.remove("seats", 2);
    expect(droppedSeats(store.plan, [2, 1])).toEqual([2]);
    expect(droppedSeats(decodePlan(document()), [2, 1])).toEqual([]);
  });
});

describe("seat identity", () => {
  it("is never handed out twice, whatever is removed", () => {
    const store = new PlanStore(decodePlan(document()));
    const id = store.allocateSeatId();
    store.put("seats", {
      id,
      row: "r1",
      number: "9",
      x: mm(0),
      y: mm(0),
      kind: "normal",
      view: "clear",
      companionOf: null,
      entrance: null,
      note: null,
    });
    store.remove("seats", id);
    expect(new PlanStore(store.snapshot()).allocateSeatId()).toBe(id + 1);
  });
  it("does not follow the printed number", () => {
    const store = new PlanStore(decodePlan(document()));
    store.update("seats", 1, { number: "77" });
    expect(seatsByRank(store.plan)[0]).toMatchObject({ id: 1, number: "77" });
  });
});

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
