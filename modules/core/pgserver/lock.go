package pgserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	lockFile  = "lock"
	stateFile = "server.json"
)

var errLocked = errors.New("locked by another process")

// state is what an attaching process must know about the running server.
type state struct {
	Owner int   // process id of the process that started the server
	Place place // where it is
}

// takeLock makes this process the owner of dir. The kernel gives the lock free when the process ends, however it ends.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o644) // holds a process id
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, err
	}
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return f, nil
}

func releaseLock(f *os.File) { _ = f.Close() }

func lockHolder(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, lockFile))
	if id := strings.TrimSpace(string(text)); err == nil && id != "" {
		return id
	}
	return "(unknown)"
}

// writeState replaces the file in one step, so that a reader sees all or nothing.
func writeState(dir string, st state) error {
	text, err := json.Marshal(st)
	if err != nil {
		return err
	}
	tmp := filepath.Join(dir, stateFile+".new")
	if err := os.WriteFile(tmp, text, 0o644); err != nil { // paths, no secret
		return fmt.Errorf("cannot note where the server is: %w", err)
	}
	return os.Rename(tmp, filepath.Join(dir, stateFile))
}

// attach waits until the owner has its server ready, and uses that.
func attach(ctx context.Context, cfg Config) (*Server, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if s, err := tryAttach(ctx, cfg); err == nil {
			return s, nil
		}
		if lock, err := takeLock(cfg.Dir); err == nil {
			// The owner went away while we waited: the next try may own the folder itself.
			releaseLock(lock)
			return Start(ctx, cfg)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("pgserver: process %s owns %s but its server does not get ready: %w", lockHolder(cfg.Dir), cfg.Dir, ctx.Err())
		case <-tick.C:
		}
	}
}

func tryAttach(ctx context.Context, cfg Config) (*Server, error) {
	text, err := os.ReadFile(filepath.Join(cfg.Dir, stateFile))
	if err != nil {
		return nil, err
	}
	var st state
	if err := json.Unmarshal(text, &st); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, place: st.Place}
	return s, s.ping(ctx)
}
