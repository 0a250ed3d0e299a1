package identity

import (
	"context"
	"fmt"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// FoundTable is a table whose sealed values are found by a blind index.
type FoundTable struct {
	Table  string // schema.table; its rows carry tenant_id
	ID     string // the column of the record that values are bound to
	Sealed string // column
	Field  string // the name under which it is sealed
	Blind  string // column of the index, null where it was not made yet
	As     string // what it is found as: "phone" or "name"
}

// Refind makes the blind indexes that are missing of sealed values, for the
// tenant of ctx, in batches of a transaction each, and returns how many it
// made. It can be cut off and run again; erased values stay without one.
//
// Errors: ErrSealed with the table and the key that does not open.
func (v *Vault) Refind(ctx context.Context, d *db.DB, tables []FoundTable) (total int, err error) {
	for _, t := range tables {
		for n := batch; n == batch; total += n {
			if n, err = v.refind(ctx, d, t); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

func (v *Vault) refind(ctx context.Context, d *db.DB, t FoundTable) (n int, err error) {
	err = d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := unfound(ctx, tx, t)
		if err != nil {
			return err
		}
		for _, r := range rows {
			text, err := v.Open(tx.Scope.Tenant, r.id, t.Field, r.sealed)
			if err != nil {
				return fmt.Errorf("%w: %s.%s, key %d", ErrSealed, t.Table, t.Sealed, KeyOf(r.sealed))
			}
			if p, err := ParsePhone(text); t.As == "phone" && err == nil {
				text = p
			}
			q := fmt.Sprintf("update %s set %s = ? where tenant_id = ? and %s = ?", t.Table, t.Blind, t.ID)
			if _, err := tx.ExecContext(ctx, q, v.Find(tx.Scope.Tenant, t.As, text), tx.Scope.Tenant, r.id); err != nil {
				return err
			}
		}
		if n = len(rows); n == 0 {
			return nil
		}
		return audit.Record(ctx, tx, audit.Event{Action: "identity.refind", Target: t.Table, Detail: map[string]any{"column": t.Blind, "rows": n}})
	})
	return n, err
}

// unfound reads and locks a batch of values that have no index.
func unfound(ctx context.Context, tx db.Tx, t FoundTable) (out []sealedRow, err error) {
	q := fmt.Sprintf("select %[1]s, %[2]s from %[3]s where tenant_id = ? and %[2]s is not null and %[4]s is null order by %[1]s limit %[5]d for no key update", t.ID, t.Sealed, t.Table, t.Blind, batch)
	rows, err := tx.QueryContext(ctx, q, tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r sealedRow
		var id ids.ID
		if err := rows.Scan(&id, &r.sealed); err != nil {
			return nil, err
		}
		r.id = id
		out = append(out, r)
	}
	return out, rows.Err()
}
