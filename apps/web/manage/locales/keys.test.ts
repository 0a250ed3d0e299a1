import { expect, test } from "vitest";
import { enPrices, zhPrices } from "./prices.ts";

type Words = Readonly<Record<string, string>>;
const modules = import.meta.glob<{ zh?: Words; en?: Words }>(["../**/messages.ts", "../**/*-messages.ts", "./*.ts", "!./*.test.ts"], {
  eager: true,
});

// All pages share one catalogue, and some join it late: the same key with other words would rename a page that stands.
test("no key of the back office has words of two modules", () => {
  const seen = new Map<string, { file: string; zh: string; en: string | undefined }>(),
    twice: string[] = [];
  for (const [file, { zh, en = modules["./en.ts"]?.en }] of Object.entries(modules)) {
    for (const [key, words] of Object.entries(zh ?? {})) {
      const before = seen.get(key);
      if (before !== undefined && (before.zh !== words || before.en !== en?.[key])) twice.push(`${key}: ${before.file} and ${file}`);
      seen.set(key, { file, zh: words, en: en?.[key] });
    }
  }
  expect(seen.size).toBeGreaterThan(500);
  expect(twice).toEqual([]);
});

// The catalogue of all pages is a file a topic: what a spread would silently overwrite, or leave out, is found here.
test("each key of the common catalogue stands in one topic, in both languages", () => {
  const topics = Object.entries(modules).filter(([file]) => file.startsWith("./") && !/\/(?:zh|en|prices)\.ts$/.test(file));
  expect(topics.length).toBeGreaterThan(10);
  for (const [file, { zh, en }] of topics) expect(Object.keys(en ?? {}), file).toEqual(Object.keys(zh ?? {}));
  for (const [lang, whole, prices] of [
    ["zh", modules["./zh.ts"]!.zh!, zhPrices],
    ["en", modules["./en.ts"]!.en!, enPrices],
  ] as const) {
    const all = [...topics.flatMap(([, m]) => Object.entries(m[lang]!)), ...Object.entries(prices)];
    expect(all.length).toBe(Object.keys(whole).length);
    expect(Object.fromEntries(all)).toEqual(whole);
  }
});
