package inventory

import (
	"context"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/ticketmap/plan/codec"
)

// relay shows the viewers of this node a session that another node serves: one
// stream from there, however many viewers there are here.
type relay struct {
	hub
	counts Counts
	ready  chan struct{}
	err    error // why it never began
}

// idleRelay is how long a relay without viewers is kept: status requests come one by one.
const idleRelay = 20 * time.Second

// relayed adds a viewer to the session's relay, which is begun if there is none.
func (s *Service) relayed(ctx context.Context, at place, node string) (*Subscription, error) {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return nil, ErrClosing
	}
	r := s.relays[at]
	if r == nil {
		r = &relay{ready: make(chan struct{})}
		r.init(func() Counts { return r.counts })
		s.relays[at] = r
		s.work.Add(1)
		go s.relay(r, at, node)
	}
	s.mu.Unlock()
	select {
	case <-r.ready:
	case <-ctx.Done():
		return nil, db.ErrUnavailable.Because(ctx.Err())
	}
	if r.err != nil {
		return nil, r.err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return nil, ErrElsewhere
	}
	return r.add(), nil
}

// relay runs until its stream breaks or nobody has watched for a while.
func (s *Service) relay(r *relay, at place, node string) {
	defer s.work.Done()
	ctx, cancel := context.WithCancel(db.System(s.ctx, at.tenant, "inventory"))
	defer cancel()
	updates, err := s.router.Follow(ctx, node, at.session)
	if err == nil {
		err = ErrElsewhere
		if u, ok := <-updates; ok {
			err = r.take(u)
		}
	}
	if err != nil {
		s.dropRelay(r, at)
		r.err = err
		close(r.ready)
		return
	}
	close(r.ready)
	defer r.end()
	defer s.dropRelay(r, at)
	idle := s.real.After(idleRelay)
	for watched := true; ; {
		select {
		case u, ok := <-updates:
			if !ok || r.take(u) != nil {
				return
			}
		case <-idle:
			if now := r.watched(); !now && !watched {
				return
			} else {
				watched = now
			}
			idle = s.real.After(idleRelay)
		}
	}
}

func (s *Service) dropRelay(r *relay, at place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relays[at] == r {
		delete(s.relays, at)
	}
}

var errGap = errors.New("inventory: an update of the owner's stream is missing")

// take puts an update of the owner into what is shown and passes it on.
func (r *relay) take(u Update) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts = u.Counts
	if u.Snapshot != nil {
		version, shown, err := codec.DecodeSnapshot(u.Snapshot)
		if err != nil {
			return err
		}
		r.version, r.shown, r.snapshot = version, shown, u.Snapshot
		for sub := range r.subs {
			sub.lagged = true // the whole is what they get
		}
		r.tell(nil)
		return nil
	}
	d, err := codec.DecodeDelta(u.Delta, len(r.shown))
	if err != nil {
		return err
	}
	if d.From != r.version {
		return errGap
	}
	if err := d.Apply(r.shown); err != nil {
		return err
	}
	r.version, r.snapshot = d.To, nil
	r.tell(u.Delta)
	return nil
}
