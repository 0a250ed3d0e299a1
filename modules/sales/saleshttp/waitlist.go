package saleshttp

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

// SaleWaitPolicy says how what comes back is released.
type SaleWaitPolicy struct {
	Active       bool `json:"active" doc:"The list is open, and what comes back is collected for announced releases"`
	OfferList    bool `json:"offerList" doc:"A release goes to the list in the order of joining"`
	PublicRest   bool `json:"publicRest" doc:"What is left, or all, goes on public sale"`
	ClaimMinutes int  `json:"claimMinutes" minimum:"5" maximum:"2880" doc:"How long an offer stands"`
	FinalMinutes int  `json:"finalMinutes" minimum:"60" maximum:"43200" doc:"The last release, before the start; then nothing is collected any more"`
	Version      int  `json:"version" minimum:"0"`
}

func waitPolicyOf(p sales.WaitPolicy) SaleWaitPolicy {
	return SaleWaitPolicy{p.Active, p.OfferList, p.PublicRest, p.ClaimMinutes, p.FinalMinutes, p.Version}
}

// SaleWaitRelease is one announced release.
type SaleWaitRelease struct {
	ID          ids.ID     `json:"id"`
	At          time.Time  `json:"at"`
	OfferList   bool       `json:"offerList"`
	PublicRest  bool       `json:"publicRest"`
	State       string     `json:"state" enum:"announced,running,done,cancelled"`
	Collected   int        `json:"collected" doc:"Places when it began"`
	Offered     int        `json:"offered"`
	Bought      int        `json:"bought"`
	Lapsed      int        `json:"lapsed"`
	ToPublic    int        `json:"toPublic"`
	AnnouncedBy string     `json:"announcedBy,omitempty" doc:"For staff"`
	StartedAt   *time.Time `json:"startedAt,omitempty"`
	DoneAt      *time.Time `json:"doneAt,omitempty"`
}

// SaleWaitEntry is one place in the list.
type SaleWaitEntry struct {
	ID       ids.ID         `json:"id"`
	Session  ids.ID         `json:"session"`
	Title    string         `json:"title"`
	TitleEn  string         `json:"titleEn"`
	StartsAt time.Time      `json:"startsAt"`
	Places   int            `json:"places"`
	Zones    []int          `json:"zones" doc:"Acceptable zones; none: any"`
	MaxPrice money.Fen      `json:"maxPrice" doc:"Per ticket; 0: any"`
	Together bool           `json:"together"`
	Phone    string         `json:"phone" doc:"Masked"`
	JoinedAt time.Time      `json:"joinedAt"`
	State    string         `json:"state" enum:"waiting,offered,bought,left,lapsed,closed"`
	Reason   string         `json:"reason"`
	Ahead    int            `json:"ahead" doc:"How many wait before it"`
	EndedAt  *time.Time     `json:"endedAt,omitempty"`
	Offer    *SaleWaitOffer `json:"offer,omitempty"`
}

// SaleWaitOffer is places that are held for an entry.
type SaleWaitOffer struct {
	SaleHold
	State string  `json:"state" enum:"open,bought,lapsed"`
	Order *ids.ID `json:"order,omitempty" doc:"Made of it"`
}

// SaleWaitList is a session's waiting list.
type SaleWaitList struct {
	SaleWaitPolicy
	Open      bool              `json:"open" doc:"Whether one can join now"`
	Waiting   int               `json:"waiting" doc:"How many entries wait"`
	Collected int               `json:"collected" doc:"Places that wait for the next release"`
	FinalAt   time.Time         `json:"finalAt"`
	Next      *time.Time        `json:"next,omitempty" doc:"The next release that is announced"`
	Releases  []SaleWaitRelease `json:"releases"`
	Mine      *SaleWaitEntry    `json:"mine,omitempty"`
}

type (
	waitListOut   struct{ Body SaleWaitList }
	waitEntryOut  struct{ Body SaleWaitEntry }
	waitEntriesIn struct {
		page.Request
		Session ids.ID `query:"session"`
		State   string `query:"state" enum:"waiting,offered,bought,left,lapsed,closed"`
	}
	waitEntriesOut struct{ Body page.Page[SaleWaitEntry] }
	joinWaitIn     struct {
		BySession
		Body struct {
			ID       ids.ID    `json:"id" doc:"Made by the client"`
			Places   int       `json:"places" minimum:"1" maximum:"100"`
			Zones    []int     `json:"zones,omitempty" maxItems:"200"`
			MaxPrice money.Fen `json:"maxPrice,omitempty" minimum:"0" doc:"Per ticket, fen"`
			Together bool      `json:"together,omitempty"`
			Phone    string    `json:"phone,omitempty" maxLength:"20"`
			Notify   bool      `json:"notify,omitempty" doc:"Agrees to be sent a text message when there is an offer; kept in the ledger of consents"`
		}
	}
	setWaitPolicyIn struct {
		BySession
		Body SaleWaitPolicy
	}
	announceIn struct {
		BySession
		Body struct {
			ID ids.ID    `json:"id" doc:"Made by the client"`
			At time.Time `json:"at"`
		}
	}
)

// ByEntry names an entry of a waiting list.
type ByEntry struct {
	Entry ids.ID `path:"entry"`
}

// ByRelease names a release.
type ByRelease struct {
	Release ids.ID `path:"release"`
}

func (h *handlers) waitlist(api *httpx.API) {
	o := op("shopWaitList", "GET", "/shop/sessions/{session}/waitlist", "The waiting list of a session: rules, length, releases, my place", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.waitList)
	o = op("joinWaitList", "POST", "/shop/sessions/{session}/waitlist", "Join the waiting list of sold-out zones", "shop.buy")
	o.Detail, o.Status, o.Errors = keyed+" Fair by the time of joining. sales.wait_not_sold_out while there are places to buy.", 201, []int{404, 409}
	httpx.Register(api, o, h.joinWait)
	httpx.Register(api, op("myWaitEntries", "GET", "/shop/waitlist", "My entries with their offers, newest first", "shop.buy"), h.waitEntries)
	o = op("myWaitEntry", "GET", "/shop/waitlist/{entry}", "One entry of mine with its offer", "shop.buy")
	o.Detail, o.Errors = "An open offer is a hold: make an order of it as of any other hold before its time is over.", []int{404}
	httpx.Register(api, o, h.waitEntry)
	o = op("leaveWaitList", "DELETE", "/shop/waitlist/{entry}", "Leave the waiting list, or decline an offer", "shop.buy")
	o.Detail, o.Errors = "The offer goes to the next. Leaving twice has no second effect.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *ByEntry) (*waitEntryOut, error) {
		return h.shownEntry(ctx)(h.Sales.LeaveWait(ctx, in.Entry))
	})

	httpx.Register(api, op("waitEntries", "GET", "/waitlist", "Entries of waiting lists; phones are masked", "sales.read"), h.waitEntries)
	o = op("waitList", "GET", "/sessions/{session}/waitlist", "The waiting list of a session with its releases", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.waitList)
	o = op("setWaitPolicy", "PUT", "/sessions/{session}/waitlist", "Set how a session releases what comes back", "inventory.manage")
	o.Errors, o.Mode = []int{404, 409}, httpx.Auto
	httpx.Register(api, o, h.setWaitPolicy)
	o = op("announceRelease", "POST", "/sessions/{session}/releases", "Announce when what was collected is released", "inventory.manage")
	o.Detail, o.Status, o.Errors = keyed, 201, []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *announceIn) (*waitListOut, error) {
		if _, err := h.Sales.AnnounceRelease(ctx, in.Body.ID, in.Session, in.Body.At); err != nil {
			return nil, err
		}
		return h.waitList(ctx, &in.BySession)
	})
	o = op("cancelRelease", "DELETE", "/releases/{release}", "Take an announcement back before it begins", "inventory.manage")
	o.Errors, o.Mode = []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *ByRelease) (*struct{}, error) {
		_, err := h.Sales.CancelRelease(ctx, in.Release)
		return nil, err
	})
}

func (h *handlers) waitList(ctx context.Context, in *BySession) (*waitListOut, error) {
	w, err := h.Sales.WaitList(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	se, _, err := h.Shows.Session(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	now, final := h.Sales.DB.Clock().Now(), w.Policy.FinalAt(se.StartsAt)
	out := SaleWaitList{SaleWaitPolicy: waitPolicyOf(w.Policy), Waiting: w.Waiting, Collected: w.Collected, FinalAt: final, Releases: []SaleWaitRelease{}}
	out.Open = w.Policy.Active && w.Policy.OfferList && se.State == "on_sale" && now.Before(final)
	sc, _ := db.ScopeOf(ctx)
	staff := sc.Actor.Kind == db.ActorUser
	for _, r := range w.Releases {
		x := SaleWaitRelease{
			ID: r.ID, At: r.At, OfferList: r.OfferList, PublicRest: r.PublicRest, State: r.State, Collected: r.Collected, Offered: r.Offered, Bought: r.Bought, Lapsed: r.Lapsed, ToPublic: r.ToPublic,
			StartedAt: r.StartedAt, DoneAt: r.DoneAt,
		}
		if staff {
			x.AnnouncedBy = r.AnnouncedBy
		}
		if out.Next == nil && r.State == "announced" && r.At.After(now) {
			out.Next = &x.At
		}
		out.Releases = append(out.Releases, x)
	}
	if w.Mine != nil {
		mine, err := h.entryOf(ctx, *w.Mine)
		if err != nil {
			return nil, err
		}
		out.Mine = &mine
	}
	return &waitListOut{out}, nil
}

func (h *handlers) joinWait(ctx context.Context, in *joinWaitIn) (*waitEntryOut, error) {
	b := in.Body
	return h.shownEntry(ctx)(h.Sales.JoinWait(ctx, sales.WaitEntry{ID: b.ID, Session: in.Session, Places: b.Places, Zones: b.Zones, MaxPrice: b.MaxPrice, Together: b.Together, Notify: b.Notify}, b.Phone))
}

func (h *handlers) waitEntry(ctx context.Context, in *ByEntry) (*waitEntryOut, error) {
	return h.shownEntry(ctx)(h.Sales.WaitEntry(ctx, in.Entry))
}

func (h *handlers) waitEntries(ctx context.Context, in *waitEntriesIn) (*waitEntriesOut, error) {
	list, err := h.Sales.WaitEntries(ctx, in.Session, in.State, in.Request)
	if err != nil {
		return nil, err
	}
	out := &waitEntriesOut{Body: page.Page[SaleWaitEntry]{Items: []SaleWaitEntry{}, Next: list.Next}}
	for _, e := range list.Items {
		w, err := h.entryOf(ctx, e)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, w)
	}
	return out, nil
}

func (h *handlers) setWaitPolicy(ctx context.Context, in *setWaitPolicyIn) (*waitListOut, error) {
	b := in.Body
	_, err := h.Sales.SetWaitPolicy(ctx, sales.WaitPolicy{Session: in.Session, Active: b.Active, OfferList: b.OfferList, PublicRest: b.PublicRest, ClaimMinutes: b.ClaimMinutes, FinalMinutes: b.FinalMinutes, Version: b.Version})
	if err != nil {
		return nil, err
	}
	return h.waitList(ctx, &in.BySession)
}

func (h *handlers) shownEntry(ctx context.Context) func(sales.WaitEntry, error) (*waitEntryOut, error) {
	return func(e sales.WaitEntry, err error) (*waitEntryOut, error) {
		if err != nil {
			return nil, err
		}
		w, err := h.entryOf(ctx, e)
		return &waitEntryOut{w}, err
	}
}

func (h *handlers) entryOf(ctx context.Context, e sales.WaitEntry) (SaleWaitEntry, error) {
	se, sh, err := h.Shows.Session(ctx, e.Session)
	if err != nil {
		return SaleWaitEntry{}, err
	}
	w := SaleWaitEntry{
		ID: e.ID, Session: e.Session, Title: sh.Title, TitleEn: sh.TitleEn, StartsAt: se.StartsAt, Places: e.Places, Zones: append([]int{}, e.Zones...), MaxPrice: e.MaxPrice, Together: e.Together,
		Phone: e.PhoneShown, JoinedAt: e.JoinedAt, State: e.State, Reason: e.Reason, Ahead: e.Ahead, EndedAt: e.EndedAt,
	}
	o := e.Offer
	if o == nil {
		return w, nil
	}
	m, err := h.Maps.Map(ctx, e.Session)
	if err != nil {
		return w, err
	}
	held := sales.Held{Hold: o.Hold, Session: o.Session, Expires: o.ExpiresAt, Left: max(0, o.ExpiresAt.Sub(h.Sales.DB.Clock().Now()))}
	for i, seat := range o.Seats {
		held.Lines = append(held.Lines, sales.Line{Seat: seat, Price: o.Prices[i]})
		held.Amount += o.Prices[i]
	}
	w.Offer = &SaleWaitOffer{SaleHold: holdOf(m, held), State: o.State}
	if !o.Order.IsZero() {
		w.Offer.Order = &o.Order
	}
	return w, nil
}
