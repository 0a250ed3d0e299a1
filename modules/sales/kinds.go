package sales

import (
	"context"
	"slices"

	"parterre/codes"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory/engine"
)

// packageKind is the kind of a ticket that is part of a package; the seat engine
// knows its place as one of the full price.
const packageKind = "package"

// FullKind is the kind of a full-price ticket.
const FullKind = "full"

// TicketKind is a kind of ticket (票种) that a session sells beside the full price.
type TicketKind struct {
	Code, Name, NameEn string
	Proof, ProofEn     string // what the gate asks to see
	MaxSeats           int    // in one order; 0 is no limit
}

// ZonePrice is what a zone costs in a channel as a kind of ticket.
type ZonePrice struct {
	Zone          int
	Channel, Kind string
	Price         money.Fen
}

// Offer is what each place of a hold costs as one kind, below zero where it is
// not sold as that.
type Offer struct {
	Kind   string
	Prices []money.Fen
}

// PricesIn are the prices of one channel.
func (m *Map) PricesIn(channel string) []ZonePrice {
	var out []ZonePrice
	for _, p := range m.Prices {
		if p.Channel == channel {
			out = append(out, p)
		}
	}
	return out
}

// FullPrice of a zone in a channel.
func (m *Map) FullPrice(zone int, channel string) money.Fen {
	for _, p := range m.Prices {
		if p.Zone == zone && p.Channel == channel && p.Kind == FullKind {
			return p.Price
		}
	}
	return m.Zones[zone].Price
}

// ProofOf is what the gate asks of a kind; empty for full-price tickets.
func (m *Map) ProofOf(kind string) (zh, en string) {
	for _, k := range m.Kinds {
		if k.Code == kind {
			return k.Proof, k.ProofEn
		}
	}
	// Sold before the map was changed: as the code table says.
	if e, ok := codes.MustTable("ticket-kind").Lookup(kind); ok && e.Attr("concession") == "yes" {
		return e.Attr("proof"), e.Attr("proof_en")
	}
	return "", ""
}

// Numbers of the channels, as the seat engine knows them.
var channelNumbers = map[string]uint8{"online": 0, "counter": 1, "agent": 2}

// ChannelNo is the number of a channel in the seat engine.
func ChannelNo(channel string) uint8 { return channelNumbers[channel] }

// callerChannel is the channel that the caller sells through. It follows from
// who is signed in, never from what a client says: a channel has its own prices.
func callerChannel(ctx context.Context) string {
	sc, _ := db.ScopeOf(ctx)
	switch sc.Actor.Kind {
	case db.ActorUser, db.ActorDevice:
		return "counter"
	case ActorAgent:
		return "agent"
	}
	return "online"
}

func kindOf(a engine.Answer, i int) string {
	if i < len(a.Kinds) && a.Kinds[i] != "" {
		return a.Kinds[i]
	}
	return FullKind
}

func offersOf(a engine.Answer) []Offer {
	var out []Offer
	for _, o := range a.Offers {
		x := Offer{Kind: o.Kind, Prices: make([]money.Fen, len(o.Prices))}
		if x.Kind == "" {
			x.Kind = FullKind
		}
		for i, p := range o.Prices {
			x.Prices[i] = money.Fen(p)
		}
		out = append(out, x)
	}
	return out
}

// checkKinds holds kinds to the terms of the session's map. Whether a place is
// sold as its kind is the seat engine's to say. Errors: sales.ticket_kind, sales.kind_limit, sales.companion.
func (s *Service) checkKinds(ctx context.Context, session ids.ID, kinds []string) error {
	some := slices.ContainsFunc(kinds, func(k string) bool { return k != "" && k != FullKind })
	if !some {
		return nil
	}
	m, err := s.Maps.Map(ctx, session)
	if err != nil {
		return err
	}
	n := map[string]int{}
	for _, k := range kinds {
		n[k]++
	}
	delete(n, "")
	delete(n, FullKind)
	for _, k := range m.Kinds {
		if k.MaxSeats > 0 && n[k.Code] > k.MaxSeats {
			return ErrKindLimit.With("kind", k.Name).With("limit", k.MaxSeats)
		}
	}
	for code := range n {
		if !slices.ContainsFunc(m.Kinds, func(k TicketKind) bool { return k.Code == code }) {
			return ErrKind.With("kind", code)
		}
	}
	if n["companion"] > n["disabled"] {
		return ErrCompanion
	}
	return nil
}

// SetKinds chooses the kinds of ticket of a hold anew, one per place. The
// prices are those of the moment of the hold (保价). Errors: sales.ticket_kind, sales.kind_limit,
// sales.companion, inventory.ticket_kind, inventory.kinds_fixed, inventory.hold_*.
func (s *Service) SetKinds(ctx context.Context, session, hold ids.ID, kinds []string) (Held, error) {
	return s.setKinds(ctx, session, hold, hold, kinds)
}

// SetKindsForAgent is SetKinds for an agent's lock.
func (s *Service) SetKindsForAgent(ctx context.Context, session, lock ids.ID, kinds []string) (Held, error) {
	return s.setKinds(ctx, session, lock, agentHold(ctx, lock), kinds)
}

func (s *Service) setKinds(ctx context.Context, session, shown, hold ids.ID, kinds []string) (Held, error) {
	if err := s.checkKinds(ctx, session, kinds); err != nil {
		return Held{}, err
	}
	a, err := s.Seats.Do(ctx, session, &engine.SetKinds{
		Meta: engine.Meta{Key: key(ids.New()), Actor: actorKey(ctx), Channel: ChannelNo(callerChannel(ctx))},
		Hold: key(hold), Buyer: shopper(ctx), Kinds: kinds,
	}, nil)
	if err != nil {
		return Held{}, err
	}
	h, err := held(session, a)
	h.Hold = shown
	return h, err
}

// keepKinds makes a hold for an exchange one of the same kinds as the tickets
// that it replaces: a student ticket stays one.
func (s *Service) keepKinds(ctx context.Context, x Exchange, o Order) error {
	kinds := make([]string, len(x.From))
	some := false
	for i, seat := range x.From {
		for _, l := range o.Lines {
			if l.Seat == seat && l.Kind != FullKind && l.Kind != packageKind {
				kinds[i], some = l.Kind, true
			}
		}
	}
	if !some {
		return nil
	}
	_, err := s.Seats.Do(ctx, o.Session, &engine.SetKinds{Meta: engine.Meta{Key: derive(x.ID, "kinds"), Actor: actorKey(ctx)}, Hold: key(x.Hold), Buyer: shopper(ctx), Kinds: kinds}, nil)
	return err
}

// agreed are the prices that an order was made at.
func (o Order) agreed() []int64 {
	out := make([]int64, len(o.Lines))
	for i, l := range o.Lines {
		out[i] = int64(l.Price + l.off())
	}
	return out
}

// kinds are the ticket kinds of an order's places.
func (o Order) kinds() []string {
	out := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		out[i] = l.Kind
	}
	return out
}
