package sales

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// ReturnsPool is the pool of the seat engine where a session collects what
// comes back until it is released at an announced time. Its places are parked
// for a public release: they still count as public (RL-2).
const ReturnsPool = "returns"

// WaitPolicy says whether a session collects what comes back, and how it is
// released (候补规则). It is shown to buyers before they join.
type WaitPolicy struct {
	Session      ids.ID
	Active       bool
	OfferList    bool // to the list, in the order of joining
	PublicRest   bool // what is left, or all, goes on public sale
	ClaimMinutes int  // how long an offer stands
	FinalMinutes int  // the last release comes so long before the start; then nothing is collected any more
	Version      int
}

// DefaultWaitPolicy is what a page begins with.
func DefaultWaitPolicy(session ids.ID) WaitPolicy {
	return WaitPolicy{Session: session, OfferList: true, PublicRest: true, ClaimMinutes: 120, FinalMinutes: 24 * 60}
}

// FinalAt is the time of the last release.
func (p WaitPolicy) FinalAt(starts time.Time) time.Time {
	return starts.Add(-time.Duration(p.FinalMinutes) * time.Minute)
}

// collects reports whether what comes back now is collected.
func (p WaitPolicy) collects(se show.Session, now time.Time) bool {
	return p.Active && (se.State == "on_sale" || se.State == "paused") && now.Before(p.FinalAt(se.StartsAt))
}

// States of an entry of the waiting list.
const (
	EntryWaiting = "waiting"
	EntryOffered = "offered"
	EntryBought  = "bought"
	EntryLeft    = "left"
	EntryLapsed  = "lapsed" // an offer was not taken
	EntryClosed  = "closed" // the session is over, or may not be bought
)

// WaitEntry is one buyer's place in the list.
type WaitEntry struct {
	ID       ids.ID
	Session  ids.ID
	Buyer    string // actor
	Places   int
	Zones    []int
	MaxPrice money.Fen // per ticket; 0: any
	Together bool
	Phone    []byte // sealed
	Notify   bool   // the buyer agreed to be sent a message when there is an offer
	JoinedAt time.Time
	State    string
	Reason   string
	EndedAt  *time.Time

	Ahead      int    // how many wait before it
	PhoneShown string // masked
	Offer      *WaitOffer
}

// WaitOffer is places that are held for an entry until ExpiresAt.
type WaitOffer struct {
	Hold      ids.ID
	Release   ids.ID
	Entry     ids.ID
	Session   ids.ID
	Seats     []int32
	Prices    []money.Fen
	MadeAt    time.Time
	ExpiresAt time.Time
	State     string // open, bought, lapsed
	Order     ids.ID // made of it, if any
	OrderIs   string // the order's state
}

// WaitRelease is one announced release.
type WaitRelease struct {
	ID          ids.ID
	Session     ids.ID
	At          time.Time
	AnnouncedBy string
	AnnouncedAt time.Time
	OfferList   bool
	PublicRest  bool
	State       string // announced, running, done, cancelled
	Collected   int
	ToPublic    int
	StartedAt   *time.Time
	DoneAt      *time.Time

	Offered, Bought, Lapsed int // places
}

// WaitList is a session's list as a page shows it.
type WaitList struct {
	Policy    WaitPolicy
	Waiting   int // entries
	Collected int // places in the pool
	Releases  []WaitRelease
	Mine      *WaitEntry // the caller's open entry
}

// JoinWait puts the caller on the list of a session whose zones are sold out.
// The same id again returns the entry. Errors: sales.wait_closed,
// sales.wait_not_sold_out, sales.wait_joined, sales.wait_count, identity.phone.
func (s *Service) JoinWait(ctx context.Context, e WaitEntry, phone string) (WaitEntry, error) {
	if e.ID.IsZero() {
		return WaitEntry{}, ids.ErrID.At("id")
	}
	sc, _ := db.ScopeOf(ctx)
	se, _, err := s.session(ctx, e.Session)
	if err != nil {
		return WaitEntry{}, err
	}
	e.Buyer, e.State = sc.Actor.String(), EntryWaiting
	if e.Places < 1 || e.Places > se.Rules.MaxTickets {
		return WaitEntry{}, ErrWaitCount.With("max", se.Rules.MaxTickets)
	}
	if phone != "" {
		p, err := identity.ParsePhone(phone)
		if err != nil {
			return WaitEntry{}, err
		}
		e.Phone = s.Vault.Seal(sc.Tenant, e.ID, "phone", p)
	}
	if e.Notify && phone == "" {
		return WaitEntry{}, ErrWaitNotify
	}
	asked := s.asking(ctx, "wait", e.ID, e.Session, e.Places, e.Zones, e.MaxPrice, strings.TrimSpace(phone), e.Together, e.Notify)
	joined := func(ctx context.Context, tx db.Tx) (bool, error) {
		old, err := getEntry(ctx, tx, e.ID)
		if errors.Is(err, ErrWaitEntry) {
			return false, nil
		}
		if err == nil && (old.Buyer != e.Buyer || old.Session != e.Session) {
			err = ErrIDTaken
		}
		return true, errsJoin(err, asked.same(ctx, tx))
	}
	there := false
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		there, err = joined(ctx, tx)
		return err
	})
	if err != nil {
		return WaitEntry{}, err
	}
	if there { // whatever has become free since
		return s.WaitEntry(ctx, e.ID)
	}
	if err := s.soldOut(ctx, e); err != nil {
		return WaitEntry{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if there, err := joined(ctx, tx); err != nil || there {
			return err
		}
		p, err := waitPolicy(ctx, tx, e.Session)
		if err != nil {
			return err
		}
		if !p.OfferList || !p.collects(se, tx.Now) || se.State != "on_sale" {
			return ErrWaitClosed
		}
		e.JoinedAt = tx.Now
		if err := errsJoin(insertEntry(ctx, tx, e), asked.note(ctx, tx)); err != nil || !e.Notify {
			return err
		}
		sum := sha256.Sum256([]byte(NotifyText))
		return identity.ConsentTx(ctx, tx, identity.Consent{ID: e.ID, Subject: e.Buyer, Purpose: "message", TextHash: sum[:], At: tx.Now})
	})
	if db.IsUnique(err, "waitlist_one") {
		return WaitEntry{}, ErrWaitJoined
	} else if err != nil {
		return WaitEntry{}, err
	}
	return s.WaitEntry(ctx, e.ID)
}

// soldOut checks that the wanted zones have not enough free places.
func (s *Service) soldOut(ctx context.Context, e WaitEntry) error {
	free := 0
	err := s.look(ctx, e.Session, func(st *engine.State) {
		cfg := st.Config()
		st.Hall().EachSpot(func(id int32, _ engine.Spot) {
			z, ok := st.Hall().ZoneOf(id)
			if status, known := st.Status(id); !ok || !known || status != engine.Free {
				return
			}
			if e.wants(int(z), priceIn(cfg, z)) {
				free++
			}
		})
	})
	if err == nil && free >= e.Places {
		err = ErrWaitNotSoldOut.With("free", free)
	}
	return err
}

func priceIn(c engine.Config, zone uint16) int64 {
	if int(zone) >= len(c.Prices) {
		return -1
	}
	return c.Prices[zone]
}

// wants reports whether an entry accepts a place of a zone at a price.
func (e WaitEntry) wants(zone int, price int64) bool {
	if price < 0 || e.MaxPrice > 0 && price > int64(e.MaxPrice) {
		return false
	}
	for _, z := range e.Zones {
		if z == zone {
			return true
		}
	}
	return len(e.Zones) == 0
}

// WaitEntry returns one entry of the caller; staff see all of the tenant.
// Errors: sales.wait_entry_not_found.
func (s *Service) WaitEntry(ctx context.Context, id ids.ID) (e WaitEntry, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if e, err = getEntry(ctx, tx, id); err != nil {
			return err
		}
		if !mayRead(ctx, Order{Buyer: e.Buyer}) {
			return ErrWaitEntry
		}
		return fillEntry(ctx, tx, &e)
	})
	if err != nil {
		return WaitEntry{}, err
	}
	return s.shownEntry(ctx, e)
}

func (s *Service) shownEntry(ctx context.Context, e WaitEntry) (WaitEntry, error) {
	if len(e.Phone) == 0 {
		return e, nil
	}
	sc, _ := db.ScopeOf(ctx)
	phone, err := s.Vault.Open(sc.Tenant, e.ID, "phone", e.Phone)
	e.PhoneShown = identity.MaskPhone(phone)
	return e, err
}

// WaitEntries lists entries: a buyer's own, or those of a session for staff.
func (s *Service) WaitEntries(ctx context.Context, session ids.ID, state string, r page.Request) (p page.Page[WaitEntry], err error) {
	sc, _ := db.ScopeOf(ctx)
	buyer := ""
	if !mayRead(ctx, Order{}) {
		buyer = sc.Actor.String()
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = listEntries(ctx, tx, session, buyer, state, r); err != nil {
			return err
		}
		for i := range p.Items {
			if err := fillEntry(ctx, tx, &p.Items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range p.Items {
		if err == nil {
			p.Items[i], err = s.shownEntry(ctx, p.Items[i])
		}
	}
	return p, err
}

// LeaveWait takes an entry off the list; an offer that stands goes to the next
// at once. Leaving twice is no error. Errors: sales.wait_entry_not_found.
func (s *Service) LeaveWait(ctx context.Context, id ids.ID) (WaitEntry, error) {
	e, err := s.WaitEntry(ctx, id)
	if err != nil || e.State != EntryWaiting && e.State != EntryOffered {
		return e, err
	}
	if e.Offer != nil && e.Offer.State == "open" && !e.Offer.Order.IsZero() {
		return e, ErrWaitOrdered
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endEntry(ctx, tx, id, EntryLeft, "") })
	if err == nil && e.Offer != nil && e.Offer.State == "open" {
		err = s.lapse(ctx, *e.Offer)
	}
	if err != nil {
		return e, err
	}
	return s.WaitEntry(ctx, id)
}

// WaitList is a session's list: its rules, its length, its releases, and the
// caller's own place.
func (s *Service) WaitList(ctx context.Context, session ids.ID) (w WaitList, err error) {
	se, _, err := s.session(ctx, session)
	if err != nil {
		return w, err
	}
	sc, _ := db.ScopeOf(ctx)
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if w.Policy, err = waitPolicy(ctx, tx, session); err != nil {
			return err
		}
		if w.Waiting, err = countWaiting(ctx, tx, session); err != nil {
			return err
		}
		if w.Releases, err = releasesOf(ctx, tx, session); err != nil || sc.Actor.Kind != db.ActorBuyer {
			return err
		}
		e, err := openEntry(ctx, tx, session, sc.Actor.String())
		if errors.Is(err, ErrWaitEntry) {
			return nil
		} else if err != nil {
			return err
		}
		w.Mine = &e
		return fillEntry(ctx, tx, w.Mine)
	})
	if err != nil || !w.Policy.Active || se.State == "created" || se.State == "scheduled" {
		return w, err
	}
	if w.Mine != nil {
		if *w.Mine, err = s.shownEntry(ctx, *w.Mine); err != nil {
			return w, err
		}
	}
	return w, s.look(ctx, session, func(st *engine.State) {
		if id := returnsIn(st); id != 0 {
			w.Collected = st.InPool(id)
		}
	})
}

// SetWaitPolicy changes a session's rules. Releases that were announced keep
// theirs. Version is the one that was read; 0 for the first.
func (s *Service) SetWaitPolicy(ctx context.Context, p WaitPolicy) (out WaitPolicy, err error) {
	if !p.OfferList && !p.PublicRest {
		return p, ErrWaitMode
	}
	se, _, err := s.session(ctx, p.Session)
	if err != nil {
		return p, err
	}
	if p.Active && (se.State == "on_sale" || se.State == "paused") {
		if _, err := s.returnsPool(ctx, p.Session); err != nil {
			return p, err
		}
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := putWaitPolicy(ctx, tx, p); err != nil {
			return err
		}
		out, err = waitPolicy(ctx, tx, p.Session)
		return err
	})
	return out, err
}

// AnnounceRelease tells everybody when what was collected is released. The
// same id again returns the release. Errors: sales.wait_release_at, sales.wait_closed.
func (s *Service) AnnounceRelease(ctx context.Context, id, session ids.ID, at time.Time) (WaitRelease, error) {
	if id.IsZero() {
		return WaitRelease{}, ids.ErrID.At("id")
	}
	se, _, err := s.session(ctx, session)
	if err != nil {
		return WaitRelease{}, err
	}
	var r WaitRelease
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if r, err = getRelease(ctx, tx, id); err == nil && (r.Session != session || !r.At.Equal(at.Truncate(time.Second))) {
			return ErrIDTaken
		} else if err == nil || !errors.Is(err, ErrWaitRelease) {
			return err
		}
		p, err := waitPolicy(ctx, tx, session)
		if err != nil {
			return err
		}
		if !p.collects(se, tx.Now) {
			return ErrWaitClosed
		}
		if !at.After(tx.Now) || at.After(p.FinalAt(se.StartsAt)) {
			return ErrWaitReleaseAt.With("latest", p.FinalAt(se.StartsAt).In(clock.Shanghai).Format("2006-01-02 15:04"))
		}
		r = WaitRelease{ID: id, Session: session, At: at.Truncate(time.Second), AnnouncedBy: tx.Scope.Actor.String(), AnnouncedAt: tx.Now, OfferList: p.OfferList, PublicRest: p.PublicRest, State: "announced"}
		return insertRelease(ctx, tx, r)
	})
	if db.IsUnique(err, "waitlist_release_at") {
		err = ErrWaitReleaseTwice
	}
	return r, err
}

// CancelRelease takes an announcement back, before it has begun.
func (s *Service) CancelRelease(ctx context.Context, id ids.ID) (r WaitRelease, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if r, err = getRelease(ctx, tx, id); err != nil || r.State == "cancelled" {
			return err
		}
		n, err := moveRelease(ctx, tx, id, "announced", "cancelled")
		if err == nil && n == 0 {
			err = ErrWaitBegun
		}
		r.State = "cancelled"
		return err
	})
	return r, err
}

// returnsIn is the pool of a state that collects what comes back, or 0.
func returnsIn(st *engine.State) uint16 {
	for _, p := range st.Config().Pools {
		if p.Name == ReturnsPool {
			return p.ID
		}
	}
	return 0
}

// returnsPool finds the pool that collects, and makes it when it is not there.
func (s *Service) returnsPool(ctx context.Context, session ids.ID) (uint16, error) {
	for range 3 {
		var id uint16
		var cfg engine.Config
		err := s.look(ctx, session, func(st *engine.State) {
			id, cfg = returnsIn(st), st.Config()
			cfg.Pools = append([]engine.Pool(nil), cfg.Pools...)
		})
		if err != nil || id != 0 {
			return id, err
		}
		for _, p := range cfg.Pools {
			id = max(id, p.ID)
		}
		cfg.Pools = append(cfg.Pools, engine.Pool{ID: id + 1, Name: ReturnsPool, Public: true})
		_, err = s.Seats.Do(ctx, session, &engine.Configure{Meta: engine.Meta{Key: key(ids.New()), Actor: actorKey(ctx), Reason: "waiting list"}, Config: cfg}, nil)
		if err != nil && errs.CodeOf(err) != "inventory.config_stale" {
			return 0, err
		}
	}
	return 0, db.ErrUnavailable
}
