package channel

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

type position struct{ journal, change int64 }

// lockPosition reads the tenant's position and keeps other gatherers out. A
// tenant's first position is the journal's end: what was before has no hooks.
func lockPosition(ctx context.Context, tx db.Tx) (p position, err error) {
	_, err = tx.ExecContext(ctx, `insert into channel.position (tenant_id, journal, change)
		select ?, coalesce((select seq from inventory.head where tenant_id = ?), 0), 0 on conflict do nothing`, tx.Scope.Tenant, tx.Scope.Tenant)
	if err != nil {
		return p, err
	}
	err = tx.QueryRowContext(ctx, "select journal, change from channel.position where tenant_id = ? for update", tx.Scope.Tenant).Scan(&p.journal, &p.change)
	return p, err
}

func movePosition(ctx context.Context, tx db.Tx, p position) error {
	_, err := tx.ExecContext(ctx, "update channel.position set journal = ?, change = ? where tenant_id = ? and (journal, change) is distinct from (?, ?)",
		p.journal, p.change, tx.Scope.Tenant, p.journal, p.change)
	return err
}

// catalogue gives a digest of each thing that agents are told of. A session's
// takes in its map's revision, so that a change of prices is one. A package that
// is taken from the agents is told of once more.
const catalogue = `select 'venue' as kind, v.id as ref, md5(v::text || coalesce((select string_agg(h::text, '' order by h.id) from venue.hall h where h.tenant_id = v.tenant_id and h.venue_id = v.id), '')) as digest
		from venue.venue v where v.tenant_id = ?
	union all select 'show', s.id, md5(s::text) from show.show s where s.tenant_id = ? and s.state <> 'draft'
	union all select 'session', x.id, md5(x::text || coalesce(m.revision::text, '')) from show.session x
		left join ticketmap.map m on m.tenant_id = x.tenant_id and m.session_id = x.id
		where x.tenant_id = ? and x.state <> 'created' and x.ends_at > ?::timestamptz - interval '30 days'
	union all select 'package', p.id, md5(p::text) from sales.package p where p.tenant_id = ? and p.state <> 'draft'
		and (p.content @> '{"channels": ["agent"]}' or exists (select from channel.seen z where z.tenant_id = p.tenant_id and z.kind = 'package' and z.ref = p.id))`

// gatherChanges numbers what differs from what was seen last and returns the
// sessions and packages among it.
func gatherChanges(ctx context.Context, tx db.Tx, at *position) (sessions, packages []ids.ID, err error) {
	t := tx.Scope.Tenant
	rows, err := tx.QueryContext(ctx, `select c.kind, c.ref, c.digest from (`+catalogue+`) c
		left join channel.seen s on s.tenant_id = ? and s.kind = c.kind and s.ref = c.ref where s.digest is distinct from c.digest order by c.kind desc, c.ref`, t, t, t, tx.Now, t, t)
	if err != nil {
		return nil, nil, err
	}
	type found struct {
		kind, digest string
		ref          ids.ID
	}
	var list []found
	for rows.Next() {
		var f found
		if err := rows.Scan(&f.kind, &f.ref, &f.digest); err != nil {
			_ = rows.Close()
			return nil, nil, err
		}
		list = append(list, f)
	}
	if err := orElse(rows.Err(), rows.Close()); err != nil {
		return nil, nil, err
	}
	for _, f := range list {
		at.change++
		if _, err := tx.ExecContext(ctx, "insert into channel.change (tenant_id, seq, kind, ref, at) values (?, ?, ?, ?, ?)", t, at.change, f.kind, f.ref, tx.Now); err != nil {
			return nil, nil, err
		}
		if _, err := tx.ExecContext(ctx, `insert into channel.seen (tenant_id, kind, ref, digest) values (?, ?, ?, ?)
			on conflict (tenant_id, kind, ref) do update set digest = excluded.digest`, t, f.kind, f.ref, f.digest); err != nil {
			return nil, nil, err
		}
		if f.kind == "session" {
			sessions = append(sessions, f.ref)
		}
		if f.kind == "package" {
			packages = append(packages, f.ref)
		}
	}
	return sessions, packages, nil
}

func listChanges(ctx context.Context, tx db.Tx, after int64, limit int) ([]Changed, error) {
	rows, err := tx.QueryContext(ctx, "select seq, kind, ref, at from channel.change where tenant_id = ? and seq > ? order by seq limit ?", tx.Scope.Tenant, after, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Changed{}
	for rows.Next() {
		var c Changed
		if err := rows.Scan(&c.Seq, &c.Kind, &c.ID, &c.At); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
