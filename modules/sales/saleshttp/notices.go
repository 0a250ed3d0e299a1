package saleshttp

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/sales"
)

// notices adds the address to which payment providers send their notices.
// Anybody may send there; the signature says who it was.
func (h *handlers) notices(api *httpx.API) {
	o := op("paymentNotice", "POST", "/payments/{provider}/notices/{tenant}", "A payment provider's notice", httpx.Public)
	o.Detail = "200 when it was taken, repeated, or recorded and not followed (a wrong amount, an unknown payment); 401 for a wrong signature. Any other answer asks the provider to send it again."
	o.MaxBody, o.Errors = 64<<10, []int{401, 404}
	api.Raw(o, h.notice)
}

func (h *handlers) notice(c *fiber.Ctx) error {
	tenant, err := strconv.ParseInt(c.Params("tenant"), 10, 32)
	if err != nil || tenant <= 0 {
		return sales.ErrNoPay
	}
	provider := c.Params("provider")
	ctx := db.WithScope(c.UserContext(), db.Scope{Tenant: int32(tenant), Actor: db.Actor{Kind: db.ActorSystem, Name: "payment-" + provider}, RequestID: httpx.RequestID(c.UserContext())})
	contentType, answer, err := h.Sales.Notice(ctx, provider, func(name string) string { return c.Get(name) }, c.Body())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(answer)
}
