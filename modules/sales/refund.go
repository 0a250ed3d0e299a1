package sales

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// Refund is money on its way back for some tickets of an order.
type Refund struct {
	ID        ids.ID
	Order     ids.ID
	Session   ids.ID
	Seats     []int32
	Fees      []money.Fen // one a seat
	Paid      money.Fen   // what was paid for them
	Fee       money.Fen   // what is kept
	Reason    string
	State     string // asked, seats_back, done, refused
	AskedBy   string
	CreatedAt time.Time
	DoneAt    *time.Time
	Payment   ids.ID // the payment given back, where an order has several; zero: the order's
}

// Quote is what a refund would give now, shown before it is asked for (RL-5).
type Quote struct {
	Tickets []QuoteLine
	Tiers   []show.RefundTier
	Free    bool // the show was changed or cancelled (RL-10)
}

// QuoteLine is one ticket's refund.
type QuoteLine struct {
	Seat     int32
	Price    money.Fen
	Fee      money.Fen
	Possible bool
}

// QuoteRefund tells what each live ticket of an order would give back now.
func (s *Service) QuoteRefund(ctx context.Context, order ids.ID) (Quote, error) {
	o, err := s.Order(ctx, order)
	if err != nil {
		return Quote{}, err
	}
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return Quote{}, err
	}
	live, err := s.Tickets(ctx, order)
	if err != nil {
		return Quote{}, err
	}
	return quote(se, live, s.DB.Clock().Now())
}

func quote(se show.Session, tickets []Ticket, now time.Time) (Quote, error) {
	q := Quote{Tiers: se.Rules.Refunds, Free: se.State == "cancelled"}
	for _, t := range tickets {
		if t.State != "valid" {
			continue
		}
		fee, ok, err := se.Rules.RefundFee(t.Price, now, se.StartsAt, q.Free)
		if err != nil {
			return q, err
		}
		q.Tickets = append(q.Tickets, QuoteLine{Seat: t.Seat, Price: t.Price, Fee: fee, Possible: ok})
	}
	return q, nil
}

// RefundRequest asks for some tickets of an order to be taken back.
type RefundRequest struct {
	ID     ids.ID // made by the client; the same id has one effect
	Order  ids.ID
	Seats  []int32
	Fee    money.Fen // as the person saw it; another fee is refused
	Reason string
}

// Refund takes tickets back: first the right to the seats, then the money.
// What fails on the way is taken up again by Sweep. Errors: sales.no_refund,
// sales.not_ticket, sales.fee_changed, sales.admitted.
func (s *Service) Refund(ctx context.Context, r RefundRequest) (Refund, error) {
	if r.ID.IsZero() {
		return Refund{}, ids.ErrID.At("id")
	}
	o, err := s.Order(ctx, r.Order)
	if err != nil {
		return Refund{}, err
	}
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return Refund{}, err
	}
	var f Refund
	asked := s.asking(ctx, "refund", r.ID, r.Order, sortedSeats(r.Seats), strings.TrimSpace(r.Reason))
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if f, err = getRefund(ctx, tx, r.ID); err == nil && f.Order != r.Order {
			return ErrIDTaken
		} else if err == nil {
			return asked.same(ctx, tx)
		} else if errs.KindOf(err) != errs.NotFound {
			return err
		}
		if _, err := getOrder(ctx, tx, r.Order, "no key update"); err != nil {
			return err
		}
		if err := refusePart(ctx, tx, o, se.State == "cancelled"); err != nil {
			return err
		}
		live, err := ticketsOf(ctx, tx, o)
		if err != nil {
			return err
		}
		f, err = plan(se, o, live, r, tx.Now, buyerOf(ctx))
		if err != nil {
			return err
		}
		if se.State != "cancelled" {
			if err := s.refuseAdmitted(ctx, tx, o, live, r.Seats); err != nil {
				return err
			}
		}
		return errsJoin(insertRefund(ctx, tx, f), asked.note(ctx, tx))
	})
	if err != nil {
		return Refund{}, err
	}
	return s.finish(ctx, f, o)
}

// refuseAdmitted refuses seats whose tickets were used to enter.
func (s *Service) refuseAdmitted(ctx context.Context, tx db.Tx, o Order, tickets []Ticket, seats []int32) error {
	if s.Admitted == nil {
		return nil
	}
	var codes []string
	for _, t := range tickets {
		if t.State == "valid" && slices.Contains(seats, t.Seat) {
			codes = append(codes, t.Code)
		}
	}
	used, err := s.Admitted(ctx, tx, o.Session, codes)
	if err == nil && len(used) > 0 {
		err = ErrAdmitted
	}
	return err
}

// meanwhile explains a command that the database refused: somebody was let in
// with a ticket after it was looked at and before the command was committed.
func (s *Service) meanwhile(ctx context.Context, err error, o Order, tickets []Ticket, seats []int32) error {
	if err == nil || errs.KindOf(err) != errs.Internal {
		return err
	}
	why := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error { return s.refuseAdmitted(ctx, tx, o, tickets, seats) })
	if errors.Is(why, ErrAdmitted) {
		return why
	}
	return err
}

// plan checks a refund against the tiers and makes its record.
func plan(se show.Session, o Order, tickets []Ticket, r RefundRequest, now time.Time, who string) (Refund, error) {
	f := Refund{ID: r.ID, Order: o.ID, Session: o.Session, Seats: r.Seats, Reason: r.Reason, State: "asked", AskedBy: who, CreatedAt: now}
	if f.Reason == "" {
		f.Reason = "观众退票"
	}
	q, err := quote(se, tickets, now)
	if err != nil {
		return f, err
	}
	seen := map[int32]bool{}
	for _, seat := range r.Seats {
		i := slices.IndexFunc(q.Tickets, func(l QuoteLine) bool { return l.Seat == seat })
		if i < 0 || seen[seat] {
			return f, ErrNotTicket
		}
		seen[seat] = true
		if !q.Tickets[i].Possible {
			return f, ErrNoRefund
		}
		f.Paid += q.Tickets[i].Price
		f.Fee += q.Tickets[i].Fee
		f.Fees = append(f.Fees, q.Tickets[i].Fee)
	}
	if len(r.Seats) == 0 {
		return f, ErrNotTicket
	}
	if f.Fee != r.Fee {
		return f, ErrFeeChanged.With("fee", f.Fee)
	}
	return f, nil
}

// finish carries a refund through the steps that are left. Each is idempotent
// by the refund's id.
func (s *Service) finish(ctx context.Context, f Refund, o Order) (Refund, error) {
	if f.State == "asked" {
		se, _, err := s.session(ctx, f.Session)
		if err != nil {
			return f, err
		}
		inside := se.State == "cancelled" // a show that broke off gives back also to those inside
		live, err := s.Tickets(ctx, o.ID)
		if err != nil {
			return f, err
		}
		err = s.comeBack(ctx, f.Session, func(pool uint16) error {
			_, err := s.Seats.Do(ctx, f.Session, &engine.Refund{Meta: engine.Meta{Key: key(f.ID), Actor: actorKey(ctx), Reason: f.Reason}, Sale: key(o.ID), Seats: f.Seats, ToPool: pool},
				&refunded{refund: f.ID, state: "refunded", fees: feesOf(f), inside: inside})
			return err
		})
		err = s.meanwhile(ctx, err, o, live, f.Seats)
		if c := errs.CodeOf(err); err != nil && c != "inventory.not_sold" && c != "inventory.sale_unknown" && c != ErrAdmitted.Code {
			return f, err
		} else if err != nil {
			f.State = "refused"
			return f, errsJoin(err, s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endRefund(ctx, tx, f.ID, "refused") }))
		}
		f.State = "seats_back"
	}
	if f.State == "seats_back" {
		done, err := s.giveBack(ctx, f)
		if err != nil || !done {
			return f, err
		}
		f.State = "done"
		if err := s.settleUses(ctx, o); err != nil {
			return f, err
		}
	}
	return f, nil
}

func feesOf(f Refund) map[int32]money.Fen {
	out := make(map[int32]money.Fen, len(f.Seats))
	for i, seat := range f.Seats {
		out[seat] = f.Fees[i]
	}
	return out
}

// giveBack returns the money through the provider that took it, as far as it
// took it; what was paid by hand goes back over the counter, and its record is
// the refund itself. Not done means that the money is on its way: the
// provider's notice, or the sweep, finds its end.
func (s *Service) giveBack(ctx context.Context, f Refund) (done bool, err error) {
	var paid Payment
	var p payment.Provider
	var through money.Fen
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if _, err = getOrder(ctx, tx, f.Order, "no key update"); err != nil {
			return err
		}
		if paid, err = paymentOf(ctx, tx, f); err != nil {
			return err
		}
		if p, err = s.provider(ctx, paid.Provider); errors.Is(err, ErrNoPay) {
			return nil
		} else if err != nil {
			return err
		}
		if through, err = shareOf(ctx, tx, f, paid); err != nil {
			return err
		}
		return s.spill(ctx, tx, f, paid, through)
	})
	if errors.Is(err, ErrNotFound) && f.Paid == f.Fee {
		err = nil // nothing was paid, nothing goes back
	}
	if err != nil {
		return false, err
	}
	if through > 0 {
		st, err := p.Refund(ctx, payment.RefundRequest{ID: f.ID, Payment: paid.ID, Amount: through, Total: paid.Amount, Reason: f.Reason, NotifyURL: s.notifyURL(ctx, paid.Provider)})
		switch {
		case err != nil:
			return false, err
		case st.State == payment.Waiting:
			return false, nil
		case st.State != payment.Refunded:
			return false, payment.ErrUnknown
		}
	}
	return true, s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := endRefund(ctx, tx, f.ID, "done"); err != nil {
			return err
		}
		if err := adjustInvoice(ctx, tx, f.Order); err != nil {
			return err
		}
		return closeIfEmpty(ctx, tx, f.Order)
	})
}
