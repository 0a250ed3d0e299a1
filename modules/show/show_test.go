package show_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parterre/codes"
	"parterre/codes/codestore"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/venue"
)

type world struct {
	*dbtest.DB
	t      *testing.T
	ctx    context.Context
	svc    *show.Service
	venue  venue.Venue
	hall   venue.Hall
	plan   ticketmap.Plan
	show   show.Show
	maps   *ticketmap.Service
	mu     sync.Mutex
	told   []string // states of sessions as they were published
	unripe error    // what Ready says
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{DB: dbtest.Private(t), t: t}
	w.ctx = w.As(t.Context())
	w.maps = ticketmap.New(w.DB.DB, ticketmap.NothingSold{})
	w.svc = show.New(w.DB.DB, codestore.New(w.DB.DB), func(context.Context, db.Tx, show.Session) error { return w.unripe },
		func(_ context.Context, tx db.Tx, _ show.Show, se *show.Session) error {
			if se != nil {
				state := se.State
				tx.AfterCommit(func() {
					w.mu.Lock()
					defer w.mu.Unlock()
					w.told = append(w.told, state)
				})
			}
			return nil
		})
	w.venue, w.hall, w.plan = w.house("11010100101")
	w.show = w.approved()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) house(code string) (venue.Venue, venue.Hall, ticketmap.Plan) {
	w.t.Helper()
	c, err := codes.ParseVenue(code)
	w.must(err)
	venues := venue.New(w.DB.DB)
	v, err := venues.Create(w.ctx, venue.NewVenue{Code: c, Name: "大剧院"})
	w.must(err)
	h, err := venues.AddHall(w.ctx, v.ID, "小剧场")
	w.must(err)
	p, err := w.maps.Add(w.ctx, h.ID, smallPlan())
	w.must(err)
	p, err = w.maps.Publish(w.ctx, p.ID, p.Version)
	w.must(err)
	return v, h, p
}

func smallPlan() *plan.Plan {
	p := &plan.Plan{
		Name: "小剧场", NextSeatID: 6, Levels: []plan.Level{{ID: "L1", Name: "一层"}}, Categories: []plan.Category{{ID: "c1", Name: "票", Color: "#b3212b", Seats: []plan.Run{{First: 1, Last: 5}}}},
		Sections: []plan.Section{{ID: "s1", Level: "L1", Name: "池座", Label: "池座", Outline: []plan.Point{{X: -500, Y: -500}, {X: 4000, Y: -500}, {X: 4000, Y: 1000}, {X: -500, Y: 1000}}}},
		Rows:     []plan.Row{{ID: "r1", Section: "s1", Label: "1", Kind: plan.Straight}},
		Bounds:   plan.Rect{Min: plan.Point{X: -1000, Y: -1000}, Max: plan.Point{X: 5000, Y: 2000}},
	}
	for i := range 5 {
		p.Seats = append(p.Seats, plan.Seat{ID: int32(i + 1), Row: "r1", Number: string(rune('1' + i)), X: int32(i) * 550})
	}
	return p
}

func details() show.Details {
	return show.Details{Kind: "performance", Title: "牡丹亭", PerformanceType: codes.MustTable("performance-type").Entries()[0].Code, Organiser: "甲剧院", Minutes: 150}
}

func (w *world) approval(audience int) show.Approval {
	today := clock.DayOf(w.Clock.Now(), clock.Shanghai)
	return show.Approval{Number: "京文演〔2026〕1108号", Authority: "文旅局", Audience: audience, ValidFrom: today, ValidTo: today.Add(30)}
}

func (w *world) approved() show.Show {
	w.t.Helper()
	sh, err := w.svc.Create(w.ctx, details())
	w.must(err)
	sh, err = w.svc.Approve(w.ctx, sh.ID, w.approval(1000))
	w.must(err)
	return sh
}

// at is an evening n days from the test's Monday.
func at(n, hour int) time.Time { return time.Date(2026, 11, 23+n, hour, 0, 0, 0, clock.Shanghai) }

func (w *world) add(starts time.Time) (show.Session, error) {
	return w.svc.AddSession(w.ctx, w.show.ID, show.NewSession{HallID: w.hall.ID, PlanID: w.plan.ID, StartsAt: starts})
}

func atOnce(n int, f func(int)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { <-start; f(i) })
	}
	close(start)
	wg.Wait()
}

// Sessions that are added at once to one hall never overlap, and those that do
// not touch all come in.
func TestSessionsNeverOverlap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 10
	faults := make([]error, n)
	atOnce(n, func(i int) { _, faults[i] = w.add(at(3, 19).Add(time.Duration(i) * 10 * time.Minute)) })
	in := 0
	for _, err := range faults {
		if err == nil {
			in++
		} else if !errors.Is(err, show.ErrOverlap) {
			t.Errorf("refused by %v", err)
		}
	}
	if in != 1 {
		t.Fatalf("%d sessions of one evening are in the hall", in)
	}
	for _, err := range []error{second(w.add(at(4, 14))), second(w.add(at(4, 14).Add(150 * time.Minute))), second(w.add(at(4, 14).Add(-150 * time.Minute)))} {
		if err != nil {
			t.Errorf("one right after the other: %v", err)
		}
	}
	if _, err := w.add(at(4, 14).Add(149 * time.Minute)); errs.CodeOf(err) != "show.overlap" {
		t.Errorf("one minute too early: %v", err)
	}
	se, err := w.add(at(5, 19))
	w.must(err)
	_, err = w.svc.Move(w.ctx, se.ID, "cancelled", nil)
	w.must(err)
	if _, err := w.add(at(5, 19)); err != nil {
		t.Errorf("in the place of a cancelled one: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// Show codes of a venue's day are 1, 2, 3 … without a gap, whoever comes at
// once and whatever fails between; a refused session uses none up.
func TestShowCodesAreGapless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := at(6, 0)
	const n = 8
	faults := make([]error, n)
	atOnce(2*n, func(i int) {
		if i >= n { // refused: overlaps, or over the approved number
			_, _ = w.svc.AddSession(w.ctx, w.show.ID, show.NewSession{HallID: w.hall.ID, PlanID: w.plan.ID, StartsAt: day.Add(6 * time.Hour), Audience: 1001})
			return
		}
		starts := day.Add(time.Duration(i)*150*time.Minute + time.Minute)
		_, faults[i] = w.add(starts)
	})
	for _, err := range faults {
		w.must(err)
	}
	p, err := w.svc.Sessions(w.ctx, show.Filter{From: day, To: day.Add(24 * time.Hour)}, page0())
	w.must(err)
	var got []string
	for _, se := range p.Items {
		got = append(got, se.Code.String())
		if !strings.HasPrefix(se.Code.String(), "11010100101") {
			t.Errorf("code %s is not of the venue", se.Code)
		}
	}
	slices.Sort(got)
	for i := 1; i < len(got); i++ {
		if number(got[i]) != number(got[i-1])+1 {
			t.Errorf("a gap or a repetition: %v", got)
		}
	}
	if len(got) != n || number(got[0]) != 1 {
		t.Errorf("%d codes from %v", len(got), got[:1])
	}
}

// Tables: each change of state as people ask for it, and what it needs.
func TestMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mapID := ids.New()
	soon := w.Clock.Now().Add(time.Hour)
	for i, c := range []struct {
		path string // states after "created", in order
		want string // code of the last one's refusal, "" none
	}{
		{"on_sale", ""},
		{"on_sale paused on_sale closed on_sale", ""},
		{"on_sale closed ended", ""},
		{"scheduled on_sale", ""},
		{"scheduled created", ""},
		{"cancelled", ""},
		{"on_sale cancelled", ""},
		{"paused", "show.state"},
		{"closed", "show.state"},
		{"ended", "show.state"},
		{"created", "show.state"},
		{"on_sale on_sale", "show.state"},
		{"on_sale ended", "show.state"},
		{"on_sale scheduled", "show.state"},
		{"cancelled on_sale", "show.state"},
		{"on_sale closed ended on_sale", "show.state"},
		{"on_sale created", "show.state"},
	} {
		se, err := w.add(at(1+i, 19))
		w.must(err)
		_, err = w.svc.SetMap(w.ctx, se.ID, mapID)
		w.must(err)
		steps := strings.Fields(c.path)
		for k, to := range steps {
			got, err := w.svc.Move(w.ctx, se.ID, to, &soon)
			last := k == len(steps)-1
			switch {
			case last && c.want != "":
				if errs.CodeOf(err) != c.want {
					t.Errorf("%s: %v, want %s", c.path, err, c.want)
				}
			case err != nil || got.State != to:
				t.Errorf("%s: at %s: %s, %v", c.path, to, got.State, err)
			case got.Code != se.Code || got.Version <= se.Version:
				t.Errorf("%s: code %s, version %d", c.path, got.Code, got.Version)
			}
		}
	}
}

func TestWhatOpeningSalesNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	se, err := w.add(at(20, 19))
	w.must(err)
	if _, err := w.svc.Move(w.ctx, se.ID, "on_sale", nil); !errors.Is(err, show.ErrNoMap) {
		t.Errorf("without a map: %v", err)
	}
	_, err = w.svc.SetMap(w.ctx, se.ID, ids.New())
	w.must(err)
	w.unripe = ticketmap.ErrNoZone
	if _, err := w.svc.Move(w.ctx, se.ID, "on_sale", nil); !errors.Is(err, ticketmap.ErrNoZone) {
		t.Errorf("with a map that is not ready: %v", err)
	}
	w.unripe = nil
	late := se.StartsAt.Add(time.Second)
	for _, opens := range []*time.Time{nil, ptr(w.Clock.Now()), &late} {
		if _, err := w.svc.Move(w.ctx, se.ID, "scheduled", opens); errs.CodeOf(err) != "show.times" {
			t.Errorf("scheduled for %v: %v", opens, err)
		}
	}
	a := w.approval(1000) // the authority takes days back: a new version binds (RL-7)
	a.ValidTo = clock.DayOf(at(10, 0), clock.Shanghai)
	_, err = w.svc.Approve(w.ctx, w.show.ID, a)
	w.must(err)
	if _, err := w.svc.Move(w.ctx, se.ID, "on_sale", nil); errs.CodeOf(err) != "show.approval_day" {
		t.Errorf("after the approval's end: %v", err)
	}
	sh, err := w.svc.Approve(w.ctx, w.show.ID, w.approval(900))
	w.must(err)
	if _, err := w.svc.Move(w.ctx, se.ID, "on_sale", nil); errs.CodeOf(err) != "show.approval_audience" || len(sh.Approvals) != 3 {
		t.Errorf("an audience over the newest approval: %v, %d versions", err, len(sh.Approvals))
	}
	_, err = w.svc.Approve(w.ctx, w.show.ID, w.approval(1000))
	w.must(err)
	got, err := w.svc.Move(w.ctx, se.ID, "on_sale", nil)
	if err != nil || got.OpensAt == nil || !got.OpensAt.Equal(w.Clock.Now()) {
		t.Errorf("opened: %+v, %v", got.OpensAt, err)
	}
	if _, err := w.svc.SetMap(w.ctx, se.ID, ids.New()); errs.CodeOf(err) != "show.state" {
		t.Errorf("another map while tickets are sold: %v", err)
	}
	if !slices.Equal(w.told, []string{"created", "created", "on_sale"}) {
		t.Errorf("published: %v", w.told)
	}
}

func ptr[T any](v T) *T { return &v }

// Two who read the same version cannot both change it.
func TestStaleVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 6
	faults := make([]error, n)
	atOnce(n, func(i int) {
		d := details()
		d.Title = "改名" + string(rune('A'+i))
		_, faults[i] = w.svc.Update(w.ctx, w.show.ID, w.show.Version, d)
	})
	done := 0
	for _, err := range faults {
		if err == nil {
			done++
		} else if !errors.Is(err, show.ErrStale) {
			t.Errorf("refused by %v", err)
		}
	}
	sh, err := w.svc.Get(w.ctx, w.show.ID)
	if err != nil || done != 1 || sh.Version != w.show.Version+1 {
		t.Errorf("%d changes took effect, version %d, %v", done, sh.Version, err)
	}
}

// A session plays in a hall of its own plan.
func TestPlanOfAnotherHall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, _, other := w.house("11010100102")
	n := show.NewSession{HallID: w.hall.ID, PlanID: other.ID, StartsAt: at(3, 19)}
	if _, err := w.svc.AddSession(w.ctx, w.show.ID, n); !errors.Is(err, show.ErrPlanHall) {
		t.Errorf("another hall's plan: %v", err)
	}
	draft, err := w.maps.Revise(w.ctx, w.plan.ID)
	w.must(err)
	n.PlanID = draft.ID
	if _, err := w.svc.AddSession(w.ctx, w.show.ID, n); !errors.Is(err, show.ErrPlanDraft) {
		t.Errorf("a draft: %v", err)
	}
	n.PlanID = ids.New()
	if _, err := w.svc.AddSession(w.ctx, w.show.ID, n); !errors.Is(err, ticketmap.ErrPlanNotFound) {
		t.Errorf("no plan: %v", err)
	}
}

func page0() page.Request { return page.Request{} }

// number is the running number that a show code of 21 digits ends with, before
// nothing else: venue 11, day 6, number 4.
func number(code string) int {
	n := 0
	for _, c := range code[len(code)-4:] {
		n = n*10 + int(c-'0')
	}
	return n
}
