package suite

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"parterre/apps/lab"
	"parterre/apps/manage"
	"parterre/apps/web"
	"parterre/codes/codeshttp"
	"parterre/codes/payload"
	"parterre/integrations/planio"
	"parterre/modules/access/accesshttp"
	"parterre/modules/audit/audithttp"
	"parterre/modules/channel/channelhttp"
	"parterre/modules/checking/checkinghttp"
	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/reporting/reportinghttp"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/show/showhttp"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/ticketmaphttp"
	"parterre/modules/venue/venuehttp"
	"parterre/modules/waiting/waitinghttp"
)

func (s *Suite) routes() {
	api := s.HTTP.API
	accesshttp.Register(api, s.Access)
	codeshttp.Register(api, func(context.Context) *payload.Keyring { return s.keys.ring })
	if s.Runs("manage") {
		audithttp.Register(api, s.Audit)
		venuehttp.Register(api, s.Venues)
		showhttp.Register(api, s.Shows)
		ticketmaphttp.Register(api, s.Maps, importPlan)
		manage.Register(api, manage.Deps{DB: s.cfg.DB, Maps: s.Maps, Shows: s.Shows, Seats: s.Seats, Catalog: s.Seating, Log: s.cfg.Log})
	}
	if s.Runs("sales") {
		waitinghttp.Guard(s.HTTP)
		waitinghttp.Register(api, s.Waiting)
		saleshttp.Register(s.HTTP, saleshttp.Deps{Sales: s.Sales, Seats: s.Seats, Maps: s.Seating, TicketMaps: s.Maps, Shows: s.Shows, Venues: s.Venues})
		channelhttp.Register(s.HTTP, s.Channel)
		if s.cfg.Sandbox {
			s.HTTP.App.All(sandboxPath+"/*", adaptor.HTTPHandler(s.sandbox.Handler()))
			s.HTTP.App.All(simPath+"/*", adaptor.HTTPHandler(s.paySim.Handler()))
		}
	}
	if s.Runs("gate") {
		checkinghttp.Register(api, s.Checking)
	}
	if s.Runs("report") {
		reportinghttp.Register(api, s.Reporting)
	}
	if s.Runs("lab") {
		lab.Register(api, s.Lab)
		s.clockRoutes(api)
	}
	s.nodes(api)
	s.documents()
	s.pages()
}

// clockRoutes show the server's time and, when it is simulated, move it.
func (s *Suite) clockRoutes(api *httpx.API) {
	type state struct {
		Body struct {
			Now       time.Time `json:"now"`
			Simulated bool      `json:"simulated" doc:"Whether the clock can be moved"`
		}
	}
	now := func() *state {
		out := &state{}
		out.Body.Now = s.cfg.Clock.Now()
		_, out.Body.Simulated = s.cfg.Clock.(*clock.Sim)
		return out
	}
	httpx.Register(api, httpx.Op{ID: "lab.clock", Method: "GET", Path: "/lab/api/clock", Tag: "lab", Summary: "The server's time", Needs: "lab.use"},
		func(context.Context, *struct{}) (*state, error) { return now(), nil })
	httpx.Register(api, httpx.Op{ID: "lab.moveClock", Method: "POST", Path: "/lab/api/clock", Tag: "lab", Summary: "Move a simulated clock forward", Needs: "lab.use", Mode: httpx.ByHandler},
		func(_ context.Context, in *struct {
			Body struct {
				Seconds int        `json:"advanceSeconds,omitempty" minimum:"0" maximum:"31536000"`
				To      *time.Time `json:"to,omitempty"`
			}
		},
		) (*state, error) {
			sim, ok := s.cfg.Clock.(*clock.Sim)
			if !ok {
				return nil, errs.New(errs.Conflict, "lab.real_clock", "服务器使用真实时钟，不能调整。", "The server runs on the real clock; it cannot be moved.")
			}
			if in.Body.To != nil && !sim.Set(*in.Body.To) {
				return nil, errs.New(errs.Invalid, "lab.clock_back", "时钟不能往回调。", "The clock cannot go back.").At("to")
			}
			sim.Advance(time.Duration(in.Body.Seconds) * time.Second)
			return now(), nil
		})
}

// pages serves the built web pages; what is no page is no route.
func (s *Suite) pages() {
	s.HTTP.App.Get("/", func(c *fiber.Ctx) error { return c.Redirect("/shop/", fiber.StatusFound) })
	s.HTTP.App.Get("/*", func(c *fiber.Ctx) error {
		a, ok := web.Lookup(c.Path(), c.Get("Accept-Encoding"))
		if !ok {
			if !web.Built() && isEntry(c.Path()) {
				return c.Status(fiber.StatusServiceUnavailable).Type("txt", "utf-8").SendString(web.BuildHint + "\n")
			}
			return fiber.ErrNotFound
		}
		c.Set("ETag", a.ETag)
		c.Set("Vary", "Accept-Encoding")
		if a.Immutable {
			c.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			c.Set("Cache-Control", "no-cache")
		}
		if c.Get("If-None-Match") == a.ETag {
			return c.SendStatus(fiber.StatusNotModified)
		}
		if a.Encoding != "" {
			c.Set("Content-Encoding", a.Encoding)
		}
		c.Set("Content-Type", a.ContentType)
		return c.Send(a.Body)
	})
}

func isEntry(path string) bool {
	for _, e := range web.Entries {
		if path == "/"+e || path == "/"+e+"/" {
			return true
		}
	}
	return false
}

// importPlan reads a seat plan in any format that planio knows.
func importPlan(_ context.Context, format string, data []byte) (*plan.Plan, []plan.Finding, error) {
	return planio.Import(planio.Format(format), data)
}
