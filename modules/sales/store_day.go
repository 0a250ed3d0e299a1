package sales

import (
	"context"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Moved is what went out and came back of one session, zone, kind and channel
// in a span of time.
type Moved struct {
	Session      ids.ID    `bun:"session_id"`
	Zone         int       `bun:"zone"`
	Kind         string    `bun:"kind"`
	Channel      string    `bun:"channel"`
	PackageNo    int       `bun:"package_no"` // of a package's tickets; 0: single tickets
	PackageOpt   int       `bun:"package_opt"`
	Sold         int       `bun:"sold"`
	SoldAmount   money.Fen `bun:"sold_amount"`
	Refunded     int       `bun:"refunded"`
	RefundAmount money.Fen `bun:"refund_amount"` // given back, without fees kept
}

// PackageCode is the code of the package's price, "" for single tickets.
func (m Moved) PackageCode() string {
	if m.PackageNo == 0 {
		return ""
	}
	return Package{No: m.PackageNo}.PriceCode(m.PackageOpt)
}

const everyTicket = `(select tenant_id, session_id, order_id, zone, kind, channel, price, sold_at, null::timestamptz as ended_at, 0::bigint as fee from sales.ticket
	union all select tenant_id, session_id, order_id, zone, kind, channel, price, sold_at, ended_at, fee from sales.ticket_past) t`

// packaged adds the package that a ticket was sold in.
const packaged = ` left join sales.bundle_part x on x.tenant_id = t.tenant_id and x.order_id = t.order_id left join sales.bundle b on b.tenant_id = x.tenant_id and b.id = x.bundle_id
	left join sales.package p on p.tenant_id = b.tenant_id and p.id = b.package_id`

// Movements sums the tickets sold and taken back in [from, to).
func Movements(ctx context.Context, tx db.Tx, from, to time.Time) ([]Moved, error) {
	var out []Moved
	err := tx.NewRaw(`select t.session_id, zone, kind, t.channel, coalesce(p.no, 0) as package_no, coalesce(b.option_no, 0) as package_opt,
		count(*) filter (where sold_at >= ? and sold_at < ?) as sold, coalesce(sum(price) filter (where sold_at >= ? and sold_at < ?), 0)::bigint as sold_amount,
		count(*) filter (where ended_at >= ? and ended_at < ?) as refunded, coalesce(sum(price - fee) filter (where ended_at >= ? and ended_at < ?), 0)::bigint as refund_amount
		from `+everyTicket+packaged+` where t.tenant_id = ? and ((sold_at >= ? and sold_at < ?) or (ended_at >= ? and ended_at < ?))
		group by t.session_id, zone, kind, t.channel, p.no, b.option_no order by t.session_id, zone, kind, t.channel, p.no, b.option_no`,
		from, to, from, to, from, to, from, to, tx.Scope.Tenant, from, to, from, to).Scan(ctx, &out)
	return out, err
}

// ValidAt counts the tickets of sessions that were issued and not taken back
// at an instant.
func ValidAt(ctx context.Context, tx db.Tx, sessions []ids.ID, at time.Time) (map[ids.ID]int, error) {
	out := map[ids.ID]int{}
	if len(sessions) == 0 {
		return out, nil
	}
	var rows []struct {
		SessionID ids.ID
		N         int
	}
	err := tx.NewRaw("select session_id, count(*) as n from "+everyTicket+" where tenant_id = ? and session_id in (?) and sold_at < ? and (ended_at is null or ended_at >= ?) group by session_id",
		tx.Scope.Tenant, bun.List(sessions), at, at).Scan(ctx, &rows)
	for _, r := range rows {
		out[r.SessionID] = r.N
	}
	return out, err
}

// OrderTx reads an order inside the caller's transaction.
func OrderTx(ctx context.Context, tx db.Tx, id ids.ID) (Order, error) {
	return getOrder(ctx, tx, id, "")
}

// SoldBy reads the tickets that one sale's event made, live or past.
func SoldBy(ctx context.Context, tx db.Tx, session, order ids.ID, event uint64, seats []int32) ([]Ticket, error) {
	var rows []ticketRow
	first := serialOf(event, 0)
	err := tx.NewRaw("select "+ticketColumns+`, 'valid' as state from sales.ticket where tenant_id = ? and session_id = ? and seat_id = any (?) and serial between ? and ?
		union all select `+ticketColumns+`, state from sales.ticket_past where tenant_id = ? and order_id = ? and serial between ? and ? order by serial`,
		tx.Scope.Tenant, session, pgdialect.Array(seats), first, first+maxPlaces-1, tx.Scope.Tenant, order, first, first+maxPlaces-1).Scan(ctx, &rows)
	out := make([]Ticket, len(rows))
	for i, r := range rows {
		out[i] = r.ticket()
	}
	return out, err
}

// TakenBack is one ticket that a refund ended.
type TakenBack struct {
	Code  string    `bun:"code"`
	Price money.Fen `bun:"price"`
	Fee   money.Fen `bun:"fee"`
	State string    `bun:"state"`

	EndedAt time.Time `bun:"ended_at"`
}

// BackBy reads the tickets that one refund ended, and its reason.
func BackBy(ctx context.Context, tx db.Tx, refund, order ids.ID) (reason string, list []TakenBack, err error) {
	f, err := getRefund(ctx, tx, refund)
	if err != nil {
		return "", nil, err
	}
	err = tx.NewRaw("select code, price, fee, state, ended_at from sales.ticket_past where tenant_id = ? and order_id = ? and refund_id = ? order by serial", tx.Scope.Tenant, order, refund).Scan(ctx, &list)
	return f.Reason, list, err
}

// MethodOf is how an order was paid: the provider's or the counter's name, ""
// when it cost nothing.
func MethodOf(ctx context.Context, tx db.Tx, order ids.ID) (string, error) {
	list, err := payments(ctx, tx, order, "paid")
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Provider, nil
}

// Claimed lists the seats of sessions that have a valid ticket or belong to an
// order that is being paid.
func Claimed(ctx context.Context, tx db.Tx, sessions []ids.ID) ([]int32, error) {
	if len(sessions) == 0 {
		return nil, nil
	}
	var out []int32
	err := tx.NewRaw(`select seat_id from sales.ticket where tenant_id = ?0 and session_id in (?1)
		union select (l ->> 'seat')::int from sales.orders o, jsonb_array_elements(o.lines) l
		where o.tenant_id = ?0 and o.session_id in (?1) and o.state in ('pending', 'paid')
		union select (l ->> 'seat')::int from sales.reservation r, jsonb_array_elements(r.lines) l
		where r.tenant_id = ?0 and r.session_id in (?1) and r.state = 'held'`, tx.Scope.Tenant, bun.List(sessions)).Scan(ctx, &out)
	return out, err
}

// Flow is one ticket sold or taken back, without anything of its buyer.
type Flow struct {
	At    time.Time `bun:"at"`
	Zone  int       `bun:"zone"`
	Price money.Fen `bun:"price"`
	Back  bool      `bun:"back"`

	Channel string `bun:"channel"`
	Kind    string `bun:"kind"`
}

// Flows lists what was sold and taken back of a session from since on, ascending by time.
func Flows(ctx context.Context, tx db.Tx, session ids.ID, since time.Time) ([]Flow, error) {
	var out []Flow
	err := tx.NewRaw(`select sold_at as at, zone, price, false as back, channel, kind from `+everyTicket+` where tenant_id = ?0 and session_id = ?1 and sold_at >= ?2
		union all select ended_at, zone, price, true, channel, kind from `+everyTicket+` where tenant_id = ?0 and session_id = ?1 and ended_at >= ?2 order by 1, 4, 2, 3`,
		tx.Scope.Tenant, session, since).Scan(ctx, &out)
	return out, err
}
