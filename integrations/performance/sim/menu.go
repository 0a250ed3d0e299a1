package sim

import "parterre/integrations/performance"

// MenuItem is a ready-made behaviour rule of the faults menu.
type MenuItem struct {
	Rule BehaviourRule `json:"rule"`
	Zh   string        `json:"zh"`
	En   string        `json:"en"`
	Hope string        `json:"hope"` // what a good reporter does
}

// Menu lists ready-made rules: each acts once unless changed.
func Menu() []MenuItem {
	item := func(r BehaviourRule, zh, en, hope string) MenuItem {
		r.Times = 1
		return MenuItem{r, zh, en, hope}
	}
	return []MenuItem{
		item(BehaviourRule{Name: "silence", Action: ActSilence}, "不应答，未处理", "No answer, not taken", "60 秒后以同一标识重发"),
		item(BehaviourRule{Name: "silence-taken", Action: ActSilence, Effect: true}, "已处理但不应答", "Taken, no answer", "重发后得到 2003，不重复计数"),
		item(BehaviourRule{Name: "cut", Action: ActCut}, "断开连接，未处理", "Connection cut, not taken", "重发"),
		item(BehaviourRule{Name: "cut-taken", Action: ActCut, Effect: true}, "已处理后断开连接", "Taken, then cut", "重发后得到 2003"),
		item(BehaviourRule{Name: "late", Action: ActLate, DelayMS: 61_000}, "61 秒后应答", "Answer after 61 s", "60 秒时重发，迟到的应答不生效"),
		item(BehaviourRule{Name: "in-time", Action: ActLate, DelayMS: 55_000}, "55 秒后应答", "Answer after 55 s", "不重发"),
		item(BehaviourRule{Name: "slow", Action: ActSlow, DelayMS: 5_000}, "逐字节应答", "Answer byte by byte", "照常处理"),
		item(BehaviourRule{Name: "twice", Action: ActTwice}, "应答重复两遍", "Answer twice", "不作为应答，重发"),
		item(BehaviourRule{Name: "wrong-id", Action: ActWrongID}, "应答标识错误", "Answer with another id", "不作为应答，重发"),
		item(BehaviourRule{Name: "http-500", Action: ActHTTP}, "HTTP 500", "HTTP 500", "重发"),
		item(BehaviourRule{Name: "busy", Action: ActRefuse, Code: performance.CodeBusy}, "繁忙（3001）", "Busy (3001)", "稍后以同一标识重发"),
		item(BehaviourRule{Name: "bad-signature", Action: ActRefuse, Code: performance.CodeSignature}, "签名错误（1001）", "Signature refused (1001)", "通道暂停并告警，数据不搁置"),
		item(BehaviourRule{Name: "refused", Action: ActRefuse, Code: performance.CodeOther}, "拒收（9999）", "Refused (9999)", "搁置，由人处理"),
		item(BehaviourRule{Name: "daily-totals", Match: RuleMatch{Type: "DAILY"}, Action: ActRefuse, Code: performance.CodeTotals}, "日报合计不符（2004）", "Daily totals differ (2004)", "搁置，由人处理"),
	}
}
