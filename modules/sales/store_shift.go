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

type shiftRow struct {
	bun.BaseModel `bun:"table:sales.shift,alias:s"`
	TenantID      int32           `bun:"tenant_id,pk"`
	ID            ids.ID          `bun:"id,pk,type:uuid"`
	Seller        string          `bun:"seller"`
	Counter       string          `bun:"counter"`
	Opening       money.Fen       `bun:"opening"`
	OpenedAt      time.Time       `bun:"opened_at"`
	ClosedAt      *time.Time      `bun:"closed_at"`
	Counted       *money.Fen      `bun:"counted"`
	Expected      *money.Fen      `bun:"expected"`
	Totals        json.RawMessage `bun:"totals,type:jsonb,nullzero"`
	Note          string          `bun:"note"`
	SignedBy      string          `bun:"signed_by,nullzero"`
	SignedAt      *time.Time      `bun:"signed_at"`
	SellerName    string          `bun:"seller_name"`
	SignedName    string          `bun:"signed_name"`
	Counts        json.RawMessage `bun:"counts,type:jsonb,nullzero"`
	Next          *ids.ID         `bun:"next_shift,type:uuid"`
	Venue         *ids.ID         `bun:"venue_id,type:uuid"`
}

func (r shiftRow) shift() (Shift, error) {
	sh := Shift{
		ID: r.ID, Seller: r.Seller, Counter: r.Counter, Opening: r.Opening, OpenedAt: r.OpenedAt, ClosedAt: r.ClosedAt, Counted: r.Counted,
		Note: r.Note, SignedBy: r.SignedBy, SignedAt: r.SignedAt, Expected: r.Opening, SellerName: r.SellerName, SignedName: r.SignedName,
	}
	if r.Next != nil {
		sh.Next = *r.Next
	}
	if r.Venue != nil {
		sh.Venue = *r.Venue
	}
	if len(r.Counts) > 0 {
		if err := json.Unmarshal(r.Counts, &sh.Counts); err != nil {
			return sh, err
		}
	}
	if r.Expected != nil {
		sh.Expected = *r.Expected
	}
	if len(r.Totals) == 0 {
		return sh, nil
	}
	return sh, json.Unmarshal(r.Totals, &sh.Totals)
}

func shiftRowOf(tx db.Tx, s Shift) (*shiftRow, error) {
	r := &shiftRow{
		TenantID: tx.Scope.Tenant, ID: s.ID, Seller: s.Seller, Counter: s.Counter, Opening: s.Opening, OpenedAt: s.OpenedAt, ClosedAt: s.ClosedAt, Counted: s.Counted,
		Note: s.Note, SignedBy: s.SignedBy, SignedAt: s.SignedAt, SellerName: s.SellerName, SignedName: s.SignedName,
	}
	if !s.Next.IsZero() {
		r.Next = &s.Next
	}
	if !s.Venue.IsZero() {
		r.Venue = &s.Venue
	}
	if s.ClosedAt == nil {
		return r, nil
	}
	r.Expected = &s.Expected
	var err error
	if len(s.Counts) > 0 {
		if r.Counts, err = json.Marshal(s.Counts); err != nil {
			return nil, err
		}
	}
	r.Totals, err = json.Marshal(s.Totals)
	return r, err
}

func insertShift(ctx context.Context, tx db.Tx, s Shift) error {
	r, err := shiftRowOf(tx, s)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(r).Exec(ctx)
	return err
}

func updateShift(ctx context.Context, tx db.Tx, s Shift) error {
	r, err := shiftRowOf(tx, s)
	if err != nil {
		return err
	}
	_, err = tx.NewUpdate().Model(r).Column("closed_at", "counted", "expected", "totals", "note", "signed_by", "signed_at", "signed_name", "counts", "next_shift").WherePK().Exec(ctx)
	return err
}

func oneShift(ctx context.Context, q *bun.SelectQuery, r *shiftRow) (Shift, bool, error) {
	err := q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Shift{}, false, nil
	}
	if err != nil {
		return Shift{}, false, err
	}
	s, err := r.shift()
	return s, err == nil, err
}

// withMoves adds what went in and out of the drawer.
func withMoves(ctx context.Context, tx db.Tx, s Shift, ok bool, err error) (Shift, bool, error) {
	if err != nil || !ok {
		return s, ok, err
	}
	var rows []moveRow
	err = tx.NewSelect().Model(&rows).Where("m.tenant_id = ? and m.shift_id = ?", tx.Scope.Tenant, s.ID).Order("m.at", "m.id").Scan(ctx)
	for _, r := range rows {
		s.Moves = append(s.Moves, r.move())
	}
	return s, err == nil, err
}

func getShift(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Shift, bool, error) {
	var r shiftRow
	q := tx.NewSelect().Model(&r).Where("s.tenant_id = ? and s.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	sh, ok, err := oneShift(ctx, q, &r)
	return withMoves(ctx, tx, sh, ok, err)
}

func openShiftOf(ctx context.Context, tx db.Tx, seller string) (Shift, bool, error) {
	var r shiftRow
	sh, ok, err := oneShift(ctx, tx.NewSelect().Model(&r).Where("s.tenant_id = ? and s.seller = ? and s.closed_at is null", tx.Scope.Tenant, seller), &r)
	return withMoves(ctx, tx, sh, ok, err)
}

func listShifts(ctx context.Context, tx db.Tx, seller string, r page.Request) (page.Page[Shift], error) {
	var rows []shiftRow
	q := tx.NewSelect().Model(&rows).Where("s.tenant_id = ? and (? = '' or s.seller = ?)", tx.Scope.Tenant, seller, seller).Order("s.opened_at desc", "s.id desc").Limit(int64(r.Limit()))
	var after struct {
		At time.Time
		ID ids.ID
	}
	if ok, err := r.After(&after); err != nil {
		return page.Page[Shift]{}, err
	} else if ok {
		q = q.Where("(s.opened_at, s.id) < (?, ?)", after.At, after.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Shift]{}, err
	}
	list := make([]Shift, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.shift(); err != nil {
			return page.Page[Shift]{}, err
		}
	}
	return page.Of(r, list, func(s Shift) any {
		return struct {
			At time.Time
			ID ids.ID
		}{s.OpenedAt, s.ID}
	}), nil
}

// shiftTotals sums what a seller took and gave back by hand, by way of payment.
// A refund counts under the way its order was first paid, less what went
// through a provider.
func shiftTotals(ctx context.Context, tx db.Tx, seller string, from, to time.Time) ([]ShiftMethod, error) {
	var rows []struct {
		Method string
		Sales  int
		Taken  money.Fen
		Backs  int
		Given  money.Fen
	}
	err := tx.NewRaw(`select method, sum(sales)::int as sales, sum(taken)::bigint as taken, sum(backs)::int as backs, sum(given)::bigint as given from (
		select case scene when 'scan' then 'scan_' || coalesce((select a.kind from sales.pay_account a where a.tenant_id = y.tenant_id and a.code = y.provider), '') else provider end as method, 1 as sales, amount as taken, 0 as backs, 0 as given from sales.payment y where state = 'paid' and tenant_id = ?0 and taken_by = ?1 and paid_at >= ?2 and paid_at <= ?3
		union all
		select coalesce(case when r.through is null then (select p.provider from sales.payment p where p.tenant_id = r.tenant_id and p.state = 'paid' and (p.order_id = r.order_id or p.order_id = (select x.bundle_id from sales.bundle_part x where x.tenant_id = r.tenant_id and x.order_id = r.order_id)) order by (p.order_id <> r.order_id) desc, p.exchange_id is not null, p.id limit 1) else 'cash' end, 'cash'),
			0, 0, 1, r.paid - r.fee - coalesce(r.through, 0)
		from sales.refund r where r.tenant_id = ?0 and r.asked_by = ?1 and r.done_at >= ?2 and r.done_at <= ?3 and r.state = 'done' and r.paid - r.fee > coalesce(r.through, 0)) x
		group by method order by method`, tx.Scope.Tenant, seller, from, to).Scan(ctx, &rows)
	out := make([]ShiftMethod, len(rows))
	for i, r := range rows {
		out[i] = ShiftMethod(r)
	}
	return out, err
}

type moveRow struct {
	bun.BaseModel `bun:"table:sales.cash_move,alias:m"`
	TenantID      int32     `bun:"tenant_id,pk"`
	ID            ids.ID    `bun:"id,pk,type:uuid"`
	ShiftID       ids.ID    `bun:"shift_id,type:uuid"`
	Amount        money.Fen `bun:"amount"`
	Reason        string    `bun:"reason"`
	By            string    `bun:"by"`
	At            time.Time `bun:"at"`
}

func (r moveRow) move() CashMove { return CashMove{r.ID, r.Amount, r.Reason, r.By, r.At} }

func insertMove(ctx context.Context, tx db.Tx, shift ids.ID, m CashMove) error {
	_, err := tx.NewInsert().Model(&moveRow{TenantID: tx.Scope.Tenant, ID: m.ID, ShiftID: shift, Amount: m.Amount, Reason: m.Reason, By: m.By, At: m.At}).Exec(ctx)
	return err
}
