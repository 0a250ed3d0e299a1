// Package manage composes what the management app does with several modules at
// once: a session's move to another plan version, and one ticket map for a series of sessions.
package manage

import (
	"context"
	"errors"
	"log/slog"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// Deps are what the package works with.
type Deps struct {
	DB      *db.DB
	Maps    *ticketmap.Service
	Shows   *show.Service
	Seats   *inventory.Service
	Catalog inventory.Catalog // what Seats were made with
	Log     *slog.Logger      // default slog.Default
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
		out, err := d.Check(ctx, in.Session, in.To)
		return &movedOut{out}, err
	})
	move := op("movePlan", "POST", "/sessions/{session}/plan-move", "Move a session to another published version of its hall's plan", "map.manage")
	move.Detail = "Zones, holds and allotments go along by seat id; seats that go are retired and those that come are there, in the same transaction. Refused with the seats: sold ones that the " +
		"version lacks (ticketmap.seats_sold) or that would leave their zone (ticketmap.seats_bound), and others that it lacks and somebody is buying (ticketmap.seats_taken)."
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

// Check tells what Move would do, or why it would refuse, and changes nothing.
func (d Deps) Check(ctx context.Context, session, to ids.ID) (out ticketmap.Moved, err error) {
	offered := false
	var from ids.ID
	err = d.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := ticketmap.MapOfSession(ctx, tx, session)
		if err != nil {
			return err
		}
		if out, err = d.Maps.CheckMoveTx(ctx, tx, session, to); err != nil {
			return err
		}
		from = m.PlanID
		offered, err = inventory.Offered(ctx, tx, session)
		return err
	})
	if err != nil || !offered {
		return out, err
	}
	var taken []int32
	if err := d.Seats.Look(ctx, session, func(st *engine.State) { taken = st.Taken(out.Leaving()) }); err != nil {
		return out, err
	}
	if len(taken) > 0 {
		err = d.DB.View(ctx, func(ctx context.Context, tx db.Tx) error { return d.Maps.SeatsTaken(ctx, tx, from, taken) })
	}
	return out, err
}

// Move takes a session, its map and its seats to another plan version, all in one
// transaction; a session that stands on it already stays as it is. Errors: as ticketmap.MoveTx,
// ticketmap.seats_taken, inventory.public_share, inventory.over_approved, show.state.
func (d Deps) Move(ctx context.Context, session, to ids.ID) (out ticketmap.Moved, err error) {
	if to.IsZero() {
		return out, ticketmap.ErrPlanNotFound.At("to")
	}
	moved := false
	err = d.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		moved = false
		se, err := show.SessionTx(ctx, tx, session, true)
		if err != nil {
			return err
		}
		if se.PlanID == to {
			out, err = d.Maps.CheckMoveTx(ctx, tx, session, to)
			return err
		}
		before, _, err := d.Catalog.Load(ctx, session)
		if err != nil && !errors.Is(err, inventory.ErrNoSession) {
			return err
		}
		if _, err := d.Shows.SetPlan(ctx, session, to); err != nil {
			return err
		}
		if out, err = d.Maps.MoveTx(ctx, tx, session, to); err != nil {
			return err
		}
		if before == nil { // its map is not dressed for sale yet
			return nil
		}
		after, _, err := d.Catalog.Load(ctx, session)
		if err != nil {
			return err
		}
		_, _, err = d.Seats.ReseatTx(ctx, tx, inventory.Reseating{Session: session, Plan: se.PlanID, From: before, To: after, Same: out.Shifted(), Reason: "plan version"})
		if e, ok := errs.Of(err); ok && e.Code == "inventory.seat_taken" {
			taken, _ := e.Params["seats"].([]int32)
			return d.Maps.SeatsTaken(ctx, tx, se.PlanID, taken)
		}
		moved = err == nil
		return err
	})
	if err != nil || !moved {
		return out, err
	}
	// The session's writer, here or at another node, is deposed already; so that viewers
	// need not wait until it finds out, it is told. The follower does the same later.
	if err := d.Seats.Reload(ctx, session); err != nil {
		d.log().Warn("manage: a moved session's seats are loaded later", "session", session.String(), "error", errs.CodeOf(err))
	}
	return out, nil
}

func (d Deps) log() *slog.Logger {
	if d.Log == nil {
		return slog.Default()
	}
	return d.Log
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
