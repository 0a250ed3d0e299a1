package saleload

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/migrations"
	"parterre/modules/core/db"
	"parterre/modules/core/pgserver"
	"parterre/modules/inventory/inventorytest"
)

// server is a PostgreSQL of our own, durable, and how to measure it.
type server struct {
	pg     *pgserver.Server
	dir    string
	admin  *pgxpool.Pool
	db     *db.DB
	tenant int32
}

const (
	database   = "saleload"
	tenantSlug = "bench"
)

func start(ctx context.Context, opts Options) (s *server, err error) {
	s = &server{dir: opts.Dir}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("/var/tmp", "parterre-bench-"); err != nil {
			return nil, err
		}
		if err := os.Chmod(s.dir, 0o755); err != nil { //nolint:gosec // the server's user must get through
			return nil, err
		}
	}
	s.pg, err = pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(s.dir, "pg"), MaxConnections: 200, Settings: map[string]string{
		"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min", "fsync": "on", "synchronous_commit": "on",
		"track_wal_io_timing": "on", "jit": "off",
	}})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.stop(opts)
		}
	}()
	dsn, err := s.pg.EnsureDatabase(ctx, database)
	if err != nil {
		return s, err
	}
	if err = migrations.Up(ctx, dsn, nil); err != nil {
		return s, err
	}
	if s.admin, err = pgxpool.New(ctx, dsn); err != nil {
		return s, err
	}
	if err = s.prepare(ctx, dsn); err != nil {
		return s, err
	}
	s.db, err = db.Open(ctx, db.Config{DSN: s.pg.DSN(db.AppRole, database), MaxConns: 8})
	return s, err
}

func (s *server) prepare(ctx context.Context, dsn string) error {
	var have bool
	if err := s.admin.QueryRow(ctx, "select exists (select from pg_namespace where nspname = 'inventorytest')").Scan(&have); err != nil {
		return err
	}
	if !have {
		if err := inventorytest.InstallStrategies(ctx, dsn); err != nil {
			return err
		}
	}
	var durable string
	if err := s.admin.QueryRow(ctx, "select current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes')").Scan(&durable); err != nil {
		return err
	}
	if durable != "ononon" {
		return fmt.Errorf("saleload: the server is not durable (%s); the figures would mean nothing", durable)
	}
	return pgx.BeginFunc(ctx, s.admin, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select set_config('app.actor', 'system:bench', true)"); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "select tenant_id from core.tenant where slug = 'bench'").Scan(&s.tenant)
		if err == nil {
			return nil
		}
		return tx.QueryRow(ctx, "select core.add_tenant('bench', 'Bench', '', false)").Scan(&s.tenant)
	})
}

func (s *server) stop(opts Options) {
	if s.db != nil {
		s.db.Close()
	}
	if s.admin != nil {
		s.admin.Close()
	}
	_ = s.pg.Stop()
	if opts.Dir == "" {
		_ = os.RemoveAll(s.dir)
	}
}

// slow adds d to each flush: the leader of a group commit waits that long
// before it flushes, however many wait with it.
func (s *server) slow(ctx context.Context, d time.Duration) error {
	for _, q := range []string{
		fmt.Sprintf("alter system set commit_delay = %d", d.Microseconds()),
		"alter system set commit_siblings = 0", "select pg_reload_conf()",
	} {
		if _, err := s.admin.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// measured is the application name of the connections that are measured.
const measured = "parterre-inventory"

// cost is what was used up to a moment.
type cost struct {
	pg, app time.Duration // CPU
	wal     int64         // bytes
	flushes int64
}

func (c cost) minus(o cost) cost {
	return cost{c.pg - o.pg, c.app - o.app, c.wal - o.wal, c.flushes - o.flushes}
}

// measure reads the counters. Backends tell their flushes when they end, so
// the pools of what is measured must be closed by then.
func (s *server) measure(ctx context.Context) (c cost, err error) {
	for n := 1; n > 0; {
		if err := s.admin.QueryRow(ctx, "select count(*) from pg_stat_activity where application_name like $1 || '%'", measured).Scan(&n); err != nil {
			return c, err
		}
	}
	return s.used(ctx)
}

// used is measure without waiting for the backends' end.
func (s *server) used(ctx context.Context) (c cost, err error) {
	err = s.admin.QueryRow(ctx, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, wal_sync from pg_stat_wal").Scan(&c.wal, &c.flushes)
	if err != nil {
		return c, err
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return c, err
	}
	c.app = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	c.pg, err = treeCPU(s.pg.Pid())
	return c, err
}

// treeCPU is the CPU time of a process, its living children and those that ended.
func treeCPU(pid int) (time.Duration, error) {
	own, err := cpuOf(pid, true)
	if err != nil {
		return 0, err
	}
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0, err
	}
	for _, f := range strings.Fields(string(list)) {
		child, err := strconv.Atoi(f)
		if err != nil {
			continue
		}
		if d, err := cpuOf(child, true); err == nil {
			own += d
		}
	}
	return own, nil
}

func cpuOf(pid int, ended bool) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	if len(f) < 15 {
		return 0, fmt.Errorf("saleload: /proc/%d/stat is short", pid)
	}
	last := 13
	if ended {
		last = 15
	}
	var ticks int64
	for _, x := range f[11:last] {
		n, _ := strconv.ParseInt(x, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil // USER_HZ is 100 on Linux
}
