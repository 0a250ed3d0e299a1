package sales

import (
	"context"
	"errors"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// States of a bundle, besides those of an order.
const (
	BundleHeld    = "held"    // seats are held, nobody is named yet
	BundlePlacing = "placing" // its orders are being made
)

// Bundle is one package as it is bought: one payment, and an order for each
// session (part). It is sold whole or not at all:
//
//	(none)  -> held       HoldPackage, when all seats of all sessions are held
//	held    -> placing    OrderBundle: the parts' orders are being made
//	placing -> pending    OrderBundle: all of them are there
//	placing -> cancelled  OrderBundle, when one is refused: all are given up
//	pending -> paid       a payment, or the counter
//	paid    -> confirmed  confirmBundle: all tickets are there
//	paid    -> refund_due confirmBundle, when one part cannot be had any more: all money goes back
//	held, placing, pending -> expired  SweepBundles
//	pending -> cancelled  CancelBundle
//
// What a crash leaves between two steps is finished or given back by
// SweepBundles; each step's key follows from the bundle's id.
type Bundle struct {
	ID          ids.ID
	Package     ids.ID
	Option      int
	Content     PackageContent // the package as it was sold
	Buyer       string
	Channel     string
	State       string
	Amount      money.Fen
	Parts       []BundlePart
	CreatedAt   time.Time
	ExpiresAt   time.Time
	ConfirmedAt *time.Time
}

// BundlePart is one session's share of a bundle.
type BundlePart struct {
	Session ids.ID
	Order   ids.ID
	Hold    ids.ID
	Seats   []int32
	Prices  []money.Fen // what each ticket costs as part of the package
}

// Amount is what the part costs.
func (p BundlePart) Amount() (money.Fen, error) { return money.Sum(p.Prices...) }

// after is the part as its order stands: its tickets may have been exchanged.
func (p BundlePart) after(o Order) BundlePart {
	p.Seats, p.Prices = nil, nil
	for _, l := range o.Lines {
		p.Seats, p.Prices = append(p.Seats, l.Seat), append(p.Prices, l.Price)
	}
	return p
}

// Number is a bundle's short name for people.
func (b Bundle) Number() string { return Order{ID: b.ID}.Number() }

// asOrder is a bundle as payments know it: by its id.
func (b Bundle) asOrder() Order {
	o := Order{ID: b.ID, Buyer: b.Buyer, Channel: b.Channel, State: b.State, Amount: b.Amount, ExpiresAt: b.ExpiresAt}
	if len(b.Parts) > 0 {
		o.Session = b.Parts[0].Session
	}
	return o
}

// PackagePick is what a buyer chooses of a package.
type PackagePick struct {
	ID       ids.ID // made by the client: the bundle's id
	Package  ids.ID
	Option   int
	Sessions []ids.ID
	Seats    [][]int32 // by session; empty: the best available (a series': the same everywhere)
	Channel  string    // online, counter or agent
}

// series is the part of the seat engine that holds in several sessions at once.
type series interface {
	HoldAll(ctx context.Context, whole engine.Key, parts []inventory.Part) ([]engine.Answer, error)
	HoldSeries(ctx context.Context, sessions []ids.ID, h engine.Hold) ([]engine.Answer, error)
}

// HoldPackage holds all seats of a package or none, and divides its price over
// the tickets to the 分. The same id again gets the same bundle.
// Errors: sales.package_*, sales.not_on_sale, inventory.*.
func (s *Service) HoldPackage(ctx context.Context, c PackagePick) (Bundle, error) {
	if c.ID.IsZero() {
		return Bundle{}, ids.ErrID.At("id")
	}
	asked := s.pickAsk(ctx, c)
	if old, err := s.Bundle(ctx, c.ID); err == nil && old.Package == c.Package {
		if err := s.sameAsk(ctx, asked); err != nil {
			return Bundle{}, err
		}
		return old, nil
	} else if err == nil {
		return Bundle{}, ErrIDTaken
	} else if !errors.Is(err, ErrNoBundle) {
		return old, err
	}
	p, err := s.Package(ctx, c.Package)
	if err != nil {
		return Bundle{}, err
	}
	if err := p.Sellable(c.Channel, s.DB.Clock().Now()); err != nil {
		return Bundle{}, err
	}
	o, ok := p.Content.Option(c.Option)
	if !ok {
		return Bundle{}, ErrPackageOption
	}
	if err := s.checkPick(ctx, p.Content, o, &c); err != nil {
		return Bundle{}, err
	}
	if err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error { return roomFor(ctx, tx, p, buyerOf(ctx)) }); err != nil {
		return Bundle{}, err // before any seat is touched; once more when they are held
	}
	answers, err := s.holdParts(ctx, p, o, c)
	if err != nil {
		return Bundle{}, err
	}
	b, err := newBundle(p, o, c, answers)
	if err == nil {
		b.Buyer = buyerOf(ctx)
		err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			if _, _, err := getPackage(ctx, tx, p.ID, "no key update"); err != nil { // one at a time counts
				return err
			}
			if err := roomFor(ctx, tx, p, b.Buyer); err != nil {
				return err
			}
			return errsJoin(insertBundle(ctx, tx, b), asked.note(ctx, tx))
		})
	}
	if err != nil {
		return Bundle{}, errsJoin(err, s.releaseParts(ctx, c.Sessions, answers))
	}
	return s.Bundle(ctx, c.ID)
}

func (s *Service) pickAsk(ctx context.Context, c PackagePick) ask {
	seats := make([][]int32, len(c.Seats))
	for i := range c.Seats {
		seats[i] = sortedSeats(c.Seats[i])
	}
	return s.asking(ctx, "bundle", c.ID, c.Package, c.Option, append([]ids.ID{}, c.Sessions...), seats)
}

// checkPick checks the sessions and seats that were chosen. A package without
// a choice needs none named.
func (s *Service) checkPick(ctx context.Context, c PackageContent, o PackageOption, pick *PackagePick) error {
	if len(pick.Sessions) == 0 && c.Fixed() {
		pick.Sessions = slices.Clone(c.Sessions)
	}
	if len(pick.Sessions) != c.Choose {
		return ErrPackagePick.With("want", c.Choose)
	}
	if len(pick.Seats) != 0 && len(pick.Seats) != len(pick.Sessions) {
		return ErrPackageSeats.With("want", c.Tickets)
	}
	for i, id := range pick.Sessions {
		if !slices.Contains(c.Sessions, id) || slices.Contains(pick.Sessions[:i], id) {
			return ErrPackagePick.With("want", c.Choose)
		}
		se, _, err := s.session(ctx, id)
		if err != nil {
			return err
		}
		if se.State != "on_sale" {
			return ErrNotOnSale
		}
		if s.Door != nil && pick.Channel == "online" {
			if err := s.Door(ctx, id); err != nil {
				return err
			}
		}
		if len(pick.Seats) == 0 || len(pick.Seats[i]) == 0 {
			continue
		}
		m, err := s.Maps.Map(ctx, id)
		if err != nil {
			return err
		}
		off := func(seat int32) bool { p, ok := m.Places[seat]; return !ok || !slices.Contains(o.Zones, p.Zone) }
		if len(pick.Seats[i]) != c.Tickets || slices.ContainsFunc(pick.Seats[i], off) {
			return ErrPackageSeats.With("want", c.Tickets)
		}
		if c.Kind == PackageSeries && !slices.Equal(pick.Seats[i], pick.Seats[0]) {
			return ErrPackageSeats.With("want", c.Tickets)
		}
	}
	return nil
}

// roomFor refuses what would go over a package's quota or a buyer's limit.
func roomFor(ctx context.Context, tx db.Tx, p Package, buyer string) error {
	if p.Content.Quota > 0 {
		n, err := countBundles(ctx, tx, p.ID, "")
		if err != nil {
			return err
		}
		if n.Taken >= p.Content.Quota {
			return ErrPackageQuota
		}
	}
	sc, _ := db.ScopeOf(ctx)
	if p.Content.PerBuyer == 0 || sc.Actor.Kind != db.ActorBuyer {
		return nil
	}
	n, err := countBundles(ctx, tx, p.ID, buyer)
	if err == nil && n.Taken >= p.Content.PerBuyer {
		err = ErrPackageLimit.With("limit", p.Content.PerBuyer)
	}
	return err
}

// holdParts holds the seats of all sessions or of none.
func (s *Service) holdParts(ctx context.Context, p Package, o PackageOption, pick PackagePick) ([]engine.Answer, error) {
	c := p.Content
	seats, ok := s.Seats.(series)
	if !ok {
		return nil, ErrNoSeries
	}
	zones := make([]uint16, len(o.Zones))
	for i, z := range o.Zones {
		zones[i] = uint16(z)
	}
	minutes := 60
	for _, id := range pick.Sessions {
		se, _, err := s.session(ctx, id)
		if err != nil {
			return nil, err
		}
		minutes = min(minutes, se.Rules.HoldFor)
	}
	one := func(i int) engine.Hold {
		h := engine.Hold{Meta: engine.Meta{Actor: actorKey(ctx), Channel: ChannelNo(pick.Channel)}, Buyer: shopper(ctx), For: int64(minutes) * 60_000, Package: p.PriceCode(o.No)}
		if i < len(pick.Seats) && len(pick.Seats[i]) > 0 {
			h.Seats = pick.Seats[i]
		} else {
			h.Want = &engine.Want{N: c.Tickets, Zones: zones}
		}
		return h
	}
	var out []engine.Answer
	var err error
	if c.Kind == PackageSeries {
		h := one(0)
		h.Key = wholeKey(ctx, pick)
		out, err = seats.HoldSeries(ctx, pick.Sessions, h)
	} else {
		parts := make([]inventory.Part, len(pick.Sessions))
		for i, id := range pick.Sessions {
			parts[i] = inventory.Part{Session: id, Hold: one(i)}
		}
		out, err = seats.HoldAll(ctx, wholeKey(ctx, pick), parts)
	}
	if err == nil && slices.ContainsFunc(out, func(a engine.Answer) bool { return a.Left <= 0 }) {
		err = ErrIDTaken // the id's holds have ended; seats are chosen again under another
	}
	return out, err
}

// orderPart sets the keys of a bundle's orders apart from those of its holds.
const orderPart = 1 << 28

// newBundle divides the package's price over the tickets in proportion to
// their own prices, to the 分.
func newBundle(p Package, o PackageOption, c PackagePick, answers []engine.Answer) (Bundle, error) {
	b := Bundle{ID: c.ID, Package: p.ID, Option: o.No, Content: p.Content, Channel: c.Channel, State: BundleHeld, Amount: o.Price}
	var list []money.Fen
	var sum money.Fen
	for _, a := range answers {
		for _, n := range a.Prices {
			list, sum = append(list, money.Fen(n)), sum+money.Fen(n)
		}
	}
	if err := sum.Check(); err != nil {
		return b, err
	}
	if o.Price > sum {
		return b, ErrPackageDear
	}
	if sum == 0 { // nothing to divide
		list = make([]money.Fen, len(list))
	} else {
		var err error
		if list, err = money.Split(o.Price, list); err != nil {
			return b, err
		}
	}
	for i, a := range answers {
		n := len(a.Seats)
		b.Parts = append(b.Parts, BundlePart{
			Session: c.Sessions[i], Order: idOf(inventory.PartKey(key(c.ID), c.Sessions[i], orderPart|i)), Hold: idOf(a.Key), Seats: a.Seats, Prices: list[:n:n],
		})
		list = list[n:]
		if at := time.UnixMilli(a.Expires).UTC(); i == 0 || at.Before(b.ExpiresAt) {
			b.ExpiresAt = at
		}
	}
	return b, nil
}

func (s *Service) releaseParts(ctx context.Context, sessions []ids.ID, answers []engine.Answer) error {
	var all error
	for i, a := range answers {
		all = errors.Join(all, s.release(ctx, sessions[i], idOf(a.Key), shopper(ctx)))
	}
	return all
}

// Bundle returns one bundle of the caller: a buyer sees its own, staff see all.
// Errors: sales.bundle_not_found.
func (s *Service) Bundle(ctx context.Context, id ids.ID) (b Bundle, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err = getBundle(ctx, tx, id, "")
		return err
	})
	if err == nil && !mayRead(ctx, Order{Buyer: b.Buyer}) {
		return Bundle{}, ErrNoBundle
	}
	return b, err
}

// Bundles lists the bundles of a package (or of all), newest first. A buyer's
// list holds its own only.
func (s *Service) Bundles(ctx context.Context, pack ids.ID, r page.Request) (p page.Page[Bundle], err error) {
	sc, _ := db.ScopeOf(ctx)
	buyer := ""
	if k := sc.Actor.Kind; k != db.ActorUser && k != db.ActorDevice && k != db.ActorSystem {
		buyer = sc.Actor.String()
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listBundles(ctx, tx, pack, buyer, r)
		return err
	})
	return p, err
}

// BundleDetail is a bundle with its orders.
type BundleDetail struct {
	Bundle   Bundle
	Orders   []Detail // those that were made, in the parts' order
	Payments []Payment
	Sessions []show.Session // of the parts
	Maps     []*Map
	Refunded bool // all its tickets were given back
}

// BundleDetail returns a bundle with all that a page shows of it.
// Errors: sales.bundle_not_found.
func (s *Service) BundleDetail(ctx context.Context, id ids.ID) (BundleDetail, error) {
	b, err := s.Bundle(ctx, id)
	if err != nil {
		return BundleDetail{}, err
	}
	d := BundleDetail{Bundle: b, Refunded: true}
	for i, p := range b.Parts {
		se, _, err := s.session(ctx, p.Session)
		if err != nil {
			return d, err
		}
		m, err := s.Maps.Map(ctx, p.Session)
		if err != nil {
			return d, err
		}
		d.Sessions, d.Maps = append(d.Sessions, se), append(d.Maps, m)
		o, err := s.Detail(ctx, p.Order)
		if errs.KindOf(err) == errs.NotFound && err != nil {
			d.Refunded = false
			continue
		}
		if err != nil {
			return d, err
		}
		d.Refunded = d.Refunded && o.Order.State == Refunded
		d.Orders = append(d.Orders, o)
		if d.Bundle.State == Confirmed {
			d.Bundle.Parts[i] = p.after(o.Order)
		}
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		d.Payments, err = payments(ctx, tx, b.ID, "")
		return err
	})
	return d, err
}
