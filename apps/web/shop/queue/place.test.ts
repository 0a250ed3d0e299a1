import { describe, expect, it } from "vitest";
import { after, worthSaying } from "./place.ts";

describe("a place in line", () => {
  it("is kept over answers, and the promise is the one told before the draw (SEC-ASVS-2.4.1)", () => {
    const joined = after({}, { state: "draw", ticket: "T", commitment: "aa", ahead: 0 }, 0);
    expect(joined).toEqual({ ticket: "T", promised: "aa" });
    const waiting = after(joined, { state: "waiting", ticket: "T", commitment: "bb", ahead: 40 }, 0);
    expect(waiting).toEqual({ ticket: "T", promised: "aa", first: 40 });
    expect(after(waiting, { state: "waiting", ticket: "T", commitment: "bb", ahead: 7 }, 0).first).toBe(40);
  });
  it("turns into a pass that ends by this machine's clock, whatever the server's says", () => {
    expect(after({ ticket: "T" }, { state: "admitted", ticket: "T", ahead: 0, pass: "P", passLeft: 90 }, 1_000)).toEqual({
      ticket: "T",
      pass: "P",
      endsAt: 91_000,
    });
    expect(after({ ticket: "T", promised: "aa" }, { state: "open", ahead: 0 }, 0)).toEqual({});
  });
  it("is said aloud when it matters", () => {
    const w = (ahead: number): { state: string; ahead: number } => ({ state: "waiting", ahead });
    expect([
      worthSaying(null, w(900)),
      worthSaying(w(900), w(899)),
      worthSaying(w(900), w(600)),
      worthSaying(w(513), w(511)),
      worthSaying(w(6), w(5)),
      worthSaying(w(5), w(5)),
      worthSaying(w(3), { state: "admitted", ahead: 0 }),
    ]).toEqual([true, false, true, true, true, false, true]);
  });
});
