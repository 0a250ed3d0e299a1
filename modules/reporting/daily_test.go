package reporting_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

var firstDay = clock.BusinessDay(dbtest.Start, 0)

func sampleDaily(seed uint64) fact.Daily {
	w := reportingtest.NewWorld(seed, dbtest.Start)
	for range 40 {
		w.Next()
	}
	return w.Daily(firstDay)
}

func (o *outbox) versions() []fact.Daily {
	o.t.Helper()
	var out []fact.Daily
	o.query("select body from reporting.fact where kind = 'DAILY' order by position", func(r pgx.Rows) error {
		var raw []byte
		if err := r.Scan(&raw); err != nil {
			return err
		}
		var d fact.Daily
		out = append(out, d)
		return json.Unmarshal(raw, &out[len(out)-1])
	})
	return out
}

// PT-mgmt: the report of D-1 is made once, corrections are new versions, and
// what is made after 12:00 is marked late.
func TestCloseDay(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	ctx := o.As(t.Context())
	if _, err := o.svc.CloseDay(ctx, firstDay); !errors.Is(err, reporting.ErrDay) {
		t.Fatalf("a day that has not ended: %v", err)
	}
	d := sampleDaily(1)
	o.books.days = []fact.Daily{d}
	o.Clock.Set(firstDay.Add(1).Start(clock.Shanghai).Add(12 * time.Hour)) // 12:00 exactly is in time
	for range 2 {
		_, err := o.svc.CloseDay(ctx, firstDay)
		o.must(err)
		slices.Reverse(o.books.days[0].ByChannel) // another order says the same
	}
	o.books.days[0].Held++
	o.Clock.Advance(time.Second)
	c, err := o.svc.CloseDay(ctx, firstDay)
	o.must(err)
	v := o.versions()
	if len(v) != 2 || v[0].Version != 1 || v[0].Late || v[1].Version != 2 || !v[1].Late || v[1].Held != d.Held+1 || !c.Late {
		t.Fatalf("versions: %+v", v)
	}
}

// A session whose totals differ is not reported; the others are.
func TestCloseDayChecksTotals(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	bad, good := sampleDaily(1), sampleDaily(2)
	good.SessionCode = reportingtest.Venue + "2611230002"
	bad.ByPrice[0].Movement.SoldAmount++
	o.books.days = []fact.Daily{bad, good}
	o.Clock.Advance(24 * time.Hour)
	c, err := o.svc.CloseDay(o.As(t.Context()), firstDay)
	o.must(err)
	if c.New != 1 || len(c.Problems) != 1 || c.Problems[0].SessionCode != bad.SessionCode || len(c.Problems[0].Fields) != 1 || c.Problems[0].Fields[0].Path != "byPrice" {
		t.Fatalf("close: %+v", c)
	}
	day, err := o.svc.Day(o.As(t.Context()), firstDay)
	o.must(err)
	if day.Status != reporting.DayProblem {
		t.Fatalf("status %s", day.Status)
	}
}

func TestDayStatus(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	ctx := o.As(t.Context())
	status := func(want string) {
		t.Helper()
		d, err := o.svc.Day(ctx, firstDay)
		o.must(err)
		if d.Status != want {
			t.Fatalf("status %s, want %s", d.Status, want)
		}
	}
	status(reporting.DayOpen)
	o.Clock.Set(firstDay.Add(1).Start(clock.Shanghai))
	status(reporting.DayDue)
	o.books.days = []fact.Daily{sampleDaily(1)}
	_, err := o.svc.CloseDay(ctx, firstDay)
	o.must(err)
	status(reporting.DayDue)
	o.Clock.Set(firstDay.Add(1).Start(clock.Shanghai).Add(13 * time.Hour))
	status(reporting.DayMissing)
	for len(o.states()) == 0 && t.Context().Err() == nil {
		_, err := o.store.Sequence(t.Context())
		o.must(err)
	}
	job, err := o.store.Take(t.Context(), "p", "a", time.Minute, 1)
	o.must(err)
	m := reporting.Message{ID: job.Items[0].Fact.ID, Kind: fact.KindDaily, Seqs: []int64{1}, Bytes: []byte("x")}
	o.must(o.store.Open(t.Context(), job, m))
	o.must(o.store.Settle(t.Context(), job, m, reporting.Outcome{Class: reporting.Accepted}))
	status(reporting.DayLate)
}

// After a downtime every missed day is closed, oldest first; the last closed
// one is looked at again for corrections.
func TestDueDays(t *testing.T) {
	t.Parallel()
	day := func(s string) clock.Day {
		d, err := clock.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, clock.Shanghai)
	for _, c := range []struct {
		last clock.Day
		want []string
	}{
		{clock.Day{}, []string{"2026-11-22"}},
		{day("2026-11-22"), []string{"2026-11-22"}},
		{day("2026-11-19"), []string{"2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"}},
		{day("2026-01-01"), []string{"2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"}},
	} {
		got := reporting.DueDays(c.last, now, 5)
		if len(got) != len(c.want) {
			t.Fatalf("last %s: %v, want %v", c.last, got, c.want)
		}
		for i := range got {
			if got[i].String() != c.want[i] {
				t.Fatalf("last %s: %v, want %v", c.last, got, c.want)
			}
		}
	}
}

func TestCatchUpClosesMissedDays(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	o.books.days = []fact.Daily{sampleDaily(1)}
	o.Clock.Set(firstDay.Add(1).Start(clock.Shanghai))
	closer := reporting.Closer{Service: o.svc, DB: o.DB.DB}
	o.must(closer.CatchUp(t.Context()))
	o.Clock.Advance(72 * time.Hour)
	o.must(closer.CatchUp(t.Context()))
	o.must(closer.CatchUp(t.Context()))
	var days []string
	for _, v := range o.versions() {
		days = append(days, v.Day.String())
	}
	if len(days) != 8 { // two tenants, four days
		t.Fatalf("closed %v", days)
	}
	last, err := o.svc.LastClosed(o.As(t.Context()))
	o.must(err)
	if last != firstDay.Add(3) {
		t.Fatalf("last closed %s", last)
	}
}

// The cron library panics on some texts and takes some that never come due.
func TestSchedulesAreChecked(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{"TZ=", "TZ=0", "0 0 31 2 *", "", "x", "CRON_TZ= * * * * *"} {
		if _, err := reporting.ParseSchedule([]string{spec}, dbtest.Start); err == nil {
			t.Errorf("%q was taken", spec)
		}
	}
	if _, err := reporting.ParseSchedule(reporting.DefaultSchedule, dbtest.Start); err != nil {
		t.Error(err)
	}
}

// PT-mgmt control totals: each way in which a report can disagree with itself
// is found; the report as it is passes.
func TestControlTotals(t *testing.T) {
	t.Parallel()
	if err := versioned(sampleDaily(1)).Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*fact.Daily){
		"channel count":    func(d *fact.Daily) { d.ByChannel[0].Movement.Sold++ },
		"channel refund":   func(d *fact.Daily) { d.ByChannel[0].Movement.RefundAmount++ },
		"price amount":     func(d *fact.Daily) { d.ByPrice[0].Movement.SoldAmount++ },
		"price missing":    func(d *fact.Daily) { d.ByPrice = d.ByPrice[1:] },
		"day count":        func(d *fact.Daily) { d.Public.Sold++ },
		"cancelling out":   func(d *fact.Daily) { d.ByPrice[0].Movement.Sold++; d.ByPrice[0].Movement.Refunded++ },
		"checked too many": func(d *fact.Daily) { d.CheckedTotal = d.Valid + 1 },
		"day over total":   func(d *fact.Daily) { d.Checked = d.CheckedTotal + 1 },
	} {
		d := versioned(sampleDaily(1))
		spoil(&d)
		err := d.Check()
		e, ok := errs.Of(err)
		if !ok || len(e.Fields) == 0 || e.Fields[0].Code != "reporting.totals" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func versioned(d fact.Daily) fact.Daily { d.Version = 1; return d }
