import { addMessages } from "@parterre/ui";

export const zh = {
  "w.title": "排队", "w.lead": "开票高峰时先排队再选座：人人有一个可核对的位置，按出票速度放行。", "w.open": "排队开启中", "w.closed": "未开启排队", "w.start": "开启排队", "w.stop": "关闭排队", "w.save": "保存设置", "w.saved": "排队设置已保存",
  "w.start-lead": "开启后，网上购票先排队；{at} 之前进入的观众抽签排位。窗口与代理商不受影响。已持有的座位和订单不受影响。", "w.stop-lead": "关闭后 {n} 位排队的观众可立即选座。请确认系统能够承受。",
  "w.waiting": "排队中", "w.called": "已叫号未到", "w.inside": "正在选座", "w.inside-of": "上限 {n}", "w.passed": "累计放行", "w.came": "累计到达 {n}", "w.pace": "放行速度", "w.per-minute": "{n} 人/分", "w.confirmed": "近一分钟出票订单", "w.drawn": "抽签 {n} 人", "w.before": "抽签前", "w.eta": "最后一位约等 {n} 分钟", "w.eta-none": "无人等待",
  "w.picture": "队伍现状", "w.chart": "近一小时", "w.chart-none": "开启后每 10 秒记录一次，曲线从这里开始。", "w.chart-people": "人数", "w.chart-rate": "每分钟",
  "w.settings": "设置", "w.opens-at": "开放时间", "w.opens-hint": "此前到达的人抽签排位，此后按先后。开始放行后不能再改。", "w.mode": "放行方式", "w.measured": "按出票速度自动调节", "w.fixed": "固定速度", "w.measured-hint": "以最近两分钟出票订单的速度再加四分之一放行，介于下限与上限之间。",
  "w.low": "放行下限（人/分）", "w.high": "放行上限（人/分）", "w.inside-max": "同时选座上限（人）", "w.pass-minutes": "每次选座时限（分钟）", "w.high-low": "上限不能小于下限", "w.commitment": "抽签核对值", "w.commitment-hint": "种子的 SHA-256，观众可据此核对位置。", "w.changed-elsewhere": "设置已被他人修改，已载入最新内容。",
} as const;

export const en: Record<keyof typeof zh, string> = {
  "w.title": "Waiting room", "w.lead": "For a rush: buyers line up before they choose seats. Each has a place that can be checked, and is let in at the pace at which orders are confirmed.", "w.open": "Open", "w.closed": "No waiting room", "w.start": "Open the waiting room", "w.stop": "Close the waiting room", "w.save": "Save settings", "w.saved": "Settings saved",
  "w.start-lead": "From now on buyers of the shop line up; who comes before {at} gets a place by lot. Counters and agents are not affected, nor are seats that are held and orders that are placed.", "w.stop-lead": "The {n} people in line may then choose at once. Please be sure that the system can take it.",
  "w.waiting": "In line", "w.called": "Called, not here yet", "w.inside": "Choosing seats", "w.inside-of": "at most {n}", "w.passed": "Let in so far", "w.came": "{n} came", "w.pace": "Pace", "w.per-minute": "{n} a minute", "w.confirmed": "Orders confirmed in the last minute", "w.drawn": "{n} drew lots", "w.before": "before the draw", "w.eta": "the last waits about {n} min", "w.eta-none": "nobody waits",
  "w.picture": "The line now", "w.chart": "The last hour", "w.chart-none": "A sample is kept every 10 seconds while the room is open; the curve begins here.", "w.chart-people": "People", "w.chart-rate": "A minute",
  "w.settings": "Settings", "w.opens-at": "Opening", "w.opens-hint": "Who comes before draws lots, who comes later stands behind. Cannot be changed once people are let in.", "w.mode": "Let in", "w.measured": "At the pace of confirmed orders", "w.fixed": "At a fixed pace", "w.measured-hint": "The pace of the last two minutes' confirmed orders and a quarter more, between the two limits.",
  "w.low": "Fewest a minute", "w.high": "Most a minute", "w.inside-max": "Most choosing at once", "w.pass-minutes": "Minutes to choose", "w.high-low": "not below the fewest", "w.commitment": "Verification value of the draw", "w.commitment-hint": "SHA-256 of the seed; buyers check their places by it.", "w.changed-elsewhere": "Somebody else changed the settings; the newest are shown.",
};
addMessages({ zh, en });
