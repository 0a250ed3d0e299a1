package channelhttp

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/venue"
)

// AgentShow is a show as agents are told of it.
type AgentShow struct {
	ID              ids.ID `json:"id"`
	Title           string `json:"title"`
	TitleEn         string `json:"titleEn"`
	PerformanceType string `json:"performanceType"`
	Organiser       string `json:"organiser"`
	Performers      string `json:"performers" doc:"To be told to buyers (RL-11)"`
	Synopsis        string `json:"synopsis"`
	Minutes         int    `json:"minutes"`
	State           string `json:"state"`
}

func showOf(s show.Show) AgentShow {
	return AgentShow{s.ID, s.Title, s.TitleEn, s.PerformanceType, s.Organiser, s.Performers, s.Synopsis, s.Minutes, s.State}
}

// AgentSession is a session in a list.
type AgentSession struct {
	ID       ids.ID    `json:"id"`
	Show     ids.ID    `json:"show"`
	Hall     ids.ID    `json:"hall"`
	Code     string    `json:"code"`
	State    string    `json:"state" enum:"scheduled,on_sale,paused,closed,cancelled"`
	StartsAt time.Time `json:"startsAt"`
	DoorsAt  time.Time `json:"doorsAt"`
	EndsAt   time.Time `json:"endsAt"`
	Version  int       `json:"version"`
}

func sessionOf(s show.Session) AgentSession {
	return AgentSession{s.ID, s.ShowID, s.HallID, s.Code.String(), s.State, s.StartsAt, s.DoorsAt, s.EndsAt, s.Version}
}

// AgentZone is a price zone.
type AgentZone struct {
	Zone   int              `json:"zone"`
	Name   string           `json:"name"`
	Letter string           `json:"letter"`
	Color  string           `json:"color"`
	Kind   string           `json:"kind"`
	Price  money.Fen        `json:"price" doc:"Fen (0.01 yuan), full price in your channel"`
	Prices []AgentKindPrice `json:"prices" doc:"In your channel by kind of ticket"`
}

// AgentArea is a standing area.
type AgentArea struct {
	Area     int32  `json:"area" doc:"As locks name it"`
	Name     string `json:"name"`
	Level    string `json:"level"`
	Zone     int    `json:"zone"`
	Capacity int    `json:"capacity"`
}

// AgentSessionDetail is a session with prices, rules and what must be told.
type AgentSessionDetail struct {
	AgentSession
	Title     string              `json:"title"`
	Organiser string              `json:"organiser"`
	Seller    string              `json:"seller" doc:"Name under which you sell, to be told to buyers (RL-6)"`
	Approval  string              `json:"approval" doc:"Number of the approval document (RL-7)"`
	Audience  int                 `json:"audience"`
	Venue     string              `json:"venue"`
	HallName  string              `json:"hallName"`
	Address   string              `json:"address"`
	TimeZone  string              `json:"timeZone"`
	Rules     show.Rules          `json:"rules"`
	Terms     []sales.Clause      `json:"terms" doc:"To be shown to the buyer before purchase (RL-6)"`
	RulesHash string              `json:"rulesHash" doc:"Goes with the order: refused if the terms have changed"`
	Documents []identity.KindInfo `json:"documents" doc:"Kinds of identity documents that are taken"`
	MapVer    int                 `json:"mapVersion" doc:"Changes with seats and prices"`
	Zones     []AgentZone         `json:"zones"`
	Areas     []AgentArea         `json:"areas"`
	Kinds     []AgentKind         `json:"kinds" doc:"Kinds of ticket, the full price first"`
}

// AgentSeat is one seat in words.
type AgentSeat struct {
	Seat    int32  `json:"seat" doc:"Permanent id"`
	Level   string `json:"level"`
	Section string `json:"section"`
	Row     string `json:"row"`
	Number  string `json:"number"`
	Zone    int    `json:"zone"`
	Kind    string `json:"kind,omitempty" doc:"accessible, companion or couple"`
	View    string `json:"view,omitempty" doc:"partial or blocked, to be told (RL-18)"`
	Note    string `json:"note,omitempty"`
}

type sessionsIn struct {
	page.Request
	Show ids.ID    `query:"show"`
	From time.Time `query:"from" doc:"Starts at or after"`
	To   time.Time `query:"to" doc:"Starts before"`
}

type changesIn struct {
	Since int64 `query:"since" minimum:"0" doc:"seq of the last change that you know; 0 for all"`
}

type changesOut struct {
	Body struct {
		Items []channel.Changed `json:"items"`
		Next  int64             `json:"next" doc:"Ask with since=next; less than 500 items: you know all"`
	}
}

type (
	meOut       struct{ Body channel.Agent }
	venuesOut   struct{ Body page.Page[venue.Venue] }
	showsOut    struct{ Body page.Page[AgentShow] }
	sessionsOut struct{ Body page.Page[AgentSession] }
	sessionOut  struct{ Body AgentSessionDetail }
	seatsOut    struct {
		Body struct {
			MapVersion int         `json:"mapVersion"`
			Seats      []AgentSeat `json:"seats" doc:"In the order of the two-bit snapshot"`
		}
	}
)

func (h *handlers) catalogue(api *httpx.API) {
	as(h, api, op("me", "GET", "/me", "Who you are here, with your limits"), func(_ context.Context, a channel.Agent, _ *struct{}) (*meOut, error) { return &meOut{a}, nil })
	as(h, api, op("venues", "GET", "/venues", "Venues with their halls"), func(ctx context.Context, _ channel.Agent, in *page.Request) (*venuesOut, error) {
		list, err := h.Venues.List(ctx, *in)
		return &venuesOut{list}, err
	})
	as(h, api, op("shows", "GET", "/shows", "Shows that are performed"), func(ctx context.Context, _ channel.Agent, in *page.Request) (*showsOut, error) {
		list, err := h.Shows.List(ctx, "active", *in)
		out := &showsOut{page.Page[AgentShow]{Items: []AgentShow{}, Next: list.Next}}
		for _, s := range list.Items {
			out.Body.Items = append(out.Body.Items, showOf(s))
		}
		return out, err
	})
	as(h, api, op("sessions", "GET", "/sessions", "Sessions by start, those that have begun left out"), func(ctx context.Context, _ channel.Agent, in *sessionsIn) (*sessionsOut, error) {
		list, err := h.Sessions(ctx, in.Show, in.From, in.To, in.Request)
		out := &sessionsOut{page.Page[AgentSession]{Items: []AgentSession{}, Next: list.Next}}
		for _, s := range list.Items {
			out.Body.Items = append(out.Body.Items, sessionOf(s))
		}
		return out, err
	})
	o := op("session", "GET", "/sessions/{session}", "A session with zones, prices, terms and what must be told to buyers")
	o.Errors = []int{404}
	as(h, api, o, h.session)
	o = op("seats", "GET", "/sessions/{session}/seats", "The seats of a session in words")
	o.Errors = []int{404}
	as(h, api, o, h.seats)
	o = op("changes", "GET", "/changes", "What changed in the catalogue, in order and without gaps")
	o.Detail = "At most 500 at once. Load what is named again; the same thing may be named several times. A change of prices or seats is one of its session; of a package, load the list of packages again: one that is not there is not yours to sell now."
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *changesIn) (*changesOut, error) {
		out := &changesOut{}
		var err error
		out.Body.Items, out.Body.Next, err = h.Changes(ctx, in.Since, 500)
		return out, err
	})
}

func (h *handlers) session(ctx context.Context, a channel.Agent, in *BySession) (*sessionOut, error) {
	l, err := h.Listing(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	out := &sessionOut{AgentSessionDetail{
		AgentSession: sessionOf(l.Session), Title: l.Show.Title, Organiser: l.Show.Organiser, Seller: a.Name, Approval: l.Approval, Audience: l.Session.Audience,
		Venue: l.Venue.Name, HallName: l.Hall.Name, Address: l.Venue.Address, TimeZone: l.Venue.Zone, Rules: l.Session.Rules, Terms: l.Terms, RulesHash: l.Rules,
		Documents: channel.Documents(), Zones: []AgentZone{}, Areas: []AgentArea{}, Kinds: []AgentKind{},
	}}
	if l.Map == nil {
		return out, nil
	}
	out.Body.MapVer, out.Body.Kinds = l.Map.Version, kindsOf(l.Map)
	for no, z := range l.Map.Zones {
		if z.Name != "" {
			out.Body.Zones = append(out.Body.Zones, zoneOf(l.Map, no))
		}
	}
	for _, x := range l.Map.Areas {
		out.Body.Areas = append(out.Body.Areas, AgentArea{x.ID, x.Label, x.Level, x.Zone, x.Capacity})
	}
	return out, nil
}

func (h *handlers) seats(ctx context.Context, _ channel.Agent, in *BySession) (*seatsOut, error) {
	l, err := h.Listing(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	out := &seatsOut{}
	out.Body.Seats = []AgentSeat{}
	if l.Map == nil {
		return out, nil
	}
	out.Body.MapVersion = l.Map.Version
	for _, id := range l.Map.Seats {
		p := l.Map.Places[id]
		out.Body.Seats = append(out.Body.Seats, AgentSeat{id, p.Level, p.Section, p.Row, p.Number, p.Zone, p.Kind, p.View, p.Note})
	}
	return out, nil
}

type (
	stockOut       struct{ Body channel.Stock }
	stockChangesIn struct {
		BySession
		Since string `query:"since" maxLength:"60" doc:"cursor of the last answer; none: all seats"`
	}
)
type stockChangesOut struct{ Body channel.StockChange }

func (h *handlers) stock(api *httpx.API) {
	o := op("stock", "GET", "/sessions/{session}/stock", "Live stock by zone and standing area")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, a channel.Agent, in *BySession) (*stockOut, error) {
		s, err := h.Stock(ctx, a, in.Session)
		return &stockOut{s}, err
	})
	o = op("stockChanges", "GET", "/sessions/{session}/stock/changes", "Seats whose state changed since a cursor")
	o.Detail, o.Errors = "full says that the cursor was too old and all seats are told.", []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *stockChangesIn) (*stockChangesOut, error) {
		c, err := h.StockSince(ctx, in.Session, in.Since)
		return &stockChangesOut{c}, err
	})
	o = op("stockSnapshot", "GET", "/sessions/{session}/stock/snapshot", "The state of every seat, two bits each")
	o.Detail = "Bytes P S 1, varint version, varint count, then two bits a seat from the low end: 0 free, 1 held, 2 sold, 3 not for sale; seats in the order of /seats. X-Stock-Cursor is the cursor."
	o.Errors = []int{404}
	api.Raw(o, h.raw(func(c *fiber.Ctx, ctx context.Context, _ channel.Agent) error {
		id, err := ids.Parse(c.Params("session"))
		if err != nil {
			return show.ErrSessionNotFound
		}
		b, cursor, err := h.Snapshot(ctx, id)
		if err != nil {
			return err
		}
		c.Set("X-Stock-Cursor", cursor)
		c.Set(fiber.HeaderContentType, "application/vnd.parterre.status")
		return c.Send(b)
	}))
}
