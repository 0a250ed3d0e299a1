package ticketmap

import (
	"context"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// retryAfter is how long a revision that the engine refused waits for its next try.
const retryAfter = 30 * time.Second

// ErrElsewhere is an Engine's answer for a session that another node serves: that node follows.
var ErrElsewhere = errors.New("ticketmap: another node serves this session")

// Applied tells by which revision of a map its session's seats are sold.
type Applied struct {
	Revision int       `json:"revision"`
	Problem  string    `json:"problem,omitempty" doc:"Code of why the newest revision is not in force"`
	At       time.Time `json:"at"`
}

// Follow brings the seat engines of a tenant's live sessions to the newest
// revisions of their maps: what was committed and not yet applied, also by a node that died in between. It
// returns how many it brought forward; a session that fails is left for the next time and does not stop the others.
func (s *Service) Follow(ctx context.Context) (n int, err error) {
	if s.engine == nil {
		return 0, nil
	}
	var list []Map
	if err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err = behind(ctx, tx)
		return err
	}); err != nil {
		return 0, err
	}
	var all error
	for _, m := range list {
		revision, err := s.engine.Apply(ctx, m.SessionID)
		problem := ""
		if errors.Is(err, ErrElsewhere) {
			continue
		}
		if err != nil {
			revision, problem = 0, errs.CodeOf(err)
			all = errors.Join(all, err)
		} else {
			n++
		}
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		all = errors.Join(all, s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			return putApplied(ctx, tx, m.ID, revision, max(revision, m.Version), problem)
		}))
	}
	return n, all
}

// AppliedTo tells by which revision the seats of a map's session are sold.
func (s *Service) AppliedTo(ctx context.Context, mapID ids.ID) (a Applied, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		a, err = getApplied(ctx, tx, mapID)
		return err
	})
	return a, err
}
