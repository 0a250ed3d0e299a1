package localca

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
)

// privateNames are reserved for networks without public names (RFC 6761, 6762, 8375, ICANN's "internal").
var privateNames = []string{"localhost", "local", "internal", "home.arpa", "test", "lan", "localdomain"}

var privateNets = []string{"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"}

var dnsName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// wantedHosts is what a certificate has to cover, sorted and without doubles.
func wantedHosts(more []string) ([]string, error) {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	// A machine's name may be no DNS name ("my_laptop"); nobody could open it in a browser then.
	if name, err := os.Hostname(); err == nil && dnsName.MatchString(strings.ToLower(name)) && net.ParseIP(name) == nil {
		hosts = append(hosts, strings.ToLower(name))
	}
	for _, h := range more {
		low := strings.ToLower(strings.TrimSpace(h))
		ip := net.ParseIP(low)
		switch {
		case ip != nil:
			hosts = append(hosts, ip.String())
		case len(low) <= 253 && dnsName.MatchString(low):
			hosts = append(hosts, low)
		default:
			return nil, fmt.Errorf("localca: %q is neither a host name nor an address", h)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts), nil
}

// constraints are the authority's limits: the reserved private names and ranges, and what is wanted beyond.
func (c *CA) constraints() (names []string, nets []*net.IPNet) {
	names = slices.Clone(privateNames)
	for _, text := range privateNets {
		_, n, err := net.ParseCIDR(text)
		if err != nil {
			panic("localca: a literal range is wrong: " + text)
		}
		nets = append(nets, n)
	}
	for _, h := range c.hosts {
		if ip := net.ParseIP(h); ip == nil {
			if !permitsName(names, h) {
				names = append(names, h)
			}
		} else if !permitsIP(nets, ip) {
			bits := 8 * net.IPv6len
			if ip.To4() != nil {
				ip, bits = ip.To4(), 8*net.IPv4len
			}
			nets = append(nets, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
		}
	}
	return names, nets
}

func permitsName(names []string, host string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return host == n || strings.HasSuffix(host, "."+n) })
}

func permitsIP(nets []*net.IPNet, ip net.IP) bool {
	return slices.ContainsFunc(nets, func(n *net.IPNet) bool { return n.Contains(ip) })
}

func (c *CA) permits(root *x509.Certificate) bool {
	for _, h := range c.hosts {
		if ip := net.ParseIP(h); ip != nil {
			if !permitsIP(root.PermittedIPRanges, ip) {
				return false
			}
		} else if !permitsName(root.PermittedDNSDomains, h) {
			return false
		}
	}
	return true
}

func covers(cert *x509.Certificate, hosts []string) bool {
	for _, h := range hosts {
		if cert.VerifyHostname(h) != nil {
			return false
		}
	}
	return true
}
