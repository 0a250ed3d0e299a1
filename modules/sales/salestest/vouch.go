package salestest

import (
	"context"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
)

// Password of the staff that Staff makes.
const Password = "Chizuo#2026"

// Staff makes a member of staff who can sign by login and Password, and has
// the sales service ask for such signatures.
func (w *World) Staff(login string, role access.Role) db.Actor {
	w.T.Helper()
	a, err := w.Access.CreateAccount(db.System(w.T.Context(), w.Tenant, "test"), access.NewAccount{Login: login, Name: login, Password: Password, Roles: []access.Role{role}, Keep: true})
	w.must(err)
	w.Sales.Vouch = func(ctx context.Context, login, password, permission string) (db.Actor, error) {
		return w.Access.Vouch(ctx, login, password, httpx.Permission(permission))
	}
	return db.Actor{Kind: db.ActorUser, ID: a.ID, Name: login}
}
