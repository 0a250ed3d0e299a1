package single_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/single"
)

// node is one process's jobs; held tells when the job runs there, done when it
// has stopped.
type node struct {
	jobs       *single.Jobs
	held, done chan struct{}
	stop       context.CancelFunc
}

func start(t *testing.T, d *dbtest.DB, wg *sync.WaitGroup) *node {
	t.Helper()
	own, err := db.Open(t.Context(), db.Config{DSN: d.AppDSN, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(own.Close)
	ctx, stop := context.WithCancel(t.Context())
	n := &node{jobs: single.New(own.Pool(), nil), held: make(chan struct{}, 10), done: make(chan struct{}, 10), stop: stop}
	wg.Go(func() {
		n.jobs.Run(ctx, "sweep", func(ctx context.Context) {
			n.held <- struct{}{}
			<-ctx.Done()
			n.done <- struct{}{}
		})
	})
	return n
}

// Of several processes one runs a job; when it stops, or its connection dies,
// another does, and the first stops.
func TestOneRunsTheJob(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	var wg sync.WaitGroup
	a := start(t, d, &wg)
	<-a.held
	b := start(t, d, &wg)
	c, err := pgx.Connect(t.Context(), d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	locks := func() (n int) {
		if err := c.QueryRow(t.Context(), "select count(*) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := locks(); n != 1 || len(a.jobs.Held()) != 1 || len(b.jobs.Held()) != 0 {
		t.Errorf("%d locks, a holds %v, b holds %v", n, a.jobs.Held(), b.jobs.Held())
	}
	if _, err := c.Exec(t.Context(), `select pg_terminate_backend(l.pid) from pg_locks l where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`); err != nil {
		t.Fatal(err)
	}
	<-a.done // whoever lost its lock stops
	first, second := a, b
	select {
	case <-b.held:
		first, second = b, a
	case <-a.held: // it may be the first to ask again
	}
	first.stop()
	<-first.done
	<-second.held
	second.stop()
	<-second.done
	wg.Wait()
	if n := locks(); n != 0 {
		t.Errorf("%d locks are left", n)
	}
}

// Two jobs of one process share its connection, and the same job cannot run twice in it.
func TestJobsOfOneProcess(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	own, err := db.Open(t.Context(), db.Config{DSN: d.AppDSN, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	jobs := single.New(own.Pool(), nil)
	in, out := make(chan string), make(chan struct{})
	var wg sync.WaitGroup
	for _, job := range []string{"one", "two"} {
		wg.Go(func() {
			jobs.Run(t.Context(), job, func(context.Context) { in <- job; <-out })
		})
	}
	got := map[string]bool{<-in: true, <-in: true}
	if !got["one"] || !got["two"] || len(jobs.Held()) != 2 {
		t.Errorf("%v ran, %v held", got, jobs.Held())
	}
	close(out)
	wg.Wait()
	if held := jobs.Held(); len(held) != 0 {
		t.Errorf("%v are still held", held)
	}
	jobs.Close()
}
