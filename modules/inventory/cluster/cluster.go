// Package cluster brings commands to the node that owns a session, over NATS:
// a server inside each node, joined by routes, or an existing cluster. It is
// started only when there is more than one node. NATS keeps nothing; leases and
// the journal in PostgreSQL decide who owns what and what happened, so a lost
// or repeated message does no harm.
package cluster

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
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
	b := &Bus{cfg: cfg}
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

// Close leaves the cluster.
func (b *Bus) Close() {
	if b.nc != nil {
		b.nc.Close()
	}
	if b.srv != nil {
		b.srv.Shutdown()
		b.srv.WaitForShutdown()
	}
}

func subject(node string) string { return "parterre.inventory." + hex.EncodeToString([]byte(node)) }

// message is a command on the wire between nodes of one build.
type message struct {
	Tenant     int32
	ActorKind  string
	ActorID    [16]byte
	ActorName  string
	Reason     string
	RequestID  string
	Session    [16]byte
	Cmd        engine.Command
	HasPayload bool
	Payload    []byte
	Patience   time.Duration
}

// reply is an answer, or the code of an error that is no refusal.
type reply struct {
	Answer engine.Answer
	Code   string
}

func init() {
	for name, c := range map[string]engine.Command{
		"open": &engine.Open{}, "configure": &engine.Configure{}, "hold": &engine.Hold{}, "set_kinds": &engine.SetKinds{}, "assign": &engine.Assign{},
		"extend": &engine.Extend{}, "release": &engine.Release{}, "confirm": &engine.Confirm{}, "refund": &engine.Refund{}, "move": &engine.Move{},
		"rename": &engine.Rename{}, "block": &engine.Block{}, "unblock": &engine.Unblock{}, "expire": &engine.Expire{},
	} {
		gob.RegisterName("parterre/"+name, c)
	}
}

// Forward implements inventory.Router.
func (b *Bus) Forward(ctx context.Context, owner string, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return engine.Answer{}, db.ErrNoScope
	}
	m := message{
		Tenant: scope.Tenant, ActorKind: scope.Actor.Kind, ActorID: scope.Actor.ID.Bytes(), ActorName: scope.Actor.Name, Reason: scope.Reason,
		RequestID: scope.RequestID, Session: session.Bytes(), Cmd: cmd, HasPayload: payload != nil, Patience: b.cfg.Timeout,
	}
	if payload != nil {
		if b.cfg.Payloads == nil {
			return engine.Answer{}, errors.New("cluster: the command has a payload and nobody can carry it")
		}
		var err error
		if m.Payload, err = b.cfg.Payloads.EncodePayload(payload); err != nil {
			return engine.Answer{}, fmt.Errorf("cluster: payload: %w", err)
		}
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(&m); err != nil {
		return engine.Answer{}, fmt.Errorf("cluster: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, b.cfg.Timeout)
	defer cancel()
	res, err := b.nc.RequestWithContext(ctx, subject(owner), buf.Bytes())
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return engine.Answer{}, inventory.ErrElsewhere.Because(err) // the owner is gone; its lease will end
	case err != nil:
		return engine.Answer{}, inventory.ErrOutcome.Because(err)
	}
	var r reply
	if err := gob.NewDecoder(bytes.NewReader(res.Data)).Decode(&r); err != nil {
		return engine.Answer{}, inventory.ErrOutcome.Because(err)
	}
	if r.Code != "" {
		return engine.Answer{}, known(r.Code)
	}
	if r.Answer.Refused != nil {
		return r.Answer, inventory.Refused(r.Answer.Refused)
	}
	return r.Answer, nil
}

// known turns a code back into its error.
func known(code string) error {
	for _, e := range []*errs.Error{inventory.ErrElsewhere, inventory.ErrBusy, inventory.ErrClosing, inventory.ErrOutcome, inventory.ErrNoSession, db.ErrUnavailable, db.ErrNoScope} {
		if e.Code == code {
			return e
		}
	}
	return fmt.Errorf("cluster: the owner answered %s", code)
}

// Serve answers other nodes' commands with svc until Close.
func (b *Bus) Serve(svc *inventory.Service) error {
	_, err := b.nc.Subscribe(subject(b.cfg.Node), func(in *nats.Msg) {
		go b.handle(svc, in) // commands wait for their commit; one may not hold up the others
	})
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return b.nc.Flush()
}

func (b *Bus) handle(svc *inventory.Service, in *nats.Msg) {
	var m message
	var r reply
	if err := gob.NewDecoder(bytes.NewReader(in.Data)).Decode(&m); err != nil || m.Cmd == nil {
		r.Code = "cluster.message"
	} else {
		r = b.do(svc, &m)
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(&r); err == nil {
		_ = in.Respond(buf.Bytes()) // one who does not get it asks again
	}
}

func (b *Bus) do(svc *inventory.Service, m *message) (r reply) {
	ctx, cancel := context.WithTimeout(context.Background(), m.Patience)
	defer cancel()
	ctx = db.WithScope(ctx, db.Scope{
		Tenant: m.Tenant, Reason: m.Reason, RequestID: m.RequestID,
		Actor: db.Actor{Kind: m.ActorKind, ID: ids.FromBytes(m.ActorID), Name: m.ActorName},
	})
	var payload any
	if m.HasPayload {
		if b.cfg.Payloads == nil {
			return reply{Code: "cluster.payload"}
		}
		var err error
		if payload, err = b.cfg.Payloads.DecodePayload(m.Payload); err != nil {
			return reply{Code: "cluster.payload"}
		}
	}
	a, err := svc.Local(ctx, ids.FromBytes(m.Session), m.Cmd, payload)
	if err != nil && a.Refused == nil {
		return reply{Code: errs.CodeOf(err)}
	}
	return reply{Answer: a}
}
