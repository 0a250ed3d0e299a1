package sales

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// reserved is the payload of the command that makes a reservation: a hold of
// its own, or more time for one that is there.
type reserved struct {
	r      Reservation
	ask    ask
	people []identity.Person
	seats  []int32 // of a hold that is there, with their prices
	prices []int64
	// one document a ticket: people are one a place
	perTicket bool
}

// reservedUntil is the payload of the command that extends a reservation.
type reservedUntil struct {
	id    ids.ID
	until time.Time
}

// reservedEnd is the payload of the command that frees a reservation.
type reservedEnd struct {
	id                ids.ID
	state, reason, by string
}

// reserveRows are the rows of reservations in one batch.
type reserveRows struct {
	made struct {
		id, session, hold, owner, channel, note, lines []string
		name, phone                                    [][]byte
		until, at                                      []time.Time
	}
	until struct {
		id []string
		to []time.Time
	}
	ended struct {
		id, state, reason, by []string
		at                    []time.Time
		lines                 []string // JSON of the seats that were given back
	}
	sold struct {
		id, order, by []string
		at            []time.Time
	}
}

func (p *reserved) addRows(w *rowSet, c inventory.Change) error {
	if c.Event.Kind != engine.Held && c.Event.Kind != engine.Extended {
		return nil
	}
	seats, prices := p.seats, p.prices
	if c.Event.Kind == engine.Held {
		seats, prices = c.Event.Seats, c.Event.Prices
	}
	lines := make([]Line, len(seats))
	for i, seat := range seats {
		lines[i] = Line{Seat: seat, Price: money.Fen(prices[i]), Kind: "full"}
		if len(p.people) > 0 {
			lines[i].Person = p.people[min(i, len(p.people)-1)].ID
		}
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	if len(p.people) > 0 {
		w.people, w.at = append(w.people, p.people...), c.At
	}
	w.asked.add(p.ask, c.At)
	t := &w.reserve.made
	t.id, t.session, t.hold, t.owner = append(t.id, p.r.ID.String()), append(t.session, c.Session.String()), append(t.hold, p.r.Hold.String()), append(t.owner, p.r.Owner)
	t.channel, t.note, t.lines = append(t.channel, p.r.Channel), append(t.note, p.r.Note), append(t.lines, string(text))
	t.name, t.phone = append(t.name, p.r.Name), append(t.phone, p.r.Phone)
	t.until, t.at = append(t.until, p.r.ReleaseAt), append(t.at, c.At)
	return nil
}

func (p *reservedUntil) addRows(w *rowSet, c inventory.Change) error {
	if c.Event.Kind == engine.Extended {
		t := &w.reserve.until
		t.id, t.to = append(t.id, p.id.String()), append(t.to, p.until)
	}
	return nil
}

func (p *reservedEnd) addRows(w *rowSet, c inventory.Change) error {
	if c.Event.Kind != engine.Released {
		return nil
	}
	seats, err := json.Marshal(c.Event.Seats)
	if err != nil {
		return err
	}
	t := &w.reserve.ended
	t.id, t.state, t.reason, t.by = append(t.id, p.id.String()), append(t.state, p.state), append(t.reason, p.reason), append(t.by, p.by)
	t.at, t.lines = append(t.at, c.At), append(t.lines, string(seats))
	return nil
}

func (r *reserveRows) sell(id, order ids.ID, by string, at time.Time) {
	t := &r.sold
	t.id, t.order, t.by, t.at = append(t.id, id.String()), append(t.order, order.String()), append(t.by, by), append(t.at, at)
}

func (r *reserveRows) queue(b *pgx.Batch, tenant int32) {
	if t := &r.made; len(t.id) > 0 {
		b.Queue(`insert into sales.reservation (tenant_id, id, session_id, hold, owner, channel, note, lines, name, phone, release_at, state, created_at)
			select $1, id, session, hold, owner, channel, note, lines::jsonb, name, phone, until, 'held', at
			from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::bytea[], $11::timestamptz[], $12::timestamptz[])
			x(id, session, hold, owner, channel, note, lines, name, phone, until, at)`,
			tenant, t.id, t.session, t.hold, t.owner, t.channel, t.note, t.lines, t.name, t.phone, t.until, t.at)
	}
	if t := &r.until; len(t.id) > 0 {
		b.Queue(`update sales.reservation r set release_at = x.until, extended = r.extended + 1 from unnest($2::uuid[], $3::timestamptz[]) x(id, until)
			where r.tenant_id = $1 and r.id = x.id and r.state = 'held'`, tenant, t.id, t.to)
	}
	if t := &r.ended; len(t.id) > 0 {
		// What is left of it stays reserved; without any left it has ended.
		b.Queue(`with x as (select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[]) x(id, state, reason, by, at, seats)),
			n as (select r.id, jsonb_agg(l order by i) filter (where not x.seats::jsonb @> (l -> 'seat')) as rest
				from x join sales.reservation r on r.tenant_id = $1 and r.id = x.id cross join jsonb_array_elements(r.lines) with ordinality a(l, i) group by r.id)
			update sales.reservation r set lines = coalesce(n.rest, r.lines),
				state = case when n.rest is null then x.state else r.state end, reason = x.reason,
				ended_by = case when n.rest is null then x.by end, ended_at = case when n.rest is null then x.at end
			from x join n on n.id = x.id where r.tenant_id = $1 and r.id = x.id and r.state = 'held'`,
			tenant, t.id, t.state, t.reason, t.by, t.at, t.lines)
	}
	if t := &r.sold; len(t.id) > 0 {
		b.Queue(`update sales.reservation r set state = 'sold', order_id = x.ord, ended_by = x.by, ended_at = x.at
			from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[]) x(id, ord, by, at) where r.tenant_id = $1 and r.id = x.id and r.state = 'held'`,
			tenant, t.id, t.order, t.by, t.at)
	}
}
