import { GridIndex } from "@parterre/geometry";
import { formatPlan, planExtent, sampleTheatre } from "@parterre/planmodel";
import { couplesOf, geometryOf, mapModel, modelExtent, PixelPainter, type MapModel } from "@parterre/planrender";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { addCategory, putIntoCategory, categoryNumbers, categoryOf } from "./actions/categories.ts";
import { labelRows, numberSeats } from "./actions/number.ts";
import { removeSelection } from "./actions/remove.ts";
import { moveToSection, setCouples, setKind, setView } from "./actions/seats.ts";
import { duplicate, mirror } from "./actions/arrange.ts";
import { Editor } from "./editor.ts";
import { ofObjects, ofSeats } from "./selection.ts";
import { TwinQueue, TwinStore } from "./twin.ts";
import { transform } from "./content.ts";

vi.setConfig({ testTimeout: 60_000 }); // hundreds of plans are made anew

/** Every array and list of a model, to hold a patched one against one made anew. */
const parts = (m: MapModel): unknown => ({
  count: m.seats.count,
  ids: [...m.seats.ids],
  x: [...m.seats.x],
  y: [...m.seats.y],
  rowName: [...m.seats.row].map((r) => (r < 0 ? null : m.rows[r]!.id)),
  kind: [...m.seats.kind],
  view: [...m.seats.view],
  numbers: [...m.seats.numbers],
  extras: [...m.seats.extras].sort((a, b) => a[0] - b[0]),
  section: [...m.section].map((s) => m.sections[s]?.id ?? null),
  level: [...m.level].map((l) => m.levels[l]?.id ?? null),
  rows: m.rows.map((r) => r.id),
  sections: m.sections.map((s) => s.id),
  levels: m.levels.map((l) => l.id),
  ranks: [...m.seats.ids].map((id) => m.rankOf.get(id)),
});

/** Steps by number: what a designer does, on seats chosen by the second number. */
const STEPS: readonly ((e: Editor, at: number) => void)[] = [
  (e, at) => {
    pick(e, at, 1);
    nudge(e, 10 + at * 7, -30);
  },
  (e, at) => {
    pick(e, at, 40);
    nudge(e, at * 50, 20_000);
  },
  (e, at) => {
    pick(e, at, 9);
    removeSelection(e);
  },
  (e, at) => {
    pick(e, at, 12);
    duplicate(e, 500, 900 + at);
  },
  (e, at) => {
    section(e, at);
    mirror(e, "x");
  },
  (e, at) => {
    section(e, at);
    duplicate(e, 30_000, 0);
  },
  (e, at) => {
    section(e, at);
    if (e.plan.sections.size > 2) removeSelection(e);
  },
  (e, at) => {
    pick(e, at, 20);
    setKind(e, at % 2 === 0 ? "accessible" : "sofa");
  },
  (e, at) => {
    pick(e, at, 6);
    setView(e, "blocked", "柱子");
  },
  (e, at) => {
    while (e.plan.categories.size < 3) addCategory(e);
    pick(e, at, 15);
    putIntoCategory(e, e.selection, [...e.plan.categories.keys()][at % e.plan.categories.size] as string);
  },
  (e, at) => {
    pick(e, at, 3);
    moveToSection(e, [...e.plan.sections.keys()][at % e.plan.sections.size] as string);
  },
  (e) => {
    numberSeats(e, { scheme: { kind: "left-to-right" } });
  },
  (e) => {
    labelRows(e, { kind: "letters" });
  },
  (e) => {
    e.undo();
  },
  (e) => {
    e.undo();
    e.undo();
  },
  (e) => {
    e.redo();
  },
  (e) => {
    e.setTool("row");
    e.pointerDown(e.toScreen([0, 40_000]));
    e.pointerMove(e.toScreen([4000, 40_000]));
    e.pointerUp(e.toScreen([4000, 40_000]));
  },
  (e) => {
    e.setTool("table");
    e.pointerDown(e.toScreen([9000, 45_000]));
    e.pointerUp(e.toScreen([9000, 45_000]));
  },
];

function pick(e: Editor, at: number, n: number): void {
  const ids = [...e.plan.seats.keys()].map(Number);
  e.select(ofSeats(ids.slice(ids.length === 0 ? 0 : (at * 37) % ids.length).slice(0, n)));
}
function section(e: Editor, at: number): void {
  e.select(ofObjects({ table: "sections", id: [...e.plan.sections.keys()][at % e.plan.sections.size] as string }));
}
function nudge(e: Editor, dx: number, dy: number): void {
  const what = e.selection;
  e.change("nudge", (store) => transform(store, what, (p) => [p[0] + dx, p[1] + dy]));
}

const walks = fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(90), fc.boolean()), { minLength: 1, maxLength: 14 });

describe("a model that is patched", () => {
  it("is the model made anew, whatever one does (PT-6.3.2.4)", () => {
    fc.assert(
      fc.property(walks, (walk) => {
        const e = new Editor(sampleTheatre());
        void e.model;
        for (const [step, at, look] of walk) {
          STEPS[step]!(e, at);
          if (!look) continue; // several changes may be waiting
          const fresh = mapModel(e.plan, geometryOf(e.plan));
          expect(parts(e.model)).toEqual(parts(fresh));
          expect(modelExtent(e.model)).toEqual(planExtent(e.plan));
          const box = [e.extent[0], e.extent[1], (e.extent[0] + e.extent[2]) / 2, e.extent[3]] as const;
          expect(e.model.grid.inside(box)).toEqual(fresh.grid.inside(box));
          const of = categoryOf(e).seats,
            list = [...e.plan.categories.keys()];
          expect([...categoryNumbers(e)]).toEqual([...e.model.seats.ids].map((id) => list.indexOf(of.get(id) ?? "") + 1));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("tells a renderer which seats to draw anew, and it draws what a new one draws", () => {
    const e = new Editor(sampleTheatre()),
      seen = e.modelSince(-1),
      painter = new PixelPainter(seen.model),
      all = { ...e.camera };
    pick(e, 5, 30);
    nudge(e, 137, 260);
    setKind(e, "accessible");
    const now = e.modelSince(seen.version);
    expect(new Set(now.ranks)).toEqual(new Set([...e.selection.seats].map((id) => now.model.rankOf.get(id)!)));
    painter.patch(now.ranks!);
    const picture = (p: PixelPainter): Uint32Array => {
      const pixels = new ArrayBuffer(400 * 300 * 4);
      p.resize({ width: 400, height: 300 }, 1);
      p.setPixels(pixels);
      p.setColours(new Uint8Array(768).fill(90));
      p.draw({ ...all, cy: 9000, scale: 0.012 });
      return p.pixels;
    };
    expect(picture(painter)).toEqual(picture(new PixelPainter(mapModel(e.plan, geometryOf(e.plan)))));
    expect(picture(painter).some((v) => v !== 0)).toBe(true);
  });

  it("tells when nothing under the seats is another, and then nothing is", () => {
    /** What paintGround() draws from. */
    const ground = (e: Editor): unknown => ({
      couples: couplesOf(e.model).map((pair) => pair.map((r) => [e.model.seats.ids[r], e.model.seats.x[r], e.model.seats.y[r]])),
      section: [...e.model.section].map((s) => e.model.sections[s]?.id ?? null),
      rest: (["sections", "levels", "shapes", "areas", "boxes", "tables"] as const).map((t) => [...e.plan[t].values()]),
    });
    let spared = 0;
    fc.assert(
      fc.property(walks, (walk) => {
        const e = new Editor(sampleTheatre());
        pick(e, 1, 40);
        e.change("nudge", (store) => transform(store, e.selection, (p) => [Math.round(p[0] * 0.6), p[1]])); // near enough for couples
        setCouples(e);
        expect(couplesOf(e.model).length).toBeGreaterThan(5);
        let before = ground(e),
          { version } = e.modelSince(-1);
        for (const [step, at] of walk) {
          STEPS[step]!(e, at);
          const now = e.modelSince(version),
            after = ground(e);
          if (!now.ground) {
            expect(after).toEqual(before);
            spared++;
          }
          before = after;
          version = now.version;
        }
      }),
      { numRuns: 40 },
    );
    expect(spared).toBeGreaterThan(10);
    const e = new Editor(sampleTheatre());
    pick(e, 5, 1);
    void e.model;
    const since = e.modelSince(-1).version;
    nudge(e, 137, 260);
    expect(e.modelSince(since)).toMatchObject({ ground: false });
    pick(e, 5, 2);
    setCouples(e);
    expect(e.modelSince(since)).toMatchObject({ ground: true });
  });

  it("says that ranks are others when seats come or go, and when it no longer knows", () => {
    const e = new Editor(sampleTheatre()),
      { version } = e.modelSince(-1);
    for (let i = 0; i < 70; i++) {
      pick(e, i, 1);
      nudge(e, 1, 0);
      void e.model;
    }
    expect(e.modelSince(version).ranks).toBeNull();
    expect(e.modelSince(e.modelSince(-1).version).ranks).toEqual([]);
    const later = e.modelSince(-1).version;
    pick(e, 3, 2);
    removeSelection(e);
    expect(e.modelSince(later).ranks).toBeNull();
  });
});

describe("the grid of points that move", () => {
  it("finds every point where it is now, near its old cell and far off", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -5000, max: 5000 })), { minLength: 1, maxLength: 200 }),
        fc.array(fc.tuple(fc.nat(199), fc.integer({ min: -9000, max: 9000 }), fc.integer({ min: -9000, max: 9000 })), { maxLength: 300 }),
        (points, moves) => {
          const xs = Int32Array.from(points, (p) => p[0]),
            ys = Int32Array.from(points, (p) => p[1]),
            grid = new GridIndex(xs, ys);
          for (const [i, x, y] of moves) {
            const at = i % points.length;
            xs[at] = x;
            ys[at] = y;
            grid.moved(at);
          }
          const box = [-4000, -9000, 3000, 2500] as const;
          expect(grid.inside(box)).toEqual(
            points.map((_, i) => i).filter((i) => xs[i]! >= box[0] && xs[i]! <= box[2] && ys[i]! >= box[1] && ys[i]! <= box[3]),
          );
        },
      ),
    );
  });
});

describe("the twin that writes and checks", () => {
  it("writes the bytes that the editor's own plan writes, however the changes come", () => {
    fc.assert(
      fc.property(walks, (walk) => {
        const e = new Editor(sampleTheatre()),
          twin = new TwinStore(e.store.snapshot()),
          queue = new TwinQueue();
        e.onDiff((d) => queue.push(structuredClone(d)));
        for (const [step, at, send] of walk) {
          STEPS[step]!(e, at);
          if (send && !queue.empty) twin.take(structuredClone(queue.take()), e.plan.nextSeatId);
        }
        if (!queue.empty) twin.take(queue.take(), e.plan.nextSeatId);
        expect(formatPlan(twin.plan)).toBe(formatPlan(e.plan));
      }),
      { numRuns: 25 },
    );
  });
});
