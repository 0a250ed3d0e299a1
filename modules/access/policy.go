package access

import (
	"context"
	"time"

	"parterre/modules/core/db"
)

// Policy is a tenant's rules for its staff.
type Policy struct {
	PasswordMin     int `json:"passwordMin" minimum:"8" maximum:"64" doc:"Fewest characters of a password"`
	PasswordClasses int `json:"passwordClasses" minimum:"1" maximum:"4" doc:"Fewest of: capitals, small letters, digits, signs"`
	PasswordDays    int `json:"passwordDays" minimum:"0" maximum:"3650" doc:"Days until a password must be changed; 0 never (SEC-MLPS-ID-a asks for it, SEC-ASVS-6.2.10 advises against)"`
	LockAfter       int `json:"lockAfter" minimum:"3" maximum:"20" doc:"Failed tries until the first pause"`
	LockSeconds     int `json:"lockSeconds" minimum:"1" maximum:"3600" doc:"The first pause; it doubles with each further failure"`
	LockMaxSeconds  int `json:"lockMaxSeconds" minimum:"1" maximum:"86400" doc:"The longest pause"`
	IdleMinutes     int `json:"idleMinutes" minimum:"1" maximum:"1440" doc:"Minutes without a request that end a session"`
	SessionMinutes  int `json:"sessionMinutes" minimum:"1" maximum:"10080" doc:"Minutes after which a session ends in any case"`
}

// DefaultPolicy holds for a tenant that has set none.
var DefaultPolicy = Policy{PasswordMin: 10, PasswordClasses: 2, LockAfter: 5, LockSeconds: 30, LockMaxSeconds: 900, IdleMinutes: 60, SessionMinutes: 12 * 60}

func (p Policy) check() error {
	in := func(v, low, high int) bool { return v >= low && v <= high }
	if !in(p.PasswordMin, 8, 64) || !in(p.PasswordClasses, 1, 4) || !in(p.PasswordDays, 0, 3650) || !in(p.LockAfter, 3, 20) ||
		!in(p.LockSeconds, 1, 3600) || !in(p.LockMaxSeconds, p.LockSeconds, 86400) || !in(p.IdleMinutes, 1, 1440) || !in(p.SessionMinutes, p.IdleMinutes, 10080) {
		return ErrPolicy
	}
	return nil
}

// lock returns how long to wait after that many failures.
func (p Policy) lock(failures int) time.Duration {
	if failures < p.LockAfter {
		return 0
	}
	limit := time.Duration(p.LockMaxSeconds) * time.Second
	d := time.Duration(p.LockSeconds) * time.Second
	for range min(failures-p.LockAfter, 20) {
		d = min(2*d, limit)
	}
	return min(d, limit)
}

// anywhere is the rule for failures from all addresses together.
func (p Policy) anywhere() Policy {
	p.LockAfter *= 20
	return p
}

// Policy returns the tenant's rules.
func (s *Service) Policy(ctx context.Context) (p Policy, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = loadPolicy(ctx, tx)
		return err
	})
	return p, err
}

// SetPolicy changes the tenant's rules. Sessions that run keep the ends that
// they began with.
func (s *Service) SetPolicy(ctx context.Context, p Policy) error {
	if err := p.check(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return savePolicy(ctx, tx, p) })
}
