package sales

import (
	"context"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// Correction names another person for a ticket (更正观演人), or binds the first
// one to a ticket that has none.
type Correction struct {
	ID     ids.ID // made by the client
	Order  ids.ID
	Seat   int32
	Person Person
	// Address is the shop's client's, "" of staff; see Guard.
	Address string
}

// renamed is the payload of the command that binds another document.
type renamed struct {
	ask       ask
	id, order ids.ID
	serial    int64
	person    identity.Person
	unique    bool
	first     bool // the ticket had no person: a binding, not a correction
	by        string
}

// Correct changes the person of a ticket: once a ticket, and not within the
// session's binding hours before the start (RL-3). The new document is checked
// as at the sale (RL-1), and the old one is free again.
// Errors: sales.not_ticket, sales.corrected, sales.too_late, identity.*,
// sales.guardian, sales.admitted, inventory.document_used.
func (s *Service) Correct(ctx context.Context, c Correction) (Order, error) {
	if c.ID.IsZero() {
		return Order{}, ids.ErrID.At("id")
	}
	o, err := s.Order(ctx, c.Order)
	if err != nil {
		return Order{}, err
	}
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return Order{}, err
	}
	now := s.DB.Clock().Now()
	if now.After(se.StartsAt.Add(-time.Duration(se.Rules.BindBefore) * time.Hour)) {
		return Order{}, ErrTooLate.With("hours", se.Rules.BindBefore)
	}
	t, did, err := s.correctable(ctx, o, c)
	if err == nil && did {
		err = s.sameAsk(ctx, s.personAsk(ctx, "correction", c.ID, c.Order, c.Seat, c.Person))
	}
	if err != nil {
		return Order{}, err
	}
	if did {
		return o, nil
	}
	if err := s.mayAsk(ctx, c.Address); err != nil {
		return Order{}, err
	}
	person, err := s.checkPerson(ctx, se, c.Person, now)
	if err != nil {
		return Order{}, err
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		return s.refuseAdmitted(ctx, tx, o, []Ticket{t}, []int32{c.Seat})
	})
	if err != nil {
		return Order{}, err
	}
	p := &renamed{id: c.ID, ask: s.personAsk(ctx, "correction", c.ID, c.Order, c.Seat, c.Person), order: o.ID, serial: t.Serial, person: person, unique: se.Rules.RealName.PerTicket, by: buyerOf(ctx)}
	// The key is the ticket's: one correction each, whoever asks.
	serial := ids.FromBytes(derive(o.ID, t.Code))
	a, err := s.Seats.Do(ctx, o.Session, &engine.Rename{Meta: engine.Meta{Key: derive(serial, "correct"), Actor: actorKey(ctx)}, Sale: key(o.ID), Seats: []int32{c.Seat}, Docs: []engine.Key{engine.Key(person.Blind)}}, p)
	if err != nil {
		if e, ok := errs.Of(err); ok && a.Refused != nil && a.Refused.Code == engine.DocumentUsed {
			s.answered(ctx, c.Address, 1)
			err = e.At("person.number")
		}
		return Order{}, s.meanwhile(ctx, err, o, []Ticket{t}, []int32{c.Seat})
	}
	if a.Replayed {
		if _, did, err := s.correctable(ctx, o, c); err != nil || !did {
			return Order{}, errsJoin(ErrCorrected, err)
		}
	}
	return s.Order(ctx, o.ID)
}

func (s *Service) personAsk(ctx context.Context, what string, id, order ids.ID, seat int32, p Person) ask {
	return s.asking(ctx, what, id, order, seat, p.plain())
}

// correctable finds the ticket to correct; did says that this very correction
// was made before.
func (s *Service) correctable(ctx context.Context, o Order, c Correction) (t Ticket, did bool, err error) {
	list, err := s.Tickets(ctx, o.ID)
	if err != nil {
		return t, false, err
	}
	i := slices.IndexFunc(list, func(t Ticket) bool { return t.Seat == c.Seat && t.State == "valid" })
	if i < 0 {
		return t, false, ErrNotTicket
	}
	var before ids.ID
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		before, err = correctionOf(ctx, tx, list[i])
		return err
	})
	if err == nil && !before.IsZero() && before != c.ID {
		err = ErrCorrected
	}
	return list[i], before == c.ID, err
}

func (s *Service) checkPerson(ctx context.Context, se show.Session, p Person, now time.Time) (identity.Person, error) {
	sc, _ := db.ScopeOf(ctx)
	people, _, err := s.checkPeople(sc.Tenant, se, NewOrder{Session: se.ID, People: []Person{p}}, now)
	if err != nil {
		return identity.Person{}, err
	}
	return people[0], nil
}

func (w *rowSet) renamed(c inventory.Change, p *renamed) {
	seat := c.Event.Seats[0]
	w.people, w.at = append(w.people, p.person), c.At
	w.asked.add(p.ask, c.At)
	n := &w.names
	n.session, n.order, n.id, n.person, n.by = append(n.session, c.Session.String()), append(n.order, p.order.String()), append(n.id, p.id.String()), append(n.person, p.person.ID.String()), append(n.by, p.by)
	n.first = append(n.first, p.first)
	n.serial, n.seat, n.at = append(n.serial, p.serial), append(n.seat, seat), append(n.at, c.At)
	if p.unique {
		w.freed.session, w.freed.seat = append(w.freed.session, c.Session.String()), append(w.freed.seat, seat)
		w.hold(c, seat, c.Event.Docs[0])
	}
}
