package inventory

import (
	"context"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Router reaches the node that owns a session. Without one, a session that
// another node owns is answered with ErrElsewhere.
//
// owner is what a node called itself in Deps.Node; tenant and actor are in
// ctx. ErrElsewhere says that the node does not own the session any more, with
// ErrGone as its cause that no such node is there. ErrOutcome says that no
// answer came. All may be asked again.
type Router interface {
	// Forward sends a command to the owner and returns its answer.
	Forward(ctx context.Context, owner string, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error)
	// Meter asks for a session's counters.
	Meter(ctx context.Context, owner string, session ids.ID) (engine.Meter, error)
	// State asks for a session's whole state, as engine.State.AppendSnapshot writes it.
	State(ctx context.Context, owner string, session ids.ID) ([]byte, error)
	// Reload has the owner load the session's seats again.
	Reload(ctx context.Context, owner string, session ids.ID) error
	// Follow streams the owner's live status: a snapshot first. The channel is
	// closed when ctx or the stream ends, or when the owner is not heard any more.
	Follow(ctx context.Context, owner string, session ids.ID) (<-chan Update, error)
}

// ErrGone is the cause of an ErrElsewhere when a node does not exist any more.
var ErrGone = errors.New("inventory: there is no such node")

// patience is how long a request waits for a session whose owner ended: a
// lease's time and the rebuild.
func (s *Service) patience() time.Duration { return s.opt.LeaseTTL + 5*time.Second }

// owner is what is remembered of a session that another node serves.
type owner struct {
	node  string
	until int64 // µs of the machine's clock
}

// away is the node that was found to own a session a short while ago, or "".
func (s *Service) away(at place) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.owners[at]
	if !ok {
		return ""
	}
	if s.real.Now().UnixMicro() >= o.until {
		delete(s.owners, at)
		return ""
	}
	return o.node
}

func (s *Service) remember(at place, node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.owners) >= 10_000 {
		clear(s.owners)
	}
	s.owners[at] = owner{node, s.real.Now().Add(s.opt.LeaseTTL).UnixMicro()}
}

// lost notes that a node did not answer for a session.
func (s *Service) lost(at place, node string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owners[at].node == node {
		delete(s.owners, at)
	}
	if errors.Is(err, ErrGone) {
		if len(s.gone) >= 1000 {
			clear(s.gone)
		}
		s.gone[node] = s.real.Now().Add(2 * time.Second).UnixMicro()
	}
}

// isGone reports whether the bus did not know a node a moment ago.
func (s *Service) isGone(node string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.real.Now().UnixMicro() < s.gone[node]
}

// routed asks this node, or the one that owns the session. An owner that has
// ended is waited for until its lease ends and the session is this node's or
// another's; asking again is harmless, since commands carry their key.
func (s *Service) routed(ctx context.Context, session ids.ID, here func() error, there func(node string) error) error {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return db.ErrNoScope
	}
	at := place{scope.Tenant, session}
	until := s.real.Now().Add(s.patience())
	for {
		node := ""
		if s.router != nil {
			node = s.away(at)
		}
		if node == "" {
			err := here()
			var e *elsewhere
			if s.router == nil || !errors.As(err, &e) {
				return err
			}
			node = e.owner
			s.remember(at, node)
		}
		err := there(node)
		if !errors.Is(err, ErrElsewhere) && !errors.Is(err, ErrOutcome) && !errors.Is(err, ErrClosing) {
			return err
		}
		s.lost(at, node, err)
		if s.real.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return ErrOutcome.Because(ctx.Err())
		case <-s.ctx.Done():
			return ErrClosing
		case <-s.real.After(30 * time.Millisecond):
		}
	}
}

// Do has a command decided and committed, by this node or the one that owns
// the session. The tenant and the actor are those of ctx (db.WithScope);
// Meta.Actor is filled in if empty. payload goes to the row writers with the
// command's event.
//
// The answer is durable when Do returns, also a refusal. A refusal comes as
// Answer.Refused and as an *errs.Error "inventory.<code>". ErrOutcome,
// ErrElsewhere, ErrBusy and db.ErrUnavailable say to ask again with the same
// Meta.Key, which never does the same thing twice.
func (s *Service) Do(ctx context.Context, session ids.ID, cmd engine.Command, payload any) (a engine.Answer, err error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return engine.Answer{}, db.ErrNoScope
	}
	if m := engine.MetaOf(cmd); m.Actor.IsZero() {
		m.Actor = engine.Key(scope.Actor.ID.Bytes())
	}
	if s.router == nil {
		return s.local(ctx, scope.Tenant, session, cmd, payload)
	}
	err = s.routed(ctx, session, func() (err error) {
		a, err = s.Here().Do(ctx, session, cmd, payload)
		return err
	}, func(node string) (err error) {
		a, err = s.router.Forward(ctx, node, session, cmd, payload)
		return err
	})
	return a, err
}

// Look runs f with the committed-or-being-committed state of a session and
// returns when all that f saw is committed: in its writer, or on a copy of the
// owner's state. f may run again and may not keep the state; it is for
// questions (who holds what), not for deciding.
func (s *Service) Look(ctx context.Context, session ids.ID, f func(*engine.State)) error {
	return s.routed(ctx, session, func() error {
		return s.Here().look(ctx, session, f)
	}, func(node string) error { return s.lookAway(ctx, node, session, f) })
}

// lookAway gets the owner's state. The owner may have the seats as an older
// ticket map paints them; then it is to load them again.
func (s *Service) lookAway(ctx context.Context, node string, session ids.ID, f func(*engine.State)) error {
	scope, _ := db.ScopeOf(ctx)
	at := place{scope.Tenant, session}
	s.mu.Lock()
	hall := s.halls[at]
	s.mu.Unlock()
	for try := 1; ; try++ {
		body, err := s.router.State(ctx, node, session)
		if err != nil {
			return err
		}
		var st *engine.State
		if hall != nil {
			st, err = engine.Restore(hall, body)
		}
		if hall == nil || errors.Is(err, engine.ErrLayout) {
			// Apart: whoever asks may have a transaction open, which is its own actor's.
			if hall, _, err = s.catalog.Load(db.System(db.Apart(ctx), scope.Tenant, "inventory"), session); err != nil {
				return err
			}
			s.mu.Lock()
			if len(s.halls) >= 64 {
				clear(s.halls)
			}
			s.halls[at] = hall
			s.mu.Unlock()
			st, err = engine.Restore(hall, body)
		}
		if errors.Is(err, engine.ErrLayout) && try < 3 {
			if err = s.router.Reload(ctx, node, session); err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		f(st)
		return nil
	}
}

// Meter returns a session's counters (RL-2, RL-8, RL-12).
func (s *Service) Meter(ctx context.Context, session ids.ID) (m engine.Meter, err error) {
	err = s.routed(ctx, session, func() (err error) {
		m, err = s.Here().Meter(ctx, session)
		return err
	}, func(node string) (err error) {
		m, err = s.router.Meter(ctx, node, session)
		return err
	})
	return m, err
}

// Reload has a session's seats loaded again from the catalogue, because its
// ticket map shows them in other zones. Whoever waits for an answer is served
// by the new writer.
func (s *Service) Reload(ctx context.Context, session ids.ID) error {
	return s.routed(ctx, session, func() error {
		return s.Here().Reload(ctx, session)
	}, func(node string) error { return s.router.Reload(ctx, node, session) })
}

// Subscribe streams the live status of a session: a snapshot, then deltas. Of
// a session that another node serves, all viewers here share one stream.
func (s *Service) Subscribe(ctx context.Context, session ids.ID) (sub *Subscription, err error) {
	err = s.routed(ctx, session, func() (err error) {
		sub, err = s.Here().Subscribe(ctx, session)
		return err
	}, func(node string) (err error) {
		scope, _ := db.ScopeOf(ctx)
		sub, err = s.relayed(ctx, place{scope.Tenant, session}, node)
		return err
	})
	return sub, err
}

// Here is the side of a Service that other nodes ask: it sends no question on
// and answers ErrElsewhere for what this node does not own.
type Here struct{ s *Service }

// Here gives what a Router's other end calls.
func (s *Service) Here() Here { return Here{s} }

func (h Here) tenant(ctx context.Context) (int32, error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return 0, db.ErrNoScope
	}
	return scope.Tenant, nil
}

// Do is Service.Do for a command that another node sent.
func (h Here) Do(ctx context.Context, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error) {
	tenant, err := h.tenant(ctx)
	if err != nil {
		return engine.Answer{}, err
	}
	return h.s.local(ctx, tenant, session, cmd, payload)
}

// Meter is Service.Meter.
func (h Here) Meter(ctx context.Context, session ids.ID) (m engine.Meter, err error) {
	err = h.look(ctx, session, func(st *engine.State) { m = st.Meter() })
	return m, err
}

// State is the whole state of a session.
func (h Here) State(ctx context.Context, session ids.ID) (body []byte, err error) {
	err = h.look(ctx, session, func(st *engine.State) { body = st.AppendSnapshot(nil) })
	return body, err
}

func (h Here) look(ctx context.Context, session ids.ID, f func(*engine.State)) error {
	tenant, err := h.tenant(ctx)
	if err != nil {
		return err
	}
	return h.s.send(ctx, tenant, session, &request{look: f, done: make(chan struct{}, 1)})
}

// Reload is Service.Reload.
func (h Here) Reload(ctx context.Context, session ids.ID) error {
	tenant, err := h.tenant(ctx)
	if err != nil {
		return err
	}
	w, err := h.s.writer(ctx, tenant, session)
	if err == nil {
		w.kill(errLost)
	}
	return err
}

// Subscribe is Service.Subscribe.
func (h Here) Subscribe(ctx context.Context, session ids.ID) (*Subscription, error) {
	tenant, err := h.tenant(ctx)
	if err != nil {
		return nil, err
	}
	w, err := h.s.writer(ctx, tenant, session)
	if err != nil {
		return nil, err
	}
	return w.feed.subscribe(), nil
}
