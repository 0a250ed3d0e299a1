import { describe, expect, it } from "vitest";
import type { PriceZone } from "../lib/wire.ts";
import { parse, print, programOf, SAMPLES, withRule } from "./program.ts";

const zone = (no: number, price: number, kind: PriceZone["kind"] = "public"): PriceZone => ({
  no,
  name: `${no}`,
  letter: "A",
  color: "#000000",
  price,
  kind,
  seats: [],
  areas: [],
});

describe("price programs in the editor", () => {
  it("begins with the prices on sale, bounded around them, without work tickets", () => {
    const p = programOf("x", [zone(1, 68_000), zone(2, 5, "package"), zone(3, 100, "work")]);
    expect(p.zones).toEqual([
      { no: 1, base: 68_000, floor: 48_000, cap: 88_000 },
      { no: 2, base: 5, floor: 0, cap: 5 },
    ]);
    for (const z of p.zones) expect(z.floor <= z.base! && z.base! <= z.cap).toBe(true);
  });
  it("gives each added rule an id of its own and leaves the sample alone", () => {
    let p = programOf("x", [zone(1, 100)]);
    for (let i = 0; i < 3; i++) p = withRule(p, "full", "上座");
    expect(p.rules.map((r) => r.id)).toEqual(["full", "full-2", "full-3"]);
    p.rules[0]!.effect["amount"] = 1;
    expect(SAMPLES.full.effect["amount"]).toBe(2000);
  });
  it("reads back what it prints and takes only objects", () => {
    const p = withRule(programOf("x", [zone(1, 100)]), "rush", "热卖");
    expect(parse(print(p))).toEqual(p);
    for (const bad of ["", "[]", "null", "1", "{"]) expect(parse(bad)).toBeNull();
  });
});
