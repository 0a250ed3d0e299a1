package dbtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
)

// Start is where each test's clock stands in the beginning: Monday, 2026-11-23, 10:00 in Shanghai.
var Start = time.Date(2026, 11, 23, 10, 0, 0, 0, clock.Shanghai)

// DB is one test's view of a database. The embedded db.DB works as the application's role.
type DB struct {
	*db.DB
	Clock  *clock.Sim // stands still at Start until it is moved
	Tenant int32      // slug "alpha", the default tenant; 0 from Empty
	Other  int32      // slug "beta"; 0 from Empty

	AppDSN   string // logs in as the application's role; to open further pools, or to start a server
	AdminDSN string // logs in as one to whom no policy applies and who may migrate; to look behind the scenes
}

// As gives ctx the scope of the test's own tenant, with the test as the actor.
func (d *DB) As(ctx context.Context) context.Context { return d.AsTenant(ctx, d.Tenant) }

// AsTenant is As for another tenant.
func (d *DB) AsTenant(ctx context.Context, tenant int32) context.Context {
	return db.System(ctx, tenant, "test")
}

// Tx returns a context in which whatever is written is rolled back when the test ends; see db.Sandbox for what such a
// transaction can show and what it cannot. Use the context for every call.
func Tx(t testing.TB) (context.Context, *DB) {
	t.Helper()
	s := mustConnect(t)
	name, err := s.shared()
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, s, name, 2)
	d.Tenant, d.Other = sharedTenants[0], sharedTenants[1]
	ctx, rollback, err := d.Sandbox(t.Context())
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() { _ = rollback() }) // the test's context has ended by now, which already rolled it back
	return ctx, d
}

// Private returns a database that only this test uses, dropped when it ends.
func Private(t testing.TB) *DB {
	t.Helper()
	d := Empty(t)
	d.Tenant, d.Other = addTenants(t, d.AdminDSN)
	return d
}

// Empty is Private without tenants.
func Empty(t testing.TB) *DB {
	t.Helper()
	s := mustConnect(t)
	return open(t, s, mustCreate(t, s, true), 16)
}

// Blank returns the admin's DSN of a database without any schema, for tests of the migrations.
func Blank(t testing.TB) string {
	t.Helper()
	s := mustConnect(t)
	return s.adminDSN(mustCreate(t, s, false))
}

func mustConnect(t testing.TB) *server {
	t.Helper()
	s, err := connected()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustCreate(t testing.TB, s *server, migrated bool) string {
	t.Helper()
	name, err := s.create(t.Context(), migrated)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Errorf("dbtest: %v", err)
		}
	})
	return name
}

func open(t testing.TB, s *server, name string, conns int32) *DB {
	t.Helper()
	sim := clock.NewSim(Start)
	d, err := db.Open(t.Context(), db.Config{DSN: s.appDSN(name), Clock: sim, MaxConns: conns})
	if err != nil {
		t.Fatalf("dbtest: %s: %v", redact(s.appDSN(name)), err)
	}
	t.Cleanup(d.Close)
	return &DB{DB: d, Clock: sim, AppDSN: s.appDSN(name), AdminDSN: s.adminDSN(name)}
}

var (
	sharedOnce    sync.Once
	sharedName    string
	sharedErr     error
	sharedTenants [2]int32
)

// shared is the one database of this process in which all sandboxes run. It is dropped by the next run's sweep.
func (s *server) shared() (string, error) {
	sharedOnce.Do(func() {
		ctx := context.Background()
		if sharedName, sharedErr = s.create(ctx, true); sharedErr == nil {
			sharedTenants[0], sharedTenants[1], sharedErr = seed(ctx, s.adminDSN(sharedName))
		}
	})
	return sharedName, sharedErr
}

func addTenants(t testing.TB, dsn string) (int32, int32) {
	t.Helper()
	a, b, err := seed(t.Context(), dsn)
	if err != nil {
		t.Fatalf("dbtest: add tenants: %v", err)
	}
	return a, b
}

func seed(ctx context.Context, dsn string) (a, b int32, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		const set = `select set_config('app.actor', 'system:test', true)`
		if _, err := tx.Exec(ctx, set); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select core.add_tenant('alpha', '甲剧院', '', true), core.add_tenant('beta', '乙剧院', '', false)`).Scan(&a, &b)
	})
	return a, b, err
}
