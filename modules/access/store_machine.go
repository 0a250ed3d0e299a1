package access

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

func insertPairing(ctx context.Context, tx db.Tx, p Pairing, n NewPairing) error {
	_, err := tx.ExecContext(ctx, `insert into access.pairing (tenant_id, id, code_hash, kind, name, venue_id, gate_id, made_at, expires_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, p.ID, hashOf(p.Code), string(n.Kind), n.Name, n.Venue, n.Gate, tx.Now, p.ExpiresAt)
	return err
}

// takePairing locks the open pairing of a code.
func takePairing(ctx context.Context, tx db.Tx, hash []byte) (id ids.ID, n NewPairing, found bool, err error) {
	err = tx.QueryRowContext(ctx, `select id, kind, name, venue_id, gate_id from access.pairing
		where tenant_id = ? and code_hash = ? and device_id is null and expires_at > ? for update`, tx.Scope.Tenant, hash, tx.Now).
		Scan(&id, &n.Kind, &n.Name, &n.Venue, &n.Gate)
	if errors.Is(err, sql.ErrNoRows) {
		return id, n, false, nil
	}
	return id, n, err == nil, err
}

func closePairing(ctx context.Context, tx db.Tx, id, device ids.ID) error {
	_, err := tx.ExecContext(ctx, "update access.pairing set device_id = ? where tenant_id = ? and id = ?", device, tx.Scope.Tenant, id)
	return err
}

func insertDevice(ctx context.Context, tx db.Tx, d Device, hash []byte) error {
	_, err := tx.ExecContext(ctx, `insert into access.device (tenant_id, id, kind, name, venue_id, gate_id, key_hash, paired_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, d.ID, string(d.Kind), d.Name, d.Venue, d.Gate, hash, d.PairedAt)
	return err
}

const deviceSelect = `select d.id, d.kind, d.name, d.venue_id, d.gate_id, d.paired_at, d.revoked_at, p.seen_at
	from access.device d left join access.presence p on p.tenant_id = d.tenant_id and p.id = d.id where d.tenant_id = ?`

func scanDevice(r row) (d Device, err error) {
	err = r.Scan(&d.ID, &d.Kind, &d.Name, &d.Venue, &d.Gate, &d.PairedAt, &d.RevokedAt, &d.SeenAt)
	return d, err
}

func listDevices(ctx context.Context, tx db.Tx, after ids.ID, limit int) (out []Device, err error) {
	rows, err := tx.QueryContext(ctx, deviceSelect+" and (?::uuid is null or d.id < ?) order by d.id desc limit ?", tx.Scope.Tenant, after, after, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		d, err := scanDevice(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func loadDevice(ctx context.Context, tx db.Tx, id ids.ID) (Device, error) {
	d, err := scanDevice(tx.QueryRowContext(ctx, deviceSelect+" and d.id = ?", tx.Scope.Tenant, id))
	return d, orNone(err, ErrNoDevice)
}

func revokeDevice(ctx context.Context, tx db.Tx, id ids.ID) error {
	res, err := tx.ExecContext(ctx, "update access.device set revoked_at = coalesce(revoked_at, ?) where tenant_id = ? and id = ?", tx.Now, tx.Scope.Tenant, id)
	return oneRow(res, err, ErrNoDevice)
}

func oneRow(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return none
}

func insertKey(ctx context.Context, tx db.Tx, k Key, hash []byte) error {
	texts := make([]string, len(k.Permissions))
	for i, p := range k.Permissions {
		texts[i] = string(p)
	}
	_, err := tx.ExecContext(ctx, `insert into access.api_key (tenant_id, id, name, prefix, key_hash, permissions, made_at, expires_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, k.ID, k.Name, k.Prefix, hash, pgdialect.Array(texts), k.MadeAt, k.ExpiresAt)
	return err
}

const keySelect = `select k.id, k.name, k.prefix, k.permissions, k.made_at, k.expires_at, k.revoked_at, p.seen_at
	from access.api_key k left join access.presence p on p.tenant_id = k.tenant_id and p.id = k.id where k.tenant_id = ?`

func scanKey(r row) (k Key, err error) {
	var texts []string
	err = r.Scan(&k.ID, &k.Name, &k.Prefix, pgdialect.Array(&texts), &k.MadeAt, &k.ExpiresAt, &k.RevokedAt, &k.SeenAt)
	for _, t := range texts {
		k.Permissions = append(k.Permissions, httpx.Permission(t))
	}
	return k, err
}

func listKeys(ctx context.Context, tx db.Tx) ([]Key, error) {
	rows, err := tx.QueryContext(ctx, keySelect+" order by k.id desc", tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Key{}
	for rows.Next() {
		k, err := scanKey(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

func revokeKey(ctx context.Context, tx db.Tx, id ids.ID) error {
	res, err := tx.ExecContext(ctx, "update access.api_key set revoked_at = coalesce(revoked_at, ?) where tenant_id = ? and id = ?", tx.Now, tx.Scope.Tenant, id)
	return oneRow(res, err, ErrNoKey)
}

// running is a session as the door needs it.
type running struct {
	id      ids.ID
	account Account
	started time.Time
	ends    time.Time
	idle    time.Duration
	seen    time.Time
}

// findSession returns the session of a token's hash that nobody has ended.
func findSession(ctx context.Context, tx db.Tx, hash []byte) (r running, err error) {
	var idle int
	r.account, err = scanAccount(tx.QueryRowContext(ctx, "select "+accountColumns+`, s.id, s.started_at, s.ends_at, s.idle_seconds, coalesce(p.seen_at, s.started_at)
		from access.session s join access.account a on a.tenant_id = s.tenant_id and a.id = s.account_id
		left join access.presence p on p.tenant_id = s.tenant_id and p.id = s.id
		where s.tenant_id = ? and s.token_hash = ? and s.ended_at is null and a.disabled_at is null`, tx.Scope.Tenant, hash),
		&r.id, &r.started, &r.ends, &idle, &r.seen)
	r.idle = time.Duration(idle) * time.Second
	return r, orNone(err, ErrEnded)
}

func findDevice(ctx context.Context, tx db.Tx, hash []byte) (Device, error) {
	d, err := scanDevice(tx.QueryRowContext(ctx, deviceSelect+" and d.key_hash = ? and d.revoked_at is null", tx.Scope.Tenant, hash))
	return d, orNone(err, ErrCredential)
}

func findKey(ctx context.Context, tx db.Tx, hash []byte) (Key, error) {
	k, err := scanKey(tx.QueryRowContext(ctx, keySelect+" and k.key_hash = ? and k.revoked_at is null and k.expires_at > ?", tx.Scope.Tenant, hash, tx.Now))
	return k, orNone(err, ErrCredential)
}

func markSeen(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, `insert into access.presence (tenant_id, id, seen_at) values (?, ?, ?)
		on conflict (tenant_id, id) do update set seen_at = greatest(presence.seen_at, excluded.seen_at)`, tx.Scope.Tenant, id, tx.Now)
	return err
}

func tenantName(ctx context.Context, tx db.Tx) (slug, name string, err error) {
	err = tx.QueryRowContext(ctx, "select slug, name from core.tenant where tenant_id = ?", tx.Scope.Tenant).Scan(&slug, &name)
	return slug, name, err
}
