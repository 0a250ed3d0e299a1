package sales

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

func bindPolicy(ctx context.Context, tx db.Tx, session ids.ID) (BindPolicy, error) {
	var row struct {
		Remind []int `bun:"remind,array"`
		Action string
	}
	err := tx.NewRaw("select remind, action from sales.bind_policy where tenant_id = ? and session_id = ?", tx.Scope.Tenant, session).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultBindPolicy, nil
	}
	return BindPolicy{Remind: row.Remind, Action: row.Action}, err
}

func putBindPolicy(ctx context.Context, tx db.Tx, session ids.ID, p BindPolicy) error {
	if p.Remind == nil {
		p.Remind = []int{}
	}
	_, err := tx.ExecContext(ctx, `insert into sales.bind_policy (tenant_id, session_id, remind, action, changed_at) values (?0, ?1, ?2, ?3, ?4)
		on conflict (tenant_id, session_id) do update set remind = excluded.remind, action = excluded.action, changed_at = excluded.changed_at`,
		tx.Scope.Tenant, session, pgdialect.Array(p.Remind), p.Action, tx.Now)
	return err
}

func bindSteps(ctx context.Context, tx db.Tx, session ids.ID) ([]BindStep, error) {
	var out []BindStep
	err := tx.NewRaw("select step, unbound, action, at from sales.bind_step where tenant_id = ? and session_id = ? order by step desc", tx.Scope.Tenant, session).Scan(ctx, &out)
	return out, err
}

// insertBindStep notes that a step was taken; false if it was before.
func insertBindStep(ctx context.Context, tx db.Tx, session ids.ID, b BindStep) (bool, error) {
	res, err := tx.ExecContext(ctx, "insert into sales.bind_step (tenant_id, session_id, step, unbound, action, at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
		tx.Scope.Tenant, session, b.Step, b.Unbound, b.Action, tx.Now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// remind notes for each order how many of its tickets want a person.
func remind(ctx context.Context, tx db.Tx, session ids.ID, step int, list []UnboundTicket, until time.Time) error {
	count := map[ids.ID]int{}
	for _, t := range list {
		count[t.Order]++
	}
	for order, n := range count {
		if _, err := tx.ExecContext(ctx, "insert into sales.bind_reminder (tenant_id, session_id, order_id, step, tickets, at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
			tx.Scope.Tenant, session, order, step, n, tx.Now); err != nil {
			return err
		}
		if err := queueReminder(ctx, tx, idOf(derive(order, fmt.Sprint("remind ", step))), order, session, until); err != nil {
			return err
		}
	}
	return nil
}

// unboundTickets lists live tickets without a person, of one order or of all.
func unboundTickets(ctx context.Context, tx db.Tx, session, order ids.ID) ([]UnboundTicket, error) {
	var rows []struct {
		ticketRow
		Buyer    string
		Reminded *time.Time
	}
	err := tx.NewRaw(`select t.session_id, t.seat_id, t.order_id, t.serial, t.code, t.price, t.zone, t.kind, t.person_id, t.channel, t.sold_at, t.edition, t.prints, 'valid' as state, o.buyer,
		(select max(r.at) from sales.bind_reminder r where r.tenant_id = t.tenant_id and r.session_id = t.session_id and r.order_id = t.order_id) as reminded
		from sales.ticket t join sales.orders o on o.tenant_id = t.tenant_id and o.id = t.order_id
		where t.tenant_id = ?0 and t.session_id = ?1 and t.person_id is null and (?2::uuid is null or t.order_id = ?2) order by o.buyer, t.order_id, t.seat_id`,
		tx.Scope.Tenant, session, order).Scan(ctx, &rows)
	out := make([]UnboundTicket, len(rows))
	for i, r := range rows {
		out[i] = UnboundTicket{Ticket: r.ticket(), Number: Order{ID: r.OrderID}.Number(), Buyer: r.Buyer, Reminded: r.Reminded}
	}
	return out, err
}

func countBound(ctx context.Context, tx db.Tx, session ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select count(*) from sales.ticket where tenant_id = ? and session_id = ? and person_id is not null", tx.Scope.Tenant, session).Scan(&n)
	return n, err
}

// sessionsToBind are the sessions to come whose tickets carry names, as far
// ahead as a reminder can be.
func sessionsToBind(ctx context.Context, tx db.Tx) ([]ids.ID, error) {
	var rows []struct {
		ID ids.ID `bun:"id"`
	}
	err := tx.NewRaw(`select id from show.session where tenant_id = ? and starts_at > ? and starts_at <= ? and state in (?) and (rules -> 'realName' ->> 'perTicket')::boolean order by starts_at`,
		tx.Scope.Tenant, tx.Now, tx.Now.Add((720+168)*time.Hour), bun.List([]string{"scheduled", "on_sale", "paused", "closed"})).Scan(ctx, &rows)
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out, err
}

// bindingOf is the id of the binding that was made of a ticket, zero if none was.
func bindingOf(ctx context.Context, tx db.Tx, session ids.ID, serial int64) (id ids.ID, err error) {
	err = tx.QueryRowContext(ctx, "select id from sales.binding where tenant_id = ? and session_id = ? and serial = ?", tx.Scope.Tenant, session, serial).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return ids.ID{}, nil
	}
	return id, err
}
