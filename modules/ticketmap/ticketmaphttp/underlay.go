package ticketmaphttp

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
)

// AtLevel names the level that a picture lies under.
type AtLevel struct {
	Level string `query:"level" maxLength:"40" doc:"The level's id; empty: all levels"`
}

type underlayOut struct{ Body ticketmap.Underlay }

type underlaysOut struct {
	Body struct {
		Items []ticketmap.Underlay `json:"items"`
	}
}

type pictureIn struct {
	ByPlan
	AtLevel
	X          int     `query:"x" minimum:"-5000000" maximum:"5000000"`
	Y          int     `query:"y" minimum:"-5000000" maximum:"5000000"`
	MMPerPixel float64 `query:"mmPerPixel" minimum:"0.01" maximum:"10000" required:"true"`
	Opacity    int     `query:"opacity" minimum:"5" maximum:"100" default:"40"`
	RawBody    []byte  `contentType:"application/octet-stream" doc:"A PNG or a JPEG"`
}

type placeIn struct {
	ByPlan
	AtLevel
	Body ticketmap.Placing
}

// underlays adds the pictures that one traces a plan over.
func underlays(api *httpx.API, s *ticketmap.Service) {
	httpx.Register(api, op("underlays", "GET", "/plans/{plan}/underlays", "The pictures to trace of a plan's hall", "map.read"), func(ctx context.Context, in *ByPlan) (*underlaysOut, error) {
		list, err := s.Underlays(ctx, in.Plan)
		out := &underlaysOut{}
		out.Body.Items = list
		return out, err
	})
	put := op("setUnderlay", "PUT", "/plans/{plan}/underlay/picture", "Put a picture to trace under a level", "map.manage")
	put.MaxBody = ticketmap.MaxUnderlayBytes
	put.Detail = "PNG or JPEG by content. The picture is decoded and written anew: metadata and whatever else the file holds is not kept."
	httpx.Register(api, put, func(ctx context.Context, in *pictureIn) (*underlayOut, error) {
		u, err := s.SetUnderlay(ctx, in.Plan, in.Level, in.RawBody, ticketmap.Placing{X: in.X, Y: in.Y, MMPerPixel: in.MMPerPixel, Opacity: in.Opacity})
		return &underlayOut{u}, err
	})
	httpx.Register(api, op("placeUnderlay", "PATCH", "/plans/{plan}/underlay", "Move, scale or fade a picture to trace", "map.manage"), func(ctx context.Context, in *placeIn) (*underlayOut, error) {
		u, err := s.PlaceUnderlay(ctx, in.Plan, in.Level, in.Body)
		return &underlayOut{u}, err
	})
	httpx.Register(api, op("dropUnderlay", "DELETE", "/plans/{plan}/underlay", "Take a picture to trace away", "map.manage"), func(ctx context.Context, in *struct {
		ByPlan
		AtLevel
	},
	) (*struct{}, error) {
		return nil, s.DropUnderlay(ctx, in.Plan, in.Level)
	})
	api.Raw(op("underlay", "GET", "/plans/{plan}/underlay/picture", "The picture to trace itself, PNG or JPEG", "map.read"), func(c *fiber.Ctx) error {
		id, err := ids.Parse(c.Params("plan"))
		if err != nil {
			return ticketmap.ErrPlanNotFound
		}
		u, picture, err := s.UnderlayPicture(c.UserContext(), id, c.Query("level"))
		if err != nil {
			return err
		}
		tag := `"` + u.Hash[:32] + `"`
		c.Set(fiber.HeaderETag, tag)
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
		if c.Get(fiber.HeaderIfNoneMatch) == tag {
			return c.SendStatus(fiber.StatusNotModified)
		}
		// Nothing in it runs, whoever opens it by itself.
		c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
		c.Set(fiber.HeaderContentType, u.Media)
		return c.Send(picture)
	})
}
