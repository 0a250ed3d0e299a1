package sales

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// Person is who one ticket is for, as typed.
type Person struct {
	Name     string
	Kind     identity.Kind
	Number   string
	Guardian bool // a guardian comes along and has agreed (RL-14)
}

// NewOrder is what makes an order of a hold.
type NewOrder struct {
	ID      ids.ID // made by the client
	Session ids.ID
	Hold    ids.ID
	People  []Person // one a seat, in the seats' order; empty where the session asks for none
	Phone   string
	Consent bool
	Rules   string // RulesHash of the rules that were shown; "" is not compared
	Address string // network address of the buyer, for the Guard
	// Later lets staff and agents name some or all people until the session's
	// deadline (RL-3); those given are for the first places.
	Later bool
	Codes []string   // of vouchers
	Due   *money.Fen // what the buyer was shown as due; refused when it is another
	also  string     // what else the caller's request is known by
	named []Line     // whom a reservation bound to its places; used when no people are given
}

// placed is the payload of the command that makes an order: what the row
// writer adds to the engine's batch.
type placed struct {
	order  Order
	people []identity.Person
	listed []int64   // what the seat engine asked for the places when the order was made
	taken  time.Time // when discounts were taken for it; zero: none
	terms  []byte    // hash of the rules that were agreed to; nil at the counter
}

// PlaceOrder makes a pending order of a hold: every document is checked, bound
// to its seat, and refused if it has a ticket of this session already, all
// before payment (RL-1). From here on the buyer has the hold's time once more
// to pay. The same request again returns the order as it stands; an order of
// nothing to pay is confirmed at once. Errors: sales.consent, sales.people,
// sales.guardian, identity.*, inventory.document_used, inventory.hold_*,
// sales.id_taken, sales.hold_used; of the Guard sales.document_attempts,
// sales.unpaid_limit, sales.document_pending.
func (s *Service) PlaceOrder(ctx context.Context, n NewOrder) (Order, error) {
	if old, ok, err := s.known(ctx, n); err != nil || ok {
		return old, err
	}
	if !n.Consent {
		return Order{}, ErrConsent
	}
	if err := s.admit(ctx, n); err != nil {
		return Order{}, err
	}
	o, err := s.place(ctx, n, "online")
	if err != nil {
		err = s.told(ctx, n, err)
	}
	if err != nil || o.Amount > 0 || o.State != Pending {
		return o, err
	}
	return s.free(ctx, o)
}

func (s *Service) place(ctx context.Context, n NewOrder, channel string) (Order, error) {
	p, docs, err := s.prepare(ctx, n, channel)
	if err != nil {
		return Order{}, err
	}
	// The key is the hold's: one order is made of one hold.
	a, err := s.Seats.Do(ctx, n.Session, &engine.Assign{
		Meta: engine.Meta{Key: derive(n.Hold, "place"), Actor: actorKey(ctx), Channel: ChannelNo(channel)},
		Hold: key(n.Hold), Buyer: shopper(ctx), Docs: docs, Expect: p.listed,
	}, p)
	if err != nil {
		return Order{}, s.dropUses(ctx, p, refusedPeople(err, a))
	}
	o, err := s.Order(ctx, n.ID)
	if errors.Is(err, ErrNotFound) && a.Replayed {
		return Order{}, ErrHoldUsed
	}
	return o, err
}

// prepare checks an order and gathers its rows: the seats and prices of its
// hold, whose time begins anew, and its sealed people. The documents' blind
// indexes come one a seat, zero where there is none.
func (s *Service) prepare(ctx context.Context, n NewOrder, channel string) (*placed, []engine.Key, error) {
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return nil, nil, err
	}
	sc, _ := db.ScopeOf(ctx)
	people, contact, err := s.checkPeople(sc.Tenant, se, n, s.DB.Clock().Now())
	if err != nil {
		return nil, nil, err
	}
	var terms []byte
	if n.Consent {
		sum := rulesSum(RulesText(se))
		if n.Rules != "" && n.Rules != hex.EncodeToString(sum[:]) {
			return nil, nil, ErrRules
		}
		terms = sum[:]
	}
	a, err := s.Seats.Do(ctx, n.Session, &engine.Extend{
		Meta: engine.Meta{Key: derive(n.Hold, "order"), Actor: actorKey(ctx), Channel: ChannelNo(channel)},
		Hold: key(n.Hold), Buyer: shopper(ctx), For: int64(se.Rules.HoldFor) * 60_000,
	}, nil)
	if err != nil {
		return nil, nil, err
	}
	if a.OtherChannel { // a price of one channel is not sold in another
		return nil, nil, ErrOtherChannel
	}
	named := n.boundTo()
	err = enoughPeople(se.Rules.RealName, max(len(people), len(named)), len(a.Seats))
	if n.Later && channel != "online" {
		err = mayBindLater(se, len(people), len(a.Seats), s.DB.Clock().Now())
	}
	if err != nil {
		return nil, nil, err
	}
	p := &placed{people: people, terms: terms, listed: a.Prices, order: Order{
		ID: n.ID, Session: n.Session, Buyer: sc.Actor.String(), Channel: channel, State: Pending, Hold: n.Hold,
		Contact: contact, Found: s.foundBy(sc.Tenant, n.Phone), Request: s.Vault.Find(sc.Tenant, "request", n.asked()), ExpiresAt: time.UnixMilli(a.Expires),
	}}
	docs := make([]engine.Key, len(a.Seats))
	for i, seat := range a.Seats {
		l := Line{Seat: seat, Price: money.Fen(a.Prices[i]), Kind: kindOf(a, i)}
		if n.Later && i >= len(people) {
			p.order.Lines = append(p.order.Lines, l)
			continue
		}
		if len(people) > 0 {
			who := people[min(i, len(people)-1)]
			l.Person, docs[i] = who.ID, engine.Key(who.Blind)
		} else if len(named) > 0 {
			l.Person = named[seat]
		}
		p.order.Lines = append(p.order.Lines, l)
	}
	if len(named) > 0 {
		docs = nil // the hold has them
	}
	if err := s.discounts(ctx, se, n, p, docs); err != nil {
		return nil, nil, err
	}
	p.order.Amount, err = p.order.Sum()
	return p, docs, err
}

// enoughPeople checks that an order names as many people as its session asks
// for: one a ticket (一票一证), one an order (一单一证), or none.
func enoughPeople(r show.RealName, got, seats int) error {
	want := 0
	switch {
	case r.PerTicket:
		want = seats
	case r.PerOrder:
		want = 1
	case got == seats:
		return nil
	}
	if got != want {
		return ErrPeople.With("want", want).With("got", got)
	}
	return nil
}

// mayBindLater checks a sale whose people are named later (RL-3).
func mayBindLater(se show.Session, people, seats int, now time.Time) error {
	switch {
	case !se.Rules.RealName.PerTicket || !now.Before(BindDeadline(se)):
		return ErrBindLater
	case people > seats:
		return ErrPeople.With("want", seats).With("got", people)
	}
	return nil
}

// free confirms an order that costs nothing.
func (s *Service) free(ctx context.Context, o Order) (Order, error) {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := getOrder(ctx, tx, o.ID, "no key update")
		if err != nil || now.State != Pending {
			return err
		}
		return setOrderState(ctx, tx, o.ID, Paid)
	})
	if err == nil {
		err = s.confirm(ctx, o)
	}
	if err != nil {
		return o, err
	}
	return s.Order(ctx, o.ID)
}

// refusedPeople names the person whose document the engine refused; the engine
// names documents by their position.
func refusedPeople(err error, a engine.Answer) error {
	e, ok := errs.Of(err)
	if !ok || a.Refused == nil || a.Refused.Code != engine.DocumentUsed {
		return err
	}
	for _, i := range a.Refused.Seats {
		e = e.At(fmt.Sprintf("people[%d].number", i))
	}
	delete(e.Params, "seats")
	return e
}

// checkPeople checks and seals the people of an order; every fault is named by
// its field.
func (s *Service) checkPeople(tenant int32, se show.Session, n NewOrder, now time.Time) ([]identity.Person, []byte, error) {
	var l errs.List
	var out []identity.Person
	seen := map[[16]byte]int{}
	for i, p := range n.People {
		at := fmt.Sprintf("people[%d]", i)
		name, err := identity.ParseName(p.Name)
		l.AddErr(at, err)
		doc, docErr := identity.ParseDocument(p.Kind, p.Number, now)
		l.AddErr(at, docErr)
		if err != nil || docErr != nil {
			continue
		}
		if doc.Under(14, now) && !p.Guardian {
			l.AddErr(at+".guardian", ErrGuardian)
		}
		person := s.Vault.SealPerson(tenant, n.Session, name, doc, p.Guardian)
		if first, twice := seen[person.Blind]; twice && se.Rules.RealName.PerTicket {
			l.Add(at+".number", "sales.document_twice", fmt.Sprintf("与第 %d 位观众的证件相同，一证一票。", first+1), fmt.Sprintf("The same document as person %d; one document, one ticket.", first+1), "RL-1")
		}
		seen[person.Blind] = i
		out = append(out, person)
	}
	var contact []byte
	if n.Phone != "" {
		phone, err := identity.ParsePhone(n.Phone)
		l.AddErr("phone", err)
		contact = s.Vault.Seal(tenant, n.ID, "contact", phone)
	}
	return out, contact, l.Err()
}

// Order returns one order of the caller: a buyer sees its own, staff see all
// of the tenant. Errors: sales.order_not_found.
func (s *Service) Order(ctx context.Context, id ids.ID) (o Order, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		o, err = getOrder(ctx, tx, id, "")
		return err
	})
	if err == nil && !mayRead(ctx, o) {
		return Order{}, ErrNotFound
	}
	return o, err
}

// mayRead hides other buyers' orders from a buyer.
func mayRead(ctx context.Context, o Order) bool {
	sc, _ := db.ScopeOf(ctx)
	switch sc.Actor.Kind {
	case db.ActorUser, db.ActorDevice, db.ActorSystem:
		return true
	}
	return o.Buyer == sc.Actor.String()
}

// OrderFilter narrows a list of orders.
type OrderFilter struct {
	Buyer   string // actor; "" any
	Session ids.ID
	State   string
	Channel string
}

// Orders lists orders, newest first. A buyer's list holds its own only.
func (s *Service) Orders(ctx context.Context, f OrderFilter, r page.Request) (p page.Page[Order], err error) {
	sc, _ := db.ScopeOf(ctx)
	if k := sc.Actor.Kind; k != db.ActorUser && k != db.ActorDevice && k != db.ActorSystem {
		f.Buyer = sc.Actor.String()
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listOrders(ctx, tx, f, r)
		return err
	})
	return p, err
}

// Cancel gives up an order that is not paid and frees its seats. Its payments
// are closed first, so that it cannot be paid any more; what was paid already
// counts, and the order stays. Errors: sales.order_not_found, sales.state.
func (s *Service) Cancel(ctx context.Context, id ids.ID) (Order, error) {
	o, err := s.Order(ctx, id)
	if err != nil {
		return o, err
	}
	if o.State == Pending {
		// A provider that does not answer now is asked again when money comes.
		if err := s.ask(ctx, o, true); err != nil && errs.KindOf(err) != errs.Unavailable {
			return o, err
		}
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if o, err = getOrder(ctx, tx, id, "no key update"); err != nil {
			return err
		}
		if o.State == Cancelled {
			return nil
		}
		if o.State != Pending {
			return ErrState
		}
		if err := refuseOfBundle(ctx, tx, o.ID); err != nil {
			return err
		}
		o.State = Cancelled
		return setOrderState(ctx, tx, o.ID, o.State)
	})
	if err != nil {
		return o, err
	}
	if err := s.settleUses(ctx, o); err != nil {
		return o, err
	}
	return o, s.release(ctx, o.Session, o.Hold, buyerKey(o))
}

// buyerKey is the buyer of an order as the engine knows it: zero for what staff
// sold, whose limits are not a buyer's.
func buyerKey(o Order) engine.Key {
	kind, text, _ := strings.Cut(o.Buyer, ":")
	id, err := ids.Parse(text)
	if err != nil || kind != db.ActorBuyer {
		return engine.Key{}
	}
	return key(id)
}

// shopper is who the caller buys for, as the engine knows it: a buyer for
// itself, anybody else for nobody known.
func shopper(ctx context.Context) engine.Key {
	sc, _ := db.ScopeOf(ctx)
	if sc.Actor.Kind != db.ActorBuyer {
		return engine.Key{}
	}
	return key(sc.Actor.ID)
}

// Number is an order's short name for people: 8 characters of its id.
func (o Order) Number() string {
	s := strings.ReplaceAll(o.ID.String(), "-", "")
	return strings.ToUpper(s[:4] + s[24:])
}

// Sum adds the prices of the order's lines.
func (o Order) Sum() (money.Fen, error) {
	fs := make([]money.Fen, len(o.Lines))
	for i, l := range o.Lines {
		fs[i] = l.Price
	}
	return money.Sum(fs...)
}
