package sales

import (
	"context"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
)

// Shift is a seller's time at a counter (班次), from the float in the drawer to
// the cash that was counted.
type Shift struct {
	ID       ids.ID
	Seller   string // actor
	Counter  string
	Opening  money.Fen // float in the drawer at the start (备用金)
	OpenedAt time.Time
	ClosedAt *time.Time
	Counted  *money.Fen    // cash in the drawer at the end
	Totals   []ShiftMethod // live while the shift is open, as they stood once it is closed
	Expected money.Fen     // cash that should be in the drawer
	Note     string
	SignedBy string // who looked at the count, never the seller
	SignedAt *time.Time

	SellerName, SignedName string // as they were at the time
	Counts                 []CashCount
	Moves                  []CashMove
	Next                   ids.ID // the shift that went on with the drawer
	Venue                  ids.ID // where its counter is; zero: not said
}

// Difference is what the drawer has more (or less) than it should.
func (s Shift) Difference() money.Fen {
	if s.Counted == nil {
		return 0
	}
	return *s.Counted - s.Expected
}

// ShiftMethod sums one way of payment over a shift.
type ShiftMethod struct {
	Method string    `json:"method"`
	Sales  int       `json:"sales"` // payments taken
	Taken  money.Fen `json:"taken"`
	Backs  int       `json:"backs"` // refunds given
	Given  money.Fen `json:"given"`
}

// OpenShift begins the caller's shift. The same id again returns it.
// Errors: sales.shift_open, sales.id_taken, core.amount_range,
// sales.account_venue.
func (s *Service) OpenShift(ctx context.Context, id ids.ID, counter string, opening money.Fen) (Shift, error) {
	return s.OpenShiftAt(ctx, ids.ID{}, id, counter, opening)
}

// OpenShiftAt is OpenShift at a venue's counter; a zero venue is not said.
func (s *Service) OpenShiftAt(ctx context.Context, at, id ids.ID, counter string, opening money.Fen) (Shift, error) {
	if id.IsZero() {
		return Shift{}, ids.ErrID.At("id")
	}
	if err := opening.Check(); err != nil {
		return Shift{}, err
	}
	me := buyerOf(ctx)
	var sh Shift
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		old, ok, err := getShift(ctx, tx, id, "")
		if err != nil || ok {
			sh = old
			if ok && (old.Seller != me || old.Venue != at || old.Counter != counter || old.Opening != opening) {
				return ErrIDTaken
			}
			return err
		}
		if _, open, err := openShiftOf(ctx, tx, me); err != nil || open {
			return errsJoin(ErrShiftOpen, err)
		}
		if !at.IsZero() {
			if err := venueThere(ctx, tx, at); err != nil {
				return err
			}
		}
		sh = Shift{ID: id, Seller: me, SellerName: nameOf(ctx), Venue: at, Counter: counter, Opening: opening, OpenedAt: tx.Now, Expected: opening}
		return insertShift(ctx, tx, sh)
	})
	if db.IsUnique(err, "shift_open") {
		err = ErrShiftOpen
	}
	return sh, err
}

// CurrentShift is the caller's open shift with its totals so far.
// Errors: sales.shift_not_found.
func (s *Service) CurrentShift(ctx context.Context) (sh Shift, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var ok bool
		if sh, ok, err = openShiftOf(ctx, tx, buyerOf(ctx)); err != nil || !ok {
			return errsJoin(ErrNoShift, err)
		}
		return tally(ctx, tx, &sh, tx.Now)
	})
	return sh, err
}

// CloseShift ends the caller's shift with the cash that was counted. What the
// drawer should hold is worked out then and kept with it; a difference needs a
// note that says why. The same count again returns the shift. Errors:
// sales.shift_not_found, sales.shift_state, sales.shift_counts,
// sales.shift_note.
func (s *Service) CloseShift(ctx context.Context, id ids.ID, c Count) (Shift, error) {
	if err := c.check(); err != nil {
		return Shift{}, err
	}
	var sh Shift
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		sh, err = closeShift(ctx, tx, id, c)
		return err
	})
	return sh, err
}

// closeShift ends the caller's shift; one that is closed with the same count
// stays as it is.
func closeShift(ctx context.Context, tx db.Tx, id ids.ID, c Count) (Shift, error) {
	sh, ok, err := getShift(ctx, tx, id, "no key update")
	if err != nil || !ok || sh.Seller != buyerOf(ctx) {
		return Shift{}, errsJoin(ErrNoShift, err)
	}
	if sh.ClosedAt != nil {
		if *sh.Counted != c.Cash {
			return Shift{}, ErrShiftState
		}
		return sh, nil
	}
	if err := tally(ctx, tx, &sh, tx.Now); err != nil {
		return Shift{}, err
	}
	now, cash := tx.Now, c.Cash
	sh.ClosedAt, sh.Counted, sh.Note, sh.Counts = &now, &cash, c.Note, c.Counts
	if sh.Difference() != 0 && strings.TrimSpace(c.Note) == "" {
		return Shift{}, ErrShiftNote.With("difference", sh.Difference())
	}
	return sh, updateShift(ctx, tx, sh)
}

// SignShift is a second person's word that the count was seen.
// Errors: sales.shift_not_found, sales.shift_state, sales.own_shift.
func (s *Service) SignShift(ctx context.Context, id ids.ID) (Shift, error) {
	me := buyerOf(ctx)
	var sh Shift
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var ok bool
		var err error
		if sh, ok, err = getShift(ctx, tx, id, "no key update"); err != nil || !ok {
			return errsJoin(ErrNoShift, err)
		}
		switch {
		case sh.Seller == me:
			return ErrOwnShift
		case sh.ClosedAt == nil || (sh.SignedBy != "" && sh.SignedBy != me):
			return ErrShiftState
		case sh.SignedBy == me:
			return nil
		}
		now := tx.Now
		sh.SignedBy, sh.SignedName, sh.SignedAt = me, nameOf(ctx), &now
		return updateShift(ctx, tx, sh)
	})
	return sh, err
}

// Shifts lists shifts, the latest first.
func (s *Service) Shifts(ctx context.Context, r page.Request) (p page.Page[Shift], err error) {
	return s.shifts(ctx, "", r)
}

// MyShifts lists the caller's shifts, the latest first.
func (s *Service) MyShifts(ctx context.Context, r page.Request) (page.Page[Shift], error) {
	return s.shifts(ctx, buyerOf(ctx), r)
}

func (s *Service) shifts(ctx context.Context, seller string, r page.Request) (p page.Page[Shift], err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listShifts(ctx, tx, seller, r)
		return err
	})
	return p, err
}

// tally works out an open shift's totals until now.
func tally(ctx context.Context, tx db.Tx, sh *Shift, until time.Time) error {
	totals, err := shiftTotals(ctx, tx, sh.Seller, sh.OpenedAt, until)
	if err != nil {
		return err
	}
	sh.Totals, sh.Expected = totals, sh.Opening
	for _, m := range sh.Moves {
		sh.Expected += m.Amount
	}
	if i := slices.IndexFunc(totals, func(m ShiftMethod) bool { return m.Method == "cash" }); i >= 0 {
		sh.Expected += totals[i].Taken - totals[i].Given
	}
	return nil
}
