package sales

import (
	"context"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Denominations are the notes and coins of the renminbi in fen.
var Denominations = []money.Fen{10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 2, 1}

// CashCount is how many there were of one note or coin.
type CashCount struct {
	Fen money.Fen `json:"fen"`
	N   int       `json:"n" minimum:"0" maximum:"100000"`
}

// Count is what was counted at the end of a shift. Counts may be empty; else
// they must add up to Cash.
type Count struct {
	Cash   money.Fen
	Counts []CashCount
	Note   string
}

func (c Count) check() error {
	if err := c.Cash.Check(); err != nil {
		return err
	}
	if len(c.Counts) == 0 {
		return nil
	}
	var sum money.Fen
	for i, x := range c.Counts {
		twice := slices.ContainsFunc(c.Counts[:i], func(y CashCount) bool { return y.Fen == x.Fen })
		if !slices.Contains(Denominations, x.Fen) || x.N < 0 || x.N > 100_000 || twice {
			return ErrCounts
		}
		sum += x.Fen * money.Fen(x.N)
	}
	if sum != c.Cash {
		return ErrCounts
	}
	return nil
}

// CashMove is money put into a drawer, or taken out of it (negative), besides
// sales: change from the bank, a deposit (投库).
type CashMove struct {
	ID     ids.ID
	Amount money.Fen
	Reason string
	By     string
	At     time.Time
}

// MoveCash notes money that goes into the drawer of the caller's open shift,
// or out of it. The same id again has no second effect.
// Errors: sales.cash_move, sales.shift_not_found, sales.shift_state.
func (s *Service) MoveCash(ctx context.Context, shift, id ids.ID, amount money.Fen, reason string) (Shift, error) {
	reason = strings.TrimSpace(reason)
	if id.IsZero() {
		return Shift{}, ids.ErrID.At("id")
	}
	size := max(amount, -amount)
	if amount == 0 || size.Check() != nil || reason == "" {
		return Shift{}, ErrMove
	}
	var sh Shift
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var ok bool
		var err error
		if sh, ok, err = getShift(ctx, tx, shift, "no key update"); err != nil || !ok || sh.Seller != buyerOf(ctx) {
			return errsJoin(ErrNoShift, err)
		}
		k := slices.IndexFunc(sh.Moves, func(m CashMove) bool { return m.ID == id })
		known := k >= 0
		if known && (sh.Moves[k].Amount != amount || sh.Moves[k].Reason != reason) {
			return ErrIDTaken
		}
		if sh.ClosedAt != nil && !known {
			return ErrShiftState
		}
		if !known {
			m := CashMove{ID: id, Amount: amount, Reason: reason, By: sh.Seller, At: tx.Now}
			sh.Moves = append(sh.Moves, m)
			if err := insertMove(ctx, tx, sh.ID, m); err != nil {
				return err
			}
		}
		if err := tally(ctx, tx, &sh, tx.Now); err != nil {
			return err
		}
		if !known && sh.Expected < 0 {
			return ErrMove
		}
		return nil
	})
	return sh, err
}
