package wechat

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"parterre/integrations/payment"
	"parterre/modules/core/money"
)

// skew is how old a notice may be: WeChat Pay's own rule for its messages.
const skew = 5 * time.Minute

// refundNotice is the resource of REFUND.* events.
type refundNotice struct {
	MchID        string `json:"mchid"`
	OutTradeNo   string `json:"out_trade_no"`
	OutRefundNo  string `json:"out_refund_no"`
	RefundID     string `json:"refund_id"`
	RefundStatus string `json:"refund_status"`
	SuccessTime  string `json:"success_time"`
	Amount       struct {
		Total  int64 `json:"total"`
		Refund int64 `json:"refund"`
	} `json:"amount"`
}

// Verify implements payment.Provider. The SDK's own handler reads the machine's
// clock and prints requests into its errors; so its verifier and its
// decryption are used, and the time is the caller's.
func (p *Provider) Verify(header func(string) string, body []byte, now time.Time) (payment.Notice, error) {
	at, err := strconv.ParseInt(header(consts.WechatPayTimestamp), 10, 64)
	if err != nil {
		return payment.Notice{}, payment.ErrSignature
	}
	if d := now.Sub(time.Unix(at, 0)); d > skew || d < -skew {
		return payment.Notice{}, payment.ErrSignature
	}
	if kind := header("Wechatpay-Signature-Type"); kind != "" && kind != "WECHATPAY2-SHA256-RSA2048" {
		return payment.Notice{}, payment.ErrSignature
	}
	message := header(consts.WechatPayTimestamp) + "\n" + header(consts.WechatPayNonce) + "\n" + string(body) + "\n"
	if header(consts.WechatPayNonce) == "" || p.verifier.Verify(context.Background(), header(consts.WechatPaySerial), message, header(consts.WechatPaySignature)) != nil {
		return payment.Notice{}, payment.ErrSignature
	}
	var n notify.Request
	if json.Unmarshal(body, &n) != nil || n.ID == "" || n.Resource == nil || n.Resource.Algorithm != "AEAD_AES_256_GCM" || len(n.Resource.Nonce) != 12 {
		return payment.Notice{}, payment.ErrNotice
	}
	plain, err := utils.DecryptAES256GCM(p.cfg.APIv3Key, n.Resource.AssociatedData, n.Resource.Nonce, n.Resource.Ciphertext)
	if err != nil {
		return payment.Notice{}, payment.ErrSignature
	}
	switch n.EventType {
	case "TRANSACTION.SUCCESS":
		var t payments.Transaction
		if json.Unmarshal([]byte(plain), &t) != nil {
			return payment.Notice{}, payment.ErrNotice
		}
		st, err := p.status(t)
		return payment.Notice{Status: st, NoticeID: n.ID}, err
	case "REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED":
		return p.refundNotice(n.ID, []byte(plain))
	}
	return payment.Notice{}, payment.ErrNotice
}

func (p *Provider) refundNotice(id string, plain []byte) (payment.Notice, error) {
	var r refundNotice
	if json.Unmarshal(plain, &r) != nil || r.MchID != p.cfg.MchID || r.Amount.Refund <= 0 {
		return payment.Notice{}, payment.ErrNotice
	}
	refund, err := payment.ParseNumber(r.OutRefundNo)
	if err != nil {
		return payment.Notice{}, err
	}
	n := payment.Notice{NoticeID: id, Refund: true, Status: payment.Status{ID: refund, State: payment.Failed, Amount: money.Fen(r.Amount.Refund), Ref: r.RefundID}}
	if r.RefundStatus == "SUCCESS" {
		n.State = payment.Refunded
		if n.PaidAt, err = time.Parse(time.RFC3339, r.SuccessTime); err != nil {
			return payment.Notice{}, payment.ErrNotice
		}
	}
	return n, nil
}

// Ack implements payment.Acker.
func (*Provider) Ack() (contentType string, body []byte) {
	return "application/json", []byte(`{"code":"SUCCESS","message":"成功"}`)
}

var _ payment.Acker = (*Provider)(nil)
