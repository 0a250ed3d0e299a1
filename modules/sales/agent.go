package sales

import (
	"context"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// ActorAgent is the actor kind of an agent (代理商): it acts through whichever
// of its keys, and its orders stay its own when a key is replaced.
const ActorAgent = "agent"

// AgentMethod is the payment method of what an agent sold: the agent took the
// customer's money and settles by the day's file.
const AgentMethod = "agent"

// AgentChoice is what an agent asks to lock.
type AgentChoice struct {
	Choice
	Pool uint16        // take from this allotment instead of from the free places; 0: free places
	For  time.Duration // 0: as the session's rules say
}

// agentHold is the hold that an agent's lock id stands for. It is made of the
// agent and its id, so no agent can name another's lock, or a buyer's.
func agentHold(ctx context.Context, lock ids.ID) ids.ID {
	sc, _ := db.ScopeOf(ctx)
	return idOf(derive(lock, sc.Actor.String()))
}

// LockForAgent takes places for an agent's customer. The same key gets the
// same lock. A buyer's limit holds for each lock; how many locks one customer
// has is the agent's to see to, documents are counted across all channels
// (RL-1). Errors: sales.not_on_sale, inventory.*.
func (s *Service) LockForAgent(ctx context.Context, c AgentChoice) (Held, error) {
	se, _, err := s.session(ctx, c.Session)
	if err != nil {
		return Held{}, err
	}
	if se.State != "on_sale" {
		return Held{}, ErrNotOnSale
	}
	if err := s.checkKinds(ctx, c.Session, c.Kinds); err != nil {
		return Held{}, err
	}
	a, err := s.Seats.Do(ctx, c.Session, &engine.Hold{
		Meta: engine.Meta{Key: key(agentHold(ctx, c.Key)), Actor: actorKey(ctx), Channel: ChannelNo("agent")}, Pool: c.Pool, Kinds: c.Kinds, Package: c.Package,
		Seats: c.Seats, Standing: c.Standing, Want: c.Want, Accessible: c.Accessible, For: lockTime(c.For, se.Rules.HoldFor),
	}, nil)
	if err != nil {
		return Held{}, err
	}
	h, err := held(c.Session, a)
	h.Hold = c.Key
	return h, err
}

func lockTime(asked time.Duration, minutes int) int64 {
	if asked <= 0 {
		return int64(minutes) * 60_000
	}
	return asked.Milliseconds()
}

// ExtendForAgent gives an agent's lock more time, counted from now. extension
// is made by the client: the same one again has no second effect.
// Errors: inventory.hold_unknown, inventory.hold_expired, inventory.hold_sold.
func (s *Service) ExtendForAgent(ctx context.Context, session, lock, extension ids.ID, d time.Duration) (Held, error) {
	se, _, err := s.session(ctx, session)
	if err != nil {
		return Held{}, err
	}
	a, err := s.Seats.Do(ctx, session, &engine.Extend{
		Meta: engine.Meta{Key: key(agentHold(ctx, extension)), Actor: actorKey(ctx)},
		Hold: key(agentHold(ctx, lock)), For: lockTime(d, se.Rules.HoldFor),
	}, nil)
	if err != nil {
		return Held{}, err
	}
	h, err := held(session, a)
	h.Hold = lock
	return h, err
}

// ReleaseForAgent gives an agent's lock up; one that has ended is no error.
func (s *Service) ReleaseForAgent(ctx context.Context, session, lock ids.ID) error {
	return s.release(ctx, session, agentHold(ctx, lock), engine.Key{})
}

// SellByAgent makes order, payment and tickets of an agent's lock in one
// commit. n.Hold is the lock's id. The same order id again returns the order
// as it stands. Errors: as PlaceOrder.
func (s *Service) SellByAgent(ctx context.Context, n NewOrder) (Order, error) {
	n.Hold = agentHold(ctx, n.Hold)
	return s.sellByAgent(ctx, n, ids.ID{})
}

func (s *Service) sellByAgent(ctx context.Context, n NewOrder, reservation ids.ID) (Order, error) {
	if old, ok, err := s.known(ctx, n); err != nil || ok {
		return old, err
	}
	if !n.Consent {
		return Order{}, ErrConsent
	}
	placed, docs, err := s.prepare(ctx, n, "agent")
	if err != nil {
		// The request that came first may have sold it meanwhile.
		if old, ok, again := s.known(ctx, n); ok || errors.Is(again, ErrIDTaken) {
			return old, again
		}
		return Order{}, err
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
	p.counter = &counterSale{placed: placed, payment: ids.New(), method: AgentMethod, reservation: reservation}
	a, err := s.Seats.Do(ctx, n.Session, &engine.Confirm{
		Meta: engine.Meta{Key: key(n.ID), Actor: actorKey(ctx), Channel: ChannelNo("agent")},
		Hold: key(n.Hold), Docs: docs, Later: n.Later, Expect: placed.listed,
	}, p)
	if err != nil {
		return Order{}, s.dropUses(ctx, placed, refusedPeople(err, a))
	}
	return s.Order(ctx, n.ID)
}
