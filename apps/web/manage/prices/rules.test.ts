import { describe, expect, it } from "vitest";
import type { PriceZone, TicketMap } from "../lib/wire.ts";
import { priceIn } from "./kinds.tsx";
import { programOf, type Rule } from "./program.ts";
import {
  CONDITIONS,
  conditionsOf,
  differences,
  effectOf,
  EFFECTS,
  effectText,
  faultsOf,
  freshId,
  moved,
  sentence,
  startOf,
  without,
} from "./rules.ts";

const zone = (no: number, price: number, kind: PriceZone["kind"] = "public"): PriceZone => ({
  no,
  name: `${no} 区`,
  letter: "A",
  color: "#000000",
  price,
  kind,
  seats: [],
  areas: [],
});
const rule = (change: Partial<Rule> = {}): Rule => ({
  id: "r",
  name: "规则",
  when: {},
  effect: { kind: "percent", permille: 900 },
  ...change,
});

describe("rules in words", () => {
  const r = rule({
    when: { channels: ["counter"], ticketKinds: ["student"], occupancyPermille: { min: 500 }, minutesToShow: { max: 1440 } },
    effect: { kind: "step", amount: 2000, step: { of: "occupancyPermille", from: 500, every: 100, times: 4 } },
    stop: true,
  });
  it("says in Chinese and English what a rule does", () => {
    expect(sentence(r, [], "zh")).toBe(
      "当渠道为窗口，且票种为学生票，且距开演不到 1 天，且上座率不少于 50%：上座率超过 50% 后，每满 10%加 20 元，最多 4 次，之后的规则不再执行。",
    );
    expect(sentence(r, [], "en")).toBe(
      "when sold counter and ticket kind student and time to the show below 1 day and occupancy at least 50%: beyond 50% occupancy, plus ¥20 for each 10%, at most 4 times; later rules do not apply.",
    );
    expect(sentence(rule(), [], "zh")).toBe("任何时候：优惠 10%。");
    expect(effectText({ kind: "add", amount: -550 }, "zh")).toBe("减 5.50 元");
  });
  it("has words, a start and a way back for every condition and effect", () => {
    for (const c of CONDITIONS) {
      const with1 = rule({ when: startOf(c) });
      expect(conditionsOf(with1)).toEqual([c]);
      expect(without(with1, c).when).toEqual({});
      for (const lang of ["zh", "en"] as const) expect(sentence(with1, [zone(1, 100)], lang)).not.toMatch(/undefined|NaN|null/);
    }
    for (const k of EFFECTS) expect(effectText(effectOf(k, {}), "en")).not.toMatch(/undefined|NaN|no effect/);
  });
});

describe("rules in order", () => {
  const list = ["a", "b", "c"].map((id) => rule({ id }));
  it("moves one and keeps the others' order", () => {
    expect(moved(list, 0, 2).map((r) => r.id)).toEqual(["b", "c", "a"]);
    expect(moved(list, 2, 0).map((r) => r.id)).toEqual(["c", "a", "b"]);
    for (const [from, to] of [
      [-1, 0],
      [0, 3],
      [1, 1],
    ] as const)
      expect(moved(list, from, to)).toEqual(list);
  });
  it("finds the faults of one rule, not of its tenth neighbour", () => {
    const f = (path: string): { path: string; code: string; zh: string; en: string } => ({ path, code: "x", zh: "", en: "" });
    expect(faultsOf([f("rules[1].when"), f("rules[1]"), f("rules[10].id"), f("zones[1]")], 1).map((x) => x.path)).toEqual([
      "rules[1].when",
      "rules[1]",
    ]);
  });
  it("tells what a version changed", () => {
    const zones = [zone(1, 10_000)],
      a = { ...programOf("x", zones), rules: list },
      id = freshId(a, "a");
    expect(id).toBe("a-2");
    const b = {
      ...a,
      zones: [{ ...a.zones[0]!, cap: 20_000 }],
      rules: [list[2]!, { ...list[0]!, effect: { kind: "add", amount: 100 } }, rule({ id, name: "新" })],
    };
    expect(differences(a, b, zones, "zh").map((d) => `${d.kind} ${d.what}`)).toEqual([
      "moved 规则",
      "changed 规则",
      "added 新",
      "removed 规则",
      "changed A 1 区",
    ]);
    expect(differences(a, a, zones, "zh")).toEqual([]);
  });
});

describe("the price of a kind", () => {
  const map = {
    zones: [zone(1, 68_000), zone(2, 100, "work")],
    kinds: [
      { code: "student", permille: 505 },
      { code: "child", permille: 500, channels: ["counter"] },
    ],
    prices: [{ zone: 1, channel: "counter", kind: "full", price: 60_000 }],
  } as unknown as TicketMap;
  it("is a share of its channel's full price in whole yuan, as the server computes it", () => {
    expect(priceIn(map, 1, "online", "student")).toBe(34_300);
    expect(priceIn(map, 1, "counter", "full")).toBe(60_000);
    expect(priceIn(map, 1, "counter", "student")).toBe(30_300);
    expect(priceIn(map, 1, "online", "child")).toBeNull();
    expect(priceIn(map, 2, "online", "student")).toBeNull();
  });
});
