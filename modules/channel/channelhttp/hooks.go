package channelhttp

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

type hookIn struct {
	ByHook
	Body struct {
		URL     string   `json:"url" minLength:"9" maxLength:"500" doc:"Public https address"`
		Events  []string `json:"events,omitempty" maxItems:"20" uniqueItems:"true" doc:"order.confirmed, tickets.refunded, session.changed; none: all"`
		Enabled bool     `json:"enabled,omitempty" default:"true"`
	}
}

type hookOut struct {
	Body struct {
		Webhook channel.Hook `json:"webhook"`
		Secret  string       `json:"secret,omitempty" doc:"Told once: when the webhook is made, and when it is rotated"`
	}
}

type hooksOut struct {
	Body struct {
		Items []channel.Hook `json:"items"`
	}
}

type deliveriesOut struct {
	Body struct {
		Items []channel.Delivery `json:"items"`
	}
}

type deliveryOut struct{ Body channel.Delivery }

type retryIn struct {
	ByHook
	Delivery ids.ID `path:"delivery"`
}

func (h *handlers) hooks(api *httpx.API) {
	as(h, api, op("webhooks", "GET", "/webhooks", "Your webhooks"), func(ctx context.Context, _ channel.Agent, _ *struct{}) (*hooksOut, error) {
		out := &hooksOut{}
		var err error
		out.Body.Items, err = h.Hooks(ctx)
		return out, err
	})
	o := op("putWebhook", "PUT", "/webhooks/{webhook}", "Make or change a webhook; its id is made by you")
	o.Detail, o.Errors = "Signed as Standard Webhooks (HMAC-SHA256), sent again until 2xx, parked after 11 tries.", []int{404, 409}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *hookIn) (*hookOut, error) {
		out := &hookOut{}
		var err error
		out.Body.Webhook, out.Body.Secret, err = h.PutHook(ctx, in.Webhook, in.Body.URL, in.Body.Events, in.Body.Enabled)
		return out, err
	})
	o = op("dropWebhook", "DELETE", "/webhooks/{webhook}", "Delete a webhook with what waits for it")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByHook) (*struct{}, error) {
		return nil, h.DropHook(ctx, in.Webhook)
	})
	o = op("rotateWebhook", "POST", "/webhooks/{webhook}/rotate", "Give a webhook a new secret; for a day both sign")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByHook) (*hookOut, error) {
		out := &hookOut{}
		var err error
		out.Body.Webhook, out.Body.Secret, err = h.Rotate(ctx, in.Webhook)
		return out, err
	})
	o = op("pingWebhook", "POST", "/webhooks/{webhook}/ping", "Send a ping, to try a webhook")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByHook) (*deliveryOut, error) {
		d, err := h.TestHook(ctx, in.Webhook)
		return &deliveryOut{d}, err
	})
	o = op("deliveries", "GET", "/webhooks/{webhook}/deliveries", "The last 100 deliveries of a webhook")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *ByHook) (*deliveriesOut, error) {
		out := &deliveriesOut{}
		var err error
		out.Body.Items, err = h.Deliveries(ctx, in.Webhook)
		return out, err
	})
	o = op("retryDelivery", "POST", "/webhooks/{webhook}/deliveries/{delivery}/retry", "Send a delivery again, also a parked one")
	o.Errors = []int{404}
	as(h, api, o, func(ctx context.Context, _ channel.Agent, in *retryIn) (*deliveryOut, error) {
		d, err := h.Retry(ctx, in.Webhook, in.Delivery)
		return &deliveryOut{d}, err
	})
}

// day adds the file of a day.
func (h *handlers) day(api *httpx.API) {
	o := op("reconcile", "GET", "/days/{day}", "A day's orders, refunds and totals, for comparing the books")
	o.Detail = "day is YYYY-MM-DD in Asia/Shanghai. Query format csv or json (default). X-Content-SHA256 is the hash of the CSV file's bytes in both."
	api.Raw(o, h.raw(func(c *fiber.Ctx, ctx context.Context, a channel.Agent) error {
		d, err := h.Reconcile(ctx, a, c.Params("day"))
		if err != nil {
			return err
		}
		return sendDay(c, d)
	}))
}

func sendDay(c *fiber.Ctx, d channel.Day) error {
	c.Set("X-Content-SHA256", d.SHA256)
	switch c.Query("format", "json") {
	case "csv":
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+d.Day+`.csv"`)
		return c.Send(d.CSV())
	case "json":
		return c.JSON(d)
	}
	return channel.ErrFormat
}
