package sales_test

import (
	"strings"
	"testing"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

func guarded(on bool) func(*salestest.Config) {
	return func(c *salestest.Config) {
		c.Rules = salestest.Named()
		c.More = func(w *salestest.World) {
			if on {
				w.Sales.Guard = sales.NewGuard(w.Clock)
			}
		}
	}
}

// TestDocumentsAreNotAnOracle: whether a document has a ticket is told a few
// times, then nothing is told, of any document (SEC-ASVS-2.4.1). Negative
// control: without the guard it is told for ever.
func TestDocumentsAreNotAnOracle(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		t.Run(map[bool]string{true: "guarded", false: "control"}[on], func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t, guarded(on))
			victim, spy := w.Buyer(), w.Buyer()
			o := w.Order(victim, w.Hold(victim, 1).Hold, salestest.Person(0))
			w.Pay(victim, o.ID, salestest.Mode("normal"))
			w.Notify()
			hold := w.Hold(spy, 2).Hold
			told := 0
			for range 8 {
				r := w.TryOrder(spy, ids.New(), hold, salestest.Person(0))
				if r.Problem.Code == "inventory.document_used" {
					told++
				}
			}
			if want := map[bool]int{true: 5, false: 8}[on]; told != want {
				t.Errorf("told %d times, want %d", told, want)
			}
			if !on {
				return
			}
			used, unused := w.TryOrder(spy, ids.New(), hold, salestest.Person(0)), w.TryOrder(spy, ids.New(), hold, salestest.Person(2))
			if used.WantProblem(429, "sales.document_attempts"); string(used.Problem.Code) != string(unused.WantProblem(429, "sales.document_attempts").Problem.Code) {
				t.Error("the refusal tells which document is used")
			}
			// Others are not held up, and the spy may ask again later.
			other := w.Buyer()
			w.Order(other, w.Hold(other, 3).Hold, salestest.Person(3))
			w.Clock.Advance(11 * time.Minute)
			w.TryOrder(spy, ids.New(), w.Hold(spy, 4).Hold, salestest.Person(2)).Want(201)
		})
	}
}

// TestManyBuyersOfOneAddress: new cookies do not buy new answers.
func TestManyBuyersOfOneAddress(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, guarded(true))
	victim := w.Buyer()
	w.Order(victim, w.Hold(victim, 1).Hold, salestest.Person(0))
	told := 0
	for i := range 12 {
		spy := w.Buyer()
		hold := w.Hold(spy, int32(i+2)).Hold
		for range 5 {
			if strings.HasPrefix(w.TryOrder(spy, ids.New(), hold, salestest.Person(0)).Problem.Code, "sales.document_pending") {
				told++
			}
		}
	}
	if told != 40 {
		t.Errorf("one address was told %d times", told)
	}
}

// TestAnOrderThatStandsInTheWay: an unpaid order with somebody's document says
// that it is not paid, is ended by staff for the person who shows the document,
// and cannot be repeated for long. What is paid cannot be pushed aside.
func TestAnOrderThatStandsInTheWay(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, guarded(true))
	pest, person, seller := w.Buyer(), w.Buyer(), w.Client("seller")
	free := "/api/v1/counter/sessions/" + w.Session.ID.String() + "/free-document"
	shown := map[string]any{"kind": "1", "number": salestest.Documents[0], "reason": "本人持身份证原件核对"}
	seat := int32(0)
	block := func() ids.ID {
		seat++
		return w.Order(pest, w.Hold(pest, seat).Hold, salestest.Person(0)).ID
	}
	seller.Do("POST", free, shown).WantProblem(404, "sales.nothing_pending")
	first := block()
	hold := w.Hold(person, 20).Hold
	r := w.TryOrder(person, ids.New(), hold, salestest.Person(0)).WantProblem(409, "sales.document_pending")
	if len(r.Problem.Fields) != 1 {
		t.Errorf("the field is not named: %+v", r.Problem)
	}
	person.Do("POST", free, shown).Want(403)
	seller.Do("POST", free, map[string]any{"kind": "1", "number": salestest.Documents[1], "reason": "核对"}).WantProblem(404, "sales.nothing_pending")
	if n := seller.Do("POST", free, shown).Want(200).Get("orders"); n != "1" {
		t.Errorf("%s orders ended", n)
	}
	if got := w.Get(pest, first).State; got != sales.Cancelled {
		t.Errorf("the order is %s", got)
	}
	if n := number(t, w, "select count(*) from audit.entry where action = 'sales.document_freed' and after::text like '%持身份证%' and after::text not like $1", "%"+salestest.Documents[0]+"%"); n != 1 {
		t.Errorf("%d entries in the audit log", n)
	}
	o := w.Order(person, hold, salestest.Person(0))
	w.Pay(person, o.ID, salestest.Mode("normal"))
	w.Notify()
	seller.Do("POST", free, shown).WantProblem(404, "sales.nothing_pending")
	if got := w.Get(person, o.ID).State; got != sales.Confirmed {
		t.Errorf("a paid order is %s", got)
	}
}

// TestUnpaidOrdersAreLimited: who lets orders end makes no more for a while.
// Negative control: without the guard it goes on.
func TestUnpaidOrdersAreLimited(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		t.Run(map[bool]string{true: "guarded", false: "control"}[on], func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t, guarded(on))
			pest := w.Buyer()
			for i := range 4 {
				o := w.Order(pest, w.Hold(pest, int32(i+1)).Hold, salestest.Person(0))
				pest.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/cancel", nil).Want(200)
			}
			again := w.TryOrder(pest, ids.New(), w.Hold(pest, 10).Hold, salestest.Person(0))
			if !on {
				again.Want(201)
				return
			}
			again.WantProblem(429, "sales.unpaid_limit")
			other := w.Buyer()
			w.Order(other, w.Hold(other, 11).Hold, salestest.Person(0))
			w.Clock.Advance(61 * time.Minute)
			w.TryOrder(pest, ids.New(), w.Hold(pest, 12).Hold, salestest.Person(1)).Want(201)
		})
	}
}
