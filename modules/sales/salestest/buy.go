package salestest

import (
	"net/http"
	"net/url"
	"strings"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales/saleshttp"
)

// Hold takes seats of the session for a caller and returns the hold.
func (w *World) Hold(c *accesstest.Client, seats ...int32) saleshttp.SaleHold {
	w.T.Helper()
	var h saleshttp.SaleHold
	c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": seats}).Want(201).JSON(&h)
	return h
}

// Person is one ticket's person, with the i-th sample document.
func Person(i int) map[string]any {
	return map[string]any{"name": "张三", "kind": "1", "number": Documents[i]}
}

// Order makes an order of a hold.
func (w *World) Order(c *accesstest.Client, hold ids.ID, people ...map[string]any) saleshttp.SaleOrderDetail {
	w.T.Helper()
	var o saleshttp.SaleOrderDetail
	w.TryOrder(c, ids.New(), hold, people...).Want(201).JSON(&o)
	return o
}

// TryOrder asks for an order of a hold, whatever comes of it.
func (w *World) TryOrder(c *accesstest.Client, id, hold ids.ID, people ...map[string]any) *accesstest.Reply {
	w.T.Helper()
	body := map[string]any{"id": id, "session": w.Session.ID, "hold": hold, "phone": "13800138000", "consent": true}
	if len(people) > 0 {
		body["people"] = people
	}
	return c.Do("POST", "/api/v1/shop/orders", body)
}

// Pay goes to the provider's cashier and pays; its notices are sent by Notify.
func (w *World) Pay(c *accesstest.Client, order ids.ID, mode sandbox.Mode) {
	w.T.Helper()
	w.PayAt(c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl"), mode)
}

// PayAt presses the button of a cashier's page.
func (w *World) PayAt(at string, mode sandbox.Mode) {
	w.T.Helper()
	form := url.Values{"do": {"pay"}, "mode": {string(mode)}}
	req, err := http.NewRequestWithContext(w.T.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.Trusting.Do(req)
	w.must(err)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		w.T.Fatalf("salestest: the cashier answers %d", res.StatusCode)
	}
}

// Notify has the provider send the notices that are due and returns how many.
func (w *World) Notify() int {
	w.T.Helper()
	n, err := w.Cashier.SendDue(w.T.Context())
	w.must(err)
	return n
}

// Get returns an order as its buyer sees it.
func (w *World) Get(c *accesstest.Client, order ids.ID) saleshttp.SaleOrderDetail {
	w.T.Helper()
	var o saleshttp.SaleOrderDetail
	c.Do("GET", "/api/v1/shop/orders/"+order.String(), nil).Want(200).JSON(&o)
	return o
}

// Bought holds, orders and pays seats, and returns the confirmed order.
func (w *World) Bought(c *accesstest.Client, seats ...int32) saleshttp.SaleOrderDetail {
	w.T.Helper()
	o := w.Order(c, w.Hold(c, seats...).Hold)
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	o = w.Get(c, o.ID)
	if o.State != "confirmed" {
		w.T.Fatalf("salestest: the order is %s", o.State)
	}
	return o
}

// Mode is how the provider behaves, by its name.
func Mode(name string) sandbox.Mode { return sandbox.Mode(name) }
