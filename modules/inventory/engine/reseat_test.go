package engine

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSeatsGoAndComeInOneStep(t *testing.T) {
	t.Parallel()
	old := grid(2, 10)
	s := opened(t, old, func(c *Config) { c.Pools, c.MaxSeats = []Pool{{ID: 1, Name: "house"}}, 20 })
	n := uint64(0)
	do := func(cmd Command) Answer {
		n++
		MetaOf(cmd).Key = key(n)
		_, a := s.Apply(nil, cmd, 1000+int64(n))
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		return a
	}
	held := do(&Hold{Seats: []int32{4}})
	sold := do(&Confirm{Hold: do(&Hold{Seats: []int32{5}}).Key})
	do(&Block{Pool: 1, Seats: []int32{6}})
	before := s.Digest()
	a := do(&Reseat{Gone: []int32{3, 4, 5, 6}, Come: []int32{40}})
	if a.Refused == nil || a.Refused.Code != SeatTaken || !slices.Equal(a.Refused.Seats, []int32{4, 5}) || s.Digest() != before {
		t.Fatalf("%+v", a.Refused)
	}
	do(&Release{Hold: held.Key})
	do(&Refund{Sale: sold.Key})
	m := s.Meter()
	if a := do(&Reseat{Gone: []int32{3, 4, 5, 6}, Come: []int32{40}}); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	if now := s.Meter(); now.Places != m.Places-4 || now.Free != m.Free-3 || now.Blocked != 0 || now.Offered != m.Offered-4 || now.Public != m.Public-3 {
		t.Errorf("meter: %+v, was %+v", now, m)
	}
	for what, cmd := range map[string]Command{
		SeatBlocked: &Hold{Seats: []int32{3}}, SeatRetired: &Unblock{Seats: []int32{4}}, PoolUnknown: &Hold{Pool: RetiredPool, Seats: []int32{5}}, NoFit: &Hold{Want: &Want{N: 17}},
	} {
		if a := do(cmd); a.Refused == nil || a.Refused.Code != what {
			t.Errorf("%s: %+v", what, a)
		}
	}
	if a := do(&Block{Pool: 1, Seats: []int32{6}}); a.Refused == nil || a.Refused.Code != SeatRetired {
		t.Errorf("blocked again: %+v", a)
	}
	if a := do(&Reseat{Gone: []int32{3, 4}}); a.Refused != nil || !a.Replayed {
		t.Errorf("gone already: %+v", a)
	}
	best := do(&Hold{Want: &Want{N: 10}})
	for _, id := range best.Seats {
		if id >= 3 && id <= 6 {
			t.Errorf("best available offers seat %d, which is gone", id)
		}
	}
	if a := do(&Reseat{Come: []int32{3, 6}}); a.Refused != nil || s.Taken([]int32{3, 6}) != nil || s.Retired(3) || !s.Retired(4) {
		t.Errorf("back again: %+v", a)
	}
	if a := do(&Hold{Seats: []int32{3}}); a.Refused != nil {
		t.Errorf("a seat that came back: %+v", a.Refused)
	}
}

// RL-2: retiring may not take public sale under its share; RL-8: what comes back may not exceed what is approved.
func TestAMoveKeepsThePublicShareAndTheApprovedNumber(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(2, 10), func(c *Config) { c.Approved, c.PublicPermille = 20, 850 })
	_, a := s.Apply(nil, &Reseat{Meta: Meta{Key: key(1)}, Gone: []int32{1, 2, 3, 4}}, 1)
	if a.Refused == nil || a.Refused.Code != PublicShare || a.Refused.Rule != "RL-2" {
		t.Fatalf("%+v", a.Refused)
	}
	if _, a = s.Apply(nil, &Reseat{Meta: Meta{Key: key(2)}, Gone: []int32{1, 2, 3}}, 1); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	cfg := s.Config()
	cfg.Approved, cfg.PublicPermille = 17, 0
	s.Apply(nil, &Configure{Meta: Meta{Key: key(3)}, Config: cfg}, 1)
	if _, a = s.Apply(nil, &Reseat{Meta: Meta{Key: key(4)}, Come: []int32{1}}, 1); a.Refused == nil || a.Refused.Rule != "RL-8" {
		t.Fatalf("%+v", a.Refused)
	}
	if _, a = s.Apply(nil, &Reseat{Meta: Meta{Key: key(5)}, Gone: []int32{9}, Come: []int32{1}}, 1); a.Refused != nil { // one for one
		t.Fatal(a.Refused)
	}
}

// A history goes on over changing layouts: every event of it folds onto each
// next layout, what is common keeps its state, and a snapshot alone restores it.
func TestAnyHistoryGoesOnOnAnyLayout(t *testing.T) {
	t.Parallel()
	base := mixed()
	rapid.Check(t, func(t *rapid.T) {
		hall, err := Compile(base)
		if err != nil {
			t.Fatal(err)
		}
		cfg := DefaultConfig(hall, 8000)
		cfg.DocumentLimit, cfg.Pools = 0, []Pool{{ID: 1, Name: "agents"}, {ID: 2, Name: "broken", Dead: true}, {ID: 3, Name: "parked", Public: true}}
		var journal []Event
		var once []int32
		m := &machine{s: New(hall), shadow: New(hall), now: 1000, owner: map[int32]string{}, holds: map[Key]int64{}, sales: map[Key]bool{}, log: &journal}
		m.run(t, &Open{Meta: m.meta(), Config: cfg})
		for range rapid.IntRange(1, 4).Draw(t, "moves") {
			for range rapid.IntRange(0, 12).Draw(t, "steps") {
				m.step(t)
			}
			next := randomLayout(t, base)
			to, err := Compile(next)
			if err != nil {
				t.Fatal(err)
			}
			gone, come := m.s.Hall().Turnover(to, nil)
			if len(gone)+len(come) == 0 {
				continue
			}
			var taken []int32
			for _, id := range gone {
				if o := m.owner[id]; o != "" && o[0] != 'b' {
					taken = append(taken, id)
				}
			}
			// Decided on the old layout, which knows the new seats not; it is not used any more then.
			before := m.s.Digest()
			events, a := m.s.Apply(nil, &Reseat{Meta: m.meta(), Gone: gone, Come: come}, m.s.Now())
			for i := range events {
				m.model(t, &events[i])
				journal = append(journal, events[i])
			}
			if a.Refused != nil && before != m.s.Digest() {
				t.Fatal("a refusal changed the state")
			}
			if (len(taken) > 0) != (a.Refused != nil) || (a.Refused != nil && !slices.Equal(a.Refused.Seats, taken)) {
				t.Fatalf("%v of %v are taken, the answer is %+v", taken, gone, a.Refused)
			}
			if a.Refused != nil {
				continue
			}
			once = append(once, gone...)
			full, err := to.With(once)
			if err != nil {
				t.Fatal(err)
			}
			if full.Hash() != to.Hash() || full.Seats() != to.Seats() {
				t.Fatal("places of the past show")
			}
			st := New(full)
			for i := range journal {
				if err := st.Fold(&journal[i]); err != nil {
					t.Fatal(err)
				}
			}
			sameSeats(t, m, st, to)
			back, err := Restore(to, st.AppendSnapshot(nil)) // the plain layout is enough
			if err != nil || back.Check() != nil || back.Digest() != st.Digest() || back.Meter() != st.Meter() {
				t.Fatalf("the snapshot does not come back: %v", err)
			}
			m.s, m.shadow = st, back
		}
	})
}

func sameSeats(t *rapid.T, m *machine, st *State, to *Hall) {
	t.Helper()
	if err := st.Check(); err != nil {
		t.Fatal(err)
	}
	free := 0
	to.EachSpot(func(id int32, _ Spot) {
		p, _ := to.Seat(id)
		now, _ := st.Status(id)
		want := m.owner[id]
		switch {
		case p.Kind == Buffer:
			if now != NotForSale || (want != "" && want != "r") {
				t.Fatalf("buffer seat %d: %v %q", id, now, want)
			}
		case want == "r", want == "" && now != Free, want != "" && want[0] == 'h' && now != HeldPlace, want != "" && want[0] == 's' && now != SoldPlace, want == "b" && now != NotForSale:
			t.Fatalf("seat %d of %q is %v", id, want, now)
		}
		if now == Free {
			free++
		}
	})
	if x := st.Meter(); x.Places != to.Places() || x.Free != free || x.Free+x.Held+x.Sold+x.Blocked+x.Buffer != x.Places {
		t.Fatalf("%+v of %d places, %d free", x, to.Places(), free)
	}
}

// randomLayout takes seats away, makes some buffer seats and adds some.
func randomLayout(t *rapid.T, base Layout) Layout {
	out := base
	out.Seats = nil
	shrink := rapid.IntRange(0, 40).Draw(t, "places") // of the standing area
	out.Areas = slices.Clone(base.Areas)
	if out.Areas[0].Capacity -= int32(shrink); out.Areas[0].Capacity == 0 {
		out.Areas = nil
	}
	mask := rapid.Uint64().Draw(t, "mask")
	for _, s := range base.Seats {
		bit := mask >> (uint(s.ID*7) % 61) & 7
		if s.Kind == Standard && s.Unit == 0 && bit == 0 {
			continue
		}
		if s.Kind == Standard && bit == 1 {
			s.Kind = Buffer
		} else if s.Kind == Buffer && bit == 2 {
			s.Kind = Standard
		}
		out.Seats = append(out.Seats, s)
	}
	for k := range int32(mask >> 62) {
		out.Seats = append(out.Seats, Seat{ID: 300 + k, Row: 90, Pos: k, X: k * 500, Y: 9900, Zone: 1})
	}
	return out
}

func TestCodesOfAMoveComeBack(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(2, 10))
	events, _ := s.Apply(nil, &Reseat{Meta: Meta{Key: key(1)}, Gone: []int32{1, 9}, Come: []int32{-3, 77}}, 5)
	e, rest, err := ReadEvent(AppendEvent(nil, &events[0]))
	if err != nil || len(rest) != 0 || e.Kind.String() != "reseated" || !slices.Equal(e.Seats, []int32{1, 9}) || !slices.Equal(e.To, []int32{-3, 77}) {
		t.Fatalf("%+v %v", e, err)
	}
	if (&Config{HoldFor: 1, HoldMax: 1, MaxSeats: 1, Pools: []Pool{{ID: RetiredPool}}}).Validate() == nil {
		t.Error("the pool of retired places may not be configured")
	}
}
