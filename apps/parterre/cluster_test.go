package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// natsVar turns this test binary into a message server of its own process.
const natsVar = "PARTERRE_TEST_NATS"

func runNATS(addr string) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		o := &server.Options{Host: host, Username: "nodes", Password: "a password of the test"}
		if o.Port, err = strconv.Atoi(port); err == nil {
			var s *server.Server
			if s, err = server.NewServer(o); err == nil {
				s.Start()
				if s.ReadyForConnections(time.Minute) {
					fmt.Println("the message server is ready")
				}
				s.WaitForShutdown()
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startNATS starts it, until the test ends.
func startNATS(t *testing.T, addr string) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), self)
	cmd.Env = append(os.Environ(), natsVar+"="+addr)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	if line := bufio.NewScanner(out); !line.Scan() {
		t.Fatal("the message server did not start")
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// authority makes certificates for the nodes' traffic.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	var err error
	a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nodes"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.write("ca", a.cert, a.key)
	return a
}

func (a *authority) write(name string, c *x509.Certificate, key *ecdsa.PrivateKey) {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	must(a.t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	must(a.t, err)
	must(a.t, os.WriteFile(filepath.Join(a.dir, name+".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(a.t, os.WriteFile(filepath.Join(a.dir, name+".key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
}

// env makes a node's certificate and says where it is.
func (a *authority) env(node string) []string {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(a.t, err)
	a.write(node, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: node}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, key)
	at := func(f string) string { return filepath.Join(a.dir, f) }
	return []string{"PARTERRE_CLUSTER_CERT=" + at(node+".pem"), "PARTERRE_CLUSTER_KEY=" + at(node+".key"), "PARTERRE_CLUSTER_CA=" + at("ca.pem")}
}

// SEC-ASVS-12.3.1, PT-nodes: the nodes' traffic goes over TLS with a
// certificate shown on both sides; who has one of another authority is not let in.
func TestNodesOverTLS(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t)
	a, b, _ := nodes(t, ours.env("first"), ours.env("second"))
	a.serves()
	b.start()
	for metric(t, b, "parterre_cluster_peers") == 0 {
		t.Log("the nodes look for each other")
	}
	b.sell("欧阳测试甲", salestest.Documents[0], "13800138000") // through the second, decided by the first
	if own := metric(t, a, "parterre_sessions_served"); own != 1 {
		t.Errorf("the first serves %v", own)
	}
	// What a stranger is told at the port: nothing without TLS and a certificate.
	conn, err := net.Dial("tcp", value(a.env, "PARTERRE_CLUSTER_LISTEN")) //nolint:noctx // local
	must(t, err)
	defer func() { _ = conn.Close() }()
	line, err := bufio.NewReader(conn).ReadString('\n')
	var info struct {
		Required bool `json:"tls_required"`
		Verify   bool `json:"tls_verify"`
	}
	if err == nil && (json.Unmarshal([]byte(strings.TrimPrefix(line, "INFO ")), &info) != nil || !info.Required || !info.Verify) || err != nil && line != "" {
		t.Errorf("the port says %q, %v", line, err)
	}
	b.stop()
	// A node of the same keys and secret with a certificate of its own making.
	b.env = append(b.env, newAuthority(t).env("second")...)
	b.start()
	if status, answer := b.guest().do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": b.session.ID, "best": map[string]any{"n": 1}}, nil); status != 503 {
		t.Errorf("a node of another authority: %d %s", status, answer)
	}
	if n := metric(t, a, "parterre_cluster_peers"); n != 0 {
		t.Errorf("a node of another authority is one of %v peers", n)
	}
}

// value is the last value of a variable.
func value(env []string, name string) (v string) {
	for _, e := range env {
		if k, x, _ := strings.Cut(e, "="); k == name {
			v = x
		}
	}
	return v
}

// serves has the house's node take its session.
func (h *house) serves() {
	h.t.Helper()
	h.page().want(200, "GET", "/api/v1/shop/sessions/"+h.session.ID.String(), nil, nil)
}

// PT-nodes, RL-13: the nodes work over somebody else's message server, in a
// process of its own. Nothing that goes over it shows a person. A rotation of
// the keys keeps no node out. An address without a password, or in the clear to
// another machine, is refused.
func TestNodesOverAnotherMessageServer(t *testing.T) {
	t.Parallel()
	addr := freePort(t)
	startNATS(t, addr)
	at := url.URL{Scheme: "nats", Host: addr, User: url.UserPassword("nodes", "a password of the test")}
	over := []string{"PARTERRE_CLUSTER_LISTEN=", "PARTERRE_CLUSTER_ROUTES=", "NATS_URL=" + at.String()}
	a, b, _ := nodes(t, over, over)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the second:\n%s", b.output)
		}
	})
	a.serves()
	spy, err := nats.Connect(at.String())
	must(t, err)
	defer spy.Close()
	heard := &output{more: make(chan struct{})}
	_, err = spy.Subscribe(">", func(m *nats.Msg) {
		_, _ = fmt.Fprintf(heard, "%s %v %s\n", m.Subject, m.Header, m.Data)
	})
	must(t, err)
	must(t, spy.Flush())
	a.says("sealed anew with key 2", "identity", "rotate") // before the second starts: its file is not the one that the first started with
	b.start()
	sold := []known{b.sell("欧阳测试甲", salestest.Documents[0], "13800138000"), b.sell("慕容测试乙", salestest.Documents[1], "13800138001")}
	if metric(t, a, "parterre_sessions_served") != 1 || metric(t, b, "parterre_sessions_served") != 0 {
		t.Error("the second serves the session: nothing went over the server")
	}
	seller := b.staff("seller")
	b.found(seller, sold)
	b.reservesAnother(seller)
	if metric(t, b, "parterre_sessions_served") != 0 {
		t.Error("the second serves the session now: the reservation shows nothing")
	}
	must(t, spy.Flush())
	text := heard.String()
	for _, secret := range []string{"欧阳测试甲", "慕容测试乙", "慕容联系丁", "13800138000", "13800138001", "13800138009", salestest.Documents[0], salestest.Documents[1]} {
		if strings.Contains(text, secret) {
			t.Errorf("a message shows %s", secret)
		}
	}
	if n := strings.Count(text, "parterre.inventory."); n < 4 {
		t.Errorf("%d messages were heard: this shows nothing", n)
	}
	for bad, says := range map[string]string{"nats://127.0.0.1:4222": "a user and a password", "nats://u:p@192.0.2.1:4222": "not on this machine"} {
		wrong := newHouse(t)
		wrong.databaseURL, wrong.dir, wrong.env = b.databaseURL, b.dir, append(slices.Clone(b.env), "NATS_URL="+bad)
		cmd, out := wrong.command()
		if err := cmd.Run(); err == nil || !strings.Contains(out.String(), says) {
			t.Errorf("%s: %v\n%s", bad, err, out)
		}
	}
}

// reservesAnother reserves a place through a node that does not serve the
// session, has more time for it, and gives it back.
func (h *house) reservesAnother(seller *page) {
	h.t.Helper()
	at := h.reserve(seller)
	var r struct {
		State  string
		Places []struct{ Seat int32 }
	}
	seller.want(200, "GET", at, nil, &r)
	if r.State != "held" || len(r.Places) != 1 {
		h.t.Errorf("the reservation is %+v", r)
	}
	seller.want(200, "POST", at+"/extend", map[string]any{"until": time.Now().Add(2 * time.Hour)}, nil)
	seller.want(200, "POST", at+"/release", map[string]any{"reason": "联系人放弃"}, &r)
	if r.State != "released" {
		h.t.Errorf("the reservation is %s after its release", r.State)
	}
}

// jobs are those of a node's answer about itself.
func (h *house) jobs(admin *page) (list []string) {
	h.t.Helper()
	var out struct {
		Nodes []struct {
			Here bool
			Jobs []string
		}
	}
	admin.want(200, "GET", "/api/v1/nodes", nil, &out)
	for _, n := range out.Nodes {
		if n.Here {
			list = n.Jobs
		}
	}
	return list
}

// everyJob is what an installation does by itself, once among all its nodes.
var everyJob = []string{
	"agents' news", "agents' webhooks", "binding tickets", "day close", "deliveries", "discounts", "erasing persons", "finding orders", "journal projection",
	"price programs", "reservations", "sales sweep", "sandbox notices", "simulated payments' notices", "text messages", "ticket maps to the seat engine", "waiting lists", "waiting rooms",
}

// PT-nodes: the node that serves a session and runs all jobs hangs (SIGSTOP) in
// the middle of a sale. The other takes its sessions over when the leases end,
// and every job; when the first goes on, it commits nothing of what it had
// begun, serves nothing, and no job runs twice.
func TestAHungNode(t *testing.T) {
	t.Parallel()
	a, b, front := nodes(t)
	at := map[*house]*crowd{}
	for _, h := range []*house{a, b} {
		at[h] = &crowd{h: h, up: make(chan struct{}), acked: map[ids.ID]order{}}
		close(at[h].up)
	}
	a.serves()
	admin := a.staff("platform-admin")
	for len(a.jobs(admin)) < len(everyJob) {
		t.Log("the first takes the jobs")
	}
	if got := a.jobs(admin); !slices.Equal(got, everyJob) {
		t.Errorf("the first runs %q", got)
	}
	b.start()
	for metric(t, b, "parterre_cluster_peers") == 0 {
		t.Log("the nodes look for each other")
	}
	front.set(b.listen) // the cashier's pages are at the node that goes on
	adminB := b.staff("platform-admin")
	if got := b.jobs(adminB); len(got) != 0 {
		t.Errorf("both run %q", got)
	}
	at[a].killAt.Store(100)
	at[a].signal = syscall.SIGSTOP
	at[a].dead = make(chan struct{}, 1)
	t.Cleanup(func() { _ = a.cmd.Process.Signal(syscall.SIGCONT) })
	var wg sync.WaitGroup
	for i := range 3 {
		for _, h := range []*house{a, b} {
			buyer := at[h].buyer(mathrand.New(mathrand.NewPCG(7, uint64(i)))) //nolint:gosec // repeatable on purpose
			wg.Go(buyer.run)
		}
	}
	<-at[a].dead
	before := at[b].told()
	health := b.client()
	for at[b].told() < before+10 { // the sale goes on without it
		_ = get(health, b.url("/healthz"))
	}
	if n := metric(t, b, "parterre_sessions_served"); n != 1 {
		t.Errorf("the second serves %v sessions", n)
	}
	for !slices.Equal(b.jobs(adminB), everyJob) {
		if len(b.jobs(adminB)) > len(everyJob) {
			t.Fatalf("the second runs %q", b.jobs(adminB))
		}
	}
	epochs := b.owner()
	must(t, a.cmd.Process.Signal(syscall.SIGCONT))
	at[a].goOn()
	at[a].closing.Store(true)
	at[b].closing.Store(true)
	wg.Wait()
	if n := metric(t, a, "parterre_sessions_served"); n != 0 {
		t.Errorf("the first serves %v sessions again", n)
	}
	for _, job := range a.jobs(admin) {
		if slices.Contains(b.jobs(adminB), job) {
			t.Errorf("%s runs on both", job)
		}
	}
	if got := b.owner(); got.node != "second" || got.epoch < epochs.epoch {
		t.Errorf("the session is %+v, it was %+v", got, epochs)
	}
	for id, o := range at[a].acked {
		at[b].acked[id] = o
	}
	at[b].verify()
	t.Logf("%d orders acknowledged, %d of them at the node that hung", len(at[b].acked), len(at[a].acked))
}

// lease says who serves the house's session.
type lease struct {
	node  string
	epoch int64
}

func (h *house) owner() (l lease) {
	h.t.Helper()
	h.admin(func(ctx context.Context, c *pgx.Conn) {
		must(h.t, c.QueryRow(ctx, "select split_part(owner, '/', 1), epoch from inventory.lease where session_id = $1", h.session.ID.String()).Scan(&l.node, &l.epoch))
	})
	return l
}
