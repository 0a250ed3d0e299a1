package httpx

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/errs"
	"parterre/modules/core/limit"
)

// Limits keep one address from taking what is meant for all. Zero does not
// limit. Behind a proxy the address is the one that a trusted proxy names;
// without trust everybody behind it would share one allowance, so a proxy that
// is there must be named in Proxies.
type Limits struct {
	Guests  *limit.Rate  // buyers' cookies that are made, by address
	Streams *limit.Gauge // streams of live changes that are open, by address
}

// ErrBusyAddress is the error of an address that asks too often.
var ErrBusyAddress = errs.New(errs.TooMany, "core.address_limit", "来自您所在网络的请求过多，请稍后再试。", "Too many requests come from your network; try again shortly.")

// AllowGuest takes one of the allowance of ctx's address for new buyers.
func (a *API) AllowGuest(ctx context.Context) error {
	if !a.server.Limits.Guests.Allow(limit.Address(Peer(ctx)), 1) {
		return ErrBusyAddress
	}
	return nil
}

// OpenStream takes one of the streams that c's address may have open; done
// gives it back.
func (s *Server) OpenStream(c *fiber.Ctx) (done func(), err error) {
	done, ok := s.Limits.Streams.Open(limit.Address(s.peer(c)))
	if !ok {
		return nil, ErrBusyAddress
	}
	return done, nil
}
