package db

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

// Sandbox opens a transaction that is rolled back in the end, for tests (see
// dbtest.Tx), and returns a context that carries it and the function that
// takes everything back. Each outermost InTx or View on that context is a
// savepoint and behaves as if it were a transaction: its scope may differ from
// the others', its failure takes back its own work only, deferred triggers and
// constraints are checked at its end, and what it asked for by AfterCommit
// runs then.
//
// What it cannot show: real commits, two transactions at once, other
// connections (Pool), PostgreSQL's now() moving on.
func (d *DB) Sandbox(ctx context.Context) (sandbox context.Context, rollback func() error, err error) {
	tx, err := d.bun.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, Map(err)
	}
	return context.WithValue(ctx, sandboxKey{}, tx), tx.Rollback, nil
}

type sandboxKey struct{}

func sandboxOf(ctx context.Context) (bun.Tx, bool) {
	tx, ok := ctx.Value(sandboxKey{}).(bun.Tx)
	return tx, ok
}

// onceInSandbox is once with a savepoint for a transaction.
func (d *DB) onceInSandbox(ctx context.Context, outer bun.Tx, scope Scope, opts *sql.TxOptions, fn func(context.Context, Tx) error) error {
	point, err := outer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	released := false
	defer func() {
		if !released {
			_ = point.Rollback()
		}
	}()
	if opts != nil && opts.ReadOnly {
		if _, err := point.ExecContext(ctx, "set transaction read only"); err != nil {
			return err
		}
	}
	if err := setScope(ctx, point, scope); err != nil {
		return err
	}
	st := &txState{}
	tx := Tx{Tx: point, Now: d.clock.Now(), Scope: scope, state: st}
	st.tx = tx
	if err := fn(context.WithValue(ctx, txKey{}, st), tx); err != nil {
		return err
	}
	if st.failed != nil {
		return partFailed(st.failed)
	}
	if _, err := point.ExecContext(ctx, "set constraints all immediate; set constraints all deferred"); err != nil {
		return commitError(err)
	}
	released = true
	if err := point.Commit(); err != nil {
		return commitError(err)
	}
	for _, f := range st.after {
		f()
	}
	return nil
}
