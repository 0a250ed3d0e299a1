package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"parterre/modules/core/errs"
)

// Tx is an open transaction. Now is its one frozen time. What another module
// must do inside a caller's transaction takes a Tx.
type Tx struct {
	bun.Tx
	Now   time.Time
	Scope Scope
	state *txState
}

// txState is shared by all joiners of one transaction.
type txState struct {
	tx     Tx
	failed error    // an inner part failed: the whole may not commit
	after  []func() // run once, after commit
}

type txKey struct{}

// AfterCommit has f run once the transaction is committed, and never if it is
// not: for notices, caches and wake-ups. It may not fail.
func (tx Tx) AfterCommit(f func()) { tx.state.after = append(tx.state.after, f) }

// Active reports whether ctx carries an open transaction.
func Active(ctx context.Context) bool { return ctx.Value(txKey{}) != nil }

// Apart is ctx without its transaction: what is done with it is a transaction
// of its own, which sees nothing that the open one has not committed. It is for
// reading what somebody else's actor may read while a transaction is open.
func Apart(ctx context.Context) context.Context { return context.WithValue(ctx, txKey{}, nil) }

var errJoinedScope = errors.New("db: a joined transaction may not change the tenant or the actor")

// InTx runs fn in a transaction of ctx's scope and commits if fn returns nil.
// If ctx already carries a transaction fn joins it; its failure then fails the
// whole, even if the outer part would go on. An outermost transaction that
// lost to another (serialization, deadlock) is run again, up to three times,
// so fn must not do anything outside the database: use AfterCommit.
//
// Errors: ErrNoScope (no tenant in ctx), ErrUnavailable, or what fn returned.
func (d *DB) InTx(ctx context.Context, fn func(context.Context, Tx) error) error {
	scope, ok := ScopeOf(ctx)
	if !ok {
		return ErrNoScope
	}
	if st, ok := ctx.Value(txKey{}).(*txState); ok {
		return join(ctx, st, scope, fn)
	}
	var err error
	for range 3 {
		if err = d.once(ctx, scope, nil, fn); !retryable(err) {
			break
		}
	}
	return Map(err)
}

// View is InTx for reading only: PostgreSQL refuses any write in it.
func (d *DB) View(ctx context.Context, fn func(context.Context, Tx) error) error {
	scope, ok := ScopeOf(ctx)
	if !ok {
		return ErrNoScope
	}
	if st, ok := ctx.Value(txKey{}).(*txState); ok {
		return join(ctx, st, scope, fn)
	}
	return Map(d.once(ctx, scope, &sql.TxOptions{ReadOnly: true}, fn))
}

// Snapshot is View with one state of the database for all its statements: what
// commits meanwhile is in none of them. For reads whose parts must fit, such as
// an order and its tickets. Within another transaction it has that one's.
func (d *DB) Snapshot(ctx context.Context, fn func(context.Context, Tx) error) error {
	scope, ok := ScopeOf(ctx)
	if !ok {
		return ErrNoScope
	}
	if st, ok := ctx.Value(txKey{}).(*txState); ok {
		return join(ctx, st, scope, fn)
	}
	return Map(d.once(ctx, scope, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, fn))
}

func join(ctx context.Context, st *txState, scope Scope, fn func(context.Context, Tx) error) error {
	if scope.Tenant != st.tx.Scope.Tenant || scope.Actor != st.tx.Scope.Actor {
		return errJoinedScope
	}
	if st.failed != nil {
		return st.failed
	}
	tx := st.tx
	if scope.Reason != "" && scope.Reason != tx.Scope.Reason {
		tx.Scope.Reason = scope.Reason
		if _, err := tx.ExecContext(ctx, "select set_config('app.reason', ?, true)", scope.Reason); err != nil {
			st.failed = err
			return err
		}
	}
	if err := fn(ctx, tx); err != nil {
		st.failed = err
		return err
	}
	return nil
}

func partFailed(err error) error {
	return fmt.Errorf("db: a part of the transaction failed and was not reported: %w", err)
}

func (d *DB) once(ctx context.Context, scope Scope, opts *sql.TxOptions, fn func(context.Context, Tx) error) (err error) {
	if outer, ok := sandboxOf(ctx); ok {
		return d.onceInSandbox(ctx, outer, scope, opts, fn)
	}
	btx, err := d.bun.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	done := false
	defer func() {
		if !done {
			_ = btx.Rollback() // also on a panic, which goes on to the caller
		}
	}()
	if err := setScope(ctx, btx, scope); err != nil {
		return err
	}
	st := &txState{}
	tx := Tx{Tx: btx, Now: d.clock.Now(), Scope: scope, state: st}
	st.tx = tx
	if err := fn(context.WithValue(ctx, txKey{}, st), tx); err != nil {
		return err
	}
	if st.failed != nil {
		return partFailed(st.failed)
	}
	done = true
	if err := btx.Commit(); err != nil {
		return commitError(err)
	}
	for _, f := range st.after {
		f()
	}
	return nil
}

// ErrUnknownOutcome says that the connection broke during commit: the change
// may or may not have been made. Who sees it asks again with the same
// idempotency key.
var ErrUnknownOutcome = errs.New(errs.Unavailable, "core.outcome_unknown", "提交结果未知，请用同一请求重试。", "It is not known whether the change was made; send the same request again.")

func commitError(err error) error {
	if m := Map(err); m != err { //nolint:errorlint // identity is meant: was it mapped?
		return ErrUnknownOutcome.Because(err)
	}
	return fmt.Errorf("db: commit: %w", err)
}

const scopeSQL = `select set_config('app.tenant', %s, true), set_config('app.actor', %s, true),
 set_config('app.actor_name', %s, true), set_config('app.reason', %s, true),
 set_config('app.approver', %s, true), set_config('app.request', %s, true),
 set_config('statement_timeout', %s, true)`

func setScope(ctx context.Context, tx bun.Tx, s Scope) error {
	q := fmt.Sprintf(scopeSQL, "?", "?", "?", "?", "?", "?", "?")
	_, err := tx.ExecContext(ctx, q, scopeArgs(s)...)
	if err != nil {
		return fmt.Errorf("db: scope: %w", err)
	}
	return nil
}

func scopeArgs(s Scope) []any {
	return []any{
		fmt.Sprint(s.Tenant), s.Actor.String(), s.Actor.Name, s.Reason, s.Approver, s.RequestID,
		fmt.Sprint(statementTimeout.Milliseconds()),
	}
}

// SetScope does for a raw pgx transaction what InTx does for its own.
func SetScope(ctx context.Context, tx pgx.Tx, s Scope) error {
	if s.Tenant <= 0 || s.Actor.Kind == "" {
		return ErrNoScope
	}
	q := fmt.Sprintf(scopeSQL, "$1", "$2", "$3", "$4", "$5", "$6", "$7")
	_, err := tx.Exec(ctx, q, scopeArgs(s)...)
	return err
}
