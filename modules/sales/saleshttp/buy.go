package saleshttp

import (
	"context"
	"strconv"

	"parterre/integrations/payment"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
	"parterre/modules/show"
)

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// ByHold names a hold of a session.
type ByHold struct {
	Session ids.ID `path:"session"`
	Hold    ids.ID `path:"hold"`
}

// ByOrder names an order.
type ByOrder struct {
	Order ids.ID `path:"order"`
}

type (
	holdIn     struct{ Body SaleChoice }
	holdOut    struct{ Body SaleHold }
	newOrderIn struct{ Body SaleNew }
	orderOut   struct{ Body SaleOrderDetail }
	ordersOut  struct{ Body page.Page[SaleOrder] }
	payIn      struct {
		ByOrder
		Body struct {
			Provider string `json:"provider" minLength:"1" maxLength:"40"`
			Scene    string `json:"scene,omitempty" enum:",phone,page,code" doc:"Where the buyer is: one of the way's scenes; empty: the provider's own way"`
		}
	}
)

type payOut struct {
	Body struct {
		PayURL  string            `json:"payUrl,omitempty" doc:"Open it in the browser"`
		QR      string            `json:"qr,omitempty" doc:"Show it as a QR code, to be scanned with the provider's app"`
		QRImage string            `json:"qrImage,omitempty" doc:"The same, drawn: a data address"`
		Params  map[string]string `json:"params,omitempty" doc:"For the provider's own app"`
	}
}
type (
	quoteOut struct{ Body SaleQuote }
	refundIn struct {
		ByOrder
		Body struct {
			ID     ids.ID    `json:"id" doc:"Made by the client; the same id has one effect"`
			Seats  []int32   `json:"seats" minItems:"1" maxItems:"1000"`
			Fee    money.Fen `json:"fee" minimum:"0" doc:"The fee that was shown; another one is refused"`
			Reason string    `json:"reason,omitempty" maxLength:"200"`
		}
	}
)
type refundOut struct{ Body SaleRefund }

// SaleQuote is what a refund would give now.
type SaleQuote struct {
	Free    bool            `json:"free" doc:"The show was cancelled: no fee (RL-10)"`
	Tiers   []SaleTier      `json:"tiers"`
	Tickets []SaleQuoteLine `json:"tickets"`
}

// SaleQuoteLine is one ticket's refund.
type SaleQuoteLine struct {
	Seat     int32     `json:"seat"`
	Price    money.Fen `json:"price"`
	Fee      money.Fen `json:"fee"`
	Back     money.Fen `json:"back"`
	Possible bool      `json:"possible"`
}

const keyed = "The id in the body is made by the client: the same request again has no second effect and gets the same answer."

func (h *handlers) buy(api *httpx.API) {
	o := op("hold", "POST", "/shop/holds", "Hold seats: named ones, standing places, or the best available", "shop.buy")
	o.Detail, o.Status, o.Errors = keyed+" Refused with inventory.seat_taken and the seats in params, inventory.no_fit, inventory.buyer_limit, and others.", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, h.hold)
	o = op("releaseHold", "DELETE", "/shop/sessions/{session}/holds/{hold}", "Give a hold up", "shop.buy")
	o.Detail, o.Errors = "Harmless when it has ended.", []int{404}
	httpx.Register(api, o, h.release)
	o = op("createOrder", "POST", "/shop/orders", "Make an order of a hold", "shop.buy")
	o.Detail, o.Status, o.Errors = keyed+" Every fault of a person is a field people[i].…; a document that has a ticket of this session already is inventory.document_used, one in an order that is not paid yet sales.document_pending (RL-1). Each such answer costs of what a buyer and an address may ask; then it is sales.document_attempts, whatever the document.", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, h.order)
	httpx.Register(api, op("myOrders", "GET", "/shop/orders", "My orders, newest first", "shop.buy"), h.myOrders)
	o = op("myOrder", "GET", "/shop/orders/{order}", "One order of mine with tickets, payments and refunds", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.myOrder)
	o = op("payOrder", "POST", "/shop/orders/{order}/pay", "Get the address of a provider's cashier", "shop.buy")
	o.Detail, o.Errors = "Asking again gives the same payment.", []int{404, 409}
	httpx.Register(api, o, h.pay)
	o = op("checkOrder", "POST", "/shop/orders/{order}/check", "Ask the provider whether the order was paid", "shop.buy")
	o.Detail, o.Errors = "For the page to which the provider sends the buyer back, when its notice has not come yet.", []int{404}
	httpx.Register(api, o, h.check)
	o = op("cancelOrder", "POST", "/shop/orders/{order}/cancel", "Give an unpaid order up", "shop.buy")
	o.Errors = []int{404, 409}
	httpx.Register(api, o, h.cancel)
	o = op("refundQuote", "GET", "/shop/orders/{order}/refund-quote", "What a refund would give now", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.quote)
	o = op("refundOrder", "POST", "/shop/orders/{order}/refunds", "Refund some tickets of my order", "shop.buy")
	o.Detail, o.Status, o.Errors = keyed+" sales.fee_changed when the fee is not what was shown (RL-5).", 201, []int{404, 409}
	httpx.Register(api, o, h.refund)
}

func (h *handlers) hold(ctx context.Context, in *holdIn) (*holdOut, error) {
	held, err := h.Sales.Hold(ctx, in.Body.choice())
	if err != nil {
		return nil, err
	}
	m, err := h.Maps.Map(ctx, in.Body.Session)
	if err != nil {
		return nil, err
	}
	return &holdOut{holdOf(m, held)}, nil
}

func (h *handlers) release(ctx context.Context, in *ByHold) (*struct{}, error) {
	return nil, h.Sales.Release(ctx, in.Session, in.Hold)
}

func (h *handlers) order(ctx context.Context, in *newOrderIn) (*orderOut, error) {
	n := in.Body.order()
	n.Address = httpx.Peer(ctx)
	o, err := h.Sales.PlaceOrder(ctx, n)
	if err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, o.ID, shopBase)
}

// Where an order's documents are for buyers and for staff.
const (
	shopBase    = "/api/v1/shop/orders"
	counterBase = "/api/v1/counter/orders"
)

// shownOrder answers an order of the caller.
func (h *handlers) shownOrder(ctx context.Context, id ids.ID, base string) (*orderOut, error) {
	d, err := h.Sales.Detail(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &orderOut{orderOf(d, base, h.Sales.DB.Clock().Now())}
	out.Body.Pickup, err = h.Sales.Pickup(ctx, d.Order)
	return out, err
}

func (h *handlers) myOrders(ctx context.Context, in *page.Request) (*ordersOut, error) {
	return h.orders(ctx, sales.OrderFilter{}, *in)
}

func (h *handlers) orders(ctx context.Context, f sales.OrderFilter, r page.Request) (*ordersOut, error) {
	list, err := h.Sales.Orders(ctx, f, r)
	if err != nil {
		return nil, err
	}
	return h.listed(ctx, list)
}

// listed shows orders with the show and the start of their sessions.
func (h *handlers) listed(ctx context.Context, list page.Page[sales.Order]) (out *ordersOut, err error) {
	now := h.Sales.DB.Clock().Now()
	type of struct {
		se show.Session
		sh show.Show
	}
	known := map[ids.ID]of{}
	out = &ordersOut{Body: page.Page[SaleOrder]{Items: []SaleOrder{}, Next: list.Next}}
	for _, o := range list.Items {
		x, ok := known[o.Session]
		if !ok {
			if x.se, x.sh, err = h.Shows.Session(ctx, o.Session); err != nil {
				return nil, err
			}
			known[o.Session] = x
		}
		out.Body.Items = append(out.Body.Items, SaleOrder{
			ID: o.ID, Number: o.Number(), Session: o.Session, Title: x.sh.Title, TitleEn: x.sh.TitleEn, StartsAt: x.se.StartsAt,
			Channel: o.Channel, State: o.State, Amount: o.Amount, Places: len(o.Lines), CreatedAt: o.CreatedAt, ExpiresAt: o.ExpiresAt, SecondsLeft: left(o, now), ConfirmedAt: o.ConfirmedAt,
		})
	}
	return out, nil
}

func (h *handlers) myOrder(ctx context.Context, in *ByOrder) (*orderOut, error) {
	return h.shownOrder(ctx, in.Order, shopBase)
}

func (h *handlers) pay(ctx context.Context, in *payIn) (*payOut, error) {
	made, err := h.Sales.Pay(ctx, in.Order, sales.PayChoice{Provider: in.Body.Provider, Scene: payment.Scene(in.Body.Scene), IP: httpx.Peer(ctx)})
	if err != nil {
		return nil, err
	}
	return paid(made)
}

func (h *handlers) check(ctx context.Context, in *ByOrder) (*orderOut, error) {
	if _, err := h.Sales.CheckPayment(ctx, in.Order); err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, in.Order, shopBase)
}

func (h *handlers) cancel(ctx context.Context, in *ByOrder) (*orderOut, error) {
	if _, err := h.Sales.Cancel(ctx, in.Order); err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, in.Order, shopBase)
}

func (h *handlers) quote(ctx context.Context, in *ByOrder) (*quoteOut, error) {
	q, err := h.Sales.QuoteRefund(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	d, err := h.Sales.Detail(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	out := &quoteOut{Body: SaleQuote{Free: q.Free, Tiers: orderOf(d, shopBase, h.Sales.DB.Clock().Now()).Tiers, Tickets: []SaleQuoteLine{}}}
	for _, t := range q.Tickets {
		l := SaleQuoteLine{Seat: t.Seat, Price: t.Price, Fee: t.Fee, Possible: t.Possible}
		if l.Possible {
			l.Back = t.Price - t.Fee
		}
		out.Body.Tickets = append(out.Body.Tickets, l)
	}
	return out, nil
}

func (h *handlers) refund(ctx context.Context, in *refundIn) (*refundOut, error) {
	b := in.Body
	f, err := h.Sales.Refund(ctx, sales.RefundRequest{ID: b.ID, Order: in.Order, Seats: b.Seats, Fee: b.Fee, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	return &refundOut{refundOf(f)}, nil
}
