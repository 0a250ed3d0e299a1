package engine

import "testing"

// A hold's key shows its seats to the buyer who has them, held or sold, and to
// nobody else.
func TestASoldHoldIsShownAgainToItsBuyerAlone(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(2, 10))
	mine, other := key(100), key(200)
	hold := func(buyer Key) Answer {
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(1)}, Buyer: buyer, Seats: []int32{1, 2}}, 1)
		return a
	}
	if a := hold(mine); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	check := func(when string) {
		t.Helper()
		if a := hold(mine); a.Refused != nil || !a.Replayed || len(a.Seats) != 2 {
			t.Errorf("%s: to its buyer: %+v", when, a)
		}
		if a := hold(other); a.Refused == nil || a.Refused.Code != KeyReused || len(a.Seats) != 0 {
			t.Errorf("%s: to another: %+v", when, a)
		}
	}
	check("held")
	if _, a := s.Apply(nil, &Confirm{Meta: Meta{Key: key(2)}, Hold: key(1), Buyer: mine}, 2); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	check("sold")
	back, err := Restore(s.Hall(), s.AppendSnapshot(nil))
	if err != nil {
		t.Fatal(err)
	}
	s = back
	check("sold, after a rebuild")
}

// Places of an allotment (配额) are sold out of it only: to the public they are
// not on sale, a refund into the allotment gives them back to it, and one to
// the public does not.
func TestSaleOutOfAnAllotment(t *testing.T) {
	t.Parallel()
	const pool = 3
	s := opened(t, grid(2, 10), func(c *Config) { c.Pools = append(c.Pools, Pool{ID: pool, Name: "allotment:agent:1"}) })
	n := uint64(0)
	do := func(cmd Command) Answer {
		n++
		MetaOf(cmd).Key = key(n)
		_, a := s.Apply(nil, cmd, int64(n))
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		return a
	}
	free := func(want int) {
		t.Helper()
		if got := s.InPool(pool); got != want {
			t.Errorf("%d places of the allotment are free, want %d", got, want)
		}
	}
	if a := do(&Block{Pool: pool, Seats: []int32{1, 2, 3, 4}}); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	free(4)
	if a := do(&Hold{Seats: []int32{1}}); a.Refused == nil || a.Refused.Code != SeatBlocked {
		t.Errorf("to the public: %+v", a)
	}
	if a := do(&Hold{Pool: pool, Seats: []int32{5}}); a.Refused == nil {
		t.Error("a public place went out of the allotment")
	}
	best := do(&Hold{Pool: pool, Want: &Want{N: 2}})
	if best.Refused != nil || len(best.Seats) != 2 || best.Seats[0] > 4 || best.Seats[1] > 4 {
		t.Fatalf("best of the allotment: %+v", best)
	}
	free(2)
	sale := do(&Confirm{Hold: best.Key})
	if sale.Refused != nil {
		t.Fatal(sale.Refused)
	}
	if a := do(&Refund{Sale: sale.Key, Seats: best.Seats[:1], ToPool: pool}); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	free(3)
	if a := do(&Refund{Sale: sale.Key, Seats: best.Seats[1:]}); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	free(3)
	if a := do(&Hold{Seats: best.Seats[1:]}); a.Refused != nil {
		t.Errorf("a place refunded to the public: %+v", a.Refused)
	}
	released := do(&Hold{Pool: pool, Seats: best.Seats[:1]})
	if released.Refused != nil {
		t.Fatal(released.Refused)
	}
	free(2)
	if a := do(&Release{Hold: released.Key}); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	free(3) // what is given up goes back where it came from
	if a := do(&Hold{Pool: pool, Want: &Want{N: 4}}); a.Refused == nil || a.Refused.Code != NoFit {
		t.Errorf("more than the allotment has: %+v", a)
	}
}
