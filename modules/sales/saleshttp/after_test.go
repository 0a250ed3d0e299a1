package saleshttp_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/codes/payload"
	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

func number(t *testing.T, w *salestest.World, sql string, args ...any) (n int64) {
	t.Helper()
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error { return c.QueryRow(ctx, sql, args...).Scan(&n) })
	return n
}

// TestExchange moves tickets: cheaper seats give money back, dearer ones are
// paid at the counter, and a later refund returns each part to where it came from.
func TestExchange(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c, seller := w.Buyer(), w.Client(access.Seller)
	o := w.Order(c, w.Hold(c, 1, 2).Hold, salestest.Person(0), salestest.Person(1))
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	before := w.Get(c, o.ID)
	at := "/api/v1/shop/orders/" + o.ID.String() + "/exchanges"

	hold := w.Hold(c, salestest.FirstBalcony)
	c.Do("POST", at, map[string]any{"id": ids.New(), "from": []int32{1, 2}, "hold": hold.Hold}).WantProblem(422, "sales.exchange_count")
	c.Do("POST", at, map[string]any{"id": ids.New(), "from": []int32{9}, "hold": hold.Hold}).WantProblem(409, "sales.not_ticket")
	w.Buyer().Do("POST", at, map[string]any{"id": ids.New(), "from": []int32{1}, "hold": hold.Hold}).WantProblem(404, "sales.order_not_found")
	body := map[string]any{"id": ids.New(), "from": []int32{1}, "hold": hold.Hold}
	c.Do("POST", at, body).Want(200)
	c.Do("POST", at, body).Want(200)
	o = w.Get(c, o.ID)
	less := salestest.StallPrice - salestest.BalconyPrice
	if o.Amount != salestest.StallPrice+salestest.BalconyPrice || o.BackFen != less || len(o.Refunds) != 1 || o.Refunds[0].State != "done" {
		t.Errorf("after the exchange: %+v", o)
	}
	got := map[int32]saleshttp.SaleTicket{}
	for _, tk := range o.Tickets {
		got[tk.Seat] = tk
	}
	if got[1].State != "exchanged" || got[1].QR != "" || got[41].State != "valid" || got[41].Code == before.Tickets[0].Code || got[41].Person.Number != "110105********002X" || got[2].Code != before.Tickets[1].Code {
		t.Errorf("tickets: %+v", got)
	}
	w.Hold(w.Buyer(), 1) // the old seat is free
	// The document still has its one ticket, at its new seat.
	w.TryOrder(c, ids.New(), w.Hold(c, 11).Hold, salestest.Person(0)).WantProblem(409, "inventory.document_used")
	if n := number(t, w, "select count(*) from identity.holding where seat_id = 41"); n != 1 {
		t.Errorf("%d documents at the new seat", n)
	}

	// Back to a stall: dearer, so only the counter can do it.
	hold = w.Hold(c, 12)
	dear := map[string]any{"id": ids.New(), "from": []int32{41}, "hold": hold.Hold}
	c.Do("POST", at, dear).WantProblem(409, "sales.difference")
	staff := "/api/v1/orders/" + o.ID.String()
	seller.Do("POST", staff+"/exchanges", dear).WantProblem(409, "sales.difference")
	dear["method"] = "cash"
	seller.Do("POST", staff+"/exchanges", dear).Want(200)
	o = w.Get(c, o.ID)
	if o.Amount != 2*salestest.StallPrice || o.PaidFen != 2*salestest.StallPrice+less || o.BackFen != less {
		t.Errorf("after the second exchange: %+v", o)
	}
	// All goes back: what the provider still has through it, the rest in cash.
	seller.Do("POST", staff+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{2, 12}, "fee": 0}).Want(201)
	o = w.Get(c, o.ID)
	if o.State != "refunded" || o.BackFen != o.PaidFen {
		t.Errorf("after the refund: %+v", o)
	}
	if n := number(t, w, "select sum(amount)::bigint from payment_sandbox.refund"); n != int64(2*salestest.StallPrice) {
		t.Errorf("the provider gave %d back", n)
	}
	// A refund's id cannot be used to see another order's refund.
	other := w.Buyer()
	mine := w.Order(other, w.Hold(other, 20).Hold, salestest.Person(2))
	other.Do("POST", "/api/v1/shop/orders/"+mine.ID.String()+"/refunds", map[string]any{"id": o.Refunds[0].ID, "seats": []int32{20}, "fee": 0}).WantProblem(409, "sales.id_taken")
}

// TestCorrection names another person once; the old document is free, the new
// one bound, and the old print ends.
func TestCorrection(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1, 2).Hold, salestest.Person(0), salestest.Person(1))
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	at := "/api/v1/shop/orders/" + o.ID.String() + "/corrections"
	to := func(seat int32, doc int) map[string]any {
		return map[string]any{"id": ids.New(), "seat": seat, "person": map[string]any{"name": "李四", "kind": "1", "number": salestest.Documents[doc]}}
	}
	r := c.Do("POST", at, to(1, 1)).WantProblem(409, "inventory.document_used") // RL-1
	if r.Problem.Fields[0].Path != "person.number" {
		t.Errorf("fields: %+v", r.Problem.Fields)
	}
	c.Do("POST", at, to(9, 2)).WantProblem(409, "sales.not_ticket")
	w.Buyer().Do("POST", at, to(1, 2)).WantProblem(404, "sales.order_not_found")
	good := to(1, 2)
	c.Do("POST", at, good).Want(200)
	c.Do("POST", at, good).Want(200) // the same request again
	c.Do("POST", at, to(1, 3)).WantProblem(409, "sales.corrected")
	o = w.Get(c, o.ID)
	if o.Tickets[0].Person.Name != "李*" || o.Tickets[0].Person.Number != "340524********001X" || o.Tickets[1].Person.Name != "张*" {
		t.Errorf("tickets: %+v", o.Tickets)
	}
	if n := number(t, w, "select edition from sales.ticket where seat_id = 1"); n != 1 {
		t.Errorf("edition %d", n)
	}
	// The first document may buy again.
	w.Order(c, w.Hold(c, 11).Hold, salestest.Person(0))
	w.Clock.Set(w.Session.StartsAt.Add(-24*time.Hour + time.Second))
	c.Do("POST", at, to(2, 3)).WantProblem(409, "sales.too_late") // RL-3
}

// TestOneCorrectionUnderConcurrency: of several at once, one is made.
func TestOneCorrectionUnderConcurrency(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold, salestest.Person(0))
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	replies := make([]*accesstest.Reply, 6)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() {
			replies[i] = c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/corrections", map[string]any{
				"id": ids.New(), "seat": 1,
				"person": map[string]any{"name": "李四", "kind": "2", "number": "E1234567" + string(rune('0'+i))},
			})
		})
	}
	wg.Wait()
	made := 0
	for _, r := range replies {
		if r.Status == 200 {
			made++
			continue
		}
		r.WantProblem(409, "sales.corrected")
	}
	if n := number(t, w, "select count(*) from sales.correction"); made != 1 || n != 1 {
		t.Errorf("%d answered, %d made", made, n)
	}
}

// TestReprint: the new print has the next edition, the reason is in the audit log.
func TestReprint(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c, seller := w.Buyer(), w.Client(access.Seller)
	o := w.Bought(c, 1)
	at := "/api/v1/orders/" + o.ID.String()
	seller.Do("POST", at+"/tickets/1/reprint", map[string]any{"reason": " "}).WantProblem(422, "sales.reason")
	seller.Do("POST", at+"/tickets/2/reprint", map[string]any{"reason": "热敏纸褪色"}).WantProblem(409, "sales.not_ticket")
	c.Do("POST", at+"/tickets/1/reprint", map[string]any{"reason": "x"}).WantProblem(403, "access.denied")
	seller.Do("POST", at+"/printed", map[string]any{"seats": []int32{1}}).Want(204)
	key := accesstest.Header("Idempotency-Key", ids.New().String())
	for range 2 { // the same request twice has one effect
		if got := seller.Do("POST", at+"/tickets/1/reprint", map[string]any{"reason": "热敏纸褪色"}, key).Want(200).Get("edition"); got != "1" {
			t.Errorf("edition %s", got)
		}
	}
	list, err := w.Sales.Tickets(w.As(w.Tenant), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Maps.Map(w.As(w.Tenant), w.Session.ID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := w.Sales.Payload(list[0], w.Session, m.Places[1])
	if err != nil {
		t.Fatal(err)
	}
	p, _, _, err := payload.Peek(text)
	if err != nil || p.Edition != 1 || list[0].Prints != 2 {
		t.Errorf("edition %d, prints %d, %v", p.Edition, list[0].Prints, err)
	}
	if n := number(t, w, "select count(*) from audit.entry where target = 'sales.ticket' and reason = '热敏纸褪色' and actor = $1", seller.Actor.String()); n != 1 {
		t.Errorf("%d entries in the audit log", n)
	}
}

// TestShift counts a drawer: float, sales and refunds in cash, a difference,
// and a second person's signature.
func TestShift(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c, boss := w.Client(access.Seller), w.Client(access.Finance)
	id := ids.New()
	open := map[string]any{"id": id, "counter": "1 号窗", "opening": 50_000}
	c.Do("POST", "/api/v1/shifts", open).Want(201)
	c.Do("POST", "/api/v1/shifts", open).Want(201)
	c.Do("POST", "/api/v1/shifts", map[string]any{"id": ids.New(), "counter": "2 号窗", "opening": 0}).WantProblem(409, "sales.shift_open")
	sell := func(who *accesstest.Client, seat int32, method string) string {
		var h struct{ Hold ids.ID }
		who.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Want(201).JSON(&h)
		return who.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "method": method, "taken": salestest.StallPrice}).Want(201).Get("order.id")
	}
	w.Clock.Advance(time.Minute)
	first := sell(c, 1, "cash")
	sell(c, 2, "cash")
	sell(c, 3, "card")
	sell(w.Client(access.Manager), 4, "cash") // another drawer
	c.Do("POST", "/api/v1/orders/"+first+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).Want(201)
	w.Clock.Advance(time.Minute)
	var s saleshttp.SaleShift
	c.Do("GET", "/api/v1/shifts/current", nil).Want(200).JSON(&s)
	want := money.Fen(50_000) + salestest.StallPrice
	if s.Expected != want || len(s.Totals) != 2 || s.Totals[1].Method != "cash" || s.Totals[1].Sales != 2 || s.Totals[1].Backs != 1 {
		t.Errorf("so far: %+v", s)
	}
	at := "/api/v1/shifts/" + id.String()
	boss.Do("POST", at+"/sign", nil).WantProblem(409, "sales.shift_state")
	w.Client(access.Manager).Do("POST", at+"/close", map[string]any{"counted": want}).WantProblem(404, "sales.shift_not_found")
	for range 2 {
		c.Do("POST", at+"/close", map[string]any{"counted": want - 100, "note": "少找一元"}).Want(200).JSON(&s)
	}
	if s.Difference != -100 || s.ClosedAt == nil || s.Expected != want {
		t.Errorf("closed: %+v", s)
	}
	c.Do("POST", at+"/close", map[string]any{"counted": want}).WantProblem(409, "sales.shift_state")
	c.Do("GET", "/api/v1/shifts/current", nil).WantProblem(404, "sales.shift_not_found")
	if _, err := w.Sales.SignShift(c.Scope(t.Context()), id); err == nil {
		t.Error("a seller signed the own shift")
	}
	boss.Do("POST", at+"/sign", nil).Want(200).JSON(&s)
	if s.SignedBy != boss.Actor.String() || s.SignedAt == nil || s.Expected != want {
		t.Errorf("signed: %+v", s)
	}
	w.Client(access.Manager).Do("POST", at+"/sign", nil).WantProblem(409, "sales.shift_state")
	var list struct{ Items []saleshttp.SaleShift }
	boss.Do("GET", "/api/v1/shifts", nil).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].Difference != -100 {
		t.Errorf("list: %+v", list)
	}
	w.Other(access.Finance).Do("POST", at+"/sign", nil).WantProblem(404, "sales.shift_not_found")
}
