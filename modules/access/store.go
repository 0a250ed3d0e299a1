package access

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// secret is what of an account only sign-in looks at.
type secret struct {
	password   string
	passwordAt time.Time
}

const accountColumns = `a.id, a.login, a.name, a.must_change, a.disabled_at is not null, a.created_at,
	array(select role from access.account_role r where r.tenant_id = a.tenant_id and r.account_id = a.id order by role)`

type row interface{ Scan(...any) error }

func scanAccount(r row, more ...any) (Account, error) {
	var a Account
	var roles []string
	err := r.Scan(append([]any{&a.ID, &a.Login, &a.Name, &a.MustChange, &a.Disabled, &a.CreatedAt, pgdialect.Array(&roles)}, more...)...)
	a.Roles = make([]Role, len(roles))
	for i, s := range roles {
		a.Roles[i] = Role(s)
	}
	return a, err
}

// findLogin returns the zero account for a login that nobody has.
func findLogin(ctx context.Context, tx db.Tx, login string) (Account, secret, error) {
	var s secret
	a, err := scanAccount(tx.QueryRowContext(ctx, "select "+accountColumns+`, coalesce(a.password, ''), coalesce(a.password_at, a.created_at)
		from access.account a where a.tenant_id = ? and a.login = ?`, tx.Scope.Tenant, login), &s.password, &s.passwordAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, secret{}, nil
	}
	return a, s, err
}

func loadAccount(ctx context.Context, tx db.Tx, id ids.ID) (Account, error) {
	a, err := scanAccount(tx.QueryRowContext(ctx, "select "+accountColumns+" from access.account a where a.tenant_id = ? and a.id = ?", tx.Scope.Tenant, id))
	return a, orNone(err, ErrNoUser)
}

func lockAccount(ctx context.Context, tx db.Tx, id ids.ID) (Account, secret, error) {
	var s secret
	a, err := scanAccount(tx.QueryRowContext(ctx, "select "+accountColumns+`, coalesce(a.password, ''), coalesce(a.password_at, a.created_at)
		from access.account a where a.tenant_id = ? and a.id = ? for update`, tx.Scope.Tenant, id), &s.password, &s.passwordAt)
	return a, s, orNone(err, ErrNoUser)
}

func orNone(err, none error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return none
	}
	return err
}

func listAccounts(ctx context.Context, tx db.Tx, after string, limit int) ([]Account, error) {
	rows, err := tx.QueryContext(ctx, "select "+accountColumns+" from access.account a where a.tenant_id = ? and a.login > ? order by a.login limit ?",
		tx.Scope.Tenant, after, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Account
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

func insertAccount(ctx context.Context, tx db.Tx, a Account, phc string) error {
	_, err := tx.ExecContext(ctx, `insert into access.account (tenant_id, id, login, name, password, password_at, must_change, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, a.ID, a.Login, a.Name, phc, tx.Now, a.MustChange, a.CreatedAt)
	if db.IsUnique(err, "account_login") {
		return ErrLoginTaken
	}
	return err
}

func setName(ctx context.Context, tx db.Tx, id ids.ID, name string) error {
	_, err := tx.ExecContext(ctx, "update access.account set name = ? where tenant_id = ? and id = ?", name, tx.Scope.Tenant, id)
	return err
}

func setPassword(ctx context.Context, tx db.Tx, id ids.ID, phc string, mustChange bool) error {
	_, err := tx.ExecContext(ctx, "update access.account set password = ?, password_at = ?, must_change = ? where tenant_id = ? and id = ?",
		phc, tx.Now, mustChange, tx.Scope.Tenant, id)
	return err
}

func setMustChange(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "update access.account set must_change = true where tenant_id = ? and id = ?", tx.Scope.Tenant, id)
	return err
}

func setDisabled(ctx context.Context, tx db.Tx, id ids.ID, disabled bool) error {
	_, err := tx.ExecContext(ctx, "update access.account set disabled_at = case when ? then coalesce(disabled_at, ?) end where tenant_id = ? and id = ?",
		disabled, tx.Now, tx.Scope.Tenant, id)
	return err
}

func addRoles(ctx context.Context, tx db.Tx, id ids.ID, roles []Role) error {
	for _, r := range roles {
		if _, err := tx.ExecContext(ctx, `insert into access.account_role (tenant_id, account_id, role, given_at) values (?, ?, ?, ?) on conflict do nothing`,
			tx.Scope.Tenant, id, string(r), tx.Now); err != nil {
			return err
		}
	}
	return nil
}

func dropRolesBut(ctx context.Context, tx db.Tx, id ids.ID, keep []Role) error {
	texts := make([]string, len(keep))
	for i, r := range keep {
		texts[i] = string(r)
	}
	_, err := tx.ExecContext(ctx, "delete from access.account_role where tenant_id = ? and account_id = ? and role <> all(?)",
		tx.Scope.Tenant, id, pgdialect.Array(texts))
	return err
}

// lockAdmins lets one change of rights a tenant go on at a time, so that two
// administrators cannot take each other's rights at once.
func lockAdmins(ctx context.Context, tx db.Tx) error {
	_, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock(hashtext('access.admins'), ?)", tx.Scope.Tenant)
	return err
}

func countAdmins(ctx context.Context, tx db.Tx) (n int, err error) {
	err = tx.QueryRowContext(ctx, `select count(*) from access.account a join access.account_role r on r.tenant_id = a.tenant_id and r.account_id = a.id
		where a.tenant_id = ? and r.role = ? and a.disabled_at is null`, tx.Scope.Tenant, string(PlatformAdmin)).Scan(&n)
	return n, err
}

// countAttempt counts a try, unless the subject is locked, and returns the
// failures so far with this one. A day without a try forgets them.
func countAttempt(ctx context.Context, tx db.Tx, subject []byte) (failures int, until time.Time, err error) {
	var locked sql.NullTime
	err = tx.QueryRowContext(ctx, `insert into access.attempt as a (tenant_id, subject, failures, last_at) values (?, ?, 1, ?)
		on conflict (tenant_id, subject) do update set
			failures = case when a.locked_until > excluded.last_at then a.failures
				when a.last_at < excluded.last_at - interval '1 day' then 1 else a.failures + 1 end,
			last_at = excluded.last_at
		returning failures, locked_until`, tx.Scope.Tenant, subject, tx.Now).Scan(&failures, &locked)
	return failures, locked.Time, err
}

func lockAttempt(ctx context.Context, tx db.Tx, subject []byte, until time.Time) error {
	_, err := tx.ExecContext(ctx, "update access.attempt set locked_until = ? where tenant_id = ? and subject = ?", until, tx.Scope.Tenant, subject)
	return err
}

// forgive takes the count back, and with it some of what others left a day ago.
func forgive(ctx context.Context, tx db.Tx, subject []byte) error {
	_, err := tx.ExecContext(ctx, `delete from access.attempt where tenant_id = ? and (subject = ? or subject in (
		select subject from access.attempt where tenant_id = ? and last_at < ? limit 100 for update skip locked))`,
		tx.Scope.Tenant, subject, tx.Scope.Tenant, tx.Now.AddDate(0, 0, -1))
	return err
}

func insertSession(ctx context.Context, tx db.Tx, id, account ids.ID, hash []byte, ends time.Time, idle int) error {
	_, err := tx.ExecContext(ctx, `insert into access.session (tenant_id, id, account_id, token_hash, started_at, ends_at, idle_seconds)
		values (?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, id, account, hash, tx.Now, ends, idle)
	return err
}

// endByToken ends the session of a token of this tenant, if there is one.
func endByToken(ctx context.Context, tx db.Tx, token, why string) error {
	if kind, tenant, ok := parseToken(token); !ok || kind != SessionToken || tenant != tx.Scope.Tenant {
		return nil
	}
	_, err := tx.ExecContext(ctx, "update access.session set ended_at = ?, ended_why = ? where tenant_id = ? and token_hash = ? and ended_at is null",
		tx.Now, why, tx.Scope.Tenant, hashOf(token))
	return err
}

func endAll(ctx context.Context, tx db.Tx, account ids.ID, why string) error {
	_, err := tx.ExecContext(ctx, "update access.session set ended_at = ?, ended_why = ? where tenant_id = ? and account_id = ? and ended_at is null",
		tx.Now, why, tx.Scope.Tenant, account)
	return err
}

func loadPolicy(ctx context.Context, tx db.Tx) (Policy, error) {
	var p Policy
	err := tx.QueryRowContext(ctx, `select password_min, password_classes, password_days, lock_after, lock_seconds, lock_max_seconds, idle_minutes, session_minutes
		from access.policy where tenant_id = ?`, tx.Scope.Tenant).
		Scan(&p.PasswordMin, &p.PasswordClasses, &p.PasswordDays, &p.LockAfter, &p.LockSeconds, &p.LockMaxSeconds, &p.IdleMinutes, &p.SessionMinutes)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultPolicy, nil
	}
	return p, err
}

func savePolicy(ctx context.Context, tx db.Tx, p Policy) error {
	_, err := tx.ExecContext(ctx, `insert into access.policy (tenant_id, password_min, password_classes, password_days, lock_after, lock_seconds, lock_max_seconds,
			idle_minutes, session_minutes, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (tenant_id) do update set password_min = excluded.password_min, password_classes = excluded.password_classes,
			password_days = excluded.password_days, lock_after = excluded.lock_after, lock_seconds = excluded.lock_seconds,
			lock_max_seconds = excluded.lock_max_seconds, idle_minutes = excluded.idle_minutes, session_minutes = excluded.session_minutes,
			changed_at = excluded.changed_at`,
		tx.Scope.Tenant, p.PasswordMin, p.PasswordClasses, p.PasswordDays, p.LockAfter, p.LockSeconds, p.LockMaxSeconds, p.IdleMinutes, p.SessionMinutes, tx.Now)
	return err
}
