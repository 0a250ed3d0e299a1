package sales

import (
	"context"
	"regexp"
	"strings"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
)

// Find is what a customer says, and where to look.
type Find struct {
	Text    string        // an order's number, a phone number or its last four digits, a name, a document's number, a pickup code
	Kind    identity.Kind // of the document; "" tries the kinds whose form fits
	Address string        // network address of the counter, for the Guard
	Session ids.ID        // zero: all sessions that are not over; the tail of a phone needs one
}

// maxFound bounds a list of what was found: more is no answer to a customer.
const maxFound = 50

var (
	numberForm = regexp.MustCompile(`^[0-9A-F]{12}$`)
	tailForm   = regexp.MustCompile(`^\d{4}$`)
)

// foundBy is the blind index of an order's phone number, nil without one. The
// number was checked before.
func (s *Service) foundBy(tenant int32, phone string) []byte {
	p, err := identity.ParsePhone(phone)
	if err != nil {
		return nil
	}
	return s.Vault.Find(tenant, "phone", p)
}

// FindOrders finds orders by what the customer says, newest first. Phones,
// names and documents are found by their blind indexes; the look-up is noted
// in the audit log with its kind and never with what was typed (RL-13).
// Errors: sales.find, sales.pickup_code, sales.pickup_attempts.
func (s *Service) FindOrders(ctx context.Context, f Find) (list []Order, err error) {
	text := strings.TrimSpace(f.Text)
	number := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(text))
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		how := ""
		phone, phoneErr := identity.ParsePhone(text)
		name, nameErr := identity.ParseName(text)
		docs := s.documentsOf(tx, f.Kind, text)
		switch {
		case f.Kind == "" && pickupForm.MatchString(number):
			how = "pickup"
			list, err = s.ordersOfPickup(ctx, tx, number, f.Address)
		case phoneErr == nil && f.Kind == "":
			how = "phone"
			list, err = ordersOfPhone(ctx, tx, s.Vault.Finds(tx.Scope.Tenant, "phone", phone), f.Session)
		case len(docs) > 0:
			how = "document"
			list, err = ordersOfDocument(ctx, tx, docs, f.Session)
		case numberForm.MatchString(number):
			how = "number"
			list, err = ordersOfNumber(ctx, tx, number)
		case tailForm.MatchString(number) && !f.Session.IsZero():
			how = "tail"
			list, err = s.ordersOfTail(ctx, tx, f.Session, number)
		case nameErr == nil:
			how = "name"
			list, err = ordersOfName(ctx, tx, s.Vault.Finds(tx.Scope.Tenant, "name", name), f.Session)
		default:
			return ErrFind
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "sales.orders_found", Target: "sales.orders", Key: map[string]any{"by": how, "found": len(list)}})
	})
	return list, err
}

// documentsOf are the blind indexes that a text may have as a document's
// number: of the kind that was said, else of the kinds with 18 characters,
// which share one.
func (s *Service) documentsOf(tx db.Tx, kind identity.Kind, text string) [][]byte {
	kinds := []identity.Kind{kind}
	if kind == "" {
		kinds = []identity.Kind{identity.ResidentCard, identity.HKMOTWResident, identity.ForeignerCard}
	}
	for _, k := range kinds {
		if d, err := identity.ParseDocument(k, text, tx.Now); err == nil {
			var out [][]byte
			for _, blind := range s.Vault.Blinds(tx.Scope.Tenant, d) {
				out = append(out, blind[:])
			}
			return out
		}
	}
	return nil
}

// ordersOfTail opens the phone numbers of one session's orders: four digits
// are too few for an index that hides anything.
func (s *Service) ordersOfTail(ctx context.Context, tx db.Tx, session ids.ID, tail string) ([]Order, error) {
	var out []Order
	err := eachContact(ctx, tx, session, func(o Order) (bool, error) {
		phone, err := s.Vault.Open(tx.Scope.Tenant, o.ID, "contact", o.Contact)
		if err != nil {
			return false, err
		}
		if strings.HasSuffix(phone, tail) {
			out = append(out, o)
		}
		return len(out) < maxFound, nil
	})
	return out, err
}

// noteDrawer notes that a drawer was opened without a sale.
func noteDrawer(ctx context.Context, tx db.Tx) error {
	return audit.Record(ctx, tx, audit.Event{Action: "sales.drawer_opened", Target: "sales.shift", Key: map[string]any{"by": tx.Scope.Actor.String()}})
}
