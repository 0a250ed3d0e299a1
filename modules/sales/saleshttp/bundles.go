package saleshttp

import (
	"context"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

// ByBundle names a bundle.
type ByBundle struct {
	Bundle ids.ID `path:"bundle"`
}

// BundlePick chooses sessions and seats of a package.
type BundlePick struct {
	ID       ids.ID    `json:"id" doc:"Made by the client: the bundle's id and idempotency key"`
	Package  ids.ID    `json:"package"`
	Option   int       `json:"option"`
	Sessions []ids.ID  `json:"sessions,omitempty" maxItems:"60" doc:"As many as the package takes; none where there is no choice"`
	Seats    [][]int32 `json:"seats,omitempty" maxItems:"60" doc:"Named seats by session, the same in all of a series; none: the best available"`
}

// BundlePeople are the people of a bundle.
type BundlePeople struct {
	People  []SalePerson `json:"people,omitempty" maxItems:"20" doc:"One for each ticket of a session; the same people go to all sessions"`
	Phone   string       `json:"phone,omitempty" maxLength:"20"`
	Consent bool         `json:"consent,omitempty"`
	Rules   string       `json:"rulesHash,omitempty" maxLength:"64"`
}

func (b BundlePeople) people(id ids.ID) sales.NewBundle {
	n := SaleNew{People: b.People}.order()
	return sales.NewBundle{ID: id, People: n.People, Phone: b.Phone, Consent: b.Consent, Rules: b.Rules}
}

// SaleBundle is a bundle in a list.
type SaleBundle struct {
	ID          ids.ID    `json:"id"`
	Number      string    `json:"number"`
	Package     ids.ID    `json:"package"`
	Name        string    `json:"name"`
	NameEn      string    `json:"nameEn"`
	Option      string    `json:"option"`
	Channel     string    `json:"channel" enum:"online,counter,agent"`
	State       string    `json:"state" enum:"held,placing,pending,paid,confirmed,expired,cancelled,refund_due,refunded"`
	Amount      money.Fen `json:"amount"`
	Tickets     int       `json:"tickets"`
	CreatedAt   time.Time `json:"createdAt"`
	ExpiresAt   time.Time `json:"expiresAt"`
	SecondsLeft int       `json:"secondsLeft" doc:"To order or pay, by the server's clock"`
}

// SaleBundlePart is one session's share of a bundle.
type SaleBundlePart struct {
	Session  ids.ID           `json:"session"`
	Title    string           `json:"title"`
	TitleEn  string           `json:"titleEn"`
	StartsAt time.Time        `json:"startsAt"`
	Zone     string           `json:"zone" doc:"IANA time zone"`
	Places   []SalePlace      `json:"places" doc:"With each ticket's share of the price"`
	Amount   money.Fen        `json:"amount"`
	Order    *SaleOrderDetail `json:"order,omitempty" doc:"Its own order with tickets, once people are named"`
}

// SaleBundleDetail is all that is shown of a bundle.
type SaleBundleDetail struct {
	SaleBundle
	Refund   string           `json:"refund" enum:"whole,part"`
	People   int              `json:"people" doc:"Persons to name"`
	Parts    []SaleBundlePart `json:"parts"`
	Payments []SalePayment    `json:"payments"`
	Methods  []string         `json:"methods" doc:"Ways to pay"`
	Rules    []sales.Clause   `json:"rules"`
	Hash     string           `json:"rulesHash"`
}

// SaleBundleQuote is what giving a bundle back would give now.
type SaleBundleQuote struct {
	Possible bool      `json:"possible"`
	Whole    bool      `json:"whole" doc:"Only all tickets together"`
	Paid     money.Fen `json:"paid"`
	Fee      money.Fen `json:"fee"`
	Back     money.Fen `json:"back"`
}

type (
	bundlePickIn struct{ Body BundlePick }
	bundleOut    struct{ Body SaleBundleDetail }
	bundlesOut   struct{ Body page.Page[SaleBundle] }
	bundleOrder  struct {
		ByBundle
		Body BundlePeople
	}
	bundleSale struct {
		ByBundle
		Body struct {
			BundlePeople
			Method string    `json:"method" enum:"cash,card,wechat,alipay,transfer"`
			Taken  money.Fen `json:"taken,omitempty" minimum:"0"`
		}
	}
	bundlePay struct {
		ByBundle
		Body struct {
			Provider string `json:"provider" minLength:"1" maxLength:"40"`
			Scene    string `json:"scene,omitempty" enum:",phone,page,code" doc:"Where the buyer is: one of the way's scenes; empty: the provider's own way"`
		}
	}
	bundleQuoteOut struct{ Body SaleBundleQuote }
	bundleRefund   struct {
		ByBundle
		Body struct {
			ID     ids.ID    `json:"id" doc:"Made by the client; the same id has one effect"`
			Fee    money.Fen `json:"fee" minimum:"0" doc:"The fee that was shown; another one is refused"`
			Reason string    `json:"reason,omitempty" maxLength:"200"`
		}
	}
	packageBundles struct {
		page.Request
		ByPackage
	}
)

func (h *handlers) bundles(api *httpx.API) {
	for _, x := range []struct {
		prefix, path, base string
		needs              httpx.Permission
	}{{"", "/shop/bundles", shopBase, "shop.buy"}, {"counter", "/counter/bundles", counterBase, "sales.sell"}} {
		channel := "online"
		name := func(s string) string { return s }
		if x.prefix != "" {
			channel = "counter"
			name = func(s string) string { return "counter" + string(s[0]-32) + s[1:] }
		}
		o := op(name("holdBundle"), "POST", x.path, "Hold all seats of a package, or none", x.needs)
		o.Detail, o.Status, o.Errors = keyed+" Refused with inventory.seat_taken, sales.package_quota, sales.package_limit and others.", 201, []int{404, 409, 410, 429, 503}
		httpx.Register(api, o, h.holdBundle(channel, x.base))
		o = op(name("bundle"), "GET", x.path+"/{bundle}", "One package order with its sessions, tickets and payment", x.needs)
		o.Errors = []int{404}
		httpx.Register(api, o, func(ctx context.Context, in *ByBundle) (*bundleOut, error) {
			return h.shownBundle(ctx, in.Bundle, x.base)
		})
		o = op(name("cancelBundle"), "POST", x.path+"/{bundle}/cancel", "Give up a package order that is not paid", x.needs)
		o.Errors = []int{404, 409}
		httpx.Register(api, o, func(ctx context.Context, in *ByBundle) (*bundleOut, error) {
			if _, err := h.Sales.CancelBundle(ctx, in.Bundle); err != nil {
				return nil, err
			}
			return h.shownBundle(ctx, in.Bundle, x.base)
		})
	}
	httpx.Register(api, op("myBundles", "GET", "/shop/bundles", "My package orders, newest first", "shop.buy"), func(ctx context.Context, in *page.Request) (*bundlesOut, error) {
		return h.listBundles(ctx, ids.ID{}, *in)
	})
	o := op("orderBundle", "POST", "/shop/bundles/{bundle}/order", "Name the people of a package order", "shop.buy")
	o.Detail, o.Errors = "The same request again has no second effect. A document is checked in every session before anything is done (RL-1).", []int{404, 409, 410, 429}
	httpx.Register(api, o, h.orderBundle)
	o = op("payBundle", "POST", "/shop/bundles/{bundle}/pay", "Get the address of a provider's cashier", "shop.buy")
	o.Detail, o.Errors = "One payment for all sessions. Asking again gives the same payment.", []int{404, 409}
	httpx.Register(api, o, h.payBundle)
	o = op("checkBundle", "POST", "/shop/bundles/{bundle}/check", "Ask the provider whether the package was paid", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.checkBundle)
	o = op("bundleRefundQuote", "GET", "/shop/bundles/{bundle}/refund-quote", "What giving the package back would give now", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.quoteBundle)
	o = op("refundBundle", "POST", "/shop/bundles/{bundle}/refunds", "Give all tickets of my package back", "shop.buy")
	o.Detail, o.Errors = keyed, []int{404, 409}
	httpx.Register(api, o, h.refundBundle(shopBase))
	o = op("counterSellBundle", "POST", "/counter/bundles/{bundle}/sale", "Sell a held package: people, payment and tickets in one", "sales.sell")
	o.Detail, o.Errors = "The same request again has no second effect.", []int{404, 409, 410, 429}
	httpx.Register(api, o, h.sellBundle)
	httpx.Register(api, op("packageBundles", "GET", "/packages/{package}/bundles", "What was bought of a package, newest first", "sales.read"), func(ctx context.Context, in *packageBundles) (*bundlesOut, error) {
		return h.listBundles(ctx, in.Package, in.Request)
	})
	o = op("staffBundle", "GET", "/bundles/{bundle}", "One package order; persons are masked", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByBundle) (*bundleOut, error) {
		return h.shownBundle(ctx, in.Bundle, counterBase)
	})
	o = op("staffBundleQuote", "GET", "/bundles/{bundle}/refund-quote", "What giving the package back would give now", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.quoteBundle)
	o = op("staffRefundBundle", "POST", "/bundles/{bundle}/refunds", "Give all tickets of a package back", "sales.refund")
	o.Detail, o.Errors = keyed, []int{404, 409}
	httpx.Register(api, o, h.refundBundle(counterBase))
}

func (h *handlers) holdBundle(channel, base string) func(context.Context, *bundlePickIn) (*bundleOut, error) {
	return func(ctx context.Context, in *bundlePickIn) (*bundleOut, error) {
		b, err := h.Sales.HoldPackage(ctx, sales.PackagePick{ID: in.Body.ID, Package: in.Body.Package, Option: in.Body.Option, Sessions: in.Body.Sessions, Seats: in.Body.Seats, Channel: channel})
		if err != nil {
			return nil, err
		}
		return h.shownBundle(ctx, b.ID, base)
	}
}

func (h *handlers) orderBundle(ctx context.Context, in *bundleOrder) (*bundleOut, error) {
	n := in.Body.people(in.Bundle)
	n.Address = httpx.Peer(ctx)
	if _, err := h.Sales.OrderBundle(ctx, n); err != nil {
		return nil, err
	}
	return h.shownBundle(ctx, in.Bundle, shopBase)
}

func (h *handlers) sellBundle(ctx context.Context, in *bundleSale) (*bundleOut, error) {
	n := in.Body.people(in.Bundle)
	n.Method, n.Taken = in.Body.Method, in.Body.Taken
	if _, err := h.Sales.OrderBundle(ctx, n); err != nil {
		return nil, err
	}
	return h.shownBundle(ctx, in.Bundle, counterBase)
}

func (h *handlers) payBundle(ctx context.Context, in *bundlePay) (*payOut, error) {
	made, err := h.Sales.PayBundle(ctx, in.Bundle, sales.PayChoice{Provider: in.Body.Provider, Scene: payment.Scene(in.Body.Scene), IP: httpx.Peer(ctx)})
	if err != nil {
		return nil, err
	}
	return paid(made)
}

func (h *handlers) checkBundle(ctx context.Context, in *ByBundle) (*bundleOut, error) {
	if _, err := h.Sales.CheckBundle(ctx, in.Bundle); err != nil {
		return nil, err
	}
	return h.shownBundle(ctx, in.Bundle, shopBase)
}

func (h *handlers) quoteBundle(ctx context.Context, in *ByBundle) (*bundleQuoteOut, error) {
	q, err := h.Sales.QuoteBundle(ctx, in.Bundle)
	return &bundleQuoteOut{SaleBundleQuote{Possible: q.Possible, Whole: q.Whole, Paid: q.Paid, Fee: q.Fee, Back: q.Paid - q.Fee}}, err
}

func (h *handlers) refundBundle(base string) func(context.Context, *bundleRefund) (*bundleOut, error) {
	return func(ctx context.Context, in *bundleRefund) (*bundleOut, error) {
		if _, err := h.Sales.RefundBundle(ctx, sales.BundleRefund{ID: in.Body.ID, Bundle: in.Bundle, Fee: in.Body.Fee, Reason: in.Body.Reason}); err != nil {
			return nil, err
		}
		return h.shownBundle(ctx, in.Bundle, base)
	}
}

func (h *handlers) listBundles(ctx context.Context, pack ids.ID, r page.Request) (*bundlesOut, error) {
	list, err := h.Sales.Bundles(ctx, pack, r)
	if err != nil {
		return nil, err
	}
	out := &bundlesOut{Body: page.Page[SaleBundle]{Items: []SaleBundle{}, Next: list.Next}}
	for _, b := range list.Items {
		out.Body.Items = append(out.Body.Items, bundleOf(b, h.Sales.DB.Clock().Now()))
	}
	return out, nil
}

func bundleOf(b sales.Bundle, now time.Time) SaleBundle {
	o, _ := b.Content.Option(b.Option)
	out := SaleBundle{
		ID: b.ID, Number: b.Number(), Package: b.Package, Name: b.Content.Name, NameEn: b.Content.NameEn, Option: o.Name, Channel: b.Channel, State: b.State,
		Amount: b.Amount, CreatedAt: b.CreatedAt, ExpiresAt: b.ExpiresAt,
	}
	for _, p := range b.Parts {
		out.Tickets += len(p.Seats)
	}
	if (b.State == sales.BundleHeld || b.State == sales.Pending) && now.Before(b.ExpiresAt) {
		out.SecondsLeft = int(b.ExpiresAt.Sub(now) / time.Second)
	}
	return out
}

// shownBundle answers a bundle of the caller.
func (h *handlers) shownBundle(ctx context.Context, id ids.ID, base string) (*bundleOut, error) {
	d, err := h.Sales.BundleDetail(ctx, id)
	if err != nil {
		return nil, err
	}
	ways, err := h.wayNames(ctx, d.Bundle.Parts[0].Session)
	if err != nil {
		return nil, err
	}
	now := h.Sales.DB.Clock().Now()
	out := &bundleOut{SaleBundleDetail{SaleBundle: bundleOf(d.Bundle, now), Refund: d.Bundle.Content.Refund, Parts: []SaleBundlePart{}, Payments: []SalePayment{}, Methods: ways}}
	b := &out.Body
	if d.Refunded && (b.State == sales.Confirmed || b.State == sales.RefundDue) {
		b.State = sales.Refunded
	}
	for i, p := range d.Bundle.Parts {
		item, _, err := h.shopSession(ctx, d.Sessions[i])
		if err != nil {
			return nil, err
		}
		part := SaleBundlePart{Session: p.Session, Title: item.Title, TitleEn: item.TitleEn, StartsAt: item.StartsAt, Zone: item.Zone, Places: []SalePlace{}}
		for k, seat := range p.Seats {
			part.Places = append(part.Places, placeOf(d.Maps[i], seat, p.Prices[k]))
			part.Amount += p.Prices[k]
		}
		for _, o := range d.Orders {
			if o.Order.ID == p.Order {
				shown := orderOf(o, base, now)
				part.Order = &shown
			}
		}
		switch r := d.Sessions[i].Rules.RealName; {
		case r.PerTicket:
			b.People = d.Bundle.Content.Tickets
		case r.PerOrder:
			b.People = max(b.People, 1)
		}
		b.Parts = append(b.Parts, part)
	}
	for _, p := range d.Payments {
		b.Payments = append(b.Payments, SalePayment{ID: p.ID, Provider: p.Provider, Amount: p.Amount, State: p.State, Ref: p.Ref, PaidAt: p.PaidAt})
	}
	b.Rules = sales.PackageRules(d.Bundle.Content, d.Sessions)
	b.Hash = sales.RulesHash(b.Rules)
	return out, nil
}
