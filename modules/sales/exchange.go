package sales

import (
	"context"
	"slices"
	"time"

	"parterre/codes"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// Exchange gives tickets of an order for the seats of a hold of the same
// session (换座/改签).
type Exchange struct {
	ID     ids.ID // made by the client; the same id has one effect
	Order  ids.ID
	From   []int32
	Hold   ids.ID // as many seats, in the same order
	Method string // at the counter: how a difference was paid; "" online
}

// moved is the payload of the command that exchanges places.
type moved struct {
	x       Exchange
	ask     ask
	order   Order // before
	show    codes.Show
	seats   *Map
	to      []int32     // the hold's seats
	part    []money.Fen // what they cost as part of a package; nil: as they are priced, less discounts
	payment ids.ID
	taker   string
	diff    money.Fen // new prices less old ones
}

// Exchange moves tickets to other seats without a fee, as long as a refund
// would be possible. What the new seats cost less goes back; what they cost
// more is paid at the counter. Old codes end, new ones are made.
// Errors: sales.no_exchange, sales.not_ticket, sales.difference,
// sales.exchange_count, sales.exchange_series, sales.exchange_option,
// sales.exchange_agent, sales.exchange_gift, sales.id_taken, sales.admitted,
// inventory.*.
func (s *Service) Exchange(ctx context.Context, x Exchange) (Order, error) {
	if x.ID.IsZero() {
		return Order{}, ids.ErrID.At("id")
	}
	o, err := s.Order(ctx, x.Order)
	if err != nil {
		return Order{}, err
	}
	f, done, err := s.refundOf(ctx, x.ID, o.ID)
	if err != nil {
		return Order{}, err
	}
	if done {
		if err := s.sameAsk(ctx, s.exchangeAsk(ctx, x)); err != nil {
			return Order{}, err
		}
	}
	if !done {
		if f, err = s.exchange(ctx, x, o); err != nil {
			return Order{}, err
		}
	}
	if f.State == "seats_back" {
		if _, err := s.finish(ctx, f, o); err != nil {
			return Order{}, err
		}
	}
	return s.Order(ctx, o.ID)
}

// exchangeAsk is what an exchange asks for; a difference that is paid online is
// asked for without a way to pay it.
func (s *Service) exchangeAsk(ctx context.Context, x Exchange) ask {
	return s.asking(ctx, "exchange", x.ID, x.Order, append([]int32{}, x.From...), x.Hold, x.Method)
}

// refundOf finds a refund or exchange by its id; one of another order is
// ErrIDTaken.
func (s *Service) refundOf(ctx context.Context, id, order ids.ID) (f Refund, ok bool, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		f, err = getRefund(ctx, tx, id)
		return err
	})
	switch {
	case errs.KindOf(err) == errs.NotFound && err != nil:
		return Refund{}, false, nil
	case err == nil && f.Order != order:
		return Refund{}, false, ErrIDTaken
	}
	return f, err == nil, err
}

func (s *Service) exchange(ctx context.Context, x Exchange, o Order) (Refund, error) {
	p, _, err := s.prepareExchange(ctx, x, o, 60_000)
	if err != nil {
		return Refund{}, err
	}
	if p.diff > 0 && x.Method == "" {
		return Refund{}, ErrDifference.With("due", p.diff)
	}
	if err := s.move(ctx, p, shopper(ctx)); err != nil {
		return Refund{}, err
	}
	f, _, err := s.refundOf(ctx, x.ID, o.ID)
	return f, err
}

// move commits an exchange whose hold is a buyer's.
func (s *Service) move(ctx context.Context, p *moved, buyer engine.Key) error {
	live, err := s.Tickets(ctx, p.order.ID)
	if err != nil {
		return err
	}
	err = s.comeBack(ctx, p.order.Session, func(pool uint16) error {
		_, err := s.Seats.Do(ctx, p.order.Session, &engine.Move{
			Meta: engine.Meta{Key: key(p.x.ID), Actor: actorKey(ctx), Channel: ChannelNo(p.order.Channel)}, Sale: key(p.order.ID), From: p.x.From,
			Hold: key(p.x.Hold), Buyer: buyer, ToPool: pool,
		}, p)
		return err
	})
	return s.meanwhile(ctx, err, p.order, live, p.x.From)
}

// prepareExchange checks an exchange, gives its hold some milliseconds more and
// works out the difference and the hold's new end.
func (s *Service) prepareExchange(ctx context.Context, x Exchange, o Order, more int64) (_ *moved, until time.Time, err error) {
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return nil, until, err
	}
	live, err := s.Tickets(ctx, o.ID)
	if err != nil {
		return nil, until, err
	}
	q, err := quote(se, live, s.DB.Clock().Now())
	if err != nil {
		return nil, until, err
	}
	old, err := exchangeable(q, x.From)
	if err != nil {
		return nil, until, err
	}
	var whole *Bundle
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if whole, err = exchangeRule(ctx, tx, o, x.From); err != nil {
			return err
		}
		return s.refuseAdmitted(ctx, tx, o, live, x.From)
	})
	if err != nil {
		return nil, until, err
	}
	if err := s.keepKinds(ctx, x, o); err != nil {
		return nil, until, err
	}
	a, err := s.Seats.Do(ctx, o.Session, &engine.Extend{Meta: engine.Meta{Key: derive(x.Hold, "order"), Actor: actorKey(ctx)}, Hold: key(x.Hold), Buyer: shopper(ctx), For: more}, nil)
	if err != nil {
		return nil, until, err
	}
	if len(a.Seats) != len(x.From) {
		return nil, until, ErrCount.With("from", len(x.From)).With("to", len(a.Seats))
	}
	p, err := s.movedPayload(ctx, se, x, o)
	if err != nil {
		return nil, until, err
	}
	p.to = a.Seats
	if whole != nil {
		if p.part, err = s.partPrices(ctx, whole, o, x.From, a.Seats); err != nil {
			return nil, until, err
		}
	}
	for i := range a.Prices {
		p.diff += p.price(i, a.Prices[i]) - old[i]
	}
	return p, time.UnixMilli(a.Expires), nil
}

// afterMove is what another place costs instead of a seat of the order: what
// was taken off the old price is taken off the new one.
func (o Order) afterMove(from int32, list money.Fen) money.Fen {
	for _, l := range o.Lines {
		if l.Seat == from {
			return max(0, list-l.off())
		}
	}
	return list
}

func (s *Service) movedPayload(ctx context.Context, se show.Session, x Exchange, o Order) (*moved, error) {
	m, err := s.Maps.Map(ctx, se.ID)
	if err != nil {
		return nil, err
	}
	return &moved{x: x, ask: s.exchangeAsk(ctx, x), order: o, show: se.Code, seats: m, payment: ids.New(), taker: buyerOf(ctx)}, nil
}

// exchangeable gives the prices of tickets that may be exchanged now.
func exchangeable(q Quote, from []int32) ([]money.Fen, error) {
	var out []money.Fen
	for i, seat := range from {
		k := slices.IndexFunc(q.Tickets, func(l QuoteLine) bool { return l.Seat == seat })
		if k < 0 || slices.Contains(from[:i], seat) {
			return nil, ErrNotTicket
		}
		if !q.Tickets[k].Possible {
			return nil, ErrNoExchange
		}
		out = append(out, q.Tickets[k].Price)
	}
	if len(out) == 0 {
		return nil, ErrNotTicket
	}
	return out, nil
}

// moved adds the rows of an exchange: the old tickets end, new ones begin, the
// order's lines and the documents' places follow, and the difference is on
// record.
func (w *rowSet) moved(keys *codes.UniqueKeys, c inventory.Change, p *moved) error {
	e := c.Event
	lines := make(map[int32]Line, len(p.order.Lines))
	for _, l := range p.order.Lines {
		lines[l.Seat] = l
	}
	now := &sold{order: p.order.ID, channel: p.order.Channel, show: p.show, seats: p.seats, lines: map[int32]Line{}}
	now.priced = true
	m := &w.swap
	for i, to := range e.To {
		l := lines[e.Seats[i]]
		l.Price = p.price(i, e.Prices[i])
		now.lines[to] = l
		m.list = append(m.list, e.Prices[i])
		m.session, m.order, m.exchange = append(m.session, c.Session.String()), append(m.order, p.order.ID.String()), append(m.exchange, p.x.ID.String())
		m.from, m.to, m.price, m.at = append(m.from, e.Seats[i]), append(m.to, to), append(m.price, int64(l.Price)), append(m.at, c.At)
	}
	if err := w.issue(keys, c, now, e.To); err != nil {
		return err
	}
	w.asked.add(p.ask, c.At)
	b := &w.differences
	back := max(0, -p.diff)
	state := "done"
	if back > 0 {
		state = "seats_back"
	}
	b.id, b.order, b.session, b.paid = append(b.id, p.x.ID.String()), append(b.order, p.order.ID.String()), append(b.session, c.Session.String()), append(b.paid, int64(back))
	b.state, b.by, b.at = append(b.state, state), append(b.by, p.taker), append(b.at, c.At)
	if p.diff > 0 && p.x.Method != "" { // online it was paid before
		w.pay(p.payment, p.order.ID, p.x.Method, p.taker, p.diff, c.At)
	}
	return nil
}
