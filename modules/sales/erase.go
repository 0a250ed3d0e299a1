package sales

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
)

// KeepPersons is how long persons are kept after a session's end by default:
// refunds and disputes are over by then.
const KeepPersons = 30 * 24 * time.Hour

// Erased says what a round of Erase did.
type Erased struct{ Sessions, Persons, Phones int }

// Erase deletes the names, documents and phone numbers of sessions that ended
// long enough ago (RL-13), for the tenant of ctx, each session in a
// transaction of its own. Orders, tickets and money stay. It is safe to run on
// several nodes and as often as one likes.
func (s *Service) Erase(ctx context.Context) (Erased, error) {
	keep := s.KeepPersons
	if keep <= 0 {
		keep = KeepPersons
	}
	ctx = db.WithReason(ctx, "保存期满")
	var done Erased
	for range erasePerRound {
		found := false
		err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			session, ok, err := sessionToErase(ctx, tx, tx.Now.Add(-keep))
			if found = ok; err != nil || !ok {
				return err
			}
			persons, err := identity.Erase(ctx, tx, []ids.ID{session})
			if err != nil {
				return err
			}
			if err := erasePasses(ctx, tx, session); err != nil {
				return err
			}
			phones, err := erasePhones(ctx, tx, session)
			if err == nil {
				err = eraseContacts(ctx, tx, session)
			}
			if err == nil {
				err = eraseWaitPhones(ctx, tx, session)
			}
			if err == nil {
				err = eraseDiscountPersons(ctx, tx, session)
			}
			done.Persons, done.Phones = done.Persons+persons, done.Phones+phones
			return err
		})
		if err != nil || !found {
			return done, err
		}
		done.Sessions++
	}
	return done, nil
}

// erasePerRound bounds a round; what is left is for the next.
const erasePerRound = 50
