import { boxOf, polygon, type Point } from "@parterre/geometry";
import type { SeatId, View } from "@parterre/planmodel";
import type { Editor } from "./editor.ts";

/** How the hall rises, for a plan has no heights: millimetres. */
export interface Rake { /** floor's rise per metre away from the stage */ readonly perMetre: number; /** height of each further level's front */ readonly perLevel: number; readonly stageHeight: number }
export const RAKE: Rake = { perMetre: 130, perLevel: 4500, stageHeight: 1000 };
/** Eye of a sitter, radius of a head, how far heads stand over eyes, and the height of a performer that must be seen: mm. */
const EYE = 1200, HEAD = 110, OVER = 120, WAIST = 900;

/** What is seen from a seat. Screen places are tangents of angles: x to the right, y up, 0 towards the middle of the stage. */
export interface Sight {
  readonly seat: SeatId;
  /** The floor of the stage and, behind it, its opening, as rings. */
  readonly floor: readonly Point[];
  readonly frame: readonly Point[];
  readonly heads: readonly { readonly at: Point; readonly radius: number }[];
  /** Share of the stage's front edge that heads hide, 0 … 1. */
  readonly hidden: number;
  /** Degrees off the stage's axis; 0 is straight ahead. */
  readonly angle: number;
  /** To the middle of the stage's front, mm. */
  readonly distance: number;
}

interface Stage { readonly outline: readonly Point[]; readonly front: Point; readonly axis: Point; readonly edge: readonly Point[] }

/** The stage or screen, its front middle and which way it looks. Null where there is none. */
export function stageOf(editor: Editor): Stage | null {
  const shape = [...editor.plan.shapes.values()].filter((s) => (s.kind === "stage" || s.kind === "screen") && s.outline !== undefined).sort((a, b) => polygon.area(b.outline!) - polygon.area(a.outline!))[0];
  if (shape === undefined) return null;
  const outline = shape.outline!, middle = polygon.centroid(outline), seats = editor.model.seats;
  let x = 0, y = 0;
  for (let i = 0; i < seats.count; i++) { x += seats.x[i]!; y += seats.y[i]!; }
  // The audience lies where most seats are: on all sides of a pitch there is no axis and every seat looks straight ahead.
  const n = Math.max(1, seats.count), to: Point = [x / n - middle[0], y / n - middle[1]], long = Math.hypot(to[0], to[1]), box = boxOf(outline)!;
  const axis: Point = long < Math.min(box[2] - box[0], box[3] - box[1]) * 0.2 ? [0, 0] : Math.abs(to[1]) >= Math.abs(to[0]) ? [0, Math.sign(to[1])] : [Math.sign(to[0]), 0];
  const front: Point = axis[0] === 0 && axis[1] === 0 ? middle : axis[1] !== 0 ? [middle[0], axis[1] > 0 ? box[3] : box[1]] : [axis[0] > 0 ? box[2] : box[0], middle[1]];
  const half = (axis[1] !== 0 ? box[2] - box[0] : box[3] - box[1]) * 0.45;
  const edge = Array.from({ length: 21 }, (_, i): Point => (axis[1] !== 0 ? [front[0] + half * (i / 10 - 1), front[1] - axis[1] * 800] : [front[0] - axis[0] * 800, front[1] + half * (i / 10 - 1)]));
  return { outline, front, axis, edge };
}

function heightOf(editor: Editor, s: { readonly id: number; readonly x: number; readonly y: number }, stage: Stage, rake: Rake): number {
  const level = editor.model.level[editor.model.rankOf.get(s.id)!] ?? 0, d = Math.hypot(s.x - stage.front[0], s.y - stage.front[1]);
  return (level === 255 ? 0 : level * rake.perLevel) + (Math.max(0, d - 4000) / 1000) * rake.perMetre;
}

/** A simple computed perspective: the stage with the heads of the seats in front. Null where there is no stage. */
export function sightFrom(editor: Editor, id: SeatId, rake: Rake = RAKE, stage = stageOf(editor)): Sight | null {
  const seat = editor.plan.seats.get(id);
  if (seat === undefined || stage === null) return null;
  const { model } = editor, dx = stage.front[0] - seat.x, dy = stage.front[1] - seat.y, distance = Math.hypot(dx, dy), ux = dx / (distance || 1), uy = dy / (distance || 1), eye = heightOf(editor, seat, stage, rake) + EYE;
  /** [tan right, tan up] and the depth along the view; null behind the eye. */
  const see = (p: Point, z: number): { at: Point; depth: number } | null => {
    const depth = (p[0] - seat.x) * ux + (p[1] - seat.y) * uy, right = -(p[0] - seat.x) * uy + (p[1] - seat.y) * ux;
    return depth < 300 ? null : { at: [right / depth, (z - eye) / depth], depth };
  };
  const ring = (points: readonly Point[], z: number): Point[] => points.flatMap((p) => { const s = see(p, z); return s === null ? [] : [s.at]; });
  const heads: { at: Point; radius: number; depth: number }[] = [], far = Math.min(distance, 12_000), level = model.level[model.rankOf.get(id)!];
  model.grid.forEachIn([Math.min(seat.x, seat.x + ux * far) - 3000, Math.min(seat.y, seat.y + uy * far) - 3000, Math.max(seat.x, seat.x + ux * far) + 3000, Math.max(seat.y, seat.y + uy * far) + 3000], (i) => {
    if (model.seats.ids[i] === id || model.level[i] !== level) return;
    const p: Point = [model.seats.x[i]!, model.seats.y[i]!], s = see(p, heightOf(editor, { id: model.seats.ids[i]!, x: p[0], y: p[1] }, stage, rake) + EYE + OVER - HEAD);
    if (s !== null && s.depth < distance && Math.abs(s.at[0]) < 1.2) heads.push({ at: s.at, radius: HEAD / s.depth, depth: s.depth });
  });
  heads.sort((a, b) => b.depth - a.depth);
  const targets = stage.edge.flatMap((p) => { const s = see(p, rake.stageHeight + WAIST); return s === null ? [] : [s.at]; });
  const covered = targets.filter((t) => heads.some((h) => Math.abs(t[0] - h.at[0]) < h.radius && t[1] < h.at[1] + h.radius)).length;
  const off = stage.axis[0] === 0 && stage.axis[1] === 0 ? 0 : (Math.acos(Math.max(-1, Math.min(1, -(ux * stage.axis[0] + uy * stage.axis[1])))) * 180) / Math.PI;
  return { seat: id, floor: ring(stage.outline, rake.stageHeight), frame: [...ring([stage.edge[0]!, stage.edge.at(-1)!], rake.stageHeight), ...ring([stage.edge.at(-1)!, stage.edge[0]!], rake.stageHeight + 8000)], heads: heads.map(({ at, radius }) => ({ at, radius })), hidden: targets.length === 0 ? 1 : covered / targets.length, angle: Math.round(off), distance: Math.round(distance) };
}

/** What the sight suggests to state before payment (RL-18). */
export const viewOf = (s: Sight): View => (s.hidden > 0.75 || s.angle > 110 ? "blocked" : s.hidden > 0.45 || s.angle > 70 ? "partial" : "clear");

/** Seats whose computed view is worse than what the plan says. */
export function proposeViews(editor: Editor, ids: Iterable<SeatId>, rake: Rake = RAKE): { id: SeatId; view: View }[] {
  const stage = stageOf(editor), out: { id: SeatId; view: View }[] = [], rank: Record<View, number> = { clear: 0, partial: 1, blocked: 2 };
  if (stage === null) return out;
  for (const id of ids) {
    const sight = sightFrom(editor, id, rake, stage), view = sight === null ? "clear" : viewOf(sight);
    if (rank[view] > rank[editor.plan.seats.get(id)!.view]) out.push({ id, view });
  }
  return out;
}

/** Writes proposals as one step; a seat without a note gets one that says what is in the way. */
export function takeProposals(editor: Editor, list: readonly { id: SeatId; view: View }[]): void {
  if (list.length > 0) editor.change("view-proposal", (store) => { for (const p of list) store.update("seats", p.id, { view: p.view, note: store.get("seats", p.id)!.note ?? (p.view === "blocked" ? "视线被严重遮挡" : "视线受部分遮挡") }); });
}
