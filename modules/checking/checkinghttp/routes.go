// Package checkinghttp is the gate's interface.
package checkinghttp

import (
	"context"
	"time"

	"parterre/modules/checking"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

type verdict struct{ Body checking.Verdict }

type scanIn struct {
	Body struct {
		ID        ids.ID     `json:"id" doc:"Made by the device (UUIDv7). The same id gets the same answer, so a scan whose answer was lost is sent again as it is."`
		Session   ids.ID     `json:"session"`
		Gate      string     `json:"gate,omitempty" maxLength:"40" doc:"Name of the gate; empty checks for all"`
		Method    string     `json:"method" enum:"qr,code,idcard,rfid"`
		Text      string     `json:"text" minLength:"1" maxLength:"400" doc:"What was read"`
		ScannedAt *time.Time `json:"scannedAt,omitempty" doc:"When it was read, if not now"`
		Offline   bool       `json:"offline,omitempty"`
	}
}

// BySession is the address of a session. It is exported because huma reads
// embedded structs only then.
type BySession struct {
	Session ids.ID `path:"session"`
}

type undoIn struct {
	BySession
	Body struct {
		TicketCode string `json:"ticketCode" minLength:"22" maxLength:"50"`
		Reason     string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// Register adds the operations.
func Register(api *httpx.API, s *checking.Service) {
	httpx.Register(api, httpx.Op{
		ID: "gate.scan", Method: "POST", Path: "/api/v1/gate/scans", Tag: "gate", Summary: "Check a credential and admit once",
		Detail: "A refusal is an answer with admitted=false and its reason, not an error.", Needs: "gate.scan", Mode: httpx.ByHandler,
	},
		func(ctx context.Context, in *scanIn) (*verdict, error) {
			b := in.Body
			sc := checking.Scan{ID: b.ID, Session: b.Session, Gate: b.Gate, Method: b.Method, Text: b.Text, Offline: b.Offline}
			if b.ScannedAt != nil {
				sc.ScannedAt = *b.ScannedAt
			}
			v, err := s.Check(ctx, sc)
			return &verdict{v}, err
		})
	httpx.Register(api, httpx.Op{ID: "gate.scans", Method: "GET", Path: "/api/v1/gate/sessions/{session}/scans", Tag: "gate", Summary: "Scans of a session, newest first", Needs: "gate.read"},
		func(ctx context.Context, in *struct {
			BySession
			page.Request
		},
		) (*struct{ Body page.Page[checking.Record] }, error) {
			p, err := s.Scans(ctx, in.Session, in.Request)
			return &struct{ Body page.Page[checking.Record] }{p}, err
		})
	httpx.Register(api, httpx.Op{ID: "gate.occupancy", Method: "GET", Path: "/api/v1/gate/sessions/{session}/occupancy", Tag: "gate", Summary: "Live counter of a session (RL-9)", Needs: "gate.read"},
		func(ctx context.Context, in *BySession) (*struct{ Body checking.Occupancy }, error) {
			o, err := s.Count(ctx, in.Session)
			return &struct{ Body checking.Occupancy }{o}, err
		})
	httpx.Register(api, httpx.Op{ID: "gate.undo", Method: "POST", Path: "/api/v1/gate/sessions/{session}/undo", Tag: "gate", Summary: "Take an admission back, with a reason", Needs: "gate.supervise", Status: 204},
		func(ctx context.Context, in *undoIn) (*struct{}, error) {
			return &struct{}{}, s.Undo(ctx, in.Session, in.Body.TicketCode, in.Body.Reason)
		})
}
