package dbtest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/migrations"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
)

// note writes an audit entry; it needs a tenant and an actor.
func note(ctx context.Context, d *dbtest.DB, action string) error {
	return d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, "select audit.note(?, 'dbtest', '{}', '{}')", action)
		return err
	})
}

func count(t *testing.T, ctx context.Context, d *dbtest.DB, action string) int {
	t.Helper()
	var n int
	err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select count(*) from audit.entry where action = ?", action).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTxIsRolledBack(t *testing.T) {
	t.Parallel()
	var shared string
	t.Run("writes", func(t *testing.T) {
		ctx, d := dbtest.Tx(t)
		shared = d.AdminDSN
		if err := note(d.As(ctx), d, "rolled.back"); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d.As(ctx), d, "rolled.back"); n != 1 {
			t.Fatalf("the test sees %d of its own rows", n)
		}
	})
	ctx, d := dbtest.Tx(t)
	if d.AdminDSN != shared {
		t.Fatalf("two sandboxes use two databases, %s and %s: this proves nothing", d.AdminDSN, shared)
	}
	if n := count(t, d.As(ctx), d, "rolled.back"); n != 0 {
		t.Fatalf("the next test sees %d rows", n)
	}
}

// In a sandbox each InTx is like a transaction of its own.
func TestTxBehavesLikeTransactions(t *testing.T) {
	t.Parallel()
	ctx, d := dbtest.Tx(t)
	boom := errors.New("boom")
	ran := 0
	err := d.InTx(d.As(ctx), func(ctx context.Context, tx db.Tx) error {
		tx.AfterCommit(func() { ran++ })
		if err := note(ctx, d, "half"); err != nil { // joins
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || count(t, d.As(ctx), d, "half") != 0 || ran != 0 {
		t.Fatalf("a failed part left something: %v, %d", err, ran)
	}
	err = d.InTx(d.AsTenant(ctx, d.Other), func(ctx context.Context, tx db.Tx) error {
		tx.AfterCommit(func() { ran++ })
		return note(ctx, d, "other")
	})
	if err != nil || ran != 1 {
		t.Fatalf("after a failure nothing goes any more: %v, %d", err, ran)
	}
	if n := count(t, d.As(ctx), d, "other"); n != 0 {
		t.Fatal("one tenant sees the other's row")
	}
	var sealed bool
	err = d.View(d.AsTenant(ctx, d.Other), func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select seq is not null from audit.entry where action = 'other'").Scan(&sealed)
	})
	if err != nil || !sealed {
		t.Fatalf("deferred triggers do not fire at the end of a part: %v", err)
	}
	err = d.View(d.As(ctx), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, "select audit.note('x', 'x', '{}', '{}')")
		return err
	})
	if err == nil {
		t.Fatal("a View may write")
	}
	if err := note(d.As(ctx), d, "after.view"); err != nil {
		t.Fatalf("after a View nothing may be written any more: %v", err)
	}
	if err := d.InTx(ctx, func(context.Context, db.Tx) error { return nil }); !errors.Is(err, db.ErrNoScope) {
		t.Fatalf("a sandbox opens without a scope: %v", err)
	}
}

func TestPrivateIsPrivate(t *testing.T) {
	t.Parallel()
	a, b := dbtest.Private(t), dbtest.Private(t)
	if err := note(a.As(t.Context()), a, "private"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, a.As(t.Context()), a, "private"); n != 1 {
		t.Fatalf("committed row: %d", n)
	}
	if n := count(t, a.AsTenant(t.Context(), a.Other), a, "private"); n != 0 {
		t.Fatalf("the other tenant sees %d", n)
	}
	if n := count(t, b.As(t.Context()), b, "private"); n != 0 {
		t.Fatalf("the other database has %d", n)
	}
	var role string
	if err := a.Pool().QueryRow(t.Context(), "select current_user").Scan(&role); err != nil || role != db.AppRole {
		t.Fatalf("works as %s, %v", role, err)
	}
}

func TestPrivateIsDropped(t *testing.T) {
	t.Parallel()
	keeps := dbtest.Private(t)
	var name string
	t.Run("inner", func(t *testing.T) {
		conn := admin(t, dbtest.Private(t).AdminDSN)
		name = conn.Config().Database
	})
	if there := exists(t, admin(t, keeps.AdminDSN), name); there {
		t.Fatalf("%s outlives its test", name)
	}
}

func admin(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func exists(t *testing.T, conn *pgx.Conn, name string) bool {
	t.Helper()
	var there bool
	if err := conn.QueryRow(t.Context(), "select exists(select from pg_database where datname = $1)", name).Scan(&there); err != nil {
		t.Fatal(err)
	}
	return there
}

func TestEmptyAndBlank(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	if ids, err := d.Tenants(t.Context()); err != nil || len(ids) != 0 {
		t.Fatalf("an empty database has tenants %v, %v", ids, err)
	}
	states, err := migrations.Status(t.Context(), dbtest.Blank(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range states {
		if s.Applied {
			t.Errorf("%s is applied to a blank database", s.Name)
		}
	}
}

// A killed run leaves its databases behind; the next one drops them, and leaves those of living runs alone.
func TestDatabasesOfKilledRunsAreDropped(t *testing.T) {
	t.Parallel()
	const victim = "PARTERRE_DBTEST_VICTIM"
	if os.Getenv(victim) != "" {
		d := dbtest.Private(t)
		fmt.Println("database", admin(t, d.AdminDSN).Config().Database)
		_ = os.Stdout.Sync()
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	}
	mine := dbtest.Private(t)
	conn := admin(t, mine.AdminDSN)
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := func(env, test string) string {
		cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^"+test+"$", "-test.v")
		cmd.Env = append(os.Environ(), env)
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	out := run(victim+"=1", "TestDatabasesOfKilledRunsAreDropped")
	_, rest, found := strings.Cut(out, "database ")
	name := strings.TrimSpace(rest)
	if !found || strings.Contains(out, "--- ") {
		t.Fatalf("the process was not killed while it had a database:\n%s", out)
	}
	if out := run("X=1", "TestEmptyAndBlank"); !strings.Contains(out, "--- PASS: TestEmptyAndBlank") {
		t.Fatalf("the next run:\n%s", out)
	}
	if exists(t, conn, name) {
		t.Errorf("%s of a killed process is still there after the next run", name)
	}
	if !exists(t, conn, conn.Config().Database) {
		t.Error("the sweep took the database of a living process")
	}
}

// The same tests on a server that a URL names.
func TestOnAnotherServer(t *testing.T) {
	t.Parallel()
	if os.Getenv(dbtest.URLVar) != "" {
		t.Skip("this is that run")
	}
	conn := admin(t, dbtest.Blank(t))
	url := strings.Replace(conn.Config().ConnString(), "/"+conn.Config().Database+"?", "/postgres?", 1)
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^(TestTx.*|TestPrivateIsPrivate)$", "-test.v")
	cmd.Env = append(os.Environ(), dbtest.URLVar+"="+url)
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "\n--- PASS") != 3 {
		t.Fatalf("%v\n%s", err, out)
	}
}

func BenchmarkPrivate(b *testing.B) {
	for b.Loop() {
		dbtest.Private(b)
	}
}

func BenchmarkTx(b *testing.B) {
	for b.Loop() {
		dbtest.Tx(b)
	}
}
