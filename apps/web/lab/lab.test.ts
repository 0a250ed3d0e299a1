import { describe, expect, it } from "vitest";
import { en, zh } from "./messages.ts";
import { byteCuts } from "./wire.ts";

describe("bytes and characters", () => {
  it("finds the characters that a server's byte range means", () => {
    const text = '{"名":"张😀","a":1}',
      bytes = new TextEncoder().encode(text),
      cuts = byteCuts(text),
      part = '"张😀"';
    const start = new TextDecoder().decode(bytes).indexOf(part),
      from = new TextEncoder().encode(text.slice(0, start)).length,
      size = new TextEncoder().encode(part).length;
    expect(text.slice(...cuts(from, from + size))).toBe(part);
    expect(text.slice(...cuts(0, bytes.length))).toBe(text);
  });
});
it("every text of the lab is in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
