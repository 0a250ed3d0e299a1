package ticketmap

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// Told is what everybody is told of a price (RL-11, RL-15).
type Told struct {
	Cell
	Name  string    `json:"name"`
	Price money.Fen `json:"price"`
	// Revision is of the prices of the whole map: the newest one.
	Revision int              `json:"revision" doc:"Of the prices, as they are now"`
	Since    *time.Time       `json:"since,omitempty" doc:"When this price was set"`
	Steps    []pricing.Reason `json:"steps" doc:"How it came about, in order; empty: a marked price set by hand"`
}

// Tell explains a price of a session that is or was on sale to anybody who
// asks. Errors: ticketmap.map_not_found, ticketmap.no_such_zone, ticketmap.not_sold_so.
func (s *Service) Tell(ctx context.Context, session ids.ID, q Question) (out Told, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := MapOfSession(ctx, tx, session)
		if err == nil && !m.Live {
			err = ErrMapNotFound
		}
		if err != nil {
			return err
		}
		w, err := s.why(ctx, tx, m, q)
		if err != nil {
			return err
		}
		out = Told{Cell: w.Cell, Name: w.Name, Price: w.OnSale, Revision: w.Revision, Steps: w.Steps}
		if w.Last != nil {
			out.Since = &w.Last.At
		}
		return nil
	})
	return out, err
}
