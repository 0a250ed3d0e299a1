import type { Point } from "@parterre/geometry";
import type { Plan, SeatId, SeatKind } from "@parterre/planmodel";
import { between, Builder, polar, radians, rect, spread } from "./builder.ts";
import { above, BALCONY_RAIL, BOX_FLOOR, rise, SCREEN_EDGE, THEATRE_STAGE, THRUST_STAGE } from "./rake.ts";

export interface Theatre {
  readonly rows: number;
  readonly radius: number;
  readonly halfAngle: number;
  readonly seatPitch: number;
  readonly rowPitch: number;
  readonly stageWidth: number;
  readonly balconies: number;
  readonly balconyRows: number;
  readonly boxes: number;
  readonly accessible: number;
}
export const THEATRE: Theatre = {
  rows: 19,
  radius: 17_000,
  halfAngle: 30,
  seatPitch: 540,
  rowPitch: 950,
  stageWidth: 20_000,
  balconies: 2,
  balconyRows: 6,
  boxes: 4,
  accessible: 3,
};

const CENTRE_AISLE = 1300,
  SIDE_AISLE = 1100;

/** A fan-shaped auditorium (扇形观众厅): arcs about one centre, a centre and two side aisles, odd numbers left and even right. */
export function theatre(p: Theatre): Plan {
  between("rows", p.rows, 1, 60);
  between("radius", p.radius, 6000, 100_000);
  between("halfAngle", p.halfAngle, 5, 80, false);
  between("seatPitch", p.seatPitch, 400, 2000);
  between("rowPitch", p.rowPitch, 600, 3000);
  between("stageWidth", p.stageWidth, 2000, 60_000);
  between("balconies", p.balconies, 0, 4);
  between("balconyRows", p.balconyRows, 1, 30);
  between("boxes", p.boxes, 0, 20);
  between("accessible", p.accessible, 0, 10);
  const b = new Builder("剧院"),
    centre: Point = [0, -12_000],
    focal: Point = [0, -1500],
    half = p.stageWidth / 2;
  [
    ["c1", "一档", "#b3212b"],
    ["c2", "二档", "#d9782d"],
    ["c3", "三档", "#d6a92b"],
    ["c4", "四档", "#3f8f6b"],
    ["cb", "包厢", "#7a4a9e"],
  ].forEach(([id, name, color]) => {
    if (id !== "cb" || p.boxes > 0) b.category(id!, name!, color!);
  });
  b.shape(
    "stage",
    [
      [-half, -11_000],
      [half, -11_000],
      [half * 1.08, -1000],
      [half * 0.72, 600],
      [half * 0.38, 1350],
      [0, 1600],
      [-half * 0.38, 1350],
      [-half * 0.72, 600],
      [-half * 1.08, -1000],
    ],
    "舞台",
    undefined,
    THEATRE_STAGE,
  );
  let radius = p.radius,
    base = 0;
  const names = ["池座", "二楼", "三楼", "四楼", "五楼"];
  for (let level = 0; level <= p.balconies; level++) {
    const rows = level === 0 ? p.rows : Math.max(1, p.balconyRows - (level - 1)),
      angle = radians(p.halfAngle * (level === 0 ? 1 : 0.86 - 0.06 * level)),
      rake = rise(base, THEATRE_STAGE, 60, Math.max(1000, radius - 12_000 - 1600), p.rowPitch, rows, level > 0 ? BALCONY_RAIL : undefined),
      id = b.level(names[level]!, rake),
      outer = radius + (rows - 1) * p.rowPitch + 650;
    const section = b.section(id, names[level]!, fan(centre, radius - 650, outer, angle + 350 / outer), {
      focal,
      entrance: `${["一", "二", "三", "四", "五"][level]}层厅门`,
    });
    for (let i = 0; i < rows; i++)
      fanRow(
        b,
        section,
        centre,
        radius + i * p.rowPitch,
        angle,
        i,
        p.seatPitch,
        i === rows - 1 && level < 2 ? (level === 0 ? p.accessible : Math.min(1, p.accessible)) : 0,
        level === 0 ? (i < rows / 2 ? "c1" : "c2") : level === 1 ? "c3" : "c4",
      );
    for (const side of [-1, 1])
      b.mark("entrance", polar(centre, (radius + outer) / 2, side * (angle + 1000 / outer)), `${side < 0 ? 1 : 2}号门`, id);
    if (level === 0 && p.boxes > 0) boxes(b, id, centre, radius, angle, p.boxes, focal);
    radius = outer + 4500;
    base = above(rake, rows);
  }
  return b.finish();
}

function fan(c: Point, inner: number, outer: number, half: number): Point[] {
  const steps = Array.from({ length: 25 }, (_, i) => -half + (2 * half * i) / 24);
  return [...steps.map((t) => polar(c, inner, t)), ...steps.reverse().map((t) => polar(c, outer, t))];
}

/** One row, left to right, numbered outwards from the centre aisle; wheelchair places with companions at both ends. */
function fanRow(
  b: Builder,
  section: string,
  c: Point,
  r: number,
  half: number,
  index: number,
  pitch: number,
  wheel: number,
  category: string,
): void {
  const row = b.row(section, `${index + 1}排`, "curved"),
    cut = (r * half) / 2;
  const side = [
    ...spread(cut - SIDE_AISLE / 2 - CENTRE_AISLE / 2, pitch).map((d) => CENTRE_AISLE / 2 + d),
    ...spread(r * half - cut - SIDE_AISLE / 2, pitch).map((d) => cut + SIDE_AISLE / 2 + d),
  ];
  // A wheelchair place of 900 mm and its companion stand where three seats were.
  const fits = side.length >= 3 * wheel + 2 ? wheel : 0,
    places: { s: number; kind: SeatKind }[] = side.slice(0, side.length - 3 * fits).map((s) => ({ s, kind: "normal" }));
  for (let k = fits; k > 0; k--) {
    const [a, , z] = side.slice(side.length - 3 * k, side.length - 3 * k + 3) as [number, number, number];
    places.push({ s: a, kind: "companion" }, { s: (a + z) / 2 + 320, kind: "accessible" });
  }
  const put = (dir: number, k: number): SeatId =>
    b.seat(row, String(2 * k + (dir < 0 ? 1 : 2)), polar(c, r, (dir * places[k]!.s) / r), category, places[k]!.kind);
  const ids = [
    ...places
      .map((_, k) => k)
      .reverse()
      .map((k) => put(-1, k)),
    ...places.map((_, k) => put(1, k)),
  ];
  b.pair(ids);
}

function boxes(b: Builder, level: string, centre: Point, radius: number, half: number, count: number, focal: Point): void {
  for (const dir of [-1, 1]) {
    const side = dir < 0 ? "左" : "右",
      along = polar([0, 0], 1, dir * half),
      out: Point = [Math.cos(half) * dir, -Math.sin(half)],
      [bx, by] = polar(centre, radius + 100, dir * half);
    const frame = (u: number, v: number): Point => [bx + out[0] * (3300 + v) + along[0] * u, by + out[1] * (3300 + v) + along[1] * u];
    const section = b.section(
      level,
      `${side}侧包厢`,
      [frame(-150, -1350), frame(2450 * count + 150, -1350), frame(2450 * count + 150, 1350), frame(-150, 1350)],
      { focal, rake: { base: BOX_FLOOR } },
    );
    for (let k = 0; k < count; k++) {
      const name = `${side}${k + 1}包厢`,
        row = b.row(section, name, "free"),
        mid = (k + 0.5) * 2450;
      const ids = (
        [
          [-420, -420],
          [420, -420],
          [-420, 480],
          [420, 480],
        ] as const
      ).map(([u, v], i) =>
        b.seat(
          row,
          String(i + 1),
          frame(mid + u, v),
          "cb",
          "normal",
          i < 2 ? "clear" : "partial",
          i < 2 ? null : "包厢后座，视线受前座影响",
        ),
      );
      b.box(level, name, [frame(mid - 1100, -1150), frame(mid + 1100, -1150), frame(mid + 1100, 1150), frame(mid - 1100, 1150)], ids);
    }
  }
}

export interface Cinema {
  readonly rows: number;
  readonly centre: number;
  readonly side: number;
  readonly seatPitch: number;
  readonly rowPitch: number;
  readonly curve: number;
  readonly couplePairs: number;
  readonly accessible: number;
}
export const CINEMA: Cinema = {
  rows: 11,
  centre: 14,
  side: 3,
  seatPitch: 600,
  rowPitch: 1100,
  curve: 34_000,
  couplePairs: 5,
  accessible: 1,
};

/** A screening hall (影厅): gently curved rows, two aisles, couple seats in the last row, wheelchair places in the first. */
export function cinema(p: Cinema): Plan {
  between("rows", p.rows, 1, 60);
  between("centre", p.centre, 2, 60);
  between("side", p.side, 0, 30);
  between("seatPitch", p.seatPitch, 400, 2000);
  between("rowPitch", p.rowPitch, 700, 3000);
  between("curve", p.curve, 8000, 500_000);
  between("couplePairs", p.couplePairs, 0, 30);
  between("accessible", p.accessible, 0, 5);
  const b = new Builder("影厅"),
    level = b.level("影厅", rise(0, SCREEN_EDGE, 120, 4500, p.rowPitch, p.rows)),
    aisle = p.side > 0 ? 1200 : 0,
    c: Point = [0, 4500 - p.curve],
    width = (p.centre + 2 * p.side) * p.seatPitch + 2 * aisle,
    last = p.curve + (p.rows - 1) * p.rowPitch,
    near = (width / 2 + 400) / p.curve,
    far = (width / 2 + 400) / last;
  b.category("c1", "标准", "#3e6fa8");
  if (p.couplePairs > 0) b.category("c2", "情侣座", "#b0457b");
  const turns = Array.from({ length: 17 }, (_, i) => i / 8 - 1),
    section = b.section(
      level,
      "影厅",
      [...turns.map((t) => polar(c, p.curve - 700, near * t)), ...turns.reverse().map((t) => polar(c, last + 700, far * t))],
      { focal: [0, 0] },
    );
  b.shape("screen", rect(-width * 0.45, -300, width * 0.45, 0), "银幕", undefined, SCREEN_EDGE);
  for (let r = 0; r < p.rows; r++) {
    const radius = p.curve + r * p.rowPitch,
      row = b.row(section, `${r + 1}排`, "curved"),
      inner = (p.centre * p.seatPitch) / 2,
      n = p.centre + 2 * p.side,
      pairs = r === p.rows - 1 && p.couplePairs * 2 <= p.centre ? p.couplePairs : 0,
      wheel = r === 0 && 3 * p.accessible <= p.side ? p.accessible : 0,
      ids: SeatId[] = [];
    let number = 0;
    for (let k = 0; k < n; k++) {
      const s = (k - p.side + 0.5) * p.seatPitch - inner + (k < p.side ? -aisle : k >= p.side + p.centre ? aisle : 0),
        edge = Math.min(k, n - 1 - k),
        first = p.side + (p.centre - 2 * pairs) / 2;
      let kind: SeatKind = "normal";
      if (edge < 3 * wheel) {
        if (edge % 3 === 1) continue;
        kind = edge % 3 === 0 ? "accessible" : "companion";
      }
      if (k >= first && k < first + 2 * pairs) kind = Math.floor(k - first) % 2 === 0 ? "couple-left" : "couple-right";
      ids.push(b.seat(row, String(++number), polar(c, radius, s / radius), kind.startsWith("couple") ? "c2" : "c1", kind));
    }
    b.pair(ids);
  }
  b.mark("entrance", polar(c, p.curve - 1900, -near), "入口", level);
  b.mark("entrance", polar(c, last + 1300, far), "出口", level);
  return b.finish();
}

export interface Thrust {
  readonly stageWidth: number;
  readonly stageDepth: number;
  readonly frontRows: number;
  readonly sideRows: number;
  readonly seatPitch: number;
  readonly rowPitch: number;
}
export const THRUST: Thrust = { stageWidth: 9000, stageDepth: 10_000, frontRows: 10, sideRows: 6, seatPitch: 540, rowPitch: 950 };

/** A thrust stage (伸出式舞台): the audience sits on three sides. */
export function thrust(p: Thrust): Plan {
  between("stageWidth", p.stageWidth, 2000, 40_000);
  between("stageDepth", p.stageDepth, 2000, 40_000);
  between("frontRows", p.frontRows, 1, 60);
  between("sideRows", p.sideRows, 1, 60);
  between("seatPitch", p.seatPitch, 400, 2000);
  between("rowPitch", p.rowPitch, 600, 3000);
  // One looks at the near edge, as far from the front as from the sides.
  const b = new Builder("实验剧场"),
    w = p.stageWidth / 2,
    focal: Point = [0, p.stageDepth / 2],
    gap = 1800,
    level = b.level("观众厅", rise(0, THRUST_STAGE, 60, gap, p.rowPitch, Math.max(p.frontRows, p.sideRows)));
  b.category("c1", "正面", "#b3212b");
  b.category("c2", "侧面", "#3f8f6b");
  b.shape(
    "stage",
    [
      [-w - 5000, -5000],
      [w + 5000, -5000],
      [w + 5000, 0],
      [w, 0],
      [w, p.stageDepth],
      [-w, p.stageDepth],
      [-w, 0],
      [-w - 5000, 0],
    ],
    "舞台",
    undefined,
    THRUST_STAGE,
  );
  const block = (name: string, category: string, rows: number, line: (i: number) => readonly [Point, Point, number]): void => {
    const [a, d, l] = line(0),
      [z, , far] = line(rows - 1),
      pad: Point = [Math.abs(d[1]) * Math.sign(a[0]) * 500, Math.abs(d[0]) * 500],
      end: Point = [d[0] * 300, d[1] * 300];
    const section = b.section(
      level,
      name,
      [
        [a[0] - pad[0] - end[0], a[1] - pad[1] - end[1]],
        [a[0] + d[0] * l - pad[0] + end[0], a[1] + d[1] * l - pad[1] + end[1]],
        [z[0] + d[0] * far + pad[0] + end[0], z[1] + d[1] * far + pad[1] + end[1]],
        [z[0] + pad[0] - end[0], z[1] + pad[1] - end[1]],
      ],
      { focal },
    );
    for (let i = 0; i < rows; i++) {
      const [s, dir, long] = line(i),
        row = b.row(section, `${i + 1}排`, "straight");
      spread(long, p.seatPitch).forEach((at, k) => b.seat(row, String(k + 1), [s[0] + dir[0] * at, s[1] + dir[1] * at], category));
    }
  };
  const side =
    (dir: number) =>
    (i: number): readonly [Point, Point, number] => {
      const x = dir * (w + gap + i * p.rowPitch);
      return dir < 0 ? [[x, 800], [0, 1], p.stageDepth - 800] : [[x, p.stageDepth], [0, -1], p.stageDepth - 800];
    };
  block("左区", "c2", p.sideRows, side(-1));
  block("正面", "c1", p.frontRows, (i) => [[-w - 420 * i, p.stageDepth + gap + i * p.rowPitch], [1, 0], 2 * (w + 420 * i)]);
  block("右区", "c2", p.sideRows, side(1));
  const bottom = p.stageDepth + gap + p.frontRows * p.rowPitch + 1500;
  b.mark("entrance", [-w - 3500, bottom], "左门", level);
  b.mark("entrance", [w + 3500, bottom], "右门", level);
  return b.finish();
}
