package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// Ways of sending text messages (短信).
const (
	TextingOff     = "off"     // messages wait until there is a way, or they are of no use
	TextingSandbox = "sandbox" // nothing is sent; the back office shows what would have been
	TextingWebhook = "webhook" // the house's own gateway gets a signed request
)

// ErrTextingVersion is the error of a setting that somebody else changed.
var ErrTextingVersion = errs.New(errs.Conflict, "channel.texting_version", "短信设置已被他人修改，请刷新后重试。", "Somebody else has changed the settings of messages; load them again.").At("version")

// Texting is how a house sends text messages.
type Texting struct {
	Mode    string `json:"mode" enum:"off,sandbox,webhook"`
	URL     string `json:"url" doc:"Public https address of the house's gateway"`
	Version int    `json:"version" minimum:"0" doc:"As it was read; 0 for the first"`

	id     ids.ID
	secret []byte // sealed
}

// Texting is how the tenant of ctx sends messages; off until it is set.
func (s *Service) Texting(ctx context.Context) (t Texting, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		t, err = getTexting(ctx, tx)
		return err
	})
	return t, err
}

// SetTexting changes how messages are sent. A secret comes back when the first
// address is set, or when fresh asks for a new one; it is shown once.
// Errors: channel.webhook_url, channel.texting_version.
func (s *Service) SetTexting(ctx context.Context, t Texting, fresh bool) (out Texting, secret string, err error) {
	if t.Mode == TextingWebhook {
		if t.URL, err = s.checkURL(t.URL); err != nil {
			return t, "", err
		}
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		old, err := getTexting(ctx, tx)
		if err != nil {
			return err
		}
		t.id, t.secret = old.id, old.secret
		if old.Version == 0 {
			t.id = ids.New()
		}
		if t.Mode == TextingWebhook && (len(t.secret) == 0 || fresh) {
			secret = newSecret()
			t.secret = s.Vault.Seal(tx.Scope.Tenant, t.id, "texting", secret)
		}
		if err := putTexting(ctx, tx, t); err != nil {
			return err
		}
		out, err = getTexting(ctx, tx)
		return err
	})
	return out, secret, err
}

// textPauses are the times between tries of a message: an offer of an hour is
// worth nothing tomorrow.
var textPauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute}

// SendTexts sends the messages of the tenant of ctx whose time has come and
// returns how many were tried. Several nodes may run it.
func (s *Service) SendTexts(ctx context.Context) (int, error) {
	how, err := s.Texting(ctx)
	if err != nil || how.Mode == TextingOff {
		return 0, err
	}
	var due []sales.Message
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = sales.TakeMessages(ctx, tx, 16, sendLease)
		return err
	})
	if err != nil {
		return 0, err
	}
	var all error
	for _, m := range due {
		all = errors.Join(all, s.sendText(ctx, how, m))
	}
	return len(due), all
}

func (s *Service) sendText(ctx context.Context, how Texting, m sales.Message) error {
	var text sales.Text
	var why string
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		text, why, err = s.Sales.TextOf(ctx, tx, m)
		return err
	})
	if err != nil {
		return err
	}
	now := s.now()
	next := now
	m.Status, m.Error = 0, why
	switch {
	case why != "":
		m.State = sales.MessageDropped
	case how.Mode == TextingSandbox:
		m.State, m.SentAt, m.Sandbox = sales.MessageSent, &now, text.Body
	default:
		m.Status, m.Error = s.postText(ctx, how, m, text, now)
		switch {
		case m.Error == "":
			m.State, m.SentAt = sales.MessageSent, &now
		case m.Attempts > len(textPauses) || m.Status == http.StatusGone:
			m.State = sales.MessageParked
		default:
			next = now.Add(textPauses[m.Attempts-1])
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return sales.SettleMessage(ctx, tx, m, next) })
}

// postText hands a message to the house's gateway: a request signed as
// webhooks are, whose webhook-id is the message's and stays the same, so that a
// gateway which got it twice sends it once. What failed is told in words that
// hold nothing of the request or its answer.
func (s *Service) postText(ctx context.Context, how Texting, m sales.Message, text sales.Text, now time.Time) (int, string) {
	sc, _ := db.ScopeOf(ctx)
	secret, err := s.Vault.Open(sc.Tenant, how.id, "texting", how.secret)
	if err != nil {
		return 0, "secret"
	}
	if _, err := s.checkURL(how.URL); err != nil {
		return 0, "url"
	}
	body, err := json.Marshal(map[string]any{"id": m.ID, "type": "sms", "timestamp": now.UTC(), "data": map[string]any{"to": dialled(text.Phone), "text": text.Body, "purpose": m.Purpose, "until": m.Until.UTC()}})
	if err != nil {
		return 0, "url"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, how.URL, bytes.NewReader(body))
	if err != nil {
		return 0, "url"
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Parterre-Webhook/1")
	req.Header.Set("webhook-id", m.ID.String())
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", signatures([]string{secret}, m.ID.String(), now, string(body)))
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

// dialled is a number as E.164 has it: those without a country are mobiles of
// the mainland.
func dialled(phone string) string {
	if strings.HasPrefix(phone, "+") {
		return phone
	}
	return "+86" + phone
}
