package engine

import (
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func (m *machine) kinds(t *rapid.T, n int) []string {
	if rapid.Bool().Draw(t, "allfull") {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = rapid.SampledFrom([]string{"", "full", "student", "child"}).Draw(t, "kind")
	}
	return out
}

func randomPrices(t *rapid.T, h *Hall) ([]int64, []PriceList) {
	row := func(name string) []int64 {
		out := make([]int64, h.zones)
		for i := range out {
			out[i] = rapid.Int64Range(50, 120).Draw(t, name) * 100
		}
		return out
	}
	full := row("full")
	var lists []PriceList
	for _, l := range []PriceList{{Channel: 1}, {Channel: 1, Kind: "student"}, {Kind: "student"}, {Channel: 1, Kind: "student", Package: "series"}} {
		if rapid.Bool().Draw(t, "has") {
			l.Prices = row("list")
			lists = append(lists, l)
		}
	}
	return full, lists
}

// priced is a hall of three zones with student tickets and a counter price.
func priced(t *testing.T) *State {
	return opened(t, grid(6, 8), func(c *Config) {
		c.Prices = []int64{10000, 8000, 6000}
		c.Lists = []PriceList{
			{Channel: 1, Prices: []int64{9000, 8000, 6000}},
			{Kind: "student", Prices: []int64{5000, 4000, -1}},
			{Channel: 1, Kind: "student", Prices: []int64{4500, 4000, 3000}},
			{Kind: "student", Package: "spring", Prices: []int64{4000, 3500, 2500}},
		}
	})
}

func do(t *testing.T, s *State, cmd Command) Answer {
	t.Helper()
	_, a := s.Apply(nil, cmd, s.Now()+1)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPriceByChannelKindAndPackage(t *testing.T) {
	t.Parallel()
	s := priced(t)
	for i, c := range []struct {
		hold Hold
		want []int64
		code string
	}{
		{hold: Hold{Seats: []int32{1, 2}}, want: []int64{10000, 10000}},
		{hold: Hold{Meta: Meta{Channel: 1}, Seats: []int32{3, 17}}, want: []int64{9000, 8000}},
		{hold: Hold{Seats: []int32{4, 5}, Kinds: []string{"student", "full"}}, want: []int64{5000, 10000}},
		{hold: Hold{Seats: []int32{6}, Kinds: []string{"student"}, Package: "spring"}, want: []int64{4000}},
		{hold: Hold{Seats: []int32{7}, Kinds: []string{"child"}}, code: KindUnknown},
		{hold: Hold{Seats: []int32{40}, Kinds: []string{"student"}}, code: KindUnknown}, // not in the third zone online
		{hold: Hold{Meta: Meta{Channel: 1}, Seats: []int32{40}, Kinds: []string{"student"}}, want: []int64{3000}},
		{hold: Hold{Meta: Meta{Channel: 2}, Seats: []int32{41}, Kinds: []string{"student"}}, code: KindUnknown}, // agents sell full price
		{hold: Hold{Seats: []int32{41, 42}, Kinds: []string{"student"}}, code: BadRequest},
	} {
		c.hold.Key = key(uint64(100 + i))
		a := do(t, s, &c.hold)
		if c.code != "" {
			if a.Refused == nil || a.Refused.Code != c.code {
				t.Errorf("%d: got %+v, want %s", i, a.Refused, c.code)
			}
			continue
		}
		if a.Refused != nil || !slices.Equal(a.Prices, c.want) {
			t.Errorf("%d: %v %+v, want %v", i, a.Prices, a.Refused, c.want)
		}
	}
}

// A group of two full and two student tickets is seated where all four fit the budget.
func TestBestAvailableKnowsTheKinds(t *testing.T) {
	t.Parallel()
	s := priced(t)
	kinds := []string{"", "", "student", "student"}
	a := do(t, s, &Hold{Meta: Meta{Key: key(1)}, Want: &Want{N: 4, Budget: 24000}, Kinds: kinds})
	if a.Refused != nil || !slices.Equal(a.Prices, []int64{8000, 8000, 4000, 4000}) {
		t.Errorf("%v %+v", a.Prices, a.Refused)
	}
	a = do(t, s, &Hold{Meta: Meta{Key: key(2)}, Want: &Want{N: 4, MaxPrice: 6000}, Kinds: kinds})
	if a.Refused == nil || a.Refused.Code != NoFit { // the cheap zone has no student tickets online
		t.Errorf("%v %+v", a.Prices, a.Refused)
	}
}

// A revision changes what is not held yet. What is held keeps every price that
// it was offered, also for a kind chosen later, until an order is made of it.
func TestAHeldPlaceKeepsItsPrices(t *testing.T) {
	t.Parallel()
	s := priced(t)
	hold := do(t, s, &Hold{Meta: Meta{Key: key(1)}, Buyer: key(9), Seats: []int32{1, 2}})
	if len(hold.Offers) != 2 || hold.Offers[1].Kind != "student" || hold.Offers[1].Prices[0] != 5000 {
		t.Fatalf("offers: %+v", hold.Offers)
	}
	cfg := s.Config()
	cfg.Prices = []int64{20000, 16000, 12000}
	cfg.Lists = []PriceList{{Kind: "student", Prices: []int64{15000, 12000, 9000}}}
	if a := do(t, s, &Configure{Meta: Meta{Key: key(2)}, Config: cfg}); a.Refused != nil {
		t.Fatal(a.Refused)
	}
	// The snapshot keeps them too.
	back, err := Restore(s.hall, s.AppendSnapshot(nil))
	if err != nil || back.Digest() != s.Digest() {
		t.Fatal(err, "the snapshot lost something")
	}
	for name, s := range map[string]*State{"in memory": s, "restored": back} {
		a := do(t, s, &SetKinds{Meta: Meta{Key: key(3)}, Hold: key(1), Buyer: key(9), Kinds: []string{"full", "student"}})
		if a.Refused != nil || !slices.Equal(a.Prices, []int64{10000, 5000}) || !slices.Equal(a.Kinds, []string{"", "student"}) {
			t.Errorf("%s: %+v", name, a)
		}
		if a := do(t, s, &Hold{Meta: Meta{Key: key(1)}, Buyer: key(9), Seats: []int32{1, 2}}); !a.Replayed || !slices.Equal(a.Prices, []int64{10000, 5000}) {
			t.Errorf("%s: the hold again: %+v", name, a)
		}
		if a := do(t, s, &Hold{Meta: Meta{Key: key(4)}, Seats: []int32{3}, Kinds: []string{"student"}}); a.Prices[0] != 15000 {
			t.Errorf("%s: a free place has the old price: %v", name, a.Prices)
		}
		if a := do(t, s, &Assign{Meta: Meta{Key: key(5)}, Hold: key(1), Docs: make([]Key, 2), Expect: []int64{10000, 10000}}); a.Refused == nil || a.Refused.Code != PricesChanged {
			t.Errorf("%s: an order at prices that were not shown: %+v", name, a)
		}
		if a := do(t, s, &Assign{Meta: Meta{Key: key(6)}, Hold: key(1), Docs: make([]Key, 2), Expect: []int64{10000, 5000}}); a.Refused != nil {
			t.Error(name, a.Refused)
		}
		if a := do(t, s, &SetKinds{Meta: Meta{Key: key(7)}, Hold: key(1), Kinds: []string{"student", "student"}}); a.Refused == nil || a.Refused.Code != KindsFixed {
			t.Errorf("%s: kinds changed under an order: %+v", name, a)
		}
		if a := do(t, s, &Confirm{Meta: Meta{Key: key(8)}, Hold: key(1)}); !slices.Equal(a.Prices, []int64{10000, 5000}) {
			t.Errorf("%s: sold at %v", name, a.Prices)
		}
		a = do(t, s, &Move{Meta: Meta{Key: key(10)}, Sale: key(8), From: []int32{2}, To: []int32{20}})
		if a.Refused != nil || a.Prices[0] != 12000 { // a student ticket stays one, at today's price of the new seat
			t.Errorf("%s: moved: %+v", name, a)
		}
	}
}

// An order of one channel cannot be made of a hold of another where the prices differ.
func TestAHoldTellsThatAnotherChannelCostsMore(t *testing.T) {
	t.Parallel()
	s := priced(t)
	do(t, s, &Hold{Meta: Meta{Key: key(1), Channel: 1}, Seats: []int32{1}})
	do(t, s, &Hold{Meta: Meta{Key: key(2), Channel: 1}, Seats: []int32{40}})
	if a := do(t, s, &Extend{Meta: Meta{Key: key(3)}, Hold: key(1), For: 1000}); !a.OtherChannel {
		t.Error("the counter's price was taken for the shop's")
	}
	if a := do(t, s, &Extend{Meta: Meta{Key: key(4), Channel: 1}, Hold: key(1), For: 1000}); a.OtherChannel {
		t.Error("the counter's own hold is refused")
	}
	if a := do(t, s, &Extend{Meta: Meta{Key: key(5)}, Hold: key(2), For: 1000}); a.OtherChannel {
		t.Error("the prices are the same in the third zone")
	}
}

// What was paid is held again at what was paid, whatever it costs by now.
func TestAgreedPrices(t *testing.T) {
	t.Parallel()
	s := priced(t)
	a := do(t, s, &Hold{Meta: Meta{Key: key(1)}, Seats: []int32{1, 2}, Kinds: []string{"student", ""}, Agreed: []int64{3000, 7000}})
	if a.Refused != nil || !slices.Equal(a.Prices, []int64{3000, 7000}) || a.Kinds[0] != "student" {
		t.Errorf("%+v", a)
	}
	for _, bad := range [][]int64{{1}, {-1, 2}} {
		if a := do(t, s, &Hold{Meta: Meta{Key: key(2)}, Seats: []int32{3, 4}, Agreed: bad}); a.Refused == nil || a.Refused.Code != BadRequest {
			t.Errorf("%v: %+v", bad, a)
		}
	}
}

// Snapshots and events of the version before ticket kinds are read: the bytes
// in testdata were written by it.
func TestSnapshotsOfVersionOneOpen(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	hall := compile(t, mixed())
	s, err := Restore(hall, read("snapshot-v1.hex"))
	if err != nil {
		t.Fatal(err)
	}
	folded := New(hall)
	for b := read("events-v1.hex"); len(b) > 0; {
		e, rest, err := ReadEvent(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := folded.Fold(&e); err != nil {
			t.Fatal(err)
		}
		b = rest
	}
	for name, s := range map[string]*State{"snapshot": s, "events": folded} {
		if err := s.Check(); err != nil {
			t.Error(name, err)
		}
		c, ok := s.Hold(key(11))
		if m := s.Meter(); !ok || m.Sold != 2 || m.Held != 3 || !slices.Equal(c.Prices, []int64{8000, 8000, 8000}) || c.Kinds != nil {
			t.Errorf("%s: %+v %+v", name, m, c)
		}
		if a := do(t, s, &Confirm{Meta: Meta{Key: key(99)}, Hold: key(11)}); a.Refused != nil {
			t.Error(name, a.Refused)
		}
	}
}
