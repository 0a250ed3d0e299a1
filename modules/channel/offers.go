package channel

import (
	"context"
	"errors"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// Offer is a package (套票) that agents may sell now.
type Offer struct {
	sales.Package
	Single []money.Fen // of each option: what its tickets cost by themselves; 0 while that depends on the choice
	Left   int         // packages; -1: no quota
}

// Packages lists the packages that agents may sell now, of a show or of all.
func (s *Service) Packages(ctx context.Context, show ids.ID) ([]Offer, error) {
	list, err := s.Sales.Packages(ctx, show)
	if err != nil {
		return nil, err
	}
	out, now := []Offer{}, s.now()
	for _, p := range list {
		if p.Sellable("agent", now) != nil {
			continue
		}
		o := Offer{Package: p}
		for _, x := range p.Content.Options {
			sum, err := s.Sales.SinglePrice(ctx, p.Content, x)
			if err != nil {
				return nil, err
			}
			o.Single = append(o.Single, sum)
		}
		n, err := s.Sales.PackageSales(ctx, p)
		if err != nil {
			return nil, err
		}
		o.Left = n.Left
		out = append(out, o)
	}
	return out, nil
}

// SellBundle sells a held package whole, under the agent's name (RL-6). Its
// orders carry the agent's own number. Errors: sales.*, identity.*,
// inventory.*, channel.rules_changed.
func (s *Service) SellBundle(ctx context.Context, a Agent, n sales.NewBundle, ref string) (sales.Bundle, error) {
	b, err := s.Sales.Bundle(ctx, n.ID)
	if err != nil {
		return b, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, p := range b.Parts {
			if err := insertSale(ctx, tx, Sale{Order: p.Order, Agent: a.ID, Name: a.Name, Ref: ref}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return b, err
	}
	b, err = s.Sales.SellBundleByAgent(ctx, n)
	if errors.Is(err, sales.ErrRules) {
		err = ErrRules
	}
	return b, err
}

// Reserve keeps places without payment, from the agent's allotment first where
// it has one. Errors: sales.reserve_*, inventory.*.
func (s *Service) Reserve(ctx context.Context, a Agent, n sales.NewReservation) (sales.Reservation, error) {
	if _, _, err := s.Session(ctx, n.Session); err != nil {
		return sales.Reservation{}, err
	}
	if a.Pool != "" && n.Hold.IsZero() {
		pool, err := s.pool(ctx, n.Session, a.Pool, nil)
		if err != nil {
			return sales.Reservation{}, err
		}
		if pool != 0 {
			own := n
			own.Pool = a.Pool
			r, err := s.Sales.ReserveForAgent(ctx, own)
			if !slices.Contains([]string{"inventory.seat_blocked", "inventory.seat_taken", "inventory.no_fit"}, errs.CodeOf(err)) {
				return r, taken(err)
			}
		}
	}
	r, err := s.Sales.ReserveForAgent(ctx, n)
	return r, taken(err)
}

// taken: a reservation that was just made and cannot be read is another's of
// the same id.
func taken(err error) error {
	if errors.Is(err, sales.ErrReservation) {
		return sales.ErrIDTaken
	}
	return err
}

// SellReservation makes a reservation a sale under the agent's name (RL-6).
// Errors: as Confirm, sales.reservation_over.
func (s *Service) SellReservation(ctx context.Context, a Agent, id ids.ID, n Confirmation) (sales.Order, error) {
	r, err := s.Sales.Reservation(ctx, id)
	if err != nil {
		return sales.Order{}, err
	}
	se, _, err := s.Session(ctx, r.Session)
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
	return s.Sales.SellReservationByAgent(ctx, id, n.NewOrder)
}
