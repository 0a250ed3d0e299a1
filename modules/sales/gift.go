package sales

import (
	"context"
	"fmt"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Errors of complimentary tickets.
var (
	ErrGiftQuota = errs.New(errs.Conflict, "sales.gift_quota", "超出该场次的赠票数量（{limit}）。", "Over the session's number of complimentary tickets ({limit}).").By("RL-2")
	ErrGiftPool  = errs.New(errs.Conflict, "sales.gift_pool", "该场次没有赠票留座，请先在票图中留出。", "The session holds no places for complimentary tickets; set them aside on its map.").By("RL-2").At("seats")
	ErrGiftTexts = errs.New(errs.Invalid, "sales.gift_text", "请填写赠票对象和理由。", "Say to whom and why tickets are given.").At("reason")
)

// Gift is an order of complimentary tickets (赠票).
type Gift struct {
	Order     ids.ID
	Session   ids.ID
	Recipient string
	Reason    string
	Tickets   int
	State     string // asked, given
	GivenBy   string
	At        time.Time
}

// NewGift gives tickets away: named seats of those set aside, or the best n of
// them.
type NewGift struct {
	NewOrder
	Seats     []int32
	N         int // instead of seats
	Recipient string
	Reason    string
}

// Give makes complimentary tickets of the places that a session's map sets
// aside for them, so that no public place is given away (RL-2). They cost
// nothing, are counted against the quota, and their people may be named until
// the deadline (RL-3). The same id again gives the same.
// Errors: sales.gift_*, inventory.*, and as PlaceOrder.
func (s *Service) Give(ctx context.Context, n NewGift) (Order, error) {
	if n.Recipient == "" || n.Reason == "" {
		return Order{}, ErrGiftTexts
	}
	n.Hold = idOf(derive(n.ID, "gift"))
	n.also = fmt.Sprint(n.Seats, n.N, n.Recipient, n.Reason)
	if old, ok, err := s.known(ctx, n.NewOrder); err != nil || ok {
		return old, err
	}
	want := len(n.Seats)
	if want == 0 {
		want = n.N
	}
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return Order{}, err
	}
	pool, err := s.poolNamed(ctx, n.Session, "complimentary")
	if err != nil {
		if errs.CodeOf(err) == ErrReservePool.Code {
			err = ErrGiftPool
		}
		return Order{}, err
	}
	g := Gift{Order: n.ID, Session: n.Session, Recipient: n.Recipient, Reason: n.Reason, Tickets: want, State: "asked", GivenBy: buyerOf(ctx)}
	if err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return askGift(ctx, tx, g) }); err != nil {
		return Order{}, err
	}
	o, err := s.give(ctx, n, pool, want, int64(se.Rules.HoldFor))
	if err != nil {
		if k := errs.KindOf(err); k == errs.Unavailable || k == errs.Internal {
			return o, err // perhaps it was given: asked again it is found
		}
		return o, errsJoin(err, s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endGift(ctx, tx, n.ID, "refused") }))
	}
	return o, s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endGift(ctx, tx, n.ID, "given") })
}

func (s *Service) give(ctx context.Context, n NewGift, pool uint16, want int, minutes int64) (Order, error) {
	h := &engine.Hold{Meta: engine.Meta{Key: key(n.Hold), Actor: actorKey(ctx), Channel: ChannelNo("counter")}, Pool: pool, Seats: n.Seats, For: minutes * 60_000, Accessible: true}
	if len(n.Seats) == 0 {
		h.Want = &engine.Want{N: want}
	}
	if _, err := s.Seats.Do(ctx, n.Session, h, nil); err != nil {
		return Order{}, err
	}
	placed, docs, err := s.prepare(ctx, n.NewOrder, "counter")
	if err != nil {
		return Order{}, errsJoin(err, s.release(ctx, n.Session, n.Hold, engine.Key{}))
	}
	placed.order.State, placed.order.Amount = Confirmed, 0
	for i := range placed.order.Lines {
		placed.order.Lines[i].Kind, placed.order.Lines[i].Price = "complimentary", 0
	}
	se, _, err := s.session(ctx, n.Session)
	if err != nil {
		return Order{}, err
	}
	p, err := s.soldPayload(ctx, se, placed.order)
	if err != nil {
		return Order{}, err
	}
	p.priced, p.counter = true, &counterSale{placed: placed, payment: ids.New(), method: "cash"}
	a, err := s.Seats.Do(ctx, n.Session, &engine.Confirm{
		Meta: engine.Meta{Key: key(n.ID), Actor: actorKey(ctx), Channel: ChannelNo("counter")}, Hold: key(n.Hold), Docs: docs, Later: n.Later,
	}, p)
	if err != nil {
		return Order{}, errsJoin(refusedPeople(err, a), s.release(ctx, n.Session, n.Hold, engine.Key{}))
	}
	return s.Order(ctx, n.ID)
}
