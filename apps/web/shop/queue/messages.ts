import { addMessages } from "@parterre/ui";

export const zh = {
  "queue.title": "排队购票", "queue.draw-title": "即将开放，抽签排位", "queue.waiting-title": "正在排队", "queue.called-title": "轮到您了", "queue.over-title": "本次选座时间已到",
  "queue.draw-lead": "开放前进入的观众一起抽签排位，早到一秒不占先。请保持本页打开，到点自动得到位置。",
  "queue.waiting-lead": "轮到您时会自动进入选座。可以刷新，也可以再开一个标签页，位置不变。",
  "queue.called-lead": "正在打开座位图…", "queue.over-lead": "为了让后面的观众也能选座，每次进入有时间限制。您可以重新排队，已锁定的座位和已提交的订单不受影响。", "queue.again": "重新排队",
  "queue.opens-in": "距离开放", "queue.opens-at": "开放时间", "queue.came": "已到", "queue.persons": "{n} 人", "queue.ahead": "前面还有", "queue.place": "您的位置", "queue.nth": "第 {n} 位", "queue.about": "预计还需", "queue.minutes": "约 {n} 分钟", "queue.soon": "不到 1 分钟", "queue.pass": "轮到后可选座", "queue.progress": "队伍进度",
  "queue.offline": "网络不通，正在重连。您的位置已保留。", "queue.back": "返回演出页（位置保留）",
  "queue.fair": "位置是怎么排的，怎样核对", "queue.fair-1": "开放之前，我们先公布一个核对值：它是抽签种子的 SHA-256。种子此后无法更换。",
  "queue.fair-2": "到开放时刻，参加抽签的 {n} 人按种子一次排定；之后来的人依到达先后排在后面。", "queue.fair-3": "开放后种子公开，任何人都能用种子和自己的编号重算位置。下面是在这台设备上重算的结果。",
  "queue.commitment": "核对值（SHA-256）", "queue.seed": "抽签种子", "queue.seed-later": "开放后公布", "queue.number": "您的编号", "queue.computed": "重算结果",
  "queue.good": "一致：第 {n} 位，与事先公布的核对值相符", "queue.good-late": "一致：开放后到达，按先后排第 {n} 位", "queue.bad": "不一致！请截图联系剧院。", "queue.not-yet": "抽签后显示",
  "queue.say-draw": "尚未开放。开放前到达的人抽签排位，目前已到 {n} 人。", "queue.say-waiting": "您排在第 {place} 位，前面还有 {ahead} 人。", "queue.say-called": "轮到您了，正在打开座位图。",
  "queue.tab-draw": "等待开放", "queue.tab-waiting": "前面 {n} 人", "queue.tab-called": "轮到您了",
} as const;

export const en: Record<keyof typeof zh, string> = {
  "queue.title": "Waiting room", "queue.draw-title": "Opening soon: places are drawn by lot", "queue.waiting-title": "You are in line", "queue.called-title": "It is your turn", "queue.over-title": "Your time to choose is over",
  "queue.draw-lead": "Everybody who comes before the opening gets a place by lot; being a second earlier does not help. Keep this page open, you get your place at the opening.",
  "queue.waiting-lead": "You are let in by yourself when it is your turn. Reload or open a second tab as you like: your place stays.",
  "queue.called-lead": "Opening the seat map…", "queue.over-lead": "So that others get their turn, each visit has a time limit. You can get in line again; seats you hold and orders you placed are not touched.", "queue.again": "Get in line again",
  "queue.opens-in": "Opens in", "queue.opens-at": "Opens at", "queue.came": "Here so far", "queue.persons": "{n}", "queue.ahead": "Ahead of you", "queue.place": "Your place", "queue.nth": "No. {n}", "queue.about": "About", "queue.minutes": "{n} min", "queue.soon": "less than 1 min", "queue.pass": "Then you may choose for", "queue.progress": "How far the line has moved",
  "queue.offline": "No connection, trying again. Your place is kept.", "queue.back": "Back to the event (your place stays)",
  "queue.fair": "How places are given, and how to check", "queue.fair-1": "Before the opening we publish a verification value: the SHA-256 of the draw's seed. The seed cannot be changed after that.",
  "queue.fair-2": "At the opening the {n} who take part are put in order by the seed, once; who comes later stands behind, first come, first served.", "queue.fair-3": "After the opening the seed is public: anybody can compute a place from the seed and a number. Below is what this device computed.",
  "queue.commitment": "Verification value (SHA-256)", "queue.seed": "Seed of the draw", "queue.seed-later": "published at the opening", "queue.number": "Your number", "queue.computed": "Computed here",
  "queue.good": "It agrees: no. {n}, and the seed fits the value published before", "queue.good-late": "It agrees: you came after the opening, no. {n} by arrival", "queue.bad": "It does not agree! Please take a picture and contact the theatre.", "queue.not-yet": "after the draw",
  "queue.say-draw": "Not open yet. Who comes before the opening gets a place by lot; {n} are here.", "queue.say-waiting": "You are number {place}, {ahead} are ahead of you.", "queue.say-called": "It is your turn; opening the seat map.",
  "queue.tab-draw": "waiting to open", "queue.tab-waiting": "{n} ahead", "queue.tab-called": "Your turn",
};
addMessages({ zh, en });
