package suite

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"parterre/modules/core/httpx"
	"parterre/modules/core/limit"
)

// limited is the suite with small limits by address, behind these proxies.
func limited(t *testing.T, guests, streams int, proxies ...string) *world {
	t.Helper()
	return newWorld(t, func(c *Config) {
		c.Limits = httpx.Limits{Guests: limit.NewRate(c.Clock, guests, time.Minute), Streams: limit.NewGauge(streams)}
		c.Proxies = proxies
	})
}

// ask sends a request over TLS, with what a proxy would say of the sender.
func (w *world) ask(ctx context.Context, method, path, forwarded string) (int, *http.Response) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, strings.NewReader("{}"))
	must(w.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Parterre", "1")
	req.Header.Set("X-Parterre-Tenant", "alpha")
	if forwarded != "" {
		req.Header.Set("X-Forwarded-For", forwarded)
		req.Header.Set("X-Real-Ip", forwarded)
		req.Header.Set("Forwarded", "for="+forwarded)
	}
	res, err := w.client.Do(req)
	must(w.t, err)
	return res.StatusCode, res
}

// guests asks for new buyers, as if from these addresses one after another, and
// returns how many cookies were made.
func (w *world) guests(from ...string) (made int) {
	w.t.Helper()
	for _, f := range from {
		status, res := w.ask(w.t.Context(), http.MethodPost, "/api/v1/auth/guest", f)
		body, err := io.ReadAll(res.Body)
		must(w.t, err)
		_ = res.Body.Close()
		cookie := res.Header.Get("Set-Cookie") != ""
		switch {
		case status < 300 && cookie:
			made++
		case status != 429 || cookie || !strings.Contains(string(body), "core.address_limit"):
			w.t.Errorf("as %s: %d, cookie %v: %s", f, status, cookie, body)
		}
	}
	return made
}

func many(n int, f func(i int) string) (list []string) {
	for i := range n {
		list = append(list, f(i))
	}
	return list
}

// SEC-ASVS-2.4.1, 4.2.x: one address makes so many buyers and no more, whatever
// it says of itself in headers; behind a trusted proxy an IPv6 network of 64
// bits is one address, since its owner has all of them.
func TestNewBuyersByAddress(t *testing.T) {
	t.Parallel()
	v4 := func(i int) string { return fmt.Sprintf("203.0.113.%d", i+1) }
	t.Run("no proxy is trusted", func(t *testing.T) {
		t.Parallel()
		w := limited(t, 5, 2)
		if n := w.guests(many(12, v4)...); n != 5 {
			t.Errorf("%d buyers by lying about the address", n)
		}
		w.Clock.Advance(2 * time.Minute)
		if n := w.guests(many(5, v4)...); n != 2 {
			t.Errorf("%d buyers two minutes later", n)
		}
	})
	t.Run("another proxy is trusted", func(t *testing.T) {
		t.Parallel()
		w := limited(t, 5, 2, "192.0.2.1")
		if n := w.guests(many(12, v4)...); n != 5 {
			t.Errorf("%d buyers by lying about the address", n)
		}
	})
	t.Run("trusted", func(t *testing.T) {
		t.Parallel()
		w := limited(t, 5, 2, "127.0.0.1")
		if n := w.guests(many(12, v4)...); n != 12 { // the control: others are others
			t.Errorf("%d buyers of 12 addresses", n)
		}
		// What the sender wrote before its proxy did is nothing.
		if n := w.guests(many(12, func(i int) string { return fmt.Sprintf("198.51.100.%d, 203.0.113.200", i+1) })...); n != 5 {
			t.Errorf("%d buyers by writing in front", n)
		}
		if n := w.guests(many(12, func(i int) string { return fmt.Sprintf("2001:db8:1:2:%x::%x", i, i+1) })...); n != 5 {
			t.Errorf("%d buyers of one IPv6 network", n)
		}
		if n := w.guests(many(12, func(i int) string { return fmt.Sprintf("2001:db8:1:%x::1", i+16) })...); n != 12 {
			t.Errorf("%d buyers of 12 IPv6 networks", n)
		}
		// An IPv4 address is the same in IPv6's clothes.
		if n := w.guests(many(12, func(i int) string { return []string{"198.51.100.7", "::ffff:198.51.100.7"}[i%2] })...); n != 5 {
			t.Errorf("%d buyers of one address written twice", n)
		}
	})
}

// SEC-ASVS-2.4.1: one address has so many streams open; one that is closed can
// be opened again, and others are not kept out.
func TestStreamsByAddress(t *testing.T) {
	t.Parallel()
	for name, proxies := range map[string][]string{"no proxy is trusted": nil, "trusted": {"127.0.0.1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := limited(t, 100, 3, proxies...)
			h := w.house(w.Tenant, "11010100101", noNames())
			open := func(from string) (int, func()) {
				ctx, stop := context.WithCancel(t.Context())
				status, res := w.ask(ctx, http.MethodGet, "/api/v1/shop/sessions/"+h.session.ID.String()+"/status/stream", from)
				return status, func() { stop(); _ = res.Body.Close() }
			}
			opened := 0
			var stops []func()
			for i := range 8 {
				status, stop := open(fmt.Sprintf("2001:db8:9:9::%x", i+1))
				defer stop()
				if status == 200 {
					opened++
					stops = append(stops, stop)
				} else if status != 429 {
					t.Errorf("a stream: %d", status)
				}
			}
			if opened != 3 {
				t.Fatalf("%d streams are open", opened)
			}
			status, stop := open("2001:db8:9:a::1")
			stop()
			if want := map[bool]int{true: 200, false: 429}[proxies != nil]; status != want {
				t.Errorf("another network: %d, want %d", status, want)
			}
			stops[0]()
			look := time.NewTicker(20 * time.Millisecond)
			defer look.Stop()
			for status = 429; status == 429; <-look.C { // until the server has noticed
				status, stop = open("2001:db8:9:9::77")
				stop()
			}
			if status != 200 {
				t.Errorf("after one was closed: %d", status)
			}
		})
	}
}
