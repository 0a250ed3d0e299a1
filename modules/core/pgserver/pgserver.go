package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Superuser is the role that initdb makes: for migrations and maintenance. The application logs in as db.AppRole.
const Superuser = "postgres"

// port names the socket file (.s.PGSQL.5432); nothing listens on TCP.
const port = 5432

// Config says which server Start has to bring up. The zero value of every field but Dir is usable.
type Config struct {
	// Dir is the folder of the cluster, e.g. var/pg. It is made if missing.
	Dir string
	// Fast turns fsync, full_page_writes and synchronous_commit off: several times faster, and a machine that loses
	// power loses the data. For tests only.
	Fast bool
	// Attach lets Start join a server which another process has started on the same Dir, instead of failing. Stop then
	// leaves that server alone.
	Attach bool
	// MaxConnections is the server's limit; 0 means 120.
	MaxConnections int
	// Settings are further server settings, e.g. {"shared_buffers": "512MB"}; they win over the package's own.
	Settings map[string]string
	// BinDir forces the folder of initdb and postgres; empty means: search (see FindBinaries).
	BinDir string
	// Log receives a line for each step a person may wait for; nil means silence.
	Log *slog.Logger
}

// Server is a running PostgreSQL. Its methods may be called from any goroutine.
type Server struct {
	cfg       Config
	bin       Binaries
	place     place
	lock      *os.File
	proc      *postmaster // nil when attached
	stopOnce  sync.Once
	stopError error
}

// ErrNotRunning is wrapped by Attach's error when nobody has a server running on the folder.
var ErrNotRunning = errors.New("no server is running on the database folder")

// ErrInUse is wrapped by Start's error when another process owns the folder and Attach is off.
var ErrInUse = errors.New("the database folder is in use")

// Start brings the server of cfg.Dir up and returns when it answers queries. ctx bounds the starting only; the server
// then runs until Stop, or until this process ends in whatever way.
//
// It fails, with a sentence that says what to do, when no PostgreSQL is installed (ErrNoBinaries), when the folder is
// in use (ErrInUse), belongs to someone else or holds a cluster of another major version, and when the server refuses
// to start (the end of its log is part of the error).
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil || cfg.Dir == "" {
		return nil, fmt.Errorf("pgserver: database folder %q: not a usable path", cfg.Dir)
	}
	cfg.Dir = dir
	if err := makeReachableDir(dir); err != nil {
		return nil, fmt.Errorf("pgserver: cannot make the database folder: %w", err)
	}
	lock, err := takeLock(dir)
	if errors.Is(err, errLocked) {
		if cfg.Attach {
			return attach(ctx, cfg)
		}
		return nil, fmt.Errorf("pgserver: %s: %w by process %s; stop that one first", dir, ErrInUse, lockHolder(dir))
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("pgserver: %s belongs to user %s, but this is user %s; run as the former (or as root), or name another folder: %w",
			dir, ownerName(dir), userName(os.Geteuid()), err)
	}
	if err != nil {
		return nil, fmt.Errorf("pgserver: cannot lock %s: %w", dir, err)
	}
	s := &Server{cfg: cfg, lock: lock}
	if err := s.bringUp(ctx); err != nil {
		releaseLock(lock)
		return nil, fmt.Errorf("pgserver: %w", err)
	}
	return s, nil
}

// Attach joins the server that another process runs on dir. Unlike Start it never starts one, and makes no folder.
func Attach(ctx context.Context, dir string) (*Server, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("pgserver: database folder %q: %w", dir, err)
	}
	s, err := tryAttach(ctx, Config{Dir: abs})
	if err != nil {
		return nil, fmt.Errorf("pgserver: %s: %w: %w", abs, ErrNotRunning, err)
	}
	return s, nil
}

// bringUp does the steps of a start while the lock is held.
func (s *Server) bringUp(ctx context.Context) error {
	who, err := chooseAccount(s.cfg.Dir)
	if err != nil {
		return err
	}
	if s.place, err = choosePlace(s.cfg.Dir, who, s.cfg.Log); err != nil {
		return err
	}
	if err := endRemains(ctx, s.place, s.cfg.Log); err != nil {
		return err
	}
	if s.bin, err = chooseBinaries(ctx, s.cfg.BinDir, s.place); err != nil {
		return err
	}
	if err := ensureCluster(ctx, s.bin, s.place, s.cfg); err != nil {
		return err
	}
	if s.proc, err = launch(ctx, s.bin, s.place, s.cfg); err != nil {
		return err
	}
	if err := s.ping(ctx); err != nil {
		_ = s.proc.stop()
		return fmt.Errorf("the server started but does not answer: %w", err)
	}
	if err := writeState(s.cfg.Dir, state{Owner: os.Getpid(), Place: s.place}); err != nil {
		_ = s.proc.stop()
		return err
	}
	s.cfg.Log.Info("database ready", "dir", s.place.Data, "postgres", s.bin.Version)
	return nil
}

func (s *Server) ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.DSN(Superuser, "postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// DSN is the connection URL of a role and a database of this server. Neither has to exist.
func (s *Server) DSN(user, db string) string {
	q := url.Values{}
	q.Set("host", s.place.Socket)
	q.Set("port", strconv.Itoa(port))
	q.Set("sslmode", "disable")
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + db, RawQuery: q.Encode()}
	return u.String()
}

// EnsureDatabase makes a UTF-8 database unless it is there, and returns the superuser's DSN of it, which is what
// migrations take; they make the roles.
func (s *Server) EnsureDatabase(ctx context.Context, name string) (string, error) {
	conn, err := pgx.Connect(ctx, s.DSN(Superuser, "postgres"))
	if err != nil {
		return "", fmt.Errorf("pgserver: make database %s: %w", name, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var there bool
	if err := conn.QueryRow(ctx, `select exists(select from pg_database where datname = $1)`, name).Scan(&there); err != nil {
		return "", fmt.Errorf("pgserver: make database %s: %w", name, err)
	}
	if !there {
		_, err := conn.Exec(ctx, `create database `+pgx.Identifier{name}.Sanitize()+` encoding 'UTF8' template template0`)
		if err != nil {
			return "", fmt.Errorf("pgserver: make database %s: %w", name, err)
		}
	}
	return s.DSN(Superuser, name), nil
}

// DataDir is where the cluster really lives.
func (s *Server) DataDir() string { return s.place.Data }

// SocketDir is the folder of the unix socket.
func (s *Server) SocketDir() string { return s.place.Socket }

// Pid is the process id of the postmaster, 0 when attached to the server of another process.
func (s *Server) Pid() int {
	if s.proc == nil {
		return 0
	}
	return s.proc.pid
}

// Done is closed when the server has ended, asked or not; nil when attached.
func (s *Server) Done() <-chan struct{} {
	if s.proc == nil {
		return nil
	}
	return s.proc.done
}

// Stop ends the server (fast shutdown: open transactions are rolled back, committed ones are kept) and gives the
// folder free. Later calls return the first one's answer.
func (s *Server) Stop() error {
	s.stopOnce.Do(func() {
		if s.proc == nil {
			return
		}
		s.stopError = s.proc.stop()
		_ = os.Remove(filepath.Join(s.cfg.Dir, stateFile))
		releaseLock(s.lock)
	})
	return s.stopError
}
