package sim

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// maxTries is how often a notice is sent before the provider gives up; the
// merchant can still ask.
const maxTries = 8

// Run sends notices until ctx ends. Several Runs do not send one twice at once.
func (s *Server) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.SendDue(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("simulated payment notices", "err", err)
		}
		if n > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(250 * time.Millisecond): //nolint:forbidigo // polling pace, not a time of day
		}
	}
}

type message struct {
	id                       int64
	kind, app, trade, refund string
	fault                    Fault
	tries                    int
}

// SendDue sends the notices that are due and returns how many were tried.
func (s *Server) SendDue(ctx context.Context) (int, error) {
	rows, err := s.Pool.Query(ctx, `update payment_sandbox.message set tries = tries + 1, due_at = $1::timestamptz + interval '15 seconds' * power(2, tries)
		where id in (select id from payment_sandbox.message where not done and due_at <= $1 order by due_at, id limit 20 for update skip locked)
		returning id, kind, app, trade, refund, fault, tries`, s.Clock.Now())
	if err != nil {
		return 0, err
	}
	var list []message
	for rows.Next() {
		var m message
		if err := rows.Scan(&m.id, &m.kind, &m.app, &m.trade, &m.refund, &m.fault, &m.tries); err != nil {
			return 0, err
		}
		list = append(list, m)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	for _, m := range list {
		taken, err := s.send(ctx, m)
		if err != nil {
			return 0, err
		}
		// What was wrong on purpose is sent once.
		if taken || m.tries >= maxTries || m.fault != Normal {
			if _, err := s.Pool.Exec(ctx, "update payment_sandbox.message set done = true where id = $1", m.id); err != nil {
				return 0, err
			}
		}
	}
	return len(list), nil
}

// send reports whether the merchant took the notice.
func (s *Server) send(ctx context.Context, m message) (bool, error) {
	t, _, err := s.trade(ctx, s.Pool, m.kind, m.app, m.trade, "")
	if err != nil {
		return false, err
	}
	who, _, err := s.merchant(ctx, m.kind, "app", m.app)
	if err != nil {
		return false, err
	}
	var r refund
	if m.refund != "" {
		if r, _, err = s.refundOf(ctx, s.Pool, m.kind, m.app, m.refund); err != nil {
			return false, err
		}
	}
	key, at := s.Key, s.Clock.Now()
	switch m.fault {
	case WrongAmount:
		t.Amount++
	case WrongApp:
		who.App += "x"
	case Old:
		at = at.Add(-48 * time.Hour)
	case Forged:
		if key, err = s.forger(); err != nil {
			return false, err
		}
	case Normal, Late, Twice, Missing:
	}
	to, body, contentType := t.NotifyURL, []byte(nil), "application/json"
	header := http.Header{}
	if m.kind == WeChat {
		if m.refund != "" {
			if err := s.Pool.QueryRow(ctx, "select notify_url from payment_sandbox.trade_refund where kind = $1 and app = $2 and number = $3", m.kind, m.app, m.refund).Scan(&to); err != nil {
				return false, err
			}
		}
		if body, err = s.wechatNotice(m, who, t, r, at); err == nil {
			err = s.wechatHeaders(header, body, at, key)
		}
	} else {
		contentType = "application/x-www-form-urlencoded; charset=utf-8"
		form := alipayNotice(m, who, t, r, at)
		var sig string
		if sig, err = sign(key, canonical(form, true)); err == nil {
			form.Set("sign", sig)
			if _, _, number := who.certNumbers(); number != "" { // what it is signed by is not part of what is signed
				form.Set("alipay_cert_sn", number)
			}
			body = []byte(form.Encode())
		}
	}
	if err != nil || to == "" {
		return true, err
	}
	return s.post(ctx, m.kind, to, contentType, header, body), nil
}

func (s *Server) post(ctx context.Context, kind, to, contentType string, header http.Header, body []byte) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header = header
	req.Header.Set("Content-Type", contentType)
	res, err := s.HTTP.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err != nil || res.StatusCode/100 != 2 {
		return false
	}
	return kind == WeChat || strings.TrimSpace(string(said)) == "success"
}

// wechatNotice is the body of a notice: an event whose resource is sealed with
// the merchant's APIv3 key.
func (s *Server) wechatNotice(m message, who merchant, t trade, r refund, at time.Time) ([]byte, error) {
	event, kind, resource := "TRANSACTION.SUCCESS", "transaction", s.wechatTransaction(who, trade{
		Kind: t.Kind, App: t.App, Number: t.Number, Serial: t.Serial, Amount: t.Amount, Scene: t.Scene, State: t.State, Expires: t.Expires, PaidAt: t.PaidAt, now: t.now,
	})
	if m.refund != "" {
		event, kind = "REFUND.SUCCESS", "refund"
		resource = map[string]any{
			"mchid": who.ID, "out_trade_no": t.Number, "transaction_id": t.ref(), "out_refund_no": r.Number, "refund_id": r.ref(), "refund_status": "SUCCESS",
			"success_time": r.Done.In(clock.Shanghai).Format(time.RFC3339), "user_received_account": "支付用户零钱",
			"amount": map[string]int64{"total": t.Amount, "refund": r.Amount, "payer_total": t.Amount, "payer_refund": r.Amount},
		}
	}
	plain, err := json.Marshal(resource)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher([]byte(who.APIKey))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	nonce := ids.Token(16)[:12]
	return json.Marshal(map[string]any{
		"id": fmt.Sprintf("SIM-%d", m.id), "create_time": at.In(clock.Shanghai).Format(time.RFC3339), "event_type": event, "resource_type": "encrypt-resource", "summary": "模拟通知",
		"resource": map[string]string{
			"algorithm": "AEAD_AES_256_GCM", "original_type": kind, "nonce": nonce, "associated_data": kind,
			"ciphertext": base64.StdEncoding.EncodeToString(gcm.Seal(nil, []byte(nonce), plain, []byte(kind))),
		},
	})
}

func alipayNotice(m message, who merchant, t trade, r refund, at time.Time) url.Values {
	f := url.Values{}
	set := func(k, v string) {
		if v != "" {
			f.Set(k, v)
		}
	}
	amount := money.Fen(t.Amount).String()
	set("notify_time", shanghai(at))
	set("notify_type", "trade_status_sync")
	set("notify_id", fmt.Sprintf("2026112200222%019d", m.id))
	set("charset", "utf-8")
	set("version", "1.0")
	set("sign_type", "RSA2")
	set("app_id", who.App)
	set("auth_app_id", who.App)
	set("seller_id", who.ID)
	set("out_trade_no", t.Number)
	set("trade_no", t.ref())
	set("subject", t.Subject)
	set("total_amount", amount)
	set("receipt_amount", amount)
	set("buyer_pay_amount", amount)
	set("gmt_create", shanghai(t.Created))
	if t.PaidAt != nil {
		set("gmt_payment", shanghai(*t.PaidAt))
	}
	if m.refund == "" {
		set("trade_status", "TRADE_SUCCESS")
		return f
	}
	set("trade_status", alipayState(t))
	set("out_biz_no", r.Number)
	set("refund_fee", money.Fen(t.Back).String())
	set("gmt_refund", shanghai(*r.Done))
	return f
}
