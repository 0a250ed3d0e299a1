import { boxOf, type Box, type Point } from "@parterre/geometry";
import type { PlanStore } from "@parterre/planmodel";
import { contentOf, placesOf, plainSeat, transform } from "../content.ts";
import type { Editor } from "../editor.ts";
import { keyRef, ofSeats, type Selection } from "../selection.ts";

export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";

/** What moves as one when aligning: seats of one row together when several rows are selected, else each alone. */
function units(editor: Editor): { what: Selection; box: Box }[] {
  const groups = new Map<string, Selection>(),
    rows = new Set([...editor.selection.seats].map((s) => editor.plan.seats.get(s)!.row));
  for (const s of editor.selection.seats) {
    const row = editor.plan.seats.get(s)!.row,
      key = rows.size > 1 || editor.selection.objects.size > 0 ? `row/${row ?? s}` : `seat/${s}`;
    groups.set(key, ofSeats([...(groups.get(key)?.seats ?? []), s]));
  }
  const out = [...groups.values(), ...[...editor.selection.objects].map((o): Selection => ({ seats: new Set(), objects: new Set([o]) }))];
  return out.map((what) => {
    const all = contentOf(editor, what);
    return { what: all, box: boxOf(placesOf(editor, what))! };
  });
}

const at = (box: Box, edge: Edge): number => {
  switch (edge) {
    case "left":
      return box[0];
    case "right":
      return box[2];
    case "top":
      return box[1];
    case "bottom":
      return box[3];
    case "centre":
      return (box[0] + box[2]) / 2;
    case "middle":
      return (box[1] + box[3]) / 2;
  }
};
const across = (edge: Edge): boolean => edge === "left" || edge === "centre" || edge === "right";
export function unitCount(editor: Editor): number {
  const { seats, objects } = editor.selection,
    rows = new Set<string | number>();
  for (const s of seats) rows.add(editor.plan.seats.get(s)!.row ?? s);
  return rows.size > 1 || objects.size > 0 ? rows.size + objects.size : seats.size;
}

/** Brings one edge of every row or thing selected onto the same line: that of the whole selection. */
export function align(editor: Editor, edge: Edge): void {
  const list = units(editor),
    all = boxOf(
      list.flatMap((u): Point[] => [
        [u.box[0], u.box[1]],
        [u.box[2], u.box[3]],
      ]),
    );
  if (all === null || list.length < 2) return;
  editor.change("align", (store) => {
    for (const u of list) {
      const d = Math.round(at(all, edge) - at(u.box, edge));
      if (d !== 0) transform(store, u.what, (p) => (across(edge) ? [p[0] + d, p[1]] : [p[0], p[1] + d]));
    }
  });
}

/** Equal gaps between the middles, the first and the last stay. */
export function distribute(editor: Editor, axis: "x" | "y"): void {
  const edge: Edge = axis === "x" ? "centre" : "middle",
    list = units(editor).sort((a, b) => at(a.box, edge) - at(b.box, edge));
  if (list.length < 3) return;
  const first = at(list[0]!.box, edge),
    step = (at(list.at(-1)!.box, edge) - first) / (list.length - 1);
  editor.change("distribute", (store) => {
    list.forEach((u, i) => {
      const d = Math.round(first + step * i - at(u.box, edge));
      if (d !== 0) transform(store, u.what, (p) => (axis === "x" ? [p[0] + d, p[1]] : [p[0], p[1] + d]));
    });
  });
}

/** The middle of the selection's box. */
export function middleOf(editor: Editor): Point | null {
  const box = boxOf(placesOf(editor, editor.selection));
  return box === null ? null : [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}

/** Mirrors left and right ("x") or front and back ("y"). Numbers stay with their seats. */
export function mirror(editor: Editor, axis: "x" | "y"): void {
  const c = middleOf(editor),
    what = contentOf(editor);
  if (c !== null)
    editor.change("mirror", (store) => transform(store, what, (p) => (axis === "x" ? [2 * c[0] - p[0], p[1]] : [p[0], 2 * c[1] - p[1]])));
}

/** Turns the selection about the mean of its places, which a turn leaves where it is: there and back ends where it began. */
export function rotate(editor: Editor, degrees: number): void {
  const places = placesOf(editor, editor.selection),
    n = places.length,
    c: Point | null = n === 0 ? null : [places.reduce((a, p) => a + p[0], 0) / n, places.reduce((a, p) => a + p[1], 0) / n],
    what = contentOf(editor),
    a = (degrees * Math.PI) / 180,
    cos = Math.cos(a),
    sin = Math.sin(a);
  if (c === null || degrees % 360 === 0) return;
  editor.change("rotate", (store) =>
    transform(
      store,
      what,
      (p) => [c[0] + (p[0] - c[0]) * cos - (p[1] - c[1]) * sin, c[1] + (p[0] - c[0]) * sin + (p[1] - c[1]) * cos],
      Math.round(degrees),
    ),
  );
}

/** Copies the selection and what it holds, moved by (dx, dy). Copies get new ids; labels that must be unique get a mark behind. */
export function duplicate(editor: Editor, dx: number, dy: number): void {
  const what = contentOf(editor);
  const made = editor.change("duplicate", (store) => copy(editor, store, what, dx, dy));
  editor.select(made);
}

function copy(editor: Editor, store: PlanStore, what: Selection, dx: number, dy: number): Selection {
  const sections = new Map<string, string>(),
    rows = new Map<string, string>(),
    seats = new Map<number, number>(),
    chosen = new Set<string>(),
    chosenSeats = new Set<number>();
  const shift = (p: Point): Point => [p[0] + dx, p[1] + dy];
  const free = (label: string, used: ReadonlySet<string>): string => {
    let out = label;
    for (let n = 2; used.has(out); n++) out = `${label.slice(0, 28)}-${n}`;
    return out;
  };
  const refs = [...what.objects].map(keyRef);
  for (const { id } of refs.filter((r) => r.table === "sections")) {
    const s = store.get("sections", id)!,
      label = free(s.label, new Set([...editor.plan.sections.values()].map((x) => x.label))),
      made = editor.ids.next("s");
    store.put("sections", { ...s, id: made, label, name: label, outline: s.outline.map(shift) });
    sections.set(id, made);
    chosen.add(`sections/${made}`);
  }
  for (const id of what.seats) {
    const s = store.get("seats", id)!,
      made = store.allocateSeatId();
    seats.set(id, made);
    let row = s.row;
    if (row !== null) {
      const old = store.get("rows", row)!,
        inCopy = sections.get(old.section);
      row = rows.get(old.id) ?? null;
      if (row === null) {
        row = editor.ids.next("r");
        rows.set(old.id, row);
        const labels = new Set([...editor.plan.rows.values()].filter((r) => r.section === old.section).map((r) => r.label));
        store.put("rows", {
          ...old,
          id: row,
          section: inCopy ?? old.section,
          label: inCopy === undefined ? free(old.label, labels) : old.label,
        });
      }
    }
    store.put("seats", {
      ...plainSeat(made, row, s.number, shift([s.x, s.y])),
      kind: s.kind,
      view: s.view,
      entrance: s.entrance,
      note: s.note,
    });
    if (![...sections.keys()].length) chosenSeats.add(made);
  }
  for (const [old, made] of seats) {
    const c = store.get("seats", old)!.companionOf;
    if (c !== null && seats.has(c)) store.update("seats", made, { companionOf: seats.get(c)! });
  }
  for (const ref of refs)
    if (ref.table !== "sections") {
      const key = copyObject(editor, store, ref.table, ref.id, shift, sections, seats);
      if (key !== null) chosen.add(key);
    }
  return { seats: chosenSeats, objects: chosen };
}

function copyObject(
  editor: Editor,
  store: PlanStore,
  table: "tables" | "areas" | "boxes" | "shapes",
  id: string,
  shift: (p: Point) => Point,
  sections: ReadonlyMap<string, string>,
  seats: ReadonlyMap<number, number>,
): string | null {
  const used = new Set([...[...editor.plan.tables.values()], ...[...editor.plan.areas.values()]].map((x) => x.label));
  const free = (label: string): string => {
    let out = label;
    for (let n = 2; used.has(out); n++) out = `${label.slice(0, 28)}-${n}`;
    return out;
  };
  const made = editor.ids.next({ tables: "t", areas: "a", boxes: "b", shapes: "g" }[table]);
  if (table === "tables") {
    const t = store.get("tables", id)!,
      [x, y] = shift([t.x, t.y]),
      section = sections.get(t.section);
    store.put("tables", {
      ...t,
      id: made,
      section: section ?? t.section,
      label: section === undefined ? free(t.label) : t.label,
      x: x as typeof t.x,
      y: y as typeof t.y,
      seats: t.seats.map((s) => seats.get(s)!),
    });
  } else if (table === "areas") {
    const a = store.get("areas", id)!,
      section = sections.get(a.section);
    store.put("areas", {
      ...a,
      id: made,
      section: section ?? a.section,
      label: section === undefined ? free(a.label) : a.label,
      outline: a.outline.map(shift),
    });
  } else if (table === "boxes") {
    const b = store.get("boxes", id)!;
    store.put("boxes", {
      ...b,
      id: made,
      name: `${b.name.slice(0, 90)}-2`,
      outline: b.outline.map(shift),
      seats: b.seats.flatMap((s) => (seats.has(s) ? [seats.get(s)!] : [])),
    });
  } else {
    const s = store.get("shapes", id)!;
    store.put("shapes", { ...s, id: made, ...(s.outline !== undefined ? { outline: s.outline.map(shift) } : { at: shift(s.at!) }) });
  }
  return `${table}/${made}`;
}
