package ticketmap

import (
	"context"
	"sync"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// Sold tells which seats people have a claim to. The app fills it from sales and inventory.
type Sold interface {
	// SoldSeats lists the ids of seats of a hall with a valid ticket or a running purchase, in any session to come.
	SoldSeats(ctx context.Context, tx db.Tx, hall ids.ID) ([]int32, error)
	// SoldInSession is the same for one session.
	SoldInSession(ctx context.Context, tx db.Tx, session ids.ID) ([]int32, error)
}

// NothingSold is for tools and tests without a sales module.
type NothingSold struct{}

// SoldSeats is always empty.
func (NothingSold) SoldSeats(context.Context, db.Tx, ids.ID) ([]int32, error) { return nil, nil }

// SoldInSession is always empty.
func (NothingSold) SoldInSession(context.Context, db.Tx, ids.ID) ([]int32, error) { return nil, nil }

// Service is this module's work.
type Service struct {
	db      *db.DB
	sold    Sold
	dressed Dressed // nil without a show app
	market  Market  // nil without a sales app
	engine  Engine  // nil without a sales app

	mu   sync.Mutex
	kept map[ids.ID]*zones // by map, of the newest revision seen
}

// Dressed is told inside the transaction when a map was made for a session; an
// error takes the map back. Sessions stand above this module: the app ties the
// two.
type Dressed func(ctx context.Context, session, mapID ids.ID) error

// OnDressed sets who is told of new maps of sessions. Call it before the
// service is used.
func (s *Service) OnDressed(f Dressed) { s.dressed = f }

// New makes the service. sold may not be nil: without it sold seats could be dropped.
func New(d *db.DB, sold Sold) *Service {
	if sold == nil {
		panic("ticketmap: New needs to know what is sold")
	}
	return &Service{db: d, sold: sold}
}
