package sim

import (
	"fmt"
	"time"

	"parterre/integrations/performance"
)

// takeDaily checks a daily report and lets it replace the last version of its
// session and day (PT-mgmt; "sent again it replaces by (session, date,
// version)").
func (b *book) takeDaily(r performance.Record, now time.Time) problem {
	session, day := r.Text("sessionCode"), r.Day("day")
	if _, ok := b.sessions[session]; !ok {
		return unknown("场次编码")
	}
	key := dayKey{session, day.String()}
	if old := b.daily[key]; old != nil && b.once {
		if p := versionTwice(b.p, old, r); p.code != "" {
			return p
		}
	}
	deadline := b.p.Wire.Deadline(day)
	if now.After(deadline) && !r.Flag("late") {
		return problem{performance.CodeLate, "已过 " + deadline.Format("01-02 15:04") + " 截止时间，未标注迟报"}
	}
	if p := controlTotals(r); p.code != "" {
		return p
	}
	if p := b.againstIncrements(r); p.code != "" {
		return p
	}
	b.daily[key] = &dailyReport{record: r, version: r.Int("version"), late: now.After(deadline), at: now}
	b.effects[fmt.Sprintf("DAILY/%s/%s/%d", session, day, r.Int("version"))]++
	return problem{}
}

func versionTwice(p *performance.Profile, old *dailyReport, r performance.Record) problem {
	switch v := r.Int("version"); {
	case v > old.version:
		return problem{}
	case v == old.version && sameDaily(p, old.record, r):
		return duplicate
	}
	return problem{performance.CodeOther, fmt.Sprintf("版本应大于已接收的 %d", old.version)}
}

func sameDaily(p *performance.Profile, a, b performance.Record) bool {
	x, errX := p.Encode("DAILY", a)
	y, errY := p.Encode("DAILY", b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func movementOf(r performance.Record) incrementSum {
	return incrementSum{r.Int("sold"), r.Fen("soldAmount"), r.Int("refunded"), r.Fen("refundAmount")}
}

func (m incrementSum) String() string {
	return fmt.Sprintf("售 %d/%s 退 %d/%s", m.Sold, m.SoldAmount, m.Refunded, m.RefundAmount)
}

func differ(what string, said, is any) problem {
	return problem{performance.CodeTotals, fmt.Sprintf("%s：报 %v，应为 %v", what, said, is)}
}

// controlTotals checks the report within itself.
func controlTotals(r performance.Record) problem {
	public := movementOf(r.Object("public"))
	for name, label := range map[string]string{"byChannel": "按渠道合计", "byPrice": "按票档合计"} {
		var sum incrementSum
		for _, l := range r.Rows(name) {
			m := movementOf(l)
			sum.Sold, sum.SoldAmount = sum.Sold+m.Sold, sum.SoldAmount+m.SoldAmount
			sum.Refunded, sum.RefundAmount = sum.Refunded+m.Refunded, sum.RefundAmount+m.RefundAmount
		}
		if sum != public {
			return differ(label, sum, public)
		}
	}
	if r.Int("checkedTotal") > r.Int("valid") {
		return differ("累计检票不大于有效票", r.Int("checkedTotal"), r.Int("valid"))
	}
	return problem{}
}

// againstIncrements checks the report against what came in before it, record
// by record.
func (b *book) againstIncrements(r performance.Record) problem {
	s := b.sum(r.Text("sessionCode"), r.Day("day"))
	for _, c := range []struct{ name, label string }{{"public", "公开销售"}, {"complimentary", "赠票"}, {"work", "工作票等"}} {
		if said, is := movementOf(r.Object(c.name)), *at(s.classes, c.name); said != is {
			return differ(c.label+"与逐笔上报不符", said, is)
		}
	}
	if p := linesAgree("渠道", r.Rows("byChannel"), s.byChannel); p.code != "" {
		return p
	}
	if p := linesAgree("票档", r.Rows("byPrice"), s.byPrice); p.code != "" {
		return p
	}
	for _, c := range []struct {
		label    string
		said, is int
	}{{"当日检票与逐笔上报不符", r.Int("checked"), s.checked}, {"有效票与逐笔上报不符", r.Int("valid"), s.valid}, {"累计检票与逐笔上报不符", r.Int("checkedTotal"), s.checkedTotals}} {
		if c.said != c.is {
			return differ(c.label, c.said, c.is)
		}
	}
	return problem{}
}

func linesAgree(label string, said []performance.Record, is map[string]*incrementSum) problem {
	seen := map[string]bool{}
	for _, l := range said {
		code := l.Text("code")
		seen[code] = true
		have := incrementSum{}
		if m := is[code]; m != nil {
			have = *m
		}
		if m := movementOf(l); m != have {
			return differ(label+" "+code+" 与逐笔上报不符", m, have)
		}
	}
	for _, code := range keys(is) {
		if !seen[code] && *is[code] != (incrementSum{}) {
			return differ(label+" "+code+" 未列入", incrementSum{}, *is[code])
		}
	}
	return problem{}
}
