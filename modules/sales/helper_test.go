package sales_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// number asks for one number behind the scenes, past all policies.
func number(t *testing.T, w *salestest.World, sql string, args ...any) (n int64) {
	t.Helper()
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error { return c.QueryRow(ctx, sql, args...).Scan(&n) })
	return n
}

// verdicts counts the notices of a payment's order by verdict.
func verdicts(t *testing.T, w *salestest.World, verdict string) int64 {
	t.Helper()
	return number(t, w, "select count(*) from sales.notice where verdict = $1", verdict)
}

// books checks that an order's money adds up: what was paid is what the live
// tickets cost, what went back and what was kept; and the provider's books say
// the same of what went back.
func books(t *testing.T, w *salestest.World, order ids.ID) {
	t.Helper()
	id := order.String()
	paid := number(t, w, "select coalesce(sum(amount), 0)::bigint from sales.payment where order_id = $1 and state = 'paid'", id)
	live := number(t, w, "select coalesce(sum(price), 0)::bigint from sales.ticket where order_id = $1", id)
	back := number(t, w, "select coalesce(sum(paid - fee), 0)::bigint from sales.refund where order_id = $1 and state = 'done'", id)
	kept := number(t, w, "select coalesce(sum(fee), 0)::bigint from sales.refund where order_id = $1 and state = 'done'", id)
	theirs := number(t, w, "select coalesce(sum(r.amount), 0)::bigint from payment_sandbox.refund r join payment_sandbox.payment p on p.id = r.payment_id where p.order_ref = $1", id)
	if paid != live+back+kept {
		t.Errorf("order %s: %d paid, %d in tickets, %d given back, %d kept", id, paid, live, back, kept)
	}
	if back != theirs {
		t.Errorf("order %s: %d given back, the provider gave %d", id, back, theirs)
	}
}
