/**
 * The frames and texts of identity card readers, as integrations/reader has them in Go: both read the same vectors
 * (integrations/reader/testdata/vectors.json). A provisional profile from published material.
 */
export interface Card {
  readonly kind: string;
  readonly name: string;
  readonly number: string;
  /** YYYYMMDD, 长期, or "" when it is not known. */ readonly until: string;
}

const PREAMBLE = [0xaa, 0xaa, 0xaa, 0x96, 0x69],
  MIN = 3,
  MAX = 0x0fff;
export const COMMANDS = { reset: 0x10ff, check: 0x11ff, sam: 0x12ff, find: 0x2001, select: 0x2002, read: 0x3001 } as const;
export const STATUS = { ok: 0x90, found: 0x9f, noCard: 0x80 } as const;

const xor = (bytes: Uint8Array): number => bytes.reduce((sum, b) => sum ^ b, 0);

export function frame(body: readonly number[] | Uint8Array): Uint8Array {
  const n = body.length + 1,
    out = new Uint8Array(PREAMBLE.length + 2 + n);
  out.set(PREAMBLE);
  out.set([n >> 8, n & 255], PREAMBLE.length);
  out.set(body, PREAMBLE.length + 2);
  out[out.length - 1] = xor(out.subarray(PREAMBLE.length, -1));
  return out;
}
export const command = (c: number): Uint8Array => frame([c >> 8, c & 255]);

/** Finds frames in a stream, skips what is none. next(): a body, "more" when bytes are missing, "checksum" when a frame was dropped. */
export class Scanner {
  private rest: Uint8Array = new Uint8Array(0);
  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    this.rest.fill(0);
    this.rest = all;
  }
  reset(): void {
    this.rest.fill(0);
    this.rest = new Uint8Array(0);
  }
  next(): Uint8Array | "more" | "checksum" {
    for (;;) {
      const b = this.rest;
      let at = 0;
      while (at < b.length && !PREAMBLE.every((p, i) => at + i >= b.length || b[at + i] === p)) at++;
      this.drop(at);
      const now = this.rest;
      if (now.length < PREAMBLE.length + 2) return "more";
      const n = (now[5]! << 8) | now[6]!;
      if (n < MIN || n > MAX) {
        this.drop(1);
        continue;
      }
      if (now.length < 7 + n) return "more";
      if (xor(now.subarray(5, 7 + n)) !== 0) {
        this.drop(1);
        return "checksum";
      }
      const body = now.slice(7, 7 + n - 1);
      this.drop(7 + n);
      return body;
    }
  }
  /** Takes bytes off the front; what is freed is overwritten: it may be what a card said. */
  private drop(n: number): void {
    if (n === 0) return;
    const kept = this.rest.slice(n);
    this.rest.fill(0);
    this.rest = kept;
  }
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** Whether a number of 18 characters passes GB 11643 (ISO 7064 MOD 11-2) and names a real date. */
export function checks18(n: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(n) || "10X98765432"[WEIGHTS.reduce((sum, w, i) => sum + w * Number(n[i]), 0) % 11] !== n[17]) return false;
  const [y, m, d] = [n.slice(6, 10), n.slice(10, 12), n.slice(12, 14)].map(Number) as [number, number, number],
    date = new Date(Date.UTC(y, m - 1, d));
  return date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
}
/** The kind of document that a number of 18 characters belongs to (identity.Kinds). */
export const kindOf18 = (n: string): string => (/^8[123]0000/.test(n) ? "6" : n.startsWith("9") ? "7" : "1");

const NUMBER: Readonly<Record<string, RegExp>> = {
  1: /^[1-9]\d{16}[\dX]$/,
  6: /^8[123]\d{15}[\dX]$/,
  7: /^(9\d{16}[\dX]|[A-Z]{3}\d{12})$/,
};
const date8 = (s: string): boolean => {
  const [y, m, d] = [s.slice(0, 4), s.slice(4, 6), s.slice(6, 8)].map(Number) as [number, number, number],
    at = new Date(Date.UTC(y, m - 1, d));
  return /^\d{8}$/.test(s) && at.getUTCMonth() === m - 1 && at.getUTCDate() === d;
};

/** The text of a card (256 bytes, UTF-16 low byte first), or null when it is not as its kind lays it out. */
export function parseText(b: Uint8Array): Card | null {
  if (b.length !== 256) return null;
  const flag = b[248] === 0 ? " " : String.fromCharCode(b[248]!);
  if (!" JIY".includes(flag) || b[249] !== 0) return null;
  let bad = false;
  const text = (...spans: readonly (readonly [number, number])[]): string => {
    let s: string;
    try {
      const joined = new Uint8Array(spans.flatMap(([at, len]) => [...b.subarray(at, at + len)]));
      s = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true }).decode(joined).replace(/[ \0]+$/, "");
    } catch {
      s = "\u0007";
    }
    if (/\p{Cc}|\uFFFD/u.test(s)) bad = true;
    return s;
  };
  const cn = flag === "I" ? text([158, 30]) : text([0, 30]),
    latin = flag === "I" ? text([0, 120]) : flag === "Y" ? text([52, 70], [220, 22]) : "";
  const number = flag === "I" ? text([122, 30]) : text([122, 36]),
    until = text([204, 16]),
    from = text([188, 16]),
    kind = { " ": "1", J: "6", I: "7", Y: "7" }[flag]!;
  const name = cn !== "" ? cn : latin;
  if (bad || name === "" || !date8(from) || (until !== "长期" && !date8(until))) return null;
  if (NUMBER[kind]!.test(number) === false || (number.length === 18 && !checks18(number))) return null;
  return { kind, name, number, until };
}

/** The card in the body of a good answer to read; the photo is overwritten, not looked at. */
export function parseRead(body: Uint8Array): Card | null {
  if (body.length < 7 || body[2] !== STATUS.ok) return null;
  const words = (body[3]! << 8) | body[4]!,
    photo = (body[5]! << 8) | body[6]!;
  if (words !== 256 || body.length !== 7 + words + photo) return null;
  const card = parseText(body.subarray(7, 7 + words));
  body.fill(0);
  return card;
}
