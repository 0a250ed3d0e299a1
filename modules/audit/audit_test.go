package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parterre/modules/audit"
	"parterre/modules/audit/auditcmd"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/page"
)

// write makes n entries, each in a transaction of its own.
func write(t *testing.T, d *dbtest.DB, n int) {
	t.Helper()
	for i := range n {
		err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			return audit.Record(ctx, tx, audit.Event{
				Action: "test.did", Target: "test.thing",
				Key: map[string]any{"id": i, "名": "值:\"'\\"}, Detail: map[string]any{"n": 1.50, "text": "一\n二", "none": nil},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, d *dbtest.DB, anchors ...audit.Anchor) audit.Report {
	t.Helper()
	r, err := audit.New(d.DB).Verify(d.As(t.Context()), anchors...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tamper changes rows as a superuser who turns the triggers off.
func tamper(t *testing.T, d *dbtest.DB, sql string, args ...any) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	if _, err := c.Exec(t.Context(), "set session_replication_role = replica"); err != nil {
		t.Fatal(err)
	}
	tag, err := c.Exec(t.Context(), sql, args...)
	if err != nil || tag.RowsAffected() == 0 {
		t.Fatalf("tampering failed: %v, %d rows", err, tag.RowsAffected())
	}
}

// SEC-MLPS-AUD-c: what Go recomputes is what SQL sealed, for every column.
func TestChainHolds(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	before := verify(t, d)
	write(t, d, 7)
	r := verify(t, d)
	if !r.OK() || r.Entries != before.Entries+7 || r.Head.Seq != r.Entries {
		t.Fatalf("%+v", r)
	}
	if later := verify(t, d, before.Head); !later.OK() {
		t.Fatalf("an honest anchor is refused: %+v", later.Faults)
	}
}

func TestTamperingIsFoundWithItsNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sql string
		want      []string // kind@seq, what must be among the faults
	}{
		{"changed reason", "update audit.entry set reason = 'x' where tenant_id = $1 and seq = 4", []string{"changed@4"}},
		{"changed time by a microsecond", "update audit.entry set at = at + interval '1 microsecond' where tenant_id = $1 and seq = 3", []string{"changed@3"}},
		{"null for empty object", "update audit.entry set after = null where tenant_id = $1 and seq = 5", []string{"changed@5"}},
		{"changed hash", "update audit.entry set hash = sha256('x') where tenant_id = $1 and seq = 4", []string{"changed@4", "changed@5"}},
		{"cut out", "delete from audit.entry where tenant_id = $1 and seq = 3", []string{"missing@3"}},
		{"tail cut off", "delete from audit.entry where tenant_id = $1 and seq >= 6", []string{"missing@6"}},
		{"moved to another tenant", "update audit.entry set tenant_id = tenant_id + 1, seq = 1000 where tenant_id = $1 and seq = 4", []string{"missing@4"}},
		{"slipped in", `insert into audit.entry (tenant_id, at, actor, actor_name, reason, approver, request, action, target, key)
			values ($1, now(), 'user:x', '', '', '', '', 'insert', 'a.b', '{}')`, []string{"unsealed@0"}},
		{"added at the end", `insert into audit.entry (tenant_id, at, actor, actor_name, reason, approver, request, action, target, key, seq, hash)
			values ($1, now(), 'user:x', '', '', '', '', 'insert', 'a.b', '{}', 900, '\x00')`, []string{"beyond_head@0"}},
		{"changed head", "update audit.head set hash = sha256('x') where tenant_id = $1", []string{"head@7"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.Private(t)
			write(t, d, 7-int(verify(t, d).Entries))
			tamper(t, d, c.sql, d.Tenant)
			r := verify(t, d)
			for _, want := range c.want {
				found := false
				for _, f := range r.Faults {
					found = found || fmt.Sprintf("%s@%d", f.Kind, f.Seq) == want
				}
				if !found {
					t.Errorf("%s is not found: %+v", want, r.Faults)
				}
			}
			if err := auditcmd.Verify(t.Context(), d.AdminDSN, &strings.Builder{}); !errors.Is(err, auditcmd.ErrBroken) {
				t.Errorf("the command says %v", err)
			}
		})
	}
}

// A forger who also sets the head back leaves a chain that holds; only an
// anchor kept elsewhere shows it.
func TestOnlyAnAnchorShowsAHeadThatWasSetBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	write(t, d, 7-int(verify(t, d).Entries))
	anchor := verify(t, d).Head
	tamper(t, d, "delete from audit.entry where tenant_id = $1 and seq = 7", d.Tenant)
	tamper(t, d, "update audit.head h set seq = 6, hash = (select hash from audit.entry e where e.tenant_id = h.tenant_id and seq = 6) where tenant_id = $1", d.Tenant)
	if r := verify(t, d); !r.OK() {
		t.Fatalf("the control: %+v", r.Faults)
	}
	if r := verify(t, d, anchor); r.OK() || r.Faults[0].Kind != "anchor" {
		t.Fatalf("%+v", r)
	}
	text := fmt.Sprintf("%d:%s", d.Tenant, anchor)
	if err := auditcmd.Verify(t.Context(), d.AdminDSN, &strings.Builder{}, text); !errors.Is(err, auditcmd.ErrBroken) {
		t.Fatalf("the command says %v", err)
	}
}

func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return fmt.Sprint(err)
}

// SEC-MLPS-AUD-c, d: neither the application nor the owner changes what is written.
func TestEntriesAreImmutable(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	write(t, d, 1)
	for _, sql := range []string{"update audit.entry set reason = 'x'", "delete from audit.entry", "truncate audit.entry"} {
		c, err := pgx.Connect(t.Context(), d.AdminDSN)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), sql); code(err) != "PT403" {
			t.Errorf("the superuser's %q: %v", sql, err)
		}
		if _, err := c.Exec(t.Context(), "set role parterre_owner"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), sql); code(err) != "PT403" {
			t.Errorf("the owner's %q: %v", sql, err)
		}
		_ = c.Close(t.Context())
		err = d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, sql)
			return err
		})
		if code(err) != "42501" {
			t.Errorf("the application's %q: %v", sql, err)
		}
	}
	for _, sql := range []string{
		"insert into audit.head values (9, 9, '')", "update audit.head set seq = 0",
		"insert into audit.entry (tenant_id, at, actor, actor_name, reason, approver, request, action, target, key) values (1, now(), 'a', '', '', '', '', 'x', 'y', '{}')",
	} {
		err := d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, sql)
			return err
		})
		if code(err) != "42501" {
			t.Errorf("the application's %q: %v", sql, err)
		}
	}
}

// Every table that is watched refuses a change without an actor, and a truncate.
func TestNoChangeWithoutAnActor(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	c, err := pgx.Connect(t.Context(), d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	rows, _ := c.Query(t.Context(), `select distinct tgrelid::regclass::text from pg_trigger where tgfoid = 'audit.record'::regproc order by 1`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 7 {
		t.Fatalf("watched tables: %v, %v", tables, err)
	}
	for _, table := range tables {
		if err := insertBlank(t.Context(), c, table, ""); code(err) != "PT401" {
			t.Errorf("%s: a change without an actor: %v", table, err)
		}
		if err := insertBlank(t.Context(), c, table, "system:test"); err != nil {
			t.Errorf("%s: the control, with an actor: %v", table, err)
		}
		if _, err := c.Exec(t.Context(), "truncate "+table+" cascade"); code(err) != "PT403" {
			t.Errorf("%s: truncate: %v", table, err)
		}
	}
}

// insertBlank puts a row of made-up values into a table and takes it back. The
// table's checks and foreign keys are dropped for as long, so that it needs to
// know nothing of the table.
func insertBlank(ctx context.Context, c *pgx.Conn, table, actor string) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	var drops, cols, vals string
	err = tx.QueryRow(ctx, `select coalesce(string_agg(format('alter table %s drop constraint %I cascade;', conrelid::regclass, conname), ''), '')
		from pg_constraint where conrelid = $1::regclass and contype in ('c', 'f', 'x')`, table).Scan(&drops)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, drops, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `select set_config('app.tenant', '1', true), set_config('app.actor', $1, true)`, actor); err != nil {
		return err
	}
	err = tx.QueryRow(ctx, `select string_agg(quote_ident(attname), ', '), string_agg(case
			when attname = 'tenant_id' then '1'
			when typcategory = 'N' then '1' when typcategory = 'B' then 'false' when typcategory = 'D' then 'now()' when typcategory = 'A' then '''{}'''
			when typname = 'uuid' then 'gen_random_uuid()' when typname = 'bytea' then '''\x00''' when typname in ('json', 'jsonb') then '''{}'''
			when typcategory = 'T' then '''1 s''' when typcategory = 'R' then '''empty''' else '''x''' end, ', ')
		from pg_attribute a join pg_type y on y.oid = a.atttypid
		where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull and attidentity = '' and attgenerated = ''`, table).Scan(&cols, &vals)
	if err != nil {
		return err
	}
	if table == "core.tenant" {
		vals = strings.Replace(vals, "1,", "999999,", 1)
		_, err = tx.Exec(ctx, "insert into core.tenant ("+cols+", tenant_id) overriding system value values ("+vals+", 999999)", pgx.QueryExecModeSimpleProtocol)
		return err
	}
	_, err = tx.Exec(ctx, "insert into "+table+" ("+cols+") values ("+vals+")", pgx.QueryExecModeSimpleProtocol)
	return err
}

func TestANoteNeedsAnActorToo(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	_, err := d.Pool().Exec(t.Context(), "select audit.note('a.b', 'c.d', '{}', null)")
	if code(err) != "PT401" {
		t.Fatal(err)
	}
}

// 50 transactions at once, of several entries each: no gap, no deadlock.
func TestParallelTransactionsMakeOneChain(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	before := verify(t, d).Entries
	start := make(chan struct{})
	failed := make([]error, 50)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			<-start
			failed[i] = d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
				for j := range 1 + i%4 {
					if err := audit.Record(ctx, tx, audit.Event{Action: "test.did", Target: "test.thing", Key: map[string]any{"i": i, "j": j}}); err != nil {
						return err
					}
				}
				if i%10 == 9 {
					return errors.New("rolled back")
				}
				return nil
			})
		})
	}
	close(start)
	wg.Wait()
	want := before
	for i, err := range failed {
		switch {
		case i%10 == 9 && (err == nil || err.Error() != "rolled back"), i%10 != 9 && err != nil:
			t.Errorf("%d: %v", i, err)
		case i%10 != 9:
			want += int64(1 + i%4)
		}
	}
	if r := verify(t, d); !r.OK() || r.Entries != want {
		t.Fatalf("%d entries, want %d: %+v", r.Entries, want, r.Faults)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	s := audit.New(d.DB)
	write(t, d, 5)
	all, err := s.Search(d.As(t.Context()), audit.Filter{Target: "test.thing"}, page.Request{Size: 2})
	if err != nil || len(all.Items) != 2 || all.Next == "" || all.Items[0].Seq <= all.Items[1].Seq {
		t.Fatalf("%+v %v", all, err)
	}
	rest, err := s.Search(d.As(t.Context()), audit.Filter{Target: "test.thing"}, page.Request{Size: 10, Cursor: all.Next})
	if err != nil || len(rest.Items) != 3 || rest.Next != "" {
		t.Fatalf("%+v %v", rest, err)
	}
	one, err := s.Search(d.As(t.Context()), audit.Filter{Key: map[string]string{"id": "3"}, Actor: "system:test"}, page.Request{})
	if err != nil || len(one.Items) != 1 || !strings.Contains(string(one.Items[0].After), "一") {
		t.Fatalf("%+v %v", one, err)
	}
	for name, f := range map[string]audit.Filter{"actor": {Actor: "user:x"}, "key": {Key: map[string]string{"id": "99"}}, "to": {To: dbtest.Start.AddDate(-9, 0, 0)}} {
		if none, err := s.Search(d.As(t.Context()), f, page.Request{}); err != nil || len(none.Items) != 0 {
			t.Errorf("%s: %+v %v", name, none, err)
		}
	}
	foreign, err := s.Search(d.AsTenant(t.Context(), d.Other), audit.Filter{Target: "test.thing"}, page.Request{})
	if err != nil || len(foreign.Items) != 0 {
		t.Fatalf("another tenant sees %+v %v", foreign, err)
	}
}

func TestCommandOverAllTenants(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	write(t, d, 3)
	var out strings.Builder
	if err := auditcmd.Verify(t.Context(), d.AdminDSN, &out); err != nil {
		t.Fatal(err, out.String())
	}
	if strings.Count(out.String(), "  ok  ") != 2 {
		t.Fatal(out.String())
	}
}
