package ticketmaphttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
)

type mapOut struct{ Body ticketmap.Map }

type mapsOut struct {
	Body struct {
		Items []ticketmap.Map `json:"items" doc:"Without zones and holds"`
	}
}

// ByMap names a ticket map.
type ByMap struct {
	Map ids.ID `path:"map"`
}

type createIn struct {
	ByPlan
	Body struct {
		Name      string `json:"name" minLength:"1" maxLength:"100"`
		SessionID ids.ID `json:"sessionId,omitempty" doc:"Absent for a template"`
		Approved  int    `json:"approved,omitempty" minimum:"0" maximum:"200000" doc:"Approved audience of the session (RL-8)"`
		From      ids.ID `json:"from,omitempty" doc:"A map of the same plan to copy; absent: the plan's categories at price 0"`
	}
}

type setIn struct {
	ByMap
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that was read"`
		ticketmap.MapContent
	}
}

type setOut struct {
	Body struct {
		Map   ticketmap.Map   `json:"map"`
		Meter ticketmap.Meter `json:"meter"`
	}
}

type meterOut struct{ Body ticketmap.Meter }

type zonesOut struct {
	Body struct {
		Version int                   `json:"version"`
		PlanID  ids.ID                `json:"planId"`
		Zones   []ticketmap.PriceZone `json:"zones"`
	}
}

func maps(api *httpx.API, s *ticketmap.Service) {
	create := op("createMap", "POST", "/plans/{plan}/maps", "Dress a published plan for a session or as a template", "map.manage")
	create.Status = 201
	httpx.Register(api, create, func(ctx context.Context, in *createIn) (*mapOut, error) {
		b := in.Body
		m, err := s.CreateMap(ctx, ticketmap.NewMap{PlanID: in.Plan, SessionID: b.SessionID, Approved: b.Approved, Name: b.Name, From: b.From})
		return &mapOut{m}, err
	})
	httpx.Register(api, op("maps", "GET", "/plans/{plan}/maps", "List the ticket maps of a plan, newest first", "map.read"), func(ctx context.Context, in *ByPlan) (*mapsOut, error) {
		list, err := s.Maps(ctx, in.Plan)
		for i := range list {
			list[i].Zones, list[i].Holds = []ticketmap.PriceZone{}, []ticketmap.SeatHold{}
		}
		out := &mapsOut{}
		out.Body.Items = list
		return out, err
	})
	httpx.Register(api, op("map", "GET", "/maps/{map}", "A ticket map with zones and holds", "map.read"), func(ctx context.Context, in *ByMap) (*mapOut, error) {
		m, err := s.Map(ctx, in.Map)
		return &mapOut{m}, err
	})
	set := op("setMap", "PUT", "/maps/{map}", "Replace zones and holds as a new revision", "price.manage")
	set.MaxBody = 16 << 20
	set.Detail = "Refused: a version that is not the newest (ticketmap.stale), buffer seats (ticketmap.buffer, RL-8), holds that leave too little for public sale (ticketmap.public_share, RL-2), sold seats moved out of their zone (ticketmap.seats_bound)."
	httpx.Register(api, set, func(ctx context.Context, in *setIn) (*setOut, error) {
		m, meter, err := s.SetMap(ctx, in.Map, in.Body.Version, in.Body.MapContent)
		out := &setOut{}
		out.Body.Map, out.Body.Meter = m, meter
		return out, err
	})
	httpx.Register(api, op("meter", "GET", "/maps/{map}/meter", "How the map stands to the rules of public sale (RL-2, RL-8)", "map.read"), func(ctx context.Context, in *ByMap) (*meterOut, error) {
		m, err := s.MeterOf(ctx, in.Map, nil)
		return &meterOut{m}, err
	})
	try := op("tryMeter", "POST", "/maps/{map}/meter", "The meter as it would be, while one paints; changes nothing", "map.read")
	try.MaxBody, try.Mode = 16<<20, httpx.ByHandler
	httpx.Register(api, try, func(ctx context.Context, in *struct {
		ByMap
		Body ticketmap.MapContent
	},
	) (*meterOut, error) {
		m, err := s.MeterOf(ctx, in.Map, &in.Body)
		return &meterOut{m}, err
	})
	zones := op("zones", "GET", "/sessions/{session}/zones", "The zones and list prices of a session on sale, without holds", httpx.Public)
	zones.Detail = "Open to every visitor of the tenant once the session was on sale (RL-11, RL-12)."
	httpx.Register(api, zones, func(ctx context.Context, in *struct {
		Session ids.ID `path:"session"`
	},
	) (*zonesOut, error) {
		if httpx.PrincipalOf(ctx).Tenant == 0 {
			return nil, ticketmap.ErrMapNotFound
		}
		m, err := s.SessionMap(ctx, in.Session)
		if err != nil {
			return nil, err
		}
		out := &zonesOut{}
		out.Body.Version, out.Body.PlanID, out.Body.Zones = m.Version, m.PlanID, m.Zones
		return out, nil
	})
}
