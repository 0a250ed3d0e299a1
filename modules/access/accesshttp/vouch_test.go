package accesshttp_test

import (
	"testing"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
)

// A second person's password is worth one signature: no session begins, and
// guesses are counted and end in a pause (SEC-MLPS-ID-b).
func TestVouch(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	ctx := w.Client(access.Seller).Scope(t.Context())
	system := db.System(t.Context(), w.Tenant, "test")
	const password = "Chizuo#2026"
	make := func(login string, keep bool) access.Account {
		a, err := w.Access.CreateAccount(system, access.NewAccount{Login: login, Name: login, Password: password, Roles: []access.Role{access.Finance}, Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	boss := make("boss", true)
	make("fresh", false)
	actor, err := w.Access.Vouch(ctx, " Boss ", password, "day.close")
	if err != nil || actor.ID != boss.ID {
		t.Fatalf("%v, %v", actor, err)
	}
	for _, c := range []struct{ login, password, needs, want string }{
		{"boss", password, "sales.sell", "access.vouch_right"},
		{"boss", "wrong", "day.close", "access.vouch"},
		{"nobody", password, "day.close", "access.vouch"},
		{"fresh", password, "day.close", "access.vouch"}, // the first password is known to who made it
	} {
		if _, err := w.Access.Vouch(ctx, c.login, c.password, httpx.Permission(c.needs)); errs.CodeOf(err) != c.want {
			t.Errorf("%s: %v", c.login, err)
		}
	}
	for range access.DefaultPolicy.LockAfter + 1 {
		_, err = w.Access.Vouch(ctx, "boss", "guess", "day.close")
	}
	if errs.CodeOf(err) != "access.locked" {
		t.Errorf("after many guesses: %v", err)
	}
	if _, err := w.Access.Vouch(ctx, "boss", password, "day.close"); errs.CodeOf(err) != "access.locked" {
		t.Errorf("the right password during the pause: %v", err)
	}
}
