package sales

import (
	"context"
	"time"

	"parterre/modules/core/db"
)

// Tries is an allowance that all nodes count together, in the database: Burst
// at once, and one more each Every. The zero value does not limit.
type Tries struct {
	Burst int
	Every time.Duration
}

// triesLeft reports whether who has any allowance of a kind. Until the
// transaction's end nobody else is told so of the same, so that what is asked at
// once is counted one by one.
func (s *Service) triesLeft(ctx context.Context, tx db.Tx, what, who string, t Tries) (bool, error) {
	if t.Burst <= 0 {
		return true, nil
	}
	full, err := lockTries(ctx, tx, what, s.Vault.Find(tx.Scope.Tenant, "tries", who))
	return full.Sub(tx.Now) <= time.Duration(t.Burst-1)*t.Every, err
}

// take takes one of an allowance, also when none is left: then it is away for
// longer.
func (s *Service) takeTry(ctx context.Context, tx db.Tx, what, who string, t Tries) error {
	if t.Burst <= 0 {
		return nil
	}
	return addTry(ctx, tx, what, s.Vault.Find(tx.Scope.Tenant, "tries", who), t.Every)
}
