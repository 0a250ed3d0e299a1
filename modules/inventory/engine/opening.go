package engine

import "encoding/json"

func (s *State) open(buf []Event, c *Open, e Event) ([]Event, Answer) {
	if s.opened {
		return buf, refuse(BadRequest)
	}
	if c.Config.Validate() != nil {
		return buf, refuse(BadRequest)
	}
	pools := make([]uint16, len(s.hall.places))
	for _, b := range c.Blocks {
		if _, ok := c.Config.pool(b.Pool); !ok {
			return buf, refuse(PoolUnknown)
		}
		for _, id := range b.Seats {
			i, ok := s.hall.find(id)
			if !ok || pools[i] != 0 {
				return buf, refuse(SeatUnknown, id)
			}
			if s.hall.places[i].Kind == Buffer {
				return buf, refuse(SeatBuffer, id)
			}
			pools[i] = b.Pool
		}
	}
	offered, public := s.hall.tally(&c.Config, pools)
	if a := allowed(&c.Config, offered, public); a != nil {
		return buf, *a
	}
	e.Kind = Opened
	e.Data, _ = json.Marshal(c.Config)
	buf = s.emit(buf, e)
	for _, b := range c.Blocks {
		if len(b.Seats) > 0 {
			buf = s.emit(buf, Event{Kind: BlockedSeats, Actor: e.Actor, Pool: b.Pool, Seats: b.Seats, Reason: e.Reason})
		}
	}
	return buf, Answer{}
}

// allowed checks RL-2 and RL-8 for that many places offered and public.
func allowed(c *Config, offered, public int32) *Answer {
	if c.Approved <= 0 {
		return nil
	}
	if int(offered) > c.Approved {
		a := refuseBy("RL-8", OverApproved, int64(c.Approved), int64(c.Approved)-int64(offered))
		return &a
	}
	if int(public) < needed(c) {
		a := refuseBy("RL-2", PublicShare, int64(needed(c)), int64(public)-int64(needed(c)))
		return &a
	}
	return nil
}

func (s *State) configure(buf []Event, c *Configure, e Event) ([]Event, Answer) {
	if c.Config.Validate() != nil {
		return buf, refuse(BadRequest)
	}
	if c.Config.Revision < s.cfg.Revision {
		return buf, refuseBy("", ConfigStale, int64(s.cfg.Revision), 0)
	}
	for i, id := range s.pool {
		if _, ok := c.Config.pool(id); id != 0 && id != RetiredPool && !ok {
			return buf, refuse(PoolUnknown, s.hall.places[i].ID)
		}
	}
	offered, public := s.hall.tally(&c.Config, s.pool)
	if a := allowed(&c.Config, offered, public); a != nil {
		return buf, *a
	}
	e.Kind = Configured
	e.Data, _ = json.Marshal(c.Config)
	return s.emit(buf, e), Answer{}
}
