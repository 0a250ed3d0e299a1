// Package audit reads and proves the append-only log of who changed what
// (SEC-MLPS-AUD-a to d, SEC-ASVS-16.4).
//
// Entries are written in the database: by the trigger of every watched table
// and, for what no table shows, by Record. Each tenant's entries form a chain:
// an entry's hash covers the hash before it and all of its own columns, in a
// form that the SQL function audit.canonical and canonical here both compute.
// Verify recomputes the chain in Go, so a fault in the SQL cannot hide itself.
//
// What the chain cannot show by itself: that its tail was cut off and the head
// set back to match. For that, keep an Anchor (the head's number and hash) at
// another place and give it to Verify.
package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"parterre/modules/core/db"
)

// Event is something worth an entry that no table's change shows: a sign-in
// refused, an export, a reading of personal data.
type Event struct {
	Action string         // dotted and stable, "access.sign_in_refused"
	Target string         // what it is about, "access.account"
	Key    map[string]any // which one; may be empty
	Detail map[string]any // what else; never personal data, for it cannot be erased
}

// Record writes e as an entry of tx's tenant and actor.
func Record(ctx context.Context, tx db.Tx, e Event) error {
	if e.Key == nil {
		e.Key = map[string]any{}
	}
	key, err := json.Marshal(e.Key)
	if err != nil {
		return fmt.Errorf("audit: key of %s: %w", e.Action, err)
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("audit: detail of %s: %w", e.Action, err)
	}
	if e.Detail == nil {
		detail = nil
	}
	if err := note(ctx, tx, e.Action, e.Target, key, detail); err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	return nil
}
