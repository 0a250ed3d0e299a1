package reportingtest

import (
	"errors"
	"testing"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
)

// Bed is a store under test: a channel "p" that takes everything, and hands to
// append facts and to move time.
type Bed struct {
	Store   reporting.Store
	Append  func(t *testing.T, facts ...fact.Fact)
	Advance func(time.Duration)
	Now     func() time.Time
	States  func(t *testing.T) map[int64]string // by delivery number
}

// Suite is what every implementation of reporting.Store must do.
func Suite(t *testing.T, bed func(t *testing.T) Bed) {
	for name, test := range map[string]func(*testing.T, Bed){
		"numbers follow the order of appending": suiteOrder,
		"one holder at a time, until the lease": suiteLease,
		"an open message comes back the same":   suiteOpen,
		"outcomes move deliveries":              suiteOutcomes,
		"a pause is kept":                       suitePause,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, bed(t))
		})
	}
}

func (b Bed) sequence(t *testing.T, want int) {
	t.Helper()
	for n := 0; n < want; {
		k, err := b.Store.Sequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += k
	}
}

func (b Bed) take(t *testing.T, owner string) *reporting.Job {
	t.Helper()
	job, err := b.Store.Take(t.Context(), "p", owner, time.Minute, 10)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func (b Bed) open(t *testing.T, job *reporting.Job, n int) reporting.Message {
	t.Helper()
	m := reporting.Message{ID: ids.New(), Kind: job.Items[0].Fact.Body.Kind(), Bytes: []byte("message")}
	for _, it := range job.Items[:n] {
		m.Seqs = append(m.Seqs, it.Seq)
	}
	must(t, b.Store.Open(t.Context(), job, m))
	must(t, b.Store.Before(t.Context(), job, m, reporting.Attempt{Number: 1, Deadline: b.Now().Add(time.Minute)}))
	return m
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b Bed) sales(t *testing.T, n int) {
	t.Helper()
	w := NewWorld(1, b.Now())
	facts := make([]fact.Fact, n)
	for i := range facts {
		facts[i] = w.sale()
	}
	b.Append(t, facts...)
	b.sequence(t, n)
}

func suiteOrder(t *testing.T, b Bed) {
	w := NewWorld(1, b.Now())
	var want []ids.ID
	for range 12 {
		f := w.sale()
		want = append(want, f.ID)
		b.Append(t, f)
	}
	b.sequence(t, 12)
	job := b.take(t, "a")
	if len(job.Items) != 10 {
		t.Fatalf("%d items, the limit was 10", len(job.Items))
	}
	for i, it := range job.Items {
		if it.Seq != int64(i+1) || it.Fact.ID != want[i] {
			t.Fatalf("item %d has number %d and fact %s, want %s", i, it.Seq, it.Fact.ID, want[i])
		}
	}
}

func suiteLease(t *testing.T, b Bed) {
	b.sales(t, 1)
	first := b.take(t, "a")
	if b.take(t, "b") != nil {
		t.Fatal("two hold one channel")
	}
	b.Advance(2 * time.Minute)
	second := b.take(t, "b")
	if second == nil {
		t.Fatal("an ended lease is not taken over")
	}
	m := reporting.Message{ID: ids.New(), Kind: fact.KindSale, Seqs: []int64{1}, Bytes: []byte("x")}
	if err := b.Store.Open(t.Context(), first, m); !errors.Is(err, reporting.ErrLost) {
		t.Fatalf("who lost the lease opens a message: %v", err)
	}
	b.open(t, second, 1)
	if err := b.Store.Settle(t.Context(), first, m, reporting.Outcome{Class: reporting.Accepted}); !errors.Is(err, reporting.ErrLost) {
		t.Fatalf("who lost the lease settles: %v", err)
	}
}

func suiteOpen(t *testing.T, b Bed) {
	b.sales(t, 3)
	m := b.open(t, b.take(t, "a"), 2)
	b.Advance(10 * time.Minute) // worker a is dead
	job := b.take(t, "b")
	if job == nil || job.Open == nil || job.Open.ID != m.ID || string(job.Open.Bytes) != "message" || job.Open.Attempts != 1 || len(job.Open.Seqs) != 2 {
		t.Fatalf("the open message came back as %+v", job)
	}
	if len(job.Items) != 0 {
		t.Fatal("deliveries are offered beside an open message")
	}
}

func suiteOutcomes(t *testing.T, b Bed) {
	b.sales(t, 4)
	job := b.take(t, "a")
	m := b.open(t, job, 3)
	must(t, b.Store.Settle(t.Context(), job, m, reporting.Outcome{
		Class: reporting.Accepted, Code: "0000", Receipt: []byte("{}"),
		Items: []reporting.Item{{Index: 1, Class: reporting.Refused, Code: "2002"}},
	}))
	want(t, b, reporting.StateAccepted, reporting.StateParked, reporting.StateAccepted, reporting.StatePending)
	job = b.take(t, "a")
	m = b.open(t, job, 1)
	must(t, b.Store.Settle(t.Context(), job, m, reporting.Outcome{Class: reporting.Refused, Code: "9999"}))
	want(t, b, reporting.StateAccepted, reporting.StateParked, reporting.StateAccepted, reporting.StateParked)
	if b.take(t, "a") != nil {
		t.Fatal("parked deliveries are offered again")
	}
}

func want(t *testing.T, b Bed, states ...string) {
	t.Helper()
	got := b.States(t)
	for i, s := range states {
		if got[int64(i+1)] != s {
			t.Fatalf("delivery %d is %s, want %s", i+1, got[int64(i+1)], s)
		}
	}
}

func suitePause(t *testing.T, b Bed) {
	b.sales(t, 1)
	job := b.take(t, "a")
	m := b.open(t, job, 1)
	must(t, b.Store.Settle(t.Context(), job, m, reporting.Outcome{Class: reporting.Unknown}))
	if b.take(t, "a") != nil {
		t.Fatal("the channel is used during its pause")
	}
	b.Advance(reporting.Backoff(1))
	job = b.take(t, "a")
	if job == nil || job.Open == nil || job.Failures != 1 {
		t.Fatalf("after the pause: %+v", job)
	}
	must(t, b.Store.Settle(t.Context(), job, *job.Open, reporting.Outcome{Class: reporting.Accepted}))
	want(t, b, reporting.StateAccepted)
}
