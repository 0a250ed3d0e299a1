package sales

import (
	"context"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Errors of a day's signatures.
var (
	ErrDayOpen   = errs.New(errs.Conflict, "sales.day_open", "还有 {n} 个班次未交班，不能签字。", "{n} shifts are not closed yet; the day cannot be signed.")
	ErrDayEmpty  = errs.New(errs.Conflict, "sales.day_empty", "当日没有已交班的班次，无需签字。", "No shift was closed on this day; there is nothing to sign.")
	ErrDayTwice  = errs.New(errs.Conflict, "sales.day_twice", "您已签过这份日结，须由另一人复核签字。", "You have signed these sums; somebody else countersigns them.")
	ErrDaySigned = errs.New(errs.Conflict, "sales.day_signed", "这份日结已由两人签字。", "These sums have both signatures.")
)

// States of a day's total.
const (
	DayUnsigned = "open"   // nobody has signed the sums as they stand
	DayHalf     = "half"   // one person has
	DayDone     = "signed" // two have
)

// DayTotal sums a day's shifts over all counters (日结).
type DayTotal struct {
	Day        clock.Day
	Venue      ids.ID // zero: all venues
	Closed     []Shift
	Open       []Shift // not closed yet: named, and not in the sums
	Methods    []ShiftMethod
	Opening    money.Fen // floats
	Expected   money.Fen // cash that should be in the drawers
	Counted    money.Fen
	Difference money.Fen
	Over       int       // drawers with more or less than they should have
	Unsigned   int       // closed shifts that nobody else has signed
	Signed     []DaySign // the earliest first, also of sums that have changed since
}

// Current tells whether a signature is of the sums as they stand.
func (d DayTotal) Current(x DaySign) bool {
	cash, all := d.Takings()
	return x.Shifts == len(d.Closed) && x.Cash == cash && x.Total == all && x.Difference == d.Difference
}

// Signatures are the two on the sums as they stand: who signed, and who
// countersigned. When the sums change they are no longer among them.
func (d DayTotal) Signatures() []DaySign {
	var out []DaySign
	for _, x := range d.Signed {
		if len(out) < 2 && d.Current(x) {
			out = append(out, x)
		}
	}
	return out
}

// State is open, half or signed; a day with shifts that are not closed is open.
func (d DayTotal) State() string {
	switch n := len(d.Signatures()); {
	case len(d.Open) > 0 || n == 0:
		return DayUnsigned
	case n == 1:
		return DayHalf
	}
	return DayDone
}

// Takings is what was taken less what was given back, by cash and by all means.
func (d DayTotal) Takings() (cash, all money.Fen) {
	for _, m := range d.Methods {
		all += m.Taken - m.Given
		if m.Method == "cash" {
			cash = m.Taken - m.Given
		}
	}
	return cash, all
}

// DaySign is somebody's word for a day's sums.
type DaySign struct {
	By         string
	Name       string
	At         time.Time
	Shifts     int
	Cash       money.Fen
	Total      money.Fen
	Difference money.Fen
	Note       string
}

// DayTotal sums the shifts of a venue (zero: of all) that were closed on a day
// (by the calendar in Shanghai), and names those that were opened until its end and are still open.
func (s *Service) DayTotal(ctx context.Context, day clock.Day, at ids.ID) (d DayTotal, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		d, err = dayTotal(ctx, tx, day, at)
		return err
	})
	return d, err
}

func dayTotal(ctx context.Context, tx db.Tx, day clock.Day, at ids.ID) (DayTotal, error) {
	d := DayTotal{Day: day, Venue: at}
	from, to := day.Start(clock.Shanghai), day.Add(1).Start(clock.Shanghai)
	list, err := shiftsOfDay(ctx, tx, from, to)
	if err != nil {
		return d, err
	}
	for _, sh := range list {
		if !at.IsZero() && sh.Venue != at {
			continue
		}
		if sh.ClosedAt == nil || !sh.ClosedAt.Before(to) {
			if err := tally(ctx, tx, &sh, tx.Now); err != nil {
				return d, err
			}
			d.Open = append(d.Open, sh)
			continue
		}
		d.Closed = append(d.Closed, sh)
		d.Opening, d.Expected, d.Counted, d.Difference = d.Opening+sh.Opening, d.Expected+sh.Expected, d.Counted+*sh.Counted, d.Difference+sh.Difference()
		if sh.Difference() != 0 {
			d.Over++
		}
		if sh.SignedBy == "" {
			d.Unsigned++
		}
		for _, m := range sh.Totals {
			i := slices.IndexFunc(d.Methods, func(x ShiftMethod) bool { return x.Method == m.Method })
			if i < 0 {
				d.Methods = append(d.Methods, m)
				continue
			}
			x := &d.Methods[i]
			x.Sales, x.Taken, x.Backs, x.Given = x.Sales+m.Sales, x.Taken+m.Taken, x.Backs+m.Backs, x.Given+m.Given
		}
	}
	slices.SortFunc(d.Methods, func(a, b ShiftMethod) int { return strings.Compare(a.Method, b.Method) })
	d.Signed, err = daySigns(ctx, tx, day, at)
	return d, err
}

// SignDay is a person's word for a day's sums as they stand (日结签字): the
// first signs, another one countersigns. by proves who signs, by PIN or
// password; without a login it is the caller.
// Errors: sales.day_open, sales.day_empty, sales.day_twice, sales.day_signed,
// and those of Vouch.
func (s *Service) SignDay(ctx context.Context, day clock.Day, at ids.ID, by Second, note string) (d DayTotal, err error) {
	if s.Vouch == nil {
		return d, ErrNoVouch
	}
	actor, err := s.Vouch(ctx, by.Login, by.Password, "day.close")
	if err != nil {
		return d, err
	}
	sc, _ := db.ScopeOf(ctx)
	sc.Actor = actor
	err = s.DB.InTx(db.WithScope(ctx, sc), func(ctx context.Context, tx db.Tx) error {
		if err := lockDay(ctx, tx, day); err != nil {
			return err
		}
		if d, err = dayTotal(ctx, tx, day, at); err != nil {
			return err
		}
		has := d.Signatures()
		switch {
		case len(d.Open) > 0:
			return ErrDayOpen.With("n", len(d.Open))
		case len(d.Closed) == 0:
			return ErrDayEmpty
		case len(has) == 2:
			return ErrDaySigned
		case len(has) == 1 && has[0].By == actor.String():
			return ErrDayTwice
		}
		cash, all := d.Takings()
		name, err := signerName(ctx, tx, actor)
		if err != nil {
			return err
		}
		if err := insertDaySign(ctx, tx, day, at, DaySign{By: actor.String(), Name: name, Shifts: len(d.Closed), Cash: cash, Total: all, Difference: d.Difference, Note: note}); err != nil {
			return err
		}
		d.Signed, err = daySigns(ctx, tx, day, at)
		return err
	})
	return d, err
}

// DayTotals are the days until one, the latest first, on which shifts were
// closed or are open still; n days are looked at. It is how days that nobody
// has signed are found.
func (s *Service) DayTotals(ctx context.Context, last clock.Day, n int, at ids.ID) (out []DayTotal, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		for i := range n {
			d, err := dayTotal(ctx, tx, last.Add(-i), at)
			if err != nil {
				return err
			}
			if len(d.Closed)+len(d.Open) > 0 {
				out = append(out, d)
			}
		}
		return nil
	})
	return out, err
}
