package accesshttp

import (
	"context"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

func (h handlers) machines(api *httpx.API) {
	httpx.Register(api, httpx.Op{ID: "access.listDevices", Method: "GET", Path: "/api/v1/devices", Tag: tag, Summary: "List devices", Needs: "device.read"}, h.devices)
	httpx.Register(api, httpx.Op{
		ID: "access.getDevice", Method: "GET", Path: "/api/v1/devices/{device}", Tag: tag, Summary: "One device",
		Needs: "device.read", Errors: []int{404},
	}, h.device)
	httpx.Register(api, httpx.Op{
		ID: "access.makePairingCode", Method: "POST", Path: "/api/v1/devices/pairing-codes", Tag: tag, Summary: "Make a pairing code for a new device",
		Detail: "The code is good once, for ten minutes.", Needs: "device.manage", Mode: httpx.ByHandler, Status: 201,
	}, h.makePairing)
	httpx.Register(api, httpx.Op{
		ID: "access.pairDevice", Method: "POST", Path: "/api/v1/devices/pair", Tag: tag, Summary: "Turn a pairing code into a device's key",
		Detail: "422 access.pairing_code for a code that is wrong, used or expired; 429 access.locked after too many tries.",
		Needs:  httpx.Public, Mode: httpx.ByHandler, Status: 201, Errors: []int{404, 429},
	}, h.pair)
	httpx.Register(api, httpx.Op{
		ID: "access.revokeDevice", Method: "POST", Path: "/api/v1/devices/{device}/revoke", Tag: tag, Summary: "Revoke a device's key at once",
		Needs: "device.manage", Status: 204, Errors: []int{404},
	}, h.revokeDevice)
	httpx.Register(api, httpx.Op{ID: "access.listKeys", Method: "GET", Path: "/api/v1/api-keys", Tag: tag, Summary: "List API keys", Needs: "access.read"}, h.keys)
	httpx.Register(api, httpx.Op{
		ID: "access.makeKey", Method: "POST", Path: "/api/v1/api-keys", Tag: tag, Summary: "Make an API key",
		Needs: "access.manage", Mode: httpx.ByHandler, Status: 201,
	}, h.makeKey)
	httpx.Register(api, httpx.Op{
		ID: "access.revokeKey", Method: "POST", Path: "/api/v1/api-keys/{key}/revoke", Tag: tag, Summary: "Revoke an API key at once",
		Needs: "access.manage", Status: 204, Errors: []int{404},
	}, h.revokeKey)
}

type devicesOutput struct{ Body page.Page[access.Device] }

func (h handlers) devices(ctx context.Context, in *page.Request) (*devicesOutput, error) {
	p, err := h.s.Devices(ctx, *in)
	return &devicesOutput{p}, err
}

type deviceInput struct {
	Device ids.ID `path:"device"`
}

type deviceOutput struct{ Body access.Device }

func (h handlers) device(ctx context.Context, in *deviceInput) (*deviceOutput, error) {
	d, err := h.s.Device(ctx, in.Device)
	return &deviceOutput{d}, err
}

type pairingInput struct {
	Body struct {
		Kind  access.DeviceKind `json:"kind" enum:"gate,counter,kiosk,edge"`
		Name  string            `json:"name" minLength:"1" maxLength:"100"`
		Venue ids.ID            `json:"venue,omitempty,omitzero"`
		Gate  ids.ID            `json:"gate,omitempty,omitzero"`
	}
}

type pairingOutput struct{ Body access.Pairing }

func (h handlers) makePairing(ctx context.Context, in *pairingInput) (*pairingOutput, error) {
	p, err := h.s.MakePairing(ctx, access.NewPairing{Kind: in.Body.Kind, Name: in.Body.Name, Venue: in.Body.Venue, Gate: in.Body.Gate})
	return &pairingOutput{p}, err
}

type pairInput struct {
	CSRF
	Body struct {
		Code string `json:"code" minLength:"8" maxLength:"12"`
	}
}

type pairOutput struct{ Body access.Paired }

func (h handlers) pair(ctx context.Context, in *pairInput) (*pairOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if _, ok := db.ScopeOf(ctx); !ok {
		return nil, access.ErrNoTenant
	}
	p, err := h.s.Redeem(ctx, in.Body.Code, httpx.PrincipalOf(ctx).Extra[access.ExtraIP])
	return &pairOutput{p}, err
}

func (h handlers) revokeDevice(ctx context.Context, in *deviceInput) (*struct{}, error) {
	return nil, h.s.RevokeDevice(ctx, in.Device)
}

type keysOutput struct {
	Body struct {
		Items []access.Key `json:"items"`
	}
}

func (h handlers) keys(ctx context.Context, _ *struct{}) (*keysOutput, error) {
	list, err := h.s.Keys(ctx)
	out := &keysOutput{}
	out.Body.Items = list
	return out, err
}

type makeKeyInput struct {
	Body struct {
		Name        string             `json:"name" minLength:"1" maxLength:"100"`
		Permissions []httpx.Permission `json:"permissions" minItems:"1" maxItems:"100" uniqueItems:"true"`
		Days        int                `json:"days" minimum:"1" maximum:"366" doc:"How long it is valid"`
	}
}

type makeKeyOutput struct {
	Body struct {
		Key    access.Key `json:"key"`
		Secret string     `json:"secret" doc:"Send as Authorization: Bearer; shown once"`
	}
}

func (h handlers) makeKey(ctx context.Context, in *makeKeyInput) (*makeKeyOutput, error) {
	out := &makeKeyOutput{}
	var err error
	out.Body.Key, out.Body.Secret, err = h.s.MakeKey(ctx, in.Body.Name, in.Body.Permissions, in.Body.Days)
	return out, err
}

type keyInput struct {
	Key ids.ID `path:"key"`
}

func (h handlers) revokeKey(ctx context.Context, in *keyInput) (*struct{}, error) {
	return nil, h.s.RevokeKey(ctx, in.Key)
}
