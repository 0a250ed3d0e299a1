package lab_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"parterre/apps/lab"
	"parterre/integrations/performance"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/localca"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportinghttp"
	"parterre/modules/reporting/reportingtest"
)

// door lets in whoever names a tenant and permissions: "alpha report.read lab.use".
type door struct{ tenants map[string]int32 }

func (d door) Authenticate(_ context.Context, r httpx.Request) (httpx.Principal, error) {
	words := strings.Fields(strings.TrimPrefix(r.Authorization, "Bearer "))
	if len(words) == 0 {
		return httpx.Principal{}, errs.New(errs.Unsigned, "access.sign_in", "请先登录。", "Please sign in.")
	}
	return httpx.Principal{
		Tenant: d.tenants[words[0]], Signed: true, Actor: db.Actor{Kind: db.ActorUser, Name: "tester"},
		Can: func(p httpx.Permission) bool { return strings.Contains(r.Authorization, string(p)) },
	}, nil
}

type books struct{ w *reportingtest.World }

func (b books) Daily(_ context.Context, _ db.Tx, day clock.Day) ([]fact.Daily, error) {
	return []fact.Daily{b.w.Daily(day)}, nil
}

// place is a suite with one reporting channel and the lab beside it, behind TLS.
type place struct {
	*dbtest.DB
	t      *testing.T
	lab    *lab.Lab
	server *httpx.Server
	svc    *reporting.Service
	worker *reporting.Worker
	world  *reportingtest.World
}

func newPlace(t *testing.T) *place {
	t.Helper()
	d := dbtest.Private(t)
	l, err := lab.New(lab.Config{Pool: d.Pool(), Clock: d.Clock, Key: []byte("a key of the test, long enough")})
	if err != nil {
		t.Fatal(err)
	}
	ca, err := localca.Open(localca.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx, tls.NewListener(ln, ca.TLSConfig())) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	deliverer, err := performance.NewDeliverer(performance.Options{
		Clock:     d.Clock,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		Secret:    func(_ context.Context, tenant int32, _ string) (string, error) { return l.Secret(tenant), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &place{DB: d, t: t, lab: l, world: reportingtest.NewWorld(7, dbtest.Start)}
	p.svc = reporting.New(reporting.Config{DB: d.DB, Books: books{p.world}, CheckSettings: map[string]func(json.RawMessage) error{
		"performance": func(raw json.RawMessage) error { _, err := performance.ParseSettings(raw); return err },
	}})
	p.server = httpx.New(httpx.Config{
		Title: "test", Version: "1", DB: d.DB, Log: slog.New(slog.DiscardHandler),
		Auth: door{map[string]int32{"alpha": d.Tenant, "beta": d.Other}},
	})
	reportinghttp.Register(p.server.API, p.svc)
	lab.Register(p.server.API, l)
	p.worker = &reporting.Worker{Store: reporting.PG{DB: d.DB, Tenant: d.Tenant}, Clock: d.Clock, Owner: "w", Deliverers: map[string]reporting.Deliverer{"performance": deliverer}}
	body := `{"name":"演出采集","adapter":"performance","active":true,"settings":{"endpoint":"https://` + ln.Addr().String() + `","appId":"` + lab.AppID(d.Tenant) + `","secret":"lab"}}`
	p.call("alpha report.manage", "PUT", "/api/v1/reporting/channels/performance", body, 204, nil)
	return p
}

// call sends a request and decodes the answer; it fails on another status.
func (p *place) call(who, method, path, body string, status int, into any) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, "http://x"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	res, err := p.server.App.Test(req, -1)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, _ := io.ReadAll(res.Body)
	if res.StatusCode != status {
		p.t.Fatalf("%s %s: %d, want %d\n%s", method, path, res.StatusCode, status, raw)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			p.t.Fatalf("%s %s: %v\n%s", method, path, err, raw)
		}
	}
}

func (p *place) append(facts ...fact.Fact) {
	p.t.Helper()
	if err := p.InTx(p.As(p.t.Context()), func(ctx context.Context, tx db.Tx) error { return reporting.Append(ctx, tx, facts...) }); err != nil {
		p.t.Fatal(err)
	}
}

// deliver works until no fact waits for its number and nothing is left to send.
func (p *place) deliver() {
	p.t.Helper()
	for {
		n, err := p.worker.Once(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		waiting := 0
		err = p.View(p.As(p.t.Context()), func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRowContext(ctx, "select count(*) from reporting.inbox").Scan(&waiting)
		})
		if err != nil {
			p.t.Fatal(err)
		}
		if n == 0 && waiting == 0 {
			return
		}
	}
}

type jsonMap = map[string]any

func items(m jsonMap) []any { out, _ := m["items"].([]any); return out }

// PT-mgmt: from the sale's fact to the page that shows the received report,
// with totals that agree; and what a person does with a refused one.
func TestReportsThroughThePages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	const staff, tester = "alpha report.read report.send", "alpha lab.use"
	p.append(p.world.Base()...)
	p.call(tester, "PUT", "/lab/api/performance/rules", `{"rules":[{"name":"no","match":{"type":"SALE"},"action":"refuse","code":"9999","effect":false,"times":2,"acted":0}]}`, 200, nil)
	sold := p.world.Next()
	p.append(sold)
	p.deliver()

	var list jsonMap
	p.call(staff, "GET", "/api/v1/reporting/deliveries?state=parked", "", 200, &list)
	if len(items(list)) != 1 {
		t.Fatalf("parked: %v", list)
	}
	var opened struct {
		Message, Receipt, State, Code string
		Attempts                      []jsonMap
	}
	p.call(staff, "GET", "/api/v1/reporting/channels/performance/deliveries/9", "", 200, &opened)
	if opened.Code != "9999" || !strings.Contains(opened.Receipt, `"9999"`) || !strings.Contains(opened.Message, `"SALE"`) || len(opened.Attempts) != 1 {
		t.Fatalf("opened: %+v", opened)
	}
	p.call(tester, "PUT", "/lab/api/performance/rules", `{"rules":[]}`, 200, nil)
	p.call(staff, "POST", "/api/v1/reporting/channels/performance/deliveries/9/requeue", `{"reason":"  "}`, 422, nil)
	p.call(staff, "POST", "/api/v1/reporting/channels/performance/deliveries/9/requeue", `{"reason":"平台已恢复"}`, 201, nil)
	p.call(staff, "POST", "/api/v1/reporting/channels/performance/deliveries/9/drop", `{"reason":"x"}`, 409, nil)
	p.deliver()
	p.call(staff, "GET", "/api/v1/reporting/channels/performance/deliveries/10", "", 200, &opened)
	if opened.State != "accepted" {
		t.Fatalf("after requeue: %+v", opened)
	}

	p.call(staff, "POST", "/api/v1/reporting/days/2026-11-23/close", "", 409, nil) // the day has not ended
	p.Clock.Advance(24 * time.Hour)
	p.call(staff, "POST", "/api/v1/reporting/days/2026-11-23/close", "", 200, nil)
	p.deliver()
	var day jsonMap
	p.call(staff, "GET", "/api/v1/reporting/days/2026-11-23", "", 200, &day)
	if day["status"] != "received" {
		t.Fatalf("day: %v", day)
	}
	p.call(staff, "GET", "/api/v1/reporting/unprojected", "", 200, &list)
	p.call(staff, "GET", "/api/v1/reporting/channels", "", 200, &list)
	if c := items(list)[0].(jsonMap); c["parked"] != 0.0 || c["pending"] != 0.0 || strings.Contains(fmt.Sprint(c), p.lab.Secret(p.Tenant)) {
		t.Errorf("channel: %v", c)
	}
	p.call(staff, "GET", "/api/v1/reporting/days?from=2026-11-22&days=2", "", 200, &list)
	p.call("alpha report.manage", "POST", "/api/v1/reporting/channels/performance/backfill", "", 200, &list)
	if list["facts"] != 0.0 {
		t.Errorf("backfill: %v", list)
	}
	p.pages(tester)
}

// pages looks at what the console shows of it.
func (p *place) pages(tester string) {
	p.t.Helper()
	var list, calendar, totals, overview, detail jsonMap
	p.call(tester, "GET", "/lab/api/performance/overview", "", 200, &overview)
	if overview["provisional"] != true {
		p.t.Errorf("the overview does not say that the profile is provisional: %v", overview)
	}
	p.call(tester, "GET", "/lab/api/performance/exchanges?size=2", "", 200, &list)
	if len(items(list)) != 2 || list["next"] == nil {
		p.t.Fatalf("timeline: %v", list)
	}
	p.call(tester, "GET", "/lab/api/performance/exchanges?size=2&cursor="+list["next"].(string), "", 200, &list)
	p.call(tester, "GET", "/lab/api/performance/exchanges/1", "", 200, &detail)
	request, _ := detail["request"].(string)
	fields, _ := detail["fields"].([]any)
	first, _ := fields[0].(jsonMap)
	if at, end := int(first["start"].(float64)), int(first["end"].(float64)); first["name"] != "messageId" || strings.Trim(request[at:end], `"`) != first["value"] {
		p.t.Errorf("the first field is %v", first)
	}
	p.call(tester, "GET", "/lab/api/performance/calendar?from=2026-11-22&days=2", "", 200, &calendar)
	row := items(calendar)[0].(jsonMap)["days"].([]any)
	if row[0].(jsonMap)["status"] != "none" || row[1].(jsonMap)["status"] != "received" {
		p.t.Errorf("calendar: %v", row)
	}
	p.call(tester, "GET", "/lab/api/performance/days/2026-11-23", "", 200, &totals)
	if items(totals)[0].(jsonMap)["agrees"] != true {
		p.t.Errorf("totals: %v", totals)
	}
	p.call(tester, "GET", "/lab/api/performance/exchanges/999999", "", 404, nil)
	p.call(tester, "GET", "/lab/api/performance/profile", "", 200, nil)
	p.call(tester, "PUT", "/lab/api/performance/rules", `{"rules":[{"name":"x","match":{},"action":"explode","effect":false,"acted":0}]}`, 422, nil)
}

// Another tenant's user sees nothing of it and changes nothing, whichever
// channel, number or page is named.
func TestTenantsSeeTheirOwn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.append(p.world.Base()...)
	p.deliver()
	const beta = "beta report.read report.send report.manage lab.use"
	var list jsonMap
	p.call(beta, "GET", "/api/v1/reporting/deliveries", "", 200, &list)
	if len(items(list)) != 0 {
		t.Fatalf("another tenant's deliveries: %v", list)
	}
	p.call(beta, "GET", "/api/v1/reporting/channels/performance/deliveries/1", "", 404, nil)
	p.call(beta, "POST", "/api/v1/reporting/channels/performance/deliveries/1/drop", `{"reason":"x"}`, 404, nil)
	p.call(beta, "GET", "/lab/api/performance/exchanges/1", "", 404, nil)
	p.call(beta, "GET", "/lab/api/performance/exchanges", "", 200, &list)
	if len(items(list)) != 0 {
		t.Fatalf("another tenant's exchanges: %v", list)
	}
	p.call("alpha", "GET", "/api/v1/reporting/deliveries", "", 403, nil)
	p.call("", "GET", "/api/v1/reporting/deliveries", "", 401, nil)
}

// The console's state survives a restart of the lab: it is rebuilt from what
// was stored.
func TestLabRestarts(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.append(p.world.Base()...)
	for range 20 {
		p.append(p.world.Next())
	}
	p.deliver()
	before, err := p.lab.Performance(t.Context(), p.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	again, err := lab.New(lab.Config{Pool: p.Pool(), Clock: p.Clock, Key: []byte("a key of the test, long enough")})
	if err != nil {
		t.Fatal(err)
	}
	after, err := again.Performance(t.Context(), p.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	x, _ := json.Marshal([]any{before.Overview().Known, before.Effects(), before.Day("", clock.BusinessDay(dbtest.Start, 0))})
	y, _ := json.Marshal([]any{after.Overview().Known, after.Effects(), after.Day("", clock.BusinessDay(dbtest.Start, 0))})
	if !bytes.Equal(x, y) || len(before.Effects()) != 20 {
		t.Fatalf("before %s\nafter  %s", x, y)
	}
}
