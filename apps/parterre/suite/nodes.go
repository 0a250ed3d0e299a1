package suite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/cluster"
)

// wireVersion changes when nodes of two builds would not understand each other.
const wireVersion = "2"

// mark says which keys a node works with, without telling anything of them:
// what one node seals and signs, the others must be able to read. The keys of
// personal data are told by their first index key: the file changes when they
// are rotated, and nodes that were started before and after still belong
// together.
func mark(dir string, vault *identity.Vault) (string, error) {
	h := sha256.New()
	h.Write(vault.Mark())
	for _, name := range []string{"ticket-codes.json", "ticket-signing.key", "payment-sandbox.key", "buyers.key", "waiting-room.key"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(append([]byte("parterre cluster mark v1 "+name+"\x00"), raw...))
		h.Write(sum[:])
	}
	return wireVersion + "/" + hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// Node is this node's name.
func (s *Suite) Node() string { return s.node }

// join joins the cluster, so that requests reach the node that serves their session.
func (s *Suite) join(ctx context.Context) error {
	if s.cfg.Cluster == nil {
		return nil
	}
	c := *s.cfg.Cluster
	c.Node, c.Payloads = s.node, s.rows
	var err error
	if c.Mark, err = mark(filepath.Join(s.cfg.Var, "keys"), s.keys.vault); err != nil {
		return err
	}
	if s.bus, err = cluster.Start(c); err != nil {
		return err
	}
	if err := s.bus.Meet(ctx, 2*time.Second); err != nil {
		s.bus.Close()
		return err
	}
	s.Seats.Connect(s.bus)
	s.Waiting.Connect(func(ctx context.Context, question []byte) ([]byte, error) {
		return s.bus.Call(ctx, "waiting", question)
	})
	return s.bus.Serve(s.Seats.Here())
}

// ErrBus is what readiness says while the other nodes cannot be reached.
var ErrBus = errs.New(errs.Unavailable, "core.cluster", "与其他节点的连接中断，正在重连。", "The connection to the other nodes is broken; it is being made again.")

// nodes adds what operators ask of a node among several: readiness, metrics
// and who serves which session.
func (s *Suite) nodes(api *httpx.API) {
	s.HTTP.ReadyWhen(func(context.Context) error {
		if s.bus != nil && !s.bus.Connected() {
			return ErrBus
		}
		return nil
	})
	label := prometheus.Labels{"node": s.node}
	gauge := func(name, help string, f func() float64) {
		s.HTTP.Metrics().MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "parterre", Name: name, Help: help, ConstLabels: label}, f))
	}
	counter := func(name, help string, f func(inventory.Stats) int64) {
		s.HTTP.Metrics().MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "parterre", Name: name, Help: help, ConstLabels: label},
			func() float64 { return float64(f(s.Seats.Stats())) }))
	}
	gauge("sessions_served", "Sessions whose seats this node decides.", func() float64 { return float64(len(s.Seats.Owned())) })
	gauge("jobs_held", "Background jobs that this node runs for all.", func() float64 {
		if s.jobs == nil {
			return 0
		}
		return float64(len(s.jobs.Held()))
	})
	gauge("cluster_peers", "Other nodes connected to this one; -1 where the message servers are not ours, 0 on a single node.", func() float64 {
		if s.bus == nil {
			return 0
		}
		return float64(s.bus.Peers())
	})
	counter("seat_batches_total", "Transactions of the seat engine that were committed.", func(x inventory.Stats) int64 { return x.Batches })
	counter("seat_commands_total", "Commands in them.", func(x inventory.Stats) int64 { return x.Commands })
	counter("seat_batches_failed_total", "Transactions of the seat engine that were not committed.", func(x inventory.Stats) int64 { return x.Failed })
	httpx.Register(api, httpx.Op{ID: "ops.nodes", Method: "GET", Path: "/api/v1/nodes", Tag: "ops", Summary: "Which node serves which session, and runs which job", Needs: "ops.metrics"}, s.listNodes)
}

// NodeSession is a session that a node serves.
type NodeSession struct {
	Session ids.ID    `json:"session"`
	Epoch   int64     `json:"epoch" doc:"How often the session has changed hands"`
	Until   time.Time `json:"until" doc:"End of the lease unless it is renewed"`
}

// NodeState is one node that serves sessions.
type NodeState struct {
	Name     string        `json:"name"`
	Here     bool          `json:"here" doc:"The one that answers"`
	Jobs     []string      `json:"jobs" doc:"Background jobs that it runs for all; told of the answering node only"`
	Sessions []NodeSession `json:"sessions"`
}

type nodesOut struct {
	Body struct {
		Nodes []NodeState `json:"nodes"`
	}
}

func (s *Suite) listNodes(ctx context.Context, _ *struct{}) (*nodesOut, error) {
	out := &nodesOut{}
	here := NodeState{Name: s.node, Here: true, Jobs: []string{}, Sessions: []NodeSession{}}
	if s.jobs != nil {
		here.Jobs = append(here.Jobs, s.jobs.Held()...)
		slices.Sort(here.Jobs)
	}
	out.Body.Nodes = []NodeState{here}
	err := s.cfg.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err := inventory.Leases(ctx, tx)
		for _, l := range list {
			i := slices.IndexFunc(out.Body.Nodes, func(n NodeState) bool { return n.Name == l.Node })
			if i < 0 {
				i = len(out.Body.Nodes)
				out.Body.Nodes = append(out.Body.Nodes, NodeState{Name: l.Node, Jobs: []string{}})
			}
			out.Body.Nodes[i].Sessions = append(out.Body.Nodes[i].Sessions, NodeSession{l.Session, l.Epoch, l.Until})
		}
		return err
	})
	return out, err
}
