// Package gate composes the gate app (检票): it answers checking's questions
// about tickets and sessions, and verifies what was scanned.
package gate

import (
	"context"
	"errors"
	"strings"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/modules/checking"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// Source knows tickets and sessions for the gate.
type Source struct {
	Maps  sales.Maps
	Codes *codes.UniqueKeys
	Vault *identity.Vault
}

var _ checking.Source = (*Source)(nil)

// Ticket implements checking.Source.
func (s *Source) Ticket(ctx context.Context, tx db.Tx, code string, seat int32) (checking.Ticket, bool, error) {
	parsed, err := codes.ParseTicket(code)
	if err != nil {
		return checking.Ticket{}, false, nil
	}
	se, err := show.ByCode(ctx, tx, parsed.Show())
	if errors.Is(err, show.ErrSessionNotFound) {
		return checking.Ticket{}, false, nil
	}
	if err != nil {
		return checking.Ticket{}, false, err
	}
	t, ok, err := s.find(ctx, tx, se.ID, parsed, seat)
	if err != nil {
		return checking.Ticket{}, false, err
	}
	if !ok {
		return s.pass(ctx, tx, se, parsed)
	}
	m, err := s.Maps.Map(ctx, se.ID)
	if err != nil {
		return checking.Ticket{}, false, err
	}
	place := m.Places[t.Seat]
	out := checking.Ticket{
		Code: t.Code, Session: se.ID, State: t.State, Edition: t.Edition, Section: place.Section, Seat: place.Text(), Gate: place.Gate,
		Kind: t.Kind, Persons: 1, RealName: se.Rules.RealName.AtEntry,
	}
	out.Proof, out.ProofEn = m.ProofOf(t.Kind)
	if out.Bound, err = sales.Admissible(ctx, tx, t, se); err != nil {
		return out, false, err
	}
	if t.Zone < len(m.Zones) {
		out.Zone = m.Zones[t.Zone].Name
	}
	if !t.Person.IsZero() {
		people, err := identity.Masked(ctx, tx, s.Vault, []ids.ID{t.Person})
		if err != nil {
			return out, false, err
		}
		out.Holder = people[t.Person].Name
	}
	return out, true, nil
}

// pass finds a work pass (RL-4). It may be used before the doors open, and is
// none of the audience; its person is checked as the session asks.
func (s *Source) pass(ctx context.Context, tx db.Tx, se show.Session, code codes.Ticket) (checking.Ticket, bool, error) {
	serial, err := s.Codes.Open(code)
	if err != nil {
		return checking.Ticket{}, false, nil
	}
	p, t, ok, err := sales.PassBySerial(ctx, tx, se.ID, serial)
	if err != nil || !ok || t.Code != code.String() {
		return checking.Ticket{}, false, err
	}
	out := checking.Ticket{
		Code: t.Code, Session: se.ID, State: t.State, Edition: t.Edition, Section: strings.Join(p.Areas, "、"), Seat: p.Organisation + " " + p.Role, Gate: p.Entrance,
		Kind: "work", Bound: true, Staff: true, RealName: true,
	}
	people, err := identity.Masked(ctx, tx, s.Vault, []ids.ID{t.Person})
	out.Holder = people[t.Person].Name
	return out, true, err
}

// find looks at the seat that the payload names, and for a code without a seat
// or of a seat that was sold again, by the serial.
func (s *Source) find(ctx context.Context, tx db.Tx, session ids.ID, code codes.Ticket, seat int32) (sales.Ticket, bool, error) {
	serial, err := s.Codes.Open(code)
	if err != nil {
		return sales.Ticket{}, false, nil // a typing error, or not a code of ours
	}
	t, ok, err := sales.TicketToAdmit(ctx, tx, session, seat, serial)
	return t, ok && t.Code == code.String(), err
}

// ByDocument implements checking.Source. What is typed or read may be any kind
// of document; a number that is none has no ticket.
func (s *Source) ByDocument(ctx context.Context, tx db.Tx, session ids.ID, number string) (string, bool, error) {
	for _, k := range identity.Kinds {
		d, err := identity.ParseDocument(k.Kind, number, tx.Now)
		if err != nil {
			continue
		}
		seat, ok, err := identity.SeatOf(ctx, tx, session, s.Vault.BlindIn(tx.Scope.Tenant, session, d))
		if err != nil {
			return "", false, err
		}
		if !ok {
			// Who has no ticket may have a work pass (RL-4).
			if code, ok, err := sales.PassByDocument(ctx, tx, session, s.Vault.Blinds(tx.Scope.Tenant, d)); err != nil || ok {
				return code, ok, err
			}
			continue
		}
		t, ok, err := sales.TicketAt(ctx, tx, session, seat)
		return t.Code, ok, err
	}
	return "", false, nil
}

// Session implements checking.Source.
func (s *Source) Session(ctx context.Context, tx db.Tx, id ids.ID) (checking.Session, error) {
	se, sh, err := show.Full(ctx, tx, id)
	return checking.Session{ID: se.ID, Title: sh.Title, Starts: se.StartsAt, Doors: se.DoorsAt, Ends: se.EndsAt, State: se.State, Approved: se.Audience}, err
}

// Verifier checks scanned texts with the public keys of this installation.
type Verifier struct{ Keys *payload.Keyring }

var _ checking.Verifier = (*Verifier)(nil)

// Verify implements checking.Verifier.
func (v *Verifier) Verify(text string) (checking.Verified, error) {
	t, _, err := v.Keys.Verify(text)
	if err == nil {
		return checking.Verified{Code: t.Code.String(), Seat: int32(t.Seat), Edition: int(t.Edition)}, nil
	}
	var c *codes.Error
	if errors.As(err, &c) && (c.ErrorCode() == "codes.payload.signature" || c.ErrorCode() == "codes.payload.unknown_key") {
		return checking.Verified{}, checking.ErrForged
	}
	return checking.Verified{}, checking.ErrUnreadable
}

// Plain implements checking.Verifier.
func (v *Verifier) Plain(text string) (string, bool) {
	t, err := codes.ParseTicket(text)
	if err != nil || !codes.CheckTicket(t) {
		return "", false
	}
	return t.String(), true
}
