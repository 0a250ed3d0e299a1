package engine

import "math"

// A window is n neighbouring free places of one span. What is known of a
// span's best window is packed into one number so that the smallest is the
// best: orphans (2 bits), cost (44 bits), first place as offset in the lane (16 bits).
const (
	none      = math.MaxInt64
	unknown   = -1
	maxWindow = 64
	maxCost   = 1 << 36 // of one place
)

func pack(orphans, cost int64, start int32) int64 { return orphans<<60 | cost<<16 | int64(start) }

func orphansOf(v int64) int64 { return v >> 60 }
func costOf(v int64) int64    { return v >> 16 & (1<<44 - 1) }
func startOf(v int64) int32   { return int32(v & 0xffff) }

// table remembers per group size and span the best window, unknown where it
// must be looked for anew.
type table struct {
	by   [maxWindow + 1][]int64
	used []int
	runs []int32 // longest window of a span, unknown where not counted
}

func (t *table) touch(from, to int32) {
	for _, n := range t.used {
		col := t.by[n]
		for si := from; si < to; si++ {
			col[si] = unknown
		}
	}
	if t.runs != nil {
		for si := from; si < to; si++ {
			t.runs[si] = unknown
		}
	}
}

// picker holds what best available prepared: costs, sums of them, and the
// table of the ordinary queries.
type picker struct {
	hall   *Hall
	cost   []int64
	pre    []int64 // pre[i] is the cost of the places before i
	worse  [2][]int32
	ready  table
	extra  *table // of the query being answered, if it is no ordinary one
	hidden []int32
}

func (p *picker) init(s *State) {
	h, w := s.hall, s.cfg.Weights
	n := len(h.places)
	*p = picker{hall: h, cost: make([]int64, n), pre: make([]int64, n+1)}
	p.worse[0], p.worse[1] = make([]int32, n+1), make([]int32, n+1)
	for i := range h.places {
		pl := &h.places[i]
		d, axis := sight(h, pl)
		c := int64(pl.Quality)*int64(w.Quality) + d*int64(w.Distance)/1000 + axis*int64(w.Axis)/1000
		switch pl.View {
		case ViewPartial:
			c += int64(w.Partial)
		case ViewBlocked:
			c += int64(w.Blocked)
		}
		p.cost[i] = min(c, maxCost)
		p.pre[i+1] = p.pre[i] + p.cost[i]
		p.worse[0][i+1], p.worse[1][i+1] = p.worse[0][i], p.worse[1][i]
		if pl.View > ViewClear {
			p.worse[0][i+1]++
		}
		if pl.View > ViewPartial {
			p.worse[1][i+1]++
		}
	}
}

// sight is the distance to the focal point and the offset from its axis, mm.
func sight(h *Hall, p *Seat) (distance, axis int64) {
	dx, dy := int64(p.X-h.focalX), int64(p.Y-h.focalY)
	return isqrt(dx*dx + dy*dy), abs(dx)
}

func isqrt(v int64) int64 {
	r := int64(math.Sqrt(float64(v))) // exact after the two corrections
	for r*r > v {
		r--
	}
	for (r+1)*(r+1) <= v {
		r++
	}
	return r
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

// touch says that a lane's free places changed.
func (p *picker) touch(lane int32) {
	r := p.hall.laneSpans[lane]
	p.ready.touch(r[0], r[1])
	if p.extra != nil {
		p.extra.touch(r[0], r[1])
	}
}

// query is a Want made ready.
type query struct {
	want  *Want
	pool  uint16
	zone  []bool
	aisle int64
	view  int // index into worse, -1 for any view
	kinds []Kind
	t     *table
	seen  int
}

// best chooses the best available; nil when nothing fits. The state is as
// before afterwards.
func (s *State) best(w *Want, pool uint16, x terms, kinds []string) ([]int32, *Explain) {
	q := s.query(w, pool, x, kinds)
	defer func() { s.pick.extra = nil }()
	var seats []int32
	for _, try := range q.plan(s) {
		if seats = try(); seats != nil {
			break
		}
	}
	if seats == nil {
		return nil, nil
	}
	if w.Explain {
		return seats, s.explain(q, seats)
	}
	return seats, nil
}

// plan is the order in which kinds of places and ways of seating are tried.
func (q *query) plan(s *State) []func() []int32 {
	w, n := q.want, q.want.N
	together := func(kinds ...Kind) func() []int32 {
		return func() []int32 { q.kinds = kinds; return s.together(q, n) }
	}
	apart := func(kinds ...Kind) func() []int32 {
		return func() []int32 { q.kinds = kinds; return s.split(q, n) }
	}
	switch {
	case w.Wheelchairs > 0:
		return []func() []int32{func() []int32 { return s.accessible(q) }}
	case w.Couple && (w.Together || s.cfg.MaxParts == 1):
		return []func() []int32{together(Couple)}
	case w.Couple:
		return []func() []int32{together(Couple), apart(Couple)}
	}
	list := []func() []int32{together(Standard), together(Couple, Table)}
	if !w.Together && s.cfg.MaxParts != 1 {
		list = append(list, apart(Standard), apart(Standard, Couple, Table))
	}
	if len(w.Zones) > 0 {
		list = append(list, func() []int32 { return s.stand(q, n) })
	}
	return list
}

func (s *State) query(w *Want, pool uint16, x terms, kinds []string) *query {
	q := &query{want: w, pool: pool, view: -1, zone: make([]bool, s.hall.zones)}
	for z := range q.zone {
		q.zone[z] = len(w.Zones) == 0 && s.wantFits(uint16(z), w, x, kinds)
	}
	for _, z := range w.Zones {
		if int(z) < len(q.zone) {
			q.zone[z] = s.wantFits(z, w, x, kinds)
		}
	}
	switch w.Views {
	case NoBlocked:
		q.view = 1
	case OnlyClear:
		q.view = 0
	}
	q.aisle = int64(s.cfg.Weights.Aisle)
	if w.Aisle {
		q.aisle += 3000
	}
	q.t = &s.pick.ready
	if pool != 0 || q.view >= 0 || w.Aisle {
		q.t = &table{}
		s.pick.extra = q.t
	}
	return q
}

// value is the best window of n places in a span, packed, or none.
func (s *State) value(q *query, si int32, n int) int64 {
	if n > maxWindow {
		return none
	}
	col := q.t.by[n]
	if col == nil {
		col = make([]int64, len(s.hall.spans))
		for i := range col {
			col[i] = unknown
		}
		q.t.by[n] = col
		q.t.used = append(q.t.used, n)
	}
	v := col[si]
	if v == unknown {
		v = s.search(q, &s.hall.spans[si], int32(n))
		col[si] = v
	}
	return v
}

// search looks at every window of n places in a span.
func (s *State) search(q *query, sp *span, n int32) int64 {
	l := &s.hall.lanes[sp.lane]
	best := int64(none)
	if sp.b-sp.a < n {
		return best
	}
	words := s.words(q, l)
	pre := s.pick.pre[l.first : l.first+l.n+1]
	for rs := nextSet(words, 0, l.n); rs < sp.b; {
		re := nextClear(words, rs, l.n)
		for w := max(rs, sp.a); w+n <= min(re, sp.b); w++ {
			cost := pre[w+n] - pre[w]
			if w != 0 && w+n != l.n {
				cost += q.aisle // what stands at an aisle does not pay it
			}
			var orphans int64
			if w-rs == 1 {
				orphans++
			}
			if re-(w+n) == 1 {
				orphans++
			}
			if v := pack(orphans, cost, w); v < best && s.fits(q, l, w, n) {
				best = v
			}
		}
		rs = nextSet(words, re, l.n)
	}
	return best
}

// fits checks what depends on the places of a window: no unit is cut and no
// view is worse than wanted.
func (s *State) fits(q *query, l *lane, w, n int32) bool {
	if l.units {
		a, b := w, w+n-1
		if s.hall.unitStart[l.word+a>>6]>>(a&63)&1 == 0 || s.hall.unitEnd[l.word+b>>6]>>(b&63)&1 == 0 {
			return false
		}
	}
	if q.view >= 0 {
		c := s.pick.worse[q.view]
		return c[l.first+w+n] == c[l.first+w]
	}
	return true
}

func (s *State) words(q *query, l *lane) []uint64 {
	if q.pool == 0 {
		return s.free[l.word : l.word+l.words]
	}
	w := s.poolWords(l, q.pool)
	for _, i := range s.pick.hidden {
		if o := i - l.first; o >= 0 && o < l.n {
			w[o>>6] &^= 1 << (o & 63)
		}
	}
	return w
}

// longest is the most places, up to n, that one window of the span can have.
func (s *State) longest(q *query, si int32, n int) int {
	sp := &s.hall.spans[si]
	l := &s.hall.lanes[sp.lane]
	n = min(n, maxWindow)
	if l.units || q.view >= 0 {
		for k := min(n, int(sp.b-sp.a)); k > 0; k-- {
			if s.value(q, si, k) != none {
				return k
			}
		}
		return 0
	}
	if q.t.runs == nil {
		q.t.runs = make([]int32, len(s.hall.spans))
		for i := range q.t.runs {
			q.t.runs[i] = unknown
		}
	}
	if q.t.runs[si] == unknown {
		words, most := s.words(q, l), int32(0)
		for a := nextSet(words, sp.a, sp.b); a < sp.b; {
			b := nextClear(words, a, sp.b)
			most = max(most, b-a)
			a = nextSet(words, b, sp.b)
		}
		q.t.runs[si] = most
	}
	return min(n, int(q.t.runs[si]))
}

// each calls f for the spans that the query may use.
func (s *State) each(q *query, f func(si int32, sp *span)) {
	for _, k := range q.kinds {
		for _, si := range s.hall.kindSpans[k] {
			if sp := &s.hall.spans[si]; q.zone[sp.zone] {
				f(si, sp)
			}
		}
	}
}

// together finds the best single window.
func (s *State) together(q *query, n int) []int32 {
	if n > maxWindow {
		return nil
	}
	best, at := int64(none), int32(-1)
	for _, k := range q.kinds {
		for _, si := range s.hall.kindSpans[k] {
			if !q.zone[s.hall.spans[si].zone] {
				continue
			}
			q.seen++
			// Compare without the start, so that the first span wins a tie.
			if v := s.value(q, si, n); v != none && v>>16 < best>>16 {
				best, at = v, si
			}
		}
	}
	if at < 0 {
		return nil
	}
	return s.window(at, best, n)
}

func (s *State) window(si int32, v int64, n int) []int32 {
	first := s.hall.lanes[s.hall.spans[si].lane].first + startOf(v)
	out := make([]int32, n)
	for k := range out {
		out[k] = first + int32(k)
	}
	return out
}

// stand fills a standing area of a zone that was asked for by name.
func (s *State) stand(q *query, n int) []int32 {
	q.kinds = []Kind{Standing}
	var out []int32
	s.each(q, func(_ int32, sp *span) {
		if out != nil {
			return
		}
		l := &s.hall.lanes[sp.lane]
		words := s.words(q, l)
		var got []int32
		for o := nextSet(words, 0, l.n); o < l.n && len(got) < n; o = nextSet(words, o+1, l.n) {
			got = append(got, l.first+o)
		}
		if len(got) == n {
			out = got
		}
	})
	return out
}
