package sim

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
)

// Transport is a link to a handler within the process: an http.RoundTripper
// without sockets, so that a simulation is exact and fast. A handler that
// aborts looks like a broken connection.
type Transport struct{ Handler http.Handler }

var errBroken = errors.New("the connection broke")

// RoundTrip implements http.RoundTripper.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
		body = b
	}
	in := req.Clone(req.Context())
	in.Body = io.NopCloser(bytes.NewReader(body))
	in.RemoteAddr = "memory"
	type result struct {
		res *http.Response
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				done <- result{err: errBroken}
			}
		}()
		rec := httptest.NewRecorder()
		t.Handler.ServeHTTP(rec, in)
		done <- result{res: rec.Result()}
	}()
	// The handler is waited for even if the client gave up: then what it did
	// and what comes next never overlap, and the same seed gives the same run.
	r := <-done
	if err := req.Context().Err(); err != nil {
		if r.res != nil {
			_ = r.res.Body.Close()
		}
		return nil, err
	}
	return r.res, r.err
}
