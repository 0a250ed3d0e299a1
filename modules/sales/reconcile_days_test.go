package sales_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// TestReversalsOverMidnightArePaired: the payment is on one day's bill and its
// way back on the next one's. While the second bill is not there the first day
// shows a difference; the second day has none, and making it heals the record of
// the first. Control: what came and never went back stays a difference.
func TestReversalsOverMidnightArePaired(t *testing.T) {
	t.Parallel()
	for kind, code := range scanCodes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			counterAccount(t, w, kind)
			seller := w.Client(access.Seller)
			order := deskOrder(w, seller, 2)
			seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "99"}).Want(200)
			seller.Do("POST", scanAt(order, "/scan/reverse"), nil).Want(200)
			scanned(seller.Do("POST", scanAt(order, "/scan"), map[string]any{"id": ids.New(), "code": code + "00"}))
			day := clock.DayOf(w.Clock.Now(), clock.Shanghai)
			trade := func(set string) {
				w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
					_, err := c.Exec(ctx, "update payment_sandbox.trade set "+set+" where reversed")
					return err
				})
			}
			trade("was_paid = created_at, reversed_at = created_at + interval '1 day'")
			var account string
			w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
				return c.QueryRow(ctx, "select provider from sales.payment where state = 'paid'").Scan(&account)
			})
			differences := func(day clock.Day) int {
				t.Helper()
				r, err := w.Sales.Reconcile(w.As(w.Tenant), account, day)
				if err != nil {
					t.Fatal(err)
				}
				return len(r.Differences)
			}
			kept := func(day clock.Day) int {
				t.Helper()
				list, err := w.Sales.Reconciliations(w.As(w.Tenant), account)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range list {
					if r.Day == day {
						return len(r.Differences)
					}
				}
				t.Fatalf("no record of %s among %d", day, len(list))
				return 0
			}
			w.Clock.Advance(24 * time.Hour)
			if n := differences(day); n != 1 || kept(day) != 1 {
				t.Errorf("before the next bill is there: %d differences", n)
			}
			w.Clock.Advance(24 * time.Hour)
			if n := differences(day.Add(1)); n != 0 || kept(day) != 0 {
				t.Errorf("the day after: %d differences, %d are left of the day before", n, kept(day))
			}
			if n := differences(day); n != 0 {
				t.Errorf("made again: %d differences", n)
			}
			trade("reversed_at = null")
			if n := differences(day); n != 1 {
				t.Errorf("money that was kept: %d differences", n)
			}
			trade("reversed_at = created_at + interval '3 days'")
			w.Clock.Advance(72 * time.Hour)
			if n := differences(day); n != 1 {
				t.Errorf("what went back days later is looked at: %d differences", n)
			}
		})
	}
}
