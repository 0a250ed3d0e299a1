package saleload

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// hall of the load: sections x rows x seats, ids from 1 in that order, as
// inventorytest.Grid makes it.
type shape struct{ sections, rows, seats, zones int }

func (s shape) total() int { return s.sections * s.rows * s.seats }

func (s shape) zone(section int) int { return section * s.zones / s.sections }

// market is what buyers know: who took what, and a picture of it that is
// refreshed every 200 ms.
type market struct {
	shape shape
	taken []atomic.Bool // by seat id - 1, held or sold
	sold  atomic.Int64
	free  []atomic.Int64 // by zone
	shown atomic.Pointer[[]bool]
	stop  chan struct{}
	once  sync.Once
}

func newMarket(s shape) *market {
	m := &market{shape: s, taken: make([]atomic.Bool, s.total()), free: make([]atomic.Int64, s.zones), stop: make(chan struct{})}
	for sec := range s.sections {
		m.free[s.zone(sec)].Add(int64(s.rows * s.seats))
	}
	m.draw()
	return m
}

func (m *market) draw() {
	pic := make([]bool, len(m.taken))
	for i := range pic {
		pic[i] = m.taken[i].Load()
	}
	m.shown.Store(&pic)
}

// run refreshes the picture until end.
func (m *market) run(every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-m.stop:
			return
		case <-t.C:
			m.draw()
		}
	}
}

func (m *market) end() { m.once.Do(func() { close(m.stop) }) }

func (m *market) take(seats []int32) {
	for _, id := range seats {
		m.taken[id-1].Store(true)
		m.free[m.shape.zone(int(id-1)/(m.shape.rows*m.shape.seats))].Add(-1)
	}
}

// groupSize is 1, 2, 3, 4 with 20, 45, 15, 20 %.
func groupSize(r *rand.Rand) int {
	switch p := r.IntN(100); {
	case p < 20:
		return 1
	case p < 65:
		return 2
	case p < 80:
		return 3
	}
	return 4
}

// pick chooses n neighbours on the picture: a section by Zipf's law, a random
// row, a random window. Nil when the picture shows none after some looking.
func (m *market) pick(r *rand.Rand, z *rand.Zipf, n int) []int32 {
	pic := *m.shown.Load()
	s := m.shape
	for try := range 400 {
		sec := int(z.Uint64())
		if try > 40 {
			sec = r.IntN(s.sections)
		}
		base := (sec*s.rows + r.IntN(s.rows)) * s.seats
		at := r.IntN(s.seats)
		for k := range s.seats {
			a := (at + k) % s.seats
			if a+n <= s.seats && allFree(pic[base+a:base+a+n]) {
				out := make([]int32, n)
				for j := range out {
					out[j] = int32(base + a + j + 1)
				}
				return out
			}
		}
	}
	return nil
}

func allFree(b []bool) bool {
	for _, x := range b {
		if x {
			return false
		}
	}
	return true
}

// zoneFor chooses a zone that still has n seats, so far as is known.
func (m *market) zoneFor(r *rand.Rand, n int) int {
	z := r.IntN(m.shape.zones)
	for range m.shape.zones {
		if m.free[z].Load() >= int64(n) {
			return z
		}
		z = (z + 1) % m.shape.zones
	}
	return z
}
