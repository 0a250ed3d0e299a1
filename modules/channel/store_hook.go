package channel

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

const hookColumns = "h.id, h.agent_id, h.url, h.events, h.secret, h.previous, h.previous_until, h.enabled, h.created_at"

func scanHook(r row) (h Hook, err error) {
	err = r.Scan(&h.ID, &h.agent, &h.URL, pgdialect.Array(&h.Events), &h.secret, &h.previous, &h.PreviousUntil, &h.Enabled, &h.CreatedAt)
	return h, err
}

func getHook(ctx context.Context, tx db.Tx, agent, id ids.ID, lock bool) (Hook, error) {
	q := "select " + hookColumns + " from channel.hook h where h.tenant_id = ? and h.agent_id = ? and h.id = ?"
	if lock {
		q += " for no key update"
	}
	h, err := scanHook(tx.QueryRowContext(ctx, q, tx.Scope.Tenant, agent, id))
	return h, orNone(err, ErrNoHook)
}

func hooks(ctx context.Context, tx db.Tx, where string, args ...any) ([]Hook, error) {
	rows, err := tx.QueryContext(ctx, "select "+hookColumns+" from channel.hook h where h.tenant_id = ? and "+where+" order by h.id", append([]any{tx.Scope.Tenant}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Hook{}
	for rows.Next() {
		h, err := scanHook(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

func listHooks(ctx context.Context, tx db.Tx, agent ids.ID) ([]Hook, error) {
	return hooks(ctx, tx, "h.agent_id = ?", agent)
}

func enabledHooks(ctx context.Context, tx db.Tx) ([]Hook, error) {
	return hooks(ctx, tx, "h.enabled and not exists (select from channel.agent a where a.tenant_id = h.tenant_id and a.id = h.agent_id and a.disabled)")
}

func countHooks(ctx context.Context, tx db.Tx, agent ids.ID) (n int, err error) {
	if _, err := getAgent(ctx, tx, agent, true); err != nil { // two that come at once are counted one after the other
		return 0, err
	}
	err = tx.QueryRowContext(ctx, "select count(*) from channel.hook where tenant_id = ? and agent_id = ?", tx.Scope.Tenant, agent).Scan(&n)
	return n, err
}

func insertHook(ctx context.Context, tx db.Tx, h Hook) error {
	res, err := tx.ExecContext(ctx, "insert into channel.hook (tenant_id, id, agent_id, url, events, secret, enabled, created_at) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
		tx.Scope.Tenant, h.ID, h.agent, h.URL, pgdialect.Array(h.Events), h.secret, h.Enabled, h.CreatedAt)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orElse(err, ErrNoHook) // the id is another agent's
	}
	return nil
}

func updateHook(ctx context.Context, tx db.Tx, h Hook) error {
	_, err := tx.ExecContext(ctx, "update channel.hook set url = ?, events = ?, enabled = ?, secret = ?, previous = ?, previous_until = ? where tenant_id = ? and id = ?",
		h.URL, pgdialect.Array(h.Events), h.Enabled, h.secret, h.previous, h.PreviousUntil, tx.Scope.Tenant, h.ID)
	return err
}

func deleteHook(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "delete from channel.hook where tenant_id = ? and id = ?", tx.Scope.Tenant, id)
	return err
}

// Delivery is one event on its way to a webhook.
type Delivery struct {
	ID        ids.ID     `json:"id" doc:"The event's id, webhook-id of each try"`
	Type      string     `json:"type"`
	State     string     `json:"state" enum:"waiting,sent,parked"`
	Attempts  int        `json:"attempts"`
	NextAt    time.Time  `json:"nextAt"`
	Status    int        `json:"status" doc:"HTTP status of the last answer, 0 for none"`
	Error     string     `json:"error" doc:"Why the last try failed"`
	CreatedAt time.Time  `json:"createdAt"`
	SentAt    *time.Time `json:"sentAt,omitempty"`

	hook ids.ID
	body string
}

const pushColumns = "p.id, p.hook_id, p.type, p.state, p.attempts, p.next_at, p.status, p.error, p.created_at, p.sent_at, p.body"

func scanDelivery(r row) (d Delivery, err error) {
	err = r.Scan(&d.ID, &d.hook, &d.Type, &d.State, &d.Attempts, &d.NextAt, &d.Status, &d.Error, &d.CreatedAt, &d.SentAt, &d.body)
	return d, err
}

func deliveries(ctx context.Context, tx db.Tx, q string, args ...any) ([]Delivery, error) {
	rows, err := tx.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Delivery{}
	for rows.Next() {
		d, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// push queues an event for a webhook. No personal data goes into data.
func push(ctx context.Context, tx db.Tx, h Hook, id ids.ID, kind string, at time.Time, data map[string]any) (Delivery, error) {
	body, err := json.Marshal(struct {
		ID        ids.ID         `json:"id"`
		Type      string         `json:"type"`
		Timestamp time.Time      `json:"timestamp"`
		Data      map[string]any `json:"data"`
	}{id, kind, at.UTC(), data})
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{ID: id, Type: kind, State: "waiting", NextAt: tx.Now, CreatedAt: tx.Now, hook: h.ID, body: string(body)}
	_, err = tx.ExecContext(ctx, "insert into channel.push (tenant_id, id, hook_id, agent_id, type, body, created_at, next_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, id, h.ID, h.agent, kind, d.body, tx.Now, tx.Now)
	return d, err
}

func listDeliveries(ctx context.Context, tx db.Tx, hook ids.ID, limit int) ([]Delivery, error) {
	return deliveries(ctx, tx, "select "+pushColumns+" from channel.push p where p.tenant_id = ? and p.hook_id = ? order by p.id desc limit ?", tx.Scope.Tenant, hook, limit)
}

func retryDelivery(ctx context.Context, tx db.Tx, hook, id ids.ID) (Delivery, error) {
	list, err := deliveries(ctx, tx, `update channel.push p set state = 'waiting', next_at = ?, attempts = 0 where p.tenant_id = ? and p.hook_id = ? and p.id = ? returning `+pushColumns,
		tx.Now, tx.Scope.Tenant, hook, id)
	if err != nil || len(list) == 0 {
		return Delivery{}, orElse(err, ErrNoDelivery)
	}
	return list[0], nil
}

// takeDue claims deliveries whose time has come: their next time is moved on,
// so that a worker that dies on the way leaves them to another.
func takeDue(ctx context.Context, tx db.Tx, limit int, lease time.Duration) ([]Delivery, error) {
	return deliveries(ctx, tx, `update channel.push p set attempts = p.attempts + 1, next_at = ? from (
			select id from channel.push where tenant_id = ? and state = 'waiting' and next_at <= ? order by next_at, id limit ? for update skip locked) due
		where p.tenant_id = ? and p.id = due.id returning `+pushColumns, tx.Now.Add(lease), tx.Scope.Tenant, tx.Now, limit, tx.Scope.Tenant)
}

func hookByID(ctx context.Context, tx db.Tx, id ids.ID) (Hook, error) {
	h, err := scanHook(tx.QueryRowContext(ctx, "select "+hookColumns+" from channel.hook h where h.tenant_id = ? and h.id = ?", tx.Scope.Tenant, id))
	return h, orNone(err, ErrNoHook)
}

func settlePush(ctx context.Context, tx db.Tx, d Delivery) error {
	_, err := tx.ExecContext(ctx, "update channel.push set state = ?, next_at = ?, status = ?, error = ?, sent_at = ? where tenant_id = ? and id = ? and attempts = ?",
		d.State, d.NextAt, d.Status, d.Error, d.SentAt, tx.Scope.Tenant, d.ID, d.Attempts)
	return err
}
