package ticketmaphttp

import (
	"context"
	"encoding/json"

	"parterre/modules/core/httpx"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/pricing"
)

type kindsIn struct {
	ByMap
	Body struct {
		Version int                    `json:"version" minimum:"1" doc:"The version that was read"`
		Kinds   []ticketmap.TicketKind `json:"kinds" maxItems:"20"`
	}
}

type splitIn struct {
	ByMap
	Zone int `path:"zone" minimum:"1" maximum:"4095"`
	Body struct {
		Version int       `json:"version" minimum:"1" doc:"The version that was read"`
		Bands   int       `json:"bands" minimum:"2" maximum:"8" doc:"Into how many; the zone itself is the best one"`
		Step    money.Fen `json:"step" minimum:"0" doc:"How much a band costs less than the one before, fen"`
	}
}

type previewIn struct {
	ByMap
	Body struct {
		Program json.RawMessage `json:"program"`
		Zone    int             `json:"zone" minimum:"1" maximum:"4095"`
		Channel string          `json:"channel,omitempty" enum:",online,counter,agent"`
		Kind    string          `json:"kind,omitempty" maxLength:"40"`
	}
}

func tariff(api *httpx.API, s *ticketmap.Service) {
	kinds := op("setKinds", "PUT", "/maps/{map}/kinds", "Replace the kinds of ticket sold beside the full price, as a new revision", "price.manage")
	kinds.Detail = "Students, children, soldiers …: each costs a share of the full price, never more than it; what proves it is checked at the gate."
	httpx.Register(api, kinds, func(ctx context.Context, in *kindsIn) (*mapOut, error) {
		m, err := s.SetKinds(ctx, in.Map, in.Body.Version, in.Body.Kinds)
		return &mapOut{m}, err
	})
	split := op("splitZone", "POST", "/maps/{map}/zones/{zone}/split", "Part a zone into sub-zones by seat quality, each a step cheaper", "price.manage")
	split.Detail = "Seats that are sold stay in the zone. Refused: ticketmap.split (too few seats), ticketmap.split_price, and what setMap refuses."
	httpx.Register(api, split, func(ctx context.Context, in *splitIn) (*setOut, error) {
		m, meter, err := s.SplitZone(ctx, in.Map, in.Body.Version, ticketmap.Split{Zone: in.Zone, Bands: in.Body.Bands, Step: in.Body.Step})
		out := &setOut{}
		out.Body.Map, out.Body.Meter = m, meter
		return out, err
	})
	paint := op("paintMap", "PUT", "/maps/{map}/painting", "Replace what is painted without touching prices, as a new revision", "map.manage")
	paint.MaxBody = 16 << 20
	paint.Detail = "For designers: as setMap, but prices and kinds of zones stay (ticketmap.price_locked), and on a live map seats stay in their zones."
	httpx.Register(api, paint, func(ctx context.Context, in *setIn) (*setOut, error) {
		m, meter, err := s.PaintMap(ctx, in.Map, in.Body.Version, in.Body.MapContent)
		out := &setOut{}
		out.Body.Map, out.Body.Meter = m, meter
		return out, err
	})
	look := op("previewPrices", "POST", "/maps/{map}/price-preview", "What a price program says for one zone over time and occupancy; changes nothing", "map.read")
	look.Mode, look.MaxBody = httpx.ByHandler, 2*pricing.MaxBytes
	httpx.Register(api, look, func(ctx context.Context, in *previewIn) (*struct{ Body pricing.Preview }, error) {
		p, err := s.PreviewPrices(ctx, in.Map, ticketmap.View{Program: rawOf(in.Body.Program), Zone: in.Body.Zone, Channel: in.Body.Channel, Kind: in.Body.Kind})
		return &struct{ Body pricing.Preview }{p}, err
	})
}
