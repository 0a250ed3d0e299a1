// Package venuehttp is the venue module over HTTP.
package venuehttp

import (
	"context"

	"parterre/codes"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/venue"
)

type (
	one  struct{ Body venue.Venue }
	list struct{ Body page.Page[venue.Venue] }
	hall struct{ Body venue.Hall }
)

// ByID is the address of one venue. It is exported because huma reads embedded
// structs only then.
type ByID struct {
	Venue ids.ID `path:"venue"`
}

type createIn struct {
	Body struct {
		Code    codes.Venue `json:"code" doc:"Venue code (场馆编码), 11 digits"`
		Name    string      `json:"name" minLength:"1" maxLength:"100"`
		NameEn  string      `json:"nameEn,omitempty" maxLength:"200"`
		Address string      `json:"address,omitempty" maxLength:"200"`
		Zone    string      `json:"zone,omitempty" maxLength:"40" doc:"Time zone, default Asia/Shanghai"`
	}
}

type updateIn struct {
	ByID
	Body struct {
		Version int     `json:"version" minimum:"1" doc:"The version that was read"`
		Name    *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
		NameEn  *string `json:"nameEn,omitempty" maxLength:"200"`
		Address *string `json:"address,omitempty" maxLength:"200"`
	}
}

type addHallIn struct {
	ByID
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
	}
}

// Register adds the operations.
func Register(api *httpx.API, s *venue.Service) {
	httpx.Register(api, httpx.Op{ID: "venue.list", Method: "GET", Path: "/api/v1/venues", Tag: "venue", Summary: "List venues with their halls", Needs: "venue.read"},
		func(ctx context.Context, in *page.Request) (*list, error) {
			p, err := s.List(ctx, *in)
			return &list{p}, err
		})
	httpx.Register(api, httpx.Op{ID: "venue.create", Method: "POST", Path: "/api/v1/venues", Tag: "venue", Summary: "Register a venue", Needs: "venue.manage", Status: 201},
		func(ctx context.Context, in *createIn) (*one, error) {
			b := in.Body
			v, err := s.Create(ctx, venue.NewVenue{Code: b.Code, Name: b.Name, NameEn: b.NameEn, Address: b.Address, Zone: b.Zone})
			return &one{v}, err
		})
	httpx.Register(api, httpx.Op{ID: "venue.get", Method: "GET", Path: "/api/v1/venues/{venue}", Tag: "venue", Summary: "One venue", Needs: "venue.read"},
		func(ctx context.Context, in *ByID) (*one, error) {
			v, err := s.Get(ctx, in.Venue)
			return &one{v}, err
		})
	httpx.Register(api, httpx.Op{ID: "venue.update", Method: "PATCH", Path: "/api/v1/venues/{venue}", Tag: "venue", Summary: "Change a venue", Needs: "venue.manage"},
		func(ctx context.Context, in *updateIn) (*one, error) {
			b := in.Body
			v, err := s.Update(ctx, in.Venue, venue.Change{Version: b.Version, Name: b.Name, NameEn: b.NameEn, Address: b.Address})
			return &one{v}, err
		})
	httpx.Register(api, httpx.Op{ID: "venue.addHall", Method: "POST", Path: "/api/v1/venues/{venue}/halls", Tag: "venue", Summary: "Add a hall; its code is given", Needs: "venue.manage", Status: 201},
		func(ctx context.Context, in *addHallIn) (*hall, error) {
			h, err := s.AddHall(ctx, in.Venue, in.Body.Name)
			return &hall{h}, err
		})
}
