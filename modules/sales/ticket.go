package sales

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/codes/symbol"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
	"parterre/modules/venue"
	"parterre/printing"
	"parterre/printing/ticket"
)

// Tickets lists an order's tickets, live and past, by seat.
func (s *Service) Tickets(ctx context.Context, order ids.ID) ([]Ticket, error) {
	o, err := s.Order(ctx, order)
	if err != nil {
		return nil, err
	}
	var list []Ticket
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		list, err = ticketsOf(ctx, tx, o)
		return err
	})
	return list, err
}

func (s *Service) docsOf(ctx context.Context, o Order) ([]engine.Key, error) {
	var out []engine.Key
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		blinds, err := blindsOf(ctx, tx, o.Lines)
		for _, b := range blinds {
			out = append(out, engine.Key(b))
		}
		return err
	})
	if !slices.ContainsFunc(out, func(k engine.Key) bool { return !k.IsZero() }) {
		return nil, err
	}
	return out, err
}

// Payload makes the signed text of a ticket's QR code. The same ticket gives
// the same text, so it need not be stored.
func (s *Service) Payload(t Ticket, se show.Session, p Place) (string, error) {
	code, err := codes.ParseTicket(t.Code)
	if err != nil {
		return "", err
	}
	flags := payload.Flags(0)
	if se.Rules.RealName.AtEntry {
		flags |= payload.RealName
	}
	return payload.Sign(s.Signer, payload.Ticket{
		Code: code, Seat: uint32(max(0, t.Seat)), Zone: uint32(t.Zone) + 1, Admits: 1, Flags: flags, Edition: uint8(t.Edition),
		ValidFrom: se.DoorsAt.Truncate(time.Minute), ValidUntil: se.EndsAt.Truncate(time.Minute).Add(time.Minute), Label: label(p),
	})
}

// label is what a gate shows of a place; the level and section are dropped, in
// that order, if all does not fit into the payload.
func label(p Place) string {
	seat := p.seat()
	for _, s := range []string{p.Level + p.Section + " " + seat, p.Section + " " + seat, seat} {
		if len(s) <= payload.MaxLabel {
			return s
		}
	}
	return ""
}

func (p Place) seat() string {
	if p.Area {
		return "站席"
	}
	row := p.row()
	if r, _ := utf8.DecodeLastRuneInString(row); unicode.Is(unicode.Han, r) {
		return row + p.Number + "座" // the row has a word of its own, such as 3号桌
	}
	return row + "排" + p.Number + "座"
}

// row is the row without the word for it, which some plans have in their labels.
func (p Place) row() string { return strings.TrimSuffix(p.Row, "排") }

// Text is a place in words: "池座 5排12座".
func (p Place) Text() string {
	head := p.Section
	if p.Level != "" && p.Level != p.Section {
		head = strings.TrimSpace(p.Level + " " + p.Section) // a box belongs to a level alone
	}
	return strings.TrimSpace(head + " " + p.seat())
}

// QR makes the symbol of a ticket's signed payload.
func (s *Service) QR(t Ticket, se show.Session, p Place) (*symbol.Matrix, error) {
	text, err := s.Payload(t, se, p)
	if err != nil {
		return nil, err
	}
	return symbol.Encode(symbol.QR, text, symbol.Options{})
}

// TicketQR makes the symbol of a valid ticket of an order of the caller.
// Errors: sales.order_not_found, sales.not_ticket.
func (s *Service) TicketQR(ctx context.Context, order ids.ID, seat int32) (*symbol.Matrix, error) {
	o, err := s.Order(ctx, order)
	if err != nil {
		return nil, err
	}
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return nil, err
	}
	list, err := s.Tickets(ctx, order)
	if err != nil {
		return nil, err
	}
	m, err := s.Maps.Map(ctx, o.Session)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		if t.Seat == seat && t.State == "valid" {
			return s.QR(t, se, m.Places[seat])
		}
	}
	return nil, ErrNotTicket
}

// printable gathers what a ticket's page shows.
type printable struct {
	session show.Session
	show    show.Show
	venue   venue.Venue
	hall    venue.Hall
	seats   *Map
	people  map[ids.ID]identity.Shown
	order   Order
}

func (s *Service) printable(ctx context.Context, o Order) (printable, error) {
	p := printable{order: o}
	m, err := s.Maps.Map(ctx, o.Session)
	if err != nil {
		return p, err
	}
	p.seats = m
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p.session, p.show, err = show.Full(ctx, tx, o.Session); err != nil {
			return err
		}
		if p.venue, p.hall, err = venue.HallTx(ctx, tx, p.session.HallID); err != nil {
			return err
		}
		p.people, err = peopleOf(ctx, tx, s.Vault, o.Lines)
		return err
	})
	return p, err
}

// PDF prints the live tickets of an order; seat 0 means all of them. Warnings
// name characters that the font lacks. Errors: sales.order_not_found,
// sales.state when there is no ticket.
func (s *Service) PDF(ctx context.Context, order ids.ID, seat int32, o ticket.Options) ([]byte, []printing.Warning, error) {
	ord, err := s.Order(ctx, order)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.Tickets(ctx, order)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.printable(ctx, ord)
	if err != nil {
		return nil, nil, err
	}
	var pages []ticket.Ticket
	for _, t := range list {
		if t.State != "valid" || (seat != 0 && t.Seat != seat) {
			continue
		}
		page, err := s.page(t, p)
		if err != nil {
			return nil, nil, err
		}
		pages = append(pages, page)
	}
	if len(pages) == 0 {
		return nil, nil, ErrState
	}
	return ticket.PDFAll(pages, o)
}

func (s *Service) page(t Ticket, p printable) (ticket.Ticket, error) {
	place := p.seats.Places[t.Seat]
	qr, err := s.QR(t, p.session, place)
	if err != nil {
		return ticket.Ticket{}, err
	}
	zone, err := time.LoadLocation(p.venue.Zone)
	if err != nil {
		zone = clock.Shanghai
	}
	if place.Level == place.Section {
		place.Level = ""
	}
	who := p.people[t.Person]
	page := ticket.Ticket{
		Show: p.show.Title, Subtitle: p.show.Performers, Venue: p.venue.Name, Hall: p.hall.Name, Address: p.venue.Address,
		Starts: p.session.StartsAt.In(zone), Doors: p.session.DoorsAt.In(zone),
		Seat:     ticket.Seat{Level: place.Level, Section: place.Section, Row: place.row(), Number: place.Number, Free: place.Area},
		PriceFen: int64(t.Price), Kind: kindName(t.Kind), Gate: firstOf(place.Gate, place.Entrance), View: place.Note,
		Holder: who.Name, Document: who.Number, Code: t.Code, QR: qr, Order: p.order.Number(), SoldAt: t.SoldAt.In(zone), Reprint: t.Prints,
		Organiser: p.show.Organiser, Refund: refundLines(p.session.Rules),
	}
	if t.Zone < len(p.seats.Zones) {
		page.Zone = p.seats.Zones[t.Zone].Name
	}
	if n := len(p.show.Approvals); n > 0 {
		page.Approval = p.show.Approvals[n-1].Number
	}
	if proof, _ := p.seats.ProofOf(t.Kind); proof != "" {
		page.Notes = append(page.Notes, kindName(t.Kind)+"：入场时请出示"+proof+"。")
	}
	if p.show.Notes != "" {
		page.Notes = append(page.Notes, p.show.Notes)
	}
	return page, nil
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func kindName(kind string) string {
	if e, ok := codes.MustTable("ticket-kind").Lookup(kind); ok {
		return e.ZH
	}
	return "全价票"
}

// refundLines tells the tiers as they are printed (RL-5, RL-6).
func refundLines(r show.Rules) []string {
	if len(r.Refunds) == 0 {
		return []string{"本场次售出后不退不换。"}
	}
	var out []string
	for _, t := range r.Refunds {
		fee := fmt.Sprintf("收取票价 %g%% 手续费", float64(t.FeePerMille)/10) //nolint:forbidigo // a percentage for print, not money
		if t.FeePerMille == 0 {
			fee = "免手续费"
		}
		out = append(out, fmt.Sprintf("开演 %d 小时前退票%s", t.HoursBefore, fee))
	}
	return append(out, "之后不予退票。")
}
