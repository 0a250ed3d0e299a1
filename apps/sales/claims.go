package sales

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
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
