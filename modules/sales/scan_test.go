package sales_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// Codes of the simulated providers: the last two digits say how they go.
var scanCodes = map[string]string{"wechat": "1312345678901234", "alipay": "2812345678901234"}

func counterAccount(t *testing.T, w *salestest.World, kind string) {
	t.Helper()
	if _, err := w.Sales.SimulateAccount(w.As(w.Tenant), sales.PayAccount{Code: kind + "-sim", Kind: kind, Name: kind, Channels: []string{"counter"}, Enabled: true}); err != nil {
		t.Fatal(err)
	}
}

// deskOrder makes an unpaid order of a seat at the counter.
func deskOrder(w *salestest.World, c *accesstest.Client, seat int32) ids.ID {
	w.T.Helper()
	var h saleshttp.SaleHold
	c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Want(201).JSON(&h)
	id := ids.New()
	body := map[string]any{"id": id, "session": w.Session.ID, "hold": h.Hold, "consent": true}
	c.Do("POST", "/api/v1/counter/orders", body).Want(201)
	if got := c.Do("POST", "/api/v1/counter/orders", body).Want(201).Get("state"); got != sales.Pending {
		w.T.Fatalf("the same order again is %s", got)
	}
	return id
}

func scanAt(order ids.ID, more string) string {
	return "/api/v1/counter/orders/" + order.String() + more
}

// scanned reads a payment by code.
func scanned(r *accesstest.Reply) (s saleshttp.SaleScan) {
	r.Want(200).JSON(&s)
	return s
}

// TestPayingByCode: the payer's code sells an order once, whatever way the
// payment takes; no code is kept anywhere.
func TestPayingByCode(t *testing.T) {
	t.Parallel()
	for kind, code := range scanCodes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			seller := w.Client(access.Seller)
			order := deskOrder(w, seller, 1)
			seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "00"}).WantProblem(409, "sales.no_scan")
			counterAccount(t, w, kind)
			if got := seller.Do("GET", "/api/v1/counter/sessions/"+w.Session.ID.String()+"/scan-ways", nil).Want(200).Body; !strings.Contains(string(got), kind) {
				t.Errorf("offered: %s", got)
			}
			seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": "9912345678901234"}).WantProblem(422, "sales.scan_code")
			id := ids.New()
			for range 2 { // the same request again takes nothing
				if s := scanned(seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": id, "code": code + "00"})); s.State != sales.ScanPaid || s.Order.State != sales.Confirmed || s.Order.PDF == "" {
					t.Fatalf("%+v", s)
				}
			}
			if n := number(t, w, "select count(*) from sales.payment where scene = 'scan' and state = 'paid' and taken_by is not null"); n != 1 {
				t.Errorf("%d payments", n)
			}
			simBooks(t, w, order)

			// The payer types the password while the counter asks.
			order = deskOrder(w, seller, 2)
			if s := scanned(seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "96"})); s.State != sales.ScanWaiting || s.Order.State != sales.Pending {
				t.Fatalf("%+v", s)
			}
			seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "00"}).WantProblem(409, "sales.scan_open")
			seller.Do("POST", scanAt(order, "/pay"), map[string]any{"method": "card"}).WantProblem(409, "sales.scan_open")
			for _, want := range []string{sales.ScanWaiting, sales.ScanPaid, sales.ScanPaid} {
				if s := scanned(seller.Do("POST", scanAt(order, "/scan/check"), nil)); s.State != want {
					t.Fatalf("%s, not %s", s.State, want)
				}
			}
			simBooks(t, w, order)

			// A no is told with its reason; then cash is as good.
			order = deskOrder(w, seller, 3)
			if s := scanned(seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "97"})); s.State != sales.ScanRefused || s.Reason == "" || s.Order.State != sales.Pending {
				t.Fatalf("%+v", s)
			}
			seller.Do("POST", scanAt(order, "/pay"), map[string]any{"method": "cash", "taken": 1}).WantProblem(409, "sales.amount")
			for range 2 {
				r := seller.Do("POST", scanAt(order, "/pay"), map[string]any{"method": "cash", "taken": salestest.StallPrice + 500}).Want(200)
				if r.Get("order.state") != sales.Confirmed || r.Get("change") != "500" {
					t.Errorf("%s", r.Body)
				}
			}
			if n := number(t, w, "select count(*) from payment_sandbox.trade t where t.state = 'paid'"); n != 2 {
				t.Errorf("the provider has %d paid trades", n)
			}
			if n := number(t, w, "select count(*) from audit.entry where position($1 in coalesce(before::text, '') || coalesce(after::text, '')) > 0", code); n != 0 {
				t.Error("a code is in the audit log")
			}
		})
	}
}

// TestACodeWithoutAnAnswer: an unknown result is told as such, and ends as what
// the provider says: paid, or reversed so that nothing is held.
func TestACodeWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for kind, code := range scanCodes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			counterAccount(t, w, kind)
			seller := w.Client(access.Seller)
			begin := func(seat int32, end string) (ids.ID, saleshttp.SaleScan) {
				o := deskOrder(w, seller, seat)
				return o, scanned(seller.Do("POST", scanAt(o, "/scan"), map[string]any{"id": ids.New(), "code": code + end}))
			}
			order, s := begin(1, "98") // paid, and the answer is lost
			if s.State != sales.ScanUnknown || s.Order.State != sales.Pending {
				t.Fatalf("%+v", s)
			}
			if s := scanned(seller.Do("POST", scanAt(order, "/scan/reverse"), nil)); s.State != sales.ScanPaid || s.Order.State != sales.Confirmed {
				t.Fatalf("what is paid sells: %+v", s)
			}
			simBooks(t, w, order)

			order, _ = begin(2, "99") // reversed, then paid by another code
			if s := scanned(seller.Do("POST", scanAt(order, "/scan/reverse"), nil)); s.State != sales.ScanClosed || s.Order.State != sales.Pending {
				t.Fatalf("%+v", s)
			}
			if s := scanned(seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "00"})); s.State != sales.ScanPaid {
				t.Fatalf("%+v", s)
			}
			simBooks(t, w, order)

			// The provider is not there: nothing is given up on a guess.
			order, _ = begin(3, "99")
			front := w.PayFront.Config.Handler
			w.PayFront.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			if s := scanned(seller.Do("POST", scanAt(order, "/scan/check"), nil)); s.State != sales.ScanUnknown {
				t.Errorf("%+v", s)
			}
			seller.Do("POST", scanAt(order, "/scan/reverse"), nil).WantProblem(409, "sales.reverse_unknown")
			seller.Do("POST", scanAt(order, "/cancel"), nil).WantProblem(409, "sales.reverse_unknown")
			w.Clock.Advance(time.Hour)
			if _, err := w.Sales.Sweep(w.As(w.Tenant)); err == nil || number(t, w, "select count(*) from sales.orders where id = $1 and state = 'pending'", order.String()) != 1 {
				t.Errorf("swept while nobody knows: %v", err)
			}
			w.PayFront.Config.Handler = front
			sweep(t, w)
			if n := number(t, w, "select count(*) from sales.payment p join sales.orders o on o.id = p.order_id where o.id = $1 and o.state = 'expired' and p.state = 'reversed'", order.String()); n != 1 {
				t.Errorf("after the time: %d", n)
			}
			if n := number(t, w, "select count(*) from payment_sandbox.trade where not reversed and state = 'waiting'"); n != 0 {
				t.Errorf("%d trades could still be paid", n)
			}
		})
	}
}

// TestALatePaymentByCode: the counter has gone, the answer was lost, the money
// was taken: the sweep finds it. Seats that are free still are sold; when they
// are gone the money goes back by itself.
func TestALatePaymentByCode(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	counterAccount(t, w, "wechat")
	seller := w.Client(access.Seller)
	take := func(seat int32) ids.ID {
		o := deskOrder(w, seller, seat)
		if s := scanned(seller.Do("POST", scanAt(o, "/scan"), map[string]any{"id": ids.New(), "code": scanCodes["wechat"] + "98"})); s.State != sales.ScanUnknown {
			t.Fatalf("%+v", s)
		}
		return o
	}
	kept, lost := take(1), take(2)
	w.Clock.Advance(time.Hour)
	w.Bought(w.Buyer(), 2) // the holds are over, and one seat is sold to another
	sweep(t, w)
	sweep(t, w)
	for order, want := range map[ids.ID]string{kept: sales.Confirmed, lost: sales.Refunded} {
		if got := seller.Do("GET", "/api/v1/orders/"+order.String(), nil).Want(200).Get("state"); got != want {
			t.Errorf("%s, not %s", got, want)
		}
		simBooks(t, w, order)
	}
}

// TestCodePaymentsAreOfTheCounter: buyers and gate staff have no part in it, and
// an order of the shop is not paid this way.
func TestCodePaymentsAreOfTheCounter(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	counterAccount(t, w, "wechat")
	seller, buyer := w.Client(access.Seller), w.Buyer()
	order := deskOrder(w, seller, 1)
	body := map[string]any{"id": ids.New(), "code": scanCodes["wechat"] + "00"}
	for _, c := range []*accesstest.Client{buyer, w.Client(access.Gate)} {
		c.Do("POST", scanAt(order, "/scan"), body).WantProblem(403, "access.denied")
		c.Do("POST", scanAt(order, "/pay"), map[string]any{"method": "card"}).WantProblem(403, "access.denied")
	}
	w.Other(access.Seller).Do("POST", scanAt(order, "/scan"), body).WantProblem(404, "sales.order_not_found")
	online := w.Order(buyer, w.Hold(buyer, 5).Hold)
	seller.Do("POST", scanAt(online.ID, "/scan"), body).WantProblem(409, "sales.state")
	seller.Do("POST", scanAt(online.ID, "/pay"), map[string]any{"method": "card"}).WantProblem(409, "sales.state")
	seller.Do("POST", scanAt(order, "/cancel"), nil).Want(200)
	seller.Do("POST", scanAt(order, "/scan"), body).WantProblem(409, "sales.state")
	w.Hold(buyer, 1) // free again
}

// TestReversedPaymentsAreNetted: the payer typed the password in the moment of
// the reversal, so the provider's bill shows the money coming and going. Our
// books have neither, and the two agree; one of them alone is a difference.
func TestReversedPaymentsAreNetted(t *testing.T) {
	t.Parallel()
	for kind, code := range scanCodes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			counterAccount(t, w, kind)
			seller := w.Client(access.Seller)
			order := deskOrder(w, seller, 2)
			seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "99"}).Want(200)
			seller.Do("POST", scanAt(order, "/scan/reverse"), nil).Want(200)
			scanned(seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "00"}))
			day := clock.DayOf(w.Clock.Now(), clock.Shanghai)
			w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
				_, err := c.Exec(ctx, "update payment_sandbox.trade set was_paid = created_at, reversed_at = created_at where reversed")
				return err
			})
			var account string
			w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
				return c.QueryRow(ctx, "select provider from sales.payment where state = 'paid'").Scan(&account)
			})
			w.Clock.Advance(48 * time.Hour)
			r, err := w.Sales.Reconcile(w.As(w.Tenant), account, day)
			if err != nil || len(r.Differences) != 0 || r.Ours != r.Theirs || r.Ours.Paid != 1 {
				t.Errorf("%+v, %v", r, err)
			}
			w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
				_, err := c.Exec(ctx, "update payment_sandbox.trade set reversed_at = null where reversed")
				return err
			})
			r, err = w.Sales.Reconcile(w.As(w.Tenant), account, day)
			if err != nil || len(r.Differences) != 1 || r.Differences[0].Kind != "not_ours" || r.Differences[0].Back {
				t.Errorf("money that was kept: %+v, %v", r, err)
			}
		})
	}
}
