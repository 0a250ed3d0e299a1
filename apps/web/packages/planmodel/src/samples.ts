import { mm, polygon, type Point } from "@parterre/geometry";
import { planBounds } from "./encode.ts";
import { PlanStore } from "./store.ts";
import type { Plan, Seat, SeatKind, View } from "./types.ts";

/** Plans made by rule, for tests, the bench and the pages' galleries. The demo world's plans are files. */
interface RowSpec {
  section: string;
  row: string;
  label: string;
  count: number;
  centre: Point;
  radius: number;
  from: number;
  to: number;
  kind?: SeatKind;
}

/** Puts seats on an arc about centre, from one angle to the other (0 = straight down, clockwise on a screen negative). */
function putArc(store: PlanStore, spec: RowSpec, number: (i: number) => string, dress: (i: number) => Partial<Seat> = () => ({})): void {
  store.put("rows", { id: spec.row, section: spec.section, label: spec.label, kind: "curved" });
  for (let i = 0; i < spec.count; i++) {
    const a = spec.count === 1 ? (spec.from + spec.to) / 2 : spec.from + ((spec.to - spec.from) * i) / (spec.count - 1);
    store.put("seats", {
      id: store.allocateSeatId(),
      row: spec.row,
      number: number(i),
      x: mm(spec.centre[0] + spec.radius * Math.sin(a)),
      y: mm(spec.centre[1] + spec.radius * Math.cos(a)),
      kind: "normal",
      view: "clear",
      companionOf: null,
      entrance: null,
      note: null,
      ...dress(i),
    });
  }
}

function ring(centre: Point, inner: number, outer: number, from: number, to: number, steps = 24): Point[] {
  const at = (r: number, a: number): Point => [mm(centre[0] + r * Math.sin(a)), mm(centre[1] + r * Math.cos(a))];
  const angles = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
  return [...angles.map((a) => at(outer, a)), ...angles.reverse().map((a) => at(inner, a))];
}

/** Odd numbers on the house left of the centre, even on the right (单双号), counted from the centre. */
function oddEven(i: number, count: number): string {
  const half = Math.floor(count / 2);
  return String(i < half ? 2 * (half - i) - 1 : 2 * (i - half) + 2);
}

const LEVELS = [
  { id: "L1", name: "池座", order: 0, rows: 22, first: 12_000, seats: 26, grow: 1, spread: 0.52 },
  { id: "L2", name: "二楼", order: 1, rows: 10, first: 35_000, seats: 44, grow: 1, spread: 0.5 },
  { id: "L3", name: "三楼", order: 2, rows: 7, first: 48_000, seats: 46, grow: 1, spread: 0.44 },
] as const;

/** A theatre of about 1,500 seats on three levels, odd and even from the centre, with accessible places and a bad view or two. */
export function sampleTheatre(): Plan {
  const store = new PlanStore();
  store.update("doc", "doc", { name: "样例剧院" });
  const centre: Point = [0, -14_000];
  for (const level of LEVELS) {
    store.put("levels", { id: level.id, name: level.name, order: level.order });
    const outer = level.first + (level.rows - 1) * 950;
    store.put("sections", {
      id: `S-${level.id}`,
      level: level.id,
      name: level.name,
      label: level.name,
      focal: [0, 0],
      entrance: `${level.order + 1}层入口`,
      outline: ring(centre, level.first + 13_000, outer + 15_000, level.spread + 0.05, -level.spread - 0.05),
    });
    for (let r = 0; r < level.rows; r++) {
      const count = level.seats + Math.floor((r * level.grow) / 2) * 2;
      const last = r === level.rows - 1;
      putArc(
        store,
        {
          section: `S-${level.id}`,
          row: `R-${level.id}-${r + 1}`,
          label: `${r + 1}排`,
          count,
          centre,
          radius: level.first + 14_000 + r * 950,
          from: -level.spread,
          to: level.spread,
        },
        (i) => oddEven(i, count),
        (i) => {
          if (level.id === "L1" && last && i < 2) return { kind: i === 0 ? ("accessible" as const) : ("companion" as const) };
          const side = (i < 2 || i >= count - 2) && r < 3 && level.order > 0;
          return side ? { view: (i === 0 || i === count - 1 ? "blocked" : "partial") as View, note: "栏杆遮挡" } : {};
        },
      );
    }
  }
  const accessible = [...store.plan.seats.values()].find((s) => s.kind === "accessible")!;
  const companion = [...store.plan.seats.values()].find((s) => s.kind === "companion")!;
  store.update("seats", companion.id, { companionOf: accessible.id });
  store.put("shapes", {
    id: "stage",
    kind: "stage",
    outline: [
      [-9000, -3000],
      [9000, -3000],
      [9000, 5000],
      [5000, 7500],
      [-5000, 7500],
      [-9000, 5000],
    ],
    text: "舞台",
  });
  return finish(store);
}

/** A bowl of about `seats` seats: rings of wedge sections round a field, on up to three tiers; at most 250,000. */
export function sampleBowl(seats: number): Plan {
  const store = new PlanStore();
  store.update("doc", "doc", { name: "样例体育场" });
  store.put("shapes", {
    id: "field",
    kind: "stage",
    outline: Array.from({ length: 64 }, (_, i): Point => [
      mm(42_000 * Math.sin((i * Math.PI) / 32)),
      mm(42_000 * Math.cos((i * Math.PI) / 32)),
    ]),
    text: "场地",
  });
  const wedges = 36,
    pitch = 520,
    depth = 850;
  let left = seats,
    radius = 52_000;
  for (let tier = 0; tier < 3 && left > 0; tier++) {
    const level = `T${tier + 1}`;
    store.put("levels", { id: level, name: `${"一二三"[tier]}层看台`, order: tier });
    // Rows until this tier has its share; the last takes what is left.
    const share = tier === 2 ? left : Math.ceil(seats / 3);
    let rows = 0,
      placed = 0;
    while (placed < share) placed += wedges * Math.floor((((radius + rows++ * depth) * (2 * Math.PI)) / wedges - 1400) / pitch);
    for (let w = 0; w < wedges && left > 0; w++) {
      const id = `${level}-${w + 1}`,
        middle = (w * 2 * Math.PI) / wedges,
        half = Math.PI / wedges;
      const gap = 700 / radius;
      store.put("sections", {
        id,
        level,
        name: `${tier + 1}${String(w + 1).padStart(2, "0")}区`,
        label: `${tier + 1}${String(w + 1).padStart(2, "0")}`,
        outline: ring([0, 0], radius - 500, radius + (rows - 1) * depth + 500, middle + half - gap / 2, middle - half + gap / 2, 6),
        gate: `${(w % 12) + 1}号门`,
      });
      for (let r = 0; r < rows && left > 0; r++) {
        const at = radius + r * depth,
          count = Math.min(left, Math.floor((at * 2 * half - 1400) / pitch)),
          reach = ((count - 1) * pitch) / at / 2;
        left -= count;
        putArc(
          store,
          {
            section: id,
            row: `${id}-${r + 1}`,
            label: `${r + 1}`,
            count,
            centre: [0, 0],
            radius: at,
            from: middle - reach,
            to: middle + reach,
          },
          (i) => String(i + 1),
        );
      }
    }
    radius += rows * depth + 4000;
  }
  return finish(store);
}

function finish(store: PlanStore): Plan {
  store.update("doc", "doc", {
    bounds: planBounds(store.plan).map((v, i) => mm(v + (i < 2 ? -1000 : 1000))) as unknown as readonly [number, number, number, number],
  });
  for (const s of store.plan.sections.values()) if (polygon.area(s.outline) === 0) throw new Error(`section ${s.id} has no area`);
  return store.plan;
}
