package audit

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"parterre/modules/core/db"
)

func note(ctx context.Context, tx db.Tx, action, target string, key, detail []byte) error {
	var text any
	if detail != nil {
		text = string(detail)
	}
	_, err := tx.ExecContext(ctx, "select audit.note(?, ?, ?::jsonb, ?::jsonb)", action, target, string(key), text)
	return err
}

type head struct {
	seq  int64
	hash []byte
}

// loadHead returns the zero head of a tenant whose log is empty.
func loadHead(ctx context.Context, tx db.Tx) (h head, err error) {
	err = tx.QueryRowContext(ctx, "select seq, hash from audit.head where tenant_id = ?", tx.Scope.Tenant).Scan(&h.seq, &h.hash)
	if errors.Is(err, sql.ErrNoRows) {
		return head{}, nil
	}
	return h, err
}

func loadSealed(ctx context.Context, tx db.Tx, after, upTo int64, limit int) ([]sealed, error) {
	rows, err := tx.QueryContext(ctx, `select seq, hash, tenant_id::text, seq::text, (extract(epoch from at) * 1000000)::bigint::text, actor, actor_name,
			reason, approver, request, action, target, key::text, before::text, after::text
		from audit.entry where tenant_id = ? and seq > ? and seq <= ? order by entry.seq limit ?`, tx.Scope.Tenant, after, upTo, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []sealed
	for rows.Next() {
		var e sealed
		into := []any{&e.seq, &e.hash}
		for i := range e.cols {
			into = append(into, &e.cols[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// countStrays counts in one statement, so that the head and the entries are of the same moment.
func countStrays(ctx context.Context, tx db.Tx) (beyond, unsealed int64, err error) {
	err = tx.QueryRowContext(ctx, `select count(*) filter (where e.seq > coalesce(h.seq, 0)), count(*) filter (where e.seq is null)
		from audit.entry e left join audit.head h on h.tenant_id = e.tenant_id
		where e.tenant_id = ? and (e.seq is null or e.seq > coalesce(h.seq, 0))`, tx.Scope.Tenant).Scan(&beyond, &unsealed)
	return beyond, unsealed, err
}

func search(ctx context.Context, tx db.Tx, f Filter, before int64, limit int) ([]Entry, error) {
	where, args := []string{"tenant_id = ?", "seq is not null"}, []any{tx.Scope.Tenant}
	add := func(clause string, arg ...any) { where, args = append(where, clause), append(args, arg...) }
	if before > 0 {
		add("seq < ?", before)
	}
	for _, c := range []struct{ column, value string }{{"target", f.Target}, {"actor", f.Actor}, {"action", f.Action}, {"request", f.Request}} {
		if c.value != "" {
			add(c.column+" = ?", c.value) // column is one of the four above
		}
	}
	for k, v := range f.Key {
		add("key ->> ? = ?", k, v)
	}
	if !f.From.IsZero() {
		add("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		add("at < ?", f.To)
	}
	rows, err := tx.QueryContext(ctx, `select seq, at, actor, actor_name, reason, approver, request, action, target, key::text, before::text, after::text, hash
		from audit.entry where `+strings.Join(where, " and ")+" order by seq desc limit ?", append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Entry
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func scanEntry(rows *sql.Rows) (Entry, error) {
	var e Entry
	var key string
	var before, after sql.NullString
	var hash []byte
	err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.ActorName, &e.Reason, &e.Approver, &e.Request, &e.Action, &e.Target, &key, &before, &after, &hash)
	e.Key, e.Hash = json.RawMessage(key), hex.EncodeToString(hash)
	if before.Valid {
		e.Before = json.RawMessage(before.String)
	}
	if after.Valid {
		e.After = json.RawMessage(after.String)
	}
	return e, err
}
