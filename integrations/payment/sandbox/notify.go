package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/ids"
)

// maxTries is how often a notice is sent before the provider gives up; the
// merchant can still ask.
const maxTries = 8

// Run sends notices until ctx ends. Several Runs do not send one twice at once.
func (s *Server) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.SendDue(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("sandbox notices", "err", err)
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

// SendDue sends the notices that are due and returns how many were tried.
func (s *Server) SendDue(ctx context.Context) (int, error) {
	rows, err := s.Pool.Query(ctx, `update payment_sandbox.notice n set tries = tries + 1, due_at = $1::timestamptz + interval '15 seconds' * power(2, tries)
		from payment_sandbox.payment p where p.id = n.payment_id and n.id in
		(select id from payment_sandbox.notice where not done and due_at <= $1 order by due_at, id limit 20 for update skip locked)
		returning n.id, n.tries, n.amount, p.id::text, p.number, p.paid_at, p.notify_url`, s.Clock.Now())
	if err != nil {
		return 0, err
	}
	type due struct {
		id, amount, number int64
		tries              int
		payment, to        string
		paidAt             *time.Time
	}
	var list []due
	for rows.Next() {
		var d due
		if err := rows.Scan(&d.id, &d.tries, &d.amount, &d.payment, &d.number, &d.paidAt, &d.to); err != nil {
			return 0, err
		}
		list = append(list, d)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	for _, d := range list {
		pid, err := ids.Parse(d.payment)
		if err != nil {
			return 0, err
		}
		body, err := json.Marshal(statusWire{ID: pid, State: payment.Paid, Amount: d.amount, PaidAt: d.paidAt, Number: fmt.Sprintf("SBX%010d", d.number), NoticeID: fmt.Sprintf("N%010d", d.id)})
		if err != nil {
			return 0, err
		}
		if s.post(ctx, d.to, body) || d.tries >= maxTries {
			if _, err := s.Pool.Exec(ctx, "update payment_sandbox.notice set done = true where id = $1", d.id); err != nil {
				return 0, err
			}
		}
	}
	return len(list), nil
}

// post reports whether the merchant took the notice (2xx).
func (s *Server) post(ctx context.Context, to string, body []byte) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range headersFor(s.Key, s.Clock.Now(), body) {
		req.Header.Set(k, v)
	}
	res, err := s.HTTP.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode/100 == 2
}
