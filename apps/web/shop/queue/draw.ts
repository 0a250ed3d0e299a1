/** Where a buyer stands in a session's waiting room (GET and POST /shop/sessions/{id}/queue). */
export interface Standing {
  readonly state: "open" | "draw" | "waiting" | "admitted";
  readonly ticket?: string;
  readonly opensAt?: string;
  readonly index: number;
  readonly position?: number;
  readonly ahead: number;
  readonly came: number;
  readonly seconds?: number;
  readonly poll: number;
  readonly commitment?: string;
  readonly seed?: string;
  readonly drawn?: number;
  readonly pass?: string;
  readonly passUntil?: string;
  readonly passLeft?: number;
}

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (x) => Number.parseInt(x, 16));
const hex = (b: ArrayBuffer): string => Array.from(new Uint8Array(b), (x) => x.toString(16).padStart(2, "0")).join("");

/** The place from 0 that number i of n got by lot: the same permutation as the server's (modules/waiting, Draw). */
export async function drawPlace(seed: string, i: bigint, n: bigint): Promise<bigint> {
  const key = bytes(seed),
    bits = n > 1n ? (n - 1n).toString(2).length : 0,
    half = BigInt(Math.max(1, (bits + 1) >> 1)),
    mask = (1n << half) - 1n;
  for (;;) {
    let left = i >> half,
      right = i & mask;
    for (let round = 0; round < 8; round++) {
      const input = new Uint8Array(key.length + 9),
        view = new DataView(input.buffer);
      input.set(key);
      input[key.length] = round;
      view.setBigUint64(key.length + 1, right);
      const out = new DataView(await crypto.subtle.digest("SHA-256", input)).getBigUint64(0);
      [left, right] = [right, (left ^ out) & mask];
    }
    i = (left << half) | right;
    if (i < n) return i;
  }
}

/** Whether a place is the one that the seed gives, and the seed the one that was promised; null while it cannot be said. */
export async function checkPlace(s: Standing, promised: string | null): Promise<boolean | null> {
  if (s.seed === undefined || s.drawn === undefined || s.position === undefined) return null;
  const commitment = hex(await crypto.subtle.digest("SHA-256", bytes(s.seed)));
  if (commitment !== s.commitment || (promised !== null && promised !== commitment)) return false;
  const place = s.index < s.drawn ? await drawPlace(s.seed, BigInt(s.index), BigInt(s.drawn)) : BigInt(s.index);
  return place + 1n === BigInt(s.position);
}
