// Package lab runs the simulated regulators: each tenant has platforms of its
// own, so that what one theatre reports is never on another's page. The
// platforms listen on an address of their own, as another organisation's
// servers would; the console's data comes through the suite's API.
package lab

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/integrations/performance"
	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
)

// Config makes a Lab.
type Config struct {
	Pool  *pgxpool.Pool
	Clock clock.Clock
	// Key derives every registration's secret; at least 16 bytes.
	Key []byte
	Log *slog.Logger
}

// Lab holds the simulated regulators of all tenants.
type Lab struct {
	cfg     Config
	profile *performance.Profile

	mu        sync.Mutex
	platforms map[int32]*sim.Platform
}

// New makes the lab.
func New(cfg Config) (*Lab, error) {
	if len(cfg.Key) < 16 {
		return nil, errors.New("lab: the key needs at least 16 bytes")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	p, err := performance.LoadProfile(performance.DefaultProfile)
	if err != nil {
		return nil, err
	}
	return &Lab{cfg: cfg, profile: p, platforms: map[int32]*sim.Platform{}}, nil
}

const appPrefix = "parterre-"

// AppID is the tenant's registration with the simulated collection platform.
func AppID(tenant int32) string { return appPrefix + strconv.Itoa(int(tenant)) }

// Secret is the secret of the tenant's registration.
func (l *Lab) Secret(tenant int32) string {
	m := hmac.New(sha256.New, l.cfg.Key)
	_, _ = fmt.Fprintf(m, "performance/%d", tenant)
	return hex.EncodeToString(m.Sum(nil))
}

// Performance returns the tenant's simulated collection platform; its book is
// rebuilt from what it stored at the first call.
func (l *Lab) Performance(ctx context.Context, tenant int32) (*sim.Platform, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.platforms[tenant]; p != nil {
		return p, nil
	}
	id := AppID(tenant)
	p, err := sim.New(ctx, sim.Config{
		Profile: l.profile, Clock: l.cfg.Clock, Log: sim.PG{Pool: l.cfg.Pool, Platform: "performance/" + id},
		Apps: []sim.Registration{{ID: id, Name: id, Secret: l.Secret(tenant)}},
	})
	if err != nil {
		return nil, err
	}
	l.platforms[tenant] = p
	return p, nil
}

// mine is the platform of ctx's tenant.
func (l *Lab) mine(ctx context.Context) (*sim.Platform, error) {
	s, ok := db.ScopeOf(ctx)
	if !ok {
		return nil, db.ErrNoScope
	}
	return l.Performance(ctx, s.Tenant)
}

// ServeHTTP is the regulators' outer side: the collection interface. The
// registration in the header says whose platform it is for.
func (l *Lab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tenant, err := strconv.ParseInt(strings.TrimPrefix(r.Header.Get(performance.HeaderApp), appPrefix), 10, 32)
	if err != nil || tenant <= 0 || r.Header.Get(performance.HeaderApp) != AppID(int32(tenant)) || !l.known(r.Context(), int32(tenant)) {
		tenant = 0 // a platform without registrations: it answers as to any stranger
	}
	p, err := l.Performance(r.Context(), int32(tenant))
	if err != nil {
		l.cfg.Log.ErrorContext(r.Context(), "lab: a platform cannot start", "error", err)
		http.Error(w, "the platform cannot start", http.StatusServiceUnavailable)
		return
	}
	p.ServeHTTP(w, r)
}

func (l *Lab) known(ctx context.Context, tenant int32) bool {
	l.mu.Lock()
	have := l.platforms[tenant] != nil
	l.mu.Unlock()
	if have {
		return true
	}
	var ok bool
	err := l.cfg.Pool.QueryRow(ctx, "select $1 in (select core.tenant_ids())", tenant).Scan(&ok)
	return err == nil && ok
}

// Serve answers on ln, which is a TLS listener, until ctx ends.
func (l *Lab) Serve(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler: l, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(l.cfg.Log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() {
		// Requests that a fault keeps waiting would hold the stop up for minutes.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if srv.Shutdown(grace) != nil {
			_ = srv.Close()
		}
	})
	defer stop()
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
