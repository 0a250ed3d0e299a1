package sales_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// TestPersonsAreErasedOnTime: not a second early, then wholly, and only of
// sessions whose time is over (RL-13). Orders, tickets and money stay.
func TestPersonsAreErasedOnTime(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	later := w.OnSale(w.Tenant, w.Show.ID, w.Hall.ID, w.Plan, w.Session.StartsAt.Add(24*time.Hour), salestest.Named())
	c := w.Buyer()
	buy := func(doc int) ids.ID {
		o := w.Order(c, w.Hold(c, 1).Hold, salestest.Person(doc))
		w.Pay(c, o.ID, sandbox.Normal)
		w.Notify()
		return o.ID
	}
	order := buy(0)
	first := w.Session
	w.Session = later
	buy(0)
	persons := func() [3]int64 {
		return [3]int64{number(t, w, "select count(*) from identity.person"), number(t, w, "select count(*) from identity.holding"), number(t, w, "select count(*) from sales.orders where contact is not null")}
	}
	round := func() sales.Erased {
		done, err := w.Sales.Erase(w.As(w.Tenant))
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	w.Clock.Set(first.EndsAt.Add(sales.KeepPersons - time.Second))
	if done := round(); done.Sessions != 0 || persons() != [3]int64{2, 2, 2} {
		t.Fatalf("a second early: %+v, %v are left", done, persons())
	}
	w.Clock.Advance(time.Second)
	if done, err := w.Sales.Erase(w.As(w.DB.Other)); err != nil || done.Sessions != 0 {
		t.Errorf("another theatre's round: %+v, %v", done, err)
	}
	if done := round(); done != (sales.Erased{Sessions: 1, Persons: 1, Phones: 1}) || persons() != [3]int64{1, 1, 1} {
		t.Errorf("on time: %+v, %v are left", done, persons())
	}
	o := w.Get(c, order)
	if o.State != sales.Confirmed || o.Tickets[0].Person != nil || o.Phone != "" || o.Tickets[0].Code == "" {
		t.Errorf("the order: %+v", o)
	}
	c.Do("GET", o.PDF, nil).Want(200)
	books(t, w, order)
	if done := round(); done.Sessions != 0 {
		t.Errorf("again: %+v", done)
	}
	if n := number(t, w, "select count(*) from identity.consent"); n != 2 {
		t.Errorf("%d consents are left", n)
	}
}

// TestAdmittedTicketsStay: who went in gets no money back, unless the show breaks off.
func TestAdmittedTicketsStay(t *testing.T) {
	t.Parallel()
	var inside atomic.Value
	w := salestest.New(t, func(c *salestest.Config) {
		c.Admitted = func(_ context.Context, _ db.Tx, _ ids.ID, codes []string) ([]string, error) {
			in, _ := inside.Load().(string)
			return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return code != in }), nil
		}
	})
	c := w.Buyer()
	o := w.Bought(c, 1, 2)
	inside.Store(o.Tickets[0].Code)
	refund(w, c, o.ID, ids.New(), 0, 1, 2).WantProblem(409, "sales.admitted")
	refund(w, c, o.ID, ids.New(), 0, 1).WantProblem(409, "sales.admitted")
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/exchanges", map[string]any{"id": ids.New(), "from": []int32{1}, "hold": w.Hold(c, 5).Hold}).WantProblem(409, "sales.admitted")
	refund(w, c, o.ID, ids.New(), 0, 2).Want(201)
	if _, err := w.Shows.Move(w.As(w.Tenant), w.Session.ID, "cancelled", nil); err != nil {
		t.Fatal(err)
	}
	refund(w, c, o.ID, ids.New(), 0, 1).Want(201)
	books(t, w, o.ID)
}
