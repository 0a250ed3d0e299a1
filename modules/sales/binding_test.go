package sales_test

import (
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// group sells seats at the counter to a group whose people are named later.
func group(w *salestest.World, seller *accesstest.Client, people []map[string]any, seats ...int32) saleshttp.SaleOrderDetail {
	w.T.Helper()
	var h saleshttp.SaleHold
	seller.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": seats}).Want(201).JSON(&h)
	body := map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "method": "card", "bindLater": true}
	if people != nil {
		body["people"] = people
	}
	var out struct{ Order saleshttp.SaleOrderDetail }
	seller.Do("POST", "/api/v1/counter/sales", body).Want(201).JSON(&out)
	return out.Order
}

func bind(seller *accesstest.Client, order, id ids.ID, seat int32, person int) *accesstest.Reply {
	return seller.Do("POST", "/api/v1/orders/"+order.String()+"/bindings", map[string]any{"id": id, "seat": seat, "person": salestest.Person(person)})
}

func unbound(w *salestest.World, seller *accesstest.Client) (u saleshttp.UnboundShown) {
	w.T.Helper()
	seller.Do("GET", "/api/v1/sessions/"+w.Session.ID.String()+"/unbound", nil).Want(200).JSON(&u)
	return u
}

// RL-3: a group's people are named after the sale, each document once (RL-1),
// and not after the deadline.
func TestBindingAfterTheSale(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	seller := w.SignedIn(w.Tenant, access.Seller)
	o := group(w, seller, []map[string]any{salestest.Person(0)}, 1, 2, 3)
	if o.BindBy == nil || o.Tickets[0].Person == nil || o.Tickets[1].Person != nil {
		t.Fatalf("the group's order: %+v", o.Tickets)
	}
	if u := unbound(w, seller); len(u.Tickets) != 2 || u.Bound != 1 || u.Tickets[0].Seat != 2 || u.Over {
		t.Errorf("unbound: %+v", u)
	}
	bind(seller, o.ID, ids.New(), 1, 1).WantProblem(409, "sales.bound")
	bind(seller, o.ID, ids.New(), 2, 0).WantProblem(409, "inventory.document_used")
	id := ids.New()
	bind(seller, o.ID, id, 2, 1).Want(200)
	bind(seller, o.ID, id, 2, 1).Want(200)
	bind(seller, o.ID, ids.New(), 2, 2).WantProblem(409, "sales.bound")
	if n := number(t, w, "select count(*) from identity.holding"); n != 2 {
		t.Errorf("%d documents are bound", n)
	}
	// the one correction is still to be had
	seller.Do("POST", "/api/v1/orders/"+o.ID.String()+"/corrections", map[string]any{"id": ids.New(), "seat": 2, "person": salestest.Person(2)}).Want(200)
	w.Clock.Set(w.Session.StartsAt.Add(-24 * time.Hour))
	bind(seller, o.ID, ids.New(), 3, 3).WantProblem(409, "sales.bind_late")
	// negative control: a buyer in the shop cannot leave people out
	buyer := w.Buyer()
	w.TryOrder(buyer, ids.New(), w.Hold(buyer, 10).Hold).WantProblem(422, "sales.people")
}

// RL-3: the job reminds, then locks or releases, each step once.
func TestTheBindingDeadline(t *testing.T) {
	t.Parallel()
	for _, action := range []string{sales.BindLock, sales.BindRelease} {
		w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
		seller, manager, ctx := w.SignedIn(w.Tenant, access.Seller), w.SignedIn(w.Tenant, access.Manager), w.As(w.Tenant)
		o := group(w, seller, []map[string]any{salestest.Person(0)}, 1, 2, 3)
		at := "/api/v1/sessions/" + w.Session.ID.String() + "/binding"
		manager.Do("PUT", at, map[string]any{"remind": []int{0}, "action": action}).WantProblem(422, "sales.bind_policy")
		manager.Do("PUT", at, map[string]any{"remind": []int{24, 48}, "action": action}).Want(200)
		step := func(before time.Duration, want int) {
			t.Helper()
			w.Clock.Set(w.Session.StartsAt.Add(-24*time.Hour - before))
			for _, n := range []int{want, 0} { // once
				if got, err := w.Sales.SweepBindings(ctx); err != nil || got != n {
					t.Errorf("%s before the deadline: %d steps, want %d, %v", before, got, n, err)
				}
			}
		}
		step(49*time.Hour, 0)
		step(48*time.Hour, 1)
		step(23*time.Hour, 1)
		if u := unbound(w, seller); len(u.Steps) != 2 || u.Steps[0].Action != "remind" || u.Steps[0].Unbound != 2 || u.Tickets[0].Reminded == nil {
			t.Errorf("after the reminders: %+v", u)
		}
		step(0, 1)
		u := unbound(w, seller)
		live := number(t, w, "select count(*) from sales.ticket")
		back := number(t, w, "select coalesce(sum(paid - fee), 0)::bigint from sales.refund where state = 'done'")
		switch {
		case action == sales.BindLock && (len(u.Tickets) != 2 || live != 3 || !u.Over):
			t.Errorf("locked: %d live, %+v", live, u)
		case action == sales.BindRelease && (len(u.Tickets) != 0 || live != 1 || back != 2*int64(salestest.StallPrice)):
			t.Errorf("released: %d live, %d back, %+v", live, back, u)
		}
		books2(t, w, o.ID)
	}
}

// books2 checks what was paid by hand: there is no provider to compare with.
func books2(t *testing.T, w *salestest.World, order ids.ID) {
	t.Helper()
	id := order.String()
	paid := number(t, w, "select coalesce(sum(amount), 0)::bigint from sales.payment where order_id = $1 and state = 'paid'", id)
	live := number(t, w, "select coalesce(sum(price), 0)::bigint from sales.ticket where order_id = $1", id)
	back := number(t, w, "select coalesce(sum(paid), 0)::bigint from sales.refund where order_id = $1 and state = 'done'", id)
	if paid != live+back {
		t.Errorf("%d paid, %d live, %d back", paid, live, back)
	}
}
