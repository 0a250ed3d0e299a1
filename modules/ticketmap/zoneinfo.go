package ticketmap

import (
	"context"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/pricing"
)

// Market tells what happened to a session's tickets. The app fills it from
// show and sales.
type Market interface {
	// Times are when the session's sale opens (its making, if it is not open yet) and when it starts.
	Times(ctx context.Context, tx db.Tx, session ids.ID) (opens, starts time.Time, err error)
	// Movements lists tickets sold and taken back from since on, ascending by time. Nothing of a buyer is told.
	Movements(ctx context.Context, tx db.Tx, session ids.ID, since time.Time) ([]pricing.Movement, error)
}

// Engine is the seat engine of sessions. The app fills it from inventory.
type Engine interface {
	// Apply makes the engine of a session sell by the newest revision of its
	// map and returns that revision. Places that are held or sold keep what they have. It may be
	// called again and again, and out of order.
	Apply(ctx context.Context, session ids.ID) (revision int, err error)
}

var errNoMarket = errs.New(errs.Unavailable, "ticketmap.no_market", "本节点没有运行售票应用，不能计算价格。", "This node does not run the sales app; prices cannot be computed here.")

// Connect gives the service what it needs for price programs. It is called once, before the service is used.
func (s *Service) Connect(m Market, e Engine) { s.market, s.engine = m, e }

// zones is what pricing must know of a map's seats. It does not change for a revision.
type zones struct {
	version int
	list    []pricing.RunZone
	seat    map[int32]int // seat -> zone
	areas   []LayoutArea
}

func (z *zones) of(seat int32) int {
	if seat >= 0 {
		return z.seat[seat]
	}
	for i := range z.areas {
		if a := &z.areas[i]; seat >= a.First && seat < a.First+a.Capacity {
			return int(a.Zone)
		}
	}
	return 0
}

// zonesOf makes or remembers the zones of a map as it is.
func (s *Service) zonesOf(ctx context.Context, tx db.Tx, m Map) (*zones, error) {
	s.mu.Lock()
	have := s.kept[m.ID]
	s.mu.Unlock()
	if have != nil && have.version == m.Version {
		return have, nil
	}
	painted, err := paint(ctx, tx, m.PlanID, m.MapContent)
	if err != nil {
		return nil, err
	}
	l, err := painted.Layout()
	if err != nil {
		return nil, err
	}
	z := describe(painted, l)
	z.version = m.Version
	s.mu.Lock()
	if s.kept == nil || len(s.kept) >= 64 {
		s.kept = map[ids.ID]*zones{}
	}
	s.kept[m.ID] = z
	s.mu.Unlock()
	return z, nil
}

// describe counts, for each zone, its places, their mean quality and their middle row.
func describe(p *Painted, l *Layout) *zones {
	out := &zones{seat: make(map[int32]int, len(l.Seats)), areas: l.Areas}
	type sum struct {
		quality, seats int64
		rows           []int
	}
	sums, ordinal := map[int]*sum{}, rowOrdinals(p)
	for _, s := range l.Seats {
		if s.Zone == 0 {
			continue
		}
		out.seat[s.ID] = int(s.Zone)
		x := sums[int(s.Zone)]
		if x == nil {
			x = &sum{}
			sums[int(s.Zone)] = x
		}
		x.quality += int64(s.Quality)
		x.seats++
		if int(s.Row) < len(ordinal) {
			x.rows = append(x.rows, ordinal[s.Row])
		}
	}
	meter := p.Measure(0)
	for _, z := range p.content.Zones {
		r := pricing.RunZone{No: z.No, Kind: z.Kind, Capacity: meter.ByZone[z.No], Price: z.Price}
		if x := sums[z.No]; x != nil {
			r.Quality = int(x.quality * 1000 / (65535 * x.seats))
			if slices.Sort(x.rows); len(x.rows) > 0 {
				r.Row = x.rows[len(x.rows)/2]
			}
		}
		out.list = append(out.list, r)
	}
	return out
}

// rowOrdinals counts rows within their section, from 1.
func rowOrdinals(p *Painted) []int {
	seen := map[string]int{}
	out := make([]int, len(p.plan.Rows))
	for i := range p.plan.Rows {
		seen[p.plan.Rows[i].Section]++
		out[i] = seen[p.plan.Rows[i].Section]
	}
	return out
}

// facts is how each zone of a session's map stands now. Only tickets that are
// sold or being paid count as taken: a mere hold cannot push a price.
func (s *Service) facts(ctx context.Context, tx db.Tx, m Map, p *pricing.Program) (map[int]pricing.Facts, error) {
	if s.market == nil {
		return nil, errNoMarket
	}
	z, err := s.zonesOf(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	_, starts, err := s.market.Times(ctx, tx, m.SessionID)
	if err != nil {
		return nil, err
	}
	sold, err := s.sold.SoldInSession(ctx, tx, m.SessionID)
	if err != nil {
		return nil, err
	}
	taken := map[int]int{}
	for _, seat := range sold {
		taken[z.of(seat)]++
	}
	windows := p.Windows()
	var moves []pricing.Movement
	if len(windows) > 0 {
		since := tx.Now.Add(-time.Duration(slices.Max(windows)) * time.Minute)
		if moves, err = s.market.Movements(ctx, tx, m.SessionID, since); err != nil {
			return nil, err
		}
	}
	out := map[int]pricing.Facts{}
	for _, x := range z.list {
		f := pricing.Facts{Zone: x.No, ZoneKind: x.Kind, Now: tx.Now, Starts: starts, Capacity: x.Capacity, Taken: taken[x.No], Quality: x.Quality, Row: x.Row, Channel: "online", Kind: "full", Sold: []pricing.SoldSince{}}
		for _, w := range windows {
			f.Sold = append(f.Sold, pricing.SoldSince{Minutes: w, Tickets: soldSince(moves, x.No, tx.Now.Add(-time.Duration(w)*time.Minute))})
		}
		out[x.No] = f
	}
	return out, nil
}

func soldSince(moves []pricing.Movement, zone int, since time.Time) (n int) {
	for _, m := range moves {
		if m.Zone == zone && !m.Back && !m.At.Before(since) {
			n++
		}
	}
	return n
}
