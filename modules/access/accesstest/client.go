package accesstest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// Client sends requests as one caller. It keeps cookies as a browser does.
type Client struct {
	Tenant  int32
	ID      ids.ID   // the account, device, key or buyer
	Actor   db.Actor // as the audit log names it
	w       *World
	slug    string
	bearer  string
	cookies map[string]string
}

// Scope gives ctx this caller's scope, to call services as it.
func (c *Client) Scope(ctx context.Context) context.Context {
	return db.WithScope(ctx, db.Scope{Tenant: c.Tenant, Actor: c.Actor})
}

// Reply is an answer.
type Reply struct {
	t       testing.TB
	what    string
	Status  int
	Header  http.Header
	Body    []byte
	Problem httpx.Problem // of an error answer
}

// Option changes a request.
type Option func(*http.Request)

// Header sets a header; the empty value removes it.
func Header(name, value string) Option {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// Do sends a request; body is JSON unless it is nil or []byte. Unsafe methods
// carry X-Parterre and, POSTs, a fresh Idempotency-Key.
func (c *Client) Do(method, path string, body any, opts ...Option) *Reply {
	c.w.t.Helper()
	raw, _ := body.([]byte)
	if body != nil && raw == nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			c.w.t.Fatalf("accesstest: %v", err)
		}
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(c.w.t.Context()), method, "http://parterre.test"+path, bytes.NewReader(raw))
	if err != nil {
		c.w.t.Fatalf("accesstest: %v", err)
	}
	c.dress(req, raw != nil)
	for _, o := range opts {
		o(req)
	}
	res, err := c.w.Server.App.Test(req, -1)
	if err != nil {
		c.w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	r := &Reply{t: c.w.t, what: method + " " + path, Status: res.StatusCode, Header: res.Header}
	if r.Body, err = io.ReadAll(res.Body); err != nil {
		c.w.t.Fatalf("%s: %v", r.what, err)
	}
	for _, k := range res.Cookies() {
		if k.MaxAge < 0 {
			delete(c.cookies, k.Name)
		} else {
			c.cookies[k.Name] = k.Value
		}
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		_ = json.Unmarshal(r.Body, &r.Problem)
	}
	if c.w.Observe != nil {
		c.w.Observe(c, method, path, r)
	}
	return r
}

func (c *Client) dress(req *http.Request, body bool) {
	if body {
		req.Header.Set("Content-Type", "application/json")
	}
	if req.Method != http.MethodGet {
		req.Header.Set("X-Parterre", "1")
	}
	if req.Method == http.MethodPost {
		req.Header.Set("Idempotency-Key", ids.New().String())
	}
	if c.slug != "" {
		req.Header.Set("X-Parterre-Tenant", c.slug)
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for n, v := range c.cookies {
		req.AddCookie(&http.Cookie{Name: n, Value: v})
	}
}

// Cookie returns a cookie's value.
func (c *Client) Cookie(name string) string { return c.cookies[name] }

// SetCookie puts a cookie into the client's hands.
func (c *Client) SetCookie(name, value string) { c.cookies[name] = value }

// Want fails the test unless the answer has this status.
func (r *Reply) Want(status int) *Reply {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("%s: status %d, want %d: %s", r.what, r.Status, status, r.Body)
	}
	return r
}

// WantProblem fails the test unless the answer is this problem.
func (r *Reply) WantProblem(status int, code string) *Reply {
	r.t.Helper()
	if r.Status != status || r.Problem.Code != code {
		r.t.Fatalf("%s: %d %s, want %d %s: %s", r.what, r.Status, r.Problem.Code, status, code, r.Body)
	}
	return r
}

// JSON reads the body.
func (r *Reply) JSON(into any) *Reply {
	r.t.Helper()
	if err := json.Unmarshal(r.Body, into); err != nil {
		r.t.Fatalf("%s: %v: %s", r.what, err, r.Body)
	}
	return r
}

// Get reads one value of a JSON body by a dotted path, "key.id"; "" if it is not there.
func (r *Reply) Get(path string) string {
	r.t.Helper()
	var v any
	r.JSON(&v)
	for _, k := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	default:
		b, _ := json.Marshal(x)
		return string(b)
	}
}
