package sales

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

type reservationRow struct {
	bun.BaseModel `bun:"table:sales.reservation,alias:r"`
	TenantID      int32           `bun:"tenant_id,pk"`
	ID            ids.ID          `bun:"id,pk,type:uuid"`
	SessionID     ids.ID          `bun:"session_id,type:uuid"`
	Hold          ids.ID          `bun:"hold,type:uuid"`
	Owner         string          `bun:"owner"`
	Channel       string          `bun:"channel"`
	Name          []byte          `bun:"name"`
	Phone         []byte          `bun:"phone"`
	Note          string          `bun:"note"`
	Lines         json.RawMessage `bun:"lines,type:jsonb"`
	ReleaseAt     time.Time       `bun:"release_at"`
	Extended      int             `bun:"extended"`
	State         string          `bun:"state"`
	Reason        string          `bun:"reason"`
	EndedBy       string          `bun:"ended_by,nullzero"`
	EndedAt       *time.Time      `bun:"ended_at"`
	OrderID       ids.ID          `bun:"order_id,type:uuid"`
	CreatedAt     time.Time       `bun:"created_at"`
}

func (r reservationRow) reservation() (Reservation, error) {
	out := Reservation{
		ID: r.ID, Session: r.SessionID, Hold: r.Hold, Owner: r.Owner, Channel: r.Channel, Name: r.Name, Phone: r.Phone, Note: r.Note, ReleaseAt: r.ReleaseAt,
		Extended: r.Extended, State: r.State, Reason: r.Reason, EndedBy: r.EndedBy, EndedAt: r.EndedAt, Order: r.OrderID, CreatedAt: r.CreatedAt,
	}
	return out, json.Unmarshal(r.Lines, &out.Lines)
}

func reservations(rows []reservationRow) ([]Reservation, error) {
	out := make([]Reservation, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = r.reservation(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func getReservation(ctx context.Context, tx db.Tx, id ids.ID) (Reservation, error) {
	var r reservationRow
	err := tx.NewSelect().Model(&r).Where("r.tenant_id = ? and r.id = ?", tx.Scope.Tenant, id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Reservation{}, ErrReservation
	} else if err != nil {
		return Reservation{}, err
	}
	return r.reservation()
}

// listReservations lists newest first: ids are made in time's order.
func listReservations(ctx context.Context, tx db.Tx, f ReservationFilter, r page.Request) (page.Page[Reservation], error) {
	var rows []reservationRow
	q := tx.NewSelect().Model(&rows).Where("r.tenant_id = ?", tx.Scope.Tenant).Order("r.id desc").Limit(int64(r.Limit()))
	if f.Owner != "" {
		q = q.Where("r.owner = ?", f.Owner)
	}
	if !f.Session.IsZero() {
		q = q.Where("r.session_id = ?", f.Session)
	}
	if f.State != "" {
		q = q.Where("r.state = ?", f.State)
	}
	var after ids.ID
	if ok, err := r.After(&after); err != nil {
		return page.Page[Reservation]{}, err
	} else if ok {
		q = q.Where("r.id < ?", after)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Reservation]{}, err
	}
	list, err := reservations(rows)
	return page.Of(r, list, func(x Reservation) any { return x.ID }), err
}

func dueReservations(ctx context.Context, tx db.Tx, now time.Time, limit int64) ([]Reservation, error) {
	var rows []reservationRow
	err := tx.NewSelect().Model(&rows).Where("r.tenant_id = ? and r.state = ? and r.release_at <= ?", tx.Scope.Tenant, ReservationHeld, now).Order("r.release_at").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, err
	}
	return reservations(rows)
}

// settleReservation ends a reservation whose hold is gone.
func settleReservation(ctx context.Context, tx db.Tx, p reservedEnd) error {
	_, err := tx.ExecContext(ctx, "update sales.reservation set state = ?, reason = ?, ended_by = ?, ended_at = ? where tenant_id = ? and id = ? and state = ?",
		p.state, p.reason, p.by, tx.Now, tx.Scope.Tenant, p.id, ReservationHeld)
	return err
}

// lockReserve has reservations of one session made one after another, until
// the transaction's end. It locks no row that the seat engine's batches touch.
func lockReserve(ctx context.Context, tx db.Tx, session ids.ID) error {
	_, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock(hashtextextended('reserve ' || ? || ' ' || ?, 0))", tx.Scope.Tenant, session.String())
	return err
}

func reservedPlaces(ctx context.Context, tx db.Tx, session ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce(sum(jsonb_array_length(lines)), 0) from sales.reservation where tenant_id = ? and session_id = ? and state = ?",
		tx.Scope.Tenant, session, ReservationHeld).Scan(&n)
	return n, err
}

func eraseContacts(ctx context.Context, tx db.Tx, session ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.reservation set name = null, phone = null where tenant_id = ? and session_id = ? and (name is not null or phone is not null)", tx.Scope.Tenant, session)
	return err
}

// tenantWide is how the rule for all sessions is stored: the zero id is NULL
// elsewhere, which a primary key does not take.
const tenantWide = "00000000-0000-0000-0000-000000000000"

func policyKey(session ids.ID) string {
	if session.IsZero() {
		return tenantWide
	}
	return session.String()
}

// reservePolicy is a session's own policy, or the tenant's, or the default.
func reservePolicy(ctx context.Context, tx db.Tx, session ids.ID) (ReservePolicy, error) {
	p := DefaultReservePolicy()
	var of string
	err := tx.QueryRowContext(ctx, `select session_id::text, last_minutes, longest_hours, max_seats, max_permille, version from sales.reserve_policy
		where tenant_id = ? and session_id in (?, ?) order by session_id desc limit 1`, tx.Scope.Tenant, policyKey(session), tenantWide).
		Scan(&of, &p.LastMinutes, &p.LongestHours, &p.MaxSeats, &p.MaxPermille, &p.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if of != tenantWide {
		p.Session = session
	} else if !session.IsZero() {
		p.Version = 0 // of its own there is none
	}
	return p, err
}

func putReservePolicy(ctx context.Context, tx db.Tx, p ReservePolicy) error {
	q, args := "update sales.reserve_policy set last_minutes = ?, longest_hours = ?, max_seats = ?, max_permille = ?, version = version + 1 where tenant_id = ? and session_id = ? and version = ?",
		[]any{p.LastMinutes, p.LongestHours, p.MaxSeats, p.MaxPermille, tx.Scope.Tenant, policyKey(p.Session), p.Version}
	if p.Version == 0 {
		q, args = "insert into sales.reserve_policy (last_minutes, longest_hours, max_seats, max_permille, tenant_id, session_id) values (?, ?, ?, ?, ?, ?) on conflict do nothing", args[:6]
	}
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errsJoin(ErrPolicyVersion, err)
	}
	return nil
}
