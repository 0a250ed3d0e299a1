/** Rules of a price program as rows of a form: which conditions there are, what a rule says in words, how rules are moved. */
import type { PriceZone } from "../lib/wire.ts";
import type { Fault, Program, Rule } from "./program.ts";

export interface Range {
  min?: number;
  max?: number;
}
export const CONDITIONS = [
  "zones",
  "channels",
  "ticketKinds",
  "minutesToShow",
  "occupancyPermille",
  "velocity",
  "weekdays",
  "daily",
  "dates",
  "qualityPermille",
  "rowBand",
  "packages",
] as const;
export type Condition = (typeof CONDITIONS)[number];
export const EFFECTS = ["percent", "add", "set", "step"] as const;
export const STEPS = ["occupancyPermille", "ticketsPerHour", "minutesToShow", "qualityPermille"] as const;
export const CHANNELS = ["online", "counter", "agent"] as const;
/** Kinds of ticket that may be sold beside the full price, as the code table has them. */
export const KINDS = ["student", "child", "senior", "serviceman", "disabled", "companion", "member", "group", "public-benefit"] as const;
export const KIND_NAMES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  full: ["全价票", "full price"],
  student: ["学生票", "student"],
  child: ["儿童票", "child"],
  senior: ["老年票", "senior"],
  serviceman: ["军人票", "serviceman"],
  disabled: ["残障票", "disabled guest"],
  companion: ["陪同票", "companion"],
  member: ["会员票", "member"],
  group: ["团体票", "group"],
  "public-benefit": ["惠民票", "public benefit"],
};
export const CHANNEL_NAMES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  online: ["线上", "online"],
  counter: ["窗口", "counter"],
  agent: ["代理", "agents"],
};
const WEEKDAYS = { zh: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"], en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] };

export type Lang = "zh" | "en";
const say = (lang: Lang, zh: string, en: string): string => (lang === "en" ? en : zh);
export const nameIn = (names: Readonly<Record<string, readonly [string, string]>>, code: string, lang: Lang): string =>
  names[code]?.[lang === "en" ? 1 : 0] ?? code;

/** Which conditions a rule has, in the order of the form. */
export function conditionsOf(r: Rule): Condition[] {
  return CONDITIONS.filter((c) =>
    c === "dates" ? r.when["from"] !== undefined || r.when["until"] !== undefined : r.when[c] !== undefined,
  );
}

/** A condition as it begins. */
export function startOf(c: Condition): Record<string, unknown> {
  switch (c) {
    case "zones":
    case "channels":
    case "ticketKinds":
    case "weekdays":
    case "packages":
      return { [c]: [] };
    case "minutesToShow":
      return { minutesToShow: { max: 24 * 60 } };
    case "occupancyPermille":
      return { occupancyPermille: { min: 500 } };
    case "qualityPermille":
      return { qualityPermille: { max: 300 } };
    case "rowBand":
      return { rowBand: { max: 6 } };
    case "velocity":
      return { velocity: { windowMinutes: 60, min: 50 } };
    case "daily":
      return { daily: { from: "10:00", until: "18:00" } };
    case "dates":
      return { from: new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000).toISOString() };
  }
}

export function without(r: Rule, c: Condition): Rule {
  const when = { ...r.when };
  for (const k of c === "dates" ? ["from", "until"] : [c]) delete when[k];
  return { ...r, when };
}

/** An effect of another kind, keeping what fits. */
export function effectOf(kind: string, was: Record<string, unknown>): Record<string, unknown> {
  const amount = typeof was["amount"] === "number" ? was["amount"] : 1000;
  switch (kind) {
    case "percent":
      return { kind, permille: 900 };
    case "step":
      return { kind, amount, step: { of: "occupancyPermille", from: 500, every: 100, times: 4 } };
    case "set":
      return { kind, amount: Math.abs(amount) };
    default:
      return { kind: "add", amount };
  }
}

/** Moves the rule at an index; the same list where that is no place. */
export function moved(rules: readonly Rule[], from: number, to: number): Rule[] {
  const list = [...rules];
  if (from < 0 || from >= list.length || to < 0 || to >= list.length || from === to) return list;
  list.splice(to, 0, ...list.splice(from, 1));
  return list;
}

/** A rule under an id that the program does not use. */
export function freshId(p: Program, base: string): string {
  const used = new Set(p.rules.map((r) => r.id));
  let id = base;
  for (let n = 2; used.has(id); n++) id = `${base}-${n}`;
  return id;
}

/** The faults that speak of one rule, by the rest of their path. */
export function faultsOf(faults: readonly Fault[], index: number): Fault[] {
  const at = `rules[${index}]`;
  return faults.filter((f) => f.path === at || f.path.startsWith(`${at}.`));
}

const yuan = (fen: number): string => {
  const s = (Math.abs(fen) / 100).toFixed(2).replace(/\.00$/, "");
  return s;
};
const percent = (permille: number): string => `${+(permille / 10).toFixed(1)}%`;

function span(minutes: number, lang: Lang): string {
  if (minutes % 1440 === 0 && minutes !== 0)
    return say(lang, `${minutes / 1440} 天`, `${minutes / 1440} day${minutes === 1440 ? "" : "s"}`);
  if (minutes % 60 === 0) return say(lang, `${minutes / 60} 小时`, `${minutes / 60} h`);
  return say(lang, `${minutes} 分钟`, `${minutes} min`);
}

function range(r: Range, lang: Lang, of: string, unit: (n: number) => string): string {
  if (r.min !== undefined && r.max !== undefined)
    return say(lang, `${of}在 ${unit(r.min)} 至 ${unit(r.max)} 之间`, `${of} between ${unit(r.min)} and ${unit(r.max)}`);
  if (r.min !== undefined) return say(lang, `${of}不少于 ${unit(r.min)}`, `${of} at least ${unit(r.min)}`);
  if (r.max !== undefined) return say(lang, `${of}不到 ${unit(r.max)}`, `${of} below ${unit(r.max)}`);
  return say(lang, `${of}任意`, `any ${of}`);
}

const zoneName = (zones: readonly PriceZone[], no: unknown): string => {
  const z = zones.find((x) => x.no === no);
  return z === undefined ? String(no) : `${z.letter} ${z.name}`;
};
const when = (at: string): string => {
  const d = new Date(new Date(at).getTime() + 8 * 3_600_000);
  return Number.isNaN(d.getTime()) ? at : d.toISOString().slice(0, 16).replace("T", " ");
};

/** One condition in words. */
export function conditionText(r: Rule, c: Condition, zones: readonly PriceZone[], lang: Lang): string {
  const v = c === "dates" ? null : r.when[c],
    list = (names: (x: unknown) => string): string =>
      Array.isArray(v) && v.length > 0 ? v.map(names).join(lang === "en" ? ", " : "、") : say(lang, "（未选）", "(none chosen)");
  switch (c) {
    case "zones":
      return say(lang, `票档为 ${list((n) => zoneName(zones, n))}`, `zone ${list((n) => zoneName(zones, n))}`);
    case "channels":
      return say(
        lang,
        `渠道为${list((x) => nameIn(CHANNEL_NAMES, String(x), lang))}`,
        `sold ${list((x) => nameIn(CHANNEL_NAMES, String(x), lang))}`,
      );
    case "ticketKinds":
      return say(
        lang,
        `票种为${list((x) => nameIn(KIND_NAMES, String(x), lang))}`,
        `ticket kind ${list((x) => nameIn(KIND_NAMES, String(x), lang))}`,
      );
    case "packages":
      return say(lang, `套票 ${list(String)}`, `package ${list(String)}`);
    case "weekdays":
      return list((n) => WEEKDAYS[lang][Number(n) - 1] ?? String(n));
    case "minutesToShow":
      return range(v as Range, lang, say(lang, "距开演", "time to the show"), (n) => span(n, lang));
    case "occupancyPermille":
      return range(v as Range, lang, say(lang, "上座率", "occupancy"), percent);
    case "qualityPermille":
      return range(v as Range, lang, say(lang, "座位品质名次", "seat quality rank"), percent);
    case "rowBand":
      return range(v as Range, lang, say(lang, "排数", "row"), String);
    case "velocity": {
      const x = v as { windowMinutes?: number; min?: number; max?: number };
      return (
        say(lang, "最近 ", "in the last ") +
        span(x.windowMinutes ?? 0, lang) +
        say(lang, "内", " ") +
        range(
          { ...(x.min === undefined ? {} : { min: x.min }), ...(x.max === undefined || x.max === 0 ? {} : { max: x.max }) },
          lang,
          say(lang, "每小时售出", "tickets an hour"),
          (n) => say(lang, `${n} 张`, String(n)),
        )
      );
    }
    case "daily": {
      const d = v as { from?: string; until?: string };
      return say(lang, `每天 ${d.from ?? ""}–${d.until ?? ""}`, `daily ${d.from ?? ""}–${d.until ?? ""}`);
    }
    case "dates": {
      const from = r.when["from"],
        until = r.when["until"];
      return [
        typeof from === "string" ? say(lang, `自 ${when(from)}`, `from ${when(from)}`) : "",
        typeof until === "string" ? say(lang, `至 ${when(until)}`, `until ${when(until)}`) : "",
      ]
        .filter((s) => s !== "")
        .join(" ");
    }
  }
}

/** An effect in words. */
export function effectText(e: Record<string, unknown>, lang: Lang): string {
  const amount = Number(e["amount"] ?? 0),
    signed =
      amount < 0
        ? say(lang, `减 ${yuan(amount)} 元`, `minus ¥${yuan(amount)}`)
        : say(lang, `加 ${yuan(amount)} 元`, `plus ¥${yuan(amount)}`);
  switch (e["kind"]) {
    case "set":
      return say(lang, `定为 ${yuan(amount)} 元`, `set to ¥${yuan(amount)}`);
    case "add":
      return signed;
    case "percent": {
      const p = Number(e["permille"] ?? 1000);
      return p < 1000
        ? say(lang, `优惠 ${percent(1000 - p)}`, `${percent(1000 - p)} off`)
        : p > 1000
          ? say(lang, `上浮 ${percent(p - 1000)}`, `${percent(p - 1000)} dearer`)
          : say(lang, "价格不变", "no change");
    }
    case "step": {
      const s = (e["step"] ?? {}) as { of?: string; from?: number; every?: number; times?: number };
      const every = Number(s.every ?? 0),
        from = Number(s.from ?? 0),
        times = Number(s.times ?? 0);
      switch (s.of) {
        case "ticketsPerHour":
          return say(
            lang,
            `每小时售出超过 ${from} 张后，每多 ${every} 张${signed}，最多 ${times} 次`,
            `beyond ${from} tickets an hour, ${signed} for each ${every} more, at most ${times} times`,
          );
        case "minutesToShow":
          return say(
            lang,
            `距开演 ${span(from, lang)} 起，每近 ${span(every, lang)}${signed}，最多 ${times} 次`,
            `from ${span(from, lang)} before the show, ${signed} for each ${span(every, lang)} nearer, at most ${times} times`,
          );
        case "qualityPermille":
          return say(
            lang,
            `品质名次优于 ${percent(from)} 后，每好 ${percent(every)}${signed}，最多 ${times} 次`,
            `above quality rank ${percent(from)}, ${signed} for each ${percent(every)} better, at most ${times} times`,
          );
        default:
          return say(
            lang,
            `上座率超过 ${percent(from)} 后，每满 ${percent(every)}${signed}，最多 ${times} 次`,
            `beyond ${percent(from)} occupancy, ${signed} for each ${percent(every)}, at most ${times} times`,
          );
      }
    }
    default:
      return say(lang, "（效果未定）", "(no effect)");
  }
}

/** A rule as one sentence. */
export function sentence(r: Rule, zones: readonly PriceZone[], lang: Lang): string {
  const list = conditionsOf(r).map((c) => conditionText(r, c, zones, lang));
  const head = list.length === 0 ? say(lang, "任何时候", "always") : say(lang, `当${list.join("，且")}`, `when ${list.join(" and ")}`);
  const stop = r.stop === true ? say(lang, "，之后的规则不再执行", "; later rules do not apply") : "";
  return `${head}${say(lang, "：", ": ")}${effectText(r.effect, lang)}${stop}${say(lang, "。", ".")}`;
}

/** What changed between two programs, line by line: rules by id, the rest by name. */
export interface Difference {
  readonly kind: "added" | "removed" | "changed" | "moved";
  readonly what: string;
  readonly before: string;
  readonly after: string;
}
export function differences(a: Program, b: Program, zones: readonly PriceZone[], lang: Lang): Difference[] {
  const out: Difference[] = [],
    was = new Map(a.rules.map((r, i) => [r.id, { r, i }])),
    left = new Set(was.keys());
  const kept = b.rules.filter((r) => was.has(r.id)).map((r) => r.id),
    order = a.rules.filter((r) => kept.includes(r.id)).map((r) => r.id);
  b.rules.forEach((r) => {
    const old = was.get(r.id);
    left.delete(r.id);
    if (old === undefined) out.push({ kind: "added", what: r.name, before: "", after: sentence(r, zones, lang) });
    else if (JSON.stringify(old.r) !== JSON.stringify(r))
      out.push({ kind: "changed", what: r.name, before: sentence(old.r, zones, lang), after: sentence(r, zones, lang) });
    else if (kept.indexOf(r.id) !== order.indexOf(r.id))
      out.push({ kind: "moved", what: r.name, before: `${order.indexOf(r.id) + 1}`, after: `${kept.indexOf(r.id) + 1}` });
  });
  for (const id of left) {
    const r = was.get(id)!.r;
    out.push({ kind: "removed", what: r.name, before: sentence(r, zones, lang), after: "" });
  }
  const zoneText = (z: Program["zones"][number] | undefined): string =>
    z === undefined
      ? ""
      : say(
          lang,
          `基价 ${z.base === undefined ? "–" : yuan(z.base)}，底价 ${yuan(z.floor)}，封顶 ${yuan(z.cap)}`,
          `base ${z.base === undefined ? "–" : yuan(z.base)}, floor ${yuan(z.floor)}, cap ${yuan(z.cap)}`,
        );
  for (const no of new Set([...a.zones, ...b.zones].map((z) => z.no))) {
    const x = zoneText(a.zones.find((z) => z.no === no)),
      y = zoneText(b.zones.find((z) => z.no === no));
    if (x !== y) out.push({ kind: x === "" ? "added" : y === "" ? "removed" : "changed", what: zoneName(zones, no), before: x, after: y });
  }
  for (const k of ["name", "rounding", "limits"] as const)
    if (JSON.stringify(a[k]) !== JSON.stringify(b[k]))
      out.push({ kind: "changed", what: k, before: JSON.stringify(a[k]), after: JSON.stringify(b[k]) });
  return out;
}
