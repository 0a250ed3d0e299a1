// Package channelhttp is the channel module over HTTP: the API for agents
// (/api/v1/agent), and the theatre's settings for them (/api/v1/agents).
//
// Everything that an agent changes has an id made by the agent: the same
// request again has no second effect and gets the same answer.
package channelhttp

import (
	"context"
	"crypto/sha256"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

type handlers struct {
	*channel.Service
	limits *limits
}

const tag = "agent"

const base = "/api/v1/agent"

func op(id, method, path, summary string) httpx.Op {
	return httpx.Op{ID: "agent." + id, Method: method, Path: base + path, Tag: tag, Summary: summary, Needs: channel.Sell, Mode: httpx.ByHandler}
}

// Register adds the operations and the page that explains them.
func Register(srv *httpx.Server, s *channel.Service) {
	h := &handlers{s, &limits{now: func() time.Time { return s.DB.Clock().Now() }, of: map[[32]byte]*bucket{}}}
	srv.App.Use(base, h.limits.guard)
	h.catalogue(srv.API)
	h.stock(srv.API)
	h.selling(srv.API)
	h.kinds(srv.API)
	h.packages(srv.API)
	h.reserving(srv.API)
	h.batch(srv.API)
	h.hooks(srv.API)
	h.day(srv.API)
	h.manage(srv.API)
	explain(srv.API)
}

// as adds an operation of agents: it runs with the agent as its actor.
func as[I, O any](h *handlers, api *httpx.API, o httpx.Op, f func(context.Context, channel.Agent, *I) (*O, error)) {
	httpx.Register(api, o, func(ctx context.Context, in *I) (*O, error) {
		a, ctx, err := h.enter(ctx)
		if err != nil {
			return nil, err
		}
		return f(ctx, a, in)
	})
}

func (h *handlers) enter(ctx context.Context) (channel.Agent, context.Context, error) {
	a, ctx, err := h.Enter(ctx)
	if err == nil {
		h.limits.set(ctx, a.Rate, a.Burst)
	}
	return a, ctx, err
}

// raw is as for answers that are no JSON.
func (h *handlers) raw(f func(*fiber.Ctx, context.Context, channel.Agent) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a, ctx, err := h.enter(c.UserContext())
		if err != nil {
			return err
		}
		return f(c, ctx, a)
	}
}

// limits keeps a token bucket for each credential that is presented, good or
// not: who guesses keys is slowed down as well, before the database is asked.
type limits struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[[32]byte]*bucket
}

type bucket struct {
	rate, burst int
	tokens      int64 // millionths
	at          time.Time
}

type bucketKey struct{}

const (
	million = 1_000_000
	most    = 20_000 // buckets; idle ones are dropped
)

func (l *limits) guard(c *fiber.Ctx) error {
	// The middleware's prefix also fits /api/v1/agents, where staff work.
	if c.Get("Authorization") == "" || !strings.HasPrefix(c.Path(), base+"/") {
		return c.Next() // no agent; the door says so
	}
	key := sha256.Sum256([]byte(c.Get("Authorization")))
	left, limit, wait := l.take(key)
	c.Set("RateLimit-Limit", strconv.Itoa(limit))
	c.Set("RateLimit-Remaining", strconv.Itoa(left))
	if wait > 0 {
		seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
		c.Set("Retry-After", seconds)
		return channel.ErrRate.With("seconds", seconds)
	}
	c.SetUserContext(context.WithValue(c.UserContext(), bucketKey{}, key))
	return c.Next()
}

// take takes one token and returns how many whole ones are left, or how long
// to wait for one.
func (l *limits) take(key [32]byte) (left, limit int, wait time.Duration) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.of[key]
	if b == nil {
		l.room(now)
		b = &bucket{rate: channel.DefaultRate, burst: channel.DefaultBurst, tokens: channel.DefaultBurst * million, at: now}
		l.of[key] = b
	}
	b.fill(now)
	if b.tokens < million {
		return 0, b.rate, time.Duration((million-b.tokens)/int64(b.rate)+1) * time.Microsecond
	}
	b.tokens -= million
	return int(b.tokens / million), b.rate, 0
}

func (b *bucket) fill(now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		full := int64(b.burst) * million
		b.tokens = min(full, b.tokens+int64(min(d, time.Hour)/time.Microsecond)*int64(b.rate))
		b.at = now
	}
}

// room drops buckets that are full again.
func (l *limits) room(now time.Time) {
	if len(l.of) < most {
		return
	}
	for k, b := range l.of {
		if b.fill(now); b.tokens == int64(b.burst)*million {
			delete(l.of, k)
		}
	}
	if len(l.of) >= most {
		clear(l.of)
	}
}

// set gives the key of ctx its agent's limits.
func (l *limits) set(ctx context.Context, rate, burst int) {
	key, ok := ctx.Value(bucketKey{}).([32]byte)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.of[key]
	if b == nil || b.rate == rate && b.burst == burst {
		return
	}
	b.fill(l.now())
	b.tokens = max(0, b.tokens+int64(burst-b.burst)*million)
	b.rate, b.burst = rate, burst
}

// BySession names a session.
type BySession struct {
	Session ids.ID `path:"session"`
}

// ByOrder names an order.
type ByOrder struct {
	Order ids.ID `path:"order"`
}

// ByHook names a webhook.
type ByHook struct {
	Webhook ids.ID `path:"webhook"`
}
