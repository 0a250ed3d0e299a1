package sales

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
)

type entryRow struct {
	bun.BaseModel `bun:"table:sales.waitlist_entry,alias:e"`
	TenantID      int32      `bun:"tenant_id,pk"`
	ID            ids.ID     `bun:"id,pk,type:uuid"`
	SessionID     ids.ID     `bun:"session_id,type:uuid"`
	Buyer         string     `bun:"buyer"`
	Places        int        `bun:"places"`
	Zones         []int32    `bun:"zones,array,type:int[]"`
	MaxPrice      money.Fen  `bun:"max_price"`
	Together      bool       `bun:"together"`
	Phone         []byte     `bun:"phone"`
	Notify        bool       `bun:"notify"`
	JoinedAt      time.Time  `bun:"joined_at"`
	State         string     `bun:"state"`
	Reason        string     `bun:"reason"`
	EndedAt       *time.Time `bun:"ended_at"`
}

func (r entryRow) entry() WaitEntry {
	e := WaitEntry{ID: r.ID, Session: r.SessionID, Buyer: r.Buyer, Places: r.Places, MaxPrice: r.MaxPrice, Together: r.Together, Phone: r.Phone, Notify: r.Notify, JoinedAt: r.JoinedAt, State: r.State, Reason: r.Reason, EndedAt: r.EndedAt}
	for _, z := range r.Zones {
		e.Zones = append(e.Zones, int(z))
	}
	return e
}

func insertEntry(ctx context.Context, tx db.Tx, e WaitEntry) error {
	r := entryRow{TenantID: tx.Scope.Tenant, ID: e.ID, SessionID: e.Session, Buyer: e.Buyer, Places: e.Places, Zones: []int32{}, MaxPrice: e.MaxPrice, Together: e.Together, Phone: e.Phone, Notify: e.Notify, JoinedAt: e.JoinedAt, State: e.State}
	for _, z := range e.Zones {
		r.Zones = append(r.Zones, int32(z))
	}
	_, err := tx.NewInsert().Model(&r).Exec(ctx)
	return err
}

func oneEntry(ctx context.Context, q *bun.SelectQuery, r *entryRow) (WaitEntry, error) {
	err := q.Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return WaitEntry{}, ErrWaitEntry
	}
	return r.entry(), err
}

func getEntry(ctx context.Context, tx db.Tx, id ids.ID) (WaitEntry, error) {
	var r entryRow
	return oneEntry(ctx, tx.NewSelect().Model(&r).Where("e.tenant_id = ? and e.id = ?", tx.Scope.Tenant, id), &r)
}

func openEntry(ctx context.Context, tx db.Tx, session ids.ID, buyer string) (WaitEntry, error) {
	var r entryRow
	return oneEntry(ctx, tx.NewSelect().Model(&r).Where("e.tenant_id = ? and e.session_id = ? and e.buyer = ? and e.state in ('waiting', 'offered')", tx.Scope.Tenant, session, buyer), &r)
}

func listEntries(ctx context.Context, tx db.Tx, session ids.ID, buyer, state string, r page.Request) (page.Page[WaitEntry], error) {
	var rows []entryRow
	q := tx.NewSelect().Model(&rows).Where("e.tenant_id = ?", tx.Scope.Tenant).Limit(int64(r.Limit()))
	if !session.IsZero() {
		q = q.Where("e.session_id = ?", session)
	}
	if buyer != "" {
		q = q.Where("e.buyer = ?", buyer)
	}
	if state != "" {
		q = q.Where("e.state = ?", state)
	}
	order, cmp := "e.id desc", "e.id < ?"
	if state == EntryWaiting {
		order, cmp = "e.id", "e.id > ?"
	}
	var after ids.ID
	if ok, err := r.After(&after); err != nil {
		return page.Page[WaitEntry]{}, err
	} else if ok {
		q = q.Where(cmp, after)
	}
	if err := q.Order(order).Scan(ctx); err != nil {
		return page.Page[WaitEntry]{}, err
	}
	list := make([]WaitEntry, len(rows))
	for i, x := range rows {
		list[i] = x.entry()
	}
	return page.Of(r, list, func(x WaitEntry) any { return x.ID }), nil
}

// waitingEntries are all who wait, in the order of joining.
func waitingEntries(ctx context.Context, tx db.Tx, session ids.ID) ([]WaitEntry, error) {
	var rows []entryRow
	err := tx.NewSelect().Model(&rows).Where("e.tenant_id = ? and e.session_id = ? and e.state = 'waiting'", tx.Scope.Tenant, session).Order("e.joined_at", "e.id").Scan(ctx)
	out := make([]WaitEntry, len(rows))
	for i, x := range rows {
		out[i] = x.entry()
	}
	return out, err
}

func countWaiting(ctx context.Context, tx db.Tx, session ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select count(*) from sales.waitlist_entry where tenant_id = ? and session_id = ? and state = 'waiting'", tx.Scope.Tenant, session).Scan(&n)
	return n, err
}

// fillEntry adds how many wait before an entry, and its latest offer.
func fillEntry(ctx context.Context, tx db.Tx, e *WaitEntry) error {
	if e.State == EntryWaiting {
		err := tx.QueryRowContext(ctx, "select count(*) from sales.waitlist_entry where tenant_id = ? and session_id = ? and state = 'waiting' and (joined_at, id) < (?, ?)",
			tx.Scope.Tenant, e.Session, e.JoinedAt, e.ID).Scan(&e.Ahead)
		if err != nil {
			return err
		}
	}
	list, err := offersWhere(ctx, tx, "f.entry_id = ?", e.ID)
	if err == nil && len(list) > 0 {
		e.Offer = &list[len(list)-1]
	}
	return err
}

func endEntry(ctx context.Context, tx db.Tx, id ids.ID, state, reason string) error {
	_, err := tx.ExecContext(ctx, "update sales.waitlist_entry set state = ?, reason = ?, ended_at = ? where tenant_id = ? and id = ? and state in ('waiting', 'offered')", state, reason, tx.Now, tx.Scope.Tenant, id)
	return err
}

func closeEntries(ctx context.Context, tx db.Tx, session ids.ID, reason string) error {
	_, err := tx.ExecContext(ctx, "update sales.waitlist_entry set state = 'closed', reason = ?, ended_at = ? where tenant_id = ? and session_id = ? and state = 'waiting'", reason, tx.Now, tx.Scope.Tenant, session)
	return err
}

func eraseWaitPhones(ctx context.Context, tx db.Tx, session ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.waitlist_entry set phone = null where tenant_id = ? and session_id = ? and phone is not null", tx.Scope.Tenant, session)
	return err
}

func waitPolicy(ctx context.Context, tx db.Tx, session ids.ID) (WaitPolicy, error) {
	p := DefaultWaitPolicy(session)
	err := tx.QueryRowContext(ctx, "select active, offer_list, public_rest, claim_minutes, final_minutes, version from sales.waitlist_policy where tenant_id = ? and session_id = ?", tx.Scope.Tenant, session).
		Scan(&p.Active, &p.OfferList, &p.PublicRest, &p.ClaimMinutes, &p.FinalMinutes, &p.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	return p, err
}

func putWaitPolicy(ctx context.Context, tx db.Tx, p WaitPolicy) error {
	q := "update sales.waitlist_policy set active = ?, offer_list = ?, public_rest = ?, claim_minutes = ?, final_minutes = ?, version = version + 1 where tenant_id = ? and session_id = ? and version = ?"
	args := []any{p.Active, p.OfferList, p.PublicRest, p.ClaimMinutes, p.FinalMinutes, tx.Scope.Tenant, p.Session, p.Version}
	if p.Version == 0 {
		q, args = "insert into sales.waitlist_policy (active, offer_list, public_rest, claim_minutes, final_minutes, tenant_id, session_id) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing", args[:7]
	}
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errsJoin(ErrPolicyVersion, err)
	}
	return nil
}

const releaseColumns = `r.id, r.session_id, r.at, r.announced_by, r.announced_at, r.offer_list, r.public_rest, r.state, r.collected, r.to_public, r.started_at, r.done_at,
	coalesce(sum(cardinality(f.seats)), 0), coalesce(sum(cardinality(f.seats)) filter (where f.state = 'bought'), 0), coalesce(sum(cardinality(f.seats)) filter (where f.state = 'lapsed'), 0)
	from sales.waitlist_release r left join sales.waitlist_offer f on f.tenant_id = r.tenant_id and f.release_id = r.id where r.tenant_id = ? and `

func releases(ctx context.Context, tx db.Tx, where string, args ...any) ([]WaitRelease, error) {
	rows, err := tx.QueryContext(ctx, "select "+releaseColumns+where+" group by r.tenant_id, r.id order by r.at, r.id", append([]any{tx.Scope.Tenant}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []WaitRelease
	for rows.Next() {
		var r WaitRelease
		if err := rows.Scan(&r.ID, &r.Session, &r.At, &r.AnnouncedBy, &r.AnnouncedAt, &r.OfferList, &r.PublicRest, &r.State, &r.Collected, &r.ToPublic, &r.StartedAt, &r.DoneAt, &r.Offered, &r.Bought, &r.Lapsed); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func releasesOf(ctx context.Context, tx db.Tx, session ids.ID) ([]WaitRelease, error) {
	return releases(ctx, tx, "r.session_id = ?", session)
}

func dueReleases(ctx context.Context, tx db.Tx, now time.Time) ([]WaitRelease, error) {
	return releases(ctx, tx, "r.state in ('announced', 'running') and r.at <= ?", now)
}

func getRelease(ctx context.Context, tx db.Tx, id ids.ID) (WaitRelease, error) {
	list, err := releases(ctx, tx, "r.id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrWaitRelease
	}
	if err != nil {
		return WaitRelease{}, err
	}
	return list[0], nil
}

func insertRelease(ctx context.Context, tx db.Tx, r WaitRelease) error {
	_, err := tx.ExecContext(ctx, "insert into sales.waitlist_release (tenant_id, id, session_id, at, announced_by, announced_at, offer_list, public_rest, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, r.ID, r.Session, r.At, r.AnnouncedBy, r.AnnouncedAt, r.OfferList, r.PublicRest, r.State)
	return err
}

func beginRelease(ctx context.Context, tx db.Tx, id ids.ID, collected int) error {
	_, err := tx.ExecContext(ctx, "update sales.waitlist_release set state = 'running', collected = ?, started_at = ? where tenant_id = ? and id = ? and state = 'announced'", collected, tx.Now, tx.Scope.Tenant, id)
	return err
}

func moveRelease(ctx context.Context, tx db.Tx, id ids.ID, from, to string) (int64, error) {
	res, err := tx.ExecContext(ctx, "update sales.waitlist_release set state = ?, done_at = ? where tenant_id = ? and id = ? and state = ?", to, tx.Now, tx.Scope.Tenant, id, from)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// endRelease ends a release of which no offer stands: another node may have
// made one meanwhile.
func endRelease(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, `update sales.waitlist_release r set state = 'done', done_at = ? where tenant_id = ? and id = ? and state = 'running'
		and not exists (select from sales.waitlist_offer f where f.tenant_id = r.tenant_id and f.release_id = r.id and f.state = 'open')`, tx.Now, tx.Scope.Tenant, id)
	return err
}

// planFinalReleases announces the last release of each session that collects,
// so that nothing stays in a pool when nobody thinks of it.
func planFinalReleases(ctx context.Context, tx db.Tx) error {
	_, err := tx.ExecContext(ctx, `insert into sales.waitlist_release (tenant_id, id, session_id, at, announced_by, announced_at, offer_list, public_rest, state)
		select p.tenant_id, gen_random_uuid(), p.session_id, s.starts_at - make_interval(mins => p.final_minutes), ?, ?, p.offer_list, true, 'announced'
		from sales.waitlist_policy p join show.session s on s.tenant_id = p.tenant_id and s.id = p.session_id
		where p.tenant_id = ? and p.active and s.state in ('on_sale', 'paused')
			and not exists (select from sales.waitlist_release r where r.tenant_id = p.tenant_id and r.session_id = p.session_id and r.at = s.starts_at - make_interval(mins => p.final_minutes) and r.state <> 'cancelled')
		on conflict do nothing`, tx.Scope.Actor.String(), tx.Now, tx.Scope.Tenant)
	if err != nil {
		return err
	}
	// Who still waits when it is over waits for nothing.
	_, err = tx.ExecContext(ctx, `update sales.waitlist_entry e set state = 'closed', reason = '场次已结束售票', ended_at = ?0 from show.session s
		where e.tenant_id = ?1 and e.state = 'waiting' and s.tenant_id = e.tenant_id and s.id = e.session_id and (s.starts_at <= ?0 or s.state in ('cancelled', 'ended'))`, tx.Now, tx.Scope.Tenant)
	return err
}

type offerRow struct {
	Hold       ids.ID    `bun:"hold"`
	ReleaseID  ids.ID    `bun:"release_id"`
	EntryID    ids.ID    `bun:"entry_id"`
	SessionID  ids.ID    `bun:"session_id"`
	Seats      []int32   `bun:"seats,array"`
	Prices     []int64   `bun:"prices,array"`
	MadeAt     time.Time `bun:"made_at"`
	ExpiresAt  time.Time `bun:"expires_at"`
	State      string    `bun:"state"`
	OrderID    ids.ID    `bun:"order_id"`
	OrderState string    `bun:"order_state"`
}

// offersWhere lists offers, oldest first, each with the order that was made of it.
func offersWhere(ctx context.Context, tx db.Tx, where string, args ...any) ([]WaitOffer, error) {
	var rows []offerRow
	err := tx.NewRaw(`select f.hold, f.release_id, f.entry_id, f.session_id, f.seats, f.prices, f.made_at, f.expires_at, f.state, o.id as order_id, coalesce(o.state, '') as order_state
		from sales.waitlist_offer f left join sales.orders o on o.tenant_id = f.tenant_id and o.hold = f.hold where f.tenant_id = ? and `+where+` order by f.made_at, f.hold`,
		append([]any{tx.Scope.Tenant}, args...)...).Scan(ctx, &rows)
	out := make([]WaitOffer, len(rows))
	for i, r := range rows {
		out[i] = WaitOffer{Hold: r.Hold, Release: r.ReleaseID, Entry: r.EntryID, Session: r.SessionID, Seats: r.Seats, MadeAt: r.MadeAt, ExpiresAt: r.ExpiresAt, State: r.State, Order: r.OrderID, OrderIs: r.OrderState}
		for _, p := range r.Prices {
			out[i].Prices = append(out[i].Prices, money.Fen(p))
		}
	}
	return out, err
}

func openOffers(ctx context.Context, tx db.Tx, release ids.ID) ([]WaitOffer, error) {
	return offersWhere(ctx, tx, "f.release_id = ? and f.state = 'open'", release)
}

// endOffer ends an offer, and its entry unless the buyer has left the list.
func endOffer(ctx context.Context, tx db.Tx, o WaitOffer, state, entry string) error {
	if _, err := tx.ExecContext(ctx, "update sales.waitlist_offer set state = ?, ended_at = ? where tenant_id = ? and hold = ? and state = 'open'", state, tx.Now, tx.Scope.Tenant, o.Hold); err != nil {
		return err
	}
	return endEntry(ctx, tx, o.Entry, entry, "")
}
