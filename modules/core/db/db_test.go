package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// bench makes a database with one table of this test's own, protected and watched.
func bench(t *testing.T) *dbtest.DB {
	t.Helper()
	d := dbtest.Private(t)
	sudo(t, d, `create schema bench authorization parterre_owner; set role parterre_owner; grant usage on schema bench to parterre_app;
		create table bench.row (tenant_id int not null, id int not null, n int not null default 0, at timestamptz, primary key (tenant_id, id));
		select core.protect('bench.row'); select audit.watch('bench.row');`)
	return d
}

func sudo(t *testing.T, d *dbtest.DB, sql string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	if _, err := c.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
}

func insert(ctx context.Context, tx db.Tx, id int) error {
	_, err := tx.ExecContext(ctx, "insert into bench.row (tenant_id, id, at) values (?, ?, ?)", tx.Scope.Tenant, id, tx.Now)
	return err
}

func count(t *testing.T, d *dbtest.DB) (n int) {
	t.Helper()
	err := d.View(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select count(*) from bench.row").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Without a tenant and an actor nothing opens; and past InTx the policies are closed.
func TestClosedByDefault(t *testing.T) {
	t.Parallel()
	d := bench(t)
	if err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, 1) }); err != nil {
		t.Fatal(err)
	}
	never := func(context.Context, db.Tx) error { t.Error("fn ran"); return nil }
	for name, ctx := range map[string]context.Context{
		"no scope":  t.Context(),
		"no tenant": db.WithScope(t.Context(), db.Scope{Actor: db.Actor{Kind: db.ActorSystem, Name: "x"}}),
		"no actor":  db.WithScope(t.Context(), db.Scope{Tenant: d.Tenant}),
		"a reason":  db.WithReason(t.Context(), "because"),
	} {
		if err := d.InTx(ctx, never); !errors.Is(err, db.ErrNoScope) {
			t.Errorf("%s: InTx: %v", name, err)
		}
		if err := d.View(ctx, never); !errors.Is(err, db.ErrNoScope) {
			t.Errorf("%s: View: %v", name, err)
		}
	}
	var n int
	if err := d.Pool().QueryRow(t.Context(), "select count(*) from bench.row").Scan(&n); err != nil || n != 0 {
		t.Errorf("raw SQL without a tenant sees %d rows, %v", n, err)
	}
	err := d.View(d.AsTenant(t.Context(), d.Other), func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select count(*) from bench.row").Scan(&n)
	})
	if err != nil || n != 0 {
		t.Errorf("another tenant sees %d rows, %v", n, err)
	}
	err = d.InTx(d.AsTenant(t.Context(), d.Other), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, "insert into bench.row (tenant_id, id) values (?, 2)", d.Tenant)
		return err
	})
	if code(err) != "42501" {
		t.Errorf("another tenant writes: %v", err)
	}
	if n = count(t, d); n != 1 {
		t.Errorf("the control: the tenant itself sees %d rows", n)
	}
}

func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return fmt.Sprint(err)
}

func TestJoining(t *testing.T) {
	t.Parallel()
	d := bench(t)
	ctx := d.As(t.Context())
	err := d.InTx(ctx, func(ctx context.Context, outer db.Tx) error {
		d.Clock.Advance(time.Hour)
		if err := d.InTx(ctx, func(ctx context.Context, inner db.Tx) error {
			if !inner.Now.Equal(outer.Now) || !inner.Now.Equal(dbtest.Start) {
				t.Errorf("the time is not frozen: %v, %v", inner.Now, outer.Now)
			}
			return insert(ctx, inner, 1)
		}); err != nil {
			return err
		}
		var n int
		if err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRowContext(ctx, "select count(*) from bench.row").Scan(&n)
		}); err != nil || n != 1 {
			t.Errorf("a joined view does not see the transaction's own row: %d %v", n, err)
		}
		return errors.New("back")
	})
	if err == nil || err.Error() != "back" || count(t, d) != 0 {
		t.Fatalf("the inner part was committed by itself: %v", err)
	}
	broken := errors.New("inner")
	err = d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := insert(ctx, tx, 2); err != nil {
			return err
		}
		_ = d.InTx(ctx, func(context.Context, db.Tx) error { return broken })
		if err := d.InTx(ctx, func(context.Context, db.Tx) error { t.Error("a part ran after one had failed"); return nil }); !errors.Is(err, broken) {
			t.Errorf("a later part: %v", err)
		}
		return nil // the failure is swallowed
	})
	if !errors.Is(err, broken) || count(t, d) != 0 {
		t.Fatalf("a swallowed failure was committed: %v", err)
	}
	err = d.InTx(ctx, func(ctx context.Context, _ db.Tx) error {
		return d.InTx(d.AsTenant(ctx, d.Other), func(context.Context, db.Tx) error { return nil })
	})
	if err == nil || count(t, d) != 0 {
		t.Fatal("a joined transaction changed the tenant")
	}
	err = d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := insert(ctx, tx, 3); err != nil {
			return err
		}
		apart := db.System(db.Apart(ctx), d.Tenant, "reader")
		if db.Active(apart) || !db.Active(ctx) {
			t.Error("what is apart is in the transaction")
		}
		return d.View(apart, func(ctx context.Context, tx db.Tx) error {
			var n int
			if err := tx.QueryRowContext(ctx, "select count(*) from bench.row").Scan(&n); err != nil || n != 0 {
				t.Errorf("apart sees %d rows that are not committed, %v", n, err)
			}
			return nil
		})
	})
	if err != nil || count(t, d) != 1 {
		t.Fatalf("%v, %d rows", err, count(t, d))
	}
}

func TestAfterCommitRunsOnlyThen(t *testing.T) {
	t.Parallel()
	d := bench(t)
	var ran []string
	_ = d.InTx(d.As(t.Context()), func(_ context.Context, tx db.Tx) error {
		tx.AfterCommit(func() { ran = append(ran, "rolled back") })
		return errors.New("no")
	})
	_ = d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		tx.AfterCommit(func() { ran = append(ran, "refused at commit") })
		_, err := tx.ExecContext(ctx, `create temp table later (id int unique deferrable initially deferred) on commit drop; insert into later values (1), (1)`)
		return err
	})
	err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		return d.InTx(ctx, func(ctx context.Context, inner db.Tx) error {
			inner.AfterCommit(func() { ran = append(ran, fmt.Sprint("rows ", count(t, d))) })
			if err := insert(ctx, inner, 1); err != nil {
				return err
			}
			if len(ran) != 0 {
				t.Error("it ran before the commit")
			}
			return nil
		})
	})
	if err != nil || len(ran) != 1 || ran[0] != "rows 1" {
		t.Fatalf("%v %v", ran, err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			_ = insert(ctx, tx, 9)
			panic("boom")
		})
	}()
	if count(t, d) != 1 {
		t.Error("a panic committed")
	}
}

func TestViewRefusesWrites(t *testing.T) {
	t.Parallel()
	d := bench(t)
	err := d.View(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, 1) })
	if code(err) != "25006" {
		t.Fatal(err)
	}
}

// Two transactions that lock the same two rows in opposite order: one is the
// deadlock's victim, is run again, and both take effect once.
func TestTheLoserOfADeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	d := bench(t)
	if err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		return errors.Join(insert(ctx, tx, 1), insert(ctx, tx, 2))
	}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	runs := 0
	bump := func(first, second int, mine, theirs chan struct{}) error {
		once := false
		return d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			mu.Lock()
			runs++
			mu.Unlock()
			const q = "update bench.row set n = n + 1 where id = ?"
			if _, err := tx.ExecContext(ctx, q, first); err != nil {
				return err
			}
			if !once {
				once = true
				close(mine)
				<-theirs
			}
			_, err := tx.ExecContext(ctx, q, second)
			return err
		})
	}
	a, b := make(chan struct{}), make(chan struct{})
	var errA, errB error
	var wg sync.WaitGroup
	wg.Go(func() { errA = bump(1, 2, a, b) })
	wg.Go(func() { errB = bump(2, 1, b, a) })
	wg.Wait()
	if errA != nil || errB != nil || runs != 3 {
		t.Fatalf("%v, %v, %d runs", errA, errB, runs)
	}
	var sum int
	_ = d.View(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select sum(n) from bench.row").Scan(&sum)
	})
	if sum != 4 {
		t.Fatalf("sum %d, want 4", sum)
	}
}

func TestSerializationIsTriedThreeTimes(t *testing.T) {
	t.Parallel()
	d := bench(t)
	for fails, want := range map[int]int{2: 3, 5: 3} {
		runs := 0
		err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			runs++
			if runs <= fails {
				_, err := tx.ExecContext(ctx, "do $$ begin raise exception 'x' using errcode = '40001'; end $$")
				return err
			}
			return insert(ctx, tx, fails)
		})
		if runs != want || (fails == 2) != (err == nil) {
			t.Errorf("%d failures: %d runs, %v", fails, runs, err)
		}
	}
}

// What the triggers write is what the scope said.
func TestTheScopeReachesTheTriggers(t *testing.T) {
	t.Parallel()
	d := bench(t)
	id := ids.New()
	ctx := db.WithScope(t.Context(), db.Scope{
		Tenant: d.Tenant, Actor: db.Actor{Kind: db.ActorUser, ID: id, Name: "ma'ster"},
		Reason: "换座 '; --", Approver: "user:b", RequestID: "r-1",
	})
	err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := insert(ctx, tx, 1); err != nil {
			return err
		}
		return d.InTx(db.WithReason(ctx, "另一个原因"), func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, 2) })
	})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	err = d.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, "select actor, actor_name, reason, approver, request, action, target, key::text from audit.entry where target = 'bench.row' order by seq")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			r := make([]string, 8)
			if err := rows.Scan(&r[0], &r[1], &r[2], &r[3], &r[4], &r[5], &r[6], &r[7]); err != nil {
				return err
			}
			got = append(got, r)
		}
		return rows.Err()
	})
	want := "user:" + id.String() + `|ma'ster|换座 '; --|user:b|r-1|insert|bench.row|{"id": 1}`
	if err != nil || len(got) != 2 || strings.Join(got[0], "|") != want || got[1][2] != "另一个原因" {
		t.Fatalf("%v %q", err, got)
	}
	var left string
	if err := d.Pool().QueryRow(t.Context(), "select coalesce(current_setting('app.actor', true), '')").Scan(&left); err != nil || left != "" {
		t.Errorf("the scope outlives its transaction: %q %v", left, err)
	}
}

func TestUnreachableIsShownAsUnavailable(t *testing.T) {
	t.Parallel()
	d := bench(t)
	err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		kill(t, d, pid(ctx, t, tx))
		return insert(ctx, tx, 1)
	})
	if !errors.Is(err, db.ErrUnavailable) || errs.KindOf(err) != errs.Unavailable {
		t.Fatalf("%v", err)
	}
	if count(t, d) != 0 { // the pool also heals
		t.Fatal("a killed transaction left a row")
	}
}

func pid(ctx context.Context, t *testing.T, tx db.Tx) (n int) {
	t.Helper()
	if err := tx.QueryRowContext(ctx, "select pg_backend_pid()").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func kill(t *testing.T, d *dbtest.DB, pid int) {
	t.Helper()
	sudo(t, d, fmt.Sprintf("select pg_terminate_backend(%d, 10000)", pid))
}

// The server process dies while it commits: nobody can say whether it did.
func TestABrokenCommitIsOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	d := bench(t)
	// The deferred trigger runs within COMMIT and waits there for a lock that another connection holds.
	sudo(t, d, `set role parterre_owner; create function bench.wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(77); return null; end $$;
		create constraint trigger wait after insert on bench.row deferrable initially deferred for each row execute function bench.wait();`)
	holder, err := pgx.Connect(t.Context(), d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Close(context.WithoutCancel(t.Context())) }()
	if _, err := holder.Exec(t.Context(), "select pg_advisory_lock(77)"); err != nil {
		t.Fatal(err)
	}
	backend, after := make(chan int, 1), false
	done := make(chan error, 1)
	go func() {
		done <- d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			tx.AfterCommit(func() { after = true })
			if err := insert(ctx, tx, 1); err != nil {
				return err
			}
			backend <- pid(ctx, t, tx)
			return nil
		})
	}()
	n := <-backend
	for waiting := false; !waiting; { // until COMMIT waits for the lock
		if err := holder.QueryRow(t.Context(), "select exists(select from pg_locks where locktype = 'advisory' and pid = $1 and not granted)", n).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	kill(t, d, n)
	if err := <-done; !errors.Is(err, db.ErrUnknownOutcome) || after {
		t.Fatalf("%v, AfterCommit ran: %v", err, after)
	}
}

// A refusal at commit is known: nothing was made.
func TestARefusedCommitIsNotOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	d := bench(t)
	err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `create temp table later (id int unique deferrable initially deferred) on commit drop; insert into later values (1), (1)`)
		return err
	})
	if code(err) != "23505" || errors.Is(err, db.ErrUnknownOutcome) {
		t.Fatal(err)
	}
}

func TestRolesThatBypassThePoliciesAreRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	if x, err := db.Open(t.Context(), db.Config{DSN: d.AdminDSN}); err == nil || !strings.Contains(err.Error(), "bypasses row-level security") {
		t.Errorf("a superuser was let in: %v", err)
		x.Close()
	}
	x, err := db.Open(t.Context(), db.Config{DSN: d.AdminDSN, AssumeRole: true})
	if err != nil {
		t.Fatal(err)
	}
	x.Close()
}
