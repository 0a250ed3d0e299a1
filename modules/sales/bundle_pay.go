package sales

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// PayBundle asks a provider for a way to pay a pending bundle, as Pay does for
// an order: one payment for all sessions.
func (s *Service) PayBundle(ctx context.Context, id ids.ID, c PayChoice) (payment.Created, error) {
	b, err := s.Bundle(ctx, id)
	if err != nil {
		return payment.Created{}, err
	}
	p, err := s.offered(ctx, b.asOrder(), c.Provider)
	if err != nil {
		return payment.Created{}, err
	}
	var pay Payment
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getBundle(ctx, tx, id, "no key update")
		if err != nil {
			return err
		}
		if b = now; b.State != Pending || !tx.Now.Before(b.ExpiresAt) {
			return ErrState
		}
		if pay, err = waitingPayment(ctx, tx, b.ID, c.Provider, c.Scene); err != nil || !pay.ID.IsZero() {
			return err
		}
		pay = Payment{ID: ids.New(), Order: b.ID, Provider: c.Provider, Amount: b.Amount, State: "waiting", Scene: c.Scene}
		return insertPayment(ctx, tx, pay)
	})
	if err != nil {
		return payment.Created{}, err
	}
	return p.Create(ctx, payment.Request{
		ID: pay.ID, Tenant: tenantOf(ctx), Order: b.ID, Amount: pay.Amount, Subject: b.Content.Name, Expires: b.ExpiresAt,
		ReturnURL: s.Address + "/shop/bundles/" + b.ID.String(), NotifyURL: s.notifyURL(ctx, c.Provider), Scene: c.Scene, ClientIP: c.IP, OpenID: c.OpenID,
	})
}

// CheckBundle asks the provider about a bundle's open payments.
func (s *Service) CheckBundle(ctx context.Context, id ids.ID) (Bundle, error) {
	b, err := s.Bundle(ctx, id)
	if err != nil {
		return b, err
	}
	if b.State == Pending || b.State == Expired || b.State == Cancelled {
		if err := s.ask(ctx, b.asOrder(), false); err != nil {
			return b, err
		}
	}
	return s.Bundle(ctx, id)
}

// settleBundle marks a bundle paid in the transaction of its payment's notice.
// A second payment goes back.
func (s *Service) settleBundle(ctx context.Context, tx db.Tx, pay Payment, st payment.Status, repeated bool) (Bundle, error) {
	b, err := getBundle(ctx, tx, pay.Order, "no key update")
	if err != nil || repeated {
		return b, err
	}
	if err := markPaid(ctx, tx, pay.ID, st); err != nil {
		return b, err
	}
	if b.State == Pending || b.State == Expired || b.State == Cancelled {
		b.State = Paid
		return b, setBundleState(ctx, tx, b.ID, Paid, nil)
	}
	first := b.Parts[0]
	return b, insertRefund(ctx, tx, Refund{ID: idOf(derive(pay.ID, "paid-twice")), Order: first.Order, Session: first.Session, Paid: st.Amount, Reason: "重复支付", State: "seats_back", AskedBy: "system:sales", Payment: pay.ID})
}

// busyFor is how long one confirmation may take before another may begin.
const busyFor = 30 * time.Second

// confirmBundle makes the tickets of a paid bundle: first every part is made
// sure of, its seats taken again where a hold has ended, then each becomes a
// sale. If one cannot be had any more none is kept, and all money goes back.
func (s *Service) confirmBundle(ctx context.Context, b Bundle) error {
	mine := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		mine, err = claimBundle(ctx, tx, b.ID, tx.Now.Add(busyFor))
		return err
	})
	if err != nil || !mine {
		return err
	}
	err = s.confirmParts(ctx, b)
	if err == nil {
		return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return setBundleState(ctx, tx, b.ID, Confirmed, nil) })
	}
	if k := errs.KindOf(err); k == errs.Unavailable || k == errs.Internal || k == errs.TooMany || ctx.Err() != nil {
		// It stays claimed: what the writer did is not known yet, and the sweeper goes on when the claim has ended.
		return err
	}
	return s.failBundle(ctx, b)
}

func (s *Service) confirmParts(ctx context.Context, b Bundle) error {
	var made map[ids.ID]Order
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		made, err = ordersOf(ctx, tx, b)
		return err
	})
	if err != nil {
		return err
	}
	holds := make([]ids.ID, len(b.Parts))
	for i, p := range b.Parts {
		o, ok := made[p.Order]
		if !ok {
			return ErrState
		}
		if o.State == Confirmed || o.State == Refunded {
			continue
		}
		if holds[i], err = s.sureHold(ctx, o); err != nil {
			return err
		}
	}
	for i, p := range b.Parts {
		if holds[i].IsZero() {
			continue
		}
		se, _, err := s.session(ctx, p.Session)
		if err != nil {
			return err
		}
		o := made[p.Order]
		sold, err := s.soldPayload(ctx, se, o)
		if err != nil {
			return err
		}
		sold.priced = true
		if err := s.confirmHold(ctx, o, holds[i], sold); err != nil {
			return err
		}
	}
	return nil
}

// sureHold is a hold on an order's seats that lasts long enough to confirm it:
// its own, given more time, or a new one when that has ended. A hold that was
// sold was confirmed before a crash; confirming again answers the same.
func (s *Service) sureHold(ctx context.Context, o Order) (ids.ID, error) {
	moment := fmt.Sprint(s.DB.Clock().Now().UnixMilli())
	_, err := s.Seats.Do(ctx, o.Session, &engine.Extend{Meta: engine.Meta{Key: derive(o.ID, "sure "+moment), Actor: actorKey(ctx)}, Hold: key(o.Hold), Buyer: buyerKey(o), For: 60_000}, nil)
	if err == nil || errs.CodeOf(err) == "inventory.hold_sold" {
		return o.Hold, nil
	}
	if !holdGone(err) {
		return ids.ID{}, err
	}
	docs, err := s.docsOf(ctx, o)
	if err != nil {
		return ids.ID{}, err
	}
	for try := range 100 {
		again := idOf(derive(o.ID, fmt.Sprint("again ", try)))
		a, err := s.Seats.Do(ctx, o.Session, &engine.Hold{Meta: engine.Meta{Key: key(again), Actor: actorKey(ctx)}, Buyer: buyerKey(o), Seats: o.seats(), Docs: docs, For: 60_000, Accessible: true}, nil)
		if err != nil {
			return ids.ID{}, err
		}
		if !a.Replayed || a.Left > 10_000 {
			return again, nil
		}
	}
	return ids.ID{}, ErrState
}

// failBundle gives the money of a paid bundle back: tickets that were made are
// taken back without a fee, and the share of the other parts with them. The
// sweeper carries the refunds out.
func (s *Service) failBundle(ctx context.Context, b Bundle) error {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getBundle(ctx, tx, b.ID, "no key update")
		if err != nil || now.State != Paid {
			return err
		}
		if err := setBundleState(ctx, tx, b.ID, RefundDue, nil); err != nil {
			return err
		}
		made, err := ordersOf(ctx, tx, b)
		if err != nil {
			return err
		}
		for _, p := range b.Parts {
			o, ok := made[p.Order]
			if !ok {
				continue
			}
			f := Refund{ID: idOf(derive(p.Order, "refund-due")), Order: p.Order, Session: p.Session, Paid: o.Amount, Reason: "套票未能全部出票", State: "seats_back", AskedBy: "system:sales"}
			if o.State == Confirmed {
				f.State, f.Seats = "asked", p.Seats
				for range p.Seats {
					f.Fees = append(f.Fees, 0)
				}
			} else if err := setOrderState(ctx, tx, o.ID, RefundDue); err != nil {
				return err
			}
			if err := insertRefund(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	var all error
	for _, p := range b.Parts {
		if e := s.release(ctx, p.Session, p.Hold, buyerKey(b.asOrder())); errs.CodeOf(e) != "inventory.hold_sold" {
			all = errors.Join(all, e)
		}
	}
	return errors.Join(err, all)
}

// SweepBundles takes up what a crash or a missing notice left of bundles, for
// the tenant of ctx; part of Sweep.
func (s *Service) SweepBundles(ctx context.Context) (done Swept, all error) {
	var due []Bundle
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = dueBundles(ctx, tx, tx.Now, 100)
		return err
	})
	if err != nil {
		return done, err
	}
	for _, b := range due {
		if b.State == Paid {
			all = errors.Join(all, s.confirmBundle(ctx, b))
			done.Confirmed++
			continue
		}
		if b.State == Pending {
			if err := s.ask(ctx, b.asOrder(), true); err != nil {
				all = errors.Join(all, err)
				continue
			}
		}
		all = errors.Join(all, s.dissolve(ctx, b, b.State, Expired))
		done.Expired++
	}
	return done, all
}
