import type { Category, PlanStore, Run, SeatId } from "@parterre/planmodel";
import { contentOf } from "../content.ts";
import type { Editor } from "../editor.ts";
import { keyRef, type Selection } from "../selection.ts";

/** Ids as runs: ascending and apart. */
export function runsOf(ids: Iterable<SeatId>): Run[] {
  const out: [SeatId, SeatId][] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last !== undefined && last[1] + 1 === id) last[1] = id;
    else out.push([id, id]);
  }
  return out;
}

export function* idsOf(runs: readonly Run[] = []): Generator<SeatId> {
  for (const [first, last] of runs) for (let id = first; id <= last; id++) yield id as SeatId;
}

/** Runs of a without the ids, which ascend. */
function without(runs: readonly Run[], ids: readonly SeatId[]): Run[] {
  const out: Run[] = [];
  let i = 0;
  for (const [first, last] of runs) {
    let from: number = first;
    while (i < ids.length && ids[i]! < first) i++;
    for (; i < ids.length && ids[i]! <= last; i++) {
      if (ids[i]! > from) out.push([from, ids[i]! - 1]);
      from = ids[i]! + 1;
    }
    if (from <= last) out.push([from, last]);
  }
  return out;
}

/** Both sets of runs as one: ascending and apart. */
function joined(a: readonly Run[], b: readonly Run[]): Run[] {
  const out: [SeatId, SeatId][] = [];
  for (const [first, last] of [...a, ...b].sort((p, q) => p[0] - q[0])) {
    const end = out.at(-1);
    if (end !== undefined && first <= end[1] + 1) end[1] = Math.max(end[1], last);
    else out.push([first, last]);
  }
  return out;
}
const ascending = (ids: Iterable<SeatId>): SeatId[] => [...Int32Array.from(ids).sort()];

/** The number of each seat's category, by rank: its place in the plan's list and 1, or 0. The first 31 have numbers. */
export function categoryNumbers(editor: Editor): Uint8Array {
  return editor.derived("category-numbers", () => {
    const { seats, rankOf } = editor.model,
      out = new Uint8Array(seats.count);
    let n = 0;
    for (const c of editor.plan.categories.values()) {
      if (++n > 31) break;
      for (const [first, last] of c.seats ?? []) out.fill(n, rankOf.from(first), rankOf.from(last + 1));
    }
    return out;
  });
}

/** The category of a seat, or null. */
export function categoryOfSeat(editor: Editor): (id: SeatId) => string | null {
  const numbers = categoryNumbers(editor),
    ids = [...editor.plan.categories.keys()] as string[],
    { rankOf } = editor.model;
  return (id) => {
    const rank = rankOf.get(id),
      n = rank === undefined ? 0 : numbers[rank]!;
    return n === 0 ? null : ids[n - 1]!;
  };
}

/** The category of each area and table that has one. */
export function categoryOfObjects(editor: Editor): ReadonlyMap<string, string> {
  return editor.derived(
    "category-objects",
    () =>
      new Map([...editor.plan.categories.values()].flatMap((c) => (c.objects ?? []).map((o) => [o as string, c.id as string] as const))),
  );
}

/** The category of each seat and object that has one. */
export function categoryOf(editor: Editor): { seats: ReadonlyMap<SeatId, string>; objects: ReadonlyMap<string, string> } {
  return editor.derived("categories", () => assigned(editor));
}

function assigned(editor: Editor): { seats: ReadonlyMap<SeatId, string>; objects: ReadonlyMap<string, string> } {
  const seats = new Map<SeatId, string>(),
    objects = new Map<string, string>();
  for (const c of editor.plan.categories.values()) {
    for (const id of idsOf(c.seats)) seats.set(id, c.id);
    for (const o of c.objects ?? []) objects.set(o, c.id);
  }
  return { seats, objects };
}

const dressed = (c: Category, seats: readonly Run[], objects: readonly string[]): Category => ({
  id: c.id,
  name: c.name,
  color: c.color,
  ...(seats.length > 0 ? { seats } : {}),
  ...(objects.length > 0 ? { objects } : {}),
});

export function dropFromCategories(store: PlanStore, seats: ReadonlySet<SeatId>, objects: ReadonlySet<string>): void {
  const ids = ascending(seats);
  for (const c of [...store.plan.categories.values()]) {
    const touches = ids.length > 0 || (c.objects ?? []).some((o) => objects.has(o));
    if (touches)
      store.put(
        "categories",
        dressed(
          c,
          without(c.seats ?? [], ids),
          (c.objects ?? []).filter((o) => !objects.has(o)),
        ),
      );
  }
}

/** Colours of new categories: eight hues apart for colour-blind eyes, then again. */
const COLOURS = ["#355cc9", "#b16100", "#068380", "#9f5bae", "#826f3a", "#da1072", "#002c68", "#392f25"];

export function addCategory(editor: Editor): string {
  return editor.change("add-category", (store) => {
    const id = editor.ids.next("c"),
      n = editor.plan.categories.size;
    store.put("categories", { id, name: `${"一二三四五六七八九"[n] ?? n + 1}档`, color: COLOURS[n % COLOURS.length]! });
    return id;
  });
}

export function removeCategory(editor: Editor, id: string): void {
  editor.change("delete", (store) => store.remove("categories", id));
}

/** Puts the seats, areas and tables of the selection into a category, or into none. */
export function assignCategory(editor: Editor, category: string | null): void {
  putIntoCategory(editor, contentOf(editor), category);
}

/** Puts seats, areas and tables into a category, or into none. */
export function putIntoCategory(editor: Editor, what: Selection, category: string | null): void {
  const objects = new Set(
    [...what.objects]
      .map(keyRef)
      .filter((r) => r.table === "areas" || r.table === "tables")
      .map((r) => r.id),
  );
  if (what.seats.size === 0 && objects.size === 0) return;
  editor.change("category", (store) => {
    dropFromCategories(store, what.seats, objects);
    if (category === null) return;
    const c = store.get("categories", category)!;
    store.put("categories", dressed(c, joined(c.seats ?? [], runsOf(what.seats)), [...new Set([...(c.objects ?? []), ...objects])]));
  });
}
