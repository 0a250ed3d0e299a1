package inventory

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// elsewhere says which node owns the session.
type elsewhere struct{ owner string }

func (e *elsewhere) Error() string        { return "inventory: the session is served by node " + e.owner }
func (e *elsewhere) Unwrap() error        { return ErrElsewhere }
func (e *elsewhere) Is(target error) bool { return target == error(ErrElsewhere) }

// start takes the lease, rebuilds the session and, if it was never opened,
// opens it.
func (s *Service) start(ctx context.Context, at place) (*writer, error) {
	if err := s.elsewhere(ctx, at); err != nil {
		return nil, err
	}
	hall, open, err := s.catalog.Load(ctx, at.session)
	if err != nil {
		return nil, err
	}
	asked := s.real.Now()
	epoch, err := s.acquire(ctx, at)
	if err != nil {
		return nil, err
	}
	st, snapAt, err := s.rebuild(ctx, at, hall)
	if err != nil {
		return nil, err
	}
	w := &writer{
		svc: s, tenant: at.tenant, session: at.session, epoch: epoch, st: st, snapAt: snapAt,
		wake: make(chan struct{}, 1), over: make(chan struct{}),
	}
	w.until.Store(asked.Add(s.opt.LeaseTTL).UnixMicro())
	w.used.Store(s.clock.Now().UnixMilli())
	w.feed = newFeed(s.ctx, hall, s.clock, s.opt.FeedEvery, uint64(epoch)<<24)
	w.feed.reset(st)
	if !st.IsOpen() {
		if err := s.openSession(ctx, w, open); err != nil {
			return nil, err
		}
	}
	w.arm()
	return w, nil
}

// openSession commits the Open command before the writer is known to anybody.
func (s *Service) openSession(ctx context.Context, w *writer, open engine.Open) error {
	if open.Key.IsZero() {
		open.Key = engine.Key(w.session.Bytes())
	}
	r := &request{cmd: &open, done: make(chan struct{}, 1)}
	w.turn([]*request{r})
	select {
	case <-r.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if r.err != nil {
		return r.err
	}
	if r.answer.Refused != nil {
		return Refused(r.answer.Refused)
	}
	return nil
}

func (s *Service) tx(ctx context.Context, tenant int32, opts pgx.TxOptions, fn func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, opts, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, scopeSQL, strconv.Itoa(int(tenant))); err != nil {
			return err
		}
		return fn(tx)
	})
}

// elsewhere looks whether another node's lease runs, before the seats are
// loaded for nothing. Of a node that the bus does not know, and that has no
// connection to the database either, the lease is ended: it is dead, or will
// find, when it is back, that its epoch is over.
func (s *Service) elsewhere(ctx context.Context, at place) error {
	var owner string
	err := s.tx(ctx, at.tenant, pgx.TxOptions{}, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, "select owner from inventory.lease where tenant_id = $1 and session_id = $2 and owner <> $3 and expires_at >= clock_timestamp()",
			at.tenant, at.session.Bytes(), s.node).Scan(&owner)
		if err != nil || !s.isGone(owner) || len(appName(owner)) != len(appPrefix+owner) {
			return err
		}
		tag, err := tx.Exec(ctx, `update inventory.lease set expires_at = clock_timestamp() - interval '1 ms' where tenant_id = $1 and session_id = $2 and owner = $3
			and not exists (select from pg_stat_activity where application_name = $4 and datname = current_database())`, at.tenant, at.session.Bytes(), owner, appName(owner))
		if err == nil && tag.RowsAffected() > 0 {
			s.log.Warn("inventory: a node has ended; its session is taken over", "session", at.session.String(), "node", owner)
			owner = ""
		}
		return err
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && owner == "":
		return nil
	case err != nil:
		return err
	}
	return &elsewhere{owner}
}

// acquire gets the lease under a new epoch. It waits for a batch of the old
// owner that is being committed.
func (s *Service) acquire(ctx context.Context, at place) (epoch int64, err error) {
	err = s.tx(ctx, at.tenant, pgx.TxOptions{}, func(tx pgx.Tx) error {
		var owner string
		err := tx.QueryRow(ctx, "select owner from inventory.lease where tenant_id = $1 and session_id = $2", at.tenant, at.session.Bytes()).Scan(&owner)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		err = tx.QueryRow(ctx, "select epoch from inventory.acquire($1, $2, $3)", at.session.Bytes(), s.node, s.opt.LeaseTTL.Milliseconds()).Scan(&epoch)
		if errors.Is(err, pgx.ErrNoRows) {
			return &elsewhere{owner}
		}
		if err == nil && owner != "" && owner != s.node {
			_, err = tx.Exec(ctx, endSQL, appName(owner))
		}
		return err
	})
	return epoch, err
}

// endSQL ends transactions that the deposed node left open: it stopped between
// its rows and its fence, which it would not pass any more, and its rows would
// make us wait. A healthy node of that name merely does a batch again.
const endSQL = `select count(pg_terminate_backend(pid)) from pg_stat_activity
where application_name = $1 and usename = current_user and datname = current_database() and state = 'idle in transaction'`

const appPrefix = "parterre-inventory "

// appName names a node's connections, cut to what PostgreSQL keeps.
func appName(node string) string {
	name := appPrefix + node
	return name[:min(len(name), 63)]
}

// rebuild makes the state from the last snapshot and the events after it.
func (s *Service) rebuild(ctx context.Context, at place, hall *engine.Hall) (st *engine.State, snapAt uint64, err error) {
	began := s.real.Now()
	var events int
	err = s.tx(ctx, at.tenant, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		st, events, err = load(ctx, tx, at.tenant, at.session, hall, &snapAt)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if err := st.Check(); err != nil {
		return nil, 0, fmt.Errorf("inventory: session %s: the rebuilt state is not sound: %w", at.session, err)
	}
	s.log.Info("inventory: session rebuilt", "session", at.session.String(), "events", events, "took", s.real.Now().Sub(began).Round(time.Millisecond))
	return st, snapAt, nil
}

func load(ctx context.Context, tx pgx.Tx, tenant int32, session ids.ID, hall *engine.Hall, snapAt *uint64) (*engine.State, int, error) {
	hall, err := withPast(ctx, tx, tenant, session, hall)
	if err != nil {
		return nil, 0, err
	}
	st := engine.New(hall)
	var body []byte
	err = tx.QueryRow(ctx, "select body from inventory.snapshot where tenant_id = $1 and session_id = $2", tenant, session.Bytes()).Scan(&body)
	switch {
	case err == nil:
		switch st, err = engine.Restore(hall, body); {
		case errors.Is(err, engine.ErrLayout): // painted anew since: the journal has all events
			st = engine.New(hall)
		case err != nil:
			return nil, 0, fmt.Errorf("inventory: session %s: snapshot: %w", session, err)
		}
		*snapAt = st.No()
	case !errors.Is(err, pgx.ErrNoRows):
		return nil, 0, err
	}
	rows, err := tx.Query(ctx, `select j.seq, j.body from inventory.session_journal s join inventory.journal j using (tenant_id, seq)
		where s.tenant_id = $1 and s.session_id = $2 and s.last_event > $3 order by s.seq`, tenant, session.Bytes(), int64(st.No()))
	if err != nil {
		return nil, 0, err
	}
	var seq int64
	events := 0
	_, err = pgx.ForEachRow(rows, []any{&seq, &body}, func() error {
		n, err := replay(st, session, body)
		events += n
		if err != nil {
			return fmt.Errorf("inventory: session %s: journal row %d: %w", session, seq, err)
		}
		return nil
	})
	return st, events, err
}

// withPast gives a hall with the places that the session lost in moves to other plan versions.
func withPast(ctx context.Context, tx pgx.Tx, tenant int32, session ids.ID, hall *engine.Hall) (*engine.Hall, error) {
	rows, err := tx.Query(ctx, "select gone from inventory.reseat where tenant_id = $1 and session_id = $2 order by event", tenant, session.Bytes())
	if err != nil {
		return nil, err
	}
	var once, gone []int32
	if _, err = pgx.ForEachRow(rows, []any{&gone}, func() error { once = append(once, gone...); return nil }); err != nil {
		return nil, err
	}
	return hall.With(once)
}

// replay folds the session's events of one journal row that the state does not
// have yet.
func replay(st *engine.State, session ids.ID, body []byte) (n int, err error) {
	f, err := ReadFrame(body)
	if err != nil {
		return 0, err
	}
	for _, sec := range f.Sections {
		if sec.Session != session {
			continue
		}
		for b := sec.raw; len(b) > 0; {
			var e engine.Event
			if e, b, err = engine.ReadEvent(b); err != nil {
				return n, err
			}
			if e.No <= st.No() {
				continue
			}
			if err := st.Fold(&e); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// keep renews leases, finds the lost ones and closes idle sessions.
func (s *Service) keep() {
	defer s.work.Done()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.real.After(s.opt.LeaseTTL / 3):
		}
		by := map[int32][]*writer{}
		idle := s.clock.Now().Add(-s.opt.IdleAfter).UnixMilli()
		s.each(func(w *writer) {
			if w.used.Load() < idle && w.inflight.Load() == 0 && !w.feed.watched() {
				w.kill(errLost)
				s.giveBack([]*writer{w})
				return
			}
			by[w.tenant] = append(by[w.tenant], w)
		})
		for tenant, list := range by {
			if err := s.renew(tenant, list); err != nil {
				s.log.Warn("inventory: leases were not renewed", "error", safe(err))
			}
		}
	}
}

const renewSQL = `
update inventory.lease l set expires_at = clock_timestamp() + $4 * interval '1 ms'
from (select l.session_id from inventory.lease l join unnest($2::uuid[], $3::bigint[]) f(s, e) on l.session_id = f.s and l.epoch = f.e
      where l.tenant_id = $1 order by l.session_id for update of l) mine
where l.tenant_id = $1 and l.session_id = mine.session_id returning l.session_id`

func (s *Service) renew(tenant int32, list []*writer) error {
	ctx, cancel := context.WithTimeout(s.ctx, s.opt.LeaseTTL/3)
	defer cancel()
	at, epochs := make([][16]byte, len(list)), make([]int64, len(list))
	for i, w := range list {
		at[i], epochs[i] = w.session.Bytes(), w.epoch
	}
	asked := s.real.Now()
	kept := map[[16]byte]bool{}
	err := s.tx(ctx, tenant, pgx.TxOptions{}, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, renewSQL, tenant, at, epochs, s.opt.LeaseTTL.Milliseconds())
		if err != nil {
			return err
		}
		var id [16]byte
		_, err = pgx.ForEachRow(rows, []any{&id}, func() error { kept[id] = true; return nil })
		return err
	})
	if err != nil {
		return err
	}
	for _, w := range list {
		if kept[w.session.Bytes()] {
			w.until.Store(asked.Add(s.opt.LeaseTTL).UnixMicro())
		} else {
			s.log.Warn("inventory: lost the lease of a session", "session", w.session.String())
			w.kill(errLost)
		}
	}
	return nil
}

// giveBack lets other nodes take these sessions at once.
func (s *Service) giveBack(list []*writer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), 2*time.Second)
	defer cancel()
	for _, w := range list {
		err := s.tx(ctx, w.tenant, pgx.TxOptions{}, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "update inventory.lease set expires_at = clock_timestamp() where tenant_id = $1 and session_id = $2 and epoch = $3", w.tenant, w.session.Bytes(), w.epoch)
			return err
		})
		if err != nil {
			s.log.Warn("inventory: a lease was not given back", "session", w.session.String(), "error", safe(err))
			return
		}
	}
}
