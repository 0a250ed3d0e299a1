package engine

import (
	"fmt"
	"math"
	"slices"
)

// RetiredPool is where retired places are. It is no pool of a configuration:
// its places are not offered, not public and in nobody's gift.
const RetiredPool uint16 = 0xFFFF

// Reseat takes a session to another layout of its hall: Gone are the places that
// the new one lacks (or keeps as buffer), Come those that it has and the old one had not, or had
// retired. All of Gone must be free or blocked, or nothing is changed and the refusal (seat_taken) lists
// those that are held or sold. A place that is retired already is left out, so
// repeating the move under another key changes nothing either.
//
// A Come that the deciding layout does not know begins free in the layout that
// knows it. The decision belongs into the transaction that changes the layout (inventory.ReseatTx).
type Reseat struct {
	Meta
	Gone, Come []int32
}

// With gives the layout with places that it does not offer but that a session
// had earlier: ids that it lacks, and buffer places that were not. They can be
// folded through the session's history, and are retired in the end. Viewers do not see
// them: they have no rank and no Spot. Its hash is h's.
func (h *Hall) With(once []int32) (*Hall, error) {
	var add []int32
	for _, id := range once {
		if i, ok := h.find(id); !ok || (h.places[i].Kind == Buffer && !h.once[i]) {
			add = append(add, id)
		}
	}
	if len(add) == 0 {
		return h, nil
	}
	for i := range h.once {
		add = append(add, h.places[i].ID)
	}
	slices.Sort(add)
	out, err := compileWith(h.layout(), slices.Compact(add))
	if err != nil {
		return nil, err
	}
	out.hash = h.hash
	return out, nil
}

// layout is the plain data that h was compiled of, without places of the past.
func (h *Hall) layout() Layout {
	l := Layout{FocalX: h.focalX, FocalY: h.focalY, Seats: slices.Clone(h.places[:len(h.ranked)])}
	for li := range h.lanes {
		ln := &h.lanes[li]
		if id, ok := h.areaAt[int32(li)]; ok {
			p := &h.places[ln.first]
			l.Areas = append(l.Areas, Area{ID: id, First: p.ID, Capacity: ln.n, X: p.X, Y: p.Y, Section: p.Section, Level: p.Level, Zone: p.Zone})
		}
	}
	return l
}

// past appends the ids that the layout lacks, each in a row of its own, and
// notes all of once.
func (h *Hall) past(once []int32) error {
	have := make(map[int32]int32, len(h.places))
	for i := range h.places {
		have[h.places[i].ID] = int32(i)
	}
	h.once, h.real = make(map[int32]bool, len(once)), int32(len(h.places))
	for k, id := range once {
		if i, ok := have[id]; ok {
			h.once[i] = true
			continue
		}
		h.once[int32(len(h.places))] = true
		h.places = append(h.places, Seat{ID: id, Row: math.MaxInt32 - int32(k)})
	}
	if len(h.places) > maxPlaces {
		return fmt.Errorf("engine: %d places with those of earlier plan versions, at most %d", len(h.places), maxPlaces)
	}
	return nil
}

// ghost says whether a place is of the past alone.
func (h *Hall) ghost(i int32) bool { return i >= h.real }

// Once lists the places that h.With was given and that a session may have retired, ascending.
func (h *Hall) Once() []int32 {
	out := make([]int32, 0, len(h.once))
	for i := range h.once {
		out = append(out, h.places[i].ID)
	}
	slices.Sort(out)
	return out
}

// Turnover compares two layouts of a hall: which places the next one lacks or
// keeps as buffer, and which it has that this one does not offer. The places of same (an
// id that stands for another place now) are in both lists. Both are ascending.
func (h *Hall) Turnover(next *Hall, same []int32) (gone, come []int32) {
	offers := func(h *Hall, id int32) bool {
		i, ok := h.find(id)
		return ok && !h.ghost(i) && h.places[i].Kind != Buffer
	}
	for i := range h.places {
		if id := h.places[i].ID; offers(h, id) && !offers(next, id) {
			gone = append(gone, id)
		}
	}
	for i := range next.places {
		if id := next.places[i].ID; offers(next, id) && !offers(h, id) {
			come = append(come, id)
		}
	}
	for _, id := range same {
		if offers(h, id) && offers(next, id) {
			gone, come = append(gone, id), append(come, id)
		}
	}
	slices.Sort(gone)
	slices.Sort(come)
	return slices.Compact(gone), slices.Compact(come)
}

// Taken lists those of the places that are held or sold, in the order given.
func (s *State) Taken(ids []int32) (taken []int32) {
	for _, id := range ids {
		if i, ok := s.hall.find(id); ok && (s.status[i] == HeldPlace || s.status[i] == SoldPlace) {
			taken = append(taken, id)
		}
	}
	return taken
}

// Retired says whether a place was taken out of the session's layout.
func (s *State) Retired(id int32) bool {
	i, ok := s.hall.find(id)
	return ok && s.pool[i] == RetiredPool
}

func (s *State) reseat(buf []Event, cmd *Reseat, e Event) ([]Event, Answer) {
	if len(cmd.Gone)+len(cmd.Come) == 0 || hasDouble(cmd.Gone) || hasDouble(cmd.Come) {
		return buf, refuse(BadRequest)
	}
	if taken := s.Taken(cmd.Gone); len(taken) > 0 {
		return buf, refuse(SeatTaken, taken...)
	}
	var gone, come []int32 // indexes
	for _, id := range cmd.Gone {
		i, ok := s.hall.find(id)
		if !ok || (s.hall.places[i].Kind == Buffer && !s.hall.once[i]) {
			return buf, refuse(SeatUnknown, id)
		}
		if s.pool[i] != RetiredPool {
			gone, e.Seats = append(gone, i), append(e.Seats, id)
		}
	}
	for _, id := range cmd.Come {
		i, ok := s.hall.find(id)
		if ok && s.pool[i] != RetiredPool && indexOf(gone, i) < 0 {
			continue
		}
		if e.To = append(e.To, id); ok {
			come = append(come, i)
		}
	}
	if len(e.Seats)+len(e.To) == 0 {
		return buf, Answer{Replayed: true}
	}
	if a := s.turn(gone, come); a != nil {
		return buf, *a
	}
	e.Kind = Reseated
	return s.emit(buf, e), Answer{Seats: e.Seats}
}

// turn checks RL-2 and RL-8 for places that go and come. What makes it no worse is allowed.
func (s *State) turn(gone, come []int32) *Answer {
	offered, public := s.after(gone, RetiredPool)
	for _, i := range come { // retired until now, or in this very command
		o, p := s.hall.standing(&s.cfg, i, 0)
		offered, public = offered+o, public+p
	}
	if public >= s.publicN && offered <= s.offeredN {
		return nil
	}
	return allowed(&s.cfg, offered, public)
}

func (s *State) foldReseated(e *Event, gone []int32) error {
	for k, i := range gone {
		if s.owner[i] != nil {
			return fmt.Errorf("engine: event %d: place %d was retired while it was taken", e.No, e.Seats[k])
		}
		s.set(i, NotForSale, nil, RetiredPool)
	}
	for _, id := range e.To {
		if i, ok := s.hall.find(id); ok && s.pool[i] == RetiredPool {
			s.set(i, Free, nil, 0)
		}
	}
	s.remember(e.Key, done{kind: e.Kind, ids: e.Seats, at: e.At})
	return nil
}
