package sales

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// correctionOf is the id of the correction that was made of a ticket, zero if
// none was.
//
// A ticket that came of an exchange has a serial of its own and keeps its
// person, so a correction is also found by the person that it named.
func correctionOf(ctx context.Context, tx db.Tx, t Ticket) (id ids.ID, err error) {
	err = tx.QueryRowContext(ctx, `select id from sales.correction where tenant_id = ?0 and session_id = ?1 and (serial = ?2 or order_id = ?3 and person_after = ?4) limit 1`,
		tx.Scope.Tenant, t.Session, t.Serial, t.Order, t.Person).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return ids.ID{}, nil
	}
	return id, err
}

// reprint ends the printed edition of a ticket and counts the print.
func reprint(ctx context.Context, tx db.Tx, t Ticket) error {
	_, err := tx.ExecContext(ctx, "update sales.ticket set edition = edition + 1, prints = prints + 1 where tenant_id = ? and session_id = ? and seat_id = ? and serial = ? and edition = ?",
		tx.Scope.Tenant, t.Session, t.Seat, t.Serial, t.Edition)
	return err
}

// lockTicket finds the live ticket of an order's seat and locks it.
func lockTicket(ctx context.Context, tx db.Tx, o Order, seat int32) (Ticket, bool, error) {
	return oneTicket(ctx, tx, "select "+ticketColumns+", 'valid' as state from sales.ticket where tenant_id = ? and session_id = ? and seat_id = ? and order_id = ? for no key update",
		tx.Scope.Tenant, o.Session, seat, o.ID)
}

// printed counts that tickets were printed.
func printed(ctx context.Context, tx db.Tx, o Order, seats []int32) (int64, error) {
	res, err := tx.ExecContext(ctx, "update sales.ticket set prints = prints + 1 where tenant_id = ? and session_id = ? and order_id = ? and seat_id = any (?)",
		tx.Scope.Tenant, o.Session, o.ID, pgdialect.Array(seats))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// sessionToErase finds a session that ended before an instant and still has
// persons or phone numbers.
func sessionToErase(ctx context.Context, tx db.Tx, before time.Time) (id ids.ID, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `select x.id from show.session x where x.tenant_id = ?0 and x.ends_at <= ?1
		and (exists (select from identity.person p where p.tenant_id = ?0 and p.session_id = x.id) or exists (select from identity.holding h where h.tenant_id = ?0 and h.session_id = x.id)
			or exists (select from sales.orders o where o.tenant_id = ?0 and o.session_id = x.id and (o.contact is not null or o.request is not null))
			or exists (select from sales.reservation r where r.tenant_id = ?0 and r.session_id = x.id and (r.name is not null or r.phone is not null))
			or exists (select from sales.waitlist_entry e where e.tenant_id = ?0 and e.session_id = x.id and e.phone is not null)
			or exists (select from sales.discount_person d where d.tenant_id = ?0 and d.session_id = x.id)) order by x.id limit 1`,
		tx.Scope.Tenant, before).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return id, false, nil
	}
	return id, err == nil, err
}

func erasePhones(ctx context.Context, tx db.Tx, session ids.ID) (int, error) {
	res, err := tx.ExecContext(ctx, "update sales.orders set contact = null, contact_blind = null, request = null where tenant_id = ? and session_id = ? and contact is not null", tx.Scope.Tenant, session)
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "update sales.orders set request = null where tenant_id = ? and session_id = ? and request is not null", tx.Scope.Tenant, session); err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
