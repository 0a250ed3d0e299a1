package httpx_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
)

type addInput struct {
	Body struct {
		Name string `json:"name"`
	}
}

type addOutput struct {
	Body struct {
		Number int64  `json:"number"`
		Name   string `json:"name"`
	}
}

// counter is an operation whose effects can be counted: each inserts a row.
type counter struct {
	w      *accesstest.World
	runs   atomic.Int64
	during func(run int64) error // called in the handler, after its insert
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{during: func(int64) error { return nil }}
	c.w = accesstest.New(t, func(w *accesstest.World) {
		for path, mode := range map[string]httpx.Mode{"/api/v1/marks": httpx.Auto, "/api/v1/unkeyed": httpx.ByHandler} {
			httpx.Register(w.Server.API, httpx.Op{ID: "t" + path, Method: "POST", Path: path, Tag: "t", Summary: "x", Needs: "show.manage", Mode: mode}, c.add)
		}
		httpx.Register(w.Server.API, httpx.Op{ID: "t.put", Method: "PUT", Path: "/api/v1/marks", Tag: "t", Summary: "x", Needs: "show.manage"}, c.add)
	})
	c.w.Sudo(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `create table core.mark (tenant_id int not null, id bigint generated always as identity, name text, primary key (tenant_id, id)); select core.protect('core.mark')`, pgx.QueryExecModeSimpleProtocol)
		return err
	})
	return c
}

func (c *counter) add(ctx context.Context, in *addInput) (*addOutput, error) {
	run := c.runs.Add(1)
	out := &addOutput{}
	err := c.w.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		out.Body.Name = in.Body.Name
		if err := tx.QueryRowContext(ctx, "insert into core.mark (tenant_id, name) values (?, ?) returning id", tx.Scope.Tenant, in.Body.Name).Scan(&out.Body.Number); err != nil {
			return err
		}
		return c.during(run)
	})
	return out, err
}

func (c *counter) effects(t *testing.T) (n int) {
	t.Helper()
	c.w.Sudo(func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "select count(*) from core.mark").Scan(&n)
	})
	return n
}

func (c *counter) send(who *accesstest.Client, method, path, key, name string) *accesstest.Reply {
	return who.Do(method, path, map[string]any{"name": name}, accesstest.Header("Idempotency-Key", key))
}

func TestOneKeyOneEffectOneAnswer(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	m := c.w.Client(access.Manager)
	const key = "intent-0001"
	first := c.send(m, "POST", "/api/v1/marks", key, "甲").Want(200)
	again := c.send(m, "POST", "/api/v1/marks", key, "甲").Want(200)
	if string(first.Body) != string(again.Body) || c.effects(t) != 1 {
		t.Fatalf("%s, then %s, %d effects", first.Body, again.Body, c.effects(t))
	}
	c.send(m, "POST", "/api/v1/marks", key, "乙").WantProblem(409, "core.idempotency_reused")
	m.Do("POST", "/api/v1/marks?x=1", map[string]any{"name": "甲"}, accesstest.Header("Idempotency-Key", key)).Want(422) // no such parameter; nothing is kept of it
	c.send(m, "PUT", "/api/v1/marks", key, "甲").WantProblem(409, "core.idempotency_reused")
	if c.effects(t) != 1 {
		t.Fatal("a refused request had an effect")
	}
	c.send(m, "POST", "/api/v1/marks", "intent-0002", "甲").Want(200)
	c.send(c.w.SignedIn(c.w.Tenant, access.Manager), "POST", "/api/v1/marks", key, "丙").Want(200) // keys are each caller's own
	c.send(c.w.Other(access.Manager), "POST", "/api/v1/marks", key, "丁").Want(200)
	if n := c.effects(t); n != 4 {
		t.Fatalf("%d effects, want 4", n)
	}
}

func TestKeysAreAskedFor(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	m := c.w.Client(access.Manager)
	for _, key := range []string{"", "short", fmt.Sprintf("%0101d", 1)} {
		if r := c.send(m, "POST", "/api/v1/marks", key, "甲"); r.Status != 422 {
			t.Errorf("key of %d characters: %d %s", len(key), r.Status, r.Body)
		}
	}
	if c.effects(t) != 0 {
		t.Error("a request without a good key had an effect")
	}
	c.send(m, "PUT", "/api/v1/marks", "", "甲").Want(200) // a PUT may, but need not, carry one
}

// The control: without the guard a request sent twice takes effect twice.
func TestWithoutTheGuardEffectsRepeat(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for range 2 {
		c.send(c.w.Client(access.Manager), "POST", "/api/v1/unkeyed", "intent-0001", "甲").Want(200)
	}
	if n := c.effects(t); n != 2 {
		t.Fatalf("%d effects: this test no longer shows what the guard is for", n)
	}
}

// The same request sent many times at once: one effect, one answer.
func TestParallelSendersGetOneAnswer(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	m := c.w.Client(access.Manager)
	const n = 12
	bodies := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r := c.send(m, "POST", "/api/v1/marks", "intent-0001", "甲")
			bodies[i] = fmt.Sprintf("%d %s", r.Status, r.Body)
		})
	}
	wg.Wait()
	for _, b := range bodies {
		if b != bodies[0] || b[:3] != "200" {
			t.Errorf("%s, and %s", b, bodies[0])
		}
	}
	if c.effects(t) != 1 || c.runs.Load() != 1 {
		t.Fatalf("%d effects of %d runs", c.effects(t), c.runs.Load())
	}
}

// A handler that fails or crashes leaves neither an effect nor its key, so the
// same request can be sent again.
func TestFailureLeavesNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	m := c.w.Client(access.Manager)
	c.during = func(run int64) error {
		switch run {
		case 1:
			return errs.New(errs.Conflict, "t.no", "否。", "No.")
		case 2:
			return errors.New("internal")
		case 3:
			panic("crash")
		}
		return nil
	}
	for i, want := range []int{409, 500, 500, 200, 200} {
		if r := c.send(m, "POST", "/api/v1/marks", "intent-0001", "甲"); r.Status != want {
			t.Fatalf("try %d: %d, want %d: %s", i+1, r.Status, want, r.Body)
		}
		effects := 0
		if want == 200 {
			effects = 1
		}
		if n := c.effects(t); n != effects {
			t.Fatalf("try %d: %d effects", i+1, n)
		}
	}
	if c.runs.Load() != 4 {
		t.Fatalf("%d runs, want 4: the fifth gets the fourth's answer", c.runs.Load())
	}
}

// The server process dies after the effect and before the commit: nothing is
// left, and the same key works afterwards.
func TestACrashBetweenLeavesNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	m := c.w.Client(access.Manager)
	c.during = func(run int64) error {
		if run > 1 {
			return nil
		}
		c.w.Sudo(func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, `select pg_terminate_backend(pid, 10000) from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`)
			return err
		})
		return nil
	}
	if r := c.send(m, "POST", "/api/v1/marks", "intent-0001", "甲"); r.Status != 503 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if n := c.effects(t); n != 0 {
		t.Fatalf("%d effects", n)
	}
	c.send(m, "POST", "/api/v1/marks", "intent-0001", "甲").Want(200)
	if n := c.effects(t); n != 1 {
		t.Fatalf("%d effects", n)
	}
}
