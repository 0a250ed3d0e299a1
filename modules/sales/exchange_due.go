package sales

import (
	"context"
	"errors"
	"slices"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Errors of exchanges to dearer seats.
var (
	ErrNoDue   = errs.New(errs.NotFound, "sales.exchange_not_found", "没有这个换座单。", "There is no such exchange.")
	ErrDueOpen = errs.New(errs.Conflict, "sales.exchange_open", "这个订单有一笔换座正在等待补差价，请先完成或取消。", "An exchange of this order waits for its difference; pay or cancel it first.")
	ErrNotDear = errs.New(errs.Conflict, "sales.exchange_not_dearer", "新座位无需补差价，请直接换座。", "The new seats cost no more; exchange them directly.").At("hold")
)

// States of an ExchangeDue besides Pending, Paid and Cancelled.
const (
	DueDone   = "done"
	DueLapsed = "lapsed"
)

// ExchangeDue is an exchange to dearer seats that waits for its difference
// (补差价换座).
type ExchangeDue struct {
	ID, Order, Session ids.ID
	From, To           []int32
	Hold               ids.ID
	Amount             money.Fen
	State              string // pending, paid, done, lapsed, cancelled, refunded
	CreatedAt          time.Time
	ExpiresAt          time.Time
}

// BeginExchange holds dearer seats for an order's tickets until the buyer has
// paid the difference. The old tickets stay valid until then; when the time is
// over the new seats are free again and nothing has changed. The same id again
// returns it as it stands. Errors: as Exchange; sales.exchange_open,
// sales.exchange_not_dearer.
func (s *Service) BeginExchange(ctx context.Context, x Exchange) (d ExchangeDue, err error) {
	if x.ID.IsZero() {
		return d, ids.ErrID.At("id")
	}
	o, err := s.Order(ctx, x.Order)
	if err != nil {
		return d, err
	}
	if d, err = s.ExchangeDue(ctx, x.ID); err == nil {
		if d.Order != o.ID {
			return ExchangeDue{}, ErrIDTaken
		}
		if d.Hold != x.Hold || !slices.Equal(d.From, x.From) {
			return ExchangeDue{}, ErrIDTaken
		}
		return d, nil
	} else if !errors.Is(err, ErrNoDue) {
		return d, err
	}
	if _, taken, err := s.refundOf(ctx, x.ID, o.ID); err != nil || taken {
		return d, errsJoin(ErrIDTaken, err)
	}
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return d, err
	}
	x.Method = ""
	p, until, err := s.prepareExchange(ctx, x, o, int64(se.Rules.HoldFor)*60_000)
	if err != nil {
		return d, err
	}
	if p.diff <= 0 {
		return d, ErrNotDear
	}
	d = ExchangeDue{ID: x.ID, Order: o.ID, Session: o.Session, From: x.From, To: p.to, Hold: x.Hold, Amount: p.diff, State: Pending, ExpiresAt: until}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getOrder(ctx, tx, o.ID, "no key update"); err != nil {
			return err
		}
		d.CreatedAt = tx.Now
		return insertDue(ctx, tx, d)
	})
	if db.IsUnique(err, "exchange_due_open") {
		err = ErrDueOpen
	}
	return d, err
}

// ExchangeDue returns an exchange of the caller's. Errors: sales.exchange_not_found.
func (s *Service) ExchangeDue(ctx context.Context, id ids.ID) (d ExchangeDue, err error) {
	var o Order
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if d, err = getDue(ctx, tx, id, ""); err != nil {
			return err
		}
		o, err = getOrder(ctx, tx, d.Order, "")
		return err
	})
	if err == nil && !mayRead(ctx, o) {
		return ExchangeDue{}, ErrNoDue
	}
	return d, err
}

// OpenExchange is the exchange of an order that waits for its difference, if any.
func (s *Service) OpenExchange(ctx context.Context, order ids.ID) (d ExchangeDue, ok bool, err error) {
	if _, err = s.Order(ctx, order); err != nil {
		return d, false, err
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		d, ok, err = openDue(ctx, tx, order)
		return err
	})
	return d, ok, err
}

// PayExchange asks a provider for a way to pay the difference.
// Errors: as Pay; sales.exchange_not_found.
func (s *Service) PayExchange(ctx context.Context, id ids.ID, c PayChoice) (payment.Created, error) {
	d, err := s.ExchangeDue(ctx, id)
	if err != nil {
		return payment.Created{}, err
	}
	o, err := s.Order(ctx, d.Order)
	if err != nil {
		return payment.Created{}, err
	}
	p, err := s.offered(ctx, o, c.Provider)
	if err != nil {
		return payment.Created{}, err
	}
	_, sh, err := s.session(ctx, d.Session)
	if err != nil {
		return payment.Created{}, err
	}
	var pay Payment
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getDue(ctx, tx, id, "no key update")
		if err != nil {
			return err
		}
		if now.State != Pending || !tx.Now.Before(now.ExpiresAt) {
			return ErrState
		}
		open, err := duePayments(ctx, tx, id, "waiting")
		if err != nil {
			return err
		}
		for _, p := range open {
			if p.Provider == c.Provider && p.Scene == c.Scene {
				pay = p
				return nil
			}
		}
		pay = Payment{ID: ids.New(), Order: d.Order, Provider: c.Provider, Amount: d.Amount, State: "waiting", Scene: c.Scene, Exchange: d.ID}
		return insertDuePayment(ctx, tx, pay)
	})
	if err != nil {
		return payment.Created{}, err
	}
	return p.Create(ctx, payment.Request{
		ID: pay.ID, Tenant: tenantOf(ctx), Order: d.Order, Amount: pay.Amount, Subject: sh.Title, Expires: d.ExpiresAt,
		ReturnURL: s.Address + "/shop/orders/" + d.Order.String() + "/exchange/" + d.ID.String(), NotifyURL: s.notifyURL(ctx, c.Provider), Scene: c.Scene, ClientIP: c.IP, OpenID: c.OpenID,
	})
}

// CheckExchange asks the providers about an exchange's open payments.
func (s *Service) CheckExchange(ctx context.Context, id ids.ID) (ExchangeDue, error) {
	d, err := s.ExchangeDue(ctx, id)
	if err == nil && d.State == Pending {
		err = s.askDue(ctx, d, false)
	}
	if err != nil {
		return d, err
	}
	return s.ExchangeDue(ctx, id)
}

// CancelExchange gives an exchange up: the new seats are free again, the old
// tickets stay. What was paid meanwhile counts. Errors: sales.state.
func (s *Service) CancelExchange(ctx context.Context, id ids.ID) (ExchangeDue, error) {
	d, err := s.ExchangeDue(ctx, id)
	if err != nil {
		return d, err
	}
	if d.State == Pending {
		if err := s.askDue(ctx, d, true); err != nil && errs.KindOf(err) != errs.Unavailable {
			return d, err
		}
		if err := s.endDue(ctx, d, Cancelled); err != nil {
			return d, err
		}
	}
	if d, err = s.ExchangeDue(ctx, id); err == nil && d.State != Cancelled {
		err = ErrState
	}
	return d, err
}

// endDue ends an exchange that is not paid and frees its new seats.
func (s *Service) endDue(ctx context.Context, d ExchangeDue, state string) error {
	ended := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getDue(ctx, tx, d.ID, "no key update")
		if err != nil || now.State != Pending {
			return err
		}
		ended = true
		return setDueState(ctx, tx, d.ID, state)
	})
	if err != nil || !ended {
		return err
	}
	o, err := s.Order(ctx, d.Order)
	if err != nil {
		return err
	}
	return s.release(ctx, d.Session, d.Hold, buyerKey(o))
}

// askDue has the providers say how an exchange's open payments stand; with end
// they are told that it is no longer to be paid.
func (s *Service) askDue(ctx context.Context, d ExchangeDue, end bool) error {
	var open []Payment
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		open, err = duePayments(ctx, tx, d.ID, "waiting")
		return err
	})
	if err != nil {
		return err
	}
	for _, pay := range open {
		p, err := s.provider(ctx, pay.Provider)
		if err != nil {
			return err
		}
		query := p.Query
		if end {
			query = p.Close
		}
		st, err := query(ctx, pay.ID)
		if err != nil {
			return err
		}
		if err := s.settle(ctx, pay.Provider, st, ""); err != nil {
			return err
		}
		if st.State != payment.Closed && st.State != payment.Missing || !end {
			continue
		}
		if err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return closePayment(ctx, tx, pay.ID) }); err != nil {
			return err
		}
	}
	return nil
}

// settleExchange notes that a difference was paid. What comes when the exchange
// is over, or a second time, goes back.
func (s *Service) settleExchange(ctx context.Context, tx db.Tx, pay Payment, st payment.Status, repeated bool) (ExchangeDue, error) {
	if _, err := getOrder(ctx, tx, pay.Order, "no key update"); err != nil {
		return ExchangeDue{}, err
	}
	d, err := getDue(ctx, tx, pay.Exchange, "no key update")
	if err != nil || repeated {
		return d, err
	}
	if err := markPaid(ctx, tx, pay.ID, st); err != nil {
		return d, err
	}
	if d.State != Pending {
		return ExchangeDue{}, returnDue(ctx, tx, d, pay)
	}
	d.State = Paid
	return d, setDueState(ctx, tx, d.ID, Paid)
}

// returnDue gives a difference back that bought nothing.
func returnDue(ctx context.Context, tx db.Tx, d ExchangeDue, pay Payment) error {
	return insertRefund(ctx, tx, Refund{ID: idOf(derive(pay.ID, "exchange-back")), Order: d.Order, Session: d.Session, Paid: pay.Amount, Reason: "换座未成，退回差价", State: "seats_back", AskedBy: "system:sales", Payment: pay.ID})
}

// confirmExchange moves a paid exchange: the old tickets end and the new ones
// are made in one commit. When the new seats or the old tickets are gone the
// difference goes back and the old tickets stay.
func (s *Service) confirmExchange(ctx context.Context, d ExchangeDue) error {
	o, err := s.Order(ctx, d.Order)
	if err != nil {
		return err
	}
	se, _, err := s.session(ctx, d.Session)
	if err != nil {
		return err
	}
	live, err := s.Tickets(ctx, o.ID)
	if err != nil {
		return err
	}
	var whole *Bundle
	var part []money.Fen
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if whole, err = exchangeRule(ctx, tx, o, d.From); err != nil {
			return err
		}
		return s.refuseAdmitted(ctx, tx, o, live, d.From)
	})
	if err == nil && whole != nil {
		part, err = s.duePrices(ctx, whole, o, d)
	}
	if err == nil {
		var p *moved
		if p, err = s.movedPayload(ctx, se, Exchange{ID: d.ID, Order: o.ID, From: d.From, Hold: d.Hold}, o); err != nil {
			return err
		}
		p.to, p.part, p.taker, p.diff = d.To, part, o.Buyer, d.Amount
		err = s.move(ctx, p, buyerKey(o))
	}
	if err == nil || errs.KindOf(err) == errs.Unavailable || errs.KindOf(err) == errs.Internal || errs.KindOf(err) == errs.TooMany {
		return err
	}
	var back []Refund
	why := err
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getOrder(ctx, tx, d.Order, "no key update"); err != nil {
			return err
		}
		now, err := getDue(ctx, tx, d.ID, "no key update")
		if err != nil || now.State != Paid {
			return err
		}
		if err := setDueState(ctx, tx, d.ID, Refunded); err != nil {
			return err
		}
		paid, err := duePayments(ctx, tx, d.ID, "paid")
		for _, pay := range paid {
			if err := returnDue(ctx, tx, d, pay); err != nil {
				return err
			}
			f, err := getRefund(ctx, tx, idOf(derive(pay.ID, "exchange-back")))
			if err != nil {
				return err
			}
			back = append(back, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	s.Log.Info("an exchange could not be made, its difference goes back", "exchange", d.ID.String(), "why", errs.CodeOf(why))
	err = s.release(ctx, d.Session, d.Hold, buyerKey(o))
	for _, f := range back {
		_, e := s.finish(ctx, f, o)
		err = errors.Join(err, e)
	}
	return err
}

// sweepExchanges takes up what a crash or a missing notice left of exchanges.
func (s *Service) sweepExchanges(ctx context.Context) (all error) {
	var due []ExchangeDue
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = dueExchanges(ctx, tx, 100)
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range due {
		if d.State == Paid {
			all = errors.Join(all, s.confirmExchange(ctx, d))
			continue
		}
		if err := s.askDue(ctx, d, true); err != nil {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, s.endDue(ctx, d, DueLapsed))
	}
	return all
}

// spill moves what a refund gives back beyond its payment to the payments of
// differences: a refund of its own each, for a provider gives back no more than
// a payment took.
func (s *Service) spill(ctx context.Context, tx db.Tx, f Refund, paid Payment, through money.Fen) error {
	rest := f.Paid - f.Fee - through
	if rest <= 0 || !f.Payment.IsZero() {
		return nil
	}
	more, err := differencePayments(ctx, tx, f.Order)
	if err != nil {
		return err
	}
	for _, m := range more {
		part := min(rest, m.left)
		if part <= 0 || m.id == paid.ID {
			continue
		}
		id := idOf(derive(f.ID, "rest "+m.id.String()))
		if _, err := getRefund(ctx, tx, id); err == nil {
			continue // spilled before
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := insertRefund(ctx, tx, Refund{ID: id, Order: f.Order, Session: f.Session, Paid: part, Reason: f.Reason, State: "seats_back", AskedBy: f.AskedBy, Payment: m.id}); err != nil {
			return err
		}
		if err := lessPaid(ctx, tx, f.ID, part); err != nil {
			return err
		}
		rest -= part
	}
	return nil
}
