package channelhttp

import (
	"context"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

// ByMessage names a message.
type ByMessage struct {
	Message ids.ID `path:"message"`
}

type (
	textingOut   struct{ Body channel.Texting }
	setTextingIn struct {
		Body struct {
			channel.Texting
			Fresh bool `json:"fresh,omitempty" doc:"Make a new secret; the old one signs no more"`
		}
	}
	setTextingOut struct {
		Body struct {
			channel.Texting
			Secret string `json:"secret,omitempty" doc:"By which the gateway checks signatures (Standard Webhooks); shown once"`
		}
	}
	messagesIn struct {
		page.Request
		State string `query:"state" enum:"waiting,sent,parked,dropped"`
	}
	messagesOut struct{ Body page.Page[sales.Message] }
)

// texting adds the messages that buyers are sent, and how.
func (h *handlers) texting(api *httpx.API) {
	httpx.Register(api, staff("texting", "GET", "texting", "How text messages are sent", "sales.read"), func(ctx context.Context, _ *struct{}) (*textingOut, error) {
		t, err := h.Texting(ctx)
		return &textingOut{t}, err
	})
	o := staff("setTexting", "PUT", "texting", "Say how text messages are sent: off, sandbox, or the house's own gateway", manage)
	o.Detail, o.Errors = "A gateway gets POST {id, type: sms, timestamp, data: {to, text, purpose, until}}, signed as Standard Webhooks: webhook-id (the same at each try: send it once), webhook-timestamp, webhook-signature. It answers 2xx within 10 seconds; else it is tried again while the message is of use.", []int{409}
	o.Mode = httpx.ByHandler // the secret is not kept for a repeated request
	httpx.Register(api, o, func(ctx context.Context, in *setTextingIn) (*setTextingOut, error) {
		out := &setTextingOut{}
		var err error
		out.Body.Texting, out.Body.Secret, err = h.SetTexting(ctx, in.Body.Texting, in.Body.Fresh)
		return out, err
	})
	httpx.Register(api, staff("messages", "GET", "messages", "Text messages to buyers, newest first", "sales.read"), func(ctx context.Context, in *messagesIn) (*messagesOut, error) {
		list, err := h.Sales.MessagesPage(ctx, in.State, in.Request)
		if list.Items == nil {
			list.Items = []sales.Message{}
		}
		return &messagesOut{list}, err
	})
	o = staff("retryMessage", "POST", "messages/{message}/retry", "Try a parked message again", manage)
	o.Errors = []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *ByMessage) (*struct{}, error) {
		return nil, h.Sales.RetryMessage(ctx, in.Message)
	})
}
