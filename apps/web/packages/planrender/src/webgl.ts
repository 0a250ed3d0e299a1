import { grow } from "@parterre/geometry";
import { visibleBox, type Camera, type View } from "./camera.ts";
import type { MapModel } from "./model.ts";
import { chunksOf, isSoftwareGl, visibleRanges, type Chunk, type SeatRenderer } from "./renderer.ts";

/** Seats of one texture line: positions and display bytes are pulled from textures by the vertex number. */
const LINE = 1024;
/** Above this size in pixels seats are quads, not points: a point vanishes when its middle leaves the view. */
const POINT_LIMIT = 9;

const VERTEX = (quads: boolean): string => `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D places;
uniform highp usampler2D bytes;
uniform vec4 camera; // cx, cy from the middle of the plan, scale x, scale y
uniform float size; // device pixels
uniform vec2 pixel; // clip units per device pixel
flat out uint byte;
flat out float square;
out vec2 at;
void main() {
  int i = ${quads ? "gl_VertexID / 6" : "gl_VertexID"};
  ivec2 cell = ivec2(i % ${LINE}, i / ${LINE});
  vec4 place = texelFetch(places, cell, 0);
  byte = texelFetch(bytes, cell, 0).r;
  square = place.z;
  vec2 p = (place.xy - camera.xy) * camera.zw;
  ${quads ? `
  int corner = gl_VertexID % 6;
  vec2 c = vec2(corner == 1 || corner == 2 || corner == 4 ? 1.0 : -1.0, corner == 2 || corner == 4 || corner == 5 ? 1.0 : -1.0);
  at = vec2(c.x, -c.y);
  p += c * size * 0.5 * pixel;` : `
  at = vec2(0.0);
  gl_PointSize = size;`}
  gl_Position = (byte & 7u) == 5u ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(p, 0.0, 1.0);
}`;

// The formulas of mark.ts.
const FRAGMENT = (quads: boolean): string => `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D colours;
uniform float size;
flat in uint byte;
flat in float square;
in vec2 at;
out vec4 colour;
float edge(float d) { return clamp(0.5 - d * size * 0.5, 0.0, 1.0); }
void main() {
  vec2 p = ${quads ? "at" : "gl_PointCoord * 2.0 - 1.0"};
  uint look = byte & 7u;
  vec3 c = texelFetch(colours, ivec2(int(byte), 0), 0).rgb;
  float a;
  if (size < 3.5) {
    a = look == 0u || look == 4u ? 1.0 : 0.43;
  } else {
    float outer = square > 0.5 ? max(abs(p.x), abs(p.y)) - 0.8 : length(p) - 0.84;
    float line = max(0.2, 2.3 / size);
    float ring = min(edge(outer), edge(-(outer + line)));
    if (look == 0u) a = edge(outer);
    else if (look == 2u) a = ring;
    else if (look == 4u) a = max(min(edge(outer - 0.16), edge(-(outer + 0.02))), edge(outer + 0.28));
    else if (look == 3u) {
      float arm = min(abs(p.x - p.y), abs(p.x + p.y)) * 0.70710678 - line * 0.5;
      a = min(edge(arm), edge(max(abs(p.x), abs(p.y)) - 0.62));
    } else {
      float stripe = abs(mod((p.x + p.y) * 0.70710678, 0.5) - 0.25) - 0.11;
      a = max(ring, min(edge(outer), edge(stripe)));
    }
  }
  if (a <= 0.0) discard;
  colour = vec4(c * a, a);
}`;

interface Program { readonly program: WebGLProgram; readonly at: (name: string) => WebGLUniformLocation | null }

/** True when WebGL2 is there and runs on a graphics card. */
export function hasHardwareGl(canvas: HTMLCanvasElement = document.createElement("canvas")): boolean {
  const gl = canvas.getContext("webgl2");
  if (gl === null) return false;
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(debug === null ? gl.RENDERER : debug.UNMASKED_RENDERER_WEBGL));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !isSoftwareGl(name);
}

/** Draws seats with WebGL2: points when small, quads when large; the vertices are pulled from two textures. */
export class WebGlRenderer implements SeatRenderer {
  readonly kind = "webgl";
  private readonly gl: WebGL2RenderingContext;
  private readonly points: Program;
  private readonly quads: Program;
  private readonly chunks: Chunk[];
  private readonly order: Uint32Array;
  private readonly positionOf: Uint32Array;
  private readonly bytes: Uint8Array;
  private readonly textures: { places: WebGLTexture; bytes: WebGLTexture; colours: WebGLTexture };
  private readonly lines: number;
  private readonly origin: readonly [number, number];
  private view: View = { width: 1, height: 1 };
  private dpr = 1;

  /** Throws when the browser has no WebGL2. */
  constructor(private readonly canvas: HTMLCanvasElement, private readonly model: MapModel) {
    const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false, stencil: false, premultipliedAlpha: true, powerPreference: "high-performance" });
    if (gl === null) throw new Error("this browser has no WebGL2");
    this.gl = gl;
    const n = model.seats.count;
    const { order, chunks } = chunksOf(model);
    this.order = order;
    this.chunks = chunks;
    this.lines = Math.max(1, Math.ceil(n / LINE));
    this.positionOf = new Uint32Array(n);
    order.forEach((rank, at) => { this.positionOf[rank] = at; });
    this.bytes = new Uint8Array(this.lines * LINE);
    this.origin = [(model.bounds[0] + model.bounds[2]) / 2, (model.bounds[1] + model.bounds[3]) / 2];
    this.points = this.build(VERTEX(false), FRAGMENT(false));
    this.quads = this.build(VERTEX(true), FRAGMENT(true));
    this.textures = { places: this.texture(0), bytes: this.texture(1), colours: this.texture(2) };
    this.uploadPlaces();
    gl.bindTexture(gl.TEXTURE_2D, this.textures.bytes);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, LINE, this.lines, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, this.bytes);
    gl.bindVertexArray(gl.createVertexArray());
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
  }

  private uploadPlaces(): void {
    const { gl, model, order, origin } = this, data = new Float32Array(this.lines * LINE * 4);
    order.forEach((rank, at) => {
      data[at * 4] = model.seats.x[rank]! - origin[0];
      data[at * 4 + 1] = model.seats.y[rank]! - origin[1];
      data[at * 4 + 2] = model.seats.kind[rank] === 1 ? 1 : 0;
    });
    gl.bindTexture(gl.TEXTURE_2D, this.textures.places);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, LINE, this.lines, 0, gl.RGBA, gl.FLOAT, data);
  }

  private build(vertex: string, fragment: string): Program {
    const { gl } = this, program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(`shader: ${gl.getShaderInfoLog(shader) ?? ""}`);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`program: ${gl.getProgramInfoLog(program) ?? ""}`);
    gl.useProgram(program);
    ["places", "bytes", "colours"].forEach((name, unit) => gl.uniform1i(gl.getUniformLocation(program, name), unit));
    const known = new Map<string, WebGLUniformLocation | null>();
    return {
      program,
      at: (name) => {
        if (!known.has(name)) known.set(name, gl.getUniformLocation(program, name));
        return known.get(name)!;
      },
    };
  }

  private texture(unit: number): WebGLTexture {
    const { gl } = this, texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const [key, value] of [[gl.TEXTURE_MIN_FILTER, gl.NEAREST], [gl.TEXTURE_MAG_FILTER, gl.NEAREST], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]] as const) {
      gl.texParameteri(gl.TEXTURE_2D, key, value);
    }
    return texture;
  }

  resize(view: View, dpr: number): void {
    this.view = view;
    this.dpr = dpr;
    this.canvas.width = Math.max(1, Math.round(view.width * dpr));
    this.canvas.height = Math.max(1, Math.round(view.height * dpr));
    this.gl.viewport(0, 0, this.canvas.width, this.canvas.height);
  }

  setColours(table: Uint8Array): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.textures.colours);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, table);
  }

  /** Uploads the texture lines that hold changed seats, one call for neighbouring lines. */
  update(display: Uint8Array, start: number, end: number): void {
    const { gl, bytes, positionOf } = this;
    const dirty = new Uint8Array(this.lines);
    for (let rank = start; rank < end; rank++) {
      const at = positionOf[rank]!;
      if (bytes[at] === display[rank]) continue;
      bytes[at] = display[rank]!;
      dirty[Math.floor(at / LINE)] = 1;
    }
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.textures.bytes);
    for (let from = 0; from < this.lines; from++) {
      if (dirty[from] === 0) continue;
      let to = from;
      while (to < this.lines && dirty[to] === 1) to++;
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, from, LINE, to - from, gl.RED_INTEGER, gl.UNSIGNED_BYTE, bytes, from * LINE);
      from = to;
    }
  }

  draw(camera: Camera): void {
    const { gl, view, dpr } = this;
    const size = Math.max(1, this.model.seatSize * camera.scale * dpr);
    const quads = size > POINT_LIMIT, p = quads ? this.quads : this.points;
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(p.program);
    gl.uniform4f(p.at("camera"), camera.cx - this.origin[0], camera.cy - this.origin[1], (2 * camera.scale) / view.width, (-2 * camera.scale) / view.height);
    gl.uniform1f(p.at("size"), size);
    gl.uniform2f(p.at("pixel"), 2 / this.canvas.width, 2 / this.canvas.height);
    for (const [start, end] of visibleRanges(this.chunks, grow(visibleBox(camera, view), this.model.seatSize))) {
      if (quads) gl.drawArrays(gl.TRIANGLES, start * 6, (end - start) * 6);
      else gl.drawArrays(gl.POINTS, start, end - start);
    }
  }

  /** Reads a pixel back: returns only when the picture is made. */
  finish(): void {
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  destroy(): void {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
