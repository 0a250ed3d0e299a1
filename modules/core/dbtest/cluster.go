package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"parterre/modules/core/pgserver"
)

// URLVar names another server for the tests.
const URLVar = "PARTERRE_TEST_DATABASE_URL"

const (
	keeperVar = "PARTERRE_DBTEST_KEEPER" // set in the keeper: the folder
	nonceVar  = "PARTERRE_DBTEST_NONCE"  // set in the keeper: where it tells a failure
	linger    = 20 * time.Second         // between two packages of one run there is often no user
	patience  = 2 * time.Minute          // for initdb and start on a busy machine
)

// folder is where this user's test cluster lives: not below the checkout, so that checkouts share it.
func folder() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("parterre-test-%d", os.Geteuid()))
	err := os.Mkdir(dir, 0o755)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to somebody else; remove it or set TMPDIR", dir)
	}
	return dir, os.Chmod(dir, 0o755) // the server's user must get through; data and socket have 0700
}

// enter counts this process as a user of the shared cluster, until it ends, and makes sure that the cluster runs.
// It returns the superuser's DSN of the maintenance database and of any other.
func enter(ctx context.Context) (dsn func(user, db string) string, users *os.File, err error) {
	dir, err := folder()
	if err != nil {
		return nil, nil, fmt.Errorf("the folder of the test cluster: %w", err)
	}
	users, err = os.OpenFile(filepath.Join(dir, "users"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	// Waits while a keeper is ending its server.
	if err := syscall.Flock(int(users.Fd()), syscall.LOCK_SH); err != nil {
		return nil, nil, err
	}
	_, _ = users.WriteAt([]byte(rand.Text()), 0) // tells the keeper that someone has been here
	s, err := join(ctx, filepath.Join(dir, "pg"), dir)
	if err != nil {
		_ = users.Close()
		return nil, nil, err
	}
	return s.DSN, users, nil
}

// join attaches to the running cluster, and starts a keeper if there is none.
func join(ctx context.Context, pg, dir string) (*pgserver.Server, error) {
	if s, err := pgserver.Attach(ctx, pg); err == nil {
		return s, nil
	}
	nonce := filepath.Join(dir, "failed-"+rand.Text())
	defer func() { _ = os.Remove(nonce) }()
	if err := startKeeper(ctx, dir, nonce); err != nil {
		return nil, fmt.Errorf("start the test cluster: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := pgserver.Attach(ctx, pg)
		if err == nil {
			return s, nil
		}
		if text, err := os.ReadFile(nonce); err == nil && len(text) > 0 {
			return nil, fmt.Errorf("start the test cluster: %s", text)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("start the test cluster: %w (last: %w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// startKeeper runs this test binary as a keeper in a session of its own. It goes through a middle process that ends
// at once, so that the keeper is nobody's child here: `go test` does not wait for it and no goroutine has to.
func startKeeper(ctx context.Context, dir, nonce string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), keeperVar+"="+dir, nonceVar+"="+nonce)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Run()
}

// init turns a test binary that was started by startKeeper into the keeper, before any test or TestMain is reached.
func init() {
	dir := os.Getenv(keeperVar)
	if dir == "" {
		return
	}
	if os.Getenv("PARTERRE_DBTEST_STAGE") == "" {
		self, err := os.Executable()
		if err == nil {
			cmd := exec.Command(self) // outlives us on purpose
			cmd.Env = append(os.Environ(), "PARTERRE_DBTEST_STAGE=keeper")
			cmd.Dir = "/"
			err = cmd.Start()
		}
		if err != nil {
			fail(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if err := keep(dir); err != nil {
		fail(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// fail tells the process that started the keeper what went wrong.
func fail(err error) {
	file := os.Getenv(nonceVar)
	if os.WriteFile(file+".new", []byte(err.Error()), 0o600) == nil {
		_ = os.Rename(file+".new", file)
	}
}

// keep runs the cluster until nobody has used it for a while.
func keep(dir string) error {
	users, err := os.OpenFile(filepath.Join(dir, "users"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	s, err := startCluster(filepath.Join(dir, "pg"))
	if errors.Is(err, pgserver.ErrInUse) {
		return nil // another keeper was faster
	}
	if err != nil {
		return err
	}
	var stopping atomic.Bool
	go func() { // a keeper without a server would only keep others from starting one
		<-s.Done()
		if !stopping.Load() {
			os.Exit(1)
		}
	}()
	for {
		if err := syscall.Flock(int(users.Fd()), syscall.LOCK_EX); err != nil { // waits for the last user to go
			stopping.Store(true)
			return errors.Join(err, s.Stop())
		}
		before := lastUser(users)
		_ = syscall.Flock(int(users.Fd()), syscall.LOCK_UN)
		time.Sleep(linger)
		if syscall.Flock(int(users.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil && lastUser(users) == before {
			stopping.Store(true)
			return s.Stop() // the lock keeps new users waiting until we are gone
		}
	}
}

func lastUser(users *os.File) string {
	text := make([]byte, 64)
	n, _ := users.ReadAt(text, 0)
	return string(text[:n])
}

// startCluster begins anew when the cluster is damaged or of another PostgreSQL version: without fsync a crash of the
// machine may damage it, and it holds nothing of value.
func startCluster(pg string) (*pgserver.Server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cfg := pgserver.Config{Dir: pg, Fast: true, MaxConnections: 400, Settings: map[string]string{
		"max_locks_per_transaction": "128",
		"shared_buffers":            "256MB",
		"jit":                       "off",
	}}
	s, err := pgserver.Start(ctx, cfg)
	if err == nil || errors.Is(err, pgserver.ErrInUse) || strings.Contains(err.Error(), "initdb failed") {
		return s, err
	}
	place, placeErr := pgserver.PlaceOf(pg)
	if placeErr != nil {
		return nil, errors.Join(err, placeErr)
	}
	if _, statErr := os.Stat(filepath.Join(place, "data")); statErr != nil {
		return nil, err
	}
	if rmErr := os.RemoveAll(filepath.Join(place, "data")); rmErr != nil {
		return nil, errors.Join(err, rmErr)
	}
	s, again := pgserver.Start(ctx, cfg)
	if again != nil {
		return nil, errors.Join(err, again)
	}
	return s, nil
}
