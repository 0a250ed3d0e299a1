package ticketmaphttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"testing"

	"parterre/codes"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/codec"
	"parterre/modules/ticketmap/ticketmaphttp"
	"parterre/modules/venue"
)

// door lets "Bearer <permission>" in with that permission, and visitors as visitors of the tenant.
type door struct{ tenant int32 }

func (d door) Authenticate(_ context.Context, r httpx.Request) (httpx.Principal, error) {
	p := httpx.Principal{Tenant: d.tenant, Actor: db.Actor{Kind: db.ActorBuyer, Name: "visitor"}}
	if r.Authorization == "Bearer designer" {
		p.Signed, p.Actor = true, db.Actor{Kind: db.ActorSystem, Name: "designer"}
		p.Can = func(httpx.Permission) bool { return true }
	}
	return p, nil
}

type client struct {
	t *testing.T
	s *httpx.Server
}

func (c client) do(method, path, who string, body []byte, header ...string) (*http.Response, []byte) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, "http://x/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if len(body) > 0 && body[0] == 0x1f {
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	req.Header.Set("Idempotency-Key", ids.New().String())
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.s.App.Test(req, -1)
	if err != nil {
		c.t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res, raw
}

// call is do with an expected status and the answer as T.
func call[T any](c client, status int, method, path string, body any) T {
	c.t.Helper()
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			c.t.Fatal(err)
		}
	}
	res, got := c.do(method, path, "designer", raw)
	var out T
	if res.StatusCode != status {
		c.t.Fatalf("%s %s: %d, want %d: %.600s", method, path, res.StatusCode, status, got)
	}
	if err := json.Unmarshal(got, &out); err != nil && len(got) > 0 {
		c.t.Fatal(err)
	}
	return out
}

func setup(t *testing.T) (client, *dbtest.DB, ids.ID) {
	t.Helper()
	d := dbtest.Private(t)
	ctx := d.As(t.Context())
	code, err := codes.ParseVenue("11010100101")
	if err != nil {
		t.Fatal(err)
	}
	venues := venue.New(d.DB)
	v, err := venues.Create(ctx, venue.NewVenue{Code: code, Name: "大剧院"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := venues.AddHall(ctx, v.ID, "歌剧厅")
	if err != nil {
		t.Fatal(err)
	}
	s := httpx.New(httpx.Config{Title: "test", Version: "1", Log: slog.New(slog.DiscardHandler), DB: d.DB, Auth: door{d.Tenant}})
	ticketmaphttp.Register(s.API, ticketmap.New(d.DB, ticketmap.NothingSold{}), nil)
	return client{t, s}, d, h.ID
}

// TestFromFileToSale imports the stadium of 60,000, publishes and paints it, and reads it as a buyer.
func TestFromFileToSale(t *testing.T) {
	t.Parallel()
	c, d, hall := setup(t)
	file, err := os.ReadFile("../../../apps/parterre/demo/plans/stadium.plan.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	p := call[ticketmap.Plan](c, 201, "POST", "/halls/"+hall.String()+"/plans", file)
	if p.Counts.Seats < 59_000 || len(p.Problems) != 0 {
		t.Errorf("imported: %+v", p)
	}
	at := "/plans/" + p.ID.String()
	if res, _ := c.do("GET", at+"/geometry", "", nil); res.StatusCode != 404 {
		t.Errorf("a visitor sees a draft: %d", res.StatusCode)
	}
	if res, _ := c.do("GET", at+"/geometry", "designer", nil); res.StatusCode != 200 {
		t.Errorf("the designer does not see the draft: %d", res.StatusCode)
	}
	p = call[ticketmap.Plan](c, 200, "POST", at+"/publish?version=1", nil)
	res, gz := c.do("GET", at+"/geometry", "", nil, "Accept-Encoding", "gzip")
	if res.Header.Get("Content-Encoding") != "gzip" || len(gz) > 4*p.Counts.Seats {
		t.Errorf("geometry: %q, %d bytes", res.Header.Get("Content-Encoding"), len(gz))
	}
	res, plain := c.do("GET", at+"/geometry", "", nil)
	if g, err := codec.DecodeGeometry(plain); err != nil || len(g.IDs) != p.Counts.Seats {
		t.Errorf("geometry does not decode: %v", err)
	}
	if again, body := c.do("GET", at+"/geometry", "", nil, "If-None-Match", res.Header.Get("ETag")); again.StatusCode != 304 || len(body) != 0 {
		t.Errorf("not modified: %d", again.StatusCode)
	}
	_, skeleton := c.do("GET", at+"/skeleton", "", nil)
	if doc, err := plan.Decode(skeleton); err == nil {
		t.Logf("skeleton of %d bytes with %d sections", len(skeleton), len(doc.Sections))
	}
	if res, _ := c.do("GET", at+"/document", "", nil); res.StatusCode != 401 {
		t.Errorf("a visitor reads the document: %d", res.StatusCode)
	}

	session := ids.New()
	m := call[ticketmap.Map](c, 201, "POST", at+"/maps", map[string]any{"name": "决赛", "sessionId": session, "approved": 61000})
	for i := range m.Zones {
		m.Zones[i].Price = 18000
	}
	type set struct {
		Map   ticketmap.Map
		Meter ticketmap.Meter
	}
	done := call[set](c, 200, "PUT", "/maps/"+m.ID.String(), map[string]any{"version": m.Version, "zones": m.Zones, "holds": m.Holds})
	if done.Meter.Percent != 85 || !done.Meter.PublicOK || done.Meter.Public != p.Places || done.Map.Version != 2 {
		t.Errorf("meter: %+v", done.Meter)
	}
	if res, raw := c.do("PUT", "/maps/"+m.ID.String(), "designer", []byte(`{"version":1,"zones":[],"holds":[]}`)); res.StatusCode != 409 {
		t.Errorf("stale: %d %s", res.StatusCode, raw)
	}
	if res, raw := c.do("PUT", "/maps/"+m.ID.String(), "designer", []byte(`{"version":2,"zones":[],"holds":[],"hack":1}`)); res.StatusCode != 422 {
		t.Errorf("unknown field: %d %s", res.StatusCode, raw)
	}
	tried := call[ticketmap.Meter](c, 200, "POST", "/maps/"+m.ID.String()+"/meter", map[string]any{"zones": []any{}, "holds": []any{}})
	if tried.Unzoned != p.Places || tried.PublicOK {
		t.Errorf("tried meter: %+v", tried)
	}
	zones := "/sessions/" + session.String() + "/zones"
	if res, _ := c.do("GET", zones, "", nil); res.StatusCode != 404 {
		t.Errorf("prices are shown before the sale: %d", res.StatusCode)
	}
	err = d.InTx(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error { return ticketmap.Ready(ctx, tx, session, 61000) })
	if err != nil {
		t.Fatal(err)
	}
	res, raw := c.do("GET", zones, "", nil)
	if res.StatusCode != 200 || bytes.Contains(raw, []byte(`"holds"`)) || !bytes.Contains(raw, []byte(`"price":18000`)) {
		t.Errorf("zones: %d %.300s", res.StatusCode, raw)
	}
}

// TestBadFiles: each fault is named by its path; nothing is stored.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	c, _, hall := setup(t)
	at := "/halls/" + hall.String() + "/plans"
	for name, b := range map[string]struct {
		body   []byte
		status int
		path   string
	}{
		"no plan":      {[]byte(`{"a":1}`), 422, "."},
		"broken gzip":  {[]byte{0x1f, 0x8b, 1, 2}, 422, "."},
		"unknown name": {[]byte(`{"format":"parterre.plan","version":1,"colour":"red"}`), 422, "."},
		"fraction":     {[]byte(`{"format":"parterre.plan","version":1,"nextSeatId":1.5}`), 422, "nextSeatId"},
	} {
		res, raw := c.do("POST", at, "designer", b.body)
		var p httpx.Problem
		if err := json.Unmarshal(raw, &p); err != nil || res.StatusCode != b.status || p.Code != "ticketmap.plan_invalid" || len(p.Fields) == 0 || p.Fields[0].Path != b.path {
			t.Errorf("%s: %d %s", name, res.StatusCode, raw)
		}
	}
	if res, raw := c.do("POST", at+"?format=dxf", "designer", []byte("0\nEOF\n")); res.StatusCode != 422 || !bytes.Contains(raw, []byte("ticketmap.format")) {
		t.Errorf("a format that nobody reads: %d %s", res.StatusCode, raw)
	}
	if list := call[struct{ Items []ticketmap.Plan }](c, 200, "GET", at, nil); len(list.Items) != 0 {
		t.Errorf("stored: %+v", list.Items)
	}
}
