package sales

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// offered is the payload of the command that holds places for an entry of a
// waiting list.
type offered struct{ hold, release, entry ids.ID }

// publicised is the payload of the command that puts the rest of a release on
// public sale.
type publicised struct{ release ids.ID }

// waitRows are the rows of waiting lists in one batch.
type waitRows struct {
	offers struct {
		hold, release, entry, session, seats, prices []string // seats and prices as JSON
		at, until                                    []time.Time
	}
	public struct {
		release []string
		n       []int32
	}
}

func (p *offered) addRows(w *rowSet, c inventory.Change) error {
	if c.Event.Kind != engine.Held {
		return nil
	}
	seats, err := json.Marshal(c.Event.Seats)
	if err != nil {
		return err
	}
	prices, err := json.Marshal(c.Event.Prices)
	if err != nil {
		return err
	}
	t := &w.wait.offers
	t.hold, t.release, t.entry, t.session = append(t.hold, p.hold.String()), append(t.release, p.release.String()), append(t.entry, p.entry.String()), append(t.session, c.Session.String())
	t.seats, t.prices = append(t.seats, string(seats)), append(t.prices, string(prices))
	t.at, t.until = append(t.at, c.At), append(t.until, time.UnixMilli(c.Event.Expires))
	return nil
}

func (p *publicised) addRows(w *rowSet, c inventory.Change) error {
	if c.Event.Kind == engine.UnblockedSeats {
		w.wait.public.release, w.wait.public.n = append(w.wait.public.release, p.release.String()), append(w.wait.public.n, int32(len(c.Event.Seats)))
	}
	return nil
}

func (r *waitRows) queue(b *pgx.Batch, tenant int32) {
	if t := &r.offers; len(t.hold) > 0 {
		b.Queue(`insert into sales.waitlist_offer (tenant_id, hold, release_id, entry_id, session_id, seats, prices, made_at, expires_at, state)
			select $1, hold, release, entry, session, array(select jsonb_array_elements_text(seats::jsonb)::int), array(select jsonb_array_elements_text(prices::jsonb)::bigint), at, until, 'open'
			from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[]) x(hold, release, entry, session, seats, prices, at, until)`,
			tenant, t.hold, t.release, t.entry, t.session, t.seats, t.prices, t.at, t.until)
		queueOfferMessages(b, tenant, t.hold, t.entry, t.at, t.until)
		b.Queue(`update sales.waitlist_entry e set state = 'offered' where tenant_id = $1 and id = any($2::uuid[]) and state = 'waiting'`, tenant, t.entry)
	}
	if t := &r.public; len(t.release) > 0 {
		b.Queue(`update sales.waitlist_release r set to_public = to_public + x.n from (select release, sum(n) as n from unnest($2::uuid[], $3::int[]) x(release, n) group by release) x
			where r.tenant_id = $1 and r.id = x.release`, tenant, t.release, t.n)
	}
}

type offeredWire struct{ Hold, Release, Entry ids.ID }

type publicisedWire struct{ Release ids.ID }
