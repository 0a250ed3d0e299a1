package reportinghttp

import (
	"context"

	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/page"
	"parterre/modules/reporting"
)

type reportChannels struct {
	Body struct {
		Items []ReportChannel `json:"items"`
	}
}
type (
	reportDeliveries struct{ Body page.Page[ReportDelivery] }
	reportDetail     struct{ Body ReportDetail }
	reportDay        struct{ Body reporting.DayView }
	reportDays       struct {
		Body struct {
			Items []reporting.DayView `json:"items"`
		}
	}
)

type (
	reportClosed   struct{ Body reporting.DayClose }
	reportRequeued struct {
		Body struct {
			Seq int64 `json:"seq" doc:"Number of the delivery that took its place"`
		}
	}
)

type reportUnprojectedList struct {
	Body struct {
		Items []ReportUnprojected `json:"items"`
	}
}
type reportBackfilled struct {
	Body struct {
		Facts int `json:"facts" doc:"How many facts it got"`
	}
}

// ReportByChannel names a channel; it and ReportBySeq are exported because huma reads embedded
// parameters of exported types only.
type ReportByChannel struct {
	Channel string `path:"channel" pattern:"^[a-z0-9][a-z0-9-]{0,39}$"`
}

// ReportBySeq names a delivery.
type ReportBySeq struct {
	ReportByChannel
	Seq int64 `path:"seq" minimum:"1"`
}
type reportByDay struct {
	Day clock.Day `path:"day" doc:"YYYY-MM-DD, Shanghai time"`
}

type reportListIn struct {
	page.Request
	Channel string `query:"channel" maxLength:"40"`
	State   string `query:"state" enum:"pending,sending,accepted,parked,requeued,dropped"`
	Kind    string `query:"kind" enum:"VENUE,HALL,SEATMAP,SHOW,SESSION,PRICE,SALE,REFUND,CHECKIN,DAILY"`
	Subject string `query:"subject" maxLength:"100" doc:"A code or number, in full"`
}

type reportDaysIn struct {
	From clock.Day `query:"from" required:"true"`
	Days int       `query:"days" minimum:"1" maximum:"42" default:"7"`
}

type reportDecideIn struct {
	ReportBySeq
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

// Register adds the operations.
func Register(api *httpx.API, s *reporting.Service) {
	registerChannels(api, s)
	registerBackfill(api, s)
	registerProblems(api, s)
	registerDeliveries(api, s)
	registerDays(api, s)
}

func op(id, method, path, summary string, needs httpx.Permission) httpx.Op {
	return httpx.Op{ID: "reporting." + id, Method: method, Path: "/api/v1/reporting" + path, Tag: "reporting", Summary: summary, Needs: needs}
}

func registerChannels(api *httpx.API, s *reporting.Service) {
	httpx.Register(api, op("channels", "GET", "/channels", "List reporting channels with how they stand", "report.read"), func(ctx context.Context, _ *struct{}) (*reportChannels, error) {
		list, err := s.Channels(ctx)
		out := &reportChannels{}
		out.Body.Items = []ReportChannel{}
		for _, c := range list {
			out.Body.Items = append(out.Body.Items, channelOf(c))
		}
		return out, err
	})
	put := op("putChannel", "PUT", "/channels/{channel}", "Make or change a reporting channel", "report.manage")
	put.Detail = "A new channel starts with what happens from then on. Settings name their secret; the secret itself is set where the suite runs."
	httpx.Register(api, put, func(ctx context.Context, in *struct {
		ReportByChannel
		Body ReportChannelForm
	},
	) (*struct{}, error) {
		b := in.Body
		err := s.PutChannel(ctx, reporting.Channel{Code: in.Channel, Name: b.Name, Adapter: b.Adapter, Venues: b.Venues, Kinds: kindsOf(b.Kinds), Settings: b.Settings, Active: b.Active})
		return &struct{}{}, err
	})
}

func registerProblems(api *httpx.API, s *reporting.Service) {
	httpx.Register(api, op("unprojected", "GET", "/unprojected", "Facts that cannot be reported as they are", "report.read"), func(ctx context.Context, _ *struct{}) (*reportUnprojectedList, error) {
		list, err := s.Unprojected(ctx)
		out := &reportUnprojectedList{}
		out.Body.Items = []ReportUnprojected{}
		for _, u := range list {
			out.Body.Items = append(out.Body.Items, ReportUnprojected(u))
		}
		return out, err
	})
}

func registerBackfill(api *httpx.API, s *reporting.Service) {
	fill := op("backfill", "POST", "/channels/{channel}/backfill", "Give a channel the facts from before it was made", "report.manage")
	fill.Errors = []int{404}
	httpx.Register(api, fill, func(ctx context.Context, in *ReportByChannel) (*reportBackfilled, error) {
		n, err := s.Backfill(ctx, in.Channel)
		out := &reportBackfilled{}
		out.Body.Facts = n
		return out, err
	})
}

func registerDeliveries(api *httpx.API, s *reporting.Service) {
	httpx.Register(api, op("deliveries", "GET", "/deliveries", "List deliveries, newest fact first", "report.read"), func(ctx context.Context, in *reportListIn) (*reportDeliveries, error) {
		p, err := s.Deliveries(ctx, reporting.Filter{Channel: in.Channel, State: in.State, Kind: in.Kind, Subject: in.Subject}, in.Request)
		out := &reportDeliveries{page.Page[ReportDelivery]{Items: []ReportDelivery{}, Next: p.Next}}
		for _, d := range p.Items {
			out.Body.Items = append(out.Body.Items, deliveryOf(d))
		}
		return out, err
	})
	httpx.Register(api, op("delivery", "GET", "/channels/{channel}/deliveries/{seq}", "One delivery with its message and receipt", "report.read"), func(ctx context.Context, in *ReportBySeq) (*reportDetail, error) {
		d, err := s.Delivery(ctx, in.Channel, in.Seq)
		if err != nil {
			return nil, err
		}
		return &reportDetail{detailOf(d)}, nil
	})
	again := op("requeue", "POST", "/channels/{channel}/deliveries/{seq}/requeue", "Send a parked delivery again", "report.send")
	again.Detail = "It goes as a new delivery at the end of its channel. Fails with reporting.not_parked if it is in any other state."
	again.Status, again.Errors = 201, []int{404, 409}
	httpx.Register(api, again, func(ctx context.Context, in *reportDecideIn) (*reportRequeued, error) {
		seq, err := s.Requeue(ctx, in.Channel, in.Seq, in.Body.Reason)
		out := &reportRequeued{}
		out.Body.Seq = seq
		return out, err
	})
	drop := op("drop", "POST", "/channels/{channel}/deliveries/{seq}/drop", "Decide that a parked delivery is not sent", "report.send")
	drop.Errors = []int{404, 409}
	httpx.Register(api, drop, func(ctx context.Context, in *reportDecideIn) (*struct{}, error) {
		return &struct{}{}, s.Drop(ctx, in.Channel, in.Seq, in.Body.Reason)
	})
}

func registerDays(api *httpx.API, s *reporting.Service) {
	httpx.Register(api, op("days", "GET", "/days", "Days with their reports and status, for a calendar", "report.read"), func(ctx context.Context, in *reportDaysIn) (*reportDays, error) {
		out := &reportDays{}
		out.Body.Items = []reporting.DayView{}
		for i := range in.Days {
			v, err := s.Day(ctx, in.From.Add(i))
			if err != nil {
				return nil, err
			}
			out.Body.Items = append(out.Body.Items, v)
		}
		return out, nil
	})
	httpx.Register(api, op("day", "GET", "/days/{day}", "A day's reports, totals and status against 12:00", "report.read"), func(ctx context.Context, in *reportByDay) (*reportDay, error) {
		v, err := s.Day(ctx, in.Day)
		return &reportDay{v}, err
	})
	closing := op("closeDay", "POST", "/days/{day}/close", "Close a day now, or make corrections of one", "report.send")
	closing.Detail = "Makes a report for every session whose figures are new or changed. Run again it makes only corrections. Fails with reporting.day_open before the day has ended."
	closing.Errors = []int{409}
	httpx.Register(api, closing, func(ctx context.Context, in *reportByDay) (*reportClosed, error) {
		c, err := s.CloseDay(ctx, in.Day)
		return &reportClosed{c}, err
	})
}
