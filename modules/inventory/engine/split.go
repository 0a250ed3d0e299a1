package engine

import (
	"slices"
	"sort"
)

// Splitting a group: the fewest parts, nobody alone where it can be helped,
// few orphans, then cost and nearness. The number of parts is exact: parts are
// taken from the longest stretches. Which stretches is exact for two parts up
// to the best window of each stretch; for more parts each next part is the
// best near the first.

const anchors = 8 // first parts that are tried for a group of two parts

// near is where a first part sits.
type near struct{ sp *span }

// apart is the distance cost between a span and the first part.
func (s *State) apart(a *near, sp *span) int64 {
	if a == nil {
		return 0
	}
	d := abs(int64(sp.x-a.sp.x)) + abs(int64(sp.y-a.sp.y))
	if sp.level != a.sp.level {
		d += 30_000 // stairs
	}
	return d * int64(s.cfg.Weights.Apart) / 1000
}

func (s *State) hide(seats []int32) {
	for _, i := range seats {
		s.pick.hidden = append(s.pick.hidden, i)
		s.mask(i)
	}
}

func (s *State) reveal(n int) {
	h := &s.pick.hidden
	for range n {
		i := (*h)[len(*h)-1]
		*h = (*h)[:len(*h)-1]
		s.unmask(i)
	}
}

func (s *State) split(q *query, n int) []int32 {
	most := 0
	s.each(q, func(si int32, _ *span) { most = max(most, s.longest(q, si, n)) })
	if most == 0 {
		return nil
	}
	if n <= 2*most {
		if seats := s.pair(q, n, most); seats != nil {
			return seats
		}
	}
	return s.parts(q, n)
}

// pair finds the best two parts.
func (s *State) pair(q *query, n, most int) []int32 {
	type found struct {
		alone bool
		score int64
		seats []int32
	}
	var best *found
	tried := 0
	for k := (n + 1) / 2; k <= min(most, n-1) && tried < 6; k++ {
		alone := n-k == 1 && n > 2
		if best != nil && alone && !best.alone {
			break
		}
		tried++
		for _, si := range s.first(q, k) {
			v := s.value(q, si, k)
			seats := s.window(si, v, k)
			s.hide(seats)
			other, ov, score := s.nearest(q, n-k, &near{&s.hall.spans[si]})
			s.reveal(k)
			if other < 0 {
				continue
			}
			score += (orphansOf(v)+orphansOf(ov))<<58 + costOf(v)
			if best == nil || score < best.score || (best.alone && !alone) {
				best = &found{alone, score, append(seats, s.window(other, ov, n-k)...)}
			}
		}
	}
	if best == nil {
		return nil
	}
	return best.seats
}

// first lists the spans with the best windows of k places.
func (s *State) first(q *query, k int) []int32 {
	type cand struct {
		v  int64
		si int32
	}
	var top []cand
	s.each(q, func(si int32, _ *span) {
		v := s.value(q, si, k)
		if v == none || (len(top) == anchors && v >= top[anchors-1].v) {
			return
		}
		at := sort.Search(len(top), func(i int) bool { return top[i].v > v })
		if len(top) < anchors {
			top = append(top, cand{})
		}
		copy(top[at+1:], top[at:])
		top[at] = cand{v, si}
	})
	out := make([]int32, len(top))
	for i, c := range top {
		out[i] = c.si
	}
	return out
}

// nearest finds the best window of n places with the distance to a counted.
// The score leaves the orphans out.
func (s *State) nearest(q *query, n int, a *near) (si int32, v, score int64) {
	si, v = -1, none
	best := int64(none)
	s.each(q, func(i int32, sp *span) {
		w := s.value(q, i, n)
		if w == none {
			return
		}
		c := costOf(w) + s.apart(a, sp)
		if full := orphansOf(w)<<58 + c; full < best {
			best, si, v, score = full, i, w, c
		}
	})
	return si, v, score
}

// parts takes the longest windows until all are seated.
func (s *State) parts(q *query, n int) []int32 {
	var seats []int32
	var a *near
	count := 0
	defer func() { s.reveal(len(seats)) }()
	for n > 0 {
		if count++; s.cfg.MaxParts > 0 && count > s.cfg.MaxParts {
			return nil
		}
		most, second := 0, 0
		s.each(q, func(si int32, _ *span) {
			k := s.longest(q, si, n)
			if k > most {
				most, second = k, most
			} else if k > second {
				second = k
			}
		})
		if most == 0 {
			return nil
		}
		size := most
		if n-size == 1 && size > 2 && second >= 2 {
			size-- // so that the last one does not sit alone
		}
		si, v, _ := s.nearest(q, size, a)
		if si < 0 { // a unit cannot be cut
			size = most
			si, v, _ = s.nearest(q, size, a)
		}
		part := s.window(si, v, size)
		if a == nil {
			a = &near{&s.hall.spans[si]}
		}
		s.hide(part)
		seats = append(seats, part...)
		n -= size
	}
	return slices.Clone(seats)
}

// accessible seats wheelchair users with their companions and the rest of the
// group near them.
func (s *State) accessible(q *query) []int32 {
	w := q.want
	if w.Wheelchairs > w.N {
		return nil
	}
	chairs := s.chairs(q)
	if len(chairs) < w.Wheelchairs {
		return nil
	}
	var best []int32
	bestCost := int64(none)
	for _, anchor := range chairs[:min(len(chairs), anchors)] {
		seats := s.around(q, anchor, chairs)
		rest := w.N - len(seats)
		var cost int64
		for _, i := range seats {
			cost += s.pick.cost[i] + s.gap(anchor, i)
		}
		if rest > 0 {
			s.hide(seats)
			q.kinds = []Kind{Standard}
			more := s.beside(q, rest, anchor)
			s.reveal(len(seats))
			if more == nil {
				continue
			}
			for _, i := range more {
				cost += s.pick.cost[i] + s.gap(anchor, i)
			}
			seats = append(seats, more...)
		}
		if cost < bestCost {
			best, bestCost = seats, cost
		}
	}
	return best
}

// beside seats n more near a place, in one window if there is one.
func (s *State) beside(q *query, n int, anchor int32) []int32 {
	a := &near{&s.hall.spans[s.hall.spanOf[anchor]]}
	if si, v, _ := s.nearest(q, min(n, maxWindow+1), a); si >= 0 {
		return s.window(si, v, n)
	}
	if q.want.Together || s.cfg.MaxParts == 1 {
		return nil
	}
	return s.split(q, n)
}

// chairs lists the free wheelchair places that the query may use, cheapest first.
func (s *State) chairs(q *query) []int32 {
	q.kinds = []Kind{Wheelchair}
	var out []int32
	s.each(q, func(_ int32, sp *span) {
		l := &s.hall.lanes[sp.lane]
		words := s.words(q, l)
		for o := nextSet(words, sp.a, sp.b); o < sp.b; o = nextSet(words, o+1, sp.b) {
			if s.fits(q, l, o, 1) {
				out = append(out, l.first+o)
			}
		}
	})
	sort.SliceStable(out, func(i, j int) bool { return s.pick.cost[out[i]] < s.pick.cost[out[j]] })
	return out
}

// around takes the wheelchair places nearest to anchor and, as far as the
// group has people for them, their companion seats.
func (s *State) around(q *query, anchor int32, chairs []int32) []int32 {
	list := slices.Clone(chairs)
	sort.SliceStable(list, func(i, j int) bool { return s.gap(anchor, list[i]) < s.gap(anchor, list[j]) })
	seats := slices.Clone(list[:q.want.Wheelchairs])
	for _, i := range list[:q.want.Wheelchairs] {
		if len(seats) == q.want.N {
			break
		}
		if c, ok := s.hall.find(s.hall.places[i].Pair); ok && s.isOpen(q, c) && indexOf(seats, c) < 0 {
			seats = append(seats, c)
		}
	}
	return seats
}

func (s *State) isOpen(q *query, i int32) bool {
	if !q.zone[s.hall.places[i].Zone] {
		return false
	}
	if q.pool == 0 {
		return s.status[i] == Free
	}
	return s.status[i] == NotForSale && s.pool[i] == q.pool
}

// gap is the distance cost between two places.
func (s *State) gap(a, b int32) int64 {
	p, r := &s.hall.places[a], &s.hall.places[b]
	d := abs(int64(p.X-r.X)) + abs(int64(p.Y-r.Y))
	if p.Level != r.Level {
		d += 30_000
	}
	return d * int64(s.cfg.Weights.Apart) / 1000
}
