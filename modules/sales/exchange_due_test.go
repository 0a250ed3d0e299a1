package sales_test

import (
	"testing"
	"time"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

const difference = salestest.StallPrice - salestest.BalconyPrice

// dearer begins an exchange of a ticket for a dearer seat.
func dearer(w *salestest.World, c *accesstest.Client, order ids.ID, from, to int32) (d saleshttp.SaleExchangeDue) {
	w.T.Helper()
	body := map[string]any{"id": ids.New(), "from": []int32{from}, "hold": w.Hold(c, to).Hold}
	c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchanges", body).WantProblem(409, "sales.difference")
	c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchange-dues", body).Want(201).JSON(&d)
	var again saleshttp.SaleExchangeDue
	c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchange-dues", body).Want(201).JSON(&again)
	if d.Amount != difference || d.State != "pending" || again.ID != d.ID || d.SecondsLeft == 0 {
		w.T.Fatalf("%+v, then %+v", d, again)
	}
	return d
}

func payDue(w *salestest.World, c *accesstest.Client, d saleshttp.SaleExchangeDue) {
	w.T.Helper()
	w.PayAt(c.Do("POST", "/api/v1/shop/exchange-dues/"+d.ID.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl"), salestest.Mode("normal"))
	w.Notify()
}

// live is the one live ticket of an order.
func live(t *testing.T, o saleshttp.SaleOrderDetail) (out saleshttp.SaleTicket) {
	t.Helper()
	n := 0
	for _, x := range o.Tickets {
		if x.State == "valid" {
			out, n = x, n+1
		}
	}
	if n != 1 {
		t.Fatalf("%d live tickets: %+v", n, o.Tickets)
	}
	return out
}

// TestExchangeToADearerSeat: the difference is paid, the old ticket ends and the
// new one begins in one step; what is refunded later goes back through both
// payments.
func TestExchangeToADearerSeat(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Bought(c, salestest.FirstBalcony)
	old := live(t, o)
	d := dearer(w, c, o.ID, salestest.FirstBalcony, 1)
	if got := live(t, w.Get(c, o.ID)); got.Code != old.Code {
		t.Error("the old ticket ended before the difference was paid")
	}
	body := map[string]any{"id": ids.New(), "from": []int32{salestest.FirstBalcony}, "hold": w.Hold(c, 3).Hold}
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/exchange-dues", body).WantProblem(409, "sales.exchange_open")
	payDue(w, c, d)
	got := w.Get(c, o.ID)
	if x := live(t, got); x.Seat != 1 || x.Code == old.Code || x.Price != salestest.StallPrice || got.Amount != salestest.StallPrice || got.PaidFen != salestest.StallPrice {
		t.Errorf("%+v", got)
	}
	if s := c.Do("GET", "/api/v1/shop/exchange-dues/"+d.ID.String(), nil).Want(200).Get("state"); s != sales.DueDone {
		t.Errorf("the exchange is %s", s)
	}
	w.Hold(w.Buyer(), salestest.FirstBalcony) // free again
	books(t, w, o.ID)
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).Want(201)
	sweep(t, w)
	if got := w.Get(c, o.ID); got.State != sales.Refunded || got.BackFen != salestest.StallPrice {
		t.Errorf("%+v", got)
	}
	books(t, w, o.ID)
}

// TestAnExchangeThatIsNotPaid: the new seat is free again and nothing else has
// changed; what comes after that goes back.
func TestAnExchangeThatIsNotPaid(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"cancelled", "lapsed"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			c := w.Buyer()
			o := w.Bought(c, salestest.FirstBalcony)
			old := live(t, o)
			d := dearer(w, c, o.ID, salestest.FirstBalcony, 1)
			at := "/api/v1/shop/exchange-dues/" + d.ID.String()
			c.Do("POST", at+"/pay", map[string]any{"provider": "sandbox"}).Want(200)
			if how == "cancelled" {
				for range 2 {
					if got := c.Do("POST", at+"/cancel", nil).Want(200).Get("state"); got != sales.Cancelled {
						t.Errorf("%s", got)
					}
				}
			} else {
				w.Clock.Advance(time.Hour)
				sweep(t, w)
			}
			c.Do("POST", at+"/pay", map[string]any{"provider": "sandbox"}).WantProblem(409, "sales.state")
			if got := c.Do("GET", at, nil).Want(200).Get("state"); got != how {
				t.Errorf("%s", got)
			}
			w.Hold(w.Buyer(), 1)
			if got := live(t, w.Get(c, o.ID)); got.Code != old.Code {
				t.Error("the old ticket is another one")
			}
			books(t, w, o.ID)
		})
	}
}

// TestALateDifference: the notice was lost, the time went by and somebody else
// has the seat: the money goes back and the old ticket stays. With the seat
// still there, a payment made in time counts.
func TestALateDifference(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Bought(c, salestest.FirstBalcony)
	old := live(t, o)
	d := dearer(w, c, o.ID, salestest.FirstBalcony, 1)
	pay := c.Do("POST", "/api/v1/shop/exchange-dues/"+d.ID.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl")
	w.PayAt(pay, salestest.Mode("missing"))
	w.Clock.Advance(time.Hour)
	w.Bought(w.Buyer(), 1)
	sweep(t, w)
	got := w.Get(c, o.ID)
	if live(t, got).Code != old.Code || got.BackFen != difference || got.Amount != salestest.BalconyPrice {
		t.Errorf("%+v", got)
	}
	if s := c.Do("GET", "/api/v1/shop/exchange-dues/"+d.ID.String(), nil).Want(200).Get("state"); s != sales.Refunded {
		t.Errorf("the exchange is %s", s)
	}
	books(t, w, o.ID)
	w.Buyer().Do("GET", "/api/v1/shop/exchange-dues/"+d.ID.String(), nil).WantProblem(404, "sales.exchange_not_found")

	// A ticket that was given back while its difference was being paid.
	o = w.Bought(c, salestest.FirstBalcony+2)
	d = dearer(w, c, o.ID, salestest.FirstBalcony+2, 5)
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{salestest.FirstBalcony + 2}, "fee": 0}).Want(201)
	payDue(w, c, d)
	sweep(t, w)
	if got := w.Get(c, o.ID); got.BackFen != salestest.StallPrice || got.State != sales.Refunded {
		t.Errorf("%+v", got)
	}
	books(t, w, o.ID)
	w.Hold(w.Buyer(), 5)
}
