package venue

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/codes"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

type venueRow struct {
	bun.BaseModel `bun:"table:venue.venue,alias:v"`
	TenantID      int32       `bun:"tenant_id,pk"`
	ID            ids.ID      `bun:"id,pk,type:uuid"`
	Code          codes.Venue `bun:"code,type:text"`
	Name          string      `bun:"name"`
	NameEn        string      `bun:"name_en"`
	Address       string      `bun:"address"`
	Zone          string      `bun:"zone"`
	Version       int         `bun:"version"`
	CreatedAt     time.Time   `bun:"created_at"`
}

type hallRow struct {
	bun.BaseModel `bun:"table:venue.hall,alias:h"`
	TenantID      int32      `bun:"tenant_id,pk"`
	ID            ids.ID     `bun:"id,pk,type:uuid"`
	VenueID       ids.ID     `bun:"venue_id,type:uuid"`
	Code          codes.Hall `bun:"code,type:text"`
	Name          string     `bun:"name"`
	Version       int        `bun:"version"`
	CreatedAt     time.Time  `bun:"created_at"`
}

func (r venueRow) venue() Venue {
	return Venue{ID: r.ID, Code: r.Code, Name: r.Name, NameEn: r.NameEn, Address: r.Address, Zone: r.Zone, Version: r.Version, CreatedAt: r.CreatedAt, Halls: []Hall{}}
}

func (r hallRow) hall() Hall {
	return Hall{ID: r.ID, VenueID: r.VenueID, Code: r.Code, Name: r.Name, Version: r.Version, CreatedAt: r.CreatedAt}
}

func rowOf(tx db.Tx, v Venue) *venueRow {
	return &venueRow{TenantID: tx.Scope.Tenant, ID: v.ID, Code: v.Code, Name: v.Name, NameEn: v.NameEn, Address: v.Address, Zone: v.Zone, Version: v.Version, CreatedAt: v.CreatedAt}
}

func insertVenue(ctx context.Context, tx db.Tx, v Venue) error {
	_, err := tx.NewInsert().Model(rowOf(tx, v)).Exec(ctx)
	if db.IsUnique(err, "venue_code") {
		return ErrCodeTaken.With("code", v.Code).At("code")
	}
	return err
}

func updateVenue(ctx context.Context, tx db.Tx, v Venue) error {
	res, err := tx.NewUpdate().Model(rowOf(tx, v)).Column("name", "name_en", "address", "version").
		WherePK().Where("version = ?", v.Version-1).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrStale
}

func insertHall(ctx context.Context, tx db.Tx, h Hall) error {
	_, err := tx.NewInsert().Model(&hallRow{TenantID: tx.Scope.Tenant, ID: h.ID, VenueID: h.VenueID, Code: h.Code, Name: h.Name, Version: h.Version, CreatedAt: h.CreatedAt}).Exec(ctx)
	switch {
	case db.IsUnique(err, "hall_name"):
		return ErrNameTaken
	case db.IsUnique(err, "hall_code"):
		return ErrCodeTaken.With("code", h.Code)
	}
	return err
}

func getVenue(ctx context.Context, tx db.Tx, id ids.ID) (Venue, error) {
	return readVenue(ctx, tx, id, "")
}

// lockVenue is getVenue for adding a hall: one at a time a venue.
func lockVenue(ctx context.Context, tx db.Tx, id ids.ID) (Venue, error) {
	return readVenue(ctx, tx, id, "no key update")
}

func readVenue(ctx context.Context, tx db.Tx, id ids.ID, lock string) (Venue, error) {
	var r venueRow
	q := tx.NewSelect().Model(&r).Where("v.tenant_id = ? and v.id = ?", tx.Scope.Tenant, id)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); errors.Is(err, sql.ErrNoRows) {
		return Venue{}, ErrNotFound
	} else if err != nil {
		return Venue{}, err
	}
	v := r.venue()
	hs, err := halls(ctx, tx, []ids.ID{id})
	if err != nil {
		return Venue{}, err
	}
	v.Halls = append(v.Halls, hs[id]...)
	return v, nil
}

func halls(ctx context.Context, tx db.Tx, venues []ids.ID) (map[ids.ID][]Hall, error) {
	var rows []hallRow
	if len(venues) == 0 {
		return nil, nil
	}
	err := tx.NewSelect().Model(&rows).Where("h.tenant_id = ?", tx.Scope.Tenant).Where("h.venue_id in (?)", bun.List(venues)).Order("h.code").Scan(ctx)
	out := map[ids.ID][]Hall{}
	for _, r := range rows {
		out[r.VenueID] = append(out[r.VenueID], r.hall())
	}
	return out, err
}

func listVenues(ctx context.Context, tx db.Tx, r page.Request) (page.Page[Venue], error) {
	var rows []venueRow
	q := tx.NewSelect().Model(&rows).Where("v.tenant_id = ?", tx.Scope.Tenant).Order("v.name", "v.id").Limit(int64(r.Limit()))
	var after [2]string
	if ok, err := r.After(&after); err != nil {
		return page.Page[Venue]{}, err
	} else if ok {
		q = q.Where("(v.name, v.id::text) > (?, ?)", after[0], after[1])
	}
	if err := q.Scan(ctx); err != nil {
		return page.Page[Venue]{}, err
	}
	vs := make([]Venue, len(rows))
	which := make([]ids.ID, len(rows))
	for i, row := range rows {
		vs[i], which[i] = row.venue(), row.ID
	}
	hs, err := halls(ctx, tx, which)
	if err != nil {
		return page.Page[Venue]{}, err
	}
	for i := range vs {
		vs[i].Halls = append(vs[i].Halls, hs[vs[i].ID]...)
	}
	return page.Of(r, vs, func(v Venue) any { return [2]string{v.Name, v.ID.String()} }), nil
}

// HallTx is Hall inside the caller's transaction.
func HallTx(ctx context.Context, tx db.Tx, id ids.ID) (Venue, Hall, error) {
	var r hallRow
	err := tx.NewSelect().Model(&r).Where("h.tenant_id = ? and h.id = ?", tx.Scope.Tenant, id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Venue{}, Hall{}, ErrHallNotFound
	}
	if err != nil {
		return Venue{}, Hall{}, err
	}
	v, err := getVenue(ctx, tx, r.VenueID)
	return v, r.hall(), err
}
