package sales

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

type passRow struct {
	bun.BaseModel `bun:"table:sales.pass,alias:p"`
	TenantID      int32      `bun:"tenant_id,pk"`
	ID            ids.ID     `bun:"id,pk,type:uuid"`
	Organisation  string     `bun:"organisation"`
	Role          string     `bun:"role"`
	Areas         []string   `bun:"areas,array"`
	Entrance      string     `bun:"entrance"`
	State         string     `bun:"state"`
	IssuedBy      string     `bun:"issued_by"`
	IssuedAt      time.Time  `bun:"issued_at"`
	RevokedBy     string     `bun:"revoked_by,nullzero"`
	RevokedAt     *time.Time `bun:"revoked_at"`
	Reason        string     `bun:"reason"`
}

type passTicketRow struct {
	bun.BaseModel `bun:"table:sales.pass_ticket,alias:t"`
	TenantID      int32      `bun:"tenant_id,pk"`
	SessionID     ids.ID     `bun:"session_id,pk,type:uuid"`
	Serial        int64      `bun:"serial,pk"`
	PassID        ids.ID     `bun:"pass_id,type:uuid"`
	Code          string     `bun:"code"`
	PersonID      ids.ID     `bun:"person_id,type:uuid"`
	Blind         []byte     `bun:"blind"`
	State         string     `bun:"state"`
	Edition       int        `bun:"edition"`
	IssuedAt      time.Time  `bun:"issued_at"`
	EndedAt       *time.Time `bun:"ended_at"`
}

func (r passRow) pass() Pass {
	return Pass{
		ID: r.ID, Organisation: r.Organisation, Role: r.Role, Areas: r.Areas, Entrance: r.Entrance, State: r.State, IssuedBy: r.IssuedBy, IssuedAt: r.IssuedAt,
		RevokedBy: r.RevokedBy, RevokedAt: r.RevokedAt, Reason: r.Reason,
	}
}

func (r passTicketRow) ticket() PassTicket {
	return PassTicket{Session: r.SessionID, Serial: r.Serial, Code: r.Code, Person: r.PersonID, State: r.State, Issued: r.IssuedAt, Ended: r.EndedAt, Edition: r.Edition}
}

// passes counts a session's passes: those ever made, which number the next, and
// those that are valid.
type passes struct{ Ever, Live int }

// passCount reads a session's quota with what is used of it; with lock no
// other pass or gift is counted meanwhile.
func passCount(ctx context.Context, tx db.Tx, session ids.ID, lock bool) (q PassQuota, n passes, err error) {
	sel := "select work, gifts from sales.pass_quota where tenant_id = ? and session_id = ?"
	if lock {
		sel += " for update"
	}
	err = tx.QueryRowContext(ctx, sel, tx.Scope.Tenant, session).Scan(&q.Work, &q.Gifts)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return q, n, err
	}
	err = tx.QueryRowContext(ctx, "select count(*), count(*) filter (where state = 'valid') from sales.pass_ticket where tenant_id = ? and session_id = ?", tx.Scope.Tenant, session).Scan(&n.Ever, &n.Live)
	return q, n, err
}

func putPassQuota(ctx context.Context, tx db.Tx, session ids.ID, q PassQuota) error {
	_, err := tx.ExecContext(ctx, `insert into sales.pass_quota (tenant_id, session_id, work, gifts, changed_at) values (?, ?, ?, ?, ?)
		on conflict (tenant_id, session_id) do update set work = excluded.work, gifts = excluded.gifts, changed_at = excluded.changed_at`,
		tx.Scope.Tenant, session, q.Work, q.Gifts, tx.Now)
	return err
}

// passOfDocument finds the code of the valid pass of a session that a document
// has, "" for none; blinds are its indexes under every key in use.
func passOfDocument(ctx context.Context, tx db.Tx, session ids.ID, blinds [][16]byte) (code string, err error) {
	which := make([][]byte, len(blinds))
	for i := range blinds {
		which[i] = blinds[i][:]
	}
	err = tx.NewRaw("select code from sales.pass_ticket where tenant_id = ? and session_id = ? and blind in (?) and state = 'valid' limit 1", tx.Scope.Tenant, session, bun.List(which)).Scan(ctx, &code)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return code, err
}

// passesOf lists the passes of a document, newest first, of a session or of all.
func passesOf(ctx context.Context, tx db.Tx, blinds [][]byte, session ids.ID) ([]Pass, error) {
	var rows []passRow
	q := tx.NewSelect().Model(&rows).Where("p.tenant_id = ?", tx.Scope.Tenant).Order("p.id desc").Limit(maxFound)
	found := tx.NewSelect().TableExpr("sales.pass_ticket as x").Column("x.pass_id").Where("x.tenant_id = ? and x.blind in (?)", tx.Scope.Tenant, bun.List(blinds))
	if !session.IsZero() {
		found = found.Where("x.session_id = ?", session)
	}
	if err := q.Where("p.id in (?)", found).Scan(ctx); err != nil {
		return nil, err
	}
	return withPassTickets(ctx, tx, rows)
}

func insertPass(ctx context.Context, tx db.Tx, p Pass, blind [16]byte) error {
	_, err := tx.NewInsert().Model(&passRow{
		TenantID: tx.Scope.Tenant, ID: p.ID, Organisation: p.Organisation, Role: p.Role, Areas: p.Areas, Entrance: p.Entrance, State: p.State, IssuedBy: p.IssuedBy, IssuedAt: p.IssuedAt,
	}).Exec(ctx)
	if err != nil {
		return err
	}
	rows := make([]passTicketRow, len(p.Tickets))
	for i, t := range p.Tickets {
		rows[i] = passTicketRow{TenantID: tx.Scope.Tenant, SessionID: t.Session, Serial: t.Serial, PassID: p.ID, Code: t.Code, PersonID: t.Person, Blind: blind[:], State: t.State, IssuedAt: t.Issued}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

func endPass(ctx context.Context, tx db.Tx, p Pass) error {
	if _, err := tx.ExecContext(ctx, "update sales.pass set state = ?, revoked_by = ?, revoked_at = ?, reason = ? where tenant_id = ? and id = ?", p.State, p.RevokedBy, p.RevokedAt, p.Reason, tx.Scope.Tenant, p.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "update sales.pass_ticket set state = 'void', ended_at = ? where tenant_id = ? and pass_id = ? and state = 'valid'", tx.Now, tx.Scope.Tenant, p.ID)
	return err
}

func getPass(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Pass, error) {
	var r passRow
	q := tx.NewSelect().Model(&r).Where("p.tenant_id = ? and p.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Pass{}, ErrNoPass
	} else if err != nil {
		return Pass{}, err
	}
	list, err := withPassTickets(ctx, tx, []passRow{r})
	if err != nil {
		return Pass{}, err
	}
	return list[0], nil
}

func withPassTickets(ctx context.Context, tx db.Tx, rows []passRow) ([]Pass, error) {
	out := make([]Pass, len(rows))
	which := make([]ids.ID, len(rows))
	at := map[ids.ID]int{}
	for i, r := range rows {
		out[i], which[i], at[r.ID] = r.pass(), r.ID, i
	}
	if len(rows) == 0 {
		return out, nil
	}
	var tickets []passTicketRow
	if err := tx.NewSelect().Model(&tickets).Where("t.tenant_id = ? and t.pass_id in (?)", tx.Scope.Tenant, bun.List(which)).Order("t.pass_id", "t.serial").Scan(ctx); err != nil {
		return nil, err
	}
	for _, t := range tickets {
		i := at[t.PassID]
		out[i].Tickets = append(out[i].Tickets, t.ticket())
	}
	return out, nil
}

func listPasses(ctx context.Context, tx db.Tx, session ids.ID) ([]Pass, error) {
	var rows []passRow
	err := tx.NewSelect().Model(&rows).Where("p.tenant_id = ? and p.id in (select pass_id from sales.pass_ticket where tenant_id = ? and session_id = ?)", tx.Scope.Tenant, tx.Scope.Tenant, session).
		Order("p.id desc").Limit(2000).Scan(ctx)
	if err != nil {
		return nil, err
	}
	return withPassTickets(ctx, tx, rows)
}

func passBySerial(ctx context.Context, tx db.Tx, session ids.ID, serial int64) (p Pass, t PassTicket, ok bool, err error) {
	var r passTicketRow
	err = tx.NewSelect().Model(&r).Where("t.tenant_id = ? and t.session_id = ? and t.serial = ?", tx.Scope.Tenant, session, serial).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return p, t, false, nil
	}
	if err != nil {
		return p, t, false, err
	}
	p, err = getPass(ctx, tx, r.PassID, "")
	return p, r.ticket(), err == nil, err
}

// erasePasses forgets whose the passes of a session were (RL-13).
func erasePasses(ctx context.Context, tx db.Tx, session ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.pass_ticket set person_id = null, blind = null where tenant_id = ? and session_id = ? and (person_id is not null or blind is not null)", tx.Scope.Tenant, session)
	return err
}

// askGift counts tickets that are to be given against the quota. The same
// order again is counted once.
func askGift(ctx context.Context, tx db.Tx, g Gift) error {
	q, _, err := passCount(ctx, tx, g.Session, true)
	if err != nil {
		return err
	}
	var used int
	err = tx.QueryRowContext(ctx, `select coalesce(sum(tickets), 0) - (select count(*) from sales.ticket_past p where p.tenant_id = ?0 and p.session_id = ?1 and p.kind = 'complimentary')
		from sales.gift where tenant_id = ?0 and session_id = ?1 and state in ('asked', 'given') and order_id <> ?2`, tx.Scope.Tenant, g.Session, g.Order).Scan(&used)
	if err != nil {
		return err
	}
	if used+g.Tickets > q.Gifts {
		return ErrGiftQuota.With("limit", q.Gifts)
	}
	_, err = tx.ExecContext(ctx, `insert into sales.gift (tenant_id, order_id, session_id, recipient, reason, tickets, state, given_by, at) values (?, ?, ?, ?, ?, ?, 'asked', ?, ?)
		on conflict (tenant_id, order_id) do update set state = 'asked' where gift.state = 'refused'`,
		tx.Scope.Tenant, g.Order, g.Session, g.Recipient, g.Reason, g.Tickets, g.GivenBy, tx.Now)
	return err
}

func endGift(ctx context.Context, tx db.Tx, order ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, "update sales.gift set state = ? where tenant_id = ? and order_id = ? and state = 'asked'", state, tx.Scope.Tenant, order)
	return err
}

func liveGifts(ctx context.Context, tx db.Tx, session ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select count(*) from sales.ticket where tenant_id = ? and session_id = ? and kind = 'complimentary'", tx.Scope.Tenant, session).Scan(&n)
	return n, err
}

func listGifts(ctx context.Context, tx db.Tx, session ids.ID) ([]Gift, error) {
	var rows []struct {
		OrderID   ids.ID `bun:"order_id"`
		SessionID ids.ID `bun:"session_id"`
		Recipient string
		Reason    string
		Tickets   int
		State     string
		GivenBy   string
		At        time.Time
	}
	err := tx.NewRaw("select order_id, session_id, recipient, reason, tickets, state, given_by, at from sales.gift where tenant_id = ? and session_id = ? and state <> 'refused' order by at desc", tx.Scope.Tenant, session).Scan(ctx, &rows)
	out := make([]Gift, len(rows))
	for i, r := range rows {
		out[i] = Gift{Order: r.OrderID, Session: r.SessionID, Recipient: r.Recipient, Reason: r.Reason, Tickets: r.Tickets, State: r.State, GivenBy: r.GivenBy, At: r.At}
	}
	return out, err
}
