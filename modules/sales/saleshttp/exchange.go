package saleshttp

import (
	"context"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// SaleExchangeDue is an exchange to dearer seats that waits for its difference.
type SaleExchangeDue struct {
	ID          ids.ID      `json:"id"`
	Order       ids.ID      `json:"order"`
	Session     ids.ID      `json:"session"`
	From        []SalePlace `json:"from" doc:"Without prices"`
	To          []SalePlace `json:"to" doc:"Without prices"`
	Amount      money.Fen   `json:"amount" doc:"To be paid, fen"`
	State       string      `json:"state" enum:"pending,paid,done,lapsed,cancelled,refunded"`
	ExpiresAt   time.Time   `json:"expiresAt"`
	SecondsLeft int         `json:"secondsLeft" doc:"By the server's clock"`
}

type (
	// ByExchange names an exchange.
	ByExchange struct {
		Exchange ids.ID `path:"exchange"`
	}
	beginExchangeIn struct {
		ByOrder
		Body SaleExchange
	}
	payExchangeIn struct {
		ByExchange
		Body struct {
			Provider string `json:"provider" minLength:"1" maxLength:"40"`
			Scene    string `json:"scene,omitempty" enum:",phone,page,code" doc:"Where the buyer is: one of the way's scenes; empty: the provider's own way"`
		}
	}
	exchangeDueOut  struct{ Body SaleExchangeDue }
	openExchangeOut struct {
		Body struct {
			Exchange *SaleExchangeDue `json:"exchange,omitempty" doc:"Absent: none waits"`
		}
	}
)

func (h *handlers) exchanges(api *httpx.API) {
	o := op("beginExchange", "POST", "/shop/orders/{order}/exchange-dues", "Exchange tickets of mine for dearer held seats, to be paid", "shop.buy")
	o.Detail, o.Status, o.Errors = keyed+" The old tickets stay valid until the difference is paid; when the time is over the new seats are free again.", 201, []int{404, 409, 410}
	httpx.Register(api, o, func(ctx context.Context, in *beginExchangeIn) (*exchangeDueOut, error) {
		d, err := h.Sales.BeginExchange(ctx, sales.Exchange{ID: in.Body.ID, Order: in.Order, From: in.Body.From, Hold: in.Body.Hold})
		return h.due(ctx, d, err)
	})
	o = op("openExchange", "GET", "/shop/orders/{order}/exchange-dues", "The exchange of my order that waits for its difference", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.openExchange)
	o = op("exchangeDue", "GET", "/shop/exchange-dues/{exchange}", "An exchange of mine", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByExchange) (*exchangeDueOut, error) {
		d, err := h.Sales.ExchangeDue(ctx, in.Exchange)
		return h.due(ctx, d, err)
	})
	o = op("payExchange", "POST", "/shop/exchange-dues/{exchange}/pay", "Get a way to pay an exchange's difference", "shop.buy")
	o.Detail, o.Errors = "Asking again for the same way gives the same payment.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *payExchangeIn) (*payOut, error) {
		made, err := h.Sales.PayExchange(ctx, in.Exchange, sales.PayChoice{Provider: in.Body.Provider, Scene: payment.Scene(in.Body.Scene), IP: httpx.Peer(ctx)})
		if err != nil {
			return nil, err
		}
		return paid(made)
	})
	o = op("checkExchange", "POST", "/shop/exchange-dues/{exchange}/check", "Ask the provider whether the difference was paid", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByExchange) (*exchangeDueOut, error) {
		d, err := h.Sales.CheckExchange(ctx, in.Exchange)
		return h.due(ctx, d, err)
	})
	o = op("cancelExchange", "POST", "/shop/exchange-dues/{exchange}/cancel", "Give an exchange up that is not paid", "shop.buy")
	o.Errors = []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *ByExchange) (*exchangeDueOut, error) {
		d, err := h.Sales.CancelExchange(ctx, in.Exchange)
		return h.due(ctx, d, err)
	})
}

func (h *handlers) openExchange(ctx context.Context, in *ByOrder) (*openExchangeOut, error) {
	d, ok, err := h.Sales.OpenExchange(ctx, in.Order)
	out := &openExchangeOut{}
	if err != nil || !ok {
		return out, err
	}
	shown, err := h.due(ctx, d, nil)
	if err == nil {
		out.Body.Exchange = &shown.Body
	}
	return out, err
}

func (h *handlers) due(ctx context.Context, d sales.ExchangeDue, err error) (*exchangeDueOut, error) {
	if err != nil {
		return nil, err
	}
	m, err := h.Maps.Map(ctx, d.Session)
	if err != nil {
		return nil, err
	}
	out := &exchangeDueOut{SaleExchangeDue{ID: d.ID, Order: d.Order, Session: d.Session, From: []SalePlace{}, To: []SalePlace{}, Amount: d.Amount, State: d.State, ExpiresAt: d.ExpiresAt}}
	for _, seat := range d.From {
		out.Body.From = append(out.Body.From, placeOf(m, seat, 0))
	}
	for _, seat := range d.To {
		out.Body.To = append(out.Body.To, placeOf(m, seat, 0))
	}
	if now := h.Sales.DB.Clock().Now(); d.State == sales.Pending && now.Before(d.ExpiresAt) {
		out.Body.SecondsLeft = int(d.ExpiresAt.Sub(now) / time.Second)
	}
	return out, nil
}
