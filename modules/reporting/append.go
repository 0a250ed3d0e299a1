package reporting

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/reporting/fact"
)

// Append writes facts in the caller's transaction: they are reported if and
// only if it commits. A fact that cannot be read back is refused with the
// error of its Check; the same id twice with ErrDuplicate.
//
// Call Worker.Wake from tx.AfterCommit where a minute's delay is too long.
func Append(ctx context.Context, tx db.Tx, facts ...fact.Fact) error {
	for _, f := range facts {
		if err := insertFact(ctx, tx, f); err != nil {
			return err
		}
	}
	return nil
}

// Source is where facts are projected from: the journal of the sale path, read
// in order. Apps implement it.
type Source interface {
	// Name is stable: it names the stored position.
	Name() string
	// Read returns rows after a position, lowest first, at most limit. It must
	// not return a row before which an earlier one can still appear: a journal
	// whose positions follow commit order has that by itself.
	Read(ctx context.Context, tx db.Tx, after int64, limit int) ([]Row, error)
}

// Row is one row of a source with the facts that it holds; often none.
type Row struct {
	Position int64
	Facts    []fact.Fact
}

// Projector turns a source into facts. Each step reads, appends and moves its
// position in one transaction, so that every row is projected exactly once,
// whatever dies in between.
type Projector struct {
	DB     *db.DB
	Source Source
	Batch  int // rows a step; default 500
}

// Step projects one batch of ctx's tenant and returns how many rows it was.
func (p Projector) Step(ctx context.Context) (int, error) {
	batch := p.Batch
	if batch <= 0 {
		batch = 500
	}
	n := 0
	err := p.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		after, err := lockPosition(ctx, tx, p.Source.Name())
		if err != nil {
			return err
		}
		rows, err := p.Source.Read(ctx, tx, after, batch)
		if err != nil {
			return err
		}
		n = len(rows)
		for _, r := range rows {
			if r.Position <= after {
				return ErrSource.With("name", p.Source.Name())
			}
			after = r.Position
			if err := appendRow(ctx, tx, p.Source.Name(), r); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
		return savePosition(ctx, tx, p.Source.Name(), after)
	})
	return n, err
}

// appendRow appends a row's facts. One that cannot be read back is kept apart
// with its reason and told by Service.Unprojected: it must hold up nobody.
func appendRow(ctx context.Context, tx db.Tx, source string, r Row) error {
	for i, f := range r.Facts {
		err := f.Check()
		if e, ok := errs.Of(err); ok && f.Body != nil {
			if err := insertUnprojected(ctx, tx, source, r.Position, i, f, e); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := Append(ctx, tx, f); err != nil {
			return err
		}
	}
	return nil
}

// Drain steps until the source has no more.
func (p Projector) Drain(ctx context.Context) (int, error) {
	for sum := 0; ; {
		n, err := p.Step(ctx)
		sum += n
		if err != nil || n == 0 {
			return sum, err
		}
	}
}
