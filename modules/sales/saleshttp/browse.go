package saleshttp

import (
	"context"
	"slices"
	"time"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// ShopSession is a session as the shop lists it.
type ShopSession struct {
	ID        ids.ID      `json:"id"`
	ShowID    ids.ID      `json:"showId"`
	PlanID    ids.ID      `json:"planId"`
	Kind      string      `json:"kind" enum:"performance,film"`
	Title     string      `json:"title"`
	TitleEn   string      `json:"titleEn"`
	Venue     string      `json:"venue"`
	VenueEn   string      `json:"venueEn"`
	Hall      string      `json:"hall"`
	Address   string      `json:"address"`
	Zone      string      `json:"zone" doc:"IANA time zone in which the times are to be shown"`
	State     string      `json:"state"`
	StartsAt  time.Time   `json:"startsAt"`
	DoorsAt   time.Time   `json:"doorsAt"`
	EndsAt    time.Time   `json:"endsAt"`
	PriceFrom money.Fen   `json:"priceFrom" doc:"Lowest list price of a public zone, fen"`
	PriceTo   money.Fen   `json:"priceTo"`
	Counts    *ShopCounts `json:"counts,omitempty" doc:"Absent while the live status cannot be read"`
}

// ShopCounts is how many places are in each state (RL-12).
type ShopCounts struct {
	Free    int `json:"free"`
	Held    int `json:"held"`
	Sold    int `json:"sold"`
	Blocked int `json:"blocked"`
}

// ShopZone is a price zone with what is left of it.
type ShopZone struct {
	No     int             `json:"no"`
	Name   string          `json:"name"`
	Letter string          `json:"letter"`
	Color  string          `json:"color"`
	Kind   string          `json:"kind"`
	Price  money.Fen       `json:"price"`
	Prices []SaleKindPrice `json:"prices" doc:"By kind of ticket"`
	ShopCounts
}

// ShopArea is a standing area with what is left of it.
type ShopArea struct {
	ID       int32  `json:"id" doc:"As holds name it"`
	Code     string `json:"code" doc:"Its id in the seat plan"`
	Label    string `json:"label"`
	Level    string `json:"level"`
	Zone     int    `json:"zone"`
	Capacity int    `json:"capacity"`
	ShopCounts
}

// ShopDisclosures are what must be told before a purchase (RL-6, RL-11, RL-12).
type ShopDisclosures struct {
	Organiser  string         `json:"organiser"`
	Seller     string         `json:"seller" doc:"Who sells: the organiser itself or a named agent (RL-6)"`
	Approval   string         `json:"approval" doc:"Number of the approval document (RL-7)"`
	Performers string         `json:"performers" doc:"Main performers (RL-11)"`
	Minutes    int            `json:"minutes" doc:"Shortest length of the show (RL-11)"`
	Audience   int            `json:"audience" doc:"Approved audience (RL-8)"`
	Places     int            `json:"places" doc:"All places of this session (RL-12)"`
	Rules      []sales.Clause `json:"rules" doc:"Rules of purchase, entry and refund, to be shown before consent (RL-6)"`
	RulesHash  string         `json:"rulesHash" doc:"Goes with the order as the record of what was agreed to"`
}

// ShopSessionDetail is all that the shop shows of a session.
type ShopSessionDetail struct {
	ShopSession
	Performers  string              `json:"performers"`
	Synopsis    string              `json:"synopsis"`
	Notes       string              `json:"notes"`
	MapVersion  int                 `json:"mapVersion"`
	Rules       show.Rules          `json:"rules"`
	Zones       []ShopZone          `json:"zones"`
	Kinds       []SaleKind          `json:"kinds" doc:"Kinds of ticket, the full price first"`
	Areas       []ShopArea          `json:"areas"`
	Documents   []identity.KindInfo `json:"documents" doc:"Kinds of identity documents that are taken"`
	Disclosures ShopDisclosures     `json:"disclosures"`
	Payments    []string            `json:"payments" doc:"Ways to pay"`
	Queue       bool                `json:"queue" doc:"There is a waiting room: get in line (waiting.join) before seats are held"`
	Now         time.Time           `json:"now" doc:"The server's time: what tells which refund tier is on, and how long until the sale"`
	OpensAt     *time.Time          `json:"opensAt,omitempty" doc:"When the sale opens, of a session that is announced"`
}

// BySession names a session.
type BySession struct {
	Session ids.ID `path:"session"`
}

type shopSessionsIn struct {
	page.Request
	Show ids.ID    `query:"show"`
	From time.Time `query:"from" doc:"Starts at or after"`
	To   time.Time `query:"to" doc:"Starts before"`
}

type (
	shopSessionsOut struct{ Body page.Page[ShopSession] }
	shopSessionOut  struct{ Body ShopSessionDetail }
)

// shown are the states in which buyers see a session.
var shown = []string{"scheduled", "on_sale", "paused", "closed"}

func (h *handlers) browse(api *httpx.API) {
	o := op("shopSessions", "GET", "/shop/sessions", "Sessions that are or will be on sale", httpx.Public)
	o.Detail = "Open to every visitor of the tenant."
	httpx.Register(api, o, h.sessions)
	o = op("shopSession", "GET", "/shop/sessions/{session}", "A session with zones, what is left, rules and disclosures", httpx.Public)
	o.Detail = "Open to every visitor of the tenant. Tells organiser, approval, performers, length, prices and live counts before anything is bought (RL-6, RL-11, RL-12)."
	httpx.Register(api, o, h.session)
}

func (h *handlers) sessions(ctx context.Context, in *shopSessionsIn) (*shopSessionsOut, error) {
	if err := inTenant(ctx); err != nil {
		return nil, err
	}
	from := in.From
	if from.IsZero() {
		from = h.Sales.DB.Clock().Now().Add(-6 * time.Hour) // those that have begun drop off by themselves
	}
	list, err := h.Shows.Sessions(ctx, show.Filter{ShowID: in.Show, States: shown[:2], From: from, To: in.To}, in.Request)
	if err != nil {
		return nil, err
	}
	out := &shopSessionsOut{Body: page.Page[ShopSession]{Items: []ShopSession{}, Next: list.Next}}
	for _, se := range list.Items {
		item, _, err := h.shopSession(ctx, se)
		if err != nil {
			return nil, err
		}
		if c, ok := h.counts(ctx, se); ok {
			item.Counts = &ShopCounts{c.Free, c.Held, c.Sold, c.Blocked}
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

// shopSession gathers what the shop shows of a session, without its counts.
func (h *handlers) shopSession(ctx context.Context, se show.Session) (ShopSession, show.Show, error) {
	sh, err := h.Shows.Get(ctx, se.ShowID)
	if err != nil {
		return ShopSession{}, sh, err
	}
	v, hall, err := h.Venues.Hall(ctx, se.HallID)
	if err != nil {
		return ShopSession{}, sh, err
	}
	out := ShopSession{
		ID: se.ID, ShowID: sh.ID, PlanID: se.PlanID, Kind: sh.Kind, Title: sh.Title, TitleEn: sh.TitleEn, Venue: v.Name, VenueEn: v.NameEn, Hall: hall.Name,
		Address: v.Address, Zone: v.Zone, State: se.State, StartsAt: se.StartsAt, DoorsAt: se.DoorsAt, EndsAt: se.EndsAt,
	}
	if se.MapID.IsZero() {
		return out, sh, nil
	}
	m, err := h.Maps.Map(ctx, se.ID)
	if err != nil {
		return out, sh, err
	}
	out.PlanID = m.PlanID
	out.PriceFrom, out.PriceTo = priceRange(m)
	return out, sh, nil
}

func priceRange(m *sales.Map) (from, to money.Fen) {
	first := true
	for _, z := range m.Zones {
		if z.Places == 0 || (z.Kind != "public" && z.Kind != "package") {
			continue
		}
		if first || z.Price < from {
			from = z.Price
		}
		to, first = max(to, z.Price), false
	}
	return from, to
}

func (h *handlers) session(ctx context.Context, in *BySession) (*shopSessionOut, error) {
	se, err := h.shownSession(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	base, sh, err := h.shopSession(ctx, se)
	if err != nil {
		return nil, err
	}
	ways, err := h.wayNames(ctx, se.ID)
	if err != nil {
		return nil, err
	}
	out := &shopSessionOut{Body: ShopSessionDetail{
		ShopSession: base, Performers: sh.Performers, Synopsis: sh.Synopsis, Notes: sh.Notes, Rules: se.Rules,
		Zones: []ShopZone{}, Kinds: []SaleKind{}, Areas: []ShopArea{}, Documents: identity.Kinds, Payments: ways, Disclosures: disclosures(se, sh),
		Now: h.Sales.DB.Clock().Now(), OpensAt: se.OpensAt,
	}}
	if h.Sales.Queue != nil {
		if out.Body.Queue, err = h.Sales.Queue(ctx, se.ID); err != nil {
			return nil, err
		}
	}
	if se.MapID.IsZero() {
		return out, nil
	}
	m, err := h.Maps.Map(ctx, se.ID)
	if err != nil {
		return nil, err
	}
	out.Body.MapVersion, out.Body.Disclosures.Places = m.Version, len(m.Places)
	zones, areas, total, ok := h.remaining(ctx, se, m)
	if ok {
		out.Body.Counts = &total
	}
	for i := range zones {
		zones[i].Prices = pricesOf(m, zones[i].No, "online")
	}
	out.Body.Zones, out.Body.Areas, out.Body.Kinds = zones, areas, kindsOf(m)
	return out, nil
}

// shownSession is a session that buyers may see; others are not found.
func (h *handlers) shownSession(ctx context.Context, id ids.ID) (show.Session, error) {
	if err := inTenant(ctx); err != nil {
		return show.Session{}, err
	}
	se, _, err := h.Shows.Session(ctx, id)
	if err == nil && !slices.Contains(shown, se.State) {
		err = show.ErrSessionNotFound
	}
	return se, err
}

func inTenant(ctx context.Context) error {
	if httpx.PrincipalOf(ctx).Tenant == 0 {
		return show.ErrSessionNotFound
	}
	return nil
}

func disclosures(se show.Session, sh show.Show) ShopDisclosures {
	d := ShopDisclosures{Organiser: sh.Organiser, Seller: sh.Organiser, Performers: sh.Performers, Minutes: sh.Minutes, Audience: se.Audience, Rules: sales.RulesText(se)}
	d.RulesHash = sales.RulesHash(d.Rules)
	for _, a := range sh.Approvals {
		if a.Version == se.ApprovalVersion {
			d.Approval = a.Number
		}
	}
	return d
}
