import { addMessages } from "@parterre/ui";

export const zh = {
  "pack.packages": "套票与联票", "pack.lead": "几张票一起买，一次付款，更划算。", "pack.tickets": "每套 {n} 张，同一场次", "pack.sessions": "{m} 场任选 {n} 场，每场 {k} 张", "pack.all": "{n} 场全含，每场 {k} 张", "pack.series": "{n} 场同一座位，每场 {k} 张",
  "pack.single": "单买 {price}", "pack.save": "省 {price}", "pack.left": "剩 {n} 套", "pack.sold-out": "已售罄", "pack.closed": "该套票当前不在售",
  "pack.option": "价档", "pack.choose-sessions": "选择场次", "pack.chosen-n": "已选 {n} / {m} 场", "pack.free": "余 {n}", "pack.seats": "座位", "pack.best": "系统选最佳座位", "pack.same": "各场同一座位，系统挑选全部场次都空闲的最佳座位", "pack.myself": "自己选座", "pack.back-best": "改由系统选座", "pack.pick-n": "请选 {n} 座（已选 {m}）", "pack.other-zone": "该座位不在所选价档内",
  "pack.go": "锁定座位", "pack.need-sessions": "请选满 {n} 场", "pack.need-seats": "每场选满 {n} 座", "pack.whole": "须整套退票", "pack.part": "可按单张退票",
  "pack.people-lead": "每位观众在套票的每一场都有一张票。", "pack.share": "分摊票价", "pack.show-tickets": "查看电子票", "pack.give-back": "整套退票", "pack.give-lead": "退回套票中的全部 {n} 张票。", "pack.give-go": "退整套，退回 {price}", "pack.give-done": "套票已退，{price} 将原路退回", "pack.give-none": "部分场次已过退票时间，整套不可退。", "pack.state.held": "待填写观众", "pack.state.placing": "下单中", "pack.order": "套票订单 {n}", "pack.total": "套票价", "pack.expired": "座位保留时间已到，座位已放回。", "pack.failed": "有座位未能出票，款项正在原路退回。", "pack.mine": "我的套票",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "pack.packages": "Packages and series", "pack.lead": "Several tickets at once, one payment, a better price.", "pack.tickets": "{n} tickets for one session", "pack.sessions": "{n} of {m} sessions, {k} each", "pack.all": "All {n} sessions, {k} each", "pack.series": "{n} sessions in the same seat, {k} each",
  "pack.single": "singly {price}", "pack.save": "save {price}", "pack.left": "{n} left", "pack.sold-out": "Sold out", "pack.closed": "This package is not on sale now",
  "pack.option": "Price", "pack.choose-sessions": "Choose sessions", "pack.chosen-n": "{n} of {m} chosen", "pack.free": "{n} left", "pack.seats": "Seats", "pack.best": "Best available", "pack.same": "The same seats in all sessions: the best that are free in every one", "pack.myself": "Choose them yourself", "pack.back-best": "Take the best available", "pack.pick-n": "Choose {n} seats ({m} chosen)", "pack.other-zone": "This seat is not in the chosen price",
  "pack.go": "Hold the seats", "pack.need-sessions": "Choose {n} sessions", "pack.need-seats": "Choose {n} seats for each session", "pack.whole": "given back as a whole", "pack.part": "tickets can be given back singly",
  "pack.people-lead": "Each person has a ticket for every session of the package.", "pack.share": "Share of the price", "pack.show-tickets": "Show the tickets", "pack.give-back": "Give the package back", "pack.give-lead": "All {n} tickets of the package are given back.", "pack.give-go": "Give it back, get {price}", "pack.give-done": "Given back; {price} is on its way", "pack.give-none": "For some sessions the time for refunds is over, so the package cannot be given back.", "pack.state.held": "People needed", "pack.state.placing": "Being ordered", "pack.order": "Package order {n}", "pack.total": "Package price", "pack.expired": "The time for these seats is over; they went back on sale.", "pack.failed": "Not all seats could be issued; your money is on its way back.", "pack.mine": "My packages",
};
addMessages({ zh, en });
