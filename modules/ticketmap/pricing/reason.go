package pricing

import (
	"fmt"
	"strings"

	"parterre/modules/core/money"
)

func baseReason(z *Zone, price money.Fen) Reason {
	r := Reason{What: "base", Before: price, After: price, Zh: "基价 " + price.String() + " 元", En: "Base price ¥" + price.String()}
	if z.Rel != nil {
		r.Zh += fmt.Sprintf("（票档 %d 基价的 %s%%）", z.Rel.Zone, tenths(z.Rel.Permille))
		r.En += fmt.Sprintf(" (%s %% of the base of zone %d)", tenths(z.Rel.Permille), z.Rel.Zone)
	}
	return r
}

// tenths writes thousandths as percent: 1005 is "100.5".
func tenths(permille int) string {
	if permille%10 == 0 {
		return fmt.Sprint(permille / 10)
	}
	return fmt.Sprintf("%d.%d", permille/10, permille%10)
}

func ruleReason(r *Rule, f Facts, before, after money.Fen) Reason {
	e := &r.Effect
	out := Reason{Rule: r.ID, What: e.Kind, Before: before, After: after}
	var zh, en string
	switch e.Kind {
	case "set":
		zh, en = "定为 "+after.String()+" 元", "set to ¥"+after.String()
	case "add":
		zh, en = signedZh(e.Amount), signedEn(e.Amount)
	case "percent":
		zh, en = "乘以 "+tenths(e.Permille)+"%", "times "+tenths(e.Permille)+" %"
	case "step":
		n := e.Step.count(f)
		zh = fmt.Sprintf("%s，共 %d 级", signedZh(e.Amount), n)
		en = fmt.Sprintf("%s, %d time(s)", signedEn(e.Amount), n)
	}
	because, why := r.because(f)
	out.Zh = fmt.Sprintf("规则“%s”：%s%s，%s → %s 元", r.Name, because, zh, before, after)
	out.En = fmt.Sprintf("Rule \"%s\": %s%s, ¥%s → ¥%s", r.Name, why, en, before, after)
	return out
}

func signedZh(a money.Fen) string {
	if a < 0 {
		return "减 " + (-a).String() + " 元"
	}
	return "加 " + a.String() + " 元"
}

func signedEn(a money.Fen) string {
	if a < 0 {
		return "minus ¥" + (-a).String()
	}
	return "plus ¥" + a.String()
}

// toShow says how long it is until the start as people do: days and hours from two days on, below it hours and minutes.
func toShow(minutes int) (zh, en string) {
	if minutes < 0 {
		return fmt.Sprintf("开演后 %d 分钟", -minutes), fmt.Sprintf("%d min after the start", -minutes)
	}
	parts := func(a int, zha, ena string, b int, zhb, enb string) (string, string) {
		switch {
		case b == 0:
			return fmt.Sprintf("距开演 %d %s", a, zha), fmt.Sprintf("%d %s to the show", a, ena)
		case a == 0:
			return fmt.Sprintf("距开演 %d %s", b, zhb), fmt.Sprintf("%d %s to the show", b, enb)
		}
		return fmt.Sprintf("距开演 %d %s %d %s", a, zha, b, zhb), fmt.Sprintf("%d %s %d %s to the show", a, ena, b, enb)
	}
	const day = 24 * 60
	if minutes >= 2*day {
		return parts(minutes/day, "天", "d", minutes%day/60, "小时", "h")
	}
	return parts(minutes/60, "小时", "h", minutes%60, "分钟", "min")
}

// channelName names a channel as the pages do; one that is not known keeps its code.
func channelName(code string) (zh, en string) {
	switch code {
	case "online":
		return "线上", "online"
	case "counter":
		return "窗口", "at the counter"
	case "agent":
		return "代理", "by agents"
	}
	return " " + code, "in " + code
}

// because names the facts that the rule looked at, with their values.
func (r *Rule) because(f Facts) (zh, en string) {
	var zhs, ens []string
	add := func(z, e string) { zhs, ens = append(zhs, z), append(ens, e) }
	w, s := &r.When, r.Effect.Step
	if w.From != nil || w.Until != nil || len(w.Weekdays) > 0 || w.Daily != nil {
		at := f.Now.Format("2006-01-02 15:04 -07:00")
		add("时间 "+at, "time "+at)
	}
	if w.ToShow != nil || s != nil && s.Of == "minutesToShow" {
		add(toShow(f.MinutesToShow()))
	}
	if w.Occupancy != nil || s != nil && s.Of == "occupancyPermille" {
		o := tenths(f.Occupancy())
		add("上座 "+o+"%", o+" % taken")
	}
	window := 0
	if w.Velocity != nil {
		window = w.Velocity.Window
	} else if s != nil && s.Of == "ticketsPerHour" {
		window = s.Window
	}
	if window > 0 {
		add(fmt.Sprintf("近 %d 分钟每小时售 %d 张", window, f.PerHour(window)), fmt.Sprintf("%d tickets an hour in the last %d minutes", f.PerHour(window), window))
	}
	if w.Quality != nil {
		add(fmt.Sprintf("座位质量 %d‰", f.Quality), fmt.Sprintf("seat quality %d‰", f.Quality))
	}
	if w.Rows != nil {
		add(fmt.Sprintf("第 %d 排一带", f.Row), fmt.Sprintf("around row %d", f.Row))
	}
	if len(w.ZoneKinds) > 0 {
		add("票档类型 "+f.ZoneKind, "kind of zone "+f.ZoneKind)
	}
	if len(w.Channels) > 0 {
		zh, en := channelName(f.Channel)
		add("渠道为"+zh, "sold "+en)
	}
	if len(w.Kinds) > 0 {
		add("票种 "+f.Kind, "ticket kind "+f.Kind)
	}
	if len(w.Packages) > 0 {
		add("套票 "+f.Package, "package "+f.Package)
	}
	if len(zhs) == 0 {
		return "", ""
	}
	return strings.Join(zhs, "、") + "，", strings.Join(ens, ", ") + "; "
}

func limitReason(what string, before, after money.Fen, z *Zone, r Rounding) Reason {
	out := Reason{What: what, Before: before, After: after}
	switch what {
	case "floor":
		out.Zh, out.En = "不低于底价 "+z.Floor.String()+" 元", "not below the floor of ¥"+z.Floor.String()
	case "cap":
		out.Zh, out.En = "不高于封顶价 "+z.Cap.String()+" 元", "not above the cap of ¥"+z.Cap.String()
	default:
		out.Zh, out.En = "取整到 "+r.To.String()+" 元的倍数", "rounded to a multiple of ¥"+r.To.String()
	}
	return out
}
