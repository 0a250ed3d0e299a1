import { expect, test } from "vitest";

type Words = Readonly<Record<string, string>>;
const modules = import.meta.glob<{ zh?: Words; en?: Words }>(["../**/messages.ts", "../**/*-messages.ts", "./*.ts", "!./*.test.ts"], { eager: true });

// All pages share one catalogue, and some join it late: the same key with other words would rename a page that stands.
test("no key of the back office has words of two modules", () => {
  const seen = new Map<string, { file: string; zh: string; en: string | undefined }>(), twice: string[] = [];
  for (const [file, { zh, en }] of Object.entries(modules)) {
    for (const [key, words] of Object.entries(zh ?? {})) {
      const before = seen.get(key);
      if (before !== undefined && (before.zh !== words || before.en !== en?.[key])) twice.push(`${key}: ${before.file} and ${file}`);
      seen.set(key, { file, zh: words, en: en?.[key] });
    }
  }
  expect(seen.size).toBeGreaterThan(500);
  expect(twice).toEqual([]);
});
