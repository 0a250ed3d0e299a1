package ticketmap

import (
	"context"
	"errors"
	"slices"
	"strings"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/plan"
)

// Moved tells what a move to another plan version changed.
type Moved struct {
	Map     Map     `json:"map"`
	Meter   Meter   `json:"meter"`
	Dropped []int32 `json:"dropped" doc:"Seats of zones and holds that the version does not have or has as buffer seats"`
	Turnover
	Added int `json:"added" doc:"Seats of the version that are in no zone yet"`
}

// MoveTx moves a session's map to another published version of its hall, in the
// transaction that also changes the session and reloads its seats. Zones and holds go
// along by seat id. Refused: a version of another hall (ticketmap.other_hall), a sold seat that it lacks or
// that would leave its zone (ticketmap.seats_sold, ticketmap.seats_bound), a zoned or held standing area
// that it lacks (ticketmap.area_gone), and what SetMap refuses of a live map.
func (s *Service) MoveTx(ctx context.Context, tx db.Tx, session, to ids.ID) (Moved, error) {
	out, err := s.move(ctx, tx, session, to, "update")
	if err != nil {
		return Moved{}, err
	}
	out.Map.ChangedAt = tx.Now
	out.Map.Version++
	return out, updateMap(ctx, tx, out.Map)
}

// CheckMoveTx tells what MoveTx would do, or why it would refuse, and changes nothing.
func (s *Service) CheckMoveTx(ctx context.Context, tx db.Tx, session, to ids.ID) (Moved, error) {
	return s.move(ctx, tx, session, to, "")
}

func (s *Service) move(ctx context.Context, tx db.Tx, session, to ids.ID, lock string) (Moved, error) {
	m, err := getMap(ctx, tx, "m.session_id = ?", session, lock)
	if err != nil {
		return Moved{}, err
	}
	from, old, err := DocumentTx(ctx, tx, m.PlanID)
	if err != nil {
		return Moved{}, err
	}
	target, next, err := DocumentTx(ctx, tx, to)
	switch {
	case err != nil:
		return Moved{}, err
	case target.State != "published":
		return Moved{}, ErrNotPublished
	case target.HallID != from.HallID:
		return Moved{}, ErrOtherHall
	}
	sold, err := s.sold.SoldInSession(ctx, tx, session)
	if err != nil {
		return Moved{}, err
	}
	out := Moved{Turnover: turnover(old, next)}
	if lost := common(out.Gone, sold); len(lost) > 0 {
		return Moved{}, withSeats(ErrSeatsSold, old, lost)
	}
	if m.MapContent, out.Dropped, err = carry(old, next, m.MapContent); err != nil {
		return Moved{}, err
	}
	painted, err := Paint(next, m.MapContent)
	if err != nil {
		return Moved{}, err
	}
	if err := s.keepSold(ctx, tx, m, painted); err != nil {
		return Moved{}, err
	}
	out.Meter = painted.Measure(m.Approved)
	if err := out.Meter.allow(m.Live); err != nil {
		return Moved{}, err
	}
	for i := range painted.zone {
		if painted.zone[i] == 0 && painted.hold[i] == 0 && !painted.buffer[i] {
			out.Added++
		}
	}
	m.PlanID = to
	out.Map = m
	return out, nil
}

// ErrSeatsTaken is for a move that would take places from under somebody who is buying them.
var ErrSeatsTaken = errs.New(errs.Conflict, "ticketmap.seats_taken", "新版本缺少的座位中有 {count} 个正被占用或已售出（{seats}），请待购买结束、退票或换座后再更换版本。",
	"{count} of the seats that the version lacks are being bought or sold ({seats}); move when that has ended, or refund or exchange them first.")

// SeatsTaken makes the error for places of a session's plan.
func (s *Service) SeatsTaken(ctx context.Context, tx db.Tx, planID ids.ID, taken []int32) error {
	_, doc, err := DocumentTx(ctx, tx, planID)
	if err != nil {
		return err
	}
	return ErrSeatsTaken.With("count", len(taken)).With("seats", strings.Join(placeNames(doc, taken), "，")).With("seatIds", taken)
}

// Copy puts the zones, holds and prices of a map on a session: a new map, or a
// new revision of the one that the session has. Both stand on the same plan version.
// Errors: as CreateMap and SetMap.
func (s *Service) Copy(ctx context.Context, from, session ids.ID, approved int) (m Map, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		source, err := getMap(ctx, tx, "m.id = ?", from, "")
		if err != nil {
			return err
		}
		have, err := MapOfSession(ctx, tx, session)
		if errors.Is(err, ErrMapNotFound) {
			m, err = s.CreateMap(ctx, NewMap{PlanID: source.PlanID, SessionID: session, Approved: approved, Name: source.Name, From: from})
			return err
		}
		if err != nil {
			return err
		}
		if have.PlanID != source.PlanID {
			return ErrMapNotFound
		}
		m, _, err = s.SetMap(ctx, have.ID, have.Version, source.MapContent)
		return err
	})
	return m, err
}

// carry keeps of c what next has: seats of old that next has and may sell.
func carry(old, next *plan.Plan, c MapContent) (MapContent, []int32, error) {
	had, keep := map[int32]bool{}, map[int32]bool{}
	for i := range old.Seats {
		had[old.Seats[i].ID] = true
	}
	for i := range next.Seats {
		keep[next.Seats[i].ID] = had[next.Seats[i].ID]
	}
	for _, id := range plan.BufferSeats(next) {
		keep[id] = false
	}
	var dropped []int32
	runs := func(in [][2]int32) [][2]int32 {
		var ids []int32
		for _, r := range in {
			for id := r[0]; id <= r[1]; id++ {
				switch {
				case keep[id]:
					ids = append(ids, id)
				case had[id]:
					dropped = append(dropped, id)
				}
			}
		}
		out := [][2]int32{}
		slices.Sort(ids)
		for _, r := range plan.Runs(ids) {
			out = append(out, [2]int32{r.First, r.Last})
		}
		return out
	}
	areas := map[string]bool{}
	for i := range next.Areas {
		areas[next.Areas[i].ID] = true
	}
	out := MapContent{Zones: slices.Clone(c.Zones), Holds: slices.Clone(c.Holds), Allotments: slices.Clone(c.Allotments), Kinds: c.Kinds, Prices: c.Prices}
	for i := range out.Allotments {
		out.Allotments[i].Seats = runs(out.Allotments[i].Seats)
		for _, a := range out.Allotments[i].Areas {
			if !areas[a.Area] {
				return c, nil, ErrAreaGone.With("area", a.Area)
			}
		}
	}
	for i := range out.Zones {
		out.Zones[i].Seats = runs(out.Zones[i].Seats)
		for _, a := range out.Zones[i].Areas {
			if !areas[a] {
				return c, nil, ErrAreaGone.With("area", a)
			}
		}
	}
	for i := range out.Holds {
		out.Holds[i].Seats = runs(out.Holds[i].Seats)
		for _, a := range out.Holds[i].Areas {
			if !areas[a.Area] {
				return c, nil, ErrAreaGone.With("area", a.Area)
			}
		}
	}
	slices.Sort(dropped)
	return out, slices.Compact(dropped), nil
}
