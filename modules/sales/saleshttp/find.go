package saleshttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/sales"
)

type findIn struct {
	Body struct {
		Text    string `json:"text" minLength:"1" maxLength:"80" doc:"An order's number, a phone number or its last four digits, a name, a document's number, or a pickup code"`
		Kind    string `json:"kind,omitempty" enum:",1,2,3,4,5,6,7" doc:"Kind of the document, where its form does not tell"`
		Session ids.ID `json:"session,omitempty" doc:"Look in this session only; the last four digits of a phone need one"`
	}
}

type foundOut struct {
	Body struct {
		Items  []SaleOrder `json:"items"`
		Passes []PassShown `json:"passes" doc:"Work passes of the document, when it was a document's number (RL-4)"`
	}
}

// find is a POST since what it looks for may be personal data, which has no
// place in an address.
func (h *handlers) find(api *httpx.API) {
	o := op("findOrders", "POST", "/orders/find", "Find orders by number, phone, name, document or pickup code, and work passes by document", "sales.read")
	o.Detail = "At most 50, newest first. The look-up is noted in the audit log, without what was typed."
	o.Errors = []int{429}
	httpx.Register(api, o, func(ctx context.Context, in *findIn) (*foundOut, error) {
		b := in.Body
		what := sales.Find{Text: b.Text, Kind: identity.Kind(b.Kind), Session: b.Session, Address: httpx.Peer(ctx)}
		list, err := h.Sales.FindOrders(ctx, what)
		if err != nil {
			return nil, err
		}
		shown, err := h.listed(ctx, page.Page[sales.Order]{Items: list})
		if err != nil {
			return nil, err
		}
		passes, err := h.Sales.FindPasses(ctx, what)
		out := &foundOut{}
		out.Body.Items, out.Body.Passes = shown.Body.Items, []PassShown{}
		for _, p := range passes {
			out.Body.Passes = append(out.Body.Passes, passOf(p))
		}
		return out, err
	})
}
