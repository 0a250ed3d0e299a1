package saleshttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

type counterSaleIn struct {
	Body struct {
		SaleNew
		Method string    `json:"method" enum:"cash,card,wechat,alipay,transfer" doc:"How it was paid"`
		Taken  money.Fen `json:"taken,omitempty" minimum:"0" doc:"Cash that the customer gave, fen"`
		Later  bool      `json:"bindLater,omitempty" doc:"Some or all people are named later, until the session's deadline (RL-3), such as a group's"`
	}
}

type counterSaleOut struct {
	Body struct {
		Order  SaleOrderDetail `json:"order"`
		Change money.Fen       `json:"change" doc:"To give back, fen"`
	}
}

func (h *handlers) counter(api *httpx.API) {
	o := op("counterHold", "POST", "/counter/holds", "Hold seats for a customer at the counter", "sales.sell")
	o.Detail, o.Status, o.Errors = keyed+" A buyer's limit is not counted: the seller sees to it.", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, h.hold)
	o = op("counterRelease", "DELETE", "/counter/sessions/{session}/holds/{hold}", "Give a hold up", "sales.sell")
	o.Detail, o.Errors = "Any hold of the session: also one that a customer left.", []int{404}
	httpx.Register(api, o, h.release)
	o = op("counterSell", "POST", "/counter/sales", "Sell a hold: order, payment and tickets in one", "sales.sell")
	o.Detail, o.Status, o.Errors = keyed+" sales.amount when less cash was given than is due.", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, h.sell)
}

func (h *handlers) sell(ctx context.Context, in *counterSaleIn) (*counterSaleOut, error) {
	b := in.Body
	n := b.order()
	n.Later = b.Later
	o, err := h.Sales.SellAtCounter(ctx, sales.CounterSale{NewOrder: n, Method: b.Method, Taken: b.Taken})
	if err != nil {
		return nil, err
	}
	shown, err := h.shownOrder(ctx, o.ID, counterBase)
	if err != nil {
		return nil, err
	}
	out := &counterSaleOut{}
	out.Body.Order = shown.Body
	if b.Method == "cash" {
		out.Body.Change = b.Taken - o.Amount
	}
	return out, nil
}
