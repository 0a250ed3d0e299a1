import { expect, test } from "vitest";
import { codeExpected, deliverCode, meantAsDocument, onPayCode, payCode } from "./code.ts";

test("codes are told by their beginning and length", () => {
  expect(payCode("134567890123456789")).toEqual({ kind: "wechat", code: "134567890123456789" });
  expect(payCode(" 281234567890123400\r")).toEqual({ kind: "alipay", code: "281234567890123400" });
  expect(payCode("3012345678901234")).toEqual({ kind: "alipay", code: "3012345678901234" });
  for (const none of [
    "1345678901234567",
    "163456789012345678",
    "241234567890123456",
    "31123456789012345",
    "",
    "11010519491231002X",
    "1345678901234567890123456",
  ])
    expect(payCode(none)).toBeNull();
});

test("a document with a wrong digit is none of them", () => {
  expect(meantAsDocument("110105194912310021", 2026)).toBe(true);
  expect(meantAsDocument("134567890123456789", 2026)).toBe(false);
  expect(meantAsDocument("110105204912310021", 2026)).toBe(false);
});

test("who began last gets the codes", () => {
  const got: string[] = [];
  expect(deliverCode("1")).toBe(false);
  const a = onPayCode({ first: () => false, take: (c) => got.push(`a${c}`) }),
    b = onPayCode({ first: () => true, take: (c) => got.push(`b${c}`) });
  expect(codeExpected()).toBe(true);
  deliverCode("2");
  b();
  expect(codeExpected()).toBe(false);
  deliverCode("3");
  a();
  expect(got).toEqual(["b2", "a3"]);
});
