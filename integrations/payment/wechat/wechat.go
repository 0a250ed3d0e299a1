// Package wechat is the adapter to WeChat Pay (微信支付), API v3, through the
// provider's own SDK: code (Native), phone (H5) and in-app (JSAPI) payments,
// the buyer's code at the counter (付款码), query, close, refund, notices and
// the bill of a day.
//
// Amounts are 分 on both sides. Requests are signed with the merchant's key;
// answers and notices are verified with WeChat Pay's public key or platform
// certificate, which is chosen by the serial that the message names, and a
// notice's resource is opened with the APIv3 key (AEAD_AES_256_GCM).
package wechat

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/h5"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Config is a merchant's account with WeChat Pay.
type Config struct {
	MchID      string // 商户号
	AppID      string // 公众号、小程序或应用的 AppID
	Serial     string // serial number of the merchant's API certificate
	PrivateKey string // the merchant's API key, PEM
	APIv3Key   string // 32 characters
	// PlatformKey is WeChat Pay's public key (PEM, with its id PUB_KEY_ID_… in
	// PlatformID), or its platform certificate (PEM; PlatformID is not needed).
	PlatformKey string
	PlatformID  string

	Gateway string       // "" is WeChat Pay itself; else the address of a stand-in
	HTTP    *http.Client // with a timeout
}

// Provider implements payment.Provider.
type Provider struct {
	cfg      Config
	client   *core.Client // verifies what it gets
	loose    *core.Client // for the bill's file, which is not signed but hashed
	verifier auth.Verifier
}

// New checks a configuration. Errors name the field, never its content.
func New(cfg Config) (*Provider, error) {
	for name, v := range map[string]string{"mchId": cfg.MchID, "appId": cfg.AppID, "serial": cfg.Serial} {
		if v == "" {
			return nil, fmt.Errorf("wechat: %s is missing", name)
		}
	}
	if len(cfg.APIv3Key) != 32 {
		return nil, errors.New("wechat: apiV3Key must have 32 characters")
	}
	private, err := utils.LoadPrivateKey(cfg.PrivateKey)
	if err != nil {
		return nil, errors.New("wechat: privateKey is not an RSA key in PEM (PKCS#8)")
	}
	p := &Provider{cfg: cfg}
	if p.verifier, err = verifierOf(cfg); err != nil {
		return nil, err
	}
	hc := &http.Client{Timeout: 15 * time.Second}
	if cfg.HTTP != nil {
		*hc = *cfg.HTTP
	}
	if cfg.Gateway != "" {
		base, err := url.Parse(cfg.Gateway)
		if err != nil || base.Host == "" {
			return nil, errors.New("wechat: gateway is not an address")
		}
		hc.Transport = toGateway{base, hc.Transport}
	}
	opts := []core.ClientOption{option.WithMerchantCredential(cfg.MchID, cfg.Serial, private), option.WithVerifier(p.verifier), option.WithHTTPClient(hc)}
	if p.client, err = core.NewClient(context.Background(), opts...); err != nil {
		return nil, fmt.Errorf("wechat: %w", err)
	}
	opts[1] = option.WithoutValidator()
	p.loose, err = core.NewClient(context.Background(), opts...)
	return p, err
}

func verifierOf(cfg Config) (auth.Verifier, error) {
	if cert, err := utils.LoadCertificate(cfg.PlatformKey); err == nil {
		return verifiers.NewSHA256WithRSAVerifier(core.NewCertificateMapWithList([]*x509.Certificate{cert})), nil
	}
	key, err := utils.LoadPublicKey(cfg.PlatformKey)
	if err != nil {
		return nil, errors.New("wechat: platformKey is neither a public key nor a certificate in PEM")
	}
	if cfg.PlatformID == "" {
		return nil, errors.New("wechat: platformId is missing (PUB_KEY_ID_…)")
	}
	var k rsa.PublicKey = *key
	return verifiers.NewSHA256WithRSAPubkeyVerifier(cfg.PlatformID, k), nil
}

// toGateway sends requests to a stand-in. What was signed stays as it is: the
// signature covers the path that WeChat Pay has, not the stand-in's.
type toGateway struct {
	base *url.URL
	next http.RoundTripper
}

func (g toGateway) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.Host = g.base.Scheme, g.base.Host, g.base.Host
	out.URL.Path = strings.TrimSuffix(g.base.Path, "/") + out.URL.Path
	next := g.next
	if next == nil {
		next = http.DefaultTransport
	}
	return next.RoundTrip(out)
}

// Name implements payment.Provider.
func (*Provider) Name() string { return "wechat" }

// descriptionMax is the longest description in characters (字节 127).
const descriptionMax = 127

// subject cuts nothing silently: it is the show's title for the buyer's eyes,
// and a title that does not fit is replaced by the order's number.
func subject(r payment.Request) string {
	if len(r.Subject) > 0 && len(r.Subject) <= descriptionMax {
		return r.Subject
	}
	return "订单 " + r.Order.String()
}

// Create implements payment.Provider.
func (p *Provider) Create(ctx context.Context, r payment.Request) (payment.Created, error) {
	if r.Amount <= 0 || r.Amount > money.Max {
		return payment.Created{}, payment.ErrRefused.With("reason", "amount")
	}
	switch r.Scene {
	case payment.Phone:
		return p.createH5(ctx, r)
	case payment.InApp:
		return p.createInApp(ctx, r)
	case payment.ByCode, payment.Desktop, "":
		return p.createNative(ctx, r)
	case payment.Scan:
	}
	return payment.Created{}, payment.ErrScene
}

func (p *Provider) createNative(ctx context.Context, r payment.Request) (payment.Created, error) {
	svc := native.NativeApiService{Client: p.client}
	res, result, err := svc.Prepay(ctx, native.PrepayRequest{
		Appid: &p.cfg.AppID, Mchid: &p.cfg.MchID, Description: core.String(subject(r)), OutTradeNo: core.String(payment.Number(r.ID)),
		TimeExpire: core.Time(r.Expires.In(clock.Shanghai)), NotifyUrl: &r.NotifyURL, Amount: &native.Amount{Total: core.Int64(int64(r.Amount)), Currency: core.String("CNY")},
	})
	if done(result); err != nil {
		return payment.Created{}, refused(err)
	}
	if res.CodeUrl == nil {
		return payment.Created{}, payment.ErrUnknown
	}
	return payment.Created{QR: *res.CodeUrl}, nil
}

func (p *Provider) createH5(ctx context.Context, r payment.Request) (payment.Created, error) {
	svc := h5.H5ApiService{Client: p.client}
	res, result, err := svc.Prepay(ctx, h5.PrepayRequest{
		Appid: &p.cfg.AppID, Mchid: &p.cfg.MchID, Description: core.String(subject(r)), OutTradeNo: core.String(payment.Number(r.ID)),
		TimeExpire: core.Time(r.Expires.In(clock.Shanghai)), NotifyUrl: &r.NotifyURL, Amount: &h5.Amount{Total: core.Int64(int64(r.Amount)), Currency: core.String("CNY")},
		SceneInfo: &h5.SceneInfo{PayerClientIp: &r.ClientIP, H5Info: &h5.H5Info{Type: core.String("Wap")}},
	})
	if done(result); err != nil {
		return payment.Created{}, refused(err)
	}
	if res.H5Url == nil {
		return payment.Created{}, payment.ErrUnknown
	}
	to := *res.H5Url
	if r.ReturnURL != "" {
		to += "&redirect_url=" + url.QueryEscape(r.ReturnURL)
	}
	return payment.Created{PayURL: to}, nil
}

func (p *Provider) createInApp(ctx context.Context, r payment.Request) (payment.Created, error) {
	if r.OpenID == "" {
		return payment.Created{}, payment.ErrScene
	}
	svc := jsapi.JsapiApiService{Client: p.client}
	res, result, err := svc.PrepayWithRequestPayment(ctx, jsapi.PrepayRequest{
		Appid: &p.cfg.AppID, Mchid: &p.cfg.MchID, Description: core.String(subject(r)), OutTradeNo: core.String(payment.Number(r.ID)),
		TimeExpire: core.Time(r.Expires.In(clock.Shanghai)), NotifyUrl: &r.NotifyURL, Amount: &jsapi.Amount{Total: core.Int64(int64(r.Amount)), Currency: core.String("CNY")},
		Payer: &jsapi.Payer{Openid: &r.OpenID},
	})
	if done(result); err != nil {
		return payment.Created{}, refused(err)
	}
	return payment.Created{Params: map[string]string{
		"appId": *res.Appid, "timeStamp": *res.TimeStamp, "nonceStr": *res.NonceStr, "package": *res.Package, "signType": *res.SignType, "paySign": *res.PaySign,
	}}, nil
}

// Take implements payment.Taker: 付款码支付. The SDK has no service for it, so
// its client is used with the interface's own path.
func (p *Provider) Take(ctx context.Context, r payment.Request, code string) (payment.Status, error) {
	type amount struct {
		Total    int64  `json:"total"`
		Currency string `json:"currency"`
	}
	type payer struct {
		AuthCode string `json:"auth_code"`
	}
	type store struct {
		ID string `json:"id"`
	}
	type scene struct {
		Store store `json:"store_info"`
	}
	result, err := p.client.Post(ctx, consts.WechatPayAPIServer+"/v3/pay/transactions/codepay", struct {
		AppID       string `json:"appid"`
		MchID       string `json:"mchid"`
		Description string `json:"description"`
		OutTradeNo  string `json:"out_trade_no"`
		Payer       payer  `json:"payer"`
		Amount      amount `json:"amount"`
		Scene       scene  `json:"scene_info"`
	}{p.cfg.AppID, p.cfg.MchID, subject(r), payment.Number(r.ID), payer{code}, amount{int64(r.Amount), "CNY"}, scene{store{"counter"}}})
	defer done(result)
	if core.IsAPIError(err, "USERPAYING") || core.IsAPIError(err, "USER_PAYING") {
		return payment.Status{ID: r.ID, State: payment.Waiting, Amount: r.Amount}, nil
	}
	if err != nil {
		return payment.Status{}, refused(err)
	}
	var t payments.Transaction
	if err := core.UnMarshalResponse(result.Response, &t); err != nil {
		return payment.Status{}, payment.ErrUnknown.Because(err)
	}
	return p.status(t)
}

// Reverse implements payment.Taker: 撤销. What WeChat Pay then says of the
// transaction is the answer: REVOKED when it was reversed.
func (p *Provider) Reverse(ctx context.Context, id ids.ID) (payment.Status, error) {
	result, err := p.client.Post(ctx, consts.WechatPayAPIServer+"/v3/pay/transactions/out-trade-no/"+payment.Number(id)+"/reverse", struct {
		AppID string `json:"appid"`
		MchID string `json:"mchid"`
	}{p.cfg.AppID, p.cfg.MchID})
	done(result)
	if is(err, http.StatusNotFound, "ORDER_NOT_EXIST", "ORDERNOTEXIST") {
		return payment.Status{ID: id, State: payment.Missing}, nil
	}
	if err != nil {
		return payment.Status{}, refused(err)
	}
	st, err := p.Query(ctx, id)
	if err == nil && st.State != payment.Closed && st.State != payment.Missing {
		return payment.Status{}, payment.ErrUnknown.Because(errors.New("wechat: reversed, and yet " + string(st.State)))
	}
	return st, err
}

// Query implements payment.Provider.
func (p *Provider) Query(ctx context.Context, id ids.ID) (payment.Status, error) {
	svc := native.NativeApiService{Client: p.client}
	t, result, err := svc.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{OutTradeNo: core.String(payment.Number(id)), Mchid: &p.cfg.MchID})
	if done(result); err != nil {
		if is(err, http.StatusNotFound, "ORDER_NOT_EXIST", "ORDERNOTEXIST") {
			return payment.Status{ID: id, State: payment.Missing}, nil
		}
		return payment.Status{}, refused(err)
	}
	st, err := p.status(*t)
	if err == nil && st.ID != id {
		return payment.Status{}, payment.ErrUnknown.Because(errors.New("wechat: the answer is about another order"))
	}
	return st, err
}

// Close implements payment.Provider. Closing what is paid is refused by the
// provider; then the state that it is in is returned.
func (p *Provider) Close(ctx context.Context, id ids.ID) (payment.Status, error) {
	svc := native.NativeApiService{Client: p.client}
	result, err := svc.CloseOrder(ctx, native.CloseOrderRequest{OutTradeNo: core.String(payment.Number(id)), Mchid: &p.cfg.MchID})
	done(result)
	var api *core.APIError
	if err != nil && (!errors.As(err, &api) || api.StatusCode >= 500) {
		return payment.Status{}, payment.ErrUnknown.Because(brief(err))
	}
	return p.Query(ctx, id)
}

// Refund implements payment.Provider: the same out_refund_no gives back once.
func (p *Provider) Refund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	req := refunddomestic.CreateRequest{
		OutTradeNo: core.String(payment.Number(r.Payment)), OutRefundNo: core.String(payment.Number(r.ID)),
		Amount: &refunddomestic.AmountReq{Refund: core.Int64(int64(r.Amount)), Total: core.Int64(int64(r.Total)), Currency: core.String("CNY")},
	}
	if r.Reason != "" && len(r.Reason) <= 80 { // the buyer's eyes only; one that does not fit is left out whole
		req.Reason = &r.Reason
	}
	if r.NotifyURL != "" {
		req.NotifyUrl = &r.NotifyURL
	}
	svc := refunddomestic.RefundsApiService{Client: p.client}
	res, result, err := svc.Create(ctx, req)
	if done(result); err != nil {
		return payment.Status{}, refused(err)
	}
	return refundStatus(res)
}

// QueryRefund implements payment.Provider.
func (p *Provider) QueryRefund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	svc := refunddomestic.RefundsApiService{Client: p.client}
	res, result, err := svc.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: core.String(payment.Number(r.ID))})
	if done(result); err != nil {
		if is(err, http.StatusNotFound, "RESOURCE_NOT_EXISTS") {
			return payment.Status{ID: r.ID, State: payment.Missing}, nil
		}
		return payment.Status{}, refused(err)
	}
	return refundStatus(res)
}

func refundStatus(r *refunddomestic.Refund) (payment.Status, error) {
	if r.OutRefundNo == nil || r.Status == nil || r.Amount == nil || r.Amount.Refund == nil {
		return payment.Status{}, payment.ErrUnknown
	}
	id, err := payment.ParseNumber(*r.OutRefundNo)
	if err != nil {
		return payment.Status{}, payment.ErrUnknown.Because(err)
	}
	st := payment.Status{ID: id, Amount: money.Fen(*r.Amount.Refund), State: payment.Waiting}
	switch *r.Status {
	case refunddomestic.STATUS_SUCCESS:
		st.State = payment.Refunded
	case refunddomestic.STATUS_CLOSED, refunddomestic.STATUS_ABNORMAL:
		st.State = payment.Failed
	case refunddomestic.STATUS_PROCESSING:
	}
	if r.RefundId != nil {
		st.Ref = *r.RefundId
	}
	if r.SuccessTime != nil {
		st.PaidAt = *r.SuccessTime
	}
	return st, nil
}

// status reads a transaction of this merchant and app; another's is refused.
func (p *Provider) status(t payments.Transaction) (payment.Status, error) {
	if t.OutTradeNo == nil || t.TradeState == nil || t.Mchid == nil || *t.Mchid != p.cfg.MchID || t.Appid != nil && *t.Appid != p.cfg.AppID {
		return payment.Status{}, payment.ErrNotice
	}
	id, err := payment.ParseNumber(*t.OutTradeNo)
	if err != nil {
		return payment.Status{}, err
	}
	st := payment.Status{ID: id}
	switch *t.TradeState {
	case "SUCCESS", "REFUND": // REFUND: paid, and some of it went back
		st.State = payment.Paid
	case "CLOSED", "REVOKED", "PAYERROR":
		st.State = payment.Closed
	default: // NOTPAY, USERPAYING, ACCEPT
		st.State = payment.Waiting
	}
	if t.Amount != nil && t.Amount.Total != nil {
		if t.Amount.Currency != nil && *t.Amount.Currency != "CNY" {
			return payment.Status{}, payment.ErrNotice
		}
		st.Amount = money.Fen(*t.Amount.Total)
	} else if st.State == payment.Paid {
		return payment.Status{}, payment.ErrNotice
	}
	if t.TransactionId != nil {
		st.Ref = *t.TransactionId
	}
	if t.SuccessTime != nil {
		if st.PaidAt, err = time.Parse(time.RFC3339, *t.SuccessTime); err != nil {
			return payment.Status{}, payment.ErrNotice.Because(err)
		}
	}
	return st, nil
}

// done closes an answer's body, which the SDK leaves open on errors.
func done(r *core.APIResult) {
	if r != nil && r.Response != nil && r.Response.Body != nil {
		_ = r.Response.Body.Close()
	}
}

func is(err error, status int, codes ...string) bool {
	var api *core.APIError
	if !errors.As(err, &api) || api.StatusCode != status {
		return false
	}
	for _, c := range codes {
		if api.Code == c {
			return true
		}
	}
	return false
}

// refused parts what the provider said no to from what nobody knows: no
// answer, a broken or wrongly signed one, or its own failure.
func refused(err error) error {
	var api *core.APIError
	if errors.As(err, &api) && api.StatusCode < 500 && api.StatusCode != http.StatusTooManyRequests && api.Code != "" {
		return payment.ErrRefused.With("reason", api.Code+" "+api.Message).Because(brief(err))
	}
	return payment.ErrUnknown.Because(brief(err))
}

// brief is an error without the headers and bodies that the SDK prints.
func brief(err error) error {
	var api *core.APIError
	if errors.As(err, &api) {
		return fmt.Errorf("wechat: status %d %s", api.StatusCode, api.Code)
	}
	return err
}

var (
	_ payment.Provider = (*Provider)(nil)
	_ payment.Taker    = (*Provider)(nil)
	_ payment.Biller   = (*Provider)(nil)
)
