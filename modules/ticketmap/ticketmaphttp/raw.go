package ticketmaphttp

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
)

// raw adds the routes that answer a plan's bytes.
func raw(api *httpx.API, s *ticketmap.Service) {
	for _, r := range []struct {
		form    ticketmap.Form
		summary string
		media   string
	}{
		{ticketmap.Document, "The plan document (parterre.plan)", "application/json"},
		{ticketmap.Skeleton, "The plan document without its seats", "application/json"},
		{ticketmap.Geometry, "The seats as PTG1 bytes: places, numbers, kinds, views", GeometryMedia},
	} {
		o := op(string(r.form), "GET", "/plans/{plan}/"+string(r.form), r.summary, httpx.Public)
		o.Detail = publicDetail
		if r.form == ticketmap.Document { // holds nothing secret, but is for designers
			o.Needs, o.Detail = "map.read", ""
		}
		api.Raw(o, func(c *fiber.Ctx) error {
			id, err := ids.Parse(c.Params("plan"))
			if err != nil {
				return ticketmap.ErrPlanNotFound
			}
			return Send(c, s, id, r.form, r.media)
		})
	}
}

// GeometryMedia is the media type of PTG1 bytes.
const GeometryMedia = "application/vnd.parterre.geometry"

// Send answers a form of a plan that the caller may see, with an ETag, as gzip
// where the caller takes it.
func Send(c *fiber.Ctx, s *ticketmap.Service, id ids.ID, form ticketmap.Form, media string) error {
	who := httpx.PrincipalOf(c.UserContext())
	if who.Tenant == 0 {
		return ticketmap.ErrPlanNotFound // a visitor of no tenant
	}
	drafts := who.Can != nil && who.Can("map.read")
	p, b, err := s.Bytes(c.UserContext(), id, form, !drafts)
	if err != nil {
		return err
	}
	tag := `"` + p.Hash[:32] + "-" + string(form) + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if p.State == "published" {
		c.Set(fiber.HeaderCacheControl, "private, max-age=31536000, immutable")
	}
	if c.Get(fiber.HeaderIfNoneMatch) == tag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, media)
	if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(b)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(io.LimitReader(z, plan.MaxBytes+1))
	if err != nil {
		return err
	}
	return c.Send(plain)
}
