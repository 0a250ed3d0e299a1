package engine

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
	case *SetKinds:
		return s.setKinds(buf, c, e)
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
	case *Reseat:
		return s.reseat(buf, c, e)
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
	case *SetKinds:
		return KindsSet
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
	case *Reseat:
		return Reseated
	}
	return 0
}

func (s *State) replay(cmd Command, d done) Answer {
	if wantKind(cmd) != d.kind {
		return refuse(KeyReused)
	}
	// A hold is shown again to its buyer alone, also when it has been sold. Of
	// one that has ended the buyer is forgotten; its seats are nobody's secret.
	if h, ok := cmd.(*Hold); ok {
		c := s.holds[d.ref]
		if c == nil && !d.sale.IsZero() {
			c = s.sales[d.sale]
		}
		if c != nil && c.buyer != h.Buyer || !s.asked(h, d.ids) {
			return refuse(KeyReused)
		}
	}
	if x, ok := cmd.(*Extend); ok && x.Hold != d.ref {
		return refuse(KeyReused)
	}
	a := Answer{Key: d.ref, Seats: d.ids, Prices: d.prices, Kinds: d.kinds, Expires: d.expires, Replayed: true}
	// What is left is what the hold has now, which an extension or a release
	// may have changed since.
	if c := s.holds[d.ref]; c != nil && d.expires > 0 {
		a.Expires, a.Left = c.expires, max(c.expires-s.now, 0)
		if len(c.seats) == len(d.ids) { // as it is bought now: its kinds may have been chosen anew
			a.Prices, a.Kinds = c.prices, c.kinds
		}
		a.Offers, a.OtherChannel = s.offers(c), s.otherChannel(c, cmd.meta().Channel)
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
