// Package sandbox is a payment provider to try things with: a cashier page, an
// API, signed notices that can come late, twice, not at all, with a wrong
// amount or in the wrong order. No money moves, and every page says so.
//
// Server is the provider; Client is Parterre's adapter to it. They share the
// wire forms and speak HTTP, as with any other provider. Both sign with
// HMAC-SHA256 over "timestamp\nnonce\nbody".
package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/ids"
)

// Mode is how the provider behaves for one payment; the person at the cashier
// page chooses it.
type Mode string

// The modes.
const (
	Normal      Mode = "normal"
	Late        Mode = "late"         // the notice comes a minute later
	Twice       Mode = "twice"        // the notice comes twice
	Missing     Mode = "missing"      // no notice at all: it must be asked for
	WrongAmount Mode = "wrong_amount" // a notice with another amount comes first, the right one later
)

// Modes lists them with what they do, for the cashier page.
var Modes = []struct {
	Mode   Mode
	Zh, En string
}{
	{Normal, "正常通知", "Notify at once"},
	{Late, "通知迟到 1 分钟", "Notify a minute late"},
	{Twice, "通知两次", "Notify twice"},
	{Missing, "不发通知（需主动查询）", "Never notify (must be asked)"},
	{WrongAmount, "先发错误金额的通知", "Notify a wrong amount first"},
}

// Headers of signed messages, both ways.
const (
	HeaderTime      = "X-Sandbox-Timestamp"
	HeaderNonce     = "X-Sandbox-Nonce"
	HeaderSignature = "X-Sandbox-Signature"
)

// skew is how far the clocks may be apart.
const skew = 5 * time.Minute

func sign(key []byte, at, nonce string, body []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(at + "\n" + nonce + "\n"))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

func headersFor(key []byte, now time.Time, body []byte) map[string]string {
	at, nonce := strconv.FormatInt(now.Unix(), 10), ids.Token(16)
	return map[string]string{HeaderTime: at, HeaderNonce: nonce, HeaderSignature: sign(key, at, nonce, body)}
}

// check verifies a message of the other side.
func check(key []byte, header func(string) string, body []byte, now time.Time) error {
	at, err := strconv.ParseInt(header(HeaderTime), 10, 64)
	if err != nil {
		return payment.ErrSignature
	}
	if d := now.Sub(time.Unix(at, 0)); d > skew || d < -skew {
		return payment.ErrSignature
	}
	want := sign(key, header(HeaderTime), header(HeaderNonce), body)
	if len(header(HeaderNonce)) < 16 || !hmac.Equal([]byte(want), []byte(header(HeaderSignature))) {
		return payment.ErrSignature
	}
	return nil
}

// createWire is the body of a create request.
type createWire struct {
	ID        ids.ID    `json:"id"`
	Order     ids.ID    `json:"order"`
	Amount    int64     `json:"amount"`
	Subject   string    `json:"subject"`
	Expires   time.Time `json:"expires"`
	ReturnURL string    `json:"returnUrl"`
	NotifyURL string    `json:"notifyUrl"`
}

// refundWire is the body of a refund request.
type refundWire struct {
	ID      ids.ID `json:"id"`
	Payment ids.ID `json:"payment"`
	Amount  int64  `json:"amount"`
	Reason  string `json:"reason"`
}

// statusWire is every answer's body and the body of a notice.
type statusWire struct {
	ID       ids.ID        `json:"id"`
	State    payment.State `json:"state"`
	Amount   int64         `json:"amount"`
	PaidAt   *time.Time    `json:"paidAt,omitempty"`
	Number   string        `json:"number,omitempty"`
	PayPath  string        `json:"payPath,omitempty"`
	NoticeID string        `json:"noticeId,omitempty"`
	Error    string        `json:"error,omitempty"`
}
