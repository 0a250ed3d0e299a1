package accesstest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// Target says how Isolation tries one operation. Ids in it are of things of
// the second tenant.
type Target struct {
	// Params are the path's parameters.
	Params map[string]string
	// Query and Body go with the request; they may name the other tenant's
	// things too. Body should be one that the owner's request would carry.
	Query string
	Body  any
	// Owner is who may do this in the second tenant, for the control; default
	// is any client with the permission.
	Owner *Client
	// NoControl says why the owner cannot do it here, so that the control is left out.
	NoControl string
	// Plain says why the operation names no thing. It is still called if it is
	// a GET, and may not show any id of the second tenant.
	Plain string
}

// Isolation shows that an account of the first tenant reaches nothing of the
// second (SEC-ASVS-8.4.1, 8.2.2): every operation of the API is called by
// everybody of the first tenant who has its permission, with ids of the
// second. The answer must be 404 (or, for ids in a query or body alone, any
// refusal), no answer may show such an id, and not one row of the second
// tenant may have changed. As the control, the owner's own request must not
// be answered by 404: a wrong id would prove nothing.
//
// The API's operations are listed by the API itself: one that is not in table
// fails the test, as does one in table that the API does not have.
func Isolation(t T, w *World, table map[string]Target) {
	t.Helper()
	routes := w.Server.Routes()
	known := map[string]bool{}
	var foreign []string
	for _, r := range routes {
		known[r.ID] = true
		target, listed := table[r.ID]
		if !listed {
			t.Errorf("%s (%s %s) is not in the table: give ids of the other tenant, or say why it is plain", r.ID, r.Method, r.Path)
			continue
		}
		if missing := missingParams(r.Path, target.Params); len(missing) > 0 {
			t.Errorf("%s: the path parameters %v need ids of the other tenant", r.ID, missing)
		}
		if target.Plain == "" && len(target.Params) == 0 && target.Query == "" && target.Body == nil {
			t.Errorf("%s: nothing of the other tenant is tried; say why it is plain", r.ID)
		}
		for _, v := range target.Params {
			if _, err := ids.Parse(v); err == nil {
				foreign = append(foreign, v)
			}
		}
	}
	for id := range table {
		if !known[id] {
			t.Errorf("%s is in the table, but the API has no such operation", id)
		}
	}
	if t.Failed() {
		return
	}
	before := w.snapshot()
	for _, r := range routes {
		attack(t, w, r, table[r.ID], foreign)
		w.pause()
	}
	if changed := differences(before, w.snapshot()); len(changed) > 0 {
		t.Errorf("the first tenant changed rows of the second in %v", changed)
	}
	for _, safe := range []bool{true, false} { // reading first: writing may end what is read
		for _, r := range routes {
			if (r.Method == http.MethodGet) == safe {
				control(t, w, r, table[r.ID])
			}
			w.pause()
		}
	}
}

func attack(t T, w *World, r httpx.Route, target Target, foreign []string) {
	t.Helper()
	if target.Plain != "" && (r.Method != http.MethodGet || r.Raw) {
		return
	}
	for _, c := range w.holders(w.Tenant, r.Needs) {
		reply := c.Do(r.Method, fill(r.Path, target), target.Body)
		switch {
		case target.Plain != "":
		case len(target.Params) > 0 && reply.Status != http.StatusNotFound:
			t.Errorf("%s by %s: status %d, want 404: %s", r.ID, c.Actor.Kind, reply.Status, reply.Body)
		case reply.Status < 400:
			t.Errorf("%s by %s: status %d for ids of another tenant: %s", r.ID, c.Actor.Kind, reply.Status, reply.Body)
		}
		for _, id := range foreign {
			if strings.Contains(string(reply.Body), id) && reply.Status < 400 {
				t.Errorf("%s by %s shows %s of another tenant", r.ID, c.Actor.Kind, id)
			}
		}
	}
}

func control(t T, w *World, r httpx.Route, target Target) {
	t.Helper()
	if target.Plain != "" || target.NoControl != "" || len(target.Params) == 0 {
		return
	}
	owner := target.Owner
	if owner == nil {
		owner = w.holders(w.DB.Other, r.Needs)[0]
	}
	reply := owner.Do(r.Method, fill(r.Path, target), target.Body)
	if s := reply.Status; s == 401 || s == 403 || s == 404 || s >= 500 {
		t.Errorf("%s: the control, by the owner: status %d, so this test shows nothing: %s", r.ID, s, reply.Body)
	}
}

// holders returns one client of each kind that has the permission.
func (w *World) holders(tenant int32, need httpx.Permission) []*Client {
	w.t.Helper()
	if need == httpx.Public {
		return []*Client{w.visitor(tenant)}
	}
	var out []*Client
	for _, r := range access.Roles {
		if need == httpx.SignedIn || access.RoleCan(r.Role, need) {
			out = append(out, w.of(tenant, r.Role))
			break
		}
	}
	for _, k := range access.DeviceKinds {
		if access.DeviceCan(k, need) {
			out = append(out, w.deviceOf(tenant, k))
			break
		}
	}
	if access.BuyerCan(need) {
		out = append(out, w.once(tenant, "buyer", func() *Client { return w.BuyerOf(tenant) }))
	}
	if access.KeyMay(need) {
		out = append(out, w.once(tenant, "key "+string(need), func() *Client { return w.keyOf(tenant, need) }))
	}
	if len(out) == 0 {
		w.t.Fatalf("accesstest: nobody has the permission %s; is it in access.Grants?", need)
	}
	return out
}

func params(path string) []string {
	var out []string
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, "{") {
			out = append(out, strings.Trim(part, "{}"))
		}
	}
	return out
}

func missingParams(path string, have map[string]string) []string {
	return slices.DeleteFunc(params(path), func(p string) bool { return have[p] != "" })
}

func fill(path string, target Target) string {
	for k, v := range target.Params {
		path = strings.ReplaceAll(path, "{"+k+"}", v)
	}
	if target.Query != "" {
		path += "?" + target.Query
	}
	return path
}

// snapshot returns a hash per table of all rows of the second tenant.
func (w *World) snapshot() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		rows, err := c.Query(ctx, `select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid
			where c.relkind = 'r' and a.attname = 'tenant_id' and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`)
		if err != nil {
			return err
		}
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, table := range tables {
			row := "x::text"
			if table == "inventory.lease" { // writers renew their leases as time goes by; epoch and owner must stand
				row = "(to_jsonb(x) - 'expires_at')::text"
			}
			var sum string
			q := fmt.Sprintf("select count(*) || ' ' || coalesce(md5(string_agg(%[2]s, E'\\n' order by %[2]s)), '') from %[1]s x where tenant_id = $1", table, row)
			if err := c.QueryRow(ctx, q, w.DB.Other).Scan(&sum); err != nil {
				return err
			}
			out[table] = sum
		}
		return nil
	})
	return out
}

func differences(a, b map[string]string) []string {
	var out []string
	for k, v := range b {
		if a[k] != v {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// T is what Isolation and Permissions need of a *testing.T; their own tests
// give them one that writes down.
type T interface {
	Helper()
	Failed() bool
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}
