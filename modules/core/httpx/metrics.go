package httpx

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parterre/modules/core/db"
)

// metrics are labelled by route pattern, never by address, which may hold ids.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
	panics   prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parterre_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "parterre_http_in_flight", Help: "Requests being answered."}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "parterre_http_panics_total", Help: "Requests that crashed."}),
	}
	m.registry.MustRegister(m.requests, m.inFlight, m.panics, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, statusText(status)).Observe(took.Seconds())
}

// statusTexts are the statuses in digits, so that no answer makes its own.
var statusTexts = func() (list [600]string) {
	for i := range list {
		list[i] = strconv.Itoa(i)
	}
	return list
}()

func statusText(status int) string {
	if status >= 0 && status < len(statusTexts) {
		return statusTexts[status]
	}
	return strconv.Itoa(status)
}

// Metrics is where modules register their own.
func (s *Server) Metrics() prometheus.Registerer { return s.metrics.registry }

// ReadyWhen adds a condition of readiness, before the server serves.
func (s *Server) ReadyWhen(f func(context.Context) error) { s.ready = append(s.ready, f) }

// probes adds liveness, readiness and metrics. Readiness fails as soon as a
// stop begins, so that a balancer sends nobody new.
func (s *Server) probes() {
	s.Raw(Op{ID: "ops.live", Method: "GET", Path: "/healthz", Tag: "ops", Summary: "Whether the process lives", Needs: Public}, func(c *fiber.Ctx) error {
		return c.JSON(fiber.Map{"status": "ok"})
	})
	s.Raw(Op{ID: "ops.ready", Method: "GET", Path: "/readyz", Tag: "ops", Summary: "Whether requests can be served", Needs: Public}, func(c *fiber.Ctx) error {
		if s.Stopping() {
			return ErrStopping
		}
		if s.db != nil {
			ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
			defer cancel()
			if err := s.db.Ping(ctx); err != nil {
				return db.ErrUnavailable.Because(err)
			}
		}
		for _, f := range s.ready {
			if err := f(c.UserContext()); err != nil {
				return err
			}
		}
		return c.JSON(fiber.Map{"status": "ready"})
	})
	h := adaptor.HTTPHandler(promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	s.Raw(Op{
		ID: "ops.metrics", Method: "GET", Path: "/metrics", Tag: "ops", Summary: "Prometheus metrics",
		Detail: "From this machine, or with the permission ops.metrics.", Needs: Public,
	}, func(c *fiber.Ctx) error {
		p := PrincipalOf(c.UserContext())
		if !fromHere(c) && (p.Can == nil || !p.Can("ops.metrics")) {
			return ErrDenied.With("permission", "ops.metrics")
		}
		return h(c)
	})
}
