package accesshttp

import (
	"context"
	"time"

	"parterre/modules/core/httpx"
)

// PINState says whether a PIN is set.
type PINState struct {
	Set bool       `json:"set"`
	At  *time.Time `json:"at,omitempty" doc:"When it was set"`
}

type (
	pinOutput struct{ Body PINState }
	pinInput  struct {
		Body struct {
			Password string `json:"password" minLength:"1" maxLength:"128" doc:"The caller's password"`
			PIN      string `json:"pin" maxLength:"6" doc:"Six digits; empty: take it away"`
		}
	}
)

func (h handlers) pins(api *httpx.API) {
	httpx.Register(api, httpx.Op{
		ID: "auth.pin", Method: "GET", Path: "/api/v1/auth/pin", Tag: tag, Summary: "Whether I have a PIN for signatures", Needs: httpx.SignedIn,
	}, func(ctx context.Context, _ *struct{}) (*pinOutput, error) { return h.pin(ctx) })
	httpx.Register(api, httpx.Op{
		ID: "auth.setPin", Method: "PUT", Path: "/api/v1/auth/pin", Tag: tag, Summary: "Set my PIN for signatures",
		Detail: "By it the caller signs shifts on a colleague's screen, where the password is asked for as well.", Needs: httpx.SignedIn, Mode: httpx.ByHandler, Errors: []int{429},
	}, func(ctx context.Context, in *pinInput) (*pinOutput, error) {
		if err := h.s.SetPIN(ctx, in.Body.Password, in.Body.PIN); err != nil {
			return nil, err
		}
		return h.pin(ctx)
	})
}

func (h handlers) pin(ctx context.Context) (*pinOutput, error) {
	at, err := h.s.PINSet(ctx)
	out := &pinOutput{PINState{Set: !at.IsZero()}}
	if out.Body.Set {
		out.Body.At = &at
	}
	return out, err
}
