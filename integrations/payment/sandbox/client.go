package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Client speaks to a sandbox server.
type Client struct {
	Base  string // "https://localhost:8443/pay/sandbox"
	Key   []byte // shared with the server
	Clock clock.Clock
	HTTP  *http.Client // with a timeout
}

// Name implements payment.Provider.
func (*Client) Name() string { return "sandbox" }

// Create implements payment.Provider.
func (c *Client) Create(ctx context.Context, r payment.Request) (payment.Created, error) {
	st, err := c.call(ctx, "/api/payments", createWire{r.ID, r.Order, int64(r.Amount), r.Subject, r.Expires, r.ReturnURL, r.NotifyURL})
	return payment.Created{PayURL: c.Base + st.PayPath}, err
}

// Query implements payment.Provider.
func (c *Client) Query(ctx context.Context, id ids.ID) (payment.Status, error) {
	st, err := c.call(ctx, "/api/payments/query", map[string]ids.ID{"id": id})
	return st.status(), err
}

// Close implements payment.Provider.
func (c *Client) Close(ctx context.Context, id ids.ID) (payment.Status, error) {
	st, err := c.call(ctx, "/api/payments/close", map[string]ids.ID{"id": id})
	return st.status(), err
}

// Refund implements payment.Provider.
func (c *Client) Refund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	st, err := c.call(ctx, "/api/refunds", refundWire{r.ID, r.Payment, int64(r.Amount), r.Reason})
	return st.status(), err
}

// QueryRefund implements payment.Provider.
func (c *Client) QueryRefund(ctx context.Context, r payment.RefundRequest) (payment.Status, error) {
	st, err := c.call(ctx, "/api/refunds/query", map[string]ids.ID{"id": r.ID})
	return st.status(), err
}

// Verify implements payment.Provider.
func (c *Client) Verify(header func(string) string, body []byte, now time.Time) (payment.Notice, error) {
	if err := check(c.Key, header, body, now); err != nil {
		return payment.Notice{}, err
	}
	var w statusWire
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if dec.Decode(&w) != nil || w.ID.IsZero() || w.NoticeID == "" {
		return payment.Notice{}, payment.ErrNotice
	}
	return payment.Notice{Status: w.status(), NoticeID: w.NoticeID}, nil
}

func (w statusWire) status() payment.Status {
	s := payment.Status{ID: w.ID, State: w.State, Amount: money.Fen(w.Amount), Ref: w.Number}
	if w.PaidAt != nil {
		s.PaidAt = *w.PaidAt
	}
	return s
}

// call sends one signed request. No answer, or a broken one, is ErrUnknown:
// the effect may or may not be there, and the same call can be made again.
func (c *Client) call(ctx context.Context, path string, in any) (statusWire, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return statusWire{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base+path, bytes.NewReader(body))
	if err != nil {
		return statusWire{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range headersFor(c.Key, c.Clock.Now(), body) {
		req.Header.Set(k, v)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return statusWire{}, payment.ErrUnknown.Because(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return statusWire{}, payment.ErrUnknown.Because(err)
	}
	var w statusWire
	if json.Unmarshal(raw, &w) != nil || res.StatusCode >= 500 {
		return statusWire{}, payment.ErrUnknown.Because(fmt.Errorf("sandbox: status %d", res.StatusCode))
	}
	if w.Error != "" {
		return w, payment.ErrRefused.With("reason", w.Error)
	}
	return w, nil
}

var _ payment.Provider = (*Client)(nil)
