package payment_test

import (
	"strings"
	"testing"
	"time"

	"parterre/integrations/payment/alipay"
	"parterre/integrations/payment/sim"
)

// TestCertificatesAreCheckedWhenTheyAreSet: in certificate mode (公钥证书) what
// does not belong together is refused at once, by the name of the field and
// without its content; and neither mode passes for the other.
func TestCertificatesAreCheckedWhenTheyAreSet(t *testing.T) {
	t.Parallel()
	h := open(t, certMode)
	a, good := h.certified(h.sim)
	_, other := h.certified(h.sim)
	try := func(key string, c alipay.Certificates) error {
		_, err := alipay.New(alipay.Config{AppID: a.App, PrivateKey: key, Certs: c, Gateway: h.sim.Gateway(sim.Alipay)})
		return err
	}
	if err := try(a.PrivateKey, good); err != nil {
		t.Fatal(err)
	}
	for field, c := range map[string]alipay.Certificates{
		"appCert is not of privateKey":           {App: other.App, Platform: good.Platform, Root: good.Root},
		"appCert is not a certificate":           {App: "x", Platform: good.Platform, Root: good.Root},
		"platformCert is not issued by rootCert": {App: good.App, Platform: good.Platform, Root: other.Root},
		"platformCert is not a certificate":      {App: good.App, Root: good.Root},
		"rootCert has no RSA certificate":        {App: good.App, Platform: good.Platform},
	} {
		if err := try(a.PrivateKey, c); err == nil || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "BEGIN") {
			t.Errorf("%s: %v", field, err)
		}
	}
	// The control: the same merchant by its bare key is no caller of Alipay's.
	byKey := must(alipay.New(alipay.Config{AppID: h.acct.App, SellerID: h.acct.Merchant, PrivateKey: h.acct.PrivateKey, PublicKey: h.acct.PlatformKey, Gateway: h.sim.Gateway(sim.Alipay)}))(t)
	r := h.paid(500, sim.Normal)
	if _, err := byKey.Query(t.Context(), r.ID); err == nil {
		t.Error("without its certificates the merchant is answered")
	}
	h.due()
	h.mu.Lock()
	got := append([]notice(nil), h.got...)
	h.mu.Unlock()
	if len(got) == 0 {
		t.Fatal("no notice")
	}
	body := got[len(got)-1].body
	if !strings.Contains(string(body), "alipay_cert_sn=") {
		t.Fatalf("the notice names no certificate: %s", body)
	}
	if _, err := h.Verify(nil, body, h.Clock.Now()); err != nil {
		t.Errorf("the notice: %v", err)
	}
	i := strings.Index(string(body), "alipay_cert_sn=") + len("alipay_cert_sn=")
	forged := string(body[:i]) + strings.Repeat("0", 32) + string(body[i+32:])
	if _, err := h.Verify(nil, []byte(forged), h.Clock.Now().Add(time.Second)); err == nil {
		t.Error("a notice by another certificate counts")
	}
}
