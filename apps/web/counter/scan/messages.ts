/** Taking money by the payer's code (付款码). */
export const zh = {
  "counter.m.scan": "扫码付", "counter.m.scan_wechat": "微信付款码", "counter.m.scan_alipay": "支付宝付款码",
  "c.scan": "请扫顾客付款码", "c.code": "付款码", "c.go": "收款", "c.bad": "这不是付款码：微信为 18 位、10 至 15 开头，支付宝为 16 至 24 位、25 至 30 开头。", "c.simulated": "模拟渠道，不会扣款。付款码末两位：00 成功，96 输入密码后成功，97 余额不足，98 无答复，99 一直等待。",
  "c.no-way": "本场馆没有开通这种付款码", "c.not-ready": "读到付款码：请先填完观众信息", "c.nobody": "读到付款码：请先锁座", "c.busy": "上一次付款还没有结果",
  "c.taking": "正在收款…", "c.waiting": "等待顾客输入密码", "c.waiting-lead": "请顾客在手机上确认付款，确认后自动出票。", "c.unknown": "付款结果未知", "c.unknown-lead": "支付渠道没有答复，钱可能已付，也可能没有。系统正在查询，请勿让顾客重复付款。", "c.refused": "付款被拒：{reason}", "c.closed": "付款已撤销，未收款", "c.again": "可重新扫码，或改用其他收款方式。",
  "c.check": "查询结果", "c.reverse": "撤销付款", "c.reverse-sure": "撤销后本次付款作废；若顾客已被扣款，将原路退回。", "c.reverse-go": "确认撤销", "c.keep": "继续等待", "c.reversing": "正在撤销…", "c.placed": "本单已下单待付款，观众与票种不能再改；放弃本单可重来。", "c.k.reverse": "撤销付款", "c.paid": "已收款，正在出票",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "counter.m.scan": "Scan", "counter.m.scan_wechat": "WeChat by code", "counter.m.scan_alipay": "Alipay by code",
  "c.scan": "Scan the customer's payment code", "c.code": "Payment code", "c.go": "Take", "c.bad": "This is no payment code: WeChat's have 18 digits and begin with 10 to 15, Alipay's 16 to 24 and begin with 25 to 30.", "c.simulated": "Simulated, no money moves. By the code's last two digits: 00 succeeds, 96 succeeds after the password, 97 not enough money, 98 no answer, 99 waits on.",
  "c.no-way": "This venue takes no such codes", "c.not-ready": "A payment code was read: name everybody first", "c.nobody": "A payment code was read: hold seats first", "c.busy": "The last payment has no result yet",
  "c.taking": "Taking the money…", "c.waiting": "Waiting for the customer's password", "c.waiting-lead": "The customer confirms on the phone; the tickets are sold by themselves then.", "c.unknown": "The result is not known", "c.unknown-lead": "The provider has not answered: it may be paid or not. It is being asked; do not let the customer pay twice.", "c.refused": "The payment was refused: {reason}", "c.closed": "The payment was reversed; nothing was taken", "c.again": "Scan again, or take the money in another way.",
  "c.check": "Ask again", "c.reverse": "Reverse", "c.reverse-sure": "This payment ends; what the customer may have paid goes back.", "c.reverse-go": "Reverse it", "c.keep": "Go on waiting", "c.reversing": "Reversing…", "c.placed": "The order waits for its money: people and kinds stay as they are; give it up to begin anew.", "c.k.reverse": "Reverse the payment", "c.paid": "Paid, selling",
};
