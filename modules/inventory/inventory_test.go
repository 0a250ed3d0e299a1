package inventory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// bundle is a database, a catalogue with one session and how to start nodes.
type bundle struct {
	t       *testing.T
	d       *dbtest.DB
	ctx     context.Context
	session ids.ID
	catalog inventorytest.Catalog
}

func setup(t *testing.T, layout engine.Layout, change ...func(*engine.Config)) *bundle {
	t.Helper()
	t.Parallel()
	return setupQuiet(t, layout, change...)
}

// setupQuiet is setup for tests that use it more than once.
func setupQuiet(t *testing.T, layout engine.Layout, change ...func(*engine.Config)) *bundle {
	t.Helper()
	d := dbtest.Private(t)
	if err := inventorytest.Install(t.Context(), d.AdminDSN); err != nil {
		t.Fatal(err)
	}
	h := inventorytest.MustCompile(layout)
	cfg := engine.DefaultConfig(h, 10000)
	for _, f := range change {
		f(&cfg)
	}
	b := &bundle{t: t, d: d, session: ids.New(), ctx: db.WithScope(t.Context(), db.Scope{Tenant: d.Tenant, Actor: db.Actor{Kind: db.ActorUser, ID: ids.New()}})}
	b.catalog = inventorytest.Catalog{b.session: {Hall: h, Open: engine.Open{Config: cfg}}}
	return b
}

func (b *bundle) node(name string, change ...func(*inventory.Deps)) *inventory.Service {
	b.t.Helper()
	deps := inventory.Deps{DB: b.d.DB, Catalog: b.catalog, Rows: []inventory.RowWriter{inventorytest.Rows{}}, Node: name}
	deps.Options.InFlight = 2 // the harder case: a batch may fail while the next has written its rows
	for _, f := range change {
		f(&deps)
	}
	s, err := inventory.New(b.ctx, deps)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(s.Close)
	return s
}

func (b *bundle) must(s *inventory.Service, cmd engine.Command) engine.Answer {
	b.t.Helper()
	a, err := s.Do(b.ctx, b.session, cmd, nil)
	if err != nil {
		b.t.Fatalf("%T: %v", cmd, err)
	}
	return a
}

func meta() engine.Meta { return engine.Meta{Key: inventorytest.Key()} }

// scalar asks behind the scenes.
func (b *bundle) scalar(sql string, args ...any) (n int64) {
	b.t.Helper()
	c, err := pgx.Connect(b.t.Context(), b.d.AdminDSN)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	if err := c.QueryRow(b.t.Context(), sql, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func TestSaleFromHoldToRefund(t *testing.T) {
	b := setup(t, inventorytest.Grid(2, 4, 10, 2))
	s := b.node("a")
	buyer := inventorytest.Key()
	hold := &engine.Hold{Meta: meta(), Buyer: buyer, Want: &engine.Want{N: 3, Explain: true}}
	h := b.must(s, hold)
	if len(h.Seats) != 3 || h.Left <= 0 || h.Explain == nil {
		t.Fatalf("%+v", h)
	}
	sale := b.must(s, &engine.Confirm{Meta: meta(), Hold: h.Key, Buyer: buyer})
	if again := b.must(s, hold); !again.Replayed || again.Key != h.Key {
		t.Fatalf("the repeated hold: %+v", again)
	}
	_, err := s.Do(b.ctx, b.session, &engine.Hold{Meta: meta(), Buyer: buyer, Seats: h.Seats[:1]}, nil)
	if errs.CodeOf(err) != "inventory.seat_taken" {
		t.Fatalf("a sold seat: %v", err)
	}
	if n := b.scalar("select count(*) from inventorytest.ticket"); n != 3 {
		t.Fatalf("%d tickets", n)
	}
	b.must(s, &engine.Refund{Meta: meta(), Sale: sale.Key, Seats: h.Seats[:1]})
	if n := b.scalar("select count(*) from inventorytest.ticket"); n != 2 {
		t.Fatalf("%d tickets after the refund", n)
	}
	before := b.digest(s)
	s.Close()
	again := b.node("b")
	if b.digest(again) != before {
		t.Fatal("the rebuilt state differs")
	}
	b.verifyChain()
}

func (b *bundle) digest(s *inventory.Service) (d [32]byte) {
	b.t.Helper()
	if err := s.Look(b.ctx, b.session, func(st *engine.State) { d = st.Digest() }); err != nil {
		b.t.Fatal(err)
	}
	return d
}

// verifyChain checks numbers and hashes of the journal.
func (b *bundle) verifyChain() {
	b.t.Helper()
	bad := b.scalar(`select count(*) from (select *, lag(hash) over w as before, row_number() over w as n from inventory.journal window w as (partition by tenant_id order by seq)) j
		where seq <> n or hash <> sha256(coalesce(before, '') || int8send(seq) || body)`)
	if bad != 0 {
		b.t.Fatalf("%d journal rows break the chain", bad)
	}
}

func TestOtherTenantsSeeNothing(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 10, 1))
	s := b.node("a")
	b.must(s, &engine.Hold{Meta: meta(), Seats: []int32{1}})
	for _, table := range []string{"lease", "journal", "head", "session_journal"} {
		var n int
		err := b.d.InTx(b.d.AsTenant(b.ctx, b.d.Other), func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRowContext(ctx, "select count(*) from inventory."+table).Scan(&n)
		})
		if err != nil || n != 0 {
			t.Fatalf("inventory.%s shows %d rows to another tenant (%v)", table, n, err)
		}
	}
	if _, err := s.Do(context.Background(), b.session, &engine.Expire{}, nil); !errors.Is(err, db.ErrNoScope) {
		t.Fatalf("without a tenant: %v", err)
	}
}

func TestUnknownSession(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 1, 5, 1))
	s := b.node("a")
	if _, err := s.Do(b.ctx, ids.New(), &engine.Hold{Meta: meta(), Seats: []int32{1}}, nil); errs.CodeOf(err) != "inventory.session" {
		t.Fatal(err)
	}
}
