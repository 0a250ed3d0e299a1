// Package limit keeps one caller from taking what is meant for all: how often
// something may be done by a key (a buyer, an address), and how many things a
// key may have open at once. It counts in this process's memory; with several
// nodes each counts for itself.
//
// A nil *Rate or *Gauge does not limit.
package limit

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parterre/modules/core/clock"
)

// most is how many keys are remembered. When there are more, those that have
// their full allowance again are forgotten; if none is, newcomers share one
// allowance, so that many keys do not open the door.
const most = 1 << 16

// Rate limits how often something may be done by each key.
type Rate struct {
	clock clock.Clock
	every time.Duration
	burst int

	mu      sync.Mutex
	keys    map[string]*rate.Limiter
	crowded *rate.Limiter
	swept   time.Time
}

// NewRate allows burst at once, and one more each every.
func NewRate(c clock.Clock, burst int, every time.Duration) *Rate {
	return &Rate{clock: c, every: every, burst: burst, keys: map[string]*rate.Limiter{}, crowded: rate.NewLimiter(rate.Every(every), burst)}
}

// Allow takes n of a key's allowance, or says that it is not there.
func (r *Rate) Allow(key string, n int) bool {
	if r == nil {
		return true
	}
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(key, now).AllowN(now, n)
}

// Left reports whether a key has any allowance, without taking it.
func (r *Rate) Left(key string) bool {
	if r == nil {
		return true
	}
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.keys[key]
	return !ok || l.TokensAt(now) >= 1
}

// Take takes n even if it is not there: then the key has none for longer.
func (r *Rate) Take(key string, n int) {
	if r == nil {
		return
	}
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for range n {
		r.of(key, now).AllowN(now, 1)
	}
}

func (r *Rate) of(key string, now time.Time) *rate.Limiter {
	if l, ok := r.keys[key]; ok {
		return l
	}
	// Not for each newcomer of a crowd: looking through all keys takes a while.
	if len(r.keys) >= most && now.Sub(r.swept) >= r.every {
		r.swept = now
		for k, l := range r.keys {
			if l.TokensAt(now) >= float64(r.burst) {
				delete(r.keys, k)
			}
		}
	}
	if len(r.keys) >= most {
		return r.crowded
	}
	l := rate.NewLimiter(rate.Every(r.every), r.burst)
	r.keys[key] = l
	return l
}

// Gauge limits how many things each key has open.
type Gauge struct {
	max int
	mu  sync.Mutex
	n   map[string]int
}

// NewGauge allows a key to have that many open.
func NewGauge(most int) *Gauge { return &Gauge{max: most, n: map[string]int{}} }

// Open takes one, or says that the key has its most. done gives it back, once.
func (g *Gauge) Open(key string) (done func(), ok bool) {
	if g == nil {
		return func() {}, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.n[key] >= g.max {
		return func() {}, false
	}
	g.n[key]++
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.n[key]--; g.n[key] <= 0 {
			delete(g.n, key)
		}
	}), true
}

// Address is the key of a network address: of IPv6 the first 64 bits, which
// one household or server has whole.
func Address(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
