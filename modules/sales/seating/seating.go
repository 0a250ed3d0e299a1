// Package seating dresses the seat engine, and sales, with each session's
// ticket map.
package seating

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
)

// Seating knows the dressed plans of sessions. It is the inventory.Catalog and
// the sales.Maps of the suite. Maps are kept in memory by session and
// revision; a plan of 60,000 seats takes about 20 MB.
type Seating struct {
	db   *db.DB
	mu   sync.Mutex
	kept map[ids.ID]dressed
}

type dressed struct {
	version int
	plan    ids.ID
	m       *sales.Map
}

// New makes a Seating.
func New(d *db.DB) *Seating { return &Seating{db: d, kept: map[ids.ID]dressed{}} }

var (
	_ inventory.Catalog = (*Seating)(nil)
	_ sales.Maps        = (*Seating)(nil)
)

// Map implements sales.Maps.
func (s *Seating) Map(ctx context.Context, session ids.ID) (*sales.Map, error) {
	var out *sales.Map
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := ticketmap.MapOfSession(ctx, tx, session)
		if err != nil {
			return err
		}
		s.mu.Lock()
		have, ok := s.kept[m.ID]
		s.mu.Unlock()
		if ok && have.version == m.Version && have.plan == m.PlanID {
			out = have.m
			return nil
		}
		l, err := ticketmap.LayoutTx(ctx, tx, session)
		if err != nil {
			return err
		}
		out = places(l)
		if err := past(ctx, tx, session, out); err != nil {
			return err
		}
		s.mu.Lock()
		s.kept[m.ID] = dressed{version: m.Version, plan: m.PlanID, m: out}
		s.mu.Unlock()
		return nil
	})
	return out, err
}

// places turns a layout into what sales prints. Zones are indexed by number.
func places(l *ticketmap.Layout) *sales.Map {
	top := 0
	for _, z := range l.Map.Zones {
		top = max(top, z.No)
	}
	m := &sales.Map{Version: l.Map.Version, PlanID: l.Map.PlanID, Zones: make([]sales.Zone, top+1), Places: make(map[int32]sales.Place, len(l.Seats)), Seats: make([]int32, len(l.Seats))}
	for _, z := range l.Map.Zones {
		m.Zones[z.No] = sales.Zone{Name: z.Name, Letter: z.Letter, Color: z.Color, Price: z.Price, Kind: z.Kind}
	}
	for rank, seat := range l.Seats {
		m.Seats[rank] = seat.ID
		m.Places[seat.ID] = sales.Place{
			Kind: kinds[seat.Kind], Level: nameAt(l.Levels, seat.Level), Section: seat.SectionLabel, Row: strings.TrimSuffix(seat.RowLabel, "排"), Number: seat.Number,
			Entrance: seat.Entrance, Gate: seat.Gate, Zone: int(seat.Zone), View: views[seat.View], Note: seat.Note,
		}
	}
	for _, seat := range l.Seats {
		m.Zones[seat.Zone].Places++
	}
	for _, a := range l.Areas {
		m.Zones[a.Zone].Places += int(a.Capacity)
	}
	tariff(m, &l.Map.MapContent)
	for _, a := range l.Areas {
		m.Areas = append(m.Areas, sales.Area{ID: a.ID, Code: a.Area, Label: a.Label, Level: nameAt(l.Levels, a.Level), Zone: int(a.Zone), Capacity: int(a.Capacity)})
		for i := range a.Capacity {
			m.Places[a.First+i] = sales.Place{Level: nameAt(l.Levels, a.Level), Section: a.Label, Zone: int(a.Zone), Area: true, Entrance: a.Entrance, Gate: a.Gate}
		}
	}
	return m
}

func nameAt(names []string, i uint16) string {
	if i == 0 || int(i) > len(names) {
		return ""
	}
	return names[i-1]
}

// kinds are the seats' kinds as buyers are told; a standard seat has none.
var kinds = map[plan.Kind]string{plan.Accessible: "accessible", plan.Companion: "companion", plan.CoupleLeft: "couple", plan.CoupleRight: "couple"}

var views = map[plan.View]string{plan.Clear: "", plan.Partial: "partial", plan.Blocked: "blocked"}

// Load implements inventory.Catalog.
func (s *Seating) Load(ctx context.Context, session ids.ID) (*engine.Hall, engine.Open, error) {
	var hall *engine.Hall
	var open engine.Open
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		se, err := show.SessionTx(ctx, tx, session, false)
		if err != nil {
			return err
		}
		if se.MapID.IsZero() {
			return inventory.ErrNoSession
		}
		l, err := ticketmap.LayoutTx(ctx, tx, session)
		if err != nil {
			return err
		}
		if hall, err = engine.Compile(layout(l)); err != nil {
			return err
		}
		open, err = opening(se, l)
		return err
	})
	return hall, open, err
}

// layout is a ticket map as the engine takes it.
func layout(l *ticketmap.Layout) engine.Layout {
	out := engine.Layout{FocalX: int32(l.Focal.X), FocalY: int32(l.Focal.Y), Seats: make([]engine.Seat, len(l.Seats))}
	for i, s := range l.Seats {
		out.Seats[i] = engine.Seat{
			ID: s.ID, Row: s.Row, Pos: s.Pos, X: s.X, Y: s.Y, Section: s.Section, Level: s.Level, Zone: s.Zone,
			Kind: kindOf(s), View: engine.View(s.View), Quality: s.Quality, Pair: s.Pair, Unit: s.Unit,
		}
	}
	for _, a := range l.Areas {
		out.Areas = append(out.Areas, engine.Area{ID: a.ID, First: a.First, Capacity: a.Capacity, X: a.X, Y: a.Y, Section: a.Section, Level: a.Level, Zone: a.Zone})
	}
	return out
}

func kindOf(s ticketmap.LayoutSeat) engine.Kind {
	switch {
	case s.Buffer:
		return engine.Buffer
	case s.Kind == plan.Accessible:
		return engine.Wheelchair
	case s.Kind == plan.Companion:
		return engine.Companion
	case s.Kind == plan.CoupleLeft || s.Kind == plan.CoupleRight:
		return engine.Couple
	case s.Unit != 0:
		return engine.Table
	}
	return engine.Standard
}

// config is a session's prices, limits and real-name rule.
func config(se show.Session, l *ticketmap.Layout) engine.Config {
	c := engine.Config{
		HoldFor: int64(se.Rules.HoldFor) * 60_000, HoldMax: 24 * 60 * 60_000, MaxSeats: se.Rules.MaxTickets, BuyerLimit: se.Rules.MaxTickets,
		Approved: se.Audience, Weights: engine.DefaultWeights(), MaxParts: 3,
	}
	percent, _ := ticketmap.Threshold(se.Audience)
	c.PublicPermille = percent * 10
	if se.Rules.RealName.PerTicket {
		c.DocumentLimit, c.RealName = 1, true
	}
	top := 0
	for _, z := range l.Map.Zones {
		top = max(top, z.No)
	}
	c.Prices = make([]int64, top+1)
	for i := range c.Prices {
		c.Prices[i] = -1
	}
	for _, z := range l.Map.Zones {
		c.Prices[z.No] = int64(z.Price)
	}
	c.Lists = lists(&l.Map.MapContent, c.Prices)
	for _, z := range l.Map.Zones {
		if z.Kind != "public" && z.Kind != "package" {
			c.Internal = append(c.Internal, uint16(z.No))
		}
	}
	c.Revision = l.Map.Version
	return c
}

// opening is what a session starts with: its config, and the places that are
// held back, one pool a reason.
func opening(se show.Session, l *ticketmap.Layout) (engine.Open, error) {
	open := engine.Open{Config: config(se, l)}
	pools := map[string]uint16{}
	pool := func(reason string, public bool) uint16 {
		if pools[reason] == 0 {
			pools[reason] = uint16(len(pools) + 1)
			open.Config.Pools = append(open.Config.Pools, engine.Pool{ID: pools[reason], Name: reason, Public: public})
		}
		return pools[reason]
	}
	allotted := func(no int) uint16 {
		for _, a := range l.Map.Allotments {
			if a.No == no {
				return pool(PoolOfAllotment(a), a.Release != nil)
			}
		}
		return 0
	}
	blocked := map[uint16][]int32{}
	for _, s := range l.Seats {
		if s.Hold != "" && !s.Buffer {
			p := pool(s.Hold, false)
			blocked[p] = append(blocked[p], s.ID)
		} else if s.Allotment != 0 {
			p := allotted(s.Allotment)
			blocked[p] = append(blocked[p], s.ID)
		}
	}
	for _, a := range l.Areas {
		next := a.First
		for _, reason := range slices.Sorted(maps.Keys(a.Held)) {
			p := pool(reason, false)
			for range a.Held[reason] {
				blocked[p] = append(blocked[p], next)
				next++
			}
		}
		for _, no := range slices.Sorted(maps.Keys(a.Allotted)) {
			p := allotted(no)
			for range a.Allotted[no] {
				blocked[p] = append(blocked[p], next)
				next++
			}
		}
	}
	for _, p := range open.Config.Pools {
		open.Blocks = append(open.Blocks, engine.Blocked{Pool: p.ID, Seats: blocked[p.ID]})
	}
	return open, open.Config.Validate()
}
