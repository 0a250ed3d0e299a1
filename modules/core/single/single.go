// Package single lets a job run on one process only, of all that work on a
// database: whoever holds the job's advisory lock. A process that dies loses
// its locks with its connection, and another takes over within a second or so.
//
// The locks belong to one connection that is kept beside the pool. While it is
// not known to live, the jobs are stopped. A process that was paused may for a
// moment work beside the new holder, so jobs must still be right when two run:
// the lock spares work and doubled effort, transactions keep the truth.
package single

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Jobs holds this process's locks. It is safe for concurrent use.
type Jobs struct {
	pool  *pgxpool.Pool
	log   *slog.Logger
	every time.Duration

	mu   sync.Mutex
	conn *pgx.Conn
	lost chan struct{} // closed when conn is not trusted any more
	held []string
}

// New makes Jobs that connect as pool does.
func New(pool *pgxpool.Pool, log *slog.Logger) *Jobs {
	if log == nil {
		log = slog.Default()
	}
	return &Jobs{pool: pool, log: log, every: time.Second}
}

// Run calls f while this process holds the job, and returns when ctx ends or f
// returns by itself. f's context ends when the lock is lost; it is then called
// again once the lock is held again.
func (j *Jobs) Run(ctx context.Context, job string, f func(context.Context)) {
	for told := false; ctx.Err() == nil; {
		lost, err := j.take(ctx, job)
		if err == nil && lost != nil {
			told = false
			if j.work(ctx, job, lost, f) {
				return
			}
			continue
		}
		if err != nil && !told && ctx.Err() == nil {
			told = true
			j.log.Warn("a job waits: its lock cannot be asked for", "job", job, "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(j.every): //nolint:forbidigo // a polling pace, not a time of day
		}
	}
}

// work runs f under the lock and reports whether f is done with.
func (j *Jobs) work(ctx context.Context, job string, lost <-chan struct{}, f func(context.Context)) bool {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-lost:
			cancel()
		case <-stop:
		}
	}()
	f(own)
	if own.Err() != nil && ctx.Err() == nil {
		j.log.Warn("a job was stopped: its lock was lost", "job", job)
		return false
	}
	j.give(job)
	return true
}

// Held lists the jobs that this process holds.
func (j *Jobs) Held() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.held)
}

// Close gives all locks back.
func (j *Jobs) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.drop()
}

// take asks for a job's lock; lost is nil when another process has it.
func (j *Jobs) take(ctx context.Context, job string) (lost <-chan struct{}, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if j.conn == nil {
		if err := j.connect(ctx); err != nil {
			return nil, err
		}
	}
	if slices.Contains(j.held, job) {
		return nil, errors.New("single: this process runs the job already")
	}
	var got bool
	if err := j.conn.QueryRow(ctx, "select pg_try_advisory_lock(hashtextextended($1, 20261122))", "parterre job "+job).Scan(&got); err != nil {
		j.drop()
		return nil, err
	}
	if !got {
		return nil, nil
	}
	j.held = append(j.held, job)
	return j.lost, nil
}

func (j *Jobs) give(job string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.Index(j.held, job)
	if i < 0 || j.conn == nil {
		return
	}
	j.held = slices.Delete(j.held, i, i+1)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := j.conn.Exec(ctx, "select pg_advisory_unlock(hashtextextended($1, 20261122))", "parterre job "+job); err != nil {
		j.drop()
	}
}

// connect opens the connection and watches it. A server that does not hear of
// this machine any more gives the locks to others after about ten seconds.
func (j *Jobs) connect(ctx context.Context) error {
	cfg := j.pool.Config().ConnConfig
	cfg.RuntimeParams["application_name"] = "parterre jobs"
	cfg.RuntimeParams["tcp_keepalives_idle"] = "4"
	cfg.RuntimeParams["tcp_keepalives_interval"] = "2"
	cfg.RuntimeParams["tcp_keepalives_count"] = "3"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	j.conn, j.lost = conn, make(chan struct{})
	go j.watch(conn, j.lost)
	return nil
}

// watch asks the connection again and again whether it lives.
func (j *Jobs) watch(conn *pgx.Conn, lost <-chan struct{}) {
	tick := time.NewTicker(j.every)
	defer tick.Stop()
	for {
		select {
		case <-lost:
			return
		case <-tick.C:
		}
		j.mu.Lock()
		if j.conn == conn {
			ctx, cancel := context.WithTimeout(context.Background(), 3*j.every)
			if err := conn.Ping(ctx); err != nil {
				j.drop()
			}
			cancel()
		}
		j.mu.Unlock()
	}
}

// drop ends the connection and all that rests on it. The lock is held.
func (j *Jobs) drop() {
	if j.conn == nil {
		return
	}
	close(j.lost)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = j.conn.Close(ctx)
	j.conn, j.held = nil, nil
}
