package access

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
)

// The permission table says something about every permission, in both
// languages, and leaves nobody with a role that can do nothing.
func TestGrantsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, g := range Grants {
		p := string(g.Permission)
		if seen[p] || g.Zh == "" || g.En == "" || strings.Count(p, ".") < 1 {
			t.Errorf("%s is twice, or without a text", p)
		}
		seen[p] = true
		if !g.Buyer && len(g.Roles) == 0 && !KeyMay(g.Permission) {
			t.Errorf("nobody can have %s", p)
		}
		if g.Buyer != strings.HasPrefix(p, "shop.") || g.Buyer && (len(g.Roles) > 0 || len(g.Devices) > 0) {
			t.Errorf("%s mixes buyers with others", p)
		}
	}
	for _, r := range Roles {
		if len(PermissionsOf([]Role{r.Role})) == 0 || r.Zh == "" || r.En == "" {
			t.Errorf("%s can do nothing, or has no name", r.Role)
		}
	}
}

// SEC-MLPS-AC-d: the auditor changes nothing, the administrator of the system
// touches neither money nor tickets nor the log.
func TestDutiesAreApart(t *testing.T) {
	t.Parallel()
	for _, p := range PermissionsOf([]Role{Auditor}) {
		if !strings.HasSuffix(string(p), ".read") && p != "sales.export" {
			t.Errorf("the auditor may %s", p)
		}
	}
	for _, p := range PermissionsOf([]Role{PlatformAdmin}) {
		for _, area := range []string{"sales.", "price.", "inventory.", "identity.", "audit.", "day.", "shift.", "show.", "gate."} {
			if strings.HasPrefix(string(p), area) {
				t.Errorf("the platform administrator may %s", p)
			}
		}
	}
	for _, r := range []Role{Manager, Designer, Seller, Gate, Finance, Auditor} {
		if RoleCan(r, "access.manage") || (r != Auditor && RoleCan(r, "audit.read")) {
			t.Errorf("%s gives rights or reads the log", r)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	p := DefaultPolicy
	for password, good := range map[string]bool{
		"Zhumu-2026!x": true, "correct horse battery": true, "春天的花园很美丽 a1": true,
		"short-1": false, "alllowercase": false, "1234567890a": false, "aaaaaaaaaa1": false, "Password123456": false,
		"abcdefghij1": false, "my.login-2026!": false, "MY.LOGIN-2026!": false, strings.Repeat("aB3$", 33): false, "qwerty123456!": false,
	} {
		if err := CheckPassword(p, password, "my.login"); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
	p.PasswordClasses = 4
	if CheckPassword(p, "zhumu-2026!x", "") == nil || CheckPassword(p, "Zhumu-2026!x", "") != nil {
		t.Error("the number of classes does not count")
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	h := newHasher()
	a, err := h.hash("Zhumu-2026!x")
	if err != nil || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(a, err)
	}
	if b, _ := h.hash("Zhumu-2026!x"); a == b {
		t.Error("two hashes of one password are alike: no salt")
	}
	for password, want := range map[string]bool{"Zhumu-2026!x": true, "Zhumu-2026!X": false, "": false} {
		if ok, err := h.verify(password, a); ok != want || err != nil {
			t.Errorf("%q: %v %v", password, ok, err)
		}
		if ok, err := h.verify(password, ""); ok || err != nil {
			t.Errorf("%q against nobody: %v %v", password, ok, err)
		}
	}
	for _, bad := range []string{"plain", "$argon2i$v=19$m=1,t=1,p=1$AA$AA", "$argon2id$v=18$m=8,t=1,p=1$AA$AA", "$argon2id$v=19$m=8,t=1,p=0$AA$AA", "$argon2id$v=19$m=8,t=1,p=1$AA$"} {
		if ok, err := h.verify("x", bad); ok || err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// A crowd at sign-in is told to wait instead of exhausting the memory.
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	h := newHasher()
	for range cap(h.waiting) {
		h.waiting <- struct{}{}
	}
	if _, err := h.hash("x"); !errors.Is(err, ErrBusy) {
		t.Fatal(err)
	}
	if n := runtime.GOMAXPROCS(0); cap(h.running) != n {
		t.Fatalf("%d hashes at once on %d cores", cap(h.running), n)
	}
}

func TestPausesDoubleUpToTheirLimit(t *testing.T) {
	t.Parallel()
	p := Policy{LockAfter: 3, LockSeconds: 10, LockMaxSeconds: 70}
	for failures, want := range map[int]int{1: 0, 2: 0, 3: 10, 4: 20, 5: 40, 6: 70, 7: 70, 1000000: 70} {
		if got := p.lock(failures); got != time.Duration(want)*time.Second {
			t.Errorf("after %d failures %v", failures, got)
		}
	}
}

func FuzzTokens(f *testing.F) {
	token, _ := NewToken(DeviceToken, 7)
	f.Add(token)
	f.Add(newBuyer(newSealer(nil), 7, dbtest.Start))
	f.Add("ses-07-" + token[6:])
	f.Fuzz(func(t *testing.T, s string) {
		kind, tenant, ok := parseToken(s)
		if ok && (tenant <= 0 || len(s) < 43 || !strings.HasPrefix(s, string(kind)+"-")) {
			t.Errorf("%q: %s %d", s, kind, tenant)
		}
		if ok && strings.HasPrefix(s, string(kind)+"-0") {
			t.Errorf("%q is a second text of one token", s)
		}
		if tenant, id, ok := parseBuyer(newSealer(nil), s, dbtest.Start); ok && (tenant <= 0 || id.IsZero()) {
			t.Errorf("%q", s)
		}
	})
}

func TestCodesUseAllOfTheirAlphabet(t *testing.T) {
	t.Parallel()
	seen := map[rune]int{}
	for range 2000 {
		for _, r := range newCode() {
			seen[r]++
		}
	}
	if len(seen) != len(codeAlphabet) {
		t.Fatalf("%d characters of %d are used", len(seen), len(codeAlphabet))
	}
}

// Hosts choose the tenant; what visitors may name does not fill the memory.
func TestTenantByHost(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	s := New(d.DB)
	for slug, want := range map[string]int32{"": d.Tenant, "alpha": d.Tenant, "beta": d.Other, "none": 0, strings.Repeat("x", 50): 0} {
		if got, err := s.tenantOf(t.Context(), slug, "localhost"); got != want || err != nil {
			t.Errorf("%q: %d %v, want %d", slug, got, err, want)
		}
	}
	for i := range 2500 {
		if _, err := s.tenantOf(t.Context(), "", strings.Repeat("h", i%250)+string(rune('a'+i%26))); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.tenants) > 1000 {
		t.Errorf("%d hosts are remembered", len(s.tenants))
	}
}

// What a failed account change did is taken back with it.
func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	ctx, d := dbtest.Tx(t)
	s := New(d.DB)
	ctx = d.As(ctx)
	a, err := s.CreateAccount(ctx, NewAccount{Login: "root1", Name: "管理员", Password: "Zhumu-2026!x", Roles: []Role{PlatformAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	if _, err := s.UpdateAccount(ctx, a.ID, AccountUpdate{Disabled: &yes}); !errors.Is(err, ErrLastAdmin) {
		t.Errorf("disabled: %v", err)
	}
	if _, err := s.SetRoles(ctx, a.ID, []Role{Gate}); !errors.Is(err, ErrLastAdmin) {
		t.Errorf("demoted: %v", err)
	}
	if got, err := s.Account(ctx, a.ID); err != nil || got.Disabled || len(got.Roles) != 1 || got.Roles[0] != PlatformAdmin {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := s.CreateAccount(ctx, NewAccount{Login: "root2", Name: "管理员", Password: "Zhumu-2026!x", Roles: []Role{PlatformAdmin}}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.SetRoles(ctx, a.ID, []Role{Gate}); err != nil || got.Roles[0] != Gate {
		t.Errorf("with a second one: %v %v", got, err)
	}
}

func TestBadAccountsAreRefused(t *testing.T) {
	t.Parallel()
	ctx, d := dbtest.Tx(t)
	s := New(d.DB)
	ctx = d.As(ctx)
	good := NewAccount{Login: "zhang.san", Name: "张三", Password: "Zhumu-2026!x", Roles: []Role{Seller, Seller}}
	if a, err := s.CreateAccount(ctx, good); err != nil || len(a.Roles) != 1 || !a.MustChange {
		t.Fatalf("%+v %v", a, err)
	}
	for name, c := range map[string]struct {
		change func(*NewAccount)
		want   error
	}{
		"taken":         {func(*NewAccount) {}, ErrLoginTaken},
		"capitals":      {func(n *NewAccount) { n.Login = "Zhang" }, ErrLogin},
		"one letter":    {func(n *NewAccount) { n.Login = "z" }, ErrLogin},
		"no name":       {func(n *NewAccount) { n.Login, n.Name = "b1", "" }, ErrName},
		"blank name":    {func(n *NewAccount) { n.Login, n.Name = "b1", " x" }, ErrName},
		"weak password": {func(n *NewAccount) { n.Login, n.Password = "b1", "weak" }, ErrPassword},
		"roles apart":   {func(n *NewAccount) { n.Login, n.Roles = "b1", []Role{Auditor, Seller} }, ErrRolesApart},
	} {
		n := good
		c.change(&n)
		if _, err := s.CreateAccount(ctx, n); !errors.Is(err, c.want) || errs.KindOf(err) == errs.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.CreateAccount(d.AsTenant(ctx, d.Other), good); err != nil {
		t.Errorf("the same login in another tenant: %v", err)
	}
	if _, err := s.CreateAccount(context.Background(), good); !errors.Is(err, db.ErrNoScope) {
		t.Errorf("without a tenant: %v", err)
	}
}

// SEC-ASVS-7.2.1, 2.4.1: a buyer is one that the server made. A cookie of the
// right form that a caller has made up is nobody, as is one of another tenant
// or time under the seal of a good one.
func TestBuyersAreNotMadeUp(t *testing.T) {
	t.Parallel()
	key := newSealer([]byte("a key of the test, 32 bytes long"))
	good := newBuyer(key, 7, dbtest.Start)
	if tenant, id, ok := parseBuyer(key, good, dbtest.Start); !ok || tenant != 7 || id.IsZero() {
		t.Fatal("the server's own cookie is not good")
	}
	part := strings.SplitN(good, "-", 4)
	random := base64.RawURLEncoding.EncodeToString(make([]byte, secretBytes))
	for name, token := range map[string]string{
		"no seal": strings.Join(part[:3], "-") + "-" + random, "another's seal": newBuyer(newSealer([]byte("another")), 7, dbtest.Start),
		"a seal of zeros": strings.Join(part[:3], "-") + "-" + base64.RawURLEncoding.EncodeToString(make([]byte, secretBytes+16)),
		"another tenant":  part[0] + "-8-" + part[2] + "-" + part[3], "another time": part[0] + "-7-" + fmt.Sprint(dbtest.Start.Unix()+1) + "-" + part[3],
	} {
		if _, _, ok := parseBuyer(key, token, dbtest.Start.Add(time.Second)); ok {
			t.Errorf("%s: a buyer that the server never made", name)
		}
	}
}
