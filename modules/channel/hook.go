package channel

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// Events that webhooks are told of.
const (
	OrderConfirmed  = "order.confirmed"
	TicketsRefunded = "tickets.refunded"
	SessionChanged  = "session.changed"
	PackageChanged  = "package.changed"
	Ping            = "ping"
)

// Events lists what a webhook may ask for; a ping comes to every one.
var Events = []string{OrderConfirmed, TicketsRefunded, SessionChanged, PackageChanged}

// Hook is an agent's webhook.
type Hook struct {
	ID            ids.ID     `json:"id"`
	URL           string     `json:"url"`
	Events        []string   `json:"events"`
	Enabled       bool       `json:"enabled"`
	PreviousUntil *time.Time `json:"previousUntil,omitempty" doc:"Until then the secret before the last rotation signs as well"`
	CreatedAt     time.Time  `json:"createdAt"`

	agent            ids.ID
	secret, previous []byte // sealed
}

// MaxHooks is how many webhooks an agent may have.
const MaxHooks = 5

// overlap is how long the old secret signs along after a rotation.
const overlap = 24 * time.Hour

func agentID(ctx context.Context) ids.ID {
	sc, _ := db.ScopeOf(ctx)
	return sc.Actor.ID
}

// newSecret is 32 random bytes as Standard Webhooks writes them.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return "whsec_" + base64.StdEncoding.EncodeToString(b)
}

// PutHook makes or changes a webhook of the agent of ctx; its id is made by
// the client. The secret comes back only when the webhook is new.
// Errors: channel.webhook_url, channel.events, channel.webhooks, channel.webhook_not_found.
func (s *Service) PutHook(ctx context.Context, id ids.ID, url string, events []string, enabled bool) (h Hook, secret string, err error) {
	url, err = s.checkURL(url)
	if err != nil {
		return h, "", err
	}
	if len(events) == 0 {
		events = Events
	}
	for _, e := range events {
		if !slices.Contains(Events, e) {
			return h, "", ErrEvents.With("event", e)
		}
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		h, err = getHook(ctx, tx, agentID(ctx), id, true)
		if err == nil {
			h.URL, h.Events, h.Enabled = url, events, enabled
			return updateHook(ctx, tx, h)
		}
		if errs.KindOf(err) != errs.NotFound {
			return err
		}
		if n, err := countHooks(ctx, tx, agentID(ctx)); err != nil || n >= MaxHooks {
			return orElse(err, ErrHooks.With("limit", MaxHooks))
		}
		secret = newSecret()
		h = Hook{ID: id, URL: url, Events: events, Enabled: enabled, CreatedAt: tx.Now, agent: agentID(ctx), secret: s.Vault.Seal(tx.Scope.Tenant, id, "webhook", secret)}
		return insertHook(ctx, tx, h)
	})
	return h, secret, err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Hooks lists the webhooks of the agent of ctx.
func (s *Service) Hooks(ctx context.Context) (out []Hook, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listHooks(ctx, tx, agentID(ctx))
		return err
	})
	return out, err
}

// DropHook deletes a webhook with what waits for it.
func (s *Service) DropHook(ctx context.Context, id ids.ID) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getHook(ctx, tx, agentID(ctx), id, true); err != nil {
			return err
		}
		return deleteHook(ctx, tx, id)
	})
}

// Rotate gives a webhook a new secret. For a day deliveries carry the
// signatures of both.
func (s *Service) Rotate(ctx context.Context, id ids.ID) (h Hook, secret string, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if h, err = getHook(ctx, tx, agentID(ctx), id, true); err != nil {
			return err
		}
		secret = newSecret()
		until := tx.Now.Add(overlap)
		h.previous, h.PreviousUntil, h.secret = h.secret, &until, s.Vault.Seal(tx.Scope.Tenant, id, "webhook", secret)
		return updateHook(ctx, tx, h)
	})
	return h, secret, err
}

// TestHook queues a ping to a webhook and returns its id.
func (s *Service) TestHook(ctx context.Context, id ids.ID) (d Delivery, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		h, err := getHook(ctx, tx, agentID(ctx), id, false)
		if err != nil {
			return err
		}
		d, err = push(ctx, tx, h, ids.New(), Ping, tx.Now, map[string]any{"webhook": h.ID})
		return err
	})
	return d, err
}

// Deliveries lists the last deliveries of a webhook, newest first.
func (s *Service) Deliveries(ctx context.Context, hook ids.ID) (out []Delivery, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getHook(ctx, tx, agentID(ctx), hook, false); err != nil {
			return err
		}
		out, err = listDeliveries(ctx, tx, hook, 100)
		return err
	})
	return out, err
}

// Retry sends a delivery again, also one that was parked or taken already.
func (s *Service) Retry(ctx context.Context, hook, delivery ids.ID) (d Delivery, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getHook(ctx, tx, agentID(ctx), hook, false); err != nil {
			return err
		}
		d, err = retryDelivery(ctx, tx, hook, delivery)
		return err
	})
	return d, err
}
