package channel

import (
	"context"
	"errors"
	"time"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales/seating"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// Profile is an agent as staff see it.
type Profile struct {
	Agent
	Keys       []access.Key `json:"keys" doc:"Its keys; secrets are shown once, when a key is made"`
	Webhooks   []Hook       `json:"webhooks" doc:"Made by the agent itself"`
	Allotments []Allotment  `json:"allotments" doc:"What its allotment is in the sessions on sale"`
}

// Allotment is a session's reserved pool that an agent may sell from.
type Allotment struct {
	Pool     string     `json:"pool" doc:"As an agent's settings name it"`
	Name     string     `json:"name" doc:"As the ticket map names it"`
	Session  ids.ID     `json:"session"`
	Title    string     `json:"title"`
	StartsAt time.Time  `json:"startsAt"`
	Places   int        `json:"places" doc:"Places of the allotment on the map"`
	Left     int        `json:"left" doc:"Neither held nor sold"`
	Release  *time.Time `json:"release,omitempty" doc:"When what is left goes to public sale"`
}

// Profile returns an agent with its keys, webhooks and allotments.
// Errors: channel.agent_not_found.
func (s *Service) Profile(ctx context.Context, agent ids.ID) (p Profile, err error) {
	var bound map[ids.ID]bool
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p.Agent, err = getAgent(ctx, tx, agent, false); err != nil {
			return err
		}
		if bound, err = keysOf(ctx, tx, agent); err != nil {
			return err
		}
		p.Webhooks, err = listHooks(ctx, tx, agent)
		return err
	})
	if err != nil {
		return p, err
	}
	keys, err := s.Access.Keys(ctx)
	if err != nil {
		return p, err
	}
	p.Keys, p.Allotments = []access.Key{}, []Allotment{}
	for _, k := range keys {
		if bound[k.ID] {
			p.Keys = append(p.Keys, k)
		}
	}
	if p.Pool == "" {
		return p, nil
	}
	all, err := s.Allotments(ctx)
	for _, a := range all {
		if a.Pool == p.Pool {
			p.Allotments = append(p.Allotments, a)
		}
	}
	return p, err
}

// RevokeAgentKey makes a key of an agent worthless at once.
// Errors: channel.agent_not_found, access.key_not_found.
func (s *Service) RevokeAgentKey(ctx context.Context, agent, key ids.ID) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getAgent(ctx, tx, agent, false); err != nil {
			return err
		}
		bound, err := keysOf(ctx, tx, agent)
		if err != nil {
			return err
		}
		if !bound[key] {
			return access.ErrNoKey
		}
		return s.Access.RevokeKey(ctx, key)
	})
}

// DeliveriesOf lists the last deliveries of an agent's webhook, newest first.
// Errors: channel.webhook_not_found.
func (s *Service) DeliveriesOf(ctx context.Context, agent, hook ids.ID) (out []Delivery, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getHook(ctx, tx, agent, hook, false); err != nil {
			return err
		}
		out, err = listDeliveries(ctx, tx, hook, 100)
		return err
	})
	return out, err
}

// RetryOf sends a delivery of an agent's webhook again.
// Errors: channel.webhook_not_found, channel.delivery_not_found.
func (s *Service) RetryOf(ctx context.Context, agent, hook, delivery ids.ID) (d Delivery, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getHook(ctx, tx, agent, hook, false); err != nil {
			return err
		}
		d, err = retryDelivery(ctx, tx, hook, delivery)
		return err
	})
	return d, err
}

// ReconcileOf makes the file of an agent's day: the same bytes that the agent
// gets. Errors: channel.agent_not_found, channel.day.
func (s *Service) ReconcileOf(ctx context.Context, agent ids.ID, day string) (Day, error) {
	var a Agent
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		a, err = getAgent(ctx, tx, agent, false)
		return err
	})
	if err != nil {
		return Day{}, err
	}
	return s.day(ctx, a, day)
}

// Allotments lists the allotments for agents of the next sessions on sale.
func (s *Service) Allotments(ctx context.Context) ([]Allotment, error) {
	list, err := s.Shows.Sessions(ctx, show.Filter{States: []string{"on_sale", "paused"}, From: s.now()}, page.Request{Size: page.DefaultSize})
	if err != nil {
		return nil, err
	}
	out := []Allotment{}
	for _, se := range list.Items {
		if se.MapID.IsZero() {
			continue
		}
		of, err := s.allotments(ctx, se)
		if err != nil {
			return nil, err
		}
		out = append(out, of...)
	}
	return out, nil
}

func (s *Service) allotments(ctx context.Context, se show.Session) (out []Allotment, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := ticketmap.MapOfSession(ctx, tx, se.ID)
		for _, a := range m.Allotments {
			if a.Channel != "agent" || a.Released {
				continue
			}
			places := 0
			for _, run := range a.Seats {
				places += int(run[1]-run[0]) + 1
			}
			for _, area := range a.Areas {
				places += area.Count
			}
			out = append(out, Allotment{Pool: seating.PoolOfAllotment(a), Name: a.Name, Session: se.ID, StartsAt: se.StartsAt, Places: places, Release: a.Release})
		}
		return err
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	sh, err := s.Shows.Get(ctx, se.ShowID)
	if err != nil {
		return nil, err
	}
	left := map[string]int{}
	err = s.Seats.Look(ctx, se.ID, func(st *engine.State) {
		for _, p := range st.Config().Pools {
			left[p.Name] = st.InPool(p.ID)
		}
	})
	if err != nil && !errors.Is(err, inventory.ErrElsewhere) {
		return nil, err
	}
	for i := range out {
		out[i].Title, out[i].Left = sh.Title, left[out[i].Pool]
	}
	return out, nil
}
