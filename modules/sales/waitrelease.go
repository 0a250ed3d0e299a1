package sales

import (
	"context"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// State chart of a release, moved by RunReleases alone:
//
//	announced --its time--> running --nothing is open or to be offered--> done
//	announced --taken back--> cancelled
//
// While it runs, each round settles the offers whose time is over or whose
// order ended, offers what is in the pool to the list in the order of joining,
// and gives the rest to the public once no offer stands. Every step is one
// commit of the seat engine, keyed by what it is for, with the record of it:
// whoever takes over after a crash finds each place in the pool, in an offer,
// sold, or free, and goes on from there.

// RunReleases carries on the releases that are due, for the tenant of ctx, and
// returns how many it worked on. It is safe on several nodes.
func (s *Service) RunReleases(ctx context.Context) (int, error) {
	if err := s.DB.InTx(ctx, planFinalReleases); err != nil {
		return 0, err
	}
	var due []WaitRelease
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = dueReleases(ctx, tx, tx.Now)
		return err
	})
	if err != nil {
		return 0, err
	}
	var all error
	for _, r := range due {
		all = errors.Join(all, s.runRelease(ctx, r))
	}
	return len(due), all
}

func (s *Service) runRelease(ctx context.Context, r WaitRelease) error {
	se, _, err := s.session(ctx, r.Session)
	if err != nil {
		return err
	}
	p, err := s.waitPolicyOf(ctx, r.Session)
	if err != nil {
		return err
	}
	pool, err := s.returnsPool(ctx, r.Session)
	if err != nil {
		return err
	}
	if r.State == "announced" {
		if err := s.beginRelease(ctx, r, pool); err != nil {
			return err
		}
	}
	now := s.DB.Clock().Now()
	over := se.State != "on_sale" && se.State != "paused" || !now.Before(se.StartsAt)
	open, err := s.settleOffers(ctx, r, over)
	if err != nil {
		return err
	}
	waiting := 0
	if r.OfferList && !over && se.State == "on_sale" {
		made, left, err := s.offerInOrder(ctx, r, pool, p.ClaimMinutes)
		if err != nil {
			return err
		}
		open, waiting = open+made, left
	}
	if open > 0 && waiting > 0 || se.State == "paused" && !over {
		return nil // what is left may fit together with what an offer gives back
	}
	if r.PublicRest || over {
		if err := s.toPublic(ctx, r, pool); err != nil {
			return err
		}
	}
	if open > 0 {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if over {
			if err := closeEntries(ctx, tx, r.Session, "场次已结束售票"); err != nil {
				return err
			}
		}
		return endRelease(ctx, tx, r.ID)
	})
}

func (s *Service) beginRelease(ctx context.Context, r WaitRelease, pool uint16) error {
	n := 0
	if err := s.look(ctx, r.Session, func(st *engine.State) { n = st.InPool(pool) }); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return beginRelease(ctx, tx, r.ID, n) })
}

// settleOffers ends the offers that were bought or not taken in time, and
// returns how many stand.
func (s *Service) settleOffers(ctx context.Context, r WaitRelease, over bool) (open int, err error) {
	var list []WaitOffer
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err = openOffers(ctx, tx, r.ID)
		return err
	})
	if err != nil {
		return 0, err
	}
	now := s.DB.Clock().Now()
	for _, o := range list {
		switch {
		case o.OrderIs == Confirmed:
			err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endOffer(ctx, tx, o, "bought", EntryBought) })
		case o.OrderIs == Pending || o.OrderIs == Paid:
			open++ // the order's own end decides
		case o.OrderIs != "" || over || !now.Before(o.ExpiresAt):
			err = s.lapse(ctx, o)
		default:
			open++
		}
		if err != nil {
			return open, err
		}
	}
	return open, nil
}

// lapse gives the places of an offer back to the pool that they came from. One
// that was sold meanwhile stays.
func (s *Service) lapse(ctx context.Context, o WaitOffer) error {
	_, err := s.Seats.Do(ctx, o.Session, &engine.Release{Meta: engine.Meta{Key: derive(o.Hold, "lapse"), Actor: actorKey(ctx), Reason: "waiting list"}, Hold: key(o.Hold)}, nil)
	if errs.CodeOf(err) == "inventory.hold_sold" {
		return nil
	}
	if err != nil && !holdGone(err) {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endOffer(ctx, tx, o, "lapsed", EntryLapsed) })
}

// offersARound bounds a round; the next goes on.
const offersARound = 500

// offerInOrder offers what is in the pool to those who wait, first come first
// served. An entry for which nothing fits keeps its place. It returns how many
// offers were made and how many entries still wait.
func (s *Service) offerInOrder(ctx context.Context, r WaitRelease, pool uint16, minutes int) (made, waiting int, err error) {
	var list []WaitEntry
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err = waitingEntries(ctx, tx, r.Session)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	stock, err := s.stockOf(ctx, r.Session, pool)
	if err != nil {
		return 0, 0, err
	}
	for _, e := range list {
		if made == offersARound || stock.fitting(e) < e.Places {
			waiting++
			continue
		}
		a, err := s.offer(ctx, r, e, pool, time.Duration(minutes)*time.Minute)
		switch code := errs.CodeOf(err); {
		case err == nil: // perhaps another node was first
			made++
			stock.take(a)
		case code == "inventory.no_fit" || code == "inventory.seat_taken":
			waiting++
		case code == "inventory.buyer_limit":
			err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
				return endEntry(ctx, tx, e.ID, EntryClosed, "已达每人限购张数")
			})
			if err != nil {
				return made, waiting, err
			}
		default:
			return made, waiting, err
		}
	}
	return made, waiting, nil
}

func (s *Service) offer(ctx context.Context, r WaitRelease, e WaitEntry, pool uint16, d time.Duration) (engine.Answer, error) {
	zones := make([]uint16, len(e.Zones))
	for i, z := range e.Zones {
		zones[i] = uint16(z)
	}
	hold := idOf(derive(e.ID, "offer "+r.ID.String()))
	return s.Seats.Do(ctx, r.Session, &engine.Hold{
		Meta: engine.Meta{Key: key(hold), Actor: actorKey(ctx), Reason: "waiting list"}, Buyer: buyerKey(Order{Buyer: e.Buyer}), Pool: pool, For: d.Milliseconds(), Reserve: true,
		Want: &engine.Want{N: e.Places, Zones: zones, MaxPrice: int64(e.MaxPrice), Together: e.Together},
	}, &offered{hold: hold, release: r.ID, entry: e.ID})
}

// stock counts the places of the pool by zone, so that an entry for which there
// cannot be enough is passed over without asking.
type stock struct {
	zones  map[uint16]int
	prices map[uint16]int64
	of     func(seat int32) uint16
}

func (s *Service) stockOf(ctx context.Context, session ids.ID, pool uint16) (x stock, err error) {
	err = s.look(ctx, session, func(st *engine.State) {
		x = stock{zones: map[uint16]int{}, prices: map[uint16]int64{}}
		hall, cfg := st.Hall(), st.Config()
		x.of = func(seat int32) uint16 { z, _ := hall.ZoneOf(seat); return z } // a hall does not change
		for _, id := range st.PoolPlaces(pool) {
			z := x.of(id)
			x.zones[z]++
			x.prices[z] = priceIn(cfg, z)
		}
	})
	return x, err
}

func (x stock) fitting(e WaitEntry) (n int) {
	for z, have := range x.zones {
		if e.wants(int(z), x.prices[z]) {
			n += have
		}
	}
	return n
}

func (x stock) take(a engine.Answer) {
	for _, seat := range a.Seats {
		x.zones[x.of(seat)]--
	}
}

// toPublic puts what is in the pool on public sale.
func (s *Service) toPublic(ctx context.Context, r WaitRelease, pool uint16) error {
	var seats []int32
	if err := s.look(ctx, r.Session, func(st *engine.State) { seats = st.PoolPlaces(pool) }); err != nil || len(seats) == 0 {
		return err
	}
	_, err := s.Seats.Do(ctx, r.Session, &engine.Unblock{Meta: engine.Meta{Key: key(ids.New()), Actor: actorKey(ctx), Reason: "waiting list"}, Seats: seats}, &publicised{release: r.ID})
	if errs.CodeOf(err) == "inventory.seat_taken" {
		return nil // another node works on it as well; the next round sees what is left
	}
	return err
}

// waitPolicyOf is a session's policy.
func (s *Service) waitPolicyOf(ctx context.Context, session ids.ID) (p WaitPolicy, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = waitPolicy(ctx, tx, session)
		return err
	})
	return p, err
}

// comeBack runs a command that gives places back, with the pool that they go
// to: 0 for free, or the pool where a session collects what comes back.
func (s *Service) comeBack(ctx context.Context, session ids.ID, do func(pool uint16) error) error {
	p, err := s.waitPolicyOf(ctx, session)
	if err != nil {
		return err
	}
	if !p.Active {
		return do(0)
	}
	se, _, err := s.session(ctx, session)
	if err != nil {
		return err
	}
	if !p.collects(se, s.DB.Clock().Now()) {
		return do(0)
	}
	for range 3 {
		pool, err := s.returnsPool(ctx, session)
		if err != nil {
			return err
		}
		// Who changed the ticket map at this moment may have dropped the empty pool.
		if err = do(pool); errs.CodeOf(err) != "inventory.pool_unknown" {
			return err
		}
	}
	return db.ErrUnavailable
}
