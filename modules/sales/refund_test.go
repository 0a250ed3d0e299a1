package sales_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

func refund(w *salestest.World, c *accesstest.Client, order, id ids.ID, fee money.Fen, seats ...int32) *accesstest.Reply {
	w.T.Helper()
	return c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/refunds", map[string]any{"id": id, "seats": seats, "fee": fee})
}

// TestRefundTiers walks towards the start: 0 %, 20 %, 50 %, then none (RL-5).
func TestRefundTiers(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Bought(c, 41, 42, 43, 44)
	for _, step := range []struct {
		before time.Duration
		seat   int32
		fee    money.Fen
	}{{168 * time.Hour, 41, 0}, {168*time.Hour - time.Second, 42, salestest.BalconyPrice / 5}, {30 * time.Hour, 43, salestest.BalconyPrice / 2}} {
		w.Clock.Set(w.Session.StartsAt.Add(-step.before))
		refund(w, c, o.ID, ids.New(), step.fee+1, step.seat).WantProblem(409, "sales.fee_changed")
		refund(w, c, o.ID, ids.New(), step.fee, step.seat).Want(201)
		books(t, w, o.ID)
	}
	w.Clock.Set(w.Session.StartsAt.Add(-24*time.Hour + time.Second))
	refund(w, c, o.ID, ids.New(), 0, 44).WantProblem(409, "sales.no_refund")
	refund(w, c, o.ID, ids.New(), 0, 41).WantProblem(409, "sales.not_ticket")
	if got := w.Get(c, o.ID); got.Refundable || got.State != sales.Confirmed || got.BackFen != 3*salestest.BalconyPrice-salestest.BalconyPrice/5-salestest.BalconyPrice/2 {
		t.Errorf("order: %+v", got)
	}
}

// TestOneRefundOfATicket has one ticket asked back many times at once, by the
// same and by other keys: it comes back once, and so does its money.
func TestOneRefundOfATicket(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Bought(c, 1, 2)
	same := ids.New()
	status := make([]int, 8)
	var wg sync.WaitGroup
	for i := range status {
		id := same
		if i%2 == 1 {
			id = ids.New()
		}
		wg.Go(func() { status[i] = refund(w, c, o.ID, id, 0, 1).Status })
	}
	wg.Wait()
	sweep(t, w)
	books(t, w, o.ID)
	if n := number(t, w, "select count(*) from sales.refund where state = 'done'"); n != 1 {
		t.Errorf("%d refunds of one ticket: %v", n, status)
	}
	if n := number(t, w, "select count(*) from sales.refund where state in ('asked', 'seats_back')"); n != 0 {
		t.Errorf("%d refunds are left open", n)
	}
	if n := number(t, w, "select count(*) from sales.ticket where seat_id = 1") + number(t, w, "select count(*) from sales.ticket_past where seat_id = 1 and state = 'refunded'"); n != 1 {
		t.Errorf("the ticket is there %d times", n)
	}
}

// TestASeatIsSoldAgain: the document and the seat of a refunded ticket are free.
func TestASeatIsSoldAgain(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	var codes []string
	for range 3 {
		c := w.Buyer()
		o := w.Order(c, w.Hold(c, 1).Hold, salestest.Person(0))
		w.Pay(c, o.ID, "normal")
		w.Notify()
		o = w.Get(c, o.ID)
		codes = append(codes, o.Tickets[0].Code)
		refund(w, c, o.ID, ids.New(), 0, 1).Want(201)
		if got := w.Get(c, o.ID).State; got != sales.Refunded {
			t.Errorf("an order without tickets is %s", got)
		}
		books(t, w, o.ID)
	}
	if codes[0] == codes[1] || codes[1] == codes[2] || codes[0] == codes[2] {
		t.Errorf("a ticket code was used again: %v", codes)
	}
}

// TestMassRefund: all tickets of a cancelled session go back without a fee,
// however late it is, and asking again changes nothing (RL-10).
func TestMassRefund(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	var orders []ids.ID
	for i := range 5 {
		orders = append(orders, w.Bought(w.Buyer(), int32(2*i+1), int32(2*i+2)).ID)
	}
	ctx := w.As(w.Tenant)
	if _, err := w.Sales.MassRefund(ctx, w.Session.ID, nil); err == nil {
		t.Fatal("a session that takes place was refunded")
	}
	w.Clock.Set(w.Session.StartsAt.Add(-time.Hour))
	if _, err := w.Shows.Move(ctx, w.Session.ID, "cancelled", nil); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		n, err := w.Sales.MassRefund(ctx, w.Session.ID, nil)
		if err != nil || n != 5*(1-round) {
			t.Errorf("round %d: %d orders, %v", round, n, err)
		}
	}
	for _, o := range orders {
		books(t, w, o)
	}
	if n := number(t, w, "select coalesce(sum(fee), 0)::bigint from sales.refund"); n != 0 {
		t.Errorf("%d was kept", n)
	}
	if n := number(t, w, "select count(*) from sales.ticket"); n != 0 {
		t.Errorf("%d tickets are left", n)
	}
	if n := number(t, w, "select count(*) from sales.orders where state = 'refunded'"); n != 5 {
		t.Errorf("%d orders are refunded", n)
	}
}

// TestMoneyAddsUpOverARandomDay buys and gives back at random, from a seed,
// with every kind of notice; in the end all books agree.
func TestMoneyAddsUpOverARandomDay(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	rng := rand.New(rand.NewPCG(7, 11))
	type bought struct {
		c *accesstest.Client
		o ids.ID
	}
	var list []bought
	modes := []string{"normal", "late", "twice", "missing", "wrong_amount"}
	free := rng.Perm(38)
	for len(free) >= 2 {
		c := w.Buyer()
		n := 1 + rng.IntN(2)
		seats := []int32{}
		for _, s := range free[:n] {
			seats = append(seats, int32(s+1))
		}
		free = free[n:]
		o := w.Order(c, w.Hold(c, seats...).Hold)
		w.Pay(c, o.ID, salestest.Mode(modes[rng.IntN(len(modes))]))
		w.Notify()
		list = append(list, bought{c, o.ID})
		w.Clock.Advance(time.Duration(rng.IntN(12)) * time.Hour)
		w.Notify()
		sweep(t, w)
		b := list[rng.IntN(len(list))]
		var q struct {
			Tickets []struct {
				Seat     int32
				Fee      money.Fen
				Possible bool
			}
		}
		b.c.Do("GET", "/api/v1/shop/orders/"+b.o.String()+"/refund-quote", nil).Want(200).JSON(&q)
		if len(q.Tickets) > 0 && q.Tickets[0].Possible {
			refund(w, b.c, b.o, ids.New(), q.Tickets[0].Fee, q.Tickets[0].Seat).Want(201)
		}
	}
	for _, b := range list {
		books(t, w, b.o)
		if s := w.Get(b.c, b.o).State; s != sales.Confirmed && s != sales.Refunded {
			t.Errorf("an order that was paid is %s", s)
		}
	}
	if n := number(t, w, "select count(*) from sales.refund where state = 'done'"); n < 5 {
		t.Errorf("the day had only %d refunds", n)
	}
}
