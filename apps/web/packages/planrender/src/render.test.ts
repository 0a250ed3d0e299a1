import fc from "fast-check";
import { sampleBowl, sampleTheatre, PlanStore } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import {
  chunksOf,
  colourTable,
  contrast,
  coverage,
  displayByte,
  fit,
  geometryOf,
  isSoftwareGl,
  levelCounts,
  LOOK,
  lookOf,
  MAP_COLOURS,
  mapModel,
  neighbour,
  pinch,
  PixelPainter,
  rgb,
  seatName,
  toPlan,
  toScreen,
  visibleBox,
  visibleRanges,
  ZONE_COLOURS,
  zoneLetter,
  zoneOf,
  zoomAt,
  type Camera,
} from "./index.ts";

const theatre = mapModel(sampleTheatre(), geometryOf(sampleTheatre()));
const view = { width: 800, height: 600 },
  limits = { min: 1e-6, max: 10 };
const camera: fc.Arbitrary<Camera> = fc.record({
  cx: fc.integer({ min: -1e6, max: 1e6 }),
  cy: fc.integer({ min: -1e6, max: 1e6 }),
  scale: fc.double({ min: 1e-3, max: 1, noNaN: true }),
});
const place = fc.tuple(fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 600 }));

describe("camera", () => {
  it("goes to the screen and back", () =>
    fc.assert(
      fc.property(camera, place, (c, p) => {
        const [x, y] = toScreen(c, view, toPlan(c, view, p));
        expect(x).toBeCloseTo(p[0], 3);
        expect(y).toBeCloseTo(p[1], 3);
      }),
    ));
  it("keeps the point under the pointer while zooming", () =>
    fc.assert(
      fc.property(camera, place, fc.double({ min: 0.1, max: 10, noNaN: true }), (c, p, f) => {
        const before = toPlan(c, view, p),
          after = toScreen(zoomAt(c, view, p, f, limits), view, before);
        expect(after[0]).toBeCloseTo(p[0], 2);
        expect(after[1]).toBeCloseTo(p[1], 2);
      }),
    ));
  it("keeps both points under two fingers", () =>
    fc.assert(
      fc.property(camera, place, place, fc.integer({ min: -90, max: 90 }), (c, a, b, d) => {
        fc.pre(Math.hypot(a[0] - b[0], a[1] - b[1]) > 20);
        const before = toPlan(c, view, a),
          moved = pinch(
            c,
            view,
            [a, b],
            [
              [a[0] + d, a[1]],
              [b[0] + d, b[1]],
            ],
            limits,
          );
        expect(toScreen(moved, view, before)[0]).toBeCloseTo(a[0] + d, 2);
      }),
    ));
  it("fits a box into the view and stops at the limits", () => {
    const c = fit([0, 0, 10_000, 1000], view, 24, limits);
    expect(visibleBox(c, view)[0]).toBeLessThan(0);
    expect(c.scale).toBeCloseTo((800 - 48) / 10_000);
    expect(zoomAt(c, view, [0, 0], 1e9, limits).scale).toBe(10);
  });
});

describe("model", () => {
  it("knows what is printed, and finds seats by id", () => {
    expect(seatName(theatre, theatre.rankOf.get(1)!)).toEqual({ level: "池座", section: "池座", row: "1排", number: "25" });
  });
  it("counts levels for the switcher", () => {
    const states = new Uint8Array(theatre.seats.count);
    states[0] = 2;
    const counts = levelCounts(theatre, states);
    expect(counts.map((l) => l.name)).toEqual(["池座", "二楼", "三楼"]);
    expect(counts.reduce((n, l) => n + l.seats, 0)).toBe(theatre.seats.count);
    expect(counts[0]!.seats - counts[0]!.free).toBe(1);
  });
  it("puts seats of tables into their section", () => {
    const store = new PlanStore();
    store.put("levels", { id: "L", name: "厅", order: 0 });
    store.put("sections", {
      id: "s",
      level: "L",
      name: "厅",
      label: "厅",
      outline: [
        [0, 0],
        [9, 0],
        [9, 9],
      ],
    });
    store.put("seats", {
      id: 1,
      row: null,
      number: "1",
      x: 1 as never,
      y: 1 as never,
      kind: "normal",
      view: "clear",
      companionOf: null,
      entrance: null,
      note: null,
    });
    store.put("tables", { id: "t", section: "s", label: "1桌", x: 0 as never, y: 0 as never, radius: 5, whole: false, seats: [1] });
    const m = mapModel(store.plan, geometryOf(store.plan));
    expect([m.section[0], m.level[0], seatName(m, 0).section]).toEqual([0, 0, "厅"]);
  });
  it("walks to every seat of a row with the arrow keys, and back", () => {
    let rank = theatre.rankOf.get(1)!;
    const seen = [rank];
    for (let i = 0; i < 25; i++) {
      rank = neighbour(theatre, rank, 1, 0, () => true);
      seen.push(rank);
    }
    expect(new Set(seen).size).toBe(26);
    expect(seen.every((r) => theatre.seats.row[r] === 0)).toBe(true);
    expect(neighbour(theatre, seen[1]!, -1, 0, () => true)).toBe(seen[0]);
    expect(theatre.seats.row[neighbour(theatre, seen[10]!, 0, 1, () => true)]).toBe(1);
    expect(neighbour(theatre, rank, 1, 0, () => false)).toBe(-1);
  });
});

describe("chunks", () => {
  const model = mapModel(sampleBowl(5000), geometryOf(sampleBowl(5000)));
  it("hold every seat once, inside their boxes", () => {
    const { order, chunks } = chunksOf(model, 256);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(chunks.reduce((n, c) => n + c.end - c.start, 0)).toBe(5000);
    for (const c of chunks)
      for (let at = c.start; at < c.end; at++) {
        const x = model.seats.x[order[at]!]!,
          y = model.seats.y[order[at]!]!;
        expect(x >= c.box[0] && x <= c.box[2] && y >= c.box[1] && y <= c.box[3]).toBe(true);
      }
  });
  it("leave nothing out that is visible", () =>
    fc.assert(
      fc.property(fc.integer({ min: -80_000, max: 80_000 }), fc.integer({ min: -80_000, max: 80_000 }), fc.nat(60_000), (x, y, size) => {
        const { order, chunks } = chunksOf(model, 256),
          box = [x, y, x + size, y + size] as const;
        const drawn = new Set(visibleRanges(chunks, box).flatMap(([s, e]) => [...order.subarray(s, e)]));
        for (const rank of model.grid.inside(box)) expect(drawn.has(rank)).toBe(true);
      }),
      { numRuns: 25 },
    ));
});

describe("palette", () => {
  it("packs look and zone into a byte", () => {
    for (let look = 0; look < 6; look++)
      for (let zone = 0; zone < 32; zone++) {
        const byte = displayByte(look, zone);
        expect([lookOf(byte), zoneOf(byte), byte < 256]).toEqual([look, zone, true]);
      }
  });
  it.each(["light", "dark"] as const)("%s marks have 3:1 on the map, text on them 4.5:1", (theme) => {
    const c = MAP_COLOURS[theme];
    for (const colour of [...ZONE_COLOURS[theme], c.seat, c.mine, c.sold, c.held, c.off]) {
      expect(contrast(colour, c.section), colour).toBeGreaterThanOrEqual(3);
      expect(contrast(colour, c.ground), colour).toBeGreaterThanOrEqual(2.8);
    }
    for (const colour of ZONE_COLOURS[theme]) expect(contrast(colour, c.onZone), colour).toBeGreaterThanOrEqual(4.5);
    for (const [ink, on] of [
      [c.ink, c.section],
      [c.quiet, c.section],
      [c.quiet, c.ground],
      [c.quiet, c.stage],
      [c.onMine, c.mine],
    ] as const)
      expect(contrast(ink, on), `${ink} on ${on}`).toBeGreaterThanOrEqual(4.5);
  });
  // Simulated colour blindness (Viénot 1999 for red and green, in linear light) and distance in CIELAB.
  const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const MATRICES: Record<string, readonly number[]> = {
    normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    protan: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
    deutan: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
  };
  const lab = (hex: string, m: readonly number[]): number[] => {
    const l = rgb(hex).map(linear) as [number, number, number];
    const [r, g, b] = [0, 1, 2].map((i) => Math.max(0, m[i * 3]! * l[0] + m[i * 3 + 1]! * l[1] + m[i * 3 + 2]! * l[2])) as [
      number,
      number,
      number,
    ];
    const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505),
      y = f(0.2126 * r + 0.7152 * g + 0.0722 * b),
      z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  it.each(["light", "dark"] as const)("%s zones stay apart for colour-blind eyes", (theme) => {
    for (const [kind, matrix] of Object.entries(MATRICES)) {
      const colours = ZONE_COLOURS[theme].map((c) => lab(c, matrix));
      colours.forEach((a, i) =>
        colours.slice(i + 1).forEach((b, j) => {
          expect(
            Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!),
            `${kind}: ${zoneLetter(i)} and ${zoneLetter(i + 1 + j)}`,
          ).toBeGreaterThanOrEqual(15);
        }),
      );
    }
  });
  it("has the colours of its own zones in the table", () => {
    const table = colourTable("light", ["#010203"]);
    expect([...table.subarray(displayByte(LOOK.free, 1) * 3, displayByte(LOOK.free, 1) * 3 + 3)]).toEqual([1, 2, 3]);
  });
});

describe("marks", () => {
  it("differ by shape, not only by colour", () => {
    const size = 12;
    const picture = (look: number, accessible = false): string =>
      Array.from({ length: size * size }, (_, i) =>
        Math.round(
          coverage(look, accessible, (((i % size) + 0.5) / size) * 2 - 1, ((Math.floor(i / size) + 0.5) / size) * 2 - 1, 2 / size) * 9,
        ),
      ).join("");
    const all = [LOOK.free, LOOK.held, LOOK.sold, LOOK.off, LOOK.mine].map((l) => picture(l));
    all.push(picture(LOOK.free, true), picture(LOOK.sold, true));
    const differ = (a: string, b: string): number => [...a].filter((c, i) => Math.abs(Number(c) - Number(b[i])) > 3).length;
    all.forEach((a, i) => all.slice(i + 1).forEach((b) => expect(differ(a, b)).toBeGreaterThan(7)));
    expect(Number(picture(LOOK.hidden))).toBe(0);
  });
});

describe("PixelPainter", () => {
  const paint = (model = theatre, display = new Uint8Array(model.seats.count), at?: Camera): PixelPainter => {
    const p = new PixelPainter(model);
    p.resize(view, 1);
    p.setPixels(new ArrayBuffer(800 * 600 * 4));
    p.setColours(colourTable("light"));
    p.update(display, 0, display.length);
    p.draw(at ?? fit(model.bounds, view, 24, limits));
    return p;
  };
  const under = (p: PixelPainter, at: Camera, rank: number, dx = 0): number => {
    const [x, y] = toScreen(at, view, [theatre.seats.x[rank]!, theatre.seats.y[rank]!]);
    return p.pixels[Math.round(y) * 800 + Math.round(x + dx)]!;
  };
  it("puts each seat's colour where the seat is", () => {
    const at = fit(theatre.bounds, view, 24, limits),
      p = paint();
    const [r, g, b] = rgb(MAP_COLOURS.light.seat);
    for (let rank = 0; rank < theatre.seats.count; rank += 37) expect(under(p, at, rank) & 0xffffff).toBe((b << 16) | (g << 8) | r);
  });
  it("fills free seats and hollows sold ones when they are large; a hidden seat is not there", () => {
    const at = { cx: theatre.seats.x[0]!, cy: theatre.seats.y[0]!, scale: 30 / theatre.seatSize };
    const alpha = (look: number, dx: number): number => {
      const display = new Uint8Array(theatre.seats.count);
      display[0] = displayByte(look, 0);
      return under(paint(theatre, display, at), at, 0, dx) >>> 24;
    };
    expect([alpha(LOOK.free, 0), alpha(LOOK.sold, 0), alpha(LOOK.hidden, 0)]).toEqual([255, 0, 0]);
    expect(alpha(LOOK.sold, 11)).toBeGreaterThan(150);
  });
  it("draws at the edges and beyond without touching other lines", () => {
    for (const [dx, dy] of [
      [0, 0],
      [400, 0],
      [-400, 300],
      [400, 300],
      [-400, -300],
      [5000, 0],
    ] as const) {
      const scale = 30 / theatre.seatSize;
      expect(() =>
        paint(theatre, new Uint8Array(theatre.seats.count), {
          cx: theatre.seats.x[0]! - dx / scale,
          cy: theatre.seats.y[0]! - dy / scale,
          scale,
        }),
      ).not.toThrow();
    }
    const scale = 30 / theatre.seatSize;
    const p = paint(theatre, new Uint8Array(theatre.seats.count).fill(LOOK.hidden).fill(LOOK.free, 0, 1), {
      cx: theatre.seats.x[0]! + 400 / scale,
      cy: theatre.seats.y[0]!,
      scale,
    });
    // Half a seat stands at the left edge; nothing may come out at the right one.
    expect(p.pixels[300 * 800 + 2]! >>> 24).toBe(255);
    for (let y = 0; y < 600; y++) expect(p.pixels[y * 800 + 799]).toBe(0);
  });
  it("follows updates of single seats", () => {
    const at = fit(theatre.bounds, view, 24, limits),
      p = paint();
    const display = new Uint8Array(theatre.seats.count);
    display[5] = displayByte(LOOK.mine, 0);
    p.update(display, 5, 6);
    p.draw(at);
    const [r, g, b] = rgb(MAP_COLOURS.light.mine);
    expect(under(p, at, 5) & 0xffffff).toBe((b << 16) | (g << 8) | r);
  });
});

describe("choice of renderer", () => {
  it.each([
    ["ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)", true],
    ["llvmpipe (LLVM 15.0.6, 256 bits)", true],
    ["Microsoft Basic Render Driver", true],
    ["ANGLE (NVIDIA, NVIDIA GeForce GTX 1650)", false],
    ["Mali-G57", false],
    ["Adreno (TM) 640", false],
  ])("%s is software: %s", (name, want) => {
    expect(isSoftwareGl(name)).toBe(want);
  });
});
