package salestest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"parterre/integrations/payment"
	"parterre/integrations/payment/alipay"
	"parterre/integrations/payment/sim"
	"parterre/integrations/payment/wechat"
	"parterre/modules/sales"
)

// simKey is the simulated providers' key, one for all tests of a process.
var simKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func (w *World) openAccount(a sales.PayAccount, sec sales.PaySecrets) (payment.Provider, error) {
	c := a.Settings
	if a.Kind == "wechat" {
		return wechat.New(wechat.Config{
			MchID: c.MchID, AppID: c.AppID, Serial: c.Serial, PrivateKey: sec.PrivateKey, APIv3Key: sec.APIv3Key,
			PlatformID: c.PlatformID, PlatformKey: c.PlatformKey, Gateway: w.PaySim.Gateway(a.Kind), HTTP: w.Trusting,
		})
	}
	return alipay.New(alipay.Config{AppID: c.AppID, SellerID: c.SellerID, PrivateKey: sec.PrivateKey, PublicKey: c.PlatformKey, Certs: alipay.Certificates{App: c.AppCert, Platform: c.PlatformCert, Root: c.RootCert}, Gateway: w.PaySim.Gateway(a.Kind), HTTP: w.Trusting})
}

func (w *World) enrol(ctx context.Context, kind string) (sales.PaySettings, sales.PaySecrets, error) {
	if w.PaySim.Key == nil {
		k, err := simKey()
		if err != nil {
			return sales.PaySettings{}, sales.PaySecrets{}, err
		}
		w.PaySim.Key = k
	}
	a, err := w.PaySim.Enrol(ctx, kind)
	set := sales.PaySettings{AppID: a.App, PlatformKey: a.PlatformKey, MchID: a.Merchant, Serial: a.Serial, PlatformID: a.PlatformID}
	if kind == sim.Alipay {
		set = sales.PaySettings{AppID: a.App, PlatformKey: a.PlatformKey, SellerID: a.Merchant}
	}
	return set, sales.PaySecrets{PrivateKey: a.PrivateKey, APIv3Key: a.APIv3Key}, err
}

// Account makes a simulated account of a kind and returns its code.
func (w *World) Account(kind string) string {
	w.T.Helper()
	a, err := w.Sales.SimulateAccount(w.As(w.Tenant), sales.PayAccount{Code: kind + "-sim", Kind: kind, Name: kind, Channels: []string{"online"}, Enabled: true})
	w.must(err)
	return a.Code
}

// PayAtSim is a buyer's browser that opens a payment's address, is led to the
// simulated cashier and pays there.
func (w *World) PayAtSim(at string, fault sim.Fault) {
	w.T.Helper()
	if strings.Contains(at, "gateway.do") {
		req, err := http.NewRequestWithContext(w.T.Context(), http.MethodGet, at, nil)
		w.must(err)
		res, err := w.Trusting.Do(req)
		w.must(err)
		_ = res.Body.Close()
		at = res.Header.Get("Location")
	}
	form := url.Values{"do": {"pay"}, "fault": {string(fault)}}
	req, err := http.NewRequestWithContext(w.T.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.Trusting.Do(req)
	w.must(err)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		w.T.Fatalf("salestest: the simulated cashier answers %d", res.StatusCode)
	}
}

// Fault is how a simulated notice goes wrong, by its name.
func Fault(name string) sim.Fault { return sim.Fault(name) }

// NotifySim has the simulated providers send the notices that are due.
func (w *World) NotifySim() int {
	w.T.Helper()
	n, err := w.PaySim.SendDue(w.T.Context())
	w.must(err)
	return n
}
