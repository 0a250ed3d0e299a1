package inventory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Change is one decision as the row writers see it.
type Change struct {
	Session ids.ID
	At      time.Time
	Event   *engine.Event // do not change, do not keep
	// Payload is what the command's sender gave along, nil for expiries. The
	// batch may be done again, so it must not be changed.
	Payload any
}

// RowWriter adds rows to the transaction that commits decisions: orders,
// tickets, identities. It is called for each batch and tenant, by one
// goroutine per batch in flight, with the tenant's changes in the order in
// which they were decided (several sessions mixed). It queues statements,
// best one per table with arrays through unnest; it never runs them itself.
//
// app.tenant and app.actor ("system:inventory") are set; the acting person is
// in Event.Actor. Statements run in all batches at once, so they may not
// lock anything that another batch's statements lock in another order; rows
// of different sessions or orders are apart anyway.
//
// An error, or a statement that fails, refuses the command that caused it:
// such a command must be found out before it is sent to the writer.
type RowWriter interface {
	WriteRows(b *pgx.Batch, tenant int32, changes []Change) error
}

// Catalog says what the seats of a session are. Load is called when a writer
// opens a session, with the tenant's scope in ctx.
type Catalog interface {
	// Load returns the compiled hall (shared between sessions of one plan
	// version), and what to open the session with if it was never opened.
	// ErrNoSession when there is none.
	Load(ctx context.Context, session ids.ID) (*engine.Hall, engine.Open, error)
}
