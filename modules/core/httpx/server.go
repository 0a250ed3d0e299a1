// Package httpx is the one way in over HTTP: one fiber constructor with safe
// settings, operations whose permission cannot be left out, errors as
// problem+json, idempotent POSTs, request ids, metrics and a graceful stop.
//
// Strings from a request are kept past the handler by huma and by services, so
// fiber's Immutable mode is on; without it they are overwritten by the next
// request (shown by a test).
package httpx

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// Config of a server.
type Config struct {
	Log     *slog.Logger
	DB      *db.DB        // nil for servers without idempotent operations (simulators)
	Auth    Authenticator // nil: everybody is an unknown visitor of no tenant
	Proxies []string      // addresses whose X-Forwarded-For is believed
	Title   string        // of the OpenAPI document
	Version string
	Limits  Limits // by address
	Mutable bool   // test only: shows what Immutable prevents
}

// Server is a fiber app with its API.
type Server struct {
	*API
	Limits   Limits
	App      *fiber.App
	log      *slog.Logger
	auth     Authenticator
	metrics  *metrics
	proxied  bool     // some proxies are trusted
	limits   sync.Map // path prefix -> int
	ready    []func(context.Context) error
	stopping atomic.Bool
	streams  context.Context // ends when the server stops, for SSE
	endAll   context.CancelFunc
}

// DefaultBody is the largest request body, in bytes, for operations that do
// not set their own.
const DefaultBody = 1 << 20

// New makes a server with the door, guards and probes in place.
func New(cfg Config) *Server {
	s := &Server{Limits: cfg.Limits, log: cfg.Log, auth: cfg.Auth, metrics: newMetrics(), proxied: len(cfg.Proxies) > 0}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.streams, s.endAll = context.WithCancel(context.Background())
	s.App = fiber.New(fiber.Config{
		Immutable: !cfg.Mutable, BodyLimit: 64 << 20, ReadBufferSize: 16 << 10,
		ReadTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second,
		DisableStartupMessage: true, ErrorHandler: s.errorHandler, UnescapePath: true,
		CaseSensitive: true, EnableTrustedProxyCheck: true, TrustedProxies: cfg.Proxies,
	})
	// A body over its route's limit is refused before it is read.
	s.App.Server().HeaderReceived = func(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
		return fasthttp.RequestConfig{MaxRequestBodySize: s.bodyLimit(string(h.RequestURI()))}
	}
	s.App.Use(s.recover, s.begin, s.guard)
	s.API = newAPI(s, cfg)
	s.probes()
	return s
}

func (s *Server) bodyLimit(uri string) int {
	limit := DefaultBody
	path, _, _ := strings.Cut(uri, "?")
	s.limits.Range(func(k, v any) bool {
		if matchPath(k.(string), path) && v.(int) > limit {
			limit = v.(int)
		}
		return true
	})
	return limit
}

// matchPath reports whether path fits a pattern with {name} segments. It is
// asked for every pattern with a limit of its own and every request.
func matchPath(pattern, path string) bool {
	for {
		p, prest, pmore := strings.Cut(pattern, "/")
		x, xrest, xmore := strings.Cut(path, "/")
		if pmore != xmore || (p != x && !strings.HasPrefix(p, "{")) {
			return false
		}
		if !pmore {
			return true
		}
		pattern, path = prest, xrest
	}
}

// recover keeps a crash in one request from harming any other.
func (s *Server) recover(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic", "route", c.Route().Path, "request", requestID(c.UserContext()), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			s.metrics.panics.Inc()
			err = s.errorHandler(c, errors.New("panic"))
		}
	}()
	return c.Next()
}

// begin gives the request its id, counts and logs it. Paths are logged as
// route patterns and query strings not at all: both may hold personal data.
func (s *Server) begin(c *fiber.Ctx) error {
	id := ids.New().String()
	c.SetUserContext(context.WithValue(c.UserContext(), passageKey{}, &passage{id: id}))
	c.Response().Header.SetCanonical(headRequestID, []byte(id))
	start := time.Now() //nolint:forbidigo // a duration, not a time of day
	s.metrics.inFlight.Inc()
	err := c.Next()
	s.metrics.inFlight.Dec()
	if err != nil {
		err = s.errorHandler(c, err)
	}
	route, status, took := c.Route().Path, c.Response().StatusCode(), time.Since(start)
	if status == fiber.StatusNotFound && route == "/" {
		route = "(none)"
	}
	s.metrics.observe(c.Method(), route, status, took)
	if s.log.Enabled(c.UserContext(), slog.LevelDebug) {
		s.log.Debug("request", "request", id, "method", c.Method(), "route", route, "status", status, "took", took)
	}
	return err
}

var (
	headRequestID = []byte("X-Request-Id")
	headCache     = []byte("Cache-Control")
	noStore       = []byte("no-store")
)

// safety headers go with every answer; their names are canonical already.
var safety = [...][2][]byte{
	{[]byte("X-Content-Type-Options"), []byte("nosniff")},
	{[]byte("X-Frame-Options"), []byte("DENY")},
	{[]byte("Referrer-Policy"), []byte("same-origin")},
	{[]byte("Strict-Transport-Security"), []byte("max-age=31536000")},
	{[]byte("Content-Security-Policy"), []byte("default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")},
	{[]byte("Permissions-Policy"), []byte("camera=(self), serial=(self), geolocation=(), microphone=()")},
}

// The counter's pages may also speak with the card reader and the printer of
// the same machine (parterre edge).
const policyAt = 4

var counterPolicy = append([]byte("connect-src 'self' https://localhost:* https://127.0.0.1:*; "), safety[policyAt][1]...)

// guard refuses what no handler should see and sets the answer's safety headers.
func (s *Server) guard(c *fiber.Ctx) error {
	for _, h := range safety {
		c.Response().Header.SetCanonical(h[0], h[1])
	}
	if strings.HasPrefix(c.Path(), "/counter") {
		c.Response().Header.SetCanonical(safety[policyAt][0], counterPolicy)
	}
	if strings.HasPrefix(c.Path(), "/api/") {
		c.Response().Header.SetCanonical(headCache, noStore)
	}
	// Before the body is touched: fiber would unpack it without a limit, and a
	// megabyte can unpack to gigabytes.
	for _, coding := range c.Request().Header.PeekAll(fiber.HeaderContentEncoding) {
		if !bytes.EqualFold(bytes.TrimSpace(coding), []byte("identity")) {
			return errEncoding
		}
	}
	// The request's own bytes, not c.Body's copy: they are looked at here only.
	if b := c.Request().Body(); len(b) > 0 && !bytes.HasPrefix(c.Request().Header.ContentType(), []byte("application/octet-stream")) {
		switch {
		case !utf8.Valid(b):
			return errUTF8
		case holdsNUL(b):
			return errNUL
		}
	}
	if uri := c.Request().RequestURI(); !utf8.Valid(uri) || bytes.IndexByte(uri, 0) >= 0 || !isText(c.Path()) {
		return humaCodes[400]
	}
	if name := badParameter(c); name != "" {
		return errText.At(name)
	}
	return c.Next()
}

// isText reports whether PostgreSQL could keep s: valid UTF-8 without NUL.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

var storedHeaders = [...][]byte{[]byte("Idempotency-Key"), []byte("X-Reason"), []byte("X-Parterre-Tenant")}

// badParameter names the first query parameter, or header that is stored, that
// is no text.
func badParameter(c *fiber.Ctx) (name string) {
	for k, v := range c.Context().QueryArgs().All() {
		if name == "" && !(isText(string(k)) && isText(string(v))) {
			name = "query." + strings.ToValidUTF8(strings.ReplaceAll(string(k), "\x00", ""), "")
		}
	}
	if raw := c.Request().Header.RawHeaders(); len(raw) > 0 && utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0 {
		return name // nothing is wrong with any header
	}
	for _, h := range storedHeaders {
		if v := c.Request().Header.PeekBytes(h); name == "" && (!utf8.Valid(v) || bytes.IndexByte(v, 0) >= 0) {
			name = string(h)
		}
	}
	return name
}

// holdsNUL reports whether a JSON text holds the escape of the NUL character,
// which no text in PostgreSQL can hold.
func holdsNUL(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 >= len(b) {
			return false
		}
		if b[i+1] == 'u' && bytes.HasPrefix(b[i+2:], []byte("0000")) {
			return true
		}
		b = b[i+2:]
	}
}

// Stopping reports whether a graceful stop has begun; /readyz says so at once.
func (s *Server) Stopping() bool { return s.stopping.Load() }

// Streams is a context that ends when the server begins to stop. Streams that
// would never end by themselves watch it.
func (s *Server) Streams() context.Context { return s.streams }

// Serve answers on ln until Stop. cfg nil means plain HTTP.
func (s *Server) Serve(ln net.Listener, cfg *tls.Config) error {
	ln = &patient{Listener: ln, log: s.log, end: s.streams}
	if cfg != nil {
		ln = tls.NewListener(ln, cfg)
	}
	return s.App.Listener(ln)
}

// Stop refuses new connections, lets requests that have begun finish within
// the time, and ends streams.
func (s *Server) Stop(within time.Duration) error {
	s.stopping.Store(true)
	s.endAll()
	return s.App.ShutdownWithTimeout(within)
}

// ErrStopping is answered by long work that a stop cut short.
var ErrStopping = errs.New(errs.Unavailable, "core.stopping", "服务正在重启，请稍后重试。", "The service is restarting; please try again.")
