package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parterre/apps/web"
)

// A port that is taken is said at once, with what to do, and nothing is begun.
func TestTakenPort(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--listen", "--http", "--lab"} {
		h := newHouse(t)
		ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		must(t, err)
		defer func() { _ = ln.Close() }()
		cmd, out := h.command(flag, ln.Addr().String())
		err = cmd.Run()
		if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(out.String(), ln.Addr().String()) || !strings.Contains(out.String(), "choose another address with "+flag) {
			t.Errorf("%s: %v: %s", flag, err, out)
		}
		if left, _ := os.ReadDir(h.dir); len(left) != 0 {
			t.Errorf("%s: left behind: %v", flag, left)
		}
		if conn, err := net.Dial("tcp", h.listen); err == nil { //nolint:noctx // local
			_ = conn.Close()
			t.Errorf("%s: something listens on %s", flag, h.listen)
		}
	}
}

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flag, value, says string
		code              int
	}{
		{"--sim-clock", "yesterday", "--sim-clock must be a time such as", 1},
		{"--sim-clock", "2026-11-23 10:00", "--sim-clock must be a time such as", 1},
		{"--sim-clock", "2026-02-30T10:00:00+08:00", "--sim-clock must be a time such as", 1},
		{"--apps", "manage,kitchen", "--apps", 2},
		{"--stop-after", "soon", "--stop-after", 2},
		{"--listen", "nowhere", "cannot listen on nowhere", 1},
		{"--hats", "3", "unknown flag --hats", 2},
	} {
		h := newHouse(t)
		cmd, out := h.command(c.flag, c.value)
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s %s: %v: %s", c.flag, c.value, err, out)
		}
		if _, err := os.Stat(filepath.Join(h.dir, "pg")); err == nil {
			t.Errorf("%s %s: a database was begun", c.flag, c.value)
		}
	}
}

// pages: a server without its built pages works, and says how to build them.
func pages(t *testing.T, h *house) {
	t.Helper()
	for _, e := range web.Entries {
		status, body := fetch(t, h.client(), h.url("/"+e+"/"))
		switch {
		case web.Built() && status != http.StatusOK:
			t.Errorf("/%s/: %d", e, status)
		case !web.Built() && (status != http.StatusServiceUnavailable || !strings.Contains(body, web.BuildHint)):
			t.Errorf("/%s/: %d %s", e, status, body)
		}
	}
	if !web.Built() && !strings.Contains(h.output.String(), web.BuildHint) {
		t.Errorf("the terminal does not say how to build the pages:\n%s", h.output)
	}
	if status, body := fetch(t, h.client(), h.url("/nothing/here")); status != http.StatusNotFound || !strings.Contains(body, "core.no_route") {
		t.Errorf("no page: %d %s", status, body)
	}
	for path, want := range map[string]string{"/healthz": "", "/readyz": "", "/docs": "<", "/openapi.json": `"3.1`} {
		if status, body := fetch(t, h.client(), h.url(path)); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.80s", path, status, body)
		}
	}
}

func fetch(t *testing.T, c *http.Client, at string) (int, string) {
	t.Helper()
	res, err := c.Get(at) //nolint:noctx // bounded by the test
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(b)
}
