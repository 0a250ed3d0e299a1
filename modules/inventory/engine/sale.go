package engine

import "slices"

func (s *State) confirm(buf []Event, cmd *Confirm, e Event) ([]Event, Answer) {
	c, bad := s.mine(cmd.Hold, cmd.Buyer)
	if bad != nil {
		return buf, *bad
	}
	if len(cmd.Expect) > 0 && !slices.Equal(cmd.Expect, c.prices) {
		return buf, refuse(PricesChanged)
	}
	docs := c.docs
	if len(cmd.Docs) > 0 {
		if len(cmd.Docs) != len(c.seats) {
			return buf, refuse(BadRequest)
		}
		if a := s.docsFree(cmd.Docs, c.docs); a != nil {
			return buf, *a
		}
		docs = cmd.Docs
		e.Docs = someDocs(cmd.Docs)
	}
	if s.cfg.RealName {
		for k := range c.seats {
			if len(docs) == 0 || docs[k].IsZero() {
				a := refuse(DocumentMissing, s.hall.places[c.seats[k]].ID)
				a.Refused.Rule = "RL-1"
				return buf, a
			}
		}
	}
	e.Kind, e.Ref, e.Buyer, e.Pool = Sold, c.key, c.buyer, c.pool
	e.Seats, e.Prices, e.Kinds = s.ids(c.seats), c.prices, c.kinds
	if len(e.Docs) == 0 {
		e.Docs = c.docs
	}
	buf = s.emit(buf, e)
	return buf, Answer{Key: e.Key, Seats: e.Seats, Prices: e.Prices, Kinds: e.Kinds}
}

func (s *State) refund(buf []Event, cmd *Refund, e Event) ([]Event, Answer) {
	c := s.sales[cmd.Sale]
	if c == nil {
		return buf, refuse(SaleUnknown)
	}
	seats, a := s.part(c, cmd.Seats)
	if a != nil {
		return buf, *a
	}
	if cmd.ToPool != 0 {
		if a := s.poolTakes(cmd.ToPool, seats); a != nil {
			return buf, *a
		}
	}
	e.Kind, e.Ref, e.Seats, e.Pool = Refunded, c.sale, seats, cmd.ToPool
	for _, id := range seats {
		i, _ := s.hall.find(id)
		e.Prices = append(e.Prices, c.prices[indexOf(c.seats, i)])
	}
	return s.emit(buf, e), Answer{Key: cmd.Sale, Seats: e.Seats, Prices: e.Prices}
}

func (s *State) move(buf []Event, cmd *Move, e Event) ([]Event, Answer) {
	c := s.sales[cmd.Sale]
	if c == nil {
		return buf, refuse(SaleUnknown)
	}
	if len(cmd.From) == 0 {
		return buf, refuse(BadRequest)
	}
	from, a := s.part(c, cmd.From)
	if a != nil {
		return buf, *a
	}
	kinds := make([]string, len(from)) // a ticket stays of its kind
	for k, id := range from {
		i, _ := s.hall.find(id)
		kinds[k] = kindAt(c.kinds, indexOf(c.seats, i))
	}
	e.Kind, e.Sale, e.Buyer, e.Seats, e.Pool = Moved, c.sale, c.buyer, from, cmd.ToPool
	if !cmd.Hold.IsZero() {
		h, bad := s.mine(cmd.Hold, cmd.Buyer)
		if bad != nil {
			return buf, *bad
		}
		if len(h.seats) != len(from) || len(cmd.To) > 0 || h.pool != 0 {
			return buf, refuse(BadRequest)
		}
		for k := range from {
			if kindAt(h.kinds, k) != kinds[k] {
				return buf, refuse(KindUnknown, s.hall.places[h.seats[k]].ID)
			}
		}
		e.Ref, e.To, e.Prices = h.key, s.ids(h.seats), slices.Clone(h.prices)
	} else {
		if len(cmd.To) != len(from) {
			return buf, refuse(BadRequest)
		}
		idx, bad := s.named(&Hold{Seats: cmd.To, Accessible: true})
		if bad != nil {
			return buf, *bad
		}
		e.To = slices.Clone(cmd.To)
		if e.Prices, bad = s.quote(s.tariff, terms{c.channel, c.pack}, idx, kinds); bad != nil {
			return buf, *bad
		}
	}
	if cmd.ToPool != 0 {
		if a := s.poolTakes(cmd.ToPool, from); a != nil {
			return buf, *a
		}
	}
	return s.emit(buf, e), Answer{Key: c.sale, Seats: e.To, Prices: e.Prices}
}

func (s *State) rename(buf []Event, cmd *Rename, e Event) ([]Event, Answer) {
	c := s.sales[cmd.Sale]
	if c == nil {
		return buf, refuse(SaleUnknown)
	}
	if len(cmd.Seats) == 0 || len(cmd.Docs) != len(cmd.Seats) {
		return buf, refuse(BadRequest)
	}
	var old []Key
	for k, id := range cmd.Seats {
		i, ok := s.hall.find(id)
		at := indexOf(c.seats, i)
		if !ok || at < 0 || slices.Contains(cmd.Seats[:k], id) {
			return buf, refuse(NotSold, id)
		}
		if len(c.docs) > 0 {
			old = append(old, c.docs[at])
		}
		if s.cfg.RealName && cmd.Docs[k].IsZero() {
			return buf, refuse(DocumentMissing, id)
		}
	}
	if a := s.docsFree(cmd.Docs, old); a != nil {
		return buf, *a
	}
	e.Kind, e.Ref, e.Seats, e.Docs = Renamed, c.sale, slices.Clone(cmd.Seats), slices.Clone(cmd.Docs)
	return s.emit(buf, e), Answer{Key: c.sale, Seats: s.ids(c.seats), Prices: c.prices}
}
