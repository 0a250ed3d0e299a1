package sales

import (
	"encoding/json"
	"fmt"
	"time"

	"parterre/codes"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
)

// Payloads go with commands to the node that owns a session (package
// inventory/cluster). Each payload of WriteRows has its form on the wire here;
// a test fills every field and wants it back, so that none is forgotten.
// Persons travel as they are stored: sealed.

// wired is a payload on the wire: one of them is set.
type wired struct {
	Placed   *placedWire   `json:",omitempty"`
	Sold     *soldWire     `json:",omitempty"`
	Refunded *refundedWire `json:",omitempty"`
	Moved    *movedWire    `json:",omitempty"`
	Renamed  *renamedWire  `json:",omitempty"`

	Reserved      *reservedWire      `json:",omitempty"`
	ReservedUntil *reservedUntilWire `json:",omitempty"`
	ReservedEnd   *reservedEndWire   `json:",omitempty"`
	Offered       *offeredWire       `json:",omitempty"`
	Publicised    *publicisedWire    `json:",omitempty"`
}

type placedWire struct {
	Order  Order
	People []identity.Person
	Terms  []byte
	Taken  time.Time
	Listed []int64
}

type soldWire struct {
	Order          ids.ID
	Show           codes.Show
	Lines          map[int32]Line
	Seats          *Map // of Places only those of Lines
	Channel        string
	OnePerDocument bool
	Priced         bool
	Counter        *counterWire `json:",omitempty"`
}

type counterWire struct {
	Placed  *placedWire
	Payment ids.ID
	Method  string
	// Reservation that the hold was, or zero
	Reservation ids.ID
}

type refundedWire struct {
	Refund ids.ID
	State  string
	Fees   map[int32]money.Fen
	Inside bool
}

type movedWire struct {
	X       Exchange
	Order   Order
	Show    codes.Show
	Seats   *Map // of Places only those of To
	To      []int32
	Payment ids.ID
	Taker   string
	Diff    money.Fen
	Ask     ask
	Part    []money.Fen
}

type renamedWire struct {
	ID, Order ids.ID
	Serial    int64
	Person    identity.Person
	Unique    bool
	First     bool
	By        string
	Ask       ask
}

type reservedWire struct {
	R         Reservation
	People    []identity.Person
	Seats     []int32
	Prices    []int64
	PerTicket bool
	Ask       ask
}

type reservedUntilWire struct {
	ID    ids.ID
	Until time.Time
}

type reservedEndWire struct {
	ID                ids.ID
	State, Reason, By string
}

// only is the map with these places alone: a whole one may hold 60,000.
func (m *Map) only(seats func(func(int32))) *Map {
	if m == nil {
		return nil
	}
	out := &Map{Version: m.Version, PlanID: m.PlanID, Zones: m.Zones, Places: map[int32]Place{}}
	seats(func(id int32) { out.Places[id] = m.Places[id] })
	return out
}

func (p *placed) wire() *placedWire {
	if p == nil {
		return nil
	}
	return &placedWire{Order: p.order, People: p.people, Terms: p.terms, Listed: p.listed, Taken: p.taken}
}

func (w *placedWire) payload() *placed {
	if w == nil {
		return nil
	}
	return &placed{order: w.Order, people: w.People, terms: w.Terms, listed: w.Listed, taken: w.Taken}
}

// EncodePayload makes bytes of a payload. It is a part of cluster.Payloads.
func (r *Rows) EncodePayload(payload any) ([]byte, error) {
	var w wired
	switch p := payload.(type) {
	case *placed:
		w.Placed = p.wire()
	case *sold:
		w.Sold = &soldWire{Order: p.order, Show: p.show, Lines: p.lines, Channel: p.channel, OnePerDocument: p.onePerDocument, Priced: p.priced, Seats: p.seats.only(func(f func(int32)) {
			for id := range p.lines {
				f(id)
			}
		})}
		if c := p.counter; c != nil {
			w.Sold.Counter = &counterWire{c.placed.wire(), c.payment, c.method, c.reservation}
		}
	case *refunded:
		w.Refunded = &refundedWire{p.refund, p.state, p.fees, p.inside}
	case *moved:
		w.Moved = &movedWire{X: p.x, Order: p.order, Show: p.show, To: p.to, Payment: p.payment, Taker: p.taker, Diff: p.diff, Ask: p.ask, Part: p.part, Seats: p.seats.only(func(f func(int32)) {
			for _, id := range p.to {
				f(id)
			}
		})}
	case *renamed:
		w.Renamed = &renamedWire{p.id, p.order, p.serial, p.person, p.unique, p.first, p.by, p.ask}
	case *reserved:
		w.Reserved = &reservedWire{p.r, p.people, p.seats, p.prices, p.perTicket, p.ask}
	case *reservedUntil:
		w.ReservedUntil = &reservedUntilWire{p.id, p.until}
	case *reservedEnd:
		w.ReservedEnd = &reservedEndWire{p.id, p.state, p.reason, p.by}
	case *offered:
		w.Offered = &offeredWire{p.hold, p.release, p.entry}
	case *publicised:
		w.Publicised = &publicisedWire{p.release}
	default:
		return nil, fmt.Errorf("sales: a %T cannot go to another node", payload)
	}
	return json.Marshal(w)
}

// DecodePayload is the other way.
func (r *Rows) DecodePayload(raw []byte) (any, error) {
	var w wired
	if err := json.Unmarshal(raw, &w); err != nil {
		return nil, fmt.Errorf("sales: a payload from another node cannot be read: %w", err)
	}
	switch {
	case w.Placed != nil:
		return w.Placed.payload(), nil
	case w.Sold != nil:
		s := w.Sold
		p := &sold{order: s.Order, show: s.Show, lines: s.Lines, seats: s.Seats, channel: s.Channel, onePerDocument: s.OnePerDocument, priced: s.Priced}
		if c := s.Counter; c != nil {
			p.counter = &counterSale{placed: c.Placed.payload(), payment: c.Payment, method: c.Method, reservation: c.Reservation}
		}
		return p, nil
	case w.Refunded != nil:
		return &refunded{refund: w.Refunded.Refund, state: w.Refunded.State, fees: w.Refunded.Fees, inside: w.Refunded.Inside}, nil
	case w.Moved != nil:
		m := w.Moved
		return &moved{x: m.X, order: m.Order, show: m.Show, seats: m.Seats, to: m.To, payment: m.Payment, taker: m.Taker, diff: m.Diff, ask: m.Ask, part: m.Part}, nil
	case w.Renamed != nil:
		n := w.Renamed
		return &renamed{id: n.ID, order: n.Order, serial: n.Serial, person: n.Person, unique: n.Unique, first: n.First, by: n.By, ask: n.Ask}, nil
	case w.Reserved != nil:
		v := w.Reserved
		return &reserved{r: v.R, people: v.People, seats: v.Seats, prices: v.Prices, perTicket: v.PerTicket, ask: v.Ask}, nil
	case w.ReservedUntil != nil:
		return &reservedUntil{id: w.ReservedUntil.ID, until: w.ReservedUntil.Until}, nil
	case w.ReservedEnd != nil:
		e := w.ReservedEnd
		return &reservedEnd{id: e.ID, state: e.State, reason: e.Reason, by: e.By}, nil
	case w.Offered != nil:
		return &offered{hold: w.Offered.Hold, release: w.Offered.Release, entry: w.Offered.Entry}, nil
	case w.Publicised != nil:
		return &publicised{release: w.Publicised.Release}, nil
	}
	return nil, fmt.Errorf("sales: a payload from another node is of no kind that is known here")
}
