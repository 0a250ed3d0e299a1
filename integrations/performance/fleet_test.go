package performance_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
)

// toldLog tells of each exchange that had an effect.
type toldLog struct {
	sim.Log
	told chan sim.Exchange
}

func (l toldLog) Append(ctx context.Context, e sim.Exchange) (int64, error) {
	n, err := l.Log.Append(ctx, e)
	if err == nil && e.Effect {
		l.told <- e
	}
	return n, err
}

// journal is a source of facts in memory.
type journal struct{ rows []reporting.Row }

func (j journal) Name() string { return "journal" }

func (j journal) Read(_ context.Context, tx db.Tx, after int64, limit int) ([]reporting.Row, error) {
	var out []reporting.Row
	for _, r := range j.rows {
		if r.Position > after && len(out) < limit && tx.Scope.Tenant == 1 {
			out = append(out, r)
		}
	}
	return out, nil
}

// The background as a server runs it: projected, numbered, delivered and the
// day closed without anybody's call; it stops when told and leaves nothing open.
func TestFleet(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	platformLog := toldLog{Log: sim.PG{Pool: b.Pool(), Platform: "performance"}, told: make(chan sim.Exchange, 1000)}
	running := clock.NewOffset(dbtest.Start)
	d, err := db.Open(t.Context(), db.Config{DSN: b.AppDSN, Clock: running})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	platform, err := sim.New(t.Context(), sim.Config{Profile: loadProfile(t), Clock: running, Log: platformLog, Apps: []sim.Registration{{ID: "app-1", Secret: secret}}})
	if err != nil {
		t.Fatal(err)
	}
	b.server.Config.Handler = platform
	j := journal{}
	for _, f := range b.world.Base() {
		j.rows = append(j.rows, reporting.Row{Position: int64(len(j.rows) + 1), Facts: []fact.Fact{f}})
	}
	for range 30 {
		j.rows = append(j.rows, reporting.Row{Position: int64(len(j.rows) + 1), Facts: []fact.Fact{b.world.Next()}})
	}
	fleet := &reporting.Fleet{DB: d, Owner: "fleet", Deliverers: b.worker.Deliverers, Sources: []reporting.Source{j}}
	svc := reporting.New(reporting.Config{DB: d, Books: books{b.world}, Ready: fleet.Project})
	fleet.Closer = &reporting.Closer{Service: svc, DB: d}
	deliverer := b.deliverer(t, running)
	fleet.Deliverers = map[string]reporting.Deliverer{"performance": deliverer}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { fleet.Run(ctx); close(stopped) }()
	day := clock.BusinessDay(dbtest.Start, 0)
	for records := 0; ; {
		e := <-platformLog.told
		if e.Type != "DAILY" {
			if records += e.Accepted; records == len(j.rows) {
				running.Advance(17 * time.Hour) // past midnight: the schedule's first time comes
			}
			continue
		}
		if bytes.Contains(e.Request, []byte(day.String())) { // the day before was caught up with at the start
			break
		}
	}
	stop()
	<-stopped
	var mine *sim.DayTotals
	for _, x := range platform.Day("", day) {
		mine = &x
	}
	if mine == nil || !mine.Agrees {
		t.Fatalf("at the platform: %+v", mine)
	}
	for key, n := range platform.Effects() {
		if n != 1 {
			t.Errorf("%s took effect %d times", key, n)
		}
	}
}
