package sales

import (
	"context"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// States of a reservation (预留). held -> sold | released | expired, each by the
// commit that frees or sells its places.
const (
	ReservationHeld     = "held"
	ReservationSold     = "sold"
	ReservationReleased = "released" // by hand
	ReservationExpired  = "expired"  // at its release time
)

// Reservation keeps places for a named contact without payment until ReleaseAt.
type Reservation struct {
	ID        ids.ID
	Session   ids.ID
	Hold      ids.ID
	Owner     string // actor
	Channel   string // counter, agent
	Name      []byte // sealed
	Phone     []byte // sealed
	Note      string
	Lines     []Line
	ReleaseAt time.Time
	Extended  int // how often
	State     string
	Reason    string // why it ended
	EndedBy   string
	EndedAt   *time.Time
	Order     ids.ID // that it became
	CreatedAt time.Time

	NameShown, PhoneShown string // masked
}

// Number is a reservation's short name for people.
func (r Reservation) Number() string { return Order{ID: r.ID}.Number() }

// ReservePolicy says how long and how much may be reserved. The zero Session
// is the rule for all sessions that have none of their own.
type ReservePolicy struct {
	Session      ids.ID
	LastMinutes  int // a reservation ends at least so long before the start
	LongestHours int // and at most so long after it was made or extended
	MaxSeats     int // of one reservation
	MaxPermille  int // of the places offered, reserved at one time
	Version      int
}

// DefaultReservePolicy is in force until a tenant sets its own.
func DefaultReservePolicy() ReservePolicy {
	return ReservePolicy{LastMinutes: 120, LongestHours: 14 * 24, MaxSeats: 50, MaxPermille: 200}
}

// Latest is the last moment at which a reservation made or extended now may end.
func (p ReservePolicy) Latest(now, starts time.Time) time.Time {
	a, b := now.Add(time.Duration(p.LongestHours)*time.Hour), starts.Add(-time.Duration(p.LastMinutes)*time.Minute)
	if b.Before(a) {
		a = b
	}
	return a.Truncate(time.Minute)
}

func (p ReservePolicy) check(until, now, starts time.Time) error {
	latest := p.Latest(now, starts)
	if !until.After(now) || until.After(latest) {
		return ErrReserveUntil.With("latest", latest.In(clock.Shanghai).Format("2006-01-02 15:04"))
	}
	return nil
}

// NewReservation asks for places: those of a hold, or a Choice.
type NewReservation struct {
	Choice        // Key is the reservation's id
	Hold   ids.ID // a hold that becomes the reservation; zero: Choice is held
	Pool   string // take from this pool of places that are held back, such as a guest list; they stay held back (RL-2)
	Name   string
	Phone  string
	Note   string
	Until  time.Time
	People []Person // one a place, or none yet
}

// grace is how long the seat engine waits after the release time before it
// frees the places by itself: the worker comes first and says why.
const grace = 10 * time.Minute

// Reserve keeps places without payment. The same id again returns the
// reservation as it stands, and with other content sales.id_taken. Where people are named, their documents count at
// once (RL-1). Errors: sales.reserve_*, sales.not_on_sale, identity.*, inventory.*.
func (s *Service) Reserve(ctx context.Context, n NewReservation, channel string) (Reservation, error) {
	if n.Key.IsZero() {
		return Reservation{}, ids.ErrID.At("id")
	}
	if old, err := s.Reservation(ctx, n.Key); err == nil || errs.KindOf(err) != errs.NotFound {
		if err == nil && old.Session != n.Session {
			err = ErrIDTaken
		}
		if err == nil {
			err = s.sameAsk(ctx, s.reserveAsk(ctx, n))
		}
		if err != nil {
			return Reservation{}, err
		}
		return old, nil
	}
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return Reservation{}, err
	}
	if se.State != "on_sale" {
		return Reservation{}, ErrNotOnSale
	}
	p, docs, err := s.reserving(ctx, se, n, channel)
	if err != nil {
		return Reservation{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { // one reservation of a session at a time: the share is counted
		if err := lockReserve(ctx, tx, se.ID); err != nil {
			return err
		}
		policy, err := reservePolicy(ctx, tx, se.ID)
		if err != nil {
			return err
		}
		if err := policy.check(n.Until, tx.Now, se.StartsAt); err != nil {
			return err
		}
		if n.Hold.IsZero() {
			return s.reserveChoice(ctx, tx, policy, n, p, docs)
		}
		return s.reserveHold(ctx, tx, policy, n, p, docs)
	})
	if err != nil {
		return Reservation{}, err
	}
	return s.Reservation(ctx, n.Key)
}

// reserving checks what was typed and seals it.
func (s *Service) reserving(ctx context.Context, se show.Session, n NewReservation, channel string) (*reserved, []engine.Key, error) {
	sc, _ := db.ScopeOf(ctx)
	people, _, err := s.checkPeople(sc.Tenant, se, NewOrder{Session: n.Session, People: n.People}, s.DB.Clock().Now())
	if err != nil {
		return nil, nil, err
	}
	var l errs.List
	name := strings.TrimSpace(n.Name)
	if name == "" {
		l.AddErr("name", ErrReserveContact)
	}
	r := Reservation{ID: n.Key, Session: n.Session, Hold: n.Hold, Owner: sc.Actor.String(), Channel: channel, Note: strings.TrimSpace(n.Note), ReleaseAt: n.Until, State: ReservationHeld}
	r.Name = s.Vault.Seal(sc.Tenant, n.Key, "name", name)
	if n.Phone != "" {
		phone, err := identity.ParsePhone(n.Phone)
		l.AddErr("phone", err)
		r.Phone = s.Vault.Seal(sc.Tenant, n.Key, "phone", phone)
	}
	docs := make([]engine.Key, len(people))
	for i, p := range people {
		docs[i] = engine.Key(p.Blind)
	}
	if r := se.Rules.RealName; r.PerOrder && !r.PerTicket && len(docs) == 1 { // one person stands for all places
		docs = slices.Repeat(docs, max(1, len(n.Seats)+standingPlaces(n.Standing)+wanted(n.Want)))
	}
	return &reserved{r: r, ask: s.reserveAsk(ctx, n), people: people, perTicket: se.Rules.RealName.PerTicket}, docs, l.Err()
}

func (s *Service) reserveAsk(ctx context.Context, n NewReservation) ask {
	return s.asking(ctx, "reservation", n.Key, n.Session, n.Hold, sortedSeats(n.Seats), n.Standing, n.Want, n.Accessible, n.Pool,
		strings.TrimSpace(n.Name), strings.TrimSpace(n.Phone), strings.TrimSpace(n.Note), n.Until.UTC(), plainPeople(n.People))
}

// room checks that so many more places may be reserved.
func (s *Service) room(ctx context.Context, tx db.Tx, p ReservePolicy, session ids.ID, n int) error {
	if n > p.MaxSeats {
		return ErrReserveTooMany.With("limit", p.MaxSeats)
	}
	have, err := reservedPlaces(ctx, tx, session)
	if err != nil {
		return err
	}
	meter, err := s.meter(ctx, session)
	if err != nil {
		return err
	}
	limit := meter.Offered * p.MaxPermille / 1000
	if have+n > limit {
		return ErrReserveShare.With("limit", limit).With("left", max(0, limit-have))
	}
	return nil
}

func standingPlaces(list []engine.StandingWant) (n int) {
	for _, w := range list {
		n += w.N
	}
	return n
}

func wanted(w *engine.Want) int {
	if w == nil {
		return 0
	}
	return w.N
}

func (s *Service) reserveChoice(ctx context.Context, tx db.Tx, policy ReservePolicy, n NewReservation, p *reserved, docs []engine.Key) error {
	count := len(n.Seats) + standingPlaces(n.Standing) + wanted(n.Want)
	if err := s.room(ctx, tx, policy, n.Session, count); err != nil {
		return err
	}
	if len(docs) > 0 && len(docs) != count {
		return ErrPeople.With("want", count).With("got", len(docs))
	}
	pool, err := s.poolNamed(ctx, n.Session, n.Pool)
	if err != nil {
		return err
	}
	p.r.Hold = idOf(derive(n.Key, "reserve"))
	a, err := s.Seats.Do(ctx, n.Session, &engine.Hold{
		Meta: engine.Meta{Key: key(p.r.Hold), Actor: actorKey(ctx), Channel: ChannelNo(p.r.Channel)}, Pool: pool, Docs: docs, Reserve: true,
		Seats: n.Seats, Standing: n.Standing, Want: n.Want, Accessible: n.Accessible, For: n.Until.Add(grace).Sub(tx.Now).Milliseconds(),
	}, p)
	return refusedPeople(err, a)
}

func (s *Service) reserveHold(ctx context.Context, tx db.Tx, policy ReservePolicy, n NewReservation, p *reserved, docs []engine.Key) error {
	a, err := s.Seats.Do(ctx, n.Session, &engine.Extend{Meta: engine.Meta{Key: derive(n.Key, "look"), Actor: actorKey(ctx)}, Hold: key(n.Hold), For: 60_000}, nil)
	if err != nil {
		return err
	}
	if err := s.room(ctx, tx, policy, n.Session, len(a.Seats)); err != nil {
		return err
	}
	if len(docs) == 1 && len(p.people) == 1 && len(a.Seats) > 1 && !p.perTicket {
		docs = slices.Repeat(docs, len(a.Seats))
	}
	if len(docs) > 0 {
		if len(docs) != len(a.Seats) {
			return ErrPeople.With("want", len(a.Seats)).With("got", len(docs))
		}
		x, err := s.Seats.Do(ctx, n.Session, &engine.Assign{Meta: engine.Meta{Key: derive(n.Key, "assign"), Actor: actorKey(ctx)}, Hold: key(n.Hold), Docs: docs}, nil)
		if err != nil {
			return refusedPeople(err, x)
		}
	}
	p.seats, p.prices = a.Seats, a.Prices
	_, err = s.Seats.Do(ctx, n.Session, &engine.Extend{
		Meta: engine.Meta{Key: derive(n.Key, "reserve"), Actor: actorKey(ctx)}, Hold: key(n.Hold), Reserve: true, For: n.Until.Add(grace).Sub(tx.Now).Milliseconds(),
	}, p)
	return err
}

// ExtendReservation moves a reservation's release time. The same time again
// has no second effect. Errors: sales.reserve_until, sales.reservation_over.
func (s *Service) ExtendReservation(ctx context.Context, id ids.ID, until time.Time) (Reservation, error) {
	r, se, err := s.liveReservation(ctx, id)
	if err != nil {
		return r, err
	}
	now := s.DB.Clock().Now()
	var policy ReservePolicy
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		policy, err = reservePolicy(ctx, tx, se.ID)
		return err
	})
	if err != nil {
		return r, err
	}
	if err := policy.check(until, now, se.StartsAt); err != nil {
		return r, err
	}
	if until.Before(r.ReleaseAt) {
		return r, ErrReserveUntil.With("latest", policy.Latest(now, se.StartsAt).In(clock.Shanghai).Format("2006-01-02 15:04"))
	}
	_, err = s.Seats.Do(ctx, r.Session, &engine.Extend{
		Meta: engine.Meta{Key: derive(id, "until "+until.UTC().Format(time.RFC3339)), Actor: actorKey(ctx)}, Hold: key(r.Hold), Reserve: true,
		For: until.Add(grace).Sub(now).Milliseconds(),
	}, &reservedUntil{id, until})
	if err != nil {
		return r, gone(err)
	}
	return s.Reservation(ctx, id)
}

func gone(err error) error {
	if holdGone(err) || errs.CodeOf(err) == "inventory.hold_sold" {
		return ErrReservationOver
	}
	return err
}

// liveReservation is a reservation that is held and whose time is not over.
func (s *Service) liveReservation(ctx context.Context, id ids.ID) (Reservation, show.Session, error) {
	r, err := s.Reservation(ctx, id)
	if err != nil {
		return r, show.Session{}, err
	}
	if r.State != ReservationHeld || !s.DB.Clock().Now().Before(r.ReleaseAt) {
		return r, show.Session{}, ErrReservationOver
	}
	se, _, err := s.session(ctx, r.Session)
	return r, se, err
}

// SellReservation makes a reservation a sale: order, payment and tickets in one
// commit. Names that it has need not be given again. Errors: as SellAtCounter,
// sales.reservation_over.
func (s *Service) SellReservation(ctx context.Context, id ids.ID, n CounterSale) (Order, error) {
	r, err := s.Reservation(ctx, id)
	if err != nil {
		return Order{}, err
	}
	n.Session, n.Hold = r.Session, r.Hold
	if r.State == ReservationSold && r.Order == n.ID {
		n.also = n.Method
		o, _, err := s.known(ctx, n.NewOrder)
		return o, err
	}
	if r, _, err = s.liveReservation(ctx, id); err != nil {
		return Order{}, err
	}
	if len(n.People) == 0 {
		n.named = r.Lines
	}
	o, err := s.sellAtCounter(ctx, n, id)
	return o, gone(err)
}

// boundTo are the people that a reservation's places are bound to, by seat.
func (n NewOrder) boundTo() map[int32]ids.ID {
	out := map[int32]ids.ID{}
	for _, l := range n.named {
		if len(n.People) == 0 && !l.Person.IsZero() {
			out[l.Seat] = l.Person
		}
	}
	return out
}

// ReleaseReservation gives places of a reservation back, all when seats is
// empty. Releasing what is released already is no error.
func (s *Service) ReleaseReservation(ctx context.Context, id ids.ID, seats []int32, reason string) (Reservation, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return Reservation{}, ErrReserveReason
	}
	r, err := s.Reservation(ctx, id)
	if err != nil || r.State == ReservationReleased {
		return r, err
	}
	if r.State != ReservationHeld {
		return r, ErrReservationOver
	}
	for _, seat := range seats {
		if !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Seat == seat }) {
			return r, ErrNotTicket
		}
	}
	sc, _ := db.ScopeOf(ctx)
	if err := s.endReservation(ctx, r, seats, &reservedEnd{id: id, state: ReservationReleased, reason: reason, by: sc.Actor.String()}); err != nil {
		return r, err
	}
	return s.Reservation(ctx, id)
}

// endReservation frees places together with the record of it.
func (s *Service) endReservation(ctx context.Context, r Reservation, seats []int32, p *reservedEnd) error {
	do := func(pool uint16) error {
		_, err := s.Seats.Do(ctx, r.Session, &engine.Release{
			Meta: engine.Meta{Key: derive(r.ID, "release "+p.state+seatsText(seats)), Actor: actorKey(ctx), Reason: p.reason}, Hold: key(r.Hold), Seats: seats, ToPool: pool,
		}, p)
		return err
	}
	err := s.comeBack(ctx, r.Session, do)
	if !holdGone(err) {
		return gone(err)
	}
	// The engine let go of it by itself: what is left is to say so.
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return settleReservation(ctx, tx, *p) })
}

// ReleaseDue ends the reservations whose time is over, for the tenant of ctx,
// and returns how many. It is safe to run on several nodes and after a crash:
// each is ended once, in the commit that frees its places.
func (s *Service) ReleaseDue(ctx context.Context) (int, error) {
	var due []Reservation
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = dueReservations(ctx, tx, tx.Now, 200)
		return err
	})
	var all error
	for _, r := range due {
		err := s.endReservation(ctx, r, nil, &reservedEnd{id: r.ID, state: ReservationExpired, reason: "预留到期", by: buyerOf(ctx)})
		if err != nil && errs.CodeOf(err) != ErrReservationOver.Code {
			all = errsJoin(err, all)
		}
	}
	return len(due), errsJoin(err, all)
}

// Reservation returns one reservation of the caller: staff see all of the
// tenant, an agent its own. Errors: sales.reservation_not_found.
func (s *Service) Reservation(ctx context.Context, id ids.ID) (r Reservation, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		r, err = getReservation(ctx, tx, id)
		return err
	})
	if err == nil && !mayRead(ctx, Order{Buyer: r.Owner}) {
		return Reservation{}, ErrReservation
	}
	if err != nil {
		return r, err
	}
	return s.shownReservation(ctx, r)
}

func (s *Service) shownReservation(ctx context.Context, r Reservation) (Reservation, error) {
	sc, _ := db.ScopeOf(ctx)
	for _, f := range []struct {
		field  string
		sealed []byte
		mask   func(string) string
		to     *string
	}{{"name", r.Name, identity.MaskName, &r.NameShown}, {"phone", r.Phone, identity.MaskPhone, &r.PhoneShown}} {
		if len(f.sealed) == 0 {
			continue
		}
		text, err := s.Vault.Open(sc.Tenant, r.ID, f.field, f.sealed)
		if err != nil {
			return r, err
		}
		*f.to = f.mask(text)
	}
	return r, nil
}

// ReservationFilter narrows a list of reservations.
type ReservationFilter struct {
	Session ids.ID
	State   string
	Owner   string
}

// Reservations lists reservations: those held by their release time, others newest first.
func (s *Service) Reservations(ctx context.Context, f ReservationFilter, r page.Request) (p page.Page[Reservation], err error) {
	sc, _ := db.ScopeOf(ctx)
	if !mayRead(ctx, Order{}) {
		f.Owner = sc.Actor.String()
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listReservations(ctx, tx, f, r)
		return err
	})
	for i := range p.Items {
		if err == nil {
			p.Items[i], err = s.shownReservation(ctx, p.Items[i])
		}
	}
	return p, err
}

// ReservePolicyOf is the policy in force for a session; zero: the tenant's own.
func (s *Service) ReservePolicyOf(ctx context.Context, session ids.ID) (p ReservePolicy, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = reservePolicy(ctx, tx, session)
		return err
	})
	return p, err
}

// SetReservePolicy changes the policy of a session, or of all with the zero
// session. Reservations that are held keep their time. Version is the one that
// was read; 0 for the first of its own.
func (s *Service) SetReservePolicy(ctx context.Context, p ReservePolicy) (out ReservePolicy, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if !p.Session.IsZero() {
			if _, err := show.SessionTx(ctx, tx, p.Session, false); err != nil {
				return err
			}
		}
		if err := putReservePolicy(ctx, tx, p); err != nil {
			return err
		}
		out, err = reservePolicy(ctx, tx, p.Session)
		return err
	})
	return out, err
}
