package httpx

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
)

// Permission is a right that an operation needs: a dotted name such as
// "show.manage" that a role grants, or one of the two below.
type Permission string

// Public needs nothing; SignedIn needs any principal that proved itself.
const (
	Public   Permission = "public"
	SignedIn Permission = "signed-in"
)

// Principal is who sends a request.
type Principal struct {
	Tenant int32
	Actor  db.Actor
	Roles  []string              // for pages, not for decisions
	Can    func(Permission) bool // nil: nothing but Public
	Signed bool                  // proved itself by a session, device key or API key
	Cookie bool                  // proved itself by a cookie: unsafe methods need the CSRF header
	Extra  map[string]string     // what the authenticator wants handlers to know, e.g. the device's gate
	Since  time.Time             // when it signed in
}

// Request is what an Authenticator may look at.
type Request struct {
	Host          string
	Authorization string
	Cookie        func(name string) string
	IP            string
	Needs         Permission // what the operation asks for
	TenantSlug    string     // from the X-Parterre-Tenant header, for tests and installations without own host names
}

// Authenticator finds out who sends a request. It returns a Principal with
// Signed false for an unknown visitor and an errs.Unsigned error for a
// credential that is wrong or has ended.
type Authenticator interface {
	Authenticate(ctx context.Context, r Request) (Principal, error)
}

// Errors of the door. A caller that lacks a permission learns that it does;
// one that names a thing of another tenant gets NotFound, as for no thing.
var (
	ErrUnsigned = errs.New(errs.Unsigned, "access.sign_in", "请先登录。", "Please sign in.")
	ErrDenied   = errs.New(errs.Forbidden, "access.denied", "您没有此项权限（{permission}），请联系管理员。", "You lack the permission {permission}; ask your administrator.")
	ErrCSRF     = errs.New(errs.Forbidden, "access.csrf", "请求缺少 X-Parterre 头，已拒绝。", "The request lacks the X-Parterre header.")
)

func (p *Principal) allows(need Permission) error {
	switch {
	case need == Public:
		return nil
	case !p.Signed:
		return ErrUnsigned
	case need == SignedIn, p.Can != nil && p.Can(need):
		return nil
	}
	return ErrDenied.With("permission", need)
}

func safeMethod(m string) bool { return m == "GET" || m == "HEAD" || m == "OPTIONS" }
