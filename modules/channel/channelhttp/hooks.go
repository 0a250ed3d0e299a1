package channelhttp

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/access"
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
	}))
}

// ByAgent names an agent.
type ByAgent struct {
	Agent ids.ID `path:"agent"`
}

type agentsOut struct {
	Body struct {
		Sandbox bool            `json:"sandbox" doc:"The whole tenant is a sandbox"`
		Items   []channel.Agent `json:"items"`
	}
}
type (
	agentIn       struct{ Body channel.Settings }
	agentOut      struct{ Body channel.Agent }
	agentChangeIn struct {
		ByAgent
		Body struct {
			channel.Settings
			Version int `json:"version" minimum:"1"`
		}
	}
)

type agentKeyIn struct {
	ByAgent
	Body struct {
		Days int `json:"days" minimum:"1" maximum:"366" doc:"How long it is valid"`
	}
}
type agentKeyOut struct {
	Body struct {
		Key    access.Key `json:"key"`
		Secret string     `json:"secret" doc:"Send as Authorization: Bearer; shown once"`
	}
}
type sandboxIn struct {
	Body struct {
		Sandbox bool `json:"sandbox"`
	}
}

func staff(id, method, path, summary string, needs httpx.Permission) httpx.Op {
	return httpx.Op{ID: "channel." + id, Method: method, Path: "/api/v1/" + path, Tag: "channel", Summary: summary, Needs: needs}
}

// manage adds the theatre's settings for its agents.
func (h *handlers) manage(api *httpx.API) {
	httpx.Register(api, staff("agents", "GET", "agents", "Agents that sell by API", "sales.read"), func(ctx context.Context, _ *struct{}) (*agentsOut, error) {
		out := &agentsOut{}
		var err error
		if out.Body.Sandbox, err = h.Sandbox(ctx); err != nil {
			return nil, err
		}
		out.Body.Items, err = h.Agents(ctx)
		return out, err
	})
	o := staff("addAgent", "POST", "agents", "Register an agent", "show.manage")
	o.Status = 201
	httpx.Register(api, o, func(ctx context.Context, in *agentIn) (*agentOut, error) {
		a, err := h.Add(ctx, in.Body)
		return &agentOut{a}, err
	})
	o = staff("changeAgent", "PUT", "agents/{agent}", "Change an agent's name, limits and allotment, or stop it", "show.manage")
	o.Errors = []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *agentChangeIn) (*agentOut, error) {
		a, err := h.Change(ctx, in.Agent, in.Body.Version, in.Body.Settings)
		return &agentOut{a}, err
	})
	o = staff("makeAgentKey", "POST", "agents/{agent}/keys", "Make a further key of an agent", "access.manage")
	o.Status, o.Errors, o.Mode = 201, []int{404}, httpx.ByHandler // the secret is not kept for a repeated request
	httpx.Register(api, o, func(ctx context.Context, in *agentKeyIn) (*agentKeyOut, error) {
		out := &agentKeyOut{}
		var err error
		out.Body.Key, out.Body.Secret, err = h.MakeKey(ctx, in.Agent, in.Body.Days)
		return out, err
	})
	o = staff("setSandbox", "PUT", "agents-sandbox", "Make the whole tenant a sandbox, before its first agent or order", "access.manage")
	o.Errors = []int{409}
	httpx.Register(api, o, func(ctx context.Context, in *sandboxIn) (*sandboxIn, error) {
		return in, h.SetSandbox(ctx, in.Body.Sandbox)
	})
}
