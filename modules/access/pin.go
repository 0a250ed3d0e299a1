package access

import (
	"context"
	"errors"
	"regexp"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// ErrPIN is the error of a PIN that is no good.
var ErrPIN = errs.New(errs.Invalid, "access.pin", "PIN 应为 6 位数字，不能是连续、重复的数字或日期年份（19、20 开头）。", "A PIN is six digits, no run or repetition, and no year (beginning with 19 or 20).").At("pin").By("SEC-MLPS-ID-a")

var pinForm = regexp.MustCompile(`^[0-9]{6}$`)

// CheckPIN refuses PINs that are guessed first: those of two digits or fewer,
// runs (123456, 864209), halves that repeat, and dates.
func CheckPIN(pin string) error {
	if !pinForm.MatchString(pin) || pin[:3] == pin[3:] || pin[:2] == "19" || pin[:2] == "20" {
		return ErrPIN
	}
	digits, step := map[byte]bool{}, map[byte]bool{}
	for i := range len(pin) {
		digits[pin[i]] = true
		if i > 0 {
			step[(pin[i]-pin[i-1]+10)%10] = true
		}
	}
	if len(digits) < 3 || len(step) == 1 {
		return ErrPIN
	}
	return nil
}

// SetPIN sets the actor's own PIN (签署 PIN), by which it signs on a colleague's
// screen instead of typing its password there; "" takes it away. The password
// proves who asks. Errors: ErrOldPassword, ErrLocked, ErrPIN.
func (s *Service) SetPIN(ctx context.Context, password, pin string) error {
	id, err := userScope(ctx)
	if err != nil {
		return err
	}
	if pin != "" {
		if err := CheckPIN(pin); err != nil {
			return err
		}
	}
	subject := subjectOf("password", id.String())
	var stored secret
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		policy, err := loadPolicy(ctx, tx)
		if err != nil {
			return err
		}
		if _, stored, err = lockAccount(ctx, tx, id); err != nil {
			return err
		}
		return charge(ctx, tx, subject, policy)
	})
	if err != nil {
		return err
	}
	if good, err := s.hasher.verify(password, stored.password); err != nil || !good {
		return errors.Join(err, refusedUnless(err))
	}
	phc := ""
	if pin != "" {
		if phc, err = s.hasher.hash(pin); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := forgive(ctx, tx, subject); err != nil {
			return err
		}
		return putPIN(ctx, tx, id, phc)
	})
}

// refusedUnless is the refusal of a password that was compared.
func refusedUnless(failed error) error {
	if failed != nil {
		return nil
	}
	return ErrOldPassword
}

// PINSet tells when the actor set its PIN; zero: it has none.
func (s *Service) PINSet(ctx context.Context) (at time.Time, err error) {
	id, err := userScope(ctx)
	if err != nil {
		return at, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		_, at, err = getPIN(ctx, tx, id)
		return err
	})
	return at, err
}

// pinOf is the hash of an account's PIN, "" for none.
func (s *Service) pinOf(ctx context.Context, account ids.ID) (phc string, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		phc, _, err = getPIN(ctx, tx, account)
		return err
	})
	return phc, err
}
