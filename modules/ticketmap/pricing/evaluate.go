package pricing

import (
	"math/bits"
	"slices"
	"time"

	"parterre/modules/core/errs"
	"parterre/modules/core/money"
)

// Errors of an evaluation.
var (
	ErrZone  = errs.New(errs.Invalid, "pricing.zone", "价格规则不管理票档 {zone}。", "The price program does not govern zone {zone}.")
	ErrCycle = errs.New(errs.Invalid, "pricing.cycle", "票档 {zone} 的基价互相引用，形成循环。", "The base of zone {zone} refers to itself in a circle.")
)

// Quote is a price with what led to it.
type Quote struct {
	Zone  int       `json:"zone"`
	Price money.Fen `json:"price" doc:"Fen (分)"`
	Steps []Reason  `json:"steps" doc:"What led to it, in order"`
}

// Reason is one step on the way to a price.
type Reason struct {
	Rule   string    `json:"rule,omitempty" doc:"Id of the rule; absent for base, floor, cap and rounding"`
	What   string    `json:"what" enum:"base,kind,set,add,percent,step,floor,cap,rounding,limit"`
	Before money.Fen `json:"before"`
	After  money.Fen `json:"after"`
	Zh     string    `json:"zh"`
	En     string    `json:"en"`
}

// Evaluate says what a zone costs. Floor and cap always hold, and the price is
// a multiple of the rounding. Errors: pricing.zone, pricing.cycle.
func (p *Program) Evaluate(f Facts) (Quote, error) {
	z := p.zone(f.Zone)
	if z == nil {
		return Quote{}, ErrZone.With("zone", f.Zone)
	}
	price, err := p.base(z, 0)
	if err != nil {
		return Quote{}, err
	}
	q := Quote{Zone: f.Zone, Steps: []Reason{baseReason(z, price)}}
	if f.concession() {
		q.Steps = append(q.Steps, kindReason(f, price, scale(price, f.share())))
		price = scale(price, f.share())
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		if !p.holds(&r.When, f) {
			continue
		}
		after := r.Effect.apply(price, f)
		if r.Effect.Kind != "step" || r.Effect.Step.count(f) > 0 { // a step not reached yet explains nothing
			q.Steps = append(q.Steps, ruleReason(r, f, price, after))
		}
		price = after
		if r.Stop {
			break
		}
	}
	q.Price = price
	bounds := *z
	if f.concession() {
		bounds = z.forKind(f.share(), p.Rounding)
	}
	q.tidy(&bounds, p.Rounding)
	return q, nil
}

// base resolves a relative base; depth finds circles.
func (p *Program) base(z *Zone, depth int) (money.Fen, error) {
	if z.Rel == nil {
		return z.Base, nil
	}
	of := p.zone(z.Rel.Zone)
	if of == nil {
		return 0, ErrZone.With("zone", z.Rel.Zone)
	}
	if depth > len(p.Zones) {
		return 0, ErrCycle.With("zone", z.No)
	}
	from, err := p.base(of, depth+1)
	if err != nil {
		return 0, err
	}
	return clamp(scale(from, z.Rel.Permille)+z.Rel.Add, 0, money.Max), nil
}

// holds reports whether all conditions hold.
func (p *Program) holds(w *When, f Facts) bool {
	local := f.Now.In(p.location())
	weekday := (int(local.Weekday())+6)%7 + 1
	switch {
	case len(w.Zones) > 0 && !slices.Contains(w.Zones, f.Zone),
		len(w.ZoneKinds) > 0 && !slices.Contains(w.ZoneKinds, f.ZoneKind),
		w.From != nil && f.Now.Before(*w.From),
		w.Until != nil && !f.Now.Before(*w.Until),
		len(w.Weekdays) > 0 && !slices.Contains(w.Weekdays, weekday),
		w.Daily != nil && !w.Daily.holds(local),
		!w.ToShow.holds(f.MinutesToShow()),
		!w.Occupancy.holds(f.Occupancy()),
		!w.Quality.holds(f.Quality),
		!w.Rows.holds(f.Row),
		len(w.Channels) > 0 && !slices.Contains(w.Channels, f.Channel),
		len(w.Kinds) > 0 && !slices.Contains(w.Kinds, f.Kind),
		len(w.Packages) > 0 && !slices.Contains(w.Packages, f.Package):
		return false
	}
	if v := w.Velocity; v != nil {
		n := f.PerHour(v.Window)
		return n >= v.Min && (v.Max == 0 || n < v.Max)
	}
	return true
}

func (r *Range) holds(x int) bool {
	return r == nil || (r.Min == nil || x >= *r.Min) && (r.Max == nil || x < *r.Max)
}

func (d *Daily) holds(local time.Time) bool {
	now := local.Hour()*60 + local.Minute()
	from, until := minuteOf(d.From), minuteOf(d.Until)
	if from <= until {
		return now >= from && now < until
	}
	return now >= from || now < until
}

// minuteOf reads "HH:MM"; Validate has seen its form.
func minuteOf(s string) int {
	if len(s) != 5 {
		return 0
	}
	return (int(s[0]-'0')*10+int(s[1]-'0'))*60 + int(s[3]-'0')*10 + int(s[4]-'0')
}

// apply is the price after the effect, between 0 and money.Max.
func (e *Effect) apply(price money.Fen, f Facts) money.Fen {
	switch e.Kind {
	case "set":
		price = e.Amount
	case "add":
		price += e.Amount
	case "percent":
		price = scale(price, e.Permille)
	case "step":
		price += e.Amount * money.Fen(e.Step.count(f))
	}
	return clamp(price, 0, money.Max)
}

// count is how often the amount is added.
func (s *Step) count(f Facts) int {
	var over int
	switch s.Of {
	case "occupancyPermille":
		over = f.Occupancy() - s.From
	case "ticketsPerHour":
		over = f.PerHour(s.Window) - s.From
	case "minutesToShow":
		over = s.From - f.MinutesToShow()
	case "qualityPermille":
		over = s.From - f.Quality
	}
	if over < 0 {
		return 0
	}
	return min(over/s.Every, s.Times)
}

// scale is price × permille / 1000, half a 分 rounded up, in 128 bits.
func scale(price money.Fen, permille int) money.Fen {
	if price <= 0 || permille <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(price), uint64(permille))
	lo, carry := bits.Add64(lo, 500, 0)
	if hi += carry; hi >= 1000 {
		return money.Max
	}
	q, _ := bits.Div64(hi, lo, 1000)
	if q > uint64(money.Max) {
		return money.Max
	}
	return money.Fen(q)
}

func clamp(x, low, high money.Fen) money.Fen { return min(max(x, low), high) }

// tidy keeps floor and cap and rounds. Validate has seen that a multiple of
// the rounding lies between floor and cap, so the result is one.
func (q *Quote) tidy(z *Zone, r Rounding) {
	step := func(what string, to money.Fen) {
		if to != q.Price {
			q.Steps = append(q.Steps, limitReason(what, q.Price, to, z, r))
			q.Price = to
		}
	}
	step("floor", max(q.Price, z.Floor))
	step("cap", min(q.Price, z.Cap))
	step("rounding", r.between(q.Price, z.Floor, z.Cap))
}

// between is the multiple of the rounding for x that lies in [low, high].
func (r Rounding) between(x, low, high money.Fen) money.Fen {
	to := max(r.To, 1)
	down := x / to * to
	up := down
	if down != x {
		up = down + to
	}
	var out money.Fen
	switch r.Direction {
	case "up":
		out = up
	case "down":
		out = down
	default:
		if out = down; x-down >= up-x {
			out = up
		}
	}
	if out > high {
		out = down
	}
	if out < low {
		out = up
	}
	return clamp(out, low, high)
}
