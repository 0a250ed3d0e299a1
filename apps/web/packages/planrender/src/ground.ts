import { boxOf, intersects, polygon, type Box, type Point, type Polygon } from "@parterre/geometry";
import { toScreen, visibleBox, type Camera, type View } from "./camera.ts";
import { paintCouples } from "./couples.ts";
import type { MapModel } from "./model.ts";
import type { AreaLook } from "./objects.ts";
import { LOOK, lookOf, MAP_COLOURS, zoneLetter, zoneOf, type Theme } from "./palette.ts";
import { paintRowLabels } from "./rowlabels.ts";
import { Spacing, type ZoneMarks } from "./zonemarks.ts";

export interface PaintState {
  readonly model: MapModel;
  readonly camera: Camera;
  readonly view: View;
  readonly dpr: number;
  readonly theme: Theme;
  /** The map rests: no quick picture, please. */
  readonly settled: boolean;
  /** Index of the level shown, or -1 for all. */
  readonly level: number;
  readonly display: Uint8Array;
  readonly focused: number;
  readonly hovered: number;
  readonly selected: ReadonlySet<number>;
  /** By zone number - 1. */
  readonly letters: readonly string[];
  /** By zone number - 1. */
  readonly zoneColours: readonly string[];
  /** By section: the zone number of most of its seats, 0 for none. */
  readonly sectionZones: Uint8Array;
  /** Where letters of zones stand while seats are too small for them; may be from before the last change. Null: there are none. */
  readonly marks: ZoneMarks | null;
  /** Standing areas by id; absent ones are drawn plain. */
  readonly areas?: ReadonlyMap<string, AreaLook>;
  /** What is written for a name of the plan; absent: the name itself. */
  readonly term?: (name: string) => string;
}

export const FONT = '"PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif';

/** Outlines, their boxes and label places, worked out once for a model. */
interface Outline {
  /** index of a section, -1 for anything else */ readonly section: number;
  readonly ring: Polygon;
  readonly box: Box;
  readonly label: Point;
  readonly text: string;
  readonly kind: string;
  readonly level: string | undefined;
  readonly id: string;
}
const outlineCache = new WeakMap<MapModel, Outline[]>();

/** Box and label place of a ring. A plan that changes brings a new model each time, but its outlines are the same. */
interface Ring {
  readonly box: Box;
  readonly label: Point;
}
const rings = new WeakMap<Polygon, Ring>();
function ringOf(ring: Polygon): Ring {
  let known = rings.get(ring);
  if (known === undefined) rings.set(ring, (known = { box: boxOf(ring) ?? [0, 0, 0, 0], label: polygon.centroid(ring) }));
  return known;
}

function outlinesOf(model: MapModel): Outline[] {
  const known = outlineCache.get(model);
  if (known !== undefined) return known;
  const out: Outline[] = [];
  const add = (ring: Polygon, text: string, kind: string, level: string | undefined, section = -1, id = ""): void => {
    out.push({ section, ring, ...ringOf(ring), text, kind, level, id });
  };
  const shapes = (which: (kind: string) => boolean): void => {
    for (const s of model.plan.shapes.values()) if (s.outline !== undefined && which(s.kind)) add(s.outline, s.text ?? "", s.kind, s.level);
  };
  shapes((k) => k !== "image" && k !== "buffer"); // where a picture lay is nothing to see
  // A section that holds nothing but standing areas is told by their names.
  const standing = new Set([...model.plan.areas.values()].map((a) => a.section));
  if (standing.size > 0) for (const i of new Set(model.section)) standing.delete(model.sections[i]?.id ?? "");
  model.sections.forEach((s, i) => add(s.outline, standing.has(s.id) ? "" : s.label, "section", s.level, i));
  for (const a of model.plan.areas.values())
    add(a.outline, `${a.label} ${a.capacity}`, "area", model.plan.sections.get(a.section)?.level, -1, a.id);
  for (const b of model.plan.boxes.values()) add(b.outline, b.name, "box", b.level);
  shapes((k) => k === "buffer"); // over the sections that it lies in
  outlineCache.set(model, out);
  return out;
}

const shown = (state: PaintState, level: string | undefined): boolean =>
  state.level < 0 || level === undefined || state.model.levels[state.level]?.id === level;

/** What lies under the seats: sections, stage, areas, tables. */
export function paintGround(ctx: CanvasRenderingContext2D, state: PaintState): void {
  const { camera, view, dpr, theme, model } = state,
    c = MAP_COLOURS[theme],
    box = visibleBox(camera, view);
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.fillStyle = c.ground;
  ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  const k = camera.scale * dpr;
  ctx.setTransform(k, 0, 0, k, (view.width * dpr) / 2 - camera.cx * k, (view.height * dpr) / 2 - camera.cy * k);
  ctx.lineWidth = 1 / camera.scale;
  ctx.lineJoin = "round";
  // Seats of a pixel or two are too thin to carry their colour: the section helps.
  const far = model.seatSize * camera.scale < 4;
  for (const o of outlinesOf(model)) {
    if (!intersects(o.box, box) || !shown(state, o.level)) continue;
    ctx.beginPath();
    o.ring.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
    ctx.closePath();
    ctx.fillStyle = o.kind === "section" || o.kind === "box" || o.kind === "area" ? c.section : c.stage;
    ctx.strokeStyle = c.sectionLine;
    ctx.lineWidth = 1 / camera.scale;
    ctx.fill();
    const tint = far ? (state.zoneColours[(state.sectionZones[o.section] ?? 0) - 1] ?? null) : null;
    if (tint !== null) {
      ctx.globalAlpha = 0.22;
      ctx.fillStyle = tint;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    if (o.kind === "area") paintArea(ctx, state, state.areas?.get(o.id));
    ctx.stroke();
    if (o.kind === "buffer") hatch(ctx, o, c.quiet, camera.scale);
  }
  ctx.fillStyle = c.stage;
  for (const t of model.plan.tables.values()) {
    if (!shown(state, model.plan.sections.get(t.section)?.level)) continue;
    ctx.beginPath();
    ctx.arc(t.x, t.y, t.radius, 0, 2 * Math.PI);
    ctx.fill();
  }
  paintCouples(ctx, state);
}

/** Slanting lines over an outline whose path is at hand: nothing is sold in it (缓冲区). At most some hundred lines. */
function hatch(ctx: CanvasRenderingContext2D, o: Outline, colour: string, scale: number): void {
  const [x0, y0, x1, y1] = o.box,
    h = y1 - y0,
    step = Math.max(9 / scale, (x1 - x0 + h) / 300);
  ctx.save();
  ctx.clip();
  ctx.globalAlpha = 0.55;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  for (let x = x0 - h; x < x1; x += step) {
    ctx.moveTo(x, y1);
    ctx.lineTo(x + h, y0);
  }
  ctx.stroke();
  ctx.restore();
}

/** An area in its zone's colour, stronger when the viewer has places of it; hatched out when nothing can be bought. */
function paintArea(ctx: CanvasRenderingContext2D, state: PaintState, look: AreaLook | undefined): void {
  const colour = look === undefined || look.off ? undefined : state.zoneColours[look.zone - 1];
  if (look === undefined || colour === undefined) return;
  ctx.globalAlpha = look.mine > 0 ? 0.5 : 0.24;
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = look.mine > 0 ? MAP_COLOURS[state.theme].focus : colour;
  if (look.mine > 0) ctx.lineWidth = 3 / state.camera.scale;
}

/** What lies over the seats: labels, selection and focus. */
export function paintLabelLayer(ctx: CanvasRenderingContext2D, state: PaintState): void {
  const { camera, view, dpr, model } = state;
  ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
  ctx.clearRect(0, 0, view.width, view.height);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const seat = model.seatSize * camera.scale;
  paintLabels(ctx, state, seat);
  paintTables(ctx, state);
  if (seat >= 7) paintRowLabels(ctx, state, seat);
  paintMarks(ctx, state, seat);
}

/** How wide a text is, in the widths of a Chinese character. */
const width = (text: string): number => [...text].reduce((n, c) => n + (c < "\u2e80" ? 0.55 : 1), 0);

/** Numbers on the tables, once they can be read. */
function paintTables(ctx: CanvasRenderingContext2D, state: PaintState): void {
  const { camera, view, theme, model } = state,
    box = visibleBox(camera, view);
  ctx.fillStyle = MAP_COLOURS[theme].quiet;
  for (const t of model.plan.tables.values()) {
    const size = Math.min(14, (t.radius * 1.5 * camera.scale) / Math.max(2, t.label.length));
    if (
      size < 8 ||
      t.x < box[0] ||
      t.x > box[2] ||
      t.y < box[1] ||
      t.y > box[3] ||
      !shown(state, model.plan.sections.get(t.section)?.level)
    )
      continue;
    const [x, y] = toScreen(camera, view, [t.x, t.y]);
    ctx.font = `600 ${size}px ${FONT}`;
    ctx.fillText(state.term?.(t.label) ?? t.label, x, y);
  }
}

/** Pictures of letters on their colours: a stadium shows a hundred a frame, of six kinds. */
const chips = new Map<string, HTMLCanvasElement>();
function chipOf(state: PaintState, zone: number, size: number): HTMLCanvasElement {
  const letter = state.letters[zone - 1] ?? zoneLetter(zone - 1),
    colour = state.zoneColours[zone - 1]!,
    key = `${letter} ${colour} ${size} ${state.dpr} ${state.theme}`,
    known = chips.get(key);
  if (known !== undefined) return known;
  if (chips.size > 500) chips.clear();
  const canvas = document.createElement("canvas"),
    ctx = canvas.getContext("2d")!,
    c = MAP_COLOURS[state.theme],
    h = size / 2;
  canvas.width = canvas.height = Math.ceil((size + 2) * state.dpr);
  ctx.setTransform(state.dpr, 0, 0, state.dpr, canvas.width / 2, canvas.width / 2);
  ctx.fillStyle = c.section;
  ctx.beginPath();
  ctx.roundRect(-h - 1, -h - 1, size + 2, size + 2, 4);
  ctx.fill();
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.roundRect(-h, -h, size, size, 3);
  ctx.fill();
  ctx.fillStyle = c.onZone;
  ctx.font = `700 ${size * 0.78}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(letter, 0, size * 0.04);
  chips.set(key, canvas);
  return canvas;
}

/** A zone's letter on its colour, `size` pixels wide. */
function paintChip(ctx: CanvasRenderingContext2D, state: PaintState, zone: number, x: number, y: number, size: number): void {
  const picture = chipOf(state, zone, Math.round(size)),
    side = picture.width / state.dpr;
  ctx.drawImage(picture, snap(x - side / 2, state.dpr), snap(y - side / 2, state.dpr), side, side);
}

/** Side of a letter that stands alone, and how far apart letters of one zone stand: CSS pixels. */
const CHIP = 13,
  APART = 60;

/** Letters of the zones in sections that have several, and of sections too small for their name. */
function paintZoneLetters(
  ctx: CanvasRenderingContext2D,
  state: PaintState,
  marks: ZoneMarks,
  alone: readonly { zone: number; at: Point }[],
  taken: Box[],
): void {
  const { camera, view, model } = state,
    spacing = new Spacing(taken, APART);
  for (const { zone, at } of alone) {
    const [x, y] = toScreen(camera, view, at);
    if (new Spacing(taken, 0).take(zone, x, y, CHIP)) paintChip(ctx, state, zone, x, y, CHIP);
  }
  for (const { rank, zone } of marks.spots) {
    // Marks may be from before the seat got another zone: none rather than a wrong one.
    const byte = state.display[rank]!;
    if (state.zoneColours[zone - 1] === undefined || lookOf(byte) === LOOK.hidden || zoneOf(byte) !== zone) continue;
    const [x, y] = toScreen(camera, view, [model.seats.x[rank]!, model.seats.y[rank]!]);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    if (spacing.take(zone, x, y, CHIP)) paintChip(ctx, state, zone, x, y, CHIP);
  }
}

function paintLabels(ctx: CanvasRenderingContext2D, state: PaintState, seat: number): void {
  const { camera, view, theme, model } = state,
    c = MAP_COLOURS[theme],
    box = visibleBox(camera, view);
  const taken: Box[] = [],
    { marks } = state,
    alone: { zone: number; at: Point }[] = [];
  for (const o of outlinesOf(model)) {
    const section = o.kind === "section",
      own = section ? (marks?.whole[o.section] ?? 0) : 0,
      zone = state.zoneColours[own - 1] === undefined || state.sectionZones[o.section] !== own ? 0 : own;
    if (section && zone > 0 && seat >= 7 && intersects(o.box, box) && shown(state, o.level)) alone.push({ zone, at: o.label });
    if (o.text === "" || !intersects(o.box, box) || !shown(state, o.level) || (section && seat >= 7)) continue;
    const said = state.term?.(o.text) ?? o.text;
    const wide = Math.min(o.box[2] - o.box[0], 2 * (o.box[3] - o.box[1])) * camera.scale,
      size = Math.min(section ? 13 : 18, wide / Math.max(2, width(said)));
    if (size < 8) {
      if (zone > 0 && wide >= CHIP + 2) alone.push({ zone, at: o.label });
      continue;
    }
    const [x, middle] = toScreen(camera, view, o.label),
      y = o.kind === "box" ? middle - ((o.box[3] - o.box[1]) / 2) * camera.scale - size * 0.7 : middle; // above a box: its seats fill it
    ctx.font = `600 ${size}px ${FONT}`;
    const chip = zone > 0 ? size * 1.16 : 0,
      half = ctx.measureText(said).width / 2 + 4 + (chip > 0 ? chip / 2 + 2 : 0),
      place: Box = [x - half, y - size * 0.72, x + half, y + size * 0.72];
    // Names that would lie over each other help nobody: the first stays, the next comes when one is nearer.
    if (taken.some((t) => intersects(t, place))) {
      if (zone > 0) alone.push({ zone, at: o.label });
      continue;
    }
    taken.push(place);
    if (section) {
      // A plate under the label: the seats behind it would make it unreadable.
      ctx.fillStyle = c.section;
      ctx.globalAlpha = 0.9;
      ctx.beginPath();
      ctx.roundRect(x - half, y - size * 0.72, half * 2, size * 1.44, 4);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    const area = o.kind === "area" ? state.areas?.get(o.id) : undefined;
    ctx.fillStyle = section || area !== undefined ? c.ink : c.quiet;
    if (area === undefined) {
      ctx.fillText(said, chip > 0 ? x + chip / 2 + 1 : x, y);
      if (chip > 0) paintChip(ctx, state, zone, x - half + 3 + chip / 2, y, chip);
      continue;
    }
    const label = model.plan.areas.get(o.id)!.label;
    ctx.fillText(state.term?.(label) ?? label, x, y - size * 0.6);
    ctx.font = `${Math.max(9, size * 0.8)}px ${FONT}`;
    ctx.fillText(area.note, x, y + size * 0.7);
  }
  if (marks !== null) paintZoneLetters(ctx, state, marks, alone, taken);
}

/** More rings than so many are stamped from one picture, or squares while seats are tiny: a path of 2,000 circles takes 30 ms. */
const MANY = 300;

function paintSelection(ctx: CanvasRenderingContext2D, state: PaintState, seat: number): void {
  const { camera, view, dpr, theme, model, selected } = state;
  if (selected.size === 0) return;
  const box = visibleBox(camera, view),
    k = camera.scale,
    ox = view.width / 2 - camera.cx * k,
    oy = view.height / 2 - camera.cy * k,
    r = Math.max(5, seat / 2) + 1,
    half = Math.max(1.2, seat / 2),
    many = selected.size > MANY,
    picture = many && seat >= 8 ? ringPicture(r, dpr, MAP_COLOURS[theme].focus) : null,
    side = picture === null ? 0 : picture.width / dpr;
  ctx.lineWidth = 2;
  ctx.strokeStyle = ctx.fillStyle = MAP_COLOURS[theme].focus;
  ctx.beginPath();
  for (const rank of selected) {
    const x = model.seats.x[rank]!,
      y = model.seats.y[rank]!;
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
    const sx = x * k + ox,
      sy = y * k + oy;
    if (picture !== null) ctx.drawImage(picture, snap(sx - side / 2, dpr), snap(sy - side / 2, dpr), side, side);
    else if (many) ctx.rect(sx - half, sy - half, half * 2, half * 2);
    else {
      ctx.moveTo(sx + r, sy);
      ctx.arc(sx, sy, r, 0, 2 * Math.PI);
    }
  }
  if (many) ctx.fill();
  else ctx.stroke();
}

/** To whole device pixels. */
const snap = (v: number, dpr: number): number => Math.round(v * dpr) / dpr;

/** The last ring that was asked for: a selection has one size. */
let lastRing: { readonly key: string; readonly picture: HTMLCanvasElement } | null = null;
function ringPicture(radius: number, dpr: number, colour: string): HTMLCanvasElement {
  const key = `${radius} ${dpr} ${colour}`;
  if (lastRing?.key === key) return lastRing.picture;
  const picture = document.createElement("canvas"),
    ctx = picture.getContext("2d")!;
  picture.width = picture.height = 2 * Math.ceil((radius + 2) * dpr);
  ctx.setTransform(dpr, 0, 0, dpr, picture.width / 2, picture.width / 2);
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, 2 * Math.PI);
  ctx.stroke();
  lastRing = { key, picture };
  return picture;
}

function paintMarks(ctx: CanvasRenderingContext2D, state: PaintState, seat: number): void {
  const { camera, view, theme, model } = state,
    c = MAP_COLOURS[theme];
  const ring = (rank: number, colour: string, grow: number, width: number): void => {
    const [x, y] = toScreen(camera, view, [model.seats.x[rank]!, model.seats.y[rank]!]);
    ctx.beginPath();
    ctx.arc(x, y, Math.max(5, seat / 2) + grow, 0, 2 * Math.PI);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  };
  paintSelection(ctx, state, seat);
  if (state.hovered >= 0) ring(state.hovered, c.ink, 1, 1.5);
  if (state.focused >= 0) {
    ring(state.focused, c.section, 2, 5);
    ring(state.focused, c.focus, 2, 2.5);
  }
}
