package checking

import "parterre/modules/core/clock"

// sentences are what the gate's screen and voice say.
var sentences = map[Reason][2]string{
	"":           {"请入场", "Welcome"},
	Unreadable:   {"无法识别，请重新扫描", "Cannot read this; scan again"},
	Forged:       {"签名不符，疑似伪造，请联系值班经理", "The signature is wrong: likely forged; call the duty manager"},
	Unknown:      {"查无此票", "No such ticket"},
	OtherSession: {"不是本场次的票", "A ticket for another session"},
	WrongPlace:   {"请从 {gate} 入场", "Please enter at {gate}"},
	Refunded:     {"此票已退或已作废", "This ticket was refunded or void"},
	Superseded:   {"此票已重新出票，请出示新票", "This ticket was issued anew; show the new one"},
	Unbound:      {"此票尚未实名，不能入场", "No person is bound to this ticket yet"},
	AlreadyIn:    {"此票已于 {when} 在 {where} 入场", "Already admitted at {when}, {where}"},
	TooEarly:     {"尚未开始检票", "The doors are not open yet"},
	TooLate:      {"演出已结束", "The show has ended"},
	Full:         {"场内人数已达核准上限，停止检票", "The approved number is inside: checking stops"},
	Cancelled:    {"本场次已取消", "This session was cancelled"},
	NoPerson:     {"此证件没有本场次的票", "No ticket of this session for this document"},
}

func sentence(r Reason, t Ticket, e *Earlier) (zh, en string) {
	s := sentences[r]
	zh, en = s[0], s[1]
	if r == WrongPlace {
		zh, en = replace(zh, "gate", t.Gate), replace(en, "gate", t.Gate)
	}
	if r == AlreadyIn && e != nil {
		when, where := e.At.In(clock.Shanghai).Format("15:04:05"), e.Gate
		if where == "" {
			where = e.Device
		}
		zh, en = replace(replace(zh, "when", when), "where", where), replace(replace(en, "when", when), "where", where)
	}
	return zh, en
}
