import { describe, expect, it } from "vitest";
import { en, zh } from "./messages.ts";
import { birth, checkDigit, formFaults, isUnder14, NOBODY, numberFault, phoneFault, nameFault, type Person } from "./people.ts";

const SAMPLES = ["11010519491231002X", "440524188001010014", "34052419800101001X"]; // published in GB 11643 and its reviews
const now = new Date("2026-11-22T00:00:00Z");

describe("documents, as the server checks them (GB 11643, RL-1)", () => {
  it.each(SAMPLES)("takes the published sample %s, also with blanks and a small x", (n) => {
    expect(numberFault("1", n, now)).toBeNull();
    expect(numberFault("1", ` ${n.slice(0, 6)} ${n.slice(6).toLowerCase()}`, now)).toBeNull();
  });
  it("refuses each changed digit of a sample", () => {
    for (let i = 0; i < 17; i++) {
      const digit = (Number(SAMPLES[0]![i]) + 1) % 10,
        bad = `${SAMPLES[0]!.slice(0, i)}${digit}${SAMPLES[0]!.slice(i + 1)}`;
      expect(numberFault("1", bad, now), `place ${i}`).not.toBeNull();
    }
  });
  it("names length, check digit and birth date apart", () => {
    const impossible = "11010519490230002";
    expect(["", "123", "110105194912310021", impossible + checkDigit(impossible)].map((n) => numberFault("1", n, now)?.key)).toEqual([
      "shop.bad.number",
      "shop.bad.length",
      "shop.bad.digit",
      "shop.bad.birth",
    ]);
  });
  it("knows the other kinds' forms", () => {
    expect(
      [
        ["2", "E12345678"],
        ["3", "H12345678"],
        ["4", "12345678"],
        ["5", "军字第12345号"],
      ].map(([k, n]) => numberFault(k!, n!, now)),
    ).toEqual([null, null, null, null]);
    expect(numberFault("3", "X12345678", now)).toEqual({ key: "shop.bad.form", params: { form: "shop.form.3" } });
  });
  it("counts fourteen years by the calendar (RL-14)", () => {
    const child: Person = { ...NOBODY, number: "37010119010203997" + "3" };
    expect(birth("1", "370101190102039973")?.toISOString()).toBe("1901-02-03T00:00:00.000Z");
    expect([isUnder14(child, new Date("1915-02-02T00:00:00Z")), isUnder14(child, new Date("1915-02-03T00:00:00Z"))]).toEqual([true, false]);
  });
});

describe("the form", () => {
  const person = (number: string): Person => ({ name: "张三", kind: "1", number, guardian: false });
  it("names every fault by the field's path", () => {
    const faults = formFaults([person(SAMPLES[0]!), { ...person(SAMPLES[0]!.toLowerCase()), name: "3号" }], "1380000", false, true, now);
    expect([...faults.keys()].sort()).toEqual(["consent", "people[1].name", "people[1].number", "phone"]);
    expect(faults.get("people[1].number")).toEqual({ key: "shop.bad.twice", params: { n: 1 } });
  });
  it("is content with a good one; the same document may name one order", () => {
    expect(formFaults([person(SAMPLES[0]!), person(SAMPLES[1]!)], "138 0000 1234", true, true, now).size).toBe(0);
    expect(formFaults([person(SAMPLES[0]!), person(SAMPLES[0]!)], "13800001234", true, false, now).size).toBe(0);
  });
  it("takes names of all peoples", () => {
    expect(["阿布都·热依木", "Anne-Marie O’Neil", "李"].map(nameFault)).toEqual([null, null, null]);
    expect(["", "R2D2", "<b>"].map((n) => nameFault(n)?.key)).toEqual(Array(3).fill("shop.bad.name"));
    expect(["+8613800001234", "+14155550100", "12345"].map((p) => phoneFault(p)?.key)).toEqual([undefined, undefined, "shop.bad.phone"]);
  });
});

it("every text of the shop is in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
