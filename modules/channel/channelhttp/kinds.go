package channelhttp

import (
	"context"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// AgentKind is a kind of ticket (票种).
type AgentKind struct {
	Code     string `json:"code" doc:"As locks name it"`
	Name     string `json:"name"`
	NameEn   string `json:"nameEn"`
	Proof    string `json:"proof,omitempty" doc:"What the gate asks to see: to be told to buyers"`
	ProofEn  string `json:"proofEn,omitempty"`
	MaxSeats int    `json:"maxSeats,omitempty" doc:"Most of this kind in one order; absent: no limit"`
}

// AgentKindPrice is what a zone costs as a kind of ticket.
type AgentKindPrice struct {
	Kind  string    `json:"kind"`
	Price money.Fen `json:"price" doc:"Fen (0.01 yuan)"`
}

func kindsOf(m *sales.Map) []AgentKind {
	out := []AgentKind{{Code: sales.FullKind, Name: "全价票", NameEn: "full price"}}
	for _, k := range m.Kinds {
		out = append(out, AgentKind(k))
	}
	return out
}

// zoneOf is a zone at the prices of the agents' channel.
func zoneOf(m *sales.Map, no int) AgentZone {
	z := m.Zones[no]
	out := AgentZone{Zone: no, Name: z.Name, Letter: z.Letter, Color: z.Color, Kind: z.Kind, Price: z.Price, Prices: []AgentKindPrice{}}
	for _, p := range m.PricesIn("agent") {
		if p.Zone != no {
			continue
		}
		if p.Kind == sales.FullKind {
			out.Price = p.Price
		}
		out.Prices = append(out.Prices, AgentKindPrice{p.Kind, p.Price})
	}
	return out
}

type lockKindsIn struct {
	ByLock
	Body struct {
		Kinds []string `json:"kinds" minItems:"1" maxItems:"100" doc:"One per place in the lock's order"`
	}
}

func (h *handlers) kinds(api *httpx.API) {
	o := op("lockKinds", "PUT", "/sessions/{session}/locks/{lock}/kinds", "Choose as which kinds of ticket a lock's places are bought")
	o.Detail, o.Errors = "The prices are those of the moment of the lock. Refused: inventory.ticket_kind, inventory.kinds_fixed, sales.kind_limit, sales.companion.", []int{404, 409, 410, 429}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *lockKindsIn) (*lockOut, error) {
		if _, _, err := h.Session(ctx, in.Session); err != nil {
			return nil, err
		}
		held, err := h.Sales.SetKindsForAgent(ctx, in.Session, in.Lock, in.Body.Kinds)
		if err != nil {
			return nil, err
		}
		l, err := h.lockOf(ctx, held)
		return &lockOut{l}, err
	})
}
