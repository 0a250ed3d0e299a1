package engine

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// machine drives a state by random commands and keeps three things beside it:
// a naive model of who has what, a shadow that only folds encoded events, and
// the answers given, for repeating.
type machine struct {
	s, shadow *State
	now       int64
	next      uint64
	owner     map[int32]string // id -> "h"+hold or "s"+sale
	holds     map[Key]int64    // -> expires
	sales     map[Key]bool
	log       *[]Event // all that happened, if wanted
	given     []struct {
		cmd Command
		a   Answer
	}
}

func (m *machine) meta() Meta {
	m.next++
	return Meta{Key: key(m.next), Actor: key(m.next % 5), Channel: 1, Reason: ""}
}

func (m *machine) run(t *rapid.T, cmd Command) Answer {
	before := m.s.Digest()
	events, a := m.s.Apply(nil, cmd, m.now)
	if a.Refused != nil && len(events) == 0 && before != m.s.Digest() {
		t.Fatalf("a refusal changed the state: %+v", a.Refused)
	}
	for i := range events {
		b := AppendEvent(nil, &events[i])
		e, rest, err := ReadEvent(b)
		if err != nil || len(rest) != 0 {
			t.Fatalf("event does not come back: %v %d", err, len(rest))
		}
		if again := AppendEvent(nil, &e); !bytes.Equal(b, again) {
			t.Fatalf("event changes on the way: %+v", events[i])
		}
		if err := m.shadow.Fold(&e); err != nil {
			t.Fatal(err)
		}
		m.model(t, &e)
		if m.log != nil {
			*m.log = append(*m.log, e)
		}
	}
	if err := m.s.Check(); err != nil {
		t.Fatal(err)
	}
	if m.s.Digest() != m.shadow.Digest() {
		t.Fatal("the folded state differs from the decided one")
	}
	if a.Refused == nil && len(events) > 0 {
		m.given = append(m.given, struct {
			cmd Command
			a   Answer
		}{cmd, a})
	}
	return a
}

// model is the naive reading of an event; it fails on a double taking.
func (m *machine) model(t *rapid.T, e *Event) {
	take := func(id int32, who string) {
		if old := m.owner[id]; old != "" {
			t.Fatalf("place %d of %s was given to %s", id, old, who)
		}
		m.owner[id] = who
	}
	give := func(id int32, who string) {
		if m.owner[id] != who {
			t.Fatalf("place %d is of %q, not %s", id, m.owner[id], who)
		}
		delete(m.owner, id)
	}
	switch e.Kind {
	case Held:
		for _, id := range e.Seats {
			if e.Pool != 0 {
				give(id, "b")
			}
			take(id, fmt.Sprintf("h%x", e.Key))
		}
		m.holds[e.Key] = e.Expires
	case Released, Expired:
		for _, id := range e.Seats {
			give(id, fmt.Sprintf("h%x", e.Ref))
			if c, ok := m.s.hall.find(id); ok && m.shadow.pool[c] != 0 {
				take(id, "b")
			}
		}
	case Sold:
		for _, id := range e.Seats {
			give(id, fmt.Sprintf("h%x", e.Ref))
			take(id, fmt.Sprintf("s%x", e.Key))
		}
		m.sales[e.Key] = true
	case Refunded:
		for _, id := range e.Seats {
			give(id, fmt.Sprintf("s%x", e.Ref))
			if e.Pool != 0 {
				take(id, "b")
			}
		}
	case Moved:
		for k, id := range e.Seats {
			give(id, fmt.Sprintf("s%x", e.Sale))
			if e.Pool != 0 {
				take(id, "b")
			}
			if !e.Ref.IsZero() {
				give(e.To[k], fmt.Sprintf("h%x", e.Ref))
			}
			take(e.To[k], fmt.Sprintf("s%x", e.Sale))
		}
	case BlockedSeats:
		for _, id := range e.Seats {
			take(id, "b")
		}
	case UnblockedSeats:
		for _, id := range e.Seats {
			give(id, "b")
		}
	case Reseated:
		for _, id := range e.Seats {
			if m.owner[id] == "b" {
				delete(m.owner, id)
			}
			take(id, "r")
		}
		for _, id := range e.To {
			delete(m.owner, id)
		}
	}
}

func pickKey[V any](t *rapid.T, m map[Key]V, name string) Key {
	if len(m) == 0 {
		return key(999_999)
	}
	keys := sortedKeys(m)
	return keys[rapid.IntRange(0, len(keys)-1).Draw(t, name)]
}

func (m *machine) seats(t *rapid.T, most int) []int32 {
	n := rapid.IntRange(1, most).Draw(t, "n")
	at := rapid.IntRange(0, len(m.s.hall.places)-1).Draw(t, "at")
	var out []int32
	for k := range n {
		out = append(out, m.s.hall.places[min(at+k, len(m.s.hall.places)-1)].ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (m *machine) saleSeats(t *rapid.T, k Key) []int32 {
	c, ok := m.s.Sale(k)
	if !ok {
		return nil
	}
	return c.Seats[:rapid.IntRange(1, len(c.Seats)).Draw(t, "part")]
}

func (m *machine) docs(t *rapid.T, n int) []Key {
	if rapid.Bool().Draw(t, "nodocs") {
		return nil
	}
	out := make([]Key, n)
	for i := range out {
		if d := rapid.Uint64Range(0, 40).Draw(t, "doc"); d > 0 {
			out[i] = key(5000 + d)
		}
	}
	return out
}

func (m *machine) step(t *rapid.T) {
	buyer := key(100 + rapid.Uint64Range(0, 3).Draw(t, "buyer"))
	hold, sale := pickKey(t, m.holds, "hold"), pickKey(t, m.sales, "sale")
	switch rapid.IntRange(0, 16).Draw(t, "what") {
	case 0, 1:
		seats := m.seats(t, 4)
		m.run(t, &Hold{Meta: m.meta(), Buyer: buyer, Seats: seats, Kinds: m.kinds(t, len(seats)), Docs: m.docs(t, len(seats)), Accessible: rapid.Bool().Draw(t, "acc")})
	case 2, 3:
		w := &Want{
			N: rapid.IntRange(1, 7).Draw(t, "n"), Together: rapid.Bool().Draw(t, "together"), Couple: rapid.IntRange(0, 5).Draw(t, "couple") == 0,
			MaxPrice: rapid.Int64Range(0, 1).Draw(t, "max") * 9000, Wheelchairs: max(0, rapid.IntRange(-4, 2).Draw(t, "wheel")), Views: Views(rapid.IntRange(0, 2).Draw(t, "views")), Explain: true,
		}
		if a := m.run(t, &Hold{Meta: m.meta(), Buyer: buyer, Device: key(7), Want: w, Kinds: m.kinds(t, w.N)}); a.Refused == nil {
			checkWant(t, m.s, w, a)
		}
	case 4:
		m.run(t, &Hold{Meta: m.meta(), Buyer: buyer, Standing: []StandingWant{{Area: 1, N: rapid.IntRange(1, 5).Draw(t, "n")}}})
	case 5, 6:
		m.run(t, &Confirm{Meta: m.meta(), Hold: hold})
	case 7:
		m.run(t, &Release{Meta: m.meta(), Hold: hold, Buyer: buyer})
	case 8:
		m.run(t, &Extend{Meta: m.meta(), Hold: hold, For: rapid.Int64Range(1, 3_000_000).Draw(t, "for")})
	case 9:
		m.run(t, &Refund{Meta: m.meta(), Sale: sale, Seats: m.saleSeats(t, sale), ToPool: uint16(rapid.IntRange(0, 2).Draw(t, "pool"))})
	case 10:
		from := m.saleSeats(t, sale)
		if rapid.Bool().Draw(t, "byhold") {
			m.run(t, &Move{Meta: m.meta(), Sale: sale, From: from, Hold: hold})
		} else {
			m.run(t, &Move{Meta: m.meta(), Sale: sale, From: from, To: m.seats(t, max(1, len(from)))})
		}
	case 11:
		m.run(t, &Block{Meta: m.meta(), Pool: uint16(rapid.IntRange(1, 3).Draw(t, "pool")), Seats: m.seats(t, 6)})
	case 12:
		if rapid.Bool().Draw(t, "un") {
			m.run(t, &Unblock{Meta: m.meta(), Seats: m.seats(t, 3)})
		} else {
			m.run(t, &Hold{Meta: m.meta(), Buyer: buyer, Pool: 1, Want: &Want{N: rapid.IntRange(1, 3).Draw(t, "n")}})
		}
	case 14:
		cfg := m.s.Config()
		cfg.Prices, cfg.Lists = randomPrices(t, m.s.hall)
		m.run(t, &Configure{Meta: m.meta(), Config: cfg})
	case 15:
		if c, ok := m.s.Hold(hold); ok {
			m.run(t, &SetKinds{Meta: m.meta(), Hold: hold, Kinds: m.kinds(t, len(c.Seats))})
		}
	case 16:
		if m.log == nil { // else the layout changes along
			m.run(t, &Reseat{Meta: m.meta(), Gone: m.seats(t, 3), Come: m.seats(t, 2)})
		}
	case 13:
		if c, ok := m.s.Hold(hold); ok {
			m.run(t, &Assign{Meta: m.meta(), Hold: hold, Docs: m.docs(t, len(c.Seats))})
		} else if c, ok := m.s.Sale(sale); ok {
			m.run(t, &Rename{Meta: m.meta(), Sale: sale, Seats: c.Seats[:1], Docs: []Key{key(5000 + rapid.Uint64Range(1, 40).Draw(t, "doc"))}})
		}
	}
	m.now += rapid.Int64Range(-1000, 200_000).Draw(t, "dt")
}

func checkWant(t *rapid.T, s *State, w *Want, a Answer) {
	if len(a.Seats) != w.N || a.Explain == nil || len(a.Explain.Reasons) == 0 {
		t.Fatalf("asked for %d, got %v %+v", w.N, a.Seats, a.Explain)
	}
	chairs := 0
	for _, id := range a.Seats {
		p, _ := s.hall.Seat(id)
		if p.Kind == Wheelchair {
			chairs++
		}
		if (w.Views == OnlyClear && p.View != ViewClear) || (w.Views == NoBlocked && p.View == ViewBlocked) {
			t.Fatalf("seat %d has a view that was not wanted", id)
		}
	}
	if chairs != w.Wheelchairs {
		t.Fatalf("asked for %d wheelchair places, got %d", w.Wheelchairs, chairs)
	}
}

// Every command keeps the invariants, events fold to the same state, codes and
// snapshots come back, a repeated command changes nothing (RL-1, RL-2, RL-8 in Check).
func TestAnyHistoryKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	hall := compile(t, mixed())
	rapid.Check(t, func(t *rapid.T) {
		cfg := DefaultConfig(hall, 8000)
		cfg.BuyerLimit, cfg.Approved, cfg.PublicPermille = 30, 130, 700
		cfg.NoOrphans = rapid.Bool().Draw(t, "noorphans")
		cfg.Pools = []Pool{{ID: 1, Name: "agents"}, {ID: 2, Name: "broken", Dead: true}, {ID: 3, Name: "parked", Public: true}}
		m := &machine{s: New(hall), shadow: New(hall), now: 1000, owner: map[int32]string{}, holds: map[Key]int64{}, sales: map[Key]bool{}}
		m.run(t, &Open{Meta: m.meta(), Config: cfg, Blocks: []Blocked{{Pool: 1, Seats: []int32{20, 21}}}})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			m.step(t)
		}
		for _, g := range m.given {
			before := m.s.No()
			events, a := m.s.Apply(nil, g.cmd, m.now)
			if len(events) != 0 && !allExpired(events) || (len(events) == 0 && m.s.No() != before) {
				t.Fatalf("repeating %T did it again", g.cmd)
			}
			for i := range events {
				_ = m.shadow.Fold(&events[i])
			}
			if !a.Replayed || a.Key != g.a.Key && a.Key != (Key{}) {
				t.Fatalf("repeating %T gave %+v, first %+v", g.cmd, a, g.a)
			}
			if _, ok := g.cmd.(*Hold); ok && !slices.Equal(a.Seats, g.a.Seats) {
				t.Fatalf("a repeated hold names other seats")
			}
		}
		back, err := Restore(hall, m.s.AppendSnapshot(nil))
		if err != nil {
			t.Fatal(err)
		}
		if err := back.Check(); err != nil {
			t.Fatal(err)
		}
		if back.Digest() != m.s.Digest() || !reflect.DeepEqual(back.done, m.s.done) {
			t.Fatal("the snapshot does not come back")
		}
	})
}

func allExpired(events []Event) bool {
	for _, e := range events {
		if e.Kind != Expired {
			return false
		}
	}
	return true
}

func TestDamagedBytesAreRefused(t *testing.T) {
	t.Parallel()
	s := opened(t, mixed())
	events, _ := s.Apply(nil, &Hold{Meta: Meta{Key: key(1)}, Buyer: key(2), Want: &Want{N: 4}, Docs: []Key{key(3), {}, {}, key(4)}}, 2000)
	b := AppendEvent(nil, &events[0])
	for n := range b {
		if _, _, err := ReadEvent(b[:n]); err == nil {
			t.Fatalf("%d of %d bytes were taken for an event", n, len(b))
		}
	}
	snap := s.AppendSnapshot(nil)
	for n := 0; n < len(snap); n += 7 {
		if _, err := Restore(s.hall, snap[:n]); err == nil {
			t.Fatalf("%d of %d bytes were taken for a snapshot", n, len(snap))
		}
	}
	if _, err := Restore(compile(t, grid(3, 3)), snap); err == nil {
		t.Fatal("a snapshot of another hall was taken")
	}
}

func FuzzReadEvent(f *testing.F) {
	s := opened(f, mixed())
	events, _ := s.Apply(nil, &Hold{Meta: Meta{Key: key(1), Actor: key(2), Reason: "柜台"}, Buyer: key(2), Want: &Want{N: 4}}, 2000)
	f.Add(AppendEvent(nil, &events[0]))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, rest, err := ReadEvent(b)
		if err != nil {
			return
		}
		again, more, err := ReadEvent(AppendEvent(nil, &e))
		if err != nil || len(more) != 0 || again.Kind != e.Kind || !slices.Equal(again.Seats, e.Seats) {
			t.Fatalf("%+v does not come back (%d left)", e, len(rest))
		}
	})
}
