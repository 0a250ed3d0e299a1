import type { Point } from "@parterre/geometry";
import type { Plan, Rake, SeatId, SeatKind, View } from "@parterre/planmodel";
import { between, Builder, rect, spread } from "./builder.ts";
import { above, BALCONY_RAIL, CONCERT_STAGE, rise, TURF } from "./rake.ts";
import { onArc, Oval, pathLength, strip, walk, type Arc } from "./oval.ts";

interface Tier {
  readonly name: string;
  readonly prefix: number;
  readonly gap: number;
  readonly rows: number;
  readonly sections: number;
  readonly vomAfter: number;
  readonly vomRows: number;
  readonly vomWidth: number;
  readonly accessible: number;
  readonly skip?: (share: number) => boolean;
}
interface Bowl {
  readonly b: Builder;
  readonly oval: Oval;
  readonly seatPitch: number;
  readonly rowPitch: number;
  readonly aisle: number;
  readonly gates: number;
  readonly focal: Point;
  /** From the oval to the design viewpoint, its height, the C value and the floor of the first row of the first tier: mm. */
  readonly rise: { readonly first: number; readonly target: number; readonly clearance: number; readonly base: number };
  readonly category: (tier: number, at: Point) => string;
  readonly view: (tier: number, row: number, at: Point) => readonly [View, string | null];
}

/** Tiers of sections round an oval; every second section has a vomitory (出入口). Answers the outermost offset. */
function rings(g: Bowl, tiers: readonly Tier[]): number {
  let d = 0,
    base = g.rise.base;
  tiers.forEach((t, index) => {
    d += t.gap;
    const rake = rise(base, g.rise.target, g.rise.clearance, g.rise.first + d, g.rowPitch, t.rows, index > 0 ? BALCONY_RAIL : undefined),
      level = g.b.level(t.name, rake);
    base = above(rake, t.rows);
    // Where a parapet stands the section has a rake of its own: the first rows of an oval are not all as far from the middle.
    const own = rake.parapet === undefined ? undefined : rake;
    const mid = d + (t.rows * g.rowPitch) / 2;
    for (let k = 0; k < t.sections; k++) {
      const centre = k / t.sections;
      if (t.skip?.(centre) !== true)
        block(
          g,
          index,
          level,
          t,
          k,
          d,
          g.oval.between(g.oval.markAt(centre - 0.5 / t.sections, mid), g.oval.markAt(centre + 0.5 / t.sections, mid)),
          own,
        );
    }
    d += t.rows * g.rowPitch;
  });
  return d;
}

function block(g: Bowl, tier: number, level: string, t: Tier, k: number, inner: number, ps: readonly Arc[], rake: Rake | undefined): void {
  const number = t.prefix + k + 1,
    outer = inner + t.rows * g.rowPitch,
    at = walk(ps, (inner + outer) / 2, pathLength(ps, (inner + outer) / 2) / 2),
    vom = t.vomAfter > 0 && k % 2 === 0,
    category = g.category(tier, at);
  const section = g.b.section(level, `${number}区`, strip(ps, inner + 80, outer - 80, g.aisle / 2 - 150), {
    name: `${t.name}${number}区`,
    focal: g.focal,
    gate: `${Math.floor((k * g.gates) / t.sections) + 1}号门`,
    entrance: `${number}通道`,
    rake,
  });
  if (vom) {
    const a = inner + t.vomAfter * g.rowPitch + 100,
      z = a + t.vomRows * g.rowPitch - 200;
    g.b.shape(
      "entrance",
      (
        [
          [a, -1],
          [a, 1],
          [z, 1],
          [z, -1],
        ] as const
      ).map(([d, s]) => walk(ps, d, pathLength(ps, d) / 2 + s * (t.vomWidth / 2 - 150))),
      "",
      level,
    );
  }
  for (let r = 0; r < t.rows; r++) {
    const d = inner + (r + 0.5) * g.rowPitch,
      usable = pathLength(ps, d) - g.aisle,
      cut = vom && r >= t.vomAfter && r < t.vomAfter + t.vomRows ? t.vomWidth : 0,
      half = (usable - cut) / 2;
    const plain =
      cut > 0 ? [...spread(half, g.seatPitch), ...spread(half, g.seatPitch).map((s) => half + cut + s)] : spread(usable, g.seatPitch);
    if (plain.length === 0) continue;
    const { places, kinds } = wheels(plain, r === t.rows - 1 && k % 4 === 0 ? t.accessible : 0),
      row = g.b.row(section, `${r + 1}排`, "curved"),
      [view, note] = g.view(tier, r, at),
      ids: SeatId[] = [];
    places.forEach((s, i) => ids.push(g.b.seat(row, String(i + 1), walk(ps, d, g.aisle / 2 + s), category, kinds[i]!, view, note)));
    g.b.pair(ids);
  }
}

/** The first seats of a row give way to n wheelchair places with a companion each. */
function wheels(at: readonly number[], n: number): { places: readonly number[]; kinds: readonly SeatKind[] } {
  const pitch = (at[1] ?? 0) - (at[0] ?? 0),
    lost = Math.ceil((n * 1460) / pitch);
  if (n === 0 || at.length < 4 * n || lost >= at.length) return { places: at, kinds: at.map(() => "normal") };
  const edge = at[0]! - pitch / 2,
    step = (lost * pitch) / n,
    places: number[] = [],
    kinds: SeatKind[] = [];
  for (let i = 0; i < n; i++) {
    places.push(edge + i * step + 450, edge + i * step + 450 + step / 2);
    kinds.push("accessible", "companion");
  }
  return { places: [...places, ...at.slice(lost)], kinds: [...kinds, ...at.slice(lost).map((): SeatKind => "normal")] };
}

function gates(g: Bowl, count: number, offset: number): void {
  for (let i = 0; i < count; i++) {
    const m = g.oval.markAt((i + 0.5) / count, offset);
    g.b.mark("entrance", onArc(g.oval.arcs[m.arc]!, m.t, offset), `${i + 1}号门`);
  }
}
const ringOf = (o: Oval, d: number): Point[] =>
  Array.from({ length: 120 }, (_, i) => {
    const m = o.markAt(i / 120, d);
    return onArc(o.arcs[m.arc]!, m.t, d);
  });

export interface Stadium {
  readonly tiers: number;
  readonly rows: number;
  readonly sections: number;
  readonly seatPitch: number;
  readonly rowPitch: number;
  readonly gates: number;
  readonly pitchLength: number;
  readonly pitchBreadth: number;
}
export const STADIUM: Stadium = {
  tiers: 3,
  rows: 28,
  sections: 40,
  seatPitch: 520,
  rowPitch: 900,
  gates: 16,
  pitchLength: 105_000,
  pitchBreadth: 68_000,
};
const TIER_NAMES = ["一层看台", "二层看台", "三层看台", "四层看台"];

/** An open bowl (体育场) round a football pitch: tiers with vomitories and gates. */
export function stadium(p: Stadium): Plan {
  between("tiers", p.tiers, 1, 4);
  between("rows", p.rows, 4, 60);
  between("sections", p.sections, 8, 120);
  between("seatPitch", p.seatPitch, 450, 1000);
  between("rowPitch", p.rowPitch, 700, 1500);
  between("gates", p.gates, 1, 100);
  between("pitchLength", p.pitchLength, 40_000, 130_000);
  between("pitchBreadth", p.pitchBreadth, 30_000, 100_000);
  const b = new Builder("体育场"),
    l = p.pitchLength / 2,
    w = p.pitchBreadth / 2;
  [
    ["c1", "主看台", "#a3223a"],
    ["c2", "一档", "#d4552f"],
    ["c3", "二档", "#e0a030"],
    ["c4", "三档", "#6fa34f"],
    ["c5", "四档", "#3c8f95"],
    ["c6", "五档", "#4569a6"],
  ].forEach(([id, n, c]) => b.category(id!, n!, c!));
  b.shape("stage", rect(-l, -w, l, w), "足球场", undefined, TURF);
  const g: Bowl = {
    b,
    oval: new Oval(l + 17_500, w + 17_000, 190_000, 95_000, 30_000),
    seatPitch: p.seatPitch,
    rowPitch: p.rowPitch,
    aisle: 1200,
    gates: p.gates,
    focal: [0, 0],
    rise: { first: 17_000, target: TURF, clearance: 90, base: 1200 }, // one looks at the near touchline
    category: (tier, at) => {
      const side = Math.abs(at[0]) < l * 0.65,
        end = Math.abs(at[1]) < w * 0.9 && !side;
      return tier === 0
        ? side
          ? at[1] < 0
            ? "c1"
            : "c2"
          : end
            ? "c4"
            : "c3"
        : tier === 1
          ? side
            ? "c2"
            : end
              ? "c5"
              : "c4"
          : side
            ? "c5"
            : "c6";
    },
    view: (tier, row) => (tier === 0 && row === 0 ? ["partial", "首排较低，广告板遮挡近侧边线"] : ["clear", null]),
  };
  const end = rings(
    g,
    Array.from({ length: p.tiers }, (_, i): Tier => ({
      name: TIER_NAMES[i]!,
      prefix: 100 * (i + 1),
      gap: i === 0 ? 2500 : 4500,
      rows: i === 0 ? p.rows : Math.max(4, Math.round(p.rows * 0.55)),
      sections: p.sections + 8 * i,
      vomAfter: Math.floor((i === 0 ? p.rows : p.rows * 0.55) * 0.5),
      vomRows: i === 0 && p.rows > 8 ? 4 : 2,
      vomWidth: 2800,
      accessible: i === 0 ? 4 : 0,
    })),
  );
  gates(g, p.gates, end + 5500);
  b.shape("wall", ringOf(g.oval, end + 2500));
  return b.finish();
}

export interface Arena {
  readonly rows: number;
  readonly upperRows: number;
  readonly sections: number;
  readonly floorRows: number;
  readonly floorSeats: number;
  readonly floorColumns: number;
  readonly floorDeep: number;
  readonly seatPitch: number;
  readonly gates: number;
}
export const ARENA: Arena = {
  rows: 13,
  upperRows: 12,
  sections: 24,
  floorRows: 14,
  floorSeats: 18,
  floorColumns: 3,
  floorDeep: 3,
  seatPitch: 520,
  gates: 8,
};

/** An indoor hall (体育馆) set for a concert: an end stage, seats on the floor (内场), two tiers; none behind the curtain above. */
export function arena(p: Arena): Plan {
  between("rows", p.rows, 2, 40);
  between("upperRows", p.upperRows, 0, 40);
  between("sections", p.sections, 8, 80);
  between("floorRows", p.floorRows, 1, 40);
  between("floorSeats", p.floorSeats, 1, 40);
  between("floorColumns", p.floorColumns, 1, 3);
  between("floorDeep", p.floorDeep, 1, 3);
  between("seatPitch", p.seatPitch, 450, 1000);
  between("gates", p.gates, 1, 40);
  const b = new Builder("体育馆"),
    H = 36_000,
    stageY = -H + 7500,
    front: Point = [0, stageY + 4500],
    bearing = (at: Point): number => (Math.abs(Math.atan2(at[0] - front[0], at[1] - front[1])) * 180) / Math.PI;
  [
    ["c1", "内场 VIP", "#9e1f3d"],
    ["c2", "内场", "#cf4a35"],
    ["c3", "看台一档", "#dd9a2e"],
    ["c4", "看台二档", "#5b9a57"],
    ["c5", "看台三档", "#3d7cae"],
    ["c6", "侧后方", "#7b6f9a"],
  ].forEach(([id, n, c]) => b.category(id!, n!, c!));
  const floor = b.level("内场", { base: 0 }),
    aisle = 1600,
    wide = p.floorSeats * 530,
    total = p.floorColumns * wide + (p.floorColumns - 1) * aisle,
    top = stageY + 14_200;
  b.shape(
    "stage",
    [
      [-14_000, stageY - 4500],
      [14_000, stageY - 4500],
      [14_000, stageY + 3500],
      [2200, stageY + 3500],
      [2200, stageY + 9000],
      [4200, stageY + 9000],
      [4200, stageY + 12_500],
      [-4200, stageY + 12_500],
      [-4200, stageY + 9000],
      [-2200, stageY + 9000],
      [-2200, stageY + 3500],
      [-14_000, stageY + 3500],
    ],
    "舞台",
    undefined,
    CONCERT_STAGE,
  );
  for (let deep = 0; deep < p.floorDeep; deep++)
    for (let c = 0; c < p.floorColumns; c++) {
      const x0 = -total / 2 + c * (wide + aisle),
        y0 = top + deep * (p.floorRows * 950 + 2200),
        label = `${"ABC"[deep]}${c + 1}区`,
        section = b.section(floor, label, rect(x0 - 200, y0 - 500, x0 + wide + 200, y0 + p.floorRows * 950 - 300), {
          name: `内场${label}`,
          focal: front,
          entrance: "内场通道",
          gate: `${Math.min(p.gates, 4 + (c % 2))}号门`,
        });
      for (let r = 0; r < p.floorRows; r++) {
        const row = b.row(section, `${r + 1}排`, "straight");
        for (let k = 0; k < p.floorSeats; k++) b.seat(row, String(k + 1), [x0 + (k + 0.5) * 530, y0 + r * 950], deep === 0 ? "c1" : "c2");
      }
    }
  const g: Bowl = {
    b,
    oval: new Oval(23_000, H, 46_000, 120_000, 13_000),
    seatPitch: p.seatPitch,
    rowPitch: 900,
    aisle: 1200,
    gates: p.gates,
    focal: front,
    rise: { first: 11_500, target: CONCERT_STAGE, clearance: 60, base: 2000 }, // one looks half way to the middle of the floor
    category: (tier, at) => {
      const a = bearing(at);
      return a > 92 ? "c6" : tier === 0 && a < 75 ? "c3" : tier === 0 || a < 45 ? "c4" : "c5";
    },
    view: (_t, _r, at) => {
      const a = bearing(at);
      return a > 118
        ? ["blocked", "舞台背面，看不到舞台正面和大屏"]
        : a > 92
          ? ["partial", "舞台侧后方，音响架遮挡部分舞台"]
          : ["clear", null];
    },
  };
  const behind = (share: number): boolean => Math.abs(((share + 0.5) % 1) - 0.5) < 0.11;
  const end = rings(g, [
    {
      name: TIER_NAMES[0]!,
      prefix: 100,
      gap: 1200,
      rows: p.rows,
      sections: p.sections,
      vomAfter: p.rows > 10 ? 8 : 0,
      vomRows: 3,
      vomWidth: 2600,
      accessible: 3,
    },
    ...(p.upperRows > 0
      ? [
          {
            name: TIER_NAMES[1]!,
            prefix: 200,
            gap: 3000,
            rows: p.upperRows,
            sections: p.sections + 8,
            vomAfter: p.upperRows > 8 ? 4 : 0,
            vomRows: 3,
            vomWidth: 2400,
            accessible: 0,
            skip: behind,
          },
        ]
      : []),
  ]);
  gates(g, p.gates, end + 3500);
  b.shape("wall", ringOf(g.oval, end + 1500));
  return b.finish();
}
