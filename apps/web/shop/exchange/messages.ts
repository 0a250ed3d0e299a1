import { addMessages } from "@parterre/ui";

/** Exchanging tickets for other seats (换座), with the difference paid or given back. */
export const zh = {
  "x.title": "换座",
  "x.open": "换到其他座位",
  "x.lead": "同场次换座不收手续费：新座位更贵时补差价，更便宜时退差价。原票在补齐差价前一直有效。",
  "x.pick": "勾选要换的票，再在图上选同样数量的新座位或站席。",
  "x.from": "原座位",
  "x.to": "新座位",
  "x.none": "请在图上选 {n} 个新座位",
  "x.count": "还差 {n} 个座位",
  "x.more": "应补差价",
  "x.less": "退回差价",
  "x.same": "价格相同",
  "x.go": "锁定新座位",
  "x.go-free": "确认换座",
  "x.busy": "正在处理…",
  "x.done": "换座成功，新票已生成",
  "x.waiting": "新座位已锁定，补齐差价后换座生效；超时新座位放回，原票不受影响。",
  "x.cancel": "不换了",
  "x.cancelled": "已取消，原票仍有效",
  "x.lapsed": "换座时间已到，新座位已放回，原票仍有效。",
  "x.refunded": "新座位已不可换，差价正在原路退回，原票仍有效。",
  "x.back": "回到订单",
  "x.package": "套票：同价档内换座不补差价；换到更贵的价区时补两个座位的票价差额。联票各场同座，不能单独换座。",
  "x.not": "这个订单现在不能换座。",
  "x.paid": "差价已收到，正在换座…",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "x.title": "Exchange",
  "x.open": "Exchange for other seats",
  "x.lead":
    "Exchanging within a session costs no fee: you pay the difference when the new seats cost more and get it back when they cost less. Your tickets stay valid until the difference is paid.",
  "x.pick": "Tick the tickets to exchange, then choose as many new seats or standing places on the map.",
  "x.from": "From",
  "x.to": "To",
  "x.none": "Choose {n} new {n|seat|seats} on the map",
  "x.count": "{n} more {n|seat|seats} to choose",
  "x.more": "Difference to pay",
  "x.less": "You get back",
  "x.same": "The same price",
  "x.go": "Hold the new seats",
  "x.go-free": "Exchange now",
  "x.busy": "Working…",
  "x.done": "Exchanged; the new tickets are here",
  "x.waiting":
    "The new seats are held; the exchange is made once the difference is paid. When the time is over they are free again and your tickets stay as they are.",
  "x.cancel": "Keep my tickets",
  "x.cancelled": "Cancelled; your tickets stay valid",
  "x.lapsed": "The time is over: the new seats are free again, your tickets stay valid.",
  "x.refunded": "The new seats are gone; the difference is on its way back, your tickets stay valid.",
  "x.back": "Back to the order",
  "x.package":
    "A package: within its price option an exchange costs nothing; for a dearer zone you pay what the new seat costs more. A series is for the same seat everywhere and cannot be exchanged.",
  "x.not": "This order cannot be exchanged now.",
  "x.paid": "The difference is here; exchanging…",
};
addMessages({ zh, en });
