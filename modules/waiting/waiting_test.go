package waiting_test

import (
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
	"parterre/modules/waiting"
)

var key = []byte("a key that signs places in line")

// join puts n new buyers in line and returns them with their tickets.
func join(t *testing.T, w *salestest.World, s *waiting.Service, n int) (buyers []*accesstest.Client, tickets []string) {
	t.Helper()
	for range n {
		b := w.Buyer()
		st, err := s.Join(b.Scope(t.Context()), w.Session.ID, "")
		if err != nil || st.Ticket == "" {
			t.Fatalf("join: %+v, %v", st, err)
		}
		buyers, tickets = append(buyers, b), append(tickets, st.Ticket)
	}
	return buyers, tickets
}

// TestRoom: before the opening nobody knows a place; at the opening each has
// the one that the seed gives; forged and borrowed tickets and passes are
// refused; a restart keeps all places and gives none out twice.
func TestRoom(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	staff := w.As(w.Tenant)
	s := waiting.New(w.DB.DB, key, w.Log)
	if st, err := s.Join(w.Buyer().Scope(t.Context()), w.Session.ID, ""); err != nil || st.State != "open" {
		t.Fatalf("without a room: %+v, %v", st, err)
	}
	set := waiting.Settings{Enabled: true, OpensAt: w.Clock.Now().Add(time.Hour), Low: 1, High: 60, Inside: 100, PassMinutes: 5}
	made, err := s.Set(staff, w.Session.ID, 0, set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Set(staff, w.Session.ID, 0, set); !errors.Is(err, waiting.ErrVersion) {
		t.Errorf("an old version is taken: %v", err)
	}
	buyers, tickets := join(t, w, s, 12)
	where := func(s *waiting.Service, i int) waiting.Standing {
		t.Helper()
		st, err := s.Where(buyers[i].Scope(t.Context()), w.Session.ID, tickets[i])
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		return st
	}
	if st := where(s, 3); st.State != "draw" || st.Position != 0 || st.Seed != "" || st.Commitment != made.Commitment || st.Index != 3 {
		t.Fatalf("before the opening: %+v", st)
	}
	if _, err := s.Where(buyers[0].Scope(t.Context()), w.Session.ID, tickets[1]); !errors.Is(err, waiting.ErrTicket) {
		t.Errorf("another's ticket: %v", err)
	}
	forged := "A" + tickets[0][1:]
	if _, err := s.Where(buyers[0].Scope(t.Context()), w.Session.ID, forged); !errors.Is(err, waiting.ErrTicket) {
		t.Errorf("a forged ticket: %v", err)
	}
	if again, err := s.Join(buyers[0].Scope(t.Context()), w.Session.ID, tickets[0]); err != nil || again.Ticket != tickets[0] {
		t.Errorf("who joins again with a ticket: %+v, %v", again, err)
	}
	// Asking often gives nobody a second lot in the draw.
	if again, err := s.Join(buyers[0].Scope(t.Context()), w.Session.ID, ""); err != nil || again.Index != 0 || again.Came != 12 {
		t.Errorf("who joins again without a ticket: %+v, %v", again, err)
	}
	// A restart: what was reserved counts as given out, so nobody gets a number twice.
	s2 := waiting.New(w.DB.DB, key, w.Log)
	late, lateTickets := join(t, w, s2, 1)
	buyers, tickets = append(buyers, late...), append(tickets, lateTickets...)
	if st := where(s2, 12); st.Index < 12 {
		t.Errorf("after a restart the number %d is given out again", st.Index)
	}
	w.Clock.Advance(time.Hour)
	byPlace := map[uint64]int{}
	for i := range buyers {
		st := where(s2, i)
		seed, _ := hex.DecodeString(st.Seed)
		commitment := waiting.Commitment(seed)
		if hex.EncodeToString(commitment[:]) != made.Commitment || st.Position != waiting.Draw(seed, st.Index, *st.Drawn)+1 {
			t.Fatalf("the place cannot be checked: %+v", st)
		}
		if _, twice := byPlace[st.Position]; twice {
			t.Fatalf("place %d twice", st.Position)
		}
		byPlace[st.Position] = i
	}
	if err := s2.Keep(staff); err != nil {
		t.Fatal(err)
	}
	before := where(s2, 5).Position
	s3 := waiting.New(w.DB.DB, key, w.Log)
	if got := where(s3, 5).Position; got != before {
		t.Errorf("after a restart place %d is %d", before, got)
	}
	passes(t, w, s3, buyers, tickets)
}

// passes lets everybody in and tries their passes.
func passes(t *testing.T, w *salestest.World, s *waiting.Service, buyers []*accesstest.Client, tickets []string) {
	t.Helper()
	pass := make([]string, len(buyers))
	left := len(buyers)
	for step := 0; left > 0; step++ {
		if step > 5000 {
			t.Fatalf("%d never got in", left)
		}
		for i, b := range buyers {
			if pass[i] != "" {
				continue
			}
			st, err := s.Where(b.Scope(t.Context()), w.Session.ID, tickets[i])
			if err != nil {
				t.Fatal(err)
			}
			if st.State == "admitted" {
				pass[i] = st.Pass
				left--
			}
		}
		if left > 0 {
			w.Clock.Advance(time.Second)
			continue
		}
		door := func(b *accesstest.Client, session ids.ID, p string) error {
			return s.Door(waiting.WithPass(b.Scope(t.Context()), p), session)
		}
		fresh := newest(t, w, s)
		if err := door(fresh.buyer, w.Session.ID, fresh.pass); err != nil {
			t.Errorf("a good pass: %v", err)
		}
		for what, err := range map[string]error{
			"none": door(fresh.buyer, w.Session.ID, ""), "another's": door(buyers[0], w.Session.ID, fresh.pass),
			"a ticket for a pass": door(fresh.buyer, w.Session.ID, fresh.ticket), "forged": door(fresh.buyer, w.Session.ID, "B"+fresh.pass[1:]),
		} {
			if !errors.Is(err, waiting.ErrPass) {
				t.Errorf("%s: %v", what, err)
			}
		}
		// A second tab, or whose answer was lost: the same pass, not a longer one.
		if again, err := s.Where(fresh.buyer.Scope(t.Context()), w.Session.ID, fresh.ticket); err != nil || again.Pass != fresh.pass {
			t.Errorf("asked again: %+v, %v", again, err)
		}
		if again, err := s.Join(fresh.buyer.Scope(t.Context()), w.Session.ID, ""); err != nil || again.Pass != fresh.pass {
			t.Errorf("joined again without the ticket: %+v, %v", again, err)
		}
		w.Clock.Advance(5 * time.Minute)
		if _, err := s.Where(fresh.buyer.Scope(t.Context()), w.Session.ID, fresh.ticket); !errors.Is(err, waiting.ErrTicket) {
			t.Errorf("a ticket is used twice: %v", err)
		}
		if again, err := s.Join(fresh.buyer.Scope(t.Context()), w.Session.ID, ""); err != nil || again.Index == fresh.index {
			t.Errorf("who comes back gets the old place: %+v, %v", again, err)
		}
		if err := door(fresh.buyer, w.Session.ID, fresh.pass); !errors.Is(err, waiting.ErrPass) {
			t.Errorf("a pass whose time is over: %v", err)
		}
		if err := s.Door(w.As(w.Tenant), w.Session.ID); err != nil {
			t.Errorf("staff at the counter: %v", err)
		}
	}
}

type entered struct {
	buyer        *accesstest.Client
	ticket, pass string
	index        uint64
}

func newest(t *testing.T, w *salestest.World, s *waiting.Service) entered {
	t.Helper()
	buyers, tickets := join(t, w, s, 1)
	for range 3000 {
		st, err := s.Where(buyers[0].Scope(t.Context()), w.Session.ID, tickets[0])
		if errors.Is(err, waiting.ErrTicket) {
			t.Fatal("the pass was given when joining; the test cannot see it")
		}
		if err != nil {
			t.Fatal(err)
		}
		if st.State == "admitted" {
			return entered{buyers[0], tickets[0], st.Pass, st.Index}
		}
		w.Clock.Advance(time.Second)
	}
	t.Fatal("never admitted")
	return entered{}
}

func BenchmarkDoor(b *testing.B) {
	w := salestest.New(b)
	s := waiting.New(w.DB.DB, key, w.Log)
	if _, err := s.Set(w.As(w.Tenant), w.Session.ID, 0, waiting.Settings{Enabled: true, OpensAt: w.Clock.Now(), Low: 1, High: 60, Inside: 100, PassMinutes: 5}); err != nil {
		b.Fatal(err)
	}
	buyer := w.Buyer()
	var st waiting.Standing
	var err error
	if st, err = s.Join(buyer.Scope(b.Context()), w.Session.ID, ""); err != nil {
		b.Fatal(err)
	}
	for st.Pass == "" {
		w.Clock.Advance(time.Second)
		if st, err = s.Where(buyer.Scope(b.Context()), w.Session.ID, st.Ticket); err != nil {
			b.Fatal(err)
		}
	}
	ctx := waiting.WithPass(buyer.Scope(b.Context()), st.Pass)
	for b.Loop() {
		if err := s.Door(ctx, w.Session.ID); err != nil {
			b.Fatal(err)
		}
	}
}
