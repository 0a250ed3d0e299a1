import { decodePlan, encodePlan, sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { addCategory } from "./actions/categories.ts";
import { handlesOf } from "./handles.ts";
import { keyRef, ofObjects } from "./selection.ts";
import { TestEditor } from "./testeditor.ts";

const valid = (e: TestEditor): void => {
  decodePlan(JSON.parse(JSON.stringify(encodePlan(e.plan))));
};
const handle = (e: TestEditor, kind: string, index = 0) => handlesOf(e).filter((h) => h.kind === kind)[index]!.at;
const section = (e: TestEditor) => [...e.plan.sections.values()][0]!;

describe("outlines by their corners", () => {
  const drawn = (): TestEditor => {
    const e = new TestEditor().use("section").drag([0, 0], [6000, 4000]).use("select");
    e.setOptions({ snap: false });
    return e;
  };
  it("moves a corner", () => {
    const e = drawn().drag([6000, 4000], [7000, 4500]);
    expect(section(e).outline).toEqual([
      [0, 0],
      [6000, 0],
      [7000, 4500],
      [0, 4000],
    ]);
    expect(e.checked).toBe(2);
    valid(e);
  });
  it("draws a new corner out of the middle of an edge and takes it away by alt and click", () => {
    const e = drawn().drag([3000, 0], [3000, -900]);
    expect(section(e).outline).toHaveLength(5);
    expect(section(e).outline[1]).toEqual([3000, -900]);
    e.click([3000, -900], { alt: true });
    expect(section(e).outline).toEqual([
      [0, 0],
      [6000, 0],
      [6000, 4000],
      [0, 4000],
    ]);
    expect(e.checked).toBe(3);
  });
  it("refuses an outline that crosses itself or has no area, and keeps three corners", () => {
    const e = drawn(),
      before = e.fingerprint;
    e.drag([6000, 4000], [3000, -2000]);
    expect(e.fingerprint).toBe(before);
    e.click([0, 0], { alt: true });
    const three = e.fingerprint;
    e.click([6000, 0], { alt: true });
    expect(e.fingerprint).toBe(three);
    expect(section(e).outline).toHaveLength(3);
  });
  it("does the same for areas, boxes and shapes, gives up on Escape and leaves a published plan alone", () => {
    for (const tool of ["area", "box", "shape"]) {
      const e = new TestEditor().use(tool).drag([0, 0], [6000, 4000]).use("select");
      e.setOptions({ snap: false });
      const ref = keyRef([...e.selection.objects][0]!),
        outline = () => e.plan[ref.table as "areas"].get(ref.id)!.outline;
      e.drag([0, 0], [-500, -800]);
      expect(outline()[0], tool).toEqual([-500, -800]);
      const before = e.fingerprint;
      e.down([-500, -800]).move([900, 900]).key("Escape").up([900, 900]);
      expect(e.fingerprint).toBe(before);
      e.readOnly = true;
      expect(handlesOf(e)).toEqual([]);
    }
  });
  it("no longer follows its rows once it is drawn by hand", () => {
    const e = new TestEditor().use("row").drag([-2750, 0], [2750, 0]).use("select");
    e.setOptions({ snap: false });
    const id = section(e).id;
    e.select(ofObjects({ table: "sections", id }));
    e.drag(section(e).outline[0]!, [-9000, -6000]).use("row").drag([-2750, 950], [2750, 950]);
    expect(section(e).outline).toContainEqual([-9000, -6000]);
  });
});

describe("the box round the selection", () => {
  const row = (): TestEditor => new TestEditor().use("row").drag([-2750, 0], [2750, 0]).use("select").double([0, 0]);
  it("turns by its handle, by 15 degrees with shift", () => {
    const e = row(),
      top = handle(e, "rotate");
    e.drag(top, [4000, -30], { shift: true });
    const xs = [...e.plan.seats.values()];
    expect(new Set(xs.map((s) => s.x)).size).toBe(1);
    expect(Math.max(...xs.map((s) => s.y)) - Math.min(...xs.map((s) => s.y))).toBe(5500);
    expect(e.checked).toBe(2);
  });
  it("scales from the opposite corner", () => {
    const e = new TestEditor().use("block").drag([0, 0], [5500, 3800]).use("select"),
      [x, y] = handle(e, "scale", 2);
    e.drag([x, y], [x + 5500, y + 1900]);
    const seats = [...e.plan.seats.values()];
    expect(Math.max(...seats.map((s) => s.x))).toBe(11_000);
    expect(Math.max(...seats.map((s) => s.y))).toBe(5700);
    expect(Math.min(...seats.map((s) => s.x))).toBe(0);
    valid(e);
  });
  it("scales tables with their radius, evenly with shift", () => {
    const e = new TestEditor().use("table").click([0, 0]).use("select"),
      [x, y] = handle(e, "scale", 2),
      before = [...e.plan.tables.values()][0]!.radius;
    e.drag([x, y], [x + 2500, y + 2500], { shift: true });
    expect([...e.plan.tables.values()][0]!.radius).toBeGreaterThan(before * 1.5);
    valid(e);
  });
});

describe("boxes by hand", () => {
  it("takes the seats inside, each into one box, and lays seats where there are none (包厢)", () => {
    const e = new TestEditor()
      .use("row")
      .drag([0, 0], [2200, 0])
      .use("box")
      .drag([-400, -500], [1300, 500])
      .drag([900, -600], [2600, 600])
      .drag([8000, 0], [10_500, 2500]);
    const [a, b, c] = [...e.plan.boxes.values()];
    expect(a).toMatchObject({ name: "包厢1", seats: [1, 2, 3] });
    expect(b!.seats).toEqual([4, 5]);
    expect(c!.seats).toHaveLength(4);
    expect(c!.seats.every((s) => e.plan.seats.get(s)!.row === null)).toBe(true);
    expect(e.checked).toBe(4);
    valid(e);
  });
});

describe("the brush", () => {
  it("paints a zone along its way, one step a stroke", () => {
    const e = new TestEditor().use("block").drag([0, 0], [5500, 3800]),
      zone = e.does(addCategory);
    e.setOptions({ paint: `zone:${zone}`, brush: 400 });
    e.use("paint").drag([-200, 0], [5600, 0]);
    expect(e.plan.categories.get(zone)!.seats).toEqual([[1, 11]]);
    e.setOptions({ paint: "zone:-" });
    e.trace([
      [0, 0],
      [550, 0],
    ]);
    expect(e.plan.categories.get(zone)!.seats).toEqual([[3, 11]]);
    expect(e.checked).toBe(4);
    valid(e);
  });
  it("paints views and kinds, and gives a stroke up on Escape", () => {
    const e = new TestEditor().use("block").drag([0, 0], [5500, 3800]);
    e.setOptions({ paint: "view:blocked", brush: 300 });
    e.use("paint").click([0, 0]);
    expect(e.plan.seats.get(1)!.view).toBe("blocked");
    e.setOptions({ paint: "kind:accessible" });
    e.click([550, 0]);
    expect(e.plan.seats.get(2)!.kind).toBe("accessible");
    const before = e.fingerprint;
    e.down([0, 950]).move([3000, 950]).key("Escape").up([3000, 950]);
    expect(e.fingerprint).toBe(before);
    expect(e.checked).toBe(3);
  });
});

describe("without a mouse", () => {
  it("walks from seat to seat, selects by Space, on the way by shift, its row by R, and says where it is", () => {
    const e = new TestEditor(sampleTheatre()).use("cursor").key("ArrowRight");
    const first = e.preview!.said!.seat;
    e.key(" ");
    expect([...e.selection.seats]).toEqual([first]);
    expect(e.preview!.said).toMatchObject({
      selected: true,
      count: 1,
      section: expect.stringMatching(/./) as string,
      row: expect.stringMatching(/排/) as string,
    });
    e.key("ArrowRight", { shift: true }).key("ArrowRight", { shift: true });
    expect(e.selection.seats.size).toBe(3);
    e.key(" ");
    expect(e.selection.seats.size).toBe(2);
    e.key("r");
    expect(e.selection.seats.size).toBeGreaterThan(9);
    const before = e.plan.seats.get(first)!.x;
    e.key("ArrowLeft", { alt: true });
    expect(e.plan.seats.get(first)!.x).toBe(before - 10);
    expect(e.checked).toBe(1);
  });
  it("draws with every tool: arrows, Space to click, shift and Space to drag", () => {
    const e = new TestEditor();
    e.setOptions({ grid: 500 });
    e.use("row").key("ArrowLeft", { shift: true }).key(" ", { shift: true }).key("ArrowRight", { shift: true }).key(" ");
    expect(e.plan.seats.size).toBe(10);
    e.use("section")
      .key("ArrowDown", { shift: true })
      .key(" ")
      .key("ArrowRight", { shift: true })
      .key(" ")
      .key("ArrowDown", { shift: true })
      .key(" ")
      .key("Enter");
    expect(e.plan.sections.size).toBe(2);
    e.use("table").key("ArrowLeft", { shift: true }).key("ArrowLeft", { shift: true }).key(" ");
    expect(e.plan.tables.size).toBe(1);
    expect(e.checked).toBe(3);
    valid(e);
  });
});
