package httpx

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// peer is the address that a request comes from. Behind proxies that are
// trusted it is the last address of X-Forwarded-For that none of them has:
// what stands before it was written by the sender and may be anything.
func peer(c *fiber.Ctx) string {
	remote := c.Context().RemoteIP().String()
	if !c.IsProxyTrusted() {
		return remote
	}
	var list []string
	for _, h := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		list = append(list, strings.Split(string(h), ",")...)
	}
	trusted := c.App().Config().TrustedProxies
	for i := len(list) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(list[i]))
		if err != nil {
			break
		}
		remote = a.Unmap().String()
		if !among(a.Unmap(), trusted) {
			break
		}
	}
	return remote
}

// among reports whether a is one of the addresses or in one of the ranges.
func among(a netip.Addr, list []string) bool {
	for _, t := range list {
		if p, err := netip.ParsePrefix(t); err == nil && p.Contains(a) {
			return true
		}
		if one, err := netip.ParseAddr(t); err == nil && one.Unmap() == a {
			return true
		}
	}
	return false
}

// fromHere reports whether the sender is on this machine: not a proxy on it
// that speaks for somebody else.
func fromHere(c *fiber.Ctx) bool {
	return c.IsFromLocal() && c.Get(fiber.HeaderXForwardedFor) == "" && c.Get("Forwarded") == ""
}
