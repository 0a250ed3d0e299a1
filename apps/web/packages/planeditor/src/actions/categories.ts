import type { Category, PlanStore, Run, SeatId } from "@parterre/planmodel";
import { contentOf } from "../content.ts";
import type { Editor } from "../editor.ts";
import { keyRef } from "../selection.ts";

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

/** The category of each seat and object that has one. */
export function categoryOf(editor: Editor): { seats: ReadonlyMap<SeatId, string>; objects: ReadonlyMap<string, string> } {
  return editor.derived("categories", () => assigned(editor));
}

function assigned(editor: Editor): { seats: ReadonlyMap<SeatId, string>; objects: ReadonlyMap<string, string> } {
  const seats = new Map<SeatId, string>(), objects = new Map<string, string>();
  for (const c of editor.plan.categories.values()) {
    for (const id of idsOf(c.seats)) seats.set(id, c.id);
    for (const o of c.objects ?? []) objects.set(o, c.id);
  }
  return { seats, objects };
}

const dressed = (c: Category, seats: readonly Run[], objects: readonly string[]): Category =>
  ({ id: c.id, name: c.name, color: c.color, ...(seats.length > 0 ? { seats } : {}), ...(objects.length > 0 ? { objects } : {}) });

export function dropFromCategories(store: PlanStore, seats: ReadonlySet<SeatId>, objects: ReadonlySet<string>): void {
  for (const c of [...store.plan.categories.values()]) {
    const touches = (seats.size > 0 && (c.seats ?? []).length > 0 && [...idsOf(c.seats)].some((s) => seats.has(s))) || (c.objects ?? []).some((o) => objects.has(o));
    if (touches) store.put("categories", dressed(c, runsOf([...idsOf(c.seats)].filter((s) => !seats.has(s))), (c.objects ?? []).filter((o) => !objects.has(o))));
  }
}

/** Colours of new categories: eight hues apart for colour-blind eyes, then again. */
const COLOURS = ["#355cc9", "#b16100", "#068380", "#9f5bae", "#826f3a", "#da1072", "#002c68", "#392f25"];

export function addCategory(editor: Editor): string {
  return editor.change("add-category", (store) => {
    const id = editor.ids.next("c"), n = editor.plan.categories.size;
    store.put("categories", { id, name: `${"一二三四五六七八九"[n] ?? n + 1}档`, color: COLOURS[n % COLOURS.length]! });
    return id;
  });
}

export function removeCategory(editor: Editor, id: string): void {
  editor.change("delete", (store) => store.remove("categories", id));
}

/** Puts the seats, areas and tables of the selection into a category, or into none. */
export function assignCategory(editor: Editor, category: string | null): void {
  const what = contentOf(editor), objects = new Set([...what.objects].map(keyRef).filter((r) => r.table === "areas" || r.table === "tables").map((r) => r.id));
  if (what.seats.size === 0 && objects.size === 0) return;
  editor.change("category", (store) => {
    dropFromCategories(store, what.seats, objects);
    if (category === null) return;
    const c = store.get("categories", category)!;
    store.put("categories", dressed(c, runsOf([...idsOf(c.seats), ...what.seats]), [...new Set([...(c.objects ?? []), ...objects])]));
  });
}
