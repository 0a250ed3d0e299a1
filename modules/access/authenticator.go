package access

import (
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// Names of the cookies. The __Host- prefix binds them to one host, over TLS.
const (
	SessionCookie = "__Host-parterre"
	BuyerCookie   = "__Host-parterre-buyer"
)

// Keys of httpx.Principal.Extra.
const (
	ExtraIP     = "ip"     // the sender's address
	ExtraVenue  = "venue"  // a device's venue
	ExtraGate   = "gate"   // a device's gate
	ExtraDevice = "device" // a device's kind
)

var _ httpx.Authenticator = (*Service)(nil)

// Authenticate finds out who sends a request: by the Authorization header if
// there is one, else by a cookie. What the shop needs (permissions "shop.*")
// is asked of the buyer's cookie alone, so a member of staff can shop in the
// same browser. For a credential that is not good it returns a visitor and
// ErrEnded or ErrCredential; public operations go on with the visitor.
func (s *Service) Authenticate(ctx context.Context, r httpx.Request) (httpx.Principal, error) {
	here, err := s.here(ctx, r)
	if err != nil {
		return httpx.Principal{}, err
	}
	shop := strings.HasPrefix(string(r.Needs), "shop.")
	session, buyer := r.Cookie(SessionCookie), r.Cookie(BuyerCookie)
	var p httpx.Principal
	switch {
	case r.Authorization != "":
		p, err = s.bearer(ctx, r)
	case session != "" && !shop:
		if p, err = s.session(ctx, session); err != nil && buyer != "" && r.Needs == httpx.Public {
			p, err = s.buyer(buyer)
		}
	case buyer != "":
		p, err = s.buyer(buyer)
	default:
		return visitor(here, r), nil
	}
	if err == nil && r.TenantSlug != "" && p.Tenant != here {
		err = ErrCredential // good elsewhere, not for the tenant that the caller names
	}
	if err != nil {
		return visitor(here, r), err
	}
	if p.Extra == nil {
		p.Extra = map[string]string{}
	}
	p.Extra[ExtraIP] = r.IP
	return p, nil
}

// here is the tenant that a request's address or header names, 0 if none.
func (s *Service) here(ctx context.Context, r httpx.Request) (int32, error) {
	host := r.Host
	if strings.IndexByte(host, ':') >= 0 {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	tenant, err := s.tenantOf(ctx, r.TenantSlug, strings.ToLower(host))
	if err != nil {
		return 0, err
	}
	if tenant == 0 && r.TenantSlug != "" {
		return 0, ErrNoTenant
	}
	return tenant, nil
}

func visitor(tenant int32, r httpx.Request) httpx.Principal {
	return httpx.Principal{Tenant: tenant, Actor: db.Actor{Kind: ActorVisitor, Name: "anonymous"}, Extra: map[string]string{ExtraIP: r.IP}}
}

func (s *Service) bearer(ctx context.Context, r httpx.Request) (httpx.Principal, error) {
	token, ok := strings.CutPrefix(r.Authorization, "Bearer ")
	kind, tenant, parsed := parseToken(token)
	if !ok || !parsed {
		return httpx.Principal{}, ErrCredential
	}
	switch kind {
	case DeviceToken:
		return s.device(ctx, tenant, token)
	case KeyToken:
		return s.key(ctx, tenant, token)
	}
	return httpx.Principal{}, ErrCredential
}

func (s *Service) session(ctx context.Context, token string) (httpx.Principal, error) {
	kind, tenant, ok := parseToken(token)
	if !ok || kind != SessionToken {
		return httpx.Principal{}, ErrEnded
	}
	ctx = db.System(ctx, tenant, "access")
	var r running
	var now time.Time
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		now = tx.Now
		r, err = findSession(ctx, tx, hashOf(token))
		return err
	})
	if err != nil {
		return httpx.Principal{}, err
	}
	if !now.Before(r.ends) || !now.Before(r.seen.Add(r.idle)) {
		return httpx.Principal{}, ErrEnded
	}
	if err := s.seen(ctx, r.id, now, r.seen, min(seenEvery, r.idle/10)); err != nil {
		return httpx.Principal{}, err
	}
	roles := make([]string, len(r.account.Roles))
	for i, x := range r.account.Roles {
		roles[i] = string(x)
	}
	can := func(p httpx.Permission) bool {
		return !r.account.MustChange && slices.ContainsFunc(r.account.Roles, func(x Role) bool { return RoleCan(x, p) })
	}
	return httpx.Principal{Tenant: tenant, Actor: r.account.actor(), Roles: roles, Can: can, Signed: true, Cookie: true, Since: r.started}, nil
}

func (s *Service) device(ctx context.Context, tenant int32, token string) (httpx.Principal, error) {
	ctx = db.System(ctx, tenant, "access")
	var d Device
	var now time.Time
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		now = tx.Now
		d, err = findDevice(ctx, tx, hashOf(token))
		return err
	})
	if err != nil {
		return httpx.Principal{}, err
	}
	if err := s.seen(ctx, d.ID, now, value(d.SeenAt), seenEvery); err != nil {
		return httpx.Principal{}, err
	}
	return httpx.Principal{
		Tenant: tenant, Actor: db.Actor{Kind: db.ActorDevice, ID: d.ID, Name: d.Name}, Signed: true, Since: d.PairedAt,
		Can:   func(p httpx.Permission) bool { return DeviceCan(d.Kind, p) },
		Extra: map[string]string{ExtraDevice: string(d.Kind), ExtraVenue: d.Venue.String(), ExtraGate: d.Gate.String()},
	}, nil
}

func (s *Service) key(ctx context.Context, tenant int32, token string) (httpx.Principal, error) {
	ctx = db.System(ctx, tenant, "access")
	var k Key
	var now time.Time
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		now = tx.Now
		k, err = findKey(ctx, tx, hashOf(token))
		return err
	})
	if err != nil {
		return httpx.Principal{}, err
	}
	if err := s.seen(ctx, k.ID, now, value(k.SeenAt), seenEvery); err != nil {
		return httpx.Principal{}, err
	}
	return httpx.Principal{
		Tenant: tenant, Actor: db.Actor{Kind: db.ActorKey, ID: k.ID, Name: k.Name}, Signed: true, Since: k.MadeAt,
		Can: func(p httpx.Permission) bool { return KeyMay(p) && slices.Contains(k.Permissions, p) },
	}, nil
}

func (s *Service) buyer(token string) (httpx.Principal, error) {
	tenant, id, ok := parseBuyer(s.buyers, token, s.db.Clock().Now())
	if !ok {
		return httpx.Principal{}, ErrEnded
	}
	return BuyerPrincipal(tenant, id), nil
}

// BuyerPrincipal is a visitor of the shop with a cookie of its own.
func BuyerPrincipal(tenant int32, id ids.ID) httpx.Principal {
	return httpx.Principal{Tenant: tenant, Actor: db.Actor{Kind: db.ActorBuyer, ID: id}, Can: BuyerCan, Signed: true, Cookie: true}
}

// seenEvery is how exactly "last seen" is kept.
const seenEvery = time.Minute

func (s *Service) seen(ctx context.Context, id ids.ID, now, last time.Time, every time.Duration) error {
	if now.Sub(last) < every {
		return nil
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return markSeen(ctx, tx, id) })
}

func value(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// Me is who the caller is, for pages.
type Me struct {
	Kind        string             `json:"kind" enum:"user,device,apikey,buyer"`
	ID          ids.ID             `json:"id"`
	Name        string             `json:"name"`
	Login       string             `json:"login,omitempty"`
	Roles       []string           `json:"roles"`
	Permissions []httpx.Permission `json:"permissions"`
	MustChange  bool               `json:"mustChangePassword"`
	Tenant      string             `json:"tenant" doc:"The tenant's short name"`
	TenantName  string             `json:"tenantName"`
	Since       time.Time          `json:"since"`
}

// Me describes the principal of ctx.
func (s *Service) Me(ctx context.Context, p httpx.Principal) (m Me, err error) {
	m = Me{Kind: p.Actor.Kind, ID: p.Actor.ID, Name: p.Actor.Name, Roles: p.Roles, Since: p.Since, Permissions: []httpx.Permission{}}
	if m.Roles == nil {
		m.Roles = []string{}
	}
	for _, g := range Grants {
		if p.Can != nil && p.Can(g.Permission) {
			m.Permissions = append(m.Permissions, g.Permission)
		}
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if m.Tenant, m.TenantName, err = tenantName(ctx, tx); err != nil || p.Actor.Kind != db.ActorUser {
			return err
		}
		a, err := loadAccount(ctx, tx, p.Actor.ID)
		m.Name, m.Login, m.MustChange = a.Name, a.Login, a.MustChange
		return err
	})
	return m, err
}
