package localca

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parterre/modules/core/clock"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, clock.Shanghai)

func mustOpen(t *testing.T, cfg Config) *CA {
	t.Helper()
	ca, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func handshake(t *testing.T, server *CA, roots *x509.CertPool, name string, now time.Time) error {
	t.Helper()
	a, b := net.Pipe()
	defer func() { _ = a.Close(); _ = b.Close() }()
	go func() {
		s := tls.Server(a, server.TLSConfig())
		_ = s.Handshake()
		_, _ = io.Copy(io.Discard, s)
	}()
	c := tls.Client(b, &tls.Config{RootCAs: roots, ServerName: name, MinVersion: tls.VersionTLS12, Time: func() time.Time { return now }})
	return c.Handshake()
}

func pool(ca *CA) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(ca.Root())
	return p
}

func TestBrowserTrustsTheServerByTheRootAlone(t *testing.T) {
	t.Parallel()
	sim := clock.NewSim(start)
	ca := mustOpen(t, Config{Dir: t.TempDir(), Clock: sim, Hosts: []string{"192.168.1.20", "Box-Office.example.org"}})
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "192.168.1.20", "box-office.example.org"} {
		if err := handshake(t, ca, pool(ca), name, sim.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := handshake(t, ca, pool(ca), "example.org", sim.Now()); err == nil {
		t.Error("a name that was not asked for is covered")
	}
	if err := handshake(t, ca, x509.NewCertPool(), "localhost", sim.Now()); err == nil {
		t.Error("trusted without the root: this proves nothing")
	}
}

func TestMadeOnce(t *testing.T) {
	t.Parallel()
	dir, sim := t.TempDir(), clock.NewSim(start)
	first := mustOpen(t, Config{Dir: filepath.Join(dir, "tls"), Clock: sim})
	second := mustOpen(t, Config{Dir: filepath.Join(dir, "tls"), Clock: sim})
	if first.Fingerprint() != second.Fingerprint() || !bytes.Equal(first.server.Certificate[0], second.server.Certificate[0]) {
		t.Fatal("the second start made new certificates")
	}
	if n := len(first.Fingerprint()); n != 32*3-1 {
		t.Fatalf("fingerprint %s", first.Fingerprint())
	}
	for file, want := range map[string]os.FileMode{"": 0o700, "ca.key": 0o600, "server.key": 0o600} {
		info, err := os.Stat(filepath.Join(dir, "tls", file))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", info.Name(), info.Mode().Perm(), want)
		}
	}
}

// A running server renews its certificate; the root, which people have imported, stays.
func TestRenewsNearItsEnd(t *testing.T) {
	t.Parallel()
	sim := clock.NewSim(start)
	ca := mustOpen(t, Config{Dir: t.TempDir(), Clock: sim})
	root, old := ca.Fingerprint(), ca.server.Leaf
	sim.Advance(serverLife - renewAt - 2*time.Hour)
	if cert, err := ca.Certificate(); err != nil || cert.Leaf.SerialNumber.Cmp(old.SerialNumber) != 0 {
		t.Fatalf("renewed too early, %v", err)
	}
	sim.Advance(3 * time.Hour)
	cert, err := ca.Certificate()
	if err != nil || cert.Leaf.SerialNumber.Cmp(old.SerialNumber) == 0 {
		t.Fatalf("not renewed, %v", err)
	}
	if err := handshake(t, ca, pool(ca), "localhost", sim.Now()); err != nil || ca.Fingerprint() != root {
		t.Fatalf("after the renewal: %v", err)
	}
}

func TestMadeAnewWhenNoLongerGood(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*testing.T, string, *clock.Sim) []string{
		"root near its end": func(_ *testing.T, _ string, sim *clock.Sim) []string {
			sim.Advance(caLife - serverLife + time.Hour)
			return nil
		},
		"root's key of another root": func(t *testing.T, dir string, sim *clock.Sim) []string {
			other := mustOpen(t, Config{Dir: t.TempDir(), Clock: sim})
			text, err := os.ReadFile(filepath.Join(other.cfg.Dir, "ca.key"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "ca.key"), text, 0o600); err != nil {
				t.Fatal(err)
			}
			return nil
		},
		"root cut off": func(t *testing.T, dir string, _ *clock.Sim) []string {
			if err := os.Truncate(filepath.Join(dir, "ca.crt"), 100); err != nil {
				t.Fatal(err)
			}
			return nil
		},
		"a public name is wanted now": func(*testing.T, string, *clock.Sim) []string { return []string{"tickets.example.org"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, sim := t.TempDir(), clock.NewSim(start)
			old := mustOpen(t, Config{Dir: dir, Clock: sim}).Fingerprint()
			hosts := spoil(t, dir, sim)
			ca := mustOpen(t, Config{Dir: dir, Clock: sim, Hosts: hosts})
			if ca.Fingerprint() == old {
				t.Error("the old root is still used")
			}
			for _, host := range append(hosts, "localhost") {
				if err := handshake(t, ca, pool(ca), host, sim.Now()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A further private name needs a new server certificate, but not a new root.
func TestFurtherPrivateNameKeepsTheRoot(t *testing.T) {
	t.Parallel()
	dir, sim := t.TempDir(), clock.NewSim(start)
	old := mustOpen(t, Config{Dir: dir, Clock: sim}).Fingerprint()
	ca := mustOpen(t, Config{Dir: dir, Clock: sim, Hosts: []string{"gate-3.local", "10.1.2.3"}})
	if ca.Fingerprint() != old {
		t.Error("people would have to import a new root")
	}
	if err := handshake(t, ca, pool(ca), "gate-3.local", sim.Now()); err != nil {
		t.Error(err)
	}
}

// Whoever steals the root's key still cannot pretend to be another site.
func TestRootCannotSignForOthers(t *testing.T) {
	t.Parallel()
	dir, sim := t.TempDir(), clock.NewSim(start)
	ca := mustOpen(t, Config{Dir: dir, Clock: sim})
	root, err := readPair(dir, "ca")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"www.icbc.com.cn": false, "gate.local": true} {
		cert, err := makePair(t.TempDir(), "server", &x509.Certificate{
			Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: sim.Now(), NotAfter: sim.Now().Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}, root)
		if err != nil {
			t.Fatal(err)
		}
		_, err = cert.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool(ca), CurrentTime: sim.Now()})
		if (err == nil) != want {
			t.Errorf("%s: %v, want accepted %v", name, err, want)
		}
	}
}

func TestRefusesWhatIsNoName(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"", "a b", "https://x", "*.local", "-x", strings.Repeat("a", 64), "x:8443"} {
		if _, err := Open(Config{Dir: t.TempDir(), Hosts: []string{host}}); err == nil {
			t.Errorf("%q was taken", host)
		}
	}
}
