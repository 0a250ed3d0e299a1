import { grow } from "@parterre/geometry";
import { visibleBox, type Camera, type View } from "./camera.ts";
import { coverage } from "./mark.ts";
import type { MapModel } from "./model.ts";
import { LOOK, lookOf } from "./palette.ts";
import { DecalSprites, forEachDecal, stampSprite } from "./decals.ts";
import type { PaintState } from "./ground.ts";
import { chunksOf, growChunk, visibleRanges, type Chunk, type SeatRenderer } from "./renderer.ts";

/** A seat's square as pixels, RGBA little-endian; 0 where nothing is. */
type Sprite = Uint32Array;

/**
 * Draws seats by writing pixels into memory: for machines whose GL runs on the processor. Pure but for the canvas it
 * hands the pixels to, so the tests look at `pixels` after draw().
 */
export class PixelPainter {
  pixels: Uint32Array = new Uint32Array(0);
  width = 0;
  height = 0;
  private dpr = 1;
  private view: View = { width: 0, height: 0 };
  private chunks!: Chunk[];
  private xs!: Float64Array;
  private ys!: Float64Array;
  private positionOf!: Uint32Array;
  private bytes!: Uint8Array;
  private square!: Uint8Array;
  private colours: Uint8Array = new Uint8Array(768);
  private sprites = new Map<number, Sprite>();
  private spriteSize = 0;

  constructor(private model: MapModel) {
    this.replace(model);
  }

  replace(model: MapModel): void {
    this.model = model;
    const { order, chunks } = chunksOf(model);
    this.chunks = chunks;
    const n = model.seats.count;
    this.positionOf = new Uint32Array(n);
    this.bytes = new Uint8Array(n);
    this.xs = new Float64Array(n);
    this.ys = new Float64Array(n);
    this.square = new Uint8Array(n);
    // One plain loop: typed arrays made by from() with a function cost ten times that.
    for (let at = 0; at < n; at++) {
      const rank = order[at]!;
      this.positionOf[rank] = at;
      this.xs[at] = model.seats.x[rank]!;
      this.ys[at] = model.seats.y[rank]!;
      this.square[at] = model.seats.kind[rank] === 1 ? 1 : 0;
    }
  }

  resize(view: View, dpr: number): void {
    this.view = view;
    this.dpr = dpr;
    this.width = Math.max(1, Math.round(view.width * dpr));
    this.height = Math.max(1, Math.round(view.height * dpr));
  }

  /** Uses memory that the caller owns (an ImageData). */
  setPixels(buffer: ArrayBufferLike): void {
    this.pixels = new Uint32Array(buffer);
  }

  setColours(table: Uint8Array): void {
    this.colours = table;
    this.sprites.clear();
  }

  patch(ranks: readonly number[]): void {
    const { x, y, kind } = this.model.seats;
    for (const rank of ranks) {
      const at = this.positionOf[rank]!;
      this.xs[at] = x[rank]!;
      this.ys[at] = y[rank]!;
      this.square[at] = kind[rank] === 1 ? 1 : 0;
      growChunk(this.chunks, at, x[rank]!, y[rank]!);
    }
  }

  update(display: Uint8Array, start: number, end: number): void {
    for (let rank = start; rank < end; rank++) this.bytes[this.positionOf[rank]!] = display[rank]!;
  }

  draw(camera: Camera): void {
    this.pixels.fill(0);
    // Far away a seat takes the gap to its neighbour too, so that stands do not fade.
    const exact = this.model.seatSize * camera.scale * this.dpr,
      size = Math.max(1, Math.round(exact < 2.6 ? exact * 1.25 : exact));
    if (size !== this.spriteSize) {
      this.spriteSize = size;
      this.sprites.clear();
    }
    const k = camera.scale * this.dpr,
      ox = this.width / 2 - camera.cx * k,
      oy = this.height / 2 - camera.cy * k;
    const box = grow(visibleBox(camera, this.view), this.model.seatSize);
    for (const [start, end] of visibleRanges(this.chunks, box)) {
      if (size <= 3) this.dots(start, end, k, ox, oy, size);
      else this.stamps(start, end, k, ox, oy, size);
    }
  }

  /** Up to 3 pixels: squares of plain colour, no shape. */
  private dots(start: number, end: number, k: number, ox: number, oy: number, size: number): void {
    const { xs, ys, bytes, pixels, width, height } = this,
      plain = this.plainColours(),
      half = size / 2;
    const maxx = width - size,
      maxy = height - size;
    for (let at = start; at < end; at++) {
      const colour = plain[bytes[at]!]!;
      const x = Math.round(xs[at]! * k + ox - half),
        y = Math.round(ys[at]! * k + oy - half);
      if (colour === 0 || x < 0 || y < 0 || x > maxx || y > maxy) continue;
      let p = y * width + x;
      pixels[p] = colour;
      if (size === 1) continue;
      pixels[p + 1] = colour;
      if (size === 3) pixels[p + 2] = colour;
      for (let line = 1; line < size; line++) {
        p += width;
        pixels[p] = colour;
        pixels[p + 1] = colour;
        if (size === 3) pixels[p + 2] = colour;
      }
    }
  }

  private stamps(start: number, end: number, k: number, ox: number, oy: number, size: number): void {
    const { xs, ys, bytes, square, pixels, width, height } = this,
      half = size / 2;
    for (let at = start; at < end; at++) {
      const x0 = Math.round(xs[at]! * k + ox - half),
        y0 = Math.round(ys[at]! * k + oy - half);
      if (x0 + size <= 0 || y0 + size <= 0 || x0 >= width || y0 >= height) continue;
      const sprite = this.sprite(bytes[at]!, square[at]!, size);
      const left = Math.max(0, -x0),
        right = Math.min(size, width - x0),
        bottom = Math.min(size, height - y0);
      for (let y = Math.max(0, -y0); y < bottom; y++) {
        let p = (y0 + y) * width + x0 + left,
          s = y * size + left;
        for (let x = left; x < right; x++, p++, s++) {
          const v = sprite[s]!;
          if (v !== 0) pixels[p] = v;
        }
      }
    }
  }

  /** Small seats cannot show a shape: sold, held and off are thinned out instead. */
  private plainColours(): Uint32Array {
    const out = new Uint32Array(256);
    for (let byte = 0; byte < 256; byte++) {
      const look = lookOf(byte),
        c = this.colours;
      const alpha = look >= LOOK.hidden ? 0 : look === LOOK.free || look === LOOK.mine ? 255 : 110;
      out[byte] = alpha === 0 ? 0 : ((alpha << 24) | (c[byte * 3 + 2]! << 16) | (c[byte * 3 + 1]! << 8) | c[byte * 3]!) >>> 0;
    }
    return out;
  }

  private sprite(byte: number, square: number, size: number): Sprite {
    const key = byte | (square << 8);
    const known = this.sprites.get(key);
    if (known !== undefined) return known;
    const out = new Uint32Array(size * size),
      c = this.colours;
    const colour = (c[byte * 3 + 2]! << 16) | (c[byte * 3 + 1]! << 8) | c[byte * 3]!;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const a = coverage(lookOf(byte), square === 1, ((x + 0.5) / size) * 2 - 1, ((y + 0.5) / size) * 2 - 1, 2 / size);
        const alpha = Math.round(a * 255);
        if (alpha > 0) out[y * size + x] = ((alpha << 24) | colour) >>> 0;
      }
    }
    this.sprites.set(key, out);
    return out;
  }
}

/** The pixel painter on a canvas. */
export class PixelRenderer implements SeatRenderer {
  readonly kind = "pixels";
  readonly software = true;
  private readonly painter: PixelPainter;
  private readonly context: CanvasRenderingContext2D;
  private image: ImageData | null = null;
  private begun = false;
  private readonly sprites = new DecalSprites();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private model: MapModel,
  ) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser has no 2D canvas");
    this.context = context;
    this.painter = new PixelPainter(model);
  }

  resize(view: View, dpr: number): void {
    this.painter.resize(view, dpr);
    this.canvas.width = this.painter.width;
    this.canvas.height = this.painter.height;
    this.image = this.context.createImageData(this.painter.width, this.painter.height);
    this.painter.setPixels(this.image.data.buffer);
  }

  setColours(table: Uint8Array): void {
    this.painter.setColours(table);
  }
  patch(ranks: readonly number[]): void {
    this.painter.patch(ranks);
  }
  replace(model: MapModel): void {
    this.model = model;
    this.painter.replace(model);
  }
  update(display: Uint8Array, start: number, end: number): void {
    this.painter.update(display, start, end);
  }

  draw(state: PaintState): boolean {
    if (this.image === null) return true;
    const { painter, sprites } = this,
      { camera, dpr } = state;
    painter.draw(camera);
    sprites.prepare(this.model.seatSize * camera.scale, dpr, state.theme);
    forEachDecal(state, (key, x, y, paint) =>
      stampSprite(painter.pixels, painter.width, painter.height, sprites.get(key, paint), x * dpr, y * dpr),
    );
    this.context.putImageData(this.image, 0, 0);
    this.begun = true;
    return true;
  }

  /** Nothing to wait for when no picture was begun. */
  finish(): void {
    if (!this.begun) return;
    this.begun = false;
    this.context.getImageData(0, 0, 1, 1);
  }
  destroy(): void {
    this.image = null;
  }
}
