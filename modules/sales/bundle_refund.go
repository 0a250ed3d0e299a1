package sales

import (
	"context"
	"errors"
	"slices"
	"strings"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// BundleQuote is what giving a bundle back would give now.
type BundleQuote struct {
	Parts    []Quote // in the parts' order
	Paid     money.Fen
	Fee      money.Fen
	Possible bool // all that is left of it can be given back
	Whole    bool // only all together
}

// QuoteBundle tells what each live ticket of a bundle would give back now.
func (s *Service) QuoteBundle(ctx context.Context, id ids.ID) (BundleQuote, error) {
	b, err := s.Bundle(ctx, id)
	if err != nil {
		return BundleQuote{}, err
	}
	q := BundleQuote{Whole: b.Content.Refund == RefundWhole, Possible: b.State == Confirmed}
	live := 0
	for _, p := range b.Parts {
		part := Quote{}
		if b.State == Confirmed {
			if part, err = s.QuoteRefund(ctx, p.Order); err != nil {
				return q, err
			}
		}
		for _, t := range part.Tickets {
			q.Paid, q.Fee, live = q.Paid+t.Price, q.Fee+t.Fee, live+1
			q.Possible = q.Possible && t.Possible
		}
		q.Parts = append(q.Parts, part)
	}
	q.Possible = q.Possible && live > 0
	return q, nil
}

// BundleRefund asks for a whole bundle to be taken back.
type BundleRefund struct {
	ID     ids.ID // made by the client; the same id has one effect
	Bundle ids.ID
	Fee    money.Fen // of all tickets, as the person saw it
	Reason string
}

// RefundBundle takes all live tickets of a bundle back, in all sessions or in
// none: their refunds are on record in one transaction, and what fails on the
// way is taken up again by Sweep. Errors: as Refund.
func (s *Service) RefundBundle(ctx context.Context, r BundleRefund) (Bundle, error) {
	if r.ID.IsZero() {
		return Bundle{}, ids.ErrID.At("id")
	}
	b, err := s.Bundle(ctx, r.Bundle)
	if err != nil {
		return b, err
	}
	if b.State != Confirmed {
		return b, ErrState
	}
	var list []Refund
	asked := s.asking(ctx, "bundle refund", r.ID, r.Bundle, strings.TrimSpace(r.Reason))
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getBundle(ctx, tx, b.ID, "no key update"); err != nil {
			return err
		}
		if err := errsJoin(asked.same(ctx, tx), asked.note(ctx, tx)); err != nil {
			return err
		}
		if list, err = s.planBundle(ctx, tx, b, r); err != nil {
			return err
		}
		for _, f := range list {
			if f.State != "asked" {
				continue
			}
			if err := insertRefund(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return b, err
	}
	var all error
	for _, f := range list {
		o, err := s.Order(ctx, f.Order)
		if err == nil {
			_, err = s.finish(ctx, f, o)
		}
		all = errors.Join(all, err)
	}
	return b, all
}

// planBundle makes the refunds of a bundle's parts, or finds those that the
// same request made before.
func (s *Service) planBundle(ctx context.Context, tx db.Tx, b Bundle, r BundleRefund) ([]Refund, error) {
	var list []Refund
	var fee money.Fen
	for _, p := range b.Parts {
		id := idOf(derive(r.ID, p.Order.String()))
		if f, err := getRefund(ctx, tx, id); err == nil {
			list = append(list, f)
			continue
		} else if !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		o, err := getOrder(ctx, tx, p.Order, "no key update")
		if err != nil {
			return nil, err
		}
		se, _, err := s.session(ctx, p.Session)
		if err != nil {
			return nil, err
		}
		tickets, err := ticketsOf(ctx, tx, o)
		if err != nil {
			return nil, err
		}
		part := RefundRequest{ID: id, Order: o.ID, Reason: r.Reason}
		for _, t := range tickets {
			if t.State == "valid" {
				part.Seats = append(part.Seats, t.Seat)
			}
		}
		if len(part.Seats) == 0 {
			continue
		}
		q, err := quote(se, tickets, tx.Now)
		if err != nil {
			return nil, err
		}
		for _, t := range q.Tickets {
			part.Fee += t.Fee
		}
		f, err := plan(se, o, tickets, part, tx.Now, buyerOf(ctx))
		if err != nil {
			return nil, err
		}
		if se.State != "cancelled" {
			if err := s.refuseAdmitted(ctx, tx, o, tickets, part.Seats); err != nil {
				return nil, err
			}
		}
		fee += f.Fee
		list = append(list, f)
	}
	if len(list) == 0 {
		return nil, ErrNotTicket
	}
	if fresh := slices.ContainsFunc(list, func(f Refund) bool { return f.State == "asked" }); fresh && fee != r.Fee && !slices.ContainsFunc(list, func(f Refund) bool { return f.State != "asked" }) {
		return nil, ErrFeeChanged.With("fee", fee)
	}
	return list, nil
}

// refusePart refuses what a package's rule forbids for single tickets of it: a
// cancelled session's tickets go back whatever the rule (RL-10).
func refusePart(ctx context.Context, tx db.Tx, o Order, cancelled bool) error {
	id, err := bundleOf(ctx, tx, o.ID)
	if err != nil || id.IsZero() || cancelled {
		return err
	}
	b, err := getBundle(ctx, tx, id, "")
	if err == nil && b.Content.Refund == RefundWhole {
		err = ErrPackageWhole
	}
	return err
}
