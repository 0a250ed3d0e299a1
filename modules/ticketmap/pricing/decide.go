package pricing

import (
	"fmt"
	"time"

	"parterre/modules/core/money"
)

// OnSale is how a zone stands at the moment.
type OnSale struct {
	Price      money.Fen `json:"price"`
	Today      int       `json:"today" doc:"Changes by the program since the day began"`
	LastChange time.Time `json:"lastChange" doc:"Zero: none yet"`
}

// Decision is what becomes of a zone's price.
type Decision struct {
	Quote
	From    money.Fen `json:"from" doc:"The price on sale"`
	Change  bool      `json:"change"`
	Limited string    `json:"limited,omitempty" enum:"changes_per_day,minutes_between,move_permille" doc:"The limit that held it back"`
}

// DayStart is the begin of now's day in the program's time zone.
func (p *Program) DayStart(now time.Time) time.Time {
	l := now.In(p.location())
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, l.Location())
}

// Decide is Evaluate within the program's limits. After the start nothing
// changes any more. Errors as Evaluate.
func (p *Program) Decide(f Facts, on OnSale) (Decision, error) {
	q, err := p.Evaluate(f)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Quote: q, From: on.Price}
	if q.Price == on.Price || !f.Now.Before(f.Starts) {
		return d, nil
	}
	l := p.Limits
	switch {
	case l.ChangesPerDay > 0 && on.Today >= l.ChangesPerDay:
		d.Limited = "changes_per_day"
		return d, nil
	case l.MinutesBetween > 0 && !on.LastChange.IsZero() && f.Now.Before(on.LastChange.Add(time.Duration(l.MinutesBetween)*time.Minute)):
		d.Limited = "minutes_between"
		return d, nil
	}
	if l.MovePermille > 0 {
		z := *p.zone(f.Zone)
		if f.concession() {
			z = z.forKind(f.share(), p.Rounding)
		}
		d.hold(&z, p.Rounding, l.MovePermille)
	}
	d.Change = d.Price != on.Price
	return d, nil
}

// hold keeps a change within permille of the price on sale. The result is a
// tidy price between the two; where there is none the price stays.
func (d *Decision) hold(z *Zone, r Rounding, permille int) {
	room := scale(d.From, permille)
	low, high := max(d.From-room, z.Floor), min(d.From+room, z.Cap)
	if d.From < z.Floor || d.From > z.Cap { // set by hand outside: floor and cap come first
		return
	}
	to := r.between(clamp(d.Price, low, high), low, high)
	if to%max(r.To, 1) != 0 {
		to = d.From
	}
	if to == d.Price {
		return
	}
	d.Limited = "move_permille"
	d.Steps = append(d.Steps, Reason{
		What: "limit", Before: d.Price, After: to,
		Zh: fmt.Sprintf("单次调价不超过现价 %s 元的 %s%%", d.From, tenths(permille)),
		En: fmt.Sprintf("one change moves at most %s %% of the ¥%s on sale", tenths(permille), d.From),
	})
	d.Price = to
}
