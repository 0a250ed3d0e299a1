package pricing

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"parterre/modules/core/errs"
)

// Fault is an error or a warning about a program, at a path of the document.
type Fault struct {
	Path    string `json:"path"`
	Code    string `json:"code"`
	Warning bool   `json:"warning,omitempty"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
}

// Report lists what Validate found.
type Report []Fault

// Err is nil when there are warnings only; else one error with a field per fault.
func (r Report) Err() error {
	var l errs.List
	for _, f := range r {
		if !f.Warning {
			l.Add(f.Path, f.Code, f.Zh, f.En, "")
		}
	}
	return l.Err()
}

func (r *Report) fault(path, code, zh, en string) {
	*r = append(*r, Fault{Path: path, Code: "pricing." + code, Zh: zh, En: en})
}

func (r *Report) warn(path, code, zh, en string) {
	*r = append(*r, Fault{Path: path, Code: "pricing." + code, Zh: zh, En: en, Warning: true})
}

var (
	ruleID    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)
	timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	roundings = []int64{1, 10, 100, 500, 1000}
	zoneKinds = []string{"public", "package", "work", "complimentary"}
	channels  = []string{"online", "counter", "agent"}
)

// Validate checks a program against the zones of its map: unknown zones,
// circles, contradictions and impossible bounds are errors; rules that can never
// take effect are warnings. starts is the session's start, zero if not known.
func (p *Program) Validate(zones []int, starts time.Time) Report {
	var r Report
	checkText(&r, "name", p.Name, 100)
	if _, err := time.LoadLocation(p.TimeZone); err != nil || p.TimeZone == "Local" {
		r.fault("timeZone", "time_zone", "没有这个时区。", "There is no such time zone.")
	}
	if !slices.Contains(roundings, int64(p.Rounding.To)) {
		r.fault("rounding.to", "rounding", "取整单位须为 1、10、100、500 或 1000 分。", "Round to 1, 10, 100, 500 or 1000 fen.")
	}
	if !slices.Contains([]string{"nearest", "up", "down"}, p.Rounding.Direction) {
		r.fault("rounding.direction", "direction", "取整方向须为 nearest、up 或 down。", "The direction is nearest, up or down.")
	}
	l := p.Limits
	if l.ChangesPerDay < 0 || l.ChangesPerDay > 1440 || l.MovePermille < 0 || l.MovePermille > 1000 || l.MinutesBetween < 0 || l.MinutesBetween > 10080 {
		r.fault("limits", "limits", "调价限制超出范围。", "A limit is out of range.")
	}
	p.checkZones(&r, zones)
	if len(p.Rules) > MaxRules {
		r.fault("rules", "too_many", "规则过多。", fmt.Sprintf("At most %d rules.", MaxRules))
		return r
	}
	seen := map[string]bool{}
	for i := range p.Rules {
		rule := &p.Rules[i]
		at := fmt.Sprintf("rules[%d]", i)
		if !ruleID.MatchString(rule.ID) || seen[rule.ID] {
			r.fault(at+".id", "rule_id", "规则编号须为字母、数字、- 或 _，且不重复。", "Rule ids are letters, digits, - and _, each used once.")
		}
		seen[rule.ID] = true
		checkText(&r, at+".name", rule.Name, 100)
		p.checkWhen(&r, at+".when", &rule.When, starts)
		rule.Effect.check(&r, at+".effect")
	}
	p.reach(&r, starts)
	return r
}

func checkText(r *Report, path, s string, most int) {
	var l errs.List
	if l.Text(path, s, most, true); l.Err() != nil {
		r.fault(path, "text", fmt.Sprintf("须填写 1 至 %d 个字。", most), fmt.Sprintf("Write 1 to %d characters.", most))
	}
}

func (p *Program) checkZones(r *Report, zones []int) {
	if len(p.Zones) == 0 || len(p.Zones) > MaxZones {
		r.fault("zones", "zones", "须写明 1 至 200 个票档。", "Name 1 to 200 zones.")
		return
	}
	seen := map[int]bool{}
	for i := range p.Zones {
		z := &p.Zones[i]
		at := fmt.Sprintf("zones[%d]", i)
		switch {
		case !slices.Contains(zones, z.No):
			r.fault(at+".no", "unknown_zone", fmt.Sprintf("票图没有票档 %d。", z.No), fmt.Sprintf("The map has no zone %d.", z.No))
		case seen[z.No]:
			r.fault(at+".no", "twice", fmt.Sprintf("票档 %d 写了两次。", z.No), fmt.Sprintf("Zone %d is listed twice.", z.No))
		}
		seen[z.No] = true
		if z.Base.Check() != nil || z.Floor.Check() != nil || z.Cap.Check() != nil || z.KindFloor.Check() != nil {
			r.fault(at, "amount", "金额超出范围。", "An amount is out of range.")
			continue
		}
		if z.Rel != nil && (z.Rel.Permille < 1 || z.Rel.Permille > 100_000 || max(z.Rel.Add, -z.Rel.Add).Check() != nil || z.Base != 0) {
			r.fault(at+".relative", "relative", "相对基价须为 1‰ 至 100000‰，且不能同时填写基价。", "A relative base is 1 to 100000 thousandths and stands without a base.")
		}
		if z.Floor > z.Cap {
			r.fault(at+".floor", "floor_above_cap", "底价高于封顶价。", "The floor is above the cap.")
			continue
		}
		if to := max(p.Rounding.To, 1); z.Cap/to*to < z.Floor {
			r.fault(at+".cap", "no_price", "底价与封顶价之间没有符合取整的价格。", "No rounded price lies between floor and cap.")
		}
		if z.KindFloor > z.Cap {
			r.fault(at+".kindFloor", "floor_above_cap", "优惠票底价高于封顶价。", "The floor of concessions is above the cap.")
		}
		p.checkBase(r, at, z)
	}
}

func (p *Program) checkBase(r *Report, at string, z *Zone) {
	base, err := p.base(z, 0)
	if err != nil {
		e, _ := errs.Of(err)
		r.fault(at+".relative.zone", e.Code[len("pricing."):], fmt.Sprintf("票档 %d 的基价引用了循环或不存在的票档。", z.No), fmt.Sprintf("The base of zone %d refers to a circle or to a zone that the program does not have.", z.No))
		return
	}
	if base < z.Floor || base > z.Cap {
		r.warn(at+".base", "base_outside", "基价不在底价与封顶价之间，将按边界执行。", "The base is not between floor and cap; the bound will be used.")
	}
}

func (p *Program) checkWhen(r *Report, at string, w *When, starts time.Time) {
	for i, no := range w.Zones {
		if p.zone(no) == nil {
			r.fault(fmt.Sprintf("%s.zones[%d]", at, i), "unknown_zone", fmt.Sprintf("规则引用了程序没有的票档 %d。", no), fmt.Sprintf("The rule speaks of zone %d, which the program does not have.", no))
		}
	}
	words := func(field string, given, allowed []string) {
		for _, x := range given {
			if !slices.Contains(allowed, x) {
				r.fault(at+"."+field, "word", fmt.Sprintf("不认识“%.40s”。", x), fmt.Sprintf("%.40q is unknown.", x))
			}
		}
	}
	words("zoneKinds", w.ZoneKinds, zoneKinds)
	words("channels", w.Channels, channels)
	words("ticketKinds", w.Kinds, append([]string{FullKind}, Concessions()...))
	for i, code := range w.Packages {
		checkText(r, fmt.Sprintf("%s.packages[%d]", at, i), code, 40)
	}
	for _, d := range w.Weekdays {
		if d < 1 || d > 7 {
			r.fault(at+".weekdays", "weekday", "星期须为 1 至 7。", "Weekdays are 1 to 7.")
		}
	}
	if d := w.Daily; d != nil {
		if !timeOfDay.MatchString(d.From) || !timeOfDay.MatchString(d.Until) {
			r.fault(at+".daily", "time_of_day", "时刻须写成 HH:MM。", "Write times of day as HH:MM.")
		} else if d.From == d.Until {
			r.fault(at+".daily", "contradiction", "起止时刻相同，条件永不成立。", "From and until are equal: this never holds.")
		}
	}
	if w.From != nil && w.Until != nil && !w.From.Before(*w.Until) {
		r.fault(at+".until", "contradiction", "结束时间不晚于开始时间，条件永不成立。", "Until is not after from: this never holds.")
	}
	if v := w.Velocity; v != nil && (v.Window < 1 || v.Window > 43_200 || v.Min < 0 || v.Max < 0 || v.Max > 0 && v.Min >= v.Max) {
		r.fault(at+".velocity", "contradiction", "售票速度的窗口或范围不正确。", "The window or the range of the velocity is not right.")
	}
	for _, x := range []struct {
		field     string
		r         *Range
		low, high int
	}{{"minutesToShow", w.ToShow, 0, 10_000_000}, {"occupancyPermille", w.Occupancy, 0, 1001}, {"qualityPermille", w.Quality, 0, 1001}, {"rowBand", w.Rows, 1, 100_000}} {
		x.r.check(r, at+"."+x.field, x.low, x.high)
	}
	if w.From != nil && !starts.IsZero() && !w.From.Before(starts) {
		r.warn(at+".from", "unreachable", "规则在开演后才生效，不会起作用。", "The rule begins after the start; it never takes effect.")
	}
}

func (x *Range) check(r *Report, at string, low, high int) {
	if x == nil {
		return
	}
	a, b := low, high
	if x.Min != nil {
		a = *x.Min
	}
	if x.Max != nil {
		b = *x.Max
	}
	switch {
	case x.Min == nil && x.Max == nil:
		r.fault(at, "empty", "范围没有写上下限。", "The range has no ends.")
	case a < low || b > high:
		r.fault(at, "range", fmt.Sprintf("范围须在 %d 至 %d 之间。", low, high), fmt.Sprintf("The range lies within %d and %d.", low, high))
	case a >= b:
		r.fault(at, "contradiction", "下限不小于上限，条件永不成立。", "Min is not below max: this never holds.")
	}
}

func (e *Effect) check(r *Report, at string) {
	if max(e.Amount, -e.Amount).Check() != nil {
		r.fault(at+".amount", "amount", "金额超出范围。", "The amount is out of range.")
	}
	step := e.Step != nil
	switch e.Kind {
	case "set":
		if e.Amount < 0 || e.Permille != 0 || step {
			r.fault(at, "effect", "定价只填写不小于零的金额。", "Set takes an amount of zero or more and nothing else.")
		}
	case "add":
		if e.Permille != 0 || step {
			r.fault(at, "effect", "加减价只填写金额。", "Add takes an amount and nothing else.")
		}
	case "percent":
		if e.Amount != 0 || step || e.Permille < 1 || e.Permille > 100_000 {
			r.fault(at, "effect", "比例须为 1‰ 至 100000‰，且不填写金额。", "Percent takes 1 to 100000 thousandths and nothing else.")
		}
	case "step":
		s := e.Step
		if s == nil || e.Permille != 0 || s.From < 0 || s.Every < 1 || s.Times < 1 || s.Times > MaxTimes || s.Window < 0 || s.Window > 43_200 {
			r.fault(at+".step", "effect", "阶梯须写明起点、间隔和次数。", "A step needs from, every and times.")
			return
		}
		if !slices.Contains([]string{"occupancyPermille", "ticketsPerHour", "minutesToShow", "qualityPermille"}, s.Of) || (s.Of == "ticketsPerHour") != (s.Window > 0) {
			r.fault(at+".step.of", "effect", "阶梯依据不正确；按速度时须写明窗口。", "Steps go by occupancyPermille, ticketsPerHour (with windowMinutes), minutesToShow or qualityPermille.")
		}
	default:
		r.fault(at+".kind", "effect", "效果须为 set、add、percent 或 step。", "An effect is set, add, percent or step.")
	}
}

// reach warns of rules that can never take effect: after a rule that stops and
// holds whenever they do, or overwritten by a later rule that sets the price whenever they hold.
func (p *Program) reach(r *Report, _ time.Time) {
	for i := range p.Rules {
		at := fmt.Sprintf("rules[%d]", i)
		for k := range i {
			if p.Rules[k].Stop && p.Rules[k].When.covers(&p.Rules[i].When) {
				r.warn(at, "unreachable", fmt.Sprintf("规则永远不会执行：规则“%s”在同样条件下已停止。", p.Rules[k].Name),
					fmt.Sprintf("This rule is never reached: rule %q stops whenever it would hold.", p.Rules[k].Name))
				break
			}
		}
		for k := i + 1; k < len(p.Rules) && !p.Rules[i].Stop; k++ {
			if p.Rules[k].Effect.Kind == "set" && p.Rules[k].When.covers(&p.Rules[i].When) && !p.stopsBetween(i, k) {
				r.warn(at, "overwritten", fmt.Sprintf("规则不起作用：其后的规则“%s”总会重新定价。", p.Rules[k].Name),
					fmt.Sprintf("This rule has no effect: rule %q sets the price after it, always.", p.Rules[k].Name))
				break
			}
		}
	}
}

func (p *Program) stopsBetween(i, k int) bool {
	for j := i + 1; j < k; j++ {
		if p.Rules[j].Stop {
			return true
		}
	}
	return false
}

// covers reports whether w surely holds whenever x does. It may say no where
// the truth is yes, never the other way round.
func (w *When) covers(x *When) bool {
	return subset(x.Zones, w.Zones) && subset(x.ZoneKinds, w.ZoneKinds) && subset(x.Weekdays, w.Weekdays) &&
		subset(x.Channels, w.Channels) && subset(x.Kinds, w.Kinds) && subset(x.Packages, w.Packages) &&
		(w.From == nil || x.From != nil && !x.From.Before(*w.From)) &&
		(w.Until == nil || x.Until != nil && !x.Until.After(*w.Until)) &&
		(w.Daily == nil || x.Daily != nil && *x.Daily == *w.Daily) &&
		(w.Velocity == nil || x.Velocity != nil && *x.Velocity == *w.Velocity) &&
		w.ToShow.covers(x.ToShow) && w.Occupancy.covers(x.Occupancy) && w.Quality.covers(x.Quality) && w.Rows.covers(x.Rows)
}

// subset: an absent list is everything.
func subset[T comparable](x, of []T) bool {
	if len(of) == 0 {
		return true
	}
	if len(x) == 0 {
		return false
	}
	for _, v := range x {
		if !slices.Contains(of, v) {
			return false
		}
	}
	return true
}

func (r *Range) covers(x *Range) bool {
	if r == nil {
		return true
	}
	return x != nil && (r.Min == nil || x.Min != nil && *x.Min >= *r.Min) && (r.Max == nil || x.Max != nil && *x.Max <= *r.Max)
}
