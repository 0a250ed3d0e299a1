package sales_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/integrations/payment"
	"parterre/integrations/payment/sandbox"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// TestNotices: however a provider behaves, an order is confirmed once, for the
// right amount, and the odd notices are on record.
func TestNotices(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	seat := int32(0)
	begin := func(mode sandbox.Mode) (func() string, ids.ID) {
		seat++
		c := w.Buyer()
		o := w.Order(c, w.Hold(c, seat).Hold)
		w.Pay(c, o.ID, mode)
		return func() string { return w.Get(c, o.ID).State }, o.ID
	}
	t.Run("twice", func(t *testing.T) {
		now, order := begin(sandbox.Twice)
		if n := w.Notify(); n != 2 || now() != sales.Confirmed || verdicts(t, w, "repeated") != 1 {
			t.Errorf("%d sent, %s, %d repeated", n, now(), verdicts(t, w, "repeated"))
		}
		books(t, w, order)
	})
	t.Run("late", func(t *testing.T) {
		now, order := begin(sandbox.Late)
		if n := w.Notify(); n != 0 || now() != sales.Pending {
			t.Errorf("%d sent, %s", n, now())
		}
		w.Clock.Advance(time.Minute)
		if n := w.Notify(); n != 1 || now() != sales.Confirmed {
			t.Errorf("%d sent, %s", n, now())
		}
		books(t, w, order)
	})
	t.Run("wrong amount", func(t *testing.T) {
		now, order := begin(sandbox.WrongAmount)
		if n := w.Notify(); n != 1 || now() != sales.Pending || verdicts(t, w, "wrong_amount") != 1 {
			t.Errorf("%d sent, %s", n, now())
		}
		w.Clock.Advance(10 * time.Second)
		if n := w.Notify(); n != 1 || now() != sales.Confirmed {
			t.Errorf("%d sent, %s", n, now())
		}
		books(t, w, order)
	})
	t.Run("missing", func(t *testing.T) {
		c := w.Buyer()
		o := w.Order(c, w.Hold(c, 30).Hold)
		w.Pay(c, o.ID, sandbox.Missing)
		if n := w.Notify(); n != 0 || w.Get(c, o.ID).State != sales.Pending {
			t.Errorf("%d sent", n)
		}
		if got := c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/check", nil).Want(200).Get("state"); got != sales.Confirmed {
			t.Errorf("after asking: %s", got)
		}
		books(t, w, o.ID)
	})
}

// TestForgedAndStrangeNotices: without the key nothing is believed; with it,
// an unknown payment is recorded and has no effect.
func TestForgedAndStrangeNotices(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold)
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200)
	pay := w.Get(c, o.ID).Payments[0]
	body := []byte(`{"id":"` + pay.ID.String() + `","state":"paid","amount":68000,"noticeId":"N1"}`)
	send := func(path, signature string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.Address+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(sandbox.HeaderTime, strconv.FormatInt(w.Clock.Now().Unix(), 10))
		req.Header.Set(sandbox.HeaderNonce, "0123456789abcdef")
		req.Header.Set(sandbox.HeaderSignature, signature)
		res, err := w.Trusting.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	at := "/api/v1/payments/sandbox/notices/1"
	if got := send(at, "00"); got != 401 {
		t.Errorf("a forged notice is answered %d", got)
	}
	if got := send("/api/v1/payments/nobody/notices/1", "00"); got != 422 {
		t.Errorf("an unknown provider is answered %d", got)
	}
	if w.Get(c, o.ID).State != sales.Pending || number(t, w, "select count(*) from sales.notice") != 0 {
		t.Error("a forged notice had an effect")
	}
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		_, err := pg.Exec(ctx, `with p as (insert into payment_sandbox.payment (id, merchant, order_ref, amount, subject, state, return_url, notify_url, expires_at, created_at, paid_at)
			select $1::uuid, merchant, order_ref, amount, subject, 'paid', return_url, notify_url, expires_at, created_at, created_at from payment_sandbox.payment returning id, amount, created_at)
			insert into payment_sandbox.notice (payment_id, amount, due_at) select * from p`, ids.New().String())
		return err
	})
	if n := w.Notify(); n != 1 || verdicts(t, w, "unknown_payment") != 1 || w.Get(c, o.ID).State != sales.Pending {
		t.Errorf("%d sent, %d unknown", n, verdicts(t, w, "unknown_payment"))
	}
	if n := number(t, w, "select count(*) from payment_sandbox.notice where not done"); n != 0 {
		t.Errorf("%d notices are sent again although they were recorded", n)
	}
}

// TestPaidTwice: a second payment of one order goes back by itself.
func TestPaidTwice(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold)
	w.Pay(c, o.ID, sandbox.Late)
	at := c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": "second"}).Want(200).Get("payUrl")
	w.PayAt(at, sandbox.Normal)
	w.Clock.Advance(time.Minute)
	if n := w.Notify(); n != 2 {
		t.Fatalf("%d notices", n)
	}
	sweep(t, w)
	o = w.Get(c, o.ID)
	if o.State != sales.Confirmed || o.PaidFen != 2*o.Amount || o.BackFen != o.Amount || len(o.Refunds) != 1 || o.Refunds[0].State != "done" {
		t.Errorf("order: %+v", o)
	}
	books(t, w, o.ID)
	if n := number(t, w, "select max(n) from (select sum(r.amount) as n from payment_sandbox.refund r group by payment_id) x"); n != int64(o.Amount) {
		t.Errorf("%d of one payment went back", n)
	}
}

func sweep(t *testing.T, w *salestest.World) sales.Swept {
	t.Helper()
	done, err := w.Sales.Sweep(w.As(w.Tenant))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// TestUnpaidOrdersEnd: when the time is over the seats are free, the order has
// ended and cannot be paid any more.
func TestUnpaidOrdersEnd(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1, 2).Hold)
	at := c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl")
	w.Clock.Advance(15*time.Minute - time.Second)
	if done := sweep(t, w); done.Expired != 0 || w.Get(c, o.ID).SecondsLeft != 1 {
		t.Fatalf("a second early: %+v", done)
	}
	other := w.Buyer()
	other.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{1}}).WantProblem(409, "inventory.seat_taken")
	w.Clock.Advance(time.Second)
	if done := sweep(t, w); done.Expired != 1 {
		t.Fatalf("%+v", done)
	}
	if got := w.Get(c, o.ID); got.State != sales.Expired || got.SecondsLeft != 0 || got.Payments[0].State != "closed" {
		t.Errorf("order: %+v", got)
	}
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": "sandbox"}).WantProblem(409, "sales.state")
	w.Hold(other, 1, 2)
	w.PayAt(at, sandbox.Normal) // the cashier's page is still open
	if n := w.Notify(); n != 0 || number(t, w, "select count(*) from payment_sandbox.payment where state = 'paid'") != 0 {
		t.Error("a closed payment was paid")
	}
}

// TestMoneyThatComesAfterTheTime: the seats are taken again if they are free,
// else all of the money goes back.
func TestMoneyThatComesAfterTheTime(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	lucky, late := w.Buyer(), w.Buyer()
	first := w.Order(lucky, w.Hold(lucky, 1).Hold, salestest.Person(0))
	second := w.Order(late, w.Hold(late, 2).Hold, salestest.Person(1))
	w.Pay(lucky, first.ID, sandbox.Missing)
	w.Pay(late, second.ID, sandbox.Missing)
	w.Clock.Advance(16 * time.Minute)
	quick := w.Buyer()
	w.Hold(quick, 2)
	sweep(t, w)
	sweep(t, w)
	if o := w.Get(lucky, first.ID); o.State != sales.Confirmed || len(o.Tickets) != 1 || o.Tickets[0].State != "valid" {
		t.Errorf("the seat was free: %+v", o)
	}
	o := w.Get(late, second.ID)
	if o.State != sales.Refunded || o.BackFen != o.Amount || o.Refunds[0].Fee != 0 {
		t.Errorf("the seat was gone: %+v", o)
	}
	books(t, w, first.ID)
	books(t, w, second.ID)
	if n := number(t, w, "select count(*) from identity.holding"); n != 1 {
		t.Errorf("%d documents hold a ticket", n)
	}
}

// TestCrashBetweenNoticeAndTickets: the money is on record, the tickets are
// not; the sweep makes them, once.
func TestCrashBetweenNoticeAndTickets(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"rows", "fence", "committed"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			var broken atomic.Bool
			w := salestest.New(t, func(c *salestest.Config) {
				c.Hook = func(where string) error {
					if broken.Load() && where == at {
						return errors.New("the node died here")
					}
					return nil
				}
			})
			c := w.Buyer()
			o := w.Order(c, w.Hold(c, 1, 2).Hold)
			w.Pay(c, o.ID, sandbox.Normal)
			broken.Store(true)
			w.Notify()
			broken.Store(false)
			if at != "committed" {
				if got := w.Get(c, o.ID).State; got != sales.Paid {
					t.Fatalf("after the crash: %s", got)
				}
			}
			if n := number(t, w, "select count(*) from sales.payment where state = 'paid'"); n != 1 {
				t.Fatalf("%d payments", n)
			}
			sweep(t, w)
			w.Clock.Advance(time.Minute)
			w.Notify() // the provider got no answer and asks again
			got := w.Get(c, o.ID)
			if got.State != sales.Confirmed || len(got.Tickets) != 2 || got.Tickets[0].State != "valid" {
				t.Errorf("order: %+v", got)
			}
			if n := number(t, w, "select count(*) from sales.ticket"); n != 2 {
				t.Errorf("%d tickets", n)
			}
			books(t, w, o.ID)
		})
	}
}

// deaf is a provider that does not answer.
type deaf struct {
	payment.Provider
	off *atomic.Bool
}

func (d deaf) Close(ctx context.Context, id ids.ID) (payment.Status, error) {
	if d.off.Load() {
		return payment.Status{}, payment.ErrUnknown
	}
	return d.Provider.Close(ctx, id)
}

func (d deaf) Refund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	st, err := d.Provider.Refund(ctx, r)
	if d.off.Load() { // it was done, but nobody hears so
		return payment.Status{}, payment.ErrUnknown
	}
	return st, err
}

// TestAProviderThatDoesNotAnswer: an order does not end and money does not go
// back twice while it is not known how things stand.
func TestAProviderThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	var off atomic.Bool
	w := salestest.New(t, func(c *salestest.Config) {
		c.Provider = func(p payment.Provider) payment.Provider { return deaf{p, &off} }
	})
	c, paid := w.Buyer(), w.Buyer()
	o, bought := w.Order(c, w.Hold(c, 1).Hold), w.Bought(paid, 2)
	w.Pay(c, o.ID, sandbox.Missing)
	off.Store(true)
	paid.Do("POST", "/api/v1/shop/orders/"+bought.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{2}, "fee": 0}).WantProblem(503, "payment.unknown")
	w.Clock.Advance(16 * time.Minute)
	if _, err := w.Sales.Sweep(w.As(w.Tenant)); err == nil {
		t.Error("the sweep says nothing of a provider that does not answer")
	}
	if got := w.Get(c, o.ID).State; got != sales.Pending {
		t.Errorf("the order is %s although it may be paid", got)
	}
	off.Store(false)
	sweep(t, w)
	if got := w.Get(c, o.ID).State; got != sales.Confirmed {
		t.Errorf("the order is %s although it was paid", got)
	}
	if got := w.Get(paid, bought.ID); got.State != sales.Refunded || got.BackFen != got.PaidFen {
		t.Errorf("the refund: %+v", got)
	}
	books(t, w, o.ID)
	books(t, w, bought.ID)
}
