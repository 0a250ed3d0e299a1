package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parterre/apps/parterre/suite"
	"parterre/apps/web"
	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/limit"
	"parterre/modules/core/localca"
	"parterre/modules/core/log"
)

// serveCmd is `parterre serve`.
type serveCmd struct {
	databaseFlags
	keyFlags
	Apps      []string      `help:"Apps to run: manage, sales, gate, report, lab." default:"manage,sales,gate,report,lab" enum:"manage,sales,gate,report,lab" env:"PARTERRE_APPS"`
	Listen    string        `help:"Address for HTTPS." default:"localhost:8443" env:"PARTERRE_LISTEN"`
	HTTP      string        `help:"Address for plain HTTP, which only redirects; empty turns it off." default:"localhost:8080" env:"PARTERRE_HTTP"`
	Proxies   []string      `help:"Addresses of proxies whose X-Forwarded-For is believed." env:"PARTERRE_PROXIES"`
	Lab       string        `help:"Address where the simulated regulators listen." default:"localhost:8444" env:"PARTERRE_LAB"`
	Demo      bool          `negatable:"" help:"Load the demo world if it is not there." env:"PARTERRE_DEMO"`
	Sandbox   bool          `name:"sandbox-payments" negatable:"" help:"Offer the sandbox payment provider, at which everybody can pay without money. For demonstrations and tests only; --demo turns it on." env:"PARTERRE_SANDBOX_PAYMENTS"`
	Guests    int           `help:"New buyers that one network address may have a minute; twice as many at once. 0 does not limit." default:"120" env:"PARTERRE_GUESTS"`
	Streams   int           `help:"Streams of live changes that one network address may have open. 0 does not limit." default:"200" env:"PARTERRE_STREAMS"`
	SimClock  string        `help:"Start a simulated clock at this time (RFC 3339); the lab can move it. For demonstrations and tests only." env:"PARTERRE_SIM_CLOCK"`
	Address   string        `help:"Public address (https://…) when a balancer stands before the nodes; default that of --listen." env:"PARTERRE_ADDRESS"`
	Cluster   clusterFlags  `embed:"" prefix:"cluster-"`
	LogJSON   bool          `help:"Log JSON lines." env:"PARTERRE_LOG_JSON"`
	Verbose   bool          `help:"Log every request." short:"v"`
	StopAfter time.Duration `help:"How long requests that have begun may take to finish at a stop." default:"20s"`
}

// Run implements the command. It serves until ctx ends, then stops in order:
// no new requests, the open ones finish, workers end, the database stops.
func (s *serveCmd) Run(ctx context.Context) error {
	logger := s.logger()
	ck, err := s.clock()
	if err != nil {
		return err
	}
	nodes, err := s.Cluster.config(s.databaseFlags, s.SimClock)
	if err != nil {
		return err
	}
	tlsListener, plain, lab, err := s.listen(ctx)
	if err != nil {
		return err
	}
	ca, err := localca.Open(localca.Config{Dir: filepath.Join(s.Var, "tls")})
	if err != nil {
		return err
	}
	data, err := s.open(ctx, logger, false)
	if err != nil {
		return err
	}
	defer func() { _ = data.stop() }()
	if err := data.migrate(ctx, func(line string) { logger.Info(line) }); err != nil {
		return err
	}
	d, err := data.connect(ctx, ck)
	if err != nil {
		return err
	}
	defer d.Close()
	device, closeDevice, err := s.device()
	if err != nil {
		return err
	}
	defer closeDevice()
	app, err := suite.New(ctx, suite.Config{
		KeyDevice: device, Limits: s.limits(),
		DB: d, AdminDSN: data.AdminDSN, AppDSN: data.AppDSN, Var: s.Var, Log: logger, Clock: ck, Proxies: s.Proxies, Apps: s.Apps,
		Version: version, BaseURL: s.public(), Node: s.Cluster.Node, Cluster: nodes, LabURL: address(s.Lab), Roots: roots(ca),
		Sandbox: s.Sandbox || s.Demo,
	})
	if err != nil {
		return err
	}
	stopWorkers, err := s.begin(ctx, app)
	if err != nil {
		return err
	}
	failed := s.answer(ctx, app, ca, tlsListener, plain, lab)
	s.announce(os.Stdout, data, ca, app)
	select {
	case <-ctx.Done():
		logger.Info("stopping: open requests may finish", "within", s.StopAfter)
	case err = <-failed:
		logger.Error("the server ended by itself", "err", err)
	case <-data.gone:
		err = errors.New("the private database ended by itself; see its log in " + filepath.Join(s.Var, "pg"))
	}
	if plain != nil {
		_ = plain.Close()
	}
	return errors.Join(err, app.HTTP.Stop(s.StopAfter), stopWorkers())
}

// begin loads the demo world, if it is asked for, and starts the workers.
func (s *serveCmd) begin(ctx context.Context, app *suite.Suite) (stopWorkers func() error, err error) {
	if s.Demo {
		if err := app.LoadDemo(ctx, progress(os.Stderr)); err != nil {
			return nil, fmt.Errorf("the demo world could not be loaded: %w", err)
		}
	}
	if stopWorkers, err = app.Start(ctx); err != nil || !s.Demo {
		return stopWorkers, err
	}
	if err := app.LoadOffers(ctx, progress(os.Stderr)); err != nil {
		return nil, errors.Join(fmt.Errorf("the demo world's offers could not be loaded: %w", err), stopWorkers())
	}
	return stopWorkers, nil
}

func (s *serveCmd) logger() *slog.Logger {
	level := slog.LevelInfo
	if s.Verbose {
		level = slog.LevelDebug
	}
	return log.New(os.Stderr, s.LogJSON, level)
}

// answer serves on the listeners; plain and lab may be nil. A server that ends
// by itself says so in failed.
func (s *serveCmd) answer(ctx context.Context, app *suite.Suite, ca *localca.CA, secure, plain, lab net.Listener) (failed <-chan error) {
	ended := make(chan error, 3)
	if app.Runs("lab") {
		go func() { ended <- app.Lab.Serve(ctx, tls.NewListener(lab, ca.TLSConfig())) }()
	}
	go func() { ended <- app.HTTP.Serve(secure, ca.TLSConfig()) }()
	if plain != nil {
		go func() { ended <- redirect(plain, address(s.Listen)) }()
	}
	return ended
}

// limits are on the machine's own clock: a simulated one may stand still.
func (s *serveCmd) limits() httpx.Limits {
	var l httpx.Limits
	if s.Guests > 0 {
		l.Guests = limit.NewRate(clock.System{}, 2*s.Guests, time.Minute/time.Duration(s.Guests))
	}
	if s.Streams > 0 {
		l.Streams = limit.NewGauge(s.Streams)
	}
	return l
}

// public is the address that buyers see.
func (s *serveCmd) public() string {
	if s.Address != "" {
		return strings.TrimSuffix(s.Address, "/")
	}
	return address(s.Listen)
}

func (s *serveCmd) clock() (clock.Clock, error) {
	if s.SimClock == "" {
		return clock.System{}, nil
	}
	t, err := time.Parse(time.RFC3339, s.SimClock)
	if err != nil {
		return nil, fmt.Errorf("--sim-clock must be a time such as 2026-11-23T10:00:00+08:00")
	}
	return clock.NewOffset(t), nil
}

// listen takes the ports before anything is started, so that a taken port is
// said at once and nothing is left running.
func (s *serveCmd) listen(ctx context.Context) (secure, plain, lab net.Listener, err error) {
	var lc net.ListenConfig
	var open []net.Listener
	take := func(addr, hint string) net.Listener {
		if err != nil || addr == "" {
			return nil
		}
		ln, failed := lc.Listen(ctx, "tcp", addr)
		if failed != nil {
			for _, o := range open {
				_ = o.Close()
			}
			err = fmt.Errorf("cannot listen on %s: %w; %s", addr, failed, hint)
			return nil
		}
		open = append(open, ln)
		return ln
	}
	secure = take(s.Listen, "choose another address with --listen")
	plain = take(s.HTTP, "choose another address with --http, or --http= to go without the redirect")
	if slices.Contains(s.Apps, "lab") {
		lab = take(s.Lab, "choose another address with --lab")
	}
	return secure, plain, lab, err
}

// roots trusts the local authority besides the system's, since the suite calls
// itself: the sandbox provider, and the simulated regulators.
func roots(ca *localca.CA) *x509.CertPool {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AddCert(ca.Root())
	return pool
}

func address(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "https://" + listen
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	if port == "443" {
		return "https://" + host
	}
	return "https://" + net.JoinHostPort(host, port)
}

// redirect answers plain HTTP with the https address and nothing else.
func redirect(ln net.Listener, to string) error {
	srv := &http.Server{
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusPermanentRedirect)
		}),
	}
	err := srv.Serve(ln)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// announce prints where to go, in one block.
func (s *serveCmd) announce(w io.Writer, data *database, ca *localca.CA, app *suite.Suite) {
	a := address(s.Listen)
	var b strings.Builder
	line := func(k, v string) { fmt.Fprintf(&b, "  %-12s %s\n", k, v) }
	b.WriteString("\n  Parterre 池座\n\n")
	line("manage 管理", a+"/manage/")
	line("counter 柜台", a+"/counter/")
	line("shop 购票", a+"/shop/")
	line("gate 检票", a+"/gate/")
	line("lab 监管沙箱", a+"/lab/")
	line("API", a+"/docs")
	line("database", data.Where)
	if s.Cluster.on() {
		line("node", app.Node()+"  (one of several)")
	}
	line("certificate", ca.RootFile()+"  (import once; SHA-256 "+ca.Fingerprint()[:23]+"…)")
	if logins := app.DemoLogins(); len(logins) > 0 {
		b.WriteString("\n  demo logins (login / password)\n")
		for _, l := range logins {
			fmt.Fprintf(&b, "    %-12s %-18s %s\n", l.Login, l.Password, l.Role)
		}
	}
	if !web.Built() {
		b.WriteString("\n  " + web.BuildHint + "\n")
	}
	b.WriteString("\n  Ctrl-C stops everything.\n\n")
	_, _ = io.WriteString(w, b.String())
}

// progress prints steps of long work on one line that is drawn over.
func progress(w io.Writer) suite.Progress {
	return func(step string, done, total int) {
		if total > 0 {
			fmt.Fprintf(w, "\r\033[K  %s %d/%d", step, done, total)
		} else {
			fmt.Fprintf(w, "\r\033[K  %s", step)
		}
		if step == "" || done == total {
			fmt.Fprintln(w)
		}
	}
}
