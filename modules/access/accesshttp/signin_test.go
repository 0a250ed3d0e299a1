package accesshttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/page"
)

func signIn(c *accesstest.Client, login, password string) *accesstest.Reply {
	return c.Do("POST", "/api/v1/auth/sign-in", map[string]any{"login": login, "password": password})
}

func noted(t *testing.T, w *accesstest.World, action string) []audit.Entry {
	t.Helper()
	p, err := audit.New(w.DB.DB).Search(w.As(t.Context()), audit.Filter{Action: action}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Items
}

// A wrong password, an unknown login and a disabled account answer alike, and
// the log holds the account if there is one and never what was typed.
func TestRefusalsLookAlike(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	known := account(t, w, w.As(t.Context()), "known")
	gone := account(t, w, w.As(t.Context()), "gone")
	yes := true
	if _, err := w.Access.UpdateAccount(w.As(t.Context()), gone.ID, access.AccountUpdate{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, c := range [][2]string{{"known", "wrong-password"}, {"secret-typed-here", "wrong-password"}, {"gone", goodPassword}} {
		r := signIn(w.Visitor(), c[0], c[1]).WantProblem(401, "access.wrong_password")
		r.Problem.RequestID = ""
		raw, _ := json.Marshal(r.Problem)
		bodies = append(bodies, string(raw))
		if r.Header.Get("Set-Cookie") != "" {
			t.Error("a refusal sets a cookie")
		}
	}
	if bodies[0] != bodies[1] || bodies[0] != bodies[2] {
		t.Errorf("the answers differ: %q", bodies)
	}
	list := noted(t, w, "access.sign_in_refused")
	if len(list) != 3 || !strings.Contains(string(list[2].Key), known.ID.String()) || string(list[1].Key) != "{}" || !strings.Contains(string(list[0].Key), gone.ID.String()) {
		t.Fatalf("%+v", list)
	}
	for _, e := range list {
		if raw, _ := json.Marshal(e); strings.Contains(string(raw), "secret-typed") {
			t.Errorf("the log holds what was typed: %s", raw)
		}
	}
}

// SEC-MLPS-ID-b: pauses grow, for known and unknown logins alike, and end.
func TestLockGrows(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known")
	p := access.DefaultPolicy
	p.LockAfter, p.LockSeconds, p.LockMaxSeconds = 3, 10, 25
	if err := w.Access.SetPolicy(w.As(t.Context()), p); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"known", "unknown"} {
		var waits []string
		for range 8 {
			r := signIn(w.Visitor(), login, "wrong-password")
			if r.Status == 429 {
				waits = append(waits, fmt.Sprint(r.Problem.Params["seconds"]))
				w.Clock.Advance(time.Duration(r.Problem.Params["seconds"].(float64)) * time.Second)
			}
		}
		if got := strings.Join(waits, " "); got != "11 21 26" {
			t.Errorf("%s: pauses of %s", login, got)
		}
	}
	w.Clock.Advance(time.Minute)
	signIn(w.Visitor(), "known", goodPassword).Want(200)
	for range 2 { // forgiven: the count starts anew
		signIn(w.Visitor(), "known", "wrong-password").Want(401)
	}
	signIn(w.Visitor(), "known", goodPassword).Want(200)
}

// A stranger's failures lock the stranger out, not the account's owner; many
// strangers together are stopped all the same.
func TestStrangersCannotLockAnAccount(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known")
	try := func(password, from string) error {
		_, err := w.Access.SignIn(w.As(t.Context()), "known", password, "", from)
		return err
	}
	for range 2 * access.DefaultPolicy.LockAfter {
		_ = try("wrong-password", "203.0.113.1")
	}
	if err := try(goodPassword, "203.0.113.1"); errs.CodeOf(err) != "access.locked" {
		t.Errorf("the guesser is told %v", err)
	}
	if err := try(goodPassword, "198.51.100.1"); err != nil {
		t.Errorf("the owner is told %v", err)
	}
	for i := range 20 * access.DefaultPolicy.LockAfter {
		if err := try("wrong-password", fmt.Sprintf("192.0.2.%d", i)); errs.CodeOf(err) != "access.wrong_password" && i < 19*access.DefaultPolicy.LockAfter {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if err := try(goodPassword, "198.51.100.1"); errs.CodeOf(err) != "access.locked" {
		t.Errorf("a hundred guesses from as many addresses: %v", err)
	}
}

// Guesses sent all at once do not outrun the count.
func TestParallelGuessesAreCounted(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known")
	var wg sync.WaitGroup
	status := make([]int, 24)
	for i := range status {
		c := w.Visitor()
		wg.Go(func() { status[i] = signIn(c, "known", "wrong-password").Status })
	}
	wg.Wait()
	tried := 0
	for _, s := range status {
		if s == 401 {
			tried++
		} else if s != 429 {
			t.Errorf("status %d", s)
		}
	}
	if tried != access.DefaultPolicy.LockAfter {
		t.Fatalf("%d guesses were looked at, want %d", tried, access.DefaultPolicy.LockAfter)
	}
	signIn(w.Visitor(), "known", goodPassword).WantProblem(429, "access.locked")
}

func TestForeignSitesCannotAct(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known")
	body := map[string]any{"login": "known", "password": goodPassword}
	w.Visitor().Do("POST", "/api/v1/auth/sign-in", body, accesstest.Header("X-Parterre", "")).WantProblem(403, "access.csrf")
	w.Visitor().Do("POST", "/api/v1/auth/guest", nil, accesstest.Header("X-Parterre", "")).WantProblem(403, "access.csrf")
	admin := w.Client(access.PlatformAdmin)
	admin.Do("PUT", "/api/v1/access-policy", access.DefaultPolicy, accesstest.Header("X-Parterre", "")).WantProblem(403, "access.csrf")
	admin.Do("PUT", "/api/v1/access-policy", access.DefaultPolicy).Want(200)
}

// SEC-ASVS-7.3, 7.4: idle and absolute ends, and a new token at each sign-in.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	p := access.DefaultPolicy
	p.IdleMinutes, p.SessionMinutes = 10, 25
	if err := w.Access.SetPolicy(w.As(t.Context()), p); err != nil {
		t.Fatal(err)
	}
	account(t, w, w.As(t.Context()), "known")
	me := func(c *accesstest.Client, status int) {
		t.Helper()
		c.Do("GET", "/api/v1/auth/me", nil).Want(status)
	}
	c := w.Visitor()
	signIn(c, "known", goodPassword).Want(200)
	for range 3 { // used all the time, it ends after 25 minutes
		w.Clock.Advance(8 * time.Minute)
		me(c, 200)
	}
	w.Clock.Advance(time.Minute)
	me(c, 401)
	signIn(c, "known", goodPassword).Want(200) // with the ended cookie in hand
	me(c, 200)
	w.Clock.Advance(10 * time.Minute) // idle
	me(c, 401)

	signIn(c, "known", goodPassword).Want(200)
	old := c.Cookie(access.SessionCookie)
	signIn(c, "known", goodPassword).Want(200)
	if c.Cookie(access.SessionCookie) == old {
		t.Fatal("the token was not renewed")
	}
	thief := w.Visitor()
	thief.SetCookie(access.SessionCookie, old)
	me(thief, 401)
	me(c, 200)
}

// SEC-ASVS-8.3.2: what an administrator changes counts from the next request on.
func TestChangesActAtOnce(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	a := account(t, w, w.As(t.Context()), "known", access.Manager)
	admin, c := w.Client(access.PlatformAdmin), w.Visitor()
	signIn(c, "known", goodPassword).Want(200)
	c.Do("GET", "/api/v1/users", nil).Want(200)
	path := "/api/v1/users/" + a.ID.String()
	admin.Do("PUT", path+"/roles", map[string]any{"roles": []string{"seller"}}).Want(200)
	c.Do("GET", "/api/v1/users", nil).WantProblem(403, "access.denied")
	c.Do("GET", "/api/v1/auth/me", nil).Want(200)
	admin.Do("PATCH", path, map[string]any{"disabled": true}).Want(200)
	c.Do("GET", "/api/v1/auth/me", nil).WantProblem(401, "access.session_ended")
	admin.Do("PATCH", path, map[string]any{"disabled": false}).Want(200)
	c.Do("GET", "/api/v1/auth/me", nil).WantProblem(401, "access.session_ended")
	signIn(c, "known", goodPassword).Want(200)

	const next = "Xin-mima-7788"
	admin.Do("PATCH", path, map[string]any{"password": next}).Want(200)
	c.Do("GET", "/api/v1/auth/me", nil).Want(401)
	signIn(c, "known", goodPassword).Want(401)
	signIn(c, "known", next).Want(200)
	if c.Do("GET", "/api/v1/auth/me", nil).Want(200).Get("mustChangePassword") != "true" {
		t.Error("a password that an administrator knows need not be changed")
	}
	c.Do("GET", "/api/v1/users", nil).WantProblem(403, "access.denied")
}

func TestChangeOfPassword(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known", access.Manager)
	c, elsewhere := w.Visitor(), w.Visitor()
	signIn(c, "known", goodPassword).Want(200)
	signIn(elsewhere, "known", goodPassword).Want(200)
	change := func(old, fresh string) *accesstest.Reply {
		return c.Do("POST", "/api/v1/auth/password", map[string]any{"old": old, "new": fresh})
	}
	change("wrong-old-one", "Lingyi-4455-x").WantProblem(422, "access.old_password")
	if r := change(goodPassword, "short").WantProblem(422, "access.password"); r.Problem.Fields[0].Path != "new" || r.Problem.Rule != "SEC-MLPS-ID-a" {
		t.Errorf("%+v", r.Problem)
	}
	change(goodPassword, goodPassword).WantProblem(422, "access.password")
	old := c.Cookie(access.SessionCookie)
	change(goodPassword, "Lingyi-4455-x").Want(200)
	if c.Cookie(access.SessionCookie) == old {
		t.Error("the session was not renewed")
	}
	c.Do("GET", "/api/v1/users", nil).Want(200)
	elsewhere.Do("GET", "/api/v1/auth/me", nil).Want(401)
	w.Device(access.GateDevice).Do("POST", "/api/v1/auth/password", map[string]any{"old": "a", "new": "b"}).WantProblem(403, "access.staff_only")
}

// The tenant's policy may ask for a new password after some days.
func TestPasswordsMayAge(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known", access.Manager)
	p := access.DefaultPolicy
	p.PasswordDays = 90
	if err := w.Access.SetPolicy(w.As(t.Context()), p); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(89 * 24 * time.Hour)
	c := w.Visitor()
	if got := signIn(c, "known", goodPassword).Want(200).Get("mustChangePassword"); got != "false" {
		t.Errorf("after 89 days: %s", got)
	}
	w.Clock.Advance(24 * time.Hour)
	if got := signIn(c, "known", goodPassword).Want(200).Get("mustChangePassword"); got != "true" {
		t.Errorf("after 90 days: %s", got)
	}
	c.Do("GET", "/api/v1/users", nil).Want(403)
	c.Do("POST", "/api/v1/auth/password", map[string]any{"old": goodPassword, "new": "Lingyi-4455-x"}).Want(200)
	c.Do("GET", "/api/v1/users", nil).Want(200)
}

// A credential is good for its own tenant only.
func TestCredentialsStayInTheirTenant(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.AsTenant(t.Context(), w.DB.Other), "known", access.Manager)
	signIn(w.Visitor(), "known", goodPassword).Want(401)
	c := w.Visitor()
	beta := accesstest.Header("X-Parterre-Tenant", "beta")
	if got := c.Do("POST", "/api/v1/auth/sign-in", map[string]any{"login": "known", "password": goodPassword}, beta).Want(200).Get("tenantName"); got != "乙剧院" {
		t.Errorf("signed in to %s", got)
	}
	c.Do("GET", "/api/v1/auth/me", nil, beta).Want(200)
	c.Do("GET", "/api/v1/auth/me", nil).WantProblem(401, "access.credential") // this client names alpha
	c.Do("GET", "/api/v1/auth/me", nil, accesstest.Header("X-Parterre-Tenant", "")).Want(200)
	w.Visitor().Do("POST", "/api/v1/auth/guest", nil, accesstest.Header("X-Parterre-Tenant", "none")).WantProblem(404, "access.tenant")
	token := c.Cookie(access.SessionCookie)
	forged := fmt.Sprintf("ses-%d-%s", w.Tenant, token[strings.LastIndex(token, "-")+1:])
	c.SetCookie(access.SessionCookie, forged)
	c.Do("GET", "/api/v1/auth/me", nil, accesstest.Header("X-Parterre-Tenant", "")).Want(401)
}

// SEC-MLPS-CONF-b, RES-a: no row of any table holds a secret in readable form.
func TestNoSecretIsStored(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "known", access.Manager)
	c := w.Visitor()
	signIn(c, "known", goodPassword).Want(200)
	secrets := []string{goodPassword, c.Cookie(access.SessionCookie)}
	code := c.Do("POST", "/api/v1/devices/pairing-codes", map[string]any{"kind": "gate", "name": "一号门"}).Want(201).Get("code")
	key := w.Visitor().Do("POST", "/api/v1/devices/pair", map[string]any{"code": code}).Want(201).Get("key")
	api := w.Client(access.PlatformAdmin).Do("POST", "/api/v1/api-keys", map[string]any{"name": "k", "permissions": []string{"show.read"}, "days": 3}).Want(201).Get("secret")
	w.Client(access.PlatformAdmin).Do("POST", "/api/v1/users", map[string]any{"login": "second", "name": "二", "password": "Chusheng-88-x", "roles": []string{}}).Want(201)
	secrets = append(secrets, code, key, api, "Chusheng-88-x")
	for _, s := range secrets {
		if len(s) < 8 {
			t.Fatalf("a secret is missing: %q", secrets)
		}
	}
	w.Sudo(func(ctx context.Context, conn *pgx.Conn) error {
		rows, _ := conn.Query(ctx, `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname not like 'pg\_%' and nspname <> 'information_schema'`)
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, table := range tables {
			for i, s := range secrets {
				var found bool
				q := fmt.Sprintf("select exists(select from %s x where strpos(x::text, $1) > 0 or strpos(x::text, encode($1::text::bytea, 'hex')) > 0)", table)
				if err := conn.QueryRow(ctx, q, s).Scan(&found); err != nil {
					return err
				}
				if found {
					t.Errorf("%s holds secret %d", table, i)
				}
			}
		}
		var control bool // the search does find what is there
		err = conn.QueryRow(ctx, "select exists(select from access.account x where strpos(x::text, 'argon2id') > 0)").Scan(&control)
		if err == nil && !control {
			t.Error("the control found nothing")
		}
		return err
	})
	for _, e := range noted(t, w, "insert") {
		if s := string(e.After); strings.Contains(s, "argon2id") || strings.Contains(s, `_hash": "\\x`) {
			t.Errorf("the log holds a hash: %s", s)
		}
	}
}

func TestBuyers(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t, shop)
	c := w.Visitor()
	c.Do("GET", "/api/v1/shop/things", nil).WantProblem(401, "access.sign_in")
	if got := c.Do("POST", "/api/v1/auth/guest", nil).Want(200).Get("fresh"); got != "true" {
		t.Error(got)
	}
	token := c.Cookie(access.BuyerCookie)
	c.Do("GET", "/api/v1/auth/me", nil).Want(200)
	if got := c.Do("POST", "/api/v1/auth/guest", nil).Want(200).Get("fresh"); got != "false" || c.Cookie(access.BuyerCookie) != token {
		t.Error("a good cookie was replaced")
	}
	c.Do("GET", "/api/v1/shop/things", nil).Want(204)
	c.Do("GET", "/api/v1/users", nil).WantProblem(403, "access.denied")

	staff := w.SignedIn(w.Tenant, access.Manager) // staff shop as anybody does, in the same browser
	staff.Do("GET", "/api/v1/shop/things", nil).WantProblem(401, "access.sign_in")
	staff.Do("POST", "/api/v1/auth/guest", nil).Want(200)
	staff.Do("GET", "/api/v1/shop/things", nil).Want(204)
	staff.Do("GET", "/api/v1/users", nil).Want(200)

	parts := strings.SplitN(token, "-", 4) // nobody makes a cookie for himself: the time of issue is signed too
	var issued int64
	if _, err := fmt.Sscan(parts[2], &issued); err != nil {
		t.Fatal(err)
	}
	forged := w.Visitor()
	forged.SetCookie(access.BuyerCookie, fmt.Sprintf("buy-%s-%d-%s", parts[1], issued-1, parts[3]))
	forged.Do("GET", "/api/v1/auth/me", nil).Want(401)
	forged.SetCookie(access.BuyerCookie, fmt.Sprintf("buy-%s-%d-%s", parts[1], issued+3600, parts[3]))
	forged.Do("GET", "/api/v1/auth/me", nil).Want(401)
	w.Clock.Advance(access.BuyerLife - time.Second)
	c.Do("GET", "/api/v1/shop/things", nil).Want(204)
	w.Clock.Advance(time.Second)
	c.Do("GET", "/api/v1/shop/things", nil).Want(401)
}

func TestSeparationOfDuties(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	admin := w.Client(access.PlatformAdmin)
	own := "/api/v1/users/" + admin.ID.String()
	admin.Do("PUT", own+"/roles", map[string]any{"roles": []string{"manager"}}).WantProblem(403, "access.own_rights")
	admin.Do("PATCH", own, map[string]any{"disabled": true}).WantProblem(403, "access.own_rights")
	admin.Do("PATCH", own, map[string]any{"name": "新名"}).Want(200)
	user := "/api/v1/users/" + w.Client(access.Seller).ID.String()
	for _, roles := range [][]string{{"auditor", "manager"}, {"platform-admin", "finance"}, {"finance", "seller"}, {"auditor", "platform-admin"}} {
		if r := admin.Do("PUT", user+"/roles", map[string]any{"roles": roles}).WantProblem(422, "access.roles_apart"); r.Problem.Rule != "SEC-MLPS-AC-d" {
			t.Errorf("%v: %+v", roles, r.Problem)
		}
	}
	admin.Do("PUT", user+"/roles", map[string]any{"roles": []string{"king"}}).WantProblem(422, "access.role")
	admin.Do("PUT", user+"/roles", map[string]any{"roles": []string{"seller", "gate"}}).Want(200)

	// Two administrators take each other's rights at once: one remains.
	second := w.SignedIn(w.Tenant, access.PlatformAdmin)
	var wg sync.WaitGroup
	status := make([]int, 2)
	pair := []*accesstest.Client{admin, second}
	for i := range pair {
		wg.Go(func() {
			status[i] = pair[i].Do("PUT", "/api/v1/users/"+pair[1-i].ID.String()+"/roles", map[string]any{"roles": []string{}}).Status
		})
	}
	wg.Wait()
	if !(status[0] == 200 && status[1] != 200 || status[1] == 200 && status[0] != 200) {
		t.Fatalf("both or none: %v", status)
	}
	ctx := db.System(t.Context(), w.Tenant, "test")
	left := 0
	p, err := w.Access.Accounts(ctx, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range p.Items {
		for _, r := range a.Roles {
			if r == access.PlatformAdmin {
				left++
			}
		}
	}
	if left != 1 {
		t.Fatalf("%d administrators are left", left)
	}
}
