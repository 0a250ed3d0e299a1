// Package waitinghttp is the waiting room over HTTP.
package waitinghttp

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/waiting"
)

// BySession names a session.
type BySession struct {
	Session ids.ID `path:"session"`
}

// ByTicket names a session and a place in its line. The ticket is no part of
// the address: addresses are logged by others.
type ByTicket struct {
	Session ids.ID `path:"session"`
	Ticket  string `header:"X-Queue-Ticket" maxLength:"60"`
}

type (
	standingOut struct{ Body waiting.Standing }
	roomOut     struct{ Body waiting.Room }
	setIn       struct {
		BySession
		Body struct {
			waiting.Settings
			Version int `json:"version" minimum:"0" doc:"As last read; 0 to make the room"`
		}
	}
)

// Guard puts the passes of a request for a hold or a package into its context. It has to be
// registered before the shop's operations.
func Guard(srv *httpx.Server) {
	for _, path := range []string{"/api/v1/shop/holds", "/api/v1/shop/bundles"} {
		srv.App.Use(path, func(c *fiber.Ctx) error {
			if pass := c.Get("X-Queue-Pass"); pass != "" {
				c.SetUserContext(waiting.WithPass(c.UserContext(), pass))
			}
			return c.Next()
		})
	}
}

func op(id, method, path, summary string, needs httpx.Permission) httpx.Op {
	return httpx.Op{ID: "waiting." + id, Method: method, Path: "/api/v1" + path, Tag: "waiting", Summary: summary, Needs: needs, Errors: []int{404}}
}

// Register adds the operations.
func Register(api *httpx.API, s *waiting.Service) {
	o := op("join", "POST", "/shop/sessions/{session}/queue", "Get in line for a session", "shop.buy")
	o.Mode, o.Detail = httpx.ByHandler, "state open: there is no line, go on. Who sends a ticket that is good keeps it."
	httpx.Register(api, o, func(ctx context.Context, in *ByTicket) (*standingOut, error) {
		st, err := s.Join(ctx, in.Session, in.Ticket)
		return &standingOut{st}, err
	})
	o = op("where", "GET", "/shop/sessions/{session}/queue", "Where one stands in line", "shop.buy")
	o.Detail = "With the ticket as X-Queue-Ticket. When it is one's turn the answer carries a pass, once."
	httpx.Register(api, o, func(ctx context.Context, in *ByTicket) (*standingOut, error) {
		st, err := s.Where(ctx, in.Session, in.Ticket)
		return &standingOut{st}, err
	})
	httpx.Register(api, op("room", "GET", "/sessions/{session}/queue", "A session's waiting room with its meter", "show.read"), func(ctx context.Context, in *BySession) (*roomOut, error) {
		r, err := s.Room(ctx, in.Session)
		return &roomOut{r}, err
	})
	o = op("set", "PUT", "/sessions/{session}/queue", "Open, change or close a session's waiting room", "show.manage")
	o.Errors, o.Mode = []int{404, 409}, httpx.ByHandler
	httpx.Register(api, o, func(ctx context.Context, in *setIn) (*roomOut, error) {
		r, err := s.Set(ctx, in.Session, in.Body.Version, in.Body.Settings)
		return &roomOut{r}, err
	})
}
