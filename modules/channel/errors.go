package channel

import "parterre/modules/core/errs"

// Errors of this module.
var (
	ErrNoAgent    = errs.New(errs.NotFound, "channel.agent_not_found", "没有这个代理商。", "There is no such agent.")
	ErrDisabled   = errs.New(errs.Forbidden, "channel.disabled", "该代理商已停用，请联系剧院。", "This agent is disabled; please ask the theatre.")
	ErrVersion    = errs.New(errs.Conflict, "channel.version", "该记录已被他人修改，请刷新后重试。", "Somebody else has changed this; load it again.").At("version")
	ErrMode       = errs.New(errs.Conflict, "channel.mode", "已有订单或代理商，不能再切换沙箱模式。", "There are orders or agents already: the sandbox mode cannot be changed any more.")
	ErrRate       = errs.New(errs.TooMany, "channel.rate", "请求过于频繁，请在 {seconds} 秒后重试。", "Too many requests; try again in {seconds} s.")
	ErrBatch      = errs.New(errs.Invalid, "channel.batch_item", "每项须且只须有一个操作，与 op 一致。", "Each item carries exactly one operation, the one that op names.")
	ErrRules      = errs.New(errs.Conflict, "channel.rules_changed", "购票规则已变化，请重新读取并告知购票人。", "The rules have changed; read them again and tell the buyer.").By("RL-6").At("rulesHash")
	ErrURL        = errs.New(errs.Invalid, "channel.webhook_url", "回调地址须为公网 https 地址，不含账号、片段，端口为 443 或 1024 以上。", "A webhook needs a public https address without user or fragment, on port 443 or above 1023.").At("url")
	ErrNoHook     = errs.New(errs.NotFound, "channel.webhook_not_found", "没有这个回调。", "There is no such webhook.")
	ErrHooks      = errs.New(errs.Conflict, "channel.webhooks", "最多设置 {limit} 个回调。", "At most {limit} webhooks.")
	ErrEvents     = errs.New(errs.Invalid, "channel.events", "没有这种事件：{event}。", "There is no such event: {event}.").At("events")
	ErrNoDelivery = errs.New(errs.NotFound, "channel.delivery_not_found", "没有这条推送。", "There is no such delivery.")
	ErrDay        = errs.New(errs.Invalid, "channel.day", "日期应为 YYYY-MM-DD，且不晚于今天。", "The day is YYYY-MM-DD and not after today.").At("path.day")
	ErrFormat     = errs.New(errs.Invalid, "channel.format", "格式应为 csv 或 json。", "The format is csv or json.").At("query.format")
)
