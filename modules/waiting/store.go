package waiting

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

func getRoom(ctx context.Context, tx db.Tx, session ids.ID) (*room, bool, error) {
	r := newRoom()
	n := &r.settings
	var drawn *int64
	err := tx.QueryRowContext(ctx, `select enabled, opens_at, measured, low, high, inside, pass_minutes, seed, reserved, drawn, admitted, claimed, version
		from waiting.room where tenant_id = ? and session_id = ?`, tx.Scope.Tenant, session).
		Scan(&n.Enabled, &n.OpensAt, &n.Measured, &n.Low, &n.High, &n.Inside, &n.PassMinutes, &r.seed, &r.reserved, &drawn, &r.admitted, &r.claimed, &r.version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if drawn != nil {
		d := uint64(*drawn)
		r.drawn = &d
	}
	r.next = r.reserved // what was reserved may have been given out
	return r, err == nil, err
}

func saveSettings(ctx context.Context, tx db.Tx, session ids.ID, r *room) error {
	n := r.settings
	res, err := tx.ExecContext(ctx, `insert into waiting.room as w (tenant_id, session_id, enabled, opens_at, measured, low, high, inside, pass_minutes, seed, version, changed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, session_id) do update set enabled = excluded.enabled, opens_at = excluded.opens_at, measured = excluded.measured,
		low = excluded.low, high = excluded.high, inside = excluded.inside, pass_minutes = excluded.pass_minutes, version = excluded.version, changed_at = excluded.changed_at
		where w.version = excluded.version - 1`,
		tx.Scope.Tenant, session, n.Enabled, n.OpensAt, n.Measured, n.Low, n.High, n.Inside, n.PassMinutes, r.seed, r.version, tx.Now)
	if err != nil {
		return err
	}
	if rows, err := res.RowsAffected(); err != nil || rows == 0 {
		return errors.Join(err, ErrVersion)
	}
	return nil
}

func reserveTo(ctx context.Context, tx db.Tx, session ids.ID, to uint64) error {
	_, err := tx.ExecContext(ctx, "update waiting.room set reserved = greatest(reserved, ?) where tenant_id = ? and session_id = ?", int64(to), tx.Scope.Tenant, session)
	return err
}

func saveLine(ctx context.Context, tx db.Tx, session ids.ID, r *room) error {
	var drawn *int64
	if r.drawn != nil {
		d := int64(*r.drawn)
		drawn = &d
	}
	claimed := r.claimed
	if claimed == nil {
		claimed = []byte{}
	}
	_, err := tx.ExecContext(ctx, "update waiting.room set drawn = coalesce(drawn, ?), admitted = greatest(admitted, ?), claimed = ? where tenant_id = ? and session_id = ?",
		drawn, int64(r.admitted), claimed, tx.Scope.Tenant, session)
	return err
}

// confirmed counts the orders of a session that were confirmed in the last
// minute and in the last two.
func confirmed(ctx context.Context, tx db.Tx, session ids.ID, now time.Time) (one, two int, err error) {
	err = tx.QueryRowContext(ctx, "select count(*) filter (where confirmed_at >= ?), count(*) from sales.orders where tenant_id = ? and session_id = ? and confirmed_at >= ? and channel = 'online'",
		now.Add(-time.Minute), tx.Scope.Tenant, session, now.Add(-2*time.Minute)).Scan(&one, &two)
	return one, two, err
}
