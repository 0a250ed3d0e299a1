package sales

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// ErrNoVouch is the error of a suite that has nobody to ask for a password.
var ErrNoVouch = errs.New(errs.Unavailable, "sales.vouch", "无法在此核验第二人的密码。", "A second person's password cannot be checked here.")

// Second is the second person at a drawer, who types login and password on the
// seller's screen.
type Second struct{ Login, Password string }

// as proves the second person and answers with the context in which that
// person acts.
func (s *Service) as(ctx context.Context, p Second, permission string) (context.Context, error) {
	if s.Vouch == nil {
		return nil, ErrNoVouch
	}
	actor, err := s.Vouch(ctx, p.Login, p.Password, permission)
	if err != nil {
		return nil, err
	}
	sc, _ := db.ScopeOf(ctx)
	if actor.String() == sc.Actor.String() {
		return nil, ErrOwnShift
	}
	sc.Actor = actor
	return db.WithScope(ctx, sc), nil
}

// SignShiftHere signs a closed shift at its own counter by a second person who
// may close the day. Errors: as SignShift, and those of Vouch.
func (s *Service) SignShiftHere(ctx context.Context, id ids.ID, p Second) (Shift, error) {
	if _, err := s.Shift(ctx, id); err != nil {
		return Shift{}, err
	}
	second, err := s.as(ctx, p, "day.close")
	if err != nil {
		return Shift{}, err
	}
	return s.SignShift(second, id)
}

// HandOver gives the caller's drawer to a colleague (交接班): the colleague has
// counted with the caller and signs by password; the caller's shift ends and
// the colleague's begins with the cash that was counted, at the same counter.
// next is the new shift's id; the same again returns both.
// Errors: as CloseShift and OpenShift, and those of Vouch.
func (s *Service) HandOver(ctx context.Context, id, next ids.ID, c Count, p Second) (ended, begun Shift, err error) {
	if next.IsZero() {
		return ended, begun, ids.ErrID.At("next")
	}
	if err := c.check(); err != nil {
		return ended, begun, err
	}
	if ended, err = s.Shift(ctx, id); err != nil || ended.Seller != buyerOf(ctx) {
		return Shift{}, begun, errsJoin(ErrNoShift, err)
	}
	second, err := s.as(ctx, p, "shift.manage")
	if err != nil {
		return ended, begun, err
	}
	to := buyerOf(second)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if ended, err = closeShift(ctx, tx, id, c); err != nil {
			return err
		}
		if ended.Next == next {
			begun, _, err = getShift(ctx, tx, next, "")
			if err == nil && begun.Opening != c.Cash {
				err = ErrIDTaken
			}
			return err
		}
		if ended.SignedBy != "" {
			return ErrShiftState
		}
		if _, open, err := openShiftOf(ctx, tx, to); err != nil || open {
			return errsJoin(ErrShiftOpen, err)
		}
		if _, taken, err := getShift(ctx, tx, next, ""); err != nil || taken {
			return errsJoin(ErrIDTaken, err)
		}
		begun = Shift{ID: next, Seller: to, SellerName: nameOf(second), Venue: ended.Venue, Counter: ended.Counter, Opening: c.Cash, OpenedAt: tx.Now, Expected: c.Cash}
		if err := insertShift(ctx, tx, begun); err != nil {
			return err
		}
		now := tx.Now
		ended.SignedBy, ended.SignedName, ended.SignedAt, ended.Next = to, nameOf(second), &now, next
		return updateShift(ctx, tx, ended)
	})
	if db.IsUnique(err, "shift_open") {
		err = ErrShiftOpen
	}
	return ended, begun, err
}
