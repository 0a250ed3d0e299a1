package sales_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// scarce leaves n places of the stalls on sale: seats 1 to n.
func scarce(t *testing.T, w *salestest.World, n int32) {
	t.Helper()
	ctx := w.As(w.Tenant)
	var cfg engine.Config
	if err := w.Seats.Look(ctx, w.Session.ID, func(s *engine.State) { cfg = s.Config() }); err != nil {
		t.Fatal(err)
	}
	cfg.Pools = append(cfg.Pools, engine.Pool{ID: 77, Name: "house"})
	cfg.PublicPermille, cfg.Approved = 0, 0
	var seats []int32
	for i := n + 1; i <= 40; i++ {
		seats = append(seats, i)
	}
	for _, cmd := range []engine.Command{&engine.Configure{Config: cfg}, &engine.Block{Pool: 77, Seats: seats}} {
		engine.MetaOf(cmd).Key = engine.Key(ids.New().Bytes())
		if _, err := w.Seats.Do(ctx, w.Session.ID, cmd, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func policy(w *salestest.World, change map[string]any) {
	w.T.Helper()
	body := map[string]any{"active": true, "offerList": true, "publicRest": true, "claimMinutes": 60, "finalMinutes": 1440, "version": 0}
	for k, v := range change {
		body[k] = v
	}
	w.Client(access.Manager).Do("PUT", "/api/v1/sessions/"+w.Session.ID.String()+"/waitlist", body).Want(200)
}

func announce(w *salestest.World, at time.Time) {
	w.T.Helper()
	w.Client(access.Manager).Do("POST", "/api/v1/sessions/"+w.Session.ID.String()+"/releases", map[string]any{"id": ids.New(), "at": at}).Want(201)
}

func join(w *salestest.World, c *accesstest.Client, places int) *accesstest.Reply {
	return c.Do("POST", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/waitlist", map[string]any{"id": ids.New(), "places": places, "zones": []int{1}, "phone": "13800138000"})
}

func entry(w *salestest.World, c *accesstest.Client, r *accesstest.Reply) (e saleshttp.SaleWaitEntry) {
	w.T.Helper()
	r.JSON(&e)
	if e.ID.IsZero() {
		w.T.Fatalf("no entry: %s", r.Body)
	}
	c.Do("GET", "/api/v1/shop/waitlist/"+e.ID.String(), nil).Want(200).JSON(&e)
	return e
}

func refundAll(w *salestest.World, c *accesstest.Client, o saleshttp.SaleOrderDetail, seats ...int32) {
	w.T.Helper()
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": seats, "fee": 0}).Want(201)
}

func run(t *testing.T, w *salestest.World) {
	t.Helper()
	if _, err := w.Sales.RunReleases(w.As(w.Tenant)); err != nil {
		t.Fatal(err)
	}
}

// PT-sales: what comes back is collected, released at the announced time to the
// list in the order of joining, passed on when it is not taken, and the rest
// goes on public sale.
func TestWaitingList(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	scarce(t, w, 4)
	b1, b2 := w.Buyer(), w.Buyer()
	w1, w2, w3 := w.Buyer(), w.Buyer(), w.Buyer()
	join(w, w1, 2).WantProblem(409, "sales.wait_not_sold_out")
	o1 := w.Bought(b1, 1, 2)
	w.Bought(b2, 3, 4)
	join(w, w1, 2).WantProblem(409, "sales.wait_closed")
	policy(w, nil)
	e1, e2, e3 := entry(w, w1, join(w, w1, 2)), entry(w, w2, join(w, w2, 1)), entry(w, w3, join(w, w3, 1))
	join(w, w1, 1).WantProblem(409, "sales.wait_joined")
	join(w, b1, 100).WantProblem(422, "sales.wait_count")
	if e1.Ahead != 0 || e2.Ahead != 1 || e3.Ahead != 2 || e3.Phone != "138****8000" {
		t.Errorf("places: %+v %+v %+v", e1, e2, e3)
	}
	w2.Do("GET", "/api/v1/shop/waitlist/"+e1.ID.String(), nil).WantProblem(404, "sales.wait_entry_not_found")
	at := w.Clock.Now().Add(time.Hour)
	announce(w, at)

	// Not in a trickle: nobody gets the places before the time, RL-2: they still count as public.
	public := func() (n int) {
		_ = w.Seats.Look(w.As(w.Tenant), w.Session.ID, func(s *engine.State) { n = s.Meter().Public })
		return n
	}
	before := public()
	refundAll(w, b1, o1, 1, 2)
	if public() != before || status(t, w, 1) != engine.NotForSale {
		t.Errorf("public %d, then %d", before, public())
	}
	b2.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{1}}).WantProblem(409, "inventory.seat_blocked")
	run(t, w)
	var list saleshttp.SaleWaitList
	w1.Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/waitlist", nil).Want(200).JSON(&list)
	if list.Waiting != 3 || list.Collected != 2 || list.Next == nil || !list.Next.Equal(at) || list.Mine == nil || list.Mine.ID != e1.ID || len(list.Releases) != 2 {
		t.Errorf("before: %+v", list)
	}

	w.Clock.Advance(time.Hour)
	run(t, w)
	run(t, w)
	show := func(c *accesstest.Client, e saleshttp.SaleWaitEntry) (out saleshttp.SaleWaitEntry) {
		c.Do("GET", "/api/v1/shop/waitlist/"+e.ID.String(), nil).Want(200).JSON(&out)
		return out
	}
	e1, e2 = show(w1, e1), show(w2, e2)
	if e1.State != "offered" || e1.Offer == nil || len(e1.Offer.Places) != 2 || e1.Offer.SecondsLeft != 3600 || e2.State != "waiting" || e2.Ahead != 0 {
		t.Fatalf("the first: %+v, the second: %+v", e1, e2)
	}
	// Another's offer is of no use.
	w.TryOrder(w2, ids.New(), e1.Offer.Hold).WantProblem(404, "inventory.hold_unknown")

	w.Clock.Advance(time.Hour) // the first does not come
	run(t, w)
	e1, e2, e3 = show(w1, e1), show(w2, e2), show(w3, e3)
	if e1.State != "lapsed" || e2.State != "offered" || e3.State != "offered" {
		t.Fatalf("passed on: %s %s %s", e1.State, e2.State, e3.State)
	}
	o2 := w.Order(w2, e2.Offer.Hold)
	w.Pay(w2, o2.ID, sandbox.Normal)
	w.Notify()
	w3.Do("DELETE", "/api/v1/shop/waitlist/"+e3.ID.String(), nil).Want(200)
	w3.Do("DELETE", "/api/v1/shop/waitlist/"+e3.ID.String(), nil).Want(200)
	run(t, w)
	if e2 = show(w2, e2); e2.State != "bought" {
		t.Errorf("the second: %+v", e2)
	}
	w1.Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/waitlist", nil).Want(200).JSON(&list)
	if r := list.Releases[0]; r.State != "done" || r.Collected != 2 || r.Offered != 4 || r.Bought != 1 || r.Lapsed != 3 || r.ToPublic != 1 {
		t.Errorf("the release: %+v", r)
	}
	seat := e3.Offer.Places[0].Seat
	if status(t, w, seat) != engine.Free {
		t.Error("the rest is not on sale")
	}
	w.Bought(b2, seat)
	books(t, w, o2.ID)
}

// Without anybody's doing the last release comes by itself, and what comes
// back after it is on sale at once.
func TestTheLastRelease(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	scarce(t, w, 2)
	b := w.Buyer()
	o := w.Bought(b, 1, 2)
	policy(w, map[string]any{"offerList": false})
	join(w, b, 1).WantProblem(409, "sales.wait_closed")
	refundAll(w, b, o, 1)
	run(t, w)
	if status(t, w, 1) != engine.NotForSale {
		t.Error("not collected")
	}
	w.Clock.Advance(29 * 24 * time.Hour)
	run(t, w)
	if status(t, w, 1) != engine.Free || number(t, w, "select count(*) from sales.waitlist_release where state = 'done' and to_public = 1") != 1 {
		t.Error("the last release did not come")
	}
	id := ids.New()
	w.Client(access.Manager).Do("POST", "/api/v1/sessions/"+w.Session.ID.String()+"/releases", map[string]any{"id": id, "at": w.Clock.Now().Add(time.Minute)}).WantProblem(409, "sales.wait_closed")
}

// No place is lost or sold twice when the node dies in the middle: commits fail
// at random, before and after they are durable, two workers run at once, and
// buyers come and go.
func TestReleasesSurviveCrashes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			var on atomic.Bool
			var mu sync.Mutex
			dice := rand.New(rand.NewPCG(seed, 7))
			w := salestest.New(t, func(cfg *salestest.Config) {
				cfg.Hook = func(string) error {
					mu.Lock()
					defer mu.Unlock()
					if on.Load() && dice.IntN(4) == 0 {
						return errors.New("the node dies here")
					}
					return nil
				}
			})
			const seats = 12
			scarce(t, w, seats)
			var owners []*accesstest.Client
			var orders []saleshttp.SaleOrderDetail
			for i := int32(0); i < seats; i += 2 {
				c := w.Buyer()
				owners, orders = append(owners, c), append(orders, w.Bought(c, i+1, i+2))
			}
			policy(w, nil)
			var waiters []*accesstest.Client
			var entries []saleshttp.SaleWaitEntry
			for i := range 9 {
				c := w.Buyer()
				waiters, entries = append(waiters, c), append(entries, entry(w, c, join(w, c, 1+i%3)))
			}
			announce(w, w.Clock.Now().Add(time.Hour))
			for i, o := range orders {
				refundAll(w, owners[i], o, int32(2*i+1), int32(2*i+2))
			}
			w.Clock.Advance(time.Hour)
			ctx := w.As(w.Tenant)
			on.Store(true)
			for round := 0; number(t, w, "select count(*) from sales.waitlist_release where state = 'done'") == 0; round++ {
				if round > 60 {
					t.Fatal("the release does not end")
				}
				var wg sync.WaitGroup
				for range 2 {
					wg.Go(func() {
						short, cancel := context.WithCancel(ctx)
						defer cancel()
						_, _ = w.Sales.RunReleases(short)
					})
				}
				wg.Wait()
				for i, c := range waiters { // one in two buys, one in five leaves, others let it lapse
					var e saleshttp.SaleWaitEntry
					c.Do("GET", "/api/v1/shop/waitlist/"+entries[i].ID.String(), nil).JSON(&e)
					if e.State != "offered" || e.Offer == nil || e.Offer.State != "open" {
						continue
					}
					switch {
					case i%2 == 0:
						id := e.ID // the order's: a retry is the same order
						w.TryOrder(c, id, e.Offer.Hold)
						if r := c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/pay", map[string]any{"provider": "sandbox"}); r.Status == 200 {
							w.PayAt(r.Get("payUrl"), sandbox.Normal)
							_, _ = w.Cashier.SendDue(t.Context())
						}
					case i%5 == 1:
						c.Do("DELETE", "/api/v1/shop/waitlist/"+e.ID.String(), nil)
					}
				}
				_, _ = w.Sales.Sweep(ctx)
				if round%3 == 2 {
					w.Clock.Advance(time.Hour)
				}
			}
			on.Store(false)
			if _, err := w.Sales.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			var free, sold, other int
			if err := w.Seats.Look(ctx, w.Session.ID, func(s *engine.State) {
				for seat := int32(1); seat <= seats; seat++ {
					switch st, _ := s.Status(seat); st {
					case engine.Free:
						free++
					case engine.SoldPlace:
						sold++
					default:
						other++
					}
				}
				if err := s.Check(); err != nil {
					t.Error(err)
				}
			}); err != nil {
				t.Fatal(err)
			}
			tickets := int(number(t, w, "select count(*) from sales.ticket"))
			bought := int(number(t, w, "select coalesce(sum(cardinality(seats)), 0)::bigint from sales.waitlist_offer where state = 'bought'"))
			if other != 0 || free+sold != seats || tickets != sold || bought != sold || sold == 0 {
				t.Errorf("free %d, sold %d, elsewhere %d; %d tickets, %d bought from the list", free, sold, other, tickets, bought)
			}
			if n := number(t, w, "select count(*) from sales.waitlist_offer where state = 'open'"); n != 0 {
				t.Errorf("%d offers still stand", n)
			}
			for _, e := range entries {
				if number(t, w, "select count(*) from sales.orders where id = $1 and state = $2", e.ID.String(), sales.Confirmed) == 1 {
					books(t, w, e.ID)
				}
			}
		})
	}
}
