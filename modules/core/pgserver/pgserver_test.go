package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// testDir is a folder that the server's account can reach; t.TempDir is, since its parents are open.
func testDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pgserver-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "pg")
}

// stopped makes one cluster that all tests copy: initdb costs ten times as much as a copy.
var stopped = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("/tmp", "pgserver-test-")
	if err != nil {
		return "", err
	}
	stoppedDir = dir
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	s, err := Start(context.Background(), Config{Dir: filepath.Join(dir, "pg"), Fast: true})
	if err != nil {
		return dir, err
	}
	return dir, s.Stop()
})

var stoppedDir string // for TestMain to remove

// clusterDir is testDir with a cluster in it.
func clusterDir(t *testing.T) string {
	t.Helper()
	from, err := stopped()
	if err != nil {
		t.Fatal(err)
	}
	dir := testDir(t)
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", filepath.Join(from, "pg"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

func connect(t *testing.T, s *Server) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.DSN(Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func ask(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	var text string
	if err := conn.QueryRow(t.Context(), sql).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func do(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestKeepsDataOverARestart(t *testing.T) {
	t.Parallel()
	dir := testDir(t)
	first := start(t, Config{Dir: dir})
	do(t, connect(t, first), "create table kept (n int); insert into kept values (41)")
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		t.Fatalf("second Stop: %v", err)
	}
	select {
	case <-first.Done():
	default:
		t.Fatal("Done is open after Stop")
	}
	second := start(t, Config{Dir: dir})
	if got := ask(t, connect(t, second), "select n::text from kept"); got != "41" {
		t.Fatalf("after the restart: %s", got)
	}
}

func TestRunsClosedAndDurable(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Dir: clusterDir(t)})
	conn := connect(t, s)
	for name, want := range map[string]string{
		"listen_addresses": "", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on",
		"data_checksums": "on", "server_encoding": "UTF8", "lc_collate": "C.UTF-8", "TimeZone": "UTC",
	} {
		if got := ask(t, conn, "show "+name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, dir := range []string{s.DataDir(), s.SocketDir()} {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v, want 0700", dir, info.Mode().Perm())
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(status), "Uid:\t0\t") {
		t.Error("the server runs as root")
	}
	group, err := syscall.Getpgid(s.Pid())
	if err != nil || group == syscall.Getpgrp() {
		t.Errorf("the server is in our process group (%d, %v): Ctrl-C would end it before we have finished", group, err)
	}
}

func TestFastIsNotDurable(t *testing.T) {
	t.Parallel()
	conn := connect(t, start(t, Config{Dir: clusterDir(t), Fast: true, Settings: map[string]string{"max_connections": "33"}}))
	if fsync, limit := ask(t, conn, "show fsync"), ask(t, conn, "show max_connections"); fsync != "off" || limit != "33" {
		t.Fatalf("fsync %s, max_connections %s", fsync, limit)
	}
}

func TestInterruptedInitdb(t *testing.T) {
	t.Parallel()
	dir := testDir(t)
	half := filepath.Join(dir, "data.new", "base")
	if err := os.MkdirAll(half, 0o755); err != nil {
		t.Fatal(err)
	}
	start(t, Config{Dir: dir, Fast: true})
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the half-made cluster is still there: %v", err)
	}
}

func TestClearErrors(t *testing.T) {
	t.Parallel()
	t.Run("no binaries", func(t *testing.T) {
		t.Parallel()
		_, err := Start(t.Context(), Config{Dir: testDir(t), BinDir: t.TempDir()})
		if !errors.Is(err, ErrNoBinaries) {
			t.Fatal(err)
		}
	})
	t.Run("a cluster of another version", func(t *testing.T) {
		t.Parallel()
		dir := clusterDir(t)
		s := start(t, Config{Dir: dir, Fast: true})
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(s.DataDir(), "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "made by version 9") {
			t.Fatal(err)
		}
	})
	t.Run("a server that refuses to start shows its log", func(t *testing.T) {
		t.Parallel()
		_, err := Start(t.Context(), Config{Dir: clusterDir(t), Fast: true, Settings: map[string]string{"shared_buffers": "many"}})
		if err == nil || !strings.Contains(err.Error(), "shared_buffers") {
			t.Fatal(err)
		}
	})
	t.Run("a foreign folder with content", func(t *testing.T) {
		t.Parallel()
		dir := testDir(t)
		if err := os.MkdirAll(filepath.Join(dir, "data", "photos"), 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(t.Context(), Config{Dir: dir}); err == nil {
			t.Fatal("a folder with other content was taken")
		}
		if _, err := os.Stat(filepath.Join(dir, "data", "photos")); err != nil {
			t.Fatal("the content is gone")
		}
	})
}

func TestBinariesWithoutPath(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv("PG_BIN", "")
	if len(FindBinaries(t.Context())) == 0 {
		t.Fatal("without PATH no PostgreSQL is found, though Debian's lies in /usr/lib/postgresql")
	}
	t.Setenv("PG_BIN", t.TempDir())
	_, err := Start(t.Context(), Config{Dir: testDir(t)})
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "PG_BIN") {
		t.Fatal(err)
	}
}

// An error's statement, parameters and row values are personal data and stay out of the log. The second half is the
// control: with PostgreSQL's own defaults they would be there.
func TestLogHoldsNoValues(t *testing.T) {
	t.Parallel()
	const number = "11010519491231002X"
	for _, tt := range []struct {
		name     string
		settings map[string]string
		want     bool
	}{
		{"ours", nil, false},
		{"PostgreSQL's defaults", map[string]string{"log_min_error_statement": "error", "log_error_verbosity": "default"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := clusterDir(t)
			s := start(t, Config{Dir: dir, Fast: true, Settings: tt.settings})
			conn := connect(t, s)
			do(t, conn, "create table people (id text primary key); insert into people values ('"+number+"')")
			if _, err := conn.Exec(t.Context(), "insert into people values ('"+number+"')"); err == nil {
				t.Fatal("the second insert must fail")
			}
			text, err := os.ReadFile(filepath.Join(dir, "postgres.log"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "duplicate key") {
				t.Fatalf("the error is not in the log:\n%s", text)
			}
			if got := strings.Contains(string(text), number); got != tt.want {
				t.Errorf("number in the log: %v, want %v:\n%s", got, tt.want, text)
			}
		})
	}
}

func TestEnsureDatabase(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Dir: clusterDir(t), Fast: true})
	for _, want := range []string{"UTF8", "kept"} { // made, then found with its comment
		dsn, err := s.EnsureDatabase(t.Context(), `ho"use`)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		got := ask(t, conn, "select coalesce(shobj_description(oid, 'pg_database'), pg_encoding_to_char(encoding)) from pg_database where datname = current_database()")
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		do(t, conn, `comment on database "ho""use" is 'kept'`)
		_ = conn.Close(t.Context())
	}
}

func TestAttachNeverStarts(t *testing.T) {
	t.Parallel()
	dir := testDir(t)
	if _, err := Attach(t.Context(), dir); !errors.Is(err, ErrNotRunning) {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Fatal("Attach made the folder")
	}
	s := start(t, Config{Dir: dir, Fast: true})
	joined, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := joined.Stop(); err != nil {
		t.Fatal(err)
	}
	ask(t, connect(t, s), "select 'the owner still runs it'")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := Attach(t.Context(), dir); !errors.Is(err, ErrNotRunning) {
		t.Fatal(err)
	}
}

// When the tests run as root, the main ones run once more as an ordinary user.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this is the ordinary user's run")
	}
	t.Parallel()
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	home := testDir(t)
	if err := os.Mkdir(home, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(home, uid, gid); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(home, "pgserver.test")
	if err := os.WriteFile(binary, self, 0o755); err != nil { // a program
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	const tests = "TestKeepsDataOverARestart|TestRunsClosedAndDurable|TestOwnerKilled|TestServerKilled|TestLongPath|TestFolderOfAnotherUser"
	cmd := exec.CommandContext(ctx, binary, "-test.v", "-test.run", "^("+tests+")$")
	cmd.Dir, cmd.Env = home, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} // ids from the system
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want, got := len(strings.Split(tests, "|")), strings.Count(string(out), "--- PASS"); got != want {
		t.Fatalf("%d of %d tests passed:\n%s", got, want, out)
	}
}
