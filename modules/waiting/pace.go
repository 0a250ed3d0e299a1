package waiting

import (
	"context"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// Keep writes the rooms of the tenant of ctx and measures their pace. It is
// run once a second and once at the end.
func (s *Service) Keep(ctx context.Context) error {
	if s.away.Load() {
		return nil
	}
	scope, _ := db.ScopeOf(ctx)
	s.mu.RLock()
	var list []ids.ID
	for k := range s.rooms {
		if k.tenant == scope.Tenant {
			list = append(list, k.session)
		}
	}
	s.mu.RUnlock()
	var l firstError
	for _, session := range list {
		l.add(s.with(ctx, session, func(r *room, now time.Time) error {
			if r == nil {
				return nil
			}
			r.advance(now)
			if r.settings.Enabled && r.drawn != nil {
				if err := s.measure(ctx, session, r, now); err != nil {
					return err
				}
			}
			r.sample(now)
			if !r.dirty {
				return nil
			}
			err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return saveLine(ctx, tx, session, r) })
			r.dirty = r.dirty && err != nil
			return err
		}))
	}
	return l.err
}

type firstError struct{ err error }

func (f *firstError) add(err error) {
	if f.err == nil {
		f.err = err
	}
}

// measure counts the orders that are confirmed. A measured room's pace is that
// of the last two minutes with a quarter more, for not everybody who enters buys.
func (s *Service) measure(ctx context.Context, session ids.ID, r *room, now time.Time) error {
	var one, two int
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		one, two, err = confirmed(ctx, tx, session, now)
		return err
	})
	if err != nil {
		return err
	}
	r.confirmed = one
	if r.settings.Measured {
		r.perMin = min(max(two*5/8, r.settings.Low), r.settings.High)
	}
	return nil
}

const (
	sampleEvery = 10 * time.Second
	sampleKeep  = 360 // an hour of them
)

// sample notes the meter for the staff's chart.
func (r *room) sample(now time.Time) {
	if r.seen = now; !r.settings.Enabled {
		return
	}
	if n := len(r.history); n > 0 && now.Sub(r.history[n-1].At) < sampleEvery {
		return
	}
	if len(r.history) >= sampleKeep {
		r.history = slices.Delete(r.history, 0, len(r.history)-sampleKeep+1)
	}
	r.history = append(r.history, Sample{At: now, Waiting: r.next - min(r.admitted, r.next), Inside: len(r.passes), Passed: r.passed(), PerMinute: r.perMin, Confirmed: r.confirmed})
}
