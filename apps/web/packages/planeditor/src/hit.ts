import { polygon, type Box, type Point, type Polygon } from "@parterre/geometry";
import type { SeatId } from "@parterre/planmodel";
import type { Editor } from "./editor.ts";
import { ofObjects, ofSeats, refKey, type ObjectRef, type Selection } from "./selection.ts";

const onLevel = (editor: Editor, level: string | undefined): boolean =>
  editor.level === null || level === undefined || level === editor.level;
const sectionLevel = (editor: Editor, section: string): string | undefined => editor.plan.sections.get(section)?.level;

/** The seat under a place, or null. Small seats are caught within 6 pixels. */
export function seatAt(editor: Editor, p: Point): SeatId | null {
  const { model } = editor,
    level = editor.level === null ? -1 : model.levels.findIndex((l) => l.id === editor.level);
  const rank = model.grid.near(p[0], p[1], Math.max(model.seatSize / 2, editor.mmOf(6)), (i) => level < 0 || model.level[i] === level);
  return rank < 0 ? null : model.seats.ids[rank]!;
}

/** The topmost thing that is no seat, or null. Sections come last: they lie under everything. */
export function objectAt(editor: Editor, p: Point): ObjectRef | null {
  const { plan } = editor,
    near = editor.mmOf(14);
  for (const t of plan.tables.values())
    if (onLevel(editor, sectionLevel(editor, t.section)) && Math.hypot(t.x - p[0], t.y - p[1]) <= t.radius)
      return { table: "tables", id: t.id };
  for (const s of [...plan.shapes.values()].reverse())
    if (s.at !== undefined && onLevel(editor, s.level) && Math.hypot(s.at[0] - p[0], s.at[1] - p[1]) <= near)
      return { table: "shapes", id: s.id };
  for (const b of plan.boxes.values()) if (onLevel(editor, b.level) && polygon.contains(b.outline, p)) return { table: "boxes", id: b.id };
  for (const a of plan.areas.values())
    if (onLevel(editor, sectionLevel(editor, a.section)) && polygon.contains(a.outline, p)) return { table: "areas", id: a.id };
  for (const s of [...plan.shapes.values()].reverse())
    if (s.outline !== undefined && onLevel(editor, s.level) && polygon.contains(s.outline, p)) return { table: "shapes", id: s.id };
  for (const s of [...plan.sections.values()].reverse())
    if (onLevel(editor, s.level) && polygon.contains(s.outline, p)) return { table: "sections", id: s.id };
  return null;
}

/** What a click at a place picks up, by the pick option: a seat, its row, its section; else an object; else nothing. */
export function pickAt(editor: Editor, p: Point): Selection | null {
  const seat = seatAt(editor, p);
  if (seat !== null) return widen(editor, seat);
  const object = objectAt(editor, p);
  return object === null ? null : ofObjects(object);
}

export function widen(editor: Editor, seat: SeatId, pick = editor.options.pick): Selection {
  if (pick === "seat") return ofSeats([seat]);
  if (pick === "row") return ofSeats(editor.seatsOfRow(seat));
  const { model } = editor,
    section = model.section[model.rankOf.get(seat)!]!,
    found = model.sections[section];
  return found === undefined ? ofSeats([seat]) : ofObjects({ table: "sections", id: found.id });
}

/** Everything inside a ring: seats by their middle, other things when all of their outline lies inside. Sections are not caught. */
export function inRing(editor: Editor, ring: Polygon, box: Box): Selection {
  const { model, plan } = editor,
    level = editor.level === null ? -1 : model.levels.findIndex((l) => l.id === editor.level);
  const seats = new Set<SeatId>(),
    objects = new Set<string>();
  model.grid.forEachIn(box, (i) => {
    if ((level < 0 || model.level[i] === level) && polygon.contains(ring, [model.seats.x[i]!, model.seats.y[i]!]))
      seats.add(model.seats.ids[i]!);
  });
  const all = (points: Polygon): boolean => points.every((p) => polygon.contains(ring, p));
  const take = (ref: ObjectRef, points: Polygon, at: string | undefined): void => {
    if (onLevel(editor, at) && all(points)) objects.add(refKey(ref));
  };
  for (const t of plan.tables.values()) take({ table: "tables", id: t.id }, [[t.x, t.y]], sectionLevel(editor, t.section));
  for (const a of plan.areas.values()) take({ table: "areas", id: a.id }, a.outline, sectionLevel(editor, a.section));
  for (const b of plan.boxes.values()) take({ table: "boxes", id: b.id }, b.outline, b.level);
  for (const s of plan.shapes.values()) take({ table: "shapes", id: s.id }, s.outline ?? [s.at!], s.level);
  return widened(editor, { seats, objects });
}

function widened(editor: Editor, s: Selection): Selection {
  if (editor.options.pick === "seat" || s.seats.size === 0) return s;
  if (editor.options.pick === "row") {
    const rows = new Set([...s.seats].map((id) => editor.plan.seats.get(id)!.row).filter((r) => r !== null));
    const seats = new Set(s.seats);
    for (const seat of editor.plan.seats.values()) if (seat.row !== null && rows.has(seat.row)) seats.add(seat.id);
    return { seats, objects: s.objects };
  }
  const { model } = editor,
    objects = new Set(s.objects);
  for (const id of s.seats) {
    const section = model.sections[model.section[model.rankOf.get(id)!]!];
    if (section !== undefined) objects.add(refKey({ table: "sections", id: section.id }));
  }
  return { seats: new Set(), objects };
}
