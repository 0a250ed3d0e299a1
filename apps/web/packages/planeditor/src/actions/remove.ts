import type { PlanStore, SeatId } from "@parterre/planmodel";
import { contentOf } from "../content.ts";
import type { Editor } from "../editor.ts";
import { keyRef, NOTHING } from "../selection.ts";
import { dropFromCategories } from "./categories.ts";

/** Takes the selection and what it holds away: rows left empty go too, and nothing points at what is gone. */
export function removeSelection(editor: Editor): void {
  const what = contentOf(editor),
    gone = new Set(what.objects);
  if (what.seats.size === 0 && gone.size === 0) return;
  editor.change("delete", (store) => {
    // A box is a frame: the seats that it lists stay when they belong to rows.
    const seats = new Set(
      [...what.seats].filter(
        (id) => editor.selection.seats.has(id) || store.get("seats", id)!.row === null || inSelectedSection(editor, id),
      ),
    );
    removeSeats(store, seats);
    for (const key of gone) {
      const { table, id } = keyRef(key);
      if (table !== "sections") store.remove(table, id);
    }
    for (const key of gone) {
      const { table, id } = keyRef(key);
      if (table !== "sections") continue;
      for (const r of [...editor.plan.rows.values()]) if (r.section === id) store.remove("rows", r.id);
      store.remove("sections", id);
    }
    dropFromCategories(store, new Set(), new Set([...gone].map((k) => keyRef(k).id)));
  });
  editor.select(NOTHING);
}

function inSelectedSection(editor: Editor, seat: SeatId): boolean {
  const row = editor.plan.seats.get(seat)!.row,
    section = row === null ? undefined : editor.plan.rows.get(row)!.section;
  return section !== undefined && editor.selection.objects.has(`sections/${section}`);
}

export function removeSeats(store: PlanStore, seats: ReadonlySet<SeatId>): void {
  if (seats.size === 0) return;
  const rows = new Set<string>(),
    left: SeatId[] = [];
  for (const s of store.plan.seats.values()) if (s.companionOf !== null && seats.has(s.companionOf) && !seats.has(s.id)) left.push(s.id);
  for (const id of left) store.update("seats", id, { companionOf: null });
  for (const id of seats) {
    const row = store.get("seats", id)?.row ?? null;
    if (row !== null) rows.add(row);
    store.remove("seats", id);
  }
  for (const s of store.plan.seats.values()) {
    if (rows.size === 0) break; // each has a seat left
    if (s.row !== null) rows.delete(s.row);
  }
  for (const row of rows) store.remove("rows", row);
  for (const table of ["tables", "boxes"] as const) {
    for (const holder of [...store.plan[table].values()])
      if (holder.seats.some((s) => seats.has(s))) store.update(table, holder.id, { seats: holder.seats.filter((s) => !seats.has(s)) });
  }
  dropFromCategories(store, seats, new Set());
}
