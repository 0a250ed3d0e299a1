package sales

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/show"
)

// TestRefundMoneyAddsUp draws tiers, prices and times: the fee follows the
// tier that is in force, to whole fen never too much, and what goes back and
// what is kept add up to the price (RL-5).
func TestRefundMoneyAddsUp(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 12, 24, 19, 30, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.SliceOfNDistinct(rapid.IntRange(0, 400), 0, 5, rapid.ID[int]).Draw(t, "hours")
		slices.Sort(hours)
		slices.Reverse(hours)
		fees := rapid.SliceOfN(rapid.IntRange(0, 1000), len(hours), len(hours)).Draw(t, "fees")
		slices.Sort(fees)
		se := show.Session{StartsAt: start, State: rapid.SampledFrom([]string{"on_sale", "cancelled"}).Draw(t, "state")}
		for i := range hours {
			se.Rules.Refunds = append(se.Rules.Refunds, show.RefundTier{HoursBefore: hours[i], FeePerMille: fees[i]})
		}
		var tickets []Ticket
		for i, p := range rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 6).Draw(t, "prices") {
			tickets = append(tickets, Ticket{Seat: int32(i + 1), Price: money.Fen(p), State: rapid.SampledFrom([]string{"valid", "refunded"}).Draw(t, "ticket")})
		}
		now := start.Add(-time.Duration(rapid.IntRange(-100, 500*60).Draw(t, "minutes")) * time.Minute)
		q, err := quote(se, tickets, now)
		if err != nil {
			t.Fatal(err)
		}
		var seats []int32
		var fee, price money.Fen
		possible := true
		for _, l := range q.Tickets {
			want, ok := expected(se, l.Price, now)
			if l.Possible != ok || (ok && l.Fee != want) {
				t.Fatalf("fee %d, possible %v; want %d, %v", l.Fee, l.Possible, want, ok)
			}
			seats, fee, price, possible = append(seats, l.Seat), fee+l.Fee, price+l.Price, possible && l.Possible
		}
		f, err := plan(se, Order{ID: ids.New()}, tickets, RefundRequest{ID: ids.New(), Seats: seats, Fee: fee}, now, "test")
		switch {
		case len(seats) == 0:
			if errs.CodeOf(err) != "sales.not_ticket" {
				t.Fatalf("no tickets: %v", err)
			}
		case !possible:
			if errs.CodeOf(err) != "sales.no_refund" {
				t.Fatalf("too late: %v", err)
			}
		case err != nil:
			t.Fatal(err)
		case f.Paid != price || f.Fee != fee || f.Fee > f.Paid:
			t.Fatalf("paid %d, fee %d; want %d, %d", f.Paid, f.Fee, price, fee)
		}
		if err == nil {
			if _, err := plan(se, Order{}, tickets, RefundRequest{Seats: seats, Fee: fee + 1}, now, "test"); errs.CodeOf(err) != "sales.fee_changed" {
				t.Fatalf("a fee that was not shown: %v", err)
			}
			if _, err := plan(se, Order{}, tickets, RefundRequest{Seats: append(seats, seats[0]), Fee: 2 * fee}, now, "test"); errs.CodeOf(err) != "sales.not_ticket" {
				t.Fatalf("a seat named twice: %v", err)
			}
		}
	})
}

// expected says the fee in another way than the code under test: the tier with
// the fewest hours that is still ahead.
func expected(se show.Session, price money.Fen, now time.Time) (money.Fen, bool) {
	if se.State == "cancelled" {
		return 0, true
	}
	best := -1
	for i, t := range se.Rules.Refunds {
		if se.StartsAt.Sub(now) >= time.Duration(t.HoursBefore)*time.Hour && (best < 0 || t.HoursBefore > se.Rules.Refunds[best].HoursBefore) {
			best = i
		}
	}
	if best < 0 {
		return 0, false
	}
	return money.Fen(int64(price) * int64(se.Rules.Refunds[best].FeePerMille) / 1000), true
}

func TestPermille(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0%", 200: "20%", 125: "12.5%", 1000: "100%", 5: "0.5%"} {
		if got := permille(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestEnoughPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r          show.RealName
		got, seats int
		ok         bool
	}{
		{show.RealName{PerTicket: true}, 3, 3, true},
		{show.RealName{PerTicket: true}, 2, 3, false},
		{show.RealName{PerTicket: true}, 0, 1, false},
		{show.RealName{PerOrder: true}, 1, 3, true},
		{show.RealName{PerOrder: true}, 3, 3, false},
		{show.RealName{PerOrder: true}, 0, 3, false},
		{show.RealName{}, 0, 3, true},
		{show.RealName{}, 3, 3, true},
		{show.RealName{}, 1, 3, false},
	} {
		if err := enoughPeople(c.r, c.got, c.seats); (err == nil) != c.ok {
			t.Errorf("%+v, %d people for %d seats: %v", c.r, c.got, c.seats, err)
		}
	}
}
