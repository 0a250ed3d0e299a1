package cluster_test

import (
	"context"
	"testing"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/cluster"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
	"parterre/modules/ticketmap/plan/codec"
)

// pair is two nodes in one process, joined; the first owns the session.
func pair(t *testing.T) (ctx context.Context, a, b *inventory.Service, session ids.ID, ends [2]func()) {
	t.Helper()
	d := dbtest.Private(t)
	if err := inventorytest.Install(t.Context(), d.AdminDSN); err != nil {
		t.Fatal(err)
	}
	session = ids.New()
	a, bus, err := node(t.Context(), "a", d.AppDSN, session, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, other, err := node(t.Context(), "b", d.AppDSN, session, []string{bus.RouteAddr()})
	if err != nil {
		t.Fatal(err)
	}
	ends = [2]func(){func() { bus.Close(); a.Close() }, func() { b.Close(); other.Close() }}
	t.Cleanup(ends[1])
	t.Cleanup(ends[0])
	ctx = db.System(t.Context(), d.Tenant, "test")
	if err := a.Look(ctx, session, func(*engine.State) {}); err != nil {
		t.Fatal(err)
	}
	for bus.Peers() == 0 { // until the routes stand
		if _, err := b.Meter(ctx, session); err != nil {
			t.Fatal(err)
		}
	}
	return ctx, a, b, session, ends
}

func hold(t *testing.T, ctx context.Context, s *inventory.Service, session ids.ID, n int) engine.Answer { //nolint:revive // t first, as helpers have it
	t.Helper()
	a, err := s.Do(ctx, session, &engine.Hold{Meta: engine.Meta{Key: inventorytest.Key()}, Want: &engine.Want{N: n}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What one asks of any node is answered by the owner: counters, the state, the
// live status; a refusal comes with its seats.
func TestQuestionsReachTheOwner(t *testing.T) {
	t.Parallel()
	ctx, a, b, session, _ := pair(t)
	got := hold(t, ctx, b, session, 3)
	if len(b.Owned()) != 0 || len(a.Owned()) != 1 {
		t.Fatalf("a serves %d sessions, b %d", len(a.Owned()), len(b.Owned()))
	}
	m, err := b.Meter(ctx, session)
	if err != nil || m.Held != 3 {
		t.Errorf("b counts %d held, %v", m.Held, err)
	}
	held := 0
	err = b.Look(ctx, session, func(st *engine.State) {
		for _, id := range got.Seats {
			if s, _ := st.Status(id); s == engine.HeldPlace {
				held++
			}
		}
	})
	if err != nil || held != 3 {
		t.Errorf("b sees %d of them held, %v", held, err)
	}
	ans, err := b.Do(ctx, session, &engine.Hold{Meta: engine.Meta{Key: inventorytest.Key()}, Seats: got.Seats[:1]}, nil)
	if errs.CodeOf(err) != "inventory.seat_taken" || ans.Refused == nil || len(ans.Refused.Seats) != 1 {
		t.Errorf("a taken seat, asked of b: %v %+v", err, ans.Refused)
	}
	if err := b.Reload(ctx, session); err != nil {
		t.Errorf("reload: %v", err)
	}
	if m, err = b.Meter(ctx, session); err != nil || m.Held != 3 || len(b.Owned()) != 0 {
		t.Errorf("after the reload b counts %d held and serves %d sessions, %v", m.Held, len(b.Owned()), err)
	}
}

// screen is what a viewer's page shows.
type screen struct {
	sub     *inventory.Subscription
	version uint64
	states  []codec.State
}

// until reads updates until so many seats are in the state; a broken stream is
// begun again, as a page does.
func (v *screen) until(t *testing.T, again func() *inventory.Subscription, s codec.State, want int) {
	t.Helper()
	for {
		n := 0
		for _, x := range v.states {
			if x == s {
				n++
			}
		}
		if n == want {
			return
		}
		u, ok := <-v.sub.C
		if !ok {
			v.sub, v.states = again(), nil
			continue
		}
		if u.Snapshot != nil {
			var err error
			if v.version, v.states, err = codec.DecodeSnapshot(u.Snapshot); err != nil {
				t.Fatal(err)
			}
			continue
		}
		d, err := codec.DecodeDelta(u.Delta, len(v.states))
		if err != nil || d.From != v.version {
			t.Fatalf("a delta from %d at %d: %v", d.From, v.version, err)
		}
		if err := d.Apply(v.states); err != nil {
			t.Fatal(err)
		}
		v.version = d.To
	}
}

// Viewers at a node that does not own the session see what the owner commits,
// also after the owner has ended and this node has taken the session over.
func TestViewersElsewhereSeeTheTruth(t *testing.T) {
	t.Parallel()
	ctx, a, b, session, ends := pair(t)
	again := func() *inventory.Subscription {
		sub, err := b.Subscribe(ctx, session)
		if err != nil {
			t.Fatal(err)
		}
		return sub
	}
	one, two := &screen{sub: again()}, &screen{sub: again()}
	hold(t, ctx, a, session, 2)
	hold(t, ctx, b, session, 4)
	one.until(t, again, codec.Held, 6)
	two.until(t, again, codec.Held, 6)
	late := &screen{sub: again()} // comes in the middle: what it is shown is the present
	late.until(t, again, codec.Held, 6)
	ends[0]()
	got := hold(t, ctx, b, session, 1)
	if len(b.Owned()) != 1 {
		t.Error("b did not take the session over")
	}
	for _, v := range []*screen{one, two, late} {
		v.until(t, again, codec.Held, 7)
	}
	if _, err := b.Do(ctx, session, &engine.Release{Meta: engine.Meta{Key: inventorytest.Key()}, Hold: got.Key}, nil); err != nil {
		t.Fatal(err)
	}
	one.until(t, again, codec.Held, 6)
}

// A cluster that could be read or joined by others does not start; a node with
// other keys is told so, and nothing is done for it.
func TestWhoMayJoin(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]cluster.Config{
		"no secret":            {Node: "x", Listen: "127.0.0.1:0"},
		"a short secret":       {Node: "x", Listen: "127.0.0.1:0", Secret: "short"},
		"the net without keys": {Node: "x", Listen: "192.0.2.1:6222", Secret: "a secret of the test"},
		"a route over the net": {Node: "x", Listen: "127.0.0.1:0", Routes: []string{"192.0.2.1:6222"}, Secret: "a secret of the test"},
		"no name":              {Listen: "127.0.0.1:0", Secret: "a secret of the test"},
	} {
		if bus, err := cluster.Start(c); err == nil {
			bus.Close()
			t.Errorf("%s: it started", what)
		}
	}
	ctx, a, _, session, _ := pair(t)
	m, err := a.Meter(ctx, session)
	if err != nil {
		t.Fatal(err)
	}
	first, err := cluster.Start(cluster.Config{Node: "one", Listen: "127.0.0.1:0", Secret: "a secret of the test", Mark: "keys 1"})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if err := first.Serve(a.Here()); err != nil {
		t.Fatal(err)
	}
	stranger, err := cluster.Start(cluster.Config{Node: "two", Listen: "127.0.0.1:0", Routes: []string{first.RouteAddr()}, Secret: "a secret of the test", Mark: "keys 2"})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	for stranger.Peers() == 0 {
		_, _ = stranger.Meter(ctx, "one", session)
	}
	for {
		_, err := stranger.Forward(ctx, "one", session, &engine.Hold{Meta: engine.Meta{Key: inventorytest.Key()}, Want: &engine.Want{N: 1}}, nil)
		if errs.CodeOf(err) == "inventory.elsewhere" { // the route has not told of the subscription yet
			continue
		}
		if errs.CodeOf(err) != "inventory.outcome_unknown" {
			t.Fatalf("another node's keys: %v", err)
		}
		break
	}
	if now, _ := a.Meter(ctx, session); now.Held != m.Held {
		t.Error("a node with other keys held a seat")
	}
}
