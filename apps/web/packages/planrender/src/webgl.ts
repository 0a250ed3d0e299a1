import { grow } from "@parterre/geometry";
import { visibleBox, type Camera, type View } from "./camera.ts";
import { GlDecals } from "./gldecals.ts";
import { buildProgram, type Program } from "./glprogram.ts";
import type { PaintState } from "./ground.ts";
import type { MapModel } from "./model.ts";
import { LOOK, lookOf } from "./palette.ts";
import { chunksOf, growChunk, isSoftwareGl, visibleRanges, type Chunk, type SeatRenderer } from "./renderer.ts";

/** Below this size in device pixels a seat is a plain dot: its colour is worked out once a seat, not once a pixel. */
const DOT_LIMIT = 3.5;

const VERTEX = (dots: boolean): string => `#version 300 es
precision highp float;
precision highp int;
uniform vec4 camera; // cx, cy from the middle of the plan, scale x, scale y
uniform float size; // device pixels
uniform highp sampler2D colours;
layout(location = 0) in vec2 place;
layout(location = 1) in uvec2 mark; // display byte, 1 for an accessible seat
${dots ? "flat out vec4 dot_colour;" : "flat out vec3 seat_colour; flat out uint look; flat out float square;"}
void main() {
  uint l = mark.x & 7u;
  vec3 c = texelFetch(colours, ivec2(int(mark.x), 0), 0).rgb;
  ${dots ? "float a = l == 0u || l == 4u ? 1.0 : 0.43; dot_colour = vec4(c * a, a);" : "seat_colour = c; look = l; square = float(mark.y);"}
  gl_PointSize = size;
  gl_Position = l == 5u ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((place - camera.xy) * camera.zw, 0.0, 1.0);
}`;

const DOTS = `#version 300 es
precision mediump float;
flat in vec4 dot_colour;
out vec4 colour;
void main() { colour = dot_colour; }`;

// The formulas of mark.ts.
const MARKS = `#version 300 es
precision highp float;
precision highp int;
uniform float size;
flat in vec3 seat_colour;
flat in uint look;
flat in float square;
out vec4 colour;
float edge(float d) { return clamp(0.5 - d * size * 0.5, 0.0, 1.0); }
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float a;
  float outer = square > 0.5 ? max(abs(p.x), abs(p.y)) - 0.8 : length(p) - 0.84;
  if (look == 0u) a = edge(outer);
  else {
    float line = max(0.2, 2.3 / size);
    float ring = min(edge(outer), edge(-(outer + line)));
    if (look == 2u) a = ring;
    else if (look == 4u) a = max(min(edge(outer - 0.16), edge(-(outer + 0.02))), edge(outer + 0.28));
    else if (look == 3u) {
      float arm = min(abs(p.x - p.y), abs(p.x + p.y)) * 0.70710678 - line * 0.5;
      a = min(edge(arm), edge(max(abs(p.x), abs(p.y)) - 0.62));
    } else {
      float stripe = abs(mod((p.x + p.y) * 0.70710678, 0.5) - 0.25) - 0.11;
      a = max(ring, min(edge(outer), edge(stripe)));
    }
  }
  colour = vec4(seat_colour * a, a);
}`;

/** Up to this share of all seats is drawn over the old picture of a far map; more are drawn with everything else. */
const FEW = 0.25;

/** True when WebGL2 is there and runs on a graphics card. */
export function hasHardwareGl(canvas: HTMLCanvasElement = document.createElement("canvas")): boolean {
  const gl = canvas.getContext("webgl2");
  if (gl === null) return false;
  const software = runsInSoftware(gl);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !software;
}

function runsInSoftware(gl: WebGL2RenderingContext): boolean {
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  return isSoftwareGl(String(gl.getParameter(debug === null ? gl.RENDERER : debug.UNMASKED_RENDERER_WEBGL)));
}

/**
 * Draws seats with WebGL2 as points: one vertex and two status bytes a seat, in chunks that are left out when they lie
 * outside the view. A point whose middle leaves the clip volume would vanish, so the GL viewport is larger than the
 * canvas by half a seat on every side. What stands on the seats is drawn in the same picture (gldecals.ts).
 */
export class WebGlRenderer implements SeatRenderer {
  readonly kind = "webgl";
  readonly software: boolean;
  private readonly gl: WebGL2RenderingContext;
  private readonly dots: Program;
  private readonly marks: Program;
  private chunks!: Chunk[];
  private positionOf!: Uint32Array;
  /** By drawing position: display byte, accessible. */
  private status!: Uint8Array;
  private readonly statusBuffer: WebGLBuffer;
  private places!: Float32Array;
  private readonly placeBuffer: WebGLBuffer;
  private origin: readonly [number, number] = [0, 0];
  private readonly largest: number;
  private view: View = { width: 1, height: 1 };
  private dpr = 1;
  /** The camera that the picture was drawn with; null: the picture is of no use. */
  private drawn: Camera | null = null;
  /** Drawing positions of seats that changed since, while they are few. */
  private changed!: Uint32Array;
  private changes = 0;
  private begun = false;
  private readonly changedBuffer: WebGLBuffer;
  private readonly seatArrays: WebGLVertexArrayObject;
  private readonly decals: GlDecals;

  /** Throws when the browser has no WebGL2. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private model: MapModel,
  ) {
    const gl = canvas.getContext("webgl2", {
      alpha: true,
      antialias: false,
      depth: false,
      stencil: false,
      premultipliedAlpha: true,
      preserveDrawingBuffer: true,
      powerPreference: "high-performance",
    });
    if (gl === null) throw new Error("this browser has no WebGL2");
    this.gl = gl;
    this.software = runsInSoftware(gl);
    this.largest = (gl.getParameter(gl.ALIASED_POINT_SIZE_RANGE) as Float32Array)[1]!;
    this.seatArrays = gl.createVertexArray();
    gl.bindVertexArray(this.seatArrays);
    this.placeBuffer = this.attribute(0, () => gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0));
    this.statusBuffer = this.attribute(1, () => gl.vertexAttribIPointer(1, 2, gl.UNSIGNED_BYTE, 0, 0));
    this.changedBuffer = gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.changedBuffer);
    this.dots = buildProgram(gl, VERTEX(true), DOTS);
    this.marks = buildProgram(gl, VERTEX(false), MARKS);
    this.colourTexture();
    this.decals = new GlDecals(gl);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
    this.replace(model);
  }

  replace(model: MapModel): void {
    const { gl } = this,
      n = model.seats.count,
      { order, chunks } = chunksOf(model);
    this.model = model;
    this.chunks = chunks;
    this.positionOf = new Uint32Array(n);
    this.status = new Uint8Array(n * 2);
    this.origin = [(model.bounds[0] + model.bounds[2]) / 2, (model.bounds[1] + model.bounds[3]) / 2];
    const places = (this.places = new Float32Array(n * 2));
    for (let at = 0; at < n; at++) {
      const rank = order[at]!;
      this.positionOf[rank] = at;
      places[at * 2] = model.seats.x[rank]! - this.origin[0];
      places[at * 2 + 1] = model.seats.y[rank]! - this.origin[1];
      this.status[at * 2 + 1] = model.seats.kind[rank] === 1 ? 1 : 0;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.placeBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.DYNAMIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.statusBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.status, gl.DYNAMIC_DRAW);
    this.changed = new Uint32Array(Math.max(1, Math.floor(n * FEW)));
    this.changes = 0;
    this.drawn = null;
  }

  private attribute(slot: number, describe: () => void): WebGLBuffer {
    const { gl } = this,
      buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(slot);
    describe();
    return buffer;
  }

  private colourTexture(): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    for (const [key, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.NEAREST],
      [gl.TEXTURE_MAG_FILTER, gl.NEAREST],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
    ] as const) {
      gl.texParameteri(gl.TEXTURE_2D, key, value);
    }
  }

  resize(view: View, dpr: number): void {
    this.view = view;
    this.dpr = dpr;
    this.canvas.width = Math.max(1, Math.round(view.width * dpr));
    this.canvas.height = Math.max(1, Math.round(view.height * dpr));
    this.drawn = null;
  }

  setColours(table: Uint8Array): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, table);
    this.drawn = null;
  }

  /** Moves seats and uploads the stretch of drawing positions that holds them. */
  patch(ranks: readonly number[]): void {
    const { gl, places, status, positionOf } = this,
      { x, y, kind } = this.model.seats;
    let first = positionOf.length,
      last = -1;
    for (const rank of ranks) {
      const at = positionOf[rank]!;
      places[at * 2] = x[rank]! - this.origin[0];
      places[at * 2 + 1] = y[rank]! - this.origin[1];
      status[at * 2 + 1] = kind[rank] === 1 ? 1 : 0;
      growChunk(this.chunks, at, x[rank]!, y[rank]!);
      if (at < first) first = at;
      if (at > last) last = at;
    }
    if (last < 0) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.placeBuffer);
    gl.bufferSubData(gl.ARRAY_BUFFER, first * 8, places, first * 2, (last + 1 - first) * 2);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.statusBuffer);
    gl.bufferSubData(gl.ARRAY_BUFFER, first * 2, status, first * 2, (last + 1 - first) * 2);
    this.drawn = null;
  }

  /** Uploads the stretch of drawing positions that holds all changed seats, and notes which they are. */
  update(display: Uint8Array, start: number, end: number): void {
    const { gl, status, positionOf, changed } = this;
    let first = status.length,
      last = -1;
    for (let rank = start; rank < end; rank++) {
      const at = positionOf[rank]! * 2;
      if (status[at] === display[rank]) continue;
      // A seat that is hidden now cannot be drawn over where it stood.
      if (this.changes === changed.length || lookOf(display[rank]!) === LOOK.hidden) this.drawn = null;
      else changed[this.changes++] = at >> 1;
      status[at] = display[rank]!;
      if (at < first) first = at;
      if (at > last) last = at;
    }
    if (last < 0) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.statusBuffer);
    gl.bufferSubData(gl.ARRAY_BUFFER, first, status, first, last + 2 - first);
  }

  /** Far away only the seats that changed are drawn, over the picture that is there, while the map does not rest: false. */
  draw(state: PaintState): boolean {
    const { camera, settled } = state,
      { gl, changes } = this,
      size = this.pointSize(camera),
      over = this.drawn === camera && !settled && size < DOT_LIMIT;
    this.changes = 0;
    if (over && changes === 0) return true;
    this.begun = true;
    gl.bindVertexArray(this.seatArrays);
    this.begin(camera, size);
    if (over) {
      gl.disable(gl.BLEND); // a sold seat is thinner than the free one it was
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.changed, gl.STREAM_DRAW, 0, changes);
      gl.drawElements(gl.POINTS, changes, gl.UNSIGNED_INT, 0);
      gl.enable(gl.BLEND);
      return false;
    }
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (const [start, end] of visibleRanges(this.chunks, grow(visibleBox(camera, this.view), this.model.seatSize)))
      gl.drawArrays(gl.POINTS, start, end - start);
    this.decals.draw(state);
    this.drawn = camera;
    return true;
  }

  /** A seat's size in device pixels. */
  private pointSize(camera: Camera): number {
    return Math.min(this.largest, Math.max(1, this.model.seatSize * camera.scale * this.dpr));
  }

  /** Sets viewport, program and uniforms for seats of a size. */
  private begin(camera: Camera, size: number): void {
    const { gl, dpr } = this,
      { width, height } = this.canvas;
    const p = size < DOT_LIMIT ? this.dots : this.marks,
      margin = Math.ceil(size / 2) + 1;
    gl.viewport(-margin, -margin, width + 2 * margin, height + 2 * margin);
    gl.useProgram(p.program);
    // Device pixels per millimetre, in clip units of the larger viewport.
    gl.uniform4f(
      p.at("camera"),
      camera.cx - this.origin[0],
      camera.cy - this.origin[1],
      (2 * camera.scale * dpr) / (width + 2 * margin),
      (-2 * camera.scale * dpr) / (height + 2 * margin),
    );
    gl.uniform1f(p.at("size"), size);
  }

  /** Reads a pixel back: returns only when the picture is made. Nothing to wait for when none was begun. */
  finish(): void {
    if (!this.begun) return;
    this.begun = false;
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  destroy(): void {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
