package sim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// merchant is who asks.
type merchant struct{ Kind, ID, App, Serial, PublicKey, APIKey string }

func (s *Server) merchant(ctx context.Context, kind, column, value string) (m merchant, ok bool, err error) {
	err = s.Pool.QueryRow(ctx, "select kind, merchant, app, serial, public_key, api_key from payment_sandbox.merchant where kind = $1 and "+column+" = $2", kind, value).
		Scan(&m.Kind, &m.ID, &m.App, &m.Serial, &m.PublicKey, &m.APIKey)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

type trade struct {
	Kind, App, Number     string
	Serial, Amount        int64
	Subject, Scene, State string
	NotifyURL, ReturnURL  string
	Expires, Created      time.Time
	PaidAt                *time.Time
	Back                  int64 // what went back, also what is on its way
	reversed              bool
	now                   time.Time
}

// state is the trade's state now: what was not paid in time is closed.
func (t trade) state() string {
	if t.State == "waiting" && !t.now.Before(t.Expires) {
		return "closed"
	}
	return t.State
}

// ref is the provider's own number.
func (t trade) ref() string {
	prefix := "4200"
	if t.Kind == Alipay {
		prefix = "2026"
	}
	return fmt.Sprintf("%s%024d", prefix, t.Serial)
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

const tradeColumns = "kind, app, number, serial, amount, subject, scene, state, notify_url, return_url, expires_at, created_at, paid_at, reversed"

func (s *Server) trade(ctx context.Context, q querier, kind, app, number, lock string) (t trade, ok bool, err error) {
	t.now = s.Clock.Now()
	err = q.QueryRow(ctx, "select "+tradeColumns+" from payment_sandbox.trade where kind = $1 and app = $2 and number = $3 "+lock, kind, app, number).
		Scan(&t.Kind, &t.App, &t.Number, &t.Serial, &t.Amount, &t.Subject, &t.Scene, &t.State, &t.NotifyURL, &t.ReturnURL, &t.Expires, &t.Created, &t.PaidAt, &t.reversed)
	if errors.Is(err, pgx.ErrNoRows) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	err = q.QueryRow(ctx, "select coalesce(sum(amount), 0) from payment_sandbox.trade_refund where kind = $1 and app = $2 and trade = $3", kind, app, number).Scan(&t.Back)
	return t, err == nil, err
}

// open makes a trade, or returns the one that is there. same reports whether
// it is what was asked for.
func (s *Server) open(ctx context.Context, n trade) (t trade, same bool, err error) {
	_, err = s.Pool.Exec(ctx, `insert into payment_sandbox.trade (kind, app, number, amount, subject, scene, state, notify_url, return_url, expires_at, created_at)
		values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10) on conflict do nothing`,
		n.Kind, n.App, n.Number, n.Amount, n.Subject, n.Scene, n.NotifyURL, n.ReturnURL, n.Expires, s.Clock.Now())
	if err != nil {
		return t, false, err
	}
	t, _, err = s.trade(ctx, s.Pool, n.Kind, n.App, n.Number, "")
	return t, t.Amount == n.Amount && t.Scene == n.Scene, err
}

// shut closes a trade that is not paid.
func (s *Server) shut(ctx context.Context, kind, app, number string) error {
	_, err := s.Pool.Exec(ctx, "update payment_sandbox.trade set state = 'closed' where kind = $1 and app = $2 and number = $3 and state = 'waiting'", kind, app, number)
	return err
}

// Pay is a buyer who pays a trade at the cashier; notices follow as fault says.
// It reports whether the trade was there to be paid.
func (s *Server) Pay(ctx context.Context, kind, app, number string, fault Fault) (paid bool, err error) {
	err = pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		t, ok, err := s.trade(ctx, tx, kind, app, number, "for update")
		if err != nil || !ok || t.state() != "waiting" {
			return err
		}
		paid = true
		if _, err := tx.Exec(ctx, "update payment_sandbox.trade set state = 'paid', paid_at = $4 where kind = $1 and app = $2 and number = $3", kind, app, number, t.now); err != nil {
			return err
		}
		type n struct {
			fault Fault
			after time.Duration
		}
		list := []n{{fault, 0}, {Normal, 10 * time.Second}}
		switch fault {
		case Normal:
			list = []n{{Normal, 0}}
		case Late:
			list = []n{{Normal, time.Minute}}
		case Twice:
			list = []n{{Normal, 0}, {Normal, 0}}
		case Missing:
			list = nil
		case WrongAmount, Forged, WrongApp, Old:
		}
		for _, n := range list {
			if _, err := tx.Exec(ctx, "insert into payment_sandbox.message (kind, app, trade, fault, due_at) values ($1, $2, $3, $4, $5)", kind, app, number, string(n.fault), t.now.Add(n.after)); err != nil {
				return err
			}
		}
		return nil
	})
	return paid, err
}

type refund struct {
	Number, Trade string
	Serial        int64
	Amount        int64
	Reason, State string
	Created       time.Time
	Done          *time.Time
	New           bool // made by this request
}

func (r refund) ref() string { return fmt.Sprintf("5030%024d", r.Serial) }

const refundColumns = "number, trade, serial, amount, reason, state, created_at, done_at"

func (s *Server) refundOf(ctx context.Context, q querier, kind, app, number string) (r refund, ok bool, err error) {
	err = q.QueryRow(ctx, "select "+refundColumns+" from payment_sandbox.trade_refund where kind = $1 and app = $2 and number = $3", kind, app, number).
		Scan(&r.Number, &r.Trade, &r.Serial, &r.Amount, &r.Reason, &r.State, &r.Created, &r.Done)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// giveBack makes a refund once by its number. said is what is wrong: unpaid,
// too_much, other (the number was used for another refund).
func (s *Server) giveBack(ctx context.Context, kind, app string, n refund, notify string) (r refund, t trade, said string, err error) {
	err = pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		var ok bool
		if t, ok, err = s.trade(ctx, tx, kind, app, n.Trade, "for update"); err != nil {
			return err
		}
		if !ok || t.State != "paid" {
			said = "unpaid"
			return nil
		}
		if r, ok, err = s.refundOf(ctx, tx, kind, app, n.Number); err != nil {
			return err
		}
		if ok {
			if r.Trade != n.Trade || r.Amount != n.Amount {
				said = "other"
			}
			return nil
		}
		if t.Back+n.Amount > t.Amount {
			said = "too_much"
			return nil
		}
		state, done := "success", &t.now
		if kind == WeChat && s.SlowRefunds {
			state, done = "processing", nil
		}
		if _, err := tx.Exec(ctx, "insert into payment_sandbox.trade_refund (kind, app, number, trade, amount, reason, state, notify_url, created_at, done_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			kind, app, n.Number, n.Trade, n.Amount, n.Reason, state, notify, t.now, done); err != nil {
			return err
		}
		if r, _, err = s.refundOf(ctx, tx, kind, app, n.Number); err != nil {
			return err
		}
		r.New, t.Back = true, t.Back+n.Amount
		return s.tellRefund(ctx, tx, kind, app, t, r, notify)
	})
	return r, t, said, err
}

// tellRefund queues the notice of a refund that is done. Alipay tells at the
// trade's own address.
func (s *Server) tellRefund(ctx context.Context, tx pgx.Tx, kind, app string, t trade, r refund, notify string) error {
	if r.State != "success" || kind == WeChat && notify == "" {
		return nil
	}
	_, err := tx.Exec(ctx, "insert into payment_sandbox.message (kind, app, trade, refund, due_at) values ($1, $2, $3, $4, $5)", kind, app, t.Number, r.Number, t.now)
	return err
}

// FinishRefunds ends the refunds that are in progress and queues their notices.
func (s *Server) FinishRefunds(ctx context.Context) error {
	now := s.Clock.Now()
	_, err := s.Pool.Exec(ctx, `with done as (update payment_sandbox.trade_refund set state = 'success', done_at = $1 where state = 'processing' returning kind, app, trade, number, notify_url)
		insert into payment_sandbox.message (kind, app, trade, refund, due_at) select kind, app, trade, number, $1 from done where notify_url <> ''`, now)
	return err
}

// movement is a line of a day's bill.
type movement struct {
	trade
	refund  *refund
	revoked bool // the payment was taken back
	at      time.Time
}

// movements lists what was paid and what went back on a day, in order of time.
func (s *Server) movements(ctx context.Context, kind, app string, from, to time.Time) ([]movement, error) {
	rows, err := s.Pool.Query(ctx, `select number, '' as refund, coalesce(paid_at, was_paid) as at, false as revoked from payment_sandbox.trade
			where kind = $1 and app = $2 and coalesce(paid_at, was_paid) >= $3 and coalesce(paid_at, was_paid) < $4
		union all select number, '', reversed_at, true from payment_sandbox.trade where kind = $1 and app = $2 and reversed_at >= $3 and reversed_at < $4
		union all select trade, number, done_at, false from payment_sandbox.trade_refund where kind = $1 and app = $2 and done_at >= $3 and done_at < $4 order by at, refund, revoked`, kind, app, from, to)
	if err != nil {
		return nil, err
	}
	type key struct {
		number, refund string
		at             time.Time
		revoked        bool
	}
	keys, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k key, err error) {
		return k, row.Scan(&k.number, &k.refund, &k.at, &k.revoked)
	})
	if err != nil {
		return nil, err
	}
	out := make([]movement, 0, len(keys))
	for _, k := range keys {
		m := movement{at: k.at, revoked: k.revoked}
		if m.trade, _, err = s.trade(ctx, s.Pool, kind, app, k.number, ""); err != nil {
			return nil, err
		}
		if k.refund != "" {
			r, _, err := s.refundOf(ctx, s.Pool, kind, app, k.refund)
			if err != nil {
				return nil, err
			}
			m.refund = &r
		}
		out = append(out, m)
	}
	return out, nil
}
