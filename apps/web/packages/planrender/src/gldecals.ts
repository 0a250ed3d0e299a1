import { DecalSprites, forEachDecal, type Sprite } from "./decals.ts";
import type { PaintState } from "./ground.ts";
import { buildProgram, type Program } from "./glprogram.ts";

/** Side of the texture that holds the pictures, in pixels. */
const SIDE = 1024;
/** Numbers a decal in the buffer: place of its corner, cell in the texture, size. */
const FIELDS = 5;

const VERTEX = `#version 300 es
precision highp float;
uniform vec2 view; // device pixels
layout(location = 0) in vec2 corner; // left upper, device pixels from the left and the top
layout(location = 1) in vec3 cell; // place in the texture, size
flat out vec3 from;
void main() {
  from = cell;
  gl_PointSize = cell.z;
  vec2 middle = (corner + cell.z * 0.5) / view * 2.0 - 1.0;
  gl_Position = vec4(middle.x, -middle.y, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D pictures;
flat in vec3 from;
out vec4 colour;
void main() { colour = texelFetch(pictures, ivec2(from.xy + gl_PointCoord * from.z), 0); }`;

/**
 * Draws what stands on the seats (numbers, letters, signs) with WebGL: each picture lies once in a texture, each seat is a
 * point that shows one of them, pixel for pixel.
 */
export class GlDecals {
  private readonly sprites = new DecalSprites();
  private readonly program: Program;
  private readonly arrays: WebGLVertexArrayObject;
  private readonly buffer: WebGLBuffer;
  private readonly texture: WebGLTexture;
  private cells = new Map<Sprite, readonly [x: number, y: number]>();
  private generation = -1;
  /** Where the next picture goes: along a shelf, then on the next. */
  private shelf = { x: 0, y: 0, height: 0 };
  private data = new Float32Array(FIELDS * 512);
  private count = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = buildProgram(gl, VERTEX, FRAGMENT);
    this.arrays = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    gl.bindVertexArray(this.arrays);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [slot, size, offset] of [
      [0, 2, 0],
      [1, 3, 8],
    ] as const) {
      gl.enableVertexAttribArray(slot);
      gl.vertexAttribPointer(slot, size, gl.FLOAT, false, FIELDS * 4, offset);
    }
    this.texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, SIDE, SIDE);
    for (const key of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, key, gl.NEAREST);
    gl.uniform1i(this.program.at("pictures"), 1);
  }

  draw(state: PaintState): void {
    const { sprites } = this,
      { model, camera, dpr, theme } = state;
    sprites.prepare(model.seatSize * camera.scale, dpr, theme);
    if (sprites.generation !== this.generation) this.forget();
    this.generation = sprites.generation;
    this.count = 0;
    forEachDecal(state, (key, x, y, paint) => this.add(state, sprites.get(key, paint), x * dpr, y * dpr));
    this.flush(state);
  }

  private forget(): void {
    this.cells.clear();
    this.shelf = { x: 0, y: 0, height: 0 };
  }

  private add(state: PaintState, sprite: Sprite, x: number, y: number): void {
    let cell = this.cells.get(sprite) ?? this.upload(sprite);
    if (cell === null) {
      // full: what was collected is drawn, and the texture begins anew
      this.flush(state);
      this.forget();
      cell = this.upload(sprite);
      if (cell === null) return; // a seat larger than the texture
    }
    if ((this.count + 1) * FIELDS > this.data.length) {
      const larger = new Float32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    const { data } = this,
      at = this.count++ * FIELDS;
    data[at] = Math.round(x + sprite.left);
    data[at + 1] = Math.round(y + sprite.top);
    data[at + 2] = cell[0];
    data[at + 3] = cell[1];
    data[at + 4] = sprite.size;
  }

  /** Puts a picture into the texture; null when it does not fit. */
  private upload(sprite: Sprite): readonly [number, number] | null {
    const { gl, shelf } = this,
      n = sprite.size;
    if (shelf.x + n > SIDE) {
      shelf.y += shelf.height;
      shelf.x = shelf.height = 0;
    }
    if (shelf.y + n > SIDE || n > SIDE) return null;
    const cell = [shelf.x, shelf.y] as const;
    shelf.x += n;
    shelf.height = Math.max(shelf.height, n);
    gl.activeTexture(gl.TEXTURE1);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, cell[0], cell[1], n, n, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(sprite.pixels.buffer));
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    this.cells.set(sprite, cell);
    return cell;
  }

  private flush({ view, dpr }: PaintState): void {
    if (this.count === 0) return;
    const { gl, program } = this,
      width = Math.round(view.width * dpr),
      height = Math.round(view.height * dpr);
    gl.bindVertexArray(this.arrays);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.data, gl.STREAM_DRAW, 0, this.count * FIELDS);
    gl.viewport(0, 0, width, height);
    gl.useProgram(program.program);
    gl.uniform2f(program.at("view"), width, height);
    gl.drawArrays(gl.POINTS, 0, this.count);
    this.count = 0;
  }
}
