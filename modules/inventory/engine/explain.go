package engine

import "slices"

// Explain says why best available chose what it chose.
type Explain struct {
	Reasons   []string // stable codes, see the constants
	Stretches int      // stretches of seats that were compared
	Parts     []Part
}

// Reason codes of an Explain.
const (
	ReasonTogether   = "together"     // all side by side
	ReasonSplit      = "split"        // no stretch was long enough for all
	ReasonNoOrphan   = "no_orphan"    // leaves no single seat
	ReasonOrphan     = "orphan"       // every choice would have left one
	ReasonAisle      = "aisle"        // stands at an aisle
	ReasonCompanion  = "companion"    // wheelchair places with companions
	ReasonUnit       = "whole_unit"   // couple seats or a whole table
	ReasonStanding   = "standing"     // places of a standing area
	ReasonView       = "view_limited" // has places with a restricted view (RL-18)
	ReasonBestOfZone = "lowest_cost"  // nothing better was free
)

// Part is one run of neighbouring places with what each criterion cost.
type Part struct {
	Seats    []int32
	Orphans  int
	Quality  int64
	Distance int64
	Axis     int64
	View     int64
	AtAisle  bool
	Apart    int64 // to the first part
}

// Cost is the sum of the criteria.
func (p Part) Cost() int64 { return p.Quality + p.Distance + p.Axis + p.View + p.Apart }

func (s *State) explain(q *query, seats []int32) *Explain {
	ex := &Explain{Stretches: q.seen}
	list := slices.Clone(seats)
	slices.Sort(list)
	taken := map[int32]bool{}
	for _, i := range list {
		taken[i] = true
	}
	why := map[string]bool{ReasonBestOfZone: true}
	for a := 0; a < len(list); {
		b := a + 1
		for b < len(list) && list[b] == list[b-1]+1 && s.hall.laneOf[list[b]] == s.hall.laneOf[list[a]] {
			b++
		}
		p := s.partOf(list[a:b], taken)
		if len(ex.Parts) > 0 {
			first, _ := s.hall.find(ex.Parts[0].Seats[0])
			p.Apart = s.gap(first, list[a])
		}
		ex.Parts = append(ex.Parts, p)
		s.reasons(why, list[a], p)
		a = b
	}
	why[ReasonTogether] = len(ex.Parts) == 1 && len(seats) > 1
	why[ReasonSplit] = len(ex.Parts) > 1 && !why[ReasonCompanion]
	why[ReasonNoOrphan] = !why[ReasonOrphan] && !why[ReasonStanding]
	for r, on := range why {
		if on {
			ex.Reasons = append(ex.Reasons, r)
		}
	}
	slices.Sort(ex.Reasons)
	return ex
}

func (s *State) reasons(why map[string]bool, first int32, p Part) {
	if p.Orphans > 0 {
		why[ReasonOrphan] = true
	}
	if p.AtAisle {
		why[ReasonAisle] = true
	}
	if p.View > 0 {
		why[ReasonView] = true
	}
	switch s.hall.places[first].Kind {
	case Wheelchair, Companion:
		why[ReasonCompanion] = true
	case Couple, Table:
		why[ReasonUnit] = true
	case Standing:
		why[ReasonStanding] = true
	}
}

func (s *State) partOf(idx []int32, taken map[int32]bool) Part {
	h, w := s.hall, s.cfg.Weights
	l := &h.lanes[h.laneOf[idx[0]]]
	p := Part{Seats: s.ids(idx)}
	for _, i := range idx {
		pl := &h.places[i]
		d, axis := sight(h, pl)
		p.Quality += int64(pl.Quality) * int64(w.Quality)
		p.Distance += d * int64(w.Distance) / 1000
		p.Axis += axis * int64(w.Axis) / 1000
		switch pl.View {
		case ViewPartial:
			p.View += int64(w.Partial)
		case ViewBlocked:
			p.View += int64(w.Blocked)
		}
	}
	a, b := idx[0]-l.first, idx[len(idx)-1]-l.first
	p.AtAisle = l.kind != Standing && (a == 0 || b == l.n-1)
	free := func(o int32) bool {
		return o >= 0 && o < l.n && s.status[l.first+o] == Free && !taken[l.first+o]
	}
	if l.kind != Standing {
		if free(a-1) && !free(a-2) {
			p.Orphans++
		}
		if free(b+1) && !free(b+2) {
			p.Orphans++
		}
	}
	return p
}
