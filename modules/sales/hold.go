package sales

import (
	"context"
	"time"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory/engine"
)

// Choice is what a buyer wants: named seats, standing places, or the best
// available by Want.
type Choice struct {
	Key      ids.ID // made by the client; the same key gets the same hold
	Session  ids.ID
	Seats    []int32
	Standing []engine.StandingWant
	Want     *engine.Want
	// Accessible says that the buyer needs accessible places.
	Accessible bool
	// Kinds of ticket, one per place in the order of the answer; empty: full price.
	Kinds []string
	// Package is the code of the package (套票) that the tickets are part of. It is
	// set by whoever sells packages, never by a client.
	Package string
}

// Held is a hold as buyers see it.
type Held struct {
	Hold    ids.ID
	Session ids.ID
	Lines   []Line
	Amount  money.Fen
	Expires time.Time
	Left    time.Duration // honest: by the server's clock
	Explain *engine.Explain
	Offers  []Offer // what the places cost as each kind; empty where there is one kind only
}

// Hold takes seats for a while. Errors: sales.not_on_sale, inventory.*.
func (s *Service) Hold(ctx context.Context, c Choice) (Held, error) {
	se, _, err := s.session(ctx, c.Session)
	if err != nil {
		return Held{}, err
	}
	if se.State != "on_sale" {
		return Held{}, ErrNotOnSale
	}
	if s.Door != nil {
		if err := s.Door(ctx, c.Session); err != nil {
			return Held{}, err
		}
	}
	if err := s.checkKinds(ctx, c.Session, c.Kinds); err != nil {
		return Held{}, err
	}
	a, err := s.Seats.Do(ctx, c.Session, &engine.Hold{
		Meta: engine.Meta{Key: key(c.Key), Actor: actorKey(ctx), Channel: ChannelNo(callerChannel(ctx))}, Buyer: shopper(ctx),
		Kinds: c.Kinds, Package: c.Package, Seats: c.Seats, Standing: c.Standing, Want: c.Want, Accessible: c.Accessible, For: int64(se.Rules.HoldFor) * 60_000,
	}, nil)
	if err != nil {
		return Held{}, err
	}
	return held(c.Session, a)
}

func held(session ids.ID, a engine.Answer) (Held, error) {
	h := Held{Hold: idOf(a.Key), Session: session, Expires: time.UnixMilli(a.Expires).UTC(), Left: time.Duration(a.Left) * time.Millisecond, Explain: a.Explain}
	for i, seat := range a.Seats {
		h.Lines = append(h.Lines, Line{Seat: seat, Price: money.Fen(a.Prices[i]), Kind: kindOf(a, i)})
		h.Amount += money.Fen(a.Prices[i])
	}
	h.Offers = offersOf(a)
	return h, h.Amount.Check()
}

// Release gives a hold up. Releasing one that has ended is no error.
func (s *Service) Release(ctx context.Context, session, hold ids.ID) error {
	return s.release(ctx, session, hold, shopper(ctx))
}

func (s *Service) release(ctx context.Context, session, hold ids.ID, buyer engine.Key) error {
	_, err := s.Seats.Do(ctx, session, &engine.Release{Meta: engine.Meta{Key: key(ids.New()), Actor: actorKey(ctx)}, Hold: key(hold), Buyer: buyer}, nil)
	if holdGone(err) {
		return nil
	}
	return err
}

// holdGone reports whether a hold is not there any more.
func holdGone(err error) bool {
	c := errs.CodeOf(err)
	return c == "inventory.hold_expired" || c == "inventory.hold_unknown"
}
