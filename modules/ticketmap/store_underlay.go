package ticketmap

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// underlayRow is a picture's row without its bytes, which are read only when they are asked for.
type underlayRow struct {
	bun.BaseModel `bun:"table:ticketmap.underlay,alias:u"`
	TenantID      int32     `bun:"tenant_id,pk"`
	HallID        ids.ID    `bun:"hall_id,pk,type:uuid"`
	Level         string    `bun:"level,pk"`
	Media         string    `bun:"media"`
	Hash          string    `bun:"hash"`
	Width         int       `bun:"width"`
	Height        int       `bun:"height"`
	X             int       `bun:"x"`
	Y             int       `bun:"y"`
	MMPerPixel    float64   `bun:"mm_per_pixel"`
	Opacity       int       `bun:"opacity"`
	ChangedAt     time.Time `bun:"changed_at"`
}

func (r underlayRow) underlay() Underlay {
	return Underlay{Level: r.Level, Media: r.Media, Hash: r.Hash, Width: r.Width, Height: r.Height, X: r.X, Y: r.Y, MMPerPixel: r.MMPerPixel, Opacity: r.Opacity}
}

func listUnderlays(ctx context.Context, tx db.Tx, hall ids.ID) ([]Underlay, error) {
	var rows []underlayRow
	err := tx.NewSelect().Model(&rows).Where("u.tenant_id = ? and u.hall_id = ?", tx.Scope.Tenant, hall).Order("u.level").Limit(200).Scan(ctx)
	out := make([]Underlay, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.underlay())
	}
	return out, err
}

func getUnderlay(ctx context.Context, tx db.Tx, hall ids.ID, level string) (Underlay, error) {
	var r underlayRow
	err := tx.NewSelect().Model(&r).Where("u.tenant_id = ? and u.hall_id = ? and u.level = ?", tx.Scope.Tenant, hall, level).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Underlay{}, ErrUnderlayMissing
	}
	return r.underlay(), err
}

func underlayBytes(ctx context.Context, tx db.Tx, hall ids.ID, level string) (b []byte, err error) {
	err = tx.QueryRowContext(ctx, "select picture from ticketmap.underlay where tenant_id = ? and hall_id = ? and level = ?", tx.Scope.Tenant, hall, level).Scan(&b)
	return b, err
}

func putUnderlay(ctx context.Context, tx db.Tx, hall ids.ID, u Underlay, picture []byte) error {
	_, err := tx.ExecContext(ctx, `insert into ticketmap.underlay (tenant_id, hall_id, level, media, hash, width, height, x, y, mm_per_pixel, opacity, picture, changed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (tenant_id, hall_id, level) do update set media = excluded.media, hash = excluded.hash, width = excluded.width, height = excluded.height, x = excluded.x, y = excluded.y,
			mm_per_pixel = excluded.mm_per_pixel, opacity = excluded.opacity, picture = excluded.picture, changed_at = excluded.changed_at`,
		tx.Scope.Tenant, hall, u.Level, u.Media, u.Hash, u.Width, u.Height, u.X, u.Y, u.MMPerPixel, u.Opacity, picture, tx.Now)
	return err
}

func placeUnderlay(ctx context.Context, tx db.Tx, hall ids.ID, u Underlay) error {
	_, err := tx.ExecContext(ctx, "update ticketmap.underlay set x = ?, y = ?, mm_per_pixel = ?, opacity = ?, changed_at = ? where tenant_id = ? and hall_id = ? and level = ?",
		u.X, u.Y, u.MMPerPixel, u.Opacity, tx.Now, tx.Scope.Tenant, hall, u.Level)
	return err
}

func dropUnderlay(ctx context.Context, tx db.Tx, hall ids.ID, level string) error {
	res, err := tx.ExecContext(ctx, "delete from ticketmap.underlay where tenant_id = ? and hall_id = ? and level = ?", tx.Scope.Tenant, hall, level)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrUnderlayMissing
}
