package engine

import (
	"container/heap"
	"encoding/json"
	"fmt"
	"reflect"
)

// Fold changes the state by an event that was decided before. It fails if the
// event does not follow the last one or does not fit the state; the state may
// not be used any more then.
func (s *State) Fold(e *Event) error {
	if e.No != s.no+1 {
		return fmt.Errorf("engine: event %d does not follow %d", e.No, s.no)
	}
	seats, err := s.indexes(e.Seats)
	if err != nil {
		return err
	}
	s.no = e.No
	s.now = max(s.now, e.At)
	switch e.Kind {
	case Opened, Configured:
		return s.foldConfig(e)
	case Held:
		return s.foldHeld(e, seats)
	case Assigned, Extended, Released, Expired, Sold, KindsSet:
		return s.foldHold(e, seats)
	case Refunded, Moved, Renamed:
		return s.foldSale(e, seats)
	case BlockedSeats, UnblockedSeats:
		return s.foldBlock(e, seats)
	case Reseated:
		return s.foldReseated(e, seats)
	}
	return fmt.Errorf("engine: event %d has the unknown kind %d", e.No, e.Kind)
}

func (s *State) indexes(ids []int32) ([]int32, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out := make([]int32, len(ids))
	for k, id := range ids {
		i, ok := s.hall.find(id)
		if !ok {
			return nil, fmt.Errorf("engine: event %d: no place %d in this hall", s.no+1, id)
		}
		out[k] = i
	}
	return out, nil
}

func (s *State) foldConfig(e *Event) error {
	var c Config
	if err := json.Unmarshal(e.Data, &c); err != nil {
		return fmt.Errorf("engine: event %d: configuration: %w", e.No, err)
	}
	if s.opened != (e.Kind == Configured) {
		return fmt.Errorf("engine: event %d: %s does not fit", e.No, e.Kind)
	}
	s.cfg, s.opened = c, true
	if t := c.tariff(); !reflect.DeepEqual(t, s.tariff) { // a hold of the same prices needs no old ones
		s.tariff = t
	}
	s.offeredN, s.publicN = s.hall.tally(&s.cfg, s.pool)
	s.pick.init(s)
	s.remember(e.Key, done{kind: e.Kind, at: e.At})
	return nil
}

func (s *State) foldHeld(e *Event, seats []int32) error {
	if s.holds[e.Key] != nil || len(seats) == 0 || len(e.Prices) != len(seats) || (len(e.Kinds) > 0 && len(e.Kinds) != len(seats)) {
		return fmt.Errorf("engine: event %d: hold %x does not fit", e.No, e.Key)
	}
	c := &claim{
		key: e.Key, buyer: e.Buyer, device: e.Device, channel: e.Channel, pool: e.Pool,
		seats: seats, prices: e.Prices, docs: e.Docs, created: e.At, expires: e.Expires, kinds: e.Kinds, pack: e.Package, tariff: s.tariff,
	}
	for _, i := range seats {
		want := Free
		if e.Pool != 0 {
			want = NotForSale
		}
		if s.status[i] != want || (e.Pool != 0 && s.pool[i] != e.Pool) {
			return fmt.Errorf("engine: event %d: place %d is not to be had", e.No, s.hall.places[i].ID)
		}
		s.set(i, HeldPlace, c, c.pool)
	}
	s.holds[e.Key] = c
	heap.Push(&s.due, dueItem{c.expires, c})
	bump(s.buyers, c.buyer, int32(len(seats)))
	bump(s.devices, c.device, int32(len(seats)))
	s.bumpDocs(c.docs, 1)
	s.remember(e.Key, done{kind: Held, ref: e.Key, ids: e.Seats, prices: e.Prices, kinds: e.Kinds, expires: e.Expires, at: e.At})
	return nil
}

func (s *State) foldHold(e *Event, seats []int32) error {
	c := s.holds[e.Ref]
	if c == nil {
		return fmt.Errorf("engine: event %d: no hold %x", e.No, e.Ref)
	}
	switch e.Kind {
	case Assigned:
		s.bumpDocs(c.docs, -1)
		c.docs, c.fixed = e.Docs, true
		s.bumpDocs(c.docs, 1)
	case KindsSet:
		if len(e.Prices) != len(c.seats) || (len(e.Kinds) > 0 && len(e.Kinds) != len(c.seats)) {
			return fmt.Errorf("engine: event %d: the kinds do not fit", e.No)
		}
		c.kinds, c.prices = e.Kinds, e.Prices
	case Extended:
		c.expires = e.Expires
		heap.Push(&s.due, dueItem{c.expires, c})
	case Released, Expired:
		to := c.pool
		if e.Pool != 0 {
			to = e.Pool
		}
		s.drop(c, seats, to)
		if c.gone {
			delete(s.holds, c.key)
		}
	case Sold:
		if len(e.Docs) > 0 {
			s.bumpDocs(c.docs, -1)
			c.docs = e.Docs
			s.bumpDocs(c.docs, 1)
		}
		c.sale, c.expires, c.tariff = e.Key, 0, nil
		for _, i := range c.seats {
			s.set(i, SoldPlace, c, c.pool)
		}
		if d, ok := s.done[c.key]; ok {
			d.sale = c.sale
			s.done[c.key] = d
		}
		delete(s.holds, c.key)
		s.sales[c.sale] = c
		s.remember(e.Key, done{kind: Sold, ref: e.Key, ids: s.ids(c.seats), prices: c.prices, kinds: c.kinds, at: e.At})
		return nil
	}
	s.remember(e.Key, done{kind: e.Kind, ref: c.key, ids: s.ids(c.seats), prices: c.prices, kinds: c.kinds, expires: c.expires, at: e.At})
	return nil
}

// drop takes places from a claim: they go into the pool, 0 is free.
func (s *State) drop(c *claim, seats []int32, pool uint16) {
	gone := make(map[int32]bool, len(seats))
	for _, i := range seats {
		gone[i] = true
		if pool == 0 {
			s.set(i, Free, nil, 0)
		} else {
			s.set(i, NotForSale, nil, pool)
		}
	}
	var left []int32
	var prices []int64
	var docs []Key
	var kinds []string
	for k, i := range c.seats {
		if gone[i] {
			if len(c.docs) > 0 {
				bump(s.docs, c.docs[k], -1)
			}
			continue
		}
		left = append(left, i)
		prices = append(prices, c.prices[k])
		if len(c.docs) > 0 {
			docs = append(docs, c.docs[k])
		}
		if len(c.kinds) > 0 {
			kinds = append(kinds, c.kinds[k])
		}
	}
	by := int32(len(left) - len(c.seats))
	bump(s.buyers, c.buyer, by)
	bump(s.devices, c.device, by)
	c.seats, c.prices, c.docs, c.kinds = left, prices, docs, cleanKinds(kinds)
	c.gone = len(left) == 0
}

func (s *State) foldSale(e *Event, seats []int32) error {
	key := e.Ref
	if e.Kind == Moved {
		key = e.Sale
	}
	c := s.sales[key]
	if c == nil {
		return fmt.Errorf("engine: event %d: no sale %x", e.No, key)
	}
	switch e.Kind {
	case Refunded:
		s.drop(c, seats, e.Pool)
		if c.gone {
			delete(s.sales, key)
		}
	case Renamed:
		docs := make([]Key, len(c.seats))
		copy(docs, c.docs)
		for k, i := range seats {
			at := indexOf(c.seats, i)
			if at < 0 {
				return fmt.Errorf("engine: event %d: place %d is not of the sale", e.No, e.Seats[k])
			}
			bump(s.docs, docs[at], -1)
			docs[at] = e.Docs[k]
			bump(s.docs, docs[at], 1)
		}
		c.docs = docs
	case Moved:
		if err := s.foldMoved(e, c, seats); err != nil {
			return err
		}
	}
	s.remember(e.Key, done{kind: e.Kind, ref: key, ids: append([]int32(nil), e.Seats...), prices: e.Prices, at: e.At})
	return nil
}

func (s *State) foldMoved(e *Event, c *claim, from []int32) error {
	to, err := s.indexes(e.To)
	if err != nil {
		return err
	}
	if h := s.holds[e.Ref]; !e.Ref.IsZero() {
		if h == nil {
			return fmt.Errorf("engine: event %d: no hold %x", e.No, e.Ref)
		}
		s.drop(h, h.seats, 0) // its documents and limits go; the places are taken below
		delete(s.holds, h.key)
	}
	seats := append([]int32(nil), c.seats...)
	prices := append([]int64(nil), c.prices...)
	for k, i := range from {
		at := indexOf(seats, i)
		if at < 0 || s.status[to[k]] != Free {
			return fmt.Errorf("engine: event %d: the move does not fit", e.No)
		}
		if e.Pool == 0 {
			s.set(i, Free, nil, 0)
		} else {
			s.set(i, NotForSale, nil, e.Pool)
		}
		s.set(to[k], SoldPlace, c, 0)
		seats[at], prices[at] = to[k], e.Prices[k]
	}
	c.seats, c.prices = seats, prices
	return nil
}

func (s *State) foldBlock(e *Event, seats []int32) error {
	for k, i := range seats {
		if s.hall.places[i].Kind == Buffer && !s.hall.once[i] { // one that was once offered has its history first
			return fmt.Errorf("engine: event %d: buffer place %d", e.No, e.Seats[k])
		}
		if e.Kind == BlockedSeats {
			s.set(i, NotForSale, nil, e.Pool)
		} else {
			s.set(i, Free, nil, 0)
		}
	}
	s.remember(e.Key, done{kind: e.Kind, ids: e.Seats, at: e.At})
	return nil
}

func indexOf(list []int32, v int32) int {
	for k, x := range list {
		if x == v {
			return k
		}
	}
	return -1
}
