package saleshttp

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"time"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/discount"
)

// SalePriced is one place with its price and the reasons.
type SalePriced struct {
	SalePlace
	Kind string         `json:"kind"`
	List money.Fen      `json:"list" doc:"Before discounts, fen"`
	Off  []discount.Off `json:"off" doc:"What each discount took off"`
}

// SalePriceQuote is what a hold costs and why.
type SalePriceQuote struct {
	Places []SalePriced   `json:"places"`
	List   money.Fen      `json:"list" doc:"Before discounts, fen"`
	Due    money.Fen      `json:"due"`
	Not    []discount.Not `json:"not" doc:"Discounts that do not apply, with the reason: code, channel, session, not_yet, over, tickets, age, min_count, min_amount, budget, orders, document, beaten, excluded, nothing_left"`
}

// SaleDiscountGroup says how rules stand together.
type SaleDiscountGroup struct {
	discount.Group
	Version int `json:"version" minimum:"0" doc:"As it was read; 0 for a new one"`
}

// SaleDiscountRule is a rule with what it gave so far.
type SaleDiscountRule struct {
	discount.Rule
	Active  bool      `json:"active"`
	Version int       `json:"version" minimum:"0" doc:"As it was read; 0 for a new one"`
	Spent   money.Fen `json:"spent,omitempty" doc:"Taken off so far, of bounded rules, fen"`
	Orders  int       `json:"orders,omitempty"`
}

// SaleVoucherBatch is a number of codes.
type SaleVoucherBatch struct {
	ID        ids.ID     `json:"id" doc:"Made by the client"`
	Rule      ids.ID     `json:"rule" doc:"What a code allows"`
	Name      string     `json:"name" minLength:"1" maxLength:"100"`
	Codes     int        `json:"codes" minimum:"1" maximum:"100000"`
	Uses      int        `json:"uses" minimum:"1" maximum:"100000" doc:"Of each code"`
	StartsAt  time.Time  `json:"startsAt"`
	ExpiresAt time.Time  `json:"expiresAt"`
	GiveBack  bool       `json:"giveBack" doc:"A refund of the whole order gives the use back"`
	VoidedAt  *time.Time `json:"voidedAt,omitempty" readOnly:"true"`
	CreatedBy string     `json:"createdBy,omitempty" readOnly:"true"`
	CreatedAt *time.Time `json:"createdAt,omitempty" readOnly:"true"`
	Used      int        `json:"used,omitempty" readOnly:"true" doc:"Uses so far"`
}

func batchOf(b sales.VoucherBatch) SaleVoucherBatch {
	return SaleVoucherBatch{b.ID, b.Rule, b.Name, b.Codes, b.Uses, b.StartsAt, b.ExpiresAt, b.GiveBack, b.VoidedAt, b.CreatedBy, &b.CreatedAt, b.Used}
}

type (
	priceIn struct {
		Body struct {
			Session ids.ID       `json:"session"`
			Hold    ids.ID       `json:"hold"`
			Codes   []string     `json:"codes,omitempty" maxItems:"10" doc:"Of vouchers"`
			People  []SalePerson `json:"people,omitempty" maxItems:"1000" doc:"For discounts by age or document, if known"`
		}
	}
	priceOut     struct{ Body SalePriceQuote }
	discountsOut struct {
		Body struct {
			Groups []SaleDiscountGroup `json:"groups"`
			Rules  []SaleDiscountRule  `json:"rules"`
		}
	}
	setGroupIn struct {
		Group string `path:"group" pattern:"^[a-z0-9-]{1,40}$"`
		Body  SaleDiscountGroup
	}
	setRuleIn struct {
		Rule ids.ID `path:"rule"`
		Body SaleDiscountRule
	}
	batchIn    struct{ Body SaleVoucherBatch }
	batchOut   struct{ Body SaleVoucherBatch }
	batchesOut struct {
		Body struct {
			Items []SaleVoucherBatch `json:"items"`
		}
	}
	csvOut struct {
		Type        string `header:"Content-Type"`
		Disposition string `header:"Content-Disposition"`
		Cache       string `header:"Cache-Control"`
		Body        []byte
	}
)

// ByBatch names a batch of vouchers.
type ByBatch struct {
	Batch ids.ID `path:"batch"`
}

func (h *handlers) discounts(api *httpx.API) {
	const why = "Changes nothing. Which discounts apply to a hold, with voucher codes, and why others do not."
	o := op("priceHold", "POST", "/shop/prices", "What my hold costs, and why", "shop.buy")
	o.Detail, o.Errors = why, []int{404, 409}
	httpx.Register(api, o, h.price)
	o = op("counterPrice", "POST", "/counter/prices", "What a hold costs, and why", "sales.sell")
	o.Detail, o.Errors = why, []int{404, 409}
	httpx.Register(api, o, h.price)
	httpx.Register(api, op("discounts", "GET", "/discounts", "Discount rules and how they stand together", "sales.read"), func(ctx context.Context, _ *struct{}) (*discountsOut, error) { return h.allDiscounts(ctx) })
	o = op("setDiscountGroup", "PUT", "/discount-groups/{group}", "Make or change a group of discounts", "price.manage")
	o.Errors, o.Mode = []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *setGroupIn) (*discountsOut, error) {
		in.Body.ID = in.Group
		if err := h.Sales.SetDiscountGroup(ctx, sales.DiscountGroup{Group: in.Body.Group, Version: in.Body.Version}); err != nil {
			return nil, err
		}
		return h.allDiscounts(ctx)
	})
	o = op("setDiscountRule", "PUT", "/discounts/{rule}", "Make or change a discount", "price.manage")
	o.Detail, o.Errors, o.Mode = "Orders that were made keep their prices.", []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *setRuleIn) (*discountsOut, error) {
		in.Body.ID = in.Rule
		if err := h.Sales.SetDiscountRule(ctx, sales.DiscountRule{Rule: in.Body.Rule, Active: in.Body.Active, Version: in.Body.Version}); err != nil {
			return nil, err
		}
		return h.allDiscounts(ctx)
	})
	h.vouchers(api)
}

func (h *handlers) vouchers(api *httpx.API) {
	httpx.Register(api, op("voucherBatches", "GET", "/voucher-batches", "Batches of vouchers, newest first", "sales.read"), func(ctx context.Context, _ *struct{}) (*batchesOut, error) {
		list, err := h.Sales.VoucherBatches(ctx)
		out := &batchesOut{}
		out.Body.Items = []SaleVoucherBatch{}
		for _, b := range list {
			out.Body.Items = append(out.Body.Items, batchOf(b))
		}
		return out, err
	})
	o := op("makeVouchers", "POST", "/voucher-batches", "Make a batch of voucher codes", "price.manage")
	o.Detail, o.Status, o.Errors = keyed+" The codes are kept as hashes; the file gives them out.", 201, []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *batchIn) (*batchOut, error) {
		b := in.Body
		made, err := h.Sales.MakeVouchers(ctx, sales.VoucherBatch{ID: b.ID, Rule: b.Rule, Name: b.Name, Codes: b.Codes, Uses: b.Uses, StartsAt: b.StartsAt, ExpiresAt: b.ExpiresAt, GiveBack: b.GiveBack})
		return &batchOut{batchOf(made)}, err
	})
	o = op("voidVouchers", "POST", "/voucher-batches/{batch}/void", "End a batch: its codes are refused from now on", "price.manage")
	o.Errors, o.Mode = []int{404}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *ByBatch) (*batchOut, error) {
		b, err := h.Sales.VoidVouchers(ctx, in.Batch)
		return &batchOut{batchOf(b)}, err
	})
	o = op("voucherCodes", "GET", "/voucher-batches/{batch}/codes.csv", "All codes of a batch as a file", "price.manage")
	o.Detail, o.Errors = "That they were read is in the audit log.", []int{404}
	httpx.Register(api, o, h.codes)
}

func (h *handlers) codes(ctx context.Context, in *ByBatch) (*csvOut, error) {
	_, list, err := h.Sales.VoucherCodes(ctx, in.Batch)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write([]string{"序号", "券码", "剩余次数"})
	for _, c := range list {
		_ = w.Write([]string{strconv.Itoa(c.No), c.Code, strconv.Itoa(c.Left)})
	}
	w.Flush()
	return &csvOut{"text/csv; charset=utf-8", `attachment; filename="vouchers-` + in.Batch.String() + `.csv"`, "no-store", b.Bytes()}, w.Error()
}

func (h *handlers) price(ctx context.Context, in *priceIn) (*priceOut, error) {
	b := in.Body
	q, err := h.Sales.QuotePrice(ctx, b.Session, b.Hold, b.Codes, SaleNew{People: b.People}.order().People)
	if err != nil {
		return nil, err
	}
	m, err := h.Maps.Map(ctx, b.Session)
	if err != nil {
		return nil, err
	}
	out := &priceOut{SalePriceQuote{Places: []SalePriced{}, List: q.List, Due: q.Due, Not: append([]discount.Not{}, q.Not...)}}
	for _, l := range q.Lines {
		out.Body.Places = append(out.Body.Places, SalePriced{SalePlace: placeOf(m, l.Seat, l.Price), Kind: l.Kind, List: fullPrice(l), Off: append([]discount.Off{}, l.Off...)})
	}
	return out, nil
}

// fullPrice is a line's price before discounts.
func fullPrice(l sales.Line) money.Fen {
	if len(l.Off) == 0 {
		return l.Price
	}
	return l.List
}

func (h *handlers) allDiscounts(ctx context.Context) (*discountsOut, error) {
	groups, rules, err := h.Sales.Discounts(ctx)
	if err != nil {
		return nil, err
	}
	out := &discountsOut{}
	out.Body.Groups, out.Body.Rules = []SaleDiscountGroup{}, []SaleDiscountRule{}
	for _, g := range groups {
		out.Body.Groups = append(out.Body.Groups, SaleDiscountGroup{g.Group, g.Version})
	}
	for _, r := range rules {
		out.Body.Rules = append(out.Body.Rules, SaleDiscountRule{r.Rule, r.Active, r.Version, r.Spent, r.Orders})
	}
	return out, nil
}
