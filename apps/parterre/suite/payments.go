package suite

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"path/filepath"

	"parterre/integrations/payment"
	"parterre/integrations/payment/alipay"
	"parterre/integrations/payment/sim"
	"parterre/integrations/payment/wechat"
	"parterre/modules/core/db"
	"parterre/modules/sales"
)

// simPath is where the simulated WeChat Pay and Alipay are, with the sandbox.
const simPath = "/pay/sim"

// newPaySim makes the simulated providers. Their key is made once, as the
// other secrets of an installation.
func newPaySim(cfg Config, client *http.Client) (*sim.Server, error) {
	s := &sim.Server{Prefix: simPath, Base: cfg.BaseURL + simPath, Clock: cfg.Clock, HTTP: client, Log: cfg.Log}
	if cfg.DB != nil {
		s.Pool = cfg.DB.Pool()
	}
	if !cfg.Sandbox {
		return s, nil
	}
	raw, err := readOrMake(filepath.Join(cfg.Var, "keys", "payment-sim.pem"), func() ([]byte, error) {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(k)
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
	})
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("keys: payment-sim.pem is no key")
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	var ok bool
	if s.Key, ok = k.(*rsa.PrivateKey); !ok {
		return nil, fmt.Errorf("keys: payment-sim.pem is no RSA key")
	}
	return s, nil
}

// openAccount makes a tenant's account into a provider. A simulated one goes to
// the simulation of this installation, and nowhere when that is off.
func openAccount(paySim *sim.Server, on bool, client *http.Client) func(sales.PayAccount, sales.PaySecrets) (payment.Provider, error) {
	return func(a sales.PayAccount, sec sales.PaySecrets) (payment.Provider, error) {
		gateway := ""
		if a.Simulated {
			if !on {
				return nil, sales.ErrNoSimulation
			}
			gateway = paySim.Gateway(a.Kind)
		}
		c := a.Settings
		switch a.Kind {
		case "wechat":
			return wechat.New(wechat.Config{
				MchID: c.MchID, AppID: c.AppID, Serial: c.Serial, PrivateKey: sec.PrivateKey, APIv3Key: sec.APIv3Key,
				PlatformID: c.PlatformID, PlatformKey: c.PlatformKey, Gateway: gateway, HTTP: client,
			})
		case "alipay":
			return alipay.New(alipay.Config{AppID: c.AppID, SellerID: c.SellerID, PrivateKey: sec.PrivateKey, PublicKey: c.PlatformKey, Certs: alipay.Certificates{App: c.AppCert, Platform: c.PlatformCert, Root: c.RootCert}, Gateway: gateway, HTTP: client})
		}
		return nil, sales.ErrNoPay
	}
}

// enrol makes a merchant of the simulation.
func enrol(paySim *sim.Server) func(context.Context, string) (sales.PaySettings, sales.PaySecrets, error) {
	return func(ctx context.Context, kind string) (sales.PaySettings, sales.PaySecrets, error) {
		a, err := paySim.Enrol(ctx, kind)
		if err != nil {
			return sales.PaySettings{}, sales.PaySecrets{}, err
		}
		set := sales.PaySettings{AppID: a.App, PlatformKey: a.PlatformKey}
		if kind == sim.WeChat {
			set.MchID, set.Serial, set.PlatformID = a.Merchant, a.Serial, a.PlatformID
		} else {
			set.SellerID = a.Merchant
		}
		return set, sales.PaySecrets{PrivateKey: a.PrivateKey, APIv3Key: a.APIv3Key}, nil
	}
}

// demoPayments gives a tenant of the demo world simulated accounts, once.
func (s *Suite) demoPayments(ctx context.Context, tenant int32) error {
	if s.Sales.Enrol == nil {
		return nil
	}
	ctx = db.System(ctx, tenant, "demo world")
	have, err := s.Sales.PayAccounts(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	for _, a := range []sales.PayAccount{
		{Code: "wxpay", Kind: "wechat", Name: "微信支付", NameEn: "WeChat Pay"},
		{Code: "zhifubao", Kind: "alipay", Name: "支付宝", NameEn: "Alipay"},
	} {
		a.Channels, a.Enabled = []string{"online", "counter"}, true
		if _, err := s.Sales.SimulateAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
