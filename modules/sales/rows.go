package sales

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/codes"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// sold is the payload of the command that makes an order's tickets.
type sold struct {
	order ids.ID
	show  codes.Show
	lines map[int32]Line // by seat, as ordered
	seats *Map
	// channel is the order's
	channel string
	// onePerDocument asks for the holding rows, which refuse a second ticket (RL-1)
	onePerDocument bool
	// priced says that tickets cost what the order's lines say (a package's
	// shares), not what their places do
	priced bool
	// at the counter order, people and payment are made in the same batch
	counter *counterSale
}

// refunded is the payload of the command that takes tickets back.
type refunded struct {
	refund ids.ID
	state  string              // of the tickets: refunded, exchanged, void
	fees   map[int32]money.Fen // what is kept, by seat
	inside bool                // also tickets that were admitted: the show broke off
}

// Rows adds the rows of orders and tickets to the seat engine's batches. It is
// the inventory.RowWriter of this module and of identity.
type Rows struct{ codes *codes.UniqueKeys }

// NewRows makes the row writer. keys mint the ticket codes.
func NewRows(keys *codes.UniqueKeys) *Rows { return &Rows{keys} }

var _ inventory.RowWriter = (*Rows)(nil)

// WriteRows implements inventory.RowWriter.
func (r *Rows) WriteRows(b *pgx.Batch, tenant int32, changes []inventory.Change) error {
	var w rowSet
	touched := map[seatOf]bool{}
	for _, c := range changes {
		if again(touched, c) { // rows are written kind by kind; of one place they must be in the order of its events
			w.queue(b, tenant)
			w = rowSet{}
			clear(touched)
			again(touched, c)
		}
		var err error
		switch p := c.Payload.(type) {
		case *placed:
			if c.Event.Kind == engine.Assigned {
				err = w.placed(c, p)
			}
		case *sold:
			if c.Event.Kind == engine.Sold {
				err = w.sold(r.codes, c, p)
			}
		case *refunded:
			if c.Event.Kind == engine.Refunded {
				w.refunded(c, p)
			}
		case *moved:
			if c.Event.Kind == engine.Moved {
				err = w.moved(r.codes, c, p)
			}
		case *renamed:
			if c.Event.Kind == engine.Renamed {
				w.renamed(c, p)
			}
		case rowPayload:
			err = p.addRows(&w, c)
		}
		if err != nil {
			return err
		}
	}
	w.queue(b, tenant)
	return nil
}

type seatOf struct {
	session ids.ID
	seat    int32
}

// again notes the places whose tickets a change is about, and reports whether
// one of them was noted before.
func again(touched map[seatOf]bool, c inventory.Change) (twice bool) {
	switch c.Event.Kind {
	case engine.Sold, engine.Refunded, engine.Moved, engine.Renamed:
	default:
		return false
	}
	for _, list := range [][]int32{c.Event.Seats, c.Event.To} {
		for _, seat := range list {
			at := seatOf{c.Session, seat}
			twice = twice || touched[at]
			touched[at] = true
		}
	}
	return twice
}

// rowPayload is a payload that knows its own rows.
type rowPayload interface {
	addRows(w *rowSet, c inventory.Change) error
}

// rowSet gathers the rows of one batch as columns.
type rowSet struct {
	reserve  reserveRows
	asked    askedRows
	wait     waitRows
	uses     []string // orders with discounts
	people   []identity.Person
	consents []identity.Consent
	at       time.Time
	orders   struct {
		id, session, buyer, channel, state, hold, lines []string
		amount                                          []int64
		contact, found, request                         [][]byte
		created, expires                                []time.Time
	}
	confirmed struct {
		id []string
		at []time.Time
	}
	tickets struct {
		session, order, code, kind, channel []string
		person                              []*string
		seat, zone                          []int32
		serial, price                       []int64
		at                                  []time.Time
	}
	holdings struct {
		session []string
		blind   [][]byte
		seat    []int32
	}
	back struct {
		session, refund, state []string
		seat                   []int32
		fee                    []int64
		at                     []time.Time
		inside                 []bool
	}
	cash struct {
		id, order, provider, taker []string
		amount                     []int64
		at                         []time.Time
	}
	freed struct { // documents that give up their seats
		session []string
		seat    []int32
	}
	swap struct {
		session, order, exchange []string
		from, to                 []int32
		price, list              []int64
		at                       []time.Time
	}
	differences struct {
		id, order, session, state, by []string
		paid                          []int64
		at                            []time.Time
	}
	names struct {
		session, order, id, person, by []string
		first                          []bool
		serial                         []int64
		seat                           []int32
		at                             []time.Time
	}
}

func (w *rowSet) placed(c inventory.Change, p *placed) error {
	o := p.order
	if !p.taken.IsZero() {
		if c.At.Sub(p.taken) > keepReserved/2 { // they may have been given back meanwhile
			return ErrPriceChanged
		}
		w.uses = append(w.uses, o.ID.String())
	}
	text, err := json.Marshal(o.Lines)
	if err != nil {
		return err
	}
	w.people, w.at = append(w.people, p.people...), c.At
	if p.terms != nil {
		w.consents = append(w.consents, identity.Consent{ID: o.ID, Subject: o.Buyer, Purpose: "purchase", TextHash: p.terms, At: c.At})
	}
	t := &w.orders
	t.id, t.session, t.buyer, t.channel = append(t.id, o.ID.String()), append(t.session, c.Session.String()), append(t.buyer, o.Buyer), append(t.channel, o.Channel)
	t.state, t.hold, t.lines, t.amount = append(t.state, o.State), append(t.hold, o.Hold.String()), append(t.lines, string(text)), append(t.amount, int64(o.Amount))
	t.found, t.request = append(t.found, o.Found), append(t.request, o.Request)
	t.contact, t.created, t.expires = append(t.contact, o.Contact), append(t.created, c.At), append(t.expires, o.ExpiresAt)
	return nil
}

func (w *rowSet) sold(keys *codes.UniqueKeys, c inventory.Change, p *sold) error {
	e := c.Event
	if len(e.Seats) >= maxPlaces || e.No >= passBase/maxPlaces {
		return fmt.Errorf("sales: event %d with %d places cannot be numbered", e.No, len(e.Seats))
	}
	if p.counter != nil {
		if err := w.counter(c, p.counter); err != nil {
			return err
		}
	} else {
		w.confirmed.id, w.confirmed.at = append(w.confirmed.id, p.order.String()), append(w.confirmed.at, c.At)
	}
	if err := w.issue(keys, c, p, e.Seats); err != nil || !p.onePerDocument {
		return err
	}
	for i, seat := range e.Seats {
		if i < len(e.Docs) && !e.Docs[i].IsZero() {
			w.hold(c, seat, e.Docs[i])
		}
	}
	return nil
}

// hold notes that a document has a ticket of the session.
func (w *rowSet) hold(c inventory.Change, seat int32, doc engine.Key) {
	h := &w.holdings
	h.session, h.blind, h.seat = append(h.session, c.Session.String()), append(h.blind, append([]byte(nil), doc[:]...)), append(h.seat, seat)
}

// issue makes the tickets of an event's places.
func (w *rowSet) issue(keys *codes.UniqueKeys, c inventory.Change, p *sold, seats []int32) error {
	e, t := c.Event, &w.tickets
	for i, seat := range seats {
		serial := serialOf(e.No, i)
		code, err := keys.Mint(p.show, serial)
		if err != nil {
			return err
		}
		line := p.lines[seat]
		var person *string
		if !line.Person.IsZero() {
			s := line.Person.String()
			person = &s
		}
		t.session, t.order, t.code = append(t.session, c.Session.String()), append(t.order, p.order.String()), append(t.code, code.String())
		t.kind, t.channel, t.person = append(t.kind, orFull(line.Kind)), append(t.channel, p.channel), append(t.person, person)
		t.seat, t.zone, t.serial = append(t.seat, seat), append(t.zone, int32(p.seats.Places[seat].Zone)), append(t.serial, serial)
		price := e.Prices[i]
		if p.priced {
			price = int64(line.Price)
		}
		t.price, t.at = append(t.price, price), append(t.at, c.At)
	}
	return nil
}

// pay adds the row of money that was taken by hand.
func (w *rowSet) pay(id, order ids.ID, method, taker string, amount money.Fen, at time.Time) {
	t := &w.cash
	t.id, t.order, t.provider, t.taker = append(t.id, id.String()), append(t.order, order.String()), append(t.provider, method), append(t.taker, taker)
	t.amount, t.at = append(t.amount, int64(amount)), append(t.at, at)
}

func orFull(kind string) string {
	if kind == "" {
		return "full"
	}
	return kind
}

func (w *rowSet) refunded(c inventory.Change, p *refunded) {
	for _, seat := range c.Event.Seats {
		w.back.session, w.back.refund = append(w.back.session, c.Session.String()), append(w.back.refund, p.refund.String())
		w.back.state, w.back.fee = append(w.back.state, p.state), append(w.back.fee, int64(p.fees[seat]))
		w.back.seat, w.back.at, w.back.inside = append(w.back.seat, seat), append(w.back.at, c.At), append(w.back.inside, p.inside)
	}
}

// queue adds one statement a table. What leaves a table goes before what
// enters it, so that a seat refunded and sold again in one batch fits.
func (w *rowSet) queue(b *pgx.Batch, tenant int32) {
	w.queueSwaps(b, tenant)
	if t := &w.back; len(t.seat) > 0 {
		b.Queue(`with gone as (
			delete from sales.ticket t using unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::timestamptz[], $7::bigint[], $8::boolean[]) x(session, seat, refund, state, at, fee, inside)
			where t.tenant_id = $1 and t.session_id = x.session and t.seat_id = x.seat returning t.*, x.state as s, x.refund as r, x.at as a, x.fee as f, x.inside as i)
			insert into sales.ticket_past (tenant_id, session_id, seat_id, order_id, serial, code, price, zone, kind, person_id, channel, sold_at, edition, prints, state, fee, refund_id, ended_at)
			select tenant_id, session_id, seat_id, order_id, serial, code, price, zone, kind, person_id, channel, sold_at, edition, prints, s, f, r, a from gone where i or checking.outside(tenant_id, session_id, code)`,
			tenant, t.session, t.seat, t.refund, t.state, t.at, t.fee, t.inside)
		b.Queue(`delete from identity.holding h using unnest($2::uuid[], $3::int[]) x(session, seat) where h.tenant_id = $1 and h.session_id = x.session and h.seat_id = x.seat`,
			tenant, t.session, t.seat)
		b.Queue(`update sales.refund r set state = 'seats_back' where tenant_id = $1 and id = any($2::uuid[]) and state = 'asked'`, tenant, t.refund)
	}
	identity.QueueInsert(b, tenant, w.people, w.at)
	identity.QueueConsents(b, tenant, w.consents)
	if t := &w.orders; len(t.id) > 0 {
		b.Queue(`insert into sales.orders (tenant_id, id, session_id, buyer, channel, state, hold, lines, amount, contact, contact_blind, request, created_at, expires_at, confirmed_at)
			select $1, id, session, buyer, channel, state, hold, lines::jsonb, amount, contact, found, request, created, expires, case when state = 'confirmed' then created end
			from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::bigint[], $10::bytea[], $11::bytea[], $12::bytea[], $13::timestamptz[], $14::timestamptz[])
			x(id, session, buyer, channel, state, hold, lines, amount, contact, found, request, created, expires)`,
			tenant, t.id, t.session, t.buyer, t.channel, t.state, t.hold, t.lines, t.amount, t.contact, t.found, t.request, t.created, t.expires)
	}
	if t := &w.confirmed; len(t.id) > 0 {
		b.Queue(`update sales.orders o set state = 'confirmed', confirmed_at = x.at from unnest($2::uuid[], $3::timestamptz[]) x(id, at) where o.tenant_id = $1 and o.id = x.id`, tenant, t.id, t.at)
	}
	if t := &w.cash; len(t.id) > 0 {
		b.Queue(`insert into sales.payment (tenant_id, id, order_id, provider, amount, state, created_at, paid_at, taken_by)
			select $1, id, ord, provider, amount, 'paid', at, at, taker from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[], $7::text[]) x(id, ord, provider, amount, at, taker)`,
			tenant, t.id, t.order, t.provider, t.amount, t.at, t.taker)
	}
	if t := &w.tickets; len(t.seat) > 0 {
		b.Queue(`insert into sales.ticket (tenant_id, session_id, order_id, code, kind, channel, person_id, seat_id, zone, serial, price, sold_at)
			select $1, x.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::int[], $9::int[], $10::bigint[], $11::bigint[], $12::timestamptz[]) x`,
			tenant, t.session, t.order, t.code, t.kind, t.channel, t.person, t.seat, t.zone, t.serial, t.price, t.at)
	}
	w.queueMovedPersons(b, tenant)
	if t := &w.freed; len(t.seat) > 0 {
		b.Queue(`delete from identity.holding h using unnest($2::uuid[], $3::int[]) x(session, seat) where h.tenant_id = $1 and h.session_id = x.session and h.seat_id = x.seat`, tenant, t.session, t.seat)
	}
	if t := &w.holdings; len(t.seat) > 0 {
		b.Queue(`insert into identity.holding (tenant_id, session_id, blind, seat_id) select $1, x.* from unnest($2::uuid[], $3::bytea[], $4::int[]) x`, tenant, t.session, t.blind, t.seat)
	}
	w.queueNames(b, tenant)
	w.reserve.queue(b, tenant)
	w.asked.queue(b, tenant)
	w.wait.queue(b, tenant)
	queueUses(b, tenant, w.uses)
}
