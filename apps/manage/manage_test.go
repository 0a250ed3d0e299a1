package manage_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"parterre/apps/manage"
	"parterre/apps/sales"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/ticketmaphttp"
)

type world struct {
	*salestest.World
	maps *ticketmap.Service
	ctx  context.Context
	boss *accesstest.Client
	m    ticketmap.Map
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.World = salestest.New(t, func(c *salestest.Config) {
		c.More = func(s *salestest.World) {
			w.maps = ticketmap.New(s.DB.DB, sales.Claims{})
			w.maps.Connect(sales.Market{}, &sales.Follower{Seating: s.Maps, Seats: s.Seats})
			ticketmaphttp.Register(s.Server.API, w.maps, nil)
			manage.Register(s.Server.API, manage.Deps{DB: s.DB.DB, Maps: w.maps, Shows: s.Shows, Seats: s.Seats, Catalog: s.Maps})
		}
	})
	w.ctx, w.boss = w.As(w.Tenant), w.Client(access.Manager)
	var err error
	if w.m, err = w.maps.SessionMap(w.ctx, w.Session.ID); err != nil {
		t.Fatal(err)
	}
	return w
}

// version publishes a changed plan of the hall.
func (w *world) version(t *testing.T, change func(*plan.Plan)) ticketmap.Plan {
	t.Helper()
	doc := salestest.Plan()
	change(doc)
	raw, err := plan.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.maps.Import(w.ctx, w.Hall.ID, raw)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = w.maps.Publish(w.ctx, p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
	return p
}

const document = `{"format":"parterre.prices","version":1,"name":"临场加价","rounding":{"to":1000,"direction":"nearest"},"limits":{"changesPerDay":3},
"zones":[{"no":1,"base":68000,"floor":50000,"cap":90000}],
"rules":[{"id":"full","name":"上座加价","when":{"occupancyPermille":{"min":50}},"effect":{"kind":"add","amount":5000}}]}`

// TestPricesOverHTTP stores, checks, activates, proposes, confirms and explains a program.
func TestPricesOverHTTP(t *testing.T) {
	t.Parallel()
	w := setup(t)
	at := "/api/v1/maps/" + w.m.ID.String()
	body := func(doc string) map[string]any {
		return map[string]any{"program": json.RawMessage(doc), "note": "首版"}
	}
	var report struct {
		OK     bool
		Report []struct{ Path, Code string }
	}
	w.boss.Do("POST", at+"/price-programs/check", body(`{"format":"parterre.prices","version":1,"name":"x","rounding":{"to":3,"direction":"up"},"limits":{},"zones":[{"no":9,"floor":1,"cap":0}],"rules":[]}`)).Want(200).JSON(&report)
	if report.OK || len(report.Report) != 3 || report.Report[0].Path != "rounding.to" {
		t.Errorf("report: %+v", report)
	}
	w.boss.Do("POST", at+"/price-programs", body(`{"format":"x"}`)).Want(422)
	w.Client(access.Seller).Do("POST", at+"/price-programs", body(document)).Want(403)
	if v := w.boss.Do("POST", at+"/price-programs", body(document)).Want(201).Get("version"); v != "1" {
		t.Errorf("version %s", v)
	}
	w.boss.Do("PUT", at+"/price-state", map[string]any{"version": 1, "mode": "manual"}).Want(200)
	w.Bought(w.Buyer(), 1, 2)
	proposal := w.boss.Do("POST", at+"/price-proposals", nil).Want(200).Get("id")
	w.boss.Do("POST", "/api/v1/price-proposals/"+proposal+"/confirm", nil).Want(200)
	w.boss.Do("POST", "/api/v1/price-proposals/"+proposal+"/reject", nil).Want(409)
	var why ticketmap.Why
	w.boss.Do("GET", at+"/price?seat=5", nil).Want(200).JSON(&why)
	if why.OnSale != 73_000 || why.Last == nil || why.Last.Proposal.String() != proposal || why.Now == nil || len(why.Now.Steps) < 2 {
		t.Errorf("why: %+v", why)
	}
	w.boss.Do("GET", at+"/price?zone=77", nil).Want(404)
	var history struct{ Items []ticketmap.PriceChange }
	w.boss.Do("GET", at+"/price-changes?zone=1&limit=1", nil).Want(200).JSON(&history)
	if len(history.Items) != 1 || history.Items[0].Facts.Taken != 2 {
		t.Errorf("history: %+v", history)
	}
	var run ticketmap.TrialResult
	w.boss.Do("POST", at+"/price-dry-run", map[string]any{"version": 1, "seed": 1, "demandPermille": 900, "everyMinutes": 60}).Want(200).JSON(&run)
	if len(run.Paths) != 3 || run.Sold != 117 || run.Revenue >= run.Was || run.Changes != 2 || len(run.Paths[0].Points) < 100 {
		t.Errorf("dry run: %+v", run.Result.Sold)
	}
	w.boss.Do("GET", "/api/v1/price-programs/schema", nil).Want(200)
	w.boss.Do("GET", at+"/price-programs", nil).Want(200)
	w.boss.Do("GET", at+"/price-programs/1", nil).Want(200)
	w.boss.Do("GET", at+"/price-programs/2", nil).Want(404)
}

// A session on sale moves to versions with seats more and less: what is sold or being bought is
// named in the refusal, the rest goes and comes with the plan, in one step (PT-6.3.2.4).
func TestMoveToANewerVersion(t *testing.T) {
	t.Parallel()
	w := setup(t)
	buyer := w.Buyer()
	w.Bought(buyer, 1)
	at := "/api/v1/sessions/" + w.Session.ID.String() + "/plan-move"
	more := w.version(t, func(p *plan.Plan) {
		p.Seats = append(p.Seats, plan.Seat{ID: salestest.Seats + 1, Row: "r1", Number: "11", X: 10 * 550})
		p.NextSeatID = salestest.Seats + 2
	})
	less := w.version(t, func(p *plan.Plan) {
		p.Seats = slices.DeleteFunc(p.Seats, func(s plan.Seat) bool { return s.ID == 9 || s.ID == 10 })
		p.NextSeatID = salestest.Seats + 2
	})
	meter := func() (m struct{ Places, Free, Sold int }) {
		t.Helper()
		x, err := w.Seats.Meter(w.ctx, w.Session.ID)
		if err != nil {
			t.Fatal(err)
		}
		m.Places, m.Free, m.Sold = x.Places, x.Free, x.Sold
		return m
	}
	before := meter()
	held := w.Hold(buyer, 10)
	for _, r := range []*accesstest.Reply{w.boss.Do("GET", at+"?to="+less.ID.String(), nil), w.boss.Do("POST", at, map[string]any{"to": less.ID})} {
		if r.Want(409).Get("code") != "ticketmap.seats_taken" || !strings.Contains(string(r.Body), "10") {
			t.Errorf("%s", r.Body)
		}
	}
	if se, _, err := w.Shows.Session(w.ctx, w.Session.ID); err != nil || se.PlanID != w.Plan.ID {
		t.Fatalf("a refused move left the session on %v: %v", se.PlanID, err)
	}
	buyer.Do("DELETE", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/holds/"+held.Hold.String(), nil).Want(204)
	var would, moved ticketmap.Moved
	w.boss.Do("GET", at+"?to="+less.ID.String(), nil).Want(200).JSON(&would)
	if !slices.Equal(would.Gone, []int32{9, 10}) || len(would.GoneNames) != 2 || len(would.Come) != 0 {
		t.Errorf("%+v", would.Turnover)
	}
	w.boss.Do("POST", at, map[string]any{"to": less.ID}).Want(200).JSON(&moved)
	if now := meter(); now.Places != before.Places-2 || now.Free != before.Free-2 || now.Sold != 1 {
		t.Errorf("after the move %+v, before %+v", now, before)
	}
	r := buyer.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int{10}})
	if r.Status != 409 && r.Status != 422 {
		t.Errorf("a seat that went was held: %d %s", r.Status, r.Body)
	}
	if m, err := w.World.Maps.Map(w.ctx, w.Session.ID); err != nil || m.Places[10].Number != "10" || len(m.Seats) != salestest.Seats-2 {
		t.Errorf("orders of before cannot name the seat any more: %+v %v", m.Places[10], err)
	}
	version := moved.Map.Version
	w.boss.Do("POST", at, map[string]any{"to": less.ID}).Want(200).JSON(&moved) // again: it stands there already
	if moved.Map.Version != version {
		t.Errorf("a repeated move made revision %d of %d", moved.Map.Version, version)
	}
	w.boss.Do("POST", at, map[string]any{"to": more.ID}).Want(200).JSON(&moved)
	if moved.Added != 3 || len(moved.Gone) != 0 || !slices.Equal(moved.Come, []int32{9, 10, salestest.Seats + 1}) || moved.Map.PlanID != more.ID {
		t.Errorf("%+v", moved)
	}
	if se, _, err := w.Shows.Session(w.ctx, w.Session.ID); err != nil || se.PlanID != more.ID {
		t.Errorf("the session stands on %v: %v", se.PlanID, err)
	}
	c := moved.Map.MapContent
	c.Zones[0].Seats = append(c.Zones[0].Seats, [2]int32{9, 10}, [2]int32{81, 81})
	c.Zones[1].Seats = [][2]int32{{41, 79}} // one place more needs one less (RL-8)
	c.Holds = append(c.Holds, ticketmap.SeatHold{No: 1, Reason: "reserved", Seats: [][2]int32{}, Areas: []ticketmap.HeldArea{}})
	if _, _, err := w.maps.SetMap(w.ctx, moved.Map.ID, moved.Map.Version, c); err != nil {
		t.Fatal(err)
	}
	if n, err := w.maps.Follow(w.ctx); n != 1 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	for _, seat := range []int32{81, 10} {
		if h := w.Hold(buyer, seat); h.Amount != salestest.StallPrice {
			t.Errorf("the new seat costs %v", h.Amount)
		}
	}
	if err := w.DB.View(w.ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := inventory.VerifyJournal(ctx, tx)
		return err
	}); err != nil {
		t.Error(err)
	}
}

// A standing area of a session on sale may shrink by places that nobody has; one that
// takes another's position does not take its tickets over.
func TestAMoveThatChangesStandingAreas(t *testing.T) {
	t.Parallel()
	w := setup(t)
	buyer := w.Buyer()
	at := "/api/v1/sessions/" + w.Session.ID.String() + "/plan-move"
	buyer.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "standing": []map[string]any{{"area": 1, "n": 2}}}).Want(201)
	shrunk := w.version(t, func(p *plan.Plan) { p.Areas[0].Capacity -= 5 })
	first := w.version(t, func(p *plan.Plan) {
		a := p.Areas[0]
		a.ID, a.Label = "new", "新站席"
		p.Areas = append([]plan.Area{a}, p.Areas...)
	})
	if r := w.boss.Do("POST", at, map[string]any{"to": first.ID}).Want(409); r.Get("code") != "ticketmap.seats_taken" || !strings.Contains(string(r.Body), "前区站席") {
		t.Errorf("%s", r.Body)
	}
	var moved ticketmap.Moved
	w.boss.Do("POST", at, map[string]any{"to": shrunk.ID}).Want(200).JSON(&moved)
	if len(moved.Areas) != 1 || moved.Areas[0].Was-moved.Areas[0].Now != 5 {
		t.Errorf("%+v", moved.Areas)
	}
	m, err := w.Seats.Meter(w.ctx, w.Session.ID)
	if err != nil || m.Held != 2 || m.Places != salestest.Seats+salestest.Standing-5 {
		t.Errorf("%+v %v", m, err)
	}
}

func TestOneMapForASeries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	template, err := w.maps.CreateMap(w.ctx, ticketmap.NewMap{PlanID: w.Plan.ID, Name: "巡演", From: w.m.ID})
	if err != nil {
		t.Fatal(err)
	}
	template.Zones[0].Price = 77_000
	if template, _, err = w.maps.SetMap(w.ctx, template.ID, template.Version, template.MapContent); err != nil {
		t.Fatal(err)
	}
	var list []ids.ID
	for i := range 3 {
		se, err := w.Shows.AddSession(w.ctx, w.Show.ID, show.NewSession{HallID: w.Hall.ID, PlanID: w.Plan.ID, StartsAt: w.Session.StartsAt.Add(time.Duration(i+1) * 24 * time.Hour), Audience: salestest.Seats + salestest.Standing})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, se.ID)
	}
	list = append(list, w.Session.ID) // it has a map: a new revision
	at := "/api/v1/maps/" + template.ID.String() + "/sessions"
	var out struct{ Items []manage.Series }
	w.boss.Do("POST", at, map[string]any{"sessions": list}).Want(200).JSON(&out)
	if len(out.Items) != 4 || out.Items[3].MapID != w.m.ID || out.Items[3].Version != w.m.Version+1 {
		t.Fatalf("%+v", out)
	}
	for i, id := range list[:3] {
		se, _, err := w.Shows.Session(w.ctx, id)
		if err != nil || se.MapID != out.Items[i].MapID {
			t.Errorf("session %d: %+v %v", i, se.MapID, err)
		}
	}
	if m, err := w.maps.Map(w.ctx, w.m.ID); err != nil || m.Zones[0].Price != 77_000 {
		t.Errorf("%v", err)
	}
	w.boss.Do("POST", at, map[string]any{"sessions": []ids.ID{ids.New()}}).Want(404)
}
