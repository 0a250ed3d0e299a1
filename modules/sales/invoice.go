package sales

import (
	"context"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/identity"
)

// States of an invoice.
const (
	InvoiceRequested = "requested"
	InvoiceIssued    = "issued"
	InvoiceRejected  = "rejected"
	InvoiceVoidDue   = "void_due" // money went back after it was issued: a red one (红字发票) is due
	InvoiceVoided    = "voided"
)

// Errors of invoices.
var (
	ErrNoInvoice    = errs.New(errs.NotFound, "sales.invoice_not_found", "没有这张发票申请。", "There is no such invoice request.")
	ErrInvoiceOpen  = errs.New(errs.Conflict, "sales.invoice_open", "该订单已申请发票。", "An invoice was requested for this order already.")
	ErrInvoiceNone  = errs.New(errs.Conflict, "sales.invoice_nothing", "该订单没有可开票金额：未付款、已全额退款或由代理商开票。", "There is nothing to invoice: the order is not paid, was given back, or its agent invoices it.").By("RL-18")
	ErrInvoiceState = errs.New(errs.Conflict, "sales.invoice_state", "发票当前状态不允许此操作。", "The invoice's state does not allow this.")
	ErrInvoiceTitle = errs.New(errs.Invalid, "sales.invoice_title", "请填写 2 至 100 个字的发票抬头。", "The invoice needs a title of 2 to 100 characters.").At("title")
	ErrInvoiceMail  = errs.New(errs.Invalid, "sales.invoice_email", "电子邮箱格式不正确。", "This is no e-mail address.").At("email")
	ErrInvoiceNo    = errs.New(errs.Invalid, "sales.invoice_number", "请填写发票号码。", "Enter the invoice's number.").At("number")
)

// Invoice is a request for an invoice (发票申请, RL-18).
type Invoice struct {
	ID          ids.ID
	Order       ids.ID // or a bundle
	Buyer       string
	Kind        string // personal, enterprise
	Title       string
	TaxNumber   string
	Email       string
	Amount      money.Fen
	State       string
	Number      string
	RedNumber   string
	Reason      string
	RequestedAt time.Time
	IssuedAt    *time.Time
	EndedAt     *time.Time
	DoneBy      string
}

// NewInvoice asks for an invoice of an order or a bundle.
type NewInvoice struct {
	ID        ids.ID // made by the client
	Order     ids.ID
	Kind      string
	Title     string
	TaxNumber string // of an enterprise
	Email     string
}

// RequestInvoice asks for an invoice over what was paid less what went back.
// An order has one at a time; a package's is asked for on its bundle. The same
// id again returns it. Errors: sales.invoice_*, sales.tax_number,
// sales.order_not_found, sales.package_part.
func (s *Service) RequestInvoice(ctx context.Context, n NewInvoice) (Invoice, error) {
	if n.ID.IsZero() {
		return Invoice{}, ids.ErrID.At("id")
	}
	v, err := n.check()
	if err != nil {
		return Invoice{}, err
	}
	buyer, err := s.invoiced(ctx, n.Order)
	if err != nil {
		return Invoice{}, err
	}
	asked := s.asking(ctx, "invoice", n.ID, n.Order, v.Kind, v.Title, v.TaxNumber, v.Email)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		old, err := s.getInvoice(ctx, tx, n.ID, "")
		if err == nil && old.Order != n.Order {
			return ErrIDTaken
		} else if err == nil {
			return asked.same(ctx, tx)
		} else if errs.CodeOf(err) != ErrNoInvoice.Code {
			return err
		}
		if err := refuseOfBundle(ctx, tx, n.Order); err != nil {
			return err
		}
		if v.Amount, err = netOf(ctx, tx, n.Order); err != nil {
			return err
		}
		if v.Amount <= 0 {
			return ErrInvoiceNone
		}
		v.Buyer, v.State, v.RequestedAt = buyer, InvoiceRequested, tx.Now
		return errsJoin(s.insertInvoice(ctx, tx, v), asked.note(ctx, tx))
	})
	if db.IsUnique(err, "invoice_live") {
		err = ErrInvoiceOpen
	}
	if err != nil {
		return Invoice{}, err
	}
	return s.Invoice(ctx, n.ID)
}

func (n NewInvoice) check() (Invoice, error) {
	var l errs.List
	add := func(path string, e *errs.Error) { l.Add(path, e.Code, e.Zh, e.En, e.Rule) }
	v := Invoice{ID: n.ID, Order: n.Order, Kind: n.Kind, Title: strings.TrimSpace(n.Title), Email: strings.TrimSpace(n.Email)}
	if k := utf8.RuneCountInString(v.Title); k < 2 || k > 100 {
		add("title", ErrInvoiceTitle)
	}
	if a, err := mail.ParseAddress(v.Email); err != nil || a.Address != v.Email || len(v.Email) > 120 {
		add("email", ErrInvoiceMail)
	}
	if n.Kind == "enterprise" {
		var err error
		if v.TaxNumber, err = ParseTaxNumber(n.TaxNumber); err != nil {
			add("taxNumber", ErrTaxNumber)
		}
	}
	return v, l.Err()
}

// invoiced finds whose an order or bundle is; nobody else's is found.
func (s *Service) invoiced(ctx context.Context, id ids.ID) (string, error) {
	o, err := s.Order(ctx, id)
	if err == nil {
		return o.Buyer, nil
	}
	if errs.CodeOf(err) != ErrNotFound.Code {
		return "", err
	}
	b, err := s.Bundle(ctx, id)
	if errs.CodeOf(err) == ErrNoBundle.Code {
		err = ErrNotFound
	}
	return b.Buyer, err
}

// Invoice returns one invoice of the caller. Errors: sales.invoice_not_found.
func (s *Service) Invoice(ctx context.Context, id ids.ID) (v Invoice, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		v, err = s.getInvoice(ctx, tx, id, "")
		return err
	})
	if err == nil && !mayRead(ctx, Order{Buyer: v.Buyer}) {
		return Invoice{}, ErrNoInvoice
	}
	return v, err
}

// InvoicesOf lists the invoices of an order or bundle of the caller, newest first.
func (s *Service) InvoicesOf(ctx context.Context, order ids.ID) (out []Invoice, err error) {
	if _, err := s.invoiced(ctx, order); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = s.listInvoices(ctx, tx, "o.order_id = ?", order)
		return err
	})
	return out, err
}

// Invoices lists a tenant's invoices in a state ("" any), newest first.
func (s *Service) Invoices(ctx context.Context, state string, r page.Request) (p page.Page[Invoice], err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = s.pageInvoices(ctx, tx, state, r)
		return err
	})
	return p, err
}

// InvoiceStep is what finance did with an invoice.
type InvoiceStep struct {
	To     string // issued, rejected or voided
	Number string // of the invoice, or of the red one
	Reason string
}

// MoveInvoice notes what finance did: issued it under a number, rejected it
// with a reason, or voided it by a red one. An invoice is issued over what is
// paid less what went back at that moment. Errors: sales.invoice_*, sales.reason.
func (s *Service) MoveInvoice(ctx context.Context, id ids.ID, step InvoiceStep) (Invoice, error) {
	step.Number = strings.TrimSpace(step.Number)
	switch {
	case step.To != InvoiceRejected && step.Number == "":
		return Invoice{}, ErrInvoiceNo
	case step.To == InvoiceRejected && strings.TrimSpace(step.Reason) == "":
		return Invoice{}, ErrReason
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		v, err := s.getInvoice(ctx, tx, id, "no key update")
		if err != nil {
			return err
		}
		now := tx.Now
		v.DoneBy, v.Reason = buyerOf(ctx), step.Reason
		switch {
		case v.State == step.To && (v.Number == step.Number || v.RedNumber == step.Number || step.To == InvoiceRejected):
			return nil // done before
		case v.State == InvoiceRequested && step.To == InvoiceIssued:
			if v.Amount, err = netOf(ctx, tx, v.Order); err != nil || v.Amount <= 0 {
				return errsJoin(ErrInvoiceNone, err)
			}
			v.State, v.Number, v.IssuedAt = InvoiceIssued, step.Number, &now
		case v.State == InvoiceRequested && step.To == InvoiceRejected:
			v.State, v.EndedAt = InvoiceRejected, &now
		case (v.State == InvoiceIssued || v.State == InvoiceVoidDue) && step.To == InvoiceVoided:
			v.State, v.RedNumber, v.EndedAt = InvoiceVoided, step.Number, &now
		default:
			return ErrInvoiceState
		}
		return updateInvoice(ctx, tx, v)
	})
	if err != nil {
		return Invoice{}, err
	}
	return s.Invoice(ctx, id)
}

// adjustInvoice follows a refund in its transaction: what is only requested
// changes its amount or ends, what was issued is due to be voided.
func adjustInvoice(ctx context.Context, tx db.Tx, order ids.ID) error {
	bundle, err := bundleOf(ctx, tx, order)
	if err != nil {
		return err
	}
	if !bundle.IsZero() {
		order = bundle
	}
	net, err := netOf(ctx, tx, order)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update sales.invoice set state = case when state = 'issued' then 'void_due' when ?0 > 0 then 'requested' else 'rejected' end,
		amount = case when state = 'requested' and ?0 > 0 then ?0 else amount end, reason = case when state = 'requested' and ?0 <= 0 then '已全额退款' else reason end,
		ended_at = case when state = 'requested' and ?0 <= 0 then ?1::timestamptz end
		where tenant_id = ?2 and order_id = ?3 and state in ('requested', 'issued') and amount <> ?0`, int64(net), tx.Now, tx.Scope.Tenant, order)
	return err
}

// Masked is an invoice as screens show it: a person's title and the address
// are masked, an enterprise's title is not personal.
func (v Invoice) Masked() Invoice {
	if v.Kind == "personal" {
		v.Title = identity.MaskName(v.Title)
	}
	if at := strings.IndexByte(v.Email, '@'); at > 0 {
		v.Email = v.Email[:1] + "***" + v.Email[at:]
	}
	return v
}
