package ticketmap

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/plan"
)

// SetMap replaces the zones and holds of a map as a new revision. version is
// the one that was read. Without Allotments (nil, not empty) they stay as they are. Seats that are sold or being bought must stay in a zone and out
// of holds. Errors: ticketmap.map_not_found, ticketmap.stale, ticketmap.not_in_plan,
// ticketmap.twice, ticketmap.buffer (RL-8), ticketmap.seats_bound, ticketmap.public_share
// (RL-2), ticketmap.over_approved (RL-8), core.fields.
func (s *Service) SetMap(ctx context.Context, id ids.ID, version int, c MapContent) (Map, Meter, error) {
	var m Map
	var meter Meter
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if m, err = getMap(ctx, tx, "m.id = ?", id, "update"); err != nil {
			return err
		}
		if m.Version != version {
			return ErrStale.With("version", m.Version)
		}
		if c.Allotments == nil { // a page that knows nothing of them does not take them away
			c.Allotments = m.Allotments
		}
		c.keepTariff(m.MapContent)
		painted, err := paint(ctx, tx, m.PlanID, c)
		if err != nil {
			return err
		}
		c.tidyPrices()
		meter = painted.Measure(m.Approved)
		if !m.SessionID.IsZero() {
			if err := meter.allow(m.Live); err != nil {
				return err
			}
			if err := s.keepSold(ctx, tx, m, painted); err != nil {
				return err
			}
		}
		before := m.MapContent
		m.MapContent, m.ChangedAt = c, tx.Now
		m.Version++
		if err := updateMap(ctx, tx, m); err != nil {
			return err
		}
		return recordHand(ctx, tx, m, before)
	})
	return m, meter, err
}

// paint lays c on the document of a plan.
func paint(ctx context.Context, tx db.Tx, planID ids.ID, c MapContent) (*Painted, error) {
	p, err := getPlan(ctx, tx, planID, "")
	if err != nil {
		return nil, err
	}
	doc, err := document(ctx, tx, p.Hash)
	if err != nil {
		return nil, err
	}
	return Paint(doc, c)
}

// keepSold refuses to take the ground from under a seat that somebody has.
func (s *Service) keepSold(ctx context.Context, tx db.Tx, m Map, p *Painted) error {
	sold, err := s.sold.SoldInSession(ctx, tx, m.SessionID)
	if err != nil || len(sold) == 0 {
		return err
	}
	bound := make(map[int32]bool, len(sold))
	for _, id := range sold {
		bound[id] = true
	}
	var lost []int32
	for i := range p.plan.Seats {
		if bound[p.plan.Seats[i].ID] && (p.zone[i] == 0 || p.hold[i] != 0) {
			lost = append(lost, p.plan.Seats[i].ID)
		}
	}
	if len(lost) > 0 {
		return withSeats(ErrSeatsBound, p.plan, lost)
	}
	return nil
}

// MeterOf measures a map as it is, or as it would be with content c if that is
// not nil: the live meter while one paints. Nothing changes.
func (s *Service) MeterOf(ctx context.Context, id ids.ID, c *MapContent) (meter Meter, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := getMap(ctx, tx, "m.id = ?", id, "")
		if err != nil {
			return err
		}
		if c == nil {
			c = &m.MapContent
		}
		painted, err := paint(ctx, tx, m.PlanID, *c)
		if err == nil {
			meter = painted.Measure(m.Approved)
		}
		return err
	})
	return meter, err
}

// Ready tells whether a session's map may go on sale now, and makes it live:
// from then on each change obeys RL-2 and RL-8. It is called in the transaction that opens
// sales; approved is the session's approved audience of that moment. Errors:
// ticketmap.map_not_found, ticketmap.no_zone, ticketmap.public_share, ticketmap.over_approved.
func Ready(ctx context.Context, tx db.Tx, session ids.ID, approved int) error {
	m, err := getMap(ctx, tx, "m.session_id = ?", session, "update")
	if err != nil {
		return err
	}
	painted, err := paint(ctx, tx, m.PlanID, m.MapContent)
	if err != nil {
		return err
	}
	meter := painted.Measure(approved)
	if meter.Public+meter.Internal == 0 {
		return ErrNoZone
	}
	if err := meter.allow(true); err != nil {
		return err
	}
	if m.Live && m.Approved == approved {
		return nil
	}
	m.Live, m.Approved, m.ChangedAt = true, approved, tx.Now
	m.Version++
	return updateMap(ctx, tx, m)
}

// MapOfSession returns the map of a session within a transaction.
func MapOfSession(ctx context.Context, tx db.Tx, session ids.ID) (Map, error) {
	return getMap(ctx, tx, "m.session_id = ?", session, "")
}

// PlanTx reads a plan version within a transaction, without its document.
func PlanTx(ctx context.Context, tx db.Tx, planID ids.ID) (Plan, error) {
	return getPlan(ctx, tx, planID, "")
}

// DocumentTx reads the document of a plan version within a transaction.
func DocumentTx(ctx context.Context, tx db.Tx, planID ids.ID) (Plan, *plan.Plan, error) {
	p, err := getPlan(ctx, tx, planID, "")
	if err != nil {
		return Plan{}, nil, err
	}
	doc, err := document(ctx, tx, p.Hash)
	return p, doc, err
}
