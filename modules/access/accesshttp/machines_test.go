package accesshttp_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
)

func pairingCode(t *testing.T, w *accesstest.World, extra map[string]any) string {
	t.Helper()
	body := map[string]any{"kind": "gate", "name": "一号门"}
	for k, v := range extra {
		body[k] = v
	}
	return w.Client(access.Manager).Do("POST", "/api/v1/devices/pairing-codes", body).Want(201).Get("code")
}

func pair(c *accesstest.Client, code string) *accesstest.Reply {
	return c.Do("POST", "/api/v1/devices/pair", map[string]any{"code": code})
}

func TestPairing(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	venue, gate := ids.New().String(), ids.New().String()
	code := pairingCode(t, w, map[string]any{"venue": venue, "gate": gate})
	if len(code) != 8 || strings.ContainsAny(code, "01OIL") {
		t.Errorf("the code %s is easily misread", code)
	}
	r := pair(w.Visitor(), strings.ToLower(code[:4])+"-"+code[4:]).Want(201)
	if r.Get("device.venue") != venue || r.Get("device.gate") != gate || r.Get("device.kind") != "gate" {
		t.Errorf("%s", r.Body)
	}
	pair(w.Visitor(), code).WantProblem(422, "access.pairing_code") // once
	bearer := accesstest.Header("Authorization", "Bearer "+r.Get("key"))
	if got := w.Visitor().Do("GET", "/api/v1/auth/me", nil, bearer).Want(200); got.Get("kind") != "device" || got.Get("name") != "一号门" {
		t.Errorf("%s", got.Body)
	}
	path := "/api/v1/devices/" + r.Get("device.id")
	if seen := w.Client(access.Manager).Do("GET", path, nil).Want(200).Get("seenAt"); seen == "" {
		t.Error("it was not seen")
	}
	w.Client(access.Manager).Do("POST", path+"/revoke", nil).Want(204)
	w.Visitor().Do("GET", "/api/v1/auth/me", nil, bearer).WantProblem(401, "access.credential")

	code = pairingCode(t, w, nil)
	w.Clock.Advance(access.PairingLife)
	pair(w.Visitor(), code).WantProblem(422, "access.pairing_code")
	code = pairingCode(t, w, nil)
	w.Visitor().Do("POST", "/api/v1/devices/pair", map[string]any{"code": code}, accesstest.Header("X-Parterre-Tenant", "beta")).WantProblem(422, "access.pairing_code")
	pair(w.Visitor(), code).Want(201)
}

func TestACodeIsGoodOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	code := pairingCode(t, w, nil)
	var wg sync.WaitGroup
	status := make([]int, 8)
	for i := range status {
		c := w.Visitor()
		wg.Go(func() { status[i] = pair(c, code).Status })
	}
	wg.Wait()
	won := 0
	for _, s := range status {
		if s == 201 {
			won++
		} else if s != 422 {
			t.Errorf("status %d", s)
		}
	}
	if won != 1 {
		t.Fatalf("%d devices of one code", won)
	}
}

// SEC-ASVS-2.4.1: codes cannot be guessed through.
func TestGuessesOfCodesAreLimited(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	code := pairingCode(t, w, nil)
	for i := range 10 {
		if s := pair(w.Visitor(), "AAAAAAAA").Status; s != 422 {
			t.Fatalf("guess %d: %d", i, s)
		}
	}
	pair(w.Visitor(), code).WantProblem(429, "access.locked")
	if n := len(noted(t, w, "access.pairing_refused")); n != 10 {
		t.Errorf("%d refusals in the log", n)
	}
	w.Clock.Advance(61 * time.Second)
	pair(w.Visitor(), code).Want(201)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	admin := w.Client(access.PlatformAdmin)
	body := func(days int, p ...string) map[string]any {
		return map[string]any{"name": "渠道", "permissions": p, "days": days}
	}
	for _, p := range []string{"access.manage", "identity.read", "shop.buy", "no.such"} {
		admin.Do("POST", "/api/v1/api-keys", body(3, p)).WantProblem(422, "access.key_permission")
	}
	admin.Do("POST", "/api/v1/api-keys", body(367, "show.read")).Want(422)
	r := admin.Do("POST", "/api/v1/api-keys", body(3, "access.read")).Want(201)
	secret := r.Get("secret")
	if prefix := r.Get("key.prefix"); !strings.HasPrefix(secret, prefix) || len(secret)-len(prefix) < 30 {
		t.Errorf("prefix %s of a secret of %d characters", prefix, len(secret))
	}
	bearer := accesstest.Header("Authorization", "Bearer "+secret)
	v := w.Visitor()
	v.Do("GET", "/api/v1/users", nil, bearer).Want(200)
	v.Do("GET", "/api/v1/devices", nil, bearer).WantProblem(403, "access.denied")
	for _, bad := range []string{"Bearer " + secret + "x", "Bearer " + secret[:len(secret)-1], "bearer " + secret, "Basic " + secret, "Bearer ", secret} {
		v.Do("GET", "/api/v1/users", nil, accesstest.Header("Authorization", bad)).WantProblem(401, "access.credential")
	}
	w.Clock.Advance(3*24*time.Hour - time.Second)
	v.Do("GET", "/api/v1/users", nil, bearer).Want(200)
	w.Clock.Advance(time.Second)
	v.Do("GET", "/api/v1/users", nil, bearer).WantProblem(401, "access.credential")

	r = admin.Do("POST", "/api/v1/api-keys", body(3, "access.read")).Want(201)
	bearer = accesstest.Header("Authorization", "Bearer "+r.Get("secret"))
	v.Do("GET", "/api/v1/users", nil, bearer).Want(200)
	admin.Do("POST", "/api/v1/api-keys/"+r.Get("key.id")+"/revoke", nil).Want(204)
	v.Do("GET", "/api/v1/users", nil, bearer).WantProblem(401, "access.credential")
}
