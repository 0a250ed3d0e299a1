package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parterre/migrations"
	"parterre/modules/core/db"
	"parterre/modules/core/pgserver"
)

const (
	namePrefix     = "pt_"     // pt_<run>_<n>: a test's database
	templatePrefix = "pttmpl_" // pttmpl_<hash of the migrations>
	keptTemplates  = 12

	runClass      = 0x70740001 // advisory locks (class, run) in the maintenance database: this run lives
	templateClass = 0x70740002 // (class, 0): one maker of templates at a time
)

// server is the cluster as one test process sees it.
type server struct {
	dsn   func(user, db string) string // for any role and database
	local bool                         // roles log in by themselves; else the admin's login changes to them
	run   uint32
	next  atomic.Int64
	admin *pgx.Conn // holds the run's advisory lock as long as the process lives; used under mu
	mu    sync.Mutex
	users *os.File // holds the file lock as long as the process lives

	template string
}

// connected brings the server up once per process. A failure is final too: every test tells it.
var connected = sync.OnceValues(func() (*server, error) {
	s, err := connect(context.Background())
	if err != nil {
		return nil, fmt.Errorf("dbtest: %w", err)
	}
	return s, nil
})

func connect(ctx context.Context) (*server, error) {
	s := &server{}
	var err error
	if text := os.Getenv(URLVar); text != "" {
		if s.dsn, err = urlDSN(text); err != nil {
			return nil, err
		}
	} else {
		s.local = true
		if s.dsn, s.users, err = enter(ctx); err != nil {
			return nil, err
		}
	}
	if s.admin, err = pgx.Connect(ctx, s.adminDSN("")); err != nil {
		return nil, fmt.Errorf("cannot connect: %w", err)
	}
	if err := s.register(ctx); err != nil {
		return nil, err
	}
	if err := s.sweep(ctx); err != nil {
		return nil, err
	}
	if err := s.ensureTemplate(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// urlDSN takes another server's URL apart: the role in it is the admin, other roles are changed to.
func urlDSN(text string) (func(user, db string) string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, errors.New(URLVar + " must be a URL such as postgres://admin@host/postgres")
	}
	return func(user, dbName string) string {
		out, q := *u, u.Query()
		if dbName != "" {
			out.Path = "/" + dbName
		}
		if user != "" {
			q.Set("role", user)
		}
		out.RawQuery = q.Encode()
		return out.String()
	}, nil
}

// adminDSN is the superuser's (or test admin's) login to a database, "" for the maintenance database.
func (s *server) adminDSN(name string) string {
	if !s.local {
		return s.dsn("", name)
	}
	if name == "" {
		name = "postgres"
	}
	return s.dsn(pgserver.Superuser, name)
}

func (s *server) appDSN(name string) string { return s.dsn(db.AppRole, name) }

// register takes a number that no living process has.
func (s *server) register(ctx context.Context) error {
	for {
		var b [4]byte
		_, _ = rand.Read(b[:])
		s.run = binary.BigEndian.Uint32(b[:])
		var mine bool
		if err := s.admin.QueryRow(ctx, "select pg_try_advisory_lock($1, $2)", runClass, int32(s.run)).Scan(&mine); err != nil { // the bits
			return err
		}
		if mine {
			return nil
		}
	}
}

// sweep drops the databases of processes that are no more.
func (s *server) sweep(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `select datname from pg_database where datname ~ '^pt_[0-9a-f]{8}_'`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		var run uint32
		if _, err := fmt.Sscanf(name, namePrefix+"%08x_", &run); err != nil || run == s.run {
			continue
		}
		if err := s.dropIfOrphan(ctx, name, int32(run)); err != nil { // the bits
			return err
		}
	}
	return nil
}

func (s *server) dropIfOrphan(ctx context.Context, name string, run int32) error {
	var orphan bool
	if err := s.admin.QueryRow(ctx, "select pg_try_advisory_lock($1, $2)", runClass, run).Scan(&orphan); err != nil || !orphan {
		return err
	}
	_, dropErr := s.admin.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)")
	_, err := s.admin.Exec(ctx, "select pg_advisory_unlock($1, $2)", runClass, run)
	return errors.Join(dropErr, err)
}

// ensureTemplate makes the migrated template unless it is there. Processes of other checkouts may make theirs at the
// same time: one after the other, since migrations also make roles, which all databases share.
func (s *server) ensureTemplate(ctx context.Context) error {
	hash, err := migrations.Hash()
	if err != nil {
		return err
	}
	s.template = templatePrefix + hash
	if there, err := s.exists(ctx, s.template); err != nil || there {
		return err
	}
	if _, err := s.admin.Exec(ctx, "select pg_advisory_lock($1, 0)", templateClass); err != nil {
		return err
	}
	defer func() { _, _ = s.admin.Exec(ctx, "select pg_advisory_unlock($1, 0)", templateClass) }()
	if there, err := s.exists(ctx, s.template); err != nil || there {
		return err
	}
	raw := s.template + "_raw"
	for _, sql := range []string{"drop database if exists " + raw + " with (force)", "create database " + raw + " template template0 encoding 'UTF8'"} {
		if _, err := s.admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make the template: %w", err)
		}
	}
	if err := migrations.Up(ctx, s.adminDSN(raw), nil); err != nil {
		return err
	}
	for _, sql := range []string{
		"alter database " + raw + " allow_connections false",
		"alter database " + raw + " rename to " + s.template,
	} {
		if _, err := s.admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make the template: %w", err)
		}
	}
	return s.dropOldTemplates(ctx)
}

func (s *server) exists(ctx context.Context, name string) (there bool, err error) {
	err = s.admin.QueryRow(ctx, "select exists(select from pg_database where datname = $1)", name).Scan(&there)
	return there, err
}

func (s *server) dropOldTemplates(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `select datname from pg_database where datname like 'pttmpl\_%' order by oid desc offset $1`, keptTemplates)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := s.admin.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

// create makes a database, from the template or without any schema, and returns its name.
func (s *server) create(ctx context.Context, migrated bool) (string, error) {
	name := fmt.Sprintf("%s%08x_%d", namePrefix, s.run, s.next.Add(1))
	from := "template0 encoding 'UTF8'"
	if migrated {
		from = s.template
	}
	err := s.exec(ctx, "create database "+name+" template "+from)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "3D000" {
		// Another checkout's run has taken our template for an old one.
		s.mu.Lock()
		err = s.ensureTemplate(ctx)
		s.mu.Unlock()
		if err == nil {
			err = s.exec(ctx, "create database "+name+" template "+from)
		}
	}
	if err != nil {
		return "", fmt.Errorf("dbtest: create database: %w", err)
	}
	return name, nil
}

func (s *server) drop(ctx context.Context, name string) error {
	return s.exec(ctx, "drop database if exists "+name+" with (force)")
}

// exec runs on a connection of its own, so that parallel tests do not queue.
func (s *server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.adminDSN(""))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
}

// redact keeps a password out of a message.
func redact(dsn string) string {
	if u, err := url.Parse(dsn); err == nil {
		return u.Redacted()
	}
	return strings.SplitN(dsn, "@", 2)[0]
}
