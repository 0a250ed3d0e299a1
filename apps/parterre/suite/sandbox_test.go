package suite

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parterre/modules/core/httpx"
)

// Where the sandbox is not asked for, nobody can pay there: its cashier and
// its messages are no routes.
func TestSandboxIsOffUnlessAskedFor(t *testing.T) {
	t.Parallel()
	s, err := bare("test")
	must(t, err)
	on, err := bare("test")
	must(t, err)
	on.cfg.Sandbox = true
	on.HTTP = httpx.New(httpx.Config{Log: on.cfg.Log, Title: "test", Version: "test"})
	on.routes()
	for _, path := range []string{"/pay/sandbox/cashier/0", "/pay/sandbox/api/payments"} {
		for _, x := range []struct {
			s    *Suite
			want bool
		}{{s, false}, {on, true}} {
			method := http.MethodGet
			if strings.HasSuffix(path, "payments") {
				method = http.MethodPost
			}
			res, err := x.s.HTTP.App.Test(httptest.NewRequestWithContext(t.Context(), method, path, nil), -1)
			must(t, err)
			_ = res.Body.Close()
			if there := !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json"); there != x.want {
				t.Errorf("%s %s with the sandbox %v: %d", method, path, x.want, res.StatusCode)
			}
		}
	}
}
