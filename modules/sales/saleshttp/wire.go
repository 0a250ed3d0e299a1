package saleshttp

import (
	"slices"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/discount"
)

// SalePlace is a place in words and by id.
type SalePlace struct {
	Seat     int32     `json:"seat"`
	Text     string    `json:"text" doc:"The place in words, as printed"`
	Level    string    `json:"level"`
	Section  string    `json:"section"`
	Row      string    `json:"row"`
	Number   string    `json:"number"`
	Zone     int       `json:"zone"`
	Price    money.Fen `json:"price"`
	View     string    `json:"view" doc:"Empty, partial or blocked; the note says more (RL-18)"`
	Note     string    `json:"note"`
	Entrance string    `json:"entrance,omitempty" doc:"The way in, as printed"`
	Gate     string    `json:"gate,omitempty" doc:"The gate of admission, as printed"`
}

func placeOf(m *sales.Map, seat int32, price money.Fen) SalePlace {
	p := m.Places[seat]
	return SalePlace{Seat: seat, Text: p.Text(), Level: p.Level, Section: p.Section, Row: p.Row, Number: p.Number, Zone: p.Zone, Price: price, View: p.View, Note: p.Note, Entrance: p.Entrance, Gate: p.Gate}
}

// SaleWhy says why best available chose what it chose.
type SaleWhy struct {
	Reasons   []string `json:"reasons" doc:"Stable codes: together, split, no_orphan, orphan, aisle, companion, whole_unit, standing, view_limited, lowest_cost"`
	Stretches int      `json:"stretches" doc:"Stretches of seats that were compared"`
	Parts     int      `json:"parts"`
}

// SaleHold is a hold on seats.
type SaleHold struct {
	Hold        ids.ID          `json:"hold"`
	Session     ids.ID          `json:"session"`
	Places      []SaleHoldPlace `json:"places"`
	Kinds       []SaleOffer     `json:"kinds" doc:"What the places cost as each kind of ticket; empty where there is the full price only"`
	Amount      money.Fen       `json:"amount"`
	ExpiresAt   time.Time       `json:"expiresAt"`
	SecondsLeft int             `json:"secondsLeft" doc:"By the server's clock"`
	Why         *SaleWhy        `json:"why,omitempty"`
}

func holdOf(m *sales.Map, h sales.Held) SaleHold {
	out := SaleHold{Hold: h.Hold, Session: h.Session, Places: []SaleHoldPlace{}, Kinds: offersOf(m, h.Offers), Amount: h.Amount, ExpiresAt: h.Expires, SecondsLeft: int(h.Left / time.Second)}
	for _, l := range h.Lines {
		out.Places = append(out.Places, SaleHoldPlace{placeOf(m, l.Seat, l.Price), l.Kind})
	}
	if e := h.Explain; e != nil {
		out.Why = &SaleWhy{Reasons: e.Reasons, Stretches: e.Stretches, Parts: len(e.Parts)}
	}
	return out
}

// SaleWant asks for the best available seats.
type SaleWant struct {
	N           int       `json:"n" minimum:"1" maximum:"100" doc:"Seats in all, wheelchair and companion places included"`
	Zones       []uint16  `json:"zones,omitempty" maxItems:"200" doc:"Acceptable zones; none: any on sale"`
	MaxPrice    money.Fen `json:"maxPrice,omitempty" minimum:"0" doc:"Per ticket, fen"`
	Budget      money.Fen `json:"budget,omitempty" minimum:"0" doc:"For all, fen"`
	Views       string    `json:"views,omitempty" enum:",any,no-blocked,clear"`
	Wheelchairs int       `json:"wheelchairs,omitempty" minimum:"0" maximum:"100"`
	Together    bool      `json:"together,omitempty" doc:"Refuse rather than split"`
	Aisle       bool      `json:"aisle,omitempty"`
	Couple      bool      `json:"couple,omitempty"`
}

func (w *SaleWant) want() *engine.Want {
	if w == nil {
		return nil
	}
	views := map[string]engine.Views{"no-blocked": engine.NoBlocked, "clear": engine.OnlyClear}[w.Views]
	return &engine.Want{
		N: w.N, Zones: w.Zones, MaxPrice: int64(w.MaxPrice), Budget: int64(w.Budget), Views: views, Wheelchairs: w.Wheelchairs,
		Together: w.Together, Aisle: w.Aisle, Couple: w.Couple, Explain: true,
	}
}

// SaleStanding asks for n places of a standing area.
type SaleStanding struct {
	Area int32 `json:"area"`
	N    int   `json:"n" minimum:"1" maximum:"1000"`
}

// SaleChoice is what is to be held: seats, standing places, the best, or all of these.
type SaleChoice struct {
	ID         ids.ID         `json:"id" doc:"Made by the client; the same id gets the same hold"`
	Session    ids.ID         `json:"session"`
	Seats      []int32        `json:"seats,omitempty" maxItems:"1000"`
	Standing   []SaleStanding `json:"standing,omitempty" maxItems:"50"`
	Best       *SaleWant      `json:"best,omitempty"`
	Accessible bool           `json:"accessible,omitempty" doc:"The buyer needs the wheelchair or companion places that are named"`
	Kinds      []string       `json:"kinds,omitempty" maxItems:"1000" doc:"Kind of ticket per place in the order of the answer; absent: full price"`
}

func (c SaleChoice) choice() sales.Choice {
	out := sales.Choice{Key: c.ID, Session: c.Session, Seats: c.Seats, Want: c.Best.want(), Accessible: c.Accessible, Kinds: c.Kinds}
	for _, s := range c.Standing {
		out.Standing = append(out.Standing, engine.StandingWant{Area: s.Area, N: s.N})
	}
	return out
}

// SalePerson is who a ticket is for.
type SalePerson struct {
	Name     string        `json:"name" minLength:"1" maxLength:"60"`
	Kind     identity.Kind `json:"kind" enum:"1,2,3,4,5,6,7"`
	Number   string        `json:"number" minLength:"1" maxLength:"60"`
	Guardian bool          `json:"guardian,omitempty" doc:"A guardian comes along and has agreed; needed under 14 (RL-14)"`
}

// SaleNew makes an order of a hold.
type SaleNew struct {
	ID      ids.ID       `json:"id" doc:"Made by the client: the order's id and idempotency key"`
	Session ids.ID       `json:"session"`
	Hold    ids.ID       `json:"hold"`
	People  []SalePerson `json:"people,omitempty" maxItems:"1000" doc:"One a seat in the hold's order where tickets carry names, one where orders do, else none"`
	Phone   string       `json:"phone,omitempty" maxLength:"20"`
	Consent bool         `json:"consent,omitempty" doc:"The rules shown were accepted (RL-6)"`
	Rules   string       `json:"rulesHash,omitempty" maxLength:"64" doc:"The disclosures' rulesHash: refused when the rules have changed since"`
	Codes   []string     `json:"codes,omitempty" maxItems:"10" doc:"Of vouchers"`
	Due     *money.Fen   `json:"due,omitempty" minimum:"0" doc:"What was shown as due after discounts, fen: refused with sales.price_changed when it is another"`
}

func (n SaleNew) order() sales.NewOrder {
	out := sales.NewOrder{ID: n.ID, Session: n.Session, Hold: n.Hold, Phone: n.Phone, Consent: n.Consent, Rules: n.Rules, Codes: n.Codes, Due: n.Due}
	for _, p := range n.People {
		out.People = append(out.People, sales.Person{Name: p.Name, Kind: p.Kind, Number: p.Number, Guardian: p.Guardian})
	}
	return out
}

// SaleTicket is one place of an order, with its ticket once there is one.
type SaleTicket struct {
	SalePlace
	State  string          `json:"state" enum:"ordered,valid,refunded,exchanged,void" doc:"ordered: no ticket yet"`
	Code   string          `json:"code,omitempty" doc:"Ticket code"`
	QR     string          `json:"qr,omitempty" doc:"Address of the QR code as SVG, while the ticket is valid"`
	Person *identity.Shown `json:"person,omitempty" doc:"Masked"`
	Kind   string          `json:"kind"`
	SoldAt *time.Time      `json:"soldAt,omitempty"`
	Prints int             `json:"prints"`
	List   money.Fen       `json:"list" doc:"Before discounts, fen; the price is what was paid"`
	Off    []discount.Off  `json:"off" doc:"What each discount took off"`
}

// SalePayment is one try to pay.
type SalePayment struct {
	ID       ids.ID     `json:"id"`
	Provider string     `json:"provider"`
	Amount   money.Fen  `json:"amount"`
	State    string     `json:"state" enum:"waiting,paid,closed,reversed"`
	Ref      string     `json:"ref"`
	PaidAt   *time.Time `json:"paidAt,omitempty"`
}

// SaleRefund is money on its way back.
type SaleRefund struct {
	ID        ids.ID     `json:"id"`
	Order     ids.ID     `json:"order"`
	Seats     []int32    `json:"seats"`
	Paid      money.Fen  `json:"paid"`
	Fee       money.Fen  `json:"fee"`
	Back      money.Fen  `json:"back"`
	Reason    string     `json:"reason"`
	State     string     `json:"state" enum:"asked,seats_back,done,refused"`
	AskedBy   string     `json:"askedBy"`
	CreatedAt time.Time  `json:"createdAt"`
	DoneAt    *time.Time `json:"doneAt,omitempty"`
}

func refundOf(f sales.Refund) SaleRefund {
	return SaleRefund{
		ID: f.ID, Order: f.Order, Seats: append([]int32{}, f.Seats...), Paid: f.Paid, Fee: f.Fee, Back: f.Paid - f.Fee, Reason: f.Reason, State: f.State,
		AskedBy: f.AskedBy, CreatedAt: f.CreatedAt, DoneAt: f.DoneAt,
	}
}

// SaleTier is a refund tier with its last moment.
type SaleTier struct {
	Until       time.Time `json:"until" doc:"The tier ends here"`
	HoursBefore int       `json:"hoursBefore"`
	FeePerMille int       `json:"feePerMille"`
}

// SaleOrder is an order in a list.
type SaleOrder struct {
	ID          ids.ID     `json:"id"`
	Number      string     `json:"number" doc:"Short name for people"`
	Session     ids.ID     `json:"session"`
	Title       string     `json:"title"`
	TitleEn     string     `json:"titleEn"`
	StartsAt    time.Time  `json:"startsAt"`
	Channel     string     `json:"channel" enum:"online,counter,agent"`
	State       string     `json:"state" enum:"pending,paid,confirmed,expired,cancelled,refund_due,refunded"`
	Amount      money.Fen  `json:"amount"`
	Places      int        `json:"places"`
	CreatedAt   time.Time  `json:"createdAt"`
	ExpiresAt   time.Time  `json:"expiresAt"`
	SecondsLeft int        `json:"secondsLeft" doc:"To pay, by the server's clock; 0 when there is nothing to wait for"`
	ConfirmedAt *time.Time `json:"confirmedAt,omitempty"`
}

// SaleOrderDetail is all that is shown of an order.
type SaleOrderDetail struct {
	SaleOrder
	Hold       ids.ID        `json:"hold"`
	Bundle     *ids.ID       `json:"bundle,omitempty" doc:"The package order that it is part of; its exchanges and refunds follow the package's rules"`
	Pickup     string        `json:"pickup,omitempty" doc:"Pickup code: ten digits by which a counter finds the order and prints its tickets; only for its buyer, once it is paid"`
	Venue      string        `json:"venue"`
	Hall       string        `json:"hall"`
	Address    string        `json:"address"`
	Zone       string        `json:"zone" doc:"IANA time zone"`
	DoorsAt    time.Time     `json:"doorsAt"`
	EndsAt     time.Time     `json:"endsAt"`
	Organiser  string        `json:"organiser"`
	Phone      string        `json:"phone" doc:"Masked"`
	Tickets    []SaleTicket  `json:"tickets"`
	PDF        string        `json:"pdf,omitempty" doc:"Address of the tickets as PDF, while there are any"`
	Payments   []SalePayment `json:"payments"`
	Refunds    []SaleRefund  `json:"refunds"`
	Tiers      []SaleTier    `json:"tiers"`
	PaidFen    money.Fen     `json:"paid" doc:"What was paid, fen"`
	BackFen    money.Fen     `json:"back" doc:"What went back or is on its way, fen"`
	Refundable bool          `json:"refundable" doc:"Whether a refund is possible now"`
	BindBy     *time.Time    `json:"bindBy,omitempty" doc:"Some tickets have no person yet: to be named until then (RL-3)"`
}

func left(o sales.Order, now time.Time) int {
	if o.State != sales.Pending || !now.Before(o.ExpiresAt) {
		return 0
	}
	return int(o.ExpiresAt.Sub(now) / time.Second)
}

// orderOf is a detail on the wire; base is where its documents are.
func orderOf(d sales.Detail, base string, now time.Time) SaleOrderDetail {
	o := d.Order
	out := SaleOrderDetail{
		SaleOrder: SaleOrder{
			ID: o.ID, Number: o.Number(), Session: o.Session, Title: d.Show.Title, TitleEn: d.Show.TitleEn, StartsAt: d.Session.StartsAt,
			Channel: o.Channel, State: o.State, Amount: o.Amount, Places: len(o.Lines), CreatedAt: o.CreatedAt, ExpiresAt: o.ExpiresAt, SecondsLeft: left(o, now), ConfirmedAt: o.ConfirmedAt,
		},
		Hold: o.Hold, Venue: d.Venue.Name, Hall: d.Hall.Name, Address: d.Venue.Address, Zone: d.Venue.Zone, DoorsAt: d.Session.DoorsAt, EndsAt: d.Session.EndsAt, Organiser: d.Show.Organiser, Phone: d.Phone,
		Tickets: []SaleTicket{}, Payments: []SalePayment{}, Refunds: []SaleRefund{}, Tiers: []SaleTier{},
	}
	if !d.Bundle.IsZero() {
		out.Bundle = &d.Bundle
	}
	tickets(&out, d, base+"/"+o.ID.String())
	for _, p := range d.Payments {
		out.Payments = append(out.Payments, SalePayment{ID: p.ID, Provider: p.Provider, Amount: p.Amount, State: p.State, Ref: p.Ref, PaidAt: p.PaidAt})
		if p.State == "paid" {
			out.PaidFen += p.Amount
		}
	}
	for _, f := range d.Refunds {
		out.Refunds = append(out.Refunds, refundOf(f))
		if f.State != "refused" {
			out.BackFen += f.Paid - f.Fee
		}
	}
	for _, t := range d.Session.Rules.Refunds {
		until := d.Session.StartsAt.Add(-time.Duration(t.HoursBefore) * time.Hour)
		out.Tiers = append(out.Tiers, SaleTier{until, t.HoursBefore, t.FeePerMille})
		out.Refundable = out.Refundable || o.State == sales.Confirmed && !now.After(until)
	}
	out.Refundable = out.Refundable || o.State == sales.Confirmed && d.Session.State == "cancelled"
	if d.Session.Rules.RealName.PerTicket && slices.ContainsFunc(out.Tickets, func(t SaleTicket) bool { return t.State == "valid" && t.Person == nil }) {
		until := sales.BindDeadline(d.Session)
		out.BindBy = &until
	}
	return out
}

func tickets(out *SaleOrderDetail, d sales.Detail, base string) {
	person := func(id ids.ID) *identity.Shown {
		if p, ok := d.People[id]; ok {
			return &p
		}
		return nil
	}
	for _, t := range d.Tickets {
		sold := t.SoldAt
		w := SaleTicket{SalePlace: placeOf(d.Map, t.Seat, t.Price), State: t.State, Code: t.Code, Person: person(t.Person), Kind: t.Kind, SoldAt: &sold, Prints: t.Prints, List: t.Price, Off: []discount.Off{}}
		if l, ok := lineAt(d.Order, t.Seat); ok && l.Price == t.Price && t.State != "exchanged" {
			w.List, w.Off = fullPrice(l), append(w.Off, l.Off...)
		}
		if t.State == "valid" {
			w.QR = base + "/tickets/" + itoa(t.Seat) + "/qr.svg"
			out.PDF = base + "/tickets.pdf"
		}
		out.Tickets = append(out.Tickets, w)
	}
	if len(d.Tickets) > 0 {
		return
	}
	for _, l := range d.Order.Lines {
		out.Tickets = append(out.Tickets, SaleTicket{SalePlace: placeOf(d.Map, l.Seat, l.Price), State: "ordered", Person: person(l.Person), Kind: l.Kind, List: fullPrice(l), Off: append([]discount.Off{}, l.Off...)})
	}
}

func lineAt(o sales.Order, seat int32) (sales.Line, bool) {
	for _, l := range o.Lines {
		if l.Seat == seat {
			return l, true
		}
	}
	return sales.Line{}, false
}
