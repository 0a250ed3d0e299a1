package saleshttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

type staffOrdersIn struct {
	page.Request
	Session ids.ID `query:"session"`
	State   string `query:"state" enum:"pending,paid,confirmed,expired,cancelled,refund_due,refunded"`
	Channel string `query:"channel" enum:"online,counter,agent"`
	Buyer   string `query:"buyer" maxLength:"60" doc:"Actor, such as buyer:<id>"`
}

type massRefundOut struct {
	Body struct {
		Orders int `json:"orders" doc:"Orders that were taken up"`
	}
}

func (h *handlers) staff(api *httpx.API) {
	httpx.Register(api, op("orders", "GET", "/orders", "Orders, newest first; persons are masked", "sales.read"), h.staffOrders)
	o := op("order", "GET", "/orders/{order}", "One order with tickets, payments and refunds; persons are masked", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.staffOrder)
	o = op("staffRefundQuote", "GET", "/orders/{order}/refund-quote", "What a refund would give now", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.quote)
	o = op("staffRefund", "POST", "/orders/{order}/refunds", "Refund some tickets of an order", "sales.refund")
	o.Detail, o.Status, o.Errors = keyed, 201, []int{404, 409}
	httpx.Register(api, o, h.refund)
	o = op("massRefund", "POST", "/sessions/{session}/mass-refund", "Give all tickets of a cancelled session back without a fee (RL-10)", "sales.refund.approve")
	o.Detail, o.Errors = "It can be asked for again: what was given back already stays as it is. sales.not_cancelled while the session is not cancelled.", []int{404, 409}
	httpx.Register(api, o, h.massRefund)
}

func (h *handlers) staffOrders(ctx context.Context, in *staffOrdersIn) (*ordersOut, error) {
	return h.orders(ctx, sales.OrderFilter{Session: in.Session, State: in.State, Channel: in.Channel, Buyer: in.Buyer}, in.Request)
}

func (h *handlers) staffOrder(ctx context.Context, in *ByOrder) (*orderOut, error) {
	return h.shownOrder(ctx, in.Order, counterBase)
}

func (h *handlers) massRefund(ctx context.Context, in *BySession) (*massRefundOut, error) {
	n, err := h.Sales.MassRefund(ctx, in.Session, nil)
	out := &massRefundOut{}
	out.Body.Orders = n
	return out, err
}
