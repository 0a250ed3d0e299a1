package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parterre/apps/parterre/suite"
	"parterre/apps/web"
	"parterre/modules/core/clock"
	"parterre/modules/core/localca"
	"parterre/modules/core/log"
)

// serveCmd is `parterre serve`.
type serveCmd struct {
	databaseFlags
	Apps      []string      `help:"Apps to run: manage, sales, gate, report, lab." default:"manage,sales,gate,report,lab" enum:"manage,sales,gate,report,lab" env:"PARTERRE_APPS"`
	Listen    string        `help:"Address for HTTPS." default:"localhost:8443" env:"PARTERRE_LISTEN"`
	HTTP      string        `help:"Address for plain HTTP, which only redirects; empty turns it off." default:"localhost:8080" env:"PARTERRE_HTTP"`
	Proxies   []string      `help:"Addresses of proxies whose X-Forwarded-For is believed." env:"PARTERRE_PROXIES"`
	Demo      bool          `help:"Load the demo world if the database is empty." env:"PARTERRE_DEMO"`
	SimClock  string        `help:"Start a simulated clock at this time (RFC 3339); the lab can move it. For demonstrations and tests only." env:"PARTERRE_SIM_CLOCK"`
	LogJSON   bool          `help:"Log JSON lines." env:"PARTERRE_LOG_JSON"`
	Verbose   bool          `help:"Log every request." short:"v"`
	StopAfter time.Duration `help:"How long requests that have begun may take to finish at a stop." default:"20s"`
}

// Run implements the command. It serves until ctx ends, then stops in order:
// no new requests, the open ones finish, workers end, the database stops.
func (s *serveCmd) Run(ctx context.Context) error {
	level := slog.LevelInfo
	if s.Verbose {
		level = slog.LevelDebug
	}
	logger := log.New(os.Stderr, s.LogJSON, level)
	ck, err := s.clock()
	if err != nil {
		return err
	}
	tlsListener, plain, err := s.listen(ctx)
	if err != nil {
		return err
	}
	data, err := s.open(ctx, logger)
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
	app, err := suite.New(ctx, suite.Config{DB: d, AdminDSN: data.AdminDSN, AppDSN: data.AppDSN, Var: s.Var, Log: logger, Clock: ck, Proxies: s.Proxies, Apps: s.Apps, BaseURL: s.address()})
	if err != nil {
		return err
	}
	if s.Demo {
		if err := app.LoadDemo(ctx, progress(os.Stderr)); err != nil {
			return fmt.Errorf("the demo world could not be loaded: %w", err)
		}
	}
	ca, err := localca.Open(localca.Config{Dir: filepath.Join(s.Var, "tls")})
	if err != nil {
		return err
	}
	stopWorkers, err := app.Start(ctx)
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- app.HTTP.Serve(tlsListener, ca.TLSConfig()) }()
	if plain != nil {
		go func() { failed <- redirect(plain, s.address()) }()
	}
	s.announce(os.Stdout, data, ca, app)
	select {
	case <-ctx.Done():
		logger.Info("stopping: open requests may finish", "within", s.StopAfter)
	case err = <-failed:
		logger.Error("the server ended by itself", "err", err)
	}
	if plain != nil {
		_ = plain.Close()
	}
	return errors.Join(err, app.HTTP.Stop(s.StopAfter), stopWorkers())
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
func (s *serveCmd) listen(ctx context.Context) (secure, plain net.Listener, err error) {
	var lc net.ListenConfig
	secure, err = lc.Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --listen", s.Listen, err)
	}
	if s.HTTP == "" {
		return secure, nil, nil
	}
	plain, err = lc.Listen(ctx, "tcp", s.HTTP)
	if err != nil {
		_ = secure.Close()
		return nil, nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --http, or --http= to go without the redirect", s.HTTP, err)
	}
	return secure, plain, nil
}

func (s *serveCmd) address() string {
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return "https://" + s.Listen
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
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusPermanentRedirect)
		})}
	err := srv.Serve(ln)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// announce prints where to go, in one block.
func (s *serveCmd) announce(w io.Writer, data *database, ca *localca.CA, app *suite.Suite) {
	a := s.address()
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

