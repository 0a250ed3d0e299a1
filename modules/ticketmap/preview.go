package ticketmap

import (
	"context"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/pricing"
)

// View is what a preview of a program is asked for.
type View struct {
	Program       []byte // need not be stored
	Zone          int
	Channel, Kind string
}

// PreviewPrices shows a program's prices of one zone over the time on sale and
// the zone's occupancy. Nothing changes. Errors: ticketmap.map_not_found, ticketmap.no_such_zone, pricing.*, core.fields.
func (s *Service) PreviewPrices(ctx context.Context, mapID ids.ID, v View) (out pricing.Preview, err error) {
	var p *pricing.Program
	var sight pricing.Sight
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := getMap(ctx, tx, "m.id = ?", mapID, "")
		if err != nil {
			return err
		}
		if p, err = pricing.Decode(v.Program); err != nil {
			return err
		}
		report, err := s.check(ctx, tx, m, p)
		if err != nil {
			return err
		}
		if err := report.Err(); err != nil {
			return err
		}
		run, err := s.trialRun(ctx, tx, m, Trial{Demand: 1, Every: time.Hour}, &TrialResult{})
		if err != nil {
			return err
		}
		at := slices.IndexFunc(run.Zones, func(z pricing.RunZone) bool { return z.No == v.Zone })
		if at < 0 {
			return errSeatZone
		}
		sight = pricing.Sight{Zone: run.Zones[at], Opens: run.Opens, Starts: run.Starts, Levels: []int{0, 250, 500, 750, 900}, Points: 120, Channel: v.Channel, Kind: v.Kind}
		sight.Off = forCell(pricing.Facts{}, cellOf(pricing.Facts{Zone: v.Zone, Channel: v.Channel, Kind: v.Kind}), m.Tariff()).Off
		return nil
	})
	if err != nil {
		return out, err
	}
	return p.Look(sight)
}
