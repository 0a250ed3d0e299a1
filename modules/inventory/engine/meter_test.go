package engine

import "testing"

// RL-2: reserved places may not push public sale under its share, neither at
// the start nor later, and giving them away does not help. RL-8: no more
// places are offered than were approved; buffer places never.
func TestMeter(t *testing.T) {
	t.Parallel()
	layout := grid(10, 10) // zones 0, 1, 2 by row
	for i := range 10 {
		layout.Seats[90+i].Kind = Buffer
	}
	hall := compile(t, layout)
	cfg := DefaultConfig(hall, 100)
	cfg.Approved, cfg.PublicPermille = 90, 850
	cfg.Pools = []Pool{{ID: 1, Name: "guests"}, {ID: 2, Name: "broken", Dead: true}, {ID: 3, Name: "later", Public: true}}
	seats := func(from, n int32) (out []int32) {
		for i := range n {
			out = append(out, from+i)
		}
		return out
	}
	try := func(s *State, c Command) string {
		_, a := s.Apply(nil, c, 1000)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		if a.Refused == nil {
			return ""
		}
		return a.Refused.Code + " " + a.Refused.Rule
	}
	n := uint64(0)
	m := func() Meta { n++; return Meta{Key: key(n)} }
	if got := try(New(hall), &Open{Meta: m(), Config: cfg, Blocks: []Blocked{{1, seats(1, 14)}}}); got != "public_share RL-2" {
		t.Fatalf("76 of 90 public: %q", got) // 76.5 are needed
	}
	small := cfg
	small.Approved = 89
	if got := try(New(hall), &Open{Meta: m(), Config: small}); got != "over_approved RL-8" {
		t.Fatalf("90 offered, 89 approved: %q", got)
	}
	if got := try(New(hall), &Open{Meta: m(), Config: small, Blocks: []Blocked{{2, seats(1, 1)}}}); got != "" {
		t.Fatalf("a dead place is not offered: %q", got)
	}
	s := New(hall)
	steps := []struct {
		cmd  Command
		want string
	}{
		{&Open{Meta: m(), Config: cfg, Blocks: []Blocked{{1, seats(1, 13)}}}, ""},
		{&Block{Meta: m(), Pool: 1, Seats: seats(20, 1)}, "public_share RL-2"},
		{&Block{Meta: m(), Pool: 3, Seats: seats(20, 5)}, ""},
		{&Hold{Meta: Meta{Key: key(900)}, Pool: 1, Seats: seats(1, 5)}, ""},
		{&Confirm{Meta: Meta{Key: key(901)}, Hold: key(900)}, ""},
		{&Block{Meta: m(), Pool: 1, Seats: seats(30, 1)}, "public_share RL-2"},
		{&Hold{Meta: m(), Seats: seats(91, 1)}, "seat_buffer RL-8"},
		{&Block{Meta: m(), Pool: 1, Seats: seats(91, 1)}, "seat_buffer "},
		{&Refund{Meta: m(), Sale: key(901), Seats: seats(1, 1)}, ""},
		{&Block{Meta: m(), Pool: 1, Seats: seats(30, 1)}, ""},
		{&Block{Meta: m(), Pool: 1, Seats: seats(40, 1)}, "public_share RL-2"},
		{&Unblock{Meta: m(), Seats: seats(30, 1)}, ""},
	}
	for i, st := range steps {
		if got := try(s, st.cmd); got != st.want {
			t.Fatalf("step %d %T: %q, want %q", i, st.cmd, got, st.want)
		}
	}
	if got := s.Meter(); got.Public != 78 || got.Offered != 90 || got.Needed != 77 || got.Buffer != 10 || got.Sold != 4 {
		t.Fatalf("%+v", got)
	}
	// Closing a zone takes it from public sale.
	closed := cfg
	closed.Prices = []int64{100, 100, -1}
	if got := try(s, &Configure{Meta: m(), Config: closed}); got != "public_share RL-2" {
		t.Fatalf("%q", got)
	}
	closed = cfg
	closed.Internal = []uint16{1}
	if got := try(s, &Configure{Meta: m(), Config: closed}); got != "public_share RL-2" {
		t.Fatalf("%q", got)
	}
}

// RL-1: one document, one place, from the hold on, and free again afterwards.
func TestOneDocumentOnePlace(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(2, 10), func(c *Config) { c.RealName = true })
	d1, d2, d3 := key(71), key(72), key(73)
	n := uint64(100)
	do := func(c Command) string {
		m := MetaOf(c)
		if m.Key.IsZero() {
			n++
			m.Key = key(n)
		}
		_, a := s.Apply(nil, c, 1000)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		if a.Refused == nil {
			return ""
		}
		return a.Refused.Code
	}
	h := func(k uint64, seat int32, d Key) *Hold {
		return &Hold{Meta: Meta{Key: key(k)}, Seats: []int32{seat}, Docs: []Key{d}}
	}
	for i, c := range []struct {
		cmd  Command
		want string
	}{
		{h(1, 1, d1), ""},
		{h(2, 2, d1), DocumentUsed},
		{&Hold{Seats: []int32{3, 4}, Docs: []Key{d2, d2}}, DocumentUsed},
		{&Hold{Meta: Meta{Key: key(3)}, Seats: []int32{3, 4}}, ""},
		{&Confirm{Hold: key(3)}, DocumentMissing},
		{&Assign{Hold: key(3), Docs: []Key{d2, d1}}, DocumentUsed},
		{&Assign{Hold: key(3), Docs: []Key{d2, d3}}, ""},
		{&Assign{Hold: key(3), Docs: []Key{d3, d2}}, ""}, // they may change places
		{&Confirm{Meta: Meta{Key: key(4)}, Hold: key(3)}, ""},
		{h(5, 5, d2), DocumentUsed},
		{&Rename{Sale: key(4), Seats: []int32{3}, Docs: []Key{d1}}, DocumentUsed},
		{&Release{Hold: key(1)}, ""},
		{&Rename{Sale: key(4), Seats: []int32{3}, Docs: []Key{d1}}, ""},
		{h(6, 6, d3), ""}, // d3 was replaced
		{&Refund{Sale: key(4), Seats: []int32{4}}, ""},
		{h(7, 4, d2), ""},
	} {
		if got := do(c.cmd); got != c.want {
			t.Fatalf("step %d %T: %q, want %q", i, c.cmd, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(3, 10), func(c *Config) { c.BuyerLimit, c.DeviceLimit, c.MaxSeats = 4, 5, 3 })
	n := uint64(100)
	hold := func(buyer, device uint64, seats ...int32) (string, int64) {
		n++
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(n)}, Buyer: key(buyer), Device: key(device), Seats: seats}, 1000)
		if a.Refused == nil {
			return "", 0
		}
		return a.Refused.Code, a.Refused.Left
	}
	for i, c := range []struct {
		buyer, device uint64
		seats         []int32
		want          string
		left          int64
	}{
		{1, 9, []int32{1, 2, 3, 4}, TooMany, 3},
		{1, 9, []int32{1, 2, 3}, "", 0},
		{1, 9, []int32{4, 5}, BuyerLimit, 1},
		{2, 9, []int32{4, 5, 6}, DeviceLimit, 2},
		{2, 9, []int32{4, 5}, "", 0},
		{2, 8, []int32{7, 8}, "", 0},
	} {
		if got, left := hold(c.buyer, c.device, c.seats...); got != c.want || left != c.left {
			t.Fatalf("case %d: %q %d", i, got, left)
		}
	}
}

// A key that another buyer's hold has shows nothing of that hold.
func TestAHoldIsShownAgainToItsBuyerAlone(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(3, 10))
	take := func(buyer uint64) Answer {
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(900), Actor: key(buyer)}, Buyer: key(buyer), Seats: []int32{3, 4}, For: 60_000}, 1000)
		return a
	}
	if a := take(1); a.Refused != nil || len(a.Seats) != 2 {
		t.Fatalf("%+v", a)
	}
	if a := take(1); a.Refused != nil || !a.Replayed || len(a.Seats) != 2 {
		t.Errorf("its buyer gets %+v", a)
	}
	if a := take(2); a.Refused == nil || a.Refused.Code != KeyReused || len(a.Seats) != 0 {
		t.Errorf("another buyer gets %+v", a)
	}
}
