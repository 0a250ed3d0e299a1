import { addMessages } from "@parterre/ui";

/** Texts of prices, discounts and vouchers at the checkout, of shop and counter alike. */
export const zh = {
  "off.code": "券码", "off.use": "使用代金券或优惠码", "off.add": "使用", "off.remove": "移除 {code}", "off.list": "票面合计", "off.due": "应付", "off.why": "为什么是这个价格", "off.saved": "已优惠", "off.not": "未适用的优惠", "off.seat-off": "{seat}：{name} 减 {price}",
  "off.n.code": "需要券码", "off.n.channel": "不适用于本渠道", "off.n.session": "不适用于本场", "off.n.not_yet": "尚未开始", "off.n.over": "已结束或已过早鸟时间", "off.n.tickets": "没有适用的票种或票档", "off.n.age": "须由证件确认年龄", "off.n.min_count": "张数不够", "off.n.min_amount": "金额不够", "off.n.budget": "名额已用完", "off.n.orders": "名额已用完", "off.n.document": "该证件已享用过", "off.n.beaten": "已有更优惠的", "off.n.excluded": "不能与已用优惠同享", "off.n.nothing_left": "已到最低价",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "off.code": "Code", "off.use": "Use a voucher or code", "off.add": "Use", "off.remove": "Remove {code}", "off.list": "Full price", "off.due": "Due", "off.why": "Why this price", "off.saved": "Off", "off.not": "Discounts that do not apply", "off.seat-off": "{seat}: {name}, {price} off",
  "off.n.code": "needs a code", "off.n.channel": "not sold here", "off.n.session": "not for this session", "off.n.not_yet": "not yet", "off.n.over": "over", "off.n.tickets": "no ticket of the kind or zone", "off.n.age": "the document must show the age", "off.n.min_count": "too few tickets", "off.n.min_amount": "the amount is too small", "off.n.budget": "used up", "off.n.orders": "used up", "off.n.document": "the document had it already", "off.n.beaten": "another takes more off", "off.n.excluded": "not together with what is used", "off.n.nothing_left": "the lowest price is reached",
};
addMessages({ zh, en });
