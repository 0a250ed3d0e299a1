package sales

import "github.com/jackc/pgx/v5"

// queueSwaps ends the tickets of exchanged places and moves what belongs to
// them; the new tickets are made with all others. It comes first: a place that
// an exchange left may be sold in the same batch.
func (w *rowSet) queueSwaps(b *pgx.Batch, tenant int32) {
	m := &w.swap
	if len(m.from) == 0 {
		return
	}
	b.Queue(`with gone as (
		delete from sales.ticket t using unnest($2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[]) x(session, seat, exchange, at)
		where t.tenant_id = $1 and t.session_id = x.session and t.seat_id = x.seat returning t.*, x.exchange as r, x.at as a)
		insert into sales.ticket_past (tenant_id, session_id, seat_id, order_id, serial, code, price, zone, kind, person_id, channel, sold_at, edition, prints, state, refund_id, ended_at)
		select tenant_id, session_id, seat_id, order_id, serial, code, price, zone, kind, person_id, channel, sold_at, edition, prints, 'exchanged', r, a from gone where checking.outside(tenant_id, session_id, code)`,
		tenant, m.session, m.from, m.exchange, m.at)
	b.Queue(`update identity.holding h set seat_id = x.new from unnest($2::uuid[], $3::int[], $4::int[]) x(session, old, new) where h.tenant_id = $1 and h.session_id = x.session and h.seat_id = x.old`,
		tenant, m.session, m.from, m.to)
	b.Queue(`with m as (select * from unnest($2::uuid[], $3::int[], $4::int[], $5::bigint[], $6::bigint[]) x(id, old, new, price, list)), n as (
		select o.id, jsonb_agg(case when m.id is null then l else l || jsonb_build_object('seat', m.new, 'price', m.price) || case when l ? 'list' then jsonb_build_object('list', m.list) else '{}' end end order by i) as lines,
			sum(coalesce(m.price, (l ->> 'price')::bigint)) as amount
		from sales.orders o cross join jsonb_array_elements(o.lines) with ordinality a(l, i) left join m on m.id = o.id and m.old = (l ->> 'seat')::int
		where o.tenant_id = $1 and o.id in (select id from m) group by o.id)
		update sales.orders o set lines = n.lines, amount = n.amount from n where o.tenant_id = $1 and o.id = n.id`,
		tenant, m.order, m.from, m.to, m.price, m.list)
	d := &w.differences
	b.Queue(`update sales.exchange_due set state = 'done', done_at = x.at from unnest($2::uuid[], $3::timestamptz[]) x(id, at) where tenant_id = $1 and exchange_due.id = x.id`, tenant, d.id, d.at)
	b.Queue(`insert into sales.refund (tenant_id, id, order_id, session_id, seats, fees, paid, fee, reason, state, asked_by, created_at, done_at)
		select $1, id, ord, session, '{}', '{}', paid, 0, '换座', state, by, at, case when state = 'done' then at end
		from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::timestamptz[]) x(id, ord, session, paid, state, by, at)`,
		tenant, d.id, d.order, d.session, d.paid, d.state, d.by, d.at)
}

// queueMovedPersons gives exchanged tickets the persons of those that they came
// of: the order was read before the exchange was decided, and a correction may
// have come between.
func (w *rowSet) queueMovedPersons(b *pgx.Batch, tenant int32) {
	m := &w.swap
	if len(m.from) == 0 {
		return
	}
	b.Queue(`update sales.ticket t set person_id = k.person_id from unnest($2::uuid[], $3::int[], $4::int[], $5::uuid[]) x(session, old, new, exchange)
		join sales.ticket_past k on k.tenant_id = $1 and k.session_id = x.session and k.seat_id = x.old and k.refund_id = x.exchange
		where t.tenant_id = $1 and t.session_id = x.session and t.seat_id = x.new and t.person_id is distinct from k.person_id`,
		tenant, m.session, m.from, m.to, m.exchange)
}

// queueNames puts corrected persons on their tickets and orders. A printed
// ticket shows the old name, so its edition ends.
func (w *rowSet) queueNames(b *pgx.Batch, tenant int32) {
	n := &w.names
	if len(n.seat) == 0 {
		return
	}
	b.Queue(`with x as (select * from unnest($2::uuid[], $3::int[], $4::bigint[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[], $10::boolean[]) x(session, seat, serial, ord, id, person, by, at, first)),
		f as (insert into sales.binding (tenant_id, session_id, serial, id, order_id, seat_id, person_id, bound_by, at)
			select $1, x.session, x.serial, x.id, x.ord, x.seat, x.person, x.by, x.at from x where x.first),
		c as (insert into sales.correction (tenant_id, session_id, serial, id, order_id, seat_id, person_before, person_after, asked_by, at)
			select $1, x.session, x.serial, x.id, x.ord, x.seat, t.person_id, x.person, x.by, x.at from x join sales.ticket t on t.tenant_id = $1 and t.session_id = x.session and t.seat_id = x.seat where not x.first),
		u as (update sales.ticket t set person_id = x.person, edition = t.edition + (not x.first)::int from x where t.tenant_id = $1 and t.session_id = x.session and t.seat_id = x.seat and t.serial = x.serial
			returning t.tenant_id, t.session_id, t.code, x.first)
		select checking.outside(u.tenant_id, u.session_id, u.code) from u where not u.first`,
		tenant, n.session, n.seat, n.serial, n.order, n.id, n.person, n.by, n.at, n.first)
	b.Queue(`with m as (select * from unnest($2::uuid[], $3::int[], $4::uuid[]) x(id, seat, person)), n as (
		select o.id, jsonb_agg(case when m.id is null then l else l || jsonb_build_object('person', m.person) end order by i) as lines
		from sales.orders o cross join jsonb_array_elements(o.lines) with ordinality a(l, i) left join m on m.id = o.id and m.seat = (l ->> 'seat')::int
		where o.tenant_id = $1 and o.id in (select id from m) group by o.id)
		update sales.orders o set lines = n.lines from n where o.tenant_id = $1 and o.id = n.id`,
		tenant, n.order, n.seat, n.person)
}
