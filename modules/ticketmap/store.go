package ticketmap

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/plan"
)

type planRow struct {
	bun.BaseModel `bun:"table:ticketmap.plan,alias:p"`
	TenantID      int32       `bun:"tenant_id,pk"`
	ID            ids.ID      `bun:"id,pk,type:uuid"`
	HallID        ids.ID      `bun:"hall_id,type:uuid"`
	Number        int         `bun:"number"`
	State         string      `bun:"state"`
	Name          string      `bun:"name"`
	Hash          string      `bun:"hash"`
	Seats         int         `bun:"seats"`
	Places        int         `bun:"places"`
	NextSeatID    int32       `bun:"next_seat_id"`
	Counts        plan.Counts `bun:"counts,type:jsonb"`
	Version       int         `bun:"version"`
	CreatedAt     time.Time   `bun:"created_at"`
	ChangedAt     time.Time   `bun:"changed_at"`
	ChangedBy     string      `bun:"changed_by"`
	PublishedAt   *time.Time  `bun:"published_at"`
}

func (r planRow) plan() Plan {
	return Plan{
		ID: r.ID, HallID: r.HallID, Number: r.Number, State: r.State, Name: r.Name, Hash: r.Hash, Places: r.Places, Counts: r.Counts,
		NextSeatID: r.NextSeatID, Version: r.Version, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, ChangedBy: r.ChangedBy, PublishedAt: r.PublishedAt,
	}
}

func rowOf(tx db.Tx, p Plan) *planRow {
	return &planRow{
		TenantID: tx.Scope.Tenant, ID: p.ID, HallID: p.HallID, Number: p.Number, State: p.State, Name: p.Name, Hash: p.Hash, Seats: p.Counts.Seats,
		Places: p.Places, NextSeatID: p.NextSeatID, Counts: p.Counts, Version: p.Version, CreatedAt: p.CreatedAt, ChangedAt: p.ChangedAt, ChangedBy: changer(tx), PublishedAt: p.PublishedAt,
	}
}

// changer names who writes, as the audit log does.
func changer(tx db.Tx) string {
	name := []rune(tx.Scope.Actor.Name)
	return string(name[:min(len(name), 100)])
}

func insertPlan(ctx context.Context, tx db.Tx, p Plan) error {
	_, err := tx.NewInsert().Model(rowOf(tx, p)).Exec(ctx)
	if db.IsUnique(err, "plan_draft") || db.IsUnique(err, "plan_number") {
		return ErrDraftExists
	}
	return err
}

func updatePlan(ctx context.Context, tx db.Tx, p Plan) error {
	res, err := tx.NewUpdate().Model(rowOf(tx, p)).WherePK().Where("version = ?", p.Version-1).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrStale.With("version", p.Version)
}

func deletePlan(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "delete from ticketmap.plan where tenant_id = ? and id = ?", tx.Scope.Tenant, id)
	return err
}

func getPlan(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Plan, error) {
	var r planRow
	q := tx.NewSelect().Model(&r).Where("p.tenant_id = ? and p.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Plan{}, ErrPlanNotFound
	} else if err != nil {
		return Plan{}, err
	}
	return r.plan(), nil
}

func listPlans(ctx context.Context, tx db.Tx, hall ids.ID) ([]Plan, error) {
	var rows []planRow
	err := tx.NewSelect().Model(&rows).Where("p.tenant_id = ? and p.hall_id = ?", tx.Scope.Tenant, hall).Order("p.number desc").Limit(200).Scan(ctx)
	out := make([]Plan, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.plan())
	}
	return out, err
}

func newestNumber(ctx context.Context, tx db.Tx, hall ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce(max(number), 0) from ticketmap.plan where tenant_id = ? and hall_id = ?", tx.Scope.Tenant, hall).Scan(&n)
	return n, err
}

func latestPublished(ctx context.Context, tx db.Tx, hall ids.ID) (Plan, bool, error) {
	var r planRow
	err := tx.NewSelect().Model(&r).Where("p.tenant_id = ? and p.hall_id = ? and p.state = 'published'", tx.Scope.Tenant, hall).Order("p.number desc").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Plan{}, false, nil
	}
	return r.plan(), err == nil, err
}

func insertContent(ctx context.Context, tx db.Tx, c packed) error {
	_, err := tx.ExecContext(ctx, "insert into ticketmap.content (tenant_id, hash, document, skeleton, geometry, created_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
		tx.Scope.Tenant, c.hash, c.document, c.skeleton, c.geometry, tx.Now)
	return err
}

// dropUnused takes away the bytes of a draft that no plan has any more.
func dropUnused(ctx context.Context, tx db.Tx, hash string) error {
	_, err := tx.ExecContext(ctx, `delete from ticketmap.content c where c.tenant_id = ? and c.hash = ?
		and not exists (select from ticketmap.plan p where p.tenant_id = c.tenant_id and p.hash = c.hash)`, tx.Scope.Tenant, hash)
	return err
}

// forms are the columns that Bytes may read.
var forms = map[Form]string{Document: "document", Skeleton: "skeleton", Geometry: "geometry"}

func contentBytes(ctx context.Context, tx db.Tx, hash string, form Form) (b []byte, err error) {
	column, ok := forms[form]
	if !ok {
		return nil, fmt.Errorf("ticketmap: unknown form %q", form)
	}
	err = tx.QueryRowContext(ctx, "select ? from ticketmap.content where tenant_id = ? and hash = ?", bun.Ident(column), tx.Scope.Tenant, hash).Scan(&b)
	return b, err
}

// document reads and decodes the document of that hash.
func document(ctx context.Context, tx db.Tx, hash string) (*plan.Plan, error) {
	b, err := contentBytes(ctx, tx, hash, Document)
	if err != nil {
		return nil, err
	}
	if b, err = plan.Unpack(b); err != nil {
		return nil, err
	}
	return plan.Decode(b)
}

type mapRow struct {
	bun.BaseModel `bun:"table:ticketmap.map,alias:m"`
	TenantID      int32     `bun:"tenant_id,pk"`
	ID            ids.ID    `bun:"id,pk,type:uuid"`
	PlanID        ids.ID    `bun:"plan_id,type:uuid"`
	SessionID     ids.ID    `bun:"session_id,type:uuid"`
	Name          string    `bun:"name"`
	Approved      int       `bun:"approved"`
	Live          bool      `bun:"live"`
	Revision      int       `bun:"revision"`
	CreatedAt     time.Time `bun:"created_at"`
	ChangedAt     time.Time `bun:"changed_at"`
}

func (r mapRow) toMap() Map {
	return Map{ID: r.ID, PlanID: r.PlanID, SessionID: r.SessionID, Name: r.Name, Approved: r.Approved, Live: r.Live, Version: r.Revision, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt}
}

func mapRowOf(tx db.Tx, m Map) *mapRow {
	return &mapRow{TenantID: tx.Scope.Tenant, ID: m.ID, PlanID: m.PlanID, SessionID: m.SessionID, Name: m.Name, Approved: m.Approved, Live: m.Live, Revision: m.Version, CreatedAt: m.CreatedAt, ChangedAt: m.ChangedAt}
}

func insertMap(ctx context.Context, tx db.Tx, m Map) error {
	_, err := tx.NewInsert().Model(mapRowOf(tx, m)).Exec(ctx)
	if db.IsUnique(err, "map_session") {
		return ErrMapExists
	}
	if err != nil {
		return err
	}
	return insertRevision(ctx, tx, m)
}

func updateMap(ctx context.Context, tx db.Tx, m Map) error {
	if _, err := tx.NewUpdate().Model(mapRowOf(tx, m)).WherePK().Exec(ctx); err != nil {
		return err
	}
	return insertRevision(ctx, tx, m)
}

func insertRevision(ctx context.Context, tx db.Tx, m Map) error {
	content, err := json.Marshal(m.MapContent)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "insert into ticketmap.revision (tenant_id, map_id, revision, content, actor, created_at) values (?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, m.ID, m.Version, string(content), tx.Scope.Actor.String(), tx.Now)
	return err
}

func getMap(ctx context.Context, tx db.Tx, where string, id ids.ID, lock string) (Map, error) {
	var r mapRow
	q := tx.NewSelect().Model(&r).Where("m.tenant_id = ?", tx.Scope.Tenant).Where(where, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Map{}, ErrMapNotFound
	} else if err != nil {
		return Map{}, err
	}
	m := r.toMap()
	var content []byte
	err := tx.QueryRowContext(ctx, "select content from ticketmap.revision where tenant_id = ? and map_id = ? and revision = ?", tx.Scope.Tenant, m.ID, m.Version).Scan(&content)
	if err != nil {
		return Map{}, err
	}
	return m, json.Unmarshal(content, &m.MapContent)
}

func listMaps(ctx context.Context, tx db.Tx, planID ids.ID) ([]Map, error) {
	var rows []mapRow
	err := tx.NewSelect().Model(&rows).Where("m.tenant_id = ? and m.plan_id = ?", tx.Scope.Tenant, planID).Order("m.created_at desc", "m.id").Limit(200).Scan(ctx)
	out := make([]Map, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.toMap())
	}
	return out, err
}
