package saleshttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// SaleScan is a payment by the payer's code and how it stands.
type SaleScan struct {
	State  string          `json:"state" enum:"paid,waiting,unknown,refused,closed" doc:"waiting: the payer is asked for the password; unknown: the provider has not answered, it may be paid; refused and closed: nothing was taken"`
	Kind   string          `json:"kind" enum:",wechat,alipay"`
	Reason string          `json:"reason,omitempty" doc:"Of a refusal, in the provider's words"`
	Order  SaleOrderDetail `json:"order"`
}

type (
	counterOrderIn struct {
		Body struct {
			SaleNew
			Later bool `json:"bindLater,omitempty" doc:"Some or all people are named later, until the session's deadline (RL-3)"`
		}
	}
	scanIn struct {
		ByOrder
		Body struct {
			ID   ids.ID `json:"id" doc:"Of this payment, made by the client: the same id again never takes twice"`
			Code string `json:"code" minLength:"16" maxLength:"24" doc:"The payer's code (付款码): WeChat 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30"`
		}
	}
	scanOut struct{ Body SaleScan }
	handIn  struct {
		ByOrder
		Body struct {
			Method string    `json:"method" enum:"cash,card,wechat,alipay,transfer" doc:"How it was paid"`
			Taken  money.Fen `json:"taken,omitempty" minimum:"0" doc:"Cash that the customer gave, fen"`
		}
	}
)

func (h *handlers) scan(api *httpx.API) {
	o := op("scanWays", "GET", "/counter/sessions/{session}/scan-ways", "The accounts that take payers' codes (付款码) at this session's counters", "sales.sell")
	o.Errors = []int{404}
	httpx.Register(api, o, h.scanWays)
	o = op("counterOrder", "POST", "/counter/orders", "Make an unpaid order of a hold at the counter, to be paid by the payer's code", "sales.sell")
	o.Detail, o.Status, o.Errors = keyed+" It ends with the hold's time unless it is paid.", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, h.counterOrder)
	o = op("scanPay", "POST", "/counter/orders/{order}/scan", "Take the money of a counter's order by the payer's code", "sales.sell")
	o.Detail, o.Errors = keyed+" sales.scan_open while the one before has no result.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *scanIn) (*scanOut, error) {
		return h.scanned(h.Sales.TakeByCode(ctx, in.Order, in.Body.ID, in.Body.Code))(ctx)
	})
	o = op("scanCheck", "POST", "/counter/orders/{order}/scan/check", "Ask the provider how the payment by code stands", "sales.sell")
	o.Detail, o.Errors = "What was paid meanwhile sells the order.", []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByOrder) (*scanOut, error) {
		return h.scanned(h.Sales.ScanState(ctx, in.Order))(ctx)
	})
	o = op("scanReverse", "POST", "/counter/orders/{order}/scan/reverse", "Reverse the payment by code that has no result", "sales.sell")
	o.Detail, o.Errors = "What turns out to be paid before sells the order instead. sales.reverse_unknown while the provider does not confirm: it is not known where the money is.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *ByOrder) (*scanOut, error) {
		return h.scanned(h.Sales.ReverseScan(ctx, in.Order))(ctx)
	})
	o = op("counterPay", "POST", "/counter/orders/{order}/pay", "Sell a counter's unpaid order for money taken by hand", "sales.sell")
	o.Detail, o.Errors = "Again it has no second effect. sales.scan_open while a payment by code has no result.", []int{404, 409}
	httpx.Register(api, o, h.payByHand)
	o = op("counterCancel", "POST", "/counter/orders/{order}/cancel", "Give a counter's unpaid order up", "sales.sell")
	o.Detail, o.Errors = "Its open payment by code is reversed first; sales.reverse_unknown keeps the order.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *ByOrder) (*orderOut, error) {
		if _, err := h.Sales.Cancel(ctx, in.Order); err != nil {
			return nil, err
		}
		return h.shownOrder(ctx, in.Order, counterBase)
	})
}

func (h *handlers) scanWays(ctx context.Context, in *BySession) (*payWaysOut, error) {
	list, err := h.Sales.ScanWays(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	out := &payWaysOut{}
	out.Body.Items = []PayWay{}
	for _, m := range list {
		out.Body.Items = append(out.Body.Items, PayWay{Provider: m.Provider, Kind: m.Kind, Name: m.Name, NameEn: m.NameEn, Simulated: m.Simulated, Scenes: []string{"scan"}})
	}
	return out, nil
}

func (h *handlers) counterOrder(ctx context.Context, in *counterOrderIn) (*orderOut, error) {
	n := in.Body.order()
	n.Later = in.Body.Later
	o, err := h.Sales.PlaceAtCounter(ctx, n)
	if err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, o.ID, counterBase)
}

// scanned answers a payment by code with its order.
func (h *handlers) scanned(s sales.Scan, err error) func(context.Context) (*scanOut, error) {
	return func(ctx context.Context) (*scanOut, error) {
		if err != nil {
			return nil, err
		}
		o, err := h.shownOrder(ctx, s.Order.ID, counterBase)
		if err != nil {
			return nil, err
		}
		return &scanOut{SaleScan{State: s.State, Kind: s.Kind, Reason: s.Reason, Order: o.Body}}, nil
	}
}

func (h *handlers) payByHand(ctx context.Context, in *handIn) (*counterSaleOut, error) {
	o, err := h.Sales.PayByHand(ctx, in.Order, in.Body.Method, in.Body.Taken)
	if err != nil {
		return nil, err
	}
	shown, err := h.shownOrder(ctx, o.ID, counterBase)
	if err != nil {
		return nil, err
	}
	out := &counterSaleOut{}
	out.Body.Order = shown.Body
	if in.Body.Method == "cash" {
		out.Body.Change = in.Body.Taken - o.Amount
	}
	return out, nil
}
