package codestore_test

import (
	"context"
	"errors"
	"testing"

	"parterre/codes"
	"parterre/codes/codestest"
	"parterre/codes/codestore"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
)

func TestPostgresStore(t *testing.T) {
	t.Parallel()
	codestest.Suite(t, func(t *testing.T) (context.Context, codestest.World) {
		d := dbtest.Private(t)
		return d.As(t.Context()), codestest.World{
			Store: codestore.New(d.DB),
			InTx: func(ctx context.Context, fn func(context.Context) error) error {
				return d.InTx(ctx, func(ctx context.Context, _ db.Tx) error { return fn(ctx) })
			},
		}
	})
}

var errStop = errors.New("stop")

// A block stays taken when the transaction around it is rolled back.
func TestBlocksOutliveTheCallersTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	ctx := d.As(t.Context())
	a := codes.SerialNumbers{Store: codestore.New(d.DB)}
	seq := codes.Sequence{Name: "ticket", Scope: "x"}
	err := d.InTx(ctx, func(ctx context.Context, _ db.Tx) error {
		if _, err := a.Block(ctx, seq, 10); err != nil {
			t.Error(err)
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	if _, last, err := a.Store.Gaps(ctx, seq); err != nil || last != 10 {
		t.Errorf("last %d, %v; want 10", last, err)
	}
}

func TestTenantsHaveSequencesOfTheirOwnAndNumbersNeverGoBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	st := codestore.New(d.DB)
	seq := codes.Sequence{Name: "film-session", Scope: "11010100/2026-11-21"}
	mine, other := d.As(t.Context()), d.AsTenant(t.Context(), d.Other)
	for i, ctx := range []context.Context{mine, mine, other} {
		n, err := st.Reserve(ctx, seq, codes.Gapless, 1, 9999)
		if want := []int64{1, 2, 1}[i]; err != nil || n != want {
			t.Errorf("call %d: %d, %v; want %d", i, n, err, want)
		}
	}
	if _, err := st.Reserve(t.Context(), seq, codes.Gapless, 1, 9999); !errors.Is(err, db.ErrNoScope) {
		t.Errorf("without a tenant: %v", err)
	}
	for _, q := range []string{"update codes.sequence set last = 1", "delete from codes.sequence", "delete from codes.gap"} {
		err := d.InTx(mine, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, q)
			return err
		})
		if err == nil {
			t.Errorf("%s was done", q)
		}
	}
}

func TestNextShowTakesPartInTheCallersTransaction(t *testing.T) {
	t.Parallel()
	ctx, d := dbtest.Tx(t)
	st := codestore.New(d.DB)
	v, err := codes.ParseVenue("11010100101")
	if err != nil {
		t.Fatal(err)
	}
	day, err := codes.MakeDate(2026, 11, 21)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.NextShow(d.As(ctx), db.Tx{}, v, day); err == nil {
		t.Error("a number was given outside a transaction")
	}
	for i, fail := range []error{nil, errStop, nil} {
		err := d.InTx(d.As(ctx), func(ctx context.Context, tx db.Tx) error {
			s, err := st.NextShow(ctx, tx, v, day)
			if want := []int{1, 2, 2}[i]; err != nil || s.Number() != want {
				t.Errorf("call %d: %d, %v; want %d", i, s.Number(), err, want)
			}
			return fail
		})
		if !errors.Is(err, fail) {
			t.Error(err)
		}
	}
}

// Two tenants who play in one house get different show codes: the numbers are
// the venue's. What one rolls back, the other may get: there are no gaps.
func TestShowNumbersAreTheVenues(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	st := codestore.New(d.DB)
	venue, err := codes.ParseVenue("11010100101")
	if err != nil {
		t.Fatal(err)
	}
	day, err := codes.ParseDate("2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	next := func(ctx context.Context, then error) (c codes.Show) {
		err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			if c, err = st.NextShow(ctx, tx, venue, day); err != nil {
				return err
			}
			return then
		})
		if !errors.Is(err, then) {
			t.Fatal(err)
		}
		return c
	}
	mine, other := d.As(t.Context()), d.AsTenant(t.Context(), d.Other)
	for i, ctx := range []context.Context{mine, other, mine, other} {
		if i == 2 {
			next(ctx, errStop)
		}
		if c := next(ctx, nil); c.Number() != i+1 {
			t.Errorf("show %d gets %s", i+1, c)
		}
	}
	for _, q := range []string{"select * from codes.shared_sequence", "update codes.shared_sequence set last = 1", "insert into codes.shared_sequence values ('show', 'x', 1)"} {
		if err := d.InTx(mine, func(ctx context.Context, tx db.Tx) error { _, err := tx.ExecContext(ctx, q); return err }); err == nil {
			t.Errorf("%s was done by the application", q)
		}
	}
	if _, err := st.Reserve(mine, codes.Sequence{Name: "show", Scope: "y"}, codes.Gapless, 9999, 9999); err != nil {
		t.Error(err)
	}
	if _, err := st.Reserve(other, codes.Sequence{Name: "show", Scope: "y"}, codes.Gapless, 1, 9999); !errors.Is(err, codes.ErrExhausted) {
		t.Errorf("more than there are: %v", err)
	}
}
