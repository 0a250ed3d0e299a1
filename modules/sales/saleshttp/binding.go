package saleshttp

import (
	"context"
	"time"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// BindPolicy is what a session does about tickets without a person (RL-3).
type BindPolicy struct {
	Remind []int  `json:"remind" maxItems:"5" doc:"Hours before the deadline at which their orders are reminded"`
	Action string `json:"action" enum:"lock,release,none" doc:"At the deadline: lock them (no gate admits them), release them without a fee, or let them in"`
}

// UnboundTicket is a ticket that nobody is named for.
type UnboundTicket struct {
	Order    ids.ID     `json:"order"`
	Number   string     `json:"number" doc:"Of the order"`
	Buyer    string     `json:"buyer" doc:"Actor"`
	Channel  string     `json:"channel" enum:"online,counter,agent"`
	Kind     string     `json:"kind"`
	Seat     int32      `json:"seat"`
	Text     string     `json:"text"`
	Price    money.Fen  `json:"price"`
	Reminded *time.Time `json:"reminded,omitempty"`
}

// BindStep is a step of the deadline job that was taken.
type BindStep struct {
	Step    int       `json:"step" doc:"Hours before the deadline; 0 the deadline"`
	Unbound int       `json:"unbound"`
	Action  string    `json:"action" enum:"remind,lock,release,none"`
	At      time.Time `json:"at"`
}

// UnboundShown is what a session still has to bind.
type UnboundShown struct {
	Needed   bool            `json:"needed" doc:"The session's tickets carry names"`
	Deadline time.Time       `json:"deadline"`
	Over     bool            `json:"over"`
	Policy   BindPolicy      `json:"policy"`
	Bound    int             `json:"bound" doc:"Tickets with a person"`
	Tickets  []UnboundTicket `json:"tickets"`
	Steps    []BindStep      `json:"steps"`
}

// SaleBinding names the person of a ticket that has none.
type SaleBinding struct {
	ID     ids.ID     `json:"id" doc:"Made by the client; the same id has one effect"`
	Seat   int32      `json:"seat"`
	Person SalePerson `json:"person"`
}

type (
	unboundOut  struct{ Body UnboundShown }
	bindPolicyI struct {
		BySession
		Body BindPolicy
	}
	bindIn struct {
		ByOrder
		Body SaleBinding
	}
)

func (h *handlers) binding(api *httpx.API) {
	o := op("unbound", "GET", "/sessions/{session}/unbound", "Tickets of a session that nobody is named for (RL-3)", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.unbound)
	o = op("setBindPolicy", "PUT", "/sessions/{session}/binding", "What happens to tickets without a person at the deadline", "show.manage")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *bindPolicyI) (*unboundOut, error) {
		if err := h.Sales.SetBindPolicy(ctx, in.Session, sales.BindPolicy{Remind: in.Body.Remind, Action: in.Body.Action}); err != nil {
			return nil, err
		}
		return h.unbound(ctx, &in.BySession)
	})
	for _, x := range []struct {
		id, path, base string
		needs          httpx.Permission
	}{{"bind", "/shop/orders/{order}/bindings", shopBase, "shop.buy"}, {"staffBind", "/orders/{order}/bindings", counterBase, "sales.sell"}} {
		o = op(x.id, "POST", x.path, "Name the person of a ticket that has none", x.needs)
		o.Detail, o.Errors = keyed+" sales.bind_late after the session's deadline (RL-3); a document that has a ticket of the session already is inventory.document_used (RL-1).", []int{404, 409, 429}
		httpx.Register(api, o, func(ctx context.Context, in *bindIn) (*orderOut, error) {
			b := in.Body.binding(in.Order)
			b.Address = httpx.Peer(ctx) // counted for buyers alone
			if _, err := h.Sales.Bind(ctx, b); err != nil {
				return nil, err
			}
			return h.shownOrder(ctx, in.Order, x.base)
		})
	}
}

func (b SaleBinding) binding(order ids.ID) sales.Binding {
	p := b.Person
	return sales.Binding{ID: b.ID, Order: order, Seat: b.Seat, Person: sales.Person{Name: p.Name, Kind: p.Kind, Number: p.Number, Guardian: p.Guardian}}
}

func (h *handlers) unbound(ctx context.Context, in *BySession) (*unboundOut, error) {
	u, err := h.Sales.Unbound(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	out := &unboundOut{UnboundShown{
		Needed: u.Needed, Deadline: u.Deadline, Over: !h.Sales.DB.Clock().Now().Before(u.Deadline), Bound: u.Bound, Tickets: []UnboundTicket{}, Steps: []BindStep{},
		Policy: BindPolicy{Remind: append([]int{}, u.Policy.Remind...), Action: u.Policy.Action},
	}}
	for _, s := range u.Steps {
		out.Body.Steps = append(out.Body.Steps, BindStep(s))
	}
	if len(u.Tickets) == 0 {
		return out, nil
	}
	m, err := h.Maps.Map(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	for _, t := range u.Tickets {
		out.Body.Tickets = append(out.Body.Tickets, UnboundTicket{
			Order: t.Order, Number: t.Number, Buyer: t.Buyer, Channel: t.Channel, Kind: t.Kind, Seat: t.Seat, Text: m.Places[t.Seat].Text(), Price: t.Price, Reminded: t.Reminded,
		})
	}
	return out, nil
}
