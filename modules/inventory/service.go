package inventory

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Deps are what a Service works with.
type Deps struct {
	DB      *db.DB
	Catalog Catalog
	Rows    []RowWriter
	Router  Router       // nil on a single node
	Node    string       // this node's name in leases, unique among running nodes; default the host's name
	Log     *slog.Logger // default slog.Default
	Options Options
}

// Options tune a Service; the zero value is right for production.
type Options struct {
	LeaseTTL      time.Duration // how long a lease lasts without renewal; default 10 s
	IdleAfter     time.Duration // a session nobody asks for is closed; default 15 min
	BatchTimeout  time.Duration // a batch that takes longer has an unknown outcome; default 10 s
	FeedEvery     time.Duration // coalescing of live status; default 250 ms
	InFlight      int           // batches in flight; default 1, see committer
	MaxBatch      int           // commands per batch; default 4096
	MaxQueue      int           // commands waiting per session; default 20000
	SnapshotEvery int           // events of a session between two snapshots; default 100000
	// Strict makes answers that change nothing (refusals, repeated answers) ask
	// the lease as well. Without it they rely on the machine's clock and the
	// database's running equally fast for the length of a lease.
	Strict bool
	// Hook is called at "rows" (before the rows are sent), "fence" (before
	// fence, journal and commit) and "committed"; its error makes the batch
	// fail there. For tests of crashes.
	Hook func(at string) error
}

func (o Options) filled() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	num := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	def(&o.LeaseTTL, 10*time.Second)
	def(&o.IdleAfter, 15*time.Minute)
	def(&o.BatchTimeout, 10*time.Second)
	def(&o.FeedEvery, 250*time.Millisecond)
	num(&o.InFlight, 1)
	num(&o.MaxBatch, 4096)
	num(&o.MaxQueue, 20_000)
	num(&o.SnapshotEvery, 100_000)
	return o
}

// Service is the seats of all sessions, as one node serves them. It is safe
// for concurrent use.
type Service struct {
	db      *db.DB
	catalog Catalog
	rows    []RowWriter
	router  Router
	node    string
	log     *slog.Logger
	opt     Options
	clock   clock.Clock
	real    clock.Clock // the machine's: leases are real even where time is simulated
	pool    *pgxpool.Pool
	commit  *committer
	careful atomic.Int64 // commands that still go one by one

	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex
	writers map[place]*slot
	closing bool

	// What is remembered of other nodes.
	owners map[place]owner
	gone   map[string]int64
	halls  map[place]*engine.Hall
	relays map[place]*relay
}

type place struct {
	tenant  int32
	session ids.ID
}

// slot is a session's place in the table: a writer, or one being opened.
type slot struct {
	ready chan struct{}
	w     *writer
	err   error
}

// New starts a Service. Close ends it.
func New(ctx context.Context, d Deps) (*Service, error) {
	if d.Node == "" {
		d.Node, _ = os.Hostname()
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	s := &Service{
		db: d.DB, catalog: d.Catalog, rows: d.Rows, router: d.Router, node: d.Node, log: d.Log, opt: d.Options.filled(),
		clock: d.DB.Clock(), real: clock.System{}, writers: map[place]*slot{},
		owners: map[place]owner{}, gone: map[string]int64{}, halls: map[place]*engine.Hall{}, relays: map[place]*relay{},
	}
	pool, err := hotPool(ctx, d.DB.Pool(), s.node, s.opt)
	if err != nil {
		return nil, err
	}
	s.pool = pool
	s.ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.commit = &committer{svc: s, pool: pool, slots: make(chan struct{}, s.opt.InFlight), wake: make(chan struct{}, 1)}
	s.work.Add(2)
	go s.commit.run(s.ctx)
	go s.keep()
	return s, nil
}

// hotPool has connections of its own, so that nothing else makes a sale wait,
// with prepared statements, and with a short patience for a transaction whose
// node has stopped: it may hold rows that another node waits for.
func hotPool(ctx context.Context, from *pgxpool.Pool, node string, o Options) (*pgxpool.Pool, error) {
	cfg := from.Config()
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	cfg.ConnConfig.RuntimeParams["application_name"] = appName(node)
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = fmt.Sprint(min(o.BatchTimeout, o.LeaseTTL/2).Milliseconds())
	cfg.MaxConns = int32(o.InFlight + 4)
	cfg.MinConns = int32(o.InFlight)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("inventory: %w", err)
	}
	return pool, nil
}

// Close finishes what was accepted, gives the leases back and ends.
func (s *Service) Close() {
	s.mu.Lock()
	s.closing = true
	var open []*writer
	for _, sl := range s.writers {
		select {
		case <-sl.ready:
			if sl.w != nil {
				open = append(open, sl.w)
			}
		default:
		}
	}
	s.mu.Unlock()
	s.stop()
	for _, w := range open {
		w.kill(ErrClosing)
	}
	s.work.Wait()
	s.giveBack(open)
	s.pool.Close()
}

// Stats tells what the committer did since the start.
func (s *Service) Stats() Stats {
	s.commit.mu.Lock()
	defer s.commit.mu.Unlock()
	return s.commit.stats
}

func (s *Service) local(ctx context.Context, tenant int32, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error) {
	if _, ok := cmd.(*engine.Reseat); ok { // goes with the change of the plan: ReseatTx
		return engine.Answer{}, Refused(&engine.Refusal{Code: engine.BadRequest})
	}
	r := &request{cmd: cmd, payload: payload, done: make(chan struct{}, 1)}
	if err := s.send(ctx, tenant, session, r); err != nil {
		return engine.Answer{}, err
	}
	if r.answer.Refused != nil {
		return r.answer, Refused(r.answer.Refused)
	}
	return r.answer, nil
}

const attempts = 6

// send brings a request to its writer and waits, again with a new writer if
// that one ended before the outcome was known.
func (s *Service) send(ctx context.Context, tenant int32, session ids.ID, r *request) error {
	for try := 1; ; try++ {
		w, err := s.writer(ctx, tenant, session)
		if err == nil {
			err = w.enqueue(r)
		}
		if err == nil {
			select {
			case <-r.done:
				err = r.err
			case <-ctx.Done():
				return ErrOutcome.Because(ctx.Err())
			}
		}
		if !errors.Is(err, errLost) {
			return err
		}
		if try == attempts {
			return ErrOutcome.Because(err)
		}
	}
}

// writer finds the session's writer or opens it; several callers open it once.
func (s *Service) writer(ctx context.Context, tenant int32, session ids.ID) (*writer, error) {
	at := place{tenant, session}
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return nil, ErrClosing
	}
	sl := s.writers[at]
	if sl == nil {
		sl = &slot{ready: make(chan struct{})}
		s.writers[at] = sl
		s.work.Add(1)
		go s.open(at, sl)
	}
	s.mu.Unlock()
	select {
	case <-sl.ready:
		return sl.w, sl.err
	case <-ctx.Done():
		return nil, db.ErrUnavailable.Because(ctx.Err())
	}
}

// open fills a slot. The opener's own context ends with the service, not with
// the caller that happened to be first.
func (s *Service) open(at place, sl *slot) {
	defer s.work.Done()
	ctx, cancel := context.WithTimeout(db.System(s.ctx, at.tenant, "inventory"), 30*time.Second)
	defer cancel()
	w, err := s.start(ctx, at)
	s.mu.Lock()
	if err == nil && s.closing {
		err = ErrClosing
		defer s.giveBack([]*writer{w}) // Close has listed the writers before this one was there
	}
	if err != nil {
		delete(s.writers, at)
		sl.err = db.Map(err)
	} else {
		sl.w = w
		s.work.Add(1)
		go w.run()
	}
	s.mu.Unlock()
	close(sl.ready)
}

// forget takes a dead writer out of the table.
func (s *Service) forget(w *writer) {
	at := place{w.tenant, w.session}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sl := s.writers[at]; sl != nil && sl.w == w {
		delete(s.writers, at)
	}
}

// Owned lists the sessions that this node serves.
func (s *Service) Owned() (list []Owned) {
	s.each(func(w *writer) { list = append(list, Owned{w.tenant, w.session, w.epoch}) })
	return list
}

// Owned is a session that a node serves, and since which epoch.
type Owned struct {
	Tenant  int32
	Session ids.ID
	Epoch   int64
}

// Node is the node's name in leases.
func (s *Service) Node() string { return s.node }

// Connect gives the way to other nodes, before the service is used. The way
// back is Here.
func (s *Service) Connect(r Router) { s.router = r }

// each calls f for every running writer.
func (s *Service) each(f func(*writer)) {
	s.mu.Lock()
	var list []*writer
	for _, sl := range s.writers {
		select {
		case <-sl.ready:
			if sl.w != nil {
				list = append(list, sl.w)
			}
		default:
		}
	}
	s.mu.Unlock()
	for _, w := range list {
		f(w)
	}
}
