package audit

import (
	"context"
	"encoding/json"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/page"
)

// ErrAnchor is the error of a text that is not an anchor.
var ErrAnchor = errs.New(errs.Invalid, "audit.anchor", "锚点应为“序号:哈希”。", "An anchor is number:hash, the hash in 64 hexadecimal digits.").At("anchor")

// Entry is one line of the log.
type Entry struct {
	Seq       int64           `json:"seq" doc:"Its number in the tenant's chain"`
	At        time.Time       `json:"at"`
	Actor     string          `json:"actor" doc:"kind:id, or system:job"`
	ActorName string          `json:"actorName"`
	Reason    string          `json:"reason,omitempty"`
	Approver  string          `json:"approver,omitempty"`
	Request   string          `json:"request,omitempty" doc:"The request id"`
	Action    string          `json:"action" doc:"insert, update, delete, or a dotted name"`
	Target    string          `json:"target" doc:"The table or the thing, schema.table"`
	Key       json.RawMessage `json:"key" doc:"Which row"`
	Before    json.RawMessage `json:"before,omitempty" doc:"Of an update only what changed"`
	After     json.RawMessage `json:"after,omitempty"`
	Hash      string          `json:"hash" doc:"Hexadecimal"`
}

// Filter narrows a search; what is empty does not.
type Filter struct {
	Target  string
	Key     map[string]string // columns of the row's key, as text
	Actor   string
	Action  string
	Request string
	From    time.Time // at or after
	To      time.Time // before
}

// Service reads the log.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

// Search lists sealed entries, newest first.
func (s *Service) Search(ctx context.Context, f Filter, r page.Request) (p page.Page[Entry], err error) {
	var before int64
	if _, err := r.After(&before); err != nil {
		return p, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := search(ctx, tx, f, before, r.Limit())
		p = page.Of(r, rows, func(e Entry) any { return e.Seq })
		return err
	})
	return p, err
}

// Verify recomputes the chain of ctx's tenant.
func (s *Service) Verify(ctx context.Context, anchors ...Anchor) (r Report, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		r, err = Verify(ctx, tx, anchors...)
		return err
	})
	return r, err
}
