package saleshttp_test

import (
	"testing"

	"parterre/modules/access"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

type sold struct {
	Order  saleshttp.SaleOrderDetail
	Change money.Fen
}

// TestCounter sells for cash: one request makes order, payment and tickets,
// and a seller has no buyer's limit over the day.
func TestCounter(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Client(access.Seller)
	hold := func(body map[string]any) (h saleshttp.SaleHold) {
		body["id"], body["session"] = ids.New(), w.Session.ID
		c.Do("POST", "/api/v1/counter/holds", body).Want(201).JSON(&h)
		return h
	}
	h := hold(map[string]any{"seats": []int32{1, 2}})
	sale := map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "method": "cash", "taken": 2*salestest.StallPrice - 1}
	r := c.Do("POST", "/api/v1/counter/sales", sale)
	r.WantProblem(409, "sales.amount")
	sale["taken"] = 2*salestest.StallPrice + 4_000
	var s, again sold
	c.Do("POST", "/api/v1/counter/sales", sale).Want(201).JSON(&s)
	c.Do("POST", "/api/v1/counter/sales", sale).Want(201).JSON(&again)
	if s.Change != 4_000 || s.Order.State != "confirmed" || s.Order.Channel != "counter" || len(s.Order.Tickets) != 2 || s.Order.PaidFen != 2*salestest.StallPrice || s.Order.Payments[0].Provider != "cash" {
		t.Errorf("sale: %+v", s)
	}
	if again.Order.ID != s.Order.ID || len(again.Order.Payments) != 1 || again.Order.Tickets[0].Code != s.Order.Tickets[0].Code {
		t.Errorf("the same sale again: %+v", again)
	}
	if c.Do("GET", s.Order.PDF+"?medium=stock", nil).Want(200).Header.Get("Content-Type") != "application/pdf" {
		t.Error("no tickets to print")
	}
	c.Do("GET", s.Order.PDF+"?medium=a3", nil).WantProblem(422, "sales.medium")
	for i := range 3 { // 18 more tickets by the same seller
		h := hold(map[string]any{"best": map[string]any{"n": 6, "zones": []int{2}, "together": true}})
		if h.Why == nil || len(h.Places) != 6 || h.Places[0].Zone != 2 || h.Why.Parts != 1 {
			t.Errorf("best %d: %+v", i, h)
		}
		c.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "method": "card"}).Want(201)
	}
	st := hold(map[string]any{"standing": []map[string]any{{"area": 1, "n": 3}}})
	if st.Amount != 3*salestest.StandingPrice || st.Places[0].Text != "一层 前区站席 站席" {
		t.Errorf("standing: %+v", st)
	}
	var stood sold
	c.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": st.Hold, "method": "wechat"}).Want(201).JSON(&stood)
	c.Do("GET", stood.Order.Tickets[0].QR, nil).Want(200)

	other := hold(map[string]any{"seats": []int32{30}})
	c.Do("DELETE", "/api/v1/counter/sessions/"+w.Session.ID.String()+"/holds/"+other.Hold.String(), nil).Want(204)
	w.Hold(w.Buyer(), 30)
	c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{salestest.Wheelchair}}).WantProblem(409, "inventory.seat_accessible")
	hold(map[string]any{"seats": []int32{salestest.Wheelchair, salestest.Companion}, "accessible": true})

	var list struct{ Items []saleshttp.SaleOrder }
	c.Do("GET", "/api/v1/orders?channel=counter&session="+w.Session.ID.String(), nil).Want(200).JSON(&list)
	if len(list.Items) != 5 {
		t.Errorf("%d counter orders", len(list.Items))
	}
	c.Do("GET", "/api/v1/orders?state=pending", nil).Want(200).JSON(&list)
	if len(list.Items) != 0 {
		t.Errorf("%d pending orders", len(list.Items))
	}
	var f saleshttp.SaleRefund
	c.Do("POST", "/api/v1/orders/"+s.Order.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0, "reason": "买错座位"}).Want(201).JSON(&f)
	if f.State != "done" || f.Back != salestest.StallPrice || f.Reason != "买错座位" {
		t.Errorf("refund: %+v", f)
	}
}
