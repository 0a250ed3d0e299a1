package saleshttp

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/printing/escpos"
)

// slips adds the jobs of receipt printers. They go to the printer by the page:
// through the device program beside it, or through a port that the page opens.
func (h *handlers) slips(api *httpx.API) {
	o := op("counterSlip", "GET", "/counter/orders/{order}/slip.escpos", "An order as a job for a receipt printer (ESC/POS)", "sales.sell")
	o.Detail = "Query what receipt (default) or tickets; paper 80 (default) or 58; seat prints one ticket; taken is the cash given, fen; drawer 1 opens the drawer; lang zh (default) or en."
	o.Errors = []int{404, 409}
	api.Raw(o, h.slip)
	o = op("openDrawer", "POST", "/counter/drawer.escpos", "Open the cash drawer without a sale (ESC/POS)", "sales.sell")
	o.Detail = "The body's reason is kept in the audit log; sales.reason without one."
	api.Raw(o, h.openDrawer)
}

func (h *handlers) slip(c *fiber.Ctx) error {
	id, err := orderParam(c)
	if err != nil {
		return err
	}
	seat, err := strconv.ParseInt(c.Query("seat", "0"), 10, 32)
	if err != nil {
		return sales.ErrNotTicket
	}
	taken, err := strconv.ParseInt(c.Query("taken", "0"), 10, 64)
	if err != nil || taken < 0 {
		return sales.ErrAmount.At("query.taken")
	}
	p := sales.Slip{Paper: escpos.Paper80, Lang: langOf(c), Tickets: c.Query("what") == "tickets", Seat: int32(seat), Taken: money.Fen(taken), Drawer: c.Query("drawer") == "1"}
	if c.Query("paper") == "58" {
		p.Paper = escpos.Paper58
	}
	job, err := h.Sales.PrintSlip(c.UserContext(), id, p)
	if err != nil {
		return err
	}
	return sendJob(c, job)
}

func (h *handlers) openDrawer(c *fiber.Ctx) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(c.Body(), &in); err != nil {
		return sales.ErrReason
	}
	reason := strings.TrimSpace(in.Reason)
	if reason == "" || len(reason) > 200 {
		return sales.ErrReason
	}
	job, err := h.Sales.DrawerKick(c.UserContext(), reason)
	if err != nil {
		return err
	}
	return sendJob(c, job)
}

func sendJob(c *fiber.Ctx, job []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	return c.Send(job)
}
