package waiting

import (
	"container/heap"
	"math/bits"
	"time"

	"parterre/modules/core/ids"
)

// room is one session's line in memory. Who holds place p (from 0) may enter
// once p < admitted and a token is there for it. Not safe by itself.
//
// Tokens come at the pace of the room. Each moves the line on by one place and
// waits there for its holder for a while; one that nobody comes for goes to
// the next. Who comes late gets the next token before anybody behind.
type room struct {
	settings Settings
	seed     []byte
	version  int

	next     uint64 // index that the next comer gets
	reserved uint64 // indexes below are noted in the row
	drawn    *uint64
	admitted uint64
	claimed  []byte // a bit for each place

	tokens  int64 // millionths
	at      time.Time
	perMin  int // pace in force
	waiting map[uint64]time.Time
	ends    []time.Time // of reserved places, by order of admission
	line    []uint64
	late    places
	isLate  map[uint64]bool
	passes  []running            // passes that run, by their end
	inside  map[uint64]time.Time // their ends by place
	of      map[ids.ID]uint64    // index by buyer: one place each, however often they ask
	dirty   bool

	seen      time.Time
	confirmed int // in the last minute
	history   []Sample
}

type running struct {
	place uint64
	until time.Time
}

// newRoom is a room that nobody is in.
func newRoom() *room {
	return &room{waiting: map[uint64]time.Time{}, isLate: map[uint64]bool{}, inside: map[uint64]time.Time{}, of: map[ids.ID]uint64{}}
}

const (
	million = 1_000_000
	// grace is how long a token waits for who it is for.
	grace = 30 * time.Second
	// burst is how many tokens gather at most while nobody waits, in seconds of pace.
	burstSeconds = 2
)

// places is a heap of places, lowest first.
type places []uint64

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i] < p[j] }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(uint64)) }
func (p *places) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}

// place is where index i stands in the line; ok is false before the draw.
func (r *room) place(i uint64, now time.Time) (uint64, bool) {
	if now.Before(r.settings.OpensAt) || r.drawn == nil {
		return 0, false
	}
	if i < *r.drawn {
		return Draw(r.seed, i, *r.drawn), true
	}
	return i, true
}

// open holds the draw once its time has come.
func (r *room) open(now time.Time) {
	if r.drawn == nil && !now.Before(r.settings.OpensAt) {
		n := r.next
		r.drawn, r.dirty = &n, true
		r.at = r.settings.OpensAt
	}
}

// advance moves the line on to now.
func (r *room) advance(now time.Time) {
	r.open(now)
	if r.drawn == nil {
		return
	}
	if d := now.Sub(r.at); d > 0 {
		most := int64(max(1, r.perMin*burstSeconds/60)) * million
		r.tokens = min(most, r.tokens+int64(min(d, time.Minute)/time.Microsecond)*int64(r.perMin)/60)
		r.at = now
	}
	for len(r.passes) > 0 && !now.Before(r.passes[0].until) {
		delete(r.inside, r.passes[0].place)
		r.passes = r.passes[1:]
	}
	// Tokens that nobody came for go back; they were counted when they were given.
	back := 0
	for len(r.line) > 0 && (!now.Before(r.ends[0]) || r.waiting[r.line[0]].IsZero()) {
		if _, there := r.waiting[r.line[0]]; there {
			delete(r.waiting, r.line[0])
			back++
		}
		r.line, r.ends = r.line[1:], r.ends[1:]
	}
	for range back {
		r.give(now)
	}
	for r.tokens >= million && len(r.passes)+len(r.waiting) < r.settings.Inside && r.wanted() {
		r.tokens -= million
		r.give(now)
	}
}

func (r *room) wanted() bool { return len(r.late) > 0 || r.admitted < r.next }

// give gives a token to the first in line: who is late, or the next place.
func (r *room) give(now time.Time) {
	var p uint64
	switch {
	case len(r.late) > 0:
		p = heap.Pop(&r.late).(uint64)
		delete(r.isLate, p)
	case r.admitted < r.next:
		p = r.admitted
		r.admitted++
		r.dirty = true
	default:
		return
	}
	r.waiting[p] = now.Add(grace)
	r.line, r.ends = append(r.line, p), append(r.ends, now.Add(grace))
}

// claim lets place p in: until is the end of its pass, zero as long as it is
// not its turn. Who asks again while the pass runs gets the same one, since an
// answer may be lost and a second tab may ask; over says that it has ended.
func (r *room) claim(p uint64, now time.Time) (until time.Time, over bool) {
	r.advance(now)
	if p >= r.admitted {
		return until, false
	}
	if r.has(p) {
		until, ok := r.inside[p]
		return until, !ok || !now.Before(until)
	}
	if _, ok := r.waiting[p]; !ok {
		if !r.isLate[p] {
			r.isLate[p] = true
			heap.Push(&r.late, p)
			r.advance(now)
		}
		if _, ok := r.waiting[p]; !ok {
			return until, false
		}
	}
	delete(r.waiting, p)
	for uint64(len(r.claimed)) <= p/8 {
		r.claimed = append(r.claimed, make([]byte, 1+len(r.claimed)/4)...)
	}
	r.claimed[p/8] |= 1 << (p % 8)
	until = now.Add(time.Duration(r.settings.PassMinutes) * time.Minute).Truncate(time.Millisecond)
	r.passes = append(r.passes, running{p, until})
	r.inside[p] = until
	r.dirty = true
	return until, false
}

func (r *room) has(p uint64) bool {
	return p/8 < uint64(len(r.claimed)) && r.claimed[p/8]&(1<<(p%8)) != 0
}

// passed counts the places that got their pass.
func (r *room) passed() (n uint64) {
	for _, b := range r.claimed {
		n += uint64(bits.OnesCount8(b))
	}
	return n
}

// used reports whether index i had its turn and its pass has ended.
func (r *room) used(i uint64, now time.Time) bool {
	p, ok := r.place(i, now)
	if !ok || !r.has(p) {
		return false
	}
	until, runs := r.inside[p]
	return !runs || !now.Before(until)
}
