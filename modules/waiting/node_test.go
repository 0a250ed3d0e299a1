package waiting_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parterre/modules/sales/salestest"
	"parterre/modules/waiting"
)

// Buyers who come by different nodes stand in one line: no number is given
// twice, a ticket of one node is good at the other, a pass opens the door at
// both; and when the keeper changes, all places stay.
func TestOneLineForAllNodes(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	keeper, other := waiting.New(w.DB.DB, key, w.Log), waiting.New(w.DB.DB, key, w.Log)
	asked := 0
	at := keeper
	ask := func(ctx context.Context, q []byte) ([]byte, error) { asked++; return at.Answer(ctx, q) }
	keeper.Connect(ask)
	other.Connect(ask)
	keeper.Take()
	staff := w.As(w.Tenant)
	set := waiting.Settings{Enabled: true, OpensAt: w.Clock.Now().Add(time.Minute), Low: 60, High: 6000, Inside: 100, PassMinutes: 5}
	if made, err := other.Set(staff, w.Session.ID, 0, set); err != nil || made.Version != 1 {
		t.Fatalf("set by the other node: %+v, %v", made, err)
	}
	if _, err := other.Set(staff, w.Session.ID, 0, set); !errors.Is(err, waiting.ErrVersion) {
		t.Errorf("an old version, by the other node: %v", err)
	}
	buyers, tickets := join(t, w, keeper, 3)
	b2, t2 := join(t, w, other, 3)
	buyers, tickets = append(buyers, b2...), append(tickets, t2...)
	seen := map[uint64]bool{}
	for i := range tickets {
		st, err := []*waiting.Service{other, keeper}[i%2].Where(buyers[i].Scope(t.Context()), w.Session.ID, tickets[i])
		if err != nil || seen[st.Index] {
			t.Errorf("%d: index %d, %v", i, st.Index, err)
		}
		seen[st.Index] = true
	}
	if asked < 7 {
		t.Errorf("the other node asked %d times", asked)
	}
	if err := other.Door(buyers[0].Scope(t.Context()), w.Session.ID); !errors.Is(err, waiting.ErrPass) {
		t.Errorf("no pass, at the other node: %v", err)
	}
	w.Clock.Advance(2 * time.Minute)
	st, err := other.Where(buyers[0].Scope(t.Context()), w.Session.ID, tickets[0])
	if err != nil || st.Pass == "" {
		t.Fatalf("after the opening: %+v, %v", st, err)
	}
	for name, s := range map[string]*waiting.Service{"keeper": keeper, "other": other} {
		if err := s.Door(waiting.WithPass(buyers[0].Scope(t.Context()), st.Pass), w.Session.ID); err != nil {
			t.Errorf("the pass at the %s: %v", name, err)
		}
	}
	before, err := other.Where(buyers[5].Scope(t.Context()), w.Session.ID, tickets[5])
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.Keep(staff); err != nil {
		t.Fatal(err)
	}
	keeper.Leave()
	at = other
	other.Take()
	if _, err := keeper.Answer(staff, []byte(`{"Do":"room"}`)); err == nil {
		t.Error("the old keeper answers")
	}
	if _, err := keeper.Where(buyers[0].Scope(t.Context()), w.Session.ID, tickets[0]); !errors.Is(err, waiting.ErrTicket) {
		t.Errorf("a ticket that was used up is good at the new keeper: %v", err)
	}
	next, nextTickets := join(t, w, keeper, 1)
	if st, err := keeper.Where(next[0].Scope(t.Context()), w.Session.ID, nextTickets[0]); err != nil || seen[st.Index] {
		t.Errorf("a new comer gets a number that was given out: %+v, %v", st, err)
	}
	if before.Pass == "" {
		if st, err := keeper.Where(buyers[5].Scope(t.Context()), w.Session.ID, tickets[5]); err != nil || st.Position != before.Position {
			t.Errorf("a place changed with the keeper: %+v before %+v, %v", st, before, err)
		}
	}
}
