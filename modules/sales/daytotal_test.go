package sales_test

import (
	"bytes"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// The day over all counters: closed shifts are summed, one that is open is
// named and in no sum, and nobody signs before it is closed.
func TestTheDayOverAllCounters(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	finance := w.SignedIn(w.Tenant, access.Finance)
	begin := func(counter string, opening money.Fen) (*accesstest.Client, string) {
		c := w.SignedIn(w.Tenant, access.Seller)
		id := c.Do("POST", "/api/v1/shifts", map[string]any{"id": ids.New(), "counter": counter, "opening": opening}).Want(201).Get("id")
		return c, "/api/v1/shifts/" + id + "/close"
	}
	sell := func(c *accesstest.Client, method string, seat int32) {
		var h saleshttp.SaleHold
		c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Want(201).JSON(&h)
		c.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "method": method, "taken": h.Amount}).Want(201)
	}
	first, close1 := begin("1 号窗", 10_000)
	second, close2 := begin("2 号窗", 20_000)
	sell(first, "cash", 1)
	sell(first, "card", 2)
	sell(second, "cash", 41)
	w.Clock.Advance(time.Minute)
	first.Do("POST", close1, map[string]any{"counted": 10_000 + salestest.StallPrice - 5, "note": "找零差错"}).Want(200)
	at := "/api/v1/day-totals/2026-11-23"
	day := func() (d saleshttp.DayTotal) {
		t.Helper()
		finance.Do("GET", at, nil).Want(200).JSON(&d)
		return d
	}
	d := day()
	if len(d.Closed) != 1 || len(d.Open) != 1 || d.Open[0].Counter != "2 号窗" || d.Cash != int64(salestest.StallPrice) || d.Total != 2*int64(salestest.StallPrice) || d.Difference != -5 || d.Over != 1 || d.Unsigned != 1 {
		t.Errorf("with a shift open: %+v", d)
	}
	w.Staff("boss", access.Finance)
	sign := map[string]any{"login": "boss", "password": salestest.Password, "note": "少 5 分已查明"}
	finance.Do("POST", at+"/sign", sign).WantProblem(409, "sales.day_open")
	second.Do("POST", close2, map[string]any{"counted": 20_000 + salestest.BalconyPrice}).Want(200)
	finance.Do("POST", at+"/sign", sign).Want(200).JSON(&d)
	if len(d.Open) != 0 || d.Cash != int64(salestest.StallPrice+salestest.BalconyPrice) || d.Opening != 30_000 || d.Expected != d.Cash+30_000 || int64(d.Counted) != d.Expected-5 || len(d.Signed) != 1 || d.Signed[0].Difference != -5 {
		t.Errorf("the day: %+v", d)
	}
	sum := int64(0)
	for _, m := range d.Methods {
		sum += int64(m.Taken - m.Given)
	}
	if sum != d.Total {
		t.Errorf("by method %d, in all %d", sum, d.Total)
	}
	finance.Do("GET", "/api/v1/day-totals/2026-11-24", nil).Want(200).JSON(&d)
	if len(d.Closed) != 0 && d.Closed[0].Counter != "" {
		t.Errorf("the next day: %+v", d.Closed)
	}
}

// A day by venue: a shift says where its counter is, the day is summed and
// signed for each venue and for all, and its paper has both.
func TestTheDayByVenue(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	finance, seller := w.SignedIn(w.Tenant, access.Finance), w.SignedIn(w.Tenant, access.Seller)
	elsewhere, _, _, _ := w.House(w.Tenant, "11010100102")
	open := map[string]any{"id": ids.New(), "counter": "1 号窗", "opening": 100, "venue": ids.New()}
	seller.Do("POST", "/api/v1/shifts", open).WantProblem(422, "sales.account_venue")
	open["venue"] = w.Venue.ID
	var sh saleshttp.SaleShift
	if seller.Do("POST", "/api/v1/shifts", open).Want(201).JSON(&sh); sh.Venue == nil || *sh.Venue != w.Venue.ID {
		t.Fatalf("%+v", sh)
	}
	other := w.SignedIn(w.Tenant, access.Seller)
	at := other.Do("POST", "/api/v1/shifts", map[string]any{"id": ids.New(), "counter": "2 号窗", "opening": 0, "venue": elsewhere.ID}).Want(201).Get("id")
	seller.Do("POST", "/api/v1/shifts/"+sh.ID.String()+"/close", map[string]any{"counted": 100}).Want(200)
	day := "/api/v1/day-totals/2026-11-23"
	for query, want := range map[string][2]int{"": {1, 1}, "?venue=" + w.Venue.ID.String(): {1, 0}, "?venue=" + elsewhere.ID.String(): {0, 1}} {
		var d saleshttp.DayTotal
		if finance.Do("GET", day+query, nil).Want(200).JSON(&d); len(d.Closed) != want[0] || len(d.Open) != want[1] {
			t.Errorf("%q: %d closed, %d open", query, len(d.Closed), len(d.Open))
		}
	}
	w.Staff("cash", access.Finance)
	w.Staff("boss", access.Manager)
	word := func(login string) map[string]any {
		return map[string]any{"login": login, "password": salestest.Password, "note": "已核"}
	}
	finance.Do("POST", day+"/sign", word("cash")).WantProblem(409, "sales.day_open")
	var d saleshttp.DayTotal
	if finance.Do("POST", day+"/sign?venue="+w.Venue.ID.String(), word("cash")).Want(200).JSON(&d); len(d.Signed) != 1 || d.Signed[0].Name == "" {
		t.Errorf("%+v", d.Signed)
	}
	finance.Do("POST", day+"/sign?venue="+w.Venue.ID.String(), word("boss")).Want(200).JSON(&d)
	if len(d.Signed) != 2 {
		t.Errorf("two sign: %+v", d.Signed)
	}
	if finance.Do("GET", day, nil).Want(200).JSON(&d); len(d.Signed) != 0 {
		t.Errorf("one venue is not all: %+v", d.Signed)
	}
	other.Do("POST", "/api/v1/shifts/"+at+"/close", map[string]any{"counted": 0}).Want(200)
	for _, query := range []string{"", "?lang=en&venue=" + w.Venue.ID.String()} {
		if pdf := finance.Do("GET", day+"/report.pdf"+query, nil).Want(200).Body; !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%q: %.20s", query, pdf)
		}
	}
	finance.Do("GET", day+"/report.pdf?venue="+ids.New().String(), nil).WantProblem(422, "sales.account_venue")
	seller.Do("GET", day+"/report.pdf", nil).WantProblem(403, "access.denied")
}
