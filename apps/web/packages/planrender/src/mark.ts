import { LOOK } from "./palette.ts";

/**
 * The shape of one seat as a function of the place inside its square: x and y from -1 to 1, `pixel` the size of a
 * pixel in the same units. Answers how much of the pixel is covered, 0..1. The GL shader (webgl.ts) has the same
 * formulas; the pixel renderer and the legend use this one.
 *
 *   free filled · held hatched · sold hollow · off a cross · mine a disc in a ring · accessible seats are square
 */
export function coverage(look: number, accessible: boolean, x: number, y: number, pixel: number): number {
  if (look === LOOK.hidden) return 0;
  const edge = (d: number): number => Math.min(1, Math.max(0, 0.5 - d / pixel));
  const outer = accessible ? Math.max(Math.abs(x), Math.abs(y)) - 0.8 : Math.hypot(x, y) - 0.84;
  const line = Math.max(0.2, pixel * 1.15);
  const ring = (d: number): number => Math.min(edge(d), edge(-(d + line)));
  if (look === LOOK.free) return edge(outer);
  if (look === LOOK.sold) return ring(outer);
  if (look === LOOK.mine) return Math.max(Math.min(edge(outer - 0.16), edge(-(outer + 0.02))), edge(outer + 0.28));
  if (look === LOOK.off) {
    const arm = Math.min(Math.abs(x - y), Math.abs(x + y)) * Math.SQRT1_2 - line / 2;
    return Math.min(edge(arm), edge(Math.max(Math.abs(x), Math.abs(y)) - 0.62));
  }
  const stripe = Math.abs((((((x + y) * Math.SQRT1_2) % 0.5) + 0.5) % 0.5) - 0.25) - 0.11; // held
  return Math.max(ring(outer), Math.min(edge(outer), edge(stripe)));
}
