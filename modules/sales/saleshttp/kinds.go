package saleshttp

import (
	"context"
	"slices"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// SaleKind is a kind of ticket (票种) that a session sells.
type SaleKind struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	NameEn   string `json:"nameEn"`
	Proof    string `json:"proof,omitempty" doc:"What the gate asks to see; absent for full price"`
	ProofEn  string `json:"proofEn,omitempty"`
	MaxSeats int    `json:"maxSeats,omitempty" doc:"Most of this kind in one order; absent: no limit"`
}

// SaleKindPrice is what a zone costs as a kind of ticket.
type SaleKindPrice struct {
	Kind  string    `json:"kind"`
	Price money.Fen `json:"price"`
}

// SaleOffer is what the places of a hold cost as one kind.
type SaleOffer struct {
	SaleKind
	Prices []money.Fen `json:"prices" doc:"One per place in the hold's order; below zero: not sold as this kind"`
}

// SaleHoldPlace is a place of a hold with the kind it is bought as.
type SaleHoldPlace struct {
	SalePlace
	Kind string `json:"kind" doc:"Of ticket; full is the full price"`
}

// SaleZonePrices are a zone's prices in the caller's channel.
type SaleZonePrices struct {
	Zone   int             `json:"zone"`
	Prices []SaleKindPrice `json:"prices"`
}

// SalePriceList is what a session costs at the counter.
type SalePriceList struct {
	Version int              `json:"mapVersion"`
	Kinds   []SaleKind       `json:"kinds" doc:"The full price first"`
	Zones   []SaleZonePrices `json:"zones"`
}

type kindsIn struct {
	ByHold
	Body struct {
		Kinds []string `json:"kinds" minItems:"1" maxItems:"1000" doc:"One per place in the hold's order"`
	}
}

// kindsOf lists a session's kinds, the full price first.
func kindsOf(m *sales.Map) []SaleKind {
	out := []SaleKind{{Code: sales.FullKind, Name: "全价票", NameEn: "full price"}}
	for _, k := range m.Kinds {
		out = append(out, SaleKind{k.Code, k.Name, k.NameEn, k.Proof, k.ProofEn, k.MaxSeats})
	}
	return out
}

func pricesOf(m *sales.Map, zone int, channel string) []SaleKindPrice {
	out := []SaleKindPrice{}
	for _, p := range m.PricesIn(channel) {
		if p.Zone == zone {
			out = append(out, SaleKindPrice{p.Kind, p.Price})
		}
	}
	return out
}

func offersOf(m *sales.Map, list []sales.Offer) []SaleOffer {
	out := []SaleOffer{}
	known := kindsOf(m)
	for _, o := range list {
		x := SaleOffer{SaleKind: SaleKind{Code: o.Kind, Name: o.Kind, NameEn: o.Kind}, Prices: o.Prices}
		if i := slices.IndexFunc(known, func(k SaleKind) bool { return k.Code == o.Kind }); i >= 0 {
			x.SaleKind = known[i]
		}
		out = append(out, x)
	}
	return out
}

func (h *handlers) kinds(api *httpx.API) {
	detail := "The prices are those of the moment of the hold. Refused: inventory.ticket_kind, inventory.kinds_fixed once an order was made, sales.kind_limit, sales.companion."
	for _, at := range []struct {
		id, path string
		need     httpx.Permission
	}{{"holdKinds", "/shop/sessions/{session}/holds/{hold}/kinds", "shop.buy"}, {"counterKinds", "/counter/sessions/{session}/holds/{hold}/kinds", "sales.sell"}} {
		o := op(at.id, "PUT", at.path, "Choose as which kinds of ticket a hold's places are bought", at.need)
		o.Detail, o.Errors = detail, []int{404, 409, 410}
		httpx.Register(api, o, h.setKinds)
	}
	o := op("counterPrices", "GET", "/counter/sessions/{session}/prices", "What a session costs at the counter, by zone and kind of ticket", "sales.sell")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *BySession) (*struct{ Body SalePriceList }, error) {
		p, err := h.counterPrices(ctx, in.Session)
		return &struct{ Body SalePriceList }{p}, err
	})
}

func (h *handlers) setKinds(ctx context.Context, in *kindsIn) (*holdOut, error) {
	held, err := h.Sales.SetKinds(ctx, in.Session, in.Hold, in.Body.Kinds)
	if err != nil {
		return nil, err
	}
	m, err := h.Maps.Map(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	return &holdOut{holdOf(m, held)}, nil
}

func (h *handlers) counterPrices(ctx context.Context, session ids.ID) (SalePriceList, error) {
	if _, err := h.shownSession(ctx, session); err != nil {
		return SalePriceList{}, err
	}
	m, err := h.Maps.Map(ctx, session)
	if err != nil {
		return SalePriceList{}, err
	}
	out := SalePriceList{Version: m.Version, Kinds: kindsOf(m), Zones: []SaleZonePrices{}}
	for no, z := range m.Zones {
		if z.Name != "" {
			out.Zones = append(out.Zones, SaleZonePrices{no, pricesOf(m, no, "counter")})
		}
	}
	return out, nil
}
