package inventory_test

import (
	"testing"

	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// A node that is stopped while it opens a session leaves no lease behind: the
// next one serves the session at once and not only when the lease has ended.
func TestStoppedWhileOpeningASession(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 10, 1))
	g := newGate("fence")
	g.shut()
	a := b.node("a", slowLease, func(d *inventory.Deps) { d.Options.Hook = g.hook })
	looked := make(chan error, 1)
	go func() { looked <- a.Look(b.ctx, b.session, func(*engine.State) {}) }()
	<-g.reached // the lease is taken, the session's first event is about to be committed
	if n := b.scalar("select count(*) from inventory.lease where owner = 'a' and expires_at > clock_timestamp()"); n != 1 {
		t.Fatalf("%d leases: this shows nothing", n)
	}
	closed := make(chan struct{})
	go func() { a.Close(); close(closed) }()
	if err := <-looked; err == nil {
		t.Error("a closing node answers")
	}
	close(g.open)
	<-closed
	if err := b.node("b", slowLease).Look(b.ctx, b.session, func(*engine.State) {}); err != nil {
		t.Errorf("the next node: %v", err)
	}
}
