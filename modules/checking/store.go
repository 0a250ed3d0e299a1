package checking

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

func replace(s, name, value string) string { return strings.ReplaceAll(s, "{"+name+"}", value) }

type admissionRow struct {
	bun.BaseModel `bun:"table:checking.admission,alias:a"`
	TenantID      int32     `bun:"tenant_id,pk"`
	SessionID     ids.ID    `bun:"session_id,pk,type:uuid"`
	TicketCode    string    `bun:"ticket_code,pk"`
	ScanID        ids.ID    `bun:"scan_id,type:uuid"`
	Gate          string    `bun:"gate"`
	Device        string    `bun:"device"`
	Method        string    `bun:"method"`
	At            time.Time `bun:"at"`
	Persons       int       `bun:"persons"`
}

type scanRow struct {
	bun.BaseModel `bun:"table:checking.scan,alias:s"`
	TenantID      int32           `bun:"tenant_id,pk"`
	ID            ids.ID          `bun:"id,pk,type:uuid"`
	SessionID     ids.ID          `bun:"session_id,type:uuid"`
	TicketCode    string          `bun:"ticket_code,nullzero"`
	Method        string          `bun:"method"`
	Gate          string          `bun:"gate"`
	Device        string          `bun:"device"`
	DeviceName    string          `bun:"device_name"`
	Admitted      bool            `bun:"admitted"`
	Reason        string          `bun:"reason"`
	Offline       bool            `bun:"offline"`
	ScannedAt     time.Time       `bun:"scanned_at"`
	At            time.Time       `bun:"at"`
	Answer        json.RawMessage `bun:"answer,type:jsonb"`
}

// findScan returns the answer that a scan's id got before. An id that came
// with something else is refused: its answer would let somebody else in.
func (s *Service) findScan(ctx context.Context, tx db.Tx, sc Scan) (v Verdict, ok bool, err error) {
	var r scanRow
	err = tx.NewSelect().Model(&r).Where("s.tenant_id = ? and s.id = ?", tx.Scope.Tenant, sc.ID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	if r.SessionID != sc.Session || r.Method != sc.Method || (sc.Method != "idcard" && r.TicketCode != s.codeOf(sc)) {
		return v, false, ErrScanReused
	}
	return v, true, json.Unmarshal(r.Answer, &v)
}

func insertScan(ctx context.Context, tx db.Tx, sc Scan, v Verdict) error {
	answer, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&scanRow{
		TenantID: tx.Scope.Tenant, ID: sc.ID, SessionID: sc.Session, TicketCode: v.Ticket, Method: sc.Method, Gate: sc.Gate,
		Device: tx.Scope.Actor.String(), DeviceName: tx.Scope.Actor.Name, Admitted: v.Admitted, Reason: string(v.Reason), Offline: sc.Offline,
		ScannedAt: sc.ScannedAt, At: tx.Now, Answer: answer,
	}).Exec(ctx)
	return err
}

func isRepeated(err error) bool { return db.IsUnique(err, "scan_pkey") }

// admit takes the places inside, then the ticket, and returns how many are
// inside then. The session's row is locked first: scans of one session are
// decided one after the other, so that two of one ticket cannot both see it
// outside, nor two persons the one place that is left. Behind the lock stand
// the primary key and the check of the tables.
func admit(ctx context.Context, tx db.Tx, sc Scan, s Session, t Ticket) (Reason, *Earlier, int, error) {
	in, err := lockOccupancy(ctx, tx, s)
	if err != nil {
		return "", nil, 0, err
	}
	if earlier, err := findAdmission(ctx, tx, s.ID, t.Code); err != nil || earlier != nil {
		return AlreadyIn, earlier, in, err
	}
	if in+t.Persons > s.Approved {
		return Full, nil, in, nil
	}
	in += t.Persons
	_, err = tx.ExecContext(ctx, "update checking.occupancy set inside = ?, approved = ? where tenant_id = ? and session_id = ?", in, s.Approved, tx.Scope.Tenant, s.ID)
	if err != nil {
		return "", nil, 0, err
	}
	_, err = tx.NewInsert().Model(&admissionRow{
		TenantID: tx.Scope.Tenant, SessionID: s.ID, TicketCode: t.Code, ScanID: sc.ID, Gate: sc.Gate,
		Device: deviceName(tx), Method: sc.Method, At: tx.Now, Persons: t.Persons,
	}).Exec(ctx)
	return "", nil, in, err
}

// lockOccupancy locks the session's counter, made by its first admission, and
// returns it.
func lockOccupancy(ctx context.Context, tx db.Tx, s Session) (in int, err error) {
	for range 2 {
		err = tx.QueryRowContext(ctx, "select inside from checking.occupancy where tenant_id = ? and session_id = ? for no key update", tx.Scope.Tenant, s.ID).Scan(&in)
		if !errors.Is(err, sql.ErrNoRows) {
			return in, err
		}
		_, err = tx.ExecContext(ctx, `insert into checking.occupancy (tenant_id, session_id, approved) values (?, ?, ?)
			on conflict (tenant_id, session_id) do nothing`, tx.Scope.Tenant, s.ID, s.Approved)
		if err != nil {
			return 0, err
		}
	}
	return 0, err
}

func deviceName(tx db.Tx) string {
	if tx.Scope.Actor.Name != "" {
		return tx.Scope.Actor.Name
	}
	return tx.Scope.Actor.String()
}

func findAdmission(ctx context.Context, tx db.Tx, session ids.ID, code string) (*Earlier, error) {
	var r admissionRow
	err := tx.NewSelect().Model(&r).Where("a.tenant_id = ? and a.session_id = ? and a.ticket_code = ?", tx.Scope.Tenant, session, code).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // no admission is an answer here, and the callers' question
	}
	if err != nil {
		return nil, err
	}
	return &Earlier{At: r.At, Gate: r.Gate, Device: r.Device, Method: r.Method}, nil
}

func inside(ctx context.Context, tx db.Tx, session ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce((select inside from checking.occupancy where tenant_id = ? and session_id = ?), 0)", tx.Scope.Tenant, session).Scan(&n)
	return n, err
}

func undo(ctx context.Context, tx db.Tx, session ids.ID, code string) error {
	var persons int
	// The counter first, as admit does: the lock order.
	if _, err := tx.ExecContext(ctx, "select from checking.occupancy where tenant_id = ? and session_id = ? for no key update", tx.Scope.Tenant, session); err != nil {
		return err
	}
	err := tx.QueryRowContext(ctx, "delete from checking.admission where tenant_id = ? and session_id = ? and ticket_code = ? returning persons", tx.Scope.Tenant, session, code).Scan(&persons)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotInside
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "update checking.occupancy set inside = inside - ? where tenant_id = ? and session_id = ?", persons, tx.Scope.Tenant, session)
	return err
}

func count(ctx context.Context, tx db.Tx, s Session) (Occupancy, error) {
	o := Occupancy{Session: s.ID, Approved: s.Approved, ByGate: []GateCount{}, Refused: map[Reason]int{}}
	var err error
	if o.Inside, err = inside(ctx, tx, s.ID); err != nil {
		return o, err
	}
	var gates []struct {
		Gate string
		N    int
	}
	err = tx.NewSelect().Model((*admissionRow)(nil)).ColumnExpr("gate, sum(persons) as n").Where("a.tenant_id = ? and a.session_id = ?", tx.Scope.Tenant, s.ID).
		GroupExpr("gate").OrderExpr("gate").Scan(ctx, &gates)
	if err != nil {
		return o, err
	}
	for _, g := range gates {
		o.ByGate = append(o.ByGate, GateCount{g.Gate, g.N})
	}
	var refused []struct {
		Reason Reason
		N      int
	}
	err = tx.NewSelect().Model((*scanRow)(nil)).ColumnExpr("reason, count(*) as n").Where("s.tenant_id = ? and s.session_id = ? and not s.admitted", tx.Scope.Tenant, s.ID).
		GroupExpr("reason").Scan(ctx, &refused)
	for _, r := range refused {
		o.Refused[r.Reason] = r.N
	}
	return o, err
}

func listScans(ctx context.Context, tx db.Tx, session ids.ID, r page.Request) (page.Page[Record], error) {
	var rows []scanRow
	q := tx.NewSelect().Model(&rows).Where("s.tenant_id = ? and s.session_id = ?", tx.Scope.Tenant, session).Order("s.at desc", "s.id desc").Limit(int64(r.Limit()))
	var after struct {
		At time.Time
		ID ids.ID
	}
	if ok, err := r.After(&after); err != nil {
		return page.Page[Record]{}, err
	} else if ok {
		q = q.Where("(s.at, s.id) < (?, ?)", after.At, after.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Record]{}, err
	}
	out := make([]Record, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Answer, &out[i].Verdict); err != nil {
			return page.Page[Record]{}, err
		}
		out[i].Method, out[i].Gate, out[i].Device, out[i].Offline = row.Method, row.Gate, row.DeviceName, row.Offline
	}
	return page.Of(r, out, func(x Record) any {
		return struct {
			At time.Time
			ID ids.ID
		}{x.At, x.Scan}
	}), nil
}

// Admissions counts the admissions of sessions until an instant, and those
// from another instant on.
func Admissions(ctx context.Context, tx db.Tx, from, until time.Time) (map[ids.ID][2]int, error) {
	var rows []struct {
		SessionID  ids.ID
		Total, Day int
	}
	err := tx.NewSelect().Model((*admissionRow)(nil)).ColumnExpr("session_id, count(*) as total, count(*) filter (where at >= ?) as day", from).
		Where("a.tenant_id = ? and a.at < ?", tx.Scope.Tenant, until).GroupExpr("session_id").Scan(ctx, &rows)
	out := make(map[ids.ID][2]int, len(rows))
	for _, r := range rows {
		out[r.SessionID] = [2]int{r.Total, r.Day}
	}
	return out, err
}

// AdmittedTx lists which of some ticket codes of a session were admitted.
func AdmittedTx(ctx context.Context, tx db.Tx, session ids.ID, codes []string) ([]string, error) {
	var out []string
	if len(codes) == 0 {
		return out, nil
	}
	err := tx.NewSelect().Model((*admissionRow)(nil)).Column("ticket_code").Where("a.tenant_id = ? and a.session_id = ?", tx.Scope.Tenant, session).
		Where("a.ticket_code in (?)", bun.List(codes)).Scan(ctx, &out)
	return out, err
}
