package inventory

import (
	"context"
	"slices"
	"sync"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/inventory/engine"
	"parterre/modules/ticketmap/plan/codec"
)

// Update is what a viewer of a session gets: a snapshot first and whenever it
// lagged, deltas in between. The bytes are shared; do not change them.
type Update struct {
	Version  uint64
	Snapshot []byte // whole status, or nil
	Delta    []byte // changes since Version's predecessor, or nil
	Counts   Counts
	shared   *shared
}

// shared is a form of an update that is made once for all its viewers.
type shared struct {
	once sync.Once
	b    []byte
}

// Form returns what make makes of the update. Of all viewers of one update only
// the first makes it; the bytes are shared, do not change them. There is one
// form: whoever serves viewers of a session must make the same.
func (u Update) Form(make func(Update) []byte) []byte {
	if u.shared == nil {
		return make(u)
	}
	u.shared.once.Do(func() { u.shared.b = make(u) })
	return u.shared.b
}

// Counts is how many places are in each state, standing areas apart (RL-12).
type Counts struct {
	Free, Held, Sold, Blocked int
	Areas                     map[int32]engine.AreaCount
}

// Subscription is one viewer's stream. C is closed by Close and when the
// session's feed ends; a viewer then subscribes again.
type Subscription struct {
	C      <-chan Update
	c      chan Update
	hub    *hub
	lagged bool
	once   sync.Once
}

// Close ends the stream.
func (s *Subscription) Close() { s.hub.leave(s) }

// feed holds what is committed of one session and tells viewers, coalesced:
// however many commits there were, each tick sends one delta, made once.
type feed struct {
	hub     // its lock guards all of this
	hall    *engine.Hall
	clock   clock.Clock
	every   time.Duration
	live    []engine.Status // by place index
	total   [4]int
	areas   map[int32]*[4]int
	rank    []int32
	area    []int32
	dirty   []int32 // place indexes
	isDirty []bool
	running bool
	ctx     context.Context
}

func newFeed(ctx context.Context, h *engine.Hall, c clock.Clock, every time.Duration, version uint64) *feed {
	n := h.Places()
	f := &feed{
		ctx: ctx, hall: h, clock: c, every: every, live: make([]engine.Status, n),
		rank: make([]int32, n), area: make([]int32, n), isDirty: make([]bool, n), areas: map[int32]*[4]int{},
	}
	f.version, f.shown = version, make([]codec.State, h.Seats())
	f.init(f.counts)
	h.EachSpot(func(_ int32, s engine.Spot) {
		f.rank[s.Index], f.area[s.Index] = int32(s.Rank), s.Area
		f.total[engine.Free]++
		if s.Rank < 0 {
			if f.areas[s.Area] == nil {
				f.areas[s.Area] = &[4]int{}
			}
			f.areas[s.Area][engine.Free]++
		}
	})
	return f
}

// mark is a place's new state in one number.
type mark uint32

func markOf(index int, s engine.Status) mark { return mark(index)<<2 | mark(s) }

// apply takes over committed states.
func (f *feed) apply(marks []mark) {
	if len(marks) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range marks {
		f.put(int32(m>>2), engine.Status(m&3))
	}
}

func (f *feed) put(i int32, s engine.Status) {
	if f.live[i] == s {
		return
	}
	old := f.live[i]
	f.total[old]--
	f.total[s]++
	if a := f.areas[f.area[i]]; f.rank[i] < 0 && a != nil {
		a[old]--
		a[s]++
	}
	f.live[i] = s
	if !f.isDirty[i] {
		f.isDirty[i] = true
		f.dirty = append(f.dirty, i)
	}
}

// reset takes over a rebuilt state.
func (f *feed) reset(st *engine.State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hall.EachSpot(func(id int32, s engine.Spot) {
		now, _ := st.Status(id)
		f.put(int32(s.Index), now)
	})
}

// subscribe adds a viewer, who gets a snapshot at once.
func (f *feed) subscribe() *Subscription {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.subs) == 0 && !f.ended {
		f.step() // nobody was told of what happened meanwhile
	}
	s := f.add()
	if !f.ended && !f.running {
		f.running = true
		go f.run()
	}
	return s
}

func (f *feed) run() {
	for {
		select {
		case <-f.ctx.Done():
			f.end()
			return
		case <-f.clock.After(f.every):
		}
		if f.tick() {
			return
		}
	}
}

// tick tells all viewers what changed and reports whether nobody is left.
func (f *feed) tick() (over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.subs) == 0 {
		f.running = false
		return true
	}
	f.tell(f.step())
	return false
}

// step moves what is shown on to what is live and returns the delta, nil if
// nothing changed. A standing area's change alone makes an empty delta.
func (f *feed) step() []byte {
	if len(f.dirty) == 0 {
		return nil
	}
	var changes []change
	moved := false
	for _, i := range f.dirty {
		f.isDirty[i] = false
		r := f.rank[i]
		if r < 0 {
			moved = true
			continue
		}
		if now := codec.State(f.live[i]); f.shown[r] != now {
			f.shown[r] = now
			changes = append(changes, change{r, now})
		}
	}
	f.dirty = f.dirty[:0]
	if len(changes) == 0 && !moved {
		return nil
	}
	slices.SortFunc(changes, func(a, b change) int { return int(a.rank - b.rank) })
	f.version++
	f.snapshot = nil
	return encodeDelta(f.version-1, f.version, changes)
}

func (f *feed) counts() Counts {
	t := f.total
	c := Counts{Free: t[engine.Free], Held: t[engine.HeldPlace], Sold: t[engine.SoldPlace], Blocked: t[engine.NotForSale]}
	if len(f.areas) > 0 {
		c.Areas = make(map[int32]engine.AreaCount, len(f.areas))
		for id, n := range f.areas {
			c.Areas[id] = engine.AreaCount{Free: n[0], Held: n[1], Sold: n[2], Blocked: n[3]}
		}
	}
	return c
}
