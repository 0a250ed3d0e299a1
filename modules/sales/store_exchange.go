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
)

type dueRow struct {
	bun.BaseModel `bun:"table:sales.exchange_due,alias:d"`
	TenantID      int32     `bun:"tenant_id,pk"`
	ID            ids.ID    `bun:"id,pk,type:uuid"`
	OrderID       ids.ID    `bun:"order_id,type:uuid"`
	SessionID     ids.ID    `bun:"session_id,type:uuid"`
	From          []int32   `bun:"from_seats,array,type:int[]"`
	To            []int32   `bun:"to_seats,array,type:int[]"`
	Hold          ids.ID    `bun:"hold,type:uuid"`
	Amount        money.Fen `bun:"amount"`
	State         string    `bun:"state"`
	CreatedAt     time.Time `bun:"created_at"`
	ExpiresAt     time.Time `bun:"expires_at"`
}

func (r dueRow) due() ExchangeDue {
	return ExchangeDue{ID: r.ID, Order: r.OrderID, Session: r.SessionID, From: r.From, To: r.To, Hold: r.Hold, Amount: r.Amount, State: r.State, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt}
}

func insertDue(ctx context.Context, tx db.Tx, d ExchangeDue) error {
	_, err := tx.NewInsert().Model(&dueRow{TenantID: tx.Scope.Tenant, ID: d.ID, OrderID: d.Order, SessionID: d.Session, From: d.From, To: d.To, Hold: d.Hold, Amount: d.Amount, State: d.State, CreatedAt: d.CreatedAt, ExpiresAt: d.ExpiresAt}).Exec(ctx)
	return err
}

func getDue(ctx context.Context, tx db.Tx, id ids.ID, lock string) (ExchangeDue, error) {
	var r dueRow
	q := tx.NewSelect().Model(&r).Where("d.tenant_id = ? and d.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return ExchangeDue{}, ErrNoDue
	} else if err != nil {
		return ExchangeDue{}, err
	}
	return r.due(), nil
}

func openDue(ctx context.Context, tx db.Tx, order ids.ID) (ExchangeDue, bool, error) {
	var r dueRow
	err := tx.NewSelect().Model(&r).Where("d.tenant_id = ? and d.order_id = ? and d.state in ('pending', 'paid')", tx.Scope.Tenant, order).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return ExchangeDue{}, false, nil
	}
	return r.due(), err == nil, err
}

func dueExchanges(ctx context.Context, tx db.Tx, limit int64) ([]ExchangeDue, error) {
	var rows []dueRow
	err := tx.NewSelect().Model(&rows).Where("d.tenant_id = ? and (d.state = 'paid' or d.state = 'pending' and d.expires_at <= ?)", tx.Scope.Tenant, tx.Now).Order("d.expires_at").Limit(limit).Scan(ctx)
	out := make([]ExchangeDue, len(rows))
	for i, r := range rows {
		out[i] = r.due()
	}
	return out, err
}

func setDueState(ctx context.Context, tx db.Tx, id ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, "update sales.exchange_due set state = ?, done_at = ? where tenant_id = ? and id = ?", state, tx.Now, tx.Scope.Tenant, id)
	return err
}

func insertDuePayment(ctx context.Context, tx db.Tx, p Payment) error {
	_, err := tx.ExecContext(ctx, "insert into sales.payment (tenant_id, id, order_id, provider, amount, state, scene, created_at, exchange_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, p.ID, p.Order, p.Provider, p.Amount, p.State, string(p.Scene), tx.Now, p.Exchange)
	return err
}

func duePayments(ctx context.Context, tx db.Tx, exchange ids.ID, state string) ([]Payment, error) {
	rows, err := tx.QueryContext(ctx, "select id, order_id, provider, amount, state, scene from sales.payment where tenant_id = ? and exchange_id = ? and state = ? order by id", tx.Scope.Tenant, exchange, state)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Payment
	for rows.Next() {
		p := Payment{Exchange: exchange}
		if err := rows.Scan(&p.ID, &p.Order, &p.Provider, &p.Amount, &p.State, &p.Scene); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// difference is a payment of a difference with what is left of it.
type difference struct {
	id   ids.ID
	left money.Fen
}

// differencePayments are the paid differences of an order's exchanges, less
// what went back or is on its way.
func differencePayments(ctx context.Context, tx db.Tx, order ids.ID) ([]difference, error) {
	rows, err := tx.QueryContext(ctx, `select p.id, p.amount - coalesce((select sum(r.paid - r.fee) from sales.refund r where r.tenant_id = p.tenant_id and r.payment_id = p.id and r.state <> 'refused'), 0)
		from sales.payment p where p.tenant_id = ? and p.order_id = ? and p.state = 'paid' and p.exchange_id is not null order by p.id`, tx.Scope.Tenant, order)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []difference
	for rows.Next() {
		var d difference
		if err := rows.Scan(&d.id, &d.left); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// lessPaid takes from a refund what another one gives back.
func lessPaid(ctx context.Context, tx db.Tx, id ids.ID, part money.Fen) error {
	_, err := tx.ExecContext(ctx, "update sales.refund set paid = paid - ? where tenant_id = ? and id = ?", part, tx.Scope.Tenant, id)
	return err
}
