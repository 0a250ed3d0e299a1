package saleshttp_test

import (
	"testing"
	"time"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// A customer at the counter says a number, a phone, its last digits, a name or
// lays a card down; each finds the order, and nobody else's.
func TestFindOrders(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c, seller := w.Buyer(), w.Client(access.Seller)
	who := func(name string, i int) map[string]any {
		return map[string]any{"name": name, "kind": "1", "number": salestest.Documents[i]}
	}
	o := w.Order(c, w.Hold(c, 1, 2).Hold, who("欧阳 测试", 0), who("李四", 1))
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	other := w.Buyer()
	waits := w.Order(other, w.Hold(other, 3).Hold, who("赵六", 3)) // not paid: no ticket yet
	find := func(cl *accesstest.Client, text string, session any) []ids.ID {
		t.Helper()
		body := map[string]any{"text": text}
		if session != nil {
			body["session"] = session
		}
		var list struct{ Items []saleshttp.SaleOrder }
		cl.Do("POST", "/api/v1/orders/find", body).Want(200).JSON(&list)
		out := []ids.ID{}
		for _, x := range list.Items {
			out = append(out, x.ID)
		}
		return out
	}
	for _, text := range []string{o.Number, " " + o.Number[:4] + " " + o.Number[4:], salestest.Documents[1], "欧阳测试", "李四"} {
		if got := find(seller, text, nil); len(got) != 1 || got[0] != o.ID {
			t.Errorf("%q found %d orders", text, len(got))
		}
	}
	for _, text := range []string{"13800138000", "+86 138-0013-8000"} {
		if got := find(seller, text, w.Session.ID); len(got) != 2 {
			t.Errorf("the phone found %d orders", len(got))
		}
	}
	if got := find(seller, "赵六", nil); len(got) != 1 || got[0] != waits.ID {
		t.Errorf("an order without tickets: %d found", len(got))
	}
	if got := find(seller, "8000", w.Session.ID); len(got) != 2 {
		t.Errorf("the tail found %d", len(got))
	}
	for _, none := range []string{"13900139000", "李五", salestest.Documents[2], "0000ABCDEF12"} {
		if got := find(seller, none, nil); len(got) != 0 {
			t.Errorf("%q found %d", none, len(got))
		}
	}
	seller.Do("POST", "/api/v1/orders/find", map[string]any{"text": "8000"}).WantProblem(422, "sales.find")
	seller.Do("POST", "/api/v1/orders/find", map[string]any{"text": "12;drop"}).WantProblem(422, "sales.find")
	if got := find(w.Other(access.Seller), "13800138000", nil); len(got) != 0 {
		t.Errorf("another tenant found %d", len(got))
	}
	// RL-13: after the persons are erased nothing finds them any more.
	w.Clock.Advance(90 * 24 * time.Hour)
	if _, err := w.Sales.Erase(seller.Scope(t.Context())); err != nil {
		t.Fatal(err)
	}
	fresh := w.SignedIn(w.Tenant, access.Seller)
	for _, text := range []string{"13800138000", "李四", "欧阳测试"} {
		if got := find(fresh, text, nil); len(got) != 0 {
			t.Errorf("after erasure %q still finds %d", text, len(got))
		}
	}
	if got := find(fresh, o.Number, nil); len(got) != 1 {
		t.Errorf("the number finds %d", len(got))
	}
}
