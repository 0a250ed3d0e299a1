package saleshttp_test

import (
	"strings"
	"testing"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// TestBuyersSeeOnlyTheirOwn: for whoever else asks, an order is not there.
func TestBuyersSeeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	owner := w.Buyer()
	paid := w.Bought(owner, 1)
	held := w.Hold(owner, 2)
	open := w.Order(owner, held.Hold)
	unused := w.Hold(owner, 3)
	for name, c := range map[string]*accesstest.Client{"another buyer": w.Buyer(), "a buyer of another theatre": w.BuyerOf(w.DB.Other)} {
		for _, o := range []ids.ID{paid.ID, open.ID} {
			at := "/api/v1/shop/orders/" + o.String()
			for _, r := range []*accesstest.Reply{
				c.Do("GET", at, nil), c.Do("POST", at+"/pay", map[string]any{"provider": "sandbox"}), c.Do("POST", at+"/check", nil), c.Do("POST", at+"/cancel", nil),
				c.Do("GET", at+"/refund-quote", nil), c.Do("POST", at+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}),
				c.Do("GET", at+"/tickets.pdf", nil), c.Do("GET", at+"/tickets/1/qr.svg", nil),
			} {
				if r.WantProblem(404, "sales.order_not_found"); strings.Contains(string(r.Body), "8000") && strings.Contains(string(r.Body), "138*") {
					t.Errorf("%s: %s", name, r.Body)
				}
			}
		}
		if got := c.Do("GET", "/api/v1/shop/orders", nil).Want(200).Get("items"); got != "[]" {
			t.Errorf("%s sees %s", name, got)
		}
	}
	thief := w.Buyer()
	w.TryOrder(thief, open.ID, held.Hold).WantProblem(409, "sales.id_taken")
	w.TryOrder(thief, ids.New(), unused.Hold).WantProblem(404, "inventory.hold_unknown")
	thief.Do("DELETE", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/holds/"+unused.Hold.String(), nil) // harmless: nothing is told
	w.Order(owner, unused.Hold)                                                                            // the hold is still the owner's
	w.Other(access.Manager).Do("GET", "/api/v1/orders/"+paid.ID.String(), nil).WantProblem(404, "sales.order_not_found")
	if got := w.Other(access.Manager).Do("GET", "/api/v1/orders", nil).Want(200).Get("items"); got != "[]" {
		t.Errorf("another theatre's staff sees %s", got)
	}
	if got := w.Get(owner, open.ID).State; got != "pending" {
		t.Errorf("after all that the order is %s", got)
	}
	// The control: the owner and the theatre's own staff see it.
	w.Client(access.Finance).Do("GET", "/api/v1/orders/"+paid.ID.String(), nil).Want(200)
}

// TestOneOrderOfAHold: repeated requests have one effect, and a second order
// of the same hold is refused.
func TestOneOrderOfAHold(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	key := ids.New()
	var first, second struct{ Hold ids.ID }
	body := map[string]any{"id": key, "session": w.Session.ID, "seats": []int32{1, 2}}
	c.Do("POST", "/api/v1/shop/holds", body).Want(201).JSON(&first)
	c.Do("POST", "/api/v1/shop/holds", body).Want(201).JSON(&second)
	if first != second {
		t.Errorf("the same key got %v and %v", first, second)
	}
	o := w.Order(c, first.Hold)
	if again := w.TryOrder(c, o.ID, first.Hold).Want(201).Get("id"); again != o.ID.String() {
		t.Errorf("the same order again: %s", again)
	}
	w.TryOrder(c, ids.New(), first.Hold).WantProblem(409, "sales.hold_used")
	w.TryOrder(c, ids.ID{}, w.Hold(c, 5).Hold).WantProblem(422, "core.id")
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/cancel", nil).Want(200)
	if got := w.Get(c, o.ID).State; got != "cancelled" {
		t.Errorf("after cancelling: %s", got)
	}
	w.TryOrder(c, ids.New(), first.Hold).WantProblem(409, "sales.hold_used")
	w.Hold(w.Buyer(), 1, 2) // the seats are free again
	// A buyer's limit counts holds and tickets.
	c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{11, 12, 13, 14, 15, 16, 17}}).WantProblem(422, "inventory.too_many")
	w.Hold(c, 11, 12, 13)
	c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{15, 16, 17}}).WantProblem(409, "inventory.buyer_limit")
}

// TestPermissions: who may not, is told so.
func TestPermissions(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	hold := map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{1}}
	w.Visitor().Do("POST", "/api/v1/shop/holds", hold).WantProblem(401, "access.sign_in")
	w.Visitor().Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String(), nil).Want(200)
	w.Buyer().Do("POST", "/api/v1/counter/holds", hold).WantProblem(403, "access.denied")
	w.Buyer().Do("GET", "/api/v1/orders", nil).WantProblem(403, "access.denied")
	w.Client(access.Gate).Do("POST", "/api/v1/counter/holds", hold).WantProblem(403, "access.denied")
	w.Client(access.Gate).Do("GET", "/api/v1/orders", nil).WantProblem(403, "access.denied")
	w.Client(access.Auditor).Do("GET", "/api/v1/orders", nil).Want(200)
	w.Client(access.Seller).Do("POST", "/api/v1/sessions/"+w.Session.ID.String()+"/mass-refund", nil).WantProblem(403, "access.denied")
	w.Client(access.Finance).Do("POST", "/api/v1/sessions/"+w.Session.ID.String()+"/mass-refund", nil).WantProblem(409, "sales.not_cancelled")
	w.BuyerOf(w.DB.Other).Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String(), nil).Want(404)
	w.BuyerOf(w.DB.Other).Do("POST", "/api/v1/shop/holds", hold).Want(404)
}
