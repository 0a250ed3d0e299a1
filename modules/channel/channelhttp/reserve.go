package channelhttp

import (
	"context"
	"time"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
	"parterre/modules/sales/discount"
)

// AgentReserve keeps places without payment: a lock's, or places to be chosen.
type AgentReserve struct {
	ID       ids.ID          `json:"id" doc:"Made by you: the reservation's id"`
	Session  ids.ID          `json:"session"`
	Lock     ids.ID          `json:"lock,omitempty" doc:"A lock that becomes the reservation, instead of seats, standing or best"`
	Seats    []int32         `json:"seats,omitempty" maxItems:"1000"`
	Standing []AgentStanding `json:"standing,omitempty" maxItems:"20"`
	Best     *AgentBest      `json:"best,omitempty"`
	Name     string          `json:"name" minLength:"1" maxLength:"60" doc:"The contact"`
	Phone    string          `json:"phone,omitempty" maxLength:"20"`
	Note     string          `json:"note,omitempty" maxLength:"200" doc:"No personal data"`
	Until    time.Time       `json:"until" doc:"The places are released then"`
	People   []AgentPerson   `json:"people,omitempty" maxItems:"1000" doc:"One a place, or none yet. Documents count at once (RL-1)"`
}

// AgentReservation is a reservation of yours.
type AgentReservation struct {
	ID          ids.ID       `json:"id"`
	Number      string       `json:"number" doc:"Short name for people"`
	Session     ids.ID       `json:"session"`
	Name        string       `json:"name" doc:"Masked"`
	Phone       string       `json:"phone" doc:"Masked"`
	Note        string       `json:"note"`
	Places      []AgentPlace `json:"places"`
	Named       bool         `json:"named" doc:"People are bound to the places"`
	Amount      money.Fen    `json:"amount" doc:"Due, fen"`
	ReleaseAt   time.Time    `json:"releaseAt"`
	SecondsLeft int          `json:"secondsLeft" doc:"By the server's clock"`
	State       string       `json:"state" enum:"held,sold,released,expired"`
	Reason      string       `json:"reason"`
	Order       *ids.ID      `json:"order,omitempty"`
}

// AgentReservationSale sells a reservation.
type AgentReservationSale struct {
	ID        ids.ID        `json:"id" doc:"Made by you: the order's id"`
	People    []AgentPerson `json:"people,omitempty" maxItems:"1000" doc:"None where the reservation has them"`
	Phone     string        `json:"phone,omitempty" maxLength:"20"`
	Consent   bool          `json:"consent" doc:"The buyer was told the terms and your name, and agreed (RL-6)"`
	RulesHash string        `json:"rulesHash,omitempty" maxLength:"64"`
	Codes     []string      `json:"codes,omitempty" maxItems:"10" doc:"Voucher and discount codes"`
	Due       *money.Fen    `json:"due,omitempty" minimum:"0" doc:"What the buyer was told is due; another sum is refused"`
	Ref       string        `json:"ref,omitempty" maxLength:"60" doc:"Your own number; it is in the day's file. No personal data."`
}

// AgentPriceAsk asks what a lock costs.
type AgentPriceAsk struct {
	Codes  []string      `json:"codes,omitempty" maxItems:"10" doc:"Voucher and discount codes"`
	People []AgentPerson `json:"people,omitempty" maxItems:"100" doc:"One a place, for offers that ask for an age or count documents"`
}

// AgentPriceQuote is what a lock costs now, and why.
type AgentPriceQuote struct {
	Places []AgentPriceLine `json:"places"`
	List   money.Fen        `json:"list" doc:"Before discounts"`
	Due    money.Fen        `json:"due" doc:"Send it as due with the order: another sum is then refused"`
	Not    []discount.Not   `json:"not" doc:"Offers that do not apply, and why"`
}

// AgentPriceLine is one place's price.
type AgentPriceLine struct {
	Seat  int32          `json:"seat"`
	List  money.Fen      `json:"list"`
	Price money.Fen      `json:"price"`
	Off   []discount.Off `json:"off"`
}

// ByReservation names a reservation.
type ByReservation struct {
	Reservation ids.ID `path:"reservation"`
}

type (
	reserveIn         struct{ Body AgentReserve }
	reservationOut    struct{ Body AgentReservation }
	reservationsOut   struct{ Body page.Page[AgentReservation] }
	reservationListIn struct {
		page.Request
		Session ids.ID `query:"session"`
		State   string `query:"state" enum:"held,sold,released,expired"`
	}
	extendReservationIn struct {
		ByReservation
		Body struct {
			Until time.Time `json:"until"`
		}
	}
	releaseReservationIn struct {
		ByReservation
		Body struct {
			Reason string  `json:"reason" minLength:"1" maxLength:"200"`
			Seats  []int32 `json:"seats,omitempty" maxItems:"1000" doc:"Empty: all"`
		}
	}
	sellReservationIn struct {
		ByReservation
		Body AgentReservationSale
	}
	priceIn struct {
		ByLock
		Body AgentPriceAsk
	}
	priceOut struct{ Body AgentPriceQuote }
)

func (h *handlers) reserving(api *httpx.API) {
	o := op("price", "POST", "/sessions/{session}/locks/{lock}/price", "What a lock costs with discount codes, and why")
	o.Detail, o.Errors = "Uses nothing up. Refused: sales.voucher_*. Codes and offers that are not for agents are named in not.", []int{404, 409, 410, 429}
	as(h, api, o, h.price)
	o = op("reserve", "POST", "/reservations", "Keep places without payment until a time")
	o.Detail, o.Status, o.Errors = keyed+" Within the theatre's policy for reservations: sales.reserve_until names the latest time, sales.reserve_too_many and sales.reserve_share the most places. From your allotment first.", 201, []int{404, 409, 410, 429}
	as(h, api, o, func(ctx context.Context, a channel.Agent, in *reserveIn) (*reservationOut, error) {
		r, err := h.Reserve(ctx, a, in.Body.reservation())
		return h.reservationOf(ctx, r, err)
	})
	as(h, api, op("reservations", "GET", "/reservations", "Your reservations"), h.listReservations)
	o = op("reservation", "GET", "/reservations/{reservation}", "One reservation of yours")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByReservation) (*reservationOut, error) {
		r, err := h.Sales.Reservation(ctx, in.Reservation)
		return h.reservationOf(ctx, r, err)
	})
	o = op("extendReservation", "POST", "/reservations/{reservation}/extend", "Keep the places longer")
	o.Detail, o.Errors = "The same time again has no second effect.", []int{404, 409, 410}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *extendReservationIn) (*reservationOut, error) {
		r, err := h.Sales.ExtendReservation(ctx, in.Reservation, in.Body.Until)
		return h.reservationOf(ctx, r, err)
	})
	o = op("releaseReservation", "POST", "/reservations/{reservation}/release", "Give places of a reservation back")
	o.Detail, o.Errors = "What was released already is no error.", []int{404, 409}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *releaseReservationIn) (*reservationOut, error) {
		r, err := h.Sales.ReleaseReservation(ctx, in.Reservation, in.Body.Seats, in.Body.Reason)
		return h.reservationOf(ctx, r, err)
	})
	o = op("sellReservation", "POST", "/reservations/{reservation}/orders", "Sell a reservation: order and tickets in one commit")
	o.Detail, o.Status, o.Errors = keyed+" As confirm does of a lock.", 201, []int{404, 409, 410, 429}
	as(h, api, o, h.sellReservation)
}

func (n AgentReserve) reservation() sales.NewReservation {
	l := AgentLockNew{ID: n.ID, Session: n.Session, Seats: n.Seats, Standing: n.Standing, Best: n.Best}
	return sales.NewReservation{Choice: l.choice().Choice, Hold: n.Lock, Name: n.Name, Phone: n.Phone, Note: n.Note, Until: n.Until, People: peopleOf(n.People)}
}

func (h *handlers) price(ctx context.Context, _ channel.Agent, in *priceIn) (*priceOut, error) {
	if _, _, err := h.Session(ctx, in.Session); err != nil {
		return nil, err
	}
	q, err := h.Sales.QuoteForAgent(ctx, in.Session, in.Lock, in.Body.Codes, peopleOf(in.Body.People))
	if err != nil {
		return nil, err
	}
	out := AgentPriceQuote{Places: []AgentPriceLine{}, List: q.List, Due: q.Due, Not: append([]discount.Not{}, q.Not...)}
	for _, l := range q.Lines {
		x := AgentPriceLine{Seat: l.Seat, List: l.Price, Price: l.Price, Off: append([]discount.Off{}, l.Off...)}
		if len(l.Off) > 0 {
			x.List = l.List
		}
		out.Places = append(out.Places, x)
	}
	return &priceOut{out}, nil
}

func (h *handlers) listReservations(ctx context.Context, _ channel.Agent, in *reservationListIn) (*reservationsOut, error) {
	list, err := h.Sales.Reservations(ctx, sales.ReservationFilter{Session: in.Session, State: in.State}, in.Request)
	if err != nil {
		return nil, err
	}
	out := &reservationsOut{page.Page[AgentReservation]{Items: []AgentReservation{}, Next: list.Next}}
	for _, r := range list.Items {
		x, err := h.reservationOf(ctx, r, nil)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, x.Body)
	}
	return out, nil
}

func (h *handlers) sellReservation(ctx context.Context, a channel.Agent, in *sellReservationIn) (*orderOut, error) {
	b := in.Body
	n := channel.Confirmation{NewOrder: sales.NewOrder{ID: b.ID, People: peopleOf(b.People), Phone: b.Phone, Consent: b.Consent, Codes: b.Codes, Due: b.Due}, Ref: b.Ref, RulesHash: b.RulesHash}
	o, err := h.SellReservation(ctx, a, in.Reservation, n)
	if err != nil {
		return nil, err
	}
	x, err := h.order(ctx, o.ID)
	return &orderOut{x}, err
}

// reservationOf answers a reservation, unless what came before failed.
func (h *handlers) reservationOf(ctx context.Context, r sales.Reservation, failed error) (*reservationOut, error) {
	if failed != nil {
		return nil, failed
	}
	m, err := h.Maps.Map(ctx, r.Session)
	if err != nil {
		return nil, err
	}
	out := AgentReservation{
		ID: r.ID, Number: r.Number(), Session: r.Session, Name: r.NameShown, Phone: r.PhoneShown, Note: r.Note, Places: []AgentPlace{}, ReleaseAt: r.ReleaseAt, State: r.State, Reason: r.Reason,
	}
	if !r.Order.IsZero() {
		out.Order = &r.Order
	}
	if left := r.ReleaseAt.Sub(h.DB.Clock().Now()); r.State == sales.ReservationHeld && left > 0 {
		out.SecondsLeft = int(left / time.Second)
	}
	for _, l := range r.Lines {
		p := m.Places[l.Seat]
		out.Places, out.Amount = append(out.Places, AgentPlace{l.Seat, p.Text(), p.Zone, l.Price, l.Kind}), out.Amount+l.Price
		out.Named = out.Named || !l.Person.IsZero()
	}
	return &reservationOut{out}, nil
}
