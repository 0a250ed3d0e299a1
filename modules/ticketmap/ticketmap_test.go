package ticketmap_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"parterre/codes"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/generate"
	"parterre/modules/venue"
)

// sold is a Sold that a test fills.
type sold struct{ hall, session []int32 }

func (s *sold) SoldSeats(context.Context, db.Tx, ids.ID) ([]int32, error)     { return s.hall, nil }
func (s *sold) SoldInSession(context.Context, db.Tx, ids.ID) ([]int32, error) { return s.session, nil }

var _ ticketmap.Sold = (*sold)(nil)

type bundle struct {
	ctx  context.Context
	db   *dbtest.DB
	s    *ticketmap.Service
	sold *sold
	hall ids.ID
}

func setup(t *testing.T) *bundle {
	t.Helper()
	ctx, d := dbtest.Tx(t)
	b := &bundle{ctx: d.As(ctx), db: d, sold: &sold{}}
	b.s = ticketmap.New(d.DB, b.sold)
	venues := venue.New(d.DB)
	code, err := codes.ParseVenue("11010100101")
	if err != nil {
		t.Fatal(err)
	}
	v, err := venues.Create(b.ctx, venue.NewVenue{Code: code, Name: "大剧院"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := venues.AddHall(b.ctx, v.ID, "歌剧厅")
	if err != nil {
		t.Fatal(err)
	}
	b.hall = h.ID
	return b
}

func sample(t *testing.T) *plan.Plan {
	t.Helper()
	raw, err := os.ReadFile("plan/testdata/versions/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t *testing.T, p *plan.Plan) []byte {
	t.Helper()
	b, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// published imports and publishes p as the hall's next version.
func (b *bundle) published(t *testing.T, p *plan.Plan) ticketmap.Plan {
	t.Helper()
	v, err := b.s.Import(b.ctx, b.hall, encode(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = b.s.Publish(b.ctx, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	return v
}

func want(t *testing.T, err error, target *errs.Error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("got %v, want %s", err, target.Code)
	}
}

func TestPlanLife(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p := sample(t)
	draft, err := b.s.Import(b.ctx, b.hall, encode(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if draft.State != "draft" || draft.Number != 1 || draft.Counts.Seats != 15 || draft.Places != 215 || draft.Problems != nil {
		t.Errorf("draft: %+v", draft)
	}
	_, err = b.s.Import(b.ctx, b.hall, encode(t, p))
	want(t, err, ticketmap.ErrDraftExists)
	if _, _, err = b.s.Bytes(b.ctx, draft.ID, ticketmap.Geometry, true); !errors.Is(err, ticketmap.ErrPlanNotFound) {
		t.Errorf("a draft is shown to buyers: %v", err)
	}

	p.Seats[0].Number = "5" // a gap: told, but may be saved
	draft2, err := b.s.Save(b.ctx, draft.ID, draft.Version, encode(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if len(draft2.Problems) != 1 || draft2.Problems[0].Code != "plan.missing_number" || draft2.Hash == draft.Hash {
		t.Errorf("saved: %+v", draft2)
	}
	_, err = b.s.Save(b.ctx, draft.ID, draft.Version, encode(t, p))
	want(t, err, ticketmap.ErrStale)

	pub, err := b.s.Publish(b.ctx, draft.ID, draft2.Version)
	if err != nil {
		t.Fatal(err)
	}
	if pub.State != "published" || pub.PublishedAt == nil {
		t.Errorf("published: %+v", pub)
	}
	_, err = b.s.Save(b.ctx, pub.ID, pub.Version, encode(t, p))
	want(t, err, ticketmap.ErrPublished)
	want(t, b.s.Discard(b.ctx, pub.ID, pub.Version), ticketmap.ErrPublished)

	got, raw, err := b.s.Bytes(b.ctx, pub.ID, ticketmap.Document, true)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err = plan.Unpack(raw); err != nil || plan.HashBytes(raw) != got.Hash {
		t.Errorf("the stored document has not the hash of its version: %v", err)
	}
	next, err := b.s.Revise(b.ctx, pub.ID)
	if err != nil || next.Number != 2 || next.Hash != pub.Hash {
		t.Errorf("next version: %+v %v", next, err)
	}
	if list, err := b.s.Plans(b.ctx, b.hall); err != nil || len(list) != 2 || list[0].ID != next.ID {
		t.Errorf("list: %v %v", list, err)
	}
	if err := b.s.Discard(b.ctx, next.ID, next.Version); err != nil {
		t.Error(err)
	}
	if _, err := b.s.Plan(b.ctx, pub.ID); err != nil {
		t.Errorf("discarding a draft took the published document along: %v", err)
	}
}

// TestPublishedIsFrozen goes past the service: the database itself refuses.
func TestPublishedIsFrozen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	v := b.published(t, sample(t))
	for _, q := range []string{
		"update ticketmap.plan set name = 'x' where tenant_id = ? and id = ?",
		"delete from ticketmap.plan where tenant_id = ? and id = ?",
		"update ticketmap.content set document = '' where tenant_id = ? and hash = (select hash from ticketmap.plan where id = ?)",
		"delete from ticketmap.content where tenant_id = ? and hash = (select hash from ticketmap.plan where id = ?)",
	} {
		err := b.db.InTx(b.ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, q, tx.Scope.Tenant, v.ID)
			return err
		})
		if err == nil {
			t.Errorf("%s: went through", q)
		}
	}
	draft, err := b.s.Revise(b.ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.s.Discard(b.ctx, draft.ID, draft.Version); err != nil {
		t.Errorf("negative control: a draft cannot be taken away: %v", err)
	}
}

func TestPublishRefuses(t *testing.T) {
	t.Parallel()
	without := func(p *plan.Plan, seat int32) *plan.Plan {
		p.Seats = slices.DeleteFunc(p.Seats, func(s plan.Seat) bool { return s.ID == seat })
		return p
	}
	for _, c := range []struct {
		name string
		sold []int32
		next func(*plan.Plan) *plan.Plan
		want *errs.Error
	}{
		{"a sold seat is dropped", []int32{2, 4}, func(p *plan.Plan) *plan.Plan { return without(p, 4) }, ticketmap.ErrSeatsSold},
		{"negative control: an unsold seat is dropped", []int32{2}, func(p *plan.Plan) *plan.Plan { return without(p, 4) }, nil},
		{"a sold seat is renumbered", []int32{4}, func(p *plan.Plan) *plan.Plan { p.Seats[3].Number = "44"; return p }, nil},
		{"an old id comes back", nil, func(p *plan.Plan) *plan.Plan {
			p.Seats = append(p.Seats, plan.Seat{ID: 39, Row: "r1", Number: "6", X: 1620, Y: 0})
			return p
		}, ticketmap.ErrSeatsReused},
		{"ids would be handed out again", nil, func(p *plan.Plan) *plan.Plan { p.NextSeatID = 23; return p }, ticketmap.ErrPlanInvalid},
		{"duplicate labels", nil, func(p *plan.Plan) *plan.Plan { p.Seats[0].Number = "2"; return p }, ticketmap.ErrPlanInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.published(t, sample(t))
			b.sold.hall = c.sold
			draft, err := b.s.Import(b.ctx, b.hall, encode(t, c.next(sample(t))))
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.s.Publish(b.ctx, draft.ID, draft.Version)
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			want(t, err, c.want)
			if e, _ := errs.Of(err); errors.Is(err, ticketmap.ErrSeatsSold) && (!slices.Equal(e.Params["seatIds"].([]int32), []int32{4}) || e.Params["seats"] != "池座 1排 4") {
				t.Errorf("which seats: %v", e.Params)
			}
		})
	}
}

func TestImportRefusesRubbish(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.s.Import(b.ctx, b.hall, []byte(`{"format":"parterre.plan","version":1,"unit":"cm"}`))
	if e, ok := errs.Of(err); !ok || e.Code != "ticketmap.plan_invalid" || len(e.Fields) == 0 {
		t.Errorf("import of rubbish: %v", err)
	}
}

// TestTenants: another tenant sees nothing and changes nothing.
func TestTenants(t *testing.T) {
	t.Parallel()
	b := setup(t)
	v := b.published(t, sample(t))
	m, err := b.s.CreateMap(b.ctx, ticketmap.NewMap{PlanID: v.ID, Name: "模板"})
	if err != nil {
		t.Fatal(err)
	}
	other := db.WithScope(b.ctx, db.Scope{Tenant: b.db.Other, Actor: db.Actor{Kind: db.ActorSystem, Name: "test"}})
	_, err = b.s.Plan(other, v.ID)
	want(t, err, ticketmap.ErrPlanNotFound)
	_, err = b.s.Revise(other, v.ID)
	want(t, err, ticketmap.ErrPlanNotFound)
	_, err = b.s.Map(other, m.ID)
	want(t, err, ticketmap.ErrMapNotFound)
	_, _, err = b.s.SetMap(other, m.ID, m.Version, m.MapContent)
	want(t, err, ticketmap.ErrMapNotFound)
	_, err = b.s.CreateMap(other, ticketmap.NewMap{PlanID: v.ID, Name: "模板"})
	want(t, err, ticketmap.ErrPlanNotFound)
	_, err = b.s.Import(other, b.hall, encode(t, sample(t)))
	want(t, err, venue.ErrHallNotFound)
}

func TestMap(t *testing.T) {
	t.Parallel()
	b := setup(t)
	v := b.published(t, sample(t))
	session := ids.New()
	m, err := b.s.CreateMap(b.ctx, ticketmap.NewMap{PlanID: v.ID, SessionID: session, Approved: 200, Name: "首演"})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Zones) != 2 || len(m.Zones[0].Areas) != 1 || !slices.Equal(m.Zones[1].Seats, [][2]int32{{10, 11}}) {
		t.Errorf("zones of the categories, without buffer seats: %+v", m.Zones)
	}
	_, err = b.s.CreateMap(b.ctx, ticketmap.NewMap{PlanID: v.ID, SessionID: session, Approved: 200, Name: "再来"})
	want(t, err, ticketmap.ErrMapExists)

	c := m.MapContent
	c.Zones[0].Price, c.Zones[1].Price = 38000, 88000
	c.Holds = []ticketmap.SeatHold{{No: 1, Reason: "security", Seats: [][2]int32{{1, 2}}, Areas: []ticketmap.HeldArea{{Area: "a1", Count: 10}}}}
	m2, meter, err := b.s.SetMap(b.ctx, m.ID, m.Version, c)
	if err != nil {
		t.Fatal(err)
	}
	// 215 places: 2 buffer, 12 held, zones: 7 seats + 2 box seats + 200 standing - 12, 4 unzoned (id 5 and the table)
	if meter.Required != 140 || meter.Percent != 70 || meter.Places != 215 || meter.Buffer != 2 || meter.Held != 12 || meter.HeldBy["security"] != 12 ||
		meter.Public != 197 || meter.Unzoned != 4 || meter.Total != 209 || !meter.PublicOK || meter.TotalOK {
		t.Errorf("meter: %+v", meter)
	}
	_, _, err = b.s.SetMap(b.ctx, m.ID, m.Version, c)
	want(t, err, ticketmap.ErrStale)
	if got, err := b.s.Map(b.ctx, m.ID); err != nil || got.Version != 2 || got.Zones[0].Price != 38000 || len(got.Holds) != 1 {
		t.Errorf("read back: %+v %v", got, err)
	}
	b.refusals(t, m2)
	b.goLive(t, m2, session)
}

// refusals tries contents that break a rule each.
func (b *bundle) refusals(t *testing.T, m ticketmap.Map) {
	t.Helper()
	for name, c := range map[string]struct {
		change func(*ticketmap.MapContent)
		want   string
	}{
		"unknown seat":                    {func(c *ticketmap.MapContent) { c.Zones[0].Seats = [][2]int32{{1, 9}} }, "ticketmap.not_in_plan"},
		"backwards run":                   {func(c *ticketmap.MapContent) { c.Zones[0].Seats = [][2]int32{{4, 1}} }, "ticketmap.not_in_plan"},
		"seat twice":                      {func(c *ticketmap.MapContent) { c.Zones[1].Seats = [][2]int32{{4, 4}} }, "ticketmap.twice"},
		"area twice":                      {func(c *ticketmap.MapContent) { c.Zones[1].Areas = []string{"a1"} }, "ticketmap.twice"},
		"buffer zoned":                    {func(c *ticketmap.MapContent) { c.Zones[1].Seats = [][2]int32{{10, 12}} }, "ticketmap.buffer"},
		"buffer held":                     {func(c *ticketmap.MapContent) { c.Holds[0].Seats = [][2]int32{{12, 12}} }, "ticketmap.buffer"},
		"no reason":                       {func(c *ticketmap.MapContent) { c.Holds[0].Reason = "friend" }, "core.fields"},
		"negative price":                  {func(c *ticketmap.MapContent) { c.Zones[0].Price = -1 }, "core.fields"},
		"number twice":                    {func(c *ticketmap.MapContent) { c.Zones[1].No = c.Zones[0].No }, "core.fields"},
		"area overheld":                   {func(c *ticketmap.MapContent) { c.Holds[0].Areas[0].Count = 201 }, "ticketmap.not_in_plan"},
		"holds take too much (RL-2)":      {func(c *ticketmap.MapContent) { c.Holds[0].Areas[0].Count = 150 }, "ticketmap.public_share"},
		"work zone takes too much (RL-2)": {func(c *ticketmap.MapContent) { c.Zones[0].Kind = "work" }, "ticketmap.public_share"},
	} {
		m, err := b.s.Map(b.ctx, m.ID) // a copy of its own
		if err != nil {
			t.Fatal(err)
		}
		c.change(&m.MapContent)
		if _, _, err := b.s.SetMap(b.ctx, m.ID, m.Version, m.MapContent); errs.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// goLive opens sales: RL-8 binds from then on, and sold seats stay.
func (b *bundle) goLive(t *testing.T, m ticketmap.Map, session ids.ID) {
	t.Helper()
	ready := func(approved int) error {
		return b.db.InTx(b.ctx, func(ctx context.Context, tx db.Tx) error { return ticketmap.Ready(ctx, tx, session, approved) })
	}
	want(t, ready(200), ticketmap.ErrOverApproved)
	want(t, ready(1000), ticketmap.ErrPublicShare)
	if err := ready(210); err != nil {
		t.Fatal(err)
	}
	m, err := b.s.Map(b.ctx, m.ID)
	if err != nil || !m.Live {
		t.Fatalf("live: %+v %v", m, err)
	}
	c := m.MapContent
	c.Zones[1].Seats = append(c.Zones[1].Seats, [2]int32{20, 22}) // 212 in all
	_, _, err = b.s.SetMap(b.ctx, m.ID, m.Version, c)
	want(t, err, ticketmap.ErrOverApproved)
	b.sold.session = []int32{3}
	c.Zones[1].Seats = c.Zones[1].Seats[:1]
	c.Zones[0].Seats = [][2]int32{{1, 2}, {4, 4}, {6, 8}}
	_, _, err = b.s.SetMap(b.ctx, m.ID, m.Version, c)
	want(t, err, ticketmap.ErrSeatsBound)
	b.sold.session = []int32{4}
	if m, _, err = b.s.SetMap(b.ctx, m.ID, m.Version, c); err != nil {
		t.Errorf("negative control: %v", err)
	}
}

// TestThreshold is RL-2's table.
func TestThreshold(t *testing.T) {
	t.Parallel()
	for approved, want := range map[int][2]int{0: {70, 0}, 1: {70, 1}, 1000: {70, 700}, 4999: {70, 3500}, 5000: {85, 4250}, 60001: {85, 51001}} {
		if p, r := ticketmap.Threshold(approved); p != want[0] || r != want[1] {
			t.Errorf("%d: %d %% %d, want %v", approved, p, r, want)
		}
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	p := sample(t)
	c := ticketmap.FromCategories(p)
	c.Zones[0].Price = 100
	c.Holds = []ticketmap.SeatHold{{No: 1, Reason: "press", Seats: [][2]int32{{4, 4}}, Areas: []ticketmap.HeldArea{{Area: "a1", Count: 5}}}}
	painted, err := ticketmap.Paint(p, c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := painted.Layout()
	if err != nil {
		t.Fatal(err)
	}
	by := map[int32]ticketmap.LayoutSeat{}
	for i, s := range l.Seats {
		by[s.ID] = s
		if i > 0 && s.ID <= l.Seats[i-1].ID {
			t.Error("seats are not in rank order")
		}
	}
	if by[1].Pos != 0 || by[2].Pos != 1 || by[3].Pos != 3 || by[4].Pos != 4 {
		t.Errorf("places around the aisle: %d %d %d %d", by[1].Pos, by[2].Pos, by[3].Pos, by[4].Pos)
	}
	if by[5].Unit != 5 || by[6].Unit != 5 || by[20].Unit != 20 || by[22].Unit != 20 || by[1].Unit != 0 {
		t.Errorf("units: %d %d %d %d %d", by[5].Unit, by[6].Unit, by[20].Unit, by[22].Unit, by[1].Unit)
	}
	if by[7].Pair != 8 || by[4].Hold != "press" || !by[12].Buffer || by[12].Zone != 0 || by[1].Zone != 1 || by[1].Price != 100 {
		t.Errorf("%+v %+v %+v %+v", by[7], by[4], by[12], by[1])
	}
	if by[1].SectionLabel != "池座" || by[1].RowLabel != "1排" || by[1].Gate != "1号门" || by[10].Entrance != "贵宾门" || by[20].RowLabel != "1桌" {
		t.Errorf("labels: %+v %+v %+v", by[1], by[10], by[20])
	}
	if a := l.Areas[0]; a.First != -1_000_000 || a.Capacity != 200 || a.Held["press"] != 5 || a.Zone != 1 {
		t.Errorf("area: %+v", a)
	}
	theatre, err := generate.DefaultTheatre().Generate()
	if err != nil {
		t.Fatal(err)
	}
	if painted, err = ticketmap.Paint(theatre, ticketmap.FromCategories(theatre)); err != nil {
		t.Fatal(err)
	}
	if l, err = painted.Layout(); err != nil {
		t.Fatal(err)
	}
	best := slices.MinFunc(l.Seats, func(a, b ticketmap.LayoutSeat) int { return int(a.Quality) - int(b.Quality) })
	worst := slices.MaxFunc(l.Seats, func(a, b ticketmap.LayoutSeat) int { return int(a.Quality) - int(b.Quality) })
	if best.SectionLabel != "池座" || best.RowLabel != "1排" || worst.SectionLabel != "三楼" {
		t.Errorf("best %+v, worst %+v", best, worst)
	}
	if n := len(l.Seats); painted.Measure(n).Public != n {
		t.Errorf("the demo theatre is not all zoned: %+v", painted.Measure(n))
	}
}
