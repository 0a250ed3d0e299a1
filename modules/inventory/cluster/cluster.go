// Package cluster brings commands to the node that owns a session, over NATS:
// a server inside each node, joined by routes, or an existing cluster. It is
// started only when there is more than one node. NATS keeps nothing; leases and
// the journal in PostgreSQL decide who owns what and what happened, so a lost
// or repeated message does no harm.
package cluster

import (
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"parterre/modules/core/ids"
	"parterre/modules/inventory"
)

// Config says how a node joins.
type Config struct {
	Node string // as in inventory.Deps.Node
	// URL of an existing cluster; then no server is started here.
	URL string
	// Listen is host:port for the routes of other nodes' servers ("127.0.0.1:0"
	// picks a port); Routes are the other nodes' addresses. Clients reach the
	// embedded server inside the process only.
	Listen string
	Routes []string
	// TLS of the routes, or of the connection to URL. Between machines it is a
	// must: commands may carry what identifies buyers.
	TLS *tls.Config
	// Secret that nodes of one cluster share.
	Secret string
	// Mark is what must be the same on all nodes: the build and the keys. A node
	// answers one of another mark with an error and does nothing for it.
	Mark string
	// Timeout for an answer; default 2 s. Whoever gets none asks again under the
	// same key: the owner may have ended.
	Timeout time.Duration
	// Payloads carries the row writers' payloads; nil when commands have none.
	Payloads Payloads
}

// Payloads turns the opaque payloads of commands into bytes and back.
type Payloads interface {
	EncodePayload(any) ([]byte, error)
	DecodePayload([]byte) (any, error)
}

// Bus is a node's place in the cluster. It implements inventory.Router.
type Bus struct {
	cfg      Config
	srv      *server.Server
	nc       *nats.Conn
	password string // of the embedded server's clients

	stop chan struct{} // closed by Close
	once sync.Once
}

var _ inventory.Router = (*Bus)(nil)

// Start joins the cluster.
func Start(cfg Config) (*Bus, error) {
	if cfg.Node == "" {
		return nil, errors.New("cluster: a node needs a name")
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 2 * time.Second
	}
	b := &Bus{cfg: cfg, stop: make(chan struct{})}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	opts := []nats.Option{nats.Name("parterre " + cfg.Node), nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond)}
	target := cfg.URL
	if target == "" {
		if err := b.serve(); err != nil {
			return nil, err
		}
		opts = append(opts, nats.InProcessServer(b.srv), nats.UserInfo("parterre", b.password))
	} else if cfg.TLS != nil {
		opts = append(opts, nats.Secure(cfg.TLS))
	}
	nc, err := nats.Connect(target, opts...)
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("cluster: cannot connect: %w", err)
	}
	b.nc = nc
	return b, nil
}

// check refuses a cluster that anybody could join or read.
func (c Config) check() error {
	if c.URL != "" {
		return c.checkURL()
	}
	if c.Listen != "" || len(c.Routes) > 0 {
		if len(c.Secret) < 16 {
			return errors.New("cluster: the nodes need a shared secret of at least 16 characters")
		}
	}
	if c.TLS == nil {
		for _, addr := range append([]string{c.Listen}, c.Routes...) {
			if addr != "" && !loopback(addr) {
				return fmt.Errorf("cluster: %s is not on this machine: give the nodes certificates, since commands carry what identifies buyers", addr)
			}
		}
	}
	return nil
}

// checkURL wants of somebody else's cluster what is wanted of our own: who may
// send there can sell seats, and who may read there sees who buys them.
func (c Config) checkURL() error {
	for one := range strings.SplitSeq(c.URL, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Hostname() == "" {
			return errors.New("cluster: the address of the NATS cluster must be nats://user:password@host:4222 or tls://user:password@host:4222")
		}
		if u.User == nil || u.User.Username() == "" {
			return fmt.Errorf("cluster: %s needs a user and a password, or a token: whoever may send there can sell seats", u.Host)
		}
		if c.TLS == nil && u.Scheme != "tls" && !loopback(net.JoinHostPort(u.Hostname(), "0")) {
			return fmt.Errorf("cluster: %s is not on this machine: use tls:// or give certificates, since commands carry what identifies buyers", u.Host)
		}
	}
	return nil
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// serve starts the embedded server.
func (b *Bus) serve() error {
	// A server that does not listen for clients does not start its routes. So it
	// listens, on the loopback, for those who know a password that nobody does.
	o := &server.Options{ServerName: b.cfg.Node, Host: "127.0.0.1", Port: server.RANDOM_PORT, Username: "parterre", Password: ids.Token(32), NoSigs: true, NoLog: true}
	b.password = o.Password
	if b.cfg.Listen != "" {
		u, err := url.Parse("nats-route://" + b.cfg.Listen)
		if err != nil {
			return fmt.Errorf("cluster: the address %q is not host:port: %w", b.cfg.Listen, err)
		}
		o.Cluster.Name, o.Cluster.Host = "parterre", u.Hostname()
		if _, err := fmt.Sscan(u.Port(), &o.Cluster.Port); err != nil {
			return fmt.Errorf("cluster: the address %q has no port", b.cfg.Listen)
		}
		if o.Cluster.Port == 0 {
			o.Cluster.Port = server.RANDOM_PORT
		}
		o.Cluster.Username, o.Cluster.Password = "parterre", b.cfg.Secret
		o.Cluster.TLSConfig = b.cfg.TLS
		if b.cfg.TLS != nil {
			o.Cluster.TLSTimeout = 5
		}
	}
	for _, r := range b.cfg.Routes {
		u, err := url.Parse("nats-route://" + r)
		if err != nil {
			return fmt.Errorf("cluster: the route %q is not host:port: %w", r, err)
		}
		u.User = url.UserPassword("parterre", b.cfg.Secret)
		o.Routes = append(o.Routes, u)
	}
	srv, err := server.NewServer(o)
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	go srv.Start()
	if !srv.ReadyForConnections(10 * time.Second) {
		srv.Shutdown()
		return errors.New("cluster: the message server did not start")
	}
	b.srv = srv
	return nil
}

// RouteAddr is where other nodes' routes reach this node.
func (b *Bus) RouteAddr() string {
	if b.srv == nil || b.srv.ClusterAddr() == nil {
		return ""
	}
	return b.srv.ClusterAddr().String()
}

// Peers is how many other nodes' servers are connected to this one's; -1 where
// the cluster is somebody else's.
func (b *Bus) Peers() int {
	if b.srv == nil {
		return -1
	}
	seen := map[string]bool{}
	if r, err := b.srv.Routez(nil); err == nil {
		for _, x := range r.Routes {
			seen[x.RemoteName] = true
		}
	}
	return len(seen)
}

// Connected reports whether the bus can be used.
func (b *Bus) Connected() bool { return b.nc.IsConnected() }

// Close leaves the cluster.
func (b *Bus) Close() {
	b.once.Do(func() { close(b.stop) })
	if b.nc != nil {
		b.nc.Close()
	}
	if b.srv != nil {
		b.srv.Shutdown()
		b.srv.WaitForShutdown()
	}
}

func subject(node string) string { return "parterre.inventory." + hex.EncodeToString([]byte(node)) }
