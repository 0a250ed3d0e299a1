package engine

import "testing"

// A key stands for one wish: the same again finds its hold, one with other
// places is refused, and takes nothing.
func TestAHoldKeyIsForOneWish(t *testing.T) {
	t.Parallel()
	s := opened(t, mixed())
	refused := func(cmd Command) {
		t.Helper()
		if a := do(t, s, cmd); a.Refused == nil || a.Refused.Code != KeyReused {
			t.Errorf("%+v: %+v", cmd, a)
		}
	}
	same := func(cmd Command, first Answer) {
		t.Helper()
		if a := do(t, s, cmd); a.Refused != nil || !a.Replayed || a.Key != first.Key {
			t.Errorf("%+v: %+v", cmd, a)
		}
	}
	named := func(seats ...int32) *Hold { return &Hold{Meta: Meta{Key: key(1)}, Seats: seats} }
	first := do(t, s, named(5, 6))
	if first.Refused != nil {
		t.Fatalf("%+v", first.Refused)
	}
	same(named(6, 5), first)
	refused(named(5))
	refused(named(5, 7))
	refused(named(5, 6, 7))
	refused(&Hold{Meta: Meta{Key: key(1)}, Want: &Want{N: 3}})

	standing := func(n int) *Hold { return &Hold{Meta: Meta{Key: key(2)}, Standing: []StandingWant{{1, n}}} }
	first = do(t, s, standing(2))
	same(standing(2), first)
	refused(standing(3))

	best := func(w Want) *Hold { return &Hold{Meta: Meta{Key: key(3)}, Want: &w} }
	first = do(t, s, best(Want{N: 2, Zones: []uint16{1}}))
	same(best(Want{N: 2, Zones: []uint16{1}}), first)
	refused(best(Want{N: 3, Zones: []uint16{1}}))
	refused(best(Want{N: 2, Zones: []uint16{3}}))

	longer := func(hold uint64) *Extend { return &Extend{Meta: Meta{Key: key(9)}, Hold: key(hold), For: 60_000} }
	first = do(t, s, longer(1))
	same(longer(1), first)
	refused(longer(2))
}
