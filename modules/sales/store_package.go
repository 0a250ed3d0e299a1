package sales

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
)

type packageRow struct {
	bun.BaseModel `bun:"table:sales.package,alias:p"`
	TenantID      int32           `bun:"tenant_id,pk"`
	ID            ids.ID          `bun:"id,pk,type:uuid"`
	No            int             `bun:"no"`
	ShowID        ids.ID          `bun:"show_id,type:uuid"`
	State         string          `bun:"state"`
	Content       json.RawMessage `bun:"content,type:jsonb"`
	Version       int             `bun:"version"`
	CreatedAt     time.Time       `bun:"created_at"`
	ChangedAt     time.Time       `bun:"changed_at"`
}

func (r packageRow) pack() (Package, error) {
	p := Package{ID: r.ID, No: r.No, Show: r.ShowID, State: r.State, Version: r.Version, ChangedAt: r.ChangedAt}
	return p, json.Unmarshal(r.Content, &p.Content)
}

func getPackage(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Package, bool, error) {
	var r packageRow
	q := tx.NewSelect().Model(&r).Where("p.tenant_id = ? and p.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Package{}, false, nil
	} else if err != nil {
		return Package{}, false, err
	}
	p, err := r.pack()
	return p, err == nil, err
}

func listPackages(ctx context.Context, tx db.Tx, show ids.ID) ([]Package, error) {
	var rows []packageRow
	q := tx.NewSelect().Model(&rows).Where("p.tenant_id = ?", tx.Scope.Tenant).Order("p.id").Limit(500)
	if !show.IsZero() {
		q = q.Where("p.show_id = ?", show)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]Package, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.pack(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// insertPackage gives a package the tenant's next number.
func insertPackage(ctx context.Context, tx db.Tx, p *Package) error {
	raw, err := json.Marshal(p.Content)
	if err != nil {
		return err
	}
	return tx.QueryRowContext(ctx, `insert into sales.package (tenant_id, id, no, show_id, state, content, version, created_at, changed_at)
		select ?0, ?1, coalesce(max(no), 0) + 1, ?2, ?3, ?4::jsonb, ?5, ?6, ?6 from sales.package where tenant_id = ?0 returning no`,
		tx.Scope.Tenant, p.ID, p.Show, p.State, string(raw), p.Version, tx.Now).Scan(&p.No)
}

func updatePackage(ctx context.Context, tx db.Tx, p Package) error {
	raw, err := json.Marshal(p.Content)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "update sales.package set state = ?, content = ?::jsonb, version = ?, changed_at = ? where tenant_id = ? and id = ?",
		p.State, string(raw), p.Version, p.ChangedAt, tx.Scope.Tenant, p.ID)
	return err
}

type bundleRow struct {
	bun.BaseModel `bun:"table:sales.bundle,alias:b"`
	TenantID      int32           `bun:"tenant_id,pk"`
	ID            ids.ID          `bun:"id,pk,type:uuid"`
	PackageID     ids.ID          `bun:"package_id,type:uuid"`
	OptionNo      int             `bun:"option_no"`
	Content       json.RawMessage `bun:"content,type:jsonb"`
	Buyer         string          `bun:"buyer"`
	Channel       string          `bun:"channel"`
	State         string          `bun:"state"`
	Amount        money.Fen       `bun:"amount"`
	CreatedAt     time.Time       `bun:"created_at"`
	ExpiresAt     time.Time       `bun:"expires_at"`
	ConfirmedAt   *time.Time      `bun:"confirmed_at"`
}

type partRow struct {
	bun.BaseModel `bun:"table:sales.bundle_part,alias:x"`
	TenantID      int32   `bun:"tenant_id,pk"`
	BundleID      ids.ID  `bun:"bundle_id,pk,type:uuid"`
	No            int     `bun:"no,pk"`
	SessionID     ids.ID  `bun:"session_id,type:uuid"`
	OrderID       ids.ID  `bun:"order_id,type:uuid"`
	Hold          ids.ID  `bun:"hold,type:uuid"`
	Seats         []int32 `bun:"seats,array,type:int[]"`
	Prices        []int64 `bun:"prices,array,type:bigint[]"`
}

func (r bundleRow) bundle() (Bundle, error) {
	b := Bundle{
		ID: r.ID, Package: r.PackageID, Option: r.OptionNo, Buyer: r.Buyer, Channel: r.Channel, State: r.State, Amount: r.Amount,
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, ConfirmedAt: r.ConfirmedAt,
	}
	return b, json.Unmarshal(r.Content, &b.Content)
}

func (r partRow) part() BundlePart {
	p := BundlePart{Session: r.SessionID, Order: r.OrderID, Hold: r.Hold, Seats: r.Seats}
	for _, n := range r.Prices {
		p.Prices = append(p.Prices, money.Fen(n))
	}
	return p
}

func insertBundle(ctx context.Context, tx db.Tx, b Bundle) error {
	raw, err := json.Marshal(b.Content)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&bundleRow{
		TenantID: tx.Scope.Tenant, ID: b.ID, PackageID: b.Package, OptionNo: b.Option, Content: raw, Buyer: b.Buyer, Channel: b.Channel, State: b.State,
		Amount: b.Amount, CreatedAt: tx.Now, ExpiresAt: b.ExpiresAt,
	}).Exec(ctx)
	if err != nil {
		return err
	}
	rows := make([]partRow, len(b.Parts))
	for i, p := range b.Parts {
		prices := make([]int64, len(p.Prices))
		for k, n := range p.Prices {
			prices[k] = int64(n)
		}
		rows[i] = partRow{TenantID: tx.Scope.Tenant, BundleID: b.ID, No: i + 1, SessionID: p.Session, OrderID: p.Order, Hold: p.Hold, Seats: p.Seats, Prices: prices}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// getBundle reads a bundle with its parts; lock is "" or a row lock.
func getBundle(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Bundle, error) {
	var r bundleRow
	q := tx.NewSelect().Model(&r).Where("b.tenant_id = ? and b.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Bundle{}, ErrNoBundle
	} else if err != nil {
		return Bundle{}, err
	}
	list, err := withParts(ctx, tx, []bundleRow{r})
	if err != nil {
		return Bundle{}, err
	}
	return list[0], nil
}

func withParts(ctx context.Context, tx db.Tx, rows []bundleRow) ([]Bundle, error) {
	out := make([]Bundle, len(rows))
	which := make([]ids.ID, len(rows))
	at := map[ids.ID]int{}
	for i, r := range rows {
		var err error
		if out[i], err = r.bundle(); err != nil {
			return nil, err
		}
		which[i], at[r.ID] = r.ID, i
	}
	if len(rows) == 0 {
		return out, nil
	}
	var parts []partRow
	if err := tx.NewSelect().Model(&parts).Where("x.tenant_id = ? and x.bundle_id in (?)", tx.Scope.Tenant, bun.List(which)).Order("x.bundle_id", "x.no").Scan(ctx); err != nil {
		return nil, err
	}
	for _, p := range parts {
		i := at[p.BundleID]
		out[i].Parts = append(out[i].Parts, p.part())
	}
	return out, nil
}

func setBundleState(ctx context.Context, tx db.Tx, id ids.ID, state string, expires *time.Time) error {
	_, err := tx.ExecContext(ctx, "update sales.bundle set state = ?0, expires_at = coalesce(?1::timestamptz, expires_at), confirmed_at = case when ?0 = 'confirmed' then ?2::timestamptz else confirmed_at end where tenant_id = ?3 and id = ?4",
		state, expires, tx.Now, tx.Scope.Tenant, id)
	return err
}

// claimBundle takes a bundle to confirm it, unless somebody else is at it.
func claimBundle(ctx context.Context, tx db.Tx, id ids.ID, until time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, "update sales.bundle set busy_until = ? where tenant_id = ? and id = ? and state = 'paid' and (busy_until is null or busy_until <= ?)", until, tx.Scope.Tenant, id, tx.Now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// setPartStates moves a bundle's orders that have no tickets yet.
func setPartStates(ctx context.Context, tx db.Tx, bundle ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, `update sales.orders set state = ? where tenant_id = ? and state in ('pending', 'paid', 'expired', 'cancelled') and id in (
		select order_id from sales.bundle_part where tenant_id = ? and bundle_id = ?)`, state, tx.Scope.Tenant, tx.Scope.Tenant, bundle)
	return err
}

func dueBundles(ctx context.Context, tx db.Tx, now time.Time, limit int64) ([]Bundle, error) {
	var rows []bundleRow
	err := tx.NewSelect().Model(&rows).Where("b.tenant_id = ?", tx.Scope.Tenant).
		Where("(b.state in ('held', 'placing', 'pending') and b.expires_at <= ?) or (b.state = 'paid' and (b.busy_until is null or b.busy_until <= ?))", now, now).
		Order("b.expires_at").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, err
	}
	return withParts(ctx, tx, rows)
}

// liveBundle says which bundles count against a quota: those whose tickets are
// all given back leave room.
const liveBundle = `(b.state in ('paid', 'pending', 'placing') or (b.state = 'held' and b.expires_at > ?3) or (b.state = 'confirmed' and exists (
	select from sales.bundle_part x join sales.orders o on o.tenant_id = x.tenant_id and o.id = x.order_id
	where x.tenant_id = b.tenant_id and x.bundle_id = b.id and o.state <> 'refunded')))`

// countBundles counts what a package has sold, to one buyer or (with "") to all.
func countBundles(ctx context.Context, tx db.Tx, pack ids.ID, buyer string) (n PackageSales, err error) {
	err = tx.NewRaw(`select count(*) as taken, count(*) filter (where b.state = 'confirmed') as sold, coalesce(sum(b.amount) filter (where b.state = 'confirmed'), 0)::bigint as amount
		from sales.bundle b where b.tenant_id = ?0 and b.package_id = ?1 and (?2 = '' or b.buyer = ?2) and `+liveBundle, tx.Scope.Tenant, pack, buyer, tx.Now).Scan(ctx, &n.Taken, &n.Sold, &n.Amount)
	return n, err
}

func listBundles(ctx context.Context, tx db.Tx, pack ids.ID, buyer string, r page.Request) (page.Page[Bundle], error) {
	var rows []bundleRow
	q := tx.NewSelect().Model(&rows).Where("b.tenant_id = ?", tx.Scope.Tenant).Order("b.id desc").Limit(int64(r.Limit()))
	if !pack.IsZero() {
		q = q.Where("b.package_id = ?", pack)
	}
	if buyer != "" {
		q = q.Where("b.buyer = ?", buyer)
	}
	var after ids.ID
	if ok, err := r.After(&after); err != nil {
		return page.Page[Bundle]{}, err
	} else if ok {
		q = q.Where("b.id < ?", after)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Bundle]{}, err
	}
	list, err := withParts(ctx, tx, rows)
	return page.Of(r, list, func(b Bundle) any { return b.ID }), err
}

// ordersOf reads the orders of a bundle that were made, by id.
func ordersOf(ctx context.Context, tx db.Tx, b Bundle) (map[ids.ID]Order, error) {
	which := make([]ids.ID, len(b.Parts))
	for i, p := range b.Parts {
		which[i] = p.Order
	}
	var rows []orderRow
	if err := tx.NewSelect().Model(&rows).Where("o.tenant_id = ? and o.id in (?)", tx.Scope.Tenant, bun.List(which)).Scan(ctx); err != nil {
		return nil, err
	}
	list, err := orders(rows)
	out := make(map[ids.ID]Order, len(list))
	for _, o := range list {
		out[o.ID] = o
	}
	return out, err
}

// bundleOf is the bundle that an order is part of, zero if none.
func bundleOf(ctx context.Context, tx db.Tx, order ids.ID) (id ids.ID, err error) {
	err = tx.QueryRowContext(ctx, "select bundle_id from sales.bundle_part where tenant_id = ? and order_id = ?", tx.Scope.Tenant, order).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, err
}

// PackageOf tells of which bundle an order is part, and the code of the
// package's price; zero and "" for an order by itself.
func PackageOf(ctx context.Context, tx db.Tx, order ids.ID) (bundle ids.ID, price string, err error) {
	var no, option int
	err = tx.QueryRowContext(ctx, `select x.bundle_id, p.no, b.option_no from sales.bundle_part x join sales.bundle b on b.tenant_id = x.tenant_id and b.id = x.bundle_id
		join sales.package p on p.tenant_id = b.tenant_id and p.id = b.package_id where x.tenant_id = ? and x.order_id = ?`, tx.Scope.Tenant, order).Scan(&bundle, &no, &option)
	if errors.Is(err, sql.ErrNoRows) {
		return ids.ID{}, "", nil
	}
	return bundle, Package{No: no}.PriceCode(option), err
}

// PackageTx reads a package. Errors: sales.package_not_found.
func PackageTx(ctx context.Context, tx db.Tx, id ids.ID) (Package, error) {
	p, ok, err := getPackage(ctx, tx, id, "")
	if err == nil && !ok {
		err = ErrNoPackage
	}
	return p, err
}

// refuseOfBundle refuses what is done with a whole bundle only.
func refuseOfBundle(ctx context.Context, tx db.Tx, order ids.ID) error {
	id, err := bundleOf(ctx, tx, order)
	if err == nil && !id.IsZero() {
		err = ErrPackagePart
	}
	return err
}

// insertTaken notes money that was taken by hand.
func insertTaken(ctx context.Context, tx db.Tx, p Payment, taker string) error {
	_, err := tx.ExecContext(ctx, "insert into sales.payment (tenant_id, id, order_id, provider, amount, state, created_at, paid_at, taken_by) values (?0, ?1, ?2, ?3, ?4, 'paid', ?5, ?5, ?6) on conflict do nothing",
		tx.Scope.Tenant, p.ID, p.Order, p.Provider, p.Amount, tx.Now, taker)
	return err
}
