package inventory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/errs"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
	"parterre/modules/ticketmap/plan/codec"
)

// viewer keeps what it was told, as a browser does.
type viewer struct {
	version uint64
	states  []codec.State
}

func (v *viewer) read(u inventory.Update) (err error) {
	if u.Snapshot != nil {
		v.version, v.states, err = codec.DecodeSnapshot(u.Snapshot)
		return err
	}
	d, err := codec.DecodeDelta(u.Delta, len(v.states))
	if err != nil {
		return err
	}
	if d.From != v.version {
		return fmt.Errorf("a delta from %d came at %d", d.From, v.version)
	}
	v.version = d.To
	return d.Apply(v.states)
}

func (v *viewer) count(s codec.State) (n int) {
	for _, x := range v.states {
		if x == s {
			n++
		}
	}
	return n
}

func TestWireStatesAreTheEnginesStates(t *testing.T) {
	t.Parallel()
	for wire, state := range map[codec.State]engine.Status{codec.Free: engine.Free, codec.Held: engine.HeldPlace, codec.Sold: engine.SoldPlace, codec.Off: engine.NotForSale} {
		if uint8(wire) != uint8(state) {
			t.Errorf("%d on the wire, %d in the engine", wire, state)
		}
	}
}

// A viewer gets a snapshot and deltas that add up to the state; one that does
// not read gets a new snapshot instead of what it missed; holds end by
// themselves when their time is over.
func TestLiveStatus(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 10, 1))
	s := b.node("a")
	good, err := s.Subscribe(b.ctx, b.session)
	if err != nil {
		t.Fatal(err)
	}
	lazy, err := s.Subscribe(b.ctx, b.session)
	if err != nil {
		t.Fatal(err)
	}
	var v viewer
	read := func(sub *inventory.Subscription) inventory.Update {
		t.Helper()
		for {
			select {
			case u := <-sub.C:
				if err := v.read(u); err != nil {
					t.Fatal(err)
				}
				return u
			case <-time.After(time.Millisecond):
				b.d.Clock.Advance(250 * time.Millisecond) // the tick's time, not the machine's
			}
		}
	}
	read(good)
	var last engine.Answer
	for i := range 12 {
		last = b.must(s, &engine.Hold{Meta: meta(), Seats: []int32{int32(i + 1)}})
		u := read(good)
		if v.count(1) != i+1 || u.Counts.Held != i+1 {
			t.Fatalf("after %d holds the viewer sees %d, counts %+v", i+1, v.count(1), u.Counts)
		}
	}
	b.must(s, &engine.Confirm{Meta: meta(), Hold: last.Key})
	read(good)
	if v.count(2) != 1 {
		t.Fatalf("%d sold", v.count(2))
	}
	// The lazy one has its full channel: a snapshot, deltas, and after them a snapshot.
	mine := v
	v = viewer{}
	snapshots := 0
	for v.version != mine.version {
		if read(lazy).Snapshot != nil {
			snapshots++
		}
	}
	if snapshots != 2 || v.count(1) != 11 {
		t.Fatalf("the lazy viewer got %d snapshots and sees %d held", snapshots, v.count(1))
	}
	v = mine
	// Nobody asks for anything: the holds end by the clock alone.
	b.d.Clock.Advance(11 * time.Minute)
	for v.count(1) > 0 {
		read(good)
	}
	if v.count(0) != 19 || v.count(2) != 1 {
		t.Fatalf("%d free, %d sold", v.count(0), v.count(2))
	}
	s.Close()
	for range good.C {
	}
}

func TestHoldsAreHonestAboutTime(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 10, 1))
	s := b.node("a")
	m := meta()
	h := b.must(s, &engine.Hold{Meta: m, Seats: []int32{1}, For: 60_000})
	b.d.Clock.Advance(45 * time.Second)
	again := b.must(s, &engine.Hold{Meta: m, Seats: []int32{1}, For: 60_000})
	if again.Left != 15_000 {
		t.Fatalf("%d ms left", again.Left)
	}
	b.must(s, &engine.Extend{Meta: meta(), Hold: h.Key, For: 30_000})
	b.d.Clock.Advance(30 * time.Second)
	if _, err := s.Do(b.ctx, b.session, &engine.Confirm{Meta: meta(), Hold: h.Key}, nil); errs.CodeOf(err) != "inventory.hold_expired" {
		t.Fatalf("at its very end: %v", err)
	}
}

// A session of 100,000 seats, sold out in orders of two, comes back from the
// journal alone and from a snapshot. How long it took is logged.
func TestRebuildOfALargeSession(t *testing.T) {
	b := setup(t, inventorytest.Grid(100, 40, 25, 10), func(c *engine.Config) { c.MaxSeats = 500; c.DocumentLimit = 0 })
	s := b.node("a", func(d *inventory.Deps) { d.Options.SnapshotEvery = 1 << 30 })
	done := make(chan error, 64)
	next := make(chan int32)
	for range 64 {
		go func() {
			var err error
			for id := range next {
				var h engine.Answer
				if h, err = s.Do(b.ctx, b.session, &engine.Hold{Meta: meta(), Buyer: inventorytest.Key(), Seats: []int32{id, id + 1}}, nil); err != nil {
					break
				}
				if _, err = s.Do(b.ctx, b.session, &engine.Confirm{Meta: meta(), Hold: h.Key}, nil); err != nil {
					break
				}
			}
			for range next {
			}
			done <- err
		}()
	}
	for id := int32(1); id < 100_000; id += 2 {
		if (id-1)%25 == 24 {
			continue
		}
		next <- id
	}
	close(next)
	for range 64 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	before := b.digest(s)
	s.Close()
	began := time.Now()
	r := b.node("b", func(d *inventory.Deps) { d.Options.SnapshotEvery = 1 })
	if b.digest(r) != before {
		t.Fatal("the state rebuilt from the journal differs")
	}
	t.Logf("rebuilt from 100,000 events in %v", time.Since(began).Round(time.Millisecond))
}

// A snapshot shortens the rebuild and changes nothing: older journal rows are
// not read any more.
func TestRebuildFromSnapshot(t *testing.T) {
	b := setup(t, inventorytest.Grid(4, 10, 25, 1))
	s := b.node("a", func(d *inventory.Deps) { d.Options.SnapshotEvery = 20 })
	for i := range 50 {
		h := b.must(s, &engine.Hold{Meta: meta(), Seats: []int32{int32(1 + 2*i)}})
		if i%2 == 0 {
			b.must(s, &engine.Confirm{Meta: meta(), Hold: h.Key})
		}
	}
	before := b.digest(s)
	s.Close()
	if n := b.scalar("select event from inventory.snapshot"); n < 40 {
		t.Fatalf("the snapshot is of event %d", n)
	}
	// The proof that older rows are not needed: they are gone.
	c, err := pgx.Connect(t.Context(), b.d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "delete from inventory.session_journal s using inventory.snapshot p where s.last_event <= p.event"); err != nil {
		t.Fatal(err)
	}
	_ = c.Close(t.Context())
	if b.digest(b.node("b")) != before {
		t.Fatal("the state rebuilt from the snapshot differs")
	}
}
