package sales_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"parterre/modules/access"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// closedDay is a world with one shift that is closed.
func closedDay(t *testing.T) (w *salestest.World, close func(counter string)) {
	t.Helper()
	w = salestest.New(t)
	close = func(counter string) {
		seller := w.SignedIn(w.Tenant, access.Seller)
		at := seller.Do("POST", "/api/v1/shifts", map[string]any{"id": ids.New(), "counter": counter, "opening": 100}).Want(201).Get("id")
		seller.Do("POST", "/api/v1/shifts/"+at+"/close", map[string]any{"counted": 100}).Want(200)
	}
	close("1 号窗")
	return w, close
}

const dayAt = "/api/v1/day-totals/2026-11-23"

// TestADayIsSignedByTwo: one person signs by PIN, another one countersigns; the
// same person never does both, a third is refused, and sums that change want
// two signatures again.
func TestADayIsSignedByTwo(t *testing.T) {
	t.Parallel()
	w, close := closedDay(t)
	chief, desk := w.Staff("chief", access.Finance), w.SignedIn(w.Tenant, access.Finance)
	w.Staff("boss", access.Manager)
	w.Staff("third", access.Finance)
	w.Staff("seller2", access.Seller)
	own := db.WithScope(w.T.Context(), db.Scope{Tenant: w.Tenant, Actor: chief})
	if err := w.Access.SetPIN(own, salestest.Password, "482915"); err != nil {
		t.Fatal(err)
	}
	state := func() (d saleshttp.DayTotal) {
		t.Helper()
		desk.Do("GET", dayAt, nil).Want(200).JSON(&d)
		return d
	}
	if d := state(); d.State != sales.DayUnsigned {
		t.Fatalf("nobody has signed: %s", d.State)
	}
	day, err := clock.ParseDay("2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	// The caller signs by its own PIN.
	if _, err := w.Sales.SignDay(own, day, ids.ID{}, sales.Second{Password: "482916"}, ""); errs.CodeOf(err) != access.ErrVouchOwn.Code {
		t.Fatalf("a wrong PIN: %v", err)
	}
	if d, err := w.Sales.SignDay(own, day, ids.ID{}, sales.Second{Password: "482915"}, "齐"); err != nil || d.State() != sales.DayHalf {
		t.Fatalf("%s, %v", d.State(), err)
	}
	for login, want := range map[string]string{"chief": "sales.day_twice", "seller2": "access.vouch_right"} {
		if r := desk.Do("POST", dayAt+"/sign", map[string]any{"login": login, "password": salestest.Password}); r.Get("code") != want {
			t.Errorf("%s countersigns: %s", login, r.Body)
		}
	}
	if d := state(); d.State != sales.DayHalf || len(d.Signed) != 1 || d.Signed[0].Name != "chief" || !d.Signed[0].Current {
		t.Fatalf("%+v", d)
	}
	var d saleshttp.DayTotal
	desk.Do("POST", dayAt+"/sign", map[string]any{"login": "boss", "password": salestest.Password}).Want(200).JSON(&d)
	if d.State != sales.DayDone || len(d.Signed) != 2 || d.Signed[1].Name != "boss" {
		t.Fatalf("%+v", d)
	}
	desk.Do("POST", dayAt+"/sign", map[string]any{"login": "third", "password": salestest.Password}).WantProblem(409, "sales.day_signed")
	var list struct{ Items []saleshttp.DayLine }
	if desk.Do("GET", "/api/v1/day-totals?until=2026-11-24", nil).Want(200).JSON(&list); len(list.Items) != 1 || list.Items[0].State != sales.DayDone || list.Items[0].Names[1] != "boss" {
		t.Errorf("%+v", list)
	}
	pdf, err := w.Sales.DayTotal(own, day, ids.ID{})
	if err != nil {
		t.Fatal(err)
	}
	if s := pdf.Signatures(); len(s) != 2 || s[0].By == s[1].By {
		t.Errorf("%+v", s)
	}
	close("2 号窗") // the sums change: what was signed is shown, and counts no more
	if d := state(); d.State != sales.DayUnsigned || len(d.Signed) != 2 || d.Signed[0].Current {
		t.Errorf("%+v", d)
	}
	for _, login := range []string{"boss", "chief"} {
		desk.Do("POST", dayAt+"/sign", map[string]any{"login": login, "password": salestest.Password}).Want(200).JSON(&d)
	}
	if d.State != sales.DayDone || len(d.Signed) != 4 {
		t.Errorf("%+v", d)
	}
	desk.Do("POST", "/api/v1/day-totals/2026-11-20/sign", map[string]any{"login": "boss", "password": salestest.Password}).WantProblem(409, "sales.day_empty")
}

// TestWrongPINsOfADayLock: they count at the person who is named, as those of a
// shift's signature do, and nothing is signed.
func TestWrongPINsOfADayLock(t *testing.T) {
	t.Parallel()
	w, _ := closedDay(t)
	w.Staff("boss", access.Manager)
	desk, locked := w.SignedIn(w.Tenant, access.Finance), false
	for range 20 {
		if r := desk.Do("POST", dayAt+"/sign", map[string]any{"login": "boss", "password": "135792"}); r.Get("code") != "access.vouch" {
			locked = strings.HasPrefix(r.Get("code"), "access.lock")
			break
		}
	}
	if !locked {
		t.Error("PINs can be guessed without end")
	}
	if r := desk.Do("POST", dayAt+"/sign", map[string]any{"login": "boss", "password": salestest.Password}); r.Status == 200 {
		t.Error("the right password signs while the account is locked")
	}
	var d saleshttp.DayTotal
	if desk.Do("GET", dayAt, nil).Want(200).JSON(&d); d.State != sales.DayUnsigned {
		t.Errorf("%+v", d)
	}
}

// TestADayIsSignedOnceAtATime: people who sign in the same moment get two
// signatures of two people and no third.
func TestADayIsSignedOnceAtATime(t *testing.T) {
	t.Parallel()
	w, _ := closedDay(t)
	logins := []string{"a1", "a2", "a3", "a4"}
	for _, l := range logins {
		w.Staff(l, access.Finance)
	}
	day, _ := clock.ParseDay("2026-11-23")
	ctx := w.As(w.Tenant)
	var wait sync.WaitGroup
	failed := make([]error, len(logins))
	for i, l := range logins {
		wait.Go(func() {
			_, failed[i] = w.Sales.SignDay(ctx, day, ids.ID{}, sales.Second{Login: l, Password: salestest.Password}, "")
		})
	}
	wait.Wait()
	signed := 0
	for _, err := range failed {
		if err == nil {
			signed++
		} else if !errors.Is(err, sales.ErrDaySigned) && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if n := number(t, w, "select count(distinct signed_by) from sales.day_sign"); signed != 2 || n != 2 {
		t.Errorf("%d signed, %d people", signed, n)
	}
}
