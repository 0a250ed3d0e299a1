import { polygon } from "@parterre/geometry";
import { decodePlan, encodePlan, sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { TestEditor } from "./testeditor.ts";

const seatsOf = (e: TestEditor) => [...e.plan.seats.values()];
/** Whatever was drawn must open again. */
const valid = (e: TestEditor): void => {
  decodePlan(JSON.parse(JSON.stringify(encodePlan(e.plan))));
};

describe("row tool", () => {
  it("draws a row by a drag, as many seats as fit", () => {
    const e = new TestEditor().use("row").drag([-2750, 0], [2750, 0]);
    expect(seatsOf(e).map((s) => [s.number, s.x, s.y])).toEqual(Array.from({ length: 11 }, (_, i) => [String(i + 1), -2750 + 550 * i, 0]));
    expect(e.plan.sections.size).toBe(1);
    expect(e.selection.seats.size).toBe(11);
    expect(e.checked).toBe(1);
    valid(e);
  });
  it("keeps to the count and numbers from the viewer's left when drawn from the right", () => {
    const e = new TestEditor();
    e.setOptions({ seatCount: 5 });
    e.use("row").drag([3000, 0], [0, 0]);
    expect(
      seatsOf(e)
        .sort((a, b) => a.x - b.x)
        .map((s) => s.number),
    ).toEqual(["1", "2", "3", "4", "5"]);
  });
  it("bends a row by click, click, click", () => {
    const e = new TestEditor().use("row").click([-2200, 0]);
    expect(e.path).toBe("row.placing");
    e.click([2200, 0]);
    expect(e.path).toBe("row.bending");
    e.move([0, 800]).click([0, 800]);
    const xs = seatsOf(e);
    expect(xs).toHaveLength(9);
    expect([...e.plan.rows.values()][0]!.kind).toBe("curved");
    expect(Math.max(...xs.map((s) => s.y))).toBe(800);
    expect(xs[0]!.y).toBe(0);
    expect(xs[8]!.y).toBe(0);
    valid(e);
  });
  it("gives up on Escape at every stage and leaves the document as it was", () => {
    const e = new TestEditor().use("row"),
      before = e.fingerprint;
    e.down([0, 0]).move([3000, 0]).key("Escape");
    e.up([3000, 0]);
    e.click([0, 0]).key("Escape").click([0, 0]).click([4000, 0]).key("Escape");
    expect(e.path).toBe("row.idle");
    expect(e.fingerprint).toBe(before);
    expect(e.history.canUndo).toBe(false);
  });
  it("puts a second row into the section made for the first and names it on", () => {
    const e = new TestEditor().use("row").drag([-2750, 0], [2750, 0]).drag([-2750, 950], [2750, 950]);
    expect(e.plan.sections.size).toBe(1);
    expect([...e.plan.rows.values()].map((r) => r.label)).toEqual(["1排", "2排"]);
    const outline = [...e.plan.sections.values()][0]!.outline;
    expect(Math.max(...outline.map((p) => p[1]))).toBe(1450);
  });
  it("draws along rays of 15 degrees with shift", () => {
    const e = new TestEditor().use("row").drag([0, 0], [4000, 300], { shift: true });
    expect(new Set(seatsOf(e).map((s) => s.y))).toEqual(new Set([0]));
  });
});

describe("block, seat, table", () => {
  it("draws a block of rows as a section of its own", () => {
    const e = new TestEditor().use("block").drag([-5000, 0], [5000, 3800]);
    expect(e.plan.rows.size).toBe(5);
    expect(e.plan.seats.size).toBe(5 * 19);
    e.use("block").drag([8000, 0], [11_000, 1900]);
    expect(e.plan.sections.size).toBe(2);
    valid(e);
  });
  it("adds a seat to the row beside it and begins a free row elsewhere", () => {
    const e = new TestEditor().use("row").drag([0, 0], [1650, 0]).use("seat").click([2200, 0]);
    expect(seatsOf(e).at(-1)).toMatchObject({ number: "5", x: 2200, y: 0, row: "r1" });
    e.click([9000, 9000]);
    expect([...e.plan.rows.values()].at(-1)!.kind).toBe("free");
    valid(e);
  });
  it("sets a round table with its seats, of the size dragged", () => {
    const e = new TestEditor().use("table");
    e.setOptions({ tableSeats: 6, tableWhole: true });
    e.click([0, 0]).drag([4500, 0], [6000, 0]);
    const [a, b] = [...e.plan.tables.values()];
    expect(a).toMatchObject({ label: "1桌", radius: 900, whole: true });
    expect(b).toMatchObject({ label: "2桌", radius: 1500 });
    expect(b!.seats).toHaveLength(6);
    expect(seatsOf(e).every((s) => s.row === null)).toBe(true);
    valid(e);
  });
});

describe("outlines", () => {
  it("draws a section by corners, takes one back, closes at the first", () => {
    const e = new TestEditor()
      .use("section")
      .click([0, 0])
      .click([6000, 0])
      .click([7000, 5000])
      .key("Backspace")
      .click([6000, 5000])
      .click([0, 5000])
      .click([0, 0]);
    expect([...e.plan.sections.values()][0]!.outline).toEqual([
      [0, 0],
      [6000, 0],
      [6000, 5000],
      [0, 5000],
    ]);
    expect(e.path).toBe("section.idle");
    valid(e);
  });
  it("closes by Enter and by double click, and draws a rectangle by a drag", () => {
    const e = new TestEditor()
      .use("section")
      .click([0, 0])
      .click([3000, 0])
      .click([0, 3000])
      .key("Enter")
      .drag([10_000, 0], [12_000, 1000]);
    expect(e.plan.sections.size).toBe(2);
    e.use("area").click([0, 8000]).click([3000, 8000]).click([3000, 9000]).double([0, 9000]);
    expect(e.plan.areas.size).toBe(1);
    valid(e);
  });
  it("draws the stage as an outline and an entrance as a mark", () => {
    const e = new TestEditor().use("shape").drag([-5000, -6000], [5000, -2000]);
    e.setOptions({ shapeKind: "entrance", shapeText: "东门" });
    e.click([8000, 0]);
    expect([...e.plan.shapes.values()]).toMatchObject([
      { kind: "stage", text: "舞台" },
      { kind: "entrance", at: [8000, 0], text: "东门" },
    ]);
    valid(e);
  });
  it("gives up a polygon on Escape", () => {
    const e = new TestEditor().use("section").click([0, 0]).click([3000, 0]).key("Escape");
    expect(e.plan.sections.size).toBe(0);
    expect(e.path).toBe("section.idle");
  });
});

describe("select tool", () => {
  const drawn = (): TestEditor =>
    new TestEditor().use("row").drag([-2750, 0], [2750, 0]).drag([-2750, 950], [2750, 950]).use("select").click([0, 12_000]);
  it("clicks a seat, adds by shift, takes off by shift, clears on the ground", () => {
    const e = drawn().click([0, 0]);
    expect(e.selection.seats.size).toBe(1);
    e.click([550, 0], { shift: true });
    expect(e.selection.seats.size).toBe(2);
    e.click([550, 0], { shift: true });
    expect(e.selection.seats.size).toBe(1);
    e.click([0, 12_000]);
    expect(e.selection.seats.size).toBe(0);
  });
  it("double click takes the whole row", () => {
    expect(drawn().double([0, 950]).selection.seats.size).toBe(11);
  });
  it("marquee takes what lies inside, also with Escape back to before", () => {
    const e = drawn().drag([-5000, -400], [5000, 400]);
    expect(e.selection.seats.size).toBe(11);
    e.down([-5000, 5000]).move([5000, -5000]);
    expect(e.selection.seats.size).toBe(22);
    e.key("Escape");
    expect(e.selection.seats.size).toBe(11);
  });
  it("lasso takes what a line goes round", () => {
    const e = drawn()
      .use("lasso")
      .trace([
        [-3000, -500],
        [300, -500],
        [300, 500],
        [-3000, 500],
        [-3000, -500],
      ]);
    expect(e.selection.seats.size).toBe(6);
  });
  it("drags seats, along an axis with shift, and gives a drag up on Escape", () => {
    const e = drawn().double([0, 0]).drag([0, 0], [1000, 3000], { shift: true });
    expect(e.plan.seats.get(1)).toMatchObject({ x: -2750, y: 3000 });
    const before = e.fingerprint;
    e.down([0, 3000]).move([4000, 4000]).key("Escape");
    expect(e.preview).toBeNull();
    e.up([4000, 4000]);
    expect(e.fingerprint).toBe(before);
  });
  it("drags a selected section with everything in it", () => {
    const e = drawn().click([1200, 480]);
    expect([...e.selection.objects]).toEqual(["sections/s1"]);
    e.drag([1200, 480], [1200, 2480], { shift: true });
    expect(e.plan.seats.get(1)!.y).toBe(2000);
    expect(Math.min(...e.plan.sections.get("s1")!.outline.map((p) => p[1]))).toBe(1500);
  });
  it("nudges by arrows: 10 mm, 100 with shift, 1 with alt", () => {
    const e = drawn().click([0, 0]).key("ArrowRight").key("ArrowDown", { shift: true }).key("ArrowUp", { alt: true });
    expect(e.plan.seats.get(6)).toMatchObject({ x: 10, y: 99 });
    expect(e.checked).toBe(5);
  });
});

describe("measure, pan, camera", () => {
  it("measures between seats and changes nothing", () => {
    const e = new TestEditor().use("row").drag([0, 0], [5500, 0]).use("measure"),
      before = e.fingerprint;
    e.drag([40, 30], [5480, -20]);
    expect(e.preview?.note).toBe("5500 mm  0°");
    expect(e.fingerprint).toBe(before);
  });
  it("pans by its tool, the middle button and a held space, and zooms about the pointer", () => {
    const e = new TestEditor().use("pan").drag([0, 0], [2000, 0]);
    expect(Math.round(e.camera.cx)).toBe(-2000);
    e.use("select").down([0, 0], {}, 1).move([1000, 0]);
    e.up([1000, 0]);
    expect(Math.round(e.camera.cx)).toBe(-3000);
    e.key(" ").down([0, 0]).move([1000, 0]).up([0, 0]);
    e.keyUp(" ");
    expect(Math.round(e.camera.cx)).toBe(-4000);
    const at = e.toScreen([500, 500]);
    e.turnWheel([500, 500], -300);
    expect(e.toScreen([500, 500]).map(Math.round)).toEqual(at.map(Math.round));
  });
});

describe("a long session", () => {
  it("undoes everything to the empty plan and redoes it all", () => {
    const e = new TestEditor(),
      empty = e.fingerprint;
    e.use("shape")
      .drag([-5000, -6000], [5000, -2000])
      .use("block")
      .drag([-5000, 0], [5000, 3800])
      .use("select")
      .run("select-all")
      .run("number.odd-even")
      .run("mirror.x")
      .run("duplicate")
      .run("delete");
    const full = e.fingerprint;
    let steps = 0;
    while (e.undo()) steps++;
    expect(steps).toBe(6);
    expect(e.fingerprint).toBe(empty);
    while (e.redo()) steps--;
    expect(steps).toBe(0);
    expect(e.fingerprint).toBe(full);
  });
  it("leaves a published plan alone", () => {
    const e = new TestEditor(sampleTheatre()),
      before = e.fingerprint;
    e.readOnly = true;
    e.use("row").drag([0, 0], [5000, 0]).use("select").click([0, 20_000]).key("ArrowLeft");
    expect(() => e.run("delete")).toThrow("not enabled");
    expect(e.fingerprint).toBe(before);
  });
  it("tables below two blocks do not stretch one block's section over the other", () => {
    const e = new TestEditor();
    e.use("block").drag([-4400, 0], [-1100, 3000]).drag([1100, 0], [4400, 3000]);
    e.use("table").click([-4000, 5500]).click([0, 5500]).click([4000, 5500]);
    const [a, b] = [...e.plan.sections.values()];
    expect(e.plan.tables.size).toBe(3);
    for (const s of e.plan.sections.values())
      for (const o of e.plan.sections.values()) if (s !== o) expect(o.outline.some((p) => polygon.contains(s.outline, p))).toBe(false);
    expect([a!.label, b!.label, e.plan.sections.size]).toEqual(["A区", "B区", 3]);
  });
});
