/**
 * Ways of numbering the seats of a row (编号方式). They say what is printed; a seat's identity is never touched. The same
 * schemes as modules/ticketmap/plan/number.go, with more to leave out.
 */
export const SCHEMES = [
  "left-to-right",
  "right-to-left",
  "odd-even",
  "even-odd",
  "odd",
  "odd-back",
  "even",
  "even-back",
  "letters",
  "letters-back",
] as const;
export type SchemeKind = (typeof SCHEMES)[number];

export interface Scheme {
  readonly kind: SchemeKind;
  /** The first number; for letters 1 is A. At least 1. */
  readonly start?: number;
  /** Letters left out, as "IOQ". */
  readonly skipLetters?: string;
  /** Numbers left out, as 4, 13, 14. Not for the odd and even schemes, whose sides would shift apart. */
  readonly skipNumbers?: readonly number[];
  /** Written before each number. */
  readonly prefix?: string;
}

/** A scheme that cannot number anything: a machine code and the field it is about. */
export class SchemeError extends Error {
  constructor(
    readonly code: "scheme.start" | "scheme.letters" | "scheme.prefix" | "scheme.count",
    readonly field: keyof Scheme,
  ) {
    super(code);
    this.name = "SchemeError";
  }
}

/** The v-th label of A … Z, AA … without the skipped letters; v from 1. */
export function letters(v: number, skip = ""): string {
  const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((c) => !skip.toUpperCase().includes(c));
  if (alphabet.length < 2) throw new SchemeError("scheme.letters", "skipLetters");
  let out = "";
  for (let rest = v; rest > 0; rest = Math.floor((rest - 1) / alphabet.length)) out = alphabet[(rest - 1) % alphabet.length]! + out;
  return out;
}

/** The first `n` whole numbers from `start` on that are not left out. */
export function numbersFrom(start: number, n: number, skip: readonly number[] = []): number[] {
  const out: number[] = [],
    without = new Set(skip);
  for (let v = start; out.length < n; v++) if (!without.has(v)) out.push(v);
  return out;
}

/** Where the next row goes on after n seats: behind the last number used, numbers left out included. */
export function nextStart(scheme: Scheme, n: number): number {
  const start = scheme.start ?? 1;
  if (n === 0) return start;
  const plain = scheme.kind === "left-to-right" || scheme.kind === "right-to-left";
  return plain ? numbersFrom(start, n, scheme.skipNumbers).at(-1)! + 1 : start + n;
}

/**
 * The printed numbers of n seats in walking order from the viewer's left. centre: index of the first seat to the right
 * of the centre aisle (for odd-even and even-odd). Every number is there once.
 */
export function numbersOf(scheme: Scheme, n: number, centre = Math.ceil(n / 2)): string[] {
  const start = scheme.start ?? 1,
    prefix = scheme.prefix ?? "";
  if (!Number.isInteger(start) || start < 1 || start > 100_000) throw new SchemeError("scheme.start", "start");
  if (prefix.length > 8 || prefix.trim() !== prefix) throw new SchemeError("scheme.prefix", "prefix");
  const mid = Math.min(n, Math.max(0, centre)),
    write = (v: number | string): string => `${prefix}${v}`;
  const plain = (): number[] => numbersFrom(start, n, scheme.skipNumbers);
  switch (scheme.kind) {
    case "left-to-right":
      return plain().map(write);
    case "right-to-left":
      return plain().reverse().map(write);
    case "odd-even":
      return Array.from({ length: n }, (_, i) => write(i < mid ? 2 * (mid - 1 - i + start) - 1 : 2 * (i - mid + start)));
    case "even-odd":
      return Array.from({ length: n }, (_, i) => write(i < mid ? 2 * (mid - 1 - i + start) : 2 * (i - mid + start) - 1));
    case "odd":
      return Array.from({ length: n }, (_, i) => write(2 * (start + i) - 1));
    case "even":
      return Array.from({ length: n }, (_, i) => write(2 * (start + i)));
    case "odd-back":
      return Array.from({ length: n }, (_, i) => write(2 * (start + n - 1 - i) - 1));
    case "even-back":
      return Array.from({ length: n }, (_, i) => write(2 * (start + n - 1 - i)));
    case "letters":
      return Array.from({ length: n }, (_, i) => write(letters(start + i, scheme.skipLetters)));
    case "letters-back":
      return Array.from({ length: n }, (_, i) => write(letters(start + n - 1 - i, scheme.skipLetters)));
  }
}

/** How rows are named from the front to the back. */
export interface RowScheme {
  readonly kind: "numbers" | "letters";
  readonly start?: number;
  readonly skipLetters?: string;
  readonly skipNumbers?: readonly number[];
  readonly prefix?: string;
  /** Written behind, "排" by default. */
  readonly suffix?: string;
  /** The last row has the first label. */
  readonly fromBack?: boolean;
}
export function rowLabels(scheme: RowScheme, n: number): string[] {
  const start = scheme.start ?? 1,
    suffix = scheme.suffix ?? "排",
    prefix = scheme.prefix ?? "";
  if (!Number.isInteger(start) || start < 1 || start > 100_000) throw new SchemeError("scheme.start", "start");
  const bare =
    scheme.kind === "letters"
      ? Array.from({ length: n }, (_, i) => letters(start + i, scheme.skipLetters))
      : numbersFrom(start, n, scheme.skipNumbers).map(String);
  const out = bare.map((v) => `${prefix}${v}${suffix}`);
  return scheme.fromBack === true ? out.reverse() : out;
}
