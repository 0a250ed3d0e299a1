package sales

import (
	"context"
	"time"

	"parterre/modules/core/db"
)

func lockTries(ctx context.Context, tx db.Tx, what string, who []byte) (full time.Time, err error) {
	err = tx.QueryRowContext(ctx, "insert into sales.tries as t (tenant_id, what, who, full_at) values (?, ?, ?, ?) on conflict (tenant_id, what, who) do update set full_at = t.full_at returning full_at",
		tx.Scope.Tenant, what, who, tx.Now).Scan(&full)
	return full, err
}

func addTry(ctx context.Context, tx db.Tx, what string, who []byte, every time.Duration) error {
	_, err := tx.ExecContext(ctx, `insert into sales.tries as t (tenant_id, what, who, full_at) values (?0, ?1, ?2, ?3::timestamptz + ?4 * interval '1 millisecond')
		on conflict (tenant_id, what, who) do update set full_at = greatest(t.full_at, ?3::timestamptz) + ?4 * interval '1 millisecond'`, tx.Scope.Tenant, what, who, tx.Now, every.Milliseconds())
	return err
}

// forgetTries drops what counts no more.
func forgetTries(ctx context.Context, tx db.Tx) error {
	_, err := tx.ExecContext(ctx, "delete from sales.tries where tenant_id = ? and full_at < ?", tx.Scope.Tenant, tx.Now)
	return err
}
