package channel

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// entries lists what the agent of the transaction sold and took back in
// [from, to). An order counts on the day it was confirmed, a refund on the day
// it was done, a reservation on the day it ended. None of that changes afterwards.
func entries(ctx context.Context, tx db.Tx, agent string, from, to time.Time) ([]Entry, error) {
	rows, err := tx.QueryContext(ctx, `select x.kind, x.id, x.order_id, coalesce(s.ref, ''), x.session_id, x.at, x.places, x.amount, x.fee, x.net, x.off, coalesce(p.bundle_id, ?::uuid), x.state from (
			select 'order' as kind, o.id, o.id as order_id, o.session_id, o.confirmed_at as at, jsonb_array_length(o.lines) as places, o.amount, 0 as fee, o.amount as net,
					(select coalesce(sum((l ->> 'list')::bigint - (l ->> 'price')::bigint), 0)::bigint from jsonb_array_elements(o.lines) l where (l ->> 'list')::bigint > 0) as off, '' as state
				from sales.orders o where o.tenant_id = ? and o.buyer = ? and o.confirmed_at >= ? and o.confirmed_at < ?
			union all
			select 'refund', r.id, r.order_id, r.session_id, r.done_at, cardinality(r.seats), r.paid, r.fee, r.fee - r.paid, 0, ''
				from sales.refund r join sales.orders o on o.tenant_id = r.tenant_id and o.id = r.order_id
				where r.tenant_id = ? and o.buyer = ? and r.state = 'done' and r.done_at >= ? and r.done_at < ?
			union all
			select 'reservation', v.id, coalesce(v.order_id, ?::uuid), v.session_id, v.ended_at, jsonb_array_length(v.lines), 0, 0, 0, 0, v.state
				from sales.reservation v where v.tenant_id = ? and v.owner = ? and v.ended_at >= ? and v.ended_at < ?) x
		left join sales.bundle_part p on p.tenant_id = ? and p.order_id = x.order_id
		left join channel.sale s on s.tenant_id = ? and s.order_id = x.order_id order by x.at, x.kind, x.id`,
		ids.ID{}, tx.Scope.Tenant, agent, from, to, tx.Scope.Tenant, agent, from, to, ids.ID{}, tx.Scope.Tenant, agent, from, to, tx.Scope.Tenant, tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Entry{}
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Kind, &e.ID, &e.Order, &e.Ref, &e.Session, &e.At, &e.Places, &e.Amount, &e.Fee, &e.Net, &e.Off, &e.Bundle, &e.State); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
