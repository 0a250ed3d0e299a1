package sales

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/show"
	"parterre/modules/venue"
)

// Detail is an order with all that a page shows of it. People are masked.
type Detail struct {
	Order    Order
	Session  show.Session
	Show     show.Show
	Venue    venue.Venue
	Hall     venue.Hall
	Map      *Map
	Tickets  []Ticket
	People   map[ids.ID]identity.Shown
	Payments []Payment
	Refunds  []Refund
	Phone    string // masked
	Bundle   ids.ID // the package order that it is part of; zero: none
}

// Detail returns one order of the caller with all that belongs to it.
// Errors: sales.order_not_found.
func (s *Service) Detail(ctx context.Context, order ids.ID) (Detail, error) {
	var d Detail
	// One transaction for all of it: each costs three trips to the database. Its
	// tickets are looked up by the order's seats, so that an exchange between the
	// two would leave it without any: both are of one snapshot.
	err := s.DB.Snapshot(ctx, func(ctx context.Context, tx db.Tx) error {
		o, err := s.Order(ctx, order)
		if err != nil {
			return err
		}
		p, err := s.printable(ctx, o)
		if err != nil {
			return err
		}
		d = Detail{Order: o, Session: p.session, Show: p.show, Venue: p.venue, Hall: p.hall, Map: p.seats, People: p.people}
		if d.Tickets, err = ticketsOf(ctx, tx, o); err != nil {
			return err
		}
		if d.Payments, err = payments(ctx, tx, o.ID, ""); err != nil {
			return err
		}
		if d.Bundle, err = bundleOf(ctx, tx, o.ID); err != nil {
			return err
		}
		d.Refunds, err = RefundsOf(ctx, tx, o.ID)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	o := d.Order
	if len(o.Contact) == 0 {
		return d, nil
	}
	sc, _ := db.ScopeOf(ctx)
	phone, err := s.Vault.Open(sc.Tenant, o.ID, "contact", o.Contact)
	d.Phone = identity.MaskPhone(phone)
	return d, err
}
