package sales

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"parterre/modules/core/db"
)

// askedBefore is the digest that was noted of an id, nil when there is none.
func askedBefore(ctx context.Context, tx db.Tx, a ask) (digest []byte, err error) {
	err = tx.QueryRowContext(ctx, "select digest from sales.asked where tenant_id = ? and what = ? and id = ?", tx.Scope.Tenant, a.What, a.ID).Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return digest, err
}

func noteAsked(ctx context.Context, tx db.Tx, a ask) error {
	_, err := tx.ExecContext(ctx, "insert into sales.asked (tenant_id, what, id, digest, at) values (?, ?, ?, ?, ?) on conflict do nothing", tx.Scope.Tenant, a.What, a.ID, a.Digests[0], tx.Now)
	return err
}

func eraseAsked(ctx context.Context, tx db.Tx, before time.Time) error {
	_, err := tx.ExecContext(ctx, "delete from sales.asked where tenant_id = ? and at < ?", tx.Scope.Tenant, before)
	return err
}
