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
	"parterre/modules/reporting"
)

var checks = map[string]func(json.RawMessage) error{
	"performance": func(raw json.RawMessage) error { _, err := performance.ParseSettings(raw); return err },
}

// pace is how often background work looks by itself.
const pace = 500 * time.Millisecond

// Start begins the workers of the apps that run. The returned function ends
// them and waits.
func (s *Suite) Start(ctx context.Context) (stop func() error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	if s.Runs("sales") {
		wg.Go(func() {
			s.every(ctx, 2*time.Second, "sales sweep", func(ctx context.Context) error { _, err := s.Sales.Sweep(ctx); return err })
		})
		wg.Go(func() {
			s.every(ctx, 2*time.Second, "reservations", func(ctx context.Context) error { _, err := s.Sales.ReleaseDue(ctx); return err })
		})
		wg.Go(func() {
			s.every(ctx, 2*time.Second, "waiting lists", func(ctx context.Context) error { _, err := s.Sales.RunReleases(ctx); return err })
		})
		wg.Go(func() {
			s.every(ctx, time.Hour, "erasing persons", func(ctx context.Context) error { _, err := s.Sales.Erase(ctx); return err })
		})
		wg.Go(func() {
			s.every(ctx, pace, "agents' news", func(ctx context.Context) error { _, err := s.Channel.Gather(ctx); return err })
		})
		wg.Go(func() {
			s.every(ctx, pace, "agents' webhooks", func(ctx context.Context) error { _, err := s.Channel.Send(ctx); return err })
		})
		wg.Go(func() { s.every(ctx, time.Second, "waiting rooms", s.Waiting.Keep) })
		if s.cfg.Sandbox {
			wg.Go(func() { s.sandbox.Run(ctx) })
		}
		wg.Go(func() {
			s.every(ctx, pace, "ticket maps to the seat engine", func(ctx context.Context) error { _, err := s.Maps.Follow(ctx); return err })
		})
		wg.Go(func() {
			s.every(ctx, 5*time.Second, "price programs", func(ctx context.Context) error {
				_, err := s.Maps.Tick(ctx)
				_, err2 := s.Maps.Release(ctx)
				return errors.Join(err, err2)
			})
		})
	}
	if s.Runs("report") {
		wg.Go(func() { s.every(ctx, pace, "journal projection", s.project) })
		closer := &reporting.Closer{Service: s.Reporting, DB: s.cfg.DB, Log: s.cfg.Log}
		wg.Go(func() {
			if err := closer.Run(ctx); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("day close ended", "err", err)
			}
		})
		wg.Go(func() { s.deliver(ctx) })
	}
	return func() error {
		cancel()
		wg.Wait()
		s.keepRooms()
		s.Seats.Close()
		return nil
	}, nil
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
				Clock: s.cfg.Clock, Owner: nodeName(), Log: s.cfg.Log,
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
