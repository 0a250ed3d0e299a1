import type { Seat } from "@parterre/planmodel";
import { contentOf } from "../content.ts";
import type { Editor } from "../editor.ts";
import { nextStart, numbersOf, rowLabels, type RowScheme, type Scheme } from "../numbering.ts";
import { isEmpty } from "../selection.ts";
import { rowsFromFront, seatsOfRows } from "../walk.ts";

export interface SeatNumbering {
  readonly scheme: Scheme;
  /** x of the centre aisle, mm; null: the widest gap of each row, or its middle where there is none. */
  readonly centre?: number | null;
  /** Numbers go on from one row of the section to the next (for benches and small rooms). */
  readonly through?: boolean;
  /** Rows of the same name on a level are numbered as one, over the sections beside each other (跨区连编). */
  readonly across?: boolean;
}

/** Rows that numbering is about: those of the selection, all when nothing is selected; by section, from front to back. */
function scope(editor: Editor): { section: string; rows: string[] }[] {
  const all = seatsOfRows(editor.plan),
    seats = contentOf(editor).seats;
  const wanted = isEmpty(editor.selection) ? null : new Set([...seats].map((id) => editor.plan.seats.get(id)!.row));
  return [...editor.plan.sections.keys()]
    .map((section) => ({
      section: section as string,
      rows: rowsFromFront(editor.plan, section as string, all).filter((r) => wanted === null || wanted.has(r)),
    }))
    .filter((s) => s.rows.length > 0);
}

/** Index of the first seat right of the centre aisle. */
export function centreOf(seats: readonly Seat[], x: number | null | undefined): number {
  if (x !== null && x !== undefined) {
    const at = seats.findIndex((s) => s.x >= x);
    return at < 0 ? seats.length : at;
  }
  let best = Math.ceil(seats.length / 2),
    least = Infinity;
  const gaps = seats.slice(1).map((s, i) => Math.hypot(s.x - seats[i]!.x, s.y - seats[i]!.y)),
    usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  // An aisle is a gap half as wide again as the usual step; of several the one nearest to the middle.
  gaps.forEach((g, i) => {
    const off = Math.abs(i + 1 - seats.length / 2);
    if (g > usual * 1.5 && off < least) {
      least = off;
      best = i + 1;
    }
  });
  return best;
}

/** What is numbered as one row: the seats of a row from the viewer's left, or those of all rows of its name on its level. */
function lines(editor: Editor, across: boolean): { section: string; seats: Seat[] }[] {
  const rows = seatsOfRows(editor.plan),
    groups = scope(editor);
  if (!across) return groups.flatMap(({ section, rows: ids }) => ids.map((id) => ({ section, seats: rows.get(id)! })));
  const named = new Map<string, { level: string; parts: Seat[][] }>();
  for (const { section, rows: ids } of groups)
    for (const id of ids) {
      const level = editor.plan.sections.get(section)!.level,
        key = `${level} ${editor.plan.rows.get(id)!.label}`,
        known = named.get(key),
        seats = rows.get(id)!;
      if (seats.length === 0) continue;
      if (known === undefined) named.set(key, { level, parts: [seats] });
      else known.parts.push(seats);
    }
  const x = (part: readonly Seat[]): number => part.reduce((sum, s) => sum + s.x, 0) / part.length;
  return [...named.values()].map(({ level, parts }) => ({ section: level, seats: parts.sort((a, b) => x(a) - x(b)).flat() }));
}

/** Prints the seats' numbers anew. Only `number` changes: ids, places and rows stay. Answers how many seats were numbered. */
export function numberSeats(editor: Editor, how: SeatNumbering): number {
  const todo = lines(editor, how.across === true);
  return editor.change("number", (store) => {
    let count = 0,
      start = how.scheme.start ?? 1,
      last = "";
    for (const { section, seats } of todo) {
      if (section !== last) start = how.scheme.start ?? 1;
      last = section;
      const numbers = numbersOf({ ...how.scheme, start }, seats.length, centreOf(seats, how.centre));
      seats.forEach((s, i) => store.update("seats", s.id, { number: numbers[i]! }));
      if (how.through === true) start = nextStart({ ...how.scheme, start }, seats.length);
      count += seats.length;
    }
    return count;
  });
}

/** Names the rows anew, per section from front to back. Answers how many. */
export function labelRows(editor: Editor, scheme: RowScheme): number {
  const groups = scope(editor);
  return editor.change("label-rows", (store) => {
    let count = 0;
    for (const { rows } of groups) {
      const labels = rowLabels(scheme, rows.length);
      rows.forEach((id, i) => store.update("rows", id, { label: labels[i]! }));
      count += rows.length;
    }
    return count;
  });
}
