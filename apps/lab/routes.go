package lab

import (
	"context"
	"encoding/json"

	"parterre/integrations/performance"
	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/page"
)

type (
	labOverview  struct{ Body sim.PlatformOverview }
	labExchanges struct{ Body page.Page[sim.Exchange] }
	labExchange  struct{ Body sim.ExchangeDetail }
	labCalendar  struct {
		Body struct {
			Items []sim.CalendarRow `json:"items"`
		}
	}
)

type labTotals struct {
	Body struct {
		Items []sim.DayTotals `json:"items"`
	}
}
type labRules struct {
	Body struct {
		Rules   []sim.BehaviourRule      `json:"rules" doc:"In their order: the first that matches acts"`
		Menu    []sim.MenuItem           `json:"menu" doc:"Ready-made rules"`
		Actions []string                 `json:"actions"`
		Codes   []performance.AnswerCode `json:"codes"`
	}
}
type labProfile struct{ Body json.RawMessage }

type labExchangesIn struct {
	page.Request
	Type      string `query:"type" maxLength:"20"`
	Code      string `query:"code" maxLength:"10" doc:"Answer code"`
	MessageID string `query:"messageId" maxLength:"36"`
}

type labCalendarIn struct {
	From clock.Day `query:"from" required:"true"`
	Days int       `query:"days" minimum:"1" maximum:"42" default:"14"`
}

type labTotalsIn struct {
	Day   clock.Day `path:"day"`
	Venue string    `query:"venue" maxLength:"11" doc:"11-digit venue code; empty for all"`
}

type labRulesIn struct {
	Body struct {
		Rules []sim.BehaviourRule `json:"rules" maxItems:"50"`
	}
}

func op(id, method, path, summary string) httpx.Op {
	return httpx.Op{ID: "lab." + id, Method: method, Path: "/lab/api/performance" + path, Tag: "lab", Summary: summary, Needs: "lab.use"}
}

// Register adds the console's operations. Each shows the platform of the
// caller's tenant.
func Register(api *httpx.API, l *Lab) {
	registerTraffic(api, l)
	registerRules(api, l)
}

func registerTraffic(api *httpx.API, l *Lab) {
	httpx.Register(api, op("overview", "GET", "/overview", "Who reports, and what the platform knows"), func(ctx context.Context, _ *struct{}) (*labOverview, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		return &labOverview{p.Overview()}, nil
	})
	httpx.Register(api, op("exchanges", "GET", "/exchanges", "Timeline of messages, newest first"), func(ctx context.Context, in *labExchangesIn) (*labExchanges, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		f := sim.Filter{Type: in.Type, Code: in.Code, Message: in.MessageID, Limit: in.Limit()}
		if _, err := in.After(&f.Before); err != nil {
			return nil, err
		}
		list, err := p.Timeline(ctx, f)
		if err != nil {
			return nil, err
		}
		return &labExchanges{page.Of(in.Request, list, func(e sim.Exchange) any { return e.Number })}, nil
	})
	one := op("exchange", "GET", "/exchanges/{number}", "One exchange: bytes and field tree")
	one.Errors = []int{404}
	httpx.Register(api, one, func(ctx context.Context, in *struct {
		Number int64 `path:"number" minimum:"1"`
	},
	) (*labExchange, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		d, err := p.Exchange(ctx, in.Number)
		if err != nil {
			return nil, err
		}
		return &labExchange{*d}, nil
	})
	httpx.Register(api, op("calendar", "GET", "/calendar", "Daily reports by venue and day"), func(ctx context.Context, in *labCalendarIn) (*labCalendar, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		out := &labCalendar{}
		out.Body.Items = p.Calendar(in.From, in.Days)
		return out, nil
	})
	httpx.Register(api, op("totals", "GET", "/days/{day}", "A day's increments against its daily reports"), func(ctx context.Context, in *labTotalsIn) (*labTotals, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		out := &labTotals{}
		out.Body.Items = p.Day(in.Venue, in.Day)
		return out, nil
	})
}

func registerRules(api *httpx.API, l *Lab) {
	httpx.Register(api, op("rules", "GET", "/rules", "Behaviour rules in force, and the faults menu"), func(ctx context.Context, _ *struct{}) (*labRules, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		return rulesOf(p), nil
	})
	set := op("setRules", "PUT", "/rules", "Switch the behaviour rules, all at once")
	set.Mode = httpx.ByHandler // the same list set twice is the same list
	httpx.Register(api, set, func(ctx context.Context, in *labRulesIn) (*labRules, error) {
		p, err := l.mine(ctx)
		if err != nil {
			return nil, err
		}
		for i := range in.Body.Rules {
			in.Body.Rules[i].Acted = 0
		}
		if err := p.SetRules(ctx, in.Body.Rules); err != nil {
			return nil, err
		}
		return rulesOf(p), nil
	})
	httpx.Register(api, op("profile", "GET", "/profile", "The message tables in use, with the origin of each field"), func(_ context.Context, _ *struct{}) (*labProfile, error) {
		raw, err := json.Marshal(l.profile)
		return &labProfile{raw}, err
	})
}

func rulesOf(p *sim.Platform) *labRules {
	out := &labRules{}
	out.Body.Rules, out.Body.Menu, out.Body.Actions, out.Body.Codes = p.Rules(), sim.Menu(), sim.Actions(), p.Profile().Answers
	return out
}
