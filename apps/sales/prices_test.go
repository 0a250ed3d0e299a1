package sales_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"parterre/apps/sales"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/pricing"
)

type world struct {
	*salestest.World
	maps *ticketmap.Service
	ctx  context.Context
	id   ids.ID
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{World: salestest.New(t)}
	w.ctx = w.As(w.Tenant)
	w.fresh()
	w.id = w.current(t).ID
	return w
}

// fresh is what a node that was just started knows.
func (w *world) fresh() {
	w.maps = ticketmap.New(w.DB.DB, sales.Claims{})
	w.maps.Connect(sales.Market{}, &sales.Follower{Seating: w.Maps, Seats: w.Seats})
}

func (w *world) current(t *testing.T) (m ticketmap.Map) {
	t.Helper()
	m, err := w.maps.SessionMap(w.ctx, w.Session.ID)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// set changes the newest content of the map.
func (w *world) set(t *testing.T, change func(*ticketmap.MapContent)) ticketmap.Meter {
	t.Helper()
	m := w.current(t)
	change(&m.MapContent)
	_, meter, err := w.maps.SetMap(w.ctx, m.ID, m.Version, m.MapContent)
	if err != nil {
		t.Fatal(err)
	}
	return meter
}

func (w *world) follow(t *testing.T, want int) {
	t.Helper()
	n, err := w.maps.Follow(w.ctx)
	if err != nil || n != want {
		t.Fatalf("followed %d, want %d: %v", n, want, err)
	}
}

func (w *world) price(t *testing.T, c *accesstest.Client, seat int32, want money.Fen) saleshttp.SaleHold {
	t.Helper()
	h := w.Hold(c, seat)
	if h.Amount != want {
		t.Errorf("seat %d costs %v, want %v", seat, h.Amount, want)
	}
	return h
}

// RL-11, RL-15: a change by hand reaches the seats, those that are held keep their price, and it is on record.
func TestAChangeReachesTheSeats(t *testing.T) {
	t.Parallel()
	w := setup(t)
	buyer, other := w.Buyer(), w.Buyer()
	w.follow(t, 1) // the first time is no news
	w.follow(t, 0)
	early := w.price(t, buyer, 1, salestest.StallPrice)
	w.set(t, func(c *ticketmap.MapContent) { c.Zones[0].Price = 70_000 })
	w.price(t, other, 2, salestest.StallPrice) // negative control: nobody told the engine yet
	w.fresh()                                  // the node died and another one finds it
	w.follow(t, 1)
	w.price(t, other, 3, 70_000)
	w.follow(t, 0)
	o := w.Order(buyer, early.Hold)
	if o.Amount != salestest.StallPrice {
		t.Errorf("a held seat was paid %v", o.Amount)
	}
	list, err := w.maps.History(w.ctx, w.id, 1, 0, 10)
	if err != nil || len(list) != 2 || *list[0].Old != salestest.StallPrice || *list[0].New != 70_000 || list[0].Source != "hand" || list[0].Actor == "" {
		t.Errorf("history: %+v %v", list, err)
	}
	if err := w.Seats.Look(w.ctx, w.Session.ID, func(st *engine.State) {
		if err := st.Check(); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Error(err)
	}
}

// Seats painted into another zone, held back or kept for a channel follow as well; an allotment goes to the public in time.
func TestZonesHoldsAndAllotmentsFollow(t *testing.T) {
	t.Parallel()
	w := setup(t)
	buyer := w.Buyer()
	w.price(t, buyer, 45, salestest.BalconyPrice)
	release := w.Clock.Now().Add(24 * time.Hour)
	meter := w.set(t, func(c *ticketmap.MapContent) {
		c.Zones[0].Seats, c.Zones[1].Seats = [][2]int32{{1, 42}}, [][2]int32{{43, 80}}
		c.Holds = []ticketmap.SeatHold{{No: 1, Reason: "press", Seats: [][2]int32{{50, 51}}, Areas: []ticketmap.HeldArea{}}}
		c.Allotments = []ticketmap.Allotment{{No: 7, Name: "票务代理", Channel: "agent", Release: &release, Seats: [][2]int32{{60, 69}}, Areas: []ticketmap.HeldArea{{Area: "a1", Count: 5}}}}
	})
	if meter.Held != 2 || meter.Allotted != 15 || meter.Public != salestest.Seats+salestest.Standing-2 {
		t.Errorf("what will be released is public's (RL-2): %+v", meter)
	}
	m0 := w.current(t)
	m0.Allotments = nil // a page that does not know of allotments saves
	if _, meter, err := w.maps.SetMap(w.ctx, m0.ID, m0.Version, m0.MapContent); err != nil || meter.Allotted != 15 {
		t.Errorf("allotments after a save without them: %+v %v", meter, err)
	}
	w.follow(t, 1)
	w.price(t, buyer, 42, salestest.StallPrice)
	for _, seat := range []int32{50, 60} {
		if code := w.refusal(buyer, seat); code != "inventory.seat_blocked" {
			t.Errorf("seat %d: %q", seat, code)
		}
	}
	var m engine.Meter
	var pool engine.Pool
	look := func() {
		if err := w.Seats.Look(w.ctx, w.Session.ID, func(st *engine.State) {
			m = st.Meter()
			for _, p := range st.Config().Pools {
				if strings.HasPrefix(p.Name, "allotment:agent:7") {
					pool = p
				}
			}
			if err := st.Check(); err != nil {
				t.Error(err)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	look()
	if m.Blocked != 17 || m.Public != salestest.Seats+salestest.Standing-2 || !pool.Public {
		t.Errorf("the engine: %+v %+v", m, pool)
	}
	// The agent sells out of the pool; the rest goes to the public when its time comes.
	a, err := w.Seats.Do(w.ctx, w.Session.ID, &engine.Hold{Meta: engine.Meta{Key: engine.Key(ids.New().Bytes())}, Pool: pool.ID, Seats: []int32{69}}, nil)
	if err != nil || a.Prices[0] != int64(salestest.BalconyPrice) {
		t.Errorf("from the pool: %+v %v", a, err)
	}
	if n, err := w.maps.Release(w.ctx); n != 0 || err != nil {
		t.Errorf("released %d before its time: %v", n, err)
	}
	w.Clock.Advance(24 * time.Hour)
	if n, err := w.maps.Release(w.ctx); n != 1 || err != nil {
		t.Fatalf("released %d: %v", n, err)
	}
	w.follow(t, 1)
	w.price(t, buyer, 60, salestest.BalconyPrice)
	look()
	if m.Blocked != 2 {
		t.Errorf("after the release: %+v", m)
	}
	if n, err := w.maps.Release(w.ctx); n != 0 || err != nil {
		t.Errorf("released again: %d %v", n, err)
	}
}

func (w *world) refusal(c *accesstest.Client, seat int32) string {
	return c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Get("code")
}

func rules() *pricing.Program {
	half := 100
	return &pricing.Program{
		Format: pricing.Format, Version: 1, Name: "按上座率", Rounding: pricing.Rounding{To: 1000, Direction: "nearest"},
		Zones: []pricing.Zone{{No: 1, Base: salestest.StallPrice, Floor: 50_000, Cap: 90_000}},
		Rules: []pricing.Rule{{ID: "full", Name: "上座加价", When: pricing.When{Occupancy: &pricing.Range{Min: &half}}, Effect: pricing.Effect{Kind: "add", Amount: 4_200}}},
	}
}

func (w *world) save(t *testing.T, p *pricing.Program, mode string) int {
	t.Helper()
	raw, err := pricing.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.maps.SaveProgram(w.ctx, w.id, raw, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.maps.Activate(w.ctx, w.id, v.Version, mode); err != nil {
		t.Fatal(err)
	}
	return v.Version
}

func (w *world) tick(t *testing.T, want int) {
	t.Helper()
	if n, err := w.maps.Tick(w.ctx); err != nil || n != want {
		t.Fatalf("%d maps changed, want %d: %v", n, want, err)
	}
}

func TestAutomaticProgram(t *testing.T) {
	t.Parallel()
	w := setup(t)
	buyer := w.Buyer()
	w.follow(t, 1)
	w.save(t, rules(), "automatic")
	w.tick(t, 0)
	bought := w.Bought(buyer, 1, 2, 3, 4) // a tenth of the stalls
	w.tick(t, 1)
	w.tick(t, 0)
	w.follow(t, 1)
	w.price(t, w.Buyer(), 5, 72_000)
	if o := w.Get(buyer, bought.ID); o.PaidFen != 4*salestest.StallPrice {
		t.Errorf("what was sold cost %v afterwards", o.PaidFen)
	}
	list, err := w.maps.History(w.ctx, w.id, 1, 0, 10)
	if err != nil || list[0].Source != "program" || list[0].Facts == nil || list[0].Facts.Taken != 4 || list[0].Facts.Capacity != 40 ||
		!slices.ContainsFunc(list[0].Steps, func(r pricing.Reason) bool { return r.Rule == "full" }) {
		t.Errorf("RL-15: the change is not on record with its rule: %+v %v", list, err)
	}
	why, err := w.maps.WhyPrice(w.ctx, w.id, ticketmap.Question{Seat: 7})
	if err != nil || why.OnSale != 72_000 || why.Last.Program != 1 || why.Now == nil || why.Now.Change || why.Applied.Revision != why.Revision {
		t.Errorf("why: %+v %v", why, err)
	}
	// A person's price stands until the program is activated again.
	w.set(t, func(c *ticketmap.MapContent) { c.Zones[0].Price = 60_000 })
	w.tick(t, 0)
	if why, err = w.maps.WhyPrice(w.ctx, w.id, ticketmap.Question{Zone: 1}); err != nil || !why.ByHand || why.OnSale != 60_000 {
		t.Errorf("by hand: %+v %v", why, err)
	}
	w.Clock.Advance(time.Minute)
	if _, err := w.maps.Activate(w.ctx, w.id, 1, "automatic"); err != nil {
		t.Fatal(err)
	}
	w.tick(t, 1)
	// When the show begins the program ends.
	w.Clock.Advance(31 * 24 * time.Hour)
	w.tick(t, 0)
	if _, st, err := w.maps.Programs(w.ctx, w.id); err != nil || st.Program != 0 {
		t.Errorf("still active: %+v %v", st, err)
	}
}

func TestManualProposals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.save(t, rules(), "manual")
	w.Bought(w.Buyer(), 1, 2, 3, 4)
	w.tick(t, 0)
	list, err := w.maps.Proposals(w.ctx, w.id)
	if err != nil || len(list) != 1 || list[0].Lines[0].Price != 72_000 || list[0].Lines[0].From != salestest.StallPrice {
		t.Fatalf("proposals: %+v %v", list, err)
	}
	w.tick(t, 0)
	again, err := w.maps.Propose(w.ctx, w.id)
	if err != nil || again.ID != list[0].ID {
		t.Errorf("the same was proposed anew: %v", err)
	}
	w.set(t, func(c *ticketmap.MapContent) { c.Zones[1].Price = 30_000 })
	if _, err := w.maps.Confirm(w.ctx, again.ID); !errors.Is(err, ticketmap.ErrProposalStale) {
		t.Errorf("a stale proposal: %v", err)
	}
	fresh, err := w.maps.Propose(w.ctx, w.id)
	if err != nil || fresh.ID == again.ID {
		t.Fatalf("%v", err)
	}
	m, err := w.maps.Confirm(w.ctx, fresh.ID)
	if err != nil || m.Zones[0].Price != 72_000 || m.Zones[1].Price != 30_000 {
		t.Errorf("confirmed: %v", err)
	}
	if _, err := w.maps.Confirm(w.ctx, fresh.ID); !errors.Is(err, ticketmap.ErrProposalDecided) {
		t.Errorf("confirmed twice: %v", err)
	}
	if h, err := w.maps.History(w.ctx, w.id, 1, 0, 1); err != nil || h[0].Proposal != fresh.ID {
		t.Errorf("%+v %v", h, err)
	}
	none, err := w.maps.Propose(w.ctx, w.id)
	if err != nil || !none.ID.IsZero() {
		t.Errorf("nothing to propose: %+v %v", none, err)
	}
}

func TestActivateRefuses(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := rules()
	p.Rules[0].When.Channels = []string{"agent"}
	raw, _ := pricing.Encode(p)
	v, err := w.maps.SaveProgram(w.ctx, w.id, raw, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = v
	if _, err := w.maps.Activate(w.ctx, w.id, 9, "manual"); !errors.Is(err, ticketmap.ErrProgramNotFound) {
		t.Errorf("unknown: %v", err)
	}
	if _, err := w.maps.Propose(w.ctx, w.id); !errors.Is(err, ticketmap.ErrNoProgram) {
		t.Errorf("none active: %v", err)
	}
	p.Zones[0].No = 99
	raw, _ = pricing.Encode(p)
	if _, err := w.maps.SaveProgram(w.ctx, w.id, raw, ""); errs.CodeOf(err) != "core.fields" {
		t.Errorf("unknown zone: %v", err)
	}
	err = w.DB.InTx(w.ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, "update ticketmap.price_program set name = 'x' where tenant_id = ?", tx.Scope.Tenant)
		return err
	})
	if err == nil {
		t.Error("a stored program can be changed")
	}
}

func TestDryRunOverARecord(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Bought(w.Buyer(), 1, 2, 3, 4)
	w.Clock.Advance(time.Hour)
	w.Bought(w.Buyer(), 5, 6, 45)
	raw, _ := pricing.Encode(rules())
	next := w.OnSale(w.Tenant, w.Show.ID, w.Hall.ID, w.Plan, w.Session.StartsAt.Add(7*24*time.Hour), salestest.NoNames())
	m, err := w.maps.SessionMap(w.ctx, next.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.maps.DryRun(w.ctx, m.ID, ticketmap.Trial{Program: raw, Session: w.Session.ID, Every: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if got.Source != "recorded" || got.WasSold != 7 || got.Sold != 7 || got.Was != 6*salestest.StallPrice+salestest.BalconyPrice || got.Revenue != got.Was+2*4_000 || !got.Starts.Equal(next.StartsAt) {
		t.Errorf("%+v", got.Result)
	}
	made, err := w.maps.DryRun(w.ctx, m.ID, ticketmap.Trial{Program: raw, Seed: 3, Demand: 800, Response: 1000, Every: time.Hour})
	if err != nil || made.Source != "generated" || made.WasSold != 32+32+40 {
		t.Errorf("%+v %v", made.Result.WasSold, err)
	}
	if list, err := w.maps.History(w.ctx, m.ID, 0, 0, 10); err != nil || len(list) != 3 {
		t.Errorf("a dry run changed prices: %+v %v", list, err)
	}
}
