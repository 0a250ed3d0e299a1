package sales

import (
	"context"
	"fmt"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/identity"
	"parterre/modules/show"
)

// What messages are sent for.
const (
	MessageOffer    = "wait_offer"    // places of a waiting list are kept for the buyer
	MessageReminder = "bind_reminder" // tickets of an order have no person yet (RL-3)
)

// States of a message: waiting -> sent | parked | dropped.
const (
	MessageWaiting = "waiting"
	MessageSent    = "sent"
	MessageParked  = "parked"  // tried as often as there was time for
	MessageDropped = "dropped" // of no use any more, or its number was erased
)

// ErrNoMessage is the error of a message that is not there.
var ErrNoMessage = errs.New(errs.NotFound, "sales.message_not_found", "没有这条短信。", "There is no such message.")

// ErrMessageOver is the error of a message that would come too late.
var ErrMessageOver = errs.New(errs.Conflict, "sales.message_over", "该短信已发送或已失去时效，不能重发。", "The message was sent, or it is too late for it.")

// Message is one text message to a buyer (短信). It holds no number; the record
// that it is about does.
type Message struct {
	ID        ids.ID     `json:"id"`
	Purpose   string     `json:"purpose" enum:"wait_offer,bind_reminder"`
	Ref       ids.ID     `json:"ref" doc:"The entry of the waiting list, or the order"`
	Session   ids.ID     `json:"session"`
	Title     string     `json:"title"`
	Phone     string     `json:"phone" doc:"Masked; empty once it is erased"`
	State     string     `json:"state" enum:"waiting,sent,parked,dropped"`
	Attempts  int        `json:"attempts"`
	Status    int        `json:"status,omitempty" doc:"HTTP status of the last answer"`
	Error     string     `json:"error,omitempty" enum:"status,connection,address,url,secret,late,erased,nothing"`
	Sandbox   string     `json:"sandbox,omitempty" doc:"What would have been sent, in the sandbox"`
	Until     time.Time  `json:"until" doc:"Of no use afterwards"`
	CreatedAt time.Time  `json:"createdAt"`
	NextAt    *time.Time `json:"nextAt,omitempty"`
	SentAt    *time.Time `json:"sentAt,omitempty"`
}

// NotifyText is what a buyer agrees to who wants a message; its hash is in the
// ledger of consents.
const NotifyText = "放票时发短信通知我；号码仅用于本场候补，演出结束后删除。"

// Text is a message as it is sent. It is made at the moment of sending and kept
// nowhere.
type Text struct {
	Phone string
	Body  string
}

// numberOf opens the number that a message goes to, "" once it is erased.
func (s *Service) numberOf(ctx context.Context, tx db.Tx, m Message) (string, error) {
	sealed, field, err := messageNumber(ctx, tx, m)
	if err != nil || len(sealed) == 0 {
		return "", err
	}
	return s.Vault.Open(tx.Scope.Tenant, m.Ref, field, sealed)
}

// TextOf makes a message's text, or says why it is not sent any more: late,
// erased, or nothing when what it tells of is over.
func (s *Service) TextOf(ctx context.Context, tx db.Tx, m Message) (t Text, why string, err error) {
	if !tx.Now.Before(m.Until) {
		return t, "late", nil
	}
	if t.Phone, err = s.numberOf(ctx, tx, m); err != nil {
		return t, "", err
	}
	if t.Phone == "" {
		return t, "erased", nil
	}
	se, err := show.SessionTx(ctx, tx, m.Session, false)
	if err != nil {
		return t, "", err
	}
	title, err := titleOf(ctx, tx, se)
	if err != nil {
		return t, "", err
	}
	live, n, err := messageStands(ctx, tx, m)
	if err != nil || !live {
		return t, "nothing", err
	}
	starts, until := shortTime(se.StartsAt), shortTime(m.Until)
	if m.Purpose == MessageOffer {
		t.Body = fmt.Sprintf("您候补的《%s》%s 场已有 %d 张票为您保留，请在 %s 前付款，逾期自动放弃：%s/shop/sessions/%s/waitlist", title, starts, n, until, s.Address, m.Session)
	} else {
		t.Body = fmt.Sprintf("您购买的《%s》%s 场还有 %d 张票未登记观演人，请在 %s 前登记：%s/shop/orders/%s", title, starts, n, until, s.Address, m.Ref)
	}
	return t, "", nil
}

func shortTime(t time.Time) string { return t.In(clock.Shanghai).Format("1月2日 15:04") }

// MessagesPage lists a tenant's messages, newest first, their numbers masked.
func (s *Service) MessagesPage(ctx context.Context, state string, r page.Request) (p page.Page[Message], err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = listMessages(ctx, tx, state, r); err != nil {
			return err
		}
		for i := range p.Items {
			number, err := s.numberOf(ctx, tx, p.Items[i])
			if err != nil {
				return err
			}
			if number != "" {
				p.Items[i].Phone = identity.MaskPhone(number)
			}
		}
		return nil
	})
	return p, err
}

// RetryMessage tries a parked message at once. Errors: sales.message_not_found,
// sales.message_over.
func (s *Service) RetryMessage(ctx context.Context, id ids.ID) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := getMessage(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.State == MessageWaiting {
			return nil
		}
		if m.State != MessageParked || !tx.Now.Before(m.Until) {
			return ErrMessageOver
		}
		return retryMessage(ctx, tx, id)
	})
}
