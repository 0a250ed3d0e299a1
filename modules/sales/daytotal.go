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

// ErrDayOpen refuses to sign a day with shifts that are not closed.
var ErrDayOpen = errs.New(errs.Conflict, "sales.day_open", "还有 {n} 个班次未交班，不能签字。", "{n} shifts are not closed yet; the day cannot be signed.")

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
	Over       int // drawers with more or less than they should have
	Unsigned   int // closed shifts that nobody else has signed
	Signed     []DaySign
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

// SignDay is the caller's word for a day's sums as they stand; it is kept with
// them, so that a later change shows. Errors: sales.day_open.
func (s *Service) SignDay(ctx context.Context, day clock.Day, at ids.ID, note string) (d DayTotal, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if d, err = dayTotal(ctx, tx, day, at); err != nil {
			return err
		}
		if len(d.Open) > 0 {
			return ErrDayOpen.With("n", len(d.Open))
		}
		cash, all := d.Takings()
		if err := insertDaySign(ctx, tx, day, at, DaySign{By: buyerOf(ctx), Name: nameOf(ctx), Shifts: len(d.Closed), Cash: cash, Total: all, Difference: d.Difference, Note: note}); err != nil {
			return err
		}
		d.Signed, err = daySigns(ctx, tx, day, at)
		return err
	})
	return d, err
}
