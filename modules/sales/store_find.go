package sales

import (
	"context"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

func found(ctx context.Context, tx db.Tx, session ids.ID, where func(*bun.SelectQuery) *bun.SelectQuery) ([]Order, error) {
	var rows []orderRow
	q := where(tx.NewSelect().Model(&rows).Where("o.tenant_id = ?", tx.Scope.Tenant)).Order("o.id desc").Limit(maxFound)
	if !session.IsZero() {
		q = q.Where("o.session_id = ?", session)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	return orders(rows)
}

func ordersOfNumber(ctx context.Context, tx db.Tx, number string) ([]Order, error) {
	return found(ctx, tx, ids.ID{}, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("upper(left(o.id::text, 4) || right(o.id::text, 8)) = ?", number)
	})
}

func ordersOfPhone(ctx context.Context, tx db.Tx, blinds [][]byte, session ids.ID) ([]Order, error) {
	return found(ctx, tx, session, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("o.contact_blind = any (?)", pgdialect.Array(blinds)) })
}

// ordersOfName finds the persons of that name, then what each is bound to: a
// ticket, or the line of an order that has none yet.
func ordersOfName(ctx context.Context, tx db.Tx, blinds [][]byte, session ids.ID) ([]Order, error) {
	return found(ctx, tx, session, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where(`(o.session_id, o.id) in (
			with who as materialized (select p.id, p.session_id from identity.person p where p.tenant_id = ?0 and p.name_blind = any (?1) order by p.id desc limit 200)
			select t.session_id, t.order_id from who join sales.ticket t on t.tenant_id = ?0 and t.session_id = who.session_id and t.person_id = who.id
			union select x.session_id, x.id from who join sales.orders x on x.tenant_id = ?0 and x.session_id = who.session_id and x.lines @> jsonb_build_array(jsonb_build_object('person', who.id)))`,
			tx.Scope.Tenant, pgdialect.Array(blinds))
	})
}

// ordersOfDocument finds the tickets that a document holds in sessions that
// are not over, by the row that keeps it to one ticket each; where a session
// asks for one document an order, by its person.
func ordersOfDocument(ctx context.Context, tx db.Tx, blinds [][]byte, session ids.ID) ([]Order, error) {
	return found(ctx, tx, session, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where(`(o.session_id, o.id) in (
			with open as materialized (select x.id from show.session x where x.tenant_id = ?0 and x.ends_at > ?2)
			select t.session_id, t.order_id from open join identity.holding h on h.tenant_id = ?0 and h.session_id = open.id and h.blind = any (?1)
				join sales.ticket t on t.tenant_id = ?0 and t.session_id = h.session_id and t.seat_id = h.seat_id
			union select y.session_id, y.id from open join identity.person p on p.tenant_id = ?0 and p.session_id = open.id and p.blind = any (?1)
				join sales.orders y on y.tenant_id = ?0 and y.session_id = p.session_id and y.lines @> jsonb_build_array(jsonb_build_object('person', p.id)))`,
			tx.Scope.Tenant, pgdialect.Array(blinds), tx.Now)
	})
}

// eachContact goes through the orders of a session that have a phone number,
// newest first, while the function wants more.
func eachContact(ctx context.Context, tx db.Tx, session ids.ID, each func(Order) (bool, error)) error {
	const page = 2000
	last := ids.ID{}
	for {
		var rows []orderRow
		q := tx.NewSelect().Model(&rows).Where("o.tenant_id = ? and o.session_id = ? and o.contact is not null", tx.Scope.Tenant, session).Order("o.id desc").Limit(page)
		if !last.IsZero() {
			q = q.Where("o.id < ?", last)
		}
		if err := q.Scan(ctx); err != nil {
			return err
		}
		list, err := orders(rows)
		if err != nil {
			return err
		}
		for _, o := range list {
			if more, err := each(o); err != nil || !more {
				return err
			}
			last = o.ID
		}
		if len(list) < page {
			return nil
		}
	}
}
