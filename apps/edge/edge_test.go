package edge_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"parterre/apps/edge"
	"parterre/integrations/reader"
	"parterre/integrations/reader/sim"
	"parterre/modules/core/clock"
	"parterre/printing/escpos"
)

const origin = "https://tickets.example.cn"

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) { b.mu.Lock(); defer b.mu.Unlock(); return b.b.Write(p) }

func (b *buffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

type paper struct{ *buffer }

func (paper) Close() error { return nil }

type bundle struct {
	url, dir           string
	client             *http.Client
	log, screen, paper *buffer
	sim                *sim.Reader
	cfg                edge.Config
}

func setup(t *testing.T) *bundle {
	t.Helper()
	line, err := sim.OpenPTY()
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	b := &bundle{dir: t.TempDir(), log: &buffer{}, screen: &buffer{}, paper: &buffer{}, sim: &sim.Reader{}}
	served := make(chan struct{})
	go func() { defer close(served); _ = b.sim.Serve(line) }()
	b.cfg = edge.Config{
		Origins: []string{origin}, Dir: b.dir, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Screen: b.screen,
		Reader:  func() (*reader.Reader, error) { return reader.Open(line.Path, 0) },
		Printer: func(context.Context) (io.WriteCloser, error) { return paper{b.paper}, nil },
	}
	e, err := edge.New(b.cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan struct{})
	go func() { defer close(ran); e.Run(ctx) }()
	srv := httptest.NewTLSServer(e.Handler())
	b.url, b.client = srv.URL, srv.Client()
	t.Cleanup(func() {
		cancel()
		<-ran
		srv.CloseClientConnections()
		srv.Close()
		_ = line.Close()
		<-served
	})
	return b
}

func (b *bundle) do(t *testing.T, method, path, from, token, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if from != "" {
		req.Header.Set("Origin", from)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

var shown = regexp.MustCompile(`(\d{4}) (\d{4})`)

func (b *bundle) code() string {
	all := shown.FindAllStringSubmatch(b.screen.String(), -1)
	last := all[len(all)-1]
	return last[1] + last[2]
}

func (b *bundle) pair(t *testing.T) string {
	t.Helper()
	res := b.do(t, "POST", "/v1/pair", origin, "", `{"code":"`+b.code()+`"}`)
	var out struct{ Token string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != 200 || len(out.Token) != 64 {
		t.Fatalf("pairing: %d, %v", res.StatusCode, err)
	}
	return out.Token
}

type events struct{ in *bufio.Scanner }

func (e *events) next(t *testing.T) (event, data string) {
	t.Helper()
	for e.in.Scan() {
		switch line := e.in.Text(); {
		case strings.HasPrefix(line, "event: "):
			event = line[7:]
		case strings.HasPrefix(line, "data: "):
			data = line[6:]
		case line == "" && event != "":
			return event, data
		}
	}
	return "end", ""
}

func (b *bundle) listen(t *testing.T, token string) *events {
	t.Helper()
	res := b.do(t, "GET", "/v1/cards", origin, token, "")
	if res.StatusCode != 200 {
		t.Fatalf("cards: %d", res.StatusCode)
	}
	e := &events{bufio.NewScanner(res.Body)}
	if ev, _ := e.next(t); ev != "ready" {
		t.Fatalf("first event %q", ev)
	}
	return e
}

// A card goes to the page that asked last, once, with what a ticket needs; and
// stands in no log, on no screen and in no file (SEC: personal data).
func TestACardIsHandedOverOnceAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.pair(t)
	before := b.listen(t, token)
	page := b.listen(t, token)
	if ev, _ := before.next(t); ev != "moved" {
		t.Fatalf("the page before is told %q", ev)
	}
	card := sim.Samples[0]
	if err := b.sim.Lay(card); err != nil {
		t.Fatal(err)
	}
	ev, data := page.next(t)
	if want := `{"kind":"1","name":"张三","number":"` + card.Number + `","until":"长期"}`; ev != "card" || data != want {
		t.Fatalf("event %s has %d bytes, want %d", ev, len(data), len(want))
	}
	b.sim.Fail(sim.ReadFail)
	if err := b.sim.Lay(sim.Samples[1]); err != nil {
		t.Fatal(err)
	}
	if ev, data := page.next(t); ev != "fault" || data != `{"code":"reader.lift"}` { // and not the first card again
		t.Fatalf("event %s %s", ev, data)
	}
	if ev, _ := before.next(t); ev != "end" {
		t.Fatalf("the page before got %q", ev)
	}
	places := b.log.String() + b.screen.String()
	err := filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, readErr := os.ReadFile(path)
			places += string(text)
			return readErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, planted := range []string{card.Number, card.Name, "19491231", sim.Samples[1].Number, token} {
		if strings.Contains(places, planted) {
			t.Error("a trace was left of a planted text")
		}
	}
}

// While no page listens the reader is not asked: a card laid down then is read
// when one begins to.
func TestNoPageNoReading(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.pair(t)
	if err := b.sim.Lay(sim.Samples[2]); err != nil {
		t.Fatal(err)
	}
	if b.sim.Reads() != 0 {
		t.Fatal("a card was read for nobody")
	}
	if ev, _ := b.listen(t, token).next(t); ev != "card" {
		t.Fatal(ev)
	}
}

func TestWhoMayUseTheDevices(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.pair(t)
	for _, c := range []struct {
		why, method, path, from, token string
		want                           int
	}{
		{"another page", "GET", "/v1/hello", "https://evil.example", token, 403},
		{"no page", "GET", "/v1/hello", "", token, 403},
		{"another page's preflight", "OPTIONS", "/v1/cards", "https://evil.example", "", 403},
		{"preflight", "OPTIONS", "/v1/cards", origin, "", 204},
		{"unpaired", "GET", "/v1/cards", origin, "", 401},
		{"wrong token", "GET", "/v1/cards", origin, strings.Repeat("0", 64), 401},
		{"unpaired print", "POST", "/v1/print", origin, "", 401},
		{"paired hello", "GET", "/v1/hello", origin, token, 200},
	} {
		res := b.do(t, c.method, c.path, c.from, c.token, "")
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.why, res.StatusCode, c.want)
		}
		if allowed := res.Header.Get("Access-Control-Allow-Origin"); (c.want != 403) != (allowed == origin) {
			t.Errorf("%s: allows %q", c.why, allowed)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", b.url+"/v1/hello", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example:8455"
	req.Header.Set("Origin", origin)
	res, err := b.client.Do(req)
	if err != nil || res.StatusCode != 403 {
		t.Errorf("a rebound name: %v %v", res.StatusCode, err)
	}
	_ = res.Body.Close()
	// A pairing outlives a restart, and only for its own origin.
	again, err := edge.New(b.cfg)
	if err != nil {
		t.Fatal(err)
	}
	w, hello := httptest.NewRecorder(), httptest.NewRequest("GET", "https://localhost:1/v1/hello", nil)
	hello.Header.Set("Origin", origin)
	hello.Header.Set("Authorization", "Bearer "+token)
	if again.Handler().ServeHTTP(w, hello); !strings.Contains(w.Body.String(), `"paired":true`) {
		t.Errorf("after a restart: %s", w.Body)
	}
}

func TestACodeIsUsedOnceAndGuessedSeldom(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.code()
	b.pair(t)
	if res := b.do(t, "POST", "/v1/pair", origin, "", `{"code":"`+first+`"}`); res.StatusCode != 403 {
		t.Errorf("a used code: %d", res.StatusCode)
	}
	second := b.code()
	for range 5 {
		b.do(t, "POST", "/v1/pair", origin, "", `{"code":"x"}`)
	}
	if res := b.do(t, "POST", "/v1/pair", origin, "", `{"code":"`+second+`"}`); res.StatusCode != 403 || b.code() == second {
		t.Errorf("after five guesses the code still stands: %d", res.StatusCode)
	}
}

func TestPrintsOnlyPrintJobs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.pair(t)
	job := escpos.New(escpos.Paper80)
	job.Drawer()
	job.Text("x", "池座大剧院", escpos.Look{})
	job.Cut()
	good, _, err := job.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if res := b.do(t, "POST", "/v1/print", origin, token, string(good)); res.StatusCode != 200 || b.paper.String() != string(good) {
		t.Fatalf("a job: %d, %d bytes on paper", res.StatusCode, len(b.paper.String()))
	}
	for _, bad := range []string{"", "\x1b=\x00", "<html>" + "\x1d(A"} {
		if res := b.do(t, "POST", "/v1/print", origin, token, bad); res.StatusCode != 422 {
			t.Errorf("%q: %d", bad, res.StatusCode)
		}
	}
	if b.paper.String() != string(good) {
		t.Error("something else reached the paper")
	}
}
