package accesshttp_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/errs"
)

// A PIN signs on a colleague's screen and does nothing else: it is set with the
// password, kept as a hash, opens no session, and guesses end in the same pause
// as a password's (SEC-MLPS-ID-a, b).
func TestPIN(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	boss := account(t, w, w.As(t.Context()), "boss", access.Finance)
	c, seller := w.Visitor(), w.Client(access.Seller)
	signIn(c, "boss", goodPassword).Want(200)
	set := func(password, pin string) *accesstest.Reply {
		return c.Do("PUT", "/api/v1/auth/pin", map[string]any{"password": password, "pin": pin})
	}
	vouch := func(secret string) error {
		_, err := w.Access.Vouch(seller.Scope(t.Context()), "boss", secret, "day.close")
		return err
	}
	const pin = "482915"
	if got := c.Do("GET", "/api/v1/auth/pin", nil).Want(200).Get("set"); got != "false" || errs.CodeOf(vouch(pin)) != "access.vouch" {
		t.Fatalf("there is a PIN before one was set: %s", got)
	}
	for _, weak := range []string{"12345", "123456", "654321", "864208", "111111", "121212", "123123", "199105", "200131", "abcdef"} {
		set(goodPassword, weak).WantProblem(422, "access.pin")
	}
	set("wrong-old-one", pin).WantProblem(422, "access.old_password")
	w.Device(access.CounterDevice).Do("PUT", "/api/v1/auth/pin", map[string]any{"password": "x", "pin": pin}).WantProblem(403, "access.staff_only")
	if got := set(goodPassword, pin).Want(200).Get("set"); got != "true" {
		t.Fatalf("it was not set: %s", got)
	}
	if err := vouch(pin); err != nil {
		t.Fatal(err)
	}
	if err := vouch(goodPassword); err != nil {
		t.Fatalf("the password signs no more: %v", err)
	}
	if r := signIn(w.Visitor(), "boss", pin); r.Status == 200 {
		t.Error("a PIN opens a session")
	}
	w.Sudo(func(ctx context.Context, db *pgx.Conn) error {
		var phc string
		var told, noted int
		err := db.QueryRow(ctx, "select pin, (select count(*) from audit.entry e where e::text like '%' || pin || '%' or e::text like '%482915%'), (select count(*) from audit.entry e where e.action = 'access.vouched') from access.pin where account_id = $1", boss.ID.String()).Scan(&phc, &told, &noted)
		if len(phc) < 60 || phc[:10] != "$argon2id$" || told != 0 || noted != 2 {
			t.Errorf("kept as %.10s, %d times in the audit log, %d signatures noted", phc, told, noted)
		}
		return err
	})
	var err error
	for range access.DefaultPolicy.LockAfter + 1 {
		err = vouch("593826")
	}
	if errs.CodeOf(err) != "access.locked" || errs.CodeOf(vouch(pin)) != "access.locked" {
		t.Errorf("after many guesses: %v, then %v", err, vouch(pin))
	}
	w.Clock.Advance(2 * time.Duration(access.DefaultPolicy.LockMaxSeconds) * time.Second)
	if got := set(goodPassword, "").Want(200).Get("set"); got != "false" || errs.CodeOf(vouch(pin)) != "access.vouch" {
		t.Errorf("taken away: %s", got)
	}
}
