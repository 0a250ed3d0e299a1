package engine

import (
	"slices"
)

// Meter is what must be public (RL-2, RL-8, RL-12).
type Meter struct {
	Places   int // all of the hall
	Buffer   int
	Free     int
	Held     int
	Sold     int
	Blocked  int // in pools
	Offered  int // in a zone on sale or in a pool that is not dead (RL-8)
	Public   int // of these, in a public zone and not in a reserved pool (RL-2)
	Approved int
	Needed   int // public places that RL-2 asks for
}

// Meter returns the counters.
func (s *State) Meter() Meter {
	n := int(s.hall.real)
	buffer := n - int(s.hall.sellable)
	off := int(s.count[NotForSale]) - buffer
	for i, pool := range s.pool {
		if pool != RetiredPool {
			continue
		}
		if kind := s.hall.places[i].Kind; kind != Buffer {
			off--
			if !s.hall.ghost(int32(i)) { // until the layout is loaded that lacks it
				n--
			}
		}
	}
	return Meter{
		Places: n, Buffer: buffer, Free: int(s.count[Free]), Held: int(s.count[HeldPlace]), Sold: int(s.count[SoldPlace]),
		Blocked: off, Offered: int(s.offeredN), Public: int(s.publicN), Approved: s.cfg.Approved, Needed: needed(&s.cfg),
	}
}

// standing says whether a place counts as offered (RL-8) and as public (RL-2)
// under a configuration when it is in a pool, 0 for none. A place of a pool
// stays the pool's while held and sold, so that giving reserved places away
// does not look like public sale.
func (h *Hall) standing(c *Config, i int32, pool uint16) (offered, public int32) {
	p := &h.places[i]
	if p.Kind == Buffer || pool == RetiredPool || h.ghost(i) {
		return 0, 0
	}
	onSale := c.price(p.Zone) >= 0
	open := onSale && !slices.Contains(c.Internal, p.Zone)
	if pool == 0 {
		return one(onSale), one(open)
	}
	x, _ := c.pool(pool)
	return one(!x.Dead), one(!x.Dead && x.Public && open)
}

func one(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// tally counts all places under a configuration, with the pool of each.
func (h *Hall) tally(c *Config, pools []uint16) (offered, public int32) {
	for i := range h.places {
		o, p := h.standing(c, int32(i), pools[i])
		offered += o
		public += p
	}
	return offered, public
}

// after is what would be offered and public with these places in that pool.
func (s *State) after(idx []int32, pool uint16) (offered, public int32) {
	offered, public = s.offeredN, s.publicN
	for _, i := range idx {
		o, p := s.hall.standing(&s.cfg, i, s.pool[i])
		o2, p2 := s.hall.standing(&s.cfg, i, pool)
		offered += o2 - o
		public += p2 - p
	}
	return offered, public
}

func needed(c *Config) int { return (c.Approved*c.PublicPermille + 999) / 1000 }

// AreaCount is how many places of a standing area are in each state.
type AreaCount struct{ Free, Held, Sold, Blocked int }

// Area counts a standing area's places.
func (s *State) Area(id int32) (AreaCount, bool) {
	li, ok := s.hall.areas[id]
	if !ok {
		return AreaCount{}, false
	}
	var n [4]int
	l := &s.hall.lanes[li]
	for i := l.first; i < l.first+l.n; i++ {
		n[s.status[i]]++
	}
	return AreaCount{n[Free], n[HeldPlace], n[SoldPlace], n[NotForSale]}, true
}
