package sales

import (
	"context"
	"strings"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// maxEdition is the last edition that a ticket's payload can name.
const maxEdition = 255

// Reprint ends the edition of a ticket that was lost or spoilt (补打): its old
// paper is refused at the gate from now on, and the next print shows the new
// edition. The reason is kept in the audit log.
// Errors: sales.order_not_found, sales.not_ticket, sales.reason, sales.reprints.
func (s *Service) Reprint(ctx context.Context, order ids.ID, seat int32, reason string) (Ticket, error) {
	if strings.TrimSpace(reason) == "" {
		return Ticket{}, ErrReason
	}
	o, err := s.Order(ctx, order)
	if err != nil {
		return Ticket{}, err
	}
	var t Ticket
	err = s.DB.InTx(db.WithReason(ctx, reason), func(ctx context.Context, tx db.Tx) error {
		var ok bool
		var err error
		if t, ok, err = lockTicket(ctx, tx, o, seat); err != nil {
			return err
		}
		if !ok {
			return ErrNotTicket
		}
		if t.Edition >= maxEdition {
			return ErrReprints
		}
		if err := reprint(ctx, tx, t); err != nil {
			return err
		}
		t.Edition++
		t.Prints++
		return nil
	})
	return t, err
}

// Printed counts that an order's tickets were printed at a counter.
// Errors: sales.order_not_found, sales.not_ticket.
func (s *Service) Printed(ctx context.Context, order ids.ID, seats []int32) error {
	o, err := s.Order(ctx, order)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := printed(ctx, tx, o, seats)
		if err == nil && n != int64(len(seats)) {
			err = ErrNotTicket
		}
		return err
	})
}
