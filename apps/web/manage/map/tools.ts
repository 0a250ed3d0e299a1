import type { Box, Point } from "@parterre/geometry";
import type { SeatMap } from "@parterre/planrender";
import { insidePolygon } from "../lib/plan.ts";

export const TOOLS = ["pan", "seat", "marquee", "lasso", "row", "section"] as const;
export type Tool = (typeof TOOLS)[number];
export const TOOL_KEYS: Readonly<Record<Tool, string>> = { pan: "v", seat: "b", marquee: "m", lasso: "l", row: "r", section: "s" };

export interface ToolHost {
  readonly tool: () => Tool;
  /** Seats that a stroke touched; join: the same stroke goes on; erase: Alt is held. */
  readonly apply: (ranks: readonly number[], join: boolean, erase: boolean) => void;
  /** The level shown, -1 for all. */
  readonly level: () => number;
}

/** All seats of the row, the table or the box of a seat. */
export function rowOf(map: SeatMap, rank: number): number[] {
  const { seats, plan, rankOf } = map.model,
    row = seats.row[rank]!;
  if (row >= 0) return [...seats.row.keys()].filter((r) => seats.row[r] === row);
  const id = seats.ids[rank]!;
  for (const group of [...plan.tables.values(), ...plan.boxes.values()])
    if (group.seats.includes(id)) return group.seats.flatMap((s) => rankOf.get(s) ?? []);
  return [rank];
}

/** All seats of the section at a place: of the seat there, else of the outline round it. */
export function sectionAt(map: SeatMap, clientX: number, clientY: number, level: number): number[] {
  const { model } = map,
    rank = map.seatAt(clientX, clientY),
    p = map.toPlan(clientX, clientY);
  const at =
    rank >= 0
      ? model.section[rank]!
      : model.sections.findIndex((s) => (level < 0 || model.levels[level]?.id === s.level) && insidePolygon(s.outline, p[0], p[1]));
  return at < 0 || at === 65_535 ? [] : [...model.section.keys()].filter((r) => model.section[r] === at);
}

const boxOf = (a: Point, b: Point): Box => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];

/** Mouse, pen and one finger with a tool in the hand. Listens before the map does; panning with two fingers stays the map's. */
export function listenToTools(map: SeatMap, host: ToolHost): () => void {
  const stop = new AbortController(),
    on = { signal: stop.signal, capture: true },
    el = map.host;
  let stroke: { tool: Tool; id: number; at: [number, number][]; last: [number, number]; painted: boolean; erase: boolean } | null = null;
  const place = (e: PointerEvent): [number, number] => [e.clientX, e.clientY];
  const seats = (a: [number, number], b: [number, number]): number[] => {
    const steps = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 4)),
      out = new Set<number>();
    for (let i = 0; i <= steps; i++) {
      const r = map.seatAt(a[0] + ((b[0] - a[0]) * i) / steps, a[1] + ((b[1] - a[1]) * i) / steps);
      if (r >= 0) out.add(r);
    }
    return [...out];
  };
  const give = (ranks: readonly number[]): void => {
    if (stroke === null || ranks.length === 0) return;
    host.apply(ranks, stroke.painted, stroke.erase);
    stroke.painted = true;
  };
  el.addEventListener(
    "pointerdown",
    (e) => {
      const tool = host.tool();
      if (!(e.target instanceof HTMLCanvasElement) || e.button !== 0 || (tool === "pan" && e.pointerType !== "mouse")) return;
      e.stopPropagation();
      e.target.focus({ preventScroll: true });
      e.target.setPointerCapture(e.pointerId);
      stroke = { tool, id: e.pointerId, at: [place(e)], last: place(e), painted: false, erase: e.altKey };
      if (tool === "seat") give(seats(place(e), place(e)));
    },
    on,
  );
  el.addEventListener(
    "pointermove",
    (e) => {
      if (stroke === null || e.pointerId !== stroke.id) return;
      e.stopPropagation();
      const now = place(e);
      if (stroke.tool === "pan") map.panBy(now[0] - stroke.last[0], now[1] - stroke.last[1]);
      else if (stroke.tool === "seat") give(seats(stroke.last, now));
      else {
        stroke.at.push(now);
        map.invalidate();
      }
      stroke.last = now;
    },
    on,
  );
  const end = (e: PointerEvent, cancelled: boolean): void => {
    if (stroke === null || e.pointerId !== stroke.id) return;
    e.stopPropagation();
    const { tool, at } = stroke,
      first = at[0]!,
      now = place(e),
      click = Math.hypot(now[0] - first[0], now[1] - first[1]) < 4;
    if (!cancelled) {
      if ((tool === "marquee" || tool === "lasso") && click) give(seats(now, now));
      else if (tool === "marquee") give(map.seatsIn(boxOf(map.toPlan(...first), map.toPlan(...now))));
      else if (tool === "lasso") {
        const line = at.map((p) => map.toPlan(...p)),
          xs = line.map((p) => p[0]),
          ys = line.map((p) => p[1]);
        give(
          map
            .seatsIn([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
            .filter((r) => insidePolygon(line, map.model.seats.x[r]!, map.model.seats.y[r]!)),
        );
      } else if (tool === "row") {
        const r = map.seatAt(...now);
        if (r >= 0) give(rowOf(map, r));
      } else if (tool === "section") give(sectionAt(map, now[0], now[1], host.level()));
    }
    stroke = null;
    map.invalidate();
  };
  el.addEventListener("pointerup", (e) => end(e, false), on);
  el.addEventListener("pointercancel", (e) => end(e, true), on);
  const off = map.addPainter((ctx) => {
    if (stroke === null || (stroke.tool !== "marquee" && stroke.tool !== "lasso")) return;
    const canvas = ctx.canvas,
      box = canvas.getBoundingClientRect(),
      ratio = canvas.width / box.width;
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.beginPath();
    if (stroke.tool === "marquee")
      ctx.rect(
        stroke.at[0]![0] - box.left,
        stroke.at[0]![1] - box.top,
        stroke.last[0] - stroke.at[0]![0],
        stroke.last[1] - stroke.at[0]![1],
      );
    else for (const [i, p] of stroke.at.entries()) ctx[i === 0 ? "moveTo" : "lineTo"](p[0] - box.left, p[1] - box.top);
    if (stroke.tool === "lasso") ctx.closePath();
    ctx.fillStyle = "rgb(36 99 194 / 12%)";
    ctx.strokeStyle = "#2463c2";
    ctx.lineWidth = 1.5;
    ctx.setLineDash([5, 4]);
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  });
  return () => {
    stop.abort();
    off();
  };
}
