package saleshttp

import (
	"context"
	"time"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

// SaleExchange gives tickets for the seats of a hold.
type SaleExchange struct {
	ID   ids.ID  `json:"id" doc:"Made by the client; the same id has one effect"`
	From []int32 `json:"from" minItems:"1" maxItems:"100" doc:"Seats of the order's valid tickets"`
	Hold ids.ID  `json:"hold" doc:"Of as many seats of the same session"`
}

type exchangeIn struct {
	ByOrder
	Body SaleExchange
}
type counterExchangeIn struct {
	ByOrder
	Body struct {
		SaleExchange
		Method string `json:"method,omitempty" enum:",cash,card,wechat,alipay,transfer" doc:"How a difference was paid"`
	}
}
type correctIn struct {
	ByOrder
	Body struct {
		ID     ids.ID     `json:"id" doc:"Made by the client; the same id has one effect"`
		Seat   int32      `json:"seat"`
		Person SalePerson `json:"person"`
	}
}

// BySeat names a ticket of an order.
type BySeat struct {
	ByOrder
	Seat int32 `path:"seat"`
}
type reprintIn struct {
	BySeat
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
	}
}
type reprintOut struct {
	Body struct {
		Edition int    `json:"edition"`
		PDF     string `json:"pdf" doc:"Address of the new print"`
	}
}
type printedIn struct {
	ByOrder
	Body struct {
		Seats []int32 `json:"seats" minItems:"1" maxItems:"1000"`
	}
}

// SaleShift is a seller's shift.
type SaleShift struct {
	ID         ids.ID              `json:"id"`
	Seller     string              `json:"seller"`
	Counter    string              `json:"counter"`
	Opening    money.Fen           `json:"opening" doc:"Float at the start, fen"`
	OpenedAt   time.Time           `json:"openedAt"`
	ClosedAt   *time.Time          `json:"closedAt,omitempty"`
	Counted    *money.Fen          `json:"counted,omitempty" doc:"Cash counted at the end"`
	Expected   money.Fen           `json:"expected" doc:"Cash that should be in the drawer"`
	Difference money.Fen           `json:"difference" doc:"Counted less expected"`
	Totals     []sales.ShiftMethod `json:"totals"`
	Note       string              `json:"note"`
	SignedBy   string              `json:"signedBy"`
	SignedAt   *time.Time          `json:"signedAt,omitempty"`
	SellerName string              `json:"sellerName"`
	SignedName string              `json:"signedName"`
	Counts     []sales.CashCount   `json:"counts" doc:"What the count was made of"`
	Moves      []SaleCashMove      `json:"moves" doc:"Cash in and out besides sales; not in lists"`
	Next       *ids.ID             `json:"next,omitempty" doc:"The shift that went on with the drawer"`
	Venue      *ids.ID             `json:"venue,omitempty" doc:"Where the counter is; absent: not said"`
}

func shiftOf(s sales.Shift) SaleShift {
	out := SaleShift{
		ID: s.ID, Seller: s.Seller, Counter: s.Counter, Opening: s.Opening, OpenedAt: s.OpenedAt, ClosedAt: s.ClosedAt, Counted: s.Counted, Expected: s.Expected,
		Difference: s.Difference(), Totals: append([]sales.ShiftMethod{}, s.Totals...), Note: s.Note, SignedBy: s.SignedBy, SignedAt: s.SignedAt,
		SellerName: s.SellerName, SignedName: s.SignedName, Counts: append([]sales.CashCount{}, s.Counts...), Moves: []SaleCashMove{},
	}
	for _, m := range s.Moves {
		out.Moves = append(out.Moves, SaleCashMove{m.ID, m.Amount, m.Reason, m.At})
	}
	if !s.Next.IsZero() {
		out.Next = &s.Next
	}
	if !s.Venue.IsZero() {
		out.Venue = &s.Venue
	}
	return out
}

type (
	shiftOut    struct{ Body SaleShift }
	shiftsOut   struct{ Body page.Page[SaleShift] }
	openShiftIn struct {
		Body struct {
			ID      ids.ID    `json:"id" doc:"Made by the client"`
			Counter string    `json:"counter" minLength:"1" maxLength:"60"`
			Venue   *ids.ID   `json:"venue,omitempty" doc:"Where the counter is; the day is summed by it"`
			Opening money.Fen `json:"opening" minimum:"0"`
		}
	}
)

// ByShift names a shift.
type ByShift struct {
	Shift ids.ID `path:"shift"`
}
type closeShiftIn struct {
	ByShift
	Body SaleCount
}

// after adds what happens to tickets after their sale.
func (h *handlers) after(api *httpx.API) {
	o := op("exchange", "POST", "/shop/orders/{order}/exchanges", "Exchange tickets of mine for held seats", "shop.buy")
	o.Detail, o.Errors = keyed+" Without a fee, while a refund would be possible. What the new seats cost less goes back; sales.difference when they cost more.", []int{404, 409, 410}
	httpx.Register(api, o, func(ctx context.Context, in *exchangeIn) (*orderOut, error) {
		return h.exchange(ctx, in.Order, in.Body, "", shopBase)
	})
	o = op("counterExchange", "POST", "/orders/{order}/exchanges", "Exchange tickets of an order for held seats", "sales.refund")
	o.Detail, o.Errors = keyed+" method says how a difference was paid.", []int{404, 409, 410}
	httpx.Register(api, o, func(ctx context.Context, in *counterExchangeIn) (*orderOut, error) {
		return h.exchange(ctx, in.Order, in.Body.SaleExchange, in.Body.Method, counterBase)
	})
	o = op("correct", "POST", "/shop/orders/{order}/corrections", "Correct the person of a ticket of mine, once", "shop.buy")
	o.Detail, o.Errors = keyed+" Not within the session's binding hours before the start (RL-3); the new document is checked as at the sale (RL-1).", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *correctIn) (*orderOut, error) { return h.correct(ctx, in, shopBase) })
	o = op("counterCorrect", "POST", "/orders/{order}/corrections", "Correct the person of a ticket, once", "sales.sell")
	o.Detail, o.Errors = keyed, []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *correctIn) (*orderOut, error) { return h.correct(ctx, in, counterBase) })
	o = op("reprint", "POST", "/orders/{order}/tickets/{seat}/reprint", "Print a lost or spoilt ticket again", "sales.sell")
	o.Detail, o.Errors, o.Mode = "The old paper is refused at the gate from now on. The reason is kept in the audit log.", []int{404, 409}, httpx.Auto
	httpx.Register(api, o, h.reprint)
	o = op("printed", "POST", "/orders/{order}/printed", "Tell that tickets were printed", "sales.pickup")
	o.Errors, o.Mode = []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *printedIn) (*struct{}, error) {
		return nil, h.Sales.Printed(ctx, in.Order, in.Body.Seats)
	})
	h.shifts(api)
	h.drawer(api)
}

func (h *handlers) exchange(ctx context.Context, order ids.ID, x SaleExchange, method, base string) (*orderOut, error) {
	if _, err := h.Sales.Exchange(ctx, sales.Exchange{ID: x.ID, Order: order, From: x.From, Hold: x.Hold, Method: method}); err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, order, base)
}

func (h *handlers) correct(ctx context.Context, in *correctIn, base string) (*orderOut, error) {
	b := in.Body
	_, err := h.Sales.Correct(ctx, sales.Correction{
		ID: b.ID, Order: in.Order, Seat: b.Seat, Address: httpx.Peer(ctx),
		Person: sales.Person{Name: b.Person.Name, Kind: b.Person.Kind, Number: b.Person.Number, Guardian: b.Person.Guardian},
	})
	if err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, in.Order, base)
}

func (h *handlers) reprint(ctx context.Context, in *reprintIn) (*reprintOut, error) {
	t, err := h.Sales.Reprint(ctx, in.Order, in.Seat, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &reprintOut{}
	out.Body.Edition, out.Body.PDF = t.Edition, counterBase+"/"+in.Order.String()+"/tickets.pdf?seat="+itoa(in.Seat)
	return out, nil
}

func (h *handlers) shifts(api *httpx.API) {
	answer := func(s sales.Shift, err error) (*shiftOut, error) {
		if err != nil {
			return nil, err
		}
		return &shiftOut{shiftOf(s)}, nil
	}
	o := op("openShift", "POST", "/shifts", "Begin my shift at a counter", "shift.manage")
	o.Status, o.Errors, o.Mode = 201, []int{409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *openShiftIn) (*shiftOut, error) {
		var at ids.ID
		if in.Body.Venue != nil {
			at = *in.Body.Venue
		}
		return answer(h.Sales.OpenShiftAt(ctx, at, in.Body.ID, in.Body.Counter, in.Body.Opening))
	})
	o = op("currentShift", "GET", "/shifts/current", "My open shift with its totals so far", "shift.manage")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, _ *struct{}) (*shiftOut, error) { return answer(h.Sales.CurrentShift(ctx)) })
	o = op("closeShift", "POST", "/shifts/{shift}/close", "End my shift with the cash that was counted", "shift.manage")
	o.Errors, o.Mode = []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *closeShiftIn) (*shiftOut, error) {
		return answer(h.Sales.CloseShift(ctx, in.Shift, in.Body.count()))
	})
	o = op("signShift", "POST", "/shifts/{shift}/sign", "Sign a closed shift of somebody else", "day.close")
	o.Errors, o.Mode = []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *ByShift) (*shiftOut, error) {
		return answer(h.Sales.SignShift(ctx, in.Shift))
	})
	httpx.Register(api, op("shifts", "GET", "/shifts", "Shifts, the latest first", "day.close"), func(ctx context.Context, in *page.Request) (*shiftsOut, error) {
		list, err := h.Sales.Shifts(ctx, *in)
		if err != nil {
			return nil, err
		}
		out := &shiftsOut{Body: page.Page[SaleShift]{Items: []SaleShift{}, Next: list.Next}}
		for _, s := range list.Items {
			out.Body.Items = append(out.Body.Items, shiftOf(s))
		}
		return out, nil
	})
}
