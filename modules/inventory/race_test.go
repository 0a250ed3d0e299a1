package inventory_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// soldTwice counts what the journal's events say against the rows.
func (b *bundle) sound(sold int) {
	b.t.Helper()
	if n := b.scalar("select count(*) from inventorytest.ticket"); n != int64(sold) {
		b.t.Fatalf("%d tickets in the rows, %d acknowledged", n, sold)
	}
	if n := b.scalar("select coalesce(sum(tickets), 0) - (select count(*) from inventorytest.ticket) - (select count(*) from inventorytest.returned) from inventorytest.sale"); n != 0 {
		b.t.Fatalf("orders and tickets differ by %d", n)
	}
	if n := b.scalar("select coalesce(sum(total), 0)::bigint - (select coalesce(sum(price), 0) from inventorytest.ticket)::bigint - (select coalesce(sum(price), 0) from inventorytest.returned)::bigint from inventorytest.sale"); n != 0 {
		b.t.Fatalf("the money differs by %d", n)
	}
	b.verifyChain()
}

// A herd of 1,000 buyers on 2,000 seats: every seat is sold, nobody is refused
// while a fitting seat is free.
func TestHerdSellsEverySeat(t *testing.T) {
	b := setup(t, inventorytest.Grid(4, 20, 25, 1))
	s := b.node("a")
	var left, sold atomic.Int64
	left.Store(2000)
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for {
				n := 1 + r.IntN(4)
				h, err := s.Do(b.ctx, b.session, &engine.Hold{Meta: meta(), Want: &engine.Want{N: n}}, nil)
				if errs.CodeOf(err) == "inventory.no_fit" {
					// The refusal is true: fewer than n seats were left.
					if n == 1 {
						return
					}
					h, err = s.Do(b.ctx, b.session, &engine.Hold{Meta: meta(), Want: &engine.Want{N: 1}}, nil)
					if errs.CodeOf(err) == "inventory.no_fit" {
						return
					}
				}
				if err != nil {
					t.Error(err)
					return
				}
				left.Add(int64(-len(h.Seats)))
				if _, err := s.Do(b.ctx, b.session, &engine.Confirm{Meta: meta(), Hold: h.Key}, nil); err != nil {
					t.Error(err)
					return
				}
				sold.Add(int64(len(h.Seats)))
			}
		})
	}
	wg.Wait()
	if sold.Load() != 2000 {
		t.Fatalf("%d of 2000 seats sold", sold.Load())
	}
	b.sound(2000)
	st := s.Stats()
	t.Logf("%d commands in %d batches", st.Commands, st.Batches)
}

// N buyers on the same seats of several sessions of two tenants: exactly one
// wins each seat.
func TestOneWinsEachSeat(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 5, 10, 1))
	h := b.catalog[b.session]
	sessions := []ids.ID{b.session, ids.New(), ids.New()}
	for _, id := range sessions[1:] {
		b.catalog[id] = h
	}
	s := b.node("a")
	var wins [3][2][51]atomic.Int32
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			ctx, tn := b.ctx, i%2
			if tn == 1 {
				ctx = b.d.AsTenant(b.ctx, b.d.Other)
			}
			r := rand.New(rand.NewPCG(2, uint64(i)))
			for range 150 {
				k, seat := r.IntN(3), int32(1+r.IntN(50))
				hold, err := s.Do(ctx, sessions[k], &engine.Hold{Meta: meta(), Seats: []int32{seat}}, nil)
				if err != nil {
					continue
				}
				if r.IntN(3) == 0 {
					_, err = s.Do(ctx, sessions[k], &engine.Release{Meta: meta(), Hold: hold.Key}, nil)
				} else if _, err = s.Do(ctx, sessions[k], &engine.Confirm{Meta: meta(), Hold: hold.Key}, nil); err == nil {
					wins[k][tn][seat].Add(1)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for k := range wins {
		for tn := range wins[k] {
			for seat := range wins[k][tn] {
				n := wins[k][tn][seat].Load()
				if n > 1 {
					t.Fatalf("seat %d of session %d was sold %d times", seat, k, n)
				}
				total += int(n)
			}
		}
	}
	b.sound(total)
}

// poison fails the row writer, or the statement, for one payload.
type poison struct{}

func (poison) WriteRows(q *pgx.Batch, tenant int32, changes []inventory.Change) error {
	for _, c := range changes {
		switch c.Payload {
		case "sql":
			q.Queue("select 1/0")
		case "go":
			return fmt.Errorf("not writable")
		}
	}
	return nil
}

// A command that the database refuses fails alone: the others of its batch are done.
func TestPoisonFailsAlone(t *testing.T) {
	b := setup(t, inventorytest.Grid(2, 10, 20, 1))
	s := b.node("a", func(d *inventory.Deps) { d.Rows = append(d.Rows, poison{}) })
	var wg sync.WaitGroup
	var good, bad atomic.Int64
	for i := range 40 {
		wg.Go(func() {
			var payload any
			switch i {
			case 7:
				payload = "sql"
			case 9:
				payload = "go"
			}
			_, err := s.Do(context.WithoutCancel(b.ctx), b.session, &engine.Hold{Meta: meta(), Seats: []int32{int32(1 + i)}}, payload)
			switch {
			case (err != nil) != (payload != nil):
				t.Errorf("payload %v: %v", payload, err)
			case err != nil:
				bad.Add(1)
			default:
				good.Add(1)
			}
		})
	}
	wg.Wait()
	if good.Load() != 38 || bad.Load() != 2 {
		t.Fatalf("%d done, %d refused", good.Load(), bad.Load())
	}
	_ = s.Look(b.ctx, b.session, func(st *engine.State) {
		if m := st.Meter(); m.Held != 38 {
			t.Errorf("%d seats held", m.Held)
		}
	})
}
