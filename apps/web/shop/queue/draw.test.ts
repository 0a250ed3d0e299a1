import { describe, expect, it } from "vitest";
import { checkPlace, drawPlace } from "./draw.ts";

// SHA-256 of "seed"; the places are those of modules/waiting's own test.
const seed = "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b";

describe("the draw", () => {
  it("gives every number another place", async () => {
    const all = new Set<bigint>();
    for (let i = 0n; i < 50n; i++) all.add(await drawPlace(seed, i, 50n));
    expect(all.size).toBe(50);
    expect([...all].every((p) => p >= 0n && p < 50n)).toBe(true);
  });
  it("agrees with the server", async () => {
    const a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"; // SHA-256 of "a"
    expect([await drawPlace(a, 0n, 1000n), await drawPlace(a, 1n, 1000n), await drawPlace(a, 999n, 1000n)]).toEqual([973n, 422n, 120n]);
  });
  it("refuses a place or a seed that was not promised", async () => {
    const commitment = Array.from(
      new Uint8Array(
        await crypto.subtle.digest(
          "SHA-256",
          Uint8Array.from(seed.match(/../g)!, (x) => Number.parseInt(x, 16)),
        ),
      ),
      (x) => x.toString(16).padStart(2, "0"),
    ).join("");
    const position = Number(await drawPlace(seed, 3n, 10n)) + 1;
    const s = { state: "waiting" as const, index: 3, ahead: 0, came: 10, poll: 2, seed, drawn: 10, commitment, position };
    expect(await checkPlace(s, commitment)).toBe(true);
    expect(await checkPlace({ ...s, position: position === 10 ? 9 : position + 1 }, commitment)).toBe(false);
    expect(await checkPlace(s, "00")).toBe(false);
  });
});
