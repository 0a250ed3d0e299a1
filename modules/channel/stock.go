package channel

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"sync"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap/plan/codec"
)

// Counts are how many places are in each state (RL-12).
type Counts struct {
	Free    int `json:"free"`
	Held    int `json:"held"`
	Sold    int `json:"sold"`
	Blocked int `json:"blocked" doc:"Not for sale, places reserved for other pools included"`
}

// ZoneStock is what is left of a price zone.
type ZoneStock struct {
	Zone  int       `json:"zone"`
	Name  string    `json:"name"`
	Price money.Fen `json:"price" doc:"Fen (0.01 yuan)"`
	Kind  string    `json:"kind"`
	Counts
}

// AreaStock is what is left of a standing area.
type AreaStock struct {
	Area int32  `json:"area" doc:"As locks name it"`
	Name string `json:"name"`
	Zone int    `json:"zone"`
	Counts
}

// Stock is a session's live stock.
type Stock struct {
	Session   ids.ID      `json:"session"`
	State     string      `json:"state" doc:"Only on_sale can be locked"`
	Cursor    string      `json:"cursor" doc:"Ask for the changes since it"`
	Total     Counts      `json:"total"`
	Zones     []ZoneStock `json:"zones"`
	Areas     []AreaStock `json:"areas"`
	Allotment *int        `json:"allotment,omitempty" doc:"Free places of your own allotment, where you have one; they are among the blocked"`
}

// shown are the states in which agents see a session.
var shown = []string{"scheduled", "on_sale", "paused", "closed", "cancelled"}

// Session is one that agents may see. Errors: show.session_not_found.
func (s *Service) Session(ctx context.Context, id ids.ID) (show.Session, show.Show, error) {
	se, sh, err := s.Shows.Session(ctx, id)
	if err == nil && !slices.Contains(shown, se.State) {
		err = show.ErrSessionNotFound
	}
	return se, sh, err
}

// snapshot is the state of a session now and remembers it for changes.
func (s *Service) snapshot(ctx context.Context, session ids.ID) (inventory.Update, string, error) {
	sub, err := s.Seats.Subscribe(ctx, session)
	if err != nil {
		return inventory.Update{}, "", err
	}
	defer sub.Close()
	u, ok := <-sub.C // is there at once
	if !ok {
		return u, "", inventory.ErrElsewhere
	}
	sc, _ := db.ScopeOf(ctx)
	return u, s.recent.keep(place{sc.Tenant, session}, u), nil
}

// Snapshot returns the bytes of the two-bit status and their cursor.
func (s *Service) Snapshot(ctx context.Context, session ids.ID) ([]byte, string, error) {
	if _, _, err := s.Session(ctx, session); err != nil {
		return nil, "", err
	}
	u, cursor, err := s.snapshot(ctx, session)
	return u.Snapshot, cursor, err
}

// Stock counts what is left of a session.
func (s *Service) Stock(ctx context.Context, a Agent, session ids.ID) (Stock, error) {
	se, _, err := s.Session(ctx, session)
	if err != nil {
		return Stock{}, err
	}
	out := Stock{Session: session, State: se.State, Zones: []ZoneStock{}, Areas: []AreaStock{}}
	if se.MapID.IsZero() {
		return out, nil
	}
	m, err := s.Maps.Map(ctx, session)
	if err != nil {
		return out, err
	}
	u, cursor, err := s.snapshot(ctx, session)
	if err != nil {
		return out, err
	}
	_, states, err := codec.DecodeSnapshot(u.Snapshot)
	if err != nil || len(states) != len(m.Seats) {
		return out, orElse(err, inventory.ErrElsewhere)
	}
	out.Cursor, out.Total = cursor, Counts{u.Counts.Free, u.Counts.Held, u.Counts.Sold, u.Counts.Blocked}
	out.fill(m, states, u.Counts.Areas)
	if a.Pool != "" {
		n := 0
		if _, err := s.pool(ctx, session, a.Pool, &n); err != nil {
			return out, err
		}
		out.Allotment = &n
	}
	return out, nil
}

func (out *Stock) fill(m *sales.Map, states []codec.State, areas map[int32]engine.AreaCount) {
	at := map[int]int{}
	for no, z := range m.Zones {
		if z.Name != "" {
			at[no] = len(out.Zones)
			out.Zones = append(out.Zones, ZoneStock{Zone: no, Name: z.Name, Price: m.FullPrice(no, "agent"), Kind: z.Kind})
		}
	}
	for rank, id := range m.Seats {
		if i, ok := at[m.Places[id].Zone]; ok {
			out.Zones[i].add(states[rank])
		}
	}
	for _, a := range m.Areas {
		n := areas[a.ID]
		c := Counts{n.Free, n.Held, n.Sold, n.Blocked}
		out.Areas = append(out.Areas, AreaStock{Area: a.ID, Name: a.Label, Zone: a.Zone, Counts: c})
		if i, ok := at[a.Zone]; ok {
			z := &out.Zones[i].Counts
			z.Free, z.Held, z.Sold, z.Blocked = z.Free+c.Free, z.Held+c.Held, z.Sold+c.Sold, z.Blocked+c.Blocked
		}
	}
}

func (c *Counts) add(s codec.State) {
	switch s {
	case codec.Free:
		c.Free++
	case codec.Held:
		c.Held++
	case codec.Sold:
		c.Sold++
	case codec.Off:
		c.Blocked++
	}
}

// pool finds a reserved pool of a session by its name, 0 if there is none, and
// counts its places that are free to sell.
func (s *Service) pool(ctx context.Context, session ids.ID, name string, free *int) (uint16, error) {
	var id uint16
	err := s.Seats.Look(ctx, session, func(st *engine.State) {
		for _, p := range st.Config().Pools {
			if p.Name == name && !p.Dead {
				id = p.ID
			}
		}
		if id != 0 && free != nil {
			*free = st.InPool(id)
		}
	})
	return id, err
}

// SeatChange is the new state of some seats.
type SeatChange struct {
	State string  `json:"state" enum:"free,held,sold,blocked"`
	Seats []int32 `json:"seats"`
}

// StockChange is what changed of a session's seats since a cursor.
type StockChange struct {
	Cursor  string       `json:"cursor"`
	Full    bool         `json:"full" doc:"The cursor was too old: these are all seats, not the changes"`
	Changes []SeatChange `json:"changes"`
}

var stateNames = []string{"free", "held", "sold", "blocked"}

// StockSince tells which seats changed since a cursor, or of all seats when
// the cursor is not remembered any more.
func (s *Service) StockSince(ctx context.Context, session ids.ID, since string) (StockChange, error) {
	out := StockChange{Changes: []SeatChange{}}
	if _, _, err := s.Session(ctx, session); err != nil {
		return out, err
	}
	m, err := s.Maps.Map(ctx, session)
	if err != nil {
		return out, err
	}
	u, cursor, err := s.snapshot(ctx, session)
	if err != nil {
		return out, err
	}
	_, now, err := codec.DecodeSnapshot(u.Snapshot)
	if err != nil || len(now) != len(m.Seats) {
		return out, orElse(err, inventory.ErrElsewhere)
	}
	sc, _ := db.ScopeOf(ctx)
	var before []codec.State
	if raw := s.recent.find(place{sc.Tenant, session}, since); raw != nil {
		if _, before, err = codec.DecodeSnapshot(raw); err != nil || len(before) != len(now) {
			before = nil
		}
	}
	out.Cursor, out.Full = cursor, before == nil
	by := map[codec.State][]int32{}
	for rank, state := range now {
		if before == nil || before[rank] != state {
			by[state] = append(by[state], m.Seats[rank])
		}
	}
	for state, name := range stateNames {
		if seats := by[codec.State(state)]; len(seats) > 0 {
			out.Changes = append(out.Changes, SeatChange{name, seats})
		}
	}
	return out, nil
}

// recent keeps the last snapshots that were told, so that changes need no
// memory of who was told what.
type recent struct {
	mu   sync.Mutex
	kept map[place][]version
}

type place struct {
	tenant  int32
	session ids.ID
}

type version struct {
	cursor string
	bytes  []byte
}

const (
	keptVersions = 16
	keptSessions = 500
)

// keep remembers a snapshot and returns its cursor: the feed's version with
// the bytes' hash, for another writer may count anew.
func (r *recent) keep(at place, u inventory.Update) string {
	sum := sha256.Sum256(u.Snapshot)
	cursor := strconv.FormatUint(u.Version, 36) + "-" + hex.EncodeToString(sum[:8])
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.kept[at]
	if n := len(list); n > 0 && list[n-1].cursor == cursor {
		return cursor
	}
	if len(r.kept) >= keptSessions && list == nil {
		clear(r.kept) // everybody gets a full answer once
	}
	list = append(list, version{cursor, u.Snapshot})
	if len(list) > keptVersions {
		list = slices.Delete(list, 0, len(list)-keptVersions)
	}
	r.kept[at] = list
	return cursor
}

func (r *recent) find(at place, cursor string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range r.kept[at] {
		if v.cursor == cursor {
			return v.bytes
		}
	}
	return nil
}
