package sales

import (
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/identity"
)

type reservedWire struct {
	R         Reservation
	People    []identity.Person
	Seats     []int32
	Prices    []int64
	PerTicket bool
}

type reservedUntilWire struct {
	ID    ids.ID
	Until time.Time
}

type reservedEndWire struct {
	ID                ids.ID
	State, Reason, By string
}

func (p *reserved) toWire(w *wired) {
	w.Reserved = &reservedWire{p.r, p.people, p.seats, p.prices, p.perTicket}
}
func (p *reservedUntil) toWire(w *wired) { w.ReservedUntil = &reservedUntilWire{p.id, p.until} }
func (p *reservedEnd) toWire(w *wired) {
	w.ReservedEnd = &reservedEndWire{p.id, p.state, p.reason, p.by}
}

// offers is the payload of reservations that came over the wire, or nil.
func (w *wired) offers() rowPayload {
	switch {
	case w.Reserved != nil:
		x := w.Reserved
		return &reserved{r: x.R, people: x.People, seats: x.Seats, prices: x.Prices, perTicket: x.PerTicket}
	case w.ReservedUntil != nil:
		return &reservedUntil{id: w.ReservedUntil.ID, until: w.ReservedUntil.Until}
	case w.ReservedEnd != nil:
		x := w.ReservedEnd
		return &reservedEnd{id: x.ID, state: x.State, reason: x.Reason, by: x.By}
	case w.Offered != nil:
		return &offered{hold: w.Offered.Hold, release: w.Offered.Release, entry: w.Offered.Entry}
	case w.Publicised != nil:
		return &publicised{release: w.Publicised.Release}
	}
	return nil
}
