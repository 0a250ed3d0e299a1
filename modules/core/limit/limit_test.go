package limit

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parterre/modules/core/clock"
)

func TestRate(t *testing.T) {
	t.Parallel()
	c := clock.NewSim(time.Unix(1_000_000, 0))
	r := NewRate(c, 3, time.Minute)
	for i := range 3 {
		if !r.Allow("a", 1) {
			t.Errorf("%d is refused", i)
		}
	}
	if r.Allow("a", 1) || r.Left("a") || !r.Left("b") || !r.Allow("b", 3) {
		t.Error("the allowance is not each key's own")
	}
	c.Advance(time.Minute)
	if !r.Allow("a", 1) || r.Allow("a", 1) {
		t.Error("one more a minute")
	}
	var off *Rate
	if !off.Allow("a", 1_000_000) || !off.Left("a") {
		t.Error("no limit limits")
	}
}

// Many keys do not open the door: when all are in use newcomers share one allowance.
func TestManyKeys(t *testing.T) {
	t.Parallel()
	c := clock.NewSim(time.Unix(1_000_000, 0))
	r := NewRate(c, 2, time.Minute)
	got := 0
	for i := range most + 1000 {
		if r.Allow(strconv.Itoa(i), 1) {
			got++
		}
	}
	if got > most+2 || len(r.keys) > most {
		t.Errorf("%d allowed, %d keys kept", got, len(r.keys))
	}
	c.Advance(time.Hour)
	if !r.Allow("new", 1) || len(r.keys) != 1 {
		t.Errorf("%d keys kept after an hour", len(r.keys))
	}
}

func TestGauge(t *testing.T) {
	t.Parallel()
	g := NewGauge(5)
	var open, refused atomic.Int64
	var wg sync.WaitGroup
	done := make(chan func(), 100)
	for range 100 {
		wg.Go(func() {
			if d, ok := g.Open("a"); ok {
				open.Add(1)
				done <- d
			} else {
				refused.Add(1)
			}
		})
	}
	wg.Wait()
	if open.Load() != 5 || refused.Load() != 95 {
		t.Errorf("%d open, %d refused", open.Load(), refused.Load())
	}
	d := <-done
	d()
	d() // once
	if _, ok := g.Open("a"); !ok {
		t.Error("what was given back is not there")
	}
	if _, ok := g.Open("a"); ok {
		t.Error("given back twice")
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "203.0.113.7", "2001:db8:1:2:3::9": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::": "2001:db8:1:2::/64", "x": "x"} {
		if got := Address(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}
