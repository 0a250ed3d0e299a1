package sales

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/show"
)

const messageColumns = "m.id, m.purpose, m.ref, m.session_id, m.state, m.attempts, m.status, m.error, m.sandbox, m.until, m.created_at, m.next_at, m.sent_at"

func scanMessage(r *sql.Rows) (m Message, err error) {
	var next time.Time
	err = r.Scan(&m.ID, &m.Purpose, &m.Ref, &m.Session, &m.State, &m.Attempts, &m.Status, &m.Error, &m.Sandbox, &m.Until, &m.CreatedAt, &next, &m.SentAt)
	if m.State == MessageWaiting {
		m.NextAt = &next
	}
	return m, err
}

// queue adds to a batch the messages of offers whose entries agreed to one. The
// offer's hold is the message's id, so there is one each.
func queueOfferMessages(b *pgx.Batch, tenant int32, hold, entry []string, at, until []time.Time) {
	b.Queue(`insert into sales.message (tenant_id, id, purpose, ref, session_id, until, created_at, next_at)
		select $1, x.hold, 'wait_offer', e.id, e.session_id, x.until, x.at, x.at from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) x(hold, entry, at, until)
		join sales.waitlist_entry e on e.tenant_id = $1 and e.id = x.entry where e.notify and e.phone is not null on conflict do nothing`, tenant, hold, entry, at, until)
}

// queueReminder notes a message for an order, one a step.
func queueReminder(ctx context.Context, tx db.Tx, id, order, session ids.ID, until time.Time) error {
	_, err := tx.ExecContext(ctx, `insert into sales.message (tenant_id, id, purpose, ref, session_id, until, created_at, next_at)
		select ?0, ?1, ?2, o.id, ?3, ?4, ?5, ?5 from sales.orders o where o.tenant_id = ?0 and o.id = ?6 and o.contact is not null and o.channel <> 'agent' on conflict do nothing`,
		tx.Scope.Tenant, id, MessageReminder, session, until, tx.Now, order)
	return err
}

// messageNumber is the sealed number of a message's record, and its field.
func messageNumber(ctx context.Context, tx db.Tx, m Message) (sealed []byte, field string, err error) {
	field, q := "phone", "select phone from sales.waitlist_entry where tenant_id = ? and id = ? and notify"
	if m.Purpose == MessageReminder {
		field, q = "contact", "select contact from sales.orders where tenant_id = ? and id = ?"
	}
	err = tx.QueryRowContext(ctx, q, tx.Scope.Tenant, m.Ref).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return sealed, field, err
}

// messageStands says whether what a message tells of is so still, and of how
// many tickets.
func messageStands(ctx context.Context, tx db.Tx, m Message) (ok bool, n int, err error) {
	if m.Purpose == MessageReminder {
		err = tx.QueryRowContext(ctx, "select count(*) from sales.ticket where tenant_id = ? and session_id = ? and order_id = ? and person_id is null", tx.Scope.Tenant, m.Session, m.Ref).Scan(&n)
		return n > 0, n, err
	}
	var state string
	err = tx.QueryRowContext(ctx, "select state, cardinality(seats) from sales.waitlist_offer where tenant_id = ? and hold = ?", tx.Scope.Tenant, m.ID).Scan(&state, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, 0, nil
	}
	return state == "open", n, err
}

func titleOf(ctx context.Context, tx db.Tx, se show.Session) (title string, err error) {
	err = tx.QueryRowContext(ctx, "select title from show.show where tenant_id = ? and id = ?", tx.Scope.Tenant, se.ShowID).Scan(&title)
	return title, err
}

func listMessages(ctx context.Context, tx db.Tx, state string, r page.Request) (page.Page[Message], error) {
	var after ids.ID
	more, err := r.After(&after)
	if err != nil {
		return page.Page[Message]{}, err
	}
	list, err := scanAll(ctx, tx, func(rows *sql.Rows) (m Message, err error) {
		var next time.Time
		err = rows.Scan(&m.ID, &m.Purpose, &m.Ref, &m.Session, &m.State, &m.Attempts, &m.Status, &m.Error, &m.Sandbox, &m.Until, &m.CreatedAt, &next, &m.SentAt, &m.Title)
		if m.State == MessageWaiting {
			m.NextAt = &next
		}
		return m, err
	}, `select `+messageColumns+`, w.title from sales.message m join show.session x on x.tenant_id = m.tenant_id and x.id = m.session_id join show.show w on w.tenant_id = x.tenant_id and w.id = x.show_id
		where m.tenant_id = ? and (? = '' or m.state = ?) and (not ? or m.id < ?) order by m.id desc limit ?`, tx.Scope.Tenant, state, state, more, after, r.Limit())
	return page.Of(r, list, func(m Message) any { return m.ID }), err
}

func getMessage(ctx context.Context, tx db.Tx, id ids.ID) (Message, error) {
	list, err := scanAll(ctx, tx, scanMessage, "select "+messageColumns+" from sales.message m where m.tenant_id = ? and m.id = ? for no key update", tx.Scope.Tenant, id)
	if err != nil || len(list) == 0 {
		return Message{}, errsJoin(ErrNoMessage, err)
	}
	return list[0], nil
}

func retryMessage(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.message set state = 'waiting', attempts = 0, next_at = ? where tenant_id = ? and id = ?", tx.Now, tx.Scope.Tenant, id)
	return err
}

// TakeMessages claims messages whose time has come: their next time is moved
// on, so that a worker that dies on the way leaves them to another.
func TakeMessages(ctx context.Context, tx db.Tx, limit int, lease time.Duration) ([]Message, error) {
	return scanAll(ctx, tx, scanMessage, `update sales.message m set attempts = m.attempts + 1, next_at = ? from (
			select id from sales.message where tenant_id = ? and state = 'waiting' and next_at <= ? order by next_at, id limit ? for update skip locked) due
		where m.tenant_id = ? and m.id = due.id returning `+messageColumns, tx.Now.Add(lease), tx.Scope.Tenant, tx.Now, limit, tx.Scope.Tenant)
}

// SettleMessage writes down what came of a try.
func SettleMessage(ctx context.Context, tx db.Tx, m Message, next time.Time) error {
	_, err := tx.ExecContext(ctx, "update sales.message set state = ?, next_at = ?, status = ?, error = ?, sandbox = ?, sent_at = ? where tenant_id = ? and id = ? and attempts = ?",
		m.State, next, m.Status, m.Error, m.Sandbox, m.SentAt, tx.Scope.Tenant, m.ID, m.Attempts)
	return err
}
