package sales

import (
	"context"
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
}

// placed is the payload of the command that makes an order: what the row
// writer adds to the engine's batch.
type placed struct {
	order  Order
	people []identity.Person
}

// PlaceOrder makes a pending order of a hold: every document is checked, bound
// to its seat, and refused if it has a ticket of this session already, all
// before payment (RL-1). The same id again returns the order as it stands.
// Errors: sales.consent, sales.people, sales.document_twice, sales.guardian,
// identity.*, sales.hold_gone, sales.id_taken.
func (s *Service) PlaceOrder(ctx context.Context, n NewOrder) (Order, error) {
	if old, err := s.Order(ctx, n.ID); err == nil {
		if old.Hold != n.Hold {
			return Order{}, ErrIDTaken
		}
		return old, nil
	} else if errs.KindOf(err) != errs.NotFound {
		return Order{}, err
	}
	if !n.Consent {
		return Order{}, ErrConsent
	}
	return s.place(ctx, n, "online")
}

func (s *Service) place(ctx context.Context, n NewOrder, channel string) (Order, error) {
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return Order{}, err
	}
	sc, _ := db.ScopeOf(ctx)
	now := s.DB.Clock().Now()
	people, contact, err := s.checkPeople(sc.Tenant, se, n, now)
	if err != nil {
		return Order{}, err
	}
	p := &placed{people: people, order: Order{ID: n.ID, Session: n.Session, Buyer: sc.Actor.String(), Channel: channel, State: Pending, Hold: n.Hold, Contact: contact}}
	docs := make([]engine.Key, len(people))
	for i, person := range people {
		docs[i] = engine.Key(person.Blind)
		p.order.Lines = append(p.order.Lines, Line{Person: person.ID})
	}
	a, err := s.Seats.Do(ctx, n.Session, &engine.Assign{Meta: engine.Meta{Key: derive(n.ID, "place"), Actor: key(sc.Actor.ID), Channel: channelNo(channel)},
		Hold: key(n.Hold), Buyer: key(sc.Actor.ID), Docs: docs}, p)
	if err != nil {
		return Order{}, refusedPeople(err, a)
	}
	return s.Order(ctx, n.ID)
}

// refusedPeople names the persons whose documents the engine refused, by the
// seats that they were for.
func refusedPeople(err error, a engine.Answer) error {
	e, ok := errs.Of(err)
	if !ok || a.Refused == nil || a.Refused.Code != engine.DocumentUsed {
		return err
	}
	e = e.By("RL-1")
	for _, bad := range a.Refused.Seats {
		for i, seat := range a.Seats {
			if seat == bad {
				e = e.At(fmt.Sprintf("people[%d].number", i))
			}
		}
	}
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

func channelNo(c string) uint8 {
	switch c {
	case "counter":
		return 1
	case "agent":
		return 2
	}
	return 0
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

// Cancel gives up an order that is not paid and frees its seats.
// Errors: sales.order_not_found, sales.state.
func (s *Service) Cancel(ctx context.Context, id ids.ID) (Order, error) {
	o, err := s.Order(ctx, id)
	if err != nil {
		return o, err
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
		o.State = Cancelled
		return setOrderState(ctx, tx, o.ID, o.State)
	})
	if err != nil {
		return o, err
	}
	return o, s.release(ctx, o.Session, o.Hold, buyerKey(o))
}

// buyerKey is the buyer of an order as the engine knows it.
func buyerKey(o Order) engine.Key {
	_, text, _ := strings.Cut(o.Buyer, ":")
	id, err := ids.Parse(text)
	if err != nil {
		return engine.Key{}
	}
	return key(id)
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
