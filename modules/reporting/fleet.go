package reporting

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"parterre/modules/core/db"
)

// Fleet runs what reporting needs in the background, for every tenant: the
// projectors, a worker, and the closing of days. Several nodes may run one;
// leases and positions in the database decide.
type Fleet struct {
	DB         *db.DB
	Deliverers map[string]Deliverer
	Sources    []Source // projected into facts, for every tenant
	Closer     *Closer  // nil: days are closed elsewhere
	Owner      string   // unique per process
	Log        *slog.Logger
	Every      time.Duration // default 1 s

	mu      sync.Mutex
	workers map[int32]*tenantFleet
}

type tenantFleet struct {
	worker *Worker
	wake   chan struct{}
}

// Run works until ctx ends, and returns once all is at rest.
func (f *Fleet) Run(ctx context.Context) {
	if f.Log == nil {
		f.Log = slog.New(slog.DiscardHandler)
	}
	if f.Every <= 0 {
		f.Every = time.Second
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	if f.Closer != nil {
		wg.Go(func() {
			if err := f.Closer.Run(ctx); err != nil {
				f.Log.ErrorContext(ctx, "reporting: days are not closed by themselves", "error", err)
			}
		})
	}
	for ctx.Err() == nil {
		tenants, err := f.DB.Tenants(ctx)
		if err != nil && ctx.Err() == nil {
			f.Log.ErrorContext(ctx, "reporting: cannot list tenants", "error", err)
		}
		for _, t := range tenants {
			f.start(ctx, &wg, t)
		}
		select {
		case <-ctx.Done():
		case <-f.DB.Clock().After(15 * time.Second): // a new tenant is served soon
		}
	}
}

func (f *Fleet) start(ctx context.Context, wg *sync.WaitGroup, tenant int32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.workers[tenant] != nil {
		return
	}
	t := &tenantFleet{wake: make(chan struct{}, 1), worker: &Worker{Store: PG{DB: f.DB, Tenant: tenant}, Deliverers: f.Deliverers, Clock: f.DB.Clock(), Owner: f.Owner, Log: f.Log, Every: f.Every}}
	if f.workers == nil {
		f.workers = map[int32]*tenantFleet{}
	}
	f.workers[tenant] = t
	wg.Go(func() { t.worker.Run(ctx) })
	if len(f.Sources) == 0 {
		return
	}
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := f.Project(db.System(ctx, tenant, "reporting.projector")); err != nil && ctx.Err() == nil {
				f.Log.ErrorContext(ctx, "reporting: facts cannot be projected", "tenant", tenant, "error", err)
			}
			select {
			case <-ctx.Done():
			case <-t.wake:
			case <-f.DB.Clock().After(f.Every):
			}
		}
	})
}

// Project brings every source of ctx's tenant up to date. It is what
// Config.Ready is for.
func (f *Fleet) Project(ctx context.Context) error {
	var all error
	for _, s := range f.Sources {
		n, err := (Projector{DB: f.DB, Source: s}).Drain(ctx)
		all = errors.Join(all, err)
		if scope, ok := db.ScopeOf(ctx); ok && n > 0 {
			f.mu.Lock()
			t := f.workers[scope.Tenant]
			f.mu.Unlock()
			if t != nil {
				t.worker.Wake()
			}
		}
	}
	return all
}

// Wake makes the tenant's projectors and worker look at once; call it after a
// commit that wrote facts or journal rows. It never waits.
func (f *Fleet) Wake(tenant int32) {
	f.mu.Lock()
	t := f.workers[tenant]
	f.mu.Unlock()
	if t == nil {
		return
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
	t.worker.Wake()
}
