package pgserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// helperVar makes the test binary play the owner of a server until it is killed (see helper).
const helperVar = "PARTERRE_PGSERVER_HELPER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVar); dir != "" {
		helper(dir)
	}
	code := m.Run()
	if stoppedDir != "" {
		_ = os.RemoveAll(stoppedDir)
	}
	os.Exit(code)
}

// helper starts a durable server, commits one row, leaves a second one uncommitted, says so and waits for its end.
func helper(dir string) {
	ctx := context.Background()
	s, err := Start(ctx, Config{Dir: dir})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	conn, err := pgx.Connect(ctx, s.DSN(Superuser, "postgres"))
	if err == nil {
		_, err = conn.Exec(ctx, "create table kept (n int); insert into kept values (1)")
	}
	if err == nil {
		_, err = conn.Exec(ctx, "begin; insert into kept values (2)")
	}
	fmt.Println("ready", err)
	_, _ = io.Copy(io.Discard, os.Stdin)
	select {}
}

// The owner is killed with SIGKILL during an open transaction: what was committed is there, the rest is not.
func TestOwnerKilled(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helperVar+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready <nil>\n" {
		t.Fatalf("helper said %q, %v", line, err)
	}
	if _, err := Start(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("a second start on the folder says %v, want ErrInUse naming process %d", err, cmd.Process.Pid)
	}
	joined := start(t, Config{Dir: dir, Attach: true})
	if got := ask(t, connect(t, joined), "select count(*)::text from kept"); got != "1" {
		t.Errorf("attached: %s rows", got)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	s := start(t, Config{Dir: dir})
	if got := ask(t, connect(t, s), "select string_agg(n::text, ',') from kept"); got != "1" {
		t.Fatalf("after the kill: rows %s, want only 1", got)
	}
}

// The server itself is killed: Done says so, its postmaster.pid stays behind, and the next start recovers.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, Config{Dir: dir})
	do(t, connect(t, s), "create table kept (n int); insert into kept values (1)")
	if err := syscall.Kill(s.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-t.Context().Done():
		t.Fatal("Done stays open after the server was killed")
	}
	if err := s.Stop(); err == nil {
		t.Error("Stop hides that the server was killed")
	}
	if _, err := os.Stat(filepath.Join(s.DataDir(), "postmaster.pid")); err != nil {
		t.Fatalf("the killed server left no postmaster.pid, so this proves nothing: %v", err)
	}
	again := start(t, Config{Dir: dir})
	if got := ask(t, connect(t, again), "select n::text from kept"); got != "1" {
		t.Fatalf("after recovery: %s", got)
	}
}

// Process ids are used again: a stale postmaster.pid may name a living process that is no server.
func TestStalePidFileOfALivingProcess(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, Config{Dir: dir})
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	bystander := exec.Command("sleep", "600")
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bystander.Process.Kill(); _ = bystander.Wait() }()
	stale := fmt.Sprintf("%d\n%s\n1700000000\n5432\n%s\n\n\n", bystander.Process.Pid, s.DataDir(), s.SocketDir())
	if err := os.WriteFile(filepath.Join(s.DataDir(), "postmaster.pid"), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, Config{Dir: dir})
	if err := bystander.Process.Signal(syscall.Signal(0)); err != nil {
		t.Fatal("the start ended a process that was none of its business")
	}
}
