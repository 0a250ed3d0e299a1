package identity

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// Consent is one entry of the ledger of what was agreed to (RL-14). It is kept
// after the person is erased: it names an actor, not a person.
type Consent struct {
	ID       ids.ID // of what it is for, such as the order: one consent each
	Subject  string // actor
	Purpose  string
	TextHash []byte // SHA-256 of the text that was shown
	At       time.Time
}

// QueueConsents adds entries to a batch of the seat engine.
func QueueConsents(b *pgx.Batch, tenant int32, list []Consent) {
	if len(list) == 0 {
		return
	}
	n := len(list)
	id, subject, purpose, hash, at := make([]string, n), make([]string, n), make([]string, n), make([][]byte, n), make([]time.Time, n)
	for i, c := range list {
		id[i], subject[i], purpose[i], hash[i], at[i] = c.ID.String(), c.Subject, c.Purpose, c.TextHash, c.At
	}
	b.Queue(`insert into identity.consent (tenant_id, id, subject, purpose, text_hash, at)
		select $1, x.* from unnest($2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[]) x`, tenant, id, subject, purpose, hash, at)
}

// ConsentTx adds an entry to the ledger.
func ConsentTx(ctx context.Context, tx db.Tx, c Consent) error { return insertConsent(ctx, tx, c) }
