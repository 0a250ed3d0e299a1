package inventory_test

import (
	"slices"
	"testing"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

func (b *bundle) series(n int) []ids.ID {
	out := []ids.ID{b.session}
	for len(out) < n {
		id := ids.New()
		b.catalog[id] = b.catalog[b.session]
		out = append(out, id)
	}
	return out
}

// A series gets the same seats in all sessions, or nothing in any; repeating
// it gives the same seats.
func TestSeriesIsAllOrNothing(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 6, 1))
	sessions := b.series(3)
	s := b.node("a")
	// Row 1 is broken in another way in each session.
	for i, id := range sessions {
		if _, err := s.Do(b.ctx, id, &engine.Hold{Meta: meta(), Seats: []int32{int32(2 + 2*i)}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	h := engine.Hold{Meta: meta(), Buyer: inventorytest.Key(), Want: &engine.Want{N: 3}}
	got, err := s.HoldSeries(b.ctx, sessions, h)
	if err != nil || len(got) != 3 {
		t.Fatal(err, got)
	}
	for _, a := range got {
		if !slices.Equal(a.Seats, got[0].Seats) {
			t.Fatalf("different seats: %v and %v", a.Seats, got[0].Seats)
		}
	}
	again, err := s.HoldSeries(b.ctx, sessions, h)
	if err != nil || !slices.Equal(again[2].Seats, got[2].Seats) || again[2].Key != got[2].Key {
		t.Fatalf("the repeated series: %+v %v", again, err)
	}
	_, err = s.HoldSeries(b.ctx, sessions, engine.Hold{Meta: meta(), Seats: []int32{1, 2}})
	if errs.CodeOf(err) != "inventory.seat_taken" {
		t.Fatal(err)
	}
	_, err = s.HoldSeries(b.ctx, sessions, engine.Hold{Meta: meta(), Seats: []int32{5, 6}}) // 6 is taken in the last one
	if errs.CodeOf(err) != "inventory.seat_taken" {
		t.Fatal(err)
	}
	for _, id := range sessions {
		m, err := s.Meter(b.ctx, id)
		if err != nil || m.Held != 4 {
			t.Fatalf("%d seats held, %v", m.Held, err)
		}
	}
}

func TestPackageIsConfirmedWhole(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 6, 1))
	sessions := b.series(2)
	s := b.node("a")
	doc := inventorytest.Key()
	parts := []inventory.Part{{Session: sessions[0], Hold: engine.Hold{Seats: []int32{1}, Docs: []engine.Key{doc}}}, {Session: sessions[1], Hold: engine.Hold{Want: &engine.Want{N: 2}}}}
	whole := inventorytest.Key()
	held, err := s.HoldAll(b.ctx, whole, parts)
	if err != nil {
		t.Fatal(err)
	}
	none := func(int) any { return nil }
	keys := []engine.Key{held[0].Key, held[1].Key}
	// The second hold is given up on the way: the first may not stay sold.
	if _, err := s.Do(b.ctx, sessions[1], &engine.Release{Meta: meta(), Hold: keys[1]}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ConfirmAll(b.ctx, inventorytest.Key(), engine.Key{}, sessions, keys, none); errs.CodeOf(err) != "inventory.hold_expired" {
		t.Fatal(err)
	}
	if n := b.scalar("select count(*) from inventorytest.ticket"); n != 0 {
		t.Fatalf("%d tickets of an incomplete package", n)
	}
	held, err = s.HoldAll(b.ctx, inventorytest.Key(), []inventory.Part{{Session: sessions[0], Hold: engine.Hold{Seats: []int32{2}}}, parts[1]})
	if err != nil {
		t.Fatal(err)
	}
	whole = inventorytest.Key()
	for range 2 { // the second time is a repetition
		if _, err := s.ConfirmAll(b.ctx, whole, engine.Key{}, sessions, []engine.Key{held[0].Key, held[1].Key}, none); err != nil {
			t.Fatal(err)
		}
	}
	b.sound(3)
}
