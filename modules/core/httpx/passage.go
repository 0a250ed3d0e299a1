package httpx

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// passage is what the server knows of a request, in its context. begin makes
// it, the door fills it in before the handler runs; after that it only is read.
type passage struct {
	id        string // the request's
	english   bool   // the caller prefers English to Chinese
	peer      string // address that the caller comes from
	principal Principal
	call      call
}

type passageKey struct{}

// passageOf returns the passage of ctx, an empty one outside of a request.
func passageOf(ctx context.Context) *passage {
	if p, ok := ctx.Value(passageKey{}).(*passage); ok {
		return p
	}
	return &passage{}
}

func requestID(ctx context.Context) string { return passageOf(ctx).id }

// RequestID returns the id of the request of ctx, "" outside of one.
func RequestID(ctx context.Context) string { return requestID(ctx) }

func englishOf(ctx context.Context) bool { return passageOf(ctx).english }

// English reports whether the caller prefers English to Chinese.
func English(ctx context.Context) bool { return englishOf(ctx) }

// Peer is the address that the caller comes from: the connection's, or what a
// trusted proxy says.
func Peer(ctx context.Context) string { return passageOf(ctx).peer }

// PrincipalOf returns who sends the request of ctx.
func PrincipalOf(ctx context.Context) Principal { return passageOf(ctx).principal }

// peer and host of a request. Without proxies nobody needs to ask whether the
// sender is a trusted one.
func (s *Server) peer(c *fiber.Ctx) string {
	if s.proxied {
		return peer(c)
	}
	return c.Context().RemoteIP().String()
}

func (s *Server) host(c *fiber.Ctx) string {
	if s.proxied {
		return c.Hostname()
	}
	return string(c.Request().URI().Host())
}
