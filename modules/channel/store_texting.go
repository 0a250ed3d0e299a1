package channel

import (
	"context"
	"database/sql"
	"errors"

	"parterre/modules/core/db"
)

func getTexting(ctx context.Context, tx db.Tx) (Texting, error) {
	t := Texting{Mode: TextingOff}
	err := tx.QueryRowContext(ctx, "select mode, url, version, id, secret from channel.texting where tenant_id = ?", tx.Scope.Tenant).Scan(&t.Mode, &t.URL, &t.Version, &t.id, &t.secret)
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	return t, err
}

func putTexting(ctx context.Context, tx db.Tx, t Texting) error {
	q, args := "update channel.texting set mode = ?, url = ?, secret = ?, changed_at = ?, version = version + 1 where tenant_id = ? and version = ?", []any{t.Mode, t.URL, t.secret, tx.Now, tx.Scope.Tenant, t.Version}
	if t.Version == 0 {
		q, args = "insert into channel.texting (mode, url, secret, changed_at, tenant_id, id) values (?, ?, ?, ?, ?, ?) on conflict do nothing", append(args[:5], t.id)
	}
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orElse(err, ErrTextingVersion)
	}
	return nil
}
