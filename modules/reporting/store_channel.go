package reporting

import (
	"context"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/reporting/fact"
)

// PutChannel makes or changes a channel of ctx's tenant. A new channel starts
// with the facts that are appended from then on; Backfill gives it those before.
// A channel that is switched off (Active false) sends nothing, and has all that
// happened meanwhile to send when it is switched on again.
func (s *Service) PutChannel(ctx context.Context, c Channel) error {
	if c.Code == "" || c.Name == "" || c.Adapter == "" {
		return ErrSettings
	}
	if check := s.checks[c.Adapter]; check != nil {
		if err := check(c.Settings); err != nil {
			return err
		}
	}
	kinds := make([]string, len(c.Kinds))
	for i, k := range c.Kinds {
		kinds[i] = string(k)
	}
	settings := string(c.Settings)
	if settings == "" {
		settings = "{}"
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into reporting.channel (tenant_id, code, name, adapter, venues, kinds, settings, active, created_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (tenant_id, code) do update set name = excluded.name, adapter = excluded.adapter, venues = excluded.venues, kinds = excluded.kinds,
  settings = excluded.settings, active = excluded.active, version = reporting.channel.version + 1`,
			tx.Scope.Tenant, c.Code, c.Name, c.Adapter, pgdialect.Array(append([]string{}, c.Venues...)), pgdialect.Array(kinds), settings, c.Active, tx.Now)
		if db.IsCheck(err, "channel_code_check") || db.IsCheck(err, "channel_name_check") || db.IsCheck(err, "channel_adapter_check") {
			return ErrSettings
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert into reporting.channel_state (tenant_id, channel) values (?, ?) on conflict do nothing", tx.Scope.Tenant, c.Code)
		return err
	})
}

// Backfill gives a channel every older fact that it takes and does not have
// yet, in the order in which they were recorded, and returns how many. It is
// for a channel that was made late: a platform must know a venue before its
// sessions. Errors: ErrChannel.
func (s *Service) Backfill(ctx context.Context, channel string) (int, error) {
	n := 0
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		n = 0
		// Nobody numbers meanwhile: what waits in the inbox comes after.
		if _, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock(hashtext('reporting.sequence'), ?)", tx.Scope.Tenant); err != nil {
			return err
		}
		channels, err := loadChannels(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range channels {
			if c.Code != channel {
				continue
			}
			positions, err := missing(ctx, tx, c)
			if err != nil {
				return err
			}
			n = len(positions)
			return assign(ctx, tx, c.Code, positions)
		}
		return ErrChannel
	})
	return n, err
}

func missing(ctx context.Context, tx db.Tx, c Channel) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, `select f.position, f.kind, f.venue from reporting.fact f
where f.tenant_id = ? and not exists (select from reporting.delivery d where d.tenant_id = f.tenant_id and d.position = f.position and d.channel = ?)
  and not exists (select from reporting.inbox i where i.tenant_id = f.tenant_id and i.position = f.position)
order by f.position`, tx.Scope.Tenant, c.Code)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []int64
	for rows.Next() {
		var w waitingFact
		if err := rows.Scan(&w.position, &w.kind, &w.venue); err != nil {
			return nil, err
		}
		if c.Takes(fact.Kind(w.kind), w.venue) {
			out = append(out, w.position)
		}
	}
	return out, rows.Err()
}
