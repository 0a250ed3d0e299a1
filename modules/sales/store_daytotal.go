package sales

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
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

// everywhere writes a venue's id, or the zero id for all.
func everywhere(at ids.ID) string {
	if at.IsZero() {
		return "00000000-0000-0000-0000-000000000000"
	}
	return at.String()
}

func daySigns(ctx context.Context, tx db.Tx, day clock.Day, at ids.ID) ([]DaySign, error) {
	var out []DaySign
	err := tx.NewRaw(`select signed_by as by, coalesce(nullif(signed_name, ''), signed_by) as name, signed_at as at, shifts, cash, total, difference, note from sales.day_sign where tenant_id = ? and day = ?::date and venue_id = ?::uuid order by signed_at, signed_by`, tx.Scope.Tenant, day.String(), everywhere(at)).Scan(ctx, &out)
	return out, err
}

// lockDay has the signatures of a day come one after another.
func lockDay(ctx context.Context, tx db.Tx, day clock.Day) error {
	_, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock(hashtextextended('sales.day_sign', ?::bigint))", int64(tx.Scope.Tenant)<<32|int64(day.Start(clock.Shanghai).Unix()/86_400))
	return err
}

// insertDaySign keeps one word of each person for the same sums.
func insertDaySign(ctx context.Context, tx db.Tx, day clock.Day, at ids.ID, d DaySign) error {
	_, err := tx.ExecContext(ctx, "insert into sales.day_sign (tenant_id, day, venue_id, shifts, cash, total, difference, note, signed_by, signed_name, signed_at) values (?, ?::date, ?::uuid, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
		tx.Scope.Tenant, day.String(), everywhere(at), d.Shifts, d.Cash, d.Total, d.Difference, d.Note, d.By, d.Name, tx.Now)
	return err
}

// signerName is the name of a member of staff as papers show it; what the actor
// is called where there is no account.
func signerName(ctx context.Context, tx db.Tx, a db.Actor) (name string, err error) {
	err = tx.QueryRowContext(ctx, "select name from access.account where tenant_id = ? and id = ?", tx.Scope.Tenant, a.ID).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) || err == nil && name == "" {
		return a.Name, nil
	}
	return name, err
}

func namesOfVenues(ctx context.Context, tx db.Tx) (map[ids.ID]string, error) {
	var rows []struct {
		ID   ids.ID
		Name string
	}
	err := tx.NewRaw("select id, name from venue.venue where tenant_id = ?", tx.Scope.Tenant).Scan(ctx, &rows)
	out := make(map[ids.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}
