package accesshttp_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/audit"
	"parterre/modules/audit/audithttp"
	"parterre/modules/core/httpx"
)

func world(t *testing.T) *accesstest.World {
	return accesstest.New(t, func(w *accesstest.World) { audithttp.Register(w.Server.API, audit.New(w.DB.DB)) })
}

const table = `
GET   /healthz                          public
GET   /readyz                           public
GET   /metrics                          public       itself
POST  /api/v1/auth/sign-in              public
POST  /api/v1/auth/sign-out             public
POST  /api/v1/auth/guest                public
GET   /api/v1/auth/me                   signed-in
GET   /api/v1/auth/pin                  signed-in
PUT   /api/v1/auth/pin                  signed-in
POST  /api/v1/auth/password             signed-in
GET   /api/v1/users                     access.read
POST  /api/v1/users                     access.manage
GET   /api/v1/users/{user}              access.read
PATCH /api/v1/users/{user}              access.manage
PUT   /api/v1/users/{user}/roles        access.manage
GET   /api/v1/roles                     signed-in
GET   /api/v1/access-policy             access.read
PUT   /api/v1/access-policy             access.manage
GET   /api/v1/devices                   device.read
GET   /api/v1/devices/{device}          device.read
POST  /api/v1/devices/pairing-codes     device.manage
POST  /api/v1/devices/pair              public
POST  /api/v1/devices/{device}/revoke   device.manage
GET   /api/v1/api-keys                  access.read
POST  /api/v1/api-keys                  access.manage
POST  /api/v1/api-keys/{key}/revoke     access.manage
GET   /api/v1/audit                     audit.read
GET   /api/v1/audit/verify              audit.read
`

func TestPermissionTable(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t, func(w *accesstest.World) { audithttp.Register(w.Server.API, audit.New(w.DB.DB)) }, shop)
	accesstest.Permissions(t, w, table+"GET /api/v1/shop/things shop.browse")
}

// shop adds an operation for buyers, whose door differs.
func shop(w *accesstest.World) {
	httpx.Register(w.Server.API, httpx.Op{ID: "shop.things", Method: "GET", Path: "/api/v1/shop/things", Tag: "shop", Summary: "x", Needs: "shop.browse"},
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}

func targets(w *accesstest.World) map[string]accesstest.Target {
	user := map[string]string{"user": w.SignedIn(w.DB.Other, access.Seller).ID.String()}
	device := map[string]string{"device": w.Pair(w.DB.Other, access.NewPairing{Kind: access.GateDevice, Name: "闸机"}).ID.String()}
	key, _, err := w.Access.MakeKey(w.AsTenant(context.Background(), w.DB.Other), "k", []httpx.Permission{"show.read"}, 1)
	if err != nil {
		panic(err)
	}
	plain := accesstest.Target{Plain: "names no thing"}
	return map[string]accesstest.Target{
		"ops.live": plain, "ops.ready": plain, "ops.metrics": plain,
		"auth.signIn": plain, "auth.signOut": plain, "auth.guest": plain, "auth.me": plain, "auth.changePassword": plain, "auth.pin": plain, "auth.setPin": plain,
		"access.listUsers": plain, "access.createUser": plain, "access.listRoles": plain, "access.getPolicy": plain, "access.setPolicy": plain,
		"access.getUser":     {Params: user},
		"access.updateUser":  {Params: user, Body: map[string]any{"disabled": true}},
		"access.setRoles":    {Params: user, Body: map[string]any{"roles": []string{"gate"}}},
		"access.listDevices": plain, "access.makePairingCode": plain, "access.pairDevice": plain,
		"access.getDevice":    {Params: device},
		"access.revokeDevice": {Params: device},
		"access.listKeys":     plain, "access.makeKey": plain,
		"access.revokeKey": {Params: map[string]string{"key": key.ID.String()}},
		"audit.list":       plain, "audit.verify": plain,
	}
}

func TestTenantsDoNotReachEachOther(t *testing.T) {
	t.Parallel()
	w := world(t)
	accesstest.Isolation(t, w, targets(w))
}

// notes is a T that writes down what would have failed.
type notes struct{ lines []string }

func (n *notes) Helper()                   {}
func (n *notes) Failed() bool              { return len(n.lines) > 0 }
func (n *notes) Errorf(f string, a ...any) { n.lines = append(n.lines, fmt.Sprintf(f, a...)) }
func (n *notes) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

type thing struct {
	Thing ids.ID `path:"thing"`
}

// bad adds an operation that forgets the tenant.
func bad(w *accesstest.World) {
	httpx.Register(w.Server.API, httpx.Op{ID: "bad.leak", Method: "POST", Path: "/api/v1/bad/{thing}", Tag: "bad", Summary: "x", Needs: "show.read", Mode: httpx.ByHandler},
		func(ctx context.Context, in *thing) (*struct{}, error) {
			_, err := w.Access.UpdateAccount(db.System(ctx, w.DB.Other, "bad"), in.Thing, access.AccountUpdate{Name: ptr("改了")})
			return nil, err
		})
}

func ptr[T any](v T) *T { return &v }

func wants(t *testing.T, n *notes, parts ...string) {
	t.Helper()
	all := strings.Join(n.lines, "\n")
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Errorf("%q is not noticed; what is: %s", p, all)
		}
	}
}

// The two tests above notice what they are there for.
func TestTheTablesFindWhatIsWrong(t *testing.T) {
	t.Parallel()
	full := accesstest.New(t)
	w := accesstest.From(t, full.DB, httpx.New(httpx.Config{DB: full.DB.DB, Auth: full.Access, Log: slog.New(slog.DiscardHandler)}), full.Access)
	bad(w)
	all := targets(w)
	list := map[string]accesstest.Target{"ops.live": all["ops.live"], "ops.ready": all["ops.live"], "ops.metrics": all["ops.live"]}
	user := all["access.getUser"].Params["user"]
	n := &notes{}
	accesstest.Isolation(n, w, list)
	wants(t, n, "bad.leak (POST /api/v1/bad/{thing}) is not in the table")

	list["bad.leak"] = accesstest.Target{Params: map[string]string{"thing": user}}
	n = &notes{}
	accesstest.Isolation(n, w, list)
	wants(t, n, "bad.leak by user: status 204, want 404", "changed rows of the second in [access.account audit.entry audit.head]")

	list["bad.leak"] = accesstest.Target{Params: map[string]string{"thing": ids.New().String()}}
	n = &notes{}
	accesstest.Isolation(n, w, list)
	wants(t, n, "bad.leak: the control, by the owner: status 404")

	list["none.such"] = accesstest.Target{Plain: "x"}
	n = &notes{}
	accesstest.Isolation(n, w, list)
	wants(t, n, "none.such is in the table, but")

	const probes = "GET /healthz public\nGET /readyz public\nGET /metrics public itself\n"
	n = &notes{}
	accesstest.Permissions(n, w, probes+"GET /api/v1/other show.read")
	wants(t, n, "POST /api/v1/bad/{thing} (bad.leak) is not in the table", "GET /api/v1/other is in the table, but")
	n = &notes{}
	accesstest.Permissions(n, w, probes+"POST /api/v1/bad/{thing} show.manage")
	wants(t, n, "needs show.read, the table says show.manage")
}
