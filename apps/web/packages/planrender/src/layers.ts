import { grow, type Box } from "@parterre/geometry";
import { visibleBox, type Camera, type View } from "./camera.ts";

/** Layers whose picture is out of date, as bits. */
export const GROUND = 1,
  SEATS = 2,
  LABELS = 4,
  ALL = 7;

/** Pictures reach this share of the view beyond each of its edges, but not farther than so many CSS pixels. */
const MARGIN = 1 / 8,
  WIDEST = 240;
/** How much larger or smaller than it was drawn a picture may be shown while the map moves: letters go soft, plain dots do not mind. */
const STRETCH = 1.25,
  STRETCH_DOTS = 1.5;
/** Below so many CSS pixels a seat is a plain dot. */
const DOT = 4;

/**
 * The canvases of a map. Ground, seats and labels lie on a stage and reach beyond the view: while the map moves the stage
 * is moved and stretched, and nothing is drawn. Without a graphics card the browser pays for each layer that it stretches
 * in every frame, so there a stage that moves is flat: seats and labels are drawn onto the ground, whose canvas moves
 * alone. Over the stage lies a canvas that takes the input and on which tools draw; it stands still, and
 * without tools it has no picture at all.
 */
export class Layers {
  readonly ground: HTMLCanvasElement;
  readonly labels: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  /** What the canvases show: the view and its margins, in CSS pixels. */
  padded: View = { width: 0, height: 0 };
  readonly seats: HTMLCanvasElement;
  private readonly clip: HTMLElement;
  private readonly stage: HTMLElement;
  private place = "";
  /** The ground's canvas holds seats and labels too. */
  private flattened = false;
  private dpr = 1;
  private view: View = { width: 0, height: 0 };

  constructor(host: HTMLElement) {
    if (getComputedStyle(host).position === "static") host.style.position = "relative";
    this.clip = box("overflow:hidden;pointer-events:none");
    this.stage = box("will-change:transform");
    this.stage.dataset["layer"] = "stage";
    this.clip.append(this.stage);
    host.append(this.clip);
    [this.ground, this.seats, this.labels, this.overlay] = [canvas("ground"), canvas("seats"), canvas("labels"), canvas("overlay")];
    this.stage.append(this.ground, this.seats, this.labels);
    Object.assign(this.overlay.style, { inset: "0", width: "100%", height: "100%", touchAction: "none", outlineOffset: "-2px" });
    host.append(this.overlay);
  }

  /** Fits the canvases to a view; the renderer sets the size of its own. */
  resize(view: View, dpr: number): void {
    const reach = (length: number): number => Math.round(Math.min(length * MARGIN, WIDEST) * dpr),
      padX = reach(view.width),
      padY = reach(view.height);
    const width = Math.round(view.width * dpr) + 2 * padX,
      height = Math.round(view.height * dpr) + 2 * padY;
    this.view = view;
    this.dpr = dpr;
    this.padded = { width: width / dpr, height: height / dpr };
    for (const c of [this.ground, this.seats, this.labels])
      Object.assign(c.style, { left: `${-padX / dpr}px`, top: `${-padY / dpr}px`, width: `${width / dpr}px`, height: `${height / dpr}px` });
    for (const c of [this.ground, this.labels]) [c.width, c.height] = [width, height];
    if (this.overlay.width !== 0) this.tools();
  }

  /** The overlay's context, clear and in CSS pixels of the view. */
  tools(): CanvasRenderingContext2D {
    const { overlay, view, dpr } = this,
      width = Math.round(view.width * dpr),
      height = Math.round(view.height * dpr),
      ctx = overlay.getContext("2d")!;
    if (overlay.width !== width || overlay.height !== height) [overlay.width, overlay.height] = [width, height];
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, view.width, view.height);
    // Chromium 156 may drop a frame that does nothing but clear: the rectangle of a stroke stayed after it ended.
    ctx.fillStyle = "rgb(0 0 0 / 0.5%)";
    ctx.fillRect(0, 0, 1, 1);
    return ctx;
  }

  /** Whether pictures made for one camera will do for another: near enough in scale, and all of the plan that is seen is on them. */
  covers(own: Camera, camera: Camera, bounds: Box, seatSize: number): boolean {
    const ratio = camera.scale / own.scale,
      most = seatSize * camera.scale < DOT ? STRETCH_DOTS : STRETCH;
    if (ratio > most || ratio < 1 / most) return false;
    const seen = visibleBox(camera, this.view),
      drawn = visibleBox(own, this.padded),
      b = grow(bounds, 2 * seatSize),
      slack = 0.5 / own.scale;
    return (
      Math.max(seen[0], b[0]) >= drawn[0] - slack &&
      Math.min(seen[2], b[2]) <= drawn[2] + slack &&
      Math.max(seen[1], b[1]) >= drawn[1] - slack &&
      Math.min(seen[3], b[3]) <= drawn[3] + slack
    );
  }

  /** Shows pictures made for one camera as another sees them. A pan alone goes by whole device pixels: nothing gets soft. */
  move(own: Camera, camera: Camera): void {
    const k = camera.scale / own.scale,
      snap = (v: number): number => (k === 1 ? Math.round(v * this.dpr) / this.dpr : v);
    const x = snap((own.cx - camera.cx) * camera.scale),
      y = snap((own.cy - camera.cy) * camera.scale);
    const place = x === 0 && y === 0 && k === 1 ? "" : `translate(${x}px,${y}px)${k === 1 ? "" : ` scale(${k})`}`;
    if (place !== this.place) this.stage.style.transform = this.place = place;
  }

  get flat(): boolean {
    return this.flattened;
  }

  /** Makes one opaque picture of the three, for moving. Whoever draws a layer after that draws the ground too, after separate(). */
  flatten(): void {
    if (this.flattened) return;
    const { ground, seats, labels } = this,
      ctx = ground.getContext("2d")!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    for (const layer of [seats, labels]) ctx.drawImage(layer, 0, 0);
    this.show(true);
  }

  /** Shows the three layers one over the other again. */
  separate(): void {
    if (this.flattened) this.show(false);
  }

  private show(flat: boolean): void {
    this.flattened = flat;
    for (const layer of [this.seats, this.labels]) layer.style.display = flat ? "none" : "block";
  }

  destroy(): void {
    this.clip.remove();
    this.overlay.remove();
  }
}

function box(style: string): HTMLElement {
  const div = document.createElement("div");
  div.style.cssText = `position:absolute;inset:0;${style}`;
  return div;
}

function canvas(name: string): HTMLCanvasElement {
  const made = document.createElement("canvas");
  made.dataset["layer"] = name;
  made.style.cssText = "position:absolute;display:block";
  if (name === "overlay") made.width = made.height = 0;
  return made;
}
