package ticketmap

import (
	"context"
	"errors"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// Release gives allotments whose time has come to public sale, each map as one
// new revision. Places that were sold out of an allotment stay sold. It returns how many allotments went.
func (s *Service) Release(ctx context.Context) (n int, err error) {
	var list []ids.ID
	if err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err = dueAllotments(ctx, tx)
		return err
	}); err != nil {
		return 0, err
	}
	var all error
	for _, id := range list {
		did := 0
		err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			did = 0
			m, err := getMap(ctx, tx, "m.id = ?", id, "update")
			if err != nil {
				return err
			}
			m.Allotments = slices.Clone(m.Allotments)
			for i := range m.Allotments {
				if a := &m.Allotments[i]; !a.Released && a.Release != nil && !a.Release.After(tx.Now) {
					a.Released = true
					did++
				}
			}
			if did == 0 {
				return nil
			}
			m.Version++
			m.ChangedAt = tx.Now
			return updateMap(ctx, tx, m)
		})
		if err == nil {
			n += did
		}
		all = errors.Join(all, err)
	}
	return n, all
}
