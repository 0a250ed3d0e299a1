package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/plan/codec"
)

// balancer passes connections on to the address that it is set to.
type balancer struct {
	addr string
	mu   sync.Mutex
	to   string
}

func (l *balancer) set(to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.to = to
}

func balance(t *testing.T) *balancer {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	l := &balancer{addr: ln.Addr().String()}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			in, err := ln.Accept()
			if err != nil {
				return
			}
			l.mu.Lock()
			to := l.to
			l.mu.Unlock()
			out, err := net.Dial("tcp", to) //nolint:noctx // local
			if err != nil {
				_ = in.Close()
				continue
			}
			pass := func(from, to net.Conn) {
				_, _ = io.Copy(to, from)
				_, _ = from.Close(), to.Close()
			}
			go pass(in, out)
			go pass(out, in)
		}
	}()
	return l
}

// nodes are two servers of one installation, which know each other. The first
// is up, and serves the session.
func nodes(t *testing.T, more ...[]string) (a, b *house, front *balancer) {
	t.Helper()
	d := dbtest.Private(t)
	route := [2]string{freePort(t), freePort(t)}
	a, b = newHouse(t), newHouse(t)
	b.dir = a.dir // the same keys
	front = balance(t)
	front.set(a.listen)
	for i, h := range []*house{a, b} {
		h.databaseURL = d.AdminDSN
		h.env = []string{
			"PARTERRE_APPS=manage,sales,gate,report", "PARTERRE_CLUSTER_NODE=" + []string{"first", "second"}[i], "PARTERRE_CLUSTER_LISTEN=" + route[i],
			"PARTERRE_CLUSTER_ROUTES=" + route[1-i], "PARTERRE_CLUSTER_SECRET=a secret of the test",
			"PARTERRE_ADDRESS=https://" + front.addr,
		}
		if i < len(more) {
			h.env, h.named = append(h.env, more[i]...), true
		}
	}
	a.start()
	a.furnish()
	b.tenant, b.session = a.tenant, a.session
	return a, b, front
}

// Two servers sell one event from one database, by HTTP. The one that serves
// the session is killed (SIGKILL) on the way, with orders in all stages. What a
// buyer was told stands, once; sale goes on at the other, whose viewers see
// what is true all along; its background work is done as well.
func TestTwoNodesSellOneEvent(t *testing.T) {
	t.Parallel()
	a, b, front := nodes(t)
	away := *a
	away.front = front.addr // buyers of the first come by the balancer
	probe := &crowd{h: &away, up: make(chan struct{}), acked: map[ids.ID]order{}}
	close(probe.up)
	if n := probe.soldByEngine(); n != 0 { // now the first serves the session
		t.Fatalf("%d sold at the start", n)
	}
	b.start()
	own := func(h *house) float64 { return metric(t, h, "parterre_sessions_served") }
	for metric(t, b, "parterre_cluster_peers") == 0 { // until the nodes know each other
		t.Log("the nodes look for each other")
	}
	if own(a) != 1 || own(b) != 0 || metric(t, a, "parterre_jobs_held") < 8 || metric(t, b, "parterre_jobs_held") != 0 {
		t.Errorf("the first serves %v and runs %v, the second %v and %v", own(a), metric(t, a, "parterre_jobs_held"), own(b), metric(t, b, "parterre_jobs_held"))
	}
	seen := watch(t, b)
	// Buyers of the first node break off with it and come back at the second.
	at := map[*house]*crowd{a: probe, b: {h: b, up: make(chan struct{}), acked: map[ids.ID]order{}}}
	close(at[b].up)
	at[a].killAt.Store(120)
	at[a].dead = make(chan struct{}, 1)
	var wg sync.WaitGroup
	seed := uint64(20261122)
	for i := range 4 {
		for _, h := range []*house{a, b} {
			buyer := at[h].buyer(rand.New(rand.NewPCG(seed, uint64(i)))) //nolint:gosec // repeatable on purpose
			wg.Go(buyer.run)
		}
	}
	<-at[a].dead
	a.kill()
	before := at[b].told()
	front.set(b.listen)
	at[a].goOn()
	for at[b].told() < before+10 {
		_ = get(b.client(), b.url("/healthz"))
	}
	at[a].closing.Store(true)
	at[b].closing.Store(true)
	wg.Wait()
	if own(b) != 1 || metric(t, b, "parterre_jobs_held") < 8 {
		t.Errorf("after the kill the second serves %v sessions and runs %v jobs", own(b), metric(t, b, "parterre_jobs_held"))
	}
	for id, o := range at[a].acked {
		at[b].acked[id] = o
	}
	if len(at[a].acked) == 0 || at[a].broken.Load() == 0 {
		t.Errorf("the first acknowledged %d orders, %d requests broke off: this test shows nothing", len(at[a].acked), at[a].broken.Load())
	}
	at[b].verify()
	var sold int
	b.admin(func(ctx context.Context, c *pgx.Conn) {
		must(t, c.QueryRow(ctx, "select count(*) from sales.ticket").Scan(&sold))
		for unprojected := 1; unprojected > 0; { // the journal's facts come by themselves: another runs that job now
			must(t, c.QueryRow(ctx, `select count(*) from inventory.journal j where tenant_id = $1 and not exists
				(select from reporting.projector p where p.tenant_id = j.tenant_id and p.position >= j.seq)`, b.tenant).Scan(&unprojected))
		}
	})
	if n := seen.until(sold); n != sold {
		t.Errorf("a viewer at the second node sees %d sold, there are %d", n, sold)
	}
	t.Logf("%d orders acknowledged (%d at the node that was killed), %d requests broken off, %d tickets", len(at[b].acked), len(at[a].acked), at[a].broken.Load()+at[b].broken.Load(), sold)
}

func (m *crowd) told() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.acked)
}

// metric reads one number of a node.
func metric(t *testing.T, h *house, name string) float64 {
	t.Helper()
	status, body := fetch(t, h.client(), h.url("/metrics"))
	for line := range strings.SplitSeq(body, "\n") {
		if f := strings.Fields(line); len(f) == 2 && strings.HasPrefix(f[0], name+"{") {
			v, err := strconv.ParseFloat(f[1], 64)
			must(t, err)
			return v
		}
	}
	t.Fatalf("no metric %s: %d", name, status)
	return 0
}

// viewer reads the live status as a page does.
type viewer struct {
	t      *testing.T
	mu     sync.Mutex
	more   *sync.Cond
	states []codec.State
	wrong  error
}

func watch(t *testing.T, h *house) *viewer {
	t.Helper()
	v := &viewer{t: t}
	v.more = sync.NewCond(&v.mu)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url("/api/v1/shop/sessions/"+h.session.ID.String()+"/status/stream"), nil)
	must(t, err)
	res, err := h.client().Do(req)
	must(t, err)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the stream answers %d", res.StatusCode)
	}
	var wg sync.WaitGroup
	wg.Go(func() { v.read(bufio.NewScanner(res.Body)) })
	t.Cleanup(func() { stop(); _ = res.Body.Close(); wg.Wait() })
	return v
}

func (v *viewer) read(in *bufio.Scanner) {
	in.Buffer(nil, 4<<20)
	kind, version := "", uint64(0)
	for in.Scan() {
		k, data, _ := strings.Cut(in.Text(), ": ")
		switch {
		case k == "event":
			kind = data
		case k == "data" && (kind == "snapshot" || kind == "delta"):
			raw, err := base64.StdEncoding.DecodeString(data)
			v.mu.Lock()
			if err == nil && kind == "snapshot" {
				version, v.states, err = codec.DecodeSnapshot(raw)
			} else if err == nil {
				var d codec.Delta
				if d, err = codec.DecodeDelta(raw, len(v.states)); err == nil && d.From == version {
					version, err = d.To, d.Apply(v.states)
				}
			}
			v.wrong = err
			v.more.Broadcast()
			v.mu.Unlock()
		}
	}
	v.mu.Lock()
	v.wrong = context.Canceled
	v.more.Broadcast()
	v.mu.Unlock()
}

// until waits until so many seats are shown as sold, or the stream fails.
func (v *viewer) until(sold int) (n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for {
		n = len(slices.DeleteFunc(slices.Clone(v.states), func(s codec.State) bool { return s != codec.Sold }))
		if n == sold || v.wrong != nil {
			return n
		}
		v.more.Wait()
	}
}

// A node that could not read what the others seal does not start; who serves
// what is told to whom runs the platform, and to nobody else.
func TestNodesMustShareTheirKeys(t *testing.T) {
	t.Parallel()
	a, b, _ := nodes(t)
	stranger := newHouse(t)
	stranger.databaseURL, stranger.env = b.databaseURL, b.env
	cmd, out := stranger.command()
	if err := cmd.Run(); err == nil || !strings.Contains(out.String(), "has other keys") {
		t.Errorf("a node with other keys: %v\n%s", err, out)
	}
	status, body := fetch(t, a.client(), a.url("/api/v1/nodes"))
	if status != http.StatusUnauthorized && status != http.StatusForbidden {
		t.Errorf("a stranger is told of the nodes: %d %s", status, body)
	}
	for _, c := range []struct{ set, says string }{
		{"PARTERRE_CLUSTER_SECRET=short", "shared secret of at least 16"},
		{"PARTERRE_CLUSTER_LISTEN=192.0.2.1:6222", "certificates"},
		{"PARTERRE_CLUSTER_NODE=a name with spaces", "--cluster-node"},
		{"PARTERRE_SIM_CLOCK=2026-11-23T10:00:00+08:00", "--sim-clock"},
		{"NATS_URL=nats://127.0.0.1:1", "--cluster-nats"},
		{"DATABASE_URL=", "set DATABASE_URL"},
		{"PARTERRE_CLUSTER_CERT=/nowhere", "go together"},
	} {
		wrong := newHouse(t)
		wrong.databaseURL, wrong.env = b.databaseURL, append(slices.Clone(b.env), c.set)
		cmd, out := wrong.command()
		if err := cmd.Run(); err == nil || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v\n%s", c.set, err, out)
		}
	}
	var list struct{ Nodes []any }
	if json.Unmarshal([]byte(body), &list) == nil && len(list.Nodes) > 0 {
		t.Error("nodes are told to a stranger")
	}
}
