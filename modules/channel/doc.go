// Package channel lets agents (代理商) sell by API: their names, limits and
// allotments, what they sold, the changes of the catalogue that they follow,
// the webhooks that tell them of what happens, and the file by which both
// sides compare a day.
//
// An API key with channel.sell belongs to an agent; a key that was bound to
// none is an agent of its own, under the key's name. Orders belong to the
// agent, so they outlive its keys. An agent sees its own orders, locks and
// webhooks, and nothing of another's.
package channel

import (
	"crypto/x509"
	"log/slog"
	"net/netip"
	"time"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/venue"
)

// Deps are what the service works with.
type Deps struct {
	DB     *db.DB
	Access *access.Service
	Sales  *sales.Service
	Seats  *inventory.Service
	Maps   sales.Maps
	Shows  *show.Service
	Venues *venue.Service
	Vault  *identity.Vault
	Log    *slog.Logger
	// Reach says which addresses webhooks may go to; nil: public ones only.
	Reach func(netip.Addr) bool
	Roots *x509.CertPool // trusted by webhooks; nil: the system's
}

// Service is safe for concurrent use.
type Service struct {
	Deps
	sender *sender
	recent recent
}

// New makes the service.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Reach == nil {
		d.Reach = Public
	}
	return &Service{Deps: d, sender: newSender(d.Reach, d.Roots), recent: recent{kept: map[place][]version{}}}
}

func (s *Service) now() time.Time { return s.DB.Clock().Now() }
