package engine

import (
	"encoding/json"
	"slices"
)

// Apply decides a command at time now (ms since 1970) and changes the state
// accordingly. The events are appended to buf. It panics only when an event of
// its own making does not fold, which would be a fault of this package.
func (s *State) Apply(buf []Event, cmd Command, now int64) ([]Event, Answer) {
	s.now = max(s.now, now)
	buf = s.expire(buf)
	m := cmd.meta()
	if _, ok := cmd.(*Expire); ok {
		s.forget()
		return buf, Answer{}
	}
	if m.Key.IsZero() {
		return buf, refuse(BadRequest)
	}
	if d, ok := s.done[m.Key]; ok {
		return buf, s.replay(cmd, d)
	}
	if _, ok := cmd.(*Open); !ok && !s.opened {
		return buf, refuse(NotOpen)
	}
	e := Event{Key: m.Key, Actor: m.Actor, Channel: m.Channel, Reason: m.Reason}
	switch c := cmd.(type) {
	case *Open:
		return s.open(buf, c, e)
	case *Configure:
		return s.configure(buf, c, e)
	case *Hold:
		return s.hold(buf, c, e)
	case *Assign:
		return s.assign(buf, c, e)
	case *Extend:
		return s.extend(buf, c, e)
	case *Release:
		return s.release(buf, c, e)
	case *Confirm:
		return s.confirm(buf, c, e)
	case *Refund:
		return s.refund(buf, c, e)
	case *Move:
		return s.move(buf, c, e)
	case *Rename:
		return s.rename(buf, c, e)
	case *Block:
		return s.block(buf, c, e)
	case *Unblock:
		return s.unblock(buf, c, e)
	}
	return buf, refuse(BadRequest)
}

func refuse(code string, ids ...int32) Answer {
	return Answer{Refused: &Refusal{Code: code, Seats: ids}}
}

func refuseBy(rule, code string, limit, left int64) Answer {
	return Answer{Refused: &Refusal{Code: code, Rule: rule, Limit: limit, Left: max(left, 0)}}
}

// emit numbers an event, folds it and appends it.
func (s *State) emit(buf []Event, e Event) []Event {
	e.No, e.At = s.no+1, s.now
	if err := s.Fold(&e); err != nil {
		panic(err)
	}
	return append(buf, e)
}

var wantKind = func(cmd Command) EventKind {
	switch cmd.(type) {
	case *Open:
		return Opened
	case *Configure:
		return Configured
	case *Hold:
		return Held
	case *Assign:
		return Assigned
	case *Extend:
		return Extended
	case *Release:
		return Released
	case *Confirm:
		return Sold
	case *Refund:
		return Refunded
	case *Move:
		return Moved
	case *Rename:
		return Renamed
	case *Block:
		return BlockedSeats
	case *Unblock:
		return UnblockedSeats
	}
	return 0
}

func (s *State) replay(cmd Command, d done) Answer {
	if wantKind(cmd) != d.kind {
		return refuse(KeyReused)
	}
	// A hold is shown again to its buyer alone.
	if h, ok := cmd.(*Hold); ok {
		if c := s.holds[d.ref]; c != nil && c.buyer != h.Buyer {
			return refuse(KeyReused)
		}
	}
	a := Answer{Key: d.ref, Seats: d.ids, Prices: d.prices, Expires: d.expires, Replayed: true}
	// What is left is what the hold has now, which an extension or a release
	// may have changed since.
	if c := s.holds[d.ref]; c != nil && d.expires > 0 {
		a.Expires, a.Left = c.expires, max(c.expires-s.now, 0)
	}
	return a
}

func (s *State) expire(buf []Event) []Event {
	for {
		at, ok := s.NextExpiry()
		if !ok || at > s.now {
			return buf
		}
		c := s.due[0].claim
		buf = s.emit(buf, Event{Kind: Expired, Ref: c.key, Seats: s.ids(c.seats)})
	}
}

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
		if _, ok := c.Config.pool(id); id != 0 && !ok {
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
	if n <= 0 || c.For < 0 || (len(c.Docs) > 0 && len(c.Docs) != n) {
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
	prices := make([]int64, n)
	for k, i := range seats {
		p := s.cfg.price(s.hall.places[i].Zone)
		if p < 0 {
			return buf, refuse(ZoneClosed, s.hall.places[i].ID)
		}
		prices[k] = p
	}
	ttl := c.For
	if ttl == 0 {
		ttl = s.cfg.HoldFor
	}
	e.Kind, e.Buyer, e.Device, e.Pool = Held, c.Buyer, c.Device, c.Pool
	e.Seats, e.Prices, e.Docs, e.Expires = s.ids(seats), prices, someDocs(c.Docs), s.now+min(ttl, s.cfg.HoldMax)
	buf = s.emit(buf, e)
	return buf, Answer{Key: e.Key, Seats: e.Seats, Prices: prices, Expires: e.Expires, Left: e.Expires - s.now, Explain: ex}
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
	if a := over(TooMany, "", s.cfg.MaxSeats, 0); a != nil {
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
	a := Answer{Key: c.key, Seats: s.ids(c.seats), Prices: c.prices, Expires: c.expires, Left: max(c.expires-s.now, 0)}
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
	e.Expires = max(c.expires, min(s.now+cmd.For, c.created+s.cfg.HoldMax))
	buf = s.emit(buf, e)
	return buf, s.answer(c)
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
	e.Kind, e.Ref, e.Seats = Released, c.key, seats
	buf = s.emit(buf, e)
	return buf, Answer{Key: c.key, Seats: s.ids(c.seats), Prices: c.prices, Expires: c.expires, Left: max(c.expires-s.now, 0)}
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

func (s *State) confirm(buf []Event, cmd *Confirm, e Event) ([]Event, Answer) {
	c, bad := s.mine(cmd.Hold, cmd.Buyer)
	if bad != nil {
		return buf, *bad
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
	e.Seats, e.Prices = s.ids(c.seats), c.prices
	if len(e.Docs) == 0 {
		e.Docs = c.docs
	}
	buf = s.emit(buf, e)
	return buf, Answer{Key: e.Key, Seats: e.Seats, Prices: e.Prices}
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
	e.Kind, e.Sale, e.Buyer, e.Seats, e.Pool = Moved, c.sale, c.buyer, from, cmd.ToPool
	if !cmd.Hold.IsZero() {
		h, bad := s.mine(cmd.Hold, cmd.Buyer)
		if bad != nil {
			return buf, *bad
		}
		if len(h.seats) != len(from) || len(cmd.To) > 0 || h.pool != 0 {
			return buf, refuse(BadRequest)
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
		for _, i := range idx {
			p := s.cfg.price(s.hall.places[i].Zone)
			if p < 0 {
				return buf, refuse(ZoneClosed, s.hall.places[i].ID)
			}
			e.Prices = append(e.Prices, p)
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
