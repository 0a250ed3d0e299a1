import { decodePlan, encodePlan, sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { addCategory, assignCategory, categoryOf, runsOf } from "./actions/categories.ts";
import { editorActions, keyClashes } from "./actions/registry.ts";
import { moveToSection, pairCompanions, relayRows, setEntrance, setNote, setView } from "./actions/seats.ts";
import { Editor } from "./editor.ts";
import { findings } from "./checks.ts";
import { ofObjects, ofSeats } from "./selection.ts";
import { TestEditor } from "./testeditor.ts";

const seats = (e: TestEditor) => [...e.plan.seats.values()];
const valid = (e: TestEditor): void => {
  decodePlan(JSON.parse(JSON.stringify(encodePlan(e.plan))));
};
/** Three rows of six seats, each shifted. */
const rows = (): TestEditor => {
  const e = new TestEditor()
    .use("row")
    .drag([0, 0], [2750, 0])
    .drag([500, 1000], [3250, 1000])
    .drag([200, 3000], [2950, 3000])
    .use("select");
  return e.run("select-all");
};

describe("arrange", () => {
  it.each([
    ["left", 0],
    ["right", 500],
    ["centre", 250],
  ] as const)("aligns rows: %s", (edge, first) => {
    const e = rows().run(`align.${edge}`);
    expect([1, 7, 13].map((id) => e.plan.seats.get(id)!.x)).toEqual([first, first, first]);
    valid(e);
  });
  it("aligns single seats when one row is selected, and distributes rows", () => {
    const e = rows();
    e.select(ofSeats([1, 2, 3]));
    e.run("align.top");
    e.run("select-all").run("distribute.y");
    expect([1, 7, 13].map((id) => e.plan.seats.get(id)!.y)).toEqual([0, 1500, 3000]);
  });
  it("mirrors, turns there and back, duplicates", () => {
    const e = rows(),
      x = e.plan.seats.get(1)!.x;
    e.run("mirror.x").run("mirror.x");
    expect(e.plan.seats.get(1)!.x).toBe(x);
    e.run("rotate.right").run("rotate.left");
    expect(Math.abs(e.plan.seats.get(1)!.x - x)).toBeLessThanOrEqual(1);
    e.run("duplicate");
    expect(e.plan.seats.size).toBe(36);
    expect(e.selection.seats.size).toBe(18);
    expect(findings(e.plan).filter((f) => f.code === "plan.duplicate_label")).toEqual([]);
    valid(e);
  });
  it("duplicates a section with rows, tables and companions; the copy points at itself", () => {
    const e = rows();
    e.select(ofSeats([1]));
    e.run("kind.accessible").run("companion");
    e.select(ofObjects({ table: "sections", id: "s1" }));
    e.run("duplicate");
    expect(e.plan.sections.size).toBe(2);
    const copies = seats(e).filter((s) => s.id > 18),
      companion = copies.find((s) => s.companionOf !== null)!;
    expect(e.plan.seats.get(companion.companionOf!)!.id).toBeGreaterThan(18);
    valid(e);
  });
  it("joins and splits rows", () => {
    const e = rows();
    e.run("join");
    expect(e.plan.rows.size).toBe(1);
    e.select(ofSeats([1, 2, 3]));
    e.run("split");
    expect(e.plan.rows.size).toBe(2);
    valid(e);
  });
  it("lays a row anew and keeps the identity of the seats that stay", () => {
    const e = rows();
    e.select(ofSeats([1]));
    e.does(() => relayRows(e, { count: 8, pitch: 600, sagitta: 300 }));
    const row = seats(e).filter((s) => s.row === "r1");
    expect(row).toHaveLength(8);
    expect(row.map((s) => s.id).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
    e.does(() => relayRows(e, { count: 3 }));
    expect(
      seats(e)
        .filter((s) => s.row === "r1")
        .map((s) => s.id),
    ).toEqual([1, 2, 3]);
    valid(e);
  });
});

describe("seats", () => {
  it("sets kinds, pairs companions and takes the pairing off again", () => {
    const e = rows();
    e.select(ofSeats([1, 4]));
    e.run("kind.accessible");
    expect(e.does(() => pairCompanions(e))).toBe(2);
    expect(
      seats(e)
        .filter((s) => s.companionOf !== null)
        .map((s) => s.companionOf)
        .sort(),
    ).toEqual([1, 4]);
    e.run("kind.normal");
    expect(seats(e).some((s) => s.companionOf !== null)).toBe(false);
    valid(e);
    e.select(ofSeats([7, 8, 9, 10]));
    e.run("kind.couple");
    expect([7, 8, 9, 10].map((id) => e.plan.seats.get(id)!.kind)).toEqual(["couple-left", "couple-right", "couple-left", "couple-right"]);
  });
  it("sets view with a note that goes when the view is clear, entrance, buffer (RL-8, RL-18)", () => {
    const e = rows();
    e.select(ofSeats([1, 2]));
    e.run("view.partial");
    expect(findings(e.plan).filter((f) => f.code.startsWith("plan.view_note"))).toMatchObject([{ code: "plan.view_notes", seats: [1, 2] }]);
    e.does(() => setNote(e, "立柱"));
    expect(findings(e.plan).filter((f) => f.code.startsWith("plan.view_note"))).toHaveLength(0);
    e.does(() => setView(e, "clear"));
    expect(e.plan.seats.get(1)!.note).toBeNull();
    e.does(() => setEntrance(e, "东门"));
    expect(e.plan.seats.get(2)!.entrance).toBe("东门");
    e.run("buffer");
    expect([...e.plan.shapes.values()][0]).toMatchObject({ kind: "buffer", level: "L1" });
    valid(e);
  });
  it("assigns zones; a seat is in one at most; runs stay ascending and apart", () => {
    const e = rows(),
      a = addCategory(e),
      b = addCategory(e);
    e.run("select-all").does(() => assignCategory(e, a));
    e.select(ofSeats([2, 3, 9]));
    e.does(() => assignCategory(e, b));
    expect(e.plan.categories.get(a)!.seats).toEqual([
      [1, 1],
      [4, 8],
      [10, 18],
    ]);
    expect(e.plan.categories.get(b)!.seats).toEqual([
      [2, 3],
      [9, 9],
    ]);
    e.does(() => assignCategory(e, null));
    expect(categoryOf(e).seats.has(2)).toBe(false);
    expect(runsOf([5, 3, 4, 9, 9])).toEqual([
      [3, 5],
      [9, 9],
    ]);
    valid(e);
  });
  it("moves rows to another section", () => {
    const e = rows();
    e.use("section").drag([-2000, 8000], [4000, 9000]);
    e.select(ofSeats([1]));
    e.does(() => moveToSection(e, "s2"));
    expect(e.plan.rows.get("r1")!.section).toBe("s2");
    expect(findings(e.plan).some((f) => f.code === "plan.outside_section")).toBe(true);
    e.run("fit-outline");
    expect(findings(e.plan).some((f) => f.code === "plan.outside_section")).toBe(false);
  });
  it("deletes seats, empty rows and what pointed at them; a section with all of it", () => {
    const e = new TestEditor(sampleTheatre());
    const accessible = seats(e).find((s) => s.kind === "accessible")!;
    e.select(ofSeats([accessible.id]));
    e.run("delete");
    expect(seats(e).some((s) => s.companionOf !== null)).toBe(false);
    e.select(ofObjects({ table: "sections", id: "S-L2" }));
    e.run("delete");
    expect([...e.plan.rows.values()].some((r) => r.section === "S-L2")).toBe(false);
    valid(e);
    e.use("table").click([0, -20_000]).use("select").run("delete");
    expect(e.plan.tables.size).toBe(0);
    expect(seats(e).every((s) => s.row !== null)).toBe(true);
  });
});

describe("the registry", () => {
  it("has both languages, no key twice and no id twice", () => {
    const list = editorActions(new Editor());
    expect(keyClashes(list)).toEqual([]);
    expect(new Set(list.map((a) => a.id)).size).toBe(list.length);
    for (const a of list) {
      expect(a.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(a.en).toMatch(/^[\x20-\x7e°]+$/);
    }
  });
  it("finds a key that is taken twice (negative control)", () => {
    const a = editorActions(new Editor())[0]!;
    expect(keyClashes([a, { ...a, id: "other" }])).toEqual([`${a.keys}: ${a.id}, other`]);
  });
  it("enables nothing that changes a published plan", () => {
    const e = new TestEditor(sampleTheatre());
    e.run("select-all");
    e.readOnly = true;
    const before = e.fingerprint;
    for (const a of editorActions(e)) if (a.enabled()) a.run();
    expect(e.fingerprint).toBe(before);
  });
});

describe("live checks", () => {
  it("find each fault where it is, and nothing in the sample", () => {
    expect(findings(sampleTheatre()).filter((f) => f.severity === "error")).toEqual([]);
    const e = rows();
    e.does(() =>
      e.change("t", (s) => {
        s.update("seats", 2, { number: "1" });
        s.update("seats", 9, { x: e.plan.seats.get(8)!.x });
        s.update("seats", 18, { number: "9" });
      }),
    );
    const found = findings(e.plan);
    expect(found.find((f) => f.code === "plan.duplicate_label")!.seats).toEqual([1, 2]);
    expect(found.find((f) => f.code === "plan.overlap")!.seats).toEqual([8, 9]);
    expect(found.find((f) => f.code === "plan.missing_number" && f.seats.includes(18))!.args[1]).toBe("7");
  });
  it("call seats by what is printed, and one mistake is one finding: a row set upon another, names twice", () => {
    const e = rows(),
      [first, second] = [...e.plan.rows.keys()] as [string, string],
      of = (row: string) => [...e.plan.seats.values()].filter((s) => s.row === row);
    e.does(() =>
      e.change("t", (s) => {
        const at = of(first);
        of(second).forEach((b, i) => s.update("seats", b.id, { x: at[i]!.x, y: at[i]!.y }));
        s.update("rows", second, { label: e.plan.rows.get(first)!.label });
      }),
    );
    const found = findings(e.plan),
      n = of(first).length,
      laid = found.filter((f) => f.code.startsWith("plan.overlap")),
      twice = found.filter((f) => f.code.startsWith("plan.duplicate_label"));
    expect(laid).toHaveLength(1);
    expect(laid[0]!.seats).toHaveLength(2 * n);
    expect(laid[0]!.args[2]).toBe(n);
    expect(twice.map((f) => [f.code, f.args[1]])).toEqual([["plan.duplicate_labels", n]]);
    e.undo();
    e.does(() => e.change("t", (s) => s.update("seats", 9, { x: e.plan.seats.get(8)!.x, y: e.plan.seats.get(8)!.y })));
    const one = findings(e.plan).find((f) => f.code === "plan.overlap")!;
    expect(String(one.args[0])).toContain(e.plan.rows.get(e.plan.seats.get(8)!.row!)!.label);
  });
  it("find a row closed at both ends", () => {
    const e = new TestEditor();
    e.setOptions({ shapeKind: "wall" });
    e.use("row").drag([0, 0], [2750, 0]).use("shape").drag([-900, -2000], [-400, 2000]);
    expect(findings(e.plan).some((f) => f.code === "plan.unreachable_row")).toBe(false);
    e.drag([3150, -2000], [3650, 2000]);
    expect(findings(e.plan).some((f) => f.code === "plan.unreachable_row")).toBe(true);
  });
});
