package sales

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// NewBundle names the people of a bundle.
type NewBundle struct {
	ID      ids.ID
	People  []Person // one for each ticket of a session; the same people go to all sessions
	Phone   string
	Consent bool
	Rules   string // RulesHash of PackageRules as shown; "" is not compared
	Address string // the shop's client's, "" of staff; see Guard
	// at the counter
	Method string
	Taken  money.Fen
}

// OrderBundle makes the orders of a bundle's parts, all or none: every document
// is checked in every session before the first (RL-1). At the counter it is
// paid and its tickets are made at once, or, without a method, it waits to be
// paid by the payer's code. The same request again goes on where
// the last one ended. Errors: as PlaceOrder, sales.bundle_not_found,
// sales.amount, sales.scan_open.
func (s *Service) OrderBundle(ctx context.Context, n NewBundle) (Bundle, error) {
	b, err := s.Bundle(ctx, n.ID)
	if err != nil {
		return b, err
	}
	if err := s.sameBundle(ctx, b, n); err != nil {
		return Bundle{}, err
	}
	if b.State == BundleHeld || b.State == BundlePlacing {
		if err := s.placeGuarded(ctx, b, n); err != nil {
			return b, err
		}
		if b, err = s.Bundle(ctx, n.ID); err != nil {
			return b, err
		}
	}
	if b.State == Pending && (n.Method != "" || b.Amount == 0) {
		if err := s.takeMoney(ctx, b, n); err != nil {
			return b, err
		}
		b.State = Paid
	}
	if b.State == Paid {
		if err := s.confirmBundle(ctx, b); err != nil {
			return b, err
		}
	}
	return s.Bundle(ctx, n.ID)
}

// sameBundle refuses a request for a bundle that was ordered, or paid at the
// counter, in another way. One that waits for its money is paid without naming
// its people again.
func (s *Service) sameBundle(ctx context.Context, b Bundle, n NewBundle) error {
	if b.State == BundleHeld {
		return nil
	}
	if n.Method == "" || b.State == BundlePlacing || len(n.People) > 0 || strings.TrimSpace(n.Phone) != "" {
		if err := s.sameAsk(ctx, s.bundleAsk(ctx, n)); err != nil {
			return err
		}
	}
	if n.Method == "" || b.State == BundlePlacing || b.State == Pending {
		return nil
	}
	return s.sameAsk(ctx, s.bundlePayAsk(ctx, n))
}

// bundleAsk is what a bundle is ordered with; what only guards the request (the
// consent, the sum that was shown) is none of it.
func (s *Service) bundleAsk(ctx context.Context, n NewBundle) ask {
	return s.asking(ctx, "bundle order", n.ID, plainPeople(n.People), strings.TrimSpace(n.Phone))
}

func (s *Service) bundlePayAsk(ctx context.Context, n NewBundle) ask {
	return s.asking(ctx, "bundle payment", n.ID, n.Method)
}

// placeGuarded is placeBundle within what a buyer may ask about documents.
func (s *Service) placeGuarded(ctx context.Context, b Bundle, n NewBundle) error {
	if len(n.People) > 0 {
		if err := s.mayAsk(ctx, n.Address); err != nil {
			return err
		}
	}
	err := s.placeBundle(ctx, b, n)
	if e, ok := errs.Of(err); ok && e.Code == "inventory.document_used" {
		s.answered(ctx, n.Address, max(1, len(e.Fields)))
	}
	return err
}

// placingTime is how long the making of a bundle's orders may take before the
// sweeper takes it for dead.
const placingTime = 2 * time.Minute

func (s *Service) placeBundle(ctx context.Context, b Bundle, n NewBundle) error {
	if !s.DB.Clock().Now().Before(b.ExpiresAt) {
		return ErrState
	}
	if n.Method == "cash" && n.Taken < b.Amount {
		return ErrAmount.At("taken").With("due", b.Amount)
	}
	if err := s.checkBundle(ctx, b, n); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getBundle(ctx, tx, b.ID, "no key update")
		if err != nil {
			return err
		}
		if now.State == BundlePlacing {
			return s.bundleAsk(ctx, n).same(ctx, tx)
		}
		if now.State != BundleHeld {
			return ErrState
		}
		until := tx.Now.Add(placingTime) // the sweeper leaves it alone meanwhile
		return errsJoin(setBundleState(ctx, tx, b.ID, BundlePlacing, &until), s.bundleAsk(ctx, n).note(ctx, tx))
	})
	if err != nil {
		return err
	}
	var expires time.Time
	for i, part := range b.Parts {
		at, err := s.placePart(ctx, b, part, n)
		if err != nil {
			if k := errs.KindOf(err); k == errs.Unavailable || k == errs.Internal || k == errs.TooMany {
				return err // asked again it goes on; else the sweeper gives all up
			}
			return errsJoin(err, s.dissolve(ctx, b, BundlePlacing, Cancelled))
		}
		if i == 0 || at.Before(expires) {
			expires = at
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getBundle(ctx, tx, b.ID, "no key update")
		if err != nil || now.State != BundlePlacing {
			return errsJoin(ErrState, err)
		}
		return setBundleState(ctx, tx, b.ID, Pending, &expires)
	})
}

// checkBundle checks consent and people for all sessions, so that what is
// wrong is told before anything is done.
func (s *Service) checkBundle(ctx context.Context, b Bundle, n NewBundle) error {
	sessions := make([]show.Session, len(b.Parts))
	for i, p := range b.Parts {
		var err error
		if sessions[i], _, err = s.session(ctx, p.Session); err != nil {
			return err
		}
	}
	if b.Channel != "counter" && !n.Consent {
		return ErrConsent
	}
	if n.Rules != "" {
		if sum := rulesSum(PackageRules(b.Content, sessions)); n.Rules != hex.EncodeToString(sum[:]) {
			return ErrRules
		}
	}
	sc, _ := db.ScopeOf(ctx)
	now := s.DB.Clock().Now()
	for _, se := range sessions {
		part := NewOrder{ID: b.ID, Session: se.ID, People: peopleFor(se.Rules.RealName, n.People), Phone: n.Phone}
		people, _, err := s.checkPeople(sc.Tenant, se, part, now)
		if err != nil {
			return err
		}
		if err := enoughPeople(se.Rules.RealName, len(people), b.Content.Tickets); err != nil {
			return err
		}
		if !se.Rules.RealName.PerTicket {
			continue
		}
		if err := s.refuseUsed(ctx, se.ID, people); err != nil {
			return err
		}
	}
	return nil
}

// refuseUsed names the people who have a ticket of a session already (RL-1).
// The engine decides again when the order is made.
func (s *Service) refuseUsed(ctx context.Context, session ids.ID, people []identity.Person) error {
	return s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		for i, p := range people {
			if _, used, err := identity.SeatOf(ctx, tx, session, p.Blind); err != nil {
				return err
			} else if used {
				return refusedPeople(inventory.Refused(&engine.Refusal{Code: engine.DocumentUsed, Limit: 1}), engine.Answer{Refused: &engine.Refusal{Code: engine.DocumentUsed, Seats: []int32{int32(i)}}})
			}
		}
		return nil
	})
}

// peopleFor are those of a bundle's people whom a session asks for.
func peopleFor(r show.RealName, people []Person) []Person {
	switch {
	case r.PerTicket:
		return people
	case r.PerOrder && len(people) > 0:
		return people[:1]
	}
	return nil
}

// placePart makes the order of one part and tells until when it may be paid.
func (s *Service) placePart(ctx context.Context, b Bundle, part BundlePart, n NewBundle) (time.Time, error) {
	se, _, err := s.session(ctx, part.Session)
	if err != nil {
		return time.Time{}, err
	}
	one := NewOrder{ID: part.Order, Session: part.Session, Hold: part.Hold, People: peopleFor(se.Rules.RealName, n.People), Phone: n.Phone, Consent: n.Consent}
	if old, ok, err := s.known(ctx, one); err != nil || ok {
		return old.ExpiresAt, err
	}
	p, docs, err := s.prepare(ctx, one, b.Channel)
	if err != nil {
		return time.Time{}, err
	}
	if len(p.order.Lines) != len(part.Seats) {
		return time.Time{}, ErrState
	}
	for i := range p.order.Lines {
		l := &p.order.Lines[i]
		l.Kind, l.Price = packageKind, part.Prices[i]
	}
	if p.order.Amount, err = part.Amount(); err != nil {
		return time.Time{}, err
	}
	_, err = s.Seats.Do(ctx, part.Session, &engine.Assign{
		Meta: engine.Meta{Key: derive(part.Hold, "place"), Actor: actorKey(ctx), Channel: ChannelNo(b.Channel)},
		Hold: key(part.Hold), Buyer: shopper(ctx), Docs: docs,
	}, p)
	return p.order.ExpiresAt, err
}

// dissolve gives a bundle up that is not paid: its orders end and its seats are
// free.
func (s *Service) dissolve(ctx context.Context, b Bundle, from, to string) error {
	moved := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getBundle(ctx, tx, b.ID, "no key update")
		if err != nil || now.State != from {
			return err
		}
		moved = true
		if err := setBundleState(ctx, tx, b.ID, to, nil); err != nil {
			return err
		}
		return setPartStates(ctx, tx, b.ID, to)
	})
	if err != nil || !moved {
		return err
	}
	var all error
	for _, p := range b.Parts {
		all = errors.Join(all, s.release(ctx, p.Session, p.Hold, buyerKey(b.asOrder())))
	}
	return all
}

// takeMoney notes what was paid at the counter; a bundle of nothing to pay is
// paid by itself.
func (s *Service) takeMoney(ctx context.Context, b Bundle, n NewBundle) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getBundle(ctx, tx, b.ID, "no key update")
		if err != nil || now.State != Pending {
			return err
		}
		if b.Amount > 0 {
			if b.Channel == "online" {
				return ErrState
			}
			if n.Method == "cash" && n.Taken < b.Amount {
				return ErrAmount.At("taken").With("due", b.Amount)
			}
			if open, err := openScan(ctx, tx, b.ID); err != nil || !open.ID.IsZero() {
				return errsJoin(ErrScanOpen, err) // it may be paid already
			}
			if err := insertTaken(ctx, tx, Payment{ID: idOf(derive(b.ID, "counter")), Order: b.ID, Provider: n.Method, Amount: b.Amount}, buyerOf(ctx)); err != nil {
				return err
			}
			if err := s.bundlePayAsk(ctx, n).note(ctx, tx); err != nil {
				return err
			}
		}
		return setBundleState(ctx, tx, b.ID, Paid, nil)
	})
}

// CancelBundle gives up a bundle that is not paid. Errors: as Cancel.
func (s *Service) CancelBundle(ctx context.Context, id ids.ID) (Bundle, error) {
	b, err := s.Bundle(ctx, id)
	if err != nil || b.State == Cancelled {
		return b, err
	}
	if b.State != BundleHeld && b.State != Pending {
		return b, ErrState
	}
	if b.State == Pending {
		if err := s.ask(ctx, b.asOrder(), true); err != nil && errs.KindOf(err) != errs.Unavailable {
			return b, err
		}
	}
	if err := s.dissolve(ctx, b, b.State, Cancelled); err != nil {
		return b, err
	}
	if b, err = s.Bundle(ctx, id); err == nil && b.State != Cancelled {
		err = ErrState // it was paid meanwhile
	}
	return b, err
}
