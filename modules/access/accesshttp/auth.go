package accesshttp

import (
	"context"
	"net/http"
	"time"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
)

func (h handlers) auth(api *httpx.API) {
	httpx.Register(api, httpx.Op{
		ID: "auth.signIn", Method: "POST", Path: "/api/v1/auth/sign-in", Tag: tag, Summary: "Sign in as staff",
		Detail: "Sets the session cookie. 401 access.wrong_password for a wrong login or password alike; 429 access.locked with params.seconds to wait.",
		Needs:  httpx.Public, Mode: httpx.ByHandler, Errors: []int{401, 403, 429},
	}, h.signIn)
	httpx.Register(api, httpx.Op{
		ID: "auth.signOut", Method: "POST", Path: "/api/v1/auth/sign-out", Tag: tag, Summary: "End the session",
		Detail: "The session's cookie is worthless from then on. Harmless without a session.", Needs: httpx.Public, Mode: httpx.ByHandler, Status: 204,
	}, h.signOut)
	httpx.Register(api, httpx.Op{
		ID: "auth.me", Method: "GET", Path: "/api/v1/auth/me", Tag: tag, Summary: "Who I am and what I may do",
		Needs: httpx.SignedIn,
	}, h.me)
	httpx.Register(api, httpx.Op{
		ID: "auth.changePassword", Method: "POST", Path: "/api/v1/auth/password", Tag: tag, Summary: "Change my password",
		Detail: "Ends all my other sessions and renews this one.", Needs: httpx.SignedIn, Mode: httpx.ByHandler, Errors: []int{429},
	}, h.password)
	h.pins(api)
	httpx.Register(api, httpx.Op{
		ID: "auth.guest", Method: "POST", Path: "/api/v1/auth/guest", Tag: tag, Summary: "Become a buyer in the shop",
		Detail: "Sets the buyer's cookie unless there is a good one; orders belong to it.", Needs: httpx.Public, Mode: httpx.ByHandler, Errors: []int{403, 404},
	}, h.guest)
}

// CSRF is asked for even where no cookie is sent yet, so that no other site
// can sign a browser in to an account of its choice.
type CSRF struct {
	Header string `header:"X-Parterre" doc:"Any value; shows that a page of ours sends the request"`
}

func (c CSRF) check() error {
	if c.Header == "" {
		return httpx.ErrCSRF
	}
	return nil
}

type signInInput struct {
	CSRF
	Session string `cookie:"__Host-parterre"`
	Body    struct {
		Login    string `json:"login" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"128"`
	}
}

type meOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      access.Me
}

func (h handlers) signIn(ctx context.Context, in *signInInput) (*meOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return nil, access.ErrNoTenant
	}
	// Whoever is signed in or shopping, this request acts as a visitor until the password is proved.
	p := httpx.PrincipalOf(ctx)
	scope.Actor = db.Actor{Kind: access.ActorVisitor, Name: "anonymous"}
	session, err := h.s.SignIn(db.WithScope(ctx, scope), in.Body.Login, in.Body.Password, in.Session, p.Extra[access.ExtraIP])
	if err != nil {
		return nil, err
	}
	return h.begun(ctx, p.Tenant, session)
}

// begun answers a fresh session with its cookie.
func (h handlers) begun(ctx context.Context, tenant int32, session access.Session) (*meOutput, error) {
	p, err := h.s.Authenticate(ctx, httpx.Request{Cookie: func(name string) string {
		if name == access.SessionCookie {
			return session.Token
		}
		return ""
	}, Needs: httpx.SignedIn})
	if err != nil {
		return nil, err
	}
	if p.Tenant != tenant {
		return nil, access.ErrCredential
	}
	me, err := h.s.Me(db.WithScope(ctx, db.Scope{Tenant: p.Tenant, Actor: p.Actor, RequestID: httpx.RequestID(ctx)}), p)
	if err != nil {
		return nil, err
	}
	return &meOutput{SetCookie: cookie(access.SessionCookie, session.Token, 0), Body: me}, nil
}

// cookie makes a Set-Cookie text; life 0 keeps it until the browser closes,
// negative deletes it.
func cookie(name, value string, life time.Duration) string {
	c := http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	switch {
	case life < 0:
		c.MaxAge = -1
	case life > 0:
		c.MaxAge = int(life / time.Second)
	}
	return c.String()
}

type signOutInput struct {
	CSRF
	Session string `cookie:"__Host-parterre"`
}

type cookieOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

func (h handlers) signOut(ctx context.Context, in *signOutInput) (*cookieOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if p := httpx.PrincipalOf(ctx); p.Actor.Kind == db.ActorUser {
		if err := h.s.SignOut(ctx, in.Session); err != nil {
			return nil, err
		}
	}
	return &cookieOutput{cookie(access.SessionCookie, "", -1)}, nil
}

func (h handlers) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	me, err := h.s.Me(ctx, httpx.PrincipalOf(ctx))
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: me}, nil
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" minLength:"1" maxLength:"128"`
		New string `json:"new" minLength:"1" maxLength:"128"`
	}
}

func (h handlers) password(ctx context.Context, in *passwordInput) (*meOutput, error) {
	session, err := h.s.ChangePassword(ctx, in.Body.Old, in.Body.New)
	if err != nil {
		return nil, asField(err, "password", "new")
	}
	return h.begun(ctx, httpx.PrincipalOf(ctx).Tenant, session)
}

// asField renames the field of an error to what the wire calls it.
func asField(err error, from, to string) error {
	e, ok := errs.Of(err)
	if !ok || len(e.Fields) != 1 || e.Fields[0].Path != from {
		return err
	}
	e = e.At(to)
	e.Fields = e.Fields[1:]
	return e
}

type guestInput struct {
	CSRF
	Buyer string `cookie:"__Host-parterre-buyer"`
}

type guestOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Fresh bool `json:"fresh" doc:"Whether a cookie was made"`
	}
}

func (h handlers) guest(ctx context.Context, in *guestInput) (*guestOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return nil, access.ErrNoTenant
	}
	out := &guestOutput{}
	if h.s.GoodBuyer(in.Buyer, scope.Tenant) {
		return out, nil
	}
	if err := h.api.AllowGuest(ctx); err != nil {
		return nil, err
	}
	out.Body.Fresh = true
	out.SetCookie = cookie(access.BuyerCookie, h.s.NewBuyer(scope.Tenant), access.BuyerLife)
	return out, nil
}
