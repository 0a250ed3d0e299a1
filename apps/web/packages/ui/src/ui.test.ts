import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ApiProblem } from "@parterre/api";
import { geometryOf, mapModel } from "@parterre/planrender";
import { sampleTheatre } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import * as format from "./format.ts";
import { addMessages, translate } from "./i18n.ts";
import { showProblem } from "./problem.ts";
import { insidePath, matchPath } from "./router.tsx";
import { listMove, rowGroups, sectionGroups } from "./seatlist.ts";
import { currentItem } from "./components/shell.tsx";
import { keyName, Shortcuts, type KeyLike } from "./shortcuts.ts";
import { TOKENS } from "./tokens.ts";

describe("texts", () => {
  // Every locales/zh.ts of the workspace has a twin en.ts with the same keys and the same places to fill.
  const load = (lang: string): Record<string, Record<string, Record<string, string>>> =>
    (lang === "zh"
      ? import.meta.glob(["../../../{packages,manage,counter,shop,gate,lab}/**/locales/zh.ts", "!**/node_modules/**"], { eager: true })
      : import.meta.glob(["../../../{packages,manage,counter,shop,gate,lab}/**/locales/en.ts", "!**/node_modules/**"], {
          eager: true,
        })) as never;
  // A page may keep both languages in one messages.ts, exporting zh and en.
  const both = import.meta.glob(["../../../{manage,counter,shop,gate,lab}/**/*messages.ts", "!**/node_modules/**"], {
    eager: true,
  }) as Record<string, Record<string, Record<string, string>>>;
  const zh = { ...load("zh"), ...both },
    en = { ...load("en"), ...both };
  it("exist in pairs", () => {
    expect(Object.keys(zh).length).toBeGreaterThan(0);
    expect(Object.keys(en)).toEqual(Object.keys(zh).map((f) => f.replace(/zh\.ts$/, "en.ts")));
  });
  it.each(Object.keys(zh))("%s has the same keys and places in both languages", (file) => {
    const a = zh[file]!["zh"]!,
      b = en[file.replace(/zh\.ts$/, "en.ts")]!["en"]!;
    const places = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1]!))].sort();
    expect(Object.keys(b).sort()).toEqual(Object.keys(a).sort());
    for (const key of Object.keys(a)) {
      expect(a[key], key).not.toBe("");
      expect(b[key], key).not.toBe("");
      expect(places(b[key]!), key).toEqual(places(a[key]!));
      expect(/[\u4e00-\u9fff]/.test(b[key]!) && key !== "language.switch", `${key} is Chinese in English`).toBe(false);
    }
  });
  it("has no key that the code uses and nobody wrote", () => {
    const sources = import.meta.glob(
      ["../../../{packages/ui,manage,counter,shop,gate,lab}/**/*.{ts,tsx}", "!**/node_modules/**", "!**/*.test.ts"],
      { eager: true, query: "?raw", import: "default" },
    ) as Record<string, string>;
    const known = new Set(Object.values(zh).flatMap((m) => Object.keys(m["zh"]!)));
    const used = Object.values(sources).flatMap((text) => [...text.matchAll(/\b(?:text|t)\("([a-z][\w.-]*)"/g)].map((m) => m[1]!));
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((key) => !known.has(key))).toEqual([]);
  });
  it("fills places and chooses by number", () => {
    expect(translate("en", "errors.count", { n: 1 })).toBe("1 field needs a change");
    expect(translate("en", "errors.count", { n: 3 })).toBe("3 fields need a change");
    expect(translate("zh", "errors.count", { n: 3 })).toBe("有 3 处需要修改");
    expect(translate("zh", "no.such.key")).toBe("no.such.key");
    addMessages({ zh: { "test.x": "测" }, en: { "test.x": "T" } });
    expect([translate("zh", "test.x"), translate("en", "test.x")]).toEqual(["测", "T"]);
  });
});

describe("tokens", () => {
  const css = readFileSync(new URL("./styles/base.css", import.meta.url), "utf8");
  it.each([
    ["light", ":root"],
    ["dark", '[data-theme="dark"]'],
  ] as const)("%s are the same in CSS and code", (name, selector) => {
    const block = css.slice(css.indexOf(`${selector} {`), css.indexOf("}", css.indexOf(`${selector} {`)));
    const found = Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
    expect(found).toEqual(TOKENS[name]);
  });
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5]
      .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number =>
    (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  it.each(["light", "dark"] as const)("%s text has a contrast of 4.5:1", (name) => {
    const c = TOKENS[name];
    const pairs: [string, string][] = [
      [c.ink, c.paper],
      [c.ink, c.ground],
      [c.quiet, c.paper],
      [c.quiet, c.ground],
      [c["on-accent"], c.accent],
      [c["on-accent"], c["accent-press"]],
      [c.info, c.paper],
      [c.danger, c.paper],
    ];
    for (const tone of ["success", "warning", "danger", "info"] as const) pairs.push([c.ink, c[`${tone}-soft`]]);
    // Success, warning, danger and info are marks; text in a note is ink.
    for (const tone of ["success", "warning", "danger", "info"] as const)
      expect(contrast(c[tone], c[`${tone}-soft`]), tone).toBeGreaterThanOrEqual(3);
    for (const [a, b] of pairs) expect(contrast(a, b), `${a} on ${b}`).toBeGreaterThanOrEqual(4.5);
  });
});

describe("format", () => {
  it.each([
    [28_000, "whole", "¥280"],
    [28_000, "full", "¥280.00"],
    [28_050, "whole", "¥280.50"],
    [5, "whole", "¥0.05"],
    [-8_736_000, "whole", "-¥87,360"],
    [123_456_789, "full", "¥1,234,567.89"],
  ] as const)("price %i %s is %s", (fen, style, want) => {
    expect(format.price(fen, style)).toBe(want);
  });
  it("refuses what is no integer 分, and keeps one style on a page", () => {
    expect(() => format.price(0.5)).toThrow(RangeError);
    expect(format.priceStyle([28_000, 38_000])).toBe("whole");
    expect(format.priceStyle([28_000, 38_050])).toBe("full");
  });
  it("writes any price so that it reads back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (fen) => {
        expect(Math.round(Number(format.price(fen, "full").replace(/[¥,]/g, "")) * 100)).toBe(fen === 0 ? 0 : fen);
      }),
    );
  });
  it("writes dates in the venue's zone", () => {
    const at = "2026-11-23T11:30:00Z";
    expect(format.dateTime(at, "zh")).toBe("11月23日 周一 19:30");
    expect(format.dateTime(at, "en")).toBe("Mon 23 Nov 19:30");
    expect(format.date(at, "zh", { now: new Date("2027-01-02T00:00:00Z") })).toBe("2026年11月23日 周一");
    expect(format.date("2026-12-31T16:30:00Z", "zh", { now: new Date("2027-01-02T00:00:00Z") })).toBe("1月1日 周五");
    expect(format.time("2026-11-22T16:05:00Z")).toBe("00:05");
  });
  it("masks people", () => {
    expect(format.maskDocument("11010519491231002X")).toBe("110105********002X");
    expect(format.maskDocument("E12345678")).toBe("E1*****78");
    expect(["张三", "欧阳娜娜", "张", ""].map(format.maskName)).toEqual(["张*", "欧***", "张*", ""]);
    expect(format.maskPhone("13800001234")).toBe("138****1234");
  });
  it("counts down and never below zero; a share is never rounded up", () => {
    expect([245, 59.9, -3].map(format.countdown)).toEqual(["4:05", "0:59", "0:00"]);
    expect([format.percent(0.8599), format.percent(0.85), format.count(60_000)]).toEqual(["85.9%", "85.0%", "60,000"]);
  });
});

describe("problems", () => {
  it("show the server's sentence in the person's language, fields and the number for support", () => {
    const p = new ApiProblem(422, {
      code: "sales.bad_name",
      zh: "姓名有误",
      en: "The name is wrong",
      requestId: "r-1",
      fields: [{ path: "people[0].name", code: "core.required", zh: "必填", en: "Required" }],
    });
    expect(showProblem(p, "en")).toEqual({ text: "The name is wrong", fields: { "people[0].name": "Required" }, id: "r-1", retry: false });
    expect(showProblem(p, "zh").text).toBe("姓名有误");
  });
  it("never show the text of an exception", () => {
    for (const e of [
      new Error("select * from secrets"),
      "boom",
      null,
      new TypeError("Failed to fetch"),
      new DOMException("x", "TimeoutError"),
      new ApiProblem(500, { detail: "pq: secret" }),
    ]) {
      expect(showProblem(e, "en").text).not.toMatch(/secret|boom|Failed/);
      expect(showProblem(e, "zh").text).toMatch(/[\u4e00-\u9fff]/);
    }
  });
  it("has words for a status it does not know", () => expect(showProblem(new ApiProblem(418, {}), "zh").text).toContain("418"));
});

describe("shortcuts", () => {
  const key = (k: string, mods: Partial<KeyLike> = {}): KeyLike => ({
    key: k,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...mods,
  });
  it("names keys", () => {
    expect(
      [
        key("z", { ctrlKey: true }),
        key("Z", { metaKey: true, shiftKey: true }),
        key("?", { shiftKey: true }),
        key(" "),
        key("F2", { altKey: true }),
      ].map(keyName),
    ).toEqual(["ctrl+z", "ctrl+shift+z", "?", "Space", "alt+F2"]);
  });
  it("run, but not while one types, unless they are function keys", () => {
    const s = new Shortcuts(),
      ran: string[] = [];
    const stop = s.add(
      { id: "a", keys: "1", label: "x", run: () => ran.push("a") },
      { id: "b", keys: "F2", label: "x", run: () => ran.push("b") },
      { id: "c", keys: "c", label: "x", run: () => ran.push("c"), enabled: () => false },
    );
    expect([
      s.press(key("1"), false),
      s.press(key("1"), true),
      s.press(key("F2"), true),
      s.press(key("c"), false),
      s.press(key("q"), false),
    ]).toEqual([true, false, true, false, false]);
    expect(ran).toEqual(["a", "b"]);
    expect(() => s.add({ id: "d", keys: "F2", label: "x", run: () => {} })).toThrow(/taken/);
    stop();
    expect(s.list()).toEqual([]);
  });
});

describe("router", () => {
  it("matches and decodes", () => {
    expect(matchPath("/orders/:id", "/orders/a%20b")).toEqual({ id: "a b" });
    expect(matchPath("/orders/:id", "/orders")).toBeNull();
    expect(matchPath("/orders/:id", "/orders/%zz")).toBeNull();
    expect(matchPath("/", "/")).toEqual({});
    expect([insidePath("/shop/", "/shop"), insidePath("/shop/orders/", "/shop"), insidePath("/shop", "/shop")]).toEqual([
      "/",
      "/orders",
      "/",
    ]);
  });
});

describe("seat list", () => {
  const model = mapModel(sampleTheatre(), geometryOf(sampleTheatre())),
    states = new Uint8Array(model.seats.count);
  states.fill(2, 0, 10);
  it("holds every seat once", () => {
    const ranks = sectionGroups(model, states).flatMap((s) => rowGroups(model, s, states).flatMap((r) => r.ranks));
    expect(ranks.sort((a, b) => a - b)).toEqual(Array.from({ length: model.seats.count }, (_, i) => i));
  });
  it("counts free seats and walks along a row by place", () => {
    const sections = sectionGroups(model, states);
    expect(sections[0]).toMatchObject({ label: "池座", free: sections[0]!.ranks.length - 10 });
    const row = rowGroups(model, sections[0]!, states)[0]!;
    expect(row.label).toBe("1排");
    const numbers = row.ranks.map((r) => Number(model.seats.numbers[r]));
    expect(numbers.slice(0, 2)).toEqual([25, 23]);
    expect(numbers.slice(-2)).toEqual([24, 26]);
  });
  it("moves by arrows, ends and typed letters", () => {
    const labels = ["1排", "2排", "10排"];
    expect(["ArrowDown", "ArrowUp", "Home", "End", "1", "x", "Tab"].map((k) => listMove(k, 0, labels))).toEqual([1, 0, 0, 2, 2, -1, -1]);
    expect(listMove("ArrowDown", 0, [])).toBe(-1);
  });
});

it("marks one entry of the navigation: the longest address that fits, or the section a page belongs to", () => {
  const nav = [
    { to: "/", label: "a" },
    { to: "/shows", label: "b", under: ["/sessions"] },
    { to: "/orders", label: "c", under: ["/sessions/late"] },
  ];
  const at = (path: string): string | undefined => currentItem(nav, path)?.to;
  expect([
    at("/"),
    at("/shows"),
    at("/shows/1/edit"),
    at("/sessions/1"),
    at("/sessions/late/2"),
    at("/showstopper"),
    at("/elsewhere"),
  ]).toEqual(["/", "/shows", "/shows", "/shows", "/orders", undefined, undefined]);
});
