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
	"time"

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
}

// Created is where the buyer pays.
type Created struct {
	PayURL string // open it in the buyer's browser, or show it as a QR code
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
}

// RefundRequest gives money back.
type RefundRequest struct {
	ID      ids.ID // the refund's id
	Payment ids.ID
	Amount  money.Fen
	Reason  string
}

// Provider is one way to pay.
type Provider interface {
	Name() string
	Create(ctx context.Context, r Request) (Created, error)
	Query(ctx context.Context, payment ids.ID) (Status, error)
	Close(ctx context.Context, payment ids.ID) (Status, error)
	Refund(ctx context.Context, r RefundRequest) (Status, error)
	QueryRefund(ctx context.Context, refund ids.ID) (Status, error)
	// Verify checks a notice's signature over its body. header gives a header by
	// its name. Errors: ErrSignature, ErrNotice.
	Verify(header func(string) string, body []byte, now time.Time) (Notice, error)
}

// Errors of providers.
var (
	ErrSignature = errs.New(errs.Unsigned, "payment.signature", "支付通知签名不正确。", "The notice's signature is wrong.")
	ErrNotice    = errs.New(errs.Invalid, "payment.notice", "支付通知格式不正确。", "The notice is not well formed.")
	ErrUnknown   = errs.New(errs.Unavailable, "payment.unknown", "支付渠道暂时没有答复，请稍后查询。", "The payment provider has not answered; ask again shortly.")
	ErrRefused   = errs.New(errs.Conflict, "payment.refused", "支付渠道拒绝了请求：{reason}。", "The payment provider refused: {reason}.")
)
