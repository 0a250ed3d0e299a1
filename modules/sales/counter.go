package sales

import (
	"context"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
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
	*placed
	payment ids.ID
	method  string
	// reservation that the hold was, or zero
	reservation ids.ID
}

// SellAtCounter makes order, payment and tickets of a hold in one commit.
// Errors: as PlaceOrder, and sales.amount when less was given than is due.
func (s *Service) SellAtCounter(ctx context.Context, n CounterSale) (Order, error) {
	return s.sellAtCounter(ctx, n, ids.ID{})
}

func (s *Service) sellAtCounter(ctx context.Context, n CounterSale, reservation ids.ID) (Order, error) {
	n.also = n.Method
	if old, ok, err := s.known(ctx, n.NewOrder); err != nil || ok {
		return old, err
	}
	placed, docs, err := s.prepare(ctx, n.NewOrder, "counter")
	if err != nil {
		return Order{}, err
	}
	if n.Method == "cash" && n.Taken < placed.order.Amount {
		return Order{}, s.dropUses(ctx, placed, ErrAmount.At("taken").With("due", placed.order.Amount))
	}
	placed.order.State = Confirmed
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return Order{}, err
	}
	p, err := s.soldPayload(ctx, se, placed.order)
	if err != nil {
		return Order{}, err
	}
	p.counter = &counterSale{placed: placed, payment: ids.New(), method: n.Method, reservation: reservation}
	a, err := s.Seats.Do(ctx, n.Session, &engine.Confirm{
		Meta: engine.Meta{Key: key(n.ID), Actor: actorKey(ctx), Channel: ChannelNo("counter")},
		Hold: key(n.Hold), Buyer: shopper(ctx), Docs: docs, Later: n.Later, Expect: placed.listed,
	}, p)
	if err != nil {
		return Order{}, s.dropUses(ctx, placed, refusedPeople(err, a))
	}
	return s.Order(ctx, n.ID)
}

// counter adds the rows of a sale at the counter: order, people and payment.
func (w *rowSet) counter(c inventory.Change, n *counterSale) error {
	if len(n.order.Lines) != len(c.Event.Seats) {
		return ErrState
	}
	if n.order.Amount > 0 {
		w.pay(n.payment, n.order.ID, n.method, n.order.Buyer, n.order.Amount, c.At)
	}
	if !n.reservation.IsZero() {
		w.reserve.sell(n.reservation, n.order.ID, n.order.Buyer, c.At)
	}
	return w.placed(c, n.placed)
}
