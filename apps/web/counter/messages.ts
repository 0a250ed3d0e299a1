import { addMessages } from "@parterre/ui";
import { en as scanEn, zh as scanZh } from "./scan/messages.ts";
import { en as deskEn, zh as deskZh } from "./desk/messages.ts";

export const zh = {
  "counter.sessions": "场次", "counter.none": "没有在售场次", "counter.none-lead": "经理开票后会出现在这里。", "counter.left": "余 {n}", "counter.basket": "本单", "counter.empty": "在图上点座位，或按数字键选最佳座位", "counter.best": "最佳座位", "counter.any": "不限票档", "counter.best-n": "最佳 {n} 座", "counter.map-hint": "点选座位 · 数字键 1–9 选最佳",
  "counter.total": "应收", "counter.hold": "锁座 {time}", "counter.release": "放弃", "counter.people": "观众证件", "counter.people-lead": "放证读卡，或直接输入", "counter.name": "姓名", "counter.number": "证件号码", "counter.guardian": "监护人陪同", "counter.kind": "证件",
  "counter.method": "收款方式", "counter.m.cash": "现金", "counter.m.card": "银行卡", "counter.m.wechat": "微信", "counter.m.alipay": "支付宝", "counter.taken": "实收（元）", "counter.exact": "正好", "counter.change": "找零", "counter.short": "还差 {price}", "counter.sell-go": "出票", "counter.selling": "正在出票…", "counter.take": "锁座并录入",
  "counter.done": "已出票", "counter.give": "找零", "counter.print": "打印票", "counter.again": "下一单", "counter.last": "最近订单", "counter.last-none": "今天还没有出票", "counter.n-tickets": "{n} 张", "counter.refund-of": "退票 {n}", "counter.fee": "手续费", "counter.back": "退回", "counter.refund-go": "退 {n} 张票，退回 {price}", "counter.refund-done": "已退 {n} 张，退回顾客 {price}", "counter.refund-none": "选择要退的票", "counter.reason": "原因", "counter.expired": "锁座已过期，座位已放回", "counter.gone": "座位刚被他人选走，请重选", "counter.of": "共 {n} 张", "counter.detail": "订单", "counter.not-possible": "不可退", "counter.code": "票码",
  "counter.k.best": "最佳座位（1–9 张）", "counter.k.sell": "出票", "counter.k.clear": "放弃本单", "counter.k.print": "打印", "counter.k.next": "下一场次", "counter.zone": "票档",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "counter.sessions": "Sessions", "counter.none": "Nothing on sale", "counter.none-lead": "Sessions appear here once sales open.", "counter.left": "{n} left", "counter.basket": "Sale", "counter.empty": "Tap seats on the map, or press a number for the best", "counter.best": "Best seats", "counter.any": "Any zone", "counter.best-n": "Best {n}", "counter.map-hint": "Tap seats · keys 1–9 for the best",
  "counter.total": "Due", "counter.hold": "Held {time}", "counter.release": "Give up", "counter.people": "Documents", "counter.people-lead": "Lay down the card, or type", "counter.name": "Name", "counter.number": "Document number", "counter.guardian": "With a guardian", "counter.kind": "Document",
  "counter.method": "Paid by", "counter.m.cash": "Cash", "counter.m.card": "Card", "counter.m.wechat": "WeChat", "counter.m.alipay": "Alipay", "counter.taken": "Cash given (yuan)", "counter.exact": "Exact", "counter.change": "Change", "counter.short": "{price} missing", "counter.sell-go": "Sell", "counter.selling": "Selling…", "counter.take": "Hold these seats",
  "counter.done": "Sold", "counter.give": "Give back", "counter.print": "Print tickets", "counter.again": "Next", "counter.last": "Last orders", "counter.last-none": "Nothing sold yet", "counter.n-tickets": "{n} {n|ticket|tickets}", "counter.refund-of": "Refund {n}", "counter.fee": "Fee", "counter.back": "Back", "counter.refund-go": "Take back {n} {n|ticket|tickets}, give {price}", "counter.refund-done": "{n} taken back, give the customer {price}", "counter.refund-none": "Choose tickets", "counter.reason": "Reason", "counter.expired": "The hold ended; the seats are free again", "counter.gone": "A seat was just taken; choose again", "counter.of": "of {n}", "counter.detail": "Order", "counter.not-possible": "not possible", "counter.code": "Code",
  "counter.k.best": "Best seats (1–9)", "counter.k.sell": "Sell", "counter.k.clear": "Give this sale up", "counter.k.print": "Print", "counter.k.next": "Next session", "counter.zone": "Zone",
};
addMessages({ zh, en });
addMessages({ zh: deskZh, en: deskEn });
addMessages({ zh: scanZh, en: scanEn });
