package channel

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// Gather reads what happened since the last time, for the tenant of ctx: what
// was sold and refunded of agents' orders from the seat engine's journal, and
// changes of the catalogue. What webhooks are to be told of is queued in the
// same transaction that moves the position on, so everything is queued once.
func (s *Service) Gather(ctx context.Context) (rows int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		at, err := lockPosition(ctx, tx)
		if err != nil {
			return err
		}
		hooks, err := enabledHooks(ctx, tx)
		if err != nil {
			return err
		}
		list, err := inventory.JournalTx(ctx, tx, at.journal, 500)
		if err != nil {
			return err
		}
		rows = len(list)
		for _, e := range list {
			if err := tellSales(ctx, tx, hooks, e); err != nil {
				return err
			}
			at.journal = e.Seq
		}
		changed, packages, err := gatherChanges(ctx, tx, &at)
		if err != nil {
			return err
		}
		if err := tellSessions(ctx, tx, hooks, changed); err != nil {
			return err
		}
		if err := tellPackages(ctx, tx, hooks, packages); err != nil {
			return err
		}
		return movePosition(ctx, tx, at)
	})
	return rows, err
}

// tellSales queues what a journal row says of agents' orders.
func tellSales(ctx context.Context, tx db.Tx, hooks []Hook, e inventory.Entry) error {
	for _, section := range e.Frame.Sections {
		events, err := section.Events()
		if err != nil {
			return err
		}
		for i := range events {
			ev := &events[i]
			var kind string
			var order ids.ID
			switch ev.Kind {
			case engine.Sold:
				kind, order = OrderConfirmed, ids.FromBytes(ev.Key)
			case engine.Refunded:
				kind, order = TicketsRefunded, ids.FromBytes(ev.Ref)
			default:
				continue
			}
			if len(hooks) == 0 {
				continue
			}
			if err := tellSale(ctx, tx, hooks, section.Session, e.Frame.At, kind, order, ev); err != nil {
				return err
			}
		}
	}
	return nil
}

func tellSale(ctx context.Context, tx db.Tx, hooks []Hook, session ids.ID, at time.Time, kind string, order ids.ID, ev *engine.Event) error {
	o, err := sales.OrderTx(ctx, tx, order)
	if errors.Is(err, sales.ErrNotFound) {
		return nil
	}
	if err != nil || o.Channel != "agent" {
		return err
	}
	bundle, _, err := sales.PackageOf(ctx, tx, order)
	if err != nil {
		return err
	}
	amount := money.Fen(0) // what the tickets cost: a discount or a package's share is not what their places do
	for _, l := range o.Lines {
		if slices.Contains(ev.Seats, l.Seat) {
			amount += l.Price
		}
	}
	data := map[string]any{"order": order, "session": session, "seats": ev.Seats, "amount": amount}
	if kind == TicketsRefunded {
		data["refund"] = ids.FromBytes(ev.Key)
	}
	if !bundle.IsZero() {
		data["bundle"] = bundle
	}
	_, agent, _ := strings.Cut(o.Buyer, ":")
	for _, h := range hooks {
		if h.agent.String() != agent || !h.wants(kind) {
			continue
		}
		if _, err := push(ctx, tx, h, ids.New(), kind, at, data); err != nil {
			return err
		}
	}
	return nil
}

func (h Hook) wants(kind string) bool {
	for _, e := range h.Events {
		if e == kind {
			return true
		}
	}
	return false
}

func tellSessions(ctx context.Context, tx db.Tx, hooks []Hook, changed []ids.ID) error {
	for _, id := range changed {
		if len(hooks) == 0 {
			return nil
		}
		se, err := show.SessionTx(ctx, tx, id, false)
		if err != nil {
			return err
		}
		data := map[string]any{"session": se.ID, "show": se.ShowID, "state": se.State, "startsAt": se.StartsAt, "doorsAt": se.DoorsAt, "endsAt": se.EndsAt, "version": se.Version}
		for _, h := range hooks {
			if !h.wants(SessionChanged) {
				continue
			}
			if _, err := push(ctx, tx, h, ids.New(), SessionChanged, tx.Now, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellPackages queues that packages which agents sell have changed: also that
// they are off sale, or no longer the agents'.
func tellPackages(ctx context.Context, tx db.Tx, hooks []Hook, changed []ids.ID) error {
	for _, id := range changed {
		p, err := sales.PackageTx(ctx, tx, id)
		if err != nil {
			return err
		}
		state := p.State
		if !slices.Contains(p.Content.Channels, "agent") {
			state = "withdrawn"
		}
		data := map[string]any{"package": p.ID, "show": p.Show, "state": state, "version": p.Version}
		for _, h := range hooks {
			if !h.wants(PackageChanged) {
				continue
			}
			if _, err := push(ctx, tx, h, ids.New(), PackageChanged, tx.Now, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// Changed is one change of the catalogue.
type Changed struct {
	Seq  int64     `json:"seq"`
	Kind string    `json:"kind" enum:"venue,show,session,package"`
	ID   ids.ID    `json:"id"`
	At   time.Time `json:"at"`
}

// Changes lists changes of the catalogue after a position, oldest first, and
// the position to ask from next time.
func (s *Service) Changes(ctx context.Context, after int64, limit int) (out []Changed, next int64, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listChanges(ctx, tx, after, limit)
		return err
	})
	next = after
	if len(out) > 0 {
		next = out[len(out)-1].Seq
	}
	return out, next, err
}
