/** What the decoder refuses, by code and path, and what comes back of what it takes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePlan, encodePlan, parsePlan, PlanError, sentence, SENTENCES } from "./index.ts";
import { document } from "./testplan.ts";

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
