package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/apps/parterre/demo"
	"parterre/apps/parterre/suite"
	"parterre/codes"
	"parterre/modules/access"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/venue"
)

// binary is the program itself, built once for all tests of this package.
var binary string

func TestMain(m *testing.M) {
	if addr := os.Getenv(natsVar); addr != "" {
		runNATS(addr)
		return
	}
	dir, err := os.MkdirTemp("", "parterre-bin-")
	if err == nil {
		binary = filepath.Join(dir, "parterre")
		build := exec.Command("go", "build", "-o", binary, ".")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot build parterre:", err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// house is a running installation: one folder, and the process that serves it.
type house struct {
	t           *testing.T
	dir         string
	listen      string // the same through all starts
	lab         string
	front       string // a balancer's address; "" without one
	tenant      int32
	session     show.Session
	databaseURL string   // DATABASE_URL; "" for a private database
	env         []string // more of the environment
	named       bool     // each ticket of the session carries a name
	cmd         *exec.Cmd
	output      *output
	ended       chan error
}

// output keeps what a process writes and tells of lines that are waited for.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.more)
	o.more = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// wait returns when the output holds text, or ended has come.
func (o *output) wait(text string, ended <-chan error) bool {
	for {
		o.mu.Lock()
		found, more := strings.Contains(o.text.String(), text), o.more
		o.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-more:
		case <-ended:
			return false
		}
	}
}

// freePort names an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newHouse makes a folder that also the database's account can reach.
func newHouse(t *testing.T) *house {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "parterre-test-")
	must(t, err)
	must(t, os.Chmod(dir, 0o755)) //nolint:gosec // the database runs as another user when tests run as root
	h := &house{t: t, dir: dir, listen: freePort(t), lab: freePort(t)}
	t.Cleanup(func() {
		h.kill()
		_ = os.RemoveAll(dir)
	})
	return h
}

// command is `parterre serve` on the house's folder, with no outside database.
func (h *house) command(more ...string) (*exec.Cmd, *output) {
	args := append([]string{"serve", "--sandbox-payments", "--var", h.dir, "--listen", h.listen, "--http=", "--lab", h.lab}, more...)
	cmd := exec.Command(binary, args...)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PARTERRE_") && !strings.HasPrefix(e, "DATABASE_URL=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	if h.databaseURL != "" {
		cmd.Env = append(cmd.Env, "DATABASE_URL="+h.databaseURL)
	}
	cmd.Env = append(cmd.Env, h.env...)
	out := &output{more: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// start starts the server and returns when it says where it is.
func (h *house) start(more ...string) {
	h.t.Helper()
	h.cmd, h.output = h.command(more...)
	must(h.t, h.cmd.Start())
	h.ended = make(chan error, 1)
	gone := make(chan error)
	cmd, ended := h.cmd, h.ended
	go func() { ended <- cmd.Wait(); close(gone) }()
	if !h.output.wait("Ctrl-C stops everything.", gone) {
		h.t.Fatalf("the server does not start:\n%s", h.output)
	}
}

// kill ends the server as a power failure would.
func (h *house) kill() {
	if h.cmd == nil {
		return
	}
	_ = h.cmd.Process.Kill()
	<-h.ended
	h.cmd = nil
}

// stop ends it as an operator would, and wants a clean end.
func (h *house) stop() {
	h.t.Helper()
	must(h.t, h.cmd.Process.Signal(syscall.SIGTERM))
	if err := <-h.ended; err != nil {
		h.t.Errorf("the server ended with %v:\n%s", err, h.output)
	}
	h.cmd = nil
}

// client trusts the installation's own authority and keeps cookies.
func (h *house) client() *http.Client {
	h.t.Helper()
	pem, err := os.ReadFile(filepath.Join(h.dir, "tls", "ca.crt"))
	must(h.t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	jar, err := cookiejar.New(nil)
	must(h.t, err)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	h.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (h *house) url(path string) string {
	if h.front != "" {
		return "https://" + h.front + path
	}
	return "https://" + h.listen + path
}

// admin is the owner's view of the database that the server runs.
func (h *house) admin(fn func(context.Context, *pgx.Conn)) {
	h.t.Helper()
	ctx := context.WithoutCancel(h.t.Context())
	d, err := databaseFlags{Var: h.dir, DatabaseURL: h.databaseURL}.open(ctx, slog.New(slog.DiscardHandler), true)
	must(h.t, err)
	defer func() { _ = d.stop() }()
	c, err := pgx.Connect(ctx, d.AdminDSN)
	must(h.t, err)
	defer func() { _ = c.Close(ctx) }()
	fn(ctx, c)
}

// furnish makes a tenant with the demo world's theatre and a session on sale.
func (h *house) furnish() {
	h.t.Helper()
	ctx := h.t.Context()
	d, err := databaseFlags{Var: h.dir, DatabaseURL: h.databaseURL}.open(ctx, slog.New(slog.DiscardHandler), true)
	must(h.t, err)
	defer func() { _ = d.stop() }()
	pool, err := d.connect(ctx, clock.System{})
	must(h.t, err)
	defer pool.Close()
	app, err := suite.New(ctx, suite.Config{DB: pool, AdminDSN: d.AdminDSN, Var: h.dir, Clock: clock.System{}, Apps: suite.AllApps, BaseURL: h.url(""), Log: slog.New(slog.DiscardHandler)})
	must(h.t, err)
	defer app.Seats.Close()
	h.admin(func(ctx context.Context, c *pgx.Conn) {
		must(h.t, pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "select set_config('app.actor', 'system:test', true)"); err != nil {
				return err
			}
			if h.databaseURL != "" { // a database of dbtest has it
				return tx.QueryRow(ctx, "select tenant_id from core.tenant where slug = 'alpha'").Scan(&h.tenant)
			}
			return tx.QueryRow(ctx, "select core.add_tenant('alpha', '甲剧院', '', true)").Scan(&h.tenant)
		}))
	})
	ctx = db.System(ctx, h.tenant, "test")
	code, err := codes.ParseVenue("11010100101")
	must(h.t, err)
	v, err := app.Venues.Create(ctx, venue.NewVenue{Code: code, Name: "大剧院"})
	must(h.t, err)
	hall, err := app.Venues.AddHall(ctx, v.ID, "歌剧厅")
	must(h.t, err)
	document, err := demo.Plans.ReadFile("plans/theatre.plan.json")
	must(h.t, err)
	p, err := app.Maps.Import(ctx, hall.ID, document)
	must(h.t, err)
	p, err = app.Maps.Publish(ctx, p.ID, p.Version)
	must(h.t, err)
	h.session = onSale(h.t, ctx, app, hall.ID, p.ID, h.named)
	for _, role := range []access.Role{access.Seller, access.Finance, access.PlatformAdmin} {
		_, err := app.Access.CreateAccount(ctx, access.NewAccount{Login: string(role), Name: string(role), Password: salestest.Password, Roles: []access.Role{role}, Keep: true})
		must(h.t, err)
	}
}

func onSale(t *testing.T, ctx context.Context, app *suite.Suite, hall, planID ids.ID, named bool) show.Session { //nolint:revive // t first, as helpers have it
	t.Helper()
	sh, err := app.Shows.Create(ctx, show.Details{Kind: "performance", Title: "牡丹亭", PerformanceType: salestest.PerformanceType(), Organiser: "甲剧院", Minutes: 150})
	must(t, err)
	today := clock.DayOf(time.Now(), clock.Shanghai)
	sh, err = app.Shows.Approve(ctx, sh.ID, show.Approval{Number: "京文演〔2026〕1108号", Authority: "文旅局", Audience: 1480, ValidFrom: today, ValidTo: today.Add(90)})
	must(t, err)
	rules := show.DefaultRules()
	if rules.MaxTickets = 100; !named {
		rules.RealName = show.RealName{}
	}
	se, err := app.Shows.AddSession(ctx, sh.ID, show.NewSession{HallID: hall, PlanID: planID, StartsAt: time.Now().Add(30 * 24 * time.Hour), Rules: &rules})
	must(t, err)
	m, err := app.Maps.CreateMap(ctx, ticketmap.NewMap{PlanID: planID, SessionID: se.ID, Approved: se.Audience, Name: "首演"})
	must(t, err)
	for i := range m.Zones {
		m.Zones[i].Price = salestest.BalconyPrice + 10_000*money.Fen(i)
	}
	m, _, err = app.Maps.SetMap(ctx, m.ID, m.Version, m.MapContent)
	must(t, err)
	se, err = app.Shows.Move(ctx, se.ID, "on_sale", nil)
	must(t, err)
	return se
}
