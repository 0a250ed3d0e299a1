import type { Language } from "./i18n.ts";

/** A place as tickets name it. A standing place has neither row nor number. */
export interface PlaceName {
  readonly level: string;
  readonly section: string;
  readonly row: string;
  readonly number: string;
}

const NUMERALS: Readonly<Record<string, string>> = {
  一: "1",
  二: "2",
  三: "3",
  四: "4",
  五: "5",
  六: "6",
  七: "7",
  八: "8",
  九: "9",
  十: "10",
};
const n = (x: string): string => NUMERALS[x] ?? x,
  N = "([一二三四五六七八九十]|\\d+)";
/** The trade's usual words in names of levels, sections, rows, zones and doors; what stands first is tried first. */
const TERMS: readonly (readonly [RegExp, (m: RegExpExecArray) => string])[] = [
  [new RegExp(`^${N}(?:楼|层)`), (m) => `Level ${n(m[1]!)}`],
  [new RegExp(`^${N}档`), (m) => `Zone ${n(m[1]!)}`],
  [new RegExp(`^([A-Za-z]?\\d+|[A-Za-z]|[一二三四五六七八九十])区`), (m) => `Block ${n(m[1]!)}`],
  [new RegExp(`^第?${N}排`), (m) => `Row ${n(m[1]!)}`],
  [/^([A-Za-z]+)排/, (m) => `Row ${m[1]!}`],
  [new RegExp(`^${N}号?(?:圆|长|方)?桌`), (m) => `Table ${n(m[1]!)}`],
  [/^([A-Za-z]+\d*)号?桌/, (m) => `Table ${m[1]!}`],
  [new RegExp(`^${N}号?包厢`), (m) => `Box ${n(m[1]!)}`],
  [new RegExp(`^${N}号?(?:检票)?(?:门|口)`), (m) => `Gate ${n(m[1]!)}`],
  [new RegExp(`^${N}号?通道`), (m) => `Aisle ${n(m[1]!)}`],
  [new RegExp(`^${N}号?看台`), (m) => `Stand ${n(m[1]!)}`],
  ...Object.entries({
    舞台: "Stage",
    银幕: "Screen",
    池座: "Stalls",
    楼座: "Balcony",
    乐池: "Orchestra pit",
    内场: "Floor",
    外场: "Outer stand",
    看台: "Stand",
    站席: "Standing",
    站区: "Standing",
    包厢: "Box",
    包间: "Box",
    贵宾: "VIP",
    主席台: "Tribune",
    嘉宾: "Guests",
    情侣座: "Couple seats",
    散座: "Seats",
    卡座: "Booth",
    圆桌: "Round table",
    圆桌区: "Tables",
    桌区: "Tables",
    无障碍: "Accessible",
    入口: "entrance",
    通道: "aisle",
    厅门: "door",
    检票口: "gate",
    左侧: "Left",
    右侧: "Right",
    中区: "Centre",
    前区: "Front",
    后区: "Rear",
    左区: "Left",
    右区: "Right",
    东北: "North-east",
    东南: "South-east",
    西北: "North-west",
    西南: "South-west",
    东: "East",
    南: "South",
    西: "West",
    北: "North",
    左: "Left",
    右: "Right",
    前: "Front",
    后: "Rear",
    中: "Centre",
    上: "Upper",
    下: "Lower",
    区: "Block",
    排: "Row",
    桌: "Table",
    座: "Seat",
    门: "Gate",
    侧: "side",
    厅: "Hall",
  })
    .sort((a, b) => b[0].length - a[0].length)
    .map(([zh, en]) => [new RegExp(`^${zh}`), () => en] as const),
  [/^[\s·・\-–/]+/, () => ""],
  [/^[A-Za-z0-9.()&+]+/, (m) => m[0]],
];

/** A name of a hall's part in English where all of it is made of usual words; else as it is: half a translation helps nobody. */
export function termEn(name: string): string {
  const out: string[] = [];
  for (let rest = name; rest !== "";) {
    const found = TERMS.map(([pattern, word]) => ({ m: pattern.exec(rest), word })).find((f) => f.m !== null);
    if (found === undefined) return name;
    const word = found.word(found.m!);
    if (word !== "") out.push(word);
    rest = rest.slice(found.m![0].length);
  }
  return out.join(" ");
}
export const term = (name: string, lang: Language): string => (lang === "en" && /[\u3400-\u9fff]/.test(name) ? termEn(name) : name);

/** A place in words: "池座 5排12座", as printed on the ticket, or "Stalls, Row 5, Seat 12". */
export function placeText(p: PlaceName, lang: Language): string {
  const row = p.row.replace(/排$/, ""),
    standing = p.row === "" && p.number === "",
    named = /[\u3400-\u9fff]$/.test(row);
  const head = p.level !== "" && p.level !== p.section ? [p.level, p.section] : [p.section];
  if (lang === "zh")
    return [...head, standing ? "站席" : `${row}${named || row === "" ? "" : "排"}${p.number}座`].filter((x) => x !== "").join(" ");
  const en = head.filter((x) => x !== "").map(termEn),
    words = standing ? ["Standing"] : [...(row === "" ? [] : [named ? termEn(row) : `Row ${row}`]), `Seat ${p.number}`];
  return [...en, ...words.filter((w) => !en.includes(w))].join(", ");
}

/** The same of a place that came in words: "楼座 左区 5排12座" is "Balcony, Left Block, Row 5, Seat 12". */
export function placeWords(text: string, lang: Language): string {
  if (lang === "zh") return text;
  return text
    .split(" ")
    .map((word) => {
      const m = /^(.*\D)(\d+)座$/.exec(word);
      return m === null ? termEn(word) : `${termEn(m[1]!)}, Seat ${m[2]!}`;
    })
    .join(", ");
}
