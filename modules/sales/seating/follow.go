package seating

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/ticketmap"
)

// PoolOfAllotment names the pool of the seat engine that keeps an allotment's places.
func PoolOfAllotment(a ticketmap.Allotment) string {
	return "allotment:" + a.Channel + ":" + strconv.Itoa(a.No)
}

// Follower makes the seat engine follow the ticket maps.
type Follower struct {
	Seating *Seating
	Seats   *inventory.Service
	mu      sync.Mutex // one at a time: what is compared is what is changed
}

var _ ticketmap.Engine = (*Follower)(nil)

// errWaits is recorded while somebody is buying a place that is to be taken
// from sale: it is tried again when that is over.
var errWaits = errs.New(errs.Conflict, "seating.being_bought", "有 {count} 个座位正被购买，购买结束后再从销售中移出。", "{count} place(s) are being bought; they are taken off sale when that ends.")

// Apply implements ticketmap.Engine: prices, limits, zones and pools of the
// newest revision. Held and sold places stay as they are.
func (f *Follower) Apply(ctx context.Context, session ids.ID) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	hall, open, err := f.Seating.Load(ctx, session)
	if err != nil {
		return 0, err
	}
	now, err := f.look(ctx, session, hall, open)
	if errors.Is(err, inventory.ErrElsewhere) {
		return 0, ticketmap.ErrElsewhere
	}
	if err == nil && now.hash != hall.Hash() { // seats lie in other zones, or there are other seats
		if err = f.Seats.Reload(ctx, session); err == nil {
			now, err = f.look(ctx, session, hall, open)
		}
	}
	if err != nil {
		return 0, err
	}
	if now.config.Revision > open.Config.Revision {
		return now.config.Revision, nil
	}
	return open.Config.Revision, f.change(ctx, session, now, open)
}

// standing is how a session's engine is now, and how it differs.
type standing struct {
	hash   [32]byte
	config engine.Config
	used   map[uint16]bool // pools that places belong to
	free   []int32         // to unblock
	block  map[string][]int32
	busy   int // places to block that somebody holds or has
}

// look compares the engine with what it should be, inside its writer.
func (f *Follower) look(ctx context.Context, session ids.ID, hall *engine.Hall, open engine.Open) (standing, error) {
	want := map[int32]string{}
	names := map[uint16]string{}
	for _, p := range open.Config.Pools {
		names[p.ID] = p.Name
	}
	for _, b := range open.Blocks {
		for _, id := range b.Seats {
			want[id] = names[b.Pool]
		}
	}
	var out standing
	err := f.Seats.Look(ctx, session, func(st *engine.State) {
		out = standing{hash: st.Hall().Hash(), config: st.Config(), used: map[uint16]bool{}, block: map[string][]int32{}}
		out.config.Pools = slices.Clone(out.config.Pools)
		have := map[uint16]string{}
		for _, p := range out.config.Pools {
			have[p.ID] = p.Name
		}
		hall.EachSpot(func(id int32, _ engine.Spot) {
			status, ok := st.Status(id)
			if !ok {
				return
			}
			pool, _ := st.PoolOf(id)
			if pool != 0 {
				out.used[pool] = true
			}
			to := want[id]
			switch {
			case have[pool] == sales.ReturnsPool && to == "": // sales decides when these are released
			case status == engine.NotForSale && pool != 0 && have[pool] != to:
				out.free = append(out.free, id)
				if to != "" {
					out.block[to] = append(out.block[to], id)
				}
			case status == engine.Free && to != "":
				out.block[to] = append(out.block[to], id)
			case status == engine.HeldPlace && pool == 0 && to != "":
				out.busy++
			}
		})
	})
	return out, err
}

// change sends what differs: the configuration, then what becomes free, then what is kept.
func (f *Follower) change(ctx context.Context, session ids.ID, now standing, open engine.Open) error {
	c := open.Config
	wanted := c.Pools
	c.Pools = nil
	number := map[string]uint16{}
	top := uint16(0)
	for _, p := range now.config.Pools {
		top = max(top, p.ID)
		at := slices.IndexFunc(wanted, func(w engine.Pool) bool { return w.Name == p.Name })
		if at >= 0 {
			p.Public = wanted[at].Public
		}
		if at >= 0 || now.used[p.ID] || p.Name == sales.ReturnsPool {
			number[p.Name] = p.ID
			c.Pools = append(c.Pools, p)
		}
	}
	for _, p := range wanted {
		if number[p.Name] == 0 {
			top++
			p.ID = top
			number[p.Name] = top
			c.Pools = append(c.Pools, p)
		}
	}
	do := func(cmd engine.Command) error {
		m := engine.MetaOf(cmd)
		m.Key, m.Reason = engine.Key(ids.New().Bytes()), "ticket map revision "+strconv.Itoa(c.Revision)
		_, err := f.Seats.Do(ctx, session, cmd, nil)
		return err
	}
	configure := func() error { return do(&engine.Configure{Config: c}) }
	release := func() error {
		if len(now.free) == 0 {
			return nil
		}
		return do(&engine.Unblock{Seats: now.free})
	}
	if reflect.DeepEqual(c, now.config) {
		configure = func() error { return nil }
	}
	err := configure()
	if errs.CodeOf(err) == "inventory.public_share" { // what becomes free is needed for it (RL-2)
		if err = release(); err == nil {
			err = configure()
		}
	} else if err == nil {
		err = release()
	}
	if err != nil {
		return err
	}
	for _, p := range c.Pools {
		if seats := now.block[p.Name]; len(seats) > 0 {
			if err := do(&engine.Block{Pool: number[p.Name], Seats: seats}); err != nil {
				return err
			}
		}
	}
	if now.busy > 0 {
		return errWaits.With("count", now.busy)
	}
	return nil
}
