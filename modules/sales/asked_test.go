package sales_test

import (
	"maps"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// differ sends a request again, as it was and with one thing changed at a time:
// the first is answered the same, each of the others is refused.
func differ(t *testing.T, c *accesstest.Client, path string, body map[string]any, changes map[string]any) {
	t.Helper()
	first := c.Do("POST", path, body).Want(201).Get("id")
	for range 2 {
		if again := c.Do("POST", path, body).Want(201).Get("id"); again != first {
			t.Errorf("%s: the same again is %v, not %v", path, again, first)
		}
	}
	for field, value := range changes {
		other := maps.Clone(body)
		other[field] = value
		if r := c.Do("POST", path, other); r.Status != 409 || r.Get("code") != "sales.id_taken" {
			t.Errorf("%s with another %s: %d %s", path, field, r.Status, r.Get("code"))
		}
	}
}

// RL-1: an order id stands for one request. With other people, places, contact
// or vouchers it is refused, also when the order has gone on meanwhile.
func TestAnOrderIDIsForOneRequest(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c, seller := w.Buyer(), w.Client(access.Seller)
	people := func(i ...int) (out []any) {
		for _, x := range i {
			out = append(out, salestest.Person(x))
		}
		return out
	}
	spare := w.Hold(c, 5).Hold
	body := map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": w.Hold(c, 1).Hold, "phone": "13800138000", "consent": true, "people": people(0)}
	other := salestest.Person(0)
	other["name"] = "李四"
	changes := map[string]any{"people": people(1), "phone": "13800138001", "hold": spare}
	differ(t, c, "/api/v1/shop/orders", body, changes)
	differ(t, c, "/api/v1/shop/orders", body, map[string]any{"people": []any{other}})
	w.Pay(c, body["id"].(ids.ID), "normal")
	w.Notify()
	differ(t, c, "/api/v1/shop/orders", body, changes)
	if n := number(t, w, "select count(*) from sales.ticket"); n != 1 {
		t.Errorf("%d tickets", n)
	}

	at := func(seat int32) ids.ID {
		var h saleshttp.SaleHold
		seller.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Want(201).JSON(&h)
		return h.Hold
	}
	body = map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": at(7), "phone": "13800138000", "people": people(2)}
	changes = map[string]any{"people": people(3), "phone": "13800138001", "hold": at(8)}
	differ(t, seller, "/api/v1/counter/orders", body, changes)
	body = map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": at(9), "phone": "13800138000", "people": people(3), "method": "cash", "taken": 100_000}
	sale := seller.Do("POST", "/api/v1/counter/sales", body).Want(201)
	if again := seller.Do("POST", "/api/v1/counter/sales", body).Want(201); string(again.Body) != string(sale.Body) {
		t.Errorf("the same sale again: %s", again.Body)
	}
	for field, value := range map[string]any{"people": people(2), "phone": "13800138001", "method": "card"} {
		changed := maps.Clone(body)
		changed[field] = value
		seller.Do("POST", "/api/v1/counter/sales", changed).WantProblem(409, "sales.id_taken")
	}

	// What was asked for is erased with the persons (RL-13).
	w.Clock.Set(w.Session.EndsAt.Add(sales.KeepPersons + time.Second))
	if _, err := w.Sales.Erase(w.As(w.Tenant)); err != nil {
		t.Fatal(err)
	}
	if n := number(t, w, "select count(*) from sales.orders where request is not null"); n != 0 {
		t.Errorf("%d traces of requests are left", n)
	}
}
