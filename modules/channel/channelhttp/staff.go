package channelhttp

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/access"
	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

const (
	read   httpx.Permission = "channel.read"
	manage httpx.Permission = "channel.manage"
)

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
	httpx.Register(api, staff("agents", "GET", "agents", "Agents that sell by API", read), func(ctx context.Context, _ *struct{}) (*agentsOut, error) {
		out := &agentsOut{}
		var err error
		if out.Body.Sandbox, err = h.Sandbox(ctx); err != nil {
			return nil, err
		}
		out.Body.Items, err = h.Agents(ctx)
		return out, err
	})
	o := staff("addAgent", "POST", "agents", "Register an agent", manage)
	o.Status = 201
	httpx.Register(api, o, func(ctx context.Context, in *agentIn) (*agentOut, error) {
		a, err := h.Add(ctx, in.Body)
		return &agentOut{a}, err
	})
	o = staff("changeAgent", "PUT", "agents/{agent}", "Change an agent's name, limits and allotment, or stop it", manage)
	o.Errors = []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *agentChangeIn) (*agentOut, error) {
		a, err := h.Change(ctx, in.Agent, in.Body.Version, in.Body.Settings)
		return &agentOut{a}, err
	})
	o = staff("makeAgentKey", "POST", "agents/{agent}/keys", "Make a further key of an agent", manage)
	o.Status, o.Errors, o.Mode = 201, []int{404}, httpx.ByHandler // the secret is not kept for a repeated request
	httpx.Register(api, o, func(ctx context.Context, in *agentKeyIn) (*agentKeyOut, error) {
		out := &agentKeyOut{}
		var err error
		out.Body.Key, out.Body.Secret, err = h.MakeKey(ctx, in.Agent, in.Body.Days)
		return out, err
	})
	o = staff("setSandbox", "PUT", "agents-sandbox", "Make the whole tenant a sandbox, before its first agent or order", manage)
	o.Errors = []int{409}
	httpx.Register(api, o, func(ctx context.Context, in *sandboxIn) (*sandboxIn, error) {
		return in, h.SetSandbox(ctx, in.Body.Sandbox)
	})
	h.oneAgent(api)
	h.texting(api)
}

// oneAgent adds what staff see and do of one agent.
func (h *handlers) oneAgent(api *httpx.API) {
	o := staff("agent", "GET", "agents/{agent}", "An agent with its keys, webhooks and allotments", read)
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByAgent) (*profileOut, error) {
		p, err := h.Profile(ctx, in.Agent)
		return &profileOut{p}, err
	})
	o = staff("revokeAgentKey", "POST", "agents/{agent}/keys/{key}/revoke", "Make a key of an agent worthless at once", manage)
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *agentKeyOf) (*struct{}, error) {
		return nil, h.RevokeAgentKey(ctx, in.Agent, in.Key)
	})
	o = staff("agentDeliveries", "GET", "agents/{agent}/webhooks/{webhook}/deliveries", "The last 100 deliveries of an agent's webhook", read)
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *agentHook) (*deliveriesOut, error) {
		out := &deliveriesOut{}
		var err error
		out.Body.Items, err = h.DeliveriesOf(ctx, in.Agent, in.Webhook)
		return out, err
	})
	o = staff("retryAgentDelivery", "POST", "agents/{agent}/webhooks/{webhook}/deliveries/{delivery}/retry", "Send a delivery to an agent again, also a parked one", manage)
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *agentDelivery) (*deliveryOut, error) {
		d, err := h.RetryOf(ctx, in.Agent, in.Webhook, in.Delivery)
		return &deliveryOut{d}, err
	})
	o = staff("agentDay", "GET", "agents/{agent}/days/{day}", "An agent's day, as its own reconciliation file tells it", read)
	o.Detail, o.Errors = "day is YYYY-MM-DD in Asia/Shanghai. Query format csv or json (default). X-Content-SHA256 is the hash of the CSV file's bytes in both.", []int{404}
	api.Raw(o, func(c *fiber.Ctx) error {
		agent, err := ids.Parse(c.Params("agent"))
		if err != nil {
			return channel.ErrNoAgent
		}
		d, err := h.ReconcileOf(c.UserContext(), agent, c.Params("day"))
		if err != nil {
			return err
		}
		return sendDay(c, d)
	})
	httpx.Register(api, staff("allotments", "GET", "agent-allotments", "Allotments of the sessions on sale that agents may sell from", read), func(ctx context.Context, _ *struct{}) (*allotmentsOut, error) {
		out := &allotmentsOut{}
		var err error
		out.Body.Items, err = h.Allotments(ctx)
		return out, err
	})
}

type (
	profileOut struct{ Body channel.Profile }
	agentKeyOf struct {
		ByAgent
		Key ids.ID `path:"key"`
	}
	agentHook struct {
		ByAgent
		ByHook
	}
	agentDelivery struct {
		ByAgent
		ByHook
		Delivery ids.ID `path:"delivery"`
	}
	allotmentsOut struct {
		Body struct {
			Items []channel.Allotment `json:"items"`
		}
	}
)
