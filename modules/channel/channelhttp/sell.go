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
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/printing"
	"parterre/printing/ticket"
)

// AgentBest asks for the best available seats.
type AgentBest struct {
	N           int       `json:"n" minimum:"1" maximum:"100"`
	Zones       []uint16  `json:"zones,omitempty" maxItems:"200" doc:"Acceptable zones; none: any on sale"`
	MaxPrice    money.Fen `json:"maxPrice,omitempty" minimum:"0" doc:"Per ticket, fen"`
	Wheelchairs int       `json:"wheelchairs,omitempty" minimum:"0" maximum:"100"`
	Together    bool      `json:"together,omitempty" doc:"Refuse rather than split"`
}

// AgentStanding asks for n places of a standing area.
type AgentStanding struct {
	Area int32 `json:"area"`
	N    int   `json:"n" minimum:"1" maximum:"100"`
}

// AgentLockNew asks for a lock.
type AgentLockNew struct {
	ID         ids.ID          `json:"id" doc:"Made by you; the same id gets the same lock"`
	Session    ids.ID          `json:"session"`
	Seats      []int32         `json:"seats,omitempty" maxItems:"100"`
	Standing   []AgentStanding `json:"standing,omitempty" maxItems:"20"`
	Best       *AgentBest      `json:"best,omitempty"`
	Accessible bool            `json:"accessible,omitempty" doc:"The customer needs the wheelchair or companion places that are named"`
	Minutes    int             `json:"minutes,omitempty" minimum:"0" maximum:"60" doc:"0: as the session's rules say"`
	Kinds      []string        `json:"kinds,omitempty" maxItems:"100" doc:"Kind of ticket per place in the order of the answer; absent: full price"`
}

func (n AgentLockNew) choice() sales.AgentChoice {
	c := sales.AgentChoice{Choice: sales.Choice{Key: n.ID, Session: n.Session, Seats: n.Seats, Accessible: n.Accessible, Kinds: n.Kinds}, For: time.Duration(n.Minutes) * time.Minute}
	for _, s := range n.Standing {
		c.Standing = append(c.Standing, engine.StandingWant{Area: s.Area, N: s.N})
	}
	if b := n.Best; b != nil {
		c.Want = &engine.Want{N: b.N, Zones: b.Zones, MaxPrice: int64(b.MaxPrice), Wheelchairs: b.Wheelchairs, Together: b.Together}
	}
	return c
}

// AgentPlace is a place with its price.
type AgentPlace struct {
	Seat  int32     `json:"seat"`
	Text  string    `json:"text" doc:"In words, as printed"`
	Zone  int       `json:"zone"`
	Price money.Fen `json:"price"`
	Kind  string    `json:"kind" doc:"Of ticket"`
}

// AgentLock is places that nobody else can have for a while.
type AgentLock struct {
	ID          ids.ID       `json:"id"`
	Session     ids.ID       `json:"session"`
	Places      []AgentPlace `json:"places"`
	Amount      money.Fen    `json:"amount"`
	ExpiresAt   time.Time    `json:"expiresAt"`
	SecondsLeft int          `json:"secondsLeft" doc:"By the server's clock"`
}

// AgentPerson is who a ticket is for.
type AgentPerson struct {
	Name     string        `json:"name" minLength:"1" maxLength:"60"`
	Kind     identity.Kind `json:"kind" enum:"1,2,3,4,5,6,7"`
	Number   string        `json:"number" minLength:"1" maxLength:"60"`
	Guardian bool          `json:"guardian,omitempty" doc:"A guardian comes along and has agreed; needed under 14 (RL-14)"`
}

// AgentOrderNew makes an order of a lock.
type AgentOrderNew struct {
	ID        ids.ID        `json:"id" doc:"Made by you: the order's id"`
	Session   ids.ID        `json:"session"`
	Lock      ids.ID        `json:"lock"`
	People    []AgentPerson `json:"people,omitempty" maxItems:"100" doc:"One a place in the lock's order where tickets carry names, one where orders do, else none (RL-1)"`
	Phone     string        `json:"phone,omitempty" maxLength:"20"`
	Consent   bool          `json:"consent" doc:"The buyer was told the terms and your name, and agreed (RL-6)"`
	RulesHash string        `json:"rulesHash,omitempty" maxLength:"64"`
	Codes     []string      `json:"codes,omitempty" maxItems:"10" doc:"Voucher and discount codes"`
	Due       *money.Fen    `json:"due,omitempty" minimum:"0" doc:"What the buyer was told is due; another sum is refused: sales.price_changed"`
	BindLater bool          `json:"bindLater,omitempty" doc:"Some or all people are named later, until the session's deadline (RL-3); those given are for the first places"`
	Ref       string        `json:"ref,omitempty" maxLength:"60" doc:"Your own number; it is in the day's file. No personal data."`
}

func (n AgentOrderNew) confirmation() channel.Confirmation {
	c := channel.Confirmation{NewOrder: sales.NewOrder{ID: n.ID, Session: n.Session, Hold: n.Lock, Phone: n.Phone, Consent: n.Consent, Later: n.BindLater, Codes: n.Codes, Due: n.Due}, Ref: n.Ref, RulesHash: n.RulesHash}
	for _, p := range n.People {
		c.People = append(c.People, sales.Person{Name: p.Name, Kind: p.Kind, Number: p.Number, Guardian: p.Guardian})
	}
	return c
}

// AgentOrder is an order of yours.
type AgentOrder struct {
	ID          ids.ID           `json:"id"`
	Number      string           `json:"number" doc:"Short name for people"`
	Ref         string           `json:"ref"`
	Seller      string           `json:"seller" doc:"Name under which it was sold (RL-6)"`
	Session     ids.ID           `json:"session"`
	State       string           `json:"state" enum:"pending,paid,confirmed,expired,cancelled,refund_due,refunded"`
	Amount      money.Fen        `json:"amount"`
	ConfirmedAt *time.Time       `json:"confirmedAt,omitempty"`
	Places      []AgentOrderSeat `json:"places"`
	Refunds     []AgentRefund    `json:"refunds"`
	Tickets     string           `json:"tickets,omitempty" doc:"Address of codes and QR payloads"`
	PDF         string           `json:"pdf,omitempty" doc:"Address of the tickets as PDF"`
}

// AgentOrderSeat is one ticket of an order.
type AgentOrderSeat struct {
	AgentPlace
	State string    `json:"state" enum:"valid,refunded,exchanged,void"`
	Code  string    `json:"code"`
	Off   money.Fen `json:"off,omitempty" doc:"Taken off by discounts and codes, fen; price is what is left"`
}

// AgentRefund is what came of a refund.
type AgentRefund struct {
	ID     ids.ID     `json:"id"`
	Order  ids.ID     `json:"order"`
	Seats  []int32    `json:"seats"`
	Paid   money.Fen  `json:"paid"`
	Fee    money.Fen  `json:"fee" doc:"Kept"`
	Back   money.Fen  `json:"back" doc:"To give to the customer"`
	State  string     `json:"state" enum:"asked,seats_back,done,refused"`
	DoneAt *time.Time `json:"doneAt,omitempty"`
}

func refundOf(f sales.Refund) AgentRefund {
	return AgentRefund{f.ID, f.Order, append([]int32{}, f.Seats...), f.Paid, f.Fee, f.Paid - f.Fee, f.State, f.DoneAt}
}

// AgentRefundNew asks for tickets to be taken back.
type AgentRefundNew struct {
	ID     ids.ID    `json:"id" doc:"Made by you; the same id has one effect"`
	Seats  []int32   `json:"seats" minItems:"1" maxItems:"100"`
	Fee    money.Fen `json:"fee" minimum:"0" doc:"As quoted; another fee is refused (RL-5)"`
	Reason string    `json:"reason,omitempty" maxLength:"200"`
}

// AgentQuote is what a refund would give now.
type AgentQuote struct {
	Free    bool              `json:"free" doc:"The show was cancelled: no fee (RL-10)"`
	Tickets []AgentQuoteEntry `json:"tickets"`
}

// AgentQuoteEntry is one ticket's refund.
type AgentQuoteEntry struct {
	Seat     int32     `json:"seat"`
	Price    money.Fen `json:"price"`
	Fee      money.Fen `json:"fee"`
	Back     money.Fen `json:"back"`
	Possible bool      `json:"possible"`
}

type (
	lockIn   struct{ Body AgentLockNew }
	lockOut  struct{ Body AgentLock }
	extendIn struct {
		ByLock
		Body AgentExtend
	}
)

// AgentExtend gives a lock more time.
type AgentExtend struct {
	ID      ids.ID `json:"id" doc:"Made by you; the same id has one effect"`
	Minutes int    `json:"minutes,omitempty" minimum:"0" maximum:"60" doc:"From now; 0: as the session's rules say. A lock lasts a day at most."`
}

// ByLock names a lock of a session.
type ByLock struct {
	Session ids.ID `path:"session"`
	Lock    ids.ID `path:"lock"`
}

type (
	orderIn  struct{ Body AgentOrderNew }
	orderOut struct{ Body AgentOrder }
	ordersIn struct {
		page.Request
		Session ids.ID `query:"session"`
	}
)
type ordersOut struct{ Body page.Page[AgentOrderLine] }

// AgentOrderLine is an order in a list.
type AgentOrderLine struct {
	ID          ids.ID     `json:"id"`
	Number      string     `json:"number"`
	Session     ids.ID     `json:"session"`
	State       string     `json:"state"`
	Amount      money.Fen  `json:"amount"`
	Places      int        `json:"places"`
	ConfirmedAt *time.Time `json:"confirmedAt,omitempty"`
}

type ticketsOut struct {
	Body struct {
		Order   ids.ID           `json:"order"`
		PDF     string           `json:"pdf"`
		Tickets []channel.Issued `json:"tickets"`
	}
}
type (
	quoteOut struct{ Body AgentQuote }
	refundIn struct {
		ByOrder
		Body AgentRefundNew
	}
)
type refundOut struct{ Body AgentRefund }

const keyed = "The id in the body is made by you: the same request again has no second effect and gets the same answer."

func (h *handlers) selling(api *httpx.API) {
	o := op("lock", "POST", "/locks", "Lock places: named ones, standing places, or the best available")
	o.Detail, o.Status, o.Errors = keyed+" From your allotment first, then from the free stock. inventory.seat_taken names the seats in params.", 201, []int{404, 409, 410, 429}
	as(h, api, o, func(ctx context.Context, a channel.Agent, in *lockIn) (*lockOut, error) {
		l, err := h.lock(ctx, a, in.Body)
		return &lockOut{l}, err
	})
	o = op("extend", "POST", "/sessions/{session}/locks/{lock}/extend", "Give a lock more time")
	o.Detail, o.Errors = keyed, []int{404, 409, 410, 429}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *extendIn) (*lockOut, error) {
		l, err := h.extend(ctx, in.Session, in.Lock, in.Body)
		return &lockOut{l}, err
	})
	o = op("release", "DELETE", "/sessions/{session}/locks/{lock}", "Give a lock up")
	o.Detail, o.Errors = "Harmless when it has ended.", []int{404, 429}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByLock) (*struct{}, error) {
		return nil, h.release(ctx, in.Session, in.Lock)
	})
	o = op("confirm", "POST", "/orders", "Confirm a lock: order and tickets in one commit")
	o.Detail, o.Status, o.Errors = keyed+" Every fault of a person is a field people[i].…; a document that has a ticket of this session by any channel is inventory.document_used (RL-1). channel.rules_changed when the terms are not those of rulesHash.", 201, []int{404, 409, 410, 429}
	as(h, api, o, func(ctx context.Context, a channel.Agent, in *orderIn) (*orderOut, error) {
		x, err := h.confirm(ctx, a, in.Body)
		return &orderOut{x}, err
	})
	as(h, api, op("orders", "GET", "/orders", "Your orders, newest first"), h.orders)
	o = op("order", "GET", "/orders/{order}", "One order of yours")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByOrder) (*orderOut, error) {
		x, err := h.order(ctx, in.Order)
		return &orderOut{x}, err
	})
	h.issuing(api)
	h.binding(api)
}

func (h *handlers) issuing(api *httpx.API) {
	o := op("tickets", "GET", "/orders/{order}/tickets", "Issue the tickets: codes and QR payloads")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByOrder) (*ticketsOut, error) {
		out := &ticketsOut{}
		var err error
		out.Body.Order, out.Body.PDF = in.Order, pdfAt(in.Order)
		out.Body.Tickets, err = h.Tickets(ctx, in.Order)
		return out, err
	})
	o = op("ticketsPdf", "GET", "/orders/{order}/tickets.pdf", "The valid tickets of an order as PDF")
	o.Errors = []int{404, 409}
	api.Raw(o, h.raw(h.pdf))
	o = op("quote", "GET", "/orders/{order}/refund-quote", "What a refund would give now")
	o.Errors = []int{404}
	as(h, api, o, h.quote)
	o = op("refund", "POST", "/orders/{order}/refunds", "Refund some tickets")
	o.Detail, o.Status, o.Errors = keyed+" sales.fee_changed when the fee is not the quoted one (RL-5). You give the money back; the day's file counts it.", 201, []int{404, 409, 429}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *refundIn) (*refundOut, error) {
		f, err := h.refund(ctx, in.Order, in.Body)
		return &refundOut{f}, err
	})
}

func (h *handlers) lock(ctx context.Context, a channel.Agent, n AgentLockNew) (AgentLock, error) {
	held, err := h.Lock(ctx, a, n.choice())
	if err != nil {
		return AgentLock{}, err
	}
	return h.lockOf(ctx, held)
}

func (h *handlers) lockOf(ctx context.Context, x sales.Held) (AgentLock, error) {
	out := AgentLock{ID: x.Hold, Session: x.Session, Places: []AgentPlace{}, Amount: x.Amount, ExpiresAt: x.Expires, SecondsLeft: int(x.Left / time.Second)}
	m, err := h.Maps.Map(ctx, x.Session)
	if err != nil {
		return out, err
	}
	for _, l := range x.Lines {
		p := m.Places[l.Seat]
		out.Places = append(out.Places, AgentPlace{l.Seat, p.Text(), p.Zone, l.Price, l.Kind})
	}
	return out, nil
}

func (h *handlers) extend(ctx context.Context, session, lock ids.ID, n AgentExtend) (AgentLock, error) {
	held, err := h.Sales.ExtendForAgent(ctx, session, lock, n.ID, time.Duration(n.Minutes)*time.Minute)
	if err != nil {
		return AgentLock{}, err
	}
	return h.lockOf(ctx, held)
}

func (h *handlers) release(ctx context.Context, session, lock ids.ID) error {
	if _, _, err := h.Session(ctx, session); err != nil {
		return err
	}
	return h.Sales.ReleaseForAgent(ctx, session, lock)
}

func (h *handlers) confirm(ctx context.Context, a channel.Agent, n AgentOrderNew) (AgentOrder, error) {
	o, err := h.Confirm(ctx, a, n.confirmation())
	if err != nil {
		return AgentOrder{}, err
	}
	return h.order(ctx, o.ID)
}

func pdfAt(order ids.ID) string { return base + "/orders/" + order.String() + "/tickets.pdf" }

func (h *handlers) order(ctx context.Context, id ids.ID) (AgentOrder, error) {
	d, err := h.Order(ctx, id)
	if err != nil {
		return AgentOrder{}, err
	}
	o := d.Detail.Order
	out := AgentOrder{
		ID: o.ID, Number: o.Number(), Ref: d.Ref, Seller: d.Seller, Session: o.Session, State: o.State, Amount: o.Amount, ConfirmedAt: o.ConfirmedAt,
		Places: []AgentOrderSeat{}, Refunds: []AgentRefund{},
	}
	off := map[int32]money.Fen{}
	for _, l := range o.Lines {
		for _, x := range l.Off {
			off[l.Seat] += x.Fen
		}
	}
	for _, t := range d.Detail.Tickets {
		p := d.Map.Places[t.Seat]
		out.Places = append(out.Places, AgentOrderSeat{AgentPlace{t.Seat, p.Text(), t.Zone, t.Price, t.Kind}, t.State, t.Code, off[t.Seat]})
		if t.State == "valid" {
			out.Tickets, out.PDF = base+"/orders/"+o.ID.String()+"/tickets", pdfAt(o.ID)
		}
	}
	for _, f := range d.Detail.Refunds {
		out.Refunds = append(out.Refunds, refundOf(f))
	}
	return out, nil
}

func (h *handlers) orders(ctx context.Context, _ channel.Agent, in *ordersIn) (*ordersOut, error) {
	list, err := h.Orders(ctx, in.Session, in.Request)
	out := &ordersOut{page.Page[AgentOrderLine]{Items: []AgentOrderLine{}, Next: list.Next}}
	for _, o := range list.Items {
		out.Body.Items = append(out.Body.Items, AgentOrderLine{o.ID, o.Number(), o.Session, o.State, o.Amount, len(o.Lines), o.ConfirmedAt})
	}
	return out, err
}

func (h *handlers) pdf(c *fiber.Ctx, ctx context.Context, _ channel.Agent) error {
	id, err := ids.Parse(c.Params("order"))
	if err != nil {
		return sales.ErrNotFound
	}
	lang := printing.ZH
	if c.Query("lang") == "en" {
		lang = printing.EN
	}
	pdf, _, err := h.Sales.PDF(ctx, id, 0, ticket.Options{Medium: ticket.A5, Lang: lang, Created: h.DB.Clock().Now()})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	return c.Send(pdf)
}

func (h *handlers) quote(ctx context.Context, _ channel.Agent, in *ByOrder) (*quoteOut, error) {
	q, err := h.Sales.QuoteRefund(ctx, in.Order)
	out := &quoteOut{AgentQuote{Free: q.Free, Tickets: []AgentQuoteEntry{}}}
	for _, t := range q.Tickets {
		x := AgentQuoteEntry{Seat: t.Seat, Price: t.Price, Fee: t.Fee, Possible: t.Possible}
		if t.Possible {
			x.Back = t.Price - t.Fee
		}
		out.Body.Tickets = append(out.Body.Tickets, x)
	}
	return out, err
}

func (h *handlers) refund(ctx context.Context, order ids.ID, n AgentRefundNew) (AgentRefund, error) {
	f, err := h.Sales.Refund(ctx, sales.RefundRequest{ID: n.ID, Order: order, Seats: n.Seats, Fee: n.Fee, Reason: n.Reason})
	return refundOf(f), err
}
