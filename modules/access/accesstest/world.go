// Package accesstest gives HTTP tests of other modules a server with everybody
// on it: two tenants, and for each a signed-in client per role, devices, API
// keys, buyers and visitors.
//
//	w := accesstest.New(t, func(w *accesstest.World) {
//		showhttp.Register(w.Server.API, show.New(w.DB.DB))
//	})
//	w.Client(access.Manager).Do("POST", "/api/v1/shows", map[string]any{"title": "龙井茶香"}).Want(201)
//	w.Client(access.Gate).Do("POST", "/api/v1/shows", nil).WantProblem(403, "access.denied")
//	w.Other(access.Manager).Do("GET", "/api/v1/shows/"+id, nil).Want(404)
//
// Clients made here skip only the hashing of a password: their accounts and
// sessions are ordinary rows, and the real door looks them up.
package accesstest

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesshttp"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// World is a server with its database.
type World struct {
	*dbtest.DB
	Server *httpx.Server
	Access *access.Service
	// Observe, if set, is shown each answer to each client; it may be called at once by several.
	Observe func(c *Client, method, path string, r *Reply)
	t       testing.TB
	mu      sync.Mutex
	made    map[string]*Client
}

// New makes a world on a private database; each of register adds operations.
func New(t testing.TB, register ...func(*World)) *World {
	t.Helper()
	d := dbtest.Private(t)
	s := access.New(d.DB)
	server := httpx.New(httpx.Config{Title: "test", Version: "1", DB: d.DB, Auth: s, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w := &World{DB: d, Server: server, Access: s, t: t, made: map[string]*Client{}}
	accesshttp.Register(server.API, s)
	for _, r := range register {
		r(w)
	}
	return w
}

// From makes a world of a server that the caller composed, over d with s as
// its authenticator.
func From(t testing.TB, d *dbtest.DB, server *httpx.Server, s *access.Service) *World {
	return &World{DB: d, Server: server, Access: s, t: t, made: map[string]*Client{}}
}

// Client returns the first tenant's client of a role, signed in; always the same one.
func (w *World) Client(role access.Role) *Client { return w.of(w.Tenant, role) }

// Other is Client for the second tenant.
func (w *World) Other(role access.Role) *Client { return w.of(w.DB.Other, role) }

func (w *World) of(tenant int32, role access.Role) *Client {
	w.t.Helper()
	return w.once(tenant, "role "+string(role), func() *Client { return w.SignedIn(tenant, role) })
}

func (w *World) once(tenant int32, name string, make func() *Client) *Client {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	key := string(rune('0'+tenant)) + name
	if c := w.made[key]; c != nil {
		return c
	}
	c := make()
	w.made[key] = c
	return c
}

// SignedIn makes a new account with the roles (none is possible) and signs it in.
func (w *World) SignedIn(tenant int32, roles ...access.Role) *Client {
	w.t.Helper()
	id, session := ids.New(), ids.New()
	login := "u" + id.String()
	token, hash := access.NewToken(access.SessionToken, tenant)
	now := w.Clock.Now()
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			if err := db.SetScope(ctx, tx, db.Scope{Tenant: tenant, Actor: db.Actor{Kind: db.ActorSystem, Name: "test"}}); err != nil {
				return err
			}
			b := &pgx.Batch{}
			b.Queue("insert into access.account (tenant_id, id, login, name, created_at) values ($1, $2, $3, $4, $5)", tenant, id.String(), login, "测试", now)
			for _, r := range roles {
				b.Queue("insert into access.account_role (tenant_id, account_id, role, given_at) values ($1, $2, $3, $4)", tenant, id.String(), string(r), now)
			}
			b.Queue(`insert into access.session (tenant_id, id, account_id, token_hash, started_at, ends_at, idle_seconds)
				values ($1, $2, $3, $4, $5::timestamptz, $5::timestamptz + interval '30 days', 2592000)`, tenant, session.String(), id.String(), hash, now)
			return tx.SendBatch(ctx, b).Close()
		})
	})
	return &Client{w: w, Tenant: tenant, ID: id, Actor: db.Actor{Kind: db.ActorUser, ID: id, Name: login}, cookies: map[string]string{access.SessionCookie: token}}
}

// Visitor returns a client that has proved nothing, on the first tenant.
func (w *World) Visitor() *Client { return w.visitor(w.Tenant) }

func (w *World) visitor(tenant int32) *Client {
	slug := "alpha"
	if tenant == w.DB.Other {
		slug = "beta"
	}
	return &Client{w: w, Tenant: tenant, slug: slug, cookies: map[string]string{}}
}

// Buyer returns a new buyer of the first tenant's shop.
func (w *World) Buyer() *Client { return w.BuyerOf(w.Tenant) }

// BuyerOf returns a new buyer of a tenant's shop.
func (w *World) BuyerOf(tenant int32) *Client {
	c := w.visitor(tenant)
	c.cookies[access.BuyerCookie] = w.Access.NewBuyer(tenant)
	p, err := w.Access.Authenticate(w.t.Context(), httpx.Request{TenantSlug: c.slug, Needs: "shop.buy", Cookie: func(n string) string { return c.cookies[n] }})
	if err != nil {
		w.t.Fatalf("accesstest: buyer: %v", err)
	}
	c.ID, c.Actor = p.Actor.ID, p.Actor
	return c
}

// Device pairs a new device of a kind with the first tenant; always the same
// one for a kind. To bind it to a gate use Pair.
func (w *World) Device(kind access.DeviceKind) *Client { return w.deviceOf(w.Tenant, kind) }

func (w *World) deviceOf(tenant int32, kind access.DeviceKind) *Client {
	w.t.Helper()
	return w.once(tenant, "device "+string(kind), func() *Client { return w.Pair(tenant, access.NewPairing{Kind: kind, Name: "设备 " + string(kind)}) })
}

// Pair pairs a new device.
func (w *World) Pair(tenant int32, n access.NewPairing) *Client {
	w.t.Helper()
	ctx := db.System(w.t.Context(), tenant, "test")
	p, err := w.Access.MakePairing(ctx, n)
	if err != nil {
		w.t.Fatalf("accesstest: pair: %v", err)
	}
	d, err := w.Access.Redeem(ctx, p.Code, "test")
	if err != nil {
		w.t.Fatalf("accesstest: pair: %v", err)
	}
	return &Client{w: w, Tenant: tenant, ID: d.Device.ID, Actor: db.Actor{Kind: db.ActorDevice, ID: d.Device.ID, Name: n.Name}, bearer: d.Key, cookies: map[string]string{}}
}

// Key makes an API key of the first tenant with these permissions.
func (w *World) Key(permissions ...httpx.Permission) *Client {
	w.t.Helper()
	return w.keyOf(w.Tenant, permissions...)
}

// KeyOf makes an API key of a tenant with these permissions.
func (w *World) KeyOf(tenant int32, permissions ...httpx.Permission) *Client {
	w.t.Helper()
	return w.keyOf(tenant, permissions...)
}

func (w *World) keyOf(tenant int32, permissions ...httpx.Permission) *Client {
	w.t.Helper()
	k, secret, err := w.Access.MakeKey(db.System(w.t.Context(), tenant, "test"), "test", permissions, 30)
	if err != nil {
		w.t.Fatalf("accesstest: key: %v", err)
	}
	return &Client{w: w, Tenant: tenant, ID: k.ID, Actor: db.Actor{Kind: db.ActorKey, ID: k.ID, Name: k.Name}, bearer: secret, cookies: map[string]string{}}
}

// Bearer returns a client of the first tenant that sends an API key's secret.
func (w *World) Bearer(secret string) *Client {
	c := w.visitor(w.Tenant)
	c.bearer = secret
	return c
}

// Sudo runs fn as the database's superuser, to whom no policy applies: for
// looking and meddling behind the scenes.
func (w *World) Sudo(fn func(context.Context, *pgx.Conn) error) {
	w.t.Helper()
	ctx := context.WithoutCancel(w.t.Context())
	c, err := pgx.Connect(ctx, w.AdminDSN)
	if err != nil {
		w.t.Fatalf("accesstest: %v", err)
	}
	defer func() { _ = c.Close(ctx) }()
	if err := fn(ctx, c); err != nil {
		w.t.Fatalf("accesstest: %v", err)
	}
}

// pause lets a moment pass between operations: what is tried here is who may,
// not how often one credential may.
func (w *World) pause() { w.Clock.Advance(50 * time.Millisecond) }
