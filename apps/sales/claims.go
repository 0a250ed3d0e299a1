package sales

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/pricing"
)

// Claims tells ticketmap which seats people have a claim to: a valid ticket or
// an order that is being paid.
type Claims struct{}

var _ ticketmap.Sold = Claims{}

// SoldSeats implements ticketmap.Sold.
func (Claims) SoldSeats(ctx context.Context, tx db.Tx, hall ids.ID) ([]int32, error) {
	sessions, err := show.ToCome(ctx, tx, hall)
	if err != nil {
		return nil, err
	}
	return sales.Claimed(ctx, tx, sessions)
}

// SoldInSession implements ticketmap.Sold.
func (Claims) SoldInSession(ctx context.Context, tx db.Tx, session ids.ID) ([]int32, error) {
	return sales.Claimed(ctx, tx, []ids.ID{session})
}

// Market tells ticketmap what happened to a session's tickets.
type Market struct{}

var _ ticketmap.Market = Market{}

// Times implements ticketmap.Market.
func (Market) Times(ctx context.Context, tx db.Tx, session ids.ID) (opens, starts time.Time, err error) {
	se, err := show.SessionTx(ctx, tx, session, false)
	if err != nil {
		return opens, starts, err
	}
	opens = se.CreatedAt
	if se.OpensAt != nil {
		opens = *se.OpensAt
	}
	return opens, se.StartsAt, nil
}

// Movements implements ticketmap.Market.
func (Market) Movements(ctx context.Context, tx db.Tx, session ids.ID, since time.Time) ([]pricing.Movement, error) {
	flows, err := sales.Flows(ctx, tx, session, since)
	out := make([]pricing.Movement, len(flows))
	for i, f := range flows {
		out[i] = pricing.Movement{At: f.At, Zone: f.Zone, Price: f.Price, Back: f.Back, Channel: f.Channel, Kind: f.Kind}
	}
	return out, err
}
