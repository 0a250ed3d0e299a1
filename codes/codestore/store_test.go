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
	seq := codes.Sequence{Name: "show", Scope: "11010100/2026-11-21"}
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
