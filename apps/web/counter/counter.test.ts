import { expect, it } from "vitest";
import { en, zh } from "./messages.ts";
import { fen, readCard } from "./wire.ts";

it("reads yuan as integer 分 and nothing else", () => {
  expect(["280", "280.5", "0.05", "¥1,000", "1e3", "", "-1", "1.005"].map(fen)).toEqual([
    28_000,
    28_050,
    5,
    100_000,
    null,
    null,
    null,
    null,
  ]);
});
it("takes what card readers type", () => {
  expect(readCard("11010519491231002x")).toEqual({ name: null, number: "11010519491231002X" });
  expect(readCard("张三|男|11010519491231002X")).toEqual({ name: "张三", number: "11010519491231002X" });
  expect(readCard("李四 440524188001010014")).toEqual({ name: "李四", number: "440524188001010014" });
  expect([readCard("1101051949"), readCard("2110105194912310021")]).toEqual([null, null]);
});
it("every text of the counter is in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
