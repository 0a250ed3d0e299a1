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

// SaleReserve asks for a reservation: of a hold, or of places to be chosen.
type SaleReserve struct {
	SaleChoice
	Hold   ids.ID       `json:"hold,omitempty" doc:"A hold that becomes the reservation, instead of seats, standing or best"`
	Pool   string       `json:"pool,omitempty" maxLength:"60" doc:"Take from this pool of places that are held back; they stay held back (RL-2)"`
	Name   string       `json:"name" maxLength:"60" doc:"The contact"`
	Phone  string       `json:"phone,omitempty" maxLength:"20"`
	Note   string       `json:"note,omitempty" maxLength:"200"`
	Until  time.Time    `json:"until" doc:"The places are released then"`
	People []SalePerson `json:"people,omitempty" maxItems:"1000" doc:"One a place, or none yet. Documents count at once (RL-1)"`
}

// SaleReservation is a reservation.
type SaleReservation struct {
	ID        ids.ID      `json:"id"`
	Number    string      `json:"number" doc:"Short name for people"`
	Session   ids.ID      `json:"session"`
	Title     string      `json:"title"`
	TitleEn   string      `json:"titleEn"`
	StartsAt  time.Time   `json:"startsAt"`
	Hold      ids.ID      `json:"hold"`
	Owner     string      `json:"owner"`
	Channel   string      `json:"channel" enum:"counter,agent"`
	Name      string      `json:"name" doc:"Masked"`
	Phone     string      `json:"phone" doc:"Masked"`
	Note      string      `json:"note"`
	Places    []SalePlace `json:"places"`
	Named     bool        `json:"named" doc:"People are bound to the places"`
	Amount    money.Fen   `json:"amount" doc:"Due, fen"`
	ReleaseAt time.Time   `json:"releaseAt"`
	Seconds   int         `json:"secondsLeft" doc:"By the server's clock"`
	Extended  int         `json:"extended"`
	State     string      `json:"state" enum:"held,sold,released,expired"`
	Reason    string      `json:"reason"`
	EndedBy   string      `json:"endedBy"`
	EndedAt   *time.Time  `json:"endedAt,omitempty"`
	Order     *ids.ID     `json:"order,omitempty"`
	CreatedAt time.Time   `json:"createdAt"`
}

// SaleReservePolicy says how long and how much may be reserved.
type SaleReservePolicy struct {
	Session      *ids.ID    `json:"session,omitempty" doc:"Absent: for all sessions that have none of their own"`
	Own          bool       `json:"own" doc:"The session has a policy of its own"`
	LastMinutes  int        `json:"lastMinutes" minimum:"0" maximum:"43200" doc:"A reservation ends at least so long before the start"`
	LongestHours int        `json:"longestHours" minimum:"1" maximum:"8760"`
	MaxSeats     int        `json:"maxSeats" minimum:"1" maximum:"1000" doc:"Places of one reservation"`
	MaxPermille  int        `json:"maxPermille" minimum:"0" maximum:"1000" doc:"Of the places offered, reserved at one time"`
	Version      int        `json:"version"`
	Latest       *time.Time `json:"latest,omitempty" doc:"The last moment at which a reservation made now may end"`
}

type (
	reserveIn         struct{ Body SaleReserve }
	reservationOut    struct{ Body SaleReservation }
	reservationsOut   struct{ Body page.Page[SaleReservation] }
	reservePolicyOut  struct{ Body SaleReservePolicy }
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
			Reason string  `json:"reason" maxLength:"200"`
			Seats  []int32 `json:"seats,omitempty" maxItems:"1000" doc:"Empty: all"`
		}
	}
	sellReservationIn struct {
		ByReservation
		Body struct {
			ID      ids.ID       `json:"id" doc:"Made by the client: the order's id"`
			People  []SalePerson `json:"people,omitempty" maxItems:"1000" doc:"None where the reservation has them"`
			Phone   string       `json:"phone,omitempty" maxLength:"20"`
			Consent bool         `json:"consent,omitempty"`
			Method  string       `json:"method" enum:"cash,card,wechat,alipay,transfer"`
			Taken   money.Fen    `json:"taken,omitempty" minimum:"0"`
		}
	}
	reservePolicyIn struct {
		Session ids.ID `query:"session"`
	}
	setReservePolicyIn struct {
		Session ids.ID `query:"session"`
		Body    struct {
			LastMinutes  int `json:"lastMinutes" minimum:"0" maximum:"43200"`
			LongestHours int `json:"longestHours" minimum:"1" maximum:"8760"`
			MaxSeats     int `json:"maxSeats" minimum:"1" maximum:"1000"`
			MaxPermille  int `json:"maxPermille" minimum:"0" maximum:"1000"`
			Version      int `json:"version" minimum:"0"`
		}
	}
)

// ByReservation names a reservation.
type ByReservation struct {
	Reservation ids.ID `path:"reservation"`
}

func (h *handlers) reserve(api *httpx.API) {
	o := op("reserve", "POST", "/reservations", "Reserve places for a contact without payment", "sales.sell")
	o.Detail, o.Status, o.Errors = keyed+" Released at its time by itself. sales.reserve_until, sales.reserve_too_many and sales.reserve_share by the session's policy.", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, func(ctx context.Context, in *reserveIn) (*reservationOut, error) {
		return h.shownReservation(ctx)(h.Sales.Reserve(ctx, in.Body.reservation(), "counter"))
	})
	httpx.Register(api, op("reservations", "GET", "/reservations", "Reservations, newest first; contacts are masked", "sales.read"), h.reservations)
	o = op("reservation", "GET", "/reservations/{reservation}", "One reservation", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByReservation) (*reservationOut, error) {
		return h.shownReservation(ctx)(h.Sales.Reservation(ctx, in.Reservation))
	})
	o = op("extendReservation", "POST", "/reservations/{reservation}/extend", "Move a reservation's release time", "sales.sell")
	o.Detail, o.Errors = "The same time again has no second effect.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *extendReservationIn) (*reservationOut, error) {
		return h.shownReservation(ctx)(h.Sales.ExtendReservation(ctx, in.Reservation, in.Body.Until))
	})
	o = op("releaseReservation", "POST", "/reservations/{reservation}/release", "Release places of a reservation, with the reason", "sales.sell")
	o.Detail, o.Errors = "Releasing what is released has no second effect.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *releaseReservationIn) (*reservationOut, error) {
		return h.shownReservation(ctx)(h.Sales.ReleaseReservation(ctx, in.Reservation, in.Body.Seats, in.Body.Reason))
	})
	o = op("sellReservation", "POST", "/reservations/{reservation}/sales", "Sell a reservation: order, payment and tickets in one", "sales.sell")
	o.Detail, o.Status, o.Errors = keyed, 201, []int{404, 409, 410}
	httpx.Register(api, o, h.sellReservation)
	o = op("reservePolicy", "GET", "/reserve-policy", "How long and how much may be reserved", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *reservePolicyIn) (*reservePolicyOut, error) {
		p, err := h.Sales.ReservePolicyOf(ctx, in.Session)
		return h.reservePolicyOf(ctx, in.Session, p, err)
	})
	o = op("setReservePolicy", "PUT", "/reserve-policy", "Set how long and how much may be reserved", "inventory.manage")
	o.Detail, o.Errors, o.Mode = "Without a session for all that have no policy of their own. version is the one that was read.", []int{404, 409}, httpx.Auto
	httpx.Register(api, o, func(ctx context.Context, in *setReservePolicyIn) (*reservePolicyOut, error) {
		b := in.Body
		p, err := h.Sales.SetReservePolicy(ctx, sales.ReservePolicy{Session: in.Session, LastMinutes: b.LastMinutes, LongestHours: b.LongestHours, MaxSeats: b.MaxSeats, MaxPermille: b.MaxPermille, Version: b.Version})
		return h.reservePolicyOf(ctx, in.Session, p, err)
	})
}

func (r SaleReserve) reservation() sales.NewReservation {
	return sales.NewReservation{
		Choice: r.choice(), Hold: r.Hold, Pool: r.Pool, Name: r.Name, Phone: r.Phone, Note: r.Note, Until: r.Until,
		People: SaleNew{People: r.People}.order().People,
	}
}

func (h *handlers) reservePolicyOf(ctx context.Context, session ids.ID, p sales.ReservePolicy, err error) (*reservePolicyOut, error) {
	if err != nil {
		return nil, err
	}
	out := &reservePolicyOut{SaleReservePolicy{Own: !p.Session.IsZero() && p.Version > 0, LastMinutes: p.LastMinutes, LongestHours: p.LongestHours, MaxSeats: p.MaxSeats, MaxPermille: p.MaxPermille, Version: p.Version}}
	if session.IsZero() {
		return out, nil
	}
	se, _, err := h.Shows.Session(ctx, session)
	if err != nil {
		return nil, err
	}
	latest := p.Latest(h.Sales.DB.Clock().Now(), se.StartsAt)
	out.Body.Session, out.Body.Latest = &session, &latest
	return out, nil
}

// shownReservation answers what a step returned.
func (h *handlers) shownReservation(ctx context.Context) func(sales.Reservation, error) (*reservationOut, error) {
	return func(r sales.Reservation, err error) (*reservationOut, error) {
		if err != nil {
			return nil, err
		}
		w, err := h.reservationOf(ctx, r)
		return &reservationOut{w}, err
	}
}

func (h *handlers) reservationOf(ctx context.Context, r sales.Reservation) (SaleReservation, error) {
	se, sh, err := h.Shows.Session(ctx, r.Session)
	if err != nil {
		return SaleReservation{}, err
	}
	m, err := h.Maps.Map(ctx, r.Session)
	if err != nil {
		return SaleReservation{}, err
	}
	w := SaleReservation{
		ID: r.ID, Number: r.Number(), Session: r.Session, Title: sh.Title, TitleEn: sh.TitleEn, StartsAt: se.StartsAt, Hold: r.Hold, Owner: r.Owner, Channel: r.Channel,
		Name: r.NameShown, Phone: r.PhoneShown, Note: r.Note, Places: []SalePlace{}, ReleaseAt: r.ReleaseAt, Extended: r.Extended, State: r.State, Reason: r.Reason,
		EndedBy: r.EndedBy, EndedAt: r.EndedAt, CreatedAt: r.CreatedAt,
	}
	if !r.Order.IsZero() {
		w.Order = &r.Order
	}
	if left := r.ReleaseAt.Sub(h.Sales.DB.Clock().Now()); r.State == sales.ReservationHeld && left > 0 {
		w.Seconds = int(left / time.Second)
	}
	for _, l := range r.Lines {
		w.Places = append(w.Places, placeOf(m, l.Seat, l.Price))
		w.Amount += l.Price
		w.Named = w.Named || !l.Person.IsZero()
	}
	return w, nil
}

func (h *handlers) reservations(ctx context.Context, in *reservationListIn) (*reservationsOut, error) {
	list, err := h.Sales.Reservations(ctx, sales.ReservationFilter{Session: in.Session, State: in.State}, in.Request)
	if err != nil {
		return nil, err
	}
	out := &reservationsOut{Body: page.Page[SaleReservation]{Items: []SaleReservation{}, Next: list.Next}}
	for _, r := range list.Items {
		w, err := h.reservationOf(ctx, r)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, w)
	}
	return out, nil
}

func (h *handlers) sellReservation(ctx context.Context, in *sellReservationIn) (*counterSaleOut, error) {
	b := in.Body
	n := SaleNew{ID: b.ID, People: b.People, Phone: b.Phone, Consent: b.Consent}.order()
	o, err := h.Sales.SellReservation(ctx, in.Reservation, sales.CounterSale{NewOrder: n, Method: b.Method, Taken: b.Taken})
	if err != nil {
		return nil, err
	}
	shown, err := h.shownOrder(ctx, o.ID, counterBase)
	if err != nil {
		return nil, err
	}
	out := &counterSaleOut{}
	out.Body.Order = shown.Body
	if b.Method == "cash" {
		out.Body.Change = b.Taken - o.Amount
	}
	return out, nil
}
