package saleshttp

import (
	"context"
	"slices"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// ByPackage names a package.
type ByPackage struct {
	Package ids.ID `path:"package"`
}

type (
	packagesIn struct {
		Show ids.ID `query:"show" doc:"Of this show only"`
	}
	packagesOut struct{ Body PackageList }
	packageOut  struct{ Body PackageShown }
	savePackage struct {
		ByPackage
		Body struct {
			Show    ids.ID               `json:"show"`
			Version int                  `json:"version" minimum:"0" doc:"The version that was changed; 0 makes a new package"`
			Content sales.PackageContent `json:"content"`
		}
	}
	movePackage struct {
		ByPackage
		Body struct {
			To string `json:"to" enum:"on_sale,closed"`
		}
	}
)

// PackageList is a show's packages.
type PackageList struct {
	Items []PackageShown `json:"items"`
}

// PackageShown is a package with what it has sold.
type PackageShown struct {
	sales.Package
	Sales sales.PackageSales `json:"sales"`
}

// ShopPackage is a package as the shop shows it.
type ShopPackage struct {
	ID       ids.ID              `json:"id"`
	Show     ids.ID              `json:"show"`
	Name     string              `json:"name"`
	NameEn   string              `json:"nameEn"`
	Note     string              `json:"note"`
	Kind     string              `json:"kind" enum:"tickets,sessions,series"`
	Choose   int                 `json:"choose"`
	Fixed    bool                `json:"fixed" doc:"All sessions are part of it; there is no choice"`
	Tickets  int                 `json:"tickets" doc:"Of one session"`
	Refund   string              `json:"refund" enum:"whole,part"`
	Left     int                 `json:"left" doc:"Packages left of the quota; -1: no quota"`
	PerBuyer int                 `json:"perBuyer"`
	PriceFor []ShopPackageOption `json:"options"`
}

// ShopPackageOption is a price of a package with what its tickets cost by themselves.
type ShopPackageOption struct {
	No     int       `json:"no"`
	Name   string    `json:"name"`
	Zones  []int     `json:"zones"`
	Price  money.Fen `json:"price"`
	Single money.Fen `json:"single" doc:"Lowest sum of the single tickets' prices; 0 when sessions differ and are still to be chosen"`
}

// ShopPackageSession is one session that a package may take.
type ShopPackageSession struct {
	ShopSession
	Free     []ShopPackageFree `json:"free" doc:"Free places by price option"`
	RealName show.RealName     `json:"realName"`
}

// ShopPackageFree is how many places of a session are free for a price option.
type ShopPackageFree struct {
	Option int `json:"option"`
	Places int `json:"places"`
}

// ShopPackageDetail is a package with its sessions and rules.
type ShopPackageDetail struct {
	ShopPackage
	Sessions  []ShopPackageSession `json:"sessions"`
	Rules     []sales.Clause       `json:"rules" doc:"To be shown before consent (RL-5, RL-6)"`
	RulesHash string               `json:"rulesHash"`
	Payments  []string             `json:"payments"`
	People    int                  `json:"people" doc:"Persons to name: one for each ticket of a session, one, or none"`
}

type (
	shopPackagesOut struct {
		Body struct {
			Items []ShopPackage `json:"items"`
		}
	}
	shopPackageOut struct{ Body ShopPackageDetail }
)

func (h *handlers) packages(api *httpx.API) {
	httpx.Register(api, op("packages", "GET", "/packages", "Packages with what they have sold", "sales.read"), h.listPackages)
	o := op("package", "GET", "/packages/{package}", "One package", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.onePackage)
	o = op("savePackage", "PUT", "/packages/{package}", "Make or change a package", "show.manage")
	o.Detail, o.Errors = "The id is made by the client. What was bought keeps the terms it was bought under. sales.version when somebody else changed it.", []int{404, 409}
	httpx.Register(api, o, h.putPackage)
	o = op("movePackage", "POST", "/packages/{package}/state", "Put a package on sale or take it off", "show.manage")
	o.Errors = []int{404, 409}
	httpx.Register(api, o, h.movePackage)
	o = op("shopPackages", "GET", "/shop/packages", "Packages that are on sale", httpx.Public)
	o.Detail = "Open to every visitor of the tenant."
	httpx.Register(api, o, h.shopPackages)
	o = op("shopPackage", "GET", "/shop/packages/{package}", "A package with its sessions, what is left and its rules", httpx.Public)
	o.Detail, o.Errors = "Open to every visitor of the tenant.", []int{404}
	httpx.Register(api, o, h.shopPackage)
}

func (h *handlers) listPackages(ctx context.Context, in *packagesIn) (*packagesOut, error) {
	list, err := h.Sales.Packages(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	out := &packagesOut{Body: PackageList{Items: []PackageShown{}}}
	for _, p := range list {
		n, err := h.Sales.PackageSales(ctx, p)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, PackageShown{p, n})
	}
	return out, nil
}

func (h *handlers) shownPackage(ctx context.Context, p sales.Package, err error) (*packageOut, error) {
	if err != nil {
		return nil, err
	}
	n, err := h.Sales.PackageSales(ctx, p)
	return &packageOut{PackageShown{p, n}}, err
}

func (h *handlers) onePackage(ctx context.Context, in *ByPackage) (*packageOut, error) {
	p, err := h.Sales.Package(ctx, in.Package)
	return h.shownPackage(ctx, p, err)
}

func (h *handlers) putPackage(ctx context.Context, in *savePackage) (*packageOut, error) {
	if _, err := h.Shows.Get(ctx, in.Body.Show); err != nil {
		return nil, err
	}
	p, err := h.Sales.SavePackage(ctx, in.Package, in.Body.Show, in.Body.Version, in.Body.Content)
	return h.shownPackage(ctx, p, err)
}

func (h *handlers) movePackage(ctx context.Context, in *movePackage) (*packageOut, error) {
	p, err := h.Sales.MovePackage(ctx, in.Package, in.Body.To)
	return h.shownPackage(ctx, p, err)
}

func (h *handlers) shopPackages(ctx context.Context, in *packagesIn) (*shopPackagesOut, error) {
	if err := inTenant(ctx); err != nil {
		return nil, err
	}
	list, err := h.Sales.Packages(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	out := &shopPackagesOut{}
	out.Body.Items = []ShopPackage{}
	for _, p := range list {
		if p.Sellable("online", h.Sales.DB.Clock().Now()) != nil {
			continue
		}
		item, err := h.packageOf(ctx, p)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

func (h *handlers) packageOf(ctx context.Context, p sales.Package) (ShopPackage, error) {
	n, err := h.Sales.PackageSales(ctx, p)
	c := p.Content
	out := ShopPackage{
		ID: p.ID, Show: p.Show, Name: c.Name, NameEn: c.NameEn, Note: c.Note, Kind: c.Kind, Choose: c.Choose, Fixed: c.Fixed(), Tickets: c.Tickets,
		Refund: c.Refund, Left: n.Left, PerBuyer: c.PerBuyer, PriceFor: []ShopPackageOption{},
	}
	for _, o := range c.Options {
		single, e := h.Sales.SinglePrice(ctx, c, o)
		if err == nil {
			err = e
		}
		out.PriceFor = append(out.PriceFor, ShopPackageOption{No: o.No, Name: o.Name, Zones: o.Zones, Price: o.Price, Single: single})
	}
	return out, err
}

func (h *handlers) shopPackage(ctx context.Context, in *ByPackage) (*shopPackageOut, error) {
	if err := inTenant(ctx); err != nil {
		return nil, err
	}
	p, err := h.Sales.Package(ctx, in.Package)
	if err == nil && p.State != sales.PackageOnSale {
		err = sales.ErrNoPackage
	}
	if err != nil {
		return nil, err
	}
	base, err := h.packageOf(ctx, p)
	if err != nil {
		return nil, err
	}
	ways, err := h.wayNames(ctx, p.Content.Sessions[0])
	if err != nil {
		return nil, err
	}
	out := &shopPackageOut{Body: ShopPackageDetail{ShopPackage: base, Sessions: []ShopPackageSession{}, Payments: ways}}
	var all []show.Session
	for _, id := range p.Content.Sessions {
		se, _, err := h.Shows.Session(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, se)
		if !slices.Contains(shown, se.State) {
			continue
		}
		one, err := h.packageSession(ctx, p.Content, se)
		if err != nil {
			return nil, err
		}
		out.Body.Sessions = append(out.Body.Sessions, one)
		switch {
		case se.Rules.RealName.PerTicket:
			out.Body.People = p.Content.Tickets
		case se.Rules.RealName.PerOrder:
			out.Body.People = max(out.Body.People, 1)
		}
	}
	// The rules that are agreed to are those of the sessions that are chosen; sessions of one show share them.
	out.Body.Rules = sales.PackageRules(p.Content, all)
	out.Body.RulesHash = sales.RulesHash(out.Body.Rules)
	return out, nil
}

func (h *handlers) packageSession(ctx context.Context, c sales.PackageContent, se show.Session) (ShopPackageSession, error) {
	base, _, err := h.shopSession(ctx, se)
	if err != nil {
		return ShopPackageSession{}, err
	}
	out := ShopPackageSession{ShopSession: base, Free: []ShopPackageFree{}, RealName: se.Rules.RealName}
	m, err := h.Maps.Map(ctx, se.ID)
	if err != nil {
		return out, err
	}
	zones, _, _, ok := h.remaining(ctx, se, m)
	for _, o := range c.Options {
		free := 0
		for _, z := range zones {
			if slices.Contains(o.Zones, z.No) {
				free += z.Free
			}
		}
		if ok {
			out.Free = append(out.Free, ShopPackageFree{Option: o.No, Places: free})
		}
	}
	return out, nil
}
