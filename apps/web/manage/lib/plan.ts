import { parseSkeleton } from "@parterre/planmodel";
import { decodeGeometry, mapModel, ZONE_COLOURS, type MapModel } from "@parterre/planrender";
import { useLoad, type Loaded } from "./load.ts";
import type { MapContent } from "./wire.ts";

/** A plan ready to be drawn, from its skeleton and geometry bytes. */
export function usePlanModel(plan: string | null): Loaded<MapModel> {
  return useLoad<MapModel>(plan === null ? null : `plan ${plan}`, async (http, signal) => {
    const [skeleton, geometry] = await Promise.all([
      http.text(`/api/v1/plans/${plan}/skeleton`, signal),
      http.bytes(`/api/v1/plans/${plan}/geometry`, signal),
    ]);
    return mapModel(parseSkeleton(skeleton), decodeGeometry(geometry));
  });
}

/** Zones and colours from the categories that a plan suggests: zone index + 1 by rank. */
export function categoryZones(model: MapModel): { zones: { name: string; colour: string }[]; byRank: Uint8Array } {
  const categories = [...model.plan.categories.values()].slice(0, 31),
    byRank = new Uint8Array(model.seats.count);
  categories.forEach((c, i) => {
    for (const [first, last] of c.seats ?? [])
      for (let id: number = first; id <= last; id++) {
        const rank = model.rankOf.get(id);
        if (rank !== undefined) byRank[rank] = i + 1;
      }
  });
  return { zones: categories.map((c) => ({ name: c.name, colour: c.color })), byRank };
}

/** Ranks in buffer areas: never sold or held (RL-8). */
export function bufferRanks(model: MapModel): Set<number> {
  const out = new Set<number>(),
    shapes = [...model.plan.shapes.values()].filter((s) => s.kind === "buffer" && s.outline !== undefined);
  for (const shape of shapes) {
    const level = shape.level === undefined ? -1 : model.levels.findIndex((l) => l.id === shape.level),
      outline = shape.outline!;
    const xs = outline.map((p) => p[0]),
      ys = outline.map((p) => p[1]);
    for (const rank of model.grid.inside([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])) {
      if ((level < 0 || model.level[rank] === level) && insidePolygon(outline, model.seats.x[rank]!, model.seats.y[rank]!)) out.add(rank);
    }
  }
  return out;
}

/** Even-odd rule. */
export function insidePolygon(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [xi, yi] = outline[i]!,
      [xj, yj] = outline[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Black or white, whichever reads better on a colour (WCAG luminance). */
export function inkOn(colour: string): string {
  const [r, g, b] = [1, 3, 5]
    .map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff"; // at that light both have 4.6:1; a softer black would leave a gap
}

/** Zones and seats as a plan suggests them, at price 0, without buffer seats, in the eight colours that stay apart. */
export function contentOfCategories(model: MapModel, buffer: ReadonlySet<number>): MapContent {
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ",
    areas = model.plan.areas;
  return {
    holds: [],
    zones: [...model.plan.categories.values()].map((c, i) => {
      const ids = (c.seats ?? [])
        .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, k) => first + k))
        .filter((id) => {
          const r = model.rankOf.get(id);
          return r !== undefined && !buffer.has(r);
        });
      const seats: [number, number][] = [];
      for (const id of ids) {
        const last = seats.at(-1);
        if (last !== undefined && last[1] === id - 1) last[1] = id;
        else seats.push([id, id]);
      }
      return {
        no: i + 1,
        name: c.name.slice(0, 40),
        letter: letters[i % letters.length]!,
        color: ZONE_COLOURS.light[i % 8]!,
        price: 0,
        kind: "public" as const,
        seats,
        areas: (c.objects ?? []).filter((o) => areas.has(o)),
      };
    }),
  };
}
