// Package manage composes what the management app does with several modules at
// once: a session's move to another plan version, and one ticket map for a series of sessions.
package manage

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// Deps are what the package works with.
type Deps struct {
	DB    *db.DB
	Maps  *ticketmap.Service
	Shows *show.Service
}

// BySession names a session.
type BySession struct {
	Session ids.ID `path:"session"`
}

type movedOut struct{ Body ticketmap.Moved }

// Series is what became of one session of a series.
type Series struct {
	Session ids.ID `json:"session"`
	MapID   ids.ID `json:"mapId"`
	Version int    `json:"version"`
}

type seriesOut struct {
	Body struct {
		Items []Series `json:"items"`
	}
}

// errHall is the answer to a session of another hall or plan version.
var errHall = errs.New(errs.Conflict, "manage.other_plan", "场次 {code} 使用另一座位图版本，请先把它换到票图所用的版本。", "Session {code} uses another plan version; move it to the map's version first.")

func op(id, method, path, summary string, needs httpx.Permission) httpx.Op {
	return httpx.Op{ID: "manage." + id, Method: method, Path: "/api/v1" + path, Tag: "ticketmap", Summary: summary, Needs: needs}
}

// Register adds the operations.
func Register(api *httpx.API, d Deps) {
	httpx.Register(api, op("checkPlanMove", "GET", "/sessions/{session}/plan-move", "What a move to another plan version would change, or the seats that forbid it", "map.read"), func(ctx context.Context, in *struct {
		BySession
		To ids.ID `query:"to" required:"true" doc:"A published version of the same hall"`
	},
	) (*movedOut, error) {
		var out ticketmap.Moved
		err := d.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			if out, err = d.Maps.CheckMoveTx(ctx, tx, in.Session, in.To); err == nil {
				err = known(ctx, tx, in.Session, out.Gone)
			}
			return err
		})
		return &movedOut{out}, err
	})
	move := op("movePlan", "POST", "/sessions/{session}/plan-move", "Move a session to another published version of its hall's plan", "map.manage")
	move.Detail = "Zones, holds and allotments go along by seat id. Refused with the seats: sold ones that the version lacks (ticketmap.seats_sold) or that would leave their zone " +
		"(ticketmap.seats_bound), and any that it lacks once seats were offered (ticketmap.seats_known)."
	httpx.Register(api, move, func(ctx context.Context, in *struct {
		BySession
		Body struct {
			To ids.ID `json:"to" doc:"A published version of the same hall"`
		}
	},
	) (*movedOut, error) {
		out, err := d.Move(ctx, in.Session, in.Body.To)
		return &movedOut{out}, err
	})
	series := op("applyMap", "POST", "/maps/{map}/sessions", "Put one ticket map on several sessions of the same plan version, all or none", "price.manage")
	series.Detail = "A session without a map gets one; a session that has one gets a new revision, under the rules of a change by hand."
	httpx.Register(api, series, func(ctx context.Context, in *struct {
		Map  ids.ID `path:"map"`
		Body struct {
			Sessions []ids.ID `json:"sessions" minItems:"1" maxItems:"200"`
		}
	},
	) (*seriesOut, error) {
		out := &seriesOut{}
		var err error
		out.Body.Items, err = d.Apply(ctx, in.Map, in.Body.Sessions)
		return out, err
	})
}

// known refuses to drop seats that the seat engine's record speaks of.
func known(ctx context.Context, tx db.Tx, session ids.ID, gone []int32) error {
	if len(gone) == 0 {
		return nil
	}
	offered, err := inventory.Offered(ctx, tx, session)
	if err == nil && offered {
		err = ticketmap.SeatsKnown(gone)
	}
	return err
}

// Move takes a session and its map to another plan version. The seat engine
// follows after the commit. Errors: as ticketmap.MoveTx, ticketmap.seats_known, show.state.
func (d Deps) Move(ctx context.Context, session, to ids.ID) (out ticketmap.Moved, err error) {
	if to.IsZero() {
		return out, ticketmap.ErrPlanNotFound.At("to")
	}
	err = d.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := d.Shows.SetPlan(ctx, session, to); err != nil {
			return err
		}
		if out, err = d.Maps.MoveTx(ctx, tx, session, to); err != nil {
			return err
		}
		return known(ctx, tx, session, out.Gone)
	})
	return out, err
}

// Apply puts the content of a map on sessions. Errors: as ticketmap.Copy, manage.other_plan.
func (d Deps) Apply(ctx context.Context, from ids.ID, sessions []ids.ID) (list []Series, err error) {
	err = d.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		list = nil
		source, err := d.Maps.Map(ctx, from)
		if err != nil {
			return err
		}
		for _, id := range sessions {
			se, err := show.SessionTx(ctx, tx, id, true)
			if err != nil {
				return err
			}
			if se.PlanID != source.PlanID {
				return errHall.With("code", se.Code.String())
			}
			m, err := d.Maps.Copy(ctx, from, id, se.Audience)
			if err != nil {
				return err
			}
			if se.MapID.IsZero() {
				if _, err := d.Shows.SetMap(ctx, id, m.ID); err != nil {
					return err
				}
			}
			list = append(list, Series{Session: id, MapID: m.ID, Version: m.Version})
		}
		return nil
	})
	return list, err
}
