package sales_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/sales/salestest"
)

// Who writes orders or tickets as if a batch of the seat engine did, which
// spares them the audit log, must have the journal tell of it: the commit is
// refused otherwise (SEC-MLPS-AUD-a). The control: with the check off, the
// change goes through and nothing tells of it.
func TestNobodyPretendsToBeABatch(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold)
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	pretend := func(pg *pgx.Conn, then string) error {
		_, err := pg.Exec(t.Context(), "rollback; begin; select set_config('app.actor', 'user:somebody', true), set_config('app.tenant', (select min(tenant_id) from sales.orders)::text, true), set_config('app.batch', 'on', true);"+then)
		return err
	}
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		var sold, entries, left int
		if err := pg.QueryRow(ctx, "select (select count(*) from sales.ticket), (select count(*) from audit.entry), (select count(*) from inventory.open_batch)").Scan(&sold, &entries, &left); err != nil {
			return err
		}
		if sold != 1 || left != 0 {
			t.Fatalf("%d tickets sold, %d batches were left open: the batches themselves are not right", sold, left)
		}
		for _, q := range []string{
			"update sales.orders set amount = 1; commit",
			"delete from sales.ticket; commit",
			"update sales.payment set amount = 1; set constraints all immediate; commit",
		} {
			var e *pgconn.PgError
			if err := pretend(pg, q); !errors.As(err, &e) || e.Code != "PT401" {
				t.Errorf("%s: %v", q, err)
			}
		}
		if err := pretend(pg, "alter table inventory.open_batch disable trigger prove; update sales.orders set amount = 1; commit"); err != nil {
			t.Errorf("with the check off: %v", err)
		}
		var amount, now int
		if err := pg.QueryRow(ctx, "select (select amount from sales.orders), (select count(*) from audit.entry)").Scan(&amount, &now); err != nil {
			return err
		}
		if amount != 1 || now != entries {
			t.Errorf("with the check off the order costs %d fen, and the log has %d entries more: this shows nothing", amount, now-entries)
		}
		return nil
	})
}
