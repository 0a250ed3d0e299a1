import { boxOf, polygon, type Point } from "@parterre/geometry";
import { rakeAt, rakeOf, type Parapet, type Rake, type SeatId, type View } from "@parterre/planmodel";
import type { Editor } from "./editor.ts";

/** How the hall is taken to rise where the plan says nothing of heights: millimetres. */
export interface Guess {
  /** floor's rise per metre away from the stage */ readonly perMetre: number;
  /** height of each further level's front */ readonly perLevel: number;
  readonly stageHeight: number;
}
export const GUESS: Guess = { perMetre: 130, perLevel: 4500, stageHeight: 1000 };
/** Eye of a sitter, radius of a head, how far heads stand over eyes, and the height of a performer that must be seen: mm. */
const EYE = 1200,
  HEAD = 110,
  OVER = 120,
  WAIST = 900;

/** What is seen from a seat. Screen places are tangents of angles: x to the right, y up, 0 towards the middle of the stage. */
export interface Sight {
  readonly seat: SeatId;
  /** The floor of the stage and, behind it, its opening, as rings. */
  readonly floor: readonly Point[];
  readonly frame: readonly Point[];
  readonly heads: readonly { readonly at: Point; readonly radius: number }[];
  /** Upper edge of the parapet before the first row as the tangent of its angle; null where none stands in the way of the eye's rays. */
  readonly rail: number | null;
  /** Share of the stage's front edge that heads and the parapet hide, 0 … 1; and the share that the parapet hides alone. */
  readonly hidden: number;
  readonly byRail: number;
  /**
   * How far the ray to the stage's front edge passes over the eye of the sitter straight in front, mm (视线升高差 C 值);
   * null where nobody sits there. 120 lets one see over every row, 60 over every second.
   */
  readonly clearance: number | null;
  /** Whether heights come from the plan's rakes or are guessed. */
  readonly known: boolean;
  /** Degrees off the stage's axis; 0 is straight ahead. */
  readonly angle: number;
  /** To the middle of the stage's front, mm. */
  readonly distance: number;
}

interface Stage {
  readonly id: string;
  /** of its floor; absent: not known */ readonly height?: number;
  readonly outline: readonly Point[];
  readonly front: Point;
  readonly axis: Point;
  readonly edge: readonly Point[];
}

/** The stage or screen, its front middle and which way it looks. Null where there is none. */
export function stageOf(editor: Editor): Stage | null {
  const shape = [...editor.plan.shapes.values()]
    .filter((s) => (s.kind === "stage" || s.kind === "screen") && s.outline !== undefined)
    .sort((a, b) => polygon.area(b.outline!) - polygon.area(a.outline!))[0];
  if (shape === undefined) return null;
  const outline = shape.outline!,
    middle = polygon.centroid(outline),
    seats = editor.model.seats;
  let x = 0,
    y = 0;
  for (let i = 0; i < seats.count; i++) {
    x += seats.x[i]!;
    y += seats.y[i]!;
  }
  // The audience lies where most seats are: on all sides of a pitch there is no axis and every seat looks straight ahead.
  const n = Math.max(1, seats.count),
    to: Point = [x / n - middle[0], y / n - middle[1]],
    long = Math.hypot(to[0], to[1]),
    box = boxOf(outline)!;
  const axis: Point =
    long < Math.min(box[2] - box[0], box[3] - box[1]) * 0.2
      ? [0, 0]
      : Math.abs(to[1]) >= Math.abs(to[0])
        ? [0, Math.sign(to[1])]
        : [Math.sign(to[0]), 0];
  const front: Point =
    axis[0] === 0 && axis[1] === 0
      ? middle
      : axis[1] !== 0
        ? [middle[0], axis[1] > 0 ? box[3] : box[1]]
        : [axis[0] > 0 ? box[2] : box[0], middle[1]];
  const half = (axis[1] !== 0 ? box[2] - box[0] : box[3] - box[1]) * 0.45;
  const edge = Array.from({ length: 21 }, (_, i): Point =>
    axis[1] !== 0 ? [front[0] + half * (i / 10 - 1), front[1] - axis[1] * 800] : [front[0] - axis[0] * 800, front[1] + half * (i / 10 - 1)],
  );
  return { id: shape.id, ...(shape.height === undefined ? {} : { height: shape.height }), outline, front, axis, edge };
}

/** Floors of all seats by rank, and what stands before the first rows; worked out once for a document. */
interface Floors {
  readonly z: Float64Array;
  readonly known: Uint8Array;
  /** by section: distance of the first row from the focal point */ readonly front: Float64Array;
  readonly rail: readonly ((Parapet & { readonly top: number }) | null)[];
  readonly stage: number;
}

const away = (p: Point, x: number, y: number): number => Math.hypot(x - p[0], y - p[1]);

/** How far each row is from the point that its section looks at, by its middle seat; Infinity for an empty row. A row's floor is level. */
function rowDistances(editor: Editor, stage: Stage): Float64Array {
  const { seats, rows, sections } = editor.model,
    at = new Map(sections.map((s) => [s.id as string, s]));
  const ids: number[][] = rows.map(() => []);
  for (let i = 0; i < seats.count; i++) {
    const r = seats.row[i]!;
    if (r >= 0) ids[r]!.push(i);
  }
  return Float64Array.from(rows, (r, i) => {
    const list = ids[i]!,
      mid = list[list.length >> 1],
      focal = at.get(r.section)?.focal ?? stage.front;
    return mid === undefined ? Infinity : away(focal, seats.x[mid]!, seats.y[mid]!);
  });
}

function floorsOf(editor: Editor, stage: Stage, guess: Guess): Floors {
  return editor.derived(`floors ${guess.perMetre} ${guess.perLevel} ${guess.stageHeight}`, () => {
    const { plan, model } = editor,
      { seats, rows, sections } = model,
      far = rowDistances(editor, stage),
      z = new Float64Array(seats.count),
      known = new Uint8Array(seats.count);
    const sectionAt = new Map(sections.map((s, i) => [s.id as string, i])),
      rowSection = rows.map((r) => sectionAt.get(r.section) ?? -1),
      front = new Float64Array(sections.length).fill(Infinity),
      number = new Uint32Array(rows.length);
    rows.forEach((_, i) => {
      const s = rowSection[i]!;
      if (s >= 0 && far[i]! < front[s]!) front[s] = far[i]!;
    });
    // Rows of a section from the front, so that steps can be counted.
    const inSection: number[][] = sections.map(() => []);
    rows.forEach((_, i) => {
      const s = rowSection[i]!;
      if (s >= 0) inSection[s]!.push(i);
    });
    for (const list of inSection)
      list
        .sort((a, b) => far[a]! - far[b]!)
        .forEach((r, n) => {
          number[r] = n;
        });
    // A level's slope begins at the first row of all sections that have no rake of their own.
    const levelFront = new Map<string, number>();
    sections.forEach((s, i) => {
      if (s.rake === undefined) levelFront.set(s.level, Math.min(levelFront.get(s.level) ?? Infinity, front[i]!));
    });
    const rakes = sections.map((s) => rakeOf(plan, s.id)),
      start = (i: number): number => {
        const s = sections[i]!,
          f = s.rake === undefined ? levelFront.get(s.level)! : front[i]!;
        return Number.isFinite(f) ? f : 0;
      };
    for (let i = 0; i < seats.count; i++) {
      const s = model.section[i]!,
        r = seats.row[i]!,
        rake = s < sections.length ? rakes[s] : undefined,
        focal = (s < sections.length ? sections[s]!.focal : undefined) ?? stage.front,
        d = r >= 0 ? far[r]! : away(focal, seats.x[i]!, seats.y[i]!);
      if (rake !== undefined) {
        z[i] = rakeAt(rake, r >= 0 ? number[r]! : 0, Math.max(0, d - start(s)));
        known[i] = 1;
        continue;
      }
      const level = model.level[i]!,
        whole = away(stage.front, seats.x[i]!, seats.y[i]!);
      z[i] = (level === 255 ? 0 : level * guess.perLevel) + (Math.max(0, whole - 4000) / 1000) * guess.perMetre;
    }
    const rail = rakes.map((r) => (r?.parapet === undefined ? null : { ...r.parapet, top: r.base + r.parapet.height }));
    return { z, known, front: Float64Array.from(front, (_, i) => start(i)), rail, stage: stage.height ?? guess.stageHeight };
  });
}

/** A simple computed perspective: the stage with the heads of the seats in front and the parapet before them. Null where there is no stage. */
export function sightFrom(editor: Editor, id: SeatId, guess: Guess = GUESS, stage = stageOf(editor)): Sight | null {
  const seat = editor.plan.seats.get(id),
    rank = editor.model.rankOf.get(id);
  if (seat === undefined || rank === undefined || stage === null) return null;
  const { model } = editor,
    floors = floorsOf(editor, stage, guess),
    dx = stage.front[0] - seat.x,
    dy = stage.front[1] - seat.y,
    distance = Math.hypot(dx, dy),
    middle = polygon.centroid(stage.outline),
    look = Math.hypot(middle[0] - seat.x, middle[1] - seat.y) || 1,
    ux = (middle[0] - seat.x) / look,
    uy = (middle[1] - seat.y) / look,
    eye = floors.z[rank]! + EYE;
  /** [tan right, tan up] and the depth along the view; null behind the eye. */
  const see = (p: Point, z: number): { at: Point; depth: number } | null => {
    const depth = (p[0] - seat.x) * ux + (p[1] - seat.y) * uy,
      right = -(p[0] - seat.x) * uy + (p[1] - seat.y) * ux;
    return depth < 300 ? null : { at: [right / depth, (z - eye) / depth], depth };
  };
  const ring = (points: readonly Point[], z: number): Point[] =>
    points.flatMap((p) => {
      const s = see(p, z);
      return s === null ? [] : [s.at];
    });
  const heads: { at: Point; radius: number; depth: number }[] = [],
    far = Math.min(distance, 12_000),
    level = model.level[rank];
  let ahead = -1,
    aheadDepth = 1600;
  model.grid.forEachIn(
    [
      Math.min(seat.x, seat.x + ux * far) - 3000,
      Math.min(seat.y, seat.y + uy * far) - 3000,
      Math.max(seat.x, seat.x + ux * far) + 3000,
      Math.max(seat.y, seat.y + uy * far) + 3000,
    ],
    (i) => {
      if (i === rank || model.level[i] !== level) return;
      const s = see([model.seats.x[i]!, model.seats.y[i]!], floors.z[i]! + EYE + OVER - HEAD);
      if (s === null || s.depth >= distance || Math.abs(s.at[0]) >= 1.2) return;
      heads.push({ at: s.at, radius: HEAD / s.depth, depth: s.depth });
      if (s.depth < aheadDepth && Math.abs(s.at[0]) * s.depth < 350) {
        ahead = i;
        aheadDepth = s.depth;
      }
    },
  );
  heads.sort((a, b) => b.depth - a.depth);
  const section = model.section[rank]!,
    parapet = section < model.sections.length ? floors.rail[section]! : null,
    focal = (section < model.sections.length ? model.sections[section]!.focal : undefined) ?? stage.front;
  const toRail = parapet === null ? 0 : away(focal, seat.x, seat.y) - (floors.front[section]! - parapet.before),
    rail = parapet === null || toRail < 100 ? null : (parapet.top - eye) / toRail;
  const targets = stage.edge.flatMap((p) => {
    const s = see(p, floors.stage + WAIST);
    return s === null || (rail !== null && s.depth < toRail) ? [] : [s.at];
  });
  const behindRail = (t: Point): boolean => rail !== null && t[1] < rail;
  const railed = targets.filter(behindRail).length,
    covered = targets.filter(
      (t) => behindRail(t) || heads.some((h) => Math.abs(t[0] - h.at[0]) < h.radius && t[1] < h.at[1] + h.radius),
    ).length;
  const off =
    stage.axis[0] === 0 && stage.axis[1] === 0
      ? 0
      : (Math.acos(Math.max(-1, Math.min(1, -((dx * stage.axis[0] + dy * stage.axis[1]) / (distance || 1))))) * 180) / Math.PI;
  return {
    seat: id,
    floor: ring(stage.outline, floors.stage),
    frame: [
      ...ring([stage.edge[0]!, stage.edge.at(-1)!], floors.stage),
      ...ring([stage.edge.at(-1)!, stage.edge[0]!], floors.stage + 8000),
    ],
    heads: heads.map(({ at, radius }) => ({ at, radius })),
    rail,
    hidden: targets.length === 0 ? 1 : covered / targets.length,
    byRail: targets.length === 0 ? 0 : railed / targets.length,
    clearance: ahead < 0 ? null : Math.round(eye + ((floors.stage - eye) * aheadDepth) / (distance || 1) - (floors.z[ahead]! + EYE)),
    known: floors.known[rank] === 1,
    angle: Math.round(off),
    distance: Math.round(distance),
  };
}

/** What the sight suggests to state before payment (RL-18). */
export const viewOf = (s: Sight): View =>
  s.hidden > 0.75 || s.angle > 110 ? "blocked" : s.hidden > 0.45 || s.angle > 70 ? "partial" : "clear";

/** A seat whose computed view is worse than what the plan says, and what is in the way. */
export interface Proposal {
  readonly id: SeatId;
  readonly view: View;
  readonly why: "rail" | "heads" | "angle";
}

/** The same for many seats in steps of some milliseconds, each answering how many seats are done. */
export function* proposeInSteps(editor: Editor, ids: Iterable<SeatId>, guess: Guess = GUESS): Generator<number, Proposal[]> {
  const stage = stageOf(editor),
    out: Proposal[] = [],
    rank: Record<View, number> = { clear: 0, partial: 1, blocked: 2 };
  if (stage === null) return out;
  let done = 0;
  for (const id of ids) {
    const sight = sightFrom(editor, id, guess, stage),
      view = sight === null ? "clear" : viewOf(sight),
      seat = editor.plan.seats.get(id);
    if (sight !== null && seat !== undefined && rank[view] > rank[seat.view])
      out.push({ id, view, why: sight.angle > 70 ? "angle" : sight.byRail > 0.2 ? "rail" : "heads" });
    if (++done % 100 === 0) yield done;
  }
  return out;
}

/** Seats whose computed view is worse than what the plan says. */
export function proposeViews(editor: Editor, ids: Iterable<SeatId>, guess: Guess = GUESS): Proposal[] {
  const steps = proposeInSteps(editor, ids, guess);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const WHY: Readonly<Record<Proposal["why"], string>> = {
  rail: "栏板遮挡部分舞台",
  heads: "前排遮挡部分舞台",
  angle: "侧面角度大，看不全舞台",
};
const WHY_MUCH: Readonly<Record<Proposal["why"], string>> = {
  rail: "栏板严重遮挡舞台",
  heads: "前排严重遮挡舞台",
  angle: "在舞台侧后方，看不到大部分舞台",
};

/** Writes proposals as one step; a seat without a note gets one that says what is in the way. */
export function takeProposals(editor: Editor, list: readonly Proposal[]): void {
  if (list.length > 0)
    editor.change("view-proposal", (store) => {
      for (const p of list)
        store.update("seats", p.id, {
          view: p.view,
          note: store.get("seats", p.id)!.note ?? (p.view === "blocked" ? WHY_MUCH : WHY)[p.why],
        });
    });
}

/** Says how the floor rises under a level or a section; null takes it back. As one step. */
export function setRake(editor: Editor, of: { readonly table: "levels" | "sections"; readonly id: string }, rake: Rake | null): void {
  editor.change("rake", (store) => {
    const { rake: _, ...rest } = store.get(of.table, of.id)!;
    store.put(of.table, { ...rest, ...(rake === null ? {} : { rake }) } as never);
  });
}

/** The height of a stage's floor, mm; 0 takes it back. */
export function setHeight(editor: Editor, shape: string, height: number): void {
  editor.change("rake", (store) => {
    const { height: _, ...rest } = store.get("shapes", shape)!;
    store.put("shapes", { ...rest, ...(height === 0 ? {} : { height }) });
  });
}
