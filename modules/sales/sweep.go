package sales

import (
	"context"
	"errors"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

func errsJoin(a, b error) error {
	if b == nil {
		return a
	}
	return errors.Join(a, b)
}

// Swept says what a round of Sweep did.
type Swept struct{ Expired, Confirmed, Refunded int }

// Sweep takes up what a crash or a missing notice left behind, for the tenant
// of ctx: unpaid orders whose time is over (after asking the provider once
// more), paid orders without tickets, refunds half done. It is safe to run on
// several nodes: every step is idempotent.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var done Swept
	var open []Order
	var back []Refund
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if open, err = dueOrders(ctx, tx, tx.Now, 200); err != nil {
			return err
		}
		back, err = openRefunds(ctx, tx, tx.Now, 200)
		return err
	})
	if err != nil {
		return done, err
	}
	bundles, all := s.SweepBundles(ctx)
	done.Confirmed, done.Expired = bundles.Confirmed, bundles.Expired
	all = errors.Join(all, s.sweepExchanges(ctx))
	for _, o := range open {
		if o.State == Paid {
			all = errors.Join(all, s.confirm(ctx, o))
			done.Confirmed++
			continue
		}
		if err := s.expire(ctx, o); err != nil {
			all = errors.Join(all, err)
			continue
		}
		done.Expired++
	}
	for _, f := range back {
		o, err := s.Order(ctx, f.Order)
		if err == nil {
			_, err = s.finish(ctx, f, o)
		}
		all = errors.Join(all, err)
		done.Refunded++
	}
	return done, all
}

// expire ends an unpaid order, unless the provider says that it was paid.
func (s *Service) expire(ctx context.Context, o Order) error {
	if err := s.ask(ctx, o, true); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getOrder(ctx, tx, o.ID, "no key update")
		if err != nil || now.State != Pending {
			return err
		}
		return setOrderState(ctx, tx, o.ID, Expired)
	})
	if err != nil {
		return err
	}
	return s.settleUses(ctx, o)
}

// MassRefund asks for all live tickets of a cancelled session back, without a
// fee (RL-10), and returns how many orders it took up. It can be run again.
func (s *Service) MassRefund(ctx context.Context, session ids.ID, progress func(done, total int)) (int, error) {
	se, _, err := s.session(ctx, session)
	if err != nil {
		return 0, err
	}
	if se.State != "cancelled" {
		return 0, ErrNotOff
	}
	var list []Order
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		list, err = confirmedOrders(ctx, tx, session)
		return err
	})
	if err != nil {
		return 0, err
	}
	var all error
	for i, o := range list {
		tickets, err := s.Tickets(ctx, o.ID)
		var seats []int32
		for _, t := range tickets {
			if t.State == "valid" {
				seats = append(seats, t.Seat)
			}
		}
		if err == nil && len(seats) > 0 {
			_, err = s.Refund(ctx, RefundRequest{ID: idOf(derive(o.ID, "mass-refund")), Order: o.ID, Seats: seats, Reason: "演出取消"})
		}
		all = errors.Join(all, err)
		if progress != nil {
			progress(i+1, len(list))
		}
	}
	return len(list), all
}
