package sales

import (
	"context"
	"slices"
	"strings"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Figures are the sums of one side of a day.
type Figures struct {
	Paid    int       `json:"paid"`
	PaidFen money.Fen `json:"paidFen"`
	Back    int       `json:"back"`
	BackFen money.Fen `json:"backFen"`
}

func (f *Figures) add(back bool, amount money.Fen) {
	if back {
		f.Back, f.BackFen = f.Back+1, f.BackFen+amount
	} else {
		f.Paid, f.PaidFen = f.Paid+1, f.PaidFen+amount
	}
}

// Difference is one thing on which the two sides do not agree.
type Difference struct {
	Kind    string    `json:"kind" enum:"amount,not_theirs,not_ours,foreign" doc:"amount: both know it, with other amounts; not_theirs: we say so, the bill does not; not_ours: the bill says so, our books do not; foreign: a number that is not ours"`
	Payment ids.ID    `json:"payment,omitzero"`
	Refund  ids.ID    `json:"refund,omitzero"`
	Order   ids.ID    `json:"order,omitzero"`
	Back    bool      `json:"back,omitempty"`
	Ours    money.Fen `json:"ours"`
	Theirs  money.Fen `json:"theirs"`
	Ref     string    `json:"ref,omitempty" doc:"The provider's own number"`
}

// Reconciliation is a provider's bill of a day against our books (对账).
type Reconciliation struct {
	Account     string       `json:"account"`
	Day         clock.Day    `json:"day"`
	Ours        Figures      `json:"ours"`
	Theirs      Figures      `json:"theirs"`
	Differences []Difference `json:"differences"`
	MadeBy      string       `json:"madeBy"`
	MadeAt      time.Time    `json:"madeAt"`
}

// ErrNoBills is the error of a provider that gives none.
var ErrNoBills = errs.New(errs.Conflict, "sales.no_bills", "该支付渠道不提供账单。", "This provider gives no bills.")

// Reconcile fetches an account's bill of a day and lists every difference to
// our books. It can be made again; the last one is kept. Errors:
// sales.provider, payment.no_bill, payment.unknown.
func (s *Service) Reconcile(ctx context.Context, account string, day clock.Day) (Reconciliation, error) {
	r, before, err := s.reconcile(ctx, account, day)
	if err != nil || !before {
		return r, err
	}
	// What was reversed today came the day before: if that day's record still
	// shows it as a difference, it is none any more.
	list, err := s.Reconciliations(ctx, account)
	for _, old := range list {
		if err == nil && old.Day == day.Add(-1) && len(old.Differences) > 0 {
			_, _, err = s.reconcile(ctx, account, old.Day)
		}
	}
	return r, err
}

// reconcile is Reconcile of one day; before says that something on its bill went
// back that is on the bill of the day before.
func (s *Service) reconcile(ctx context.Context, account string, day clock.Day) (_ Reconciliation, before bool, _ error) {
	p, _, err := s.accountProvider(ctx, account)
	if err != nil {
		return Reconciliation{}, false, err
	}
	b, ok := p.(payment.Biller)
	if !ok {
		return Reconciliation{}, false, ErrNoBills
	}
	bill, err := b.Bill(ctx, day)
	if err != nil {
		return Reconciliation{}, false, err
	}
	var named []ids.ID
	for _, l := range bill {
		for _, id := range []ids.ID{l.Payment, l.Refund} {
			if !id.IsZero() {
				named = append(named, id)
			}
		}
	}
	var ours []movement
	var reversed map[ids.ID]money.Fen
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if ours, err = movements(ctx, tx, account, day, named); err == nil {
			reversed, err = reversedPayments(ctx, tx, account, named)
		}
		return err
	})
	if err != nil {
		return Reconciliation{}, false, err
	}
	paired, before, err := pairDays(ctx, b, day, bill, reversed)
	if err != nil {
		return Reconciliation{}, false, err
	}
	r := compare(day, ours, net(bill, reversed, paired))
	r.Account, r.Day, r.MadeBy = account, day, buyerOf(ctx)
	if err := s.askAboutMissing(ctx, p, &r); err != nil {
		return r, false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		r.MadeAt = tx.Now
		return saveReconciliation(ctx, tx, r)
	})
	return r, before, err
}

// What a line of a bill is of a reversal: the payment, or its way back.
const came, went = 1, 2

// reversal says which part of a reversal a line is, 0 for none: a payment that
// our books say was reversed (撤销), with our amount.
func reversal(l payment.BillLine, reversed map[ids.ID]money.Fen) int {
	if amount, ok := reversed[l.Payment]; !ok || amount != l.Amount || !l.Refund.IsZero() {
		return 0
	}
	if l.Back {
		return went
	}
	return came
}

// net takes out of a bill what came and went: both parts of a reversal when the
// bill has them, or one whose other part is paired with a neighbouring day. One
// of them alone stays and is a difference.
func net(bill []payment.BillLine, reversed map[ids.ID]money.Fen, paired map[ids.ID]bool) []payment.BillLine {
	seen := parts(bill, reversed)
	return slices.DeleteFunc(slices.Clone(bill), func(l payment.BillLine) bool {
		return reversal(l, reversed) != 0 && (seen[l.Payment] == came|went || paired[l.Payment])
	})
}

// parts says which parts of each reversal a bill has.
func parts(bill []payment.BillLine, reversed map[ids.ID]money.Fen) map[ids.ID]int {
	seen := map[ids.ID]int{}
	for _, l := range bill {
		if what := reversal(l, reversed); what != 0 {
			seen[l.Payment] |= what
		}
	}
	return seen
}

// pairDays finds reversals over midnight: the payment is on one day's bill and
// its way back on the next one's. A neighbour's bill that is not there yet pairs
// nothing; the day can be made again when it is. before says that something was
// paired with the day before.
func pairDays(ctx context.Context, b payment.Biller, day clock.Day, bill []payment.BillLine, reversed map[ids.ID]money.Fen) (paired map[ids.ID]bool, before bool, err error) {
	paired = map[ids.ID]bool{}
	seen := parts(bill, reversed)
	for _, x := range []struct{ have, other, days int }{{came, went, 1}, {went, came, -1}} {
		alone := map[ids.ID]money.Fen{}
		for id, what := range seen {
			if what == x.have {
				alone[id] = reversed[id]
			}
		}
		if len(alone) == 0 {
			continue
		}
		next, err := b.Bill(ctx, day.Add(x.days))
		if errs.CodeOf(err) == payment.ErrNoBill.Code {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		for id, what := range parts(next, alone) {
			if what == x.other {
				paired[id], before = true, before || x.days < 0
			}
		}
	}
	return paired, before, nil
}

// compare matches the two sides by id. Ours holds the movements of the day and
// those that the bill names of other days: near midnight the clocks differ.
func compare(day clock.Day, ours []movement, bill []payment.BillLine) Reconciliation {
	r := Reconciliation{Differences: []Difference{}}
	known := map[ids.ID]movement{}
	for _, m := range ours {
		id := m.payment
		if !m.refund.IsZero() {
			id = m.refund
		}
		known[id] = m
		if clock.DayOf(m.at, clock.Shanghai) == day {
			r.Ours.add(!m.refund.IsZero(), money.Fen(m.amount))
		}
	}
	for _, l := range bill {
		r.Theirs.add(l.Back, l.Amount)
		id := l.Payment
		if l.Back {
			id = l.Refund
		}
		m, ok := known[id]
		delete(known, id)
		d := Difference{Payment: l.Payment, Refund: l.Refund, Order: m.order, Back: l.Back, Ours: money.Fen(m.amount), Theirs: l.Amount, Ref: l.Ref}
		switch {
		case l.Back && id.IsZero() && !l.Payment.IsZero(): // a payment of ours went back, by nothing that we asked for
			d.Kind = "not_ours"
		case id.IsZero():
			d.Kind = "foreign"
		case !ok:
			d.Kind = "not_ours"
		case d.Ours != d.Theirs:
			d.Kind = "amount"
		default:
			continue
		}
		r.Differences = append(r.Differences, d)
	}
	for _, m := range known {
		if clock.DayOf(m.at, clock.Shanghai) == day {
			r.Differences = append(r.Differences, Difference{Kind: "not_theirs", Payment: m.payment, Refund: m.refund, Order: m.order, Back: !m.refund.IsZero(), Ours: money.Fen(m.amount)})
		}
	}
	slices.SortFunc(r.Differences, func(a, b Difference) int {
		return strings.Compare(a.Kind+a.Payment.String()+a.Refund.String(), b.Kind+b.Payment.String()+b.Refund.String())
	})
	return r
}

// askAboutMissing asks the provider for what its bill does not hold: a
// movement that it knows is on the bill of a neighbouring day and no difference.
func (s *Service) askAboutMissing(ctx context.Context, p payment.Provider, r *Reconciliation) error {
	var left []Difference
	for _, d := range r.Differences {
		if d.Kind != "not_theirs" {
			left = append(left, d)
			continue
		}
		var st payment.Status
		var err error
		if d.Back {
			st, err = p.QueryRefund(ctx, payment.RefundRequest{ID: d.Refund, Payment: d.Payment})
		} else {
			st, err = p.Query(ctx, d.Payment)
		}
		if err != nil {
			return err
		}
		otherDay := !st.PaidAt.IsZero() && clock.DayOf(st.PaidAt, clock.Shanghai) != r.Day
		if (st.State == payment.Paid || st.State == payment.Refunded) && st.Amount == d.Ours && otherDay {
			continue
		}
		left = append(left, d)
	}
	if left == nil {
		left = []Difference{}
	}
	r.Differences = left
	return nil
}

// Reconciliations lists those that were made, newest day first.
func (s *Service) Reconciliations(ctx context.Context, account string) (list []Reconciliation, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		list, err = reconciliations(ctx, tx, account)
		return err
	})
	return list, err
}
