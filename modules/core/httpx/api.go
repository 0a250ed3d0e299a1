package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sort"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
)

// Mode says how an operation is kept from taking effect twice.
type Mode uint8

const (
	// Auto: a POST, PUT, PATCH or DELETE with an Idempotency-Key runs in one
	// transaction together with the record of its answer; POST demands the key.
	Auto Mode = iota
	// ByHandler: the handler has its own key (the sale path: the order's id),
	// or changes nothing.
	ByHandler
)

// Op is one operation. Needs may not be empty: an operation is open to
// everybody only by saying Public.
type Op struct {
	ID      string // "sales.createOrder": stable, unique; the generated client's method
	Method  string
	Path    string // "/api/v1/shows/{show}"
	Summary string // one line, English
	Detail  string // longer text: who may, what fails, with which code
	Tag     string // the module
	Needs   Permission
	Mode    Mode
	MaxBody int   // bytes; default DefaultBody
	Status  int   // of success; default 200, or 204 without a body
	Errors  []int // statuses beyond those that every operation may answer
}

// Route is an operation as the tests see it.
type Route struct {
	ID, Method, Path string
	Needs            Permission
	Mode             Mode
	Raw              bool
}

// API registers operations and knows them all.
type API struct {
	Huma   huma.API
	config huma.Config
	server *Server
	db     *db.DB
	routes []Route
	names  *names
}

// How errors look and that arrays are never null are settings of huma's
// package, not of one API: set once, before any server of the process reads them.
func init() {
	huma.NewErrorWithContext = fromHuma
	huma.NewError = func(status int, msg string, es ...error) huma.StatusError { return fromHuma(nil, status, msg, es...) }
	huma.DefaultArrayNullable = false
}

func newAPI(s *Server, cfg Config) *API {
	hc := huma.DefaultConfig(cfg.Title, cfg.Version)
	hc.CreateHooks, hc.DocsPath, hc.SchemasPath, hc.OpenAPIPath = nil, "", "", ""
	hc.RejectUnknownQueryParameters, hc.Formats = true, formats()
	n := &names{}
	hc.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", n.of)
	hc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-parterre", Description: "Made by auth.signIn; unsafe methods also need the header X-Parterre: 1."},
		"bearer":  {Type: "http", Scheme: "bearer", Description: "A device key or an API key."},
	}
	return &API{Huma: huma.NewAPI(hc, adapter{s.App}), config: hc, server: s, db: cfg.DB, names: n}
}

// Routes lists all operations by path and method.
func (a *API) Routes() []Route {
	out := append([]Route(nil), a.routes...)
	sort.Slice(out, func(i, j int) bool {
		if out[i].Path != out[j].Path {
			return out[i].Path < out[j].Path
		}
		return out[i].Method < out[j].Method
	})
	return out
}

// OpenAPI returns the OpenAPI 3.1 document as JSON.
func (a *API) OpenAPI() ([]byte, error) { return json.MarshalIndent(a.Huma.OpenAPI(), "", " ") }

func (a *API) note(op Op, raw bool) {
	if op.Needs == "" || op.ID == "" || op.Tag == "" || op.Summary == "" {
		panic("httpx: operation " + op.Method + " " + op.Path + " lacks its ID, Tag, Summary or Needs")
	}
	for _, r := range a.routes {
		if r.ID == op.ID || (r.Method == op.Method && r.Path == op.Path) {
			panic("httpx: operation " + op.ID + " is registered twice")
		}
	}
	a.routes = append(a.routes, Route{op.ID, op.Method, op.Path, op.Needs, op.Mode, raw})
	if op.MaxBody > 0 {
		a.server.limits.Store(op.Path, op.MaxBody)
	}
}

func (op Op) document() huma.Operation {
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Detail,
		Tags: []string{op.Tag}, DefaultStatus: op.Status, MaxBodyBytes: int64(max(op.MaxBody, DefaultBody)), Errors: append([]int{422, 500, 503}, op.Errors...),
	}
	h.Extensions = map[string]any{"x-needs": string(op.Needs)}
	if op.Needs != Public {
		h.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
		h.Errors = append(h.Errors, 401, 403)
	}
	if op.keyed() {
		one := 8
		hundred := 100
		h.Parameters = append(h.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Required: op.Method == "POST",
			Description: "The same key sent again gets the same answer and has no second effect. Make one per intent of the user, e.g. a UUID.",
			Schema:      &huma.Schema{Type: "string", MinLength: &one, MaxLength: &hundred},
		})
		h.Errors = append(h.Errors, 409)
	}
	return h
}

func (op Op) keyed() bool { return op.Mode == Auto && !safeMethod(op.Method) }

// Register adds an operation whose input and output are huma structs: fields
// tagged path, query, header, and Body. The handler's context carries the
// request id, the principal and the db scope. It returns errs errors; all
// others are shown as internal.
func Register[I, O any](a *API, op Op, h func(context.Context, *I) (*O, error)) {
	a.note(op, false)
	refuseHidden(op, reflect.TypeFor[I]())
	doc := op.document()
	doc.Middlewares = huma.Middlewares{a.door(op)}
	a.names.current = reflect.TypeFor[I]().PkgPath()
	if a.names.current == "" {
		a.names.current = reflect.TypeFor[O]().PkgPath()
	}
	run := h
	if op.keyed() && a.db != nil {
		run = func(ctx context.Context, in *I) (*O, error) { return once(ctx, a.db, op, in, h) }
	}
	handle := func(ctx context.Context, in *I) (*O, error) {
		out, err := run(ctx, in)
		if err != nil {
			return nil, a.shown(ctx, op, err)
		}
		return out, nil
	}
	way := &capture{API: a.Huma, config: a.config}
	huma.Register(way, doc, handle)
	if way.form() {
		sure := op.document()
		sure.Middlewares, sure.SkipValidateBody, sure.Hidden = doc.Middlewares, true, true
		huma.Register(way, sure, handle)
	}
	way.join()
}

// refuseHidden stops the program at start when an input embeds an unexported
// struct: huma would skip its path and query fields without a word, and every
// look-up would find nothing.
func refuseHidden(op Op, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && !f.IsExported() {
			panic("httpx: operation " + op.ID + " embeds " + f.Type.Name() + ", which is not exported, so its fields would not be read")
		}
	}
}

// shown turns a handler's error into its problem and logs what stays hidden.
func (a *API) shown(ctx context.Context, op Op, err error) error {
	p := ProblemOf(err, requestID(ctx), englishOf(ctx))
	if p.Status >= 500 {
		a.server.log.Error("operation failed", "op", op.ID, "request", p.RequestID, "err", err, "cause", errors.Unwrap(err))
	}
	return p
}

// Raw adds a route that streams or answers bytes. It passes the same door;
// the handler finds principal and scope in c.UserContext().
func (a *API) Raw(op Op, h fiber.Handler) {
	a.note(op, true)
	doc := op.document()
	doc.Parameters = nil
	if doc.Responses == nil {
		doc.Responses = map[string]*huma.Response{"200": {Description: "Bytes or a stream; see the description."}}
	}
	a.Huma.OpenAPI().AddOperation(&doc)
	a.server.App.Add(op.Method, fiberPath(op.Path), func(c *fiber.Ctx) error {
		ctx, err := a.enter(c, op)
		if err != nil {
			return err
		}
		c.SetUserContext(ctx)
		return h(c)
	})
}

func fiberPath(p string) string {
	b := make([]byte, 0, len(p))
	for i := range len(p) {
		switch p[i] {
		case '{':
			b = append(b, ':')
		case '}':
		default:
			b = append(b, p[i])
		}
	}
	return string(b)
}

// door is the huma middleware that lets a request in or answers why not.
func (a *API) door(op Op) func(huma.Context, func(huma.Context)) {
	return func(hctx huma.Context, next func(huma.Context)) {
		x := hctx.(*exchange) // no other adapter is there
		ctx, err := a.enter(x.c, op)
		if err != nil {
			_ = huma.WriteErr(a.Huma, hctx, 0, "", asShown(err))
			return
		}
		x.ctx = ctx
		next(x)
	}
}

// asShown keeps internal errors from being taken for details of huma's.
func asShown(err error) error {
	if e, ok := errs.Of(err); ok && e.Kind != errs.Internal {
		return e
	}
	return errs.New(errs.Internal, "internal", "", "").Because(err)
}

// enter authenticates, checks the permission and the CSRF header, and makes
// the context of the handler.
func (a *API) enter(c *fiber.Ctx, op Op) (context.Context, error) {
	ctx, h := c.UserContext(), &c.Request().Header
	x := passageOf(ctx)
	x.english, x.peer = prefersEnglish(string(h.Peek("Accept-Language"))), a.server.peer(c)
	if a.server.auth != nil {
		var err error
		x.principal, err = a.server.auth.Authenticate(ctx, Request{
			Host: a.server.host(c), Authorization: string(h.Peek("Authorization")),
			Cookie: func(n string) string { return string(h.Cookie(n)) }, IP: x.peer, Needs: op.Needs, TenantSlug: string(h.Peek("X-Parterre-Tenant")),
		})
		if err != nil {
			if op.Needs != Public || errs.KindOf(err) != errs.Unsigned {
				return nil, err
			}
		}
	}
	p := &x.principal
	if err := p.allows(op.Needs); err != nil {
		return nil, err
	}
	if p.Cookie && !safeMethod(op.Method) && len(h.Peek("X-Parterre")) == 0 {
		return nil, ErrCSRF
	}
	if op.keyed() {
		x.call = call{key: c.Get("Idempotency-Key"), body: c.Body(), url: c.OriginalURL()}
	}
	if p.Tenant > 0 {
		ctx = db.WithScope(ctx, db.Scope{Tenant: p.Tenant, Actor: p.Actor, RequestID: x.id, Reason: string(h.Peek("X-Reason"))})
	}
	return ctx, nil
}
