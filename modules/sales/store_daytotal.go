package sales

import (
	"context"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
)

// shiftsOfDay are the shifts closed in [from, to), and those opened before to
// that are still open then.
func shiftsOfDay(ctx context.Context, tx db.Tx, from, to time.Time) ([]Shift, error) {
	var rows []shiftRow
	err := tx.NewSelect().Model(&rows).Where("s.tenant_id = ? and s.opened_at < ? and (s.closed_at is null or s.closed_at >= ?)", tx.Scope.Tenant, to, from).
		Order("s.counter", "s.opened_at", "s.id").Scan(ctx)
	out := make([]Shift, 0, len(rows))
	for _, r := range rows {
		sh, err := r.shift()
		if err != nil {
			return nil, err
		}
		out = append(out, sh)
	}
	return out, err
}

func daySigns(ctx context.Context, tx db.Tx, day clock.Day) ([]DaySign, error) {
	var out []DaySign
	err := tx.NewRaw(`select signed_by as by, signed_at as at, shifts, cash, total, difference, note from sales.day_sign where tenant_id = ? and day = ?::date order by signed_at`, tx.Scope.Tenant, day.String()).Scan(ctx, &out)
	return out, err
}

// insertDaySign keeps the first word of each person.
func insertDaySign(ctx context.Context, tx db.Tx, day clock.Day, d DaySign) error {
	_, err := tx.ExecContext(ctx, "insert into sales.day_sign (tenant_id, day, shifts, cash, total, difference, note, signed_by, signed_at) values (?, ?::date, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
		tx.Scope.Tenant, day.String(), d.Shifts, d.Cash, d.Total, d.Difference, d.Note, d.By, tx.Now)
	return err
}
