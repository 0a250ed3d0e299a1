package sales

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// unpaidOrders counts a buyer's named orders that ended without money since a moment.
func unpaidOrders(ctx context.Context, tx db.Tx, buyer string, since time.Time) (n int, err error) {
	err = tx.QueryRowContext(ctx, `select count(*) from (select 1 from sales.orders where tenant_id = ? and buyer = ? and created_at > ? and state in ('expired', 'cancelled')
		and exists (select 1 from jsonb_array_elements(lines) l where coalesce(l->>'person', '') not in ('', '00000000-0000-0000-0000-000000000000')) limit 100) x`, tx.Scope.Tenant, buyer, since).Scan(&n)
	return n, err
}

// pendingWith lists the unpaid orders of a session that name one of some persons.
func pendingWith(ctx context.Context, tx db.Tx, session ids.ID, people []ids.ID) ([]ids.ID, error) {
	texts := make([]string, len(people))
	for i, p := range people {
		texts[i] = p.String()
	}
	rows, err := tx.QueryContext(ctx, `select id from sales.orders where tenant_id = ? and session_id = ? and state = 'pending'
		and exists (select 1 from jsonb_array_elements(lines) l where l->>'person' = any (?::text[])) order by id`, tx.Scope.Tenant, session, array(texts))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []ids.ID
	for rows.Next() {
		var id ids.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
