// Package alipay is the adapter to Alipay (支付宝) through
// github.com/smartwalle/alipay: code (当面付 precreate), phone (wap) and page
// payments, the buyer's code at the counter (付款码), query, close, refund,
// notices and the bill of a day. Messages are signed with RSA2 both ways.
//
// Alipay speaks yuan in decimal text. It is converted to 分 exactly; what has
// no exact 分 is refused, never rounded.
package alipay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/smartwalle/alipay/v3"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Config is an application with Alipay.
type Config struct {
	AppID      string
	SellerID   string       // 2088…; "" is not compared
	PrivateKey string       // the application's key, PEM or its base64
	PublicKey  string       // Alipay's public key (支付宝公钥), PEM or its base64; of the key mode
	Certs      Certificates // of the certificate mode; then PublicKey is not used

	Gateway string       // "" is Alipay itself; else the address of a stand-in
	HTTP    *http.Client // with a timeout
}

// Provider implements payment.Provider.
type Provider struct {
	cfg    Config
	client *alipay.Client
	cert   string // number of Alipay's certificate; "" in key mode
}

// New checks a configuration. Errors name the field, never its content.
func New(cfg Config) (*Provider, error) {
	if cfg.AppID == "" {
		return nil, errors.New("alipay: appId is missing")
	}
	hc := cfg.HTTP
	if hc == nil {
		hc = &http.Client{Timeout: 15 * time.Second}
	}
	cfg.HTTP = hc
	gateway := cfg.Gateway
	if gateway == "" {
		gateway = production
	}
	// "Production" would make the SDK fetch and trust a certificate that an
	// answer names; without it only the key that was configured counts.
	c, err := alipay.New(cfg.AppID, cfg.PrivateKey, false, alipay.WithTimeLocation(clock.Shanghai), alipay.WithHTTPClient(hc), alipay.WithSandboxGateway(gateway))
	if err != nil {
		return nil, errors.New("alipay: privateKey is not an RSA key (PKCS#1 or PKCS#8)")
	}
	if !cfg.Certs.empty() {
		number, err := cfg.Certs.load(c, privateKey(cfg.PrivateKey))
		return &Provider{cfg: cfg, client: c, cert: number}, err
	}
	if err := c.LoadAliPayPublicKey(cfg.PublicKey); err != nil || cfg.PublicKey == "" {
		return nil, errors.New("alipay: publicKey is not an RSA public key")
	}
	return &Provider{cfg: cfg, client: c}, nil
}

// Name implements payment.Provider.
func (*Provider) Name() string { return "alipay" }

// production is Alipay's own gateway.
const production = "https://openapi.alipay.com/gateway.do"

const timeForm = "2006-01-02 15:04:05"

// yuan reads an amount of Alipay's. "" is no amount.
func yuan(s string) (money.Fen, error) {
	f, err := money.Yuan(s)
	if err != nil {
		return 0, payment.ErrNotice.Because(fmt.Errorf("alipay: an amount is not exact in 分: %w", err))
	}
	return f, nil
}

// subjectMax is the longest subject in characters.
const subjectMax = 256

func trade(r payment.Request, product string) alipay.Trade {
	subject := r.Subject
	if subject == "" || len([]rune(subject)) > subjectMax || strings.ContainsAny(subject, "/=&") { // characters that Alipay refuses
		subject = "订单 " + r.Order.String()
	}
	return alipay.Trade{
		NotifyURL: r.NotifyURL, ReturnURL: r.ReturnURL, Subject: subject, OutTradeNo: payment.Number(r.ID), TotalAmount: r.Amount.String(),
		ProductCode: product, TimeExpire: r.Expires.In(clock.Shanghai).Format(timeForm),
	}
}

// Create implements payment.Provider. Page and phone payments are addresses
// that the buyer's browser opens: Alipay knows of the trade only from then on.
func (p *Provider) Create(ctx context.Context, r payment.Request) (payment.Created, error) {
	if r.Amount <= 0 || r.Amount > money.Max {
		return payment.Created{}, payment.ErrRefused.With("reason", "amount")
	}
	switch r.Scene {
	case payment.Desktop, "":
		u, err := p.client.TradePagePay(alipay.TradePagePay{Trade: trade(r, "FAST_INSTANT_TRADE_PAY")})
		if err != nil {
			return payment.Created{}, err
		}
		return payment.Created{PayURL: u.String()}, nil
	case payment.Phone:
		t := trade(r, "QUICK_WAP_WAY")
		u, err := p.client.TradeWapPay(alipay.TradeWapPay{Trade: t, QuitURL: r.ReturnURL, TimeExpire: t.TimeExpire})
		if err != nil {
			return payment.Created{}, err
		}
		return payment.Created{PayURL: u.String()}, nil
	case payment.ByCode:
		res, err := p.client.TradePreCreate(ctx, alipay.TradePreCreate{Trade: trade(r, "QR_CODE_OFFLINE")})
		if err := refused(err, res, func() alipay.Error { return res.Error }); err != nil {
			return payment.Created{}, err
		}
		return payment.Created{QR: res.QRCode}, nil
	case payment.InApp, payment.Scan:
	}
	return payment.Created{}, payment.ErrScene
}

// Take implements payment.Taker: 付款码支付.
func (p *Provider) Take(ctx context.Context, r payment.Request, code string) (payment.Status, error) {
	res, err := p.client.TradePay(ctx, alipay.TradePay{Trade: trade(r, "FACE_TO_FACE_PAYMENT"), Scene: "bar_code", AuthCode: code})
	if err := refused(err, res, func() alipay.Error { return res.Error }); err != nil {
		return payment.Status{}, err
	}
	if res.Code == alipay.CodeOrderSuccessPayInProcess {
		return payment.Status{ID: r.ID, State: payment.Waiting, Amount: r.Amount}, nil
	}
	return statusOf(res.OutTradeNo, alipay.TradeStatusSuccess, res.TotalAmount, res.TradeNo, res.GmtPayment)
}

// Reverse implements payment.Taker: 撤销. A trade that was paid and taken back
// cannot be told from a refunded one afterwards, so the answer itself counts.
func (p *Provider) Reverse(ctx context.Context, id ids.ID) (payment.Status, error) {
	res, err := p.client.TradeCancel(ctx, alipay.TradeCancel{OutTradeNo: payment.Number(id)})
	if err == nil && res != nil && res.SubCode == "ACQ.TRADE_NOT_EXIST" {
		return payment.Status{ID: id, State: payment.Missing}, nil
	}
	if err := refused(err, res, func() alipay.Error { return res.Error }); err != nil {
		return payment.Status{}, err
	}
	if res.RetryFlag == "Y" {
		return payment.Status{}, payment.ErrUnknown.Because(errors.New("alipay: the cancellation is to be tried again"))
	}
	return payment.Status{ID: id, State: payment.Closed, Ref: res.TradeNo}, nil
}

// Query implements payment.Provider.
func (p *Provider) Query(ctx context.Context, id ids.ID) (payment.Status, error) {
	res, err := p.client.TradeQuery(ctx, alipay.TradeQuery{OutTradeNo: payment.Number(id)})
	if err == nil && res != nil && res.SubCode == "ACQ.TRADE_NOT_EXIST" { // signed: unsigned errors come back as err
		return payment.Status{ID: id, State: payment.Missing}, nil
	}
	if err := refused(err, res, func() alipay.Error { return res.Error }); err != nil {
		return payment.Status{}, err
	}
	st, err := statusOf(res.OutTradeNo, res.TradeStatus, res.TotalAmount, res.TradeNo, res.SendPayDate)
	if err == nil && st.ID != id {
		return payment.Status{}, payment.ErrUnknown.Because(errors.New("alipay: the answer is about another order"))
	}
	// A trade that was paid and wholly refunded is TRADE_CLOSED too; the date of
	// its payment tells it from one that was never paid.
	if err == nil && st.State == payment.Closed && res.SendPayDate != "" {
		st.State = payment.Paid
	}
	return st, err
}

func statusOf(number string, state alipay.TradeStatus, total, ref, paidAt string) (payment.Status, error) {
	id, err := payment.ParseNumber(number)
	if err != nil {
		return payment.Status{}, err
	}
	st := payment.Status{ID: id, Ref: ref}
	if st.Amount, err = yuan(total); err != nil {
		return payment.Status{}, err
	}
	switch state {
	case alipay.TradeStatusSuccess, alipay.TradeStatusFinished:
		st.State = payment.Paid
	case alipay.TradeStatusClosed:
		st.State = payment.Closed
	case alipay.TradeStatusWaitBuyerPay:
		st.State = payment.Waiting
	default:
		return payment.Status{}, payment.ErrNotice
	}
	if paidAt != "" {
		if st.PaidAt, err = time.ParseInLocation(timeForm, paidAt, clock.Shanghai); err != nil {
			return payment.Status{}, payment.ErrNotice.Because(err)
		}
	}
	return st, nil
}

// Close implements payment.Provider. Closing what is paid is refused by the
// provider; then the state that it is in is returned. A page payment that the
// buyer never opened is Missing: it ends by its own time.
func (p *Provider) Close(ctx context.Context, id ids.ID) (payment.Status, error) {
	res, err := p.client.TradeClose(ctx, alipay.TradeClose{OutTradeNo: payment.Number(id)})
	if err != nil || res == nil || res.Code == alipay.CodeUnknowError {
		return payment.Status{}, payment.ErrUnknown.Because(err)
	}
	return p.Query(ctx, id)
}

// Refund implements payment.Provider: the same out_request_no gives back once.
// fund_change tells whether this call moved money; if it did not, a call
// before may have, and it is asked for.
func (p *Provider) Refund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	res, err := p.client.TradeRefund(ctx, alipay.TradeRefund{
		OutTradeNo: payment.Number(r.Payment), OutRequestNo: payment.Number(r.ID), RefundAmount: r.Amount.String(), RefundReason: r.Reason,
	})
	if err := refused(err, res, func() alipay.Error { return res.Error }); err != nil {
		return payment.Status{}, err
	}
	if res.FundChange == "Y" {
		return payment.Status{ID: r.ID, State: payment.Refunded, Amount: r.Amount, Ref: res.TradeNo}, nil
	}
	st, err := p.QueryRefund(ctx, r)
	if err == nil && st.State == payment.Missing {
		st.State = payment.Waiting
	}
	return st, err
}

// QueryRefund implements payment.Provider.
func (p *Provider) QueryRefund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	res, err := p.client.TradeFastPayRefundQuery(ctx, alipay.TradeFastPayRefundQuery{OutTradeNo: payment.Number(r.Payment), OutRequestNo: payment.Number(r.ID)})
	if err == nil && res != nil && res.SubCode == "ACQ.TRADE_NOT_EXIST" {
		return payment.Status{ID: r.ID, State: payment.Missing}, nil
	}
	if err := refused(err, res, func() alipay.Error { return res.Error }); err != nil {
		return payment.Status{}, err
	}
	if res.RefundStatus != "REFUND_SUCCESS" || res.OutRequestNo != payment.Number(r.ID) {
		return payment.Status{ID: r.ID, State: payment.Missing}, nil
	}
	st := payment.Status{ID: r.ID, State: payment.Refunded, Ref: res.TradeNo}
	if st.Amount, err = yuan(res.RefundAmount); err == nil && res.GMTRefundPay != "" {
		st.PaidAt, err = time.ParseInLocation(timeForm, res.GMTRefundPay, clock.Shanghai)
	}
	return st, err
}

// refused parts what the provider said no to, with its signature, from what
// nobody knows: no answer, a broken or unsigned one, or its own failure.
func refused[T any](err error, res *T, said func() alipay.Error) error {
	if err != nil || res == nil {
		return payment.ErrUnknown.Because(err)
	}
	e := said()
	if e.IsSuccess() {
		return nil
	}
	if e.Code == alipay.CodeUnknowError || e.SubCode == "ACQ.SYSTEM_ERROR" || e.Code == alipay.CodeCallLimited {
		return payment.ErrUnknown.Because(e)
	}
	return payment.ErrRefused.With("reason", e.SubCode+" "+e.SubMsg).Because(e)
}

var (
	_ payment.Provider = (*Provider)(nil)
	_ payment.Taker    = (*Provider)(nil)
	_ payment.Biller   = (*Provider)(nil)
	_ payment.Acker    = (*Provider)(nil)
)
