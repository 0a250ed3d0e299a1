package saleshttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/sales"
)

type (
	retentionsOut struct {
		Body struct {
			Items []sales.Retention `json:"items" doc:"The one in force first, the default last"`
		}
	}
	retentionIn struct {
		Body struct {
			Version      int    `json:"version" minimum:"0" doc:"As it was read; 0 for the first"`
			PersonsDays  int    `json:"personsDays" minimum:"1" maximum:"365" doc:"Names, documents and phone numbers, after the session's end (RL-13)"`
			InvoicesDays int    `json:"invoicesDays" minimum:"1095" maximum:"3660" doc:"Title, tax number and address of an invoice, after it was last dealt with (RL-17)"`
			Reason       string `json:"reason" minLength:"2" maxLength:"200"`
		}
	}
	retentionOut struct{ Body sales.Retention }
)

// retention adds how long personal data is kept.
func (h *handlers) retention(api *httpx.API) {
	httpx.Register(api, op("retention", "GET", "/retention", "How long personal data is kept, by kind, with all versions", "ops.read"), func(ctx context.Context, _ *struct{}) (*retentionsOut, error) {
		list, err := h.Sales.Retentions(ctx)
		out := &retentionsOut{}
		out.Body.Items = list
		return out, err
	})
	o := op("setRetention", "PUT", "/retention", "Put another version of the retention in force", "ops.manage")
	o.Detail, o.Errors = "What is erased already stays so; a shorter term erases more within the hour. version is the one that was read.", []int{409}
	httpx.Register(api, o, func(ctx context.Context, in *retentionIn) (*retentionOut, error) {
		b := in.Body
		r, err := h.Sales.SetRetention(ctx, sales.Retention{Version: b.Version, PersonsDays: b.PersonsDays, InvoicesDays: b.InvoicesDays, Reason: b.Reason})
		return &retentionOut{r}, err
	})
}
