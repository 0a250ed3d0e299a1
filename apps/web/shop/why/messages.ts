import { addMessages } from "@parterre/ui";

/** Texts of "why this price" (为什么是这个价). */
export const zh = {
  "why.ask": "为什么是这个价",
  "why.of": "{name}的票价",
  "why.since": "{at} 起执行",
  "why.revision": "票价第 {n} 版",
  "why.by-hand": "由主办方直接定价，没有自动调价规则。",
  "why.steps": "这个价格怎么来的",
  "why.same": "同一票档、同一渠道、同一票种，每个人看到的票价都一样：只看时间、余票、渠道和票种，不看您是谁。",
  "why.close": "知道了",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "why.ask": "Why this price",
  "why.of": "The price of {name}",
  "why.since": "since {at}",
  "why.revision": "price revision {n}",
  "why.by-hand": "The organiser set this price; no rule changes it.",
  "why.steps": "How it came about",
  "why.same":
    "Everybody sees the same price for the same zone, channel and kind of ticket. It depends on time and stock, never on who you are.",
  "why.close": "Got it",
};
addMessages({ zh, en });
