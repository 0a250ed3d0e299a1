// Package db is the one way to PostgreSQL: a pgx pool, bun over it, and
// transactions that know their tenant, their actor and one frozen time.
//
//	err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) error { ... })
//
// InTx joins a transaction that ctx already carries, so a service method can
// be a part of a larger one. Row-level security closes every table when no
// tenant is set, and the login role owns nothing, so a forgotten "where
// tenant_id" shows no row of another tenant.
//
// The hot path (modules/inventory) takes raw pgx from Pool. bun runs over the
// simple protocol: its statements carry literals, which the extended
// protocol's statement cache would prepare anew each time.
package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
)

// AppRole is the role that the application works as. It owns no table.
const AppRole = "parterre_app"

// Config says where the database is.
type Config struct {
	DSN      string      // postgres URL or key=value; several hosts for failover
	Clock    clock.Clock // default clock.System
	MaxConns int32       // default 16: more than 64 on 2 cores only costs (findings-sale 2.b)
	// AssumeRole makes each connection work as AppRole when DSN logs in as
	// another role that may become it.
	AssumeRole bool
}

// DB is a pool of connections. It is safe for concurrent use.
type DB struct {
	pool  *pgxpool.Pool
	bun   *bun.DB
	clock clock.Clock
}

// Open connects and checks that the role is neither a superuser nor exempt
// from row-level security: with such a role tenants would see each other.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	pc, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, fmt.Errorf("db: the address of the database is not valid: %w", err)
	}
	pc.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if pc.ConnConfig.RuntimeParams["application_name"] == "" { // an operator may name it, in the URL or by PGAPPNAME
		pc.ConnConfig.RuntimeParams["application_name"] = "parterre"
	}
	pc.MaxConns = 16
	if cfg.MaxConns > 0 {
		pc.MaxConns = cfg.MaxConns
	}
	if cfg.AssumeRole {
		pc.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "set role "+AppRole)
			return err
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("db: cannot connect: %w", err)
	}
	d := &DB{pool: pool, clock: cfg.Clock}
	if d.clock == nil {
		d.clock = clock.System{}
	}
	d.bun = bun.NewDB(stdlib.OpenDBFromPool(pool), pgdialect.New())
	if err := d.checkRole(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *DB) checkRole(ctx context.Context) error {
	var name string
	var unsafe bool
	err := d.pool.QueryRow(ctx, "select current_user, rolsuper or rolbypassrls from pg_roles where rolname = current_user").Scan(&name, &unsafe)
	if err != nil {
		return fmt.Errorf("db: cannot connect: %w", err)
	}
	if unsafe {
		return fmt.Errorf("db: role %s is a superuser or bypasses row-level security; connect as %s", name, AppRole)
	}
	return nil
}

// Close ends all connections.
func (d *DB) Close() {
	_ = d.bun.Close()
	d.pool.Close()
}

// Pool gives the raw pool, for the sale path and for LISTEN. Statements on it
// must set the tenant themselves (see SetScope).
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Clock gives the clock that freezes the transactions' time.
func (d *DB) Clock() clock.Clock { return d.clock }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.pool.Ping(ctx) }

// Tenants lists all tenants' ids, for jobs that serve each in turn.
func (d *DB) Tenants(ctx context.Context) ([]int32, error) {
	rows, err := d.pool.Query(ctx, "select core.tenant_ids()")
	if err != nil {
		return nil, Map(err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int32])
}

// Map turns a failure to reach the database into errs.Unavailable; everything
// else stays as it is.
func Map(err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	var netErr net.Error
	var connErr *pgconn.ConnectError
	switch {
	case errors.As(err, &pg):
		if c := pg.Code; strings.HasPrefix(c, "08") || strings.HasPrefix(c, "57P") || c == "53300" {
			return ErrUnavailable.Because(err)
		}
	case errors.As(err, &connErr), errors.As(err, &netErr), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, io.ErrUnexpectedEOF): // database/sql says only that the connection broke
		return ErrUnavailable.Because(err)
	}
	return err
}

// ErrUnavailable is shown while the database cannot be reached.
var ErrUnavailable = errs.New(errs.Unavailable, "core.database", "数据库暂时无法访问，请稍后重试。", "The database cannot be reached just now; please try again.")

// IsUnique reports whether err broke the unique constraint of that name.
func IsUnique(err error, constraint string) bool { return isViolation(err, "23505", constraint) }

// IsForeignKey reports whether err broke the foreign key of that name.
func IsForeignKey(err error, constraint string) bool { return isViolation(err, "23503", constraint) }

// IsCheck reports whether err broke the check constraint of that name.
func IsCheck(err error, constraint string) bool { return isViolation(err, "23514", constraint) }

func isViolation(err error, code, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code && pg.ConstraintName == constraint
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// statementTimeout bounds every statement of a transaction: fiber does not
// tell when a client has gone, so a stuck query must end by itself.
const statementTimeout = 30 * time.Second
