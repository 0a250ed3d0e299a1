package engine

import (
	"container/heap"
)

// Status of a place, two bits on the wire.
type Status uint8

// The states of a place.
const (
	Free Status = iota
	HeldPlace
	SoldPlace
	NotForSale
)

// claim is a hold or a sale.
type claim struct {
	key     Key // of the hold
	sale    Key // zero while held
	buyer   Key
	device  Key
	channel uint8
	pool    uint16  // where its places came from; they return there
	seats   []int32 // dense indexes
	prices  []int64
	docs    []Key // empty, or one per seat
	created int64
	expires int64
	gone    bool // released, expired or wholly refunded

	kinds  []string // of tickets, empty or one per seat
	pack   string
	fixed  bool    // an order was made of it
	tariff *tariff // of the revision under which it was held; nil for sales
}

// done is what a command key was used for.
type done struct {
	kind    EventKind
	ref     Key // hold or sale
	sale    Key // of a hold that became a sale
	ids     []int32
	prices  []int64
	kinds   []string
	expires int64
	at      int64
}

// State is one session. It is not safe for concurrent use. Make it with New
// and change it only by Apply and Fold.
type State struct {
	hall   *Hall
	cfg    Config
	tariff *tariff // of cfg
	opened bool
	no     uint64 // last event
	now    int64  // latest time seen

	status []Status // by dense index
	pool   []uint16 // by dense index: the pool that a place is blocked in or was taken from
	owner  []*claim // by dense index
	free   []uint64 // bitmaps by lane

	holds   map[Key]*claim
	sales   map[Key]*claim
	buyers  map[Key]int32
	devices map[Key]int32
	docs    map[Key]int32
	done    map[Key]done
	due     dueHeap
	old     []keyAge // done keys by age, for forgetting

	count    [4]int32
	offeredN int32 // places on sale, held back or given (RL-8)
	publicN  int32 // of these, on public sale (RL-2)

	pick picker
}

type keyAge struct {
	key Key
	at  int64
}

// KeyTTL is how long a key of a hold, extension, release or block is
// remembered after its use, in ms. Keys of sales are kept.
const KeyTTL = 48 * 3600 * 1000

// New makes the state of a session that is not open yet.
func New(h *Hall) *State {
	n := len(h.places)
	s := &State{
		hall: h, status: make([]Status, n), pool: make([]uint16, n), owner: make([]*claim, n),
		tariff: &tariff{}, free: make([]uint64, h.words), holds: map[Key]*claim{}, sales: map[Key]*claim{},
		buyers: map[Key]int32{}, devices: map[Key]int32{}, docs: map[Key]int32{}, done: map[Key]done{},
	}
	for i := range h.places {
		if h.places[i].Kind == Buffer && !h.once[int32(i)] { // one that was once offered has its history first
			s.status[i] = NotForSale
		} else {
			w, b := h.bit(int32(i))
			s.free[w] |= b
		}
		s.count[s.status[i]]++
	}
	s.pick.init(s)
	return s
}

// Hall gives the layout.
func (s *State) Hall() *Hall { return s.hall }

// Config gives the configuration in force.
func (s *State) Config() Config { return s.cfg }

// IsOpen reports whether the session was opened.
func (s *State) IsOpen() bool { return s.opened }

// No is the number of the last event.
func (s *State) No() uint64 { return s.no }

// Now is the latest time seen, ms.
func (s *State) Now() int64 { return s.now }

// Status returns the state of a place by id.
func (s *State) Status(id int32) (Status, bool) {
	i, ok := s.hall.find(id)
	if !ok {
		return 0, false
	}
	return s.status[i], true
}

// PoolOf is the pool that a place belongs to, 0 for none. A place keeps its
// pool while it is held and sold.
func (s *State) PoolOf(id int32) (uint16, bool) {
	i, ok := s.hall.find(id)
	if !ok {
		return 0, false
	}
	return s.pool[i], true
}

// NextExpiry is the time when the next hold ends, ms; ok is false if none is held.
func (s *State) NextExpiry() (at int64, ok bool) {
	for len(s.due) > 0 {
		d := s.due[0]
		if c := d.claim; !c.gone && c.sale.IsZero() && c.expires == d.at {
			return d.at, true
		}
		heap.Pop(&s.due)
	}
	return 0, false
}

// Claim is a hold or a sale as others may see it.
type Claim struct {
	Hold, Sale, Buyer, Device Key
	Channel                   uint8
	Pool                      uint16
	Seats                     []int32
	Prices                    []int64
	Kinds                     []string // of tickets; empty if all are full price
	Package                   string
	Docs                      []Key
	Created, Expires          int64
}

// Hold finds a live hold.
func (s *State) Hold(k Key) (Claim, bool) {
	c := s.holds[k]
	if c == nil || c.expires <= s.now {
		return Claim{}, false
	}
	return s.show(c), true
}

// Sale finds a sale that still has places.
func (s *State) Sale(k Key) (Claim, bool) {
	c := s.sales[k]
	if c == nil {
		return Claim{}, false
	}
	return s.show(c), true
}

// EachSale calls f for every sale, in no order, until f returns false.
func (s *State) EachSale(f func(Claim) bool) {
	for _, c := range s.sales {
		if !f(s.show(c)) {
			return
		}
	}
}

func (s *State) show(c *claim) Claim {
	return Claim{
		Hold: c.key, Sale: c.sale, Buyer: c.buyer, Device: c.device, Channel: c.channel, Pool: c.pool,
		Seats: s.ids(c.seats), Prices: c.prices, Kinds: c.kinds, Package: c.pack, Docs: c.docs, Created: c.created, Expires: c.expires,
	}
}

func (s *State) ids(idx []int32) []int32 {
	if len(idx) == 0 {
		return nil
	}
	out := make([]int32, len(idx))
	for k, i := range idx {
		out[k] = s.hall.places[i].ID
	}
	return out
}

// set changes one place.
func (s *State) set(i int32, to Status, owner *claim, pool uint16) {
	from := s.status[i]
	if old := s.pool[i]; old != pool {
		o, p := s.hall.standing(&s.cfg, i, old)
		o2, p2 := s.hall.standing(&s.cfg, i, pool)
		s.offeredN += o2 - o
		s.publicN += p2 - p
	}
	s.count[from]--
	s.count[to]++
	s.status[i], s.owner[i], s.pool[i] = to, owner, pool
	if from == Free || to == Free {
		w, b := s.hall.bit(i)
		if to == Free {
			s.free[w] |= b
		} else {
			s.free[w] &^= b
		}
		s.pick.touch(s.hall.laneOf[i])
	}
}

func bump(m map[Key]int32, k Key, by int32) {
	if k.IsZero() || by == 0 {
		return
	}
	if n := m[k] + by; n == 0 {
		delete(m, k)
	} else {
		m[k] = n
	}
}

func (s *State) bumpDocs(docs []Key, by int32) {
	for _, d := range docs {
		bump(s.docs, d, by)
	}
}

// dueHeap orders the holds by the end of their time. An entry whose time is
// not its claim's any more is stale and is skipped.
type dueItem struct {
	at    int64
	claim *claim
}

type dueHeap []dueItem

func (h dueHeap) Len() int { return len(h) }

func (h dueHeap) Less(i, j int) bool { return h[i].at < h[j].at }

func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *dueHeap) Push(x any) { *h = append(*h, x.(dueItem)) }

func (h *dueHeap) Pop() any {
	old := *h
	n := len(old) - 1
	x := old[n]
	old[n] = dueItem{}
	*h = old[:n]
	return x
}

func (s *State) remember(k Key, d done) {
	if k.IsZero() {
		return
	}
	s.done[k] = d
	if d.kind != Sold && d.kind != Refunded && d.kind != Moved && d.kind != Renamed {
		s.old = append(s.old, keyAge{k, d.at})
	}
}

// forget drops keys that are older than KeyTTL.
func (s *State) forget() {
	n := 0
	var kept []keyAge
	for ; n < len(s.old) && s.old[n].at < s.now-KeyTTL; n++ {
		if k := s.old[n].key; s.holds[k] != nil { // a long reservation keeps its name
			kept = append(kept, keyAge{k, s.now})
		} else {
			delete(s.done, k)
		}
	}
	if n > 0 {
		s.old = append(append(s.old[:0:0], s.old[n:]...), kept...)
	}
}
