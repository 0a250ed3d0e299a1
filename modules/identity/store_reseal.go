package identity

import (
	"context"
	"encoding/binary"
	"fmt"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// SealedTable is a table that holds sealed values, as the app knows them all.
type SealedTable struct {
	Table  string            // schema.table; its rows carry tenant_id
	ID     string            // the column of the record that values are bound to
	Fields map[string]string // column by the name of its field
}

// batch is how many rows are sealed anew in one transaction.
const batch = 500

// Reseal seals what older keys sealed with the current one, for the tenant of
// ctx, in batches; each is a transaction of its own. It can be cut off at any
// moment and run again: a value names the key that sealed it, so what is done
// is not done twice. Old keys must be there until it ends. step is told after
// each batch, within its transaction: its error takes the batch back.
//
// Errors: ErrSealed with the table and the id of a key that does not open.
func (v *Vault) Reseal(ctx context.Context, d *db.DB, tables []SealedTable, step func(table string, rows int) error) (total int, err error) {
	for _, t := range tables {
		for column, field := range t.Fields {
			n, err := v.resealColumn(ctx, d, t, column, field, step)
			total += n
			if err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

func (v *Vault) resealColumn(ctx context.Context, d *db.DB, t SealedTable, column, field string, step func(string, int) error) (total int, err error) {
	for {
		n := 0
		err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			n = 0
			rows, err := v.older(ctx, tx, t, column)
			if err != nil {
				return err
			}
			for _, r := range rows {
				text, err := v.Open(tx.Scope.Tenant, r.id, field, r.sealed)
				if err != nil {
					return fmt.Errorf("%w: %s.%s, key %d", ErrSealed, t.Table, column, KeyOf(r.sealed))
				}
				q := fmt.Sprintf("update %s set %s = ? where tenant_id = ? and %s = ? and %s = ?", t.Table, column, t.ID, column)
				if _, err := tx.ExecContext(ctx, q, v.Seal(tx.Scope.Tenant, r.id, field, text), tx.Scope.Tenant, r.id, r.sealed); err != nil {
					return err
				}
			}
			if n = len(rows); n == 0 {
				return nil
			}
			if step != nil {
				if err := step(t.Table, n); err != nil {
					return err
				}
			}
			return audit.Record(ctx, tx, audit.Event{Action: "identity.reseal", Target: t.Table, Detail: map[string]any{"column": column, "rows": n, "key": v.Current()}})
		})
		if err != nil {
			return total, err
		}
		if total += n; n == 0 {
			return total, nil
		}
	}
}

type sealedRow struct {
	id     ids.ID
	sealed []byte
}

// older reads and locks a batch of values that another key sealed.
func (v *Vault) older(ctx context.Context, tx db.Tx, t SealedTable, column string) ([]sealedRow, error) {
	now := binary.BigEndian.AppendUint32(nil, v.Current())
	q := fmt.Sprintf("select %s, %s from %s where tenant_id = ? and %s is not null and substring(%s from 1 for 4) <> ? order by %s limit %d for no key update", t.ID, column, t.Table, column, column, t.ID, batch)
	rows, err := tx.QueryContext(ctx, q, tx.Scope.Tenant, now)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []sealedRow
	for rows.Next() {
		var r sealedRow
		if err := rows.Scan(&r.id, &r.sealed); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Sealed counts the values of the tenant of ctx by the key that sealed them.
func Sealed(ctx context.Context, d *db.DB, tables []SealedTable) (map[uint32]int, error) {
	out := map[uint32]int{}
	err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
		clear(out)
		for _, t := range tables {
			for column := range t.Fields {
				rows, err := tx.QueryContext(ctx, fmt.Sprintf("select substring(%s from 1 for 4), count(*) from %s where tenant_id = ? and %s is not null group by 1", column, t.Table, column), tx.Scope.Tenant)
				if err != nil {
					return err
				}
				for rows.Next() {
					var key []byte
					var n int
					if err := rows.Scan(&key, &n); err != nil {
						_ = rows.Close()
						return err
					}
					out[KeyOf(key)] += n
				}
				if err := rows.Close(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return out, err
}
