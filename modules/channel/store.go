package channel

import (
	"context"
	"database/sql"
	"errors"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

const agentColumns = "a.id, a.name, a.sandbox, a.disabled, a.rate, a.burst, a.pool, a.version, a.created_at"

type row interface{ Scan(into ...any) error }

func scanAgent(r row) (a Agent, err error) {
	err = r.Scan(&a.ID, &a.Name, &a.Sandbox, &a.Disabled, &a.Rate, &a.Burst, &a.Pool, &a.Version, &a.CreatedAt)
	return a, err
}

func getAgent(ctx context.Context, tx db.Tx, id ids.ID, lock bool) (Agent, error) {
	q := "select " + agentColumns + " from channel.agent a where a.tenant_id = ? and a.id = ?"
	if lock {
		q += " for no key update"
	}
	a, err := scanAgent(tx.QueryRowContext(ctx, q, tx.Scope.Tenant, id))
	return a, orNone(err, ErrNoAgent)
}

func orNone(err, none error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return none
	}
	return err
}

func agentOfKey(ctx context.Context, tx db.Tx, key ids.ID) (Agent, bool, error) {
	a, err := scanAgent(tx.QueryRowContext(ctx, "select "+agentColumns+` from channel.agent_key k join channel.agent a on a.tenant_id = k.tenant_id and a.id = k.agent_id
		where k.tenant_id = ? and k.key_id = ?`, tx.Scope.Tenant, key))
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	return a, err == nil, err
}

func listAgents(ctx context.Context, tx db.Tx) ([]Agent, error) {
	rows, err := tx.QueryContext(ctx, "select "+agentColumns+" from channel.agent a where a.tenant_id = ? order by a.name, a.id", tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Agent{}
	for rows.Next() {
		a, err := scanAgent(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

func insertAgent(ctx context.Context, tx db.Tx, a Agent) error {
	_, err := tx.ExecContext(ctx, `insert into channel.agent (tenant_id, id, name, sandbox, disabled, rate, burst, pool, version, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`, tx.Scope.Tenant, a.ID, a.Name, a.Sandbox, a.Disabled, a.Rate, a.Burst, a.Pool, a.Version, a.CreatedAt)
	return err
}

func updateAgent(ctx context.Context, tx db.Tx, a Agent) error {
	_, err := tx.ExecContext(ctx, "update channel.agent set name = ?, disabled = ?, rate = ?, burst = ?, pool = ?, version = ? where tenant_id = ? and id = ?",
		a.Name, a.Disabled, a.Rate, a.Burst, a.Pool, a.Version, tx.Scope.Tenant, a.ID)
	return err
}

func bindKey(ctx context.Context, tx db.Tx, key, agent ids.ID) error {
	_, err := tx.ExecContext(ctx, "insert into channel.agent_key (tenant_id, key_id, agent_id, bound_at) values (?, ?, ?, ?) on conflict do nothing", tx.Scope.Tenant, key, agent, tx.Now)
	return err
}

func sandboxMode(ctx context.Context, tx db.Tx) (on bool, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce((select sandbox from channel.mode where tenant_id = ?), false)", tx.Scope.Tenant).Scan(&on)
	return on, err
}

func setMode(ctx context.Context, tx db.Tx, on bool) error {
	_, err := tx.ExecContext(ctx, `insert into channel.mode (tenant_id, sandbox, changed_at) values (?, ?, ?)
		on conflict (tenant_id) do update set sandbox = excluded.sandbox, changed_at = excluded.changed_at`, tx.Scope.Tenant, on, tx.Now)
	return err
}

func inUse(ctx context.Context, tx db.Tx) (used bool, err error) {
	err = tx.QueryRowContext(ctx, "select exists (select from sales.orders where tenant_id = ?) or exists (select from channel.agent where tenant_id = ?)",
		tx.Scope.Tenant, tx.Scope.Tenant).Scan(&used)
	return used, err
}

// Sale is under which name and number of its own an agent sold an order.
type Sale struct {
	Order ids.ID
	Agent ids.ID
	Name  string
	Ref   string
}

func insertSale(ctx context.Context, tx db.Tx, x Sale) error {
	_, err := tx.ExecContext(ctx, "insert into channel.sale (tenant_id, order_id, agent_id, agent_name, ref, created_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
		tx.Scope.Tenant, x.Order, x.Agent, x.Name, x.Ref, tx.Now)
	return err
}

func getSale(ctx context.Context, tx db.Tx, order ids.ID) (x Sale, ok bool, err error) {
	err = tx.QueryRowContext(ctx, "select order_id, agent_id, agent_name, ref from channel.sale where tenant_id = ? and order_id = ?", tx.Scope.Tenant, order).
		Scan(&x.Order, &x.Agent, &x.Name, &x.Ref)
	if errors.Is(err, sql.ErrNoRows) {
		return x, false, nil
	}
	return x, err == nil, err
}

// keysOf are the keys that are bound to an agent.
func keysOf(ctx context.Context, tx db.Tx, agent ids.ID) (map[ids.ID]bool, error) {
	rows, err := tx.QueryContext(ctx, "select key_id from channel.agent_key where tenant_id = ? and agent_id = ?", tx.Scope.Tenant, agent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[ids.ID]bool{}
	for rows.Next() {
		var id ids.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out[id] = true
	}
	return out, rows.Err()
}
