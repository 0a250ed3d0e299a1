package channel

import (
	"context"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/venue"
)

// Lock takes places for a customer of the agent, from its allotment first
// where it has one. Errors: sales.not_on_sale, inventory.*.
func (s *Service) Lock(ctx context.Context, a Agent, c sales.AgentChoice) (sales.Held, error) {
	if _, _, err := s.Session(ctx, c.Session); err != nil {
		return sales.Held{}, err
	}
	if a.Pool != "" {
		pool, err := s.pool(ctx, c.Session, a.Pool, nil)
		if err != nil {
			return sales.Held{}, err
		}
		if pool != 0 {
			c.Pool = pool
			h, err := s.Sales.LockForAgent(ctx, c)
			if !slices.Contains([]string{"inventory.seat_blocked", "inventory.seat_taken", "inventory.no_fit"}, errs.CodeOf(err)) {
				return h, err
			}
			c.Pool = 0
		}
	}
	return s.Sales.LockForAgent(ctx, c)
}

// Confirmation is what makes an order of a lock.
type Confirmation struct {
	sales.NewOrder
	Ref       string // the agent's own number
	RulesHash string // of the rules that the buyer was told; "" is not checked
}

// Confirm makes order and tickets of a lock in one commit, under the agent's
// name (RL-6). The same order id again returns the order as it stands.
// Errors: sales.*, identity.*, inventory.*, channel.rules_changed.
func (s *Service) Confirm(ctx context.Context, a Agent, n Confirmation) (sales.Order, error) {
	se, _, err := s.Session(ctx, n.Session)
	if err != nil {
		return sales.Order{}, err
	}
	if n.RulesHash != "" && n.RulesHash != sales.RulesHash(sales.RulesText(se)) {
		if o, err := s.Sales.Order(ctx, n.ID); err == nil { // sold before they changed
			return o, nil
		}
		return sales.Order{}, ErrRules
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		return insertSale(ctx, tx, Sale{Order: n.ID, Agent: a.ID, Name: a.Name, Ref: n.Ref})
	})
	if err != nil {
		return sales.Order{}, err
	}
	return s.Sales.SellByAgent(ctx, n.NewOrder)
}

// Orders lists the agent's orders, newest first.
func (s *Service) Orders(ctx context.Context, session ids.ID, r page.Request) (page.Page[sales.Order], error) {
	return s.Sales.Orders(ctx, sales.OrderFilter{Session: session}, r)
}

// Order is an agent's order with all that belongs to it. People are masked.
type Order struct {
	sales.Detail
	Seller string
	Ref    string
}

// Order returns one order of the agent. Errors: sales.order_not_found.
func (s *Service) Order(ctx context.Context, id ids.ID) (Order, error) {
	d, err := s.Sales.Detail(ctx, id)
	if err != nil {
		return Order{}, err
	}
	o := Order{Detail: d}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		x, ok, err := getSale(ctx, tx, id)
		if ok && x.Agent == agentID(ctx) {
			o.Seller, o.Ref = x.Name, x.Ref
		}
		return err
	})
	return o, err
}

// Issued is one ticket as an agent hands it on.
type Issued struct {
	Seat    int32     `json:"seat"`
	Place   string    `json:"place" doc:"In words, as printed"`
	Price   money.Fen `json:"price"`
	State   string    `json:"state" enum:"valid,refunded,exchanged,void"`
	Code    string    `json:"code" doc:"Ticket code"`
	Payload string    `json:"payload,omitempty" doc:"Text of the QR code, signed; show it as it is"`
	QR      string    `json:"qr,omitempty" doc:"The QR code as an SVG document"`
	Holder  string    `json:"holder,omitempty" doc:"Masked"`
}

// Tickets issues an order's tickets: codes, signed payloads and QR codes.
func (s *Service) Tickets(ctx context.Context, order ids.ID) ([]Issued, error) {
	d, err := s.Sales.Detail(ctx, order)
	if err != nil {
		return nil, err
	}
	out := []Issued{}
	for _, t := range d.Tickets {
		p := d.Map.Places[t.Seat]
		x := Issued{Seat: t.Seat, Place: p.Text(), Price: t.Price, State: t.State, Code: t.Code, Holder: d.People[t.Person].Name}
		if t.State == "valid" {
			if x.Payload, err = s.Sales.Payload(t, d.Session, p); err != nil {
				return nil, err
			}
			m, err := s.Sales.QR(t, d.Session, p)
			if err != nil {
				return nil, err
			}
			x.QR = m.SVG(4, "px")
		}
		out = append(out, x)
	}
	return out, nil
}

// Listing is a session with what belongs to it.
type Listing struct {
	Session  show.Session
	Show     show.Show
	Venue    venue.Venue
	Hall     venue.Hall
	Map      *sales.Map // nil before there is one
	Approval string
	Terms    []sales.Clause
	Rules    string // hash of the terms
}

// Listing gathers what agents are told of a session.
func (s *Service) Listing(ctx context.Context, id ids.ID) (l Listing, err error) {
	if l.Session, l.Show, err = s.Session(ctx, id); err != nil {
		return l, err
	}
	if l.Venue, l.Hall, err = s.Venues.Hall(ctx, l.Session.HallID); err != nil {
		return l, err
	}
	for _, a := range l.Show.Approvals {
		if a.Version == l.Session.ApprovalVersion {
			l.Approval = a.Number
		}
	}
	l.Terms = sales.RulesText(l.Session)
	l.Rules = sales.RulesHash(l.Terms)
	if !l.Session.MapID.IsZero() {
		l.Map, err = s.Maps.Map(ctx, id)
	}
	return l, err
}

// Sessions lists sessions that agents may see, by start.
func (s *Service) Sessions(ctx context.Context, showID ids.ID, from, to time.Time, r page.Request) (page.Page[show.Session], error) {
	if from.IsZero() {
		from = s.now().Add(-6 * time.Hour)
	}
	return s.Shows.Sessions(ctx, show.Filter{ShowID: showID, States: shown, From: from, To: to}, r)
}

// Documents are the kinds of identity documents that are taken.
func Documents() []identity.KindInfo { return identity.Kinds }
