package sales_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

func correctSeat(c *accesstest.Client, order, id ids.ID, seat int32, person map[string]any) *accesstest.Reply {
	return c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/corrections", map[string]any{"id": id, "seat": seat, "person": person})
}

func passport(n int) map[string]any {
	return map[string]any{"name": "张三", "kind": "2", "number": fmt.Sprintf("E202600%02d", n)}
}

func exchangeTo(w *salestest.World, c *accesstest.Client, order, id ids.ID, from, to int32) *accesstest.Reply {
	return c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchanges", map[string]any{"id": id, "from": []int32{from}, "hold": w.Hold(c, to).Hold})
}

// RL-3: a ticket's person is changed once. Exchanging the ticket for another
// place makes no new ticket of it in this: a name could be sold on for ever.
func TestAnExchangeGivesNoSecondCorrection(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold, salestest.Person(0))
	w.Pay(c, o.ID, salestest.Mode("normal"))
	w.Notify()
	id := ids.New()
	correctSeat(c, o.ID, id, 1, passport(1)).Want(200)
	exchangeTo(w, c, o.ID, ids.New(), 1, 3).Want(200)
	correctSeat(c, o.ID, ids.New(), 3, passport(2)).WantProblem(409, "sales.corrected")
	exchangeTo(w, c, o.ID, ids.New(), 3, 5).Want(200) // and not after two exchanges either
	correctSeat(c, o.ID, ids.New(), 5, passport(2)).WantProblem(409, "sales.corrected")

	// The control: one that was only exchanged has its correction still.
	o = w.Order(c, w.Hold(c, 10).Hold, salestest.Person(1))
	w.Pay(c, o.ID, salestest.Mode("normal"))
	w.Notify()
	exchangeTo(w, c, o.ID, ids.New(), 10, 12).Want(200)
	correctSeat(c, o.ID, ids.New(), 12, passport(3)).Want(200)
}

// SEC-ASVS-2.4.1: whether a document has a ticket is told a few times, by
// whichever way a buyer asks: an order, a correction, a package.
func TestDocumentsAreNoOracleByAnotherDoor(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		t.Run(map[bool]string{true: "guarded", false: "control"}[on], func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t, guarded(on))
			victim, spy := w.Buyer(), w.Buyer()
			o := w.Order(victim, w.Hold(victim, 1).Hold, salestest.Person(0))
			w.Pay(victim, o.ID, salestest.Mode("normal"))
			w.Notify()
			own := w.Order(spy, w.Hold(spy, 3).Hold, salestest.Person(1))
			w.Pay(spy, own.ID, salestest.Mode("normal"))
			w.Notify()
			told := 0
			for range 8 {
				r := correctSeat(spy, own.ID, ids.New(), 3, salestest.Person(0))
				if r.Problem.Code == "inventory.document_used" {
					told++
				} else {
					r.WantProblem(429, "sales.document_attempts")
				}
			}
			if want := map[bool]int{true: 5, false: 8}[on]; told != want {
				t.Errorf("told %d times, want %d", told, want)
			}
			if !on {
				return
			}
			correctSeat(spy, own.ID, ids.New(), 3, passport(1)).WantProblem(429, "sales.document_attempts") // of no document any more
			w.Clock.Advance(11 * time.Minute)
			correctSeat(spy, own.ID, ids.New(), 3, passport(1)).Want(200)
			seller := w.Client(access.Seller) // staff are not held up
			for range 8 {
				seller.Do("POST", "/api/v1/orders/"+o.ID.String()+"/corrections", map[string]any{"id": ids.New(), "seat": 1, "person": passport(1)}).WantProblem(409, "inventory.document_used")
			}
		})
	}
}

// RL-1, RL-5: refunds, exchanges and a correction of one ticket at once, each
// sent twice: one thing happens to the ticket after the other, the money adds
// up at the provider, and no seat is sold twice.
func TestRefundExchangeAndCorrectionAtOnce(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	var orders []ids.ID
	var wg sync.WaitGroup
	for i := range 4 {
		c, seat := w.Buyer(), int32(5*i+1)
		o := w.Order(c, w.Hold(c, seat).Hold, passport(10+i))
		w.Pay(c, o.ID, salestest.Mode("normal"))
		w.Notify()
		orders = append(orders, o.ID)
		first, second := w.Hold(c, seat+2).Hold, w.Hold(c, int32(41+5*i)).Hold // the second is cheaper
		for n, f := range []func(id ids.ID) *accesstest.Reply{
			func(id ids.ID) *accesstest.Reply { return refund(w, c, o.ID, id, 0, seat) },
			func(id ids.ID) *accesstest.Reply { return refund(w, c, o.ID, id, 0, seat) },
			func(id ids.ID) *accesstest.Reply {
				return c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/exchanges", map[string]any{"id": id, "from": []int32{seat}, "hold": first})
			},
			func(id ids.ID) *accesstest.Reply {
				return c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/exchanges", map[string]any{"id": id, "from": []int32{seat}, "hold": second})
			},
			func(id ids.ID) *accesstest.Reply { return correctSeat(c, o.ID, id, seat, passport(20+i)) },
		} {
			id := ids.New()
			for range 2 {
				wg.Go(func() {
					if r := f(id); r.Status >= 500 {
						t.Errorf("%d: %d %s", n, r.Status, r.Body)
					}
				})
			}
		}
	}
	wg.Wait()
	sweep(t, w)
	w.Clock.Advance(time.Minute)
	w.Notify()
	sweep(t, w)
	for _, id := range orders {
		books(t, w, id)
		if n := number(t, w, "select count(*) from sales.ticket where order_id = $1", id.String()); n > 1 {
			t.Errorf("%d tickets of an order for one", n)
		}
		if n := number(t, w, "select count(*) from sales.refund where order_id = $1 and state not in ('done', 'refused')", id.String()); n != 0 {
			t.Errorf("%d refunds do not end", n)
		}
	}
	if live, held := number(t, w, "select count(*) from sales.ticket"), number(t, w, "select count(*) from identity.holding"); live != held {
		t.Errorf("%d tickets, %d documents bound", live, held)
	}
	if n := number(t, w, `select count(*) from sales.ticket k join identity.person p on p.id = k.person_id
		where not exists (select from identity.holding h where h.session_id = k.session_id and h.seat_id = k.seat_id and h.blind = p.blind)`); n != 0 {
		t.Errorf("%d tickets whose person's document is not bound to them", n)
	}
	status(t, w, 1) // checks the engine's state
	if n := number(t, w, "select count(*) from sales.ticket k where not exists (select from identity.person p where p.id = k.person_id)"); n != 0 {
		t.Errorf("%d tickets without their person", n)
	}
}

// A buyer's things are no other buyer's, by whatever id: a hold that is asked
// for under another's id, an order under another's, a refund or exchange under
// another's id, and a key that another has used.
func TestIdsOfOtherBuyers(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	a, b := w.Buyer(), w.Buyer()
	id := ids.New()
	hold := func(c *accesstest.Client, id ids.ID, seat int32) *accesstest.Reply {
		return c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": id, "session": w.Session.ID, "seats": []int32{seat}})
	}
	hold(a, id, 1).Want(201)
	if r := hold(b, id, 1); r.Status == 201 {
		t.Errorf("another's hold: %s", r.Body)
	}
	if r := hold(b, id, 3); r.Status == 201 && w.TryOrder(b, ids.New(), id).Status == 201 {
		t.Errorf("another's hold by its id: %s", r.Body)
	}
	order := ids.New()
	if r := w.TryOrder(b, order, id); r.Status == 201 {
		t.Errorf("an order of another's hold: %s", r.Body)
	}
	w.TryOrder(a, order, id).Want(201)
	if r := w.TryOrder(b, order, id); r.Status == 201 || len(r.Problem.Code) == 0 {
		t.Errorf("another's order by its id: %s", r.Body)
	}
	w.Pay(a, order, salestest.Mode("normal"))
	w.Notify()
	other := w.Bought(b, 5)
	back := ids.New()
	refund(w, a, order, back, 0, 1).Want(201)
	if r := refund(w, b, other.ID, back, 0, 5); r.Status < 400 {
		t.Errorf("a refund under another's id: %s", r.Body)
	}
	if r := exchangeTo(w, b, other.ID, back, 5, 7); r.Status < 400 {
		t.Errorf("an exchange under another's id: %s", r.Body)
	}
	if r := refund(w, b, order, ids.New(), 0, 1); r.Status != 404 {
		t.Errorf("a refund of another's order: %d", r.Status)
	}
	books(t, w, order)
	books(t, w, other.ID)
	if got := w.Get(b, other.ID).State; got != sales.Confirmed {
		t.Errorf("the other's order is %s", got)
	}
}
