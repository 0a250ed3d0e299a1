package engine

import "slices"

// poolTakes checks that these places may go into the pool. What makes the
// public share no smaller is always allowed: it may be too small already.
func (s *State) poolTakes(id uint16, seats []int32) *Answer {
	if _, ok := s.cfg.pool(id); !ok {
		a := refuse(PoolUnknown)
		return &a
	}
	idx, err := s.indexes(seats)
	if err != nil {
		a := refuse(SeatUnknown)
		return &a
	}
	offered, public := s.after(idx, id)
	if public >= s.publicN && offered <= s.offeredN {
		return nil
	}
	return allowed(&s.cfg, offered, public)
}

func (s *State) block(buf []Event, cmd *Block, e Event) ([]Event, Answer) {
	if len(cmd.Seats) == 0 {
		return buf, refuse(BadRequest)
	}
	for _, id := range cmd.Seats {
		i, ok := s.hall.find(id)
		switch {
		case !ok:
			return buf, refuse(SeatUnknown, id)
		case s.hall.places[i].Kind == Buffer:
			return buf, refuse(SeatBuffer, id)
		case s.pool[i] == RetiredPool:
			return buf, refuse(SeatRetired, id)
		case s.status[i] == NotForSale:
			return buf, refuse(SeatBlocked, id)
		case s.status[i] != Free:
			return buf, refuse(SeatTaken, id)
		}
	}
	if hasDouble(cmd.Seats) {
		return buf, refuse(BadRequest)
	}
	if a := s.poolTakes(cmd.Pool, cmd.Seats); a != nil {
		return buf, *a
	}
	e.Kind, e.Pool, e.Seats = BlockedSeats, cmd.Pool, slices.Clone(cmd.Seats)
	return s.emit(buf, e), Answer{Seats: e.Seats}
}

func (s *State) unblock(buf []Event, cmd *Unblock, e Event) ([]Event, Answer) {
	if len(cmd.Seats) == 0 || hasDouble(cmd.Seats) {
		return buf, refuse(BadRequest)
	}
	var idx []int32
	for _, id := range cmd.Seats {
		i, ok := s.hall.find(id)
		switch {
		case !ok:
			return buf, refuse(SeatUnknown, id)
		case s.hall.places[i].Kind == Buffer:
			return buf, refuse(SeatBuffer, id)
		case s.pool[i] == RetiredPool:
			return buf, refuse(SeatRetired, id)
		case s.status[i] != NotForSale:
			return buf, refuse(SeatTaken, id)
		}
		idx = append(idx, i)
	}
	if offered, _ := s.after(idx, 0); s.cfg.Approved > 0 && int(offered) > s.cfg.Approved && offered > s.offeredN {
		a := refuseBy("RL-8", OverApproved, int64(s.cfg.Approved), int64(s.cfg.Approved)-int64(offered))
		return buf, a
	}
	e.Kind, e.Seats = UnblockedSeats, slices.Clone(cmd.Seats)
	return s.emit(buf, e), Answer{Seats: e.Seats}
}

func hasDouble(ids []int32) bool {
	c := slices.Clone(ids)
	slices.Sort(c)
	for i := 1; i < len(c); i++ {
		if c[i] == c[i-1] {
			return true
		}
	}
	return false
}
