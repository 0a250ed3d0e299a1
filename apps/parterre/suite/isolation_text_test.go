package suite

import (
	"context"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
)

// foreignTexts is a message of the second tenant that waits to be tried again.
func (w *world) foreignTexts(out map[string]accesstest.Target, h house) {
	id := ids.New()
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		_, err := pg.Exec(ctx, "insert into sales.message (tenant_id, id, purpose, ref, session_id, until, created_at, next_at, state) values ($1, $2, 'wait_offer', $2, $3, now() + interval '100 years', now(), now(), 'parked')",
			w.DB.Other, id.String(), h.session.ID.String())
		return err
	})
	out["sales.retention"] = accesstest.Target{Plain: "tells of the caller's own"}
	out["sales.setRetention"] = accesstest.Target{Body: map[string]any{"version": 0, "personsDays": 30, "invoicesDays": 1095, "reason": "试试"}, Plain: "changes the caller's own"}
	out["channel.texting"] = accesstest.Target{Plain: "tells of the caller's own"}
	out["channel.setTexting"] = accesstest.Target{Body: map[string]any{"mode": "sandbox", "url": "", "version": 0}, Plain: "changes the caller's own"}
	out["channel.messages"] = accesstest.Target{Plain: "lists the caller's own"}
	out["channel.retryMessage"] = accesstest.Target{Params: map[string]string{"message": id.String()}}
}
