package access

import (
	"context"
	"strings"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
)

// Errors of a second person. They are no 401: the session at the screen is
// another one's, and goes on.
var (
	ErrVouch      = errs.New(errs.Forbidden, "access.vouch", "第二人的用户名、密码或 PIN 不正确。", "The second person's login, password or PIN is wrong.")
	ErrVouchOwn   = errs.New(errs.Forbidden, "access.vouch_own", "密码或 PIN 不正确。", "The password or PIN is wrong.")
	ErrVouchRight = errs.New(errs.Forbidden, "access.vouch_right", "这位同事没有签署所需的权限。", "This colleague may not sign this.").At("login")
)

// Vouch proves a second member of staff by login and password, or by login and
// PIN, on somebody else's screen, for one signature: no session begins. Six
// digits are a PIN: no password is that short. Failures count and lock as at a
// sign-in from the place "vouch". The account must have the
// permission. Without a login it is the actor of ctx who signs once more, such as
// by its PIN. Errors: ErrVouch, ErrVouchOwn, ErrVouchRight, ErrLocked, ErrBusy.
func (s *Service) Vouch(ctx context.Context, login, password string, needs httpx.Permission) (db.Actor, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	wrong := ErrVouch
	if login == "" {
		wrong = ErrVouchOwn
		var err error
		if login, err = s.ownLogin(ctx); err != nil {
			return db.Actor{}, err
		}
	}
	if len(password) > maxPassword || len(login) > 64 {
		return db.Actor{}, wrong
	}
	here, all := subjectOf("login", login+"\x00vouch"), subjectOf("login", login)
	var account Account
	var stored secret
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		policy, err := loadPolicy(ctx, tx)
		if err != nil {
			return err
		}
		if account, stored, err = findLogin(ctx, tx, login); err != nil {
			return err
		}
		if err := charge(ctx, tx, here, policy); err != nil {
			return err
		}
		return charge(ctx, tx, all, policy.anywhere())
	})
	if err != nil {
		return db.Actor{}, err
	}
	phc, how := stored.password, "password"
	if pinForm.MatchString(password) {
		how = "pin"
		if phc, err = s.pinOf(ctx, account.ID); err != nil {
			return db.Actor{}, err
		}
	}
	if account.Disabled || account.MustChange {
		phc = ""
	}
	good, err := s.hasher.verify(password, phc)
	if err != nil {
		return db.Actor{}, err
	}
	if !good {
		if err := s.noteRefused(ctx, "access.vouch_refused", account.ID); err != nil {
			return db.Actor{}, err
		}
		return db.Actor{}, wrong
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, subject := range [][]byte{here, all} {
			if err := forgive(ctx, tx, subject); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Event{Action: "access.vouched", Target: "access.account", Key: map[string]any{"id": account.ID, "by": how}})
	})
	if err != nil {
		return db.Actor{}, err
	}
	for _, r := range account.Roles {
		if RoleCan(r, needs) {
			return account.actor(), nil
		}
	}
	return db.Actor{}, ErrVouchRight
}

// ownLogin is the login of the actor of ctx. Errors: ErrVouch for anything but
// an account.
func (s *Service) ownLogin(ctx context.Context) (login string, err error) {
	id, err := userScope(ctx)
	if err != nil {
		return "", ErrVouch
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		a, err := loadAccount(ctx, tx, id)
		login = a.Login
		return err
	})
	return login, err
}
