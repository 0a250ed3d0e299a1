/**
 * Units that the compiler keeps apart. A plan is measured in integer millimetres; the screen in CSS pixels.
 * Mixing the two is a type error, not a wrong picture.
 */
declare const unit: unique symbol;
/** Whole millimetres in the hall. */
export type Mm = number & { readonly [unit]: "mm" };
/** CSS pixels on the screen (may be fractional). */
export type Px = number & { readonly [unit]: "px" };

/** Largest coordinate a plan may use: 5 km each way. */
export const MAX_MM = 5_000_000;

/** Rounds to the nearest whole millimetre. Throws RangeError for NaN, infinities and values outside ±5 km. */
export function mm(value: number): Mm {
  const rounded = Math.round(value);
  if (!Number.isFinite(rounded) || Math.abs(rounded) > MAX_MM) {
    throw new RangeError(`not a length in millimetres: ${value}`);
  }
  return (rounded === 0 ? 0 : rounded) as Mm; // no minus zero: it would differ from 0 under Object.is
}

/** True for what mm() returns. */
export function isMm(value: unknown): value is Mm {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= MAX_MM;
}

export function px(value: number): Px {
  return value as Px;
}
