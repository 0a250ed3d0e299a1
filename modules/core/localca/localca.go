// Package localca gives a development or venue server its own HTTPS certificate without any outside service: a local
// certificate authority, made once in a folder, and a server certificate that it signs and renews.
//
// A person imports ca.crt into the browser once; it stays the same for ten years, while server certificates come and
// go. So that trusting it cannot be turned against that person, the authority is name-constrained: even with its
// stolen key nobody can make a certificate for a bank. It covers this machine's names, the names reserved for private
// networks and private addresses.
//
// Files: ca.crt, ca.key, server.crt (chain), server.key; the folder has mode 0700, keys 0600. All are made anew when
// they are missing, unreadable as a pair, near their end, or do not cover a wanted name.
package localca

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"parterre/modules/core/clock"
)

const (
	caLife     = 10 * 365 * 24 * time.Hour
	serverLife = 397 * 24 * time.Hour // browsers refuse longer ones
	renewAt    = 30 * 24 * time.Hour  // rest at which a certificate is renewed
	backdate   = time.Hour            // a client's clock may be slow
)

// Config says where the files are and what the certificate has to cover.
type Config struct {
	Dir   string
	Hosts []string     // names and addresses beside localhost, 127.0.0.1, ::1 and the machine's own name
	Clock clock.Clock  // default clock.System
	Log   *slog.Logger // default silent
}

// CA is a local authority with the server certificate that it keeps fresh. It is safe for concurrent use.
type CA struct {
	cfg   Config
	hosts []string

	mu     sync.Mutex
	root   *x509.Certificate
	server *tls.Certificate
}

// Open reads the files of cfg.Dir, or makes what is missing or no longer good.
func Open(cfg Config) (*CA, error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	hosts, err := wantedHosts(cfg.Hosts)
	if err != nil {
		return nil, err
	}
	c := &CA{cfg: cfg, hosts: hosts}
	if err := c.refresh(); err != nil {
		return nil, fmt.Errorf("localca: %w", err)
	}
	return c, nil
}

// TLSConfig serves the certificate and renews it while the server runs. TLS 1.2 is the least.
func (c *CA) TLSConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return c.Certificate()
	}}
}

// Certificate returns the server certificate with its chain, renewed if it is near its end.
func (c *CA) Certificate() (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fresh(c.server.Leaf) {
		return c.server, nil
	}
	if err := c.refreshLocked(); err != nil {
		if c.cfg.Clock.Now().Before(c.server.Leaf.NotAfter) {
			c.cfg.Log.Error("the server certificate cannot be renewed", "until", c.server.Leaf.NotAfter, "error", err)
			return c.server, nil
		}
		return nil, err
	}
	return c.server, nil
}

// RootFile is the path of the certificate to import into browsers.
func (c *CA) RootFile() string { return filepath.Join(c.cfg.Dir, "ca.crt") }

// Root is the authority's certificate.
func (c *CA) Root() *x509.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.root
}

// Fingerprint is the SHA-256 of the authority's certificate as browsers show it: hex pairs.
func (c *CA) Fingerprint() string {
	sum := sha256.Sum256(c.Root().Raw)
	text := strings.ToUpper(hex.EncodeToString(sum[:]))
	pairs := make([]string, 0, len(sum))
	for i := 0; i < len(text); i += 2 {
		pairs = append(pairs, text[i:i+2])
	}
	return strings.Join(pairs, ":")
}

// Hosts are the names and addresses that the certificate covers.
func (c *CA) Hosts() []string { return slices.Clone(c.hosts) }

func (c *CA) fresh(cert *x509.Certificate) bool {
	now := c.cfg.Clock.Now()
	return !now.Before(cert.NotBefore) && now.Add(renewAt).Before(cert.NotAfter)
}

func (c *CA) refresh() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refreshLocked()
}

// refreshLocked makes the state on disk good, under a file lock, since two processes may begin together.
func (c *CA) refreshLocked() error {
	if err := os.MkdirAll(c.cfg.Dir, 0o700); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(c.cfg.Dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	root, err := c.ensureRoot()
	if err != nil {
		return err
	}
	server, err := c.ensureServer(root)
	if err != nil {
		return err
	}
	c.root, c.server = root.Leaf, server
	return nil
}

func (c *CA) ensureRoot() (*tls.Certificate, error) {
	pair, err := readPair(c.cfg.Dir, "ca")
	switch {
	case errors.Is(err, os.ErrNotExist):
		c.cfg.Log.Info("making a local certificate authority", "file", c.RootFile())
	case err != nil:
		c.cfg.Log.Warn("the local certificate authority is not usable and is made anew; browsers must be told to trust the new one", "file", c.RootFile(), "error", err)
	case !c.cfg.Clock.Now().Add(serverLife).Before(pair.Leaf.NotAfter):
		c.cfg.Log.Warn("the local certificate authority is near its end and is made anew; browsers must be told to trust the new one", "file", c.RootFile())
	case !c.permits(pair.Leaf):
		c.cfg.Log.Warn("the local certificate authority does not cover a wanted name and is made anew; browsers must be told to trust the new one", "file", c.RootFile(), "names", c.hosts)
	default:
		return pair, nil
	}
	now := c.cfg.Clock.Now()
	names, nets := c.constraints()
	template := &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{"Parterre"}, CommonName: "Parterre local CA " + now.UTC().Format("2006-01-02")},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: names, PermittedIPRanges: nets,
	}
	return makePair(c.cfg.Dir, "ca", template, nil)
}

func (c *CA) ensureServer(root *tls.Certificate) (*tls.Certificate, error) {
	pair, err := readPair(c.cfg.Dir, "server")
	if err == nil && c.fresh(pair.Leaf) && pair.Leaf.CheckSignatureFrom(root.Leaf) == nil && covers(pair.Leaf, c.hosts) {
		return pair, nil
	}
	now := c.cfg.Clock.Now()
	template := &x509.Certificate{
		Subject:     pkix.Name{Organization: []string{"Parterre"}, CommonName: "localhost"},
		NotBefore:   now.Add(-backdate),
		NotAfter:    now.Add(serverLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range c.hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	c.cfg.Log.Info("making a server certificate", "names", c.hosts, "until", template.NotAfter.UTC().Format("2006-01-02"))
	return makePair(c.cfg.Dir, "server", template, root)
}

// serial is a random number of 127 bits, never negative.
func serial() (*big.Int, error) { return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) }
