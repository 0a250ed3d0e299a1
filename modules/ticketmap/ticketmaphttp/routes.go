// Package ticketmaphttp is the ticketmap module over HTTP.
package ticketmaphttp

import (
	"context"

	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
)

// Importer reads a plan in another format ("csv", "pretix", "seatsio", "svg",
// "dxf") and tells what could not be carried over. The app fills it from integrations/planio.
type Importer func(ctx context.Context, format string, data []byte) (*plan.Plan, []plan.Finding, error)

// errFormat is the answer where no Importer reads a format.
var errFormat = errs.New(errs.Invalid, "ticketmap.format", "不支持的文件格式“{format}”。", "The format \"{format}\" is not supported.").At("query.format")

type planOut struct{ Body ticketmap.Plan }

type plansOut struct {
	Body struct {
		Items []ticketmap.Plan `json:"items"`
	}
}

// The embedded inputs are exported because huma passes over embedded structs that are not.

// ByHall names a hall.
type ByHall struct {
	Hall ids.ID `path:"hall"`
}

// ByPlan names a plan version.
type ByPlan struct {
	Plan ids.ID `path:"plan"`
}

// AtVersion is the version that was read.
type AtVersion struct {
	Version int `query:"version" minimum:"1" required:"true" doc:"The version that was read"`
}

type importIn struct {
	ByHall
	Format  string `query:"format" enum:"parterre,csv,pretix,seatsio,svg,dxf" default:"parterre"`
	RawBody []byte `contentType:"application/octet-stream" doc:"The file, plain or gzip"`
}

type saveIn struct {
	ByPlan
	AtVersion
	RawBody []byte `contentType:"application/octet-stream" doc:"The plan document, plain or gzip"`
}

// publicDetail says who sees what of a plan's bytes.
const publicDetail = "A published plan is open to every visitor of the tenant; a draft only to those who may read ticket maps. " +
	"Answered with Content-Encoding gzip where the caller accepts it, with an ETag that changes with the content."

// Register adds the operations. read may be nil: then only the own format is imported.
func Register(api *httpx.API, s *ticketmap.Service, read Importer) {
	plans(api, s, read)
	raw(api, s)
	underlays(api, s)
	maps(api, s)
	prices(api, s)
	tariff(api, s)
}

func op(id, method, path, summary string, needs httpx.Permission) httpx.Op {
	return httpx.Op{ID: "ticketmap." + id, Method: method, Path: "/api/v1" + path, Tag: "ticketmap", Summary: summary, Needs: needs}
}

func plans(api *httpx.API, s *ticketmap.Service, read Importer) {
	in := op("importPlan", "POST", "/halls/{hall}/plans", "Import a seat plan as a draft", "map.manage")
	in.Detail = "The answer tells what the checks found. A hall has one draft at most (ticketmap.draft_exists). Each fault of a refused file is a field with its path."
	in.MaxBody, in.Status = plan.MaxBytes, 201
	httpx.Register(api, in, func(ctx context.Context, in *importIn) (*planOut, error) {
		if in.Format == "parterre" || in.Format == "" {
			p, err := s.Import(ctx, in.Hall, in.RawBody)
			return &planOut{p}, err
		}
		if read == nil {
			return nil, errFormat.With("format", in.Format)
		}
		doc, lost, err := read(ctx, in.Format, in.RawBody)
		if err != nil {
			return nil, ticketmap.Refusal(err)
		}
		p, err := s.Add(ctx, in.Hall, doc)
		p.Problems = append(lost, p.Problems...)
		return &planOut{p}, err
	})
	httpx.Register(api, op("plans", "GET", "/halls/{hall}/plans", "List the versions of a hall's plan, newest first", "map.read"), func(ctx context.Context, in *ByHall) (*plansOut, error) {
		list, err := s.Plans(ctx, in.Hall)
		out := &plansOut{}
		out.Body.Items = list
		return out, err
	})
	httpx.Register(api, op("plan", "GET", "/plans/{plan}", "One version of a plan with what the checks find", "map.read"), func(ctx context.Context, in *ByPlan) (*planOut, error) {
		p, err := s.Plan(ctx, in.Plan)
		return &planOut{p}, err
	})
	save := op("savePlan", "PUT", "/plans/{plan}", "Save a draft", "map.manage")
	save.MaxBody = plan.MaxBytes
	httpx.Register(api, save, func(ctx context.Context, in *saveIn) (*planOut, error) {
		p, err := s.Save(ctx, in.Plan, in.Version, in.RawBody)
		return &planOut{p}, err
	})
	publish := op("publishPlan", "POST", "/plans/{plan}/publish", "Freeze a draft as the hall's newest version", "map.manage")
	publish.Detail = "Refused with ticketmap.seats_sold and the seats if one that somebody holds a ticket for is missing."
	httpx.Register(api, publish, func(ctx context.Context, in *struct {
		ByPlan
		AtVersion
	},
	) (*planOut, error) {
		p, err := s.Publish(ctx, in.Plan, in.Version)
		return &planOut{p}, err
	})
	revise := op("revisePlan", "POST", "/plans/{plan}/revise", "Start the next version from a published one", "map.manage")
	revise.Status = 201
	httpx.Register(api, revise, func(ctx context.Context, in *ByPlan) (*planOut, error) {
		p, err := s.Revise(ctx, in.Plan)
		return &planOut{p}, err
	})
	httpx.Register(api, op("discardPlan", "DELETE", "/plans/{plan}", "Take a draft away", "map.manage"), func(ctx context.Context, in *struct {
		ByPlan
		AtVersion
	},
	) (*struct{}, error) {
		return nil, s.Discard(ctx, in.Plan, in.Version)
	})
}
