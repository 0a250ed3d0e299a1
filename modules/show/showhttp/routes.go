// Package showhttp is the show module over HTTP.
package showhttp

import (
	"context"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/show"
)

type (
	one      struct{ Body show.Show }
	list     struct{ Body page.Page[show.Show] }
	session  struct{ Body show.Session }
	sessions struct{ Body page.Page[show.Session] }
)

// ByShow and BySession are addresses. They are exported because huma reads
// embedded structs only then.
type ByShow struct {
	Show ids.ID `path:"show"`
}
type BySession struct {
	Session ids.ID `path:"session"`
}

// details is the wire form of show.Details.
type details struct {
	Kind            string `json:"kind" enum:"performance,film"`
	Title           string `json:"title" minLength:"1" maxLength:"100"`
	TitleEn         string `json:"titleEn,omitempty" maxLength:"200"`
	PerformanceType string `json:"performanceType" pattern:"^[0-9]{4}$"`
	Organiser       string `json:"organiser" minLength:"1" maxLength:"100"`
	Performers      string `json:"performers,omitempty" maxLength:"500"`
	Synopsis        string `json:"synopsis,omitempty" maxLength:"4000"`
	Notes           string `json:"notes,omitempty" maxLength:"2000"`
	Minutes         int    `json:"minutes" minimum:"1" maximum:"1440"`
}

func (d details) domain() show.Details {
	return show.Details{
		Kind: d.Kind, Title: d.Title, TitleEn: d.TitleEn, PerformanceType: d.PerformanceType, Organiser: d.Organiser,
		Performers: d.Performers, Synopsis: d.Synopsis, Notes: d.Notes, Minutes: d.Minutes,
	}
}

type listIn struct {
	page.Request
	State string `query:"state" enum:"draft,active,cancelled,ended"`
}

type approvalIn struct {
	ByShow
	Body struct {
		Number    string    `json:"number" minLength:"4" maxLength:"60" doc:"Approval document number (批文号)"`
		Authority string    `json:"authority" minLength:"1" maxLength:"100"`
		Audience  int       `json:"audience" minimum:"1" maximum:"200000" doc:"Approved audience of one session"`
		ValidFrom clock.Day `json:"validFrom"`
		ValidTo   clock.Day `json:"validTo"`
		Note      string    `json:"note,omitempty" maxLength:"500"`
	}
}

type addSessionIn struct {
	ByShow
	Body struct {
		HallID   ids.ID      `json:"hallId"`
		PlanID   ids.ID      `json:"planId"`
		StartsAt time.Time   `json:"startsAt"`
		DoorsAt  *time.Time  `json:"doorsAt,omitempty"`
		EndsAt   *time.Time  `json:"endsAt,omitempty"`
		Audience int         `json:"audience,omitempty" minimum:"0" maximum:"200000" doc:"0 or absent: as approved"`
		Rules    *show.Rules `json:"rules,omitempty"`
	}
}

type sessionsIn struct {
	page.Request
	Show  ids.ID    `query:"show"`
	State []string  `query:"state" enum:"created,scheduled,on_sale,paused,closed,cancelled,ended"`
	From  time.Time `query:"from"`
	To    time.Time `query:"to"`
}

type moveIn struct {
	BySession
	Body struct {
		To string     `json:"to" enum:"created,scheduled,on_sale,paused,closed,cancelled,ended"`
		At *time.Time `json:"opensAt,omitempty" doc:"When sales open, with to=scheduled"`
	}
}

// Register adds the operations.
func Register(api *httpx.API, s *show.Service) {
	op := func(id, method, path, summary string, needs httpx.Permission) httpx.Op {
		o := httpx.Op{ID: "show." + id, Method: method, Path: "/api/v1" + path, Tag: "show", Summary: summary, Needs: needs}
		return o
	}
	created := func(o httpx.Op) httpx.Op { o.Status = 201; return o }
	httpx.Register(api, op("list", "GET", "/shows", "List shows, newest first", "show.read"), func(ctx context.Context, in *listIn) (*list, error) {
		p, err := s.List(ctx, in.State, in.Request)
		return &list{p}, err
	})
	httpx.Register(api, created(op("create", "POST", "/shows", "Create a show", "show.manage")), func(ctx context.Context, in *struct{ Body details }) (*one, error) {
		sh, err := s.Create(ctx, in.Body.domain())
		return &one{sh}, err
	})
	httpx.Register(api, op("get", "GET", "/shows/{show}", "One show with its approvals", "show.read"), func(ctx context.Context, in *ByShow) (*one, error) {
		sh, err := s.Get(ctx, in.Show)
		return &one{sh}, err
	})
	httpx.Register(api, op("update", "PUT", "/shows/{show}", "Change a show's details", "show.manage"), func(ctx context.Context, in *struct {
		ByShow
		Version int `query:"version" minimum:"1" required:"true" doc:"The version that was read"`
		Body    details
	},
	) (*one, error) {
		sh, err := s.Update(ctx, in.Show, in.Version, in.Body.domain())
		return &one{sh}, err
	})
	httpx.Register(api, created(op("approve", "POST", "/shows/{show}/approvals", "Record the approval document (批文)", "show.approve")), func(ctx context.Context, in *approvalIn) (*one, error) {
		b := in.Body
		sh, err := s.Approve(ctx, in.Show, show.Approval{Number: b.Number, Authority: b.Authority, Audience: b.Audience, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo, Note: b.Note})
		return &one{sh}, err
	})
	httpx.Register(api, created(op("addSession", "POST", "/shows/{show}/sessions", "Add a session; its show code is given", "show.manage")), func(ctx context.Context, in *addSessionIn) (*session, error) {
		b := in.Body
		n := show.NewSession{HallID: b.HallID, PlanID: b.PlanID, StartsAt: b.StartsAt, Audience: b.Audience, Rules: b.Rules}
		if b.DoorsAt != nil {
			n.DoorsAt = *b.DoorsAt
		}
		if b.EndsAt != nil {
			n.EndsAt = *b.EndsAt
		}
		se, err := s.AddSession(ctx, in.Show, n)
		return &session{se}, err
	})
	httpx.Register(api, op("sessions", "GET", "/sessions", "List sessions by start", "show.read"), func(ctx context.Context, in *sessionsIn) (*sessions, error) {
		p, err := s.Sessions(ctx, show.Filter{ShowID: in.Show, States: in.State, From: in.From, To: in.To}, in.Request)
		return &sessions{p}, err
	})
	httpx.Register(api, op("session", "GET", "/sessions/{session}", "One session", "show.read"), func(ctx context.Context, in *BySession) (*session, error) {
		se, _, err := s.Session(ctx, in.Session)
		return &session{se}, err
	})
	httpx.Register(api, op("moveSession", "POST", "/sessions/{session}/state", "Open, pause, close or cancel sales", "show.manage"), func(ctx context.Context, in *moveIn) (*session, error) {
		se, err := s.Move(ctx, in.Session, in.Body.To, in.Body.At)
		return &session{se}, err
	})
}
