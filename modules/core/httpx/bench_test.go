package httpx

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// What a sale asks of the stack: a small POST with a cookie, checked against
// its schema, answered with a few fields. `go test -bench Stack` shows what
// one request costs without the network.

type holdIn struct {
	Body struct {
		ID    ids.ID  `json:"id"`
		Buyer ids.ID  `json:"buyer"`
		Seats []int32 `json:"seats,omitempty" maxItems:"10"`
		Zone  int     `json:"zone,omitempty"`
		N     int     `json:"n" minimum:"1" maximum:"10"`
	}
}

type holdOut struct {
	Body struct {
		Hold  ids.ID  `json:"hold"`
		Seats []int32 `json:"seats"`
	}
}

type cookieDoor struct{ id ids.ID }

func (d cookieDoor) Authenticate(_ context.Context, r Request) (Principal, error) {
	if r.Cookie("__Host-parterre-buyer") == "" || r.TenantSlug == "" || r.Host == "" {
		return Principal{}, errors.New("no cookie")
	}
	return Principal{Tenant: 1, Actor: db.Actor{Kind: db.ActorBuyer, ID: d.id}, Signed: true, Cookie: true, Can: func(Permission) bool { return true }}, nil
}

const holdBody = `{"id":"01890a5d-ac96-774b-bcce-b302099a8057","buyer":"01890a5d-ac96-774b-bcce-b302099a8058","n":2,"seats":[48001,48002]}`

func stackServer() *Server {
	s := New(Config{Title: "bench", Version: "1", Log: quiet, Auth: cookieDoor{ids.New()}})
	Register(s.API, Op{ID: "t.hold", Method: "POST", Path: "/api/v1/shop/holds", Tag: "t", Summary: "x", Needs: "shop.buy", Mode: ByHandler, Status: 201},
		func(_ context.Context, in *holdIn) (*holdOut, error) {
			out := &holdOut{}
			out.Body.Hold, out.Body.Seats = in.Body.ID, in.Body.Seats
			return out, nil
		})
	return s
}

func stackRequest(c *fasthttp.RequestCtx) {
	c.Request.Header.SetMethod("POST")
	c.Request.SetRequestURI("/api/v1/shop/holds")
	c.Request.Header.SetHost("localhost:8443")
	c.Request.Header.SetContentType("application/json")
	c.Request.Header.Set("X-Parterre", "1")
	c.Request.Header.Set("X-Parterre-Tenant", "bench")
	c.Request.Header.Set("Cookie", "__Host-parterre-buyer=buy-1-1700000000-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	c.Request.SetBodyString(holdBody)
}

func BenchmarkStack(b *testing.B) {
	h := stackServer().App.Handler()
	here, there := net.Pipe()
	defer func() { _, _ = here.Close(), there.Close() }()
	c := &fasthttp.RequestCtx{}
	c.Init2(here, nil, false)
	stackRequest(c)
	h(c)
	if c.Response.StatusCode() != 201 {
		b.Fatalf("%d %s", c.Response.StatusCode(), c.Response.Body())
	}
	b.ReportAllocs()
	before := cpu()
	for b.Loop() {
		c.Response.Reset()
		h(c)
	}
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op") // holds when others use the machine
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
