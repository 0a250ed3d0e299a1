package sales

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

func getPickup(ctx context.Context, tx db.Tx, order ids.ID) (code string, err error) {
	err = tx.QueryRowContext(ctx, "select code from sales.pickup where tenant_id = ? and order_id = ?", tx.Scope.Tenant, order).Scan(&code)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return code, err
}

// insertPickup does nothing when the order has a code, or another has this one.
func insertPickup(ctx context.Context, tx db.Tx, order ids.ID, code string) error {
	_, err := tx.ExecContext(ctx, "insert into sales.pickup (tenant_id, order_id, code, made_at) values (?, ?, ?, ?) on conflict do nothing", tx.Scope.Tenant, order, code, tx.Now)
	return err
}

// pickupOrders finds the paid order of a code while its session is not over.
func pickupOrders(ctx context.Context, tx db.Tx, code string) ([]Order, error) {
	return found(ctx, tx, ids.ID{}, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where(`o.state = 'confirmed' and o.id in (select p.order_id from sales.pickup p where p.tenant_id = ?0 and p.code = ?1)
			and exists (select from show.session x where x.tenant_id = ?0 and x.id = o.session_id and x.ends_at > ?2)`, tx.Scope.Tenant, code, tx.Now)
	})
}
