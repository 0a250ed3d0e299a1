package sales

import (
	"context"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
)

// Bounds of retention: an invoice's data stays as long as the transaction that
// it belongs to (RL-17, three years) and ten years at most; persons go when
// refunds and disputes are over (RL-13, "deletion when done").
const (
	MinInvoiceDays = 3 * 365
	MaxInvoiceDays = 3660
	MaxPersonDays  = 365
)

// Errors of retention.
var (
	ErrRetention        = errs.New(errs.Invalid, "sales.retention", "观演人信息须保存 1 至 365 天，发票信息须保存 1095 至 3660 天，并说明原因。", "Persons are kept 1 to 365 days, an invoice's data 1095 to 3660 days; say why.").By("RL-17")
	ErrRetentionVersion = errs.New(errs.Conflict, "sales.retention_version", "保存期限已被他人修改，请刷新后重试。", "Somebody else has changed the retention; load it again.").At("version")
)

// Retention is how long personal data is kept, by kind, as a version of the
// tenant's profile. The rules name no day for either, so the defaults are
// provisional: ours until they do.
type Retention struct {
	Version      int        `json:"version" doc:"0: the default, until the house sets its own"`
	PersonsDays  int        `json:"personsDays" minimum:"1" maximum:"365" doc:"Names, documents and phone numbers, after the session's end (RL-13)"`
	InvoicesDays int        `json:"invoicesDays" minimum:"1095" maximum:"3660" doc:"Title, tax number and address of an invoice, after it was last dealt with (RL-17)"`
	Provisional  bool       `json:"provisional" readOnly:"true" doc:"No rule names these terms"`
	Reason       string     `json:"reason,omitempty" maxLength:"200"`
	ChangedBy    string     `json:"changedBy,omitempty" readOnly:"true"`
	ChangedAt    *time.Time `json:"changedAt,omitempty" readOnly:"true"`
}

// DefaultRetention is in force until a tenant sets its own.
func DefaultRetention() Retention {
	return Retention{PersonsDays: int(KeepPersons / (24 * time.Hour)), InvoicesDays: int(KeepInvoices / (24 * time.Hour)), Provisional: true}
}

// Retentions lists the versions of the tenant's retention, the one in force
// first; the default when there is none.
func (s *Service) Retentions(ctx context.Context) (out []Retention, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listRetentions(ctx, tx)
		return err
	})
	return append(out, DefaultRetention()), err
}

// SetRetention puts a new version in force; r.Version is the one that was read.
// What is erased already stays so. Errors: sales.retention, sales.retention_version.
func (s *Service) SetRetention(ctx context.Context, r Retention) (Retention, error) {
	r.Reason = strings.TrimSpace(r.Reason)
	if n := len([]rune(r.Reason)); n < 2 || n > 200 || r.PersonsDays < 1 || r.PersonsDays > MaxPersonDays || r.InvoicesDays < MinInvoiceDays || r.InvoicesDays > MaxInvoiceDays {
		return Retention{}, ErrRetention
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err := listRetentions(ctx, tx)
		if err != nil {
			return err
		}
		if len(list) > 0 && list[0].Version != r.Version || len(list) == 0 && r.Version != 0 {
			return ErrRetentionVersion
		}
		now := tx.Now
		r.Version, r.Provisional, r.ChangedBy, r.ChangedAt = r.Version+1, true, tx.Scope.Actor.String(), &now
		return insertRetention(ctx, tx, r)
	})
	if db.IsUnique(err, "retention_pkey") {
		err = ErrRetentionVersion
	}
	return r, err
}

// keeps are the terms in force for the tenant of ctx; those of the composition,
// where it has any, come first.
func (s *Service) keeps(ctx context.Context) (persons, invoices time.Duration, err error) {
	list, err := s.Retentions(ctx)
	if err != nil {
		return 0, 0, err
	}
	persons, invoices = time.Duration(list[0].PersonsDays)*24*time.Hour, time.Duration(list[0].InvoicesDays)*24*time.Hour
	if s.KeepPersons > 0 {
		persons = s.KeepPersons
	}
	if s.KeepInvoices > 0 {
		invoices = s.KeepInvoices
	}
	return persons, invoices, nil
}
