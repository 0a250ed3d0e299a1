package httpx

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// adapter lets huma's operations run on fiber. huma brings one of its own,
// which asks fiber for what costs most: c.Body copies every header to look for
// an encoding (guard has refused those), each request's address is parsed
// anew, and a deadline is set for the reading of a body that fasthttp has read
// whole before any handler runs.
type adapter struct{ app *fiber.App }

// Handle implements huma.Adapter.
func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.app.Add(op.Method, fiberPath(op.Path), func(c *fiber.Ctx) error {
		handler(&exchange{op: op, c: c, ctx: c.UserContext()})
		return nil
	})
}

// ServeHTTP implements huma.Adapter, which its tests use.
func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	res, err := a.app.Test(r, -1)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = res.Body.Close() }()
	for k, list := range res.Header {
		w.Header()[k] = list
	}
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

// capture is an API that keeps the handlers which huma makes of one operation
// instead of giving them a route each: the one that checks bodies against the
// schema, and one for bodies of which the form is sure.
type capture struct {
	huma.API
	config   huma.Config
	op       *huma.Operation
	handlers []func(huma.Context)
	shape    *form
}

// Adapter implements huma.API.
func (w *capture) Adapter() huma.Adapter { return w }

// Config is how huma finds its settings.
func (w *capture) Config() huma.Config { return w.config }

// Handle implements huma.Adapter.
func (w *capture) Handle(op *huma.Operation, handler func(huma.Context)) {
	if w.op == nil {
		w.op = op
	}
	w.handlers = append(w.handlers, handler)
}

// ServeHTTP implements huma.Adapter.
func (w *capture) ServeHTTP(res http.ResponseWriter, req *http.Request) {
	w.API.Adapter().ServeHTTP(res, req)
}

// form reports whether the operation takes a body of which a form could be sure.
func (w *capture) form() bool {
	if w.op.RequestBody == nil {
		return false
	}
	content := w.op.RequestBody.Content[jsonType]
	if content == nil || len(w.op.RequestBody.Content) != 1 {
		return false
	}
	w.shape = formOf(w.OpenAPI().Components.Schemas, content.Schema, map[string]*form{})
	return w.shape.kind != ""
}

// join gives the operation its route.
func (w *capture) join() {
	handler := w.handlers[0]
	if len(w.handlers) > 1 {
		handler = func(c huma.Context) {
			x := c.(*exchange)
			r := x.c.Request()
			if string(r.Header.ContentType()) == jsonType && len(r.Body()) <= smallBody && w.shape.accepts(r.Body()) {
				w.handlers[1](c)
			} else {
				w.handlers[0](c)
			}
		}
	}
	w.API.Adapter().Handle(w.op, handler)
}

// exchange is one request and its answer, for huma. What it returns as a
// string is a copy: fasthttp uses the request's bytes again.
type exchange struct {
	op     *huma.Operation
	c      *fiber.Ctx
	ctx    context.Context
	status int
}

var _ huma.Context = (*exchange)(nil)

func (x *exchange) Operation() *huma.Operation { return x.op }
func (x *exchange) Context() context.Context   { return x.ctx }
func (x *exchange) Matched() string            { return x.op.Path }
func (x *exchange) Method() string             { return x.op.Method }
func (x *exchange) Host() string               { return x.c.Hostname() }
func (x *exchange) RemoteAddr() string         { return x.c.Context().RemoteAddr().String() }
func (x *exchange) TLS() *tls.ConnectionState  { return x.c.Context().TLSConnectionState() }
func (x *exchange) Version() huma.ProtoVersion { return huma.ProtoVersion{Proto: x.c.Protocol()} }
func (x *exchange) Param(name string) string   { return x.c.Params(name) }

// URL is where huma looks for parameters that no operation has: its query.
func (x *exchange) URL() url.URL {
	return url.URL{RawQuery: string(x.c.Request().URI().QueryString())}
}

func (x *exchange) Query(name string) string {
	return string(x.c.Context().QueryArgs().Peek(name))
}

// jsonType is the text of most Content-Type and Accept headers.
const jsonType = "application/json"

func (x *exchange) Header(name string) string {
	b := x.c.Request().Header.Peek(name)
	if string(b) == jsonType {
		return jsonType // no copy
	}
	return string(b)
}

func (x *exchange) EachHeader(f func(name, value string)) {
	for k, v := range x.c.Request().Header.All() {
		f(string(k), string(v))
	}
}

// BodyReader reads the request's own bytes; huma copies them.
func (x *exchange) BodyReader() io.Reader { return bytes.NewReader(x.c.Request().Body()) }

func (x *exchange) GetMultipartForm() (*multipart.Form, error) { return x.c.MultipartForm() }

// SetReadDeadline does nothing: the body is here; fasthttp's own deadlines
// guard its reading.
func (x *exchange) SetReadDeadline(time.Time) error { return nil }

func (x *exchange) SetStatus(code int) {
	x.status = code
	x.c.Status(code)
}
func (x *exchange) Status() int                     { return x.status }
func (x *exchange) AppendHeader(name, value string) { x.c.Append(name, value) }
func (x *exchange) SetHeader(name, value string)    { x.c.Set(name, value) }
func (x *exchange) BodyWriter() io.Writer           { return x.c.Context() }
