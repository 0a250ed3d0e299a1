package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postmaster is the running server process.
type postmaster struct {
	pid  int
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	err  error         // how it ended; valid after done
}

// launch starts the server and waits until it takes connections.
func launch(ctx context.Context, bin Binaries, p place, cfg Config) (*postmaster, error) {
	logFile, from, err := openLog(p.Log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = logFile.Close() }()
	cmd := exec.Command(filepath.Join(bin.Dir, "postgres"), append([]string{"-D", p.Data}, settings(p, cfg)...)...) // ends by Stop, not with ctx
	cmd.Dir, cmd.Env, cmd.SysProcAttr = p.Root, serverEnv(), processAttr(p.Account)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	pm := &postmaster{cmd: cmd, done: make(chan struct{})}
	if err := pm.run(); err != nil {
		return nil, fmt.Errorf("cannot run %s as user %s: %w", cmd.Path, p.Account.Name, err)
	}
	if err := pm.awaitReady(ctx, p, cfg.Log); err != nil {
		_ = pm.stop()
		return nil, fmt.Errorf("the server did not start: %w\n%s", err, tail(p.Log, from))
	}
	return pm, nil
}

// run starts the process from a goroutine that keeps its thread until the process has ended: the kernel sends the
// death signal when the *thread* that forked ends, and Go ends idle threads as it likes.
func (pm *postmaster) run() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := pm.cmd.Start()
		if err == nil {
			pm.pid = pm.cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		pm.err = pm.cmd.Wait()
		close(pm.done)
	}()
	return <-started
}

// awaitReady watches the state line of postmaster.pid, as pg_ctl does. Recovery after a crash may take long, so it
// says every few seconds that it still waits.
func (pm *postmaster) awaitReady(ctx context.Context, p place, log *slog.Logger) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	note := time.NewTicker(3 * time.Second)
	defer note.Stop()
	for {
		if pid, status := readPidFile(p.Data); pid == pm.pid && status == "ready" {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-pm.done:
			return fmt.Errorf("it ended at once (%w)", orNil(pm.err))
		case <-note.C:
			log.Info("the database is still starting (recovery after a crash takes its time)")
		case <-tick.C:
		}
	}
}

func orNil(err error) error {
	if err == nil {
		return errors.New("without an error")
	}
	return err
}

// readPidFile gives the first and the eighth line of postmaster.pid: process id and state. 0 if there is none.
func readPidFile(data string) (pid int, status string) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(text), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	if len(lines) > 7 {
		status = strings.TrimSpace(lines[7])
	}
	return pid, status
}

// stopSteps are the ways to end a server, from polite to rude, with the time each gets.
var stopSteps = []struct {
	signal syscall.Signal
	wait   time.Duration
}{
	{syscall.SIGINT, 30 * time.Second},  // fast shutdown: roll back, checkpoint, end
	{syscall.SIGQUIT, 10 * time.Second}, // immediate: no checkpoint, recovery at the next start
	{syscall.SIGKILL, 5 * time.Second},
}

func (pm *postmaster) stop() error {
	for _, step := range stopSteps {
		_ = pm.cmd.Process.Signal(step.signal)
		select {
		case <-pm.done:
			if pm.err != nil {
				return fmt.Errorf("pgserver: the server ended badly: %w", pm.err)
			}
			return nil
		case <-time.After(step.wait):
		}
	}
	return fmt.Errorf("pgserver: process %d does not end", pm.pid)
}

// endRemains deals with what a killed owner left: a server that is still shutting down, or a postmaster.pid whose
// number may belong to some other process by now, at which PostgreSQL would refuse to start. The caller holds the
// lock, so no living Parterre owns them.
func endRemains(ctx context.Context, p place, log *slog.Logger) error {
	pid, _ := readPidFile(p.Data)
	if pid == 0 {
		return nil
	}
	if runsCluster(pid, p.Data) {
		log.Info("ending the database server of a process that was killed", "pid", pid)
		if err := endProcess(ctx, pid, p.Data); err != nil {
			return err
		}
	}
	err := os.Remove(filepath.Join(p.Data, "postmaster.pid"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("cannot remove a stale postmaster.pid: %w", err)
	}
	return nil
}

func endProcess(ctx context.Context, pid int, data string) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for _, step := range stopSteps {
		_ = syscall.Kill(pid, step.signal)
		limit := time.After(step.wait)
		for waiting := true; waiting; {
			if !runsCluster(pid, data) {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-limit:
				waiting = false
			case <-tick.C:
			}
		}
	}
	return fmt.Errorf("the database server of a killed process, %d, does not end; end it by hand", pid)
}
