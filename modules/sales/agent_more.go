package sales

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// wholeKey is the key of the holds of a package that is being chosen. An
// agent's is made of the agent and its id, as its locks' are: whoever sends
// another's id neither gets nor gives up the other's seats.
func wholeKey(ctx context.Context, c PackagePick) engine.Key {
	if sc, _ := db.ScopeOf(ctx); sc.Actor.Kind == ActorAgent {
		return key(agentHold(ctx, c.ID))
	}
	return key(c.ID)
}

// HoldPackageForAgent is HoldPackage on the agents' channel. An id that somebody
// else used is ErrIDTaken before any seat is touched.
func (s *Service) HoldPackageForAgent(ctx context.Context, c PackagePick) (Bundle, error) {
	c.Channel = "agent"
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err := getBundle(ctx, tx, c.ID, "")
		if err == nil && !mayRead(ctx, Order{Buyer: b.Buyer}) {
			return ErrIDTaken
		}
		if err == nil || err == ErrNoBundle {
			return nil
		}
		return err
	})
	if err != nil {
		return Bundle{}, err
	}
	return s.HoldPackage(ctx, c)
}

// SellBundleByAgent makes orders, payment and tickets of a held package, all or
// none: the agent took the customer's money. The same request again goes on
// where the last one ended. Errors: as OrderBundle.
func (s *Service) SellBundleByAgent(ctx context.Context, n NewBundle) (Bundle, error) {
	n.Method, n.Taken, n.Address = AgentMethod, 0, ""
	return s.OrderBundle(ctx, n)
}

// QuoteForAgent is QuotePrice of an agent's lock.
func (s *Service) QuoteForAgent(ctx context.Context, session, lock ids.ID, codes []string, people []Person) (PriceQuote, error) {
	return s.QuotePrice(ctx, session, agentHold(ctx, lock), codes, people)
}

// ReserveForAgent keeps places for an agent's customer without payment, within
// the theatre's policy for reservations. n.Hold is a lock's id, if any.
// Errors: as Reserve.
func (s *Service) ReserveForAgent(ctx context.Context, n NewReservation) (Reservation, error) {
	if !n.Hold.IsZero() {
		n.Hold = agentHold(ctx, n.Hold)
	}
	return s.Reserve(ctx, n, "agent")
}

// SellReservationByAgent makes a reservation of the agent a sale: order,
// payment and tickets in one commit. Names that it has need not be given again.
// Errors: as SellByAgent, sales.reservation_over.
func (s *Service) SellReservationByAgent(ctx context.Context, id ids.ID, n NewOrder) (Order, error) {
	r, err := s.Reservation(ctx, id)
	if err != nil {
		return Order{}, err
	}
	n.Session, n.Hold = r.Session, r.Hold
	if r.State == ReservationSold && r.Order == n.ID {
		o, _, err := s.known(ctx, n)
		return o, err
	}
	if r, _, err = s.liveReservation(ctx, id); err != nil {
		return Order{}, err
	}
	if len(n.People) == 0 {
		n.named = r.Lines
	}
	o, err := s.sellByAgent(ctx, n, id)
	return o, gone(err)
}
