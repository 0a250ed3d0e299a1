//go:build cgo

package keydevice

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module finds SoftHSM2; `make test` installs it.
func module(t *testing.T) string {
	t.Helper()
	for _, p := range []string{"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"} {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skip("SoftHSM2 is not installed (Debian: softhsm2); `.ci/setup test` installs it")
	return ""
}

// token makes a token of its own and returns how to open it.
func token(t *testing.T) Config {
	t.Helper()
	m, dir := module(t), t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "tokens"), 0o700); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "softhsm2.conf")
	write(t, conf, "directories.tokendir = "+filepath.Join(dir, "tokens")+"\nobjectstore.backend = file\nlog.level = ERROR\n")
	t.Setenv("SOFTHSM2_CONF", conf)
	out, err := exec.CommandContext(t.Context(), "softhsm2-util", "--init-token", "--free", "--label", "parterre", "--pin", "246810", "--so-pin", "13579111").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := Config{Module: m, Token: "parterre", PINFile: filepath.Join(dir, "pin"), Key: "identity"}
	write(t, c.PINFile, "246810\n")
	return c
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// One test after another: a process logs in to a token as a whole.
func TestToken(t *testing.T) {
	c := token(t)
	wrong := c
	wrong.PINFile = filepath.Join(t.TempDir(), "wrong")
	write(t, wrong.PINFile, "111111")
	if _, err := Open(wrong); !errors.Is(err, ErrPIN) || strings.Contains(err.Error(), "111111") {
		t.Fatalf("a wrong PIN: %v", err)
	}
	d, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	key := bytes.Repeat([]byte{7}, 32)
	sealed, err := d.Wrap(key, []byte("key 1"))
	if err != nil || bytes.Contains(sealed, key[:8]) {
		t.Fatal(sealed, err)
	}
	if got, err := d.Unwrap(sealed, []byte("key 1")); err != nil || !bytes.Equal(got, key) {
		t.Fatal(got, err)
	}
	if _, err := d.Unwrap(sealed, []byte("key 2")); !errors.Is(err, ErrOpen) {
		t.Errorf("opened for another purpose: %v", err)
	}
	sealed[15] ^= 1
	if _, err := d.Unwrap(sealed, []byte("key 1")); !errors.Is(err, ErrOpen) {
		t.Errorf("opened altered: %v", err)
	}
	sealed[15] ^= 1
	if _, err := d.Unwrap(sealed[:5], []byte("key 1")); !errors.Is(err, ErrOpen) {
		t.Errorf("opened short: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(c) // the key is found, not made anew
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Unwrap(sealed, []byte("key 1")); err != nil || !bytes.Equal(got, key) {
		t.Errorf("after a start: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	other := c
	other.Key = "another"
	third, err := Open(other)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = third.Close() }()
	if _, err := third.Unwrap(sealed, []byte("key 1")); !errors.Is(err, ErrOpen) {
		t.Errorf("opened with another key: %v", err)
	}
	if err := os.Chmod(c.PINFile, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(c); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a PIN that others may read: %v", err)
	}
}
