// Package audithttp is the audit log over HTTP, for auditors.
package audithttp

import (
	"context"
	"strings"
	"time"

	"parterre/modules/audit"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/page"
)

// Register adds the module's operations.
func Register(api *httpx.API, s *audit.Service) {
	h := handlers{s}
	httpx.Register(api, httpx.Op{ID: "audit.list", Method: "GET", Path: "/api/v1/audit", Tag: "audit", Summary: "Search the audit log, newest first", Needs: "audit.read"}, h.list)
	httpx.Register(api, httpx.Op{
		ID: "audit.verify", Method: "GET", Path: "/api/v1/audit/verify", Tag: "audit", Summary: "Prove the chain",
		Detail: "Recomputes every entry's hash. faults is empty when the chain holds.", Needs: "audit.read",
	}, h.verify)
}

type handlers struct{ s *audit.Service }

type listInput struct {
	page.Request
	Target    string    `query:"target" maxLength:"100" doc:"schema.table"`
	Key       string    `query:"key" maxLength:"300" doc:"The row, as column:value; several are parted by commas"`
	Actor     string    `query:"actor" maxLength:"100" doc:"kind:id"`
	Action    string    `query:"action" maxLength:"100"`
	RequestID string    `query:"request" maxLength:"100"`
	From      time.Time `query:"from" doc:"At or after"`
	To        time.Time `query:"to" doc:"Before"`
}

type listOutput struct{ Body page.Page[audit.Entry] }

var errKey = errs.New(errs.Invalid, "audit.key", "键应为“列:值”，多个用逗号分隔。", "A key is column:value; part several by commas.").At("query.key")

func (h handlers) list(ctx context.Context, in *listInput) (*listOutput, error) {
	f := audit.Filter{Target: in.Target, Actor: in.Actor, Action: in.Action, Request: in.RequestID, From: in.From, To: in.To, Key: map[string]string{}}
	if in.Key != "" {
		for _, part := range strings.Split(in.Key, ",") {
			k, v, ok := strings.Cut(part, ":")
			if !ok || k == "" {
				return nil, errKey
			}
			f.Key[k] = v
		}
	}
	p, err := h.s.Search(ctx, f, in.Request)
	return &listOutput{p}, err
}

type verifyInput struct {
	Anchor string `query:"anchor" maxLength:"100" doc:"number:hash of an earlier report's head, to prove that nothing before it was changed"`
}

type verifyOutput struct {
	Body struct {
		audit.Report
		OK bool `json:"ok"`
	}
}

func (h handlers) verify(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
	var anchors []audit.Anchor
	if in.Anchor != "" {
		a, err := audit.ParseAnchor(in.Anchor)
		if err != nil {
			return nil, err
		}
		anchors = append(anchors, a)
	}
	r, err := h.s.Verify(ctx, anchors...)
	out := &verifyOutput{}
	out.Body.Report, out.Body.OK = r, r.OK()
	return out, err
}
