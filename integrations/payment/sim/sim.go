// Package sim simulates WeChat Pay (API v3) and Alipay on this machine: their
// interfaces as far as the adapters use them, cashier pages at which a person
// pays, and asynchronous notices. Requests are verified and answers and notices
// are signed as the real ones do it, over real HTTP, so that the adapters'
// SDKs talk to it unchanged. It shares no code with the adapters. No money
// moves, and every page says so.
//
// It can behave badly: notices late, twice, not at all, with a wrong amount, a
// forged signature, another application's id or an old time.
package sim

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
)

// The kinds of provider.
const (
	WeChat = "wechat"
	Alipay = "alipay"
)

// Fault is how a notice goes wrong; the person at the cashier chooses it.
type Fault string

// The faults of notices.
const (
	Normal      Fault = ""
	Late        Fault = "late"         // a minute late
	Twice       Fault = "twice"        // two notices
	Missing     Fault = "missing"      // none: it must be asked for
	WrongAmount Fault = "wrong_amount" // one with another amount first, the right one 10 s later
	Forged      Fault = "forged"       // one signed with another key first, the right one 10 s later
	WrongApp    Fault = "wrong_app"    // one of another application first, the right one 10 s later
	Old         Fault = "old"          // one signed two days ago first, the right one 10 s later
)

// Faults lists them with what they do, for the cashier page.
var Faults = []struct {
	Fault  Fault
	Zh, En string
}{
	{Normal, "正常通知", "Notify at once"},
	{Late, "通知迟到 1 分钟", "Notify a minute late"},
	{Twice, "通知两次", "Notify twice"},
	{Missing, "不发通知（需主动查询）", "Never notify (must be asked)"},
	{WrongAmount, "先发金额错误的通知", "Notify a wrong amount first"},
	{Forged, "先发签名伪造的通知", "Notify with a forged signature first"},
	{WrongApp, "先发其他应用的通知", "Notify for another application first"},
	{Old, "先发两天前的旧通知", "Notify with an old time first"},
}

// Server is both providers: an http.Handler below Prefix, and a sender of
// notices (Run).
type Server struct {
	Prefix string // "/pay/sim"
	Base   string // address of Prefix as buyers reach it: https://host/pay/sim
	Clock  clock.Clock
	Pool   *pgxpool.Pool
	HTTP   *http.Client // for notices
	Log    *slog.Logger
	// Keys of the provider itself, one for both kinds; and what it is not
	// known by, for forged messages.
	Key *rsa.PrivateKey
	// SlowRefunds leaves refunds of WeChat Pay in progress until FinishRefunds.
	SlowRefunds bool

	mu    sync.Mutex
	other *rsa.PrivateKey
}

// KeyID names the provider's key in WeChat Pay's headers.
const KeyID = "PUB_KEY_ID_0000000000000000000000000000SIM"

// forger is a key that nobody trusts.
func (s *Server) forger() (*rsa.PrivateKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.other == nil {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		s.other = k
	}
	return s.other, nil
}

// Account is a merchant that the simulation knows, with what its adapter needs.
type Account struct {
	Kind, Merchant, App, Serial string
	PrivateKey                  string // PEM, PKCS#8
	APIv3Key                    string
	PlatformID, PlatformKey     string // PEM
}

// Enrol makes a merchant with keys of its own.
func (s *Server) Enrol(ctx context.Context, kind string) (Account, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return Account{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Account{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return Account{}, err
	}
	platform, err := s.PlatformKey()
	if err != nil {
		return Account{}, err
	}
	a := Account{Kind: kind, Serial: ids.Token(20), PrivateKey: block("PRIVATE KEY", private), PlatformID: KeyID, PlatformKey: platform}
	switch kind {
	case WeChat:
		a.Merchant, a.App, a.APIv3Key = "19"+digits(8), "wx"+ids.Token(16), ids.Token(32)[:32]
	case Alipay:
		a.Merchant, a.App = "2088"+digits(12), "2021"+digits(12)
	default:
		return Account{}, errors.New("sim: no such kind of provider")
	}
	_, err = s.Pool.Exec(ctx, "insert into payment_sandbox.merchant (kind, merchant, app, serial, public_key, api_key) values ($1, $2, $3, $4, $5, $6)",
		kind, a.Merchant, a.App, a.Serial, block("PUBLIC KEY", public), a.APIv3Key)
	return a, err
}

// PlatformKey is the provider's public key in PEM.
func (s *Server) PlatformKey() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&s.Key.PublicKey)
	return block("PUBLIC KEY", der), err
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func digits(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = '0' + b[i]%10
	}
	return string(b)
}

// Handler serves both interfaces and the cashier pages.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.wechatRoutes(mux)
	mux.HandleFunc("/alipay/gateway.do", s.alipay)
	mux.HandleFunc("GET /alipay/bill/{app}/{day}", s.alipayBillFile)
	mux.HandleFunc("GET /cashier/{kind}/{app}/{number}", s.cashier)
	mux.HandleFunc("POST /cashier/{kind}/{app}/{number}", s.decide)
	return http.StripPrefix(s.Prefix, mux)
}

// Gateway is the address that an adapter of a kind is given.
func (s *Server) Gateway(kind string) string {
	if kind == Alipay {
		return s.Base + "/alipay/gateway.do"
	}
	return s.Base + "/wechat"
}

func (s *Server) cashierURL(kind, app, number string) string {
	return s.Base + "/cashier/" + kind + "/" + app + "/" + number
}

// wall is the time of the machine, which messages are stamped with: the SDKs
// know no other.
func wall() time.Time { return clock.System{}.Now() }

func shanghai(t time.Time) string { return t.In(clock.Shanghai).Format("2006-01-02 15:04:05") }
