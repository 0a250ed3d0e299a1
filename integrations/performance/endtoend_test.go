package performance_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"parterre/integrations/performance"
	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

const secret = "a-secret-of-the-test-platform"

// bench is one tenant's outbox, the simulated platform behind real TLS, and a worker.
type bench struct {
	*dbtest.DB
	svc      *reporting.Service
	platform *sim.Platform
	worker   *reporting.Worker
	world    *reportingtest.World
	server   *httptest.Server
	blocked  atomic.Value // func(): the platform keeps a client waiting
}

type books struct{ w *reportingtest.World }

func (b books) Daily(_ context.Context, _ db.Tx, day clock.Day) ([]fact.Daily, error) {
	return []fact.Daily{b.w.Daily(day)}, nil
}

func newBench(t *testing.T) *bench {
	t.Helper()
	d := dbtest.Private(t)
	profile, err := performance.LoadProfile(performance.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{DB: d, world: reportingtest.NewWorld(1, dbtest.Start)}
	b.platform, err = sim.New(t.Context(), sim.Config{
		Profile: profile, Clock: d.Clock, Log: sim.PG{Pool: d.Pool(), Platform: "performance"},
		Apps: []sim.Registration{{ID: "app-1", Name: "样例剧院", Secret: secret}}, OnBlock: func(time.Duration) {
			if f, ok := b.blocked.Load().(func()); ok {
				f()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.server = httptest.NewTLSServer(b.platform)
	t.Cleanup(b.server.Close)
	deliverer := b.deliverer(t, d.Clock)
	b.svc = reporting.New(reporting.Config{DB: d.DB, Books: books{b.world}})
	settings, _ := json.Marshal(performance.Settings{Endpoint: b.server.URL, AppID: "app-1", Secret: "platform"})
	if err := b.svc.PutChannel(d.As(t.Context()), reporting.Channel{Code: "performance", Name: "演出采集", Adapter: "performance", Settings: settings, Active: true}); err != nil {
		t.Fatal(err)
	}
	b.worker = &reporting.Worker{
		Store: reporting.PG{DB: d.DB, Tenant: d.Tenant}, Clock: d.Clock, Owner: "worker-1",
		Deliverers: map[string]reporting.Deliverer{"performance": deliverer},
	}
	return b
}

// deliverer is the adapter, trusting the platform's certificate.
func (b *bench) deliverer(t *testing.T, ck clock.Clock) *performance.Deliverer {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(b.server.Certificate())
	d, err := performance.NewDeliverer(performance.Options{
		Clock:     ck,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		Secret:    func(context.Context, int32, string) (string, error) { return secret, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (b *bench) append(t *testing.T, facts ...fact.Fact) {
	t.Helper()
	err := b.InTx(b.As(t.Context()), func(ctx context.Context, tx db.Tx) error { return reporting.Append(ctx, tx, facts...) })
	if err != nil {
		t.Fatal(err)
	}
}

// states counts the deliveries by state; waiting facts count as "waiting".
func (b *bench) states(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := b.View(b.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, `select state, count(*) from reporting.delivery group by state
union all select 'waiting', count(*) from reporting.inbox having count(*) > 0`)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var s string
			var n int
			if err := rows.Scan(&s, &n); err != nil {
				return err
			}
			out[s] = n
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// deliver runs the worker until nothing is left that it could send. Other
// tests' transactions on the same server may hold the horizon back for a while.
func (b *bench) deliver(t *testing.T) {
	t.Helper()
	for {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
		n, err := b.worker.Once(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 && b.states(t)["waiting"] == 0 {
			return
		}
	}
}

// PT-mgmt, PT-A: facts written with a change reach the platform over TLS, in
// order, and the day's report agrees with them.
func TestFactsReachThePlatform(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.append(t, b.world.Base()...)
	for range 60 {
		b.append(t, b.world.Next())
	}
	b.deliver(t)
	if got := b.states(t); len(got) != 1 || got["accepted"] != 68 {
		t.Fatalf("deliveries: %v", got)
	}
	b.Clock.Advance(20 * time.Hour) // 06:00 of the next day
	day := clock.BusinessDay(dbtest.Start, 0)
	closed, err := b.svc.CloseDay(b.As(t.Context()), day)
	if err != nil || closed.New != 1 || closed.Late || len(closed.Problems) != 0 {
		t.Fatalf("close: %+v, %v", closed, err)
	}
	b.deliver(t)
	totals := b.platform.Day("", day)
	if len(totals) != 1 || !totals[0].Agrees || totals[0].Late || totals[0].Version != 1 {
		t.Fatalf("totals at the platform: %+v", totals)
	}
	again, err := b.svc.CloseDay(b.As(t.Context()), day)
	if err != nil || again.New != 0 {
		t.Fatalf("closing again made %d reports, %v", again.New, err)
	}
	for key, n := range b.platform.Effects() {
		if n != 1 {
			t.Errorf("%s took effect %d times", key, n)
		}
	}
}
