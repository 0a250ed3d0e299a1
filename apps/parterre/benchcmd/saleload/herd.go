package saleload

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// herd lets 1,000 buyers buy best available in a hall of 2,000 seats until
// there is nothing left. Seats that stay unsold, and picks that the system
// gave up while seats were free, are refusals that were not true.
func herd(ctx context.Context, s *server, name string, opts Options) (Herd, error) {
	sh, buyers := shape{4, 20, 25, 1}, 1000
	if opts.Quick {
		sh, buyers = shape{2, 10, 10, 1}, 100
	}
	sel, session, err := open(ctx, s, name, sh)
	if err != nil {
		return Herd{}, err
	}
	var sold, refused atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var bad error
	began := time.Now()
	var wg sync.WaitGroup
	for b := range buyers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(b)))
			size := groupSize(r)
			for {
				start := time.Now()
				key, buyer := inventorytest.Key(), engine.Key(ids.New().Bytes())
				seats, err := sel.hold(ctx, key, buyer, nil, 0, size)
				switch {
				case errors.Is(err, errNone) && size == 1:
					return
				case errors.Is(err, errNone):
					size = 1
					continue
				case errors.Is(err, errGone):
					refused.Add(1)
					continue
				}
				if err == nil {
					err = sel.confirm(ctx, inventorytest.Key(), key, buyer, seats)
				}
				mu.Lock()
				took = append(took, time.Since(start))
				bad = errors.Join(bad, err)
				mu.Unlock()
				if err != nil {
					return
				}
				sold.Add(int64(len(seats)))
				size = groupSize(r)
			}
		})
	}
	wg.Wait()
	spent := time.Since(began)
	sel.close()
	if bad = errors.Join(bad, s.verify(ctx, session, sold.Load())); bad != nil {
		return Herd{}, bad
	}
	slices.Sort(took)
	return Herd{
		Seller: name, Buyers: buyers, Seats: sh.total(), Sold: sold.Load(), Millis: ms(spent), P99: ms(quantile(took, 0.99)),
		Refused: refused.Load() + int64(sh.total()) - sold.Load(),
	}, nil
}

// picks times best available in memory on 60,000 seats.
func picks(opts Options) (out []Pick) {
	h := inventorytest.MustCompile(inventorytest.Grid(60, 40, 25, 10))
	rounds := 2000
	if opts.Quick {
		rounds = 50
	}
	for _, sold := range []int{0, 50, 97} {
		st := engine.New(h)
		cfg := engine.DefaultConfig(h, price)
		at := int64(1)
		st.Apply(nil, &engine.Open{Meta: engine.Meta{Key: inventorytest.Key()}, Config: cfg}, at)
		r := rand.New(rand.NewPCG(3, 4))
		for _, i := range r.Perm(h.Places())[:h.Places()*sold/100] {
			st.Apply(nil, &engine.Hold{Meta: engine.Meta{Key: inventorytest.Key()}, Seats: []int32{int32(i + 1)}}, at)
		}
		for _, group := range []int{2, 4} {
			took := make([]time.Duration, 0, rounds)
			var sum time.Duration
			for range rounds {
				key := inventorytest.Key()
				began := time.Now()
				_, a := st.Apply(nil, &engine.Hold{Meta: engine.Meta{Key: key}, Want: &engine.Want{N: group}}, at)
				d := time.Since(began)
				took, sum = append(took, d), sum+d
				if a.Refused == nil {
					st.Apply(nil, &engine.Release{Meta: engine.Meta{Key: inventorytest.Key()}, Hold: key}, at)
				}
			}
			slices.Sort(took)
			out = append(out, Pick{
				Seats: h.Places(), Sold: sold, Group: group, MeanUS: float64(sum.Nanoseconds()) / 1000 / float64(rounds),
				P99US: float64(quantile(took, 0.99).Nanoseconds()) / 1000,
			})
		}
	}
	return out
}

// Fanout is live status to many viewers inside the process (the network's
// share is measured with the HTTP stack).
type Fanout struct {
	Viewers       int     `json:"viewers"`
	Deltas        int     `json:"deltas"`
	BytesPerDelta float64 `json:"bytes_per_delta"`
	SnapshotBytes int     `json:"snapshot_bytes"`
	LastP50       float64 `json:"last_viewer_p50_ms"` // from the first viewer that got a delta to the last
	LastMax       float64 `json:"last_viewer_max_ms"`
	Resent        int64   `json:"snapshots_to_laggards"`
	TicketsPerSec float64 `json:"tickets_per_second_meanwhile"`
}

type seen struct {
	first, last time.Time
	n, bytes    int
}

func fanout(ctx context.Context, s *server, opts Options) (*Fanout, error) {
	sh, viewers, every := shape{100, 20, 25, 10}, 5000, 2*time.Second
	if opts.Quick {
		sh, viewers, every = shape{20, 5, 10, 5}, 200, time.Second
	}
	session := ids.New()
	p, err := newProduct(ctx, s, sh, session)
	if err != nil {
		return nil, err
	}
	f := &Fanout{Viewers: viewers}
	var mu sync.Mutex
	deltas := map[uint64]*seen{}
	var resent atomic.Int64
	var wg sync.WaitGroup
	for range viewers {
		sub, err := p.svc.Subscribe(db.WithScope(ctx, p.scope), session)
		if err != nil {
			return nil, err
		}
		wg.Go(func() {
			got := 0
			for u := range sub.C {
				now := time.Now()
				got++
				mu.Lock()
				if u.Snapshot != nil {
					f.SnapshotBytes = max(f.SnapshotBytes, len(u.Snapshot))
					if got > 1 {
						resent.Add(1)
					}
				} else {
					d := deltas[u.Version]
					if d == nil {
						d = &seen{first: now, bytes: len(u.Delta)}
						deltas[u.Version] = d
					}
					d.last, d.n = now, d.n+1
				}
				mu.Unlock()
			}
		})
	}
	l := &load{sel: p, m: newMarket(sh), best: false}
	l.goal.Store(int64(sh.total()) * 9 / 10)
	began := time.Now()
	go l.m.run(200 * time.Millisecond)
	var buyers sync.WaitGroup
	for b := range 20 {
		buyers.Go(func() { l.buyAt(ctx, uint64(b), every) })
	}
	buyers.Wait()
	spent := time.Since(began)
	l.m.end()
	time.Sleep(600 * time.Millisecond) // two more ticks, so that the last deltas arrive
	p.close()
	wg.Wait()
	var last []time.Duration
	var bytes int
	for _, d := range deltas {
		last = append(last, d.last.Sub(d.first))
		bytes += d.bytes
	}
	slices.Sort(last)
	f.Deltas, f.Resent, f.TicketsPerSec = len(deltas), resent.Load(), float64(l.m.sold.Load())/spent.Seconds()
	if len(last) > 0 {
		f.BytesPerDelta = float64(bytes) / float64(len(last))
		f.LastP50, f.LastMax = ms(quantile(last, 0.5)), ms(last[len(last)-1])
	}
	return f, l.err
}

// buyAt buys for as long as that, with a pause between orders.
func (l *load) buyAt(ctx context.Context, n uint64, long time.Duration) {
	end := time.AfterFunc(long, func() { l.goal.Store(0) })
	defer end.Stop()
	l.buy(ctx, n)
}
