package alipay

import (
	"context"
	"net/url"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
)

// Alipay repeats a notice for up to 24 h 22 min, each time with its own
// notify_time and signature; so an older one is a replay. ahead is for clocks
// that are apart.
const (
	oldest = 25 * time.Hour
	ahead  = 5 * time.Minute
)

// Verify implements payment.Provider: RSA2 over the sorted form fields, then
// the application and seller that it is meant for, then its age.
//
// A refund is told in a notice of its trade (gmt_refund, out_biz_no); Refund's
// own answer is what counts, so it is read as a repetition of the payment's.
func (p *Provider) Verify(_ func(string) string, body []byte, now time.Time) (payment.Notice, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return payment.Notice{}, payment.ErrNotice
	}
	for _, v := range form {
		if len(v) != 1 { // the signature does not say which of two counts
			return payment.Notice{}, payment.ErrNotice
		}
	}
	if form.Get("sign_type") != "RSA2" || form.Get("sign") == "" {
		return payment.Notice{}, payment.ErrSignature
	}
	if p.cert != "" && form.Get("alipay_cert_sn") != p.cert {
		return payment.Notice{}, payment.ErrSignature // by a certificate that was not configured
	}
	form.Del("alipay_cert_sn") // or the SDK would fetch a certificate that the message names
	n, err := p.client.DecodeNotification(context.Background(), form)
	if err != nil {
		return payment.Notice{}, payment.ErrSignature
	}
	at, err := time.ParseInLocation(timeForm, n.NotifyTime, clock.Shanghai)
	if err != nil || n.NotifyId == "" {
		return payment.Notice{}, payment.ErrNotice
	}
	if now.Sub(at) > oldest || at.Sub(now) > ahead {
		return payment.Notice{}, payment.ErrSignature
	}
	if n.AppId != p.cfg.AppID || p.cfg.SellerID != "" && n.SellerId != p.cfg.SellerID {
		return payment.Notice{}, payment.ErrNotice
	}
	st, err := statusOf(n.OutTradeNo, n.TradeStatus, n.TotalAmount, n.TradeNo, n.GmtPayment)
	return payment.Notice{Status: st, NoticeID: n.NotifyId}, err
}

// Ack implements payment.Acker: Alipay wants these seven letters and nothing else.
func (*Provider) Ack() (contentType string, body []byte) { return "text/plain", []byte("success") }
