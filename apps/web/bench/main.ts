import { parseSkeleton, formatPlan, sampleBowl, sampleTheatre, type Plan } from "@parterre/planmodel";
import {
  decodeGeometry,
  encodeDelta,
  encodeGeometry,
  encodeSnapshot,
  fit,
  geometryOf,
  mapModel,
  runsBetween,
  SeatMap,
  zoneColour,
  zoneLetter,
  type Camera,
  type MapModel,
} from "@parterre/planrender";
import { konvaMap, svgMap, type RivalMap, type Word } from "./rivals.ts";

/** The measuring page: one plan drawn by our renderers and by others, driven by e2e/bench-map.mjs. */
const host = document.getElementById("host")!;
const view = { width: 1280, height: 800 };

/** Milliseconds of each frame, and of the script in it. */
export interface Measured {
  readonly times: number[];
  readonly work: number[];
}

const nextFrame = (): Promise<number> =>
  new Promise((done) => {
    requestAnimationFrame(done);
  });

/**
 * A path of cameras: pans of up to 26 pixels a frame across half a view, and zooms, about a start. Farther than pictures
 * with a margin reach, so that what drawing them anew costs is in the mean.
 */
function* path(from: Camera, frames: number): Generator<Camera> {
  for (let i = 0; i < frames; i++) {
    const a = (i / 24) * Math.PI;
    yield {
      cx: from.cx + (Math.sin(a) * REACH[0]) / from.scale,
      cy: from.cy + (Math.sin(a * 0.5) * REACH[1]) / from.scale,
      scale: from.scale * (1 + 0.1 * Math.sin(a * 0.7)),
    };
  }
}
const REACH = [200, 120] as const;

/** Draws along the path; a frame is the time from one animation frame to the next, work the time spent in draw itself. */
async function measure(draw: (c: Camera) => void, from: Camera, frames: number): Promise<Measured> {
  const times: number[] = [],
    work: number[] = [];
  draw(from);
  await nextFrame();
  let before = await nextFrame();
  before = performance.now();
  for (const camera of path(from, frames)) {
    const start = performance.now();
    draw(camera);
    work.push(performance.now() - start);
    await nextFrame();
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  return { times, work };
}

/** States and zones that look like a sale: eight zones by distance, a third sold, some held. */
function dress(model: MapModel): { states: Uint8Array; zones: Uint8Array } {
  const n = model.seats.count,
    states = new Uint8Array(n),
    zones = new Uint8Array(n);
  let seed = 42;
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 0; i < n; i++) {
    const r = Math.hypot(model.seats.x[i]!, model.seats.y[i]!);
    zones[i] = 1 + Math.min(7, Math.floor((r / Math.max(model.bounds[2], model.bounds[3])) * 8));
    const v = random();
    states[i] = v < 0.3 ? 2 : v < 0.34 ? 1 : v < 0.35 ? 3 : 0;
  }
  return { states, zones };
}

const ZONES = Array.from({ length: 8 }, (_, i) => ({ name: `zone ${i + 1}` }));
let plan: Plan | null = null,
  model: MapModel | null = null;
let current: SeatMap | null = null;

const api = {
  /** Makes the plan and answers with sizes per seat. */
  async prepare(seats: number): Promise<Record<string, number>> {
    plan = sampleBowl(seats);
    const geometry = encodeGeometry(plan),
      skeleton = formatPlan(plan, false);
    const packed = (bytes: BlobPart): Promise<ArrayBuffer> =>
      new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
    model = mapModel(plan, geometryOf(plan));
    const { states } = dress(model),
      after = states.slice();
    for (let i = 0; i < after.length; i += 997) after[i] = 2;
    return {
      seats,
      geometryBytes: geometry.length / seats,
      geometryGzip: (await packed(geometry)).byteLength / seats,
      skeletonGzip: (await packed(skeleton)).byteLength / seats,
      statusBits: ((encodeSnapshot(1, states).length - 8) * 8) / seats,
      delta100: encodeDelta({ from: 1, to: 2, runs: runsBetween(states, after) }).length,
    };
  },
  /** From bytes that are here to the first picture. */
  async firstPicture(kind: "webgl" | "pixels"): Promise<number> {
    const bytes = encodeGeometry(plan!),
      skeleton = formatPlan(plan!, false),
      snapshot = dress(model!);
    api.clear();
    await nextFrame();
    const start = performance.now();
    const m = mapModel(parseSkeleton(skeleton), decodeGeometry(bytes));
    current = new SeatMap(host, m, { renderer: kind });
    current.setZones(ZONES, snapshot.zones);
    current.setStates(snapshot.states);
    current.draw();
    current.renderer.finish();
    return performance.now() - start;
  },
  async ours(
    kind: "webgl" | "pixels",
    zoomed: boolean,
    frames: number,
  ): Promise<Measured & { visible: number; seat: number; anew: number[] }> {
    const map = api.show(kind),
      from = zoomed ? close(map.model) : fit(map.model.bounds, view, 24, { min: 0, max: 1 });
    const result = await measure(
      (c) => {
        map.camera = c;
        map.draw();
        map.renderer.finish();
      },
      from,
      frames,
    );
    // What a frame costs that is drawn anew, every layer of it.
    const anew: number[] = [];
    for (const camera of path(from, Math.ceil(frames / 4))) {
      const start = performance.now();
      map.camera = camera;
      map.draw(true);
      map.renderer.finish();
      await nextFrame();
      anew.push(performance.now() - start);
    }
    return { ...result, visible: visible(map.model, from), seat: map.model.seatSize * from.scale, anew };
  },
  /** Paints 10,000 seats with another zone, drawn and finished. */
  paint(kind: "webgl" | "pixels", seats: number): number[] {
    const map = api.show(kind),
      out: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      const ranks = Array.from({ length: seats }, (_, i) => (i * 9 + turn) % map.model.seats.count);
      const start = performance.now();
      map.paintZone(ranks, 1 + (turn % 8));
      map.draw();
      map.renderer.finish();
      out.push(performance.now() - start);
    }
    return out;
  },
  async rival(name: "svg" | "konva", zoomed: boolean, frames: number): Promise<Measured> {
    api.clear();
    const { states, zones } = dress(model!),
      colours = ZONES.map((_, i) => zoneColour("light", i));
    const colour = (i: number): string | null => (states[i] === 0 ? colours[zones[i]! - 1]! : null);
    const from = zoomed ? close(model!) : fit(model!.bounds, view, 24, { min: 0, max: 1 });
    const rival: RivalMap = await (name === "svg" ? svgMap : konvaMap)(host, model!, view, colour, words(model!, from, states, zones));
    const result = await measure((c) => rival.draw(c), from, frames);
    rival.destroy();
    return result;
  },
  show(kind: "webgl" | "pixels", what?: "theatre", theme: "light" | "dark" = "light"): SeatMap {
    api.clear();
    const shown = what === "theatre" ? mapModel(sampleTheatre(), geometryOf(sampleTheatre())) : model!;
    current = new SeatMap(host, shown, { renderer: kind, theme });
    const { states, zones } = dress(shown);
    current.setZones(ZONES, zones);
    current.setStates(states);
    current.draw();
    return current;
  },
  clear(): void {
    current?.destroy();
    current = null;
    host.replaceChildren();
  },
};

/** What our map writes in a view, for the others to write too: a letter on each free seat and the rows' labels near by, the sections' names far away. Only what the path brings into view. */
function words(m: MapModel, c: Camera, states: Uint8Array, zones: Uint8Array): Word[] {
  const w = (view.width / 2 + REACH[0]) / c.scale / 0.9,
    h = (view.height / 2 + REACH[1]) / c.scale / 0.9,
    out: Word[] = [];
  if (m.seatSize * c.scale < 11) {
    for (const s of m.sections) {
      const xs = s.outline.map((p) => p[0]),
        ys = s.outline.map((p) => p[1]);
      out.push({
        x: (Math.min(...xs) + Math.max(...xs)) / 2,
        y: (Math.min(...ys) + Math.max(...ys)) / 2,
        text: s.label,
        size: 12 / c.scale,
        fill: "#1f2329",
      });
    }
    return out;
  }
  const ends = new Map<number, [number, number]>();
  for (let i = 0; i < m.seats.count; i++) {
    const x = m.seats.x[i]!,
      y = m.seats.y[i]!,
      row = m.seats.row[i]!,
      known = ends.get(row);
    if (known === undefined) ends.set(row, [i, i]);
    else {
      if (x < m.seats.x[known[0]]!) known[0] = i;
      if (x > m.seats.x[known[1]]!) known[1] = i;
    }
    if (states[i] !== 0 || Math.abs(x - c.cx) > w || Math.abs(y - c.cy) > h) continue;
    out.push({ x, y, text: zoneLetter(zones[i]! - 1), size: m.seatSize * 0.58, fill: "#fff" });
  }
  for (const [row, pair] of ends)
    for (const [k, i] of pair.entries()) {
      const x = m.seats.x[i]! + (k === 0 ? -1 : 1) * m.seatSize,
        y = m.seats.y[i]!;
      if (row >= 0 && Math.abs(x - c.cx) <= w && Math.abs(y - c.cy) <= h)
        out.push({ x, y, text: m.rows[row]!.label, size: m.seatSize * 0.8, fill: "#5c636d" });
    }
  return out;
}

/** About 2,000 seats in view, over a stand. */
function close(m: MapModel): Camera {
  const rank = Math.floor(m.seats.count * 0.6);
  let scale = 0.01;
  const camera = (): Camera => ({ cx: m.seats.x[rank]!, cy: m.seats.y[rank]!, scale });
  while (visible(m, camera()) > 2000 && scale < 1) scale *= 1.05;
  return camera();
}

function visible(m: MapModel, c: Camera): number {
  let n = 0;
  const w = view.width / 2 / c.scale,
    h = view.height / 2 / c.scale;
  m.grid.forEachIn([c.cx - w, c.cy - h, c.cx + w, c.cy + h], () => {
    n++;
  });
  return n;
}

declare global {
  interface Window {
    bench: typeof api;
  }
}
window.bench = api;
