package codeshttp_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"parterre/codes/codeshttp"
	"parterre/codes/payload"
	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
)

type signedIn struct{}

func (signedIn) Authenticate(context.Context, httpx.Request) (httpx.Principal, error) {
	return httpx.Principal{Tenant: 1, Actor: db.Actor{Kind: db.ActorUser, Name: "test"}, Signed: true}, nil
}

func server(auth httpx.Authenticator) *httpx.Server {
	s := httpx.New(httpx.Config{Title: "test", Version: "1", Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Auth: auth})
	codeshttp.Register(s.API, func(context.Context) *payload.Keyring { return nil })
	return s
}

func call(t *testing.T, s *httpx.Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://x"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Parterre", "1")
	res, err := s.App.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var out map[string]any
	raw, _ := io.ReadAll(res.Body)
	if err := json.Unmarshal(raw, &out); err != nil && raw[0] != '[' {
		t.Fatalf("%s: %s", err, raw)
	}
	return res.StatusCode, out
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := server(signedIn{})
	for _, tc := range []struct {
		body   string
		status int
		kind   string
		valid  bool
	}{
		{`{"text":"110101001012611210007"}`, 200, "show", true},
		{`{"text":"88888888","kind":"od-chain"}`, 200, "od-chain", true},
		{`{"text":"110101001012602300007"}`, 200, "show", false},
		{`{"text":"PT:000"}`, 200, "payload", false},
		{`{"text":"1","kind":"nonsense"}`, 422, "", false},
		{`{"text":"1","profile":"nonsense"}`, 422, "", false},
		{`{"text":""}`, 422, "", false},
	} {
		status, out := call(t, s, "POST", "/api/v1/codes/explain", tc.body)
		if status != tc.status && !(tc.status == 422 && status == 400) {
			t.Errorf("%s: %d %v", tc.body, status, out)
			continue
		}
		if kind, _ := out["kind"].(string); tc.status == 200 && (kind != tc.kind || out["valid"] != tc.valid) {
			t.Errorf("%s: %v", tc.body, out)
		}
	}
	_, out := call(t, s, "POST", "/api/v1/codes/explain", `{"text":"11010519491231002X"}`)
	raw, _ := json.Marshal(out)
	if strings.Contains(string(raw), "4912") {
		t.Errorf("the identity number came back: %s", raw)
	}
}

func TestTablesAndRegions(t *testing.T) {
	t.Parallel()
	s := server(signedIn{})
	if status, out := call(t, s, "GET", "/api/v1/codes/tables/film-country", ""); status != 200 || len(out["entries"].([]any)) < 50 || out["provisional"] != true {
		t.Errorf("%d %v", status, out)
	}
	if status, out := call(t, s, "GET", "/api/v1/codes/tables/nonsense", ""); status != 404 || out["code"] != "codes.no_table" {
		t.Errorf("%d %v", status, out)
	}
	if status, _ := call(t, s, "GET", "/api/v1/codes/tables", ""); status != 200 {
		t.Errorf("%d", status)
	}
	if status, out := call(t, s, "GET", "/api/v1/codes/kinds", ""); status != 200 || len(out["kinds"].([]any)) != 16 || len(out["profiles"].([]any)) != 2 {
		t.Errorf("%d %v", status, out)
	}
	status, out := call(t, s, "GET", "/api/v1/codes/regions?q=%E6%B5%A6%E4%B8%9C", "")
	if list, _ := out["regions"].([]any); status != 200 || len(list) != 1 || list[0].(map[string]any)["fullName"] != "上海市浦东新区" {
		t.Errorf("%d %v", status, out)
	}
}

func TestNothingIsPublic(t *testing.T) {
	t.Parallel()
	s := server(nil)
	for _, r := range s.Routes() {
		path := strings.ReplaceAll(r.Path, "{table}", "medium")
		if status, _ := call(t, s, r.Method, path+"?q=1", `{"text":"1"}`); strings.HasPrefix(r.Path, "/api/v1/codes") && status != 401 && status != 403 {
			t.Errorf("%s %s: %d", r.Method, r.Path, status)
		}
	}
}
