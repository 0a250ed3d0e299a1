import type { Box } from "@parterre/geometry";
import type { Camera } from "./camera.ts";
import { buildProgram, sampling, type Program } from "./glprogram.ts";

// One rectangle of the plan, taken from a picture of it.
const FAR_VERTEX = `#version 300 es
precision highp float;
uniform vec4 rect; // clip units: left, top, right, bottom
uniform vec4 part; // of the picture: left, top, right, bottom
out vec2 uv;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  uv = mix(part.xy, part.zw, corner);
  gl_Position = vec4(mix(rect.xy, rect.zw, corner), 0.0, 1.0);
}`;

const FAR = `#version 300 es
precision mediump float;
uniform sampler2D picture;
in vec2 uv;
out vec4 colour;
void main() { colour = texture(picture, uv); }`;

/** How much larger or smaller than it was taken a picture may be shown while the map moves. */
const STRETCH = 1.5;

/**
 * A picture of all dots round a camera, kept on the card. A hundred thousand points are too many for every frame where
 * the processor draws them; one rectangle is not. What changes is redrawn inside its own box.
 */
export class FarPicture {
  camera: Camera = { cx: 0, cy: 0, scale: 0 };
  private readonly program: Program;
  private readonly texture: WebGLTexture;
  private readonly frame: WebGLFramebuffer;
  private readonly arrays: WebGLVertexArrayObject;
  private readonly largest: number;
  private width = 0;
  private height = 0;
  /** Device pixels a millimetre. */
  private scale = 0;
  /** What of the plan is no longer right; null for nothing. */
  private spoiled: Box | null = null;

  constructor(private readonly gl: WebGL2RenderingContext, private readonly bounds: Box) {
    this.program = buildProgram(gl, FAR_VERTEX, FAR);
    gl.uniform1i(this.program.at("picture"), 1);
    this.texture = gl.createTexture();
    this.frame = gl.createFramebuffer();
    this.arrays = gl.createVertexArray();
    this.largest = Math.min(4096, gl.getParameter(gl.MAX_TEXTURE_SIZE) as number);
  }

  /** The seats in a box look different now; null: all of them. */
  spoil(box: Box | null): void {
    const b = box ?? this.bounds, s = this.spoiled;
    this.spoiled = s === null ? b : [Math.min(s[0], b[0]), Math.min(s[1], b[1]), Math.max(s[2], b[2]), Math.max(s[3], b[3])];
  }

  /** Whether the picture can be shown for a camera: near enough in scale, and all that is seen is in it. */
  serves(camera: Camera, seen: Box, exact: boolean): boolean {
    const own = this.camera, ratio = camera.scale / own.scale;
    if (exact) return own.cx === camera.cx && own.cy === camera.cy && own.scale === camera.scale;
    if (!(ratio < STRETCH && ratio > 1 / STRETCH)) return false;
    const w = this.width / 2 / this.scale, h = this.height / 2 / this.scale, b = this.bounds;
    return Math.max(seen[0], b[0]) >= own.cx - w && Math.min(seen[2], b[2]) <= own.cx + w && Math.max(seen[1], b[1]) >= own.cy - h && Math.min(seen[3], b[3]) <= own.cy + h;
  }

  /** Takes a new view, with a margin so that the map can be moved within it. */
  aim(camera: Camera, dpr: number, viewWidth: number, viewHeight: number): void {
    const { gl } = this;
    // Even margins keep the picture's pixels on the canvas's pixels.
    const width = Math.max(viewWidth, Math.min(this.largest, viewWidth + 2 * (viewWidth >> 2))), height = Math.max(viewHeight, Math.min(this.largest, viewHeight + 2 * (viewHeight >> 2)));
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    if (width !== this.width || height !== this.height) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      sampling(gl, gl.LINEAR);
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    }
    gl.activeTexture(gl.TEXTURE0);
    [this.width, this.height, this.camera, this.scale] = [width, height, camera, camera.scale * dpr];
    const w = width / 2 / this.scale, h = height / 2 / this.scale;
    this.spoiled = [camera.cx - w, camera.cy - h, camera.cx + w, camera.cy + h];
  }

  /** Redraws what is no longer right. */
  mend(paint: (camera: Camera, width: number, height: number, box: Box) => void): void {
    if (this.spoiled === null) return;
    const { gl, camera, width, height, scale } = this, box = this.spoiled, spare = 4;
    const left = Math.max(0, Math.floor((box[0] - camera.cx) * scale + width / 2) - spare), right = Math.min(width, Math.ceil((box[2] - camera.cx) * scale + width / 2) + spare);
    const low = Math.max(0, Math.floor((camera.cy - box[3]) * scale + height / 2) - spare), high = Math.min(height, Math.ceil((camera.cy - box[1]) * scale + height / 2) + spare);
    this.spoiled = null;
    if (right <= left || high <= low) return;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, low, right - left, high - low);
    gl.clear(gl.COLOR_BUFFER_BIT);
    paint(camera, width, height, [box[0] - spare / scale, box[1] - spare / scale, box[2] + spare / scale, box[3] + spare / scale]);
    gl.disable(gl.SCISSOR_TEST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /** Lays the picture under a camera; only the plan's part of it. */
  show(camera: Camera, dpr: number, viewWidth: number, viewHeight: number): void {
    const { gl, program, bounds, width, height } = this, k = camera.scale * dpr, spare = 4 / this.scale;
    const w = viewWidth / 2 / k, h = viewHeight / 2 / k;
    const x0 = Math.max(bounds[0] - spare, camera.cx - w), x1 = Math.min(bounds[2] + spare, camera.cx + w), y0 = Math.max(bounds[1] - spare, camera.cy - h), y1 = Math.min(bounds[3] + spare, camera.cy + h);
    if (x1 <= x0 || y1 <= y0) return;
    const own = this.camera, u = (x: number): number => ((x - own.cx) * this.scale) / width + 0.5, v = (y: number): number => ((own.cy - y) * this.scale) / height + 0.5;
    gl.viewport(0, 0, viewWidth, viewHeight);
    gl.useProgram(program.program);
    gl.bindVertexArray(this.arrays);
    gl.uniform4f(program.at("rect"), (x0 - camera.cx) / w, (camera.cy - y0) / h, (x1 - camera.cx) / w, (camera.cy - y1) / h);
    gl.uniform4f(program.at("part"), u(x0), v(y0), u(x1), v(y1));
    gl.disable(gl.BLEND); // the canvas is clear: nothing to mix with
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.enable(gl.BLEND);
  }
}
