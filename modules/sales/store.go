package sales

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
)

type orderRow struct {
	bun.BaseModel `bun:"table:sales.orders,alias:o"`
	TenantID      int32           `bun:"tenant_id,pk"`
	ID            ids.ID          `bun:"id,pk,type:uuid"`
	SessionID     ids.ID          `bun:"session_id,type:uuid"`
	Buyer         string          `bun:"buyer"`
	Channel       string          `bun:"channel"`
	State         string          `bun:"state"`
	Hold          ids.ID          `bun:"hold,type:uuid"`
	Amount        money.Fen       `bun:"amount"`
	Lines         json.RawMessage `bun:"lines,type:jsonb"`
	Contact       []byte          `bun:"contact"`
	CreatedAt     time.Time       `bun:"created_at"`
	ExpiresAt     time.Time       `bun:"expires_at"`
	ConfirmedAt   *time.Time      `bun:"confirmed_at"`
}

type ticketRow struct {
	SessionID ids.ID    `bun:"session_id"`
	SeatID    int32     `bun:"seat_id"`
	OrderID   ids.ID    `bun:"order_id"`
	Serial    int64     `bun:"serial"`
	Code      string    `bun:"code"`
	Price     money.Fen `bun:"price"`
	Zone      int       `bun:"zone"`
	Kind      string    `bun:"kind"`
	PersonID  ids.ID    `bun:"person_id"`
	Channel   string    `bun:"channel"`
	SoldAt    time.Time `bun:"sold_at"`
	Edition   int       `bun:"edition"`
	Prints    int       `bun:"prints"`
	State     string    `bun:"state"`
}

type refundRow struct {
	bun.BaseModel `bun:"table:sales.refund,alias:r"`
	TenantID      int32      `bun:"tenant_id,pk"`
	ID            ids.ID     `bun:"id,pk,type:uuid"`
	OrderID       ids.ID     `bun:"order_id,type:uuid"`
	SessionID     ids.ID     `bun:"session_id,type:uuid"`
	Seats         []int32    `bun:"seats,array,type:int[]"`
	Fees          []int64    `bun:"fees,array,type:bigint[]"`
	Paid          money.Fen  `bun:"paid"`
	Fee           money.Fen  `bun:"fee"`
	Reason        string     `bun:"reason"`
	State         string     `bun:"state"`
	AskedBy       string     `bun:"asked_by"`
	CreatedAt     time.Time  `bun:"created_at"`
	DoneAt        *time.Time `bun:"done_at"`
	PaymentID     ids.ID     `bun:"payment_id,type:uuid"`
}

func (r orderRow) order() (Order, error) {
	o := Order{
		ID: r.ID, Session: r.SessionID, Buyer: r.Buyer, Channel: r.Channel, State: r.State, Hold: r.Hold, Amount: r.Amount, Contact: r.Contact,
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, ConfirmedAt: r.ConfirmedAt,
	}
	return o, json.Unmarshal(r.Lines, &o.Lines)
}

func (r ticketRow) ticket() Ticket {
	return Ticket{
		Session: r.SessionID, Seat: r.SeatID, Order: r.OrderID, Serial: r.Serial, Code: r.Code, Price: r.Price, Zone: r.Zone, Kind: r.Kind,
		Person: r.PersonID, Channel: r.Channel, SoldAt: r.SoldAt, Edition: r.Edition, Prints: r.Prints, State: r.State,
	}
}

func (r refundRow) refund() Refund {
	f := Refund{
		ID: r.ID, Order: r.OrderID, Session: r.SessionID, Seats: r.Seats, Paid: r.Paid, Fee: r.Fee, Reason: r.Reason, State: r.State,
		AskedBy: r.AskedBy, CreatedAt: r.CreatedAt, DoneAt: r.DoneAt, Payment: r.PaymentID,
	}
	for _, fee := range r.Fees {
		f.Fees = append(f.Fees, money.Fen(fee))
	}
	return f
}

func getOrder(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Order, error) {
	var r orderRow
	q := tx.NewSelect().Model(&r).Where("o.tenant_id = ? and o.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Order{}, ErrNotFound
	} else if err != nil {
		return Order{}, err
	}
	return r.order()
}

// requestOf is the blind index of what an order was asked for with, nil when
// there is none any more.
func requestOf(ctx context.Context, tx db.Tx, id ids.ID) (b []byte, err error) {
	err = tx.QueryRowContext(ctx, "select request from sales.orders where tenant_id = ? and id = ?", tx.Scope.Tenant, id).Scan(&b)
	return b, err
}

func orders(rows []orderRow) ([]Order, error) {
	out := make([]Order, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.order(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func listOrders(ctx context.Context, tx db.Tx, f OrderFilter, r page.Request) (page.Page[Order], error) {
	var rows []orderRow
	q := tx.NewSelect().Model(&rows).Where("o.tenant_id = ?", tx.Scope.Tenant).Order("o.id desc").Limit(int64(r.Limit()))
	if f.Buyer != "" {
		q = q.Where("o.buyer = ?", f.Buyer).
			// the parts of a package that is not issued are in the list of packages
			Where("(o.state in ('confirmed', 'refunded') or not exists (select from sales.bundle_part x where x.tenant_id = o.tenant_id and x.order_id = o.id))")
	}
	if !f.Session.IsZero() {
		q = q.Where("o.session_id = ?", f.Session)
	}
	if f.State != "" {
		q = q.Where("o.state = ?", f.State)
	}
	if f.Channel != "" {
		q = q.Where("o.channel = ?", f.Channel)
	}
	var after ids.ID
	if ok, err := r.After(&after); err != nil {
		return page.Page[Order]{}, err
	} else if ok {
		q = q.Where("o.id < ?", after)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Order]{}, err
	}
	list, err := orders(rows)
	return page.Of(r, list, func(o Order) any { return o.ID }), err
}

func dueOrders(ctx context.Context, tx db.Tx, now time.Time, limit int64) ([]Order, error) {
	var rows []orderRow
	err := tx.NewSelect().Model(&rows).Where("o.tenant_id = ?", tx.Scope.Tenant).
		Where("(o.state = ? and o.expires_at <= ?) or o.state = ?", Pending, now, Paid).
		Where("not exists (select from sales.bundle_part x where x.tenant_id = o.tenant_id and x.order_id = o.id)"). // SweepBundles has those
		Order("o.expires_at").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, err
	}
	return orders(rows)
}

func confirmedOrders(ctx context.Context, tx db.Tx, session ids.ID) ([]Order, error) {
	var rows []orderRow
	err := tx.NewSelect().Model(&rows).Where("o.tenant_id = ? and o.session_id = ? and o.state = ?", tx.Scope.Tenant, session, Confirmed).Order("o.id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	return orders(rows)
}

func setOrderState(ctx context.Context, tx db.Tx, id ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, "update sales.orders set state = ? where tenant_id = ? and id = ?", state, tx.Scope.Tenant, id)
	return err
}

// closeIfEmpty ends an order that has no live ticket any more.
func closeIfEmpty(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, `update sales.orders o set state = 'refunded' where tenant_id = ? and id = ? and state in ('confirmed', 'refund_due')
		and not exists (select from sales.ticket t where t.tenant_id = o.tenant_id and t.session_id = o.session_id and t.order_id = o.id
			and t.seat_id in (select (l ->> 'seat')::int from jsonb_array_elements(o.lines) l))`, tx.Scope.Tenant, id)
	return err
}

const ticketColumns = "session_id, seat_id, order_id, serial, code, price, zone, kind, person_id, channel, sold_at, edition, prints"

// ticketsOf reads the live and past tickets of an order. Live ones are found
// by their seats, for which there is the primary key.
func ticketsOf(ctx context.Context, tx db.Tx, o Order) ([]Ticket, error) {
	var rows []ticketRow
	err := tx.NewRaw("select "+ticketColumns+`, 'valid' as state from sales.ticket where tenant_id = ? and session_id = ? and seat_id = any (?) and order_id = ?
		union all select `+ticketColumns+`, state from sales.ticket_past where tenant_id = ? and order_id = ? order by seat_id, serial`,
		tx.Scope.Tenant, o.Session, pgdialect.Array(o.seats()), o.ID, tx.Scope.Tenant, o.ID).Scan(ctx, &rows)
	out := make([]Ticket, len(rows))
	for i, r := range rows {
		out[i] = r.ticket()
	}
	return out, err
}

// TicketAt finds the live ticket of a seat.
func TicketAt(ctx context.Context, tx db.Tx, session ids.ID, seat int32) (t Ticket, ok bool, err error) {
	return oneTicket(ctx, tx, "select "+ticketColumns+", 'valid' as state from sales.ticket where tenant_id = ? and session_id = ? and seat_id = ?", tx.Scope.Tenant, session, seat)
}

// TicketToAdmit finds a ticket of a session for the gate, by its serial and, if
// seat is not 0, first by the seat: a live one is locked until the gate's
// transaction ends. What ends or changes the ticket waits for that and sees the
// admission; the gate waits for what has begun to end it and sees a ticket that
// is past.
func TicketToAdmit(ctx context.Context, tx db.Tx, session ids.ID, seat int32, serial int64) (t Ticket, ok bool, err error) {
	const live = "select " + ticketColumns + ", 'valid' as state from sales.ticket where tenant_id = ? and session_id = ? and "
	if seat != 0 {
		t, ok, err = oneTicket(ctx, tx, live+"seat_id = ? and serial = ? for share", tx.Scope.Tenant, session, seat, serial)
	}
	if err == nil && !ok {
		t, ok, err = oneTicket(ctx, tx, live+"serial = ? for share", tx.Scope.Tenant, session, serial)
	}
	if err == nil && !ok {
		t, ok, err = oneTicket(ctx, tx, "select "+ticketColumns+", state from sales.ticket_past where tenant_id = ? and session_id = ? and serial = ?", tx.Scope.Tenant, session, serial)
	}
	return t, ok, err
}

func oneTicket(ctx context.Context, tx db.Tx, q string, args ...any) (Ticket, bool, error) {
	var r ticketRow
	err := tx.NewRaw(q, args...).Scan(ctx, &r)
	if errors.Is(err, sql.ErrNoRows) {
		return Ticket{}, false, nil
	}
	return r.ticket(), err == nil, err
}

// getPayment reads a payment; lock is "" or a row lock.
func getPayment(ctx context.Context, tx db.Tx, id ids.ID, lock string) (p Payment, err error) {
	q := "select id, order_id, provider, amount, state, ref, paid_at, scene, exchange_id from sales.payment where tenant_id = ? and id = ?"
	if lock != "" {
		q += " for " + lock
	}
	var exchange sql.NullString
	err = tx.QueryRowContext(ctx, q, tx.Scope.Tenant, id).
		Scan(&p.ID, &p.Order, &p.Provider, &p.Amount, &p.State, &p.Ref, &p.PaidAt, &p.Scene, &exchange)
	if errors.Is(err, sql.ErrNoRows) {
		return p, ErrNotFound
	}
	if err == nil && exchange.Valid {
		p.Exchange, err = ids.Parse(exchange.String)
	}
	return p, err
}

// payments lists an order's payments in a state, "" any, oldest first: those of
// its package, where it is part of one.
func payments(ctx context.Context, tx db.Tx, order ids.ID, state string) ([]Payment, error) {
	rows, err := tx.QueryContext(ctx, "select id, order_id, provider, amount, state, ref, paid_at, scene from sales.payment where tenant_id = ?0 and (order_id = ?1 or order_id = (select x.bundle_id from sales.bundle_part x where x.tenant_id = ?0 and x.order_id = ?1)) and (?2 = '' or state = ?2) order by (order_id <> ?1) desc, exchange_id is not null, id", tx.Scope.Tenant, order, state)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Payment
	for rows.Next() {
		var p Payment
		if err := rows.Scan(&p.ID, &p.Order, &p.Provider, &p.Amount, &p.State, &p.Ref, &p.PaidAt, &p.Scene); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func openPayments(ctx context.Context, tx db.Tx, order ids.ID) ([]Payment, error) {
	return payments(ctx, tx, order, "waiting")
}

// waitingPayment is the open payment of an order for a way to pay, or a zero
// Payment.
func waitingPayment(ctx context.Context, tx db.Tx, order ids.ID, provider string, scene payment.Scene) (Payment, error) {
	list, err := openPayments(ctx, tx, order)
	for _, p := range list {
		if p.Provider == provider && p.Scene == scene {
			return p, err
		}
	}
	return Payment{}, err
}

// paymentOf is the payment that a refund gives back: the one it names, or the
// one that the order's money came by.
func paymentOf(ctx context.Context, tx db.Tx, f Refund) (Payment, error) {
	if f.Payment.IsZero() {
		return paidPayment(ctx, tx, f.Order)
	}
	return getPayment(ctx, tx, f.Payment, "")
}

// shareOf decides once how much of a refund goes through a payment's provider:
// what is left of the payment, or of a package's part of it, at most. It is kept, so that a repeated request
// asks the provider for the same.
func shareOf(ctx context.Context, tx db.Tx, f Refund, paid Payment) (through money.Fen, err error) {
	err = tx.QueryRowContext(ctx, `update sales.refund r set through = coalesce(through, greatest(0, least(paid - fee,
			coalesce((select sum(y.p) from sales.bundle_part b cross join unnest(b.prices) y(p) where b.tenant_id = r.tenant_id and b.order_id = r.order_id and r.payment_id is null), ?::bigint) - (select coalesce(sum(x.through), 0) from sales.refund x where x.tenant_id = r.tenant_id and x.order_id = r.order_id and x.payment_id is not distinct from r.payment_id and x.id <> r.id))))
		where tenant_id = ? and id = ? returning through`, paid.Amount, tx.Scope.Tenant, f.ID).Scan(&through)
	return through, err
}

// paidPayment is the payment that the order's money came by.
func paidPayment(ctx context.Context, tx db.Tx, order ids.ID) (Payment, error) {
	list, err := payments(ctx, tx, order, "paid")
	if err != nil || len(list) == 0 {
		return Payment{}, errsJoin(ErrNotFound, err)
	}
	return list[0], nil
}

func insertPayment(ctx context.Context, tx db.Tx, p Payment) error {
	_, err := tx.ExecContext(ctx, "insert into sales.payment (tenant_id, id, order_id, provider, amount, state, scene, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, p.ID, p.Order, p.Provider, p.Amount, p.State, string(p.Scene), tx.Now)
	return err
}

func markPaid(ctx context.Context, tx db.Tx, id ids.ID, st payment.Status) error {
	at := st.PaidAt
	if at.IsZero() {
		at = tx.Now
	}
	_, err := tx.ExecContext(ctx, "update sales.payment set state = 'paid', ref = ?, paid_at = ? where tenant_id = ? and id = ?", st.Ref, at, tx.Scope.Tenant, id)
	return err
}

func closePayment(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.payment set state = 'closed' where tenant_id = ? and id = ? and state = 'waiting'", tx.Scope.Tenant, id)
	return err
}

func insertNotice(ctx context.Context, tx db.Tx, provider, noticeID string, st payment.Status, verdict string) error {
	_, err := tx.ExecContext(ctx, "insert into sales.notice (tenant_id, id, provider, notice_id, payment_id, amount, verdict, received_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, ids.New(), provider, noticeID, st.ID, st.Amount, verdict, tx.Now)
	return err
}

func insertRefund(ctx context.Context, tx db.Tx, f Refund) error {
	if f.Seats == nil {
		f.Seats = []int32{}
	}
	fees := make([]int64, len(f.Fees))
	for i, fee := range f.Fees {
		fees[i] = int64(fee)
	}
	_, err := tx.NewInsert().Model(&refundRow{
		TenantID: tx.Scope.Tenant, ID: f.ID, OrderID: f.Order, SessionID: f.Session, Seats: f.Seats, Fees: fees, Paid: f.Paid, Fee: f.Fee,
		Reason: f.Reason, State: f.State, AskedBy: f.AskedBy, CreatedAt: tx.Now, PaymentID: f.Payment,
	}).On("conflict do nothing").Exec(ctx)
	return err
}

func getRefund(ctx context.Context, tx db.Tx, id ids.ID) (Refund, error) {
	var r refundRow
	err := tx.NewSelect().Model(&r).Where("r.tenant_id = ? and r.id = ?", tx.Scope.Tenant, id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Refund{}, ErrNotFound
	}
	return r.refund(), err
}

func openRefunds(ctx context.Context, tx db.Tx, now time.Time, limit int64) ([]Refund, error) {
	var rows []refundRow
	err := tx.NewSelect().Model(&rows).Where("r.tenant_id = ? and r.state in ('asked', 'seats_back')", tx.Scope.Tenant).Order("r.created_at").Limit(limit).Scan(ctx)
	out := make([]Refund, len(rows))
	for i, r := range rows {
		out[i] = r.refund()
	}
	return out, err
}

// RefundsOf lists the refunds of an order.
func RefundsOf(ctx context.Context, tx db.Tx, order ids.ID) ([]Refund, error) {
	var rows []refundRow
	err := tx.NewSelect().Model(&rows).Where("r.tenant_id = ? and r.order_id = ?", tx.Scope.Tenant, order).Order("r.created_at", "r.id").Scan(ctx)
	out := make([]Refund, len(rows))
	for i, r := range rows {
		out[i] = r.refund()
	}
	return out, err
}

func endRefund(ctx context.Context, tx db.Tx, id ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, "update sales.refund set state = ?, done_at = ? where tenant_id = ? and id = ?", state, tx.Now, tx.Scope.Tenant, id)
	return err
}

// blindsOf are the blind indexes of persons, zero for those erased.
func blindsOf(ctx context.Context, tx db.Tx, lines []Line) ([][16]byte, error) {
	out := make([][16]byte, len(lines))
	for i, l := range lines {
		if l.Person.IsZero() {
			continue
		}
		var b []byte
		err := tx.QueryRowContext(ctx, "select blind from identity.person where tenant_id = ? and id = ?", tx.Scope.Tenant, l.Person).Scan(&b)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// peopleOf are the masked persons of some tickets.
func peopleOf(ctx context.Context, tx db.Tx, v *identity.Vault, lines []Line) (map[ids.ID]identity.Shown, error) {
	var which []ids.ID
	for _, l := range lines {
		if !l.Person.IsZero() {
			which = append(which, l.Person)
		}
	}
	return identity.Masked(ctx, tx, v, which)
}
