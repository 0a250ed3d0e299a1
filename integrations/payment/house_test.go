package payment_test

import (
	"crypto/rand"
	"crypto/rsa"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parterre/integrations/payment"
	"parterre/integrations/payment/alipay"
	"parterre/integrations/payment/sandbox"
	"parterre/integrations/payment/sim"
	"parterre/integrations/payment/wechat"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// notice is one message that reached the merchant.
type notice struct {
	header http.Header
	body   []byte
}

// house is a provider with its adapter, what it sent, and ways to make it fail.
type house struct {
	payment.Provider
	*dbtest.DB
	t     *testing.T
	press func(pay string, id ids.ID, fault sim.Fault) // a buyer at the cashier
	due   func() int                                   // sends the notices that are due
	gate  *gate
	sim   *sim.Server // nil: the sandbox
	acct  sim.Account

	mu  sync.Mutex
	got []notice
	to  string // the merchant's address for notices
}

// gate stands before the provider and fails as it is told.
type gate struct {
	next   http.Handler
	mode   atomic.Value // "", "500", "cut", "done-then-cut", "garbage"
	asked  chan struct{}
	answer chan struct{}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch mode, _ := g.mode.Load().(string); mode {
	case "500":
		http.Error(w, "broken", http.StatusInternalServerError)
	case "cut":
		panic(http.ErrAbortHandler)
	case "done-then-cut":
		g.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	case "garbage":
		_, _ = io.WriteString(w, "<html>a proxy's page</html>")
	case "unsigned":
		_, _ = io.WriteString(w, `{"trade_state":"SUCCESS","alipay_trade_query_response":{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}}`)
	case "slow":
		g.asked <- struct{}{}
		<-g.answer
		g.next.ServeHTTP(w, r)
	default:
		g.next.ServeHTTP(w, r)
	}
}

var providerKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func open(t *testing.T, kind string) *house {
	t.Helper()
	h := &house{DB: dbtest.Private(t), t: t, gate: &gate{asked: make(chan struct{}, 1), answer: make(chan struct{})}}
	shop := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.got = append(h.got, notice{r.Header.Clone(), body})
		h.mu.Unlock()
		if a, ok := h.Provider.(payment.Acker); ok {
			contentType, said := a.Ack()
			w.Header().Set("Content-Type", contentType)
			_, _ = w.Write(said)
		}
	}))
	t.Cleanup(shop.Close)
	h.to = shop.URL + "/notices"
	front := httptest.NewServer(h.gate)
	t.Cleanup(front.Close)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	if kind == "sandbox" {
		key := []byte("shared")
		s := &sandbox.Server{Prefix: "/pay", Key: key, Clock: h.Clock, Pool: h.Pool(), HTTP: shop.Client(), Log: quiet}
		h.gate.next = s.Handler()
		h.Provider = &sandbox.Client{Base: front.URL + "/pay", Key: key, Clock: h.Clock, HTTP: client}
		h.press = func(pay string, _ ids.ID, fault sim.Fault) {
			h.post(client, pay, url.Values{"do": {"pay"}, "mode": {map[sim.Fault]string{"": "normal"}[fault] + string(fault)}})
		}
		h.due = func() int { return must(s.SendDue(t.Context()))(t) }
		return h
	}
	s := &sim.Server{Prefix: "/pay", Base: front.URL + "/pay", Clock: h.Clock, Pool: h.Pool(), HTTP: shop.Client(), Log: quiet, Key: must(providerKey())(t)}
	h.gate.next, h.sim = s.Handler(), s
	if kind == certMode {
		a, certs := h.certified(s)
		h.acct, kind = a, sim.Alipay
		h.Provider = must(alipay.New(alipay.Config{AppID: a.App, SellerID: a.Merchant, PrivateKey: a.PrivateKey, Certs: certs, Gateway: s.Gateway(kind), HTTP: client}))(t)
		h.cashier(client, kind, s)
		return h
	}
	a := must(s.Enrol(t.Context(), kind))(t)
	h.acct = a
	if kind == sim.WeChat {
		h.Provider = must(wechat.New(wechat.Config{
			MchID: a.Merchant, AppID: a.App, Serial: a.Serial, PrivateKey: a.PrivateKey, APIv3Key: a.APIv3Key, PlatformID: a.PlatformID, PlatformKey: a.PlatformKey, Gateway: s.Gateway(kind), HTTP: client,
		}))(t)
	} else {
		h.Provider = must(alipay.New(alipay.Config{AppID: a.App, SellerID: a.Merchant, PrivateKey: a.PrivateKey, PublicKey: a.PlatformKey, Gateway: s.Gateway(kind), HTTP: client}))(t)
	}
	h.cashier(client, kind, s)
	return h
}

func (h *house) post(c *http.Client, at string, form url.Values) {
	h.t.Helper()
	once := *c
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.PostForm(at, form)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("the cashier at %s answers %d", at, res.StatusCode)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (h *house) request(amount money.Fen) payment.Request {
	return payment.Request{
		ID: ids.New(), Tenant: 1, Order: ids.New(), Amount: amount, Subject: "龙井茶香 × 2", Expires: h.Clock.Now().Add(15 * time.Minute),
		ReturnURL: strings.TrimSuffix(h.to, "/notices") + "/shop/orders/1", NotifyURL: h.to, ClientIP: "203.0.113.7", Scene: payment.Phone,
	}
}

// paid makes a payment and has the buyer pay it.
func (h *house) paid(amount money.Fen, fault sim.Fault) payment.Request {
	h.t.Helper()
	r := h.request(amount)
	made := must(h.Create(h.t.Context(), r))(h.t)
	h.press(made.Address(), r.ID, fault)
	return r
}

func (h *house) query(id ids.ID) payment.Status {
	h.t.Helper()
	return must(h.Query(h.t.Context(), id))(h.t)
}

// take returns what came since the last time.
func (h *house) take() []notice {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.got
	h.got = nil
	return out
}

func (h *house) verify(n notice) (payment.Notice, error) {
	return h.Verify(n.header.Get, n.body, h.Clock.Now())
}

// each runs a test against every provider.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	for _, kind := range []string{"sandbox", sim.WeChat, sim.Alipay, certMode} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			f(t, open(t, kind))
		})
	}
}

// certMode is Alipay with certificates instead of keys.
const certMode = "alipay-cert"

func (h *house) certified(s *sim.Server) (sim.Account, alipay.Certificates) {
	a, c, err := s.EnrolCertified(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return a, alipay.Certificates{App: c.App, Platform: c.Platform, Root: c.Root}
}

// cashier has the buyer's browser press the button of the simulated cashier.
func (h *house) cashier(client *http.Client, kind string, s *sim.Server) {
	t := h.t
	h.press = func(pay string, id ids.ID, fault sim.Fault) {
		at := pay
		if kind == sim.Alipay && strings.Contains(pay, "gateway.do") { // the buyer's browser opens the signed address and is led on
			res := must(client.Get(pay))(t)
			_ = res.Body.Close()
			at = res.Request.URL.String()
		}
		h.post(client, at, url.Values{"do": {"pay"}, "fault": {string(fault)}})
	}
	h.due = func() int { return must(s.SendDue(t.Context()))(t) }
}
