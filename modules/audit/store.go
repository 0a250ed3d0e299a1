package audit

import (
	"context"

	"parterre/modules/core/db"
)

func note(ctx context.Context, tx db.Tx, action, target string, key, detail []byte) error {
	var text any
	if detail != nil {
		text = string(detail)
	}
	_, err := tx.ExecContext(ctx, "select audit.note(?, ?, ?::jsonb, ?::jsonb)", action, target, string(key), text)
	return err
}
