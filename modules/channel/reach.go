package channel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Special ranges that netip does not name (RFC 6890 and its updates), and
// those that carry an IPv4 address inside.
var special = func() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}()

// Public reports whether an address belongs to the public internet: a webhook
// that goes anywhere else could reach what only this server may (SSRF,
// SEC-ASVS-1.3.6).
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// checkURL accepts a webhook's address. A name is checked again, by the
// address that it resolves to, at each connection.
func (s *Service) checkURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" || len(text) > 500 {
		return "", ErrURL
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n != 443 && n < 1024 || n > 65535 {
			return "", ErrURL
		}
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		if !s.Reach(a) {
			return "", ErrURL
		}
		return u.String(), nil
	}
	// Numbers such as 0x7f.1 or 2130706433 are addresses to some resolvers.
	last := host[strings.LastIndexByte(host, '.')+1:]
	if !strings.Contains(host, ".") || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local") ||
		last == "" || last[0] >= '0' && last[0] <= '9' {
		return "", ErrURL
	}
	return u.String(), nil
}

var errReach = errors.New("the address is not a public one")

// sender sends deliveries. It follows no redirect and uses no proxy, and
// refuses every connection to an address that may not be reached.
type sender struct{ client *http.Client }

func newSender(reach func(netip.Addr) bool, roots *x509.CertPool) *sender {
	d := &net.Dialer{Timeout: 5 * time.Second, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil || !reach(a.Addr()) {
			return errReach
		}
		return nil
	}}
	return &sender{&http.Client{
		Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: d.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, TLSHandshakeTimeout: 5 * time.Second,
			ResponseHeaderTimeout: 8 * time.Second, MaxResponseHeaderBytes: 32 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true,
		},
	}}
}
