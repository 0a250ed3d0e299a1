import { visibleBox } from "./camera.ts";
import { FONT, type PaintState } from "./ground.ts";
import { LOOK, lookOf, MAP_COLOURS, zoneLetter, zoneOf } from "./palette.ts";

/** What stands on a seat: number, zone letter, tick, accessible sign, the corner of a restricted view. */
type Paint = (ctx: CanvasRenderingContext2D, seat: number) => void;

/**
 * Calls visit for what stands on each seat in view that is large enough, at the seat's middle in CSS pixels. Equal keys
 * look the same: a picture is made once and stamped, because writing 2,000 texts a frame costs more than all seats.
 */
export function forEachDecal(state: PaintState, visit: (key: string, x: number, y: number, paint: Paint) => void): void {
  const { camera, view, theme, model, display } = state,
    c = MAP_COLOURS[theme],
    { x: xs, y: ys, kind, numbers, view: views } = model.seats;
  const k = camera.scale,
    seat = model.seatSize * k,
    ox = view.width / 2 - camera.cx * k,
    oy = view.height / 2 - camera.cy * k;
  if (seat < 9) return;
  const withNumber = seat >= 19,
    withLetter = seat >= 11,
    withBoth = seat >= 30;
  model.grid.forEachIn(visibleBox({ ...camera, scale: camera.scale * 0.97 }, view), (rank) => {
    const byte = display[rank]!,
      look = lookOf(byte),
      x = xs[rank]! * k + ox,
      y = ys[rank]! * k + oy;
    if (look === LOOK.mine) return visit("tick", x, y, (ctx, s) => tick(ctx, s, c.onMine));
    if (look !== LOOK.free && look !== LOOK.sold) return;
    const zone = zoneOf(byte),
      free = look === LOOK.free,
      ink = free ? c.onZone : c.quiet;
    const letter = free && zone > 0 ? (state.letters[zone - 1] ?? zoneLetter(zone - 1)) : "";
    if (kind[rank] === 1) visit(free ? "chair" : "chair-sold", x, y, (ctx, s) => wheelchair(ctx, s * 0.3, ink));
    else if (withNumber) {
      const small = withBoth ? letter : "",
        number = numbers[rank]!;
      visit(`n${free ? "" : "-"}${number}/${small}`, x, y, (ctx, s) => {
        text(ctx, number, Math.min(13, s * 0.42), ink, small === "" ? 0.5 : -s * 0.06);
        if (small !== "") text(ctx, small, 9, ink, s * 0.27);
      });
    } else if (withLetter && letter !== "") visit(`l${letter}`, x, y, (ctx, s) => text(ctx, letter, s * 0.58, ink, 0.5));
    if (views[rank]! > 0 && free && seat >= 14)
      visit(`view${views[rank]!}`, x, y, (ctx, s) => badView(ctx, s, views[rank] === 2, c.ink, c.section));
  });
}

function text(ctx: CanvasRenderingContext2D, what: string, size: number, ink: string, y: number): void {
  ctx.font = `600 ${size}px ${FONT}`;
  ctx.fillStyle = ink;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(what, 0, y);
}

function tick(ctx: CanvasRenderingContext2D, seat: number, colour: string): void {
  const s = seat * 0.2;
  ctx.beginPath();
  ctx.moveTo(-s, 0);
  ctx.lineTo(-s * 0.25, s * 0.75);
  ctx.lineTo(s * 1.05, -s * 0.75);
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.max(1.5, seat * 0.09);
  ctx.stroke();
}

/** The accessible sign (无障碍), drawn from lines so that it needs no font. */
function wheelchair(ctx: CanvasRenderingContext2D, r: number, ink: string): void {
  ctx.strokeStyle = ctx.fillStyle = ink;
  ctx.lineWidth = Math.max(1, r * 0.24);
  ctx.beginPath();
  ctx.arc(-r * 0.05, -r * 0.95, r * 0.22, 0, 2 * Math.PI);
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(-r * 0.05, -r * 0.6);
  ctx.lineTo(-r * 0.05, r * 0.1);
  ctx.lineTo(r * 0.55, r * 0.1);
  ctx.lineTo(r * 0.8, r * 0.85);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(-r * 0.1, r * 0.35, r * 0.62, 0.1, Math.PI * 1.45);
  ctx.stroke();
}

/** A small corner for a restricted view: half for partial, whole for blocked. */
function badView(ctx: CanvasRenderingContext2D, seat: number, blocked: boolean, ink: string, paper: string): void {
  const r = Math.max(2.2, seat * 0.15),
    x = seat * 0.34,
    y = -seat * 0.34;
  ctx.fillStyle = paper;
  ctx.beginPath();
  ctx.arc(x, y, r + 1, 0, 2 * Math.PI);
  ctx.fill();
  ctx.fillStyle = ink;
  ctx.beginPath();
  ctx.arc(x, y, r, blocked ? 0 : Math.PI / 2, blocked ? 2 * Math.PI : Math.PI * 1.5);
  ctx.fill();
}

/**
 * A decal as pixels, RGBA little-endian and not premultiplied: `size` lines of `size`, cut down to what is painted. Its
 * left upper corner stands `left`, `top` pixels from the seat's middle.
 */
export interface Sprite {
  readonly size: number;
  readonly left: number;
  readonly top: number;
  readonly pixels: Uint32Array;
}

/** Makes each decal's picture once for a seat size, theme and pixel ratio. */
export class DecalSprites {
  /** Counts how often all pictures were thrown away: who keeps copies throws theirs away too. */
  generation = 0;
  private readonly known = new Map<string, Sprite>();
  private readonly ctx = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  private stamp = "";
  private scale = 1;
  private seat = 0;

  /** Must be called before get(); another size, theme or ratio starts over. */
  prepare(seat: number, dpr: number, theme: string): void {
    // Half a pixel of the seat's size does not change a number: zooming keeps most pictures.
    const rounded = Math.round(seat * 2) / 2,
      stamp = `${rounded}/${dpr}/${theme}`;
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.scale = dpr;
    this.seat = rounded;
    this.known.clear();
    this.generation++;
    const size = Math.ceil(rounded * 1.2 * dpr);
    this.ctx.canvas.width = this.ctx.canvas.height = Math.max(1, size);
  }

  get(key: string, paint: Paint): Sprite {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const { ctx, scale } = this,
      n = ctx.canvas.width;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, n, n);
    ctx.setTransform(scale, 0, 0, scale, n / 2, n / 2);
    paint(ctx, this.seat);
    const sprite = cut(new Uint32Array(ctx.getImageData(0, 0, n, n).data.buffer), n);
    this.known.set(key, sprite);
    return sprite;
  }
}

/** The smallest square of a picture of n x n pixels that holds all that is painted. */
function cut(all: Uint32Array, n: number): Sprite {
  let x0 = n,
    y0 = n,
    x1 = -1,
    y1 = -1;
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) {
      if (all[y * n + x]! >>> 24 === 0) continue;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      y1 = y;
    }
  if (x1 < 0) [x0, y0, x1, y1] = [0, 0, 0, 0];
  const size = Math.max(x1 - x0, y1 - y0) + 1,
    left = Math.min(x0, n - size),
    top = Math.min(y0, n - size),
    pixels = new Uint32Array(size * size);
  for (let y = 0; y < size; y++) pixels.set(all.subarray((top + y) * n + left, (top + y) * n + left + size), y * size);
  return { size, left: left - n / 2, top: top - n / 2, pixels };
}

/** Puts a sprite over pixels, the seat's middle at x, y; source over destination, not premultiplied. */
export function stampSprite(pixels: Uint32Array, width: number, height: number, sprite: Sprite, x: number, y: number): void {
  const x0 = Math.round(x + sprite.left),
    y0 = Math.round(y + sprite.top),
    n = sprite.size;
  const left = Math.max(0, -x0),
    right = Math.min(n, width - x0),
    bottom = Math.min(n, height - y0);
  for (let line = Math.max(0, -y0); line < bottom; line++) {
    let p = (y0 + line) * width + x0 + left,
      s = line * n + left;
    for (let i = left; i < right; i++, p++, s++) {
      const v = sprite.pixels[s]!,
        a = v >>> 24;
      if (a === 0) continue;
      const under = pixels[p]!,
        b = under >>> 24;
      pixels[p] = a === 255 || b === 0 ? v : over(v, a, under, b);
    }
  }
}

function over(v: number, a: number, under: number, b: number): number {
  const rest = (b * (255 - a)) / 255,
    sum = a + rest;
  const mix = (shift: number): number => Math.round((((v >>> shift) & 255) * a + ((under >>> shift) & 255) * rest) / sum) << shift;
  return ((Math.round(sum) << 24) | mix(16) | mix(8) | mix(0)) >>> 0;
}
