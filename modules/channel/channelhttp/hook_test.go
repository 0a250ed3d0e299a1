package channelhttp_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access/accesstest"
	"parterre/modules/channel"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// receiver is an agent's server: it keeps what comes and answers as told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []message
	answer int
}

type message struct {
	id, at, signature string
	body              []byte
}

func (w *world) receiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{answer: http.StatusNoContent}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, message{in.Header.Get("webhook-id"), in.Header.Get("webhook-timestamp"), in.Header.Get("webhook-signature"), body})
		if r.answer == http.StatusFound {
			out.Header().Set("Location", "/elsewhere")
		}
		out.WriteHeader(r.answer)
	}))
	t.Cleanup(r.Close)
	w.roots.AddCert(r.Certificate())
	w.reach = func(netip.Addr) bool { return true }
	return r
}

func (m message) signedBy(secret string) bool {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	h := hmac.New(sha256.New, key)
	h.Write([]byte(m.id + "." + m.at + "."))
	h.Write(m.body)
	return strings.Contains(m.signature, "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
}

// news gathers and sends once and returns how many were tried.
func (w *world) news(t *testing.T) int {
	t.Helper()
	_, err := w.channel.Gather(w.As(w.Tenant))
	must(t, err)
	n, err := w.channel.Send(w.As(w.Tenant))
	must(t, err)
	return n
}

func putHook(c *accesstest.Client, url string, events ...string) (id, secret string) {
	id = ids.New().String()
	body := map[string]any{"url": url}
	if len(events) > 0 {
		body["events"] = events
	}
	return id, c.Do("PUT", "/api/v1/agent/webhooks/"+id, body).Want(200).Get("secret")
}

// TestWebhooks: an agent is told of its own sales and refunds, signed, again
// until it takes them, with both secrets for a day after a rotation; what is
// not taken is parked, and nothing personal is in it.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := newWorld(t, func(c *salestest.Config) { c.Rules, c.Log = salestest.Named(), &lockedWriter{w: &log} })
	r := w.receiver(t)
	a, other := w.agent(t), w.agent(t)
	must(t, first(w.channel.Gather(w.As(w.Tenant))))
	hook, secret := putHook(a, r.URL+"/in", channel.OrderConfirmed, channel.TicketsRefunded)
	silent, _ := putHook(other, r.URL+"/other", channel.OrderConfirmed)
	l := w.lock(a, map[string]any{"seats": []int32{1}})
	order := w.orderBody(l, salestest.Person(0))
	a.Do("POST", "/api/v1/agent/orders", order).Want(201)
	r.answer = http.StatusInternalServerError
	if n := w.news(t); n != 1 || len(r.got) != 1 {
		t.Fatalf("%d tried, %d came", n, len(r.got))
	}
	if n := w.news(t); n != 0 {
		t.Fatalf("%d tried before their time", n)
	}
	w.Clock.Advance(6 * time.Second)
	r.answer = http.StatusNoContent
	if n := w.news(t); n != 1 || len(r.got) != 2 || r.got[1].id != r.got[0].id || !bytes.Equal(r.got[1].body, r.got[0].body) {
		t.Fatalf("again: %d tried, %+v", n, r.got)
	}
	var event struct {
		Type string
		Data struct {
			Order  string
			Seats  []int32
			Amount int
		}
	}
	must(t, json.Unmarshal(r.got[1].body, &event))
	if event.Type != channel.OrderConfirmed || event.Data.Order != order["id"].(ids.ID).String() || event.Data.Amount != int(salestest.StallPrice) || !r.got[1].signedBy(secret) || r.got[1].signedBy("whsec_AAAA") {
		t.Errorf("the event: %+v, signed %v", event, r.got[1].signedBy(secret))
	}
	fresh := a.Do("POST", "/api/v1/agent/webhooks/"+hook+"/rotate", map[string]any{}).Want(200).Get("secret")
	ping := func() message {
		a.Do("POST", "/api/v1/agent/webhooks/"+hook+"/ping", map[string]any{}).Want(200)
		w.news(t)
		return r.got[len(r.got)-1]
	}
	if m := ping(); !m.signedBy(secret) || !m.signedBy(fresh) {
		t.Error("after the rotation both secrets sign")
	}
	w.Clock.Advance(25 * time.Hour)
	if m := ping(); m.signedBy(secret) || !m.signedBy(fresh) {
		t.Error("after a day only the new secret signs")
	}
	if got := other.Do("GET", "/api/v1/agent/webhooks/"+silent+"/deliveries", nil).Want(200).Get("items"); got != "[]" {
		t.Errorf("the other agent was told %s", got)
	}
	w.parked(t, a, r, hook)
	w.quiet(t, &log, r)
}

// parked has a delivery fail until it is parked, and sent again by hand. A
// redirect is no success and is not followed.
func (w *world) parked(t *testing.T, a *accesstest.Client, r *receiver, hook string) {
	t.Helper()
	r.answer = http.StatusFound
	id := a.Do("POST", "/api/v1/agent/webhooks/"+hook+"/ping", map[string]any{}).Want(200).Get("id")
	before := len(r.got)
	for range 2 * channel.MaxAttempts {
		w.news(t)
		w.Clock.Advance(25 * time.Hour)
	}
	if n := len(r.got) - before; n != channel.MaxAttempts {
		t.Errorf("%d tries, want %d", n, channel.MaxAttempts)
	}
	state := func() string {
		var list struct{ Items []channel.Delivery }
		a.Do("GET", "/api/v1/agent/webhooks/"+hook+"/deliveries", nil).Want(200).JSON(&list)
		for _, d := range list.Items {
			if d.ID.String() == id {
				return d.State
			}
		}
		return ""
	}
	if state() != "parked" {
		t.Errorf("it is %s", state())
	}
	r.answer = http.StatusOK
	a.Do("POST", "/api/v1/agent/webhooks/"+hook+"/deliveries/"+id+"/retry", map[string]any{}).Want(200)
	if w.news(t); state() != "sent" {
		t.Errorf("sent again it is %s", state())
	}
}

// quiet looks for the planted document in the log, in what was sent, and in
// the rows that agents read; the secrets of webhooks are sealed.
func (w *world) quiet(t *testing.T, log *bytes.Buffer, r *receiver) {
	t.Helper()
	planted := salestest.Documents[0]
	var rows string
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, `select (select coalesce(string_agg(p::text, ''), '') from channel.push p) || (select coalesce(string_agg(s::text, ''), '') from channel.sale s)
			|| (select coalesce(string_agg(h::text, ''), '') from channel.hook h) || (select coalesce(string_agg(e::text, ''), '') from audit.entry e)`).Scan(&rows)
	})
	if strings.Contains(rows, planted) || strings.Contains(log.String(), planted) || strings.Contains(rows, "whsec_") {
		t.Error("a document's number or a secret is in the clear")
	}
	for _, m := range r.got {
		if bytes.Contains(m.body, []byte(planted)) {
			t.Error("a document's number went to a webhook")
		}
	}
	if !strings.Contains(rows, "order.confirmed") || log.Len() == 0 {
		t.Error("there was nothing to look through")
	}
}

func first(_ int, err error) error { return err }

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// TestReach: webhooks go to public addresses only (SEC-ASVS-1.3.6), by their
// text and by what a name resolves to.
func TestReach(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "127.0.0.1": false, "10.1.2.3": false, "192.168.0.1": false, "172.16.0.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "::1": false, "fe80::1": false, "fc00::1": false, "::ffff:127.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "::": false,
	} {
		if channel.Public(netip.MustParseAddr(text)) != want {
			t.Errorf("%s: public is %v", text, !want)
		}
	}
	w := newWorld(t)
	a := w.agent(t)
	for _, url := range []string{
		"http://hooks.example.com/", "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://a.localhost/x", "https://db.internal/x", "https://2130706433/x", "https://0x7f.1/x",
		"https://user:pw@hooks.example.com/", "https://hooks.example.com:22/", "https://intranet/x", "https://hooks.example.com/#x", "https://169.254.169.254/latest",
	} {
		if r := a.Do("PUT", "/api/v1/agent/webhooks/"+ids.New().String(), map[string]any{"url": url}); r.Status != 422 {
			t.Errorf("%s: %d", url, r.Status)
		}
	}
	// An address that was public when it was looked at and lies inside when it is
	// dialled (DNS rebinding). The control is TestWebhooks, where it is reached.
	r := w.receiver(t)
	must(t, first(w.channel.Gather(w.As(w.Tenant))))
	hook, _ := putHook(a, r.URL+"/in")
	a.Do("POST", "/api/v1/agent/webhooks/"+hook+"/ping", map[string]any{}).Want(200)
	asked := 0
	w.reach = func(x netip.Addr) bool { asked++; return asked == 1 || channel.Public(x) }
	if n := w.news(t); n != 1 || asked < 2 || len(r.got) != 0 {
		t.Errorf("%d tried, asked %d times, %d reached an address inside", n, asked, len(r.got))
	}
	if got := a.Do("GET", "/api/v1/agent/webhooks/"+hook+"/deliveries", nil).Want(200).Body; !bytes.Contains(got, []byte(`"error":"address"`)) {
		t.Errorf("the deliveries: %s", got)
	}
}

// TestRate: too many requests of one key are answered 429 with Retry-After;
// another key goes on; time gives requests back.
func TestRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.Key(channel.Sell), w.Key(channel.Sell)
	for range channel.DefaultBurst {
		a.Do("GET", "/api/v1/agent/me", nil).Want(200)
	}
	r := a.Do("GET", "/api/v1/agent/me", nil).WantProblem(429, "channel.rate")
	if r.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", r.Header.Get("Retry-After"))
	}
	b.Do("GET", "/api/v1/agent/me", nil).Want(200)
	w.Clock.Advance(time.Second)
	for range channel.DefaultRate {
		a.Do("GET", "/api/v1/agent/me", nil).Want(200)
	}
	a.Do("GET", "/api/v1/agent/me", nil).WantProblem(429, "channel.rate")
}

// TestSandbox: a tenant is made a sandbox before anything is sold, and never after.
func TestSandbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.channel.SetSandbox(w.As(w.Tenant), true))
	a := w.Key(channel.Sell)
	if got := a.Do("GET", "/api/v1/agent/me", nil).Want(200).Get("sandbox"); got != "true" {
		t.Errorf("sandbox is %s", got)
	}
	if err := w.channel.SetSandbox(w.As(w.Tenant), false); err == nil {
		t.Error("a sandbox with an agent became real")
	}
	if got := w.KeyOf(w.DB.Other, channel.Sell).Do("GET", "/api/v1/agent/me", nil).Want(200).Get("sandbox"); got != "false" {
		t.Errorf("the other theatre's sandbox is %s", got)
	}
}
