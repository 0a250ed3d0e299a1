package sales

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parterre/modules/audit"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/limit"
	"parterre/modules/identity"
)

// Guard limits what the shop's buyers may find out about others' documents, and
// how long they may stand in their way.
//
// Whether a document has a ticket is told only to a buyer who holds as many
// seats, and each such answer costs: a buyer has Documents, an address
// DocumentsByAddress. Who has none left is refused before the document is
// looked at, whatever it is, so that the refusal says nothing.
//
// Pickup codes that no order has are counted by all nodes together.
//
// An order that is not paid keeps its documents for the hold's time. A buyer
// who let Unpaid named orders end within an hour makes no other for the rest
// of it; an address that makes many has OrdersByAddress. The true person, with
// the document in hand, has staff free it (FreeDocument).
type Guard struct {
	Documents          *limit.Rate
	DocumentsByAddress *limit.Rate
	OrdersByAddress    *limit.Rate
	Pickups            Tries // pickup codes that no order has, by login
	PickupsByAddress   Tries
	Unpaid             int
}

// NewGuard makes the limits of an installation.
func NewGuard(c clock.Clock) *Guard {
	return &Guard{
		Documents:          limit.NewRate(c, 5, 10*time.Minute),
		DocumentsByAddress: limit.NewRate(c, 40, time.Minute),
		OrdersByAddress:    limit.NewRate(c, 120, 10*time.Second),
		Pickups:            Tries{5, time.Minute},
		PickupsByAddress:   Tries{20, time.Minute},
		Unpaid:             4,
	}
}

// unpaidFor is how far back orders that were not paid count.
const unpaidFor = time.Hour

// Errors of the guard.
var (
	ErrTooManyDocuments = errs.New(errs.TooMany, "sales.document_attempts", "证件核对次数过多，请稍后再试，或持证件到柜台办理。", "Too many documents were tried; try again later, or come to the counter with the document.").By("SEC-ASVS-2.4.1")
	ErrTooManyUnpaid    = errs.New(errs.TooMany, "sales.unpaid_limit", "一小时内未付款的订单过多，请稍后再试。", "Too many orders were not paid within an hour; try again later.").By("SEC-ASVS-2.4.1")
	ErrDocumentPending  = errs.New(errs.Conflict, "sales.document_pending", "该证件正在另一个未付款的订单中，未付款会自动释放；若非本人操作，请持证件原件到柜台或致电客服处理。", "This document is in another order that is not paid yet; it comes free if it is not paid. If that was not you, show the document at the counter or call us.").By("RL-1")
	ErrNothingPending   = errs.New(errs.NotFound, "sales.nothing_pending", "该证件在本场次没有未付款的订单。", "No unpaid order of this session holds this document.")
	ErrFreeReason       = errs.New(errs.Invalid, "sales.free_reason", "请填写核对经过，2 至 200 个字符。", "Say how the person was checked, 2 to 200 characters.").At("reason")
)

// admit is asked before a named order of the shop is made.
func (s *Service) admit(ctx context.Context, n NewOrder) error {
	g := s.Guard
	if g == nil || len(n.People) == 0 {
		return nil
	}
	if err := s.mayAsk(ctx, n.Address); err != nil {
		return err
	}
	from := limit.Address(n.Address)
	if !g.OrdersByAddress.Allow(from, 1) {
		return ErrTooManyUnpaid
	}
	if g.Unpaid <= 0 {
		return nil
	}
	ended := 0
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		ended, err = unpaidOrders(ctx, tx, buyerOf(ctx), tx.Now.Add(-unpaidFor))
		return err
	})
	if err == nil && ended >= g.Unpaid {
		err = ErrTooManyUnpaid
	}
	return err
}

// mayAsk is asked before a document that a buyer names is looked at, in
// whichever way: an order, a package, a correction, a binding. Staff and agents
// have the person before them, or a contract.
func (s *Service) mayAsk(ctx context.Context, address string) error {
	g, sc := s.Guard, db.Actor{}
	if scope, ok := db.ScopeOf(ctx); ok {
		sc = scope.Actor
	}
	if g == nil || sc.Kind != db.ActorBuyer {
		return nil
	}
	if !g.Documents.Left(buyerOf(ctx)) || address != "" && !g.DocumentsByAddress.Left(limit.Address(address)) {
		return ErrTooManyDocuments
	}
	return nil
}

// answered takes what answers that tell of documents cost a buyer.
func (s *Service) answered(ctx context.Context, address string, many int) {
	g := s.Guard
	if sc, ok := db.ScopeOf(ctx); g == nil || !ok || sc.Actor.Kind != db.ActorBuyer {
		return
	}
	g.Documents.Take(buyerOf(ctx), many)
	if address != "" {
		g.DocumentsByAddress.Take(limit.Address(address), many)
	}
}

// told takes note of an answer that tells of a document, and says whether the
// document has a ticket or is only in an order that is not paid.
func (s *Service) told(ctx context.Context, n NewOrder, refused error) error {
	e, ok := errs.Of(refused)
	if !ok || e.Code != "inventory.document_used" {
		return refused
	}
	s.answered(ctx, n.Address, max(1, len(e.Fields)))
	now := s.DB.Clock().Now()
	pending := ErrDocumentPending
	for i, p := range n.People {
		at := fmt.Sprintf("people[%d].number", i)
		if !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Path == at }) {
			continue
		}
		doc, err := identity.ParseDocument(p.Kind, p.Number, now)
		if err != nil {
			return refused
		}
		sold := false
		err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			_, sold, err = identity.SeatOf(ctx, tx, n.Session, s.Vault.BlindIn(tx.Scope.Tenant, n.Session, doc))
			return err
		})
		if err != nil || sold {
			return refused
		}
		pending = pending.At(at)
	}
	if len(pending.Fields) == 0 {
		return refused
	}
	return pending
}

// FreeDocument ends the unpaid orders of a session that hold a document, for
// the true person who shows it to staff. What is paid stays: then the document
// has a ticket, and its order is a matter for a refund. The reason goes into
// the audit log, the number does not. Errors: identity.*, sales.nothing_pending,
// sales.free_reason.
func (s *Service) FreeDocument(ctx context.Context, session ids.ID, kind identity.Kind, number, reason string) (freed int, err error) {
	if n := len([]rune(reason)); n < 2 || n > 200 {
		return 0, ErrFreeReason
	}
	doc, err := identity.ParseDocument(kind, number, s.DB.Clock().Now())
	if err != nil {
		return 0, err
	}
	var orders []ids.ID
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		people, err := identity.PersonsOf(ctx, tx, session, s.Vault.BlindIn(tx.Scope.Tenant, session, doc))
		if err != nil || len(people) == 0 {
			return err
		}
		orders, err = pendingWith(ctx, tx, session, people)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range orders {
		o, err := s.Cancel(ctx, id)
		if errs.CodeOf(err) == ErrState.Code { // it was paid meanwhile
			continue
		}
		if err != nil {
			return freed, err
		}
		freed++
		err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			return audit.Record(ctx, tx, audit.Event{Action: "sales.document_freed", Target: "sales.orders", Key: map[string]any{"id": o.ID.String()}, Detail: map[string]any{"reason": reason}})
		})
		if err != nil {
			return freed, err
		}
	}
	if freed == 0 {
		return 0, ErrNothingPending
	}
	return freed, nil
}
