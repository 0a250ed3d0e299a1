package access

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

// NewAccount is what makes an account. The password is the first one; unless
// Keep is set its owner must change it at the first sign-in.
type NewAccount struct {
	Login    string
	Name     string
	Password string
	Roles    []Role
	Keep     bool
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > 100 || strings.TrimSpace(name) != name {
		return ErrName
	}
	return nil
}

// CreateAccount adds a member of staff to ctx's tenant.
//
// Errors: ErrLogin, ErrName, ErrPassword, ErrRolesApart, ErrLoginTaken.
func (s *Service) CreateAccount(ctx context.Context, n NewAccount) (Account, error) {
	if !loginForm.MatchString(n.Login) {
		return Account{}, ErrLogin
	}
	if err := checkName(n.Name); err != nil {
		return Account{}, err
	}
	roles := tidy(n.Roles)
	if err := CheckRoles(roles); err != nil {
		return Account{}, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return Account{}, err
	}
	if err := CheckPassword(policy, n.Password, n.Login); err != nil {
		return Account{}, err
	}
	phc, err := s.hasher.hash(n.Password)
	if err != nil {
		return Account{}, err
	}
	a := Account{ID: ids.New(), Login: n.Login, Name: n.Name, Roles: roles, MustChange: !n.Keep}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		a.CreatedAt = tx.Now
		if err := insertAccount(ctx, tx, a, phc); err != nil {
			return err
		}
		return addRoles(ctx, tx, a.ID, roles)
	})
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

// tidy sorts roles and removes repetitions.
func tidy(roles []Role) []Role {
	out := append([]Role{}, roles...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Account returns one member of staff, or ErrNoUser.
func (s *Service) Account(ctx context.Context, id ids.ID) (a Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		a, err = loadAccount(ctx, tx, id)
		return err
	})
	return a, err
}

// Accounts lists the tenant's staff by login.
func (s *Service) Accounts(ctx context.Context, r page.Request) (p page.Page[Account], err error) {
	var after string
	if _, err := r.After(&after); err != nil {
		return p, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := listAccounts(ctx, tx, after, r.Limit())
		p = page.Of(r, rows, func(a Account) any { return a.Login })
		return err
	})
	return p, err
}

// AccountUpdate names what changes; nil leaves alone.
type AccountUpdate struct {
	Name     *string
	Disabled *bool
	Password *string // a first password, to be changed at the next sign-in
}

// UpdateAccount changes an account. To disable it, or to give it a new
// password, ends its sessions at once.
//
// Errors: ErrNoUser, ErrName, ErrPassword, ErrOwnRights (one's own account may
// be renamed only), ErrLastAdmin.
func (s *Service) UpdateAccount(ctx context.Context, id ids.ID, u AccountUpdate) (Account, error) {
	if u.Name != nil {
		if err := checkName(*u.Name); err != nil {
			return Account{}, err
		}
	}
	var phc string
	if u.Password != nil {
		policy, err := s.Policy(ctx)
		if err != nil {
			return Account{}, err
		}
		a, err := s.Account(ctx, id)
		if err != nil {
			return Account{}, err
		}
		if err := CheckPassword(policy, *u.Password, a.Login); err != nil {
			return Account{}, err
		}
		if phc, err = s.hasher.hash(*u.Password); err != nil {
			return Account{}, err
		}
	}
	var out Account
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := lockAdmins(ctx, tx); err != nil {
			return err
		}
		a, _, err := lockAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		if tx.Scope.Actor == a.actor() && (u.Disabled != nil || u.Password != nil) {
			return ErrOwnRights
		}
		if err := applyUpdate(ctx, tx, a, u, phc); err != nil {
			return err
		}
		if err := keepOneAdmin(ctx, tx, a); err != nil {
			return err
		}
		out, err = loadAccount(ctx, tx, id)
		return err
	})
	return out, err
}

func applyUpdate(ctx context.Context, tx db.Tx, a Account, u AccountUpdate, phc string) error {
	if u.Name != nil {
		if err := setName(ctx, tx, a.ID, *u.Name); err != nil {
			return err
		}
	}
	if u.Password != nil {
		if err := setPassword(ctx, tx, a.ID, phc, true); err != nil {
			return err
		}
		if err := endAll(ctx, tx, a.ID, "password"); err != nil {
			return err
		}
		if err := forgive(ctx, tx, subjectOf("login", a.Login)); err != nil {
			return err
		}
	}
	if u.Disabled == nil {
		return nil
	}
	if err := setDisabled(ctx, tx, a.ID, *u.Disabled); err != nil {
		return err
	}
	if *u.Disabled {
		return endAll(ctx, tx, a.ID, "disabled")
	}
	return nil
}

// SetRoles gives an account exactly these roles. They count from the next
// request on, in sessions that run as well.
//
// Errors: ErrNoUser, ErrRolesApart, ErrOwnRights, ErrLastAdmin.
func (s *Service) SetRoles(ctx context.Context, id ids.ID, roles []Role) (Account, error) {
	roles = tidy(roles)
	if err := CheckRoles(roles); err != nil {
		return Account{}, err
	}
	var out Account
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := lockAdmins(ctx, tx); err != nil {
			return err
		}
		a, _, err := lockAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		if tx.Scope.Actor == a.actor() {
			return ErrOwnRights
		}
		if err := dropRolesBut(ctx, tx, id, roles); err != nil {
			return err
		}
		if err := addRoles(ctx, tx, id, roles); err != nil {
			return err
		}
		if err := keepOneAdmin(ctx, tx, a); err != nil {
			return err
		}
		out, err = loadAccount(ctx, tx, id)
		return err
	})
	return out, err
}

// keepOneAdmin refuses a change that took the last administrator's rights.
func keepOneAdmin(ctx context.Context, tx db.Tx, before Account) error {
	if before.Disabled || !slices.Contains(before.Roles, PlatformAdmin) {
		return nil
	}
	n, err := countAdmins(ctx, tx)
	if err == nil && n == 0 {
		return ErrLastAdmin
	}
	return err
}
