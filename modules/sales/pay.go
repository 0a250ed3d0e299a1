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
	"parterre/modules/core/money"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// Payment is one try to pay an order.
type Payment struct {
	ID       ids.ID
	Order    ids.ID
	Provider string
	Amount   money.Fen
	State    string
	Ref      string
	PaidAt   *time.Time
	Scene    payment.Scene
	Exchange ids.ID // whose difference it pays; zero: the order
}

// PayChoice is how a buyer wants to pay.
type PayChoice struct {
	Provider string        // an account's code, or a provider of the installation
	Scene    payment.Scene // "" is what the provider does by itself
	IP       string        // of the buyer
	OpenID   string        // with the provider's own app
}

// StartPayment is Pay in the provider's own way; it returns what the buyer
// opens or scans.
func (s *Service) StartPayment(ctx context.Context, order ids.ID, provider string) (string, error) {
	made, err := s.Pay(ctx, order, PayChoice{Provider: provider})
	return made.Address(), err
}

// Pay asks a provider for a way to pay a pending order. Asking again for the
// same way gives the same payment.
// Errors: sales.order_not_found, sales.state, sales.provider, payment.unknown,
// payment.scene, payment.refused.
func (s *Service) Pay(ctx context.Context, order ids.ID, c PayChoice) (payment.Created, error) {
	o, err := s.Order(ctx, order)
	if err != nil {
		return payment.Created{}, err
	}
	p, err := s.offered(ctx, o, c.Provider)
	if err != nil {
		return payment.Created{}, err
	}
	_, sh, err := s.session(ctx, o.Session)
	if err != nil {
		return payment.Created{}, err
	}
	pay, err := s.waiting(ctx, order, c)
	if err != nil {
		return payment.Created{}, err
	}
	return p.Create(ctx, payment.Request{
		ID: pay.ID, Tenant: tenantOf(ctx), Order: o.ID, Amount: pay.Amount, Subject: sh.Title, Expires: o.ExpiresAt,
		ReturnURL: s.Address + "/shop/orders/" + o.ID.String(), NotifyURL: s.notifyURL(ctx, c.Provider), Scene: c.Scene, ClientIP: c.IP, OpenID: c.OpenID,
	})
}

func tenantOf(ctx context.Context) int32 {
	sc, _ := db.ScopeOf(ctx)
	return sc.Tenant
}

// notifyURL is where a provider sends its notices: without a query, as some ask.
func (s *Service) notifyURL(ctx context.Context, provider string) string {
	return fmt.Sprintf("%s/api/v1/payments/%s/notices/%d", s.Address, provider, tenantOf(ctx))
}

// waiting is the open payment of an order for a way to pay, made if it is not there.
func (s *Service) waiting(ctx context.Context, order ids.ID, c PayChoice) (pay Payment, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		o, err := getOrder(ctx, tx, order, "no key update")
		if err != nil {
			return err
		}
		if o.State != Pending || !tx.Now.Before(o.ExpiresAt) {
			return ErrState
		}
		if err := refuseOfBundle(ctx, tx, o.ID); err != nil {
			return err
		}
		if pay, err = waitingPayment(ctx, tx, o.ID, c.Provider, c.Scene); err != nil || !pay.ID.IsZero() {
			return err
		}
		pay = Payment{ID: ids.New(), Order: o.ID, Provider: c.Provider, Amount: o.Amount, State: "waiting", Scene: c.Scene}
		return insertPayment(ctx, tx, pay)
	})
	return pay, err
}

// Notice takes a provider's message. Whatever it says is recorded; only the
// right amount for a known payment has an effect, once.
// Errors: payment.signature, payment.notice, sales.provider, and internal ones
// (then the provider sends it again).
//
// The answer is what the provider wants to read.
func (s *Service) Notice(ctx context.Context, provider string, header func(string) string, body []byte) (contentType string, answer []byte, err error) {
	p, err := s.provider(ctx, provider)
	if err != nil {
		return "", nil, err
	}
	n, err := p.Verify(header, body, s.DB.Clock().Now())
	if err != nil {
		return "", nil, err
	}
	if n.Refund {
		err = s.refundNotice(ctx, provider, n)
	} else {
		err = s.settle(ctx, provider, n.Status, n.NoticeID)
	}
	if a, ok := p.(payment.Acker); ok {
		contentType, answer = a.Ack()
	} else {
		contentType, answer = "application/json", []byte(`{"ok":true}`)
	}
	return contentType, answer, err
}

// refundNotice takes up a refund that its provider speaks of: what it says is
// asked for again where the refund is finished.
func (s *Service) refundNotice(ctx context.Context, provider string, n payment.Notice) error {
	var f Refund
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		f, err = getRefund(ctx, tx, n.ID)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		s.Log.Warn("a refund notice was not taken", "provider", provider, "refund", n.ID.String())
		return nil
	}
	if err != nil || f.State != "seats_back" {
		return err
	}
	o, err := s.Order(ctx, f.Order)
	if err == nil {
		_, err = s.finish(ctx, f, o)
	}
	return err
}

// settled is what a payment was for, and what became of it.
type settled struct {
	order   Order
	bundle  Bundle
	due     ExchangeDue
	verdict string // as sales.notice keeps it
}

// settle applies what a provider says of a payment.
func (s *Service) settle(ctx context.Context, provider string, st payment.Status, noticeID string) error {
	if st.State != payment.Paid {
		return nil
	}
	var r settled
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		r, err = s.settleTx(ctx, tx, provider, st, noticeID)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case r.verdict == "wrong_amount" || r.verdict == "unknown_payment":
		s.Log.Warn("a payment notice was not taken", "provider", provider, "payment", st.ID.String(), "verdict", r.verdict)
		return nil
	case r.bundle.State == Paid:
		return s.confirmBundle(ctx, r.bundle)
	case r.due.State == Paid:
		return s.confirmExchange(ctx, r.due)
	case r.order.State == Paid:
		return s.confirm(ctx, r.order)
	}
	return nil
}

// verdictOn is what a provider's word that a payment was paid is worth.
func verdictOn(pay Payment, provider string, st payment.Status) string {
	switch {
	case pay.Amount != st.Amount || pay.Provider != provider:
		return "wrong_amount"
	case pay.State == "paid":
		return "repeated"
	case pay.State == "reversed": // the provider has given it back
		return "reversed"
	}
	return "taken"
}

func (s *Service) settleTx(ctx context.Context, tx db.Tx, provider string, st payment.Status, noticeID string) (r settled, err error) {
	pay, err := getPayment(ctx, tx, st.ID, "no key update")
	if errors.Is(err, ErrNotFound) {
		r.verdict = "unknown_payment"
	} else if err != nil {
		return r, err
	} else {
		r.verdict = verdictOn(pay, provider, st)
	}
	if noticeID != "" {
		if err := insertNotice(ctx, tx, provider, noticeID, st, r.verdict); err != nil {
			return r, err
		}
	}
	if r.verdict != "taken" && r.verdict != "repeated" {
		return r, nil
	}
	if !pay.Exchange.IsZero() {
		r.due, err = s.settleExchange(ctx, tx, pay, st, r.verdict == "repeated")
		return r, err
	}
	r.order, err = getOrder(ctx, tx, pay.Order, "no key update")
	if errors.Is(err, ErrNotFound) {
		r.bundle, err = s.settleBundle(ctx, tx, pay, st, r.verdict == "repeated")
		return r, err
	}
	if err != nil || r.verdict == "repeated" {
		return r, err
	}
	if err := markPaid(ctx, tx, pay.ID, st); err != nil {
		return r, err
	}
	o := &r.order
	if o.State == Pending || o.State == Expired || o.State == Cancelled {
		o.State = Paid
		return r, setOrderState(ctx, tx, o.ID, Paid)
	}
	// A second payment for one order: the money goes back.
	return r, insertRefund(ctx, tx, Refund{ID: idOf(derive(pay.ID, "paid-twice")), Order: o.ID, Session: o.Session, Paid: st.Amount, Reason: "重复支付", State: "seats_back", AskedBy: "system:sales", Payment: pay.ID})
}

// CheckPayment asks the provider about an order's open payments: when a notice
// is missing, the buyer's own page finds the money.
func (s *Service) CheckPayment(ctx context.Context, order ids.ID) (Order, error) {
	o, err := s.Order(ctx, order)
	if err != nil {
		return o, err
	}
	if o.State == Pending || o.State == Expired || o.State == Cancelled {
		if err := s.ask(ctx, o, false); err != nil {
			return o, err
		}
		return s.Order(ctx, order)
	}
	return o, nil
}

// ask has the providers say how an order's open payments stand, and with end
// tells them that it is no longer to be paid: what was paid before that counts.
func (s *Service) ask(ctx context.Context, o Order, end bool) error {
	var open []Payment
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		open, err = openPayments(ctx, tx, o.ID)
		return err
	})
	if err != nil {
		return err
	}
	for _, pay := range open {
		p, err := s.provider(ctx, pay.Provider)
		if errors.Is(err, ErrNoPay) { // money taken by hand
			continue
		}
		if err != nil {
			return err
		}
		if end && pay.Scene == payment.Scan {
			if err := s.endScan(ctx, pay, p); err != nil {
				return err
			}
			continue
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

// confirm makes the tickets of a paid order. When its hold has ended it takes
// the same seats again; when they are gone the money goes back.
func (s *Service) confirm(ctx context.Context, o Order) error {
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return err
	}
	p, err := s.soldPayload(ctx, se, o)
	if err != nil {
		return err
	}
	if err = s.retakeUses(ctx, o); err == nil {
		err = s.confirmHold(ctx, o, o.Hold, p)
	}
	if holdGone(err) {
		err = s.confirmAgain(ctx, o, p)
	}
	if err == nil || errs.KindOf(err) == errs.Unavailable || errs.KindOf(err) == errs.Internal || errs.KindOf(err) == errs.TooMany {
		return err
	}
	why := "付款到达时座位已售出"
	if errors.Is(err, ErrVoucherUsed) || errors.Is(err, ErrVoucherTime) {
		why = "付款到达时优惠券已被使用"
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getOrder(ctx, tx, o.ID, "no key update")
		if err != nil || now.State != Paid {
			return err
		}
		if err := setOrderState(ctx, tx, o.ID, RefundDue); err != nil || o.Amount == 0 {
			return err
		}
		return insertRefund(ctx, tx, Refund{ID: idOf(derive(o.ID, "refund-due")), Order: o.ID, Session: o.Session, Paid: o.Amount, Reason: why, State: "seats_back", AskedBy: "system:sales"})
	})
}

// confirmAgain takes the seats of an order whose hold has ended once more.
func (s *Service) confirmAgain(ctx context.Context, o Order, p *sold) error {
	docs, err := s.docsOf(ctx, o)
	if err != nil {
		return err
	}
	again := ids.New()
	_, err = s.Seats.Do(ctx, o.Session, &engine.Hold{Meta: engine.Meta{Key: key(again), Actor: actorKey(ctx), Channel: ChannelNo(o.Channel)}, Buyer: buyerKey(o), Seats: o.seats(), Kinds: o.kinds(), Agreed: o.agreed(), Docs: docs, For: 60_000, Accessible: true}, nil)
	if err != nil {
		return err
	}
	return s.confirmHold(ctx, o, again, p)
}

func (s *Service) confirmHold(ctx context.Context, o Order, hold ids.ID, p *sold) error {
	_, err := s.Seats.Do(ctx, o.Session, &engine.Confirm{Meta: engine.Meta{Key: key(o.ID), Actor: actorKey(ctx), Channel: ChannelNo(o.Channel)}, Hold: key(hold), Buyer: buyerKey(o)}, p)
	return err
}

func (o Order) seats() []int32 {
	out := make([]int32, len(o.Lines))
	for i, l := range o.Lines {
		out[i] = l.Seat
	}
	return out
}

// soldPayload gathers what the row writer needs to make the tickets.
func (s *Service) soldPayload(ctx context.Context, se show.Session, o Order) (*sold, error) {
	m, err := s.Maps.Map(ctx, se.ID)
	if err != nil {
		return nil, err
	}
	p := &sold{order: o.ID, channel: o.Channel, show: se.Code, lines: make(map[int32]Line, len(o.Lines)), seats: m, onePerDocument: se.Rules.RealName.PerTicket}
	for _, l := range o.Lines {
		p.lines[l.Seat] = l
		p.priced = p.priced || len(l.Off) > 0
	}
	return p, nil
}
