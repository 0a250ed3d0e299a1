package suite

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/apps/report"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/reporting/fact"
	"parterre/modules/sales/salestest"
)

// What the shop and the counter sold and took back stands in the facts and in
// the day's books alike: sold less refunded is the money kept, by price as by
// channel as in all, and a sale a second before midnight in Shanghai belongs
// to the day that ends.
func TestFactsAndBooksAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.house(w.Tenant, "11010100101", noNames())
	buyer, seller := w.Buyer(), w.Client(access.Seller)
	monday := clock.DayOf(w.Clock.Now(), clock.Shanghai)

	online := w.buy(buyer, h.session.ID, 1, 2, 41)
	w.counter(seller, h.session.ID, 11, 12)
	back := w.refund(buyer, online, 2)
	w.Clock.Set(monday.Add(1).Start(clock.Shanghai).Add(-time.Second))
	w.counter(seller, h.session.ID, 51)
	w.Clock.Set(monday.Add(1).Start(clock.Shanghai))
	w.counter(seller, h.session.ID, 61, 62)
	back += w.refund(buyer, online, 41)

	stall, balcony := salestest.StallPrice, salestest.BalconyPrice
	first, second := w.books(monday, h), w.books(monday.Add(1), h)
	check(t, "Monday", first, fact.Movement{Sold: 6, SoldAmount: 4*stall + 2*balcony, Refunded: 1, RefundAmount: stall}, 5)
	check(t, "Tuesday", second, fact.Movement{Sold: 2, SoldAmount: 2 * balcony, Refunded: 1, RefundAmount: balcony}, 6)
	if c := line(first.ByChannel, "counter"); c.Sold != 3 || c.SoldAmount != 2*stall+balcony {
		t.Errorf("Monday's counter: %+v", c)
	}
	if back != stall+balcony {
		t.Errorf("the buyer got %d back", back)
	}
	if w.books(monday.Add(-1), h).SessionCode != "" {
		t.Error("Sunday, before the sale opened, has books")
	}

	must(t, w.s.project(w.as(w.Tenant)))
	must(t, w.s.project(w.as(w.Tenant))) // again: nothing is told twice
	var all fact.Movement
	var sales, codes int
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, `select (select count(*) from reporting.fact where kind = 'SALE'),
			(select count(distinct x ->> 'ticketCode') from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'SALE'),
			(select count(*) from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'SALE'),
			(select sum((x ->> 'amount')::bigint) from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'SALE'),
			(select count(*) from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'REFUND'),
			(select sum((x ->> 'amount')::bigint) from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'REFUND')`).
			Scan(&sales, &codes, &all.Sold, &all.SoldAmount, &all.Refunded, &all.RefundAmount)
	})
	if want := first.Public.Plus(second.Public); all != want || sales != 4 || codes != all.Sold {
		t.Errorf("the facts say %+v in %d sales with %d codes, the books %+v", all, sales, codes, want)
	}
	w.admitted(h)
}

// admitted: an admission is told once and counted on its day.
func (w *world) admitted(h house) {
	t := w.t
	var code string
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, "select code from sales.ticket where seat_id = 11").Scan(&code)
	})
	w.Clock.Set(h.session.StartsAt.Add(-10 * time.Minute))
	scan := map[string]any{"id": ids.New(), "session": h.session.ID, "method": "code", "text": code}
	gate := w.Device(access.GateDevice)
	for range 2 { // the same scan twice: one admission
		if got := gate.Do("POST", "/api/v1/gate/scans", scan).Want(200).Get("admitted"); got != "true" {
			t.Errorf("admitted: %s", got)
		}
	}
	scan["id"] = ids.New()
	if got := gate.Do("POST", "/api/v1/gate/scans", scan).Want(200).Get("reason"); got != "already_in" {
		t.Errorf("the second scan: %s", got)
	}
	if d := w.books(clock.DayOf(h.session.StartsAt, clock.Shanghai), h); d.Checked != 1 || d.CheckedTotal != 1 {
		t.Errorf("checked %d of %d", d.Checked, d.CheckedTotal)
	}
	var told int
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, "select count(*) from reporting.fact where kind = 'CHECKIN'").Scan(&told)
	})
	if told != 1 {
		t.Errorf("%d admissions were told", told)
	}
}

// refund takes one seat of an order back without a fee and returns the money.
func (w *world) refund(c *accesstest.Client, order ids.ID, seat int32) money.Fen {
	w.t.Helper()
	var f struct {
		State string
		Back  money.Fen
	}
	c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{seat}, "fee": 0}).Want(201).JSON(&f)
	if f.State != "done" {
		w.t.Errorf("the refund is %s", f.State)
	}
	return f.Back
}

func check(t *testing.T, day string, d fact.Daily, want fact.Movement, valid int) {
	t.Helper()
	if d.Public != want || d.Valid != valid {
		t.Errorf("%s: %+v with %d valid tickets, want %+v with %d", day, d.Public, d.Valid, want, valid)
	}
	for name, lines := range map[string][]fact.Line{"price": d.ByPrice, "channel": d.ByChannel} {
		var sum fact.Movement
		for _, l := range lines {
			sum = sum.Plus(l.Movement)
		}
		if sum != d.Public {
			t.Errorf("%s by %s: %+v, in all %+v", day, name, sum, d.Public)
		}
	}
}

func line(lines []fact.Line, code string) fact.Movement {
	for _, l := range lines {
		if l.Code == code {
			return l.Movement
		}
	}
	return fact.Movement{}
}

// books are the session's figures of a day; empty if it has none.
func (w *world) books(day clock.Day, h house) (d fact.Daily) {
	w.t.Helper()
	must(w.t, w.View(w.as(w.Tenant), func(ctx context.Context, tx db.Tx) error {
		list, err := report.Books{}.Daily(ctx, tx, day)
		for _, x := range list {
			if x.SessionCode == h.session.Code.String() {
				d = x
			}
		}
		return err
	}))
	return d
}
