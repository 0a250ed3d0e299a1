package show

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/codes"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

type showRow struct {
	bun.BaseModel   `bun:"table:show.show,alias:s"`
	TenantID        int32     `bun:"tenant_id,pk"`
	ID              ids.ID    `bun:"id,pk,type:uuid"`
	Kind            string    `bun:"kind"`
	Title           string    `bun:"title"`
	TitleEn         string    `bun:"title_en"`
	PerformanceType string    `bun:"performance_type"`
	Organiser       string    `bun:"organiser"`
	Performers      string    `bun:"performers"`
	Synopsis        string    `bun:"synopsis"`
	Minutes         int       `bun:"minutes"`
	Notes           string    `bun:"notes"`
	State           string    `bun:"state"`
	Version         int       `bun:"version"`
	CreatedAt       time.Time `bun:"created_at"`
}

type approvalRow struct {
	bun.BaseModel `bun:"table:show.approval,alias:a"`
	TenantID      int32     `bun:"tenant_id,pk"`
	ShowID        ids.ID    `bun:"show_id,pk,type:uuid"`
	Version       int       `bun:"version,pk"`
	Number        string    `bun:"number"`
	Authority     string    `bun:"authority"`
	Audience      int       `bun:"audience"`
	ValidFrom     clock.Day `bun:"valid_from,type:date"`
	ValidTo       clock.Day `bun:"valid_to,type:date"`
	Note          string    `bun:"note"`
	CreatedAt     time.Time `bun:"created_at"`
}

type sessionRow struct {
	bun.BaseModel   `bun:"table:show.session,alias:x"`
	TenantID        int32      `bun:"tenant_id,pk"`
	ID              ids.ID     `bun:"id,pk,type:uuid"`
	ShowID          ids.ID     `bun:"show_id,type:uuid"`
	HallID          ids.ID     `bun:"hall_id,type:uuid"`
	PlanID          ids.ID     `bun:"plan_id,type:uuid"`
	MapID           ids.ID     `bun:"map_id,type:uuid"`
	Code            codes.Show `bun:"code,type:text"`
	StartsAt        time.Time  `bun:"starts_at"`
	DoorsAt         time.Time  `bun:"doors_at"`
	EndsAt          time.Time  `bun:"ends_at"`
	ApprovalVersion int        `bun:"approval_version"`
	Audience        int        `bun:"audience"`
	State           string     `bun:"state"`
	OpensAt         *time.Time `bun:"opens_at"`
	ClosesAt        *time.Time `bun:"closes_at"`
	Rules           Rules      `bun:"rules,type:jsonb"`
	Version         int        `bun:"version"`
	CreatedAt       time.Time  `bun:"created_at"`
}

func (r showRow) show() Show {
	return Show{
		ID: r.ID, Kind: r.Kind, Title: r.Title, TitleEn: r.TitleEn, PerformanceType: r.PerformanceType, Organiser: r.Organiser,
		Performers: r.Performers, Synopsis: r.Synopsis, Minutes: r.Minutes, Notes: r.Notes, State: r.State, Version: r.Version, CreatedAt: r.CreatedAt, Approvals: []Approval{},
	}
}

func rowOf(tx db.Tx, s Show) *showRow {
	return &showRow{
		TenantID: tx.Scope.Tenant, ID: s.ID, Kind: s.Kind, Title: s.Title, TitleEn: s.TitleEn, PerformanceType: s.PerformanceType, Organiser: s.Organiser,
		Performers: s.Performers, Synopsis: s.Synopsis, Minutes: s.Minutes, Notes: s.Notes, State: s.State, Version: s.Version, CreatedAt: s.CreatedAt,
	}
}

func (r sessionRow) session() Session {
	return Session{
		ID: r.ID, ShowID: r.ShowID, HallID: r.HallID, PlanID: r.PlanID, MapID: r.MapID, Code: r.Code, StartsAt: r.StartsAt, DoorsAt: r.DoorsAt,
		EndsAt: r.EndsAt, ApprovalVersion: r.ApprovalVersion, Audience: r.Audience, State: r.State, OpensAt: r.OpensAt, ClosesAt: r.ClosesAt,
		Rules: r.Rules, Version: r.Version, CreatedAt: r.CreatedAt,
	}
}

func sessionRowOf(tx db.Tx, s Session) *sessionRow {
	return &sessionRow{
		TenantID: tx.Scope.Tenant, ID: s.ID, ShowID: s.ShowID, HallID: s.HallID, PlanID: s.PlanID, MapID: s.MapID, Code: s.Code, StartsAt: s.StartsAt,
		DoorsAt: s.DoorsAt, EndsAt: s.EndsAt, ApprovalVersion: s.ApprovalVersion, Audience: s.Audience, State: s.State, OpensAt: s.OpensAt, ClosesAt: s.ClosesAt,
		Rules: s.Rules, Version: s.Version, CreatedAt: s.CreatedAt,
	}
}

func insertShow(ctx context.Context, tx db.Tx, s Show) error {
	_, err := tx.NewInsert().Model(rowOf(tx, s)).Exec(ctx)
	return err
}

func updateShow(ctx context.Context, tx db.Tx, s Show) error {
	_, err := tx.NewUpdate().Model(rowOf(tx, s)).ExcludeColumn("created_at").WherePK().Exec(ctx)
	return err
}

func insertApproval(ctx context.Context, tx db.Tx, show ids.ID, a Approval) error {
	_, err := tx.NewInsert().Model(&approvalRow{
		TenantID: tx.Scope.Tenant, ShowID: show, Version: a.Version, Number: a.Number, Authority: a.Authority,
		Audience: a.Audience, ValidFrom: a.ValidFrom, ValidTo: a.ValidTo, Note: a.Note, CreatedAt: a.CreatedAt,
	}).Exec(ctx)
	return err
}

func getShow(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Show, error) {
	var r showRow
	q := tx.NewSelect().Model(&r).Where("s.tenant_id = ? and s.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Show{}, ErrNotFound
	} else if err != nil {
		return Show{}, err
	}
	sh := r.show()
	as, err := approvals(ctx, tx, []ids.ID{id})
	sh.Approvals = append(sh.Approvals, as[id]...)
	return sh, err
}

func approvals(ctx context.Context, tx db.Tx, shows []ids.ID) (map[ids.ID][]Approval, error) {
	if len(shows) == 0 {
		return nil, nil
	}
	var rows []approvalRow
	err := tx.NewSelect().Model(&rows).Where("a.tenant_id = ?", tx.Scope.Tenant).Where("a.show_id in (?)", bun.List(shows)).Order("a.version").Scan(ctx)
	out := map[ids.ID][]Approval{}
	for _, r := range rows {
		out[r.ShowID] = append(out[r.ShowID], Approval{
			Version: r.Version, Number: r.Number, Authority: r.Authority, Audience: r.Audience,
			ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Note: r.Note, CreatedAt: r.CreatedAt,
		})
	}
	return out, err
}

func listShows(ctx context.Context, tx db.Tx, state string, r page.Request) (page.Page[Show], error) {
	var rows []showRow
	q := tx.NewSelect().Model(&rows).Where("s.tenant_id = ?", tx.Scope.Tenant).Order("s.id desc").Limit(int64(r.Limit()))
	if state != "" {
		q = q.Where("s.state = ?", state)
	}
	var after ids.ID
	if ok, err := r.After(&after); err != nil {
		return page.Page[Show]{}, err
	} else if ok {
		q = q.Where("s.id < ?", after)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Show]{}, err
	}
	out, which := make([]Show, len(rows)), make([]ids.ID, len(rows))
	for i, row := range rows {
		out[i], which[i] = row.show(), row.ID
	}
	as, err := approvals(ctx, tx, which)
	if err != nil {
		return page.Page[Show]{}, err
	}
	for i := range out {
		out[i].Approvals = append(out[i].Approvals, as[out[i].ID]...)
	}
	return page.Of(r, out, func(s Show) any { return s.ID }), nil
}

// refuseOverlap locks the hall's row, so that two sessions cannot be added to
// it at once, and refuses a time that is taken.
func refuseOverlap(ctx context.Context, tx db.Tx, s Session) error {
	if _, err := tx.ExecContext(ctx, "select from venue.hall where tenant_id = ? and id = ? for no key update", tx.Scope.Tenant, s.HallID); err != nil {
		return err
	}
	var code string
	err := tx.NewSelect().Model((*sessionRow)(nil)).Column("code").Where("x.tenant_id = ? and x.hall_id = ?", tx.Scope.Tenant, s.HallID).
		Where("x.state <> 'cancelled' and x.starts_at < ? and x.ends_at > ?", s.EndsAt, s.StartsAt).Limit(1).Scan(ctx, &code)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return ErrOverlap.With("code", code)
}

func insertSession(ctx context.Context, tx db.Tx, s Session) error {
	_, err := tx.NewInsert().Model(sessionRowOf(tx, s)).Exec(ctx)
	return err
}

func updateSession(ctx context.Context, tx db.Tx, s Session) error {
	_, err := tx.NewUpdate().Model(sessionRowOf(tx, s)).ExcludeColumn("created_at", "code", "show_id").WherePK().Exec(ctx)
	return err
}

// SessionTx reads one session inside the caller's transaction, locked for a
// change if lock is set.
func SessionTx(ctx context.Context, tx db.Tx, id ids.ID, lock bool) (Session, error) {
	var r sessionRow
	q := tx.NewSelect().Model(&r).Where("x.tenant_id = ? and x.id = ?", tx.Scope.Tenant, id)
	if lock {
		q = q.For("no key update")
	}
	err := q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrSessionNotFound
	}
	return r.session(), err
}

func listSessions(ctx context.Context, tx db.Tx, f Filter, r page.Request) (page.Page[Session], error) {
	var rows []sessionRow
	q := tx.NewSelect().Model(&rows).Where("x.tenant_id = ?", tx.Scope.Tenant).Order("x.starts_at", "x.id").Limit(int64(r.Limit()))
	if !f.ShowID.IsZero() {
		q = q.Where("x.show_id = ?", f.ShowID)
	}
	if len(f.States) > 0 {
		q = q.Where("x.state in (?)", bun.List(f.States))
	}
	if !f.From.IsZero() {
		q = q.Where("x.starts_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("x.starts_at < ?", f.To)
	}
	var after struct {
		At time.Time
		ID ids.ID
	}
	if ok, err := r.After(&after); err != nil {
		return page.Page[Session]{}, err
	} else if ok {
		q = q.Where("(x.starts_at, x.id) > (?, ?)", after.At, after.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Session]{}, err
	}
	out := make([]Session, len(rows))
	for i, row := range rows {
		out[i] = row.session()
	}
	return page.Of(r, out, func(s Session) any {
		return struct {
			At time.Time
			ID ids.ID
		}{s.StartsAt, s.ID}
	}), nil
}

// ByCode finds the session with a show code inside the caller's transaction.
func ByCode(ctx context.Context, tx db.Tx, code codes.Show) (Session, error) {
	var r sessionRow
	err := tx.NewSelect().Model(&r).Where("x.tenant_id = ? and x.code = ?", tx.Scope.Tenant, code.String()).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrSessionNotFound
	}
	return r.session(), err
}

// OpenOn lists the sessions that have something to report for [from, to): they
// were on sale in it or take place in it. Cancelled ones belong to it until
// their own day is over, since their tickets come back.
func OpenOn(ctx context.Context, tx db.Tx, from, to time.Time) ([]Session, error) {
	var rows []sessionRow
	err := tx.NewSelect().Model(&rows).Where("x.tenant_id = ? and x.opens_at < ? and x.ends_at >= ? and x.state <> 'created'", tx.Scope.Tenant, to, from).
		Order("x.starts_at", "x.id").Scan(ctx)
	out := make([]Session, len(rows))
	for i, r := range rows {
		out[i] = r.session()
	}
	return out, err
}

// ToCome lists the sessions of a hall that have not ended.
func ToCome(ctx context.Context, tx db.Tx, hall ids.ID) ([]ids.ID, error) {
	var rows []sessionRow
	err := tx.NewSelect().Model(&rows).Column("id").Where("x.tenant_id = ? and x.hall_id = ? and x.ends_at > ? and x.state <> 'cancelled'", tx.Scope.Tenant, hall, tx.Now).Scan(ctx)
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out, err
}
