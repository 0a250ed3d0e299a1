package httpx

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A packed body is refused before it is unpacked, in every way of saying so.
func TestPackedBodyIsRefused(t *testing.T) {
	t.Parallel()
	s := testServer(false)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(`{"seats":[1]}`))
	_ = z.Close()
	for name, headers := range map[string][]string{
		"gzip": {"gzip"}, "two": {"identity", "gzip"}, "list": {"gzip, gzip"}, "brotli": {"br"}, "none": nil, "identity": {"identity"},
	} {
		body := packed.Bytes()
		want := 422
		if name == "none" || name == "identity" {
			body, want = []byte(`{"seats":[1]}`), 201
		}
		req := httptest.NewRequestWithContext(t.Context(), "POST", "/api/orders", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		for _, h := range headers {
			req.Header.Add("Content-Encoding", h)
		}
		res, err := s.App.Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, want)
		}
	}
}

type whereAmI struct{ got chan string }

func (w whereAmI) Authenticate(_ context.Context, r Request) (Principal, error) {
	w.got <- r.IP
	return Principal{}, nil
}

// The sender's address cannot be chosen by the sender: it bounds guesses of pairing codes.
func TestForwardedAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proxies []string
		header  []string
		want    string
	}{
		"no proxy is trusted":     {nil, []string{"203.0.113.9"}, "0.0.0.0"},
		"one proxy":               {[]string{"0.0.0.0"}, []string{"203.0.113.9"}, "203.0.113.9"},
		"the sender adds one":     {[]string{"0.0.0.0"}, []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		"in a header of its own":  {[]string{"0.0.0.0"}, []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		"two proxies, by a range": {[]string{"0.0.0.0", "10.0.0.0/8"}, []string{"198.51.100.1, 203.0.113.9, 10.1.2.3"}, "203.0.113.9"},
		"nonsense":                {[]string{"0.0.0.0"}, []string{"203.0.113.9, x"}, "0.0.0.0"},
	} {
		w := whereAmI{make(chan string, 1)}
		s := New(Config{Title: "test", Version: "1", Log: quiet, Auth: w, Proxies: c.proxies})
		Register(s.API, Op{ID: "t.greet", Method: "GET", Path: "/api/greet", Tag: "t", Summary: "x", Needs: Public},
			func(context.Context, *struct{}) (*greetOut, error) { return &greetOut{}, nil })
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/greet", nil)
		for _, h := range c.header {
			req.Header.Add("X-Forwarded-For", h)
		}
		res, err := s.App.Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if got := <-w.got; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// What a proxy on this machine passes on does not come from this machine.
func TestMetricsThroughAProxy(t *testing.T) {
	t.Parallel()
	s := testServer(false)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	req.Header.Set("X-Forwarded-For", "203.0.113.9")
	res, err := s.App.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusForbidden || !strings.Contains(res.Header.Get("Content-Type"), "problem+json") {
		t.Errorf("metrics answer %d", res.StatusCode)
	}
}
