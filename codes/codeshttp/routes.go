// Package codeshttp is the coding module over HTTP: what the console page asks on which staff paste any code. A pasted text
// travels in the body, never in the address, so that it does not end up in logs.
package codeshttp

import (
	"context"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/modules/core/httpx"
)

type explainIn struct {
	Body struct {
		Text    string `json:"text" minLength:"1" maxLength:"600" doc:"Any code, or the text of a ticket's QR code"`
		Kind    string `json:"kind,omitempty" maxLength:"20" doc:"Take it as this kind; see codes.kinds"`
		Profile string `json:"profile,omitempty" maxLength:"60" doc:"Code profile: how the 11 digits of a venue code are split"`
	}
}

type explainOut struct{ Body codes.Description }

type kindsOut struct {
	Body struct {
		Kinds    []codes.KindInfo `json:"kinds"`
		Profiles []profile        `json:"profiles"`
	}
}

type profile struct {
	Name        string `json:"name"`
	ZH          string `json:"zh"`
	EN          string `json:"en"`
	Split       string `json:"split"`
	Provisional bool   `json:"provisional"`
}

type tablesOut struct{ Body []table }

type table struct {
	Name        string  `json:"name"`
	ZH          string  `json:"zh"`
	EN          string  `json:"en"`
	Version     string  `json:"version"`
	Origin      string  `json:"origin"`
	Provisional bool    `json:"provisional"`
	Entries     []entry `json:"entries,omitempty"`
}

type entry struct {
	Code  string            `json:"code"`
	ZH    string            `json:"zh"`
	EN    string            `json:"en"`
	Attrs map[string]string `json:"attrs,omitempty"`
}

type tableIn struct {
	Table string `path:"table" maxLength:"40"`
}

type tableOut struct{ Body table }

type regionsIn struct {
	Q     string `query:"q" minLength:"1" maxLength:"40" required:"true" doc:"Words of the name, or the beginning of the code"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type regionsOut struct {
	Body struct {
		Version string   `json:"version"`
		Origin  string   `json:"origin"`
		Regions []region `json:"regions"`
	}
}

type region struct {
	codes.Region
	FullName string `json:"fullName"`
	Current  bool   `json:"current"`
}

// Register adds the operations. ring is the keys of the tenant of ctx, nil where there are none: payloads are then shown
// with a warning that their signature was not checked.
func Register(api *httpx.API, ring func(context.Context) *payload.Keyring) {
	httpx.Register(api, httpx.Op{
		ID: "codes.explain", Method: "POST", Path: "/api/v1/codes/explain", Tag: "codes", Summary: "Tell what a code is",
		Detail: "Answers 200 for a text that is no code as well: valid is false and error says why.", Needs: httpx.SignedIn, Mode: httpx.ByHandler,
	}, func(ctx context.Context, in *explainIn) (*explainOut, error) { return explain(in, ring(ctx)) })
	httpx.Register(api, httpx.Op{ID: "codes.kinds", Method: "GET", Path: "/api/v1/codes/kinds", Tag: "codes", Summary: "List the kinds of codes and the code profiles", Needs: httpx.SignedIn},
		func(context.Context, *struct{}) (*kindsOut, error) { return kinds(), nil })
	httpx.Register(api, httpx.Op{ID: "codes.tables", Method: "GET", Path: "/api/v1/codes/tables", Tag: "codes", Summary: "List the code tables", Needs: httpx.SignedIn},
		func(context.Context, *struct{}) (*tablesOut, error) { return tables(), nil })
	httpx.Register(api, httpx.Op{ID: "codes.table", Method: "GET", Path: "/api/v1/codes/tables/{table}", Tag: "codes", Summary: "One code table with its entries", Needs: httpx.SignedIn},
		func(_ context.Context, in *tableIn) (*tableOut, error) { return oneTable(in.Table) })
	httpx.Register(api, httpx.Op{ID: "codes.regions", Method: "GET", Path: "/api/v1/codes/regions", Tag: "codes", Summary: "Search regions, current and old", Needs: httpx.SignedIn},
		func(_ context.Context, in *regionsIn) (*regionsOut, error) { return regions(in), nil })
}

func explain(in *explainIn, ring *payload.Keyring) (*explainOut, error) {
	if payload.IsPayload(in.Body.Text) {
		return &explainOut{payload.Describe(in.Body.Text, ring)}, nil
	}
	var kind codes.Kind
	var p *codes.Profile
	var err error
	if in.Body.Kind != "" {
		if kind, err = codes.ParseKind(in.Body.Kind); err != nil {
			return nil, err
		}
	}
	if in.Body.Profile != "" {
		if p, err = codes.LookupProfile(in.Body.Profile); err != nil {
			return nil, err
		}
	}
	return &explainOut{codes.Describe(in.Body.Text, kind, p)}, nil
}

func kinds() *kindsOut {
	out := &kindsOut{}
	out.Body.Kinds = codes.Kinds()
	for _, p := range codes.Profiles() {
		out.Body.Profiles = append(out.Body.Profiles, profile{p.Name(), p.Title("zh"), p.Title("en"), p.Split(), p.Provisional()})
	}
	return out
}

func header(t *codes.Table) table {
	return table{Name: t.Name, ZH: t.Title, EN: t.EN, Version: t.Version, Origin: t.Origin, Provisional: t.Provisional}
}

func tables() *tablesOut {
	out := &tablesOut{}
	for _, t := range codes.Tables() {
		out.Body = append(out.Body, header(t))
	}
	return out
}

func oneTable(name string) (*tableOut, error) {
	t, ok := codes.LookupTable(name)
	if !ok {
		return nil, errNoTable
	}
	out := &tableOut{header(t)}
	for _, e := range t.Entries() {
		out.Body.Entries = append(out.Body.Entries, entry(e))
	}
	return out, nil
}

func regions(in *regionsIn) *regionsOut {
	out := &regionsOut{}
	out.Body.Version, out.Body.Origin = codes.RegionVersion()
	out.Body.Regions = []region{}
	for _, r := range codes.SearchRegions(in.Q, in.Limit) {
		out.Body.Regions = append(out.Body.Regions, region{r, r.FullName(), r.Current()})
	}
	return out
}
