import { boxOf, mm, polygon, type Point, type Polygon } from "@parterre/geometry";
import type { PlanStore, Row, Seat, SeatId } from "@parterre/planmodel";
import type { Editor } from "./editor.ts";
import { keyRef, type Selection } from "./selection.ts";

/** A new seat with nothing special about it. */
export const plainSeat = (id: SeatId, row: string | null, number: string, at: Point): Seat => ({
  id,
  row,
  number,
  x: mm(at[0]),
  y: mm(at[1]),
  kind: "normal",
  view: "clear",
  companionOf: null,
  entrance: null,
  note: null,
});

export const outlineOf = (points: readonly Point[]): Point[] => points.map((p) => [mm(p[0]), mm(p[1])]);

/** The level one draws on: the one shown, else the lowest; made when the plan has none. */
export function levelToDrawOn(editor: Editor): string {
  const { plan } = editor;
  if (editor.level !== null && plan.levels.has(editor.level)) return editor.level;
  const lowest = [...plan.levels.values()].sort((a, b) => a.order - b.order)[0];
  if (lowest !== undefined) return lowest.id;
  const id = editor.ids.next("L");
  editor.store.put("levels", { id, name: "一层", order: 0 });
  return id;
}

/** "A区", "B区" … the first that no section has. */
export function freeSectionLabel(editor: Editor): string {
  const used = new Set([...editor.plan.sections.values()].map((s) => s.label));
  for (let n = 0; ; n++) {
    const label = `${n < 26 ? String.fromCharCode(65 + n) : `A${n - 25}`}区`;
    if (!used.has(label)) return label;
  }
}

/** Places round which a section's outline is drawn: half a seat and a little more. */
const ROUND = 500;
export function hullRound(places: readonly Point[]): Polygon {
  return outlineOf(
    polygon.convexHull(
      places.flatMap((p): Point[] => [
        [p[0] - ROUND, p[1] - ROUND],
        [p[0] + ROUND, p[1] - ROUND],
        [p[0] + ROUND, p[1] + ROUND],
        [p[0] - ROUND, p[1] + ROUND],
      ]),
    ),
  );
}

/**
 * The section that new places belong to: the selected one, else the one that holds most of them, else one made on the
 * fly for things of its sort within 3 m that can grow without running into another, else a new one round them.
 */
export function sectionFor(editor: Editor, places: readonly Point[], mid: Point = places[places.length >> 1]!, tables = false): string {
  const { plan } = editor,
    selected = [...editor.selection.objects].map(keyRef).find((r) => r.table === "sections");
  if (selected !== undefined && plan.sections.has(selected.id)) return selected.id;
  const level = editor.level;
  const fits = [...plan.sections.values()].filter((s) => level === null || s.level === level);
  const holding =
    fits.find((s) => polygon.contains(s.outline, mid)) ?? fits.find((s) => places.some((p) => polygon.contains(s.outline, p)));
  if (holding !== undefined) return holding.id;
  const near = fits.find((s) => {
    const box = boxOf(s.outline);
    return (
      editor.autoSections.has(s.id) &&
      // Tables set beside a block of rows are a section of their own, and rows beside tables.
      (tables ? ![...plan.rows.values()].some((r) => r.section === s.id) : ![...plan.tables.values()].some((t) => t.section === s.id)) &&
      box !== null &&
      mid[0] > box[0] - 3000 &&
      mid[0] < box[2] + 3000 &&
      mid[1] > box[1] - 3000 &&
      mid[1] < box[3] + 3000 &&
      !fits.some((o) => o !== s && o.level === s.level && meet(polygon.convexHull([...s.outline, ...hullRound(places)]), o.outline))
    );
  });
  return near?.id ?? addSection(editor, hullRound(places), true);
}

/** Whether two outlines have a part in common. */
function meet(a: Polygon, b: Polygon): boolean {
  if (a.some((p) => polygon.contains(b, p)) || b.some((p) => polygon.contains(a, p))) return true;
  return a.some((p, i) => b.some((q, j) => polygon.segmentsMeet(p, a[(i + 1) % a.length]!, q, b[(j + 1) % b.length]!)));
}

export function addSection(editor: Editor, outline: Polygon, auto = false): string {
  const id = editor.ids.next("s"),
    label = freeSectionLabel(editor);
  editor.store.put("sections", {
    id,
    level: levelToDrawOn(editor),
    name: label,
    label,
    outline: outlineOf(outline),
    ...(stagePoint(editor) ?? {}),
  });
  if (auto) editor.autoSections.add(id);
  return id;
}

/** A new section looks at the front middle of the stage. */
function stagePoint(editor: Editor): { focal: Point } | null {
  const stage = [...editor.plan.shapes.values()].find((s) => (s.kind === "stage" || s.kind === "screen") && s.outline !== undefined),
    box = stage && boxOf(stage.outline!);
  return box ? { focal: [mm((box[0] + box[2]) / 2), mm(box[3])] } : null;
}

/** Makes an outline made on the fly hold its seats and tables again. */
export function followRows(editor: Editor, section: string): void {
  if (!editor.autoSections.has(section)) return;
  const rows = new Set([...editor.plan.rows.values()].filter((r) => r.section === section).map((r) => r.id as string));
  const places = [...editor.plan.seats.values()].filter((s) => s.row !== null && rows.has(s.row)).map((s): Point => [s.x, s.y]);
  for (const t of editor.plan.tables.values())
    if (t.section === section)
      places.push(
        [t.x - t.radius, t.y - t.radius],
        [t.x + t.radius, t.y + t.radius],
        ...t.seats.map((id): Point => {
          const s = editor.plan.seats.get(id)!;
          return [s.x, s.y];
        }),
      );
  if (places.length > 0) editor.store.update("sections", section, { outline: hullRound(places) });
}

/** "1排", "2排" … the next after the highest number of the section. */
export function nextRowLabel(editor: Editor, section: string): string {
  let most = 0;
  for (const r of editor.plan.rows.values())
    if (r.section === section) most = Math.max(most, Number.parseInt(/\d+/.exec(r.label)?.[0] ?? "0", 10));
  return `${most + 1}排`;
}

/** Adds a row of seats numbered 1, 2, 3 … from the viewer's left. */
export function addRow(editor: Editor, section: string, places: readonly Point[], kind: Row["kind"]): SeatId[] {
  const { store } = editor,
    row = editor.ids.next("r"),
    ids: SeatId[] = [];
  store.put("rows", { id: row, section, label: nextRowLabel(editor, section), kind });
  const first = places[0]!,
    last = places.at(-1)!,
    ordered = last[0] < first[0] || (last[0] === first[0] && last[1] < first[1]) ? [...places].reverse() : places;
  ordered.forEach((p, i) => {
    const id = store.allocateSeatId();
    store.put("seats", plainSeat(id, row, String(i + 1), p));
    ids.push(id);
  });
  return ids;
}

/** Seats and objects that move when the selection does: what a section, table or box holds goes with it. */
export function contentOf(editor: Editor, selection: Selection = editor.selection): Selection {
  return selection === editor.selection ? editor.derived("content", () => holds(editor, selection), true, true) : holds(editor, selection);
}

/** The seats of rows that a test picks, by the model's arrays: no walk over 60,000 records. */
export function* seatsInRows(editor: Editor, pick: (row: Row) => boolean): Generator<SeatId> {
  const { seats, rows } = editor.model,
    wanted = Uint8Array.from(rows, (r) => (pick(r) ? 1 : 0));
  for (let i = 0; i < seats.count; i++) if (seats.row[i]! >= 0 && wanted[seats.row[i]!] === 1) yield seats.ids[i]!;
}

function holds(editor: Editor, selection: Selection): Selection {
  const { plan } = editor,
    seats = new Set(selection.seats),
    objects = new Set(selection.objects),
    sections = new Set<string>();
  for (const key of selection.objects) {
    const { table, id } = keyRef(key);
    if (table === "sections") sections.add(id);
    else if (table === "tables" || table === "boxes") for (const s of plan[table].get(id)?.seats ?? []) seats.add(s);
  }
  if (sections.size > 0) {
    for (const id of seatsInRows(editor, (r) => sections.has(r.section))) seats.add(id);
    for (const a of plan.areas.values()) if (sections.has(a.section)) objects.add(`areas/${a.id}`);
    for (const t of plan.tables.values())
      if (sections.has(t.section)) {
        objects.add(`tables/${t.id}`);
        for (const s of t.seats) seats.add(s);
      }
  }
  return { seats, objects };
}

/** Sends every place of the selection and what it holds through f; turn is added to texts' rotation, degrees. */
export function transform(store: PlanStore, what: Selection, f: (p: Point) => Point, turn = 0): void {
  const put = (p: Point): Point => {
    const q = f(p);
    return [mm(q[0]), mm(q[1])];
  };
  for (const id of what.seats) {
    const s = store.get("seats", id)!,
      [x, y] = f([s.x, s.y]);
    store.update("seats", id, { x: mm(x), y: mm(y) });
  }
  for (const key of what.objects) {
    const { table, id } = keyRef(key);
    if (table === "tables") {
      const t = store.get("tables", id)!,
        [x, y] = f([t.x, t.y]);
      store.update("tables", id, { x: mm(x), y: mm(y) });
      continue;
    }
    if (table === "shapes") {
      const s = store.get("shapes", id)!,
        rotation = ((s.rotation ?? 0) + turn) % 360;
      const { rotation: _, ...rest } = s;
      store.put("shapes", {
        ...rest,
        ...(s.outline !== undefined ? { outline: s.outline.map(put) } : { at: put(s.at!) }),
        ...(rotation !== 0 ? { rotation } : {}),
      });
      continue;
    }
    const r = store.get(table, id)!;
    store.update(table, id, {
      outline: r.outline.map(put),
      ...("focal" in r && r.focal !== undefined && turn !== 0 ? { focal: put(r.focal) } : {}),
    });
  }
}

/** All places of a selection: seats, corners, centres. */
export function placesOf(editor: Editor, what: Selection): Point[] {
  const { plan } = editor,
    out: Point[] = [];
  for (const id of what.seats) {
    const s = plan.seats.get(id)!;
    out.push([s.x, s.y]);
  }
  for (const key of what.objects) {
    const { table, id } = keyRef(key);
    if (table === "tables") {
      const t = plan.tables.get(id)!;
      out.push([t.x, t.y]);
      continue;
    }
    const r = plan[table].get(id)!;
    if (r.outline !== undefined) out.push(...r.outline);
    else if ("at" in r && r.at !== undefined) out.push(r.at);
  }
  return out;
}
