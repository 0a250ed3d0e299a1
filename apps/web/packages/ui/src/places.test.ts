import { describe, expect, it } from "vitest";
import { placeText, placeWords, termEn } from "./places.ts";

describe("names of places", () => {
  it("are in Chinese as the ticket prints them", () => {
    expect(placeText({ level: "池座", section: "池座", row: "5", number: "12" }, "zh")).toBe("池座 5排12座");
    expect(placeText({ level: "二楼", section: "左区", row: "5排", number: "12" }, "zh")).toBe("二楼 左区 5排12座");
    expect(placeText({ level: "", section: "圆桌区", row: "3号桌", number: "2" }, "zh")).toBe("圆桌区 3号桌2座");
    expect(placeText({ level: "一层", section: "站席A区", row: "", number: "" }, "zh")).toBe("一层 站席A区 站席");
  });
  it("are in English in the trade's words", () => {
    expect(placeText({ level: "池座", section: "池座", row: "5排", number: "12" }, "en")).toBe("Stalls, Row 5, Seat 12");
    expect(placeText({ level: "二楼", section: "左侧包厢", row: "左1包厢", number: "2" }, "en")).toBe(
      "Level 2, Left Box, Left Box 1, Seat 2",
    );
    expect(placeText({ level: "一层", section: "圆桌区", row: "3号桌", number: "2" }, "en")).toBe("Level 1, Tables, Table 3, Seat 2");
    expect(placeText({ level: "一层", section: "站席A区", row: "", number: "" }, "en")).toBe("Level 1, Standing Block A, Standing");
  });
  it("are read from words as well", () => {
    expect(["池座 5排12座", "二楼 左侧包厢 左1包厢2座", "一层 站席A区 站席"].map((p) => placeWords(p, "en"))).toEqual([
      "Stalls, Row 5, Seat 12",
      "Level 2, Left Box, Left Box 1, Seat 2",
      "Level 1, Standing Block A, Standing",
    ]);
    expect(placeWords("池座 5排12座", "zh")).toBe("池座 5排12座");
  });
  it("stay as they are where a word is not the trade's", () => {
    expect(["一档", "3号门", "东看台", "112区", "VIP区", "玉兰厅", "Gate 4"].map(termEn)).toEqual([
      "Zone 1",
      "Gate 3",
      "East Stand",
      "Block 112",
      "VIP Block",
      "玉兰厅",
      "Gate 4",
    ]);
  });
});
