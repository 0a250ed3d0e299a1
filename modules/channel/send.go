package channel

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"parterre/modules/core/db"
)

// pauses are the times between tries; after the last one a delivery is parked.
var pauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// MaxAttempts is how often a delivery is tried before it is parked.
var MaxAttempts = len(pauses) + 1

// sendLease is how long a delivery that is being sent is left alone.
const sendLease = time.Minute

// Send sends the deliveries of the tenant of ctx whose time has come and
// returns how many were tried. Several nodes may run it.
func (s *Service) Send(ctx context.Context) (int, error) {
	var due []Delivery
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = takeDue(ctx, tx, 32, sendLease)
		return err
	})
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	fails := make([]error, len(due))
	slots := make(chan struct{}, 8)
	for i := range due {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			fails[i] = s.deliver(ctx, due[i])
		})
	}
	wg.Wait()
	return len(due), errors.Join(fails...)
}

// deliver tries one delivery and writes down what came of it.
func (s *Service) deliver(ctx context.Context, d Delivery) error {
	var h Hook
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		h, err = hookByID(ctx, tx, d.hook)
		return err
	})
	if err != nil {
		return err
	}
	now := s.now()
	status, problem := 0, "disabled"
	if h.Enabled {
		status, problem = s.post(ctx, h, d, now)
	}
	d.Status, d.Error = status, problem
	switch {
	case problem == "":
		d.State, d.SentAt = "sent", &now
	case d.Attempts >= MaxAttempts || status == http.StatusGone || !h.Enabled:
		d.State = "parked"
	default:
		d.NextAt = now.Add(pauses[d.Attempts-1])
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return settlePush(ctx, tx, d) })
}

// post sends one try. What failed is told in words that hold nothing of the
// receiver's answer.
func (s *Service) post(ctx context.Context, h Hook, d Delivery, now time.Time) (int, string) {
	sc, _ := db.ScopeOf(ctx)
	var keys []string
	secret, err := s.Vault.Open(sc.Tenant, h.ID, "webhook", h.secret)
	if err != nil {
		return 0, "secret"
	}
	keys = append(keys, secret)
	if h.PreviousUntil != nil && now.Before(*h.PreviousUntil) {
		if old, err := s.Vault.Open(sc.Tenant, h.ID, "webhook", h.previous); err == nil {
			keys = append(keys, old)
		}
	}
	if _, err := s.checkURL(h.URL); err != nil {
		return 0, "url"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader([]byte(d.body)))
	if err != nil {
		return 0, "url"
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Parterre-Webhook/1")
	req.Header.Set("webhook-id", d.ID.String())
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", signatures(keys, d.ID.String(), now, d.body))
	res, err := s.sender.client.Do(req)
	if errors.Is(err, errReach) {
		return 0, "address"
	}
	if err != nil {
		return 0, "connection"
	}
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	_ = res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return res.StatusCode, "status"
	}
	return res.StatusCode, ""
}

// signatures signs as Standard Webhooks does: "v1,<base64 of HMAC-SHA256>" over
// "<id>.<timestamp>.<body>", one for each secret, apart by blanks.
func signatures(secrets []string, id string, at time.Time, body string) string {
	var out []string
	for _, k := range secrets {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(k, "whsec_"))
		if err != nil {
			continue
		}
		m := hmac.New(sha256.New, raw)
		_, _ = m.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	return strings.Join(out, " ")
}
