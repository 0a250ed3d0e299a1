package ticketmap_test

import (
	"context"
	"slices"
	"testing"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
)

// TestMove takes a session's map to a version with one seat less and one more.
func TestMove(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.published(t, sample(t))
	session := ids.New()
	m, err := b.s.CreateMap(b.ctx, ticketmap.NewMap{PlanID: first.ID, SessionID: session, Approved: 215, Name: "首演"})
	if err != nil {
		t.Fatal(err)
	}
	p := sample(t)
	p.Seats = slices.DeleteFunc(p.Seats, func(s plan.Seat) bool { return s.ID == 3 })
	p.Seats = append(p.Seats, plan.Seat{ID: 40, Row: "r1", Number: "2", X: 540, Y: -8})
	p.NextSeatID = 41
	second := b.published(t, p)
	move := func(to ids.ID) (out ticketmap.Moved, err error) {
		err = b.db.InTx(b.ctx, func(ctx context.Context, tx db.Tx) error {
			out, err = b.s.MoveTx(ctx, tx, session, to)
			return err
		})
		return out, err
	}
	b.sold.session = []int32{3}
	_, err = move(second.ID)
	want(t, err, ticketmap.ErrSeatsSold)
	b.sold.session = []int32{4}
	out, err := move(second.ID)
	if err != nil {
		t.Fatal(err)
	}
	if out.Map.PlanID != second.ID || out.Map.Version != m.Version+1 || !slices.Equal(out.Dropped, []int32{3}) || out.Added != 5 {
		t.Errorf("moved: %+v", out)
	}
	if !slices.Equal(out.Map.Zones[0].Seats, [][2]int32{{1, 2}, {4, 4}, {6, 8}}) {
		t.Errorf("zone: %v", out.Map.Zones[0].Seats)
	}
	p.Areas = nil
	p.Categories[0].Objects = nil
	third := b.published(t, p)
	_, err = move(third.ID)
	want(t, err, ticketmap.ErrAreaGone)
	draft, err := b.s.Revise(b.ctx, third.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = move(draft.ID)
	want(t, err, ticketmap.ErrNotPublished)
}
