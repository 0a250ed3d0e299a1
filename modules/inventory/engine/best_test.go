package engine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// naive is best available written the obvious way: every run of free
// neighbours, every window, every pair of windows.
type naive struct {
	s *State
	n int
}

type window struct {
	seats   []int32 // dense indexes
	orphans int64
	cost    int64
}

func (w naive) free(i int32) bool {
	return w.s.status[i] == Free && w.s.hall.places[i].Kind == Standard
}

func (w naive) next(i int32) bool { // are i and i+1 neighbours?
	p := w.s.hall.places
	return int(i)+1 < len(p) && i >= 0 && p[i].Row == p[i+1].Row && p[i+1].Pos == p[i].Pos+1 && p[i].Kind == p[i+1].Kind
}

func (w naive) at(i int32, n int, taken []int32) (window, bool) {
	ok := func(k int32) bool { return w.free(k) && !slices.Contains(taken, k) }
	out := window{}
	p := w.s.hall.places
	for k := range int32(n) {
		if int(i+k) >= len(p) || !ok(i+k) || (k > 0 && (!w.next(i+k-1) || p[i+k].Zone != p[i].Zone)) {
			return out, false
		}
		out.seats = append(out.seats, i+k)
		out.cost += w.s.pick.cost[i+k]
	}
	left := func(k int32) bool { return k > 0 && w.next(k-1) && ok(k-1) }
	right := func(k int32) bool { return w.next(k) && ok(k+1) }
	if left(i) && !left(i-1) {
		out.orphans++
	}
	if last := i + int32(n) - 1; right(last) && !right(last+1) {
		out.orphans++
	}
	return out, true
}

func (w naive) all(n int, taken []int32) (list []window) {
	for i := range w.s.hall.places {
		if x, ok := w.at(int32(i), n, taken); ok {
			list = append(list, x)
		}
	}
	return list
}

// fewest is the smallest number of parts that can seat n.
func (w naive) fewest(n int) int {
	var runs []int
	p := w.s.hall.places
	for i := 0; i < len(p); {
		if !w.free(int32(i)) {
			i++
			continue
		}
		j := i + 1
		for j < len(p) && w.free(int32(j)) && w.next(int32(j-1)) && p[j].Zone == p[j-1].Zone {
			j++
		}
		runs = append(runs, j-i)
		i = j
	}
	slices.SortFunc(runs, func(a, b int) int { return b - a })
	for k, r := range runs {
		if n -= r; n <= 0 {
			return k + 1
		}
	}
	return 0
}

func randomHall(t *rapid.T) *State {
	rows, per := rapid.IntRange(1, 6).Draw(t, "rows"), rapid.IntRange(1, 14).Draw(t, "per")
	l := grid(rows, per, rapid.IntRange(1, 14).Draw(t, "aisle"))
	for i := range l.Seats {
		l.Seats[i].Quality = uint16(rapid.IntRange(0, 30).Draw(t, "q"))
		l.Seats[i].View = View(max(0, rapid.IntRange(-8, 2).Draw(t, "v")))
	}
	h, err := Compile(l)
	if err != nil {
		t.Fatal(err)
	}
	s := New(h)
	c := DefaultConfig(h, 100)
	c.MaxSeats, c.DocumentLimit = 100, 0
	c.Weights.Aisle = int32(rapid.IntRange(0, 1).Draw(t, "aislew") * 0)
	s.Apply(nil, &Open{Meta: Meta{Key: key(1 << 50)}, Config: c}, 1)
	var taken []int32
	fill := rapid.IntRange(0, 9).Draw(t, "fill")
	for i := range h.places {
		if rapid.IntRange(0, 9).Draw(t, "take") < fill {
			taken = append(taken, h.places[i].ID)
		}
	}
	if len(taken) > 0 {
		if _, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(1 << 51)}, Seats: taken}, 2); a.Refused != nil {
			t.Fatalf("%+v", a.Refused)
		}
	}
	return s
}

func (w naive) parts(idx []int32) (parts int) {
	idx = slices.Clone(idx)
	slices.Sort(idx)
	for k, i := range idx {
		if k == 0 || idx[k-1] != i-1 || !w.next(i-1) || w.s.hall.places[i].Zone != w.s.hall.places[i-1].Zone {
			parts++
		}
	}
	return parts
}

// Together: exactly the optimum. Split: exactly the fewest parts. Refused:
// only when fewer than n seats are free.
func TestBestEqualsTheExactOptimum(t *testing.T) {
	t.Parallel()
	split, worst := 0, 1.0
	rapid.Check(t, func(t *rapid.T) {
		s := randomHall(t)
		n := rapid.IntRange(1, 8).Draw(t, "n")
		w := naive{s, n}
		before := s.Digest()
		got, ex := s.best(&Want{N: n, Explain: true}, 0, terms{}, nil)
		if s.Digest() != before || s.Check() != nil {
			t.Fatal("looking for seats changed the state")
		}
		if int(s.count[Free]) < n {
			if got != nil {
				t.Fatal("found more seats than there are")
			}
			return
		}
		if len(got) != n || hasDouble(got) {
			t.Fatalf("%d seats are free, asked for %d, got %v", s.count[Free], n, got)
		}
		if parts := w.parts(got); parts != w.fewest(n) {
			t.Fatalf("%d parts, %d are enough", parts, w.fewest(n))
		}
		list := w.all(n, nil)
		if len(list) == 0 {
			split++
			worst = max(worst, w.ratio(got))
			return
		}
		best := slices.MinFunc(list, func(a, b window) int { return compare(a, b) })
		mine, ok := w.at(slices.Min(got), n, nil)
		if !ok || compare(mine, best) != 0 {
			t.Fatalf("chose %+v, best is %+v", mine, best)
		}
		if mine.orphans > 0 && slices.Contains(ex.Reasons, ReasonNoOrphan) {
			t.Fatalf("the explanation is wrong: %v", ex.Reasons)
		}
		if sum := ex.Parts[0].Cost(); sum != mine.cost {
			t.Fatalf("the parts of the explanation add up to %d, the cost is %d", sum, mine.cost)
		}
	})
	t.Logf("%d splits; worst cost against the exact best pair: %.2f", split, worst)
	if worst > 1.6 {
		t.Fatalf("a split group sits %.2f times worse than it could", worst)
	}
}

func compare(a, b window) int {
	if a.orphans != b.orphans {
		return int(a.orphans - b.orphans)
	}
	return int(a.cost - b.cost)
}

// ratio compares a split into two parts with the exact best pair of the same
// sizes; 1 for other splits.
func (w naive) ratio(got []int32) float64 {
	if w.parts(got) != 2 {
		return 1
	}
	score := func(a, b window) float64 {
		x, y := &w.s.hall.spans[w.s.hall.spanOf[a.seats[0]]], &w.s.hall.spans[w.s.hall.spanOf[b.seats[0]]]
		return float64(a.cost+b.cost+w.s.apart(&near{x}, y)) + 1
	}
	got = slices.Clone(got)
	slices.Sort(got)
	cut := 1
	for cut < len(got) && got[cut] == got[cut-1]+1 && w.next(got[cut-1]) && w.s.hall.places[got[cut]].Zone == w.s.hall.places[got[cut-1]].Zone {
		cut++
	}
	sum := func(list []int32) (x window) {
		x.seats = list
		for _, i := range list {
			x.cost += w.s.pick.cost[i]
		}
		return x
	}
	mine := score(sum(got[:cut]), sum(got[cut:]))
	best := math.Inf(1)
	for _, a := range w.all(cut, nil) {
		for _, b := range w.all(len(got)-cut, a.seats) {
			if a.orphans+b.orphans <= 0 {
				best = min(best, score(a, b))
			}
		}
	}
	if math.IsInf(best, 1) || best <= 0 {
		return 1
	}
	return mine / best
}

// No fitting seat is left while somebody is refused, until the very end, and
// no orphan is made while another choice exists (the optimum test); here: a
// whole hall is sold in groups to the last seat.
func TestHallSellsOut(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(20, 30, 8, 22), func(c *Config) { c.BuyerLimit = 0 })
	r := rand.New(rand.NewPCG(7, 7))
	orphans := 0
	for k := uint64(1); s.count[Free] > 0; k++ {
		n := min(1+r.IntN(4), int(s.count[Free]))
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(k)}, Want: &Want{N: n, Explain: true}}, 2000)
		if a.Refused != nil {
			t.Fatalf("%d free, %d wanted: %+v", s.count[Free], n, a.Refused)
		}
		for _, p := range a.Explain.Parts {
			orphans += p.Orphans
		}
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	t.Logf("600 seats in groups of 1 to 4: %d orphans were left on the way", orphans)
}

func TestAccessibleCoupleAndTable(t *testing.T) {
	t.Parallel()
	s := opened(t, mixed())
	hold := func(k uint64, w Want) Answer {
		w.Explain = true
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(k)}, Want: &w}, 2000)
		return a
	}
	kinds := func(a Answer) (out []Kind) {
		for _, id := range a.Seats {
			p, _ := s.hall.Seat(id)
			out = append(out, p.Kind)
		}
		slices.Sort(out)
		return out
	}
	if a := hold(1, Want{N: 3, Wheelchairs: 1}); !slices.Equal(kinds(a), []Kind{Standard, Wheelchair, Companion}) || !slices.Contains(a.Explain.Reasons, ReasonCompanion) {
		t.Fatalf("%v %+v", kinds(a), a)
	}
	if a := hold(2, Want{N: 2, Couple: true}); !slices.Equal(kinds(a), []Kind{Couple, Couple}) {
		t.Fatalf("%+v", a)
	}
	if a := hold(3, Want{N: 3, Couple: true}); a.Refused == nil || a.Refused.Code != NoFit {
		t.Fatalf("three people cannot sit on couple seats: %+v", a)
	}
	_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(4)}, Seats: []int32{200, 201}}, 2000)
	if a.Refused == nil || a.Refused.Code != UnitWhole || len(a.Refused.Seats) != 6 {
		t.Fatalf("a part of a table: %+v", a)
	}
	if a := hold(5, Want{N: 2, Wheelchairs: 3}); a.Refused == nil {
		t.Fatal("more wheelchairs than people")
	}
	if a := hold(6, Want{N: 5, Zones: []uint16{3}}); a.Refused != nil || kinds(a)[0] != Standing {
		// zone 3 has no price in DefaultConfig only if the hall has no such zone
		t.Fatalf("standing: %+v", a)
	}
}

func TestPriceBudgetAndView(t *testing.T) {
	t.Parallel()
	s := opened(t, grid(6, 10), func(c *Config) { c.Prices = []int64{30000, 20000, 10000} })
	ask := func(k uint64, w Want) Answer {
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(k)}, Want: &w}, 2000)
		return a
	}
	if a := ask(1, Want{N: 2, MaxPrice: 15000}); a.Refused != nil || a.Prices[0] != 10000 {
		t.Fatalf("%+v", a)
	}
	if a := ask(2, Want{N: 3, Budget: 60000}); a.Refused != nil || a.Prices[0] != 20000 {
		t.Fatalf("%+v", a)
	}
	if a := ask(3, Want{N: 2, MaxPrice: 9999}); a.Refused == nil || a.Refused.Code != NoFit {
		t.Fatalf("%+v", a)
	}
	// RL-15: a held place keeps its price when the price list changes.
	c := s.Config()
	c.Prices = []int64{1, 1, 1}
	s.Apply(nil, &Configure{Meta: Meta{Key: key(9), Reason: "新票价"}, Config: c}, 2000)
	_, a := s.Apply(nil, &Confirm{Meta: Meta{Key: key(10)}, Hold: key(2)}, 2000)
	if a.Refused != nil || a.Prices[0] != 20000 {
		t.Fatalf("%+v", a)
	}
}

func stadium(b testing.TB) *State {
	l := Layout{FocalX: 0, FocalY: 0}
	id := int32(1)
	for sec := range 60 {
		for r := range 40 {
			for n := range 25 {
				l.Seats = append(l.Seats, Seat{
					ID: id, Row: int32(sec*40 + r), Pos: int32(n), X: int32(sec*15000 + n*550), Y: int32(30000 + r*850),
					Section: uint16(sec), Zone: uint16(sec % 10), Quality: uint16(r),
				})
				id++
			}
		}
	}
	return opened(b, l, func(c *Config) { c.MaxSeats = 64 })
}

// The seats are sold in a random pattern before each measurement, so that most
// stretches are broken.
func benchmarkBest(b *testing.B, sold int, w Want) {
	s := stadium(b)
	r := rand.New(rand.NewPCG(1, 2))
	k := uint64(10)
	for _, i := range r.Perm(60000)[:60000*sold/100] {
		k++
		s.Apply(nil, &Hold{Meta: Meta{Key: key(k)}, Seats: []int32{int32(i + 1)}}, 2000)
	}
	b.ReportAllocs()
	for b.Loop() {
		k++
		_, a := s.Apply(nil, &Hold{Meta: Meta{Key: key(k)}, Want: &w, For: 1}, 2000)
		if a.Refused != nil {
			b.Fatal(a.Refused)
		}
		k++
		s.Apply(nil, &Release{Meta: Meta{Key: key(k)}, Hold: a.Key}, 2000)
	}
}

func BenchmarkBest60kEmpty(b *testing.B)   { benchmarkBest(b, 0, Want{N: 4}) }
func BenchmarkBest60kHalf(b *testing.B)    { benchmarkBest(b, 50, Want{N: 4}) }
func BenchmarkBest60kZone(b *testing.B)    { benchmarkBest(b, 50, Want{N: 2, Zones: []uint16{3}}) }
func BenchmarkBest60k97Split(b *testing.B) { benchmarkBest(b, 97, Want{N: 4}) }
func BenchmarkBest60kGroup40(b *testing.B) { benchmarkBest(b, 80, Want{N: 40}) }
func BenchmarkBest60kClear(b *testing.B) {
	benchmarkBest(b, 50, Want{N: 4, Views: OnlyClear, Aisle: true})
}
