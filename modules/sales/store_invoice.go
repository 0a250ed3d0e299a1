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

type invoiceRow struct {
	bun.BaseModel `bun:"table:sales.invoice,alias:o"`
	TenantID      int32      `bun:"tenant_id,pk"`
	ID            ids.ID     `bun:"id,pk,type:uuid"`
	OrderID       ids.ID     `bun:"order_id,type:uuid"`
	Buyer         string     `bun:"buyer"`
	Kind          string     `bun:"kind"`
	Title         []byte     `bun:"title"`
	TaxNumber     []byte     `bun:"tax_number"`
	Email         []byte     `bun:"email"`
	Amount        money.Fen  `bun:"amount"`
	State         string     `bun:"state"`
	Number        string     `bun:"number"`
	RedNumber     string     `bun:"red_number"`
	Reason        string     `bun:"reason"`
	RequestedAt   time.Time  `bun:"requested_at"`
	IssuedAt      *time.Time `bun:"issued_at"`
	EndedAt       *time.Time `bun:"ended_at"`
	DoneBy        string     `bun:"done_by"`
}

func (s *Service) invoiceOf(r invoiceRow) (Invoice, error) {
	v := Invoice{
		ID: r.ID, Order: r.OrderID, Buyer: r.Buyer, Kind: r.Kind, Amount: r.Amount, State: r.State, Number: r.Number, RedNumber: r.RedNumber, Reason: r.Reason,
		RequestedAt: r.RequestedAt, IssuedAt: r.IssuedAt, EndedAt: r.EndedAt, DoneBy: r.DoneBy,
	}
	var err error
	if v.Title, err = s.Vault.Open(r.TenantID, r.ID, "invoice title", r.Title); err != nil {
		return v, err
	}
	if len(r.TaxNumber) > 0 {
		if v.TaxNumber, err = s.Vault.Open(r.TenantID, r.ID, "invoice tax", r.TaxNumber); err != nil {
			return v, err
		}
	}
	v.Email, err = s.Vault.Open(r.TenantID, r.ID, "invoice email", r.Email)
	return v, err
}

func (s *Service) insertInvoice(ctx context.Context, tx db.Tx, v Invoice) error {
	t := tx.Scope.Tenant
	r := invoiceRow{
		TenantID: t, ID: v.ID, OrderID: v.Order, Buyer: v.Buyer, Kind: v.Kind, Title: s.Vault.Seal(t, v.ID, "invoice title", v.Title), Email: s.Vault.Seal(t, v.ID, "invoice email", v.Email),
		Amount: v.Amount, State: v.State, RequestedAt: v.RequestedAt,
	}
	if v.TaxNumber != "" {
		r.TaxNumber = s.Vault.Seal(t, v.ID, "invoice tax", v.TaxNumber)
	}
	_, err := tx.NewInsert().Model(&r).Exec(ctx)
	return err
}

func (s *Service) getInvoice(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Invoice, error) {
	var r invoiceRow
	q := tx.NewSelect().Model(&r).Where("o.tenant_id = ? and o.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Invoice{}, ErrNoInvoice
	} else if err != nil {
		return Invoice{}, err
	}
	return s.invoiceOf(r)
}

func (s *Service) invoices(rows []invoiceRow) ([]Invoice, error) {
	out := make([]Invoice, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = s.invoiceOf(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) listInvoices(ctx context.Context, tx db.Tx, where string, arg any) ([]Invoice, error) {
	var rows []invoiceRow
	if err := tx.NewSelect().Model(&rows).Where("o.tenant_id = ?", tx.Scope.Tenant).Where(where, arg).Order("o.id desc").Limit(50).Scan(ctx); err != nil {
		return nil, err
	}
	return s.invoices(rows)
}

func (s *Service) pageInvoices(ctx context.Context, tx db.Tx, state string, r page.Request) (page.Page[Invoice], error) {
	var rows []invoiceRow
	q := tx.NewSelect().Model(&rows).Where("o.tenant_id = ?", tx.Scope.Tenant).Order("o.id desc").Limit(int64(r.Limit()))
	if state != "" {
		q = q.Where("o.state = ?", state)
	}
	var after ids.ID
	if ok, err := r.After(&after); err != nil {
		return page.Page[Invoice]{}, err
	} else if ok {
		q = q.Where("o.id < ?", after)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Invoice]{}, err
	}
	list, err := s.invoices(rows)
	return page.Of(r, list, func(v Invoice) any { return v.ID }), err
}

func updateInvoice(ctx context.Context, tx db.Tx, v Invoice) error {
	_, err := tx.ExecContext(ctx, "update sales.invoice set state = ?, amount = ?, number = ?, red_number = ?, reason = ?, issued_at = ?, ended_at = ?, done_by = ? where tenant_id = ? and id = ?",
		v.State, v.Amount, v.Number, v.RedNumber, v.Reason, v.IssuedAt, v.EndedAt, v.DoneBy, tx.Scope.Tenant, v.ID)
	return err
}

// netOf is what was paid for an order or bundle less what went back or is on
// its way. What an agent took is the agent's to invoice.
func netOf(ctx context.Context, tx db.Tx, order ids.ID) (net money.Fen, err error) {
	err = tx.QueryRowContext(ctx, `select (select coalesce(sum(amount), 0) from sales.payment where tenant_id = ?0 and (order_id = ?1 or order_id in (select x.order_id from sales.bundle_part x where x.tenant_id = ?0 and x.bundle_id = ?1)) and state = 'paid' and provider <> ?2)
		- (select coalesce(sum(paid - fee), 0) from sales.refund where tenant_id = ?0 and state <> 'refused' and (order_id = ?1 or order_id in (select x.order_id from sales.bundle_part x where x.tenant_id = ?0 and x.bundle_id = ?1)))`,
		tx.Scope.Tenant, order, AgentMethod).Scan(&net)
	return net, err
}

// invoicesToErase are invoices that nothing is to be done with any more, were
// last dealt with before an instant, and still say who they are for: the seal
// of an empty text has sealedEmpty bytes.
func invoicesToErase(ctx context.Context, tx db.Tx, before time.Time, limit int) ([]ids.ID, error) {
	const sealedEmpty = 4 + 12 + 16
	return scanAll(ctx, tx, func(r *sql.Rows) (id ids.ID, err error) { return id, r.Scan(&id) },
		`select id from sales.invoice where tenant_id = ? and state in ('issued', 'rejected', 'voided') and greatest(requested_at, issued_at, ended_at) <= ?
			and (length(title) > ? or length(email) > ? or tax_number is not null) order by id limit ? for update`,
		tx.Scope.Tenant, before, sealedEmpty, sealedEmpty, limit)
}

func (s *Service) eraseInvoice(ctx context.Context, tx db.Tx, id ids.ID) error {
	t := tx.Scope.Tenant
	_, err := tx.ExecContext(ctx, "update sales.invoice set title = ?, email = ?, tax_number = null where tenant_id = ? and id = ?",
		s.Vault.Seal(t, id, "invoice title", ""), s.Vault.Seal(t, id, "invoice email", ""), t, id)
	return err
}
