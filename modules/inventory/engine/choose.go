package engine

// choose finds the places of a hold: the named ones, those of standing areas
// and the best available, without changing the state.
func (s *State) choose(c *Hold) ([]int32, *Explain, *Answer) {
	seats, bad := s.named(c)
	if bad != nil {
		return nil, nil, bad
	}
	for _, w := range c.Standing {
		more, bad := s.standing(w, c.Pool, seats)
		if bad != nil {
			return nil, nil, bad
		}
		seats = append(seats, more...)
	}
	if c.Want == nil {
		return seats, nil, nil
	}
	// What is taken already or not wanted may not be found.
	not := seats
	for _, id := range c.Want.Not {
		if i, ok := s.hall.find(id); ok {
			not = append(not[:len(not):len(not)], i)
		}
	}
	s.hide(not)
	var kinds []string
	if len(c.Kinds) > 0 { // the last ones are those of the best available
		kinds = cleanKinds(c.Kinds[len(c.Kinds)-c.Want.N:])
	}
	more, ex := s.best(c.Want, c.Pool, terms{c.Channel, c.Package}, kinds)
	s.reveal(len(not))
	if more == nil {
		a := refuse(NoFit)
		return nil, nil, &a
	}
	return append(seats, more...), ex, nil
}

// named checks the named places. The first fault found is the answer, but all
// seats that are taken are named, so that a map can show them at once.
func (s *State) named(c *Hold) ([]int32, *Answer) {
	if len(c.Seats) == 0 {
		return nil, nil
	}
	if hasDouble(c.Seats) {
		a := refuse(BadRequest)
		return nil, &a
	}
	idx := make([]int32, 0, len(c.Seats)+8)
	var taken, blocked []int32
	for _, id := range c.Seats {
		i, ok := s.hall.find(id)
		if !ok {
			a := refuse(SeatUnknown, id)
			return nil, &a
		}
		idx = append(idx, i)
		switch st := s.status[i]; {
		case s.hall.places[i].Kind == Buffer:
			a := refuseBy("RL-8", SeatBuffer, 0, 0)
			a.Refused.Seats = []int32{id}
			return nil, &a
		case st == HeldPlace || st == SoldPlace:
			taken = append(taken, id)
		case c.Pool == 0 && st != Free, c.Pool != 0 && (st != NotForSale || s.pool[i] != c.Pool):
			blocked = append(blocked, id)
		}
	}
	if len(taken) > 0 {
		a := refuse(SeatTaken, taken...)
		return nil, &a
	}
	if len(blocked) > 0 {
		a := refuse(SeatBlocked, blocked...)
		return nil, &a
	}
	return idx, s.fair(c, idx)
}

// fair checks the rules about how free places may be combined.
func (s *State) fair(c *Hold, idx []int32) *Answer {
	if !c.Accessible && !s.cfg.AccessibleOpen && c.Pool == 0 {
		for _, i := range idx {
			if k := s.hall.places[i].Kind; k == Wheelchair || k == Companion {
				a := refuse(SeatReserved, s.hall.places[i].ID)
				return &a
			}
		}
	}
	if a := s.wholeUnits(idx); a != nil {
		return a
	}
	if s.cfg.NoOrphans && c.Pool == 0 {
		return s.leavesOrphan(idx)
	}
	return nil
}

// wholeUnits refuses a list that has some but not all places of a unit.
func (s *State) wholeUnits(idx []int32) *Answer {
	if len(s.hall.units) == 0 {
		return nil
	}
	got := map[int32]int{}
	for _, i := range idx {
		if u := s.hall.places[i].Unit; u != 0 {
			got[u]++
		}
	}
	for u, n := range got {
		if list := s.hall.units[u]; n != len(list) {
			a := refuse(UnitWhole, s.ids(list)...)
			return &a
		}
	}
	return nil
}

// leavesOrphan refuses a pick that leaves a single free seat which was not
// single before, unless it takes all that the lane's run can give.
func (s *State) leavesOrphan(idx []int32) *Answer {
	picked := map[int32]bool{}
	for _, i := range idx {
		picked[i] = true
	}
	free := func(l *lane, off int32) bool {
		return off >= 0 && off < l.n && s.status[l.first+off] == Free && !picked[l.first+off]
	}
	for _, i := range idx {
		l := &s.hall.lanes[s.hall.laneOf[i]]
		if l.kind == Standing || l.units {
			continue
		}
		off := i - l.first
		for _, o := range [2]int32{off - 1, off + 1} {
			if free(l, o) && !free(l, o-1) && !free(l, o+1) && !s.loneRun(l, o, picked) {
				a := refuse(OrphanLeft, s.hall.places[l.first+o].ID)
				return &a
			}
		}
	}
	return nil
}

// loneRun reports whether leaving offset o single cannot be helped: the run of
// free seats it stands in has just one seat more than were picked from it.
func (s *State) loneRun(l *lane, o int32, picked map[int32]bool) bool {
	a, b := o, o+1
	for a > 0 && s.status[l.first+a-1] == Free {
		a--
	}
	for b < l.n && s.status[l.first+b] == Free {
		b++
	}
	n := int32(0)
	for k := a; k < b; k++ {
		if picked[l.first+k] {
			n++
		}
	}
	return b-a == n+1
}

// standing finds n places of an area, lowest first.
func (s *State) standing(w StandingWant, pool uint16, not []int32) ([]int32, *Answer) {
	li, ok := s.hall.areas[w.Area]
	if !ok {
		a := refuse(SeatUnknown, w.Area)
		return nil, &a
	}
	l := &s.hall.lanes[li]
	out := make([]int32, 0, w.N)
	words := s.free[l.word : l.word+l.words]
	if pool != 0 {
		words = s.poolWords(l, pool)
	}
	for o := nextSet(words, 0, l.n); o < l.n && len(out) < w.N; o = nextSet(words, o+1, l.n) {
		if indexOf(not, l.first+o) < 0 {
			out = append(out, l.first+o)
		}
	}
	if len(out) < w.N {
		a := refuse(NoFit)
		a.Refused.Left = int64(len(out))
		return nil, &a
	}
	return out, nil
}

// poolWords is the bitmap of a lane's places that are blocked in a pool.
func (s *State) poolWords(l *lane, pool uint16) []uint64 {
	w := make([]uint64, l.words)
	for o := int32(0); o < l.n; o++ {
		if i := l.first + o; s.status[i] == NotForSale && s.pool[i] == pool {
			w[o>>6] |= 1 << (o & 63)
		}
	}
	return w
}

// mask hides a place from best available for a moment; unmask shows it again.
func (s *State) mask(i int32) {
	w, b := s.hall.bit(i)
	s.free[w] &^= b
	s.pick.touch(s.hall.laneOf[i])
}

func (s *State) unmask(i int32) {
	if s.status[i] == Free {
		w, b := s.hall.bit(i)
		s.free[w] |= b
	}
	s.pick.touch(s.hall.laneOf[i])
}
