package inventory

import (
	"context"

	"parterre/modules/core/db"
)

// Entry is one row of a tenant's journal.
type Entry struct {
	Seq   int64
	Frame Frame
}

// JournalTx reads the journal of the transaction's tenant after a number, in
// order. Numbers follow commit order without gaps, so nothing earlier can
// appear behind what was read.
func JournalTx(ctx context.Context, tx db.Tx, after int64, limit int) ([]Entry, error) {
	rows, err := tx.QueryContext(ctx, "select seq, body from inventory.journal where tenant_id = ? and seq > ? order by seq limit ?", tx.Scope.Tenant, after, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Entry
	for rows.Next() {
		var e Entry
		var body []byte
		if err := rows.Scan(&e.Seq, &body); err != nil {
			return nil, err
		}
		if e.Frame, err = ReadFrame(body); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
