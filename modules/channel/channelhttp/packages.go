package channelhttp

import (
	"context"
	"time"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// AgentPackage is a package (套票) that you may sell now.
type AgentPackage struct {
	ID       ids.ID        `json:"id"`
	Show     ids.ID        `json:"show"`
	Name     string        `json:"name"`
	NameEn   string        `json:"nameEn"`
	Note     string        `json:"note"`
	Kind     string        `json:"kind" enum:"tickets,sessions,series" doc:"tickets: several of one session; sessions: some sessions of a list; series: all of a list, in the same seats"`
	Sessions []ids.ID      `json:"sessions"`
	Choose   int           `json:"choose" doc:"How many of the sessions one package takes"`
	Tickets  int           `json:"tickets" doc:"Of one session"`
	Options  []AgentOption `json:"options"`
	ClosesAt *time.Time    `json:"closesAt,omitempty"`
	Left     *int          `json:"left,omitempty" doc:"Packages; absent: as seats last"`
	Refund   string        `json:"refund" enum:"whole,part" doc:"whole: all tickets together or none"`
}

// AgentOption is one price of a package.
type AgentOption struct {
	No     int       `json:"no" doc:"As bundles name it"`
	Name   string    `json:"name"`
	Zones  []int     `json:"zones"`
	Price  money.Fen `json:"price" doc:"Of the whole package, fen"`
	Single money.Fen `json:"single,omitempty" doc:"What its tickets cost by themselves; absent while that depends on the choice"`
}

// AgentBundleNew holds a package.
type AgentBundleNew struct {
	ID       ids.ID    `json:"id" doc:"Made by you: the bundle's id"`
	Package  ids.ID    `json:"package"`
	Option   int       `json:"option"`
	Sessions []ids.ID  `json:"sessions,omitempty" maxItems:"60" doc:"As many as the package takes; none where there is no choice"`
	Seats    [][]int32 `json:"seats,omitempty" maxItems:"60" doc:"Named seats by session, the same in all of a series; none: the best available"`
}

// AgentBundleSale names the people of a bundle and sells it.
type AgentBundleSale struct {
	People    []AgentPerson `json:"people,omitempty" maxItems:"20" doc:"One for each ticket of a session; the same people go to all sessions (RL-1)"`
	Phone     string        `json:"phone,omitempty" maxLength:"20"`
	Consent   bool          `json:"consent" doc:"The buyer was told the terms and your name, and agreed (RL-6)"`
	RulesHash string        `json:"rulesHash,omitempty" maxLength:"64"`
	Ref       string        `json:"ref,omitempty" maxLength:"60" doc:"Your own number; it is in the day's file. No personal data."`
}

// AgentBundle is a package as you hold or sold it.
type AgentBundle struct {
	ID          ids.ID            `json:"id"`
	Number      string            `json:"number" doc:"Short name for people"`
	Package     ids.ID            `json:"package"`
	Name        string            `json:"name"`
	NameEn      string            `json:"nameEn"`
	Option      int               `json:"option"`
	State       string            `json:"state" enum:"held,placing,pending,paid,confirmed,expired,cancelled,refund_due,refunded"`
	Amount      money.Fen         `json:"amount"`
	ExpiresAt   time.Time         `json:"expiresAt"`
	SecondsLeft int               `json:"secondsLeft" doc:"To sell it, by the server's clock"`
	People      int               `json:"people" doc:"Persons to name"`
	Parts       []AgentBundlePart `json:"parts"`
	Terms       []sales.Clause    `json:"terms"`
	RulesHash   string            `json:"rulesHash"`
}

// AgentBundlePart is one session's share of a package.
type AgentBundlePart struct {
	Session ids.ID       `json:"session"`
	Order   *ids.ID      `json:"order,omitempty" doc:"Its order with tickets, once sold: read, issued and found as any other"`
	Places  []AgentPlace `json:"places" doc:"With each ticket's share of the price"`
	Amount  money.Fen    `json:"amount"`
}

// AgentBundleQuote is what giving a package back would give now.
type AgentBundleQuote struct {
	Possible bool      `json:"possible"`
	Whole    bool      `json:"whole" doc:"Only all tickets together"`
	Paid     money.Fen `json:"paid"`
	Fee      money.Fen `json:"fee"`
	Back     money.Fen `json:"back"`
}

// AgentBundleRefund asks for a package to be taken back.
type AgentBundleRefund struct {
	ID     ids.ID    `json:"id" doc:"Made by you; the same id has one effect"`
	Fee    money.Fen `json:"fee" minimum:"0" doc:"As quoted; another fee is refused (RL-5)"`
	Reason string    `json:"reason,omitempty" maxLength:"200"`
}

// ByBundle names a bundle.
type ByBundle struct {
	Bundle ids.ID `path:"bundle"`
}

type (
	packagesIn struct {
		Show ids.ID `query:"show"`
	}
	packagesOut struct {
		Body struct {
			Items []AgentPackage `json:"items"`
		}
	}
	bundleIn     struct{ Body AgentBundleNew }
	bundleOut    struct{ Body AgentBundle }
	bundleSaleIn struct {
		ByBundle
		Body AgentBundleSale
	}
	bundleQuoteOut struct{ Body AgentBundleQuote }
	bundleRefundIn struct {
		ByBundle
		Body AgentBundleRefund
	}
)

func (h *handlers) packages(api *httpx.API) {
	as(h, api, op("packages", "GET", "/packages", "Packages that you may sell now"), h.listPackages)
	o := op("holdBundle", "POST", "/bundles", "Hold all seats of a package, or none")
	o.Detail, o.Status, o.Errors = keyed+" From the free stock; an allotment is for single tickets. Refused: sales.package_channel where the theatre does not let agents sell it, sales.package_quota, inventory.seat_taken and others.", 201, []int{404, 409, 410, 429, 503}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *bundleIn) (*bundleOut, error) {
		b, err := h.Sales.HoldPackageForAgent(ctx, sales.PackagePick{ID: in.Body.ID, Package: in.Body.Package, Option: in.Body.Option, Sessions: in.Body.Sessions, Seats: in.Body.Seats})
		return h.bundle(ctx, b.ID, err)
	})
	o = op("bundle", "GET", "/bundles/{bundle}", "A package of yours with its orders")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByBundle) (*bundleOut, error) {
		return h.bundle(ctx, in.Bundle, nil)
	})
	o = op("cancelBundle", "POST", "/bundles/{bundle}/cancel", "Give a held package up")
	o.Errors = []int{404, 409}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByBundle) (*bundleOut, error) {
		_, err := h.Sales.CancelBundle(ctx, in.Bundle)
		return h.bundle(ctx, in.Bundle, err)
	})
	o = op("sellBundle", "POST", "/bundles/{bundle}/sale", "Sell a held package: all its orders and tickets, or none")
	o.Detail, o.Errors = "The same request again has no second effect. Every document is checked in every session before anything is done (RL-1). Discount codes and people named later are for single tickets.", []int{404, 409, 410, 429, 503}
	as(h, api, o, h.sellBundle)
	o = op("bundleQuote", "GET", "/bundles/{bundle}/refund-quote", "What giving the package back would give now")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByBundle) (*bundleQuoteOut, error) {
		q, err := h.Sales.QuoteBundle(ctx, in.Bundle)
		return &bundleQuoteOut{AgentBundleQuote{q.Possible, q.Whole, q.Paid, q.Fee, q.Paid - q.Fee}}, err
	})
	o = op("refundBundle", "POST", "/bundles/{bundle}/refunds", "Give all tickets of a package back")
	o.Detail, o.Errors = keyed+" A package whose rule is whole goes back only this way: sales.package_whole. You give the money back; the day's file counts it.", []int{404, 409}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *bundleRefundIn) (*bundleOut, error) {
		_, err := h.Sales.RefundBundle(ctx, sales.BundleRefund{ID: in.Body.ID, Bundle: in.Bundle, Fee: in.Body.Fee, Reason: in.Body.Reason})
		return h.bundle(ctx, in.Bundle, err)
	})
}

func (h *handlers) listPackages(ctx context.Context, _ channel.Agent, in *packagesIn) (*packagesOut, error) {
	list, err := h.Packages(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	out := &packagesOut{}
	out.Body.Items = []AgentPackage{}
	for _, p := range list {
		c := p.Content
		x := AgentPackage{
			ID: p.ID, Show: p.Show, Name: c.Name, NameEn: c.NameEn, Note: c.Note, Kind: c.Kind, Sessions: c.Sessions, Choose: c.Choose, Tickets: c.Tickets,
			Options: []AgentOption{}, ClosesAt: c.ClosesAt, Refund: c.Refund,
		}
		for i, o := range c.Options {
			x.Options = append(x.Options, AgentOption{o.No, o.Name, o.Zones, o.Price, p.Single[i]})
		}
		if p.Left >= 0 {
			x.Left = &p.Left
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out, nil
}

func (h *handlers) sellBundle(ctx context.Context, a channel.Agent, in *bundleSaleIn) (*bundleOut, error) {
	n := sales.NewBundle{ID: in.Bundle, People: peopleOf(in.Body.People), Phone: in.Body.Phone, Consent: in.Body.Consent, Rules: in.Body.RulesHash}
	_, err := h.SellBundle(ctx, a, n, in.Body.Ref)
	return h.bundle(ctx, in.Bundle, err)
}

func peopleOf(list []AgentPerson) (out []sales.Person) {
	for _, p := range list {
		out = append(out, sales.Person{Name: p.Name, Kind: p.Kind, Number: p.Number, Guardian: p.Guardian})
	}
	return out
}

// bundle answers a bundle of the agent, unless what came before failed.
func (h *handlers) bundle(ctx context.Context, id ids.ID, failed error) (*bundleOut, error) {
	if failed != nil {
		return nil, failed
	}
	d, err := h.Sales.BundleDetail(ctx, id)
	if err != nil {
		return nil, err
	}
	b, now := d.Bundle, h.DB.Clock().Now()
	out := AgentBundle{
		ID: b.ID, Number: b.Number(), Package: b.Package, Name: b.Content.Name, NameEn: b.Content.NameEn, Option: b.Option, State: b.State, Amount: b.Amount, ExpiresAt: b.ExpiresAt,
		Parts: []AgentBundlePart{}, Terms: sales.PackageRules(b.Content, d.Sessions),
	}
	out.RulesHash = sales.RulesHash(out.Terms)
	if d.Refunded && b.State == sales.Confirmed {
		out.State = sales.Refunded
	}
	if b.State == sales.BundleHeld && now.Before(b.ExpiresAt) {
		out.SecondsLeft = int(b.ExpiresAt.Sub(now) / time.Second)
	}
	for i, p := range b.Parts {
		x := AgentBundlePart{Session: p.Session, Places: []AgentPlace{}}
		for k, seat := range p.Seats {
			at := d.Maps[i].Places[seat]
			x.Places, x.Amount = append(x.Places, AgentPlace{seat, at.Text(), at.Zone, p.Prices[k], "package"}), x.Amount+p.Prices[k]
		}
		for _, o := range d.Orders {
			if o.Order.ID == p.Order {
				x.Order = &p.Order
			}
		}
		switch r := d.Sessions[i].Rules.RealName; {
		case r.PerTicket:
			out.People = b.Content.Tickets
		case r.PerOrder:
			out.People = max(out.People, 1)
		}
		out.Parts = append(out.Parts, x)
	}
	return &bundleOut{out}, nil
}
