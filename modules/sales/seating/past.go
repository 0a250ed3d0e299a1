package seating

import (
	"context"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/sales"
	"parterre/modules/ticketmap"
)

// past adds the names of places that the session's plan had in earlier
// versions: orders and facts of before speak of them. They have no zone and no rank.
func past(ctx context.Context, tx db.Tx, session ids.ID, m *sales.Map) error {
	list, err := inventory.GoneTx(ctx, tx, session)
	if err != nil {
		return err
	}
	slices.Reverse(list) // the latest name of a place
	for _, g := range list {
		missing := slices.DeleteFunc(slices.Clone(g.Seats), func(id int32) bool { _, ok := m.Places[id]; return ok })
		if len(missing) == 0 {
			continue
		}
		_, doc, err := ticketmap.DocumentTx(ctx, tx, g.Plan)
		if err != nil {
			return err
		}
		painted, err := ticketmap.Paint(doc, ticketmap.MapContent{})
		if err != nil {
			return err
		}
		l, err := painted.Layout()
		if err != nil {
			return err
		}
		old := places(l)
		for _, id := range missing {
			if p, ok := old.Places[id]; ok {
				m.Places[id] = p
			}
		}
	}
	return nil
}
