package sales_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

func reserve(w *salestest.World, c *accesstest.Client, until time.Time, more map[string]any) *accesstest.Reply {
	body := map[string]any{"id": ids.New(), "session": w.Session.ID, "name": "王小明", "phone": "13800138000", "until": until}
	for k, v := range more {
		body[k] = v
	}
	return c.Do("POST", "/api/v1/reservations", body)
}

func reservation(w *salestest.World, c *accesstest.Client, r *accesstest.Reply) (out saleshttp.SaleReservation) {
	w.T.Helper()
	r.Want(201).JSON(&out)
	return out
}

func status(t *testing.T, w *salestest.World, seat int32) (st engine.Status) {
	t.Helper()
	if err := w.Seats.Look(w.As(w.Tenant), w.Session.ID, func(s *engine.State) {
		st, _ = s.Status(seat)
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return st
}

// PT-sales: places are kept for a contact without payment, for days, through a
// restart of the seat engine; they are extended, sold, released by hand and by time.
func TestReservations(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Client(access.Seller)
	start := w.Clock.Now()
	body := map[string]any{"id": ids.New(), "seats": []int32{1, 2, 3}}
	r := reservation(w, c, reserve(w, c, start.Add(72*time.Hour), body))
	again := reservation(w, c, reserve(w, c, start.Add(72*time.Hour), body))
	if again.ID != r.ID || r.State != "held" || r.Name != "王**" || r.Phone != "138****8000" || len(r.Places) != 3 || r.Amount != 3*salestest.StallPrice {
		t.Fatalf("%+v", r)
	}
	at := "/api/v1/reservations/" + r.ID.String()
	w.Clock.Advance(60 * time.Hour) // past what a hold may last, and past the memory of keys
	if err := w.Seats.Reload(w.As(w.Tenant), w.Session.ID); err != nil {
		t.Fatal(err)
	}
	if code := w.Buyer().Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{2}}).Get("code"); code != "inventory.seat_taken" {
		t.Errorf("a reserved place: %q", code)
	}
	c = w.Client(access.Seller)
	until := start.Add(100 * time.Hour)
	var ext saleshttp.SaleReservation
	for range 2 {
		c.Do("POST", at+"/extend", map[string]any{"until": until}).Want(200).JSON(&ext)
	}
	if !ext.ReleaseAt.Equal(until) || ext.Extended != 1 {
		t.Errorf("extended: %+v", ext)
	}
	c.Do("POST", at+"/extend", map[string]any{"until": w.Session.StartsAt}).WantProblem(422, "sales.reserve_until")
	// One place is given back by hand; the rest is sold.
	c.Do("POST", at+"/release", map[string]any{"reason": ""}).WantProblem(422, "sales.reserve_reason")
	for range 2 {
		c.Do("POST", at+"/release", map[string]any{"reason": "少来一人", "seats": []int32{3}})
	}
	if status(t, w, 3) != engine.Free || status(t, w, 1) != engine.HeldPlace {
		t.Errorf("3 is %v, 1 is %v", status(t, w, 3), status(t, w, 1))
	}
	order := ids.New()
	for range 2 {
		c.Do("POST", at+"/sales", map[string]any{"id": order, "method": "cash", "taken": 2 * salestest.StallPrice}).Want(201)
	}
	c.Do("GET", at, nil).JSON(&r)
	if r.State != "sold" || r.Order == nil || *r.Order != order || status(t, w, 1) != engine.SoldPlace {
		t.Errorf("sold: %+v", r)
	}
	c.Do("POST", at+"/release", map[string]any{"reason": "x"}).WantProblem(409, "sales.reservation_over")
	books(t, w, order)
}

// What is not fetched is free again at its time, once, also when the worker
// runs twice at once, when its commit fails on the way, or when it never runs.
func TestReservationsEndByThemselves(t *testing.T) {
	t.Parallel()
	var fail atomic.Int32
	w := salestest.New(t, func(cfg *salestest.Config) {
		cfg.Hook = func(at string) error {
			if at == "fence" && fail.Add(-1) == 0 {
				return errors.New("the node dies here")
			}
			return nil
		}
	})
	c := w.Client(access.Seller)
	until := w.Clock.Now().Add(3 * time.Hour)
	var list []saleshttp.SaleReservation
	for i := range 3 {
		list = append(list, reservation(w, c, reserve(w, c, until, map[string]any{"seats": []int32{int32(i + 1)}})))
	}
	job := w.As(w.Tenant)
	if n, err := w.Sales.ReleaseDue(job); n != 0 || err != nil {
		t.Fatalf("before the time: %d %v", n, err)
	}
	w.Clock.Advance(3 * time.Hour)
	fail.Store(2)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { _, _ = w.Sales.ReleaseDue(job) })
	}
	wg.Wait()
	if n, err := w.Sales.ReleaseDue(job); err != nil {
		t.Errorf("%d left: %v", n, err)
	}
	for i, r := range list {
		if n := number(t, w, "select count(*) from sales.reservation where id = $1 and state = 'expired' and reason = '预留到期' and ended_at is not null", r.ID.String()); n != 1 || status(t, w, int32(i+1)) != engine.Free {
			t.Errorf("reservation %d: ended %d times, the place is %v", i, n, status(t, w, int32(i+1)))
		}
	}
	c = w.Client(access.Seller)
	c.Do("POST", "/api/v1/reservations/"+list[0].ID.String()+"/sales", map[string]any{"id": ids.New(), "method": "card"}).WantProblem(409, "sales.reservation_over")

	// Nobody works: the seat engine frees the places, and the record follows later.
	r := reservation(w, c, reserve(w, c, w.Clock.Now().Add(time.Hour), map[string]any{"seats": []int32{5}}))
	w.Clock.Advance(2 * time.Hour)
	w.Hold(w.Buyer(), 5)
	if _, err := w.Sales.ReleaseDue(job); err != nil {
		t.Fatal(err)
	}
	if n := number(t, w, "select count(*) from sales.reservation where id = $1 and state = 'expired'", r.ID.String()); n != 1 || status(t, w, 5) != engine.HeldPlace {
		t.Error("the record does not follow, or a buyer's hold was taken away")
	}
}

// RL-1: a person who is named in a reservation has the one ticket of the
// document; the sale needs no names again. The policy is data.
func TestReservationRules(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(cfg *salestest.Config) { cfg.Rules = salestest.Named() })
	c, m := w.Client(access.Seller), w.Client(access.Manager)
	until := w.Clock.Now().Add(24 * time.Hour)
	r := reservation(w, c, reserve(w, c, until, map[string]any{"seats": []int32{1}, "people": []any{salestest.Person(0)}}))
	reserve(w, c, until, map[string]any{"seats": []int32{2}, "people": []any{salestest.Person(0)}}).WantProblem(409, "inventory.document_used")
	buyer := w.Buyer()
	h := w.Hold(buyer, 10)
	w.TryOrder(buyer, ids.New(), h.Hold, salestest.Person(0)).WantProblem(409, "sales.document_pending")
	var sold struct {
		Order saleshttp.SaleOrderDetail `json:"order"`
	}
	c.Do("POST", "/api/v1/reservations/"+r.ID.String()+"/sales", map[string]any{"id": ids.New(), "method": "cash", "taken": 100_000}).Want(201).JSON(&sold)
	if p := sold.Order.Tickets[0].Person; p == nil || p.Number != "110105********002X" {
		t.Errorf("%+v", sold.Order.Tickets)
	}
	// A reservation without names is sold with them.
	r = reservation(w, c, reserve(w, c, until, map[string]any{"seats": []int32{3}}))
	at := "/api/v1/reservations/" + r.ID.String() + "/sales"
	c.Do("POST", at, map[string]any{"id": ids.New(), "method": "card"}).WantProblem(422, "sales.people")
	c.Do("POST", at, map[string]any{"id": ids.New(), "method": "card", "people": []any{salestest.Person(1)}}).Want(201)

	// A hold of the counter becomes a reservation; it may be sold in none but its own way.
	var held saleshttp.SaleHold
	c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{7, 8}}).Want(201).JSON(&held)
	r = reservation(w, c, reserve(w, c, until, map[string]any{"hold": held.Hold}))
	if len(r.Places) != 2 || r.Hold != held.Hold {
		t.Errorf("%+v", r)
	}
	w.Clock.Advance(12 * time.Hour)
	if status(t, w, 8) != engine.HeldPlace {
		t.Error("a hold that became a reservation ended as a hold")
	}

	c, m = w.Client(access.Seller), w.Client(access.Manager)
	reserve(w, c, until, map[string]any{"seats": []int32{20}, "name": " "}).WantProblem(422, "core.fields")
	reserve(w, c, w.Session.StartsAt, map[string]any{"seats": []int32{20}}).WantProblem(422, "sales.reserve_until")
	policy := "/api/v1/reserve-policy?session=" + w.Session.ID.String()
	c.Do("PUT", policy, map[string]any{"lastMinutes": 60, "longestHours": 48, "maxSeats": 3, "maxPermille": 40, "version": 0}).Want(403)
	m.Do("PUT", policy, map[string]any{"lastMinutes": 60, "longestHours": 48, "maxSeats": 3, "maxPermille": 40, "version": 0}).Want(200) // 40 of 1000 of 130 places: 5
	m.Do("PUT", policy, map[string]any{"lastMinutes": 60, "longestHours": 48, "maxSeats": 3, "maxPermille": 40, "version": 0}).WantProblem(409, "sales.policy_version")
	reserve(w, c, until, map[string]any{"seats": []int32{11, 12, 13, 14}}).WantProblem(422, "sales.reserve_too_many")
	// Many at once do not pass the share: 2 are reserved, 3 more may be.
	var made atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if x := reserve(w, c, until, map[string]any{"seats": []int32{int32(20 + i)}}); x.Status == 201 {
				made.Add(1)
			} else if x.Get("code") != "sales.reserve_share" {
				t.Errorf("%s", x.Body)
			}
		})
	}
	wg.Wait()
	if made.Load() != 3 {
		t.Errorf("%d reservations fit into 3 places", made.Load())
	}
}

// RL-2: reserved places stay on public sale by the meter; those taken from a
// pool that is held back stay held back, and go back there.
func TestReservationsAndThePublicShare(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	ctx := w.As(w.Tenant)
	look := func() (m engine.Meter) {
		if err := w.Seats.Look(ctx, w.Session.ID, func(s *engine.State) { m = s.Meter() }); err != nil {
			t.Fatal(err)
		}
		return m
	}
	before := look()
	var cfg engine.Config
	_ = w.Seats.Look(ctx, w.Session.ID, func(s *engine.State) { cfg = s.Config() })
	cfg.Pools = append(cfg.Pools, engine.Pool{ID: 9, Name: "guests"})
	do := func(cmd engine.Command) {
		engine.MetaOf(cmd).Key = engine.Key(ids.New().Bytes())
		if _, err := w.Seats.Do(ctx, w.Session.ID, cmd, nil); err != nil {
			t.Fatal(err)
		}
	}
	do(&engine.Configure{Config: cfg})
	do(&engine.Block{Pool: 9, Seats: []int32{1, 2, 3}})
	c := w.Client(access.Seller)
	until := w.Clock.Now().Add(time.Hour)
	reservation(w, c, reserve(w, c, until, map[string]any{"seats": []int32{10, 11}}))
	if m := look(); m.Public != before.Public-3 {
		t.Errorf("public: %d, then %d", before.Public, m.Public)
	}
	reserve(w, c, until, map[string]any{"seats": []int32{10}, "pool": "nobody"}).WantProblem(422, "sales.reserve_pool")
	reservation(w, c, reserve(w, c, until, map[string]any{"seats": []int32{1}, "pool": "guests"}))
	if m := look(); m.Public != before.Public-3 || status(t, w, 1) != engine.HeldPlace {
		t.Errorf("from the pool: %+v", m)
	}
	w.Clock.Advance(time.Hour)
	if _, err := w.Sales.ReleaseDue(ctx); err != nil {
		t.Fatal(err)
	}
	if m := look(); m.Public != before.Public-3 || status(t, w, 1) != engine.NotForSale || status(t, w, 10) != engine.Free {
		t.Errorf("released: %+v", m)
	}
}

// RL-13: contacts are sealed, and erased when the session is long over.
func TestContactsAreSealedAndErased(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Client(access.Seller)
	reservation(w, c, reserve(w, c, w.Clock.Now().Add(time.Hour), map[string]any{"seats": []int32{1}}))
	if n := number(t, w, "select count(*) from sales.reservation where position('13800138000'::bytea in phone) = 0 and position(convert_to('王小明', 'UTF8') in name) = 0"); n != 1 {
		t.Error("a contact is in the clear")
	}
	if n := number(t, w, "select count(*) from audit.entry e where e::text like '%13800138000%'"); n != 0 {
		t.Error("a contact is in the audit log")
	}
	w.Clock.Advance(90 * 24 * time.Hour)
	if _, err := w.Sales.Erase(context.WithoutCancel(w.As(w.Tenant))); err != nil {
		t.Fatal(err)
	}
	if n := number(t, w, "select count(*) from sales.reservation where name is null and phone is null"); n != 1 {
		t.Error("not erased")
	}
}
