// Package codestore keeps the sequences of codes in PostgreSQL (schema codes, migration 0090).
//
// Locking: Reserve updates the sequence's row, so takers of one sequence wait for each other until the taker's
// transaction ends. Under codes.Gapless that is the caller's transaction: take the number late. Under codes.RecordedGaps
// it is a transaction of its own: take the block before the caller's transaction opens, so that no caller holds one
// connection while it waits for another.
package codestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"parterre/codes"
	"parterre/modules/core/db"
)

// Store is a codes.Store. The tenant comes from the context's scope.
type Store struct{ db *db.DB }

var _ codes.Store = (*Store)(nil)

// New keeps the sequences in d.
func New(d *db.DB) *Store { return &Store{d} }

const reserveSQL = `insert into codes.sequence as s (tenant_id, name, scope, last) values (core.current_tenant(), %[1]s, %[2]s, %[3]s)
on conflict (tenant_id, name, scope) do update set last = s.last + excluded.last where s.last <= %[4]s
returning s.last`

var (
	reserveBun = fmt.Sprintf(reserveSQL, "?0", "?1", "?2", "?3")
	reservePgx = fmt.Sprintf(reserveSQL, "$1", "$2", "$3", "$4")
)

// Reserve takes n numbers. See codes.Store.
func (s *Store) Reserve(ctx context.Context, seq codes.Sequence, p codes.Policy, n, limit int64) (int64, error) {
	if n < 1 || n > limit {
		return 0, codes.ErrExhausted
	}
	if p == codes.RecordedGaps && db.Active(ctx) {
		return s.reserveApart(ctx, seq, n, limit)
	}
	if seq.Name == shows {
		return s.reserveShared(ctx, seq, n, limit)
	}
	var last int64
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, reserveBun, seq.Name, seq.Scope, n, limit-n).Scan(&last)
	})
	return first(last, n, err)
}

// shows is the sequence of codes.ShowNumbers. It is the venue's: a code may not be given twice when two tenants play in
// one house.
const shows = "show"

// reserveShared takes numbers of a sequence that all tenants share. Takers of several tenants wait for each other.
func (s *Store) reserveShared(ctx context.Context, seq codes.Sequence, n, limit int64) (int64, error) {
	var last *int64
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select codes.reserve_shared(?, ?, ?, ?)", seq.Name, seq.Scope, n, limit).Scan(&last)
	})
	if err == nil && last == nil {
		return 0, codes.ErrExhausted
	}
	if err != nil {
		return 0, db.Map(err)
	}
	return first(*last, n, nil)
}

// reserveApart commits by itself, whatever becomes of the transaction in ctx.
func (s *Store) reserveApart(ctx context.Context, seq codes.Sequence, n, limit int64) (int64, error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return 0, db.ErrNoScope
	}
	tx, err := s.db.Pool().Begin(ctx)
	if err != nil {
		return 0, db.Map(err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // after Commit it does nothing
	if err := db.SetScope(ctx, tx, scope); err != nil {
		return 0, db.Map(err)
	}
	var last int64
	if err := tx.QueryRow(ctx, reservePgx, seq.Name, seq.Scope, n, limit-n).Scan(&last); err != nil {
		return first(0, n, err)
	}
	return first(last, n, db.Map(tx.Commit(ctx)))
}

func first(last, n int64, err error) (int64, error) {
	if errors.Is(err, sql.ErrNoRows) { // pgx.ErrNoRows is one as well
		return 0, codes.ErrExhausted
	}
	return last - n + 1, db.Map(err)
}

// NextShow makes the code of the venue's next show of the day, inside the transaction tx that ctx carries: the show is
// saved in the same one, so that the numbers have no gaps. See codes.ShowNumbers.
func (s *Store) NextShow(ctx context.Context, _ db.Tx, venue codes.Venue, day codes.Date) (codes.Show, error) {
	if !db.Active(ctx) {
		return codes.Show{}, errNoTx
	}
	return codes.ShowNumbers{Store: s}.Next(ctx, venue, day)
}

var errNoTx = errors.New("codestore: NextShow needs the transaction that saves the show")

// Record notes a gap. See codes.Store.
func (s *Store) Record(ctx context.Context, seq codes.Sequence, gap codes.Gap) error {
	if gap.From < 1 || gap.To < gap.From || gap.Reason == "" {
		return codes.ErrGap
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		// the lock keeps two gaps of one sequence from being checked at once
		var last int64
		err := tx.QueryRowContext(ctx, `select last from codes.sequence where name = ? and scope = ? for update`, seq.Name, seq.Scope).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) || err == nil && gap.To > last {
			return codes.ErrGap
		}
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `insert into codes.gap (tenant_id, name, scope, first, last, reason, at)
select core.current_tenant(), ?0, ?1, ?2, ?3, ?4, ?5
where not exists (select from codes.gap where name = ?0 and scope = ?1 and first <= ?3 and last >= ?2)`,
			seq.Name, seq.Scope, gap.From, gap.To, gap.Reason, tx.Now)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(codes.ErrGap, err)
		}
		return nil
	})
}

// Gaps lists the recorded gaps. See codes.Store.
func (s *Store) Gaps(ctx context.Context, seq codes.Sequence) (gaps []codes.Gap, last int64, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		err := tx.QueryRowContext(ctx, `select last from codes.sequence where name = ? and scope = ?`, seq.Name, seq.Scope).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `select first, last, reason from codes.gap where name = ? and scope = ? order by first`, seq.Name, seq.Scope)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var g codes.Gap
			if err := rows.Scan(&g.From, &g.To, &g.Reason); err != nil {
				return err
			}
			gaps = append(gaps, g)
		}
		return rows.Err()
	})
	return gaps, last, err
}
