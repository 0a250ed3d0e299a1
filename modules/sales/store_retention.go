package sales

import (
	"context"
	"database/sql"
	"time"

	"parterre/modules/core/db"
)

func listRetentions(ctx context.Context, tx db.Tx) ([]Retention, error) {
	return scanAll(ctx, tx, func(rows *sql.Rows) (Retention, error) {
		r, at := Retention{Provisional: true}, time.Time{}
		err := rows.Scan(&r.Version, &r.PersonsDays, &r.InvoicesDays, &r.Reason, &r.ChangedBy, &at)
		r.ChangedAt = &at
		return r, err
	}, "select version, persons_days, invoices_days, reason, changed_by, changed_at from sales.retention where tenant_id = ? order by version desc limit 50", tx.Scope.Tenant)
}

func insertRetention(ctx context.Context, tx db.Tx, r Retention) error {
	_, err := tx.ExecContext(ctx, "insert into sales.retention (tenant_id, version, persons_days, invoices_days, reason, changed_by, changed_at) values (?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, r.Version, r.PersonsDays, r.InvoicesDays, r.Reason, r.ChangedBy, tx.Now)
	return err
}
