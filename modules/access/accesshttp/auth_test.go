package accesshttp_test

import (
	"context"
	"strings"
	"testing"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
)

const goodPassword = "Zhumu-2026!x"

func account(t *testing.T, w *accesstest.World, ctx context.Context, login string, roles ...access.Role) access.Account {
	t.Helper()
	a, err := w.Access.CreateAccount(ctx, access.NewAccount{Login: login, Name: "经理", Password: goodPassword, Roles: roles, Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	account(t, w, w.As(t.Context()), "manager", access.Manager)
	c := w.Visitor()
	c.Do("GET", "/api/v1/auth/me", nil).WantProblem(401, "access.sign_in")
	r := c.Do("POST", "/api/v1/auth/sign-in", map[string]any{"login": "Manager", "password": goodPassword}).Want(200)
	set := r.Header.Get("Set-Cookie")
	for _, part := range []string{access.SessionCookie + "=ses-", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"} {
		if !strings.Contains(set, part) {
			t.Errorf("the cookie lacks %s: %s", part, set)
		}
	}
	if strings.Contains(set, "Domain") {
		t.Errorf("a __Host- cookie may not have a domain: %s", set)
	}
	var me access.Me
	c.Do("GET", "/api/v1/auth/me", nil).Want(200).JSON(&me)
	if me.Login != "manager" || me.Tenant != "alpha" || me.TenantName != "甲剧院" || len(me.Roles) != 1 || len(me.Permissions) < 10 {
		t.Fatalf("%+v", me)
	}
	token := c.Cookie(access.SessionCookie)
	c.Do("POST", "/api/v1/auth/sign-out", nil).Want(204)
	if c.Cookie(access.SessionCookie) != "" {
		t.Error("the cookie stays in the browser")
	}
	c.SetCookie(access.SessionCookie, token)
	c.Do("GET", "/api/v1/auth/me", nil).WantProblem(401, "access.session_ended")
}
