// Package payment is the language between sales and payment providers. An
// adapter (sandbox here; WeChat Pay and Alipay beside it) turns it into a
// provider's own interface.
//
// The rule for all of them: a provider's notice is a hint, never the truth by
// itself. Its signature, order, amount and currency are checked, and what is
// unknown is asked for with Query. Each call is idempotent by its id: Create
// by the payment's id, Refund by the refund's id.
package payment

import (
	"context"
	"encoding/hex"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// State is where a payment or refund stands at the provider.
type State string

// The states.
const (
	Waiting  State = "waiting"  // made, not paid yet
	Paid     State = "paid"     // the money is there
	Closed   State = "closed"   // will not be paid any more
	Refunded State = "refunded" // of a refund: the money is back
	Failed   State = "failed"   // of a refund: it was not possible
	Missing  State = "missing"  // the provider does not know this id
)

// Scene is where the buyer is when paying. A provider may not know all.
type Scene string

// The scenes.
const (
	ByCode  Scene = "code"  // a code on our screen that the buyer scans: WeChat native, Alipay precreate (扫码支付)
	Phone   Scene = "phone" // a phone's browser: WeChat H5, Alipay wap (手机网站支付)
	Desktop Scene = "page"  // a computer's browser: the provider's page (电脑网站支付)
	InApp   Scene = "inapp" // inside the provider's own app: WeChat JSAPI
	Scan    Scene = "scan"  // the buyer's code (付款码) scanned at the counter
)

// Request asks for money.
type Request struct {
	ID        ids.ID    // the payment's id, the provider's idempotency key
	Tenant    int32     // comes back in the notice's address
	Order     ids.ID    // for the buyer's eyes and for reconciliation
	Amount    money.Fen // more than zero
	Subject   string    // what the buyer reads, without personal data
	Expires   time.Time // not payable after this
	ReturnURL string    // where the buyer's browser goes afterwards
	NotifyURL string    // where the provider's notice goes
	Scene     Scene     // "" is what the provider does by itself
	ClientIP  string    // of the buyer, for Phone
	OpenID    string    // of the buyer with the provider's app, for InApp
}

// Created is where the buyer pays: one of the three.
type Created struct {
	PayURL string            // open it in the buyer's browser
	QR     string            // show it as a QR code
	Params map[string]string // hand them to the provider's app (WeChat JSAPI)
}

// Address is what the buyer opens or scans.
func (c Created) Address() string {
	if c.PayURL != "" {
		return c.PayURL
	}
	return c.QR
}

// Status is what the provider says of a payment or a refund.
type Status struct {
	ID     ids.ID
	State  State
	Amount money.Fen // as the provider knows it
	PaidAt time.Time
	Ref    string // the provider's own number
}

// Notice is a provider's message after its signature was checked.
type Notice struct {
	Status
	NoticeID string // the provider's id of the message; repeats carry the same
	Refund   bool   // it speaks of a refund: ID is the refund's
}

// RefundRequest gives money back.
type RefundRequest struct {
	ID        ids.ID // the refund's id
	Payment   ids.ID
	Amount    money.Fen
	Total     money.Fen // of the payment
	Reason    string
	NotifyURL string // where a notice of the refund goes, if the provider sends one
}

// Provider is one way to pay.
type Provider interface {
	Name() string
	Create(ctx context.Context, r Request) (Created, error)
	Query(ctx context.Context, payment ids.ID) (Status, error)
	Close(ctx context.Context, payment ids.ID) (Status, error)
	// Refund gives back. Waiting means that it was taken and is on its way:
	// QueryRefund, or a notice, says more.
	Refund(ctx context.Context, r RefundRequest) (Status, error)
	// QueryRefund asks for a refund by its ID and Payment; the rest is not needed.
	QueryRefund(ctx context.Context, r RefundRequest) (Status, error)
	// Verify checks a notice's signature over its body. header gives a header by
	// its name. Errors: ErrSignature, ErrNotice.
	Verify(header func(string) string, body []byte, now time.Time) (Notice, error)
}

// Taker takes money by the buyer's own code (付款码, Scan). Waiting means that
// the buyer is asked to confirm: Query says more.
type Taker interface {
	Take(ctx context.Context, r Request, code string) (Status, error)
	// Reverse ends what Take began, whatever became of it (撤销): what was not
	// paid cannot be paid any more, and what was paid goes back. Closed and
	// Missing mean that no money is held; an error that nobody knows.
	Reverse(ctx context.Context, payment ids.ID) (Status, error)
}

// BillLine is one movement of a provider's bill of a day.
type BillLine struct {
	Payment ids.ID    // zero: another system's number
	Back    bool      // money went back: Refund names it
	Refund  ids.ID    // zero: another system's number, or none since the payment was reversed
	Amount  money.Fen // what was paid, or what went back; more than zero
	At      time.Time
	Ref     string // the provider's own number
}

// Biller gives the bill of a day (Shanghai time), for reconciliation. A day
// that is not over, or whose bill is not made yet, is ErrNoBill.
type Biller interface {
	Bill(ctx context.Context, day clock.Day) ([]BillLine, error)
}

// Acker says what a provider wants to read as the answer to a notice that was
// taken. Others get {"ok":true}.
type Acker interface {
	Ack() (contentType string, body []byte)
}

// Errors of providers.
var (
	ErrSignature = errs.New(errs.Unsigned, "payment.signature", "支付通知签名不正确。", "The notice's signature is wrong.")
	ErrNotice    = errs.New(errs.Invalid, "payment.notice", "支付通知格式不正确。", "The notice is not well formed.")
	ErrUnknown   = errs.New(errs.Unavailable, "payment.unknown", "支付渠道暂时没有答复，请稍后查询。", "The payment provider has not answered; ask again shortly.")
	ErrScene     = errs.New(errs.Invalid, "payment.scene", "该支付渠道不支持这种付款方式。", "The provider does not offer this way to pay.").At("scene")
	ErrNoBill    = errs.New(errs.Conflict, "payment.no_bill", "该日账单尚未生成，请次日 10 点后再取。", "The bill of this day is not made yet; fetch it after 10:00 on the next day.")
	ErrRefused   = errs.New(errs.Conflict, "payment.refused", "支付渠道拒绝了请求：{reason}。", "The payment provider refused: {reason}.")
)

// Number is an id as providers take it: 32 hexadecimal digits (WeChat Pay's
// limit for out_trade_no is 32 characters).
func Number(id ids.ID) string {
	b := id.Bytes()
	return hex.EncodeToString(b[:])
}

// ParseNumber reads what Number wrote.
func ParseNumber(s string) (ids.ID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 16 {
		return ids.ID{}, ErrNotice
	}
	return ids.FromBytes([16]byte(b)), nil
}
