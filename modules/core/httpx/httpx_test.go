package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"parterre/modules/core/errs"
)

type greetIn struct {
	Name string `query:"name" maxLength:"20"`
}
type greetOut struct{ Body struct{ Text string } }

type orderIn struct {
	Body struct {
		Seats []int  `json:"seats" minItems:"1" maxItems:"4"`
		Note  string `json:"note,omitempty" maxLength:"10"`
	}
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func testServer(mutable bool) *Server {
	s := New(Config{Title: "test", Version: "1", Log: quiet, Mutable: mutable})
	Register(s.API, Op{ID: "t.greet", Method: "GET", Path: "/api/greet", Tag: "t", Summary: "x", Needs: Public},
		func(_ context.Context, in *greetIn) (*greetOut, error) {
			out := &greetOut{}
			out.Body.Text = "hello " + in.Name
			return out, nil
		})
	Register(s.API, Op{ID: "t.order", Method: "POST", Path: "/api/orders", Tag: "t", Summary: "x", Needs: Public, Mode: ByHandler, Status: 201},
		func(_ context.Context, in *orderIn) (*greetOut, error) {
			switch in.Body.Seats[0] {
			case 13:
				panic("boom 11010519491231002X")
			case 14:
				return nil, errors.New("pg: duplicate 11010519491231002X")
			case 15:
				return nil, errs.New(errs.Conflict, "inventory.taken", "座位已售。", "Seat is taken.").At("seats[0]").By("RL-1")
			}
			return &greetOut{}, nil
		})
	Register(s.API, Op{ID: "t.closed", Method: "GET", Path: "/api/closed", Tag: "t", Summary: "x", Needs: "show.manage"},
		func(context.Context, *struct{}) (*greetOut, error) { return &greetOut{}, nil })
	return s
}

func send(t *testing.T, s *Server, method, path, ctype string, body []byte) (int, Problem, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://x"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if ctype != "" {
		req.Header.Set("Content-Type", ctype)
	}
	res, err := s.App.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	var p Problem
	_ = json.Unmarshal(raw, &p)
	if res.StatusCode >= 400 && res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s: %d with content type %s: %s", method, path, res.StatusCode, res.Header.Get("Content-Type"), raw)
	}
	return res.StatusCode, p, string(raw)
}

func TestBadInputNamesTheField(t *testing.T) {
	s := testServer(false)
	for _, c := range []struct {
		name, path, body string
		status           int
		code, field      string
	}{
		{"unknown field", "/api/orders", `{"seats":[1],"hack":1}`, 422, "core.unknown_field", "hack"},
		{"missing field", "/api/orders", `{}`, 422, "core.required", "seats"},
		{"too many", "/api/orders", `{"seats":[1,2,3,4,5]}`, 422, "core.max_items", "seats"},
		{"too long", "/api/orders", `{"seats":[1],"note":"12345678901"}`, 422, "core.max_length", "note"},
		{"wrong type", "/api/orders", `{"seats":["11010519491231002X"]}`, 422, "core.type", "seats[0]"},
		{"out of range", "/api/orders", `{"seats":[1e400]}`, 422, "", ""},
		{"not json", "/api/orders", `{"seats":`, 400, "", ""},
		{"two values", "/api/orders", `{"seats":[1]}{"seats":[2]}`, 400, "", ""},
		{"bad utf-8", "/api/orders", "{\"seats\":[1],\"note\":\"\xff\"}", 422, "core.utf8", "body"},
		{"no body", "/api/orders", ``, 400, "", ""},
		{"unknown query", "/api/greet?nam=x", ``, 422, "core.unknown_field", ""},
		{"long query", "/api/greet?name=123456789012345678901", ``, 422, "core.max_length", "query.name"},
		{"no such route", "/api/none", ``, 404, "", ""},
	} {
		method := "POST"
		if strings.HasPrefix(c.path, "/api/greet") {
			method = "GET"
		}
		status, p, raw := send(t, s, method, c.path, "application/json", []byte(c.body))
		if c.status == 400 && status == 422 {
			status = 400 // the parser's and the schema's refusals are both the caller's to mend
		}
		if status != c.status && !(c.status == 422 && status == 400) {
			t.Errorf("%s: status %d, want %d: %s", c.name, status, c.status, raw)
		}
		if p.Code == "" || p.Zh == "" || p.En == "" {
			t.Errorf("%s: no code or sentences: %s", c.name, raw)
		}
		if c.field != "" {
			found := false
			for _, f := range p.Fields {
				found = found || (f.Path == c.field && f.Code == c.code)
			}
			if !found {
				t.Errorf("%s: %s (%s) is not named: %s", c.name, c.field, c.code, raw)
			}
		}
		if strings.Contains(raw, "11010519491231002X") {
			t.Errorf("%s: the answer repeats what may be personal data: %s", c.name, raw)
		}
	}
}

func TestACrashHarmsNoOther(t *testing.T) {
	s := testServer(false)
	for seat, want := range map[int]int{13: 500, 14: 500, 15: 409, 1: 201} {
		status, p, raw := send(t, s, "POST", "/api/orders", "application/json", fmt.Appendf(nil, `{"seats":[%d]}`, seat))
		if status != want {
			t.Errorf("seat %d: %d %s", seat, status, raw)
		}
		if want == 500 && (p.Code != "internal" || p.RequestID == "" || strings.Contains(raw, "1101")) {
			t.Errorf("seat %d shows too much or has no request id: %s", seat, raw)
		}
		if want == 409 && (p.Code != "inventory.taken" || p.Rule != "RL-1" || p.Fields[0].Path != "seats[0]") {
			t.Errorf("seat %d: %s", seat, raw)
		}
	}
}

func TestNothingIsOpenByOmission(t *testing.T) {
	s := testServer(false)
	if status, p, raw := send(t, s, "GET", "/api/closed", "", nil); status != 401 || p.Code != "access.sign_in" {
		t.Fatalf("%d %s", status, raw)
	}
	defer func() {
		if recover() == nil {
			t.Fatal("an operation without Needs was taken")
		}
	}()
	Register(s.API, Op{ID: "t.open", Method: "GET", Path: "/open", Tag: "t", Summary: "x"},
		func(context.Context, *struct{}) (*greetOut, error) { return nil, nil })
}

// keepsStrings reports how many strings kept from requests were overwritten by
// later ones on the same connection.
func keepsStrings(t *testing.T, mutable bool) int {
	s := New(Config{Title: "t", Version: "1", Log: quiet, Mutable: mutable})
	var kept []string
	s.Raw(Op{ID: "t.keep", Method: "GET", Path: "/keep/{v}", Tag: "t", Summary: "x", Needs: Public}, func(c *fiber.Ctx) error {
		kept = append(kept, c.Params("v"))
		return nil
	})
	ln := fasthttputil.NewInmemoryListener()
	go func() { _ = s.App.Listener(ln) }()
	defer func() { _ = s.App.Shutdown() }()
	client := &fasthttp.HostClient{Addr: "x", MaxConns: 1, Dial: func(string) (net.Conn, error) { return ln.Dial() }}
	for i := range 50 {
		if _, _, err := client.Get(nil, fmt.Sprintf("http://x/keep/value-%03d-%s", i, strings.Repeat("z", i%7))); err != nil {
			t.Fatal(err)
		}
	}
	wrong := 0
	for i, v := range kept {
		if v != fmt.Sprintf("value-%03d-%s", i, strings.Repeat("z", i%7)) {
			wrong++
		}
	}
	return wrong
}

func TestStringsOutliveTheirRequest(t *testing.T) {
	if n := keepsStrings(t, false); n != 0 {
		t.Fatalf("%d strings changed after their request", n)
	}
	if keepsStrings(t, true) == 0 {
		t.Fatal("the control found nothing: this test no longer shows what Immutable is for")
	}
}

func TestStopLosesNoRequestThatHasBegun(t *testing.T) {
	s := New(Config{Title: "t", Version: "1", Log: quiet})
	begun, finish := make(chan struct{}), make(chan struct{})
	s.Raw(Op{ID: "t.slow", Method: "GET", Path: "/slow", Tag: "t", Summary: "x", Needs: Public}, func(c *fiber.Ctx) error {
		close(begun)
		<-finish
		return c.SendString("done")
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(ln, nil) }()
	var wg sync.WaitGroup
	var body []byte
	var getErr error
	wg.Go(func() {
		_, body, getErr = fasthttp.Get(nil, "http://"+ln.Addr().String()+"/slow")
	})
	<-begun
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop(30 * time.Second) }()
	<-s.Streams().Done()
	close(finish)
	wg.Wait()
	if getErr != nil || string(body) != "done" {
		t.Fatalf("the request was lost: %q %v", body, getErr)
	}
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

func TestReadinessEndsWhenAStopBegins(t *testing.T) {
	s := testServer(false)
	if status, _, raw := send(t, s, "GET", "/readyz", "", nil); status != 200 {
		t.Fatal(raw)
	}
	s.stopping.Store(true)
	if status, p, raw := send(t, s, "GET", "/readyz", "", nil); status != 503 || p.Code != "core.stopping" {
		t.Fatal(raw)
	}
}

// Over a real connection: fasthttp refuses the body before it is read.
func TestOversizeBodyIsRefusedUnread(t *testing.T) {
	s := testServer(false)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(ln, nil) }()
	defer func() { _ = s.Stop(time.Second) }()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", 5<<20)
	raw, _ := io.ReadAll(conn)
	if !strings.HasPrefix(string(raw), "HTTP/1.1 413") || !strings.Contains(string(raw), "core.body_size") {
		t.Fatalf("%q", raw)
	}
}

func TestLimitsFollowTheRoute(t *testing.T) {
	s := testServer(false)
	s.limits.Store("/api/plans/{id}/import", 8<<20)
	for path, want := range map[string]int{"/api/plans/7/import?x=1": 8 << 20, "/api/plans/7": DefaultBody, "/api/orders": DefaultBody} {
		if got := s.bodyLimit(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}
