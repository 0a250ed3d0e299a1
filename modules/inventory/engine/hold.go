package engine

import "slices"

func (s *State) hold(buf []Event, c *Hold, e Event) ([]Event, Answer) {
	if s.cfg.Closed && c.Pool == 0 {
		return buf, refuse(Closed)
	}
	n := len(c.Seats)
	for _, w := range c.Standing {
		if w.N <= 0 {
			return buf, refuse(BadRequest)
		}
		n += w.N
	}
	if c.Want != nil {
		if c.Want.N <= 0 {
			return buf, refuse(BadRequest)
		}
		n += c.Want.N
	}
	if n <= 0 || c.For < 0 || (len(c.Docs) > 0 && len(c.Docs) != n) || !knownKinds(c.Kinds, n) || (len(c.Agreed) > 0 && (len(c.Agreed) != n || slices.Min(c.Agreed) < 0)) || len(c.Package) > maxKind {
		return buf, refuse(BadRequest)
	}
	if a := s.limits(c, n); a != nil {
		return buf, *a
	}
	if c.Pool != 0 {
		if p, ok := s.cfg.pool(c.Pool); !ok || p.Dead {
			return buf, refuse(PoolUnknown)
		}
	}
	seats, ex, bad := s.choose(c)
	if bad != nil {
		return buf, *bad
	}
	kinds := cleanKinds(c.Kinds)
	prices, bad := s.quote(s.tariff, terms{c.Channel, c.Package}, seats, kinds)
	if bad != nil {
		return buf, *bad
	}
	if len(c.Agreed) > 0 {
		prices = slices.Clone(c.Agreed)
	}
	if overBudget(c.Want, prices) {
		return buf, refuse(NoFit)
	}
	ttl := c.For
	if ttl == 0 {
		ttl = s.cfg.HoldFor
	}
	if !c.Reserve {
		ttl = min(ttl, s.cfg.HoldMax)
	}
	e.Kind, e.Buyer, e.Device, e.Pool = Held, c.Buyer, c.Device, c.Pool
	e.Seats, e.Prices, e.Docs, e.Expires = s.ids(seats), prices, someDocs(c.Docs), s.now+ttl
	e.Kinds, e.Package = kinds, c.Package
	buf = s.emit(buf, e)
	a := s.answer(s.holds[e.Key])
	a.Explain = ex
	return buf, a
}

// overBudget is for groups of several kinds that were split over zones: each
// zone alone fitted the budget.
func overBudget(w *Want, prices []int64) bool {
	if w == nil || w.Budget == 0 {
		return false
	}
	sum := int64(0)
	for _, p := range prices[len(prices)-w.N:] {
		sum += p
	}
	return sum > w.Budget
}

// limits checks what does not depend on which places it will be.
func (s *State) limits(c *Hold, n int) *Answer {
	over := func(code, rule string, limit, have int) *Answer {
		if limit == 0 || have+n <= limit {
			return nil
		}
		a := refuseBy(rule, code, int64(limit), int64(limit-have))
		return &a
	}
	if a := over(TooMany, "", s.cfg.MaxSeats, 0); a != nil && !c.Reserve {
		return a
	}
	if !c.Buyer.IsZero() {
		if a := over(BuyerLimit, "", s.cfg.BuyerLimit, int(s.buyers[c.Buyer])); a != nil {
			return a
		}
	}
	if !c.Device.IsZero() {
		if a := over(DeviceLimit, "", s.cfg.DeviceLimit, int(s.devices[c.Device])); a != nil {
			return a
		}
	}
	return s.docsFree(c.Docs, nil)
}

// docsFree checks that docs may be used once the ones in mine are given back.
func (s *State) docsFree(docs, mine []Key) *Answer {
	limit := s.cfg.DocumentLimit
	if limit == 0 {
		return nil
	}
	for k, d := range docs {
		if d.IsZero() {
			continue
		}
		n := int(s.docs[d]) + 1
		for _, x := range docs[:k] {
			if x == d {
				n++
			}
		}
		for _, x := range mine {
			if x == d {
				n--
			}
		}
		if n > limit {
			a := refuseBy("RL-1", DocumentUsed, int64(limit), 0)
			a.Refused.Seats = []int32{int32(k)} // which of the documents, by position
			return &a
		}
	}
	return nil
}

// someDocs is nil when all are zero.
func someDocs(docs []Key) []Key {
	for _, d := range docs {
		if !d.IsZero() {
			return docs
		}
	}
	return nil
}

// mine finds a live hold of that buyer. A zero buyer is staff, who may act on any.
func (s *State) mine(hold, buyer Key) (*claim, *Answer) {
	c := s.holds[hold]
	if c == nil {
		a := refuse(HoldUnknown)
		if d, ok := s.done[hold]; ok && d.kind == Held {
			a = refuse(HoldExpired)
			if !d.sale.IsZero() {
				a = Answer{Key: d.sale, Refused: &Refusal{Code: HoldSold}}
			}
		}
		return nil, &a
	}
	if !buyer.IsZero() && c.buyer != buyer {
		a := refuse(HoldUnknown)
		return nil, &a
	}
	return c, nil
}

func (s *State) answer(c *claim) Answer {
	a := Answer{Key: c.key, Seats: s.ids(c.seats), Prices: c.prices, Kinds: c.kinds, Expires: c.expires, Left: max(c.expires-s.now, 0), Offers: s.offers(c)}
	if !c.sale.IsZero() {
		a.Key, a.Expires, a.Left = c.sale, 0, 0
	}
	return a
}

func (s *State) assign(buf []Event, cmd *Assign, e Event) ([]Event, Answer) {
	c, bad := s.mine(cmd.Hold, cmd.Buyer)
	if bad != nil {
		return buf, *bad
	}
	if len(cmd.Docs) != len(c.seats) {
		return buf, refuse(BadRequest)
	}
	if len(cmd.Expect) > 0 && !slices.Equal(cmd.Expect, c.prices) {
		return buf, refuse(PricesChanged)
	}
	if a := s.docsFree(cmd.Docs, c.docs); a != nil {
		return buf, *a
	}
	e.Kind, e.Ref, e.Docs = Assigned, c.key, someDocs(cmd.Docs)
	return s.emit(buf, e), s.answer(c)
}

func (s *State) extend(buf []Event, cmd *Extend, e Event) ([]Event, Answer) {
	c, bad := s.mine(cmd.Hold, cmd.Buyer)
	if bad != nil {
		return buf, *bad
	}
	if cmd.For <= 0 {
		return buf, refuse(BadRequest)
	}
	e.Kind, e.Ref = Extended, c.key
	e.Expires = s.now + cmd.For
	if !cmd.Reserve {
		e.Expires = min(e.Expires, c.created+s.cfg.HoldMax)
	}
	e.Expires = max(c.expires, e.Expires)
	buf = s.emit(buf, e)
	a := s.answer(c)
	a.OtherChannel = s.otherChannel(c, cmd.Channel)
	return buf, a
}

func (s *State) release(buf []Event, cmd *Release, e Event) ([]Event, Answer) {
	c, bad := s.mine(cmd.Hold, cmd.Buyer)
	if bad != nil {
		return buf, *bad
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
	e.Kind, e.Ref, e.Seats, e.Pool = Released, c.key, seats, cmd.ToPool
	buf = s.emit(buf, e)
	return buf, s.answer(c)
}

// part checks that ids are places of c and cut no unit; empty is all.
func (s *State) part(c *claim, ids []int32) ([]int32, *Answer) {
	if len(ids) == 0 {
		return s.ids(c.seats), nil
	}
	var idx []int32
	for k, id := range ids {
		i, ok := s.hall.find(id)
		if !ok || indexOf(c.seats, i) < 0 || slices.Contains(ids[:k], id) {
			a := refuse(NotSold, id)
			return nil, &a
		}
		idx = append(idx, i)
	}
	if a := s.wholeUnits(idx); a != nil {
		return nil, a
	}
	return slices.Clone(ids), nil
}
