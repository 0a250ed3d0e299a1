package suite

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"parterre/apps/report"
	"parterre/integrations/performance"
	"parterre/modules/core/db"
	"parterre/modules/core/single"
	"parterre/modules/reporting"
)

var checks = map[string]func(json.RawMessage) error{
	"performance": func(raw json.RawMessage) error { _, err := performance.ParseSettings(raw); return err },
}

// pace is how often background work looks by itself.
const pace = 500 * time.Millisecond

// Start joins the cluster, if there is one, and begins the workers of the apps
// that run. Each job runs on one node of all (package single). The returned
// function ends them and waits.
func (s *Suite) Start(ctx context.Context) (stop func() error, err error) {
	s.jobs = single.New(s.cfg.DB.Pool(), s.cfg.Log)
	if err := s.join(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	listed := map[string]bool{}
	job := func(name string, f func(context.Context)) {
		if listed[name] { // it would run once all the same, and hide which of the two
			panic("suite: the job " + name + " is listed twice")
		}
		listed[name] = true
		wg.Go(func() { s.jobs.Run(ctx, name, f) })
	}
	each := func(pause time.Duration, name string, f func(context.Context) error) {
		job(name, func(ctx context.Context) { s.every(ctx, pause, name, f) })
	}
	if s.Runs("sales") {
		s.startSales(each, job)
	}
	if s.Runs("report") {
		each(pace, "journal projection", s.project)
		closer := &reporting.Closer{Service: s.Reporting, DB: s.cfg.DB, Log: s.cfg.Log}
		job("day close", func(ctx context.Context) {
			if err := closer.Run(ctx); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("day close ended", "err", err)
			}
		})
		job("deliveries", s.deliver)
	}
	return func() error {
		cancel()
		wg.Wait()
		s.Seats.Close()
		s.jobs.Close()
		if s.bus != nil {
			s.bus.Close()
		}
		return nil
	}, nil
}

// startSales begins the jobs of the sale path: each runs on one node at a time.
func (s *Suite) startSales(each func(time.Duration, string, func(context.Context) error), job func(string, func(context.Context))) {
	each(2*time.Second, "sales sweep", func(ctx context.Context) error { _, err := s.Sales.Sweep(ctx); return err })
	each(2*time.Second, "reservations", func(ctx context.Context) error { _, err := s.Sales.ReleaseDue(ctx); return err })
	each(time.Minute, "binding tickets", func(ctx context.Context) error { _, err := s.Sales.SweepBindings(ctx); return err })
	each(2*time.Second, "waiting lists", func(ctx context.Context) error { _, err := s.Sales.RunReleases(ctx); return err })
	each(30*time.Second, "discounts", func(ctx context.Context) error { _, err := s.Sales.SettleDiscounts(ctx); return err })
	each(time.Hour, "erasing persons", func(ctx context.Context) error { _, err := s.Sales.Erase(ctx); return err })
	each(time.Hour, "finding orders", func(ctx context.Context) error {
		n, err := s.keys.vault.Refind(ctx, s.cfg.DB, Found())
		if n > 0 {
			s.cfg.Log.Info("orders from before can be found by phone and name", "values", n)
		}
		return err
	})
	each(pace, "agents' news", func(ctx context.Context) error { _, err := s.Channel.Gather(ctx); return err })
	each(pace, "agents' webhooks", func(ctx context.Context) error { _, err := s.Channel.Send(ctx); return err })
	each(pace, "text messages", func(ctx context.Context) error { _, err := s.Channel.SendTexts(ctx); return err })
	job("waiting rooms", s.rooms)
	if s.cfg.Sandbox {
		job("sandbox notices", s.sandbox.Run)
		job("simulated payments' notices", s.paySim.Run)
	}
	each(pace, "ticket maps to the seat engine", func(ctx context.Context) error { _, err := s.Maps.Follow(ctx); return err })
	each(5*time.Second, "price programs", func(ctx context.Context) error {
		_, err := s.Maps.Tick(ctx)
		_, err2 := s.Maps.Release(ctx)
		return errors.Join(err, err2)
	})
}

// rooms keeps the waiting rooms, for all nodes, until ctx ends.
func (s *Suite) rooms(ctx context.Context) {
	s.Waiting.Take()
	defer s.Waiting.Leave()
	if s.bus != nil {
		stop, err := s.bus.Answer("waiting", s.Waiting.Answer)
		if err != nil {
			s.cfg.Log.Error("other nodes cannot ask for the waiting rooms", "err", err)
			return
		}
		defer stop()
	}
	s.every(ctx, time.Second, "waiting rooms", s.Waiting.Keep)
	s.keepRooms()
}

// keepRooms writes the waiting rooms once more, so that a stop loses nothing.
func (s *Suite) keepRooms() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	tenants, err := s.cfg.DB.Tenants(ctx)
	for _, t := range tenants {
		err = errors.Join(err, s.Waiting.Keep(db.System(ctx, t, "waiting rooms")))
	}
	if err != nil {
		s.cfg.Log.Warn("the waiting rooms were not written at the stop", "err", err)
	}
}

// every runs f for each tenant, again and again. A failure is logged and tried
// again at the next turn.
func (s *Suite) every(ctx context.Context, pause time.Duration, job string, f func(context.Context) error) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		tenants, err := s.cfg.DB.Tenants(ctx)
		for _, t := range tenants {
			err = errors.Join(err, f(db.System(ctx, t, job)))
		}
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn(job+" failed; it will be tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// project turns the sale path's journal into facts, for the tenant of ctx.
func (s *Suite) project(ctx context.Context) error {
	_, err := reporting.Projector{DB: s.cfg.DB, Source: &report.Journal{Maps: s.Seating}}.Drain(ctx)
	return err
}

// deliver runs one worker a tenant, also for tenants that come later.
func (s *Suite) deliver(ctx context.Context) {
	var wg sync.WaitGroup
	running := map[int32]bool{}
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		tenants, err := s.cfg.DB.Tenants(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("reporting workers", "err", err)
		}
		for _, t := range tenants {
			if running[t] {
				continue
			}
			running[t] = true
			w := &reporting.Worker{
				Store: reporting.PG{DB: s.cfg.DB, Tenant: t}, Deliverers: map[string]reporting.Deliverer{"performance": s.deliverer},
				Clock: s.cfg.Clock, Owner: s.node, Log: s.cfg.Log,
			}
			wg.Go(func() { w.Run(ctx) })
		}
		select {
		case <-ctx.Done():
			wg.Wait()
			return
		case <-tick.C:
		}
	}
}
