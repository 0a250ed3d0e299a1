package sim

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// How a payer's code (付款码) goes, by its last two digits; any other is paid at once.
const (
	asks    = "99" // asks for the password, which is typed at the cashier page, if at all
	silent  = "98" // is paid, but the answer gets lost
	refuses = "97" // has not enough money
	types   = "96" // asks for the password, and has it when it is asked for the second time
)

// typingFor is how often a code of types is asked for until the password is there.
const typingFor = 2

// takeAs says how the code of a trade goes. One that is not waiting any more is
// answered as it stands.
func (s *Server) takeAs(t trade, code string) string {
	if t.state() != "waiting" || len(code) < 2 {
		return ""
	}
	switch end := code[len(code)-2:]; end {
	case asks, silent, refuses:
		return end
	case types:
		return asks
	}
	return ""
}

// begin notes that the payer of a trade begins to type.
func (s *Server) begin(ctx context.Context, t trade, code string) error {
	if t.state() != "waiting" || len(code) < 2 || code[len(code)-2:] != types {
		return nil
	}
	_, err := s.Pool.Exec(ctx, "update payment_sandbox.trade set typing = $4 where kind = $1 and app = $2 and number = $3 and state = 'waiting' and typing = 0", t.Kind, t.App, t.Number, typingFor)
	return err
}

// typed is a question about a trade: the payer who types has come a step nearer.
func (s *Server) typed(ctx context.Context, kind, app, number string) error {
	var left int
	err := s.Pool.QueryRow(ctx, "update payment_sandbox.trade set typing = typing - 1 where kind = $1 and app = $2 and number = $3 and typing > 0 returning typing", kind, app, number).Scan(&left)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil && left == 0 {
		_, err = s.Pay(ctx, kind, app, number, Missing)
	}
	return err
}

// reverse ends a trade whatever became of it: what was paid goes back, and the
// bill shows both. ok is false when there is none.
func (s *Server) reverse(ctx context.Context, kind, app, number string) (ok bool, err error) {
	tag, err := s.Pool.Exec(ctx, "update payment_sandbox.trade set state = 'closed', typing = 0, reversed = true, was_paid = coalesce(was_paid, paid_at), reversed_at = coalesce(reversed_at, case when paid_at is not null then $4::timestamptz end), paid_at = null where kind = $1 and app = $2 and number = $3", kind, app, number, s.Clock.Now())
	return err == nil && tag.RowsAffected() > 0, err
}
