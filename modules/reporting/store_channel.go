package reporting

import (
	"context"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
)

// PutChannel makes or changes a channel of ctx's tenant. A new channel starts
// with the facts that are appended from then on.
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
