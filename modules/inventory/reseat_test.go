package inventory_test

import (
	"context"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

var errRolledBack = errors.New("rolled back")

// reseat takes the session from one layout to another; after is what happens in the same transaction.
func (b *bundle) reseat(s *inventory.Service, from, to *engine.Hall, after func() error) (gone, come []int32, err error) {
	err = b.d.InTx(b.ctx, func(ctx context.Context, tx db.Tx) (err error) {
		gone, come, err = s.ReseatTx(ctx, tx, inventory.Reseating{Session: b.session, Plan: ids.New(), From: from, To: to, Reason: "move"})
		if err == nil && after != nil {
			err = after()
		}
		return err
	})
	return gone, come, err
}

// less is a layout without some seats.
func less(l engine.Layout, gone ...int32) engine.Layout {
	l.Seats = slices.DeleteFunc(slices.Clone(l.Seats), func(s engine.Seat) bool { return slices.Contains(gone, s.ID) })
	return l
}

// A session moves to a layout with seats less and one more: all or nothing, with
// the transaction that changes the plan; it is rebuilt from rows, its viewers see the new seats.
func TestAMoveToAnotherLayout(t *testing.T) {
	layout := inventorytest.Grid(1, 2, 10, 1)
	b := setup(t, layout)
	s := b.node("a", func(d *inventory.Deps) { d.Options.SnapshotEvery = 3 })
	old := b.catalog[b.session]
	next := less(layout, 3, 4)
	next.Seats = append(next.Seats, engine.Seat{ID: 77, Row: 40, X: 9000})
	to := inventorytest.MustCompile(next)
	h := b.must(s, &engine.Hold{Meta: meta(), Seats: []int32{3, 5}})
	if _, _, err := b.reseat(s, old.Hall, to, nil); errs.CodeOf(err) != "inventory.seat_taken" || len(refusedSeats(err)) != 1 || refusedSeats(err)[0] != 3 {
		t.Fatalf("a held seat went: %v %v", err, refusedSeats(err))
	}
	sale := b.must(s, &engine.Confirm{Meta: meta(), Hold: h.Key})
	if _, _, err := b.reseat(s, old.Hall, to, nil); errs.CodeOf(err) != "inventory.seat_taken" {
		t.Fatalf("a sold seat went: %v", err)
	}
	b.must(s, &engine.Refund{Meta: meta(), Sale: sale.Key, Seats: []int32{3}})
	before := b.digest(s)
	if _, _, err := b.reseat(s, old.Hall, to, func() error { return errRolledBack }); !errors.Is(err, errRolledBack) {
		t.Fatal(err)
	}
	if b.digest(s) != before || b.scalar("select count(*) from inventory.reseat") != 0 {
		t.Fatal("a move that was rolled back left something")
	}
	if _, err := s.Do(b.ctx, b.session, &engine.Reseat{Meta: meta(), Gone: []int32{3}}, nil); errs.CodeOf(err) != "inventory.bad_request" {
		t.Fatalf("a move without its transaction: %v", err)
	}
	sub, err := s.Subscribe(b.ctx, b.session)
	if err != nil {
		t.Fatal(err)
	}
	gone, come, err := b.reseat(s, old.Hall, to, func() error { b.catalog[b.session] = inventorytest.Entry{Hall: to, Open: old.Open}; return nil })
	if err != nil || !slices.Equal(gone, []int32{3, 4}) || !slices.Equal(come, []int32{77}) {
		t.Fatalf("%v %v %v", gone, come, err)
	}
	for range sub.C { // ends: who watches begins again with the new seats
	}
	if sub, err = s.Subscribe(b.ctx, b.session); err != nil {
		t.Fatal(err)
	}
	var v viewer
	u := <-sub.C
	if err := v.read(u); err != nil || len(v.states) != 19 || v.count(0) != 18 || v.count(2) != 1 || u.Counts.Free != 18 || u.Counts.Blocked != 0 {
		t.Fatalf("%v: %d seats, %+v", err, len(v.states), u.Counts)
	}
	for seat, code := range map[int32]string{3: "inventory.seat_blocked", 5: "inventory.seat_taken"} {
		if _, err := s.Do(b.ctx, b.session, &engine.Hold{Meta: meta(), Seats: []int32{seat}}, nil); errs.CodeOf(err) != code {
			t.Errorf("seat %d: %v", seat, err)
		}
	}
	b.must(s, &engine.Hold{Meta: meta(), Seats: []int32{77}})
	m, err := s.Meter(b.ctx, b.session)
	if err != nil || m.Places != 19 || m.Sold != 1 || m.Held != 1 || m.Blocked != 0 {
		t.Errorf("%+v %v", m, err)
	}
	digest := b.digest(s)
	s.Close()
	again := b.node("b")
	if b.digest(again) != digest {
		t.Fatal("the rebuilt state differs")
	}
	if _, come, err = b.reseat(again, to, old.Hall, nil); errs.CodeOf(err) != "inventory.seat_taken" { // the added one is held
		t.Fatalf("%v %v", come, err)
	}
	b.verifyChain()
}

func refusedSeats(err error) []int32 {
	var e *errs.Error
	if !errors.As(err, &e) {
		return nil
	}
	list, _ := e.Params["seats"].([]int32)
	return list
}

// Moves between plan versions, with sales going on at two nodes, commits that break
// and moves that are rolled back: no seat is given while it is gone, none goes while it is taken.
func TestMovesAreLinearizable(t *testing.T) {
	const rows, clients, orders = 6, 12, 40
	layout := inventorytest.Grid(1, rows, 4, 1)
	b := setup(t, layout)
	var rnd atomic.Uint64
	faulty := func(d *inventory.Deps) {
		d.Options.LeaseTTL, d.Options.Strict = time.Hour, true
		d.Options.Hook = func(string) error {
			if rnd.Add(1)%97 == 0 {
				return errors.New("the connection broke")
			}
			return nil
		}
	}
	nodes := []*inventory.Service{b.node("a", faulty), b.node("b", faulty)}
	b.must(nodes[0], &engine.Expire{})
	h := &history{}
	var done, moves, refused atomic.Int64
	var wg sync.WaitGroup
	full := b.catalog[b.session].Hall
	// Row by row, one who takes its two middle seats away and brings them back.
	for row := range 3 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(9, uint64(row)))
			seats := []int32{int32(row*4 + 2), int32(row*4 + 3)}
			without := inventorytest.MustCompile(less(layout, seats...))
			away := false
			for i := 0; i < 30 || i < 1000 && refused.Load() == 0; i++ { // until moves and sales have met
				op := rowOp{kind: "retire", row: row, seats: []int{1, 2}}
				from, to := full, without
				if away {
					op.kind, from, to = "return", without, full
				}
				roll := r.IntN(4) == 0
				call := h.tick.Add(1)
				_, _, err := b.reseat(nodes[r.IntN(2)], from, to, func() error {
					if roll {
						return errRolledBack
					}
					return nil
				})
				if errors.Is(err, errRolledBack) {
					continue
				}
				a := rowAnswer{ok: err == nil}
				for _, id := range refusedSeats(err) {
					a.taken = append(a.taken, int(id-1)%4)
				}
				if h.add(100+row, call, op, a); a.ok {
					away = !away
					moves.Add(1)
				} else if refused.Add(1); errs.CodeOf(err) != "inventory.seat_taken" {
					b.t.Errorf("a move: %v", err)
				}
			}
		})
	}
	for c := range clients {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(6, uint64(c)))
			for i := 0; i < orders || i < 1000 && refused.Load() == 0; i++ {
				b.rowOrder(h, nodes, c, r, rows)
				if done.Add(1)%100 == 0 {
					b.expire()
				}
			}
		})
	}
	wg.Wait()
	if res, _ := porcupine.CheckOperationsVerbose(rowModel, h.ops, time.Minute); res != porcupine.Ok {
		t.Fatalf("%d operations: %v", len(h.ops), res)
	}
	if moves.Load() == 0 || refused.Load() == 0 {
		t.Fatalf("%d moves, %d refused: too little happened", moves.Load(), refused.Load())
	}
	b.verifyChain()
	// Negative control: a refused move forged into one that was done is found.
	for i, o := range h.ops {
		if o.Input.(rowOp).kind == "retire" && !o.Output.(rowAnswer).ok {
			h.ops[i].Output = rowAnswer{ok: true}
			break
		}
	}
	if res, _ := porcupine.CheckOperationsVerbose(rowModel, h.ops, time.Minute); res != porcupine.Illegal {
		t.Fatalf("a forged move was not found: %v", res)
	}
	t.Logf("%d operations, %d moves, %d refused (%s…)", len(h.ops), moves.Load(), refused.Load(), hex.EncodeToString([]byte{byte(rows)}))
}
