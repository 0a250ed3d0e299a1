package channelhttp

import (
	"context"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// AgentBinding names the person of a ticket that was sold without one.
type AgentBinding struct {
	ID     ids.ID      `json:"id" doc:"Made by you; the same id has one effect"`
	Seat   int32       `json:"seat"`
	Person AgentPerson `json:"person"`
}

type bindIn struct {
	ByOrder
	Body AgentBinding
}

func (h *handlers) binding(api *httpx.API) {
	o := op("bind", "POST", "/orders/{order}/bindings", "Name the person of a ticket sold with bindLater")
	o.Detail, o.Errors = keyed+" Before the session's deadline (RL-3); a ticket without a person is not admitted.", []int{404, 409, 429}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *bindIn) (*orderOut, error) {
		p := in.Body.Person
		_, err := h.Sales.Bind(ctx, sales.Binding{ID: in.Body.ID, Order: in.Order, Seat: in.Body.Seat, Person: sales.Person{Name: p.Name, Kind: p.Kind, Number: p.Number, Guardian: p.Guardian}})
		if err != nil {
			return nil, err
		}
		x, err := h.order(ctx, in.Order)
		return &orderOut{x}, err
	})
}
