package access

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

func getPIN(ctx context.Context, tx db.Tx, account ids.ID) (phc string, at time.Time, err error) {
	err = tx.QueryRowContext(ctx, "select pin, set_at from access.pin where tenant_id = ? and account_id = ?", tx.Scope.Tenant, account).Scan(&phc, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return phc, at, err
}

// putPIN keeps a PIN's hash, or none for "".
func putPIN(ctx context.Context, tx db.Tx, account ids.ID, phc string) error {
	if phc == "" {
		_, err := tx.ExecContext(ctx, "delete from access.pin where tenant_id = ? and account_id = ?", tx.Scope.Tenant, account)
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into access.pin (tenant_id, account_id, pin, set_at) values (?, ?, ?, ?)
		on conflict (tenant_id, account_id) do update set pin = excluded.pin, set_at = excluded.set_at`, tx.Scope.Tenant, account, phc, tx.Now)
	return err
}
