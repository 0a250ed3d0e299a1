package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sort"
)

// Key is 16 opaque bytes: an idempotency key, a hold, a sale, a buyer, a
// device, an actor, or the blind index of a document. The zero Key is "none".
type Key [16]byte

// IsZero reports whether k is unset.
func (k Key) IsZero() bool { return k == Key{} }

// Kind is what sort of place it is.
type Kind uint8

// The kinds of places. Best available takes Standard places; others are taken
// when asked for, or (couple and table seats) when nothing else fits.
const (
	Standard   Kind = iota
	Wheelchair      // 无障碍席位
	Companion       // 陪同席
	Couple          // 情侣座: its Unit is the pair
	Table           // at a table that is sold whole: its Unit is the table
	Standing        // 站席
	Buffer          // 缓冲区: never sold, held or given (RL-8)
	kinds
)

// View is how well the stage is seen (RL-18).
type View uint8

// The qualities of view.
const (
	ViewClear View = iota
	ViewPartial
	ViewBlocked
	views
)

// Seat is one seat as plain data. Two seats are neighbours when they have the
// same Row and their Pos differ by one, so an aisle is a jump in Pos.
type Seat struct {
	ID                   int32 // permanent inside the plan, not zero
	Row                  int32 // index of the row (or of the table); any number
	Pos                  int32 // place in the row, in row order
	X, Y                 int32 // mm
	Section, Level, Zone uint16
	Kind                 Kind
	View                 View
	Quality              uint16 // 0 best; set by the ticket map
	Pair                 int32  // of a wheelchair place: the id of its companion seat, 0 if none
	Unit                 int32  // seats with the same Unit (not zero) are sold whole
}

// Area is a standing area sold by count. Its places have the ids First,
// First+1, … which may not be ids of seats (negative ones are free to use).
type Area struct {
	ID, First, Capacity  int32
	X, Y                 int32
	Section, Level, Zone uint16
}

// Layout is a hall as plain data.
type Layout struct {
	Seats          []Seat
	Areas          []Area
	FocalX, FocalY int32 // mm; what the audience looks at
}

// lane is a run of neighbouring places of one kind: what lies between aisles.
type lane struct {
	first, n int32 // dense indexes [first, first+n)
	word     int32 // index of its first word in the bitmaps
	words    int32
	kind     Kind
	units    bool
	row      int32
}

// span is a part of a lane in one zone: the places that candidates come from.
type span struct {
	lane    int32
	a, b    int32 // offsets in the lane
	zone    uint16
	section uint16
	level   uint16
	x, y    int32 // its middle, mm
}

// Hall is a Layout made ready; it does not change and is shared by sessions.
type Hall struct {
	places    []Seat // sorted by lane
	laneOf    []int32
	lanes     []lane
	spans     []span
	spanOf    []int32   // span of a place
	kindSpans [][]int32 // spans by kind
	laneSpans [][2]int32
	areas     map[int32]int32 // area id -> lane
	areaAt    map[int32]int32 // lane -> area id
	units     map[int32][]int32
	index     map[int32]int32
	dense     []int32 // id -> index + 1, when the ids are dense enough
	unitStart []uint64
	unitEnd   []uint64
	words     int32
	zones     int
	sellable  int32 // all but buffer
	focalX    int32
	focalY    int32
	hash      [32]byte
	ranked    []int32 // dense indexes of the seats (no standing places) by ascending id
	rankOf    []int32

	// Places of a session's past (With): from real on those that the layout lacks.
	once map[int32]bool
	real int32
}

// Limits of a layout.
const (
	maxPlaces = 1_250_000
	maxZones  = 4096
)

// Compile checks a layout and makes it ready. Errors name the seat and the rule.
func Compile(l Layout) (*Hall, error) { return compileWith(l, nil) }

func compileWith(l Layout, once []int32) (*Hall, error) {
	h := &Hall{areas: map[int32]int32{}, areaAt: map[int32]int32{}, units: map[int32][]int32{}, focalX: l.FocalX, focalY: l.FocalY}
	h.places = append(h.places, l.Seats...)
	sort.Slice(h.places, func(i, j int) bool {
		a, b := &h.places[i], &h.places[j]
		if a.Row != b.Row {
			return a.Row < b.Row
		}
		return a.Pos < b.Pos
	})
	seats := len(h.places)
	for _, a := range l.Areas {
		if a.Capacity <= 0 || seats+int(a.Capacity) > maxPlaces {
			return nil, fmt.Errorf("engine: area %d: capacity %d is not between 1 and %d", a.ID, a.Capacity, maxPlaces)
		}
		for i := range a.Capacity {
			h.places = append(h.places, Seat{
				ID: a.First + i, Pos: i, X: a.X, Y: a.Y,
				Section: a.Section, Level: a.Level, Zone: a.Zone, Kind: Standing,
			})
		}
	}
	if len(h.places) == 0 || len(h.places) > maxPlaces {
		return nil, fmt.Errorf("engine: a layout has 1 to %d places, not %d", maxPlaces, len(h.places))
	}
	if err := h.past(once); err != nil {
		return nil, err
	}
	if err := h.number(seats); err != nil {
		return nil, err
	}
	h.cut(seats, l.Areas)
	for _, ln := range h.lanes {
		if ln.kind != Standing && ln.n > 60_000 {
			return nil, fmt.Errorf("engine: row %d: %d seats without an aisle are too many", ln.row, ln.n)
		}
	}
	if err := h.link(seats); err != nil {
		return nil, err
	}
	h.rank(seats)
	h.hash = hashLayout(h)
	return h, nil
}

// number checks each place and fills the index of ids.
func (h *Hall) number(seats int) error {
	h.index = make(map[int32]int32, len(h.places))
	var most int32
	for i := range h.places {
		p := &h.places[i]
		switch {
		case p.ID == 0:
			return fmt.Errorf("engine: a seat of row %d has no id", p.Row)
		case p.Kind >= kinds || p.View >= views:
			return fmt.Errorf("engine: seat %d: kind %d or view %d is unknown", p.ID, p.Kind, p.View)
		case p.Zone >= maxZones:
			return fmt.Errorf("engine: seat %d: zone %d is over %d", p.ID, p.Zone, maxZones-1)
		case i < seats && p.Kind == Standing:
			return fmt.Errorf("engine: seat %d: standing places belong to an area", p.ID)
		case i > 0 && i < seats && p.Row == h.places[i-1].Row && p.Pos == h.places[i-1].Pos:
			return fmt.Errorf("engine: seats %d and %d have the same place in row %d", h.places[i-1].ID, p.ID, p.Row)
		}
		if _, double := h.index[p.ID]; double {
			return fmt.Errorf("engine: seat id %d is used twice", p.ID)
		}
		h.index[p.ID] = int32(i)
		h.zones = max(h.zones, int(p.Zone)+1)
		most = max(most, p.ID)
		if p.Kind != Buffer && !h.ghost(int32(i)) {
			h.sellable++
		}
	}
	if int(most) <= 8*len(h.places)+1024 {
		h.dense = make([]int32, most+1)
		for id, i := range h.index {
			if id > 0 {
				h.dense[id] = i + 1
			}
		}
	}
	return nil
}

// cut makes the lanes and spans.
func (h *Hall) cut(seats int, areas []Area) {
	n := len(h.places)
	h.laneOf, h.spanOf = make([]int32, n), make([]int32, n)
	h.kindSpans = make([][]int32, kinds)
	starts := map[int]int32{}
	at := seats
	for _, a := range areas {
		starts[at] = a.ID
		at += int(a.Capacity)
	}
	for i := 0; i < n; {
		j := i + 1
		area, standing := starts[i]
		for j < n && h.neighbours(j-1, j) {
			if _, next := starts[j]; next {
				break
			}
			j++
		}
		li := int32(len(h.lanes))
		if standing {
			h.areas[area], h.areaAt[li] = li, area
		}
		h.addLane(li, int32(i), int32(j))
		i = j
	}
}

func (h *Hall) neighbours(i, j int) bool {
	a, b := &h.places[i], &h.places[j]
	return a.Kind == b.Kind && a.Row == b.Row && b.Pos == a.Pos+1
}

func (h *Hall) addLane(li, i, j int32) {
	l := lane{first: i, n: j - i, word: h.words, words: (j - i + 63) / 64, kind: h.places[i].Kind, row: h.places[i].Row}
	h.words += l.words
	from := int32(len(h.spans))
	for a := i; a < j; {
		b := a + 1
		for b < j && h.places[b].Zone == h.places[a].Zone {
			b++
		}
		mid := &h.places[(a+b)/2]
		si := int32(len(h.spans))
		h.spans = append(h.spans, span{lane: li, a: a - i, b: b - i, zone: mid.Zone, section: mid.Section, level: mid.Level, x: mid.X, y: mid.Y})
		h.kindSpans[l.kind] = append(h.kindSpans[l.kind], si)
		for k := a; k < b; k++ {
			h.laneOf[k], h.spanOf[k] = li, si
		}
		a = b
	}
	h.laneSpans = append(h.laneSpans, [2]int32{from, int32(len(h.spans))})
	h.lanes = append(h.lanes, l)
}

// link checks units and pairs and marks where units start and end.
func (h *Hall) link(seats int) error {
	h.unitStart, h.unitEnd = make([]uint64, h.words), make([]uint64, h.words)
	for i := range h.places[:seats] {
		p := &h.places[i]
		if p.Unit != 0 {
			h.units[p.Unit] = append(h.units[p.Unit], int32(i))
			h.lanes[h.laneOf[i]].units = true
		}
		if (p.Kind == Couple || p.Kind == Table) && p.Unit == 0 {
			return fmt.Errorf("engine: seat %d is a couple or table seat without a unit", p.ID)
		}
		if p.Pair != 0 {
			if c, ok := h.find(p.Pair); !ok || h.places[c].Kind != Companion {
				return fmt.Errorf("engine: seat %d: its companion %d is no companion seat", p.ID, p.Pair)
			}
		}
	}
	for u, list := range h.units {
		for k, i := range list {
			if h.spanOf[i] != h.spanOf[list[0]] || i != list[0]+int32(k) {
				return fmt.Errorf("engine: unit %d: its seats are not neighbours in one zone", u)
			}
		}
	}
	for i := range h.places {
		w, b := h.bit(int32(i))
		u := h.places[i].Unit
		if u == 0 || int32(i) == h.units[u][0] {
			h.unitStart[w] |= b
		}
		if u == 0 || int32(i) == h.units[u][len(h.units[u])-1] {
			h.unitEnd[w] |= b
		}
	}
	return nil
}

// rank orders the seats by id: what snapshots and deltas of the map speak of.
func (h *Hall) rank(seats int) {
	h.ranked = make([]int32, seats)
	for i := range h.ranked {
		h.ranked[i] = int32(i)
	}
	sort.Slice(h.ranked, func(i, j int) bool { return h.places[h.ranked[i]].ID < h.places[h.ranked[j]].ID })
	h.rankOf = make([]int32, len(h.places))
	for i := range h.rankOf {
		h.rankOf[i] = -1
	}
	for r, i := range h.ranked {
		h.rankOf[i] = int32(r)
	}
}

func (h *Hall) bit(i int32) (word int32, mask uint64) {
	l := &h.lanes[h.laneOf[i]]
	off := i - l.first
	return l.word + off>>6, 1 << (off & 63)
}

func (h *Hall) find(id int32) (int32, bool) {
	if id > 0 && int(id) < len(h.dense) {
		i := h.dense[id] - 1
		return i, i >= 0
	}
	if h.dense != nil && id > 0 {
		return 0, false
	}
	i, ok := h.index[id]
	return i, ok
}

// Seats is the number of seats of the map, without standing places.
func (h *Hall) Seats() int { return len(h.ranked) }

// Places is the number of seats and standing places.
func (h *Hall) Places() int { return int(h.real) }

// Rank is the position of a seat among all seats by ascending id; ok is false
// for standing places and unknown ids.
func (h *Hall) Rank(id int32) (rank int, ok bool) {
	i, ok := h.find(id)
	if !ok || h.rankOf[i] < 0 {
		return 0, false
	}
	return int(h.rankOf[i]), true
}

// Seat returns a place by id.
func (h *Hall) Seat(id int32) (Seat, bool) {
	i, ok := h.find(id)
	if !ok || h.ghost(i) {
		return Seat{}, false
	}
	return h.places[i], true
}

// Hash identifies the layout: a session's journal is valid for one layout only.
func (h *Hall) Hash() [32]byte { return h.hash }

func hashLayout(h *Hall) [32]byte {
	d := sha256.New()
	b := make([]byte, 0, 64)
	for i := range h.places[:h.real] {
		p := &h.places[i]
		b = b[:0]
		for _, v := range [...]int32{p.ID, p.Row, p.Pos, int32(p.Kind), p.Unit, p.Pair, h.laneOf[i]} {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		}
		b = binary.LittleEndian.AppendUint16(b, p.Zone)
		d.Write(b)
	}
	var out [32]byte
	d.Sum(out[:0])
	return out
}

// nextSet is the first set bit at or after from, or n.
func nextSet(w []uint64, from, n int32) int32 {
	for from < n {
		if v := w[from>>6] >> (from & 63); v != 0 {
			return min(from+int32(bits.TrailingZeros64(v)), n)
		}
		from = (from>>6 + 1) << 6
	}
	return n
}

// nextClear is the first clear bit at or after from, or n.
func nextClear(w []uint64, from, n int32) int32 {
	for from < n {
		if v := ^w[from>>6] >> (from & 63); v != 0 {
			return min(from+int32(bits.TrailingZeros64(v)), n)
		}
		from = (from>>6 + 1) << 6
	}
	return n
}

// Spot is where a place stands in the lists that viewers see.
type Spot struct {
	Index int   // among all places, stable for this layout
	Rank  int   // among the seats by ascending id, -1 for standing places
	Area  int32 // of a standing place, else 0
}

// Spot finds a place by id.
func (h *Hall) Spot(id int32) (Spot, bool) {
	i, ok := h.find(id)
	if !ok || h.ghost(i) {
		return Spot{}, false
	}
	return h.spot(i), true
}

func (h *Hall) spot(i int32) Spot {
	s := Spot{Index: int(i), Rank: int(h.rankOf[i])}
	if h.places[i].Kind == Standing {
		s.Area = h.areaAt[h.laneOf[i]]
	}
	return s
}

// EachSpot calls f for all places.
func (h *Hall) EachSpot(f func(id int32, s Spot)) {
	for i := range h.places[:h.real] {
		f(h.places[i].ID, h.spot(int32(i)))
	}
}
