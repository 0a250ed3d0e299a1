package reporting

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"parterre/modules/core/db"
)

// Requeue sends a parked delivery again, as a new delivery at the end of its
// channel so that numbers keep their order, and returns its number. A platform
// that has the record already takes it for a duplicate.
// Errors: ErrDelivery, ErrNotParked, ErrReason.
func (s *Service) Requeue(ctx context.Context, channel string, seq int64, reason string) (int64, error) {
	var next int64
	err := s.decide(ctx, channel, seq, reason, func(ctx context.Context, tx db.Tx, reason string) error {
		err := tx.QueryRowContext(ctx, "update reporting.channel_state set next_seq = next_seq + 1, next_at = null where tenant_id = ? and channel = ? returning next_seq - 1",
			tx.Scope.Tenant, channel).Scan(&next)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into reporting.delivery (tenant_id, channel, seq, position, state, solo, updated_at)
select tenant_id, channel, ?, position, 'pending', true, ? from reporting.delivery where tenant_id = ? and channel = ? and seq = ?`,
			next, tx.Now, tx.Scope.Tenant, channel, seq)
		if err != nil {
			return err
		}
		return record(ctx, tx, channel, seq, "requeue", StateRequeued, reason, &next)
	})
	return next, err
}

// Drop decides that a parked delivery is not sent. The fact stays.
// Errors: ErrDelivery, ErrNotParked, ErrReason.
func (s *Service) Drop(ctx context.Context, channel string, seq int64, reason string) error {
	return s.decide(ctx, channel, seq, reason, func(ctx context.Context, tx db.Tx, reason string) error {
		return record(ctx, tx, channel, seq, "drop", StateDropped, reason, nil)
	})
}

// decide locks the delivery, then the channel as Sequence and Take do.
func (s *Service) decide(ctx context.Context, channel string, seq int64, reason string, fn func(context.Context, db.Tx, string) error) error {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > 500 || !utf8.ValidString(reason) {
		return ErrReason.At("reason")
	}
	return s.db.InTx(db.WithReason(ctx, reason), func(ctx context.Context, tx db.Tx) error {
		var state string
		err := tx.QueryRowContext(ctx, "select state from reporting.delivery where tenant_id = ? and channel = ? and seq = ? for update", tx.Scope.Tenant, channel, seq).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrDelivery
		}
		if err != nil {
			return err
		}
		if state != StateParked {
			return ErrNotParked
		}
		return fn(ctx, tx, reason)
	})
}

func record(ctx context.Context, tx db.Tx, channel string, seq int64, action, state, reason string, next *int64) error {
	_, err := tx.ExecContext(ctx, "update reporting.delivery set state = ?, updated_at = ? where tenant_id = ? and channel = ? and seq = ?",
		state, tx.Now, tx.Scope.Tenant, channel, seq)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "insert into reporting.decision (tenant_id, channel, seq, action, reason, actor, new_seq, at) values (?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, channel, seq, action, reason, tx.Scope.Actor.String(), next, tx.Now)
	return err
}
