import type { Point } from "@parterre/geometry";
import type { Seat, SeatId, SeatKind, View } from "@parterre/planmodel";
import { contentOf, followRows, hullRound, outlineOf, plainSeat, seatsInRows } from "../content.ts";
import type { Editor } from "../editor.ts";
import { layRow, shapeOfRow } from "../layout.ts";
import { keyRef, ofObjects, ofSeats } from "../selection.ts";
import { walkingOrder } from "../walk.ts";
import { removeSeats } from "./remove.ts";

/** The seats that an action on the selection is about: those selected and those that selected things hold. */
export const seatsOf = (editor: Editor): Seat[] =>
  editor.derived("seats", () => [...contentOf(editor).seats].map((id) => editor.plan.seats.get(id)!), true, true);

export function setKind(editor: Editor, kind: SeatKind): void {
  const list = seatsOf(editor);
  editor.change("kind", (store) => {
    for (const s of list) store.update("seats", s.id, { kind, companionOf: kind === "companion" ? s.companionOf : null });
    // Who was the companion of a seat that is no longer accessible is nobody's.
    const changed = new Set(list.map((s) => s.id));
    if (kind !== "accessible")
      for (const s of [...store.plan.seats.values()])
        if (s.companionOf !== null && changed.has(s.companionOf)) store.update("seats", s.id, { companionOf: null });
  });
}

/** Couple seats: pairs from the left of each row; a seat left over stays as it is. */
export function setCouples(editor: Editor): void {
  const rows = new Map<string, Seat[]>();
  for (const s of seatsOf(editor)) if (s.row !== null) rows.set(s.row, [...(rows.get(s.row) ?? []), s]);
  editor.change("kind", (store) => {
    for (const list of rows.values()) {
      const order = walkingOrder(list);
      for (let i = 0; i + 1 < order.length; i += 2) {
        store.update("seats", order[i]!.id, { kind: "couple-left", companionOf: null });
        store.update("seats", order[i + 1]!.id, { kind: "couple-right", companionOf: null });
      }
    }
  });
}

/** note: what the buyer reads before paying where the view is not clear (RL-18); null leaves it off. */
export function setView(editor: Editor, view: View, note?: string | null): void {
  const list = seatsOf(editor),
    text = note === undefined ? undefined : note === null || note.trim() === "" ? null : note.trim().slice(0, 200);
  editor.change("view", (store) => {
    for (const s of list)
      store.update("seats", s.id, { view, ...(view === "clear" ? { note: null } : text === undefined ? {} : { note: text }) });
  });
}

export function setNote(editor: Editor, note: string): void {
  const list = seatsOf(editor),
    text = note.trim() === "" ? null : note.trim().slice(0, 200);
  editor.change("note", (store) => {
    for (const s of list) store.update("seats", s.id, { note: text });
  });
}

/** Entrance printed for the selected seats; for selected sections their own entrance. */
export function setEntrance(editor: Editor, entrance: string): void {
  const text = entrance.trim().slice(0, 32),
    list = [...editor.selection.seats];
  editor.change("entrance", (store) => {
    for (const id of list) store.update("seats", id, { entrance: text === "" ? null : text });
    for (const ref of [...editor.selection.objects].map(keyRef)) {
      if (ref.table !== "sections") continue;
      const { entrance: _, ...rest } = store.get("sections", ref.id)!;
      store.put("sections", text === "" ? rest : { ...rest, entrance: text });
    }
  });
}

/**
 * Gives every accessible seat of the selection that has none a companion: the nearest selected seat of the same row,
 * else the nearest neighbour within 1.5 m, which becomes a companion seat. Answers how many were paired.
 */
export function pairCompanions(editor: Editor): number {
  const { plan } = editor,
    chosen = seatsOf(editor),
    taken = new Set([...plan.seats.values()].map((s) => s.companionOf).filter((c): c is SeatId => c !== null));
  const used = new Set<SeatId>([...plan.seats.values()].filter((s) => s.companionOf !== null).map((s) => s.id));
  const pairs: [SeatId, SeatId][] = [];
  for (const a of chosen.filter((s) => s.kind === "accessible" && !taken.has(s.id))) {
    const fits = [...plan.seats.values()].filter(
      (s) =>
        s.id !== a.id &&
        !used.has(s.id) &&
        (s.kind === "companion" || s.kind === "normal") &&
        s.row === a.row &&
        Math.hypot(s.x - a.x, s.y - a.y) <= 1500,
    );
    const rate = (s: Seat): number => Math.hypot(s.x - a.x, s.y - a.y) - (s.kind === "companion" ? 2000 : 0);
    const best = fits.sort((p, q) => rate(p) - rate(q))[0];
    if (best === undefined) continue;
    used.add(best.id);
    pairs.push([a.id, best.id]);
  }
  if (pairs.length > 0)
    editor.change("companion", (store) => {
      for (const [a, c] of pairs) store.update("seats", c, { kind: "companion", companionOf: a });
    });
  return pairs.length;
}

/** A buffer zone (缓冲区, RL-8) round the selected seats: they cannot be sold. */
export function addBuffer(editor: Editor): void {
  const list = seatsOf(editor);
  if (list.length === 0) return;
  const level = editor.model.levels[editor.model.level[editor.model.rankOf.get(list[0]!.id)!]!]?.id;
  const id = editor.change("buffer", (store) => {
    const made = editor.ids.next("g");
    store.put("shapes", {
      id: made,
      kind: "buffer",
      ...(level === undefined ? {} : { level }),
      outline: outlineOf(hullRound(list.map((s): Point => [s.x, s.y]))),
      text: "缓冲区",
    });
    return made;
  });
  editor.select(ofObjects({ table: "shapes", id }));
}

/** Rows that the selected seats belong to, each whole and in walking order. */
export function selectedRows(editor: Editor): readonly { row: string; seats: Seat[] }[] {
  return editor.derived("rows", () => rowsOfSelection(editor), true, true);
}

function rowsOfSelection(editor: Editor): { row: string; seats: Seat[] }[] {
  const rows = new Map<string, Seat[]>();
  for (const id of contentOf(editor).seats) {
    const row = editor.plan.seats.get(id)!.row;
    if (row !== null) rows.set(row, []);
  }
  if (rows.size === 0) return [];
  for (const id of seatsInRows(editor, (r) => rows.has(r.id))) {
    const s = editor.plan.seats.get(id)!;
    rows.get(s.row!)!.push(s);
  }
  return [...rows].map(([row, seats]) => ({ row, seats: walkingOrder(seats) }));
}

/**
 * Lays the selected rows anew: how many seats, how far apart, how bent; what is left out stays. Seats keep their
 * identity from the left; the row stays where its middle is. Seats that are too many go, new ones get the next numbers.
 */
export function relayRows(editor: Editor, wish: { readonly count?: number; readonly pitch?: number; readonly sagitta?: number }): void {
  const rows = selectedRows(editor);
  const made = editor.change("relay", (store) =>
    rows.flatMap(({ row, seats }) => {
      const old = shapeOfRow(seats.map((s): Point => [s.x, s.y])),
        count = Math.max(1, wish.count ?? old.count),
        pitch = wish.pitch ?? old.pitch,
        sagitta = wish.sagitta ?? old.sagitta;
      const long = Math.hypot(old.to[0] - old.from[0], old.to[1] - old.from[1]),
        ux = long === 0 ? 1 : (old.to[0] - old.from[0]) / long,
        uy = long === 0 ? 0 : (old.to[1] - old.from[1]) / long;
      const mid: Point = [(old.from[0] + old.to[0]) / 2, (old.from[1] + old.to[1]) / 2],
        half = (pitch * (count - 1)) / 2;
      const places = layRow([mid[0] - ux * half, mid[1] - uy * half], [mid[0] + ux * half, mid[1] + uy * half], count, pitch, sagitta);
      removeSeats(store, new Set(seats.slice(count).map((s) => s.id)));
      let most = Math.max(0, ...seats.slice(0, count).map((s) => (/^\d{1,6}$/.test(s.number) ? Number(s.number) : 0)));
      const ids = places.map((p, i) => {
        const s = seats[i],
          next =
            s === undefined
              ? plainSeat(store.allocateSeatId(), row, String(++most), p)
              : { ...s, x: plainSeat(s.id, row, s.number, p).x, y: plainSeat(s.id, row, s.number, p).y };
        store.put("seats", next);
        return next.id;
      });
      store.update("rows", row, { kind: Math.abs(sagitta) >= 1 && count > 2 ? "curved" : "straight" });
      followRows(editor, store.get("rows", row)!.section);
      return ids;
    }),
  );
  editor.select(ofSeats(made));
}

/** Joins the selected seats into one row: the row of the leftmost. */
export function joinRows(editor: Editor): void {
  const list = walkingOrder([...editor.selection.seats].map((id) => editor.plan.seats.get(id)!).filter((s) => s.row !== null)),
    into = list[0]?.row;
  if (into === undefined || into === null) return;
  editor.change("join", (store) => {
    for (const s of list) store.update("seats", s.id, { row: into });
    dropEmptyRows(editor);
  });
}

/** Makes a row of its own of the selected seats, in the same section. */
export function splitRow(editor: Editor): void {
  const list = [...editor.selection.seats].map((id) => editor.plan.seats.get(id)!).filter((s) => s.row !== null),
    from = list[0] && editor.plan.rows.get(list[0].row!);
  if (from === undefined) return;
  editor.change("split", (store) => {
    const id = editor.ids.next("r"),
      labels = new Set([...editor.plan.rows.values()].filter((r) => r.section === from.section).map((r) => r.label));
    let label = from.label;
    for (let n = 2; labels.has(label); n++) label = `${from.label.slice(0, 28)}-${n}`;
    store.put("rows", { id, section: from.section, label, kind: from.kind });
    for (const s of list) store.update("seats", s.id, { row: id });
    dropEmptyRows(editor);
  });
}

function dropEmptyRows(editor: Editor): void {
  const filled = new Set([...editor.plan.seats.values()].map((s) => s.row));
  for (const r of [...editor.plan.rows.values()]) if (!filled.has(r.id)) editor.store.remove("rows", r.id);
}

/** Moves the selected rows, areas and tables into a section. */
export function moveToSection(editor: Editor, section: string): void {
  const rows = selectedRows(editor);
  editor.change("to-section", (store) => {
    for (const { row } of rows) store.update("rows", row, { section });
    for (const ref of [...editor.selection.objects].map(keyRef))
      if (ref.table === "areas" || ref.table === "tables") store.update(ref.table, ref.id, { section });
  });
}

/** Draws the outline of the selected sections, or of all when none is selected, tight round their seats. */
export function fitOutlines(editor: Editor): void {
  const chosen = [...editor.selection.objects]
      .map(keyRef)
      .filter((r) => r.table === "sections")
      .map((r) => r.id),
    ids = chosen.length > 0 ? chosen : ([...editor.plan.sections.keys()] as string[]);
  const places = new Map<string, Point[]>(ids.map((id) => [id, []]));
  for (const s of editor.plan.seats.values()) if (s.row !== null) places.get(editor.plan.rows.get(s.row)!.section)?.push([s.x, s.y]);
  for (const t of editor.plan.tables.values())
    places.get(t.section)?.push([t.x - t.radius, t.y - t.radius], [t.x + t.radius, t.y + t.radius]);
  editor.change("fit-outline", (store) => {
    for (const [id, list] of places) if (list.length > 0) store.update("sections", id, { outline: hullRound(list) });
  });
}
