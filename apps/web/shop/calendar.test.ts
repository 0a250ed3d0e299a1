import { expect, it } from "vitest";
import { icsOf } from "./calendar.ts";

const evening = {
  uid: "x",
  title: "牡丹亭; 全本, 青春版",
  start: "2026-11-25T19:30:00+08:00",
  end: "2026-11-25T22:00:00+08:00",
  where: "池座大剧院 歌剧厅，北京市东城区示范大街 1 号",
  note: "池座 5排12座\n1号门",
  remind: 120,
};

it("an evening is an iCalendar event in UTC, escaped and folded (RFC 5545 3.1, 3.3.5, 3.3.11)", () => {
  const text = icsOf(evening, new Date("2026-11-22T02:00:00Z")),
    lines = text.split("\r\n");
  expect(lines.slice(0, 3)).toEqual(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Parterre//Shop//EN"]);
  expect(text).toContain("DTSTART:20261125T113000Z\r\nDTEND:20261125T140000Z");
  expect(text.replaceAll("\r\n ", "")).toContain("SUMMARY:牡丹亭\\; 全本\\, 青春版");
  expect(text.replaceAll("\r\n ", "")).toContain("DESCRIPTION:池座 5排12座\\n1号门");
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
});
