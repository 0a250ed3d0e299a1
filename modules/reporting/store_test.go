package reporting_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

// outbox is one tenant's outbox with the channel "p".
type outbox struct {
	*dbtest.DB
	t     *testing.T
	svc   *reporting.Service
	store reporting.PG
	books *books
}

type books struct{ days []fact.Daily }

func (b *books) Daily(context.Context, db.Tx, clock.Day) ([]fact.Daily, error) { return b.days, nil }

func newOutbox(t *testing.T) *outbox {
	t.Helper()
	d := dbtest.Private(t)
	o := &outbox{DB: d, t: t, books: &books{}, store: reporting.PG{DB: d.DB, Tenant: d.Tenant}}
	o.svc = reporting.New(reporting.Config{DB: d.DB, Books: o.books})
	o.must(o.svc.PutChannel(d.As(t.Context()), reporting.Channel{Code: "p", Name: "p", Adapter: "x", Active: true}))
	return o
}

func (o *outbox) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *outbox) append(facts ...fact.Fact) {
	o.t.Helper()
	o.must(o.InTx(o.As(o.t.Context()), func(ctx context.Context, tx db.Tx) error { return reporting.Append(ctx, tx, facts...) }))
}

func (o *outbox) query(q string, scan func(pgx.Rows) error) {
	o.t.Helper()
	conn, err := pgx.Connect(o.t.Context(), o.AdminDSN)
	o.must(err)
	defer func() { _ = conn.Close(context.WithoutCancel(o.t.Context())) }()
	rows, err := conn.Query(o.t.Context(), q)
	o.must(err)
	defer rows.Close()
	for rows.Next() {
		o.must(scan(rows))
	}
	o.must(rows.Err())
}

func (o *outbox) states() map[int64]string {
	o.t.Helper()
	out := map[int64]string{}
	o.query("select seq, state from reporting.delivery order by seq", func(r pgx.Rows) error {
		var seq int64
		var s string
		err := r.Scan(&seq, &s)
		out[seq] = s
		return err
	})
	return out
}

func TestPG(t *testing.T) {
	t.Parallel()
	reportingtest.Suite(t, func(t *testing.T) reportingtest.Bed {
		o := newOutbox(t)
		return reportingtest.Bed{
			Store: o.store, Advance: o.Clock.Advance, Now: o.Clock.Now,
			Append: func(t *testing.T, facts ...fact.Fact) { t.Helper(); o.append(facts...) },
			States: func(t *testing.T) map[int64]string { t.Helper(); return o.states() },
		}
	})
}

// A transaction that wrote its fact first and commits last comes last: numbers
// follow the order in which changes became true, and nobody is left out.
func TestNumbersFollowCommits(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	w := reportingtest.NewWorld(3, o.Clock.Now())
	early, late := w.Next(), w.Next()
	written, commit := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- o.InTx(o.As(context.WithoutCancel(t.Context())), func(ctx context.Context, tx db.Tx) error {
			if err := reporting.Append(ctx, tx, early); err != nil {
				return err
			}
			close(written)
			<-commit
			return nil
		})
	}()
	<-written
	o.append(late)
	n, err := o.store.Sequence(t.Context())
	o.must(err)
	if n != 0 {
		t.Fatalf("%d facts were numbered while an earlier transaction may still commit", n)
	}
	close(commit)
	o.must(<-done)
	for got := 0; got < 2; {
		n, err := o.store.Sequence(t.Context())
		o.must(err)
		got += n
	}
	if s := o.states(); len(s) != 2 || s[1] != "pending" || s[2] != "pending" {
		t.Fatalf("deliveries: %v", s)
	}
}

// Many writers, several sequencers: every fact has one number, without a gap,
// and facts of one writer keep their order.
func TestNumbersUnderConcurrency(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	const writers, each = 6, 15
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if _, err := o.store.Sequence(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() {
			for k := range each {
				s := fact.Show{VenueCode: reportingtest.Venue, Code: fmt.Sprintf("W%d-%03d", i, k), Name: "x", ApprovalNumber: "x", Organiser: "x", PerformanceType: "1001", State: "created"}
				err := o.InTx(o.As(t.Context()), func(ctx context.Context, tx db.Tx) error { return reporting.Append(ctx, tx, fact.New(tx.Now, s)) })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	wg.Wait()
	for len(o.states()) < writers*each && t.Context().Err() == nil {
		_, err := o.store.Sequence(t.Context())
		o.must(err)
	}
	last, seq := map[string]string{}, int64(0)
	o.query("select d.seq, f.subject from reporting.delivery d join reporting.fact f using (tenant_id, position) order by d.seq", func(r pgx.Rows) error {
		var n int64
		var subject string
		if err := r.Scan(&n, &subject); err != nil {
			return err
		}
		if seq++; n != seq {
			t.Errorf("number %d follows %d", n, seq-1)
		}
		if writer := subject[:2]; subject <= last[writer] {
			t.Errorf("%s comes after %s", subject, last[writer])
		} else {
			last[writer] = subject
		}
		return nil
	})
	if seq != writers*each {
		t.Errorf("%d deliveries of %d facts", seq, writers*each)
	}
}

// A dump that is restored into another cluster carries transaction numbers
// which that cluster has not reached: those facts are numbered, not forgotten.
func TestFactsSurviveARestore(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	w := reportingtest.NewWorld(3, o.Clock.Now())
	o.append(w.Next())
	o.query("update reporting.inbox set xid = '9000000000000'::xid8 returning 1", func(pgx.Rows) error { return nil })
	o.append(w.Next())
	for len(o.states()) < 2 && t.Context().Err() == nil {
		_, err := o.store.Sequence(t.Context())
		o.must(err)
	}
}

// A change that is rolled back reports nothing.
func TestAppendIsPartOfTheTransaction(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	w := reportingtest.NewWorld(3, o.Clock.Now())
	boom := errors.New("boom")
	f := w.Next()
	err := o.InTx(o.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		if err := reporting.Append(ctx, tx, f); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	n := 0
	o.query("select 1 from reporting.fact union all select 1 from reporting.inbox", func(pgx.Rows) error { n++; return nil })
	if n != 0 {
		t.Fatalf("%d rows are left of a change that was rolled back", n)
	}
	o.append(f)
	err = o.InTx(o.As(t.Context()), func(ctx context.Context, tx db.Tx) error { return reporting.Append(ctx, tx, f) })
	if !errors.Is(err, reporting.ErrDuplicate) {
		t.Fatalf("the same fact twice: %v", err)
	}
}

// What was said stays said: the app's role can neither change nor delete
// facts, and no one who does not switch the trigger off a message's bytes.
func TestHistoryDoesNotChange(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	w := reportingtest.NewWorld(3, o.Clock.Now())
	o.append(w.Next())
	for len(o.states()) == 0 && t.Context().Err() == nil {
		_, err := o.store.Sequence(t.Context())
		o.must(err)
	}
	job, err := o.store.Take(t.Context(), "p", "a", time.Minute, 1)
	o.must(err)
	m := reporting.Message{ID: ids.New(), Kind: fact.KindSale, Seqs: []int64{1}, Bytes: []byte("x")}
	o.must(o.store.Open(t.Context(), job, m))
	for _, q := range []string{
		"update reporting.fact set subject = 'y'", "delete from reporting.fact", "update reporting.message set bytes = 'y'",
		"delete from reporting.delivery", "delete from reporting.message", "update reporting.daily set late = false",
	} {
		err := o.InTx(o.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, q)
			return err
		})
		if err == nil {
			t.Errorf("%s was allowed", q)
		}
	}
}

// Rows of another tenant are neither seen nor numbered nor delivered.
func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	w := reportingtest.NewWorld(3, o.Clock.Now())
	o.append(w.Next())
	other := reporting.PG{DB: o.DB.DB, Tenant: o.Other}
	if n, err := other.Sequence(t.Context()); err != nil || n != 0 {
		t.Fatalf("another tenant numbered %d, %v", n, err)
	}
	for len(o.states()) == 0 && t.Context().Err() == nil {
		_, err := o.store.Sequence(t.Context())
		o.must(err)
	}
	if job, err := other.Take(t.Context(), "p", "a", time.Minute, 10); err != nil || job != nil {
		t.Fatalf("another tenant took %+v, %v", job, err)
	}
	beta := o.AsTenant(t.Context(), o.Other)
	p, err := o.svc.Deliveries(beta, reporting.Filter{}, page.Request{})
	o.must(err)
	if len(p.Items) != 0 {
		t.Fatal("another tenant sees deliveries")
	}
	if err := o.svc.Drop(beta, "p", 1, "x"); !errors.Is(err, reporting.ErrDelivery) {
		t.Fatalf("another tenant drops: %v", err)
	}
}

// journal is a source whose rows are in memory.
type journal struct {
	rows  []reporting.Row
	fails int64 // position that cannot be read; 0 for none
}

func (j *journal) Name() string { return "journal" }

func (j *journal) Read(_ context.Context, _ db.Tx, after int64, limit int) ([]reporting.Row, error) {
	var out []reporting.Row
	for _, r := range j.rows {
		if r.Position > after && len(out) < limit && r.Position == j.fails {
			return nil, errors.New("the source fails")
		}
		if r.Position > after && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}

// Every row is projected exactly once, also when a step fails in its middle
// and by several projectors at once.
func TestProjector(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	w := reportingtest.NewWorld(3, o.Clock.Now())
	j := &journal{}
	for i := range 20 {
		j.rows = append(j.rows, reporting.Row{Position: int64(i + 1), Facts: []fact.Fact{w.Next()}})
	}
	j.rows[12].Facts[0].Body = fact.Refund{RefundNumber: "R"} // cannot be read back: kept apart
	p := reporting.Projector{DB: o.DB.DB, Source: j, Batch: 5}
	j.fails = 16
	if n, err := p.Drain(o.As(t.Context())); err == nil || n != 15 {
		t.Fatalf("a source that fails: %d, %v", n, err)
	}
	j.fails = 0
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := p.Drain(o.As(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	o.query("select 1 from reporting.fact", func(pgx.Rows) error { n++; return nil })
	if n != 19 {
		t.Fatalf("%d facts of 20 rows, one of them bad", n)
	}
	bad, err := o.svc.Unprojected(o.As(t.Context()))
	o.must(err)
	if len(bad) != 1 || bad[0].Position != 13 || bad[0].Subject != "R" || len(bad[0].Fields) == 0 {
		t.Fatalf("kept apart: %+v", bad)
	}
	j.rows = append(j.rows, reporting.Row{Position: 3})
	if _, err := (reporting.Projector{DB: o.DB.DB, Source: &journal{rows: []reporting.Row{{Position: 22}, {Position: 21}}}}).Step(o.As(t.Context())); !errors.Is(err, reporting.ErrSource) {
		t.Fatalf("rows out of order: %v", err)
	}
}

// A channel that was made late gets what was before it, in its order, once; one
// that is switched off has what happened meanwhile when it is switched on.
func TestBackfillAndPause(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	ctx := o.As(t.Context())
	w := reportingtest.NewWorld(3, o.Clock.Now())
	o.append(w.Base()...)
	o.numbered(8)
	late := reporting.Channel{Code: "late", Name: "x", Adapter: "x", Kinds: []fact.Kind{fact.KindVenue, fact.KindSession}, Active: false}
	o.must(o.svc.PutChannel(ctx, late))
	for _, want := range []int{2, 0} {
		if n, err := o.svc.Backfill(ctx, "late"); err != nil || n != want {
			t.Fatalf("backfill: %d, %v, want %d", n, err, want)
		}
	}
	if _, err := o.svc.Backfill(ctx, "none"); !errors.Is(err, reporting.ErrChannel) {
		t.Fatal(err)
	}
	if _, err := o.svc.Backfill(o.AsTenant(t.Context(), o.Other), "late"); !errors.Is(err, reporting.ErrChannel) {
		t.Fatal(err)
	}
	o.append(w.Base()[0]) // while it is off
	o.numbered(10 + 2)
	if job, err := o.store.Take(t.Context(), "late", "a", time.Minute, 10); err != nil || job != nil {
		t.Fatalf("a channel that is off was taken: %+v, %v", job, err)
	}
	late.Active = true
	o.must(o.svc.PutChannel(ctx, late))
	job, err := o.store.Take(t.Context(), "late", "a", time.Minute, 10)
	o.must(err)
	var kinds []fact.Kind
	for _, it := range job.Items {
		kinds = append(kinds, it.Fact.Body.Kind())
	}
	if fmt.Sprint(kinds) != "[VENUE SESSION VENUE]" {
		t.Fatalf("the late channel has %v", kinds)
	}
}

// numbered numbers until there are want deliveries on all channels.
func (o *outbox) numbered(want int) {
	o.t.Helper()
	for n := 0; n < want && o.t.Context().Err() == nil; {
		_, err := o.store.Sequence(o.t.Context())
		o.must(err)
		n = 0
		o.query("select 1 from reporting.delivery", func(pgx.Rows) error { n++; return nil })
	}
}
