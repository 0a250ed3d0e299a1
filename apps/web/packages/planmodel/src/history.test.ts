import fc from "fast-check";
import { mm } from "@parterre/geometry";
import { describe, expect, it } from "vitest";
import {
  ConflictError,
  diffPlans,
  encodePlan,
  History,
  invert,
  PlanStore,
  sampleTheatre,
  squash,
  summarize,
  type Plan,
  type PlanDiff,
} from "./index.ts";

/** Random edits of a plan: what a designer's hand may do. */
type Edit = { kind: "add" } | { kind: "remove" | "move" | "renumber"; pick: number; by: number } | { kind: "rename"; name: string };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.constant<Edit>({ kind: "add" }),
  fc.record({
    kind: fc.constantFrom("remove" as const, "move" as const, "renumber" as const),
    pick: fc.nat(500),
    by: fc.integer({ min: -900, max: 900 }),
  }),
  fc.record({ kind: fc.constant("rename" as const), name: fc.constantFrom("甲", "乙", "丙") }),
);

function start(): PlanStore {
  const store = new PlanStore();
  store.put("levels", { id: "L1", name: "池座", order: 0 });
  store.put("sections", {
    id: "s1",
    level: "L1",
    name: "池座",
    label: "池座",
    outline: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  });
  store.put("rows", { id: "r1", section: "s1", label: "1", kind: "free" });
  for (let i = 0; i < 5; i++) make(store, i);
  return store;
}

function make(store: PlanStore, x: number): void {
  const id = store.allocateSeatId();
  store.put("seats", {
    id,
    row: "r1",
    number: String(id),
    x: mm(x),
    y: mm(0),
    kind: "normal",
    view: "clear",
    companionOf: null,
    entrance: null,
    note: null,
  });
}

function perform(store: PlanStore, e: Edit): void {
  if (e.kind === "add") return make(store, 7);
  if (e.kind === "rename") return store.update("doc", "doc", { name: e.name });
  const ids = [...store.plan.seats.keys()];
  const id = ids[e.pick % Math.max(1, ids.length)];
  if (id === undefined) return;
  if (e.kind === "remove") store.remove("seats", id);
  else if (e.kind === "move") store.update("seats", id, { x: mm(store.get("seats", id)!.x + e.by) });
  else store.update("seats", id, { number: String(e.by) });
}

/** Order does not matter: what is undone may stand at another place of the list. */
const same = (a: Plan, b: Plan): void => expect(diffPlans(a, b)).toEqual([]);

describe("History", () => {
  it("undoes and redoes any edits, step by step, to the same plans", () => {
    fc.assert(
      fc.property(fc.array(fc.array(edit, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), (steps) => {
        const store = start();
        const history = new History(store);
        const seen = [store.snapshot()];
        for (const [i, step] of steps.entries()) {
          history.mark(`step ${i}`);
          for (const e of step) perform(store, e);
          const now = store.snapshot();
          if (diffPlans(seen.at(-1)!, now).length > 0) seen.push(now);
        }
        for (let i = seen.length - 2; i >= 0; i--) {
          expect(history.undo()).toBe(true);
          same(store.plan, seen[i]!);
        }
        expect(history.undo()).toBe(false);
        for (let i = 1; i < seen.length; i++) {
          expect(history.redo()).toBe(true);
          same(store.plan, seen[i]!);
        }
        expect(history.redo()).toBe(false);
      }),
    );
  });

  it("never takes back a seat id", () => {
    const store = start();
    const history = new History(store);
    const next = store.plan.nextSeatId;
    history.mark("draw");
    make(store, 1);
    history.undo();
    make(store, 2);
    expect([...store.plan.seats.keys()]).toContain(next + 1);
    expect([...store.plan.seats.keys()]).not.toContain(next);
  });

  it("cancels to a mark without a redo", () => {
    const store = start();
    const history = new History(store);
    history.mark("before");
    perform(store, { kind: "rename", name: "甲" });
    history.mark("drag");
    perform(store, { kind: "move", pick: 0, by: 5 });
    perform(store, { kind: "move", pick: 0, by: 9 });
    const kept = store.get("doc", "doc");
    history.cancelTo("drag");
    expect(store.get("seats", 1)!.x).toBe(0);
    expect(store.get("doc", "doc")).toBe(kept);
    expect(history.canRedo).toBe(false);
    expect(history.undo()).toBe(true);
    expect(store.get("doc", "doc")!.name).toBe("-");
    expect(() => history.cancelTo("nowhere")).toThrow(RangeError);
  });

  it("squashes a drag into one step", () => {
    const store = start();
    const history = new History(store);
    history.mark("drag");
    for (let i = 0; i < 4; i++) {
      history.mark(`move ${i}`);
      perform(store, { kind: "move", pick: 0, by: 10 });
    }
    history.squashTo("drag");
    expect(store.get("seats", 1)!.x).toBe(40);
    history.undo();
    expect(store.get("seats", 1)!.x).toBe(0);
    expect(history.canUndo).toBe(false);
    history.redo();
    expect(store.get("seats", 1)!.x).toBe(40);
  });

  it("ends the other future at a new change", () => {
    const store = start();
    const history = new History(store);
    history.mark("a");
    make(store, 1);
    history.undo();
    expect(history.canRedo).toBe(true);
    make(store, 2);
    expect(history.canRedo).toBe(false);
  });

  it("makes no step of a change that was taken back by hand", () => {
    const store = start();
    const history = new History(store);
    history.mark("there and back");
    perform(store, { kind: "move", pick: 0, by: 5 });
    perform(store, { kind: "move", pick: 0, by: -5 });
    expect(history.undo()).toBe(false);
  });
});

describe("diffs", () => {
  const edits = fc.array(edit, { maxLength: 12 });
  it("lead from one plan to the other and back", () => {
    fc.assert(
      fc.property(edits, (list) => {
        const store = start();
        const a = store.snapshot();
        for (const e of list) perform(store, e);
        const b = store.snapshot();
        const there = diffPlans(a, b);
        const walk = new PlanStore(a);
        walk.apply(there);
        same(walk.plan, b);
        walk.apply(invert(there));
        same(walk.plan, a);
      }),
    );
  });
  it("squash to the direct diff", () => {
    fc.assert(
      fc.property(edits, edits, (first, second) => {
        const store = start();
        const a = store.snapshot();
        for (const e of first) perform(store, e);
        const b = store.snapshot();
        for (const e of second) perform(store, e);
        const c = store.snapshot();
        const key = (d: PlanDiff): unknown[] => [...d].sort((x, y) => (`${x.table}/${x.id}` < `${y.table}/${y.id}` ? -1 : 1));
        expect(key(squash(diffPlans(a, b), diffPlans(b, c)))).toEqual(key(diffPlans(a, c)));
      }),
    );
  });
  it("refuse to overwrite what someone else changed, and change nothing then", () => {
    const store = start();
    const mine = diffPlans(
      store.plan,
      (() => {
        const s = new PlanStore(store.plan);
        s.update("seats", 1, { number: "A" });
        s.update("seats", 2, { number: "B" });
        return s.plan;
      })(),
    );
    store.update("seats", 2, { number: "C" });
    const before = encodePlan(store.plan);
    expect(() => store.apply(mine)).toThrow(ConflictError);
    expect(encodePlan(store.plan)).toEqual(before);
  });
  it("are counted for people", () => {
    const a = sampleTheatre();
    const store = new PlanStore(a);
    store.remove("seats", 5);
    store.update("seats", 6, { number: "99" });
    make(store, 0);
    expect(summarize(diffPlans(a, store.plan))).toEqual({ seats: { added: 1, removed: 1, changed: 1 } });
  });
});
