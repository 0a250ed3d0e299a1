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

// KeepInvoices is how long an invoice's title, tax number and address are kept
// by default, counted from the last thing that was done with it: as long as the
// transaction that it belongs to (RL-17, three years). The rules name no term
// for an invoice's own data, so this one is provisional: ours until they do. A
// tenant sets its own in Retention.
const KeepInvoices = 3 * 365 * 24 * time.Hour

// Erased says what a round of Erase did.
type Erased struct{ Sessions, Persons, Phones, Invoices int }

// Erase deletes the names, documents and phone numbers of sessions that ended
// long enough ago (RL-13), for the tenant of ctx, each session in a
// transaction of its own. Orders, tickets and money stay. It is safe to run on
// several nodes and as often as one likes.
func (s *Service) Erase(ctx context.Context) (Erased, error) {
	ctx = db.WithReason(ctx, "保存期满")
	var done Erased
	keep, invoices, err := s.keeps(ctx)
	if err != nil {
		return done, err
	}
	if done.Invoices, err = s.eraseInvoices(ctx, invoices); err != nil {
		return done, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		return errsJoin(eraseAsked(ctx, tx, tx.Now.Add(-keep)), forgetTries(ctx, tx))
	})
	if err != nil {
		return done, err
	}
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

// eraseInvoices empties what invoices say of their buyers when it has been kept
// long enough; amount, numbers and states stay. One that is still to be issued
// or voided is not over.
func (s *Service) eraseInvoices(ctx context.Context, keep time.Duration) (n int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err := invoicesToErase(ctx, tx, tx.Now.Add(-keep), erasePerRound)
		if err != nil {
			return err
		}
		for _, id := range list {
			if err := s.eraseInvoice(ctx, tx, id); err != nil {
				return err
			}
		}
		n = len(list)
		return nil
	})
	return n, err
}
