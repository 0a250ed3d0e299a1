package httpx

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"
)

// A browser that is closed while its request is on the way is no failure of
// ours: nothing is logged as an error, and others are served.
func TestAConnectionThatBreaksIsNoError(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	s := New(Config{Title: "t", Version: "1", Log: slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(ln, nil) }()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: ")
	_ = conn.(*net.TCPConn).SetLinger(0) // a reset, as of a process that is killed
	_ = conn.Close()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if strings.Contains(line, "level=ERROR") {
			t.Errorf("%s", line)
		}
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "a connection ended before its request was read") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	_ = s.Stop(time.Second)
}
