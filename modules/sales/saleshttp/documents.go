package saleshttp

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/printing"
	"parterre/printing/ticket"
)

// documents adds the routes that answer tickets to print and to show.
func (h *handlers) documents(api *httpx.API) {
	for _, r := range []struct {
		id, path string
		needs    httpx.Permission
	}{{"my", "/shop/orders/{order}", "shop.buy"}, {"counter", "/counter/orders/{order}", "sales.sell"}} {
		o := op(r.id+"TicketsPdf", "GET", r.path+"/tickets.pdf", "The valid tickets of an order as PDF", r.needs)
		o.Detail = "Query medium a5 (default), a4 or stock; lang zh (default) or en; seat prints one ticket only."
		o.Errors = []int{404, 409}
		api.Raw(o, h.pdf)
		o = op(r.id+"TicketQr", "GET", r.path+"/tickets/{seat}/qr.svg", "The QR code of a valid ticket as SVG", r.needs)
		o.Errors = []int{404}
		api.Raw(o, h.qr)
	}
}

func orderParam(c *fiber.Ctx) (ids.ID, error) {
	id, err := ids.Parse(c.Params("order"))
	if err != nil {
		return id, sales.ErrNotFound
	}
	return id, nil
}

var media = map[string]ticket.Medium{"": ticket.A5, "a5": ticket.A5, "a4": ticket.A4, "stock": ticket.Stock}

func (h *handlers) pdf(c *fiber.Ctx) error {
	id, err := orderParam(c)
	if err != nil {
		return err
	}
	medium, ok := media[c.Query("medium")]
	if !ok {
		return sales.ErrMedium
	}
	seat, err := strconv.ParseInt(c.Query("seat", "0"), 10, 32)
	if err != nil {
		return sales.ErrNotTicket
	}
	o := ticket.Options{Medium: medium, Lang: langOf(c), Created: h.Sales.DB.Clock().Now()}
	pdf, _, err := h.Sales.PDF(c.UserContext(), id, int32(seat), o)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="tickets.pdf"`)
	return c.Send(pdf)
}

func (h *handlers) qr(c *fiber.Ctx) error {
	id, err := orderParam(c)
	if err != nil {
		return err
	}
	seat, err := strconv.ParseInt(c.Params("seat"), 10, 32)
	if err != nil {
		return sales.ErrNotFound
	}
	m, err := h.Sales.TicketQR(c.UserContext(), id, int32(seat))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/svg+xml; charset=utf-8")
	return c.SendString(m.SVG(4, "px"))
}

func langOf(c *fiber.Ctx) printing.Lang {
	switch c.Query("lang") {
	case "en":
		return printing.EN
	}
	return printing.ZH
}
