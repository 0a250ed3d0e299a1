package access

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// Session is a fresh sign-in. Token goes into the cookie and nowhere else.
type Session struct {
	Token   string
	Account Account
	EndsAt  time.Time
}

// SignIn proves a member of staff of ctx's tenant and begins a session;
// previous, if it is a token of a session, ends that one (rotation).
//
// Errors: ErrSignIn (in the same words and time for an unknown login, a wrong
// password and a disabled account), ErrLocked with the seconds to wait, ErrBusy.
// from is the sender's address: failures lock the login for that address, and
// for all only after many more, so that a stranger cannot keep somebody out.
// A refusal is noted in the audit log, with the account if there is one and
// never with what was typed.
func (s *Service) SignIn(ctx context.Context, login, password, previous, from string) (Session, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if len(password) > maxPassword || len(login) > 64 {
		return Session{}, ErrSignIn
	}
	here, all := subjectOf("login", login+"\x00"+from), subjectOf("login", login)
	var account Account
	var stored secret
	var policy Policy
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if policy, err = loadPolicy(ctx, tx); err != nil {
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
		return Session{}, err
	}
	phc := stored.password
	if account.Disabled {
		phc = ""
	}
	good, err := s.hasher.verify(password, phc)
	if err != nil {
		return Session{}, err
	}
	if !good {
		if err := s.noteRefused(ctx, "access.sign_in_refused", account.ID); err != nil {
			return Session{}, err
		}
		return Session{}, ErrSignIn
	}
	scope, _ := db.ScopeOf(ctx)
	scope.Actor = account.actor()
	token, hash := NewToken(SessionToken, scope.Tenant)
	out := Session{Token: token}
	err = s.db.InTx(db.WithScope(ctx, scope), func(ctx context.Context, tx db.Tx) error {
		for _, subject := range [][]byte{here, all} {
			if err := forgive(ctx, tx, subject); err != nil {
				return err
			}
		}
		if err := endByToken(ctx, tx, previous, "replaced"); err != nil {
			return err
		}
		if out.Account, err = proven(ctx, tx, account.ID, stored, policy); err != nil {
			return err
		}
		out.EndsAt = tx.Now.Add(time.Duration(policy.SessionMinutes) * time.Minute)
		return insertSession(ctx, tx, ids.New(), account.ID, hash, out.EndsAt, policy.IdleMinutes*60)
	})
	if err != nil {
		return Session{}, err
	}
	return out, nil
}

// proven reads an account again under a lock, for it may have changed while
// the password was hashed, and asks for a new password when it is too old.
func proven(ctx context.Context, tx db.Tx, id ids.ID, stored secret, policy Policy) (Account, error) {
	now, fresh, err := lockAccount(ctx, tx, id)
	if err != nil {
		return Account{}, err
	}
	if now.Disabled || fresh.password != stored.password {
		return Account{}, ErrSignIn
	}
	if policy.PasswordDays > 0 && !now.MustChange && !tx.Now.Before(fresh.passwordAt.AddDate(0, 0, policy.PasswordDays)) {
		if err := setMustChange(ctx, tx, id); err != nil {
			return Account{}, err
		}
		now.MustChange = true
	}
	return now, nil
}

func (s *Service) noteRefused(ctx context.Context, action string, account ids.ID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		key := map[string]any{}
		if !account.IsZero() {
			key["id"] = account
		}
		return audit.Record(ctx, tx, audit.Event{Action: action, Target: "access.account", Key: key})
	})
}

// SignOut ends the session of a token; from then on it opens nothing.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return endByToken(ctx, tx, token, "sign-out") })
}

// subjectOf names what is tried, without holding it.
func subjectOf(kind, what string) []byte {
	h := sha256.Sum256([]byte(kind + "\x00" + what))
	return h[:]
}

// charge counts a try before it is made and refuses it while the subject is
// locked. Success takes the count back by forgive. The row's lock makes
// parallel tries queue here, so none escapes the count.
func charge(ctx context.Context, tx db.Tx, subject []byte, p Policy) error {
	failures, until, err := countAttempt(ctx, tx, subject)
	if err != nil {
		return err
	}
	if until.After(tx.Now) {
		wait := int(until.Sub(tx.Now)/time.Second) + 1
		return ErrLocked.With("seconds", wait)
	}
	if d := p.lock(failures); d > 0 {
		return lockAttempt(ctx, tx, subject, tx.Now.Add(d))
	}
	return nil
}

// ChangePassword sets the actor's own password, ends the actor's other
// sessions and begins a new one in place of the present.
//
// Errors: ErrOldPassword, ErrLocked, ErrPassword with the rule.
func (s *Service) ChangePassword(ctx context.Context, old, fresh string) (Session, error) {
	id, err := userScope(ctx)
	if err != nil {
		return Session{}, err
	}
	subject := subjectOf("password", id.String())
	var account Account
	var stored secret
	var policy Policy
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if policy, err = loadPolicy(ctx, tx); err != nil {
			return err
		}
		if account, stored, err = lockAccount(ctx, tx, id); err != nil {
			return err
		}
		return charge(ctx, tx, subject, policy)
	})
	if err != nil {
		return Session{}, err
	}
	if good, err := s.hasher.verify(old, stored.password); err != nil || !good {
		if err != nil {
			return Session{}, err
		}
		return Session{}, ErrOldPassword
	}
	if err := CheckPassword(policy, fresh, account.Login); err != nil {
		return Session{}, err
	}
	if old == fresh {
		return Session{}, ErrPassword.With("rule", "不能与原密码相同").With("rule_en", "it must differ from the present one").At("password").By("SEC-MLPS-ID-a")
	}
	phc, err := s.hasher.hash(fresh)
	if err != nil {
		return Session{}, err
	}
	scope, _ := db.ScopeOf(ctx)
	token, hash := NewToken(SessionToken, scope.Tenant)
	out := Session{Token: token}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := forgive(ctx, tx, subject); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, id, phc, false); err != nil {
			return err
		}
		if err := endAll(ctx, tx, id, "password"); err != nil {
			return err
		}
		account.MustChange = false
		out.Account, out.EndsAt = account, tx.Now.Add(time.Duration(policy.SessionMinutes)*time.Minute)
		return insertSession(ctx, tx, ids.New(), id, hash, out.EndsAt, policy.IdleMinutes*60)
	})
	if err != nil {
		return Session{}, err
	}
	return out, nil
}
