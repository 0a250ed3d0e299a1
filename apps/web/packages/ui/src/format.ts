import type { Language } from "./i18n.ts";

/**
 * A price from integer 分. "whole" writes ¥280 and falls back to two places when there are 分 to show; "full" always
 * writes ¥280.00. A page uses one of them throughout: pick with priceStyle() over all its prices.
 */
export function price(fen: number, style: "whole" | "full" = "whole"): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`not an amount in 分: ${fen}`);
  const sign = fen < 0 ? "-" : "",
    abs = Math.abs(fen);
  const yuan = String(Math.floor(abs / 100)).replace(/\B(?=(\d{3})+(?!\d))/g, ","),
    rest = abs % 100;
  return `${sign}¥${yuan}${style === "full" || rest !== 0 ? `.${String(rest).padStart(2, "0")}` : ""}`;
}

/** The one style for a page: whole when no price has 分. */
export const priceStyle = (amounts: Iterable<number>): "whole" | "full" => {
  for (const fen of amounts) if (fen % 100 !== 0) return "full";
  return "whole";
};

const ZONE = "Asia/Shanghai";

function parts(at: Date | string, zone: string, lang: Language, options: Intl.DateTimeFormatOptions): Record<string, string> {
  const format = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { ...options, timeZone: zone, hourCycle: "h23" });
  return Object.fromEntries(format.formatToParts(typeof at === "string" ? new Date(at) : at).map((p) => [p.type, p.value]));
}

/** "11月23日 周一" or "Mon 23 Nov"; the year is added when it is not that of `now`. Times are shown in the venue's zone. */
export function date(at: Date | string, lang: Language, options: { zone?: string; now?: Date } = {}): string {
  const zone = options.zone ?? ZONE;
  const p = parts(at, zone, lang, { year: "numeric", month: lang === "zh" ? "numeric" : "short", day: "numeric", weekday: "short" });
  const year = options.now !== undefined && parts(options.now, zone, lang, { year: "numeric" })["year"] !== p["year"] ? p["year"]! : null;
  if (lang === "zh") return `${year === null ? "" : `${year}年`}${p["month"]}月${p["day"]}日 ${p["weekday"]}`;
  return `${p["weekday"]} ${p["day"]} ${p["month"]}${year === null ? "" : ` ${year}`}`;
}

/** "19:30" */
export function time(at: Date | string, zone: string = ZONE): string {
  const p = parts(at, zone, "zh", { hour: "2-digit", minute: "2-digit" });
  return `${p["hour"]}:${p["minute"]}`;
}

/** "11月23日 周一 19:30" */
export const dateTime = (at: Date | string, lang: Language, options: { zone?: string; now?: Date } = {}): string =>
  `${date(at, lang, options)} ${time(at, options.zone)}`;

/** A countdown "4:05"; never below zero. */
export function countdown(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** 张三 → 张*, 欧阳娜娜 → 欧***: the first character stays. */
export function maskName(name: string): string {
  const [first, ...rest] = [...name.trim()];
  return first === undefined ? "" : rest.length === 0 ? `${first}*` : `${first}${"*".repeat(rest.length)}`;
}

/** 11010519491231002X → 110105********002X; shorter documents keep their first and last two characters. */
export function maskDocument(number: string): string {
  const n = number.trim();
  if (n.length === 18) return `${n.slice(0, 6)}${"*".repeat(8)}${n.slice(14)}`;
  return n.length <= 4 ? "*".repeat(n.length) : `${n.slice(0, 2)}${"*".repeat(n.length - 4)}${n.slice(-2)}`;
}

/** 13800001234 → 138****1234 */
export const maskPhone = (phone: string): string =>
  phone.length < 7 ? "*".repeat(phone.length) : `${phone.slice(0, 3)}${"*".repeat(phone.length - 7)}${phone.slice(-4)}`;

/** 60000 → "60,000" */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
/** 0.853 → "85.3%" */
export const percent = (share: number, places = 1): string =>
  `${(Math.floor(share * 100 * 10 ** places + 1e-9) / 10 ** places).toFixed(places)}%`;
