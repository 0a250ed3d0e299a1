package sales

import (
	"context"
	"database/sql"
	"errors"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// insertScan notes a payment by code that begins, and who takes it.
func insertScan(ctx context.Context, tx db.Tx, p Payment, by string) error {
	_, err := tx.ExecContext(ctx, "insert into sales.payment (tenant_id, id, order_id, provider, amount, state, scene, created_at, taken_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, p.ID, p.Order, p.Provider, p.Amount, p.State, string(p.Scene), tx.Now, by)
	return err
}

// insertHand notes money that was taken by hand.
func insertHand(ctx context.Context, tx db.Tx, p Payment, by string) error {
	_, err := tx.ExecContext(ctx, "insert into sales.payment (tenant_id, id, order_id, provider, amount, state, created_at, paid_at, taken_by) values (?, ?, ?, ?, ?, 'paid', ?, ?, ?)",
		tx.Scope.Tenant, p.ID, p.Order, p.Provider, p.Amount, tx.Now, tx.Now, by)
	return err
}

// lastScan is the latest payment by code of an order, or a zero Payment.
func lastScan(ctx context.Context, tx db.Tx, order ids.ID) (Payment, error) {
	return scanOf(ctx, tx, order, "")
}

// openScan is the one that has no result yet, or a zero Payment.
func openScan(ctx context.Context, tx db.Tx, order ids.ID) (Payment, error) {
	return scanOf(ctx, tx, order, "waiting")
}

func scanOf(ctx context.Context, tx db.Tx, order ids.ID, state string) (p Payment, err error) {
	err = tx.QueryRowContext(ctx, "select id, order_id, provider, amount, state, ref, paid_at, scene from sales.payment where tenant_id = ? and order_id = ? and scene = 'scan' and (? = '' or state = ?) order by created_at desc, id desc limit 1", tx.Scope.Tenant, order, state, state).
		Scan(&p.ID, &p.Order, &p.Provider, &p.Amount, &p.State, &p.Ref, &p.PaidAt, &p.Scene)
	if errors.Is(err, sql.ErrNoRows) {
		return Payment{}, nil
	}
	return p, err
}

// reversePayment ends a payment for good: nothing that is heard of it counts any more.
func reversePayment(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.payment set state = 'reversed' where tenant_id = ? and id = ? and state = 'waiting'", tx.Scope.Tenant, id)
	return err
}
