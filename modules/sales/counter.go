package sales

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// CounterSale is a sale at the counter: a hold, its people, and the money that
// was taken.
type CounterSale struct {
	NewOrder
	Method string    // cash, card, wechat, alipay: codes' table "payment"
	Taken  money.Fen // what the customer gave; for the change
}

// counterSale is the counter's part of a sold payload.
type counterSale struct {
	order   Order
	people  []identity.Person
	payment ids.ID
	method  string
}

// SellAtCounter makes order, payment and tickets of a hold in one commit.
// Errors: as PlaceOrder, and sales.amount when less was given than is due.
func (s *Service) SellAtCounter(ctx context.Context, n CounterSale) (Order, error) {
	if old, err := s.Order(ctx, n.ID); err == nil {
		if old.Hold != n.Hold {
			return Order{}, ErrIDTaken
		}
		return old, nil
	} else if errs.KindOf(err) != errs.NotFound {
		return Order{}, err
	}
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return Order{}, err
	}
	sc, _ := db.ScopeOf(ctx)
	people, contact, err := s.checkPeople(sc.Tenant, se, n.NewOrder, s.DB.Clock().Now())
	if err != nil {
		return Order{}, err
	}
	due, err := s.due(ctx, n.Session, n.Hold)
	if err != nil {
		return Order{}, err
	}
	if n.Method == "cash" && n.Taken < due {
		return Order{}, ErrAmount.At("taken")
	}
	docs := make([]engine.Key, len(people))
	for i, p := range people {
		docs[i] = engine.Key(p.Blind)
	}
	p, err := s.soldPayload(ctx, se, Order{ID: n.ID, Session: n.Session})
	if err != nil {
		return Order{}, err
	}
	p.counter = &counterSale{order: Order{ID: n.ID, Session: n.Session, Buyer: sc.Actor.String(), Channel: "counter", Hold: n.Hold, Contact: contact}, people: people, payment: ids.New(), method: n.Method}
	a, err := s.Seats.Do(ctx, n.Session, &engine.Confirm{Meta: engine.Meta{Key: key(n.ID), Actor: key(sc.Actor.ID), Channel: channelNo("counter")}, Hold: key(n.Hold), Buyer: key(sc.Actor.ID), Docs: docs}, p)
	if err != nil {
		return Order{}, refusedPeople(err, a)
	}
	return s.Order(ctx, n.ID)
}

// due is what a hold costs.
func (s *Service) due(ctx context.Context, session, hold ids.ID) (money.Fen, error) {
	sc, _ := db.ScopeOf(ctx)
	a, err := s.Seats.Do(ctx, session, &engine.Extend{Meta: engine.Meta{Key: key(ids.New()), Actor: key(sc.Actor.ID)}, Hold: key(hold), Buyer: key(sc.Actor.ID), For: 60_000}, nil)
	if err != nil {
		return 0, err
	}
	var sum money.Fen
	for _, p := range a.Prices {
		sum += money.Fen(p)
	}
	return sum, sum.Check()
}

func (w *rowSet) counter(c inventory.Change, p *sold) error {
	n := p.counter
	if len(n.people) > 0 && len(n.people) != len(c.Event.Seats) {
		return ErrPeople.With("want", len(c.Event.Seats)).With("got", len(n.people))
	}
	lines, amount := make([]Line, len(c.Event.Seats)), money.Fen(0)
	byseat := make(map[int32]Line, len(lines))
	for i, seat := range c.Event.Seats {
		lines[i] = Line{Seat: seat, Price: money.Fen(c.Event.Prices[i]), Kind: "full"}
		if i < len(n.people) {
			lines[i].Person = n.people[i].ID
		}
		byseat[seat] = lines[i]
		amount += lines[i].Price
	}
	if amount > 0 {
		w.cash.id, w.cash.order, w.cash.provider = append(w.cash.id, n.payment.String()), append(w.cash.order, n.order.ID.String()), append(w.cash.provider, n.method)
		w.cash.amount, w.cash.at = append(w.cash.amount, int64(amount)), append(w.cash.at, c.At)
	}
	p.lines = byseat
	return w.order(c, n.order, lines, amount, Confirmed, c.At, n.people)
}
