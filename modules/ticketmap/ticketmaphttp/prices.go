package ticketmaphttp

import (
	"context"
	"encoding/json"
	"time"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/pricing"
)

type programOut struct{ Body ticketmap.PriceProgram }

type programsOut struct {
	Body struct {
		Items []ticketmap.PriceProgram `json:"items" doc:"Newest first, without documents"`
		State ticketmap.PriceState     `json:"state"`
	}
}

type programIn struct {
	ByMap
	Body struct {
		Program json.RawMessage `json:"program" doc:"A parterre.prices document; its JSON Schema is at /api/v1/price-programs/schema"`
		Note    string          `json:"note,omitempty" maxLength:"200"`
	}
}

type reportOut struct {
	Body struct {
		OK     bool           `json:"ok" doc:"There are no errors; warnings may remain"`
		Report pricing.Report `json:"report"`
	}
}

type activateIn struct {
	ByMap
	Body struct {
		Version int    `json:"version" minimum:"0" doc:"Of the program; 0 switches it off"`
		Mode    string `json:"mode" enum:"manual,automatic" doc:"manual: a person confirms each revision"`
	}
}

type stateOut struct{ Body ticketmap.PriceState }

// ByProposal names a price proposal.
type ByProposal struct {
	Proposal ids.ID `path:"proposal"`
}

type proposalOut struct{ Body ticketmap.Proposal }

type proposalsOut struct {
	Body struct {
		Items []ticketmap.Proposal `json:"items"`
	}
}

// WhichPrice names one price.
type WhichPrice struct {
	Zone    int    `query:"zone" minimum:"0" maximum:"4095"`
	Seat    int32  `query:"seat" doc:"Used where zone is absent; standing places are below zero"`
	Channel string `query:"channel" enum:",online,counter,agent" doc:"Absent: online"`
	Kind    string `query:"kind" maxLength:"40" doc:"Of ticket; absent: full"`
	Package string `query:"package" maxLength:"40"`
}

func (w WhichPrice) question() ticketmap.Question {
	return ticketmap.Question{Zone: w.Zone, Seat: w.Seat, Channel: w.Channel, Kind: w.Kind, Package: w.Package}
}

type whyIn struct {
	ByMap
	WhichPrice
}

type whyOut struct{ Body ticketmap.Why }

type historyOut struct {
	Body struct {
		Items []ticketmap.PriceChange `json:"items"`
	}
}

type trialIn struct {
	ByMap
	Body struct {
		Program  json.RawMessage `json:"program,omitempty" doc:"A document that need not be stored; absent: version"`
		Version  int             `json:"version,omitempty" minimum:"0"`
		Session  ids.ID          `json:"session,omitempty" doc:"An earlier session whose sales are played; absent: generated sales"`
		Seed     uint64          `json:"seed,omitempty" maximum:"9007199254740991" doc:"Of generated sales; the same seed gives the same sales"`
		Demand   int             `json:"demandPermille,omitempty" minimum:"0" maximum:"5000" doc:"Generated buyers in thousandths of the places"`
		Response int             `json:"responsePermille,omitempty" minimum:"0" maximum:"10000" doc:"How buyers mind the price: 1000 is one percent fewer for one percent more, 0 not at all"`
		Minutes  int             `json:"everyMinutes,omitempty" minimum:"0" maximum:"1440" doc:"How often prices are computed; default 10"`
	}
}

type trialOut struct{ Body ticketmap.TrialResult }

// rawOf is nil for an absent or null member.
func rawOf(m json.RawMessage) []byte {
	if string(m) == "null" {
		return nil
	}
	return m
}

func prices(api *httpx.API, s *ticketmap.Service) {
	programs(api, s)
	proposals(api, s)
	httpx.Register(api, op("whyPrice", "GET", "/maps/{map}/price", "Why a zone, or a seat's zone, costs what it costs in a channel and as a kind of ticket, step by step", "map.read"), func(ctx context.Context, in *whyIn) (*whyOut, error) {
		w, err := s.WhyPrice(ctx, in.Map, in.question())
		return &whyOut{w}, err
	})
	public := op("sessionPrice", "GET", "/sessions/{session}/price", "Why a seat costs what it costs, for everybody", httpx.Public)
	public.Detail = "Open to every visitor of the tenant once the session was on sale (RL-11, RL-15). Every price has its reasons: time, stock, channel, kind; never the person."
	httpx.Register(api, public, func(ctx context.Context, in *struct {
		Session ids.ID `path:"session"`
		WhichPrice
	},
	) (*struct{ Body ticketmap.Told }, error) {
		if httpx.PrincipalOf(ctx).Tenant == 0 {
			return nil, ticketmap.ErrMapNotFound
		}
		t, err := s.Tell(ctx, in.Session, in.question())
		return &struct{ Body ticketmap.Told }{t}, err
	})
	httpx.Register(api, op("priceHistory", "GET", "/maps/{map}/price-changes", "Every change of a price with its rule and what the rule saw, newest first (RL-15)", "map.read"), func(ctx context.Context, in *struct {
		ByMap
		Zone   int `query:"zone" minimum:"0" maximum:"4095"`
		Before int `query:"before" minimum:"0" doc:"Revision to go on from"`
		Limit  int `query:"limit" minimum:"1" maximum:"500" default:"100"`
	},
	) (*historyOut, error) {
		out := &historyOut{}
		var err error
		out.Body.Items, err = s.History(ctx, in.Map, in.Zone, in.Before, in.Limit)
		return out, err
	})
	try := op("dryRunPrices", "POST", "/maps/{map}/price-dry-run", "Play a price program over recorded or generated sales; changes nothing", "map.read")
	try.Mode, try.MaxBody = httpx.ByHandler, 2*pricing.MaxBytes
	httpx.Register(api, try, func(ctx context.Context, in *trialIn) (*trialOut, error) {
		b := in.Body
		if b.Minutes == 0 {
			b.Minutes = 10
		}
		r, err := s.DryRun(ctx, in.Map, ticketmap.Trial{
			Program: rawOf(b.Program), Version: b.Version, Session: b.Session, Seed: b.Seed, Demand: b.Demand,
			Response: b.Response, Every: time.Duration(b.Minutes) * time.Minute,
		})
		return &trialOut{r}, err
	})
}

func programs(api *httpx.API, s *ticketmap.Service) {
	httpx.Register(api, op("priceSchema", "GET", "/price-programs/schema", "The JSON Schema of price programs", "map.read"), func(context.Context, *struct{}) (*struct{ Body json.RawMessage }, error) {
		return &struct{ Body json.RawMessage }{pricing.Schema}, nil
	})
	httpx.Register(api, op("pricePrograms", "GET", "/maps/{map}/price-programs", "The versions of a map's price program, and which one is active", "map.read"), func(ctx context.Context, in *ByMap) (*programsOut, error) {
		out := &programsOut{}
		var err error
		out.Body.Items, out.Body.State, err = s.Programs(ctx, in.Map)
		return out, err
	})
	httpx.Register(api, op("priceProgram", "GET", "/maps/{map}/price-programs/{version}", "One version of a price program", "map.read"), func(ctx context.Context, in *struct {
		ByMap
		Version int `path:"version" minimum:"1"`
	},
	) (*programOut, error) {
		p, err := s.Program(ctx, in.Map, in.Version)
		return &programOut{p}, err
	})
	save := op("savePriceProgram", "POST", "/maps/{map}/price-programs", "Store a price program as the next version; changes no price", "price.manage")
	save.Status, save.MaxBody = 201, 2*pricing.MaxBytes
	httpx.Register(api, save, func(ctx context.Context, in *programIn) (*programOut, error) {
		p, err := s.SaveProgram(ctx, in.Map, in.Body.Program, in.Body.Note)
		return &programOut{p}, err
	})
	check := op("checkPriceProgram", "POST", "/maps/{map}/price-programs/check", "Errors and warnings of a price program; changes nothing", "map.read")
	check.Mode, check.MaxBody = httpx.ByHandler, 2*pricing.MaxBytes
	httpx.Register(api, check, func(ctx context.Context, in *programIn) (*reportOut, error) {
		out := &reportOut{}
		var err error
		out.Body.Report, err = s.Validate(ctx, in.Map, in.Body.Program)
		out.Body.OK = err == nil && out.Body.Report.Err() == nil
		return out, err
	})
	act := op("activatePriceProgram", "PUT", "/maps/{map}/price-state", "Put a version to work, or none", "price.manage")
	act.Detail = "Refused on a template (ticketmap.template_prices)."
	httpx.Register(api, act, func(ctx context.Context, in *activateIn) (*stateOut, error) {
		st, err := s.Activate(ctx, in.Map, in.Body.Version, in.Body.Mode)
		return &stateOut{st}, err
	})
}

func proposals(api *httpx.API, s *ticketmap.Service) {
	httpx.Register(api, op("priceProposals", "GET", "/maps/{map}/price-proposals", "Price revisions that wait or were decided, newest first", "map.read"), func(ctx context.Context, in *ByMap) (*proposalsOut, error) {
		out := &proposalsOut{}
		var err error
		out.Body.Items, err = s.Proposals(ctx, in.Map)
		return out, err
	})
	propose := op("proposePrices", "POST", "/maps/{map}/price-proposals", "Compute the prices of now as a proposal; an empty id says that nothing would change", "price.manage")
	httpx.Register(api, propose, func(ctx context.Context, in *ByMap) (*proposalOut, error) {
		p, err := s.Propose(ctx, in.Map)
		return &proposalOut{p}, err
	})
	httpx.Register(api, op("confirmPrices", "POST", "/price-proposals/{proposal}/confirm", "Make a proposal the map's next revision", "price.manage"), func(ctx context.Context, in *ByProposal) (*mapOut, error) {
		m, err := s.Confirm(ctx, in.Proposal)
		return &mapOut{m}, err
	})
	httpx.Register(api, op("rejectPrices", "POST", "/price-proposals/{proposal}/reject", "Close a proposal without a change", "price.manage"), func(ctx context.Context, in *ByProposal) (*struct{}, error) {
		return nil, s.Reject(ctx, in.Proposal)
	})
}
