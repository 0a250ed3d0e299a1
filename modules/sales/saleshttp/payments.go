package saleshttp

import (
	"context"
	"encoding/base64"
	"time"

	"parterre/codes/symbol"
	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// PayWay is a way to pay that is offered now.
type PayWay struct {
	Provider  string   `json:"provider"`
	Kind      string   `json:"kind" enum:"wechat,alipay,sandbox"`
	Name      string   `json:"name"`
	NameEn    string   `json:"nameEn"`
	Simulated bool     `json:"simulated" doc:"No money moves"`
	Scenes    []string `json:"scenes" doc:"phone: a phone's browser; page: a computer's browser; code: a code to scan. Empty: one way only"`
}

// PayAccountView is an account with a provider. What is secret of it is never shown.
type PayAccountView struct {
	Code      string            `json:"code"`
	Kind      string            `json:"kind" enum:"wechat,alipay"`
	Name      string            `json:"name"`
	NameEn    string            `json:"nameEn"`
	Venue     *ids.ID           `json:"venue,omitempty" doc:"Absent: all venues"`
	Channels  []string          `json:"channels"`
	Enabled   bool              `json:"enabled"`
	Simulated bool              `json:"simulated"`
	Settings  sales.PaySettings `json:"settings"`
	NotifyURL string            `json:"notifyUrl" doc:"Where the provider sends its notices"`
	Version   int               `json:"version"`
	UpdatedAt time.Time         `json:"updatedAt"`
}

// PayAccountEdit is what finance sets of an account.
type PayAccountEdit struct {
	Kind     string             `json:"kind" enum:"wechat,alipay"`
	Name     string             `json:"name" minLength:"1" maxLength:"60"`
	NameEn   string             `json:"nameEn,omitempty" maxLength:"60"`
	Venue    *ids.ID            `json:"venue,omitempty" doc:"Absent: all venues"`
	Channels []string           `json:"channels" maxItems:"2" uniqueItems:"true" enum:"online,counter"`
	Enabled  bool               `json:"enabled"`
	Settings *sales.PaySettings `json:"settings,omitempty" doc:"Not for a simulated account, whose settings are made"`
	Secrets  *sales.PaySecrets  `json:"secrets,omitempty" doc:"Absent: those that are sealed stay"`
	Version  int                `json:"version" doc:"Of the account as it was read; 0 makes one"`
}

type (
	accountsOut struct {
		Body struct {
			Items      []PayAccountView `json:"items"`
			Simulation bool             `json:"simulation" doc:"Simulated accounts can be made here"`
		}
	}
	accountIn struct {
		Code string `path:"code" maxLength:"40"`
		Body PayAccountEdit
	}
	accountOut struct{ Body PayAccountView }
	payWaysOut struct {
		Body struct {
			Items []PayWay `json:"items"`
		}
	}
	reconcileIn struct {
		Code string    `path:"code" maxLength:"40"`
		Day  clock.Day `path:"day"`
	}
	reconciledOut   struct{ Body sales.Reconciliation }
	reconciliations struct {
		Body struct {
			Items []sales.Reconciliation `json:"items"`
		}
	}
	reconciliationsIn struct {
		Account string `query:"account" maxLength:"40" doc:"Empty: all"`
	}
)

func (h *handlers) payments(api *httpx.API) {
	o := op("payWays", "GET", "/shop/orders/{order}/pay-ways", "The ways to pay an order of mine", "shop.buy")
	o.Errors = []int{404}
	httpx.Register(api, o, h.payWays)
	httpx.Register(api, op("payAccounts", "GET", "/pay/accounts", "The accounts with payment providers", "pay.read"), h.payAccounts)
	o = op("savePayAccount", "PUT", "/pay/accounts/{code}", "Make or change an account with a payment provider", "pay.manage")
	o.Detail, o.Errors = "The provider's adapter must take the settings, or the account is not kept. Secrets are sealed and never shown again.", []int{404, 409}
	httpx.Register(api, o, h.savePayAccount)
	o = op("simulatePayAccount", "PUT", "/pay/accounts/{code}/simulated", "Make an account with the simulated provider of this installation", "pay.manage")
	o.Detail, o.Errors = "For demonstrations: no money moves, and the shop says so. Saved again it gets new keys.", []int{409}
	httpx.Register(api, o, h.simulatePayAccount)
	o = op("reconcile", "PUT", "/pay/accounts/{code}/reconciliations/{day}", "Fetch a provider's bill of a day and compare it with our books", "pay.manage")
	o.Detail, o.Errors = "It can be made again; the last one is kept.", []int{404, 409, 503}
	httpx.Register(api, o, h.reconcile)
	httpx.Register(api, op("reconciliations", "GET", "/pay/reconciliations", "Reconciliations that were made, newest day first", "pay.read"), h.reconciled)
}

func (h *handlers) payWays(ctx context.Context, in *ByOrder) (*payWaysOut, error) {
	list, err := h.Sales.OrderMethods(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	out := &payWaysOut{}
	out.Body.Items = []PayWay{}
	for _, m := range list {
		w := PayWay{Provider: m.Provider, Kind: m.Kind, Name: m.Name, NameEn: m.NameEn, Simulated: m.Simulated, Scenes: []string{}}
		for _, s := range m.Scenes {
			w.Scenes = append(w.Scenes, string(s))
		}
		out.Body.Items = append(out.Body.Items, w)
	}
	return out, nil
}

// paid answers a way to pay, with the code to scan drawn.
func paid(made payment.Created) (*payOut, error) {
	out := &payOut{}
	out.Body.PayURL, out.Body.Params = made.PayURL, made.Params
	if made.QR != "" {
		m, err := symbol.Encode(symbol.QR, made.QR, symbol.Options{})
		if err != nil {
			return nil, err
		}
		out.Body.QR, out.Body.QRImage = made.QR, "data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString([]byte(m.SVG(4, "px")))
	}
	return out, nil
}

func (h *handlers) viewAccount(a sales.PayAccount, tenant int32) PayAccountView {
	v := PayAccountView{
		Code: a.Code, Kind: a.Kind, Name: a.Name, NameEn: a.NameEn, Channels: a.Channels, Enabled: a.Enabled, Simulated: a.Simulated, Settings: a.Settings,
		NotifyURL: h.Sales.Address + "/api/v1/payments/" + a.Code + "/notices/" + itoa(tenant), Version: a.Version, UpdatedAt: a.UpdatedAt,
	}
	if v.Channels == nil {
		v.Channels = []string{}
	}
	if !a.Venue.IsZero() {
		v.Venue = &a.Venue
	}
	return v
}

func (h *handlers) payAccounts(ctx context.Context, _ *struct{}) (*accountsOut, error) {
	list, err := h.Sales.PayAccounts(ctx)
	if err != nil {
		return nil, err
	}
	out := &accountsOut{}
	out.Body.Items, out.Body.Simulation = []PayAccountView{}, h.Sales.Enrol != nil
	for _, a := range list {
		out.Body.Items = append(out.Body.Items, h.viewAccount(a, httpx.PrincipalOf(ctx).Tenant))
	}
	return out, nil
}

func (in *accountIn) account() sales.PayAccount {
	b := in.Body
	a := sales.PayAccount{Code: in.Code, Kind: b.Kind, Name: b.Name, NameEn: b.NameEn, Channels: b.Channels, Enabled: b.Enabled, Version: b.Version}
	if b.Venue != nil {
		a.Venue = *b.Venue
	}
	if b.Settings != nil {
		a.Settings = *b.Settings
	}
	if a.Channels == nil {
		a.Channels = []string{}
	}
	return a
}

func (h *handlers) savePayAccount(ctx context.Context, in *accountIn) (*accountOut, error) {
	a, err := h.Sales.SavePayAccount(ctx, in.account(), in.Body.Secrets)
	if err != nil {
		return nil, err
	}
	return &accountOut{h.viewAccount(a, httpx.PrincipalOf(ctx).Tenant)}, nil
}

func (h *handlers) simulatePayAccount(ctx context.Context, in *accountIn) (*accountOut, error) {
	a, err := h.Sales.SimulateAccount(ctx, in.account())
	if err != nil {
		return nil, err
	}
	return &accountOut{h.viewAccount(a, httpx.PrincipalOf(ctx).Tenant)}, nil
}

func (h *handlers) reconcile(ctx context.Context, in *reconcileIn) (*reconciledOut, error) {
	r, err := h.Sales.Reconcile(ctx, in.Code, in.Day)
	if err != nil {
		return nil, err
	}
	return &reconciledOut{r}, nil
}

func (h *handlers) reconciled(ctx context.Context, in *reconciliationsIn) (*reconciliations, error) {
	list, err := h.Sales.Reconciliations(ctx, in.Account)
	out := &reconciliations{}
	out.Body.Items = list
	return out, err
}

// wayNames are the names of the ways to pay a session's orders in the shop.
func (h *handlers) wayNames(ctx context.Context, session ids.ID) ([]string, error) {
	list, err := h.Sales.SessionMethods(ctx, session, "online")
	out := []string{}
	for _, m := range list {
		out = append(out, m.Provider)
	}
	return out, err
}
