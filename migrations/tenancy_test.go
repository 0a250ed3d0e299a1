package migrations_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/dbtest"
)

// unforced lists the tables whose policy does not bind the owner, and why.
// The application's role is bound on all of them.
var unforced = map[string]string{
	"core.tenant": "functions of the owner answer which tenant a host belongs to before one is known",
	"audit.entry": "functions of the owner write and seal entries for whichever tenant a row belongs to",
	"audit.head":  "as audit.entry",
}

// open lists the tables without a policy, and why.
var open = map[string]string{
	"migration.step":          "belongs to no tenant; the application's role has no right on it",
	"codes.shared_sequence":   "a venue code's show numbers are one sequence for all tenants; the application's role has no right on it",
	"lab.exchange":            "the simulated platforms stand for other organisations' systems and have no tenants",
	"lab.setting":             "as lab.exchange",
	"payment_sandbox.payment": "the sandbox provider stands for another company's system and has no tenants",
	"payment_sandbox.refund":  "as payment_sandbox.payment",
	"payment_sandbox.notice":  "as payment_sandbox.payment",

	"payment_sandbox.merchant": "the simulated providers stand for other companies' systems and have no tenants",
	"payment_sandbox.trade":    "as payment_sandbox.merchant", "payment_sandbox.trade_refund": "as payment_sandbox.merchant", "payment_sandbox.message": "as payment_sandbox.merchant",
}

// definer lists the functions that run with their owner's rights, and why.
var definer = map[string]string{
	"core.tenant_ids": "jobs serve each tenant in turn; answers ids only",
	"core.tenant_of":  "a request comes before its tenant is known; answers an id only",
	"core.add_tenant": "a new tenant is in no tenant yet; not granted to the application",
	"audit.record":    "nobody but the triggers writes the log",
	"audit.seal":      "as audit.record",
	"audit.note":      "as audit.record; writes for the current tenant only",

	"codes.reserve_shared":  "a venue code's show numbers are one sequence for all tenants; answers a number only",
	"inventory.note_batch":  "as inventory.append: who writes as a batch cannot hide it",
	"inventory.prove_batch": "as inventory.note_batch",
	"inventory.append":      "only it writes the journal and its head, after it has checked the leases; under forced row-level security",
}

// unwatched lists the tables whose changes the audit log does not show, and why.
var unwatched = map[string]string{
	"audit.entry": "is the log", "audit.head": "is the log's end",
	"access.attempt":     "counters; each refusal is noted in the log by itself",
	"access.presence":    "to the minute when something was last seen; the log would hold little else",
	"core.idempotency":   "answers kept for a repeated request; what the request changed is in the log",
	"migration.step":     "belongs to no tenant",
	"checking.occupancy": "counters of what checking.scan holds", "checking.scan": "a log itself: scans are added and never changed",
	"codes.shared_sequence": "as codes.sequence", "inventory.open_batch": "a row lives as long as its transaction",
	"codes.sequence":    "counters that only go forward, by their own trigger",
	"inventory.journal": "is the sale path's log: immutable and hash-chained", "inventory.head": "is the journal's end",
	"inventory.session_journal": "where in the journal a session's events are", "inventory.snapshot": "made of the journal",
	"inventory.reseat": "as the journal's row of the same transaction tells",
	"inventory.lease":  "which process writes a session now",
	"reporting.fact":   "append-only, written with what it tells of", "reporting.message": "the bytes that were sent, kept as they were",
	"reporting.delivery": "state of sending; reporting.attempt is its log", "reporting.attempt": "a log itself",
	"reporting.channel_state": "state of sending", "reporting.projector": "how far the journal was read",
	"reporting.daily": "sums of the facts", "reporting.inbox": "which facts wait for their numbers", "reporting.unprojected": "append-only, what of the journal cannot be reported",
	"ticketmap.content": "documents by their hash, which ticketmap.revision names",
	"sales.message":     "state of sending; what it tells of is in the log",
	"sales.tries":       "counters; each look for an order is noted in the log by itself",
	"sales.asked":       "digests of requests, added once; what a request changed is in the log",
	"channel.push":      "state of sending; what was sold is in the orders", "channel.change": "append-only, numbers of changes that the log shows by themselves",
	"channel.seen": "digests of what channel.change tells of", "channel.position": "how far the journal was read",
	"lab.exchange": "a simulated platform's own", "lab.setting": "a simulated platform's own",
	"payment_sandbox.payment": "the sandbox's own", "payment_sandbox.refund": "the sandbox's own", "payment_sandbox.notice": "the sandbox's own",
	"payment_sandbox.merchant": "a simulated provider's own", "payment_sandbox.trade": "a simulated provider's own",
	"payment_sandbox.trade_refund": "a simulated provider's own", "payment_sandbox.message": "a simulated provider's own",
}

func list(t *testing.T, c *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, _ := c.Query(t.Context(), sql, args...)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%v in %s", err, sql)
	}
	return out
}

// tables is the from-clause of what the steps made, c the table and n its schema.
const tables = ` from pg_class c join pg_namespace n on n.oid = c.relnamespace
	where nspname not like 'pg\_%' and nspname <> 'information_schema' and relpersistence <> 't' `

func excused(t *testing.T, what string, found []string, by map[string]string) {
	t.Helper()
	for _, name := range found {
		if by[name] == "" {
			t.Errorf("%s: %s, and nobody excused it by name", name, what)
		}
	}
	for name := range by {
		if !slices.Contains(found, name) {
			t.Errorf("%s is excused (%s), but that is not so any more", name, what)
		}
	}
}

// SEC-ASVS-8.4.1: every table is closed to all but its tenant.
func TestEveryTableHasItsPolicy(t *testing.T) {
	t.Parallel()
	c := connect(t, dbtest.Private(t).AdminDSN)
	const name = `select format('%s.%s', nspname, relname)`
	if n := len(list(t, c, name+tables+`and relkind in ('r', 'p')`)); n < 10 {
		t.Fatalf("only %d tables were found", n)
	}
	excused(t, "has no row-level security with the tenant's policy", list(t, c, name+tables+`and relkind in ('r', 'p') and not (relrowsecurity and exists (
		select from pg_policy p where polrelid = c.oid and polcmd = '*' and polpermissive
			and pg_get_expr(polqual, c.oid) = '(tenant_id = core.current_tenant())' and pg_get_expr(polwithcheck, c.oid) = '(tenant_id = core.current_tenant())'))`), open)
	excused(t, "does not bind its owner", list(t, c, name+tables+`and relkind in ('r', 'p') and relrowsecurity and not relforcerowsecurity`), unforced)
	if more := list(t, c, `select polrelid::regclass || ' ' || polname from pg_policy where polname <> 'tenant'`); len(more) > 0 {
		t.Errorf("further policies would widen the tenant's: %v", more)
	}
	excused(t, "does not begin its primary key with the tenant", list(t, c, name+tables+`and relkind in ('r', 'p') and not exists (
		select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
		where i.indrelid = c.oid and i.indisprimary and a.attname = 'tenant_id')`), open)
	if views := list(t, c, name+tables+`and (relkind in ('m', 'f') or relkind = 'v' and not coalesce('security_invoker=true' = any(reloptions), false))`); len(views) > 0 {
		t.Errorf("views that look with their owner's eyes: %v", views)
	}
}

// SEC-MLPS-AUD-a: every table's changes are in the audit log.
func TestEveryTableIsWatched(t *testing.T) {
	t.Parallel()
	c := connect(t, dbtest.Private(t).AdminDSN)
	excused(t, "is not watched by the audit log", list(t, c, `select format('%s.%s', nspname, relname)`+tables+`and relkind in ('r', 'p') and not exists (
		select from pg_trigger where tgrelid = c.oid and tgfoid = 'audit.record'::regproc and tgenabled = 'O')`), unwatched)
}

// The application's role owns nothing, bypasses nothing, and can make nothing.
func TestTheApplicationsRoleIsSmall(t *testing.T) {
	t.Parallel()
	c := connect(t, dbtest.Private(t).AdminDSN)
	for what, sql := range map[string]string{
		"is more than a login": `select rolname::text from pg_roles where rolname = 'parterre_app' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
		"is a member of":       `select r.rolname::text from pg_auth_members m join pg_roles r on r.oid = roleid join pg_roles g on g.oid = member where g.rolname = 'parterre_app'`,
		"owns":                 `select classid::regclass || ' ' || objid from pg_shdepend join pg_roles r on r.oid = refobjid where r.rolname = 'parterre_app' and deptype = 'o' and dbid = (select oid from pg_database where datname = current_database())`,
		"may truncate":         `select c.oid::regclass::text` + tables + `and relkind in ('r', 'p') and has_table_privilege('parterre_app', c.oid, 'truncate')`,
		"may make triggers on": `select c.oid::regclass::text` + tables + `and relkind in ('r', 'p') and has_table_privilege('parterre_app', c.oid, 'trigger')`,
		"may make things in":   `select nspname::text from pg_namespace where has_schema_privilege('parterre_app', oid, 'create') and nspname not like 'pg\_%'`,
		"may write":            `select c.oid::regclass::text` + tables + `and c.oid = any(array['audit.entry', 'audit.head', 'core.tenant', 'migration.step']::regclass[]) and has_table_privilege('parterre_app', c.oid, 'insert, update, delete')`,
		"may call":             `select p.oid::regprocedure::text from pg_proc p where proname in ('add_tenant') and has_function_privilege('parterre_app', p.oid, 'execute')`,
	} {
		if got := list(t, c, sql); len(got) > 0 {
			t.Errorf("parterre_app %s: %v", what, got)
		}
	}
	const functions = ` from pg_proc p join pg_namespace n on n.oid = pronamespace where prosecdef and nspname not like 'pg\_%' and nspname <> 'information_schema'`
	excused(t, "runs with its owner's rights", list(t, c, `select format('%s.%s', nspname, proname)`+functions), definer)
	if open := list(t, c, `select p.oid::regprocedure::text`+functions+` and not coalesce('search_path=""' = any(proconfig), false)`); len(open) > 0 {
		t.Errorf("functions with their owner's rights whose search_path the caller chooses: %v", open)
	}
}

// The test above notices what it is there for.
func TestAnOpenTableIsNoticed(t *testing.T) {
	t.Parallel()
	c := connect(t, dbtest.Private(t).AdminDSN)
	if _, err := c.Exec(t.Context(), `create table core.a (tenant_id int primary key); create table core.b (tenant_id int primary key);
		alter table core.b enable row level security; create policy tenant on core.b using (true)`); err != nil {
		t.Fatal(err)
	}
	got := list(t, c, `select relname::text`+tables+`and relkind = 'r' and nspname = 'core' and not (relrowsecurity and exists (
		select from pg_policy p where polrelid = c.oid and pg_get_expr(polqual, c.oid) = '(tenant_id = core.current_tenant())')) order by 1`)
	if strings.Join(got, " ") != "a b" {
		t.Fatal(got)
	}
}
