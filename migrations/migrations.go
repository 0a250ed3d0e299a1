package migrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// Owner is the role that owns the schema; nobody logs in as it.
const Owner = "parterre_owner"

// Step is one migration.
type Step struct {
	Number   int
	Name     string
	Up, Down string // SQL text
}

// State is a step with what the database knows of it.
type State struct {
	Step
	Applied bool
	Changed bool // the text differs from what was applied
}

var fileName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$`)

// Steps reads the embedded files and checks that they are complete pairs with
// unique numbers.
func Steps() ([]Step, error) { return steps(files) }

func steps(fsys fs.FS) ([]Step, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	byNumber := map[int]*Step{}
	for _, e := range entries {
		m := fileName.FindStringSubmatch(e.Name())
		if m == nil {
			return nil, fmt.Errorf("migrations: %s is not NNNN_name.up.sql or .down.sql", e.Name())
		}
		n, _ := strconv.Atoi(m[1])
		s := byNumber[n]
		if s == nil {
			s = &Step{Number: n, Name: m[2]}
			byNumber[n] = s
		}
		if s.Name != m[2] {
			return nil, fmt.Errorf("migrations: number %04d is used by %s and %s", n, s.Name, m[2])
		}
		text, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, err
		}
		if m[3] == "up" {
			s.Up = string(text)
		} else {
			s.Down = string(text)
		}
	}
	out := make([]Step, 0, len(byNumber))
	for _, s := range byNumber {
		if s.Up == "" || s.Down == "" {
			return nil, fmt.Errorf("migrations: %04d_%s lacks its up or down file", s.Number, s.Name)
		}
		out = append(out, *s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Number < out[j].Number })
	return out, nil
}

// Hash identifies the whole set of up files; test databases are cached by it.
func Hash() (string, error) {
	list, err := Steps()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, s := range list {
		fmt.Fprintf(h, "%04d %s %d\n%s", s.Number, s.Name, len(s.Up), s.Up)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

const lockKey = 0x7061727465727265 // "parterre": one migrator at a time

const bootstrap = `
do $$
begin
  if not exists (select from pg_roles where rolname = 'parterre_owner') then
    create role parterre_owner nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'parterre_app') then
    create role parterre_app login nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
  if not pg_has_role(current_user, 'parterre_owner', 'member') then
    execute format('grant parterre_owner to %I', current_user);
  end if;
  execute format('grant create, connect on database %I to parterre_owner', current_database());
  execute format('grant connect on database %I to parterre_app', current_database());
end $$;
create schema if not exists migration authorization parterre_owner;
set role parterre_owner;
create table if not exists migration.step (
  number int primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now());
`

// with opens an own connection as the owner, alone among migrators.
func with(ctx context.Context, dsn string, fn func(*pgx.Conn, map[int]string) error) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("migrations: cannot connect: %w", err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	if _, err := c.Exec(ctx, fmt.Sprintf("select pg_advisory_lock(%d)", lockKey)); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, bootstrap, pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("migrations: cannot prepare roles and the step table (the role must be allowed to create roles): %w", err)
	}
	rows, err := c.Query(ctx, "select number, sha256 from migration.step")
	if err != nil {
		return err
	}
	applied := map[int]string{}
	var n int
	var s string
	if _, err := pgx.ForEachRow(rows, []any{&n, &s}, func() error { applied[n] = s; return nil }); err != nil {
		return err
	}
	return fn(c, applied)
}

// ErrChanged says that an applied step's text was edited afterwards.
var ErrChanged = errors.New("migrations: an applied step was changed afterwards; write a new step instead")

// Up applies what is missing, each step in a transaction of its own. report,
// if not nil, is told of each step done.
func Up(ctx context.Context, dsn string, report func(Step)) error {
	list, err := Steps()
	if err != nil {
		return err
	}
	return with(ctx, dsn, func(c *pgx.Conn, applied map[int]string) error {
		for _, s := range list {
			if old, ok := applied[s.Number]; ok {
				if old != sum(s.Up) {
					return fmt.Errorf("%w (%04d_%s)", ErrChanged, s.Number, s.Name)
				}
				continue
			}
			err := run(ctx, c, s.Up, "insert into migration.step (number, name, sha256) values ($1, $2, $3)", s.Number, s.Name, sum(s.Up))
			if err != nil {
				return fmt.Errorf("migrations: %04d_%s up: %w", s.Number, s.Name, err)
			}
			if report != nil {
				report(s)
			}
		}
		return nil
	})
}

// Down takes back the newest steps down to and excluding number to; 0 takes
// back all.
func Down(ctx context.Context, dsn string, to int, report func(Step)) error {
	list, err := Steps()
	if err != nil {
		return err
	}
	return with(ctx, dsn, func(c *pgx.Conn, applied map[int]string) error {
		for i := len(list) - 1; i >= 0; i-- {
			s := list[i]
			if _, ok := applied[s.Number]; !ok || s.Number <= to {
				continue
			}
			if err := run(ctx, c, s.Down, "delete from migration.step where number = $1", s.Number); err != nil {
				return fmt.Errorf("migrations: %04d_%s down: %w", s.Number, s.Name, err)
			}
			if report != nil {
				report(s)
			}
		}
		return nil
	})
}

// Status lists every step.
func Status(ctx context.Context, dsn string) ([]State, error) {
	list, err := Steps()
	if err != nil {
		return nil, err
	}
	var out []State
	err = with(ctx, dsn, func(_ *pgx.Conn, applied map[int]string) error {
		for _, s := range list {
			old, ok := applied[s.Number]
			out = append(out, State{Step: s, Applied: ok, Changed: ok && old != sum(s.Up)})
		}
		return nil
	})
	return out, err
}

func run(ctx context.Context, c *pgx.Conn, text, mark string, args ...any) error {
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, text, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, mark, args...)
		return err
	})
}
