import type { Parapet, Rake } from "@parterre/planmodel";
import { rakeAt } from "@parterre/planmodel";

/**
 * Heights of the generated halls, mm. Eyes and clearances are those of the design codes for theatres (JGJ 57), cinemas
 * (JGJ 58) and sports buildings (JGJ 31): a ray from the design viewpoint (设计视点) passes the eye of the row before by
 * the clearance (视线升高差 C 值); 60 lets one see over every second row, which suits staggered seats, 120 over every row.
 */
const EYE = 1200,
  STEEPEST = 0.67,
  STOREY = 3200;
export const THEATRE_STAGE = 1000,
  CONCERT_STAGE = 1500,
  THRUST_STAGE = 600,
  SCREEN_EDGE = 1000,
  TURF = 20,
  BOX_FLOOR = 900;
/** The edge before the first row of a balcony or upper tier. */
export const BALCONY_RAIL: Parapet = { height: 850, before: 700 };

/** The rake of rows, `pitch` apart, the first of them `first` from the design viewpoint at height `target` and its floor at `base`; steps in whole centimetres. */
export function rise(base: number, target: number, clearance: number, first: number, pitch: number, rows: number, parapet?: Parapet): Rake {
  const steps: number[] = [];
  let over = base + EYE - target;
  for (let i = 1; i < rows; i++) {
    const need = ((over + clearance) * (first + i * pitch)) / (first + (i - 1) * pitch) - over,
      step = Math.min(Math.ceil(Math.max(0, need) / 10 - 1e-6) * 10, Math.floor((STEEPEST * pitch) / 10) * 10, 2000);
    steps.push(step);
    over += step;
  }
  while (steps.length > 1 && steps.at(-1) === steps.at(-2)) steps.pop(); // the last goes on
  return { base, ...(steps.length > 0 ? { steps } : {}), ...(parapet === undefined ? {} : { parapet }) };
}

/** The first floor of the level over one of so many rows. */
export const above = (rake: Rake, rows: number): number => rakeAt(rake, rows - 1, 0) + STOREY;
