package saleload

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// herdLongest is when a herd goes home, for the strategies' sake.
const herdLongest = 30 * time.Second

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
	end := began.Add(herdLongest)
	var cut atomic.Bool
	var wg sync.WaitGroup
	for b := range buyers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(b)))
			size := groupSize(r)
			for {
				start := time.Now()
				if start.After(end) {
					cut.Store(true)
					return
				}
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
	out := Herd{
		Seller: name, Buyers: buyers, Seats: sh.total(), Sold: sold.Load(), Millis: ms(spent), P99: ms(quantile(took, 0.99)),
		Refused: refused.Load(), Cut: cut.Load(),
	}
	if !out.Cut {
		out.Refused += int64(sh.total()) - out.Sold
	}
	return out, nil
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
				P50US: float64(quantile(took, 0.5).Nanoseconds()) / 1000, P99US: float64(quantile(took, 0.99).Nanoseconds()) / 1000,
			})
		}
	}
	return out
}
